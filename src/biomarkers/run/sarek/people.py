"""Whose a sample of nf-core/sarek is: by the sheets that it writes, by its input sheet, or by a VCF's header."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import jsons, lines, tables

TUMOR, NORMAL = "1", "0"
SEPARATOR = "_vs_"
"""Between tumor and normal in the name of a pair."""


class Person(NamedTuple):
    """Patient of a sample, and its status: 1 for a tumor, 0 for a normal, empty where nothing says."""

    patient: str
    status: str


def read(outdir: Path, problems: Problems) -> tuple[dict[str, Person], set[str]]:
    """Person by sample, and the patients that are named; sheets that contradict one another are added to `problems`.

    A sheet of calls names what was called: a sample, a pair, or the patient whose tumors were called together. It is
    read last, for its pairs are taken apart by the samples that others name.
    """
    found: dict[str, tuple[Person, str]] = {}
    calls: list[tuple[str, Person, str]] = []
    for path in _sheets(outdir):
        of_calls, rows = problems.catch(_rows, path) or (False, [])
        for sample, person in rows:
            if of_calls:
                calls.append((sample, person, path))
            else:
                _add(found, sample, person, path, problems)
    singles = [call for call in calls if SEPARATOR not in call[0]]
    for name, person, path in [*singles, *(call for call in calls if call not in singles)]:
        pair = split(name, {sample: known for sample, (known, _) in found.items()})
        if pair is None or (name == person.patient and name not in found):
            continue
        tumor, normal = pair
        _add(found, tumor, person, path, problems)
        if normal is not None:
            _add(found, normal, Person(person.patient, NORMAL), path, problems)
    patients = {person.patient for person, _ in found.values()} | {person.patient for _, person, _ in calls}
    return {sample: person for sample, (person, _) in found.items()}, patients


def _add(found: dict[str, tuple[Person, str]], sample: str, person: Person, path: str, problems: Problems) -> None:
    """Take a person over; what contradicts an earlier sheet is a problem."""
    known, first = found.setdefault(sample, (person, path))
    if known.patient != person.patient:
        expected = f"patient {known.patient}, as in {first}: a sample belongs to one patient"
        problems.add(Problem(path, f"patient of {sample}", person.patient, expected))
    if known.status and person.status and known.status != person.status:
        expected = f"status {known.status}, as in {first}: a sample is a tumor (1) or a normal (0)"
        problems.add(Problem(path, f"status of {sample}", person.status, expected))
    if not known.status and person.status:
        found[sample] = (Person(known.patient, person.status), path)


def split(name: str, people: dict[str, Person]) -> tuple[str, str | None] | None:
    """Tumor and normal of the folder of a sample or pair; None where its `_vs_` can be read in two ways.

    >>> split("T_vs_2_vs_N", {"T_vs_2": Person("P", "1"), "N": Person("P", "0")})
    ('T_vs_2', 'N')
    >>> split("T1", {}), split("A_vs_B_vs_C", {})
    (('T1', None), None)
    """
    if name in people:
        return name, None
    pieces = name.split(SEPARATOR)
    ways = [(SEPARATOR.join(pieces[:n]), SEPARATOR.join(pieces[n:])) for n in range(1, len(pieces))]
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
            given = jsons.parsed(lines.whole_text(path)).get("input")
        except (ValueError, AttributeError):
            continue
        if isinstance(given, str) and given.endswith((".csv", ".tsv")) and Path(given).is_file():
            yield given


def _rows(path: str) -> tuple[bool, list[tuple[str, Person]]]:
    """Whether a sheet is one of calls (variantcalled.csv); sample and person of each row. sarek 2 wrote no headings."""
    if path.endswith(".tsv"):
        rows = [line.split("\t") for _, line in lines.numbered(path)]
        if rows and "patient" not in rows[0]:
            return False, [(cells[3], Person(cells[0], cells[2])) for cells in rows if len(cells) > 3]
    cells = tables.read_cells(path)
    column = {name: number for number, name in enumerate(cells.header)}
    if not {"patient", "sample"} <= column.keys():
        raise InputError(
            Problem.said(path, "columns", f"are {', '.join(cells.header)}", "patient and sample, as sarek writes")
        )
    status = column.get("status")
    return "vcf" in column, [
        (row[column["sample"]], Person(row[column["patient"]], "" if status is None else row[status]))
        for row in cells.rows
    ]
