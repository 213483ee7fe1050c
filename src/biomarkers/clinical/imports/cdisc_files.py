"""CDISC datasets out of their files: CSV and TSV, SAS transport (XPT), SAS7BDAT and Dataset-JSON, as text.

A dataset is known by its name (`dm.xpt`, `sdtm_rs.tsv.gz`, `ADTTE.csv`), else by its column DOMAIN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import Problem, Problems, log
from biomarkers.io import dataset_json, sas, tables
from biomarkers.io.cells import MISSING, Cells

ADAM = ("ADSL", "ADRS", "ADTTE", "ADAE")
USED = ("DM", "RS", "TR", "TU", "AE", "EX", "DS", "SS", *ADAM)
"""Datasets of which there may be one file only."""
DATED = ("SV", "LB", "VS", "QS", "CM", "PR", "EG", "FA", "MH")
"""Further SDTM domains, which may be split into several files; `SV` to `EG` tell when a patient was alive."""
TEXT = (".csv", ".tsv", ".txt")
ENDINGS = (*TEXT, *(f"{ending}.gz" for ending in TEXT), ".xpt", ".sas7bdat", ".json", ".ndjson")


class Dataset(NamedTuple):
    """A dataset: rows by heading (in capitals), missing cells empty, and the line or number of each row."""

    name: str
    path: str
    header: list[str]
    rows: list[dict[str, str]]
    lines: list[int]

    def has(self, *headings: str) -> bool:
        """Whether each heading is there and filled in some row."""
        return all(name in self.header and any(row[name] for row in self.rows) for name in headings)

    def taken(self, keep: Iterable[bool]) -> Dataset:
        """The dataset with some of its rows."""
        chosen = [(row, line) for row, line, kept in zip(self.rows, self.lines, keep, strict=True) if kept]
        return self._replace(rows=[row for row, _ in chosen], lines=[line for _, line in chosen])

    def cells(self) -> Cells:
        """As a table of a mapping."""
        return Cells(self.path, self.header, [[row[name] for name in self.header] for row in self.rows], self.lines)


def read_all(source: Path, problems: Problems) -> dict[str, list[Dataset]]:
    """Every dataset of a folder (and the folders in it), or of one file, by its name.

    Files that are no datasets of these are named on the log. Two files of a dataset in `USED` are a problem.
    """
    paths = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
    found: dict[str, list[Dataset]] = {}
    others = []
    for path in paths:
        dataset = problems.catch(_dataset, path) if path.name.lower().endswith(ENDINGS) else None
        if dataset is None:
            others.append(path.name)
            continue
        known = found.setdefault(dataset.name, [])
        known.append(dataset)
        if dataset.name in USED and len(known) > 1:
            expected = f"one file of {dataset.name}: {known[0].path} is another (put the right one into a folder)"
            problems.add(Problem.said(str(path), "file", f"is {dataset.name}", expected))
    if others:
        log.info("%s: files that are no SDTM or ADaM dataset in use are not read: %s", source, ", ".join(others))
    if not found:
        expected = f"datasets such as dm.xpt, rs.csv, adsl.xpt ({', '.join(USED)})"
        problems.add(Problem.said(str(source), "source", "has no dataset of CDISC", expected))
    return found


def _dataset(path: Path) -> Dataset | None:
    """The dataset in a file; None where it is no dataset that is used. Raises InputError for what cannot be read."""
    stem = path.name.split(".")[0]
    name = name_of(stem)
    if name is None and not path.name.lower().endswith((".csv", ".tsv", ".csv.gz", ".tsv.gz", ".xpt", ".sas7bdat")):
        return None
    cells = _cells(path)
    header = [heading.upper() for heading in cells.header]
    rows = [dict(zip(header, ("" if cell in MISSING else cell for cell in row), strict=True)) for row in cells.rows]
    if name is None:
        domains = {row.get("DOMAIN", "") for row in rows}
        name = next(iter(domains)) if len(domains) == 1 else None
        if name not in (*USED, *DATED) or "PARAMCD" in header:
            return None
    if "USUBJID" not in header:
        return None
    return Dataset(name, str(path), header, rows, cells.lines)


def name_of(stem: str) -> str | None:
    """The dataset that a file's name tells.

    >>> name_of("sdtm_rs"), name_of("ADTTE"), name_of("suppae"), name_of("adrs_onco"), name_of("patients")
    ('RS', 'ADTTE', 'SUPPAE', 'ADRS', None)
    """
    for word in re.split(r"[^A-Z0-9]+", stem.upper()):
        if word in (*USED, *DATED) or re.fullmatch(r"SUPP[A-Z]{2}", word):
            return word
    return None


def _cells(path: Path) -> Cells:
    """The cells of a file of any of the kinds."""
    ending = path.name.lower().rpartition(".")[2]
    if ending in sas.KINDS:
        return sas.read(path)
    return dataset_json.read(path) if ending in dataset_json.KINDS else tables.read_cells(path)


def with_supplement(dataset: Dataset, supplements: Sequence[Dataset]) -> Dataset:
    """A domain with the qualifiers of its SUPP-- as columns named by QNAM, which is how they belong to its rows."""
    values: dict[tuple[str, str, str], dict[str, str]] = {}
    for supplement in supplements:
        for row in supplement.rows:
            key = (row["USUBJID"], row.get("IDVAR", ""), row.get("IDVARVAL", ""))
            values.setdefault(key, {})[row.get("QNAM", "").upper()] = row.get("QVAL", "")
    added = dict.fromkeys(name for given in values.values() for name in given if name not in dataset.header)
    variables = {variable for _, variable, _ in values}
    rows = []
    for row in dataset.rows:
        qualifiers = dict.fromkeys(added, "")
        for variable in variables:
            given = values.get((row["USUBJID"], variable, row.get(variable, "")), {})
            qualifiers |= {name: value for name, value in given.items() if name in qualifiers}
        rows.append(row | qualifiers)
    return dataset._replace(header=[*dataset.header, *added], rows=rows)
