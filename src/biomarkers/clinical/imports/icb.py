"""`icb` (import): clinical tables of the ICB portal and PredictioR, or the folder of one of its pipelines.

The format is that of ORCESTRA's immunotherapy data sets (PMID 36055464): `recist`, `response` (R or NR), survival by
`survival_time_pfs`, `event_occurred_pfs` and so on, in the unit that `survival_unit` names; in the pipelines `t.pfs`,
`pfs`, `t.os`, `os`, which are months. `response` is no objective response (stable disease of 6 months and more is R),
so it is kept as `icb_response`, 1 or 0, and the best response is that of `recist`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from biomarkers.clinical.imports import grammar
from biomarkers.clinical.imports.mapping import bare
from biomarkers.clinical.imports.registry import Prepared
from biomarkers.errors import Problem, Problems
from biomarkers.io import foreign, yamls
from biomarkers.io.cells import MISSING_WORDS, Cells, plain

CLINICAL = ("CLIN.csv", "CLIN.txt", "CLIN.tsv")
"""Names of the clinical table in the folder of a pipeline."""
HEADINGS = {
    "patient": ("patientid", "patient"),
    "best_response": ("recist",),
    "pfs_months": ("survival_time_pfs", "t.pfs"),
    "pfs_event": ("event_occurred_pfs", "pfs"),
    "os_months": ("survival_time_os", "t.os"),
    "os_event": ("event_occurred_os", "os"),
}
"""Our columns, each with its headings in the two forms of the format."""
UNIT = "survival_unit"
UNITS = {f"{unit}{plural}": f"{unit}s" for unit in ("day", "week", "month", "year") for plural in ("", "s")}
RESPONSE = "response"


def prepare(source: Path, problems: Problems) -> Prepared | None:
    """The mapping of a clinical table, and of the mutations beside it where the source is a folder."""
    table = source
    if source.is_dir():
        table = next((source / name for name in CLINICAL if (source / name).is_file()), source / CLINICAL[0])
    cells = problems.catch(foreign.read, table)
    if cells is None:
        return None
    known = {bare(name): name for name in reversed(cells.header)}
    columns = {
        target: next((known[name] for name in names if name in known), None) for target, names in HEADINGS.items()
    }
    patient = columns.pop("patient")
    found = {target: heading for target, heading in columns.items() if heading is not None}
    if patient is None or not found:
        lacking = "patientid" if patient is None else "recist, survival_time_pfs or survival_time_os"
        expected = f"a clinical table of the ICB portal: a column {lacking}"
        problems.add(Problem.said(str(table), "header", f"is {', '.join(cells.header)[:200]}", expected, 1))
        return None
    if several := _several_studies(cells, patient):
        found_there = f"has {several} studies, and patients stand in more than one"
        expected = "a table of one study, in which each patient stands once"
        problems.add(Problem.said(str(table), known["study"], found_there, expected, 1))
        return None
    data: dict[str, Any] = {"patients": _patients(table, cells, patient, found, problems)}
    if source.is_dir():
        data |= _mutations(source)
    if problems.found:
        return None
    note = f"{table}: response (R or NR) is kept as icb_response: it counts stable disease of 6 months as a response"
    notes = (note,) if RESPONSE in known else ()
    return Prepared(grammar.read(table, yamls.Settings(data, {})), table.parent, notes=notes)


def _several_studies(cells: Cells, patient: str) -> int:
    """How many studies a table has in which a patient stands more than once; 0 where there are none such."""
    names = cells.column(patient)
    heading = next((name for name in cells.header if bare(name) == "study"), None)
    if heading is None or len(set(names)) == len(names):
        return 0
    studies = len(set(cells.column(heading)))
    return studies if studies > 1 else 0


def _patients(
    table: Path, cells: Cells, patient: str, columns: dict[str, str], problems: Problems
) -> list[dict[str, Any]]:
    """The blocks of the patients sheet: one for each unit of survival times."""
    taken = {patient, *columns.values()}
    keep: dict[str, Any] = {name: name for name in cells.header if name and name not in taken}
    response = next((name for name in keep if bare(name) == RESPONSE), None)
    if response is not None:
        del keep[response]
        keep["icb_response"] = {"from": response, "values": {"R": "1", "NR": "0"}}
    block = {"file": table.name, "keep": keep}
    blocks = []
    for unit, where in _units(table, cells, columns, problems):
        own: dict[str, Any] = {"patient": patient} | columns
        for target in ("pfs_months", "os_months"):
            if target in own and unit != "months":
                own[target] = {"from": own[target], "unit": unit}
        blocks.append(block | ({"where": where} if where else {}) | {"columns": own})
    return blocks


def _units(
    table: Path, cells: Cells, columns: dict[str, str], problems: Problems
) -> list[tuple[str, dict[str, Any] | None]]:
    """Each unit of survival times, and which rows have it; None for all. What is no unit is added to `problems`."""
    place = next((place for place, name in enumerate(cells.header) if bare(name) == UNIT), None)
    if place is None:
        return [("months", None)]
    times = [cells.header.index(columns[name]) for name in ("pfs_months", "os_months") if name in columns]
    absent = {"", *map(plain, MISSING_WORDS)}
    words: dict[str, list[str]] = {}
    for line, row in zip(cells.lines, cells.rows, strict=True):
        word = row[place]
        is_timed = any(plain(row[time]) not in absent for time in times)
        unit = UNITS.get(bare(word))
        if unit is None and is_timed:
            expected = "day, week, month or year, beside a survival time"
            problems.add(Problem(str(table), cells.header[place], word, expected, line, None if word else "is empty"))
        words.setdefault(unit or "months", []).append(word)
    if len(words) == 1:
        return [(unit, None) for unit in words]
    return [(unit, {cells.header[place]: sorted(set(listed))}) for unit, listed in words.items()]


def _mutations(folder: Path) -> dict[str, Any]:
    """The blocks of mutations and of who was sequenced, where the pipeline's folder has them."""
    data: dict[str, Any] = {}
    if (folder / "SNV.csv").is_file():
        columns = {"patient": "Sample", "gene": "Gene", "consequence": "Effect"}
        data["mutations"] = {"file": "SNV.csv", "columns": columns}
    if (folder / "cased_sequenced.csv").is_file():
        data["sequenced"] = {
            "file": "cased_sequenced.csv",
            "columns": {"patient": "patient", "sequenced": {"from": "snv"}},
        }
    return data
