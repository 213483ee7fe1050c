"""Whose mutations a MAF holds: who was sequenced, against which normal, and of whom nothing was understood.

A MAF has no row for a sample without a mutation, and none that says what was done; this is put together from lists,
comments and what all rows of a sample have in common (docs/methods.md, 1.19).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import InputError, Problem, Problems, count
from biomarkers.io import schemas, words
from biomarkers.io.lines import is_comment, numbered
from biomarkers.io.rows import rows
from biomarkers.variants.maf_cells import MISSING, Maf, whole

CASES = "case_list_ids:"
TCGA = re.compile(r"(TCGA-[A-Z0-9]{2}-[A-Z0-9]{4})-(\d)\d")
"""TCGA barcode: project, site, participant, sample type; the first three name the patient, types 10 to 29 no tumor."""
NORMAL = re.compile(r"\b(normal|germline|control)\b", re.IGNORECASE)
"""Words of a column with the kind of a sample, such as cBioPortal's `Normal` or TCGA's `Blood Derived Normal`."""
KINDS = ("sample_type", "sample_class", "tissue_type", "status")
SHEET = frozenset(("fastq_1", "bam", "cram", "vcf"))
"""Columns of a sheet of this program, whose `status` 0 is a normal; elsewhere it may be a patient's."""
POOL = re.compile(
    "(?<![a-z])(?:(?:frozen|ffpe)?_?pool|pon(?![a-z])|panel[-_ ]?(?:of[-_ ]?)?normals?(?![a-z]))", re.IGNORECASE
)
"""A normal of many people, such as MSK's PoolNormal or FROZENPOOL, which takes no germline variant away."""
UNMATCHED = re.compile(
    r"(?<![a-z])(?:(?:un|non[-_ ]?|not[-_ ]?)(?:matched|paired)|(?:no|without)[-_ ]?(?:matched[-_ ]?)?normal"
    r"|tumou?r[-_ ]?only)(?![a-z])",
    re.IGNORECASE,
)
"""Words in place of a normal's name which say that there was none, or not the patient's own."""
NO_NAME = frozenset(("", "-", "none", "unknown"))
"""Words in its place, in small letters, which say nothing."""


NAMED = schemas.expected({"pattern": schemas.NAME}) + " (or another name as its patient in the table of --samples)"


class Listed(NamedTuple):
    """A list of samples. tumors: patient by sequenced tumor, in order; normals: the others, which get no burden."""

    tumors: dict[str, str]
    normals: frozenset[str] = frozenset()


class Normals(NamedTuple):
    """Against what the calls were made. alone: by sample, whether tumor-only; None when nobody says.

    is_stated: the user said so. pools: names of normals that are pools.
    """

    alone: dict[str, bool | None]
    is_stated: bool = False
    pools: frozenset[str] = frozenset()


def is_name(patient: str) -> bool:
    """Whether a patient's name may reach a shell or a path."""
    return re.match(schemas.NAME, patient) is not None


def patient_of(sample: str) -> str:
    """Participant of a TCGA barcode; of any other sample the sample itself.

    >>> patient_of("TCGA-AB-2802-03B-01W-0728-08"), patient_of("P-0000004-T01-IM3")
    ('TCGA-AB-2802', 'P-0000004-T01-IM3')
    """
    match = TCGA.match(sample)
    return match[1] if match else sample


def is_normal(sample: str) -> bool:
    """Whether a name is vcf2maf's for a normal, or a TCGA barcode that of a normal or a control.

    >>> is_normal("TCGA-AB-2802-11B-01W-0728-08"), is_normal("TCGA-AB-2802-03B"), is_normal("T-11"), is_normal("NORMAL")
    (True, False, False, True)
    """
    match = TCGA.match(sample)
    return sample.upper() == "NORMAL" or (match is not None and match[2] in "12")


def of_names(names: Sequence[str]) -> Listed:
    """The list that is nothing but names of samples."""
    normals = frozenset(filter(is_normal, names))
    return Listed({name: patient_of(name) for name in names if name not in normals}, normals)


