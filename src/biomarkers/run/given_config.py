"""The config in force: the run's file, `--configfile`, `--config`, or what another workflow hands to this one.

Each key keeps the place where it was set, so that a message can name it.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from biomarkers.errors import InputError, Problem
from biomarkers.io import jsons, yamls

OWN = "config/config.yaml"
"""The config that a run's folder has."""
COMMAND_LINE = "--config"


def files(asked: Iterable[str | Path], *, handed_over: bool = False, replaced: bool = False) -> list[str]:
    """Files that a run's config is read from; each overrides those before it.

    asked: of `--configfile`; beside them the run's own file may be missing. handed_over: another workflow says what
    the config is. replaced: the run's own file is left out (`--replace-workflow-config`).
    """
    if handed_over:
        return []
    further = [_shown(file) for file in asked]
    own = [] if further and (replaced or not os.path.exists(OWN)) else [OWN]
    return [*own, *further]


def gathered(
    paths: Sequence[str],
    in_force: Mapping[str, Any] | None = None,
    said: Mapping[str, Any] | None = None,
    words: Iterable[str] = (),
    source: str = COMMAND_LINE,
) -> yamls.Settings:
    """Settings of these files, or those in force with the place of each key.

    in_force: the config as Snakemake holds it, whatever made it so. said: what Snakemake made of `--config`, in which
    values within a block are text; words: the same as written, KEY=VALUE, by which they get their meaning. source:
    where what stands in no file comes from. Raises InputError for a file that cannot be read.
    """
    data: dict[str, Any] = {}
    lines: dict[yamls.Key, int | None] = {}
    sources: dict[yamls.Key, str] = {}
    for path in paths:
        one = yamls.load(path)
        data = _updated(data, one.data)
        lines |= one.lines
        sources |= dict.fromkeys(one.lines, path)
    if in_force is None:
        return yamls.Settings(data, lines, sources)
    meant = _meant(words)
    force: Any = dates_as_text(dict(in_force))
    for key in (None, *meant):  # The outer workflow may hand over a block of its own config.
        blocks = (said or {}, meant) if key is None else ((said or {}).get(key), meant[key])
        force = _typed(force, *blocks)
    for changed in _differing(force, data, ()):
        lines[changed], sources[changed] = None, source
    return yamls.Settings(force, lines, sources)


def told(path: Path, text: str) -> yamls.Settings:
    """A config in force in JSON, with the place of each key in the file at `path`, which may be missing."""
    known = [str(path)] if path.is_file() else []
    return gathered(known, of_json(text), source="--in-force" if known else str(path))


def of_json(text: str, option: str = "--in-force") -> dict[str, Any]:
    """A config in force, or what another option tells so. Raises InputError for what is no object in JSON."""
    try:
        found = jsons.parsed(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InputError(Problem("command line", option, text, "an object in JSON"))
    return found


def _shown(file: str | Path) -> str:
    """A path as seen from the run's folder, if it lies there."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _updated(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """As Snakemake joins configs: blocks are joined, anything else is replaced.

    >>> _updated({"reads": {"trim": True, "format": "bam"}}, {"reads": {"trim": False}})
    {'reads': {'trim': False, 'format': 'bam'}}
    """
    blocks = {
        key: _updated(old[key], value)
        for key, value in new.items()
        if isinstance(value, dict) and isinstance(old.get(key), dict)
    }
    return {**old, **new, **blocks}


def _meant(words: Iterable[str]) -> dict[str, Any]:
    """What KEY=VALUE mean by the rules of YAML; a value that is no YAML is left out."""
    from ruamel.yaml.error import YAMLError

    found: dict[str, Any] = {}
    for word in words:
        key, _, text = word.partition("=")
        try:
            found = _updated(found, {key: yamls.value(text)})
        except (YAMLError, ValueError):
            continue
    return found


def _typed(value: Any, said: Any, meant: Any) -> Any:
    """A value with the text that `--config` put there as what was meant.

    >>> _typed({"reads": {"trim": "off"}, "samples": "a"}, {"reads": {"trim": "off"}}, {"reads": {"trim": False}})
    {'reads': {'trim': False}, 'samples': 'a'}
    """
    if isinstance(value, dict) and isinstance(said, dict) and isinstance(meant, dict):
        known = said.keys() & meant.keys()
        return {key: _typed(one, said[key], meant[key]) if key in known else one for key, one in value.items()}
    return meant if isinstance(said, str | list) and value == said else value


def _differing(new: Any, old: Any, key: yamls.Key) -> Iterator[yamls.Key]:
    """Keys whose value is new or another."""
    if isinstance(new, dict) and isinstance(old, dict):
        for name, value in new.items():
            if name not in old:
                yield (*key, str(name))
            else:
                yield from _differing(value, old[name], (*key, str(name)))
    elif new != old:
        yield key


def dates_as_text(data: Any) -> Any:
    """A config as Snakemake gives it, in which 2024-03-31 is a date, with the text that stands in the file."""
    if isinstance(data, dict):
        return {key: dates_as_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [dates_as_text(value) for value in data]
    return data.isoformat() if isinstance(data, datetime.date) else data
