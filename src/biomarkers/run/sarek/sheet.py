"""The results of nf-core/sarek as a sample sheet: what is taken of each tumor, what is left, and why."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from biomarkers.errors import InputError, Problem, Problems, count, log
from biomarkers.io import folders, tables
from biomarkers.run.sarek import names, people
from biomarkers.run.sarek.names import ANNOTATORS, MUTECT2, PARTS, STRELKA, Found
from biomarkers.run.sarek.people import NORMAL, TUMOR, Person
from biomarkers.variants.vcf import Header, open_vcf

MARKS = ("sarek.tsv", "config/samples.tsv")
"""By these a folder is known as one that this import wrote."""
CONFIG = """\
# Made of the results of nf-core/sarek by `biomarkers import sarek`. Run with: biomarkers run --directory THIS_FOLDER
samples: config/samples.tsv
# What the burden is divided by: the capture's targets in the genome that sarek used, or one number for all samples.
# The FASTA is also needed where calls are not annotated yet.
# reference:
#   fasta: /path/to/genome.fasta
#   targets: /path/to/targets.bed
#   genes: /path/to/genes.gff3.gz
#   assumed_bp: 30000000
# Clinical sheets and plan, for the cohort and the page: docs/tables.md.
# clinical: {patients: config/patients.tsv, assessments: config/assessments.tsv}
# plan: config/analysis_plan.yaml
"""


class Row(NamedTuple):
    """A row of the sample sheet. Columns of the VCF are empty where its header tells them."""

    patient: str
    sample: str
    status: str
    vcf: str
    vcf_tumor: str = ""
    vcf_normal: str = ""


class Taken(NamedTuple):
    """The rows of the sheet, and of each VCF that was found why it is left (empty: it is taken).

    without: tumors that sarek's sheets or its folders name and of which nothing is taken.
    """

    rows: list[Row]
    reasons: dict[Found, str]
    without: list[str]


def write(outdir: Path, out: Path, *, sheets_only: bool = False) -> None:
    """Write sheet, list of VCFs and config into `out`, and say what is taken. A config that is there already stays.

    Raises InputError with everything that cannot be decided, and for a folder without somatic calls.
    """
    taken = take(outdir)
    texts = {"config/samples.tsv": _text(taken.rows), "sarek.tsv": tables.as_text(_table(taken), "sarek")}
    if not sheets_only and not (out / "config" / "config.yaml").is_file():
        texts["config/config.yaml"] = CONFIG
    folders.write_texts(texts, out, MARKS, ())
    for line in summary(taken):
        log.info(line)
    for line in warnings(taken):
        log.warning(line)


def take(outdir: Path) -> Taken:
    """What is counted of a results folder. Raises InputError where nothing is, or where it cannot be decided."""
    problems = Problems()
    if not outdir.is_dir():
        found_there = "is a file" if outdir.exists() else "does not exist"
        raise InputError(
            Problem.said(str(outdir), "folder", found_there, "the results folder (--outdir) of nf-core/sarek")
        )
    found = _found(outdir)
    _check_somatic(outdir, found)
    persons, patients = people.read(outdir, problems)
    reasons = {one: one.reason for one in found}
    by_name: dict[str, list[Found]] = {}
    for one in found:
        if not one.reason:
            by_name.setdefault(one.name, []).append(one)
    chosen: dict[str, list[Found]] = {}
    for name, calls in by_name.items():
        chosen[name] = _chosen(calls, reasons)
        if not chosen[name]:
            said = ", ".join(sorted(one.path for one in calls))
            expected = f"both of Strelka's files ({' and '.join(PARTS)}), or calls of Mutect2"
            problems.add(Problem.said(str(outdir), f"calls of {name}", f"are {said} alone", expected))
    for path in (one.path for calls in chosen.values() for one in calls if not (outdir / one.path).is_file()):
        expected = "a file: results that hold links (`--publish_dir_mode symlink`) need sarek's work folder"
        problems.add(Problem.said(str(outdir / path), "file", "is a link to nothing", expected))
    problems.stop_if_any()
    rows = _rows(outdir, chosen, persons, patients, reasons, problems)
    problems.stop_if_any()
    return Taken(rows, reasons, sorted(_tumors(found, persons) - {row.sample for row in rows}))


def summary(taken: Taken) -> list[str]:
    """Sentences: what is taken of which samples, what is left and why."""
    kept = [one for one, reason in taken.reasons.items() if not reason]
    ways = Counter(f"{one.caller}, {one.annotator or 'not annotated'}" for one in kept)
    samples = {row.sample for row in taken.rows}
    patients = {row.patient for row in taken.rows}
    listed = "; ".join(f"{way} ({count(number, 'file')})" for way, number in sorted(ways.items()))
    lines = [f"taken: {count(len(samples), 'tumor sample')} of {count(len(patients), 'patient')} from {listed}"]
    left = Counter((one.caller or "others", reason) for one, reason in taken.reasons.items() if reason)
    return lines + [
        f"left: {caller}, {count(number, 'file')}: {reason}" for (caller, reason), number in sorted(left.items())
    ]


def warnings(taken: Taken) -> list[str]:
    """Sentences: tumors that the sheet does not have, and burdens that were not made alike."""
    lines = []
    if taken.without:
        listed = ", ".join(taken.without)
        lines.append(
            f"no calls are taken of {count(len(taken.without), 'tumor')}: {listed}; {MARKS[0]} says why files are left"
        )
    callers = sorted({one.caller for one, reason in taken.reasons.items() if not reason})
    if len(callers) > 1:
        lines.append(f"tumors are from {' and '.join(callers)}: their burdens are not made alike; run one for all")
    return lines


def _tumors(found: Iterable[Found], persons: Mapping[str, Person]) -> set[str]:
    """Tumors by status in sarek's sheets, and those of pairs that a caller was given."""
    pairs = {one.name for one in found if people.SEPARATOR in one.name}
    named = {pair[0] for name in pairs if (pair := people.split(name, dict(persons)))}
    return named | {sample for sample, person in persons.items() if person.status == TUMOR}


