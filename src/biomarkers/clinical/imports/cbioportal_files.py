"""Files of a cBioPortal study: which there are, by their meta files or usual names, and what stands in them.

https://docs.cbioportal.org/file-formats/: clinical files begin with lines of `#` (display name, description, type,
priority), then the headings; case lists name samples; a gene panel matrix names the panel of each profiled sample.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import Problem, Problems, log
from biomarkers.genome import gene_panels
from biomarkers.io import foreign, maf_comments
from biomarkers.io.cells import MISSING, MISSING_WORDS, Cells, plain
from biomarkers.io.lines import is_comment, numbered

USUAL = {
    "patient": ("data_clinical_patient.txt", "data_clinical_patients.txt", "data_bcr_clinical_data_patient.txt"),
    "sample": (
        "data_clinical_sample.txt",
        "data_clinical_samples.txt",
        "data_bcr_clinical_data_sample.txt",
        "data_clinical.txt",
    ),
    "mutations": ("data_mutations.txt", "data_mutations_extended.txt", "data_mutations_mskcc.txt"),
    "panels": ("data_gene_panel_matrix.txt", "data_gene_matrix.txt"),
}
"""Usual names by kind, for studies without meta files."""
KINDS = {
    "PATIENT_ATTRIBUTES": "patient",
    "SAMPLE_ATTRIBUTES": "sample",
    "MIXED_ATTRIBUTES": "sample",
    "GENE_PANEL_MATRIX": "panels",
}
"""By `datatype` of a meta file."""
WITHOUT = "without the file in the folder no genes are read"
OF_MAF = ("Hugo_Symbol", "Tumor_Sample_Barcode", "Variant_Classification", "Mutation_Status", "Entrez_Gene_Id")


class Attribute(NamedTuple):
    """What the lines of `#` say of a column; empty where there are none."""

    name: str = ""
    description: str = ""


@dataclass(frozen=True)
class Clinical:
    """A clinical file: its cells, under headings in capitals, and what the lines above say of each."""

    cells: Cells
    told: dict[str, Attribute]


@dataclass(frozen=True)
class Study:
    """Paths of a study's files by kind, None where there is none."""

    folder: Path
    patient: Path | None = None
    sample: Path | None = None
    mutations: Path | None = None
    panels: Path | None = None
    case_lists: tuple[Path, ...] = ()
    timelines: tuple[Path, ...] = ()


def capitals(heading: str) -> str:
    """A heading or display name as they are compared.

    >>> capitals("Overall Survival (Months)"), capitals(" OS_STATUS"), capitals("PD-L1 TPS (%)")
    ('OVERALL_SURVIVAL_MONTHS', 'OS_STATUS', 'PD_L1_TPS')
    """
    return re.sub(r"[^A-Z0-9]+", "_", heading.upper()).strip("_")


def find(source: Path, problems: Problems) -> Study | None:
    """The files of a study folder, or a table that the portal's web page gave; None without any clinical file."""
    if source.is_file():
        return Study(source.parent, sample=source)
    named = dict(_by_meta(source, problems))
    found: dict[str, Path] = {}
    for kind, names in USUAL.items():
        usual = next((source / name for name in names if (source / name).is_file()), None)
        if path := named.get(kind, usual):
            found[kind] = path
    if "patient" not in found and "sample" not in found:
        expected = "data_clinical_patient.txt or data_clinical_sample.txt in it, as cBioPortal's studies have"
        if any(source.glob("*.tar.gz")):
            expected += " (unpack the .tar.gz first)"
        elif inner := sorted(path.parent.name for path in source.glob("*/data_clinical_*.txt")):
            expected += f" (is it {source / inner[0]}?)"
        problems.add(Problem.said(str(source), "folder", "has no clinical file", expected))
        return None
    lists = tuple(sorted((source / "case_lists").glob("*.txt")))
    return Study(source, **found, case_lists=lists, timelines=tuple(sorted(source.glob("data_timeline*.txt"))))


def _by_meta(source: Path, problems: Problems) -> Iterator[tuple[str, Path]]:
    """Kind and path of the files that meta files name."""
    for meta in sorted(source.glob("meta_*.txt")):
        fields = dict(_fields(meta))
        kind = KINDS.get(fields.get("datatype", "").upper())
        if fields.get("genetic_alteration_type", "").upper() == "MUTATION_EXTENDED":
            kind = "mutations" if fields.get("stable_id", "mutations") == "mutations" else None
        name = fields.get("data_filename")
        if kind is None or not name:
            continue
        if (source / name).is_file():
            yield kind, source / name
        elif kind in ("mutations", "panels"):
            log.warning("%s: %s is not in the folder, so that it is not read", meta, name)
        else:
            expected = "a file that is there (the study was not copied whole?)"
            problems.add(Problem(str(meta), "data_filename", name, expected))


def _fields(path: Path) -> Iterator[tuple[str, str]]:
    """`name: value` of a meta file or a case list."""
    for _, line in numbered(path):
        name, colon, value = line.partition(":")
        if colon and not line.startswith("#"):
            yield name.strip(), value.strip()


def _is_pointer(path: Path, line: str, problems: Problems) -> bool:
    """Whether a line is that of a pointer of Git LFS in place of the file, which is a problem."""
    found = line.startswith("version https://git-lfs")
    if found:
        expected = "the file itself: `git lfs pull` brings it"
        problems.add(Problem.said(str(path), "file", "is a pointer of Git LFS", expected))
    return found


