"""Whose the samples of a MAF are: joined to the patients of a sheet by their names (docs/methods.md, 1.20)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from biomarkers.errors import InputError, LineProblems, Problem, Problems, first_few, log, nearest
from biomarkers.variants.maf_cells import Maf
from biomarkers.variants.maf_samples import Listed, is_normal, patient_of

SEPARATOR = re.compile(r"[^A-Za-z0-9]")
"""What may stand between a patient and the rest of a sample's name: a letter or digit would make it another patient."""
REMEDY = "a list with the columns sample and patient says whose it is (--samples, in a run clinical.sequenced)"


class People(NamedTuple):
    """Patients that samples are joined to. file: the sheet, for messages; known: its patients.

    sequenced: whether each patient of a list was sequenced, None where no list names patients alone.
    """

    file: str
    known: frozenset[str] = frozenset()
    sequenced: Mapping[str, bool] | None = None

    @property
    def all(self) -> frozenset[str]:
        """Patients of the sheet and of the list."""
        return self.known | frozenset(self.sequenced or ())


class Joined(NamedTuple):
    """Sequenced samples, None when nobody listed them, and the patient of every sample that belongs to one."""

    listed: Listed | None
    patients: dict[str, str]


def candidates(sample: str, patients: Collection[str]) -> list[str]:
    """Patients whose sample this may be by its name; several where one patient's name begins another's.

    The name is the patient's, or TCGA's barcode of the patient, or begins with it before a character that is neither
    letter nor digit.

    >>> candidates("P1-T2", {"P1", "P10"}), candidates("P1T", {"P1"}), candidates("P1_2_T", {"P1", "P1_2"})
    (['P1'], [], ['P1', 'P1_2'])
    """
    for whole in (sample, patient_of(sample)):
        if whole in patients:
            return [whole]
    parts = [sample[: match.start()] for match in SEPARATOR.finditer(sample)]
    return [part for part in parts if part in patients]


def join(maf: Maf, names: Collection[str], listed: Listed | None, people: People | None) -> Joined:
    """Samples of a MAF and of a list of samples with their patients.

    names: of the tumors in the MAF. A patient that a list or the MAF's own column `patient` states goes before the
    name. Raises InputError for names that fit two patients, for a sample that the column gives to two, and when no
    sample belongs to any patient of the sheet.
    """
    stated = _stated(maf)
    if people is None:
        return Joined(listed, {})
    problems, everybody = Problems(), people.all
    if listed is not None:
        stated |= {sample: patient for sample, patient in listed.tumors.items() if patient != patient_of(sample)}
    found: dict[str, str] = {}
    for sample in dict.fromkeys([*names, *(listed.tumors if listed else ())]):
        own = [stated[sample]] if sample in stated else candidates(sample, everybody)
        if len(own) > 1:
            expected = f"the name of one patient; {' and '.join(own)} both begin it ({REMEDY})"
            problems.add(Problem(maf.file, "Tumor_Sample_Barcode", sample, expected))
        elif own:
            found[sample] = own[0]
    problems.stop_if_any()
    strangers = [name for name in names if found.get(name) not in everybody and not is_normal(name)]
    if names and len(strangers) == len(names):
        expected = f"a sample of a patient of {people.file}, named as the patient or with more behind a separator"
        raise InputError(
            Problem(
                maf.file,
                "Tumor_Sample_Barcode",
                strangers[0],
                f"{expected}{nearest(strangers[0], everybody)}; {REMEDY}",
            )
        )
    if strangers:
        said = "%s: %d of %d samples are of no patient in %s: %s"
        log.warning(said, maf.file, len(strangers), len(names), people.file, first_few(strangers))
    if people.sequenced is not None:
        listed = _of_patients(people.sequenced, {name: found[name] for name in names if name in found})
    elif listed is not None:
        listed = listed._replace(tumors=listed.tumors | {name: found[name] for name in listed.tumors if name in found})
    return Joined(listed, found)


def _stated(maf: Maf) -> dict[str, str]:
    """Patient by sample where the MAF has a column for it. Raises InputError for a sample of two."""
    found, problems, get = dict[str, str](), LineProblems(maf.file), maf.layout.get
    for number, cells in maf.rows("sample", "patient") if maf.layout.at["patient"] >= 0 else ():
        sample, patient = get(cells, "sample"), get(cells, "patient")
        if patient and found.setdefault(sample, patient) != patient:
            expected = f"each sample with one patient ({sample} has {found[sample]} above)"
            problems.add(Problem(maf.file, "patient", patient, expected, number))
    problems.stop_if_any()
    return found


def _of_patients(sequenced: Mapping[str, bool], samples: Mapping[str, str]) -> Listed:
    """The list of samples that a list of patients stands for: one without rows in the MAF is named as its patient."""
    tumors = {name: patient for name, patient in samples.items() if sequenced.get(patient)}
    found = set(tumors.values())
    without = [patient for patient, told in sequenced.items() if told and patient not in found]
    return Listed(tumors | dict(zip(without, without, strict=True)))
