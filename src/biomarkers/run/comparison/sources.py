"""What a run was made from, as far as its folder still says: config, plan, sheets by patient, files, versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import provenance, schemas, tables, yamls
from biomarkers.run import mapped
from biomarkers.run.comparison.tables import KINDS, same
from biomarkers.run.written import PLACE

CONFIG = "config/config.yaml"
CHAIN = PLACE["tmb"] + ".json"
COHORT = PLACE["cohort"]
PLAN = "plan"
SAMPLES = "samples"
GIVEN = "given"
OF_BURDENS = ("burden", "calling", "annotation", "reads", "reference", "qc")
"""Blocks of the config that burdens hang on."""
PATIENTS = "patients"

Row = dict[str, str]
Place = tuple[str, ...]
"""Keys that lead to a value of the plan, one within the other: names of markers may have any sign in them."""


@dataclass(frozen=True)
class Side:
    """One of the two runs.

    settings: by dotted key, every default filled in. plan: values by their places. sheets: rows by patient of each
    sheet of the config, by its key. files: MD5 of what the user gave for the burdens, by path; made_from: which of them
    each sample's burden comes from. version: of the program, with the commit. notes: what could not be found out.
    """

    folder: Path
    settings: dict[str, Any]
    plan: dict[Place, Any]
    paths: dict[str, str]
    sheets: dict[str, dict[str, list[Row]]]
    files: dict[str, str]
    made_from: dict[str, set[str]]
    version: str
    notes: list[str] = field(default_factory=list)


class Difference(NamedTuple):
    """A setting or file that the runs do not share.

    old, new: as text; None where one run has none. place: of a value of the plan, whose keys are the name.
    """

    name: str
    old: str | None
    new: str | None
    place: Place = ()

    def __str__(self) -> str:
        return f"{self.name} {_shown(self.old)} -> {_shown(self.new)}"


def check_runs(*folders: Path) -> None:
    """Raise InputError for each folder in which no run has written a table."""
    problems = Problems()
    for folder in folders:
        expected = "the folder of a run that has results (results/cohort.tsv or another of its tables)"
        if not folder.is_dir():
            found = "is a file" if folder.exists() else "does not exist"
            problems.add(Problem.said(str(folder), "folder", found, expected))
        elif not any((folder / kind.place).is_file() for kind in KINDS):
            problems.add(Problem.said(str(folder), "folder", "has no tables of a run", expected))
    problems.stop_if_any()


def side(folder: Path) -> Side:
    """What the folder of a run says of its sources; what cannot be read is noted, and never an error."""
    notes: list[str] = []
    chain = _caught(notes, provenance.read, folder / CHAIN) or {}
    config = _in_force(_caught(notes, _config, folder / CONFIG), chain.get("settings"), folder, notes)
    clinical = {key: path for key, path in (config.get("clinical") or {}).items() if isinstance(path, str)}
    paths = clinical | {key: config[key] for key in (PLAN, SAMPLES) if isinstance(config.get(key), str)}
    made = sorted((folder / mapped.FOLDER).glob("*.tsv"))
    paths |= {file.stem: str(file.relative_to(folder)) for file in made if file.stem not in paths}
    plan = _caught(notes, yamls.load, folder / paths[PLAN]) if PLAN in paths else None
    sheets = {}
    for key, path in paths.items():
        if key not in (PLAN, "mapping", "maf"):
            sheets[key] = _caught(notes, by_patient, folder / path) or {}
    commit = f", commit {chain['commit'][:12]}" if chain.get("commit") else ""
    return Side(
        folder=folder,
        settings=dict(flat({k: v for k, v in config.items() if k not in (PLAN, SAMPLES, "clinical")})),
        plan=dict(placed(plan.data)) if plan else {},
        paths=paths,
        sheets=sheets,
        files={path: one["md5"] for path, one in chain.get("files", {}).items() if one.get("by") == GIVEN},
        made_from={sample: set(_given(chain, sample)) for sample in chain.get("samples", {})},
        version=f"{chain['biomarkers']}{commit}" if "biomarkers" in chain else "",
        notes=[
            *notes,
            *(
                f"{file} is newer than {folder / COHORT}: run it again, or its reasons may be wrong"
                for file in newer(folder, paths)
            ),
        ],
    )


def by_patient(path: Path) -> dict[str, list[Row]]:
    """Rows of a sheet by patient, without empty cells. Raises InputError for what is no table."""
    cells = tables.read_cells(path)
    found: dict[str, list[Row]] = {}
    for line in cells.rows:
        row = {column: cell for column, cell in zip(cells.header, line, strict=True) if cell}
        found.setdefault(row.pop("patient", ""), []).append(row)
    return found


def placed(data: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Values of nested mappings by the keys that lead to them; a list is one value.

    >>> dict(placed({"a.b": {"c": 1, "d": [1, 2]}}))
    {('a.b', 'c'): 1, ('a.b', 'd'): [1, 2]}
    """
    if isinstance(data, Mapping) and data:
        for name, value in data.items():
            yield from placed(value, (*place, str(name)))
    else:
        yield place, data