def read(path: Path, problems: Problems) -> Clinical | None:
    """A clinical file. A pointer of Git LFS in its place, and headings that stand twice, are problems."""
    above = []
    for _, line in numbered(path):
        if _is_pointer(path, line, problems):
            return None
        if not line.startswith("#"):
            break
        above.append([cell.strip() for cell in line.lstrip("#").rstrip("\r\n").split("\t")])
    cells = problems.catch(foreign.read, path, comment="#")
    if cells is None:
        return None
    headings = [capitals(name) for name in cells.header]
    for heading in dict.fromkeys(name for name in headings if name and headings.count(name) > 1):
        problems.add(Problem(str(path), "heading", heading, "each heading once"))
    names, descriptions = ([*lines, *[""] * len(headings)] for lines in [*above, [], []][:2])
    attributes = map(Attribute, names, descriptions)
    told = {heading: each for heading, each in zip(headings, attributes, strict=False) if heading}
    return Clinical(cells._replace(header=headings), told)


def sequenced(study: Study) -> tuple[list[str], Path | None]:
    """Samples whose mutations were looked for, and the file that says so; no file where none does."""
    for path in study.case_lists:
        fields = dict(_fields(path))
        category = fields.get("case_list_category", "")
        if path.stem == "cases_sequenced" or category == "all_cases_with_mutation_data":
            return fields.get("case_list_ids", "").split(), path
    if study.panels is not None:
        return list(panels(study)), study.panels
    if study.mutations is not None:
        for _, line in numbered(study.mutations):
            if line.strip() and not is_comment(line):
                break
            if listed := maf_comments.LISTS.match(line):
                return listed[1].split(), study.mutations
    return [], None


def panels(study: Study) -> dict[str, str]:
    """Panel of each sample whose mutations were looked for, by the gene panel matrix."""
    if study.panels is None:
        return {}
    cells = foreign.read(study.panels, comment="#")
    header = [name.casefold() for name in cells.header]
    at = next((place for place, name in enumerate(header) if name in ("mutations", "mutation")), None)
    if at is None or "sample_id" not in header:
        return {}
    own = header.index("sample_id")
    return {row[own]: row[at] for row in cells.rows if row[at] not in MISSING}


def listed_panels(study: Study) -> dict[str, list[str]]:
    """Genes of each panel whose file (data_gene_panel_NAME.txt) is in the study's folder or one within it."""
    found = {}
    for path in sorted(study.folder.rglob("data_gene_panel_*.txt")):
        if path != study.panels and (one := gene_panels.of_cbioportal(path)) is not None and all(one):
            found[one[0]] = one[1]
    return found


def mutations(path: Path, whose: dict[str, str], problems: Problems) -> tuple[Cells, int] | None:
    """The genes of a MAF with the patient of each row, and how many rows are of no known tumor sample.

    whose: patient by tumor sample. The file is read line by line: it may have a million rows of a hundred columns.
    """
    places: dict[str, int] = {}
    rows: list[list[str]] = []
    lines: list[int] = []
    strangers = 0
    for number, line in numbered(path):
        if _is_pointer(path, line, problems):
            return None
        if is_comment(line) or not line.strip():
            continue
        cells = line.rstrip("\r\n").split("\t")
        if not places:
            header = [name.strip().casefold() for name in cells]
            places = {name: header.index(name.casefold()) for name in OF_MAF if name.casefold() in header}
            if lacking := [name for name in OF_MAF[:3] if name not in places]:
                expected = f"this column in the header of a MAF, separated by tabs; {WITHOUT}"
                problems.add(*[Problem(str(path), name, None, expected, number) for name in lacking])
                return None
            continue
        row = [cells[at].strip() if at < len(cells) else "" for at in places.values()]
        sample = row[[*places].index("Tumor_Sample_Barcode")]
        if sample not in whose:
            strangers += 1
            continue
        rows.append([whose[sample], *row])
        lines.append(number)
    if not places:
        problems.add(Problem.said(str(path), "file", "is empty", f"a MAF with its header; {WITHOUT}"))
        return None
    return Cells(str(path), ["PATIENT_ID", *places], rows, lines), strangers


def agreed(clinical: Clinical, rows: Iterable[int], key: int) -> tuple[Cells, dict[str, list[str]]]:
    """One row a patient of some rows of a sample file; what a patient's samples have differently is empty there.

    key: place of PATIENT_ID. Also returns the patients whose samples differ, by heading.
    """
    grouped: dict[str, list[int]] = {}
    for place in rows:
        grouped.setdefault(clinical.cells.rows[place][key], []).append(place)
    differ: dict[str, list[str]] = {}
    made, lines = [], []
    for patient, own in grouped.items():
        row = []
        for at, heading in enumerate(clinical.cells.header):
            found = {clinical.cells.rows[place][at] for place in own}
            found = {cell for cell in found if cell not in MISSING and plain(cell) not in MISSING_WORDS}
            if len(found) > 1:
                differ.setdefault(heading, []).append(patient)
            row.append(found.pop() if len(found) == 1 else "")
        made.append(row)
        lines.append(clinical.cells.lines[own[0]])
    return clinical.cells._replace(rows=made, lines=lines), differ
