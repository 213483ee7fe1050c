"""Files of the user that were replaced by others with an older date (`cp -p`, `rsync -a`, `unzip`).

Snakemake compares dates, so that it would take them for unchanged. Of small files the MD5 is a parameter of the rules
that read them; large ones are not read again for that, but their size and place are kept, and a change is warned of.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from biomarkers.io import files, scratch
from biomarkers.run.chain import GIVEN, Link

SMALL = 50_000_000
"""Bytes up to which a file is read for its MD5 whenever a run begins: a fraction of a second."""
KEPT = Path(".snakemake/given.json")
"""Beside what Snakemake itself keeps of a run."""


def sums(paths: Iterable[str | None]) -> list[str]:
    """MD5 of each small file that is there."""
    return [_sum(path, os.stat(path).st_mtime_ns, os.path.getsize(path)) for path in _small(paths)]


def _small(paths: Iterable[str | None]) -> list[str]:
    return [path for path in paths if path and os.path.isfile(path) and os.path.getsize(path) <= SMALL]


@cache
def _sum(path: str, _changed: int, _size: int) -> str:
    return files.md5(path)


def unnoticed(
    chain: Mapping[str, Link], summed: Iterable[str | None], place: Callable[[str], str] = str, kept: Path = KEPT
) -> list[str]:
    """A warning for each file of the user that was replaced without Snakemake's noticing it.

    chain: which file is made of which. summed: files whose `sums` are parameters, as far as they are small. place:
    where a file of the run is by the name that the chain has for it. kept: where size and place of each stand since the
    last run; renewed for all files but those that are warned of.
    """
    before = scratch.remembered(kept)
    warnings, now = [], dict(before)
    noticed = set(_small(summed))
    made_of: dict[str, list[str]] = {}
    for one, link in chain.items():
        for source in link.sources:
            made_of.setdefault(source, []).append(place(one))
    for path in (path for path, link in chain.items() if link.by == GIVEN and path not in noticed):
        if not os.path.isfile(path):
            continue
        state = [os.path.getsize(path), _within(os.path.realpath(path))]
        made = [one for one in made_of.get(path, []) if os.path.lexists(one)]
        size, leads = before.get(path, state)
        was = [size, _within(leads)]
        if was != state and made and _date(path) <= min(os.lstat(one).st_mtime for one in made):
            how = f"has {state[0]} bytes and had {was[0]}" if was[0] != state[0] else f"is {state[1]} and was {was[1]}"
            warnings.append(
                f"{path}: {how} when {made[0]} was made of it, but its date is older, so that nothing is made anew; if"
                f" it is another file, say touch {path} and start again, if not, remove {kept}"
            )
        else:
            now[path] = state
    if now != before:
        scratch.remember(kept, now)
    return warnings


def _within(place: str) -> str:
    """A path of the run's folder as seen from there, so that the folder may be moved or copied as a whole."""
    folder = os.path.join(os.path.realpath("."), "")
    return place.removeprefix(folder)


def _date(path: str) -> float:
    """When a file or the link to it was changed last, as Snakemake sees it."""
    return max(os.stat(path).st_mtime, os.lstat(path).st_mtime)
