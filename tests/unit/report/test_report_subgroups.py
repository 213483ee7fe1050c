"""The forest of subgroups: its first line is the test of all patients that asks the same, whatever their names are."""

from __future__ import annotations

import pandas as pd

from biomarkers.io import schemas
from biomarkers.report.blocks import single
from biomarkers.report.figures.style import Figure
from biomarkers.report.given import Tables
from biomarkers.report.sections.associations import all_tests
from biomarkers.report.sections.subgroups import subgroups

ROW = {
    "role": "exploratory", "endpoint": "pfs", "marker": "a/b", "marker_class": "declared", "method": "cox", "per": 1.0,
    "estimate_type": "hazard_ratio", "estimate": 2.0, "ci_low": 1.0, "ci_high": 4.0, "p_value": 0.05, "n": 40,
}  # fmt: skip


def results(*changes: dict[str, object]) -> pd.DataFrame:
    rows = [ROW | {"test": f"t{place}"} | one for place, one in enumerate(changes)]
    return pd.DataFrame(rows).reindex(columns=schemas.columns("results"))


def test_all_patients_stand_above_their_groups_and_nothing_else_does() -> None:
    others: list[dict[str, object]] = [
        {"adjusted_for": "age"}, {"landmark_months": 3.0}, {"endpoint": "os"}, {"marker": "b", "with_marker": "c"},
        {"marker": "b"}, {"first": "> 1", "second": "<= 1", "cut_at": 1.0, "cut_side": ">"}, {"method": "logrank"},
    ]  # fmt: skip
    of_groups: list[dict[str, object]] = [
        {"subgroup": "sex: F", "n": 20},
        {"subgroup": "sex: M", "method": "firth_cox"},
    ]
    given = Tables(pd.DataFrame({"patient": ["A"]}), results=results({}, *others, *of_groups))
    [figure] = [block for block in single(subgroups(given)) if isinstance(block, Figure)]
    assert figure.caption.startswith("A/b, per unit, PFS: hazard ratios of 3 of 3 groups")
    shown = [row["label"] for rows in figure.spec["datasets"].values() for row in rows if "label" in row]
    assert set(shown) == {"All patients (n = 40)", "sex: F (n = 20)", "sex: M (n = 40)"}


def test_a_line_in_a_name_joins_no_two_questions() -> None:
    rows = results({"endpoint": "x|y", "marker": "z"}, {"endpoint": "x", "marker": "y|z"})
    table = all_tests(Tables(pd.DataFrame({"patient": ["A"]}), results=rows))[0]
    assert len(table.rows) == 2


def test_a_question_of_a_subgroup_says_in_whom_it_was_asked() -> None:
    rows = results({}, {"subgroup": "sex: F"})
    table = all_tests(Tables(pd.DataFrame({"patient": ["A"]}), results=rows))[0]
    at = [column.title for column in table.columns].index("Comparison")
    assert [row[at].text for row in table.rows] == ["per unit", "per unit in sex: F"]
