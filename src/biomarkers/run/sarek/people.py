"""Whose a sample of nf-core/sarek is: by the sheets that it writes, by its input sheet, or by a VCF's header."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import lines, tables

TUMOR, NORMAL = "1", "0"


class Person(NamedTuple):
    """Patient of a sample, and its status: 1 for a tumor, 0 for a normal, empty where nothing says."""

    patient: str
    status: str


def read(outdir: Path, problems: Problems) -> dict[str, Person]:
    """Person by sample; sheets that contradict one another are added to `problems`."""
    found: dict[str, tuple[Person, str]] = {}
    for path in _sheets(outdir):
        for sample, person in problems.catch(_rows, path) or []:
            known, first = found.setdefault(sample, (person, path))
            if known.patient != person.patient:
                expected = f"patient {known.patient}, as in {first}: a sample belongs to one patient"
                problems.add(Problem(path, f"patient of {sample}", person.patient, expected))
            if not known.status and person.status:
                found[sample] = (person, path)
    return {sample: person for sample, (person, _) in found.items()}


def split(name: str, people: dict[str, Person]) -> tuple[str, str | None] | None:
    """Tumor and normal of the folder of a sample or pair; None where its `_vs_` can be read in two ways.

    >>> split("T_vs_2_vs_N", {"T_vs_2": Person("P", "1"), "N": Person("P", "0")})
    ('T_vs_2', 'N')
    >>> split("T1", {}), split("A_vs_B_vs_C", {})
    (('T1', None), None)
    """
    if name in people:
        return name, None
    pieces = name.split("_vs_")
    ways = [("_vs_".join(pieces[:n]), "_vs_".join(pieces[n:])) for n in range(1, len(pieces))]
    known = [way for way in ways if way[0] in people and way[1] in people]
    if len(known) == 1 or len(ways) == 1:
        return (known or ways)[0]
    return None if ways else (name, None)


def _sheets(outdir: Path) -> Iterator[str]:
    """Sheets that sarek wrote, and the one that it was given, as far as it is still there."""
    yield from sorted(map(str, outdir.glob("csv/*.csv")))
    yield from sorted(map(str, outdir.glob("preprocessing/csv/*.csv")))
    yield from sorted(map(str, outdir.glob("Preprocessing/TSV/*.tsv")))
    for path in sorted(outdir.glob("pipeline_info/params*.json")):
        try:
            given = json.loads(lines.whole_text(path)).get("input")
        except (ValueError, AttributeError):
            continue
        if isinstance(given, str) and given.endswith((".csv", ".tsv")) and Path(given).is_file():
            yield given


def _rows(path: str) -> list[tuple[str, Person]]:
    """Sample and person of each row. Of sarek 2 the sheets have no headings."""
    if path.endswith(".tsv"):
        rows = [line.split("\t") for _, line in lines.numbered(path)]
        if rows and "patient" not in rows[0]:
            return [(cells[3], Person(cells[0], cells[2])) for cells in rows if len(cells) > 3]
    cells = tables.read_cells(path)
    column = {name: number for number, name in enumerate(cells.header)}
    if not {"patient", "sample"} <= column.keys():
        raise InputError(
            Problem.said(path, "columns", f"are {', '.join(cells.header)}", "patient and sample, as sarek writes")
        )
    status = column.get("status")
    return [
        (row[column["sample"]], Person(row[column["patient"]], "" if status is None else row[status]))
        for row in cells.rows
    ]
