"""What Snakemake does anew for every job of a run and need do once: of a thousand pairs that was half of a dry run.

Each function is given the class or module of Snakemake that it mends; what comes out is the same.
"""

from __future__ import annotations

import gc
import os
import re
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

GARBAGE = 200_000
"""Objects more than before until garbage is looked for: Snakemake keeps nearly all that it makes, and at Python's own
700 it looks through millions of them again and again."""


TRIED = ("9.27",)
"""Minor versions of Snakemake of which these parts were compared; another one keeps its own pace."""


def knows(version: str) -> bool:
    """Whether what this module mends is as it was when it was compared.

    >>> knows("9.27.1"), knows("9.2.7"), knows("10.0.0")
    (True, False, False)
    """
    return version.rpartition(".")[0] in TRIED


def waking_once(kind: Any) -> None:
    """Let Snakemake's scheduler wait for one timer at a time.

    It looks for jobs again a second after each look, since no more than so many may start in a second, and after each
    job that ended: with the timers of all these looks it would look as many times a second as jobs have ended.

    kind: Snakemake's class of a scheduler.
    """

    def wake_later(scheduler: Any, delay: float) -> None:
        if getattr(scheduler, "timer", None) is not None:
            return

        def wake() -> None:
            scheduler.timer = None
            scheduler._open_jobs.release()

        scheduler.timer = threading.Timer(delay, wake)
        scheduler.timer.daemon = True
        scheduler.timer.start()

    kind._schedule_reevalutation = wake_later


def split_once(io: Any) -> None:
    """Let a path with wildcards be taken apart once, and one without stay as it is.

    A wildcard's constraint stands in the path, here the names of all samples, and is read again for each file of each
    job: time by the square of the samples. References, which every job has, need not be copied for each.

    io: Snakemake's module of files.
    """
    apply_to_text, apply_to_file = io.apply_wildcards, io._IOFile.apply_wildcards

    @lru_cache(maxsize=10_000)
    def parts(pattern: str) -> tuple[tuple[str, str], ...]:
        """Text before each wildcard with its name; what follows the last has none."""
        found, end = [], 0
        for match in io.WILDCARD_REGEX.finditer(pattern):
            found.append((pattern[end : match.start()], match["name"]))
            end = match.end()
        return (*found, (pattern[end:], ""))

    def of_text(pattern: str, wildcards: Mapping[str, Any]) -> str:
        split, known = parts(pattern), wildcards.keys()
        if any(name and name not in known for _, name in split):
            return str(apply_to_text(pattern, wildcards))  # It has the words for it.
        return "".join(text + str(wildcards[name]) if name else text for text, name in split)

    def of_file(file: Any, wildcards: Mapping[str, Any]) -> Any:
        if file.is_callable() or file.is_storage:
            return apply_to_file(file, wildcards)
        if "{" not in file:
            if not isinstance(file._file, io.AnnotatedString):
                file._file = io.AnnotatedString(file._file)  # What a function names may get the function's marks.
            return file
        named = io.IOFile(of_text(file._file, wildcards), rule=file.rule)
        if file.flags:
            named.clone_flags(file)
        return named

    io.apply_wildcards, io._IOFile.apply_wildcards = of_text, of_file


class _OneWildcard(NamedTuple):
    """A path with one wildcard. path: with any text in its place; constraint: what that text must be."""

    path: re.Pattern[str]
    constraint: re.Pattern[str]

    def match(self, target: str) -> re.Match[str] | None:
        found = self.path.match(target)
        return found if found and self.constraint.fullmatch(found[1]) else None


def constraint_once(io: Any) -> None:
    """Let a wildcard's constraint, the names of all samples, be compiled once and not for each path that it stands in.

    io: Snakemake's module of files.
    """
    compile_as_it_is = io._IOFile.regex
    compiled = lru_cache(re.compile)

    def regex(file: Any) -> Any:
        if file._regex is None:
            pattern = file.file
            wildcards = list(io.WILDCARD_REGEX.finditer(pattern))
            if len(wildcards) != 1 or not (constraint := wildcards[0]["constraint"]):
                return compile_as_it_is(file)
            begin, end = (re.escape(text) for text in (pattern[: wildcards[0].start()], pattern[wildcards[0].end() :]))
            path = re.compile(f"{begin}(?P<{wildcards[0]['name']}>.*){end}$")
            file._regex = _OneWildcard(path, compiled(constraint))
        return file._regex

    io._IOFile.regex = regex