def _found(outdir: Path) -> list[Found]:
    """Every VCF in the places of sarek's calls, in the order of their paths."""
    paths = (path for top in outdir.iterdir() if top.name.lower() in names.SECTIONS for path in top.rglob("*"))
    vcfs = (path for path in paths if path.name.endswith((".vcf.gz", ".vcf", ".bcf")) and not path.name.startswith("."))
    inside = (path.relative_to(outdir).as_posix() for path in vcfs)
    return [one for path in sorted(inside) if (one := names.read(path))]


def _check_somatic(outdir: Path, found: Sequence[Found]) -> None:
    """Raise InputError, with the remedy, for a folder that holds nothing which could be counted."""
    if not found:
        expected = "the results folder (--outdir) of nf-core/sarek, with VCFs in variant_calling/ or annotation/"
        raise InputError(Problem.said(str(outdir), "folder", "holds no calls of sarek", expected))
    if all(one.reason for one in found):
        kinds = Counter((one.caller or "others", one.reason) for one in found)
        listed = "; ".join(f"{caller} {number}: {reason}" for (caller, reason), number in sorted(kinds.items()))
        expected = (
            "filtered somatic calls: run sarek with `--tools mutect2` (or strelka), with tumors (status 1) in its sheet"
            f". What there is: {listed}"
        )
        raise InputError(Problem.said(str(outdir), "folder", "holds no somatic calls that could be counted", expected))


def _chosen(calls: Iterable[Found], reasons: dict[Found, str]) -> list[Found]:
    """The files of a sample or pair that are counted; why each other one is left goes into `reasons`.

    Mutect2 before Strelka, annotated before plain, as called before what sarek filtered or normalised later. Of
    Strelka both files, of one kind, or none.
    """
    sets: dict[tuple[str, str, int], list[Found]] = {}
    # Of copies of a file the one with the shortest name is sarek's own.
    for one in sorted(calls, key=lambda call: (len(call.path), call.path)):
        sets.setdefault((one.caller, one.annotator, one.steps), []).append(one)
    whole = [key for key, files in sets.items() if key[0] == MUTECT2 or {one.part for one in files} == {*PARTS}]
    order = (*ANNOTATORS, "")
    best = min(whole, key=lambda key: (key[0] == STRELKA, order.index(key[1]), key[2])) if whole else None
    kept = [] if best is None else list({one.part: one for one in reversed(sets[best])}.values())
    for key, files in sets.items():
        for one in (file for file in files if file not in kept):
            if best is None or key not in whole:
                reasons[one] = "the other file of Strelka is not there"
            elif key[0] != best[0]:
                reasons[one] = f"{best[0]} is taken"
            else:
                reasons[one] = f"another file of the same calls is taken ({sets[best][0].path})"
    return sorted(kept)


