"""What jobs ask of a machine, as functions that Snakemake calls: all of it doubles with every retry.

Snakemake gives the wildcards first and the rest by the names of the parameters.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any


def growing(megabytes: float, *, least: int = 0, per_thread: bool = False) -> Callable[..., int]:
    """Memory in MB; per_thread: for each of the threads that the job really gets, and at least `least` in all.

    >>> growing(1000)(None, attempt=3), growing(2000, least=3000, per_thread=True)(None, threads=1, attempt=2)
    (4000, 6000)
    """

    def memory(_: Any, attempt: int, threads: int = 1) -> int:
        return int(int(max(least, megabytes * (threads if per_thread else 1))) * 2 ** (attempt - 1))

    return memory


def minutes(
    least: float, per_gigabyte: float = 0, *, of: Callable[[Any], Iterable[str | None]] | None = None, most: int = 2880
) -> Callable[..., int]:
    """Run time in minutes by the size of what the user gave.

    of: those files by the wildcards; what else a job takes, such as the genome's index, does not count, and what is
    made on the way is not there yet when jobs of a group are submitted. most: however large they are, however often it
    is tried (`jobs.max_minutes`).

    >>> minutes(30)(None, attempt=2), minutes(30, most=50)(None, attempt=2)
    (60, 50)
    """

    def runtime(wildcards: Any, attempt: int) -> int:
        files = {file for file in of(wildcards) if file} if of else set()
        gigabytes = sum(os.path.getsize(file) for file in files if os.path.isfile(file)) / 1e9
        return min(most, int((least + per_gigabyte * gigabytes) * 2 ** (attempt - 1)))

    return runtime


def bounded(kind: Any, most: int) -> None:
    """Let a group of Snakemake's jobs ask for no more minutes than a step may: it adds up those of its steps.

    kind: Snakemake's class of a group.
    """
    asked = kind.resources

    def resources(group: Any) -> Any:
        found = asked.fget(group)
        values = dict(found.items())
        return (
            type(found)(fromdict=values | {"runtime": min(most, values["runtime"])}) if "runtime" in values else found
        )

    kind.resources = property(resources)


def heap(megabytes: int, parts: float = 1) -> int:
    """Java heap in MB for each of `parts` processes of a job with this memory: what a JVM needs besides is left free.

    >>> heap(3000), heap(4000, 2), heap(500)
    (2400, 1600, 512)
    """
    return max(512, int(megabytes * 0.8 / parts))


def one_of(names: Iterable[str]) -> str:
    r"""Regular expression that matches just these names; nothing at all without names.

    What names begin with alike stands there once: that of a thousand samples is matched a hundred thousand times.

    >>> one_of(["T1", "a.b"]), one_of(["P1-T", "P1-N", "P1"]), one_of([])
    ('(?:T1|a\\.b)', 'P1(?:|\\-(?:N|T))', '(?!)')
    """
    return _either(sorted(set(names))) or "(?!)"


def _either(names: list[str]) -> str:
    """Of sorted names."""
    shared = os.path.commonprefix(names)  # noqa: RUF071 (letters of names, not folders)
    groups = groupby((name.removeprefix(shared) for name in names), key=lambda rest: rest[:1])
    rests = [_either(list(group)) if first else "" for first, group in groups]
    return re.escape(shared) + (f"(?:{'|'.join(rests)})" if len(rests) > 1 else "")
