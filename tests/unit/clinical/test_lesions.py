"""RECIST 1.1 from lesions: each line of its tables, and real visits against R."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.clinical.lesions import (
    check_lesions,
    non_target_response,
    overall_response,
    target_response,
    visit_responses,
)
from biomarkers.errors import Problems

BASELINE = {"T1": 60.0, "T2": 40.0}


@pytest.mark.parametrize(
    ("sizes", "nadir", "expected"),
    [
        ({"T1": 0, "T2": 0}, 100, "CR"),
        ({"T1": 0, "T2": 0.1}, 100, "PR"),
        ({"T1": 40, "T2": 30}, 100, "PR"),
        ({"T1": 40, "T2": 30.1}, 100, "SD"),
        ({"T1": 70, "T2": 49.9}, 100, "SD"),
        ({"T1": 70, "T2": 50}, 100, "PD"),
        ({"T1": 30, "T2": 30}, 50, "PD"),
        ({"T1": 30, "T2": 29.9}, 50, "PR"),
        ({"T1": 14.9, "T2": 0}, 10, "PR"),
        ({"T1": 15, "T2": 0}, 10, "PD"),
        ({"T1": 4.9, "T2": 0}, 0, "PR"),
        ({"T1": 5, "T2": 0}, 0, "PD"),
        ({"T1": 10}, 100, "NE"),
        ({"T1": math.nan, "T2": 0}, 100, "NE"),
        ({"T1": 121}, 100, "PD"),
    ],
)
def test_target_lesions(sizes: dict[str, float], nadir: float, expected: str) -> None:
    assert target_response(sizes, baseline=BASELINE, nodes=set(), nadir=nadir) == expected


def test_a_node_below_10_mm_is_gone_but_counts_in_the_sum() -> None:
    baseline = {"N": 20.0, "T": 10.0}
    for size, expected in ((9.9, "CR"), (10.0, "PR")):
        assert target_response({"N": size, "T": 0.0}, baseline=baseline, nodes={"N"}, nadir=30) == expected
    assert target_response({"N": 9.9, "T": 0.0}, baseline=baseline, nodes=set(), nadir=30) == "PR"
    assert target_response({}, baseline={}, nodes=set(), nadir=0) is None


def test_sums_of_decimal_fractions_meet_the_limits() -> None:
    baseline = {"T1": 10.1, "T2": 10.1}
    assert target_response({"T1": 14.14, "T2": 0.0}, baseline=baseline, nodes=set(), nadir=20.2) == "PR"


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], None),
        (["CR", "CR"], "CR"),
        (["CR", "NON-CR/NON-PD"], "NON-CR/NON-PD"),
        (["CR", None], "NE"),
        (["NON-CR/NON-PD", "NE"], "NE"),
        (["NE", "PD"], "PD"),
    ],
)
def test_non_target_lesions(statuses: list[str | None], expected: str | None) -> None:
    assert non_target_response(statuses) == expected


# RECIST 1.1, table 1 (with target lesions) and table 2 (without): target, non-target, overall.
TABLES = [
    ("CR", "CR", "CR"),
    ("CR", None, "CR"),
    ("CR", "NON-CR/NON-PD", "PR"),
    ("CR", "NE", "PR"),
    ("PR", "NE", "PR"),
    ("PR", "CR", "PR"),
    ("SD", "NE", "SD"),
    ("NE", "CR", "NE"),
    ("NE", "NON-CR/NON-PD", "NE"),
    ("PD", "CR", "PD"),
    ("CR", "PD", "PD"),
    ("NE", "PD", "PD"),
    (None, "CR", "CR"),
    (None, "NON-CR/NON-PD", "NON-CR/NON-PD"),
    (None, "NE", "NE"),
    (None, "PD", "PD"),
    (None, None, "NE"),
]


@pytest.mark.parametrize(("target", "non_target", "expected"), TABLES)
def test_overall_response(target: str | None, non_target: str | None, expected: str) -> None:
    assert overall_response(target, non_target, new_lesion=False) == expected
    assert overall_response(target, non_target, new_lesion=True) == "PD"


def frame(*rows: str) -> pd.DataFrame:
    """Rows `date lesion role nodal diameter status` of patient a, `-` for missing."""
    cells = [["a", *(None if word == "-" else word for word in row.split())] for row in rows]
    table = pd.DataFrame(cells, columns=["patient", "date", "lesion", "role", "nodal", "diameter_mm", "status"])
    table["date"] = pd.to_datetime(table["date"])
    return table.astype({"nodal": "Int64", "diameter_mm": "float64"})


def patients(start: str = "2024-01-10") -> pd.DataFrame:
    return pd.DataFrame({"patient": ["a"], "treatment_start": pd.to_datetime([start])})


def test_baseline_nadir_and_new_lesions_over_time() -> None:
    lesions = frame(
        "2023-12-01 T1 target 0 99 -",
        "2024-01-10 T1 target 0 50 -",
        "2024-01-10 N1 non_target 1 - -",
        "2024-03-01 T1 target 0 30 -",
        "2024-03-01 N1 non_target 1 - NON-CR/NON-PD",
        "2024-05-01 T1 target 0 - -",
        "2024-07-01 T1 target 0 35.9 -",
        "2024-07-01 N1 non_target 1 - CR",
        "2024-09-01 T1 target 0 36 -",
        "2024-11-01 T1 target 0 0 -",
        "2024-11-01 X1 new 0 - -",
    )
    for rows in (lesions, lesions.iloc[::-1]):
        found = visit_responses(rows, patients())
        assert found["response"].tolist() == ["PR", "NE", "SD", "PD", "PD"]
        assert found["baseline_sum_mm"].unique().tolist() == [50]
        assert found["nadir_sum_mm"].tolist() == [50, 30, 30, 30, 30]
        assert found["new_lesion"].tolist() == [0, 0, 0, 0, 1]
        assert found["change_percent"].tolist() == pytest.approx([-40, math.nan, -28.2, -28, -100], nan_ok=True)


def test_without_a_scan_before_the_start_the_first_is_baseline() -> None:
    lesions = frame("2024-01-12 T1 target 0 50 -", "2024-03-01 T1 target 0 30 -")
    found = visit_responses(lesions, patients())
    assert found["baseline_date"].tolist() == [pd.Timestamp("2024-01-12")] and found["response"].tolist() == ["PR"]
    assert visit_responses(lesions, patients().assign(treatment_start=pd.NaT)).empty


def test_contradictory_lesions_are_problems() -> None:
    lesions = frame(
        "2024-01-10 T1 target 0 - -",
        "2024-01-10 T2 target 0 20 -",
        "2024-01-10 X1 new 0 - -",
        "2024-03-01 T2 non_target 0 - CR",
        "2024-03-01 T3 target 0 9 -",
    )
    lesions.index = pd.Index(range(2, 7))
    problems = Problems()
    check_lesions("l.tsv", lesions, patients(), problems, largest_mm=500)
    assert sorted((p.line, p.column, p.value) for p in problems.found) == [
        (2, "lesion", "T1"),
        (4, "role", "new"),
        (5, "role", "non_target"),
        (6, "lesion", "T3"),
    ]
    assert {p.file for p in problems.found} == {"l.tsv"}
    (new,) = (str(p) for p in problems.found if p.value == "new")
    assert new == "l.tsv:4: role is 'new'; expected target or non_target: a lesion at baseline is not new"


def test_a_diameter_of_which_no_lesion_is_is_a_problem_and_the_bound_a_setting() -> None:
    lesions = frame("2024-01-10 T1 target 0 1e20 -", "2024-01-10 T2 target 0 500 -", "2024-03-01 T1 target 0 501 -")
    problems = Problems()
    check_lesions("l.tsv", lesions, patients(), problems, largest_mm=500)
    assert [(p.column, p.value) for p in problems.found] == [("diameter_mm", "1e+20"), ("diameter_mm", "501")]
    assert str(problems.found[1]).endswith(
        "expected at most 500 mm (--largest-lesion-mm, in the config endpoints.largest_lesion_mm)"
    )
    check_lesions("l.tsv", lesions, patients(), none := Problems(), largest_mm=1e21)
    assert not none.found


def from_sdtm(folder: Path) -> pd.DataFrame:
    """The investigator's measurements of the pharmaverse trial as a lesions sheet (see its README)."""
    read = {name: pd.read_csv(folder / f"sdtm_{name}.tsv.gz", sep="\t", dtype=str) for name in ("tr", "tu")}
    results = read["tr"][read["tr"]["TREVAL"] == "INVESTIGATOR"].drop_duplicates(
        ["USUBJID", "TRLNKID", "VISIT", "TRTESTCD"]
    )
    site = read["tu"][read["tu"]["TUEVAL"] == "INVESTIGATOR"].set_index(["USUBJID", "TULNKID"])["TULOC"]
    where = pd.Series([site[key] for key in zip(results["USUBJID"], results["TRLNKID"], strict=True)], results.index)
    node = where == "LYMPH NODE"
    used = (results["TRTESTCD"] == "TUMSTATE") | (results["TRTESTCD"] == node.map({True: "LPERP", False: "LDIAM"}))
    date = results["TRDTC"].where(results["TRDTC"].str.len() == 10, results["TRDTC"] + "-28")
    table = pd.DataFrame(
        {
            "patient": results["USUBJID"],
            "date": pd.to_datetime(date),
            "lesion": results["TRLNKID"],
            "role": results["TRGRPID"].str.lower().str.replace("-", "_"),
            "nodal": node.astype("Int64"),
            "diameter_mm": pd.to_numeric(results["TRSTRESN"]),
            "status": results["TRSTRESC"].map({"PRESENT": "NON-CR/NON-PD", "ABSENT": "CR"}),
        }
    )
    return table[used]


def test_every_visit_of_the_pharmaverse_trial_as_r(shared_data: Path) -> None:
    folder = shared_data / "pharmaverse_onco"
    people = pd.read_csv(folder / "patients.tsv", sep="\t", parse_dates=["treatment_start"])
    found = visit_responses(from_sdtm(folder), people)
    expected = pd.read_csv(folder / "assessments.tsv", sep="\t", parse_dates=["date"])
    columns = ["patient", "date", "response"]
    key = columns[:2]
    assert len(expected) == 22
    pd.testing.assert_frame_equal(
        found[columns].sort_values(key, ignore_index=True).astype({"date": "datetime64[ns]"}),
        expected[columns].sort_values(key, ignore_index=True).astype({"date": "datetime64[ns]"}),
    )