def read_samples(path: Path) -> Listed:
    """Every sequenced sample, in the file's order.

    A table with the columns `sample` and, where it has one, `patient` (also SAMPLE_ID and PATIENT_ID, as in the
    data_clinical_sample.txt of cBioPortal), or a case list of cBioPortal. A column SAMPLE_TYPE (or status) tells
    normals, a column SEQUENCED who was not sequenced. Raises InputError for a file without samples or with a sample of
    two patients.
    """
    lines = ["" if is_comment(line) else line for _, line in numbered(path)]
    for line in lines:
        if line.startswith(CASES):
            return of_names(line[len(CASES) :].split())
    first = next(filter(str.strip, lines), None)
    if first is None:
        raise InputError(Problem.said(str(path), "file", "is empty", "a table with the column sample"))
    cut = Problems()
    read = [*rows(str(path), "\n".join(lines), "," if "\t" not in first and "," in first else "\t", cut)]
    cut.stop_if_any()
    (top, header), *body = read or [(1, [])]
    header = [name.lower().removesuffix("_id") for name in header]
    header = ["sample" if name == "tumor_sample_barcode" else name for name in header]
    if "sample" not in header:
        expected = "a column sample or SAMPLE_ID, or a case list of cBioPortal"
        raise InputError(Problem(str(path), "sample", None, expected, top))
    found: dict[str, str] = {}
    normals: set[str] = set()
    problems = []
    for number, row in body:
        named = {name: "" if cell.lower() in MISSING else cell for name, cell in zip(header, row, strict=False)}
        sample = named.get("sample", "")
        patient = named.get("patient") or patient_of(sample)
        told = named.get("sequenced", "yes")
        answer = words.read("flag", told, (0, 1))
        sequenced = answer == "1"
        if told and answer is None:
            problems.append(Problem(str(path), "sequenced", named["sequenced"], "yes or no", number))
        elif sample and _is_normal(named, sample):
            normals.add(sample)
        elif sequenced and (not sample or found.setdefault(sample, patient) != patient):
            expected = "a sample" if not sample else f"each sample with one patient (above: {found[sample]})"
            problems.append(Problem(str(path), "sample", sample or None, expected, number))
        elif sequenced and not is_name(patient):
            column = "patient" if named.get("patient") else "sample"
            problems.append(Problem(str(path), column, patient, NAMED, number))
    if problems or not found:
        raise InputError(problems or Problem(str(path), "sample", None, "at least one sequenced tumor sample"))
    return Listed(found, frozenset(normals))


def normals(maf: Maf, alone: bool | None) -> Normals:
    """Against what each sample was called, of all of its rows; alone: what the user says of all, None for nothing.

    A named normal makes a call paired, whether its reads are told or not (GDC leaves them out). vcf2maf writes NORMAL
    where it was given no name: with reads of the normal in any row the call is paired, without them tumor-only.
    """
    names: dict[str, set[str]] = {}
    deep: set[str] = set()
    get, told = maf.layout.get, maf.layout.at["normal_depth"] >= 0
    for number, cells in maf.rows("sample", "normal", "normal_depth"):
        sample = get(cells, "sample")
        name = get(cells, "normal")
        names.setdefault(sample, set()).update(() if name.lower() in NO_NAME else (name,))
        if told and sample not in deep and whole(maf.file, number, "normal_depth", get(cells, "normal_depth")):
            deep.add(sample)
    if alone is not None:
        return Normals(dict.fromkeys(names, alone), is_stated=True)
    found = {sample: _alone(sample, given, deep=sample in deep, told=told) for sample, given in names.items()}
    pools = frozenset(name for sample, given in names.items() for name in given if POOL.search(name) and name != sample)
    return Normals(found, pools=pools)


def why_missing(rows: int, reasons: Counter[str], listed: bool) -> str:
    """Why a sample has no burden although it has rows, none of which could be judged; empty when it is a zero.

    reasons: number of rows by what kept them from being judged.
    """
    if reasons:
        told = ", ".join(f"{reason} ({n})" for reason, n in reasons.most_common(4))
        return f"none of its {count(rows, 'row')} could be judged: {told}"
    return (
        ""
        if listed
        else f"its {count(rows, 'row holds', 'rows hold')} no variant, and no list says that it was sequenced"
    )


def _alone(sample: str, given: set[str], *, deep: bool, told: bool) -> bool | None:
    """Whether a sample was called without a normal. given: names of its normals; deep: any row has reads of it."""
    nameless = {name for name in given if name.upper() == "NORMAL"}
    unmatched = {name for name in given if UNMATCHED.search(name)}
    if sample in given or (unmatched and unmatched == given):
        return True
    given = given - unmatched
    if any(not POOL.search(name) for name in given - nameless):
        return False
    if given - nameless or not nameless:
        return None
    return False if deep else True if told else None


def _is_normal(named: dict[str, str], sample: str) -> bool:
    kinds = [named.get(column, "") for column in KINDS]
    zero = named.get("status") == "0" and not SHEET.isdisjoint(named)
    return zero or is_normal(sample) or any(NORMAL.search(kind) for kind in kinds)
