"""Who was sequenced, and which samples are normals, as lists say it (docs/methods.md, 1.14 and 11.2)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import tables, words
from biomarkers.io.cells import MISSING_WORDS, plain
from biomarkers.io.lines import is_comment, numbered
from biomarkers.variants import maf_samples
from biomarkers.variants.maf_patients import People


class Samples(NamedTuple):
    """What a list of samples says: day of collection by sample, None without such a column; names of normals."""

    collected: pd.Series | None
    normals: frozenset[str]


class Told(NamedTuple):
    """What lists say of the samples of a MAF: the sequenced ones, and the patients that they are joined to."""

    listed: maf_samples.Listed | None
    people: People | None


def for_maf(path: Path | None, sheet: Path | None, missing: Collection[str] = MISSING_WORDS) -> Told:
    """What a list of who was sequenced and the patients sheet tell of a MAF's samples.

    path: a list of samples, or of patients as `patients` reads it. Raises InputError with every problem of both.
    """
    problems = Problems()
    listed, by_patient = None, None
    if path is not None and _of_patients(path):
        by_patient = problems.catch(patients, path, missing)
    elif path is not None:
        listed = problems.catch(maf_samples.read_samples, path)
    known: frozenset[str] = frozenset()
    if sheet is not None:
        cells = problems.catch(tables.read_cells, sheet)
        if cells is not None and "patient" not in cells.header:
            problems.add(Problem(cells.path, "patient", None, "a column of that name", 1))
        elif cells is not None:
            known = frozenset(row[cells.header.index("patient")] for row in cells.rows)
    problems.stop_if_any()
    if sheet is None and by_patient is None:
        return Told(listed, None)
    return Told(listed, People(str(sheet or path), known, by_patient))


def patients(path: Path, missing: Collection[str] = MISSING_WORDS) -> dict[str, bool]:
    """Whether each patient of a list was sequenced.

    A table with the column `patient` and perhaps `sequenced` (1 or 0; a word for missing says nothing), or a list of
    samples as `biomarkers variants --samples` reads it. Raises InputError with every problem.
    """
    if not _of_patients(path):
        listed = maf_samples.read_samples(path)
        return dict.fromkeys(listed.tumors.values(), True)
    cells = tables.read_cells(path)
    told = cells.header.index("sequenced") if "sequenced" in cells.header else None
    place, found, problems = cells.header.index("patient"), dict[str, bool](), Problems()
    absent = {"", *map(plain, missing)}
    for line, row in zip(cells.lines, cells.rows, strict=True):
        word = "1" if told is None else row[told]
        if plain(word) in absent:
            continue
        answer = words.read("flag", word, (0, 1))
        if answer is None:
            problems.add(Problem(cells.path, "sequenced", word, "1 or 0", line))
        elif found.setdefault(row[place], answer == "1") != (answer == "1"):
            problems.add(Problem(cells.path, "patient", row[place], "each patient with one answer", line))
    if not cells.rows:
        problems.add(Problem.said(cells.path, "file", "has no rows", "at least one patient who was sequenced"))
    problems.stop_if_any()
    return found


def samples(path: Path, missing: Collection[str] = MISSING_WORDS) -> Samples:
    """The sample sheet, or a list of samples as cBioPortal has it (SAMPLE_ID, SAMPLE_TYPE).

    Raises InputError for two dates of one sample, and as the readers of both do.
    """
    if _is_listed(path):
        return Samples(None, maf_samples.read_samples(path).normals)
    sheet = tables.read(path, "samples", missing=missing)
    status = sheet["status"] if "status" in sheet else pd.Series(dtype="object")
    normals = frozenset(sheet.loc[status.isin(["normal", "0"]).reindex(sheet.index, fill_value=False), "sample"])
    if "collected" not in sheet:
        return Samples(None, normals)
    problems = Problems()
    dated = sheet[sheet["collected"].notna()]
    first = dated.drop_duplicates("sample").set_index("sample")["collected"]
    for line, sample, date in dated[["sample", "collected"]].itertuples():
        if date != first[sample]:
            expected = f"{first[sample]:%Y-%m-%d}, as in another row of sample {sample}"
            problems.add(Problem(str(path), "collected", f"{date:%Y-%m-%d}", expected, int(line)))
    problems.stop_if_any()
    return Samples(first, normals)


def _of_patients(path: Path) -> bool:
    """Whether a file is a table with the column `patient` and without samples."""
    try:
        header = tables.read_cells(path).header
    except InputError:
        return False
    return "patient" in header and "sample" not in header


def _is_listed(path: Path) -> bool:
    """Whether a file begins, but for comments, as a list of cBioPortal does."""
    lines = [line for _, line in numbered(path) if line.strip() and not is_comment(line)]
    return "SAMPLE_ID" in "".join(lines[:1]).upper()
