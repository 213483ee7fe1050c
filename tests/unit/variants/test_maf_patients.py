"""Samples of a MAF joined to the patients of a sheet: by their names, by a list, by the MAF's own column."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from biomarkers.errors import InputError
from biomarkers.variants.maf_cells import Maf
from biomarkers.variants.maf_patients import Joined, People, candidates, join
from biomarkers.variants.maf_samples import Listed

PEOPLE = frozenset({"P1", "P2", "P10", "TCGA-AB-2802"})


def joined(tmp_path: Path, names: list[str], listed: Listed | None = None, **people: object) -> Joined:
    """A MAF of one mutation a sample, joined to the people."""
    lines = ["Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification", *(f"G\t{name}\tSilent" for name in names)]
    (tmp_path / "m.maf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    everybody = People("patients.tsv", **({"known": PEOPLE} | people))  # type: ignore[arg-type]
    return join(Maf(tmp_path / "m.maf", "auto"), names, listed, everybody)


@pytest.mark.parametrize(
    ("sample", "patients"),
    [
        ("P1", ["P1"]),
        ("P1_T", ["P1"]),
        ("P10-T", ["P10"]),
        ("P1.10", ["P1"]),
        ("P1 tumor", ["P1"]),
        ("P1T", []),  # a letter might make it another patient
        ("P100", []),
        ("p1-T", []),
        ("T-P1", []),
        ("TCGA-AB-2802-03B-01W", ["TCGA-AB-2802"]),
    ],
)
def test_a_sample_belongs_to_the_patient_that_its_name_begins_with(sample: str, patients: list[str]) -> None:
    assert candidates(sample, PEOPLE) == patients


def test_one_name_is_never_two_patients(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"P1_2_T'; expected the name of one patient; P1 and P1_2 both begin it"):
        joined(tmp_path, ["P1_2_T"], known=frozenset({"P1", "P1_2"}))
    told = Listed({"P1_2_T": "P1"})
    assert joined(tmp_path, ["P1_2_T"], told, known=frozenset({"P1", "P1_2"})).patients == {"P1_2_T": "P1"}


def test_a_list_of_samples_goes_before_their_names(tmp_path: Path) -> None:
    """S9 is P2's by the list; P1-T has no patient there but itself, and its name tells."""
    told = Listed({"S9": "P2", "P1-T": "P1-T", "P10_B": "stranger"})
    found = joined(tmp_path, ["S9", "P1-T", "P10_B"], told)
    assert found.listed is not None
    assert found.listed.tumors == {"S9": "P2", "P1-T": "P1", "P10_B": "stranger"}


def test_a_list_of_patients_stands_for_their_samples(tmp_path: Path) -> None:
    """P1 has rows, P2 has none and is a zero, P10 was not sequenced: its rows are a stranger's."""
    found = joined(tmp_path, ["P1-T", "P10-T"], sequenced={"P1": True, "P2": True, "P10": False})
    assert found.listed == Listed({"P1-T": "P1", "P2": "P2"})


def test_samples_of_nobody_are_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "biomarkers"):
        assert joined(tmp_path, ["P1-T", "X7"]).patients == {"P1-T": "P1"}
    assert caplog.messages == [f"{tmp_path}/m.maf: 1 of 2 samples are of no patient in patients.tsv: X7"]
    expected = r"'P3'; expected a sample of a patient of patients.tsv, named as the patient .* separator; a list with"
    with pytest.raises(InputError, match=expected):
        joined(tmp_path, ["P3", "X7"])


def test_without_patients_nothing_is_joined(tmp_path: Path) -> None:
    (tmp_path / "m.maf").write_text("Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\n", encoding="utf-8")
    told = Listed({"S": "S"})
    assert join(Maf(tmp_path / "m.maf", "auto"), ["S"], told, None) == Joined(told, {})
