"""Memberships of another analysis, or of other patients, are refused: curves and groups would show them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.errors import InputError
from biomarkers.report.given import Tables
from biomarkers.report.reading import read

TRIAL = Path(__file__).parent / "trial"
NAMES = ("cohort", "results", "memberships", "groups", "rates", "flow", "tmb")
TEST = "response/tmb_per_mb/mann_whitney"


def taken(tmp_path: Path, members: pd.DataFrame) -> Tables:
    path = tmp_path / "memberships.tsv"
    members.to_csv(path, sep="\t", index=False)
    return read(None, **{name: path if name == "memberships" else TRIAL / f"{name}.tsv" for name in NAMES})


def refused(tmp_path: Path, members: pd.DataFrame) -> list[str]:
    with pytest.raises(InputError) as told:
        taken(tmp_path, members)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in told.value.problems]


@pytest.fixture
def members() -> pd.DataFrame:
    """Those of the trial, as they were written."""
    return pd.read_csv(TRIAL / "memberships.tsv", sep="\t", dtype=str)


def test_members_of_another_cohort(tmp_path: Path, members: pd.DataFrame) -> None:
    members["patient"] = members["patient"].where(members["patient"] != "P01", "Q01")
    carriers = {"group": "mutated", "marker_class": "gene", "marker": "KRAS", "assayed": "1", "patients": "P02,Q02"}
    (said,) = refused(tmp_path, pd.concat([members, pd.DataFrame([carriers])]))
    assert said == (
        f"memberships.tsv: patient is Q01, Q02; expected patients of {TRIAL}/cohort.tsv, of which biomarkers associate"
        " made the file"
    )


def test_a_patient_twice_in_a_test(tmp_path: Path, members: pd.DataFrame) -> None:
    members.loc[1, "patient"] = "P01"
    members.loc[0, "group"], members.loc[1, "group"] = "responder", "non-responder"
    assert refused(tmp_path, members) == [
        f"memberships.tsv:3: patient of {TEST} is P01 again; expected each patient once"
    ]


def test_members_of_a_test_that_there_is_not(tmp_path: Path, members: pd.DataFrame) -> None:
    n = members["test"].eq(TEST).sum()
    (said,) = refused(tmp_path, members.assign(test=members["test"] + "x"))
    assert f"test of {TEST}x has {n} members; expected no row, as in " in said


def test_lists_of_carriers_are_no_members_of_a_test(tmp_path: Path, members: pd.DataFrame) -> None:
    about = {"marker_class": "gene", "marker": "KRAS", "assayed": "1"}
    lists = [about | {"group": group, "patients": who} for group, who in (("mutated", "P02,P03"), ("wild type", "P01"))]
    found = taken(tmp_path, pd.concat([members, pd.DataFrame(lists)])).memberships
    assert found is not None and len(found) == len(members) + 3
    assert found.loc[found["marker"].eq("KRAS"), "patient"].tolist() == ["P02", "P03", "P01"]
