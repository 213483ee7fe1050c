"""Adverse event tables counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.clinical import adverse_events
from biomarkers.clinical.adverse_events import treatment_emergent


def summary(events: pd.DataFrame, patients: pd.DataFrame) -> pd.DataFrame:
    return adverse_events.summary(adverse_events.emergent(events, patients))


def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient": ["a", "b", "c", "d"],
            "treatment_start": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-01", None]),
            "last_dose": pd.to_datetime(["2024-03-01", None, "2024-03-01", None]),
        }
    )


def events(*rows: str) -> pd.DataFrame:
    """Rows `patient term soc grade onset related serious action immune`, `-` for missing."""
    cells = [[None if word == "-" else word.replace("_", " ") for word in row.split()] for row in rows]
    names = ["patient", "term", "soc", "grade", "onset", "related", "serious", "action", "immune_related"]
    table = pd.DataFrame(cells, columns=names)
    table["onset"] = pd.to_datetime(table["onset"])
    table["grade"] = pd.to_numeric(table["grade"]).astype("Int64")
    return table


@pytest.mark.parametrize(
    ("patient", "onset", "counts"),
    [
        ("a", "2023-12-31", False),
        ("a", "2024-01-01", True),
        ("a", "2024-03-31", True),
        ("a", "2024-04-01", False),
        ("a", None, True),
        ("b", "2026-01-01", True),
        ("d", "2024-01-05", False),
        ("d", None, False),
    ],
)
def test_treatment_emergent(patient: str, onset: str | None, counts: bool) -> None:
    table = pd.DataFrame({"patient": [patient], "onset": pd.to_datetime([onset])})
    assert treatment_emergent(table, people()).tolist() == [counts]


def test_without_a_last_dose_nothing_is_too_late() -> None:
    table = pd.DataFrame({"patient": ["a", "a"], "onset": pd.to_datetime(["2026-05-30", "2023-05-30"])})
    assert treatment_emergent(table, people().drop(columns="last_dose")).tolist() == [True, False]


def test_the_days_after_the_last_dose_are_a_setting() -> None:
    table = pd.DataFrame({"patient": ["a"], "onset": pd.to_datetime(["2024-05-30"])})
    assert treatment_emergent(table, people(), days_after_last_dose=90).tolist() == [True]
    assert treatment_emergent(table, people(), days_after_last_dose=89).tolist() == [False]


TABLE = events(
    "a Rash Skin 1 2024-01-05 Y N none N",
    "a Rash Skin 3 2024-02-05 N N drug_withdrawn Y",
    "a Itch Skin - 2024-02-05 yes 1 not_withdrawn -",
    "b Rash Skin 2 - Y N Discontinued N",
    "b Colitis Gut 5 2024-02-01 Y Y - Y",
    "c Colitis Gut 4 2025-02-01 Y Y withdrawn Y",
    "d Colitis Gut 4 2024-02-01 Y Y withdrawn Y",
)


def counted(table: pd.DataFrame, category: str, level: str = "all", name: str | None = None) -> dict[str, int]:
    rows = table[(table["category"] == category) & (table["level"] == level)]
    rows = rows if name is None else rows[(rows["soc"] == name) | (rows["term"] == name)]
    assert len(rows) == 1
    return rows.iloc[0].to_dict()


def test_each_patient_once_at_the_highest_grade() -> None:
    table = summary(TABLE, people())
    assert (table["n"] == 3).all()
    rash = counted(table, "any", "term", "Rash")
    assert [rash[f"grade_{g}"] for g in range(1, 6)] == [0, 1, 1, 0, 0]
    assert (rash["patients"], rash["events"]) == (2, 3) and rash["share"] == pytest.approx(2 / 3, rel=1e-12)
    skin = counted(table, "any", "class", "Skin")
    assert (skin["patients"], skin["events"], skin["grade_3"], skin["grade_unknown"]) == (2, 4, 1, 0)
    assert counted(table, "any", "term", "Itch")["grade_unknown"] == 1
    everything = counted(table, "any")
    assert (everything["patients"], everything["events"], everything["grade_3"], everything["grade_5"]) == (2, 5, 1, 1)


@pytest.mark.parametrize(
    ("category", "patients", "number"),
    [
        ("grade_3_or_higher", 2, 2),
        ("related", 2, 4),
        ("serious", 2, 2),
        ("discontinuation", 2, 2),
        ("fatal", 1, 1),
        ("immune_related", 2, 2),
    ],
)
def test_categories(category: str, patients: int, number: int) -> None:
    row = counted(summary(TABLE, people()), category)
    assert (row["patients"], row["events"]) == (patients, number)


def test_absent_columns_leave_their_tables_out_and_no_event_is_zero() -> None:
    table = summary(TABLE[["patient", "term", "grade"]].iloc[:0], people())
    assert table["category"].tolist() == ["any", "grade_3_or_higher", "fatal"]
    assert table["patients"].tolist() == [0, 0, 0] and (table["n"] == 3).all()
    assert table["soc"].isna().all()


def test_most_frequent_first_whatever_the_order_of_rows() -> None:
    table = summary(TABLE, people())
    terms = table[(table["category"] == "any") & (table["level"] == "term")]
    assert terms["term"].tolist() == ["Rash", "Colitis", "Itch"]
    pd.testing.assert_frame_equal(summary(TABLE.iloc[::-1], people()), table)


def test_what_is_not_known_is_counted_beside_what_is() -> None:
    """By hand: of the relation nothing is told of c's rash and one of a's; a grade is missing beside 2 and beside 5."""
    table = summary(
        events(
            "a Rash Skin 2 - Y - - -", "a Rash Skin - - - - - -",  # related; its highest grade may be more than 2
            "b Rash Skin 1 - N - - -",
            "c Rash Skin 1 - - - - -",  # perhaps related
            "c Cough Chest 3 - - - - -",  # nothing is known of this term's relation
            "b Colitis Gut 5 - Y - - -", "b Colitis Gut - - Y - - -",  # no grade is above 5
        ),
        people(),
    )  # fmt: skip
    rash = counted(table, "related", "term", "Rash")
    assert [rash[name] for name in ("patients", "unknown", "patients_unknown")] == [1, 2, 1]
    assert [rash[name] for name in ("grade_2", "grade_may_be_higher")] == [1, 0]
    assert counted(table, "any", "term", "Rash")["grade_may_be_higher"] == 1
    cough = counted(table, "related", "term", "Cough")
    assert [cough[name] for name in ("patients", "events", "unknown", "patients_unknown")] == [0, 0, 1, 1]
    assert counted(table, "related", "class", "Chest")["patients_unknown"] == 1
    assert counted(table, "any", "term", "Colitis")["grade_may_be_higher"] == 0
    severe = counted(table, "grade_3_or_higher", "term", "Rash")
    assert [severe[name] for name in ("patients", "patients_unknown")] == [0, 1]