def _rows(
    outdir: Path,
    chosen: Mapping[str, list[Found]],
    persons: Mapping[str, Person],
    patients: set[str],
    reasons: dict[Found, str],
    problems: Problems,
) -> list[Row]:
    """Rows of the sheet, a tumor once: with its normal before without. What cannot be decided goes into `problems`."""
    rows: dict[str, tuple[str, list[Row]]] = {}
    for name, calls in sorted(chosen.items(), key=lambda each: (people.SEPARATOR not in each[0], each[0])):
        if not calls:
            continue
        if name in patients and name not in persons:
            made = problems.catch(_joint, outdir, name, calls)
        else:
            made = problems.catch(_of_pair, outdir, name, calls, dict(persons))
        for sample in dict.fromkeys(row.sample for row in made or []):
            own = [row for row in made or [] if row.sample == sample]
            other = rows.setdefault(sample, (name, own))[0]
            if other == name:
                continue
            if people.SEPARATOR in other and people.SEPARATOR in name:
                expected = "one normal of a tumor; move the other folder away"
                problems.add(Problem.said(str(outdir), f"tumor {sample}", f"is called as {other} and {name}", expected))
            for one in calls:
                reasons[one] = f"{other} is taken"
    return [row for _, own in rows.values() for row in own]


def _of_pair(outdir: Path, name: str, calls: Sequence[Found], persons: dict[str, Person]) -> list[Row]:
    """Rows of a tumor with or without its normal."""
    pair = people.split(name, persons)
    if pair is None:
        expected = "sarek's csv/ beside it, which names the samples"
        raise InputError(Problem.said(str(outdir), name, "can be read as several pairs of samples", expected))
    tumor, _ = pair
    person = persons.get(tumor) or Person(_patient_in(outdir / calls[0].path, tumor), "")
    if person.status == NORMAL:
        expected = "calls of a tumor (status 1)"
        raise InputError(
            Problem.said(str(outdir / calls[0].path), f"sample {tumor}", "is a normal by sarek's sheets", expected)
        )
    if not person.patient:
        expected = "sarek's csv/ in that folder (or the sheet that pipeline_info/ names), which say whose a sample is"
        raise InputError(Problem(str(outdir), f"patient of {tumor}", None, expected))
    return [Row(person.patient, tumor, TUMOR, _path(outdir, one)) for one in calls]


def _joint(outdir: Path, patient: str, calls: Sequence[Found]) -> list[Row]:
    """Rows of a patient whose tumors Mutect2 called together (`--joint_mutect2`): each has a column PATIENT_SAMPLE."""
    one = calls[0]
    header = open_vcf(str(outdir / one.path))[0]
    columns, normals = list(header.samples), _told(header, "normal_sample")
    prefix = f"{patient}_"
    tumors = [column for column in columns if column not in normals]
    if not tumors or not all(column.startswith(prefix) for column in tumors):
        expected = f"columns {prefix}SAMPLE, as sarek names them, and ##normal_sample in its header"
        raise InputError(Problem.said(str(outdir / one.path), "columns", f"are {', '.join(columns)}", expected))
    normal = next(iter(normals), "none")
    return [Row(patient, column.removeprefix(prefix), TUMOR, _path(outdir, one), column, normal) for column in tumors]


def _patient_in(file: Path, tumor: str) -> str:
    """Patient by the name PATIENT_SAMPLE that sarek gives a sample's reads, which Mutect2 writes; empty without it."""
    header = open_vcf(str(file))[0]
    named = [name for name in _told(header, "tumor_sample") if name.endswith(f"_{tumor}")]
    return named[0].removesuffix(f"_{tumor}") if len(named) == 1 else ""


def _told(header: Header, key: str) -> list[str]:
    return [value for name, value in header.lines if name == key]


def _path(outdir: Path, one: Found) -> str:
    return os.path.abspath(outdir / one.path)


def _text(rows: Sequence[Row]) -> str:
    """The sample sheet, without the columns that no row fills."""
    columns = [name for name in Row._fields if any(getattr(row, name) for row in rows)]
    lines = [columns, *([getattr(row, name) for name in columns] for row in rows)]
    return "".join("\t".join(cells) + "\n" for cells in lines)


def _table(taken: Taken) -> pd.DataFrame:
    """Every VCF, and why it is taken or left."""
    rows = [
        {
            "file": one.path,
            "caller": one.caller or None,
            "sample": one.name,
            "taken": int(not why),
            "reason": why or None,
        }
        for one, why in taken.reasons.items()
    ]
    return tables.of_rows(rows, "sarek")