def flat(data: Any) -> Iterator[tuple[str, Any]]:
    """Values of the nested mappings of a config by dotted key."""
    return ((".".join(place), value) for place, value in placed(data))


def differences(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> list[Difference]:
    """Keys, or places, whose values are not the same; one that a side lacks counts if the other has a value there."""
    found = []
    for key in dict.fromkeys([*old, *new]):
        a, b = old.get(key), new.get(key)
        if a != b and not same(_text(a) or "", _text(b) or ""):
            name, place = (key, ()) if isinstance(key, str) else (".".join(key), key)
            found.append(Difference(name, _text(a), _text(b), place))
    return found


def changed_files(old: Side, new: Side) -> list[Difference]:
    """Files of the burdens whose content is not the same, by the MD5 that the runs recorded."""
    return [Difference(*one) for one in differences(old.files, new.files)]


def _given(chain: Mapping[str, Any], sample: str) -> Iterator[str]:
    """Files of the user that a sample's variants and bases come from, by the chain of evidence."""
    files = chain.get("files", {})
    waiting = [path for path in files if Path(path).name.startswith(f"{sample}.")]
    seen = set()
    while waiting:
        path = waiting.pop()
        if path in seen or path not in files:
            continue
        seen.add(path)
        if files[path].get("by") == GIVEN:
            yield path
        waiting += files[path].get("from", [])


def _in_force(
    file: dict[str, Any] | None, recorded: dict[str, Any] | None, folder: Path, notes: list[str]
) -> dict[str, Any]:
    """The config of the file; of the burdens that which was recorded with them, `--config` of Snakemake included."""
    if file is None or not recorded:
        return file or recorded or {}
    given, found = ({k: v for k, v in flat(c)} for c in (recorded, file))
    made = {name for name in given if str(given[name]).startswith(f"{mapped.FOLDER}/") and found.get(name) is None}
    others = [one.name for one in differences(given, found) if one.name not in made]
    if others:
        notes.append(f"{folder / CONFIG} is not the config that the burdens were recorded with: {', '.join(others)}")
    return file | {block: recorded[block] for block in OF_BURDENS if block in recorded}


def _config(path: Path) -> dict[str, Any]:
    schema = schemas.load("config")
    settings = yamls.without_empty_blocks(yamls.load(path), schema)
    filled: dict[str, Any] = yamls.with_defaults(settings.data, schema)
    return filled


def newer(folder: Path, paths: Mapping[str, str]) -> Iterator[Path]:
    """Sheets and plan that are newer than the cohort, so that the results may be of what stood there before."""
    made = folder / COHORT
    if not made.is_file():
        return
    for path in paths.values():
        file = folder / path
        if file.is_file() and file.stat().st_mtime > made.stat().st_mtime + 1:
            yield file


def _caught(notes: list[str], function: Any, path: Path) -> Any:
    try:
        return function(path)
    except InputError as error:
        notes.append(f"{str(error).splitlines()[0]} (its changes are not known)")
        return None


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _shown(value: str | None) -> str:
    return "(none)" if value in (None, "") else str(value)