def asked_plainly(io: Any, *others: Any) -> None:
    """Let a file say in one step whether it is another one, has a mark, or where it lies: asked millions of times.

    io: Snakemake's module of files. others: modules that took `is_flagged` from it.
    """

    def is_flagged(value: Any, flag: str) -> bool:
        flags = getattr(value, "flags", None)
        return bool(flags and flags.get(flag))

    def is_storage(file: Any) -> bool:
        flags = getattr(file._file, "flags", None)
        return bool(flags and flags.get("storage_object"))

    def get_inventory_parent(file: Any) -> str | None:
        if is_storage(file):
            return str(file.storage_object.get_inventory_parent())
        parent = str.rpartition(file, "/")[0]
        if not parent or parent.endswith("/"):
            parent = os.path.dirname(file)
        return parent if parent and parent != ".." else None

    for module in (io, *others):
        module.is_flagged = is_flagged
    io._IOFile.is_storage, io._IOFile.get_inventory_parent = property(is_storage), get_inventory_parent
    # those of text itself: a file is its path, which it has beside that once more
    io._IOFile.__eq__, io._IOFile.__hash__ = str.__eq__, str.__hash__


def producers_once(kind: Any) -> None:
    """Let the rules that make a file be looked for once, a genome is input of each job; and by the paths' beginnings.

    kind: Snakemake's class that looks for them.
    """

    @lru_cache(maxsize=1)
    def beginnings(index: Any) -> tuple[dict[str, Any], list[int]]:
        """Rules by what their paths have before a wildcard, and the lengths of that."""
        found = dict(index._lookup._entries)
        return found, sorted({len(begin) for begin in found})

    def match(index: Any, targetfile: str) -> set[Any]:
        found, lengths = beginnings(index)
        groups = (found.get(targetfile[:length], ()) for length in lengths)
        return {rule for group in groups for rule, end in group if targetfile.endswith(end)}

    kind.match = match
    kind.match_producers = lru_cache(maxsize=5_000)(kind.match_producers)


def compared_as_text(kind: Any) -> None:
    """Let it be seen by text that no output lies in a folder that is an output: as paths they took long.

    kind: Snakemake's class of the graph of jobs, which still does it where there is such a folder.
    """
    look = kind.check_directory_outputs

    def check_directory_outputs(graph: Any) -> None:
        parts = sorted({os.path.abspath(file).replace(os.sep, "\0") for job in graph.jobs for file in job.output})
        if any(after.startswith(f"{before}\0") for before, after in pairwise(parts)):
            look(graph)

    kind.check_directory_outputs = check_directory_outputs


def parameters_once(*modules: Any) -> None:
    """Let the parameters of a function that Snakemake calls for each job be looked up once.

    modules: those of Snakemake that look them up; the first one has the function.
    """
    remembered: Callable[..., Any] = lru_cache(maxsize=10_000)(modules[0].get_function_params)
    for module in modules:
        module.get_function_params = remembered


def environments_once(kind: Any, unknown: Any) -> None:
    """Let a rule's environment be asked of the rule, which keeps it; each job worked out its parameters to ask for it.

    A dry run needs parameters of no job that has not run before, and memory that grows with a retry is among them.

    kind: Snakemake's class of a job. unknown: what a rule has until one of its jobs asked, or where jobs differ.
    """
    ask = kind.conda_env_spec.fget

    def conda_env_spec(job: Any) -> Any:
        known = job.rule._expanded_conda_env
        return ask(job) if known is unknown else known

    kind.conda_env_spec = property(conda_env_spec)


def spare_garbage() -> None:
    """Look for garbage seldom, and never in what the rules are made of."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 50, 100)
