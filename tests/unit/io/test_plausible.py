"""Numbers that can hardly be true are said, and the page of methods has every range with its source."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.io import plausible, schemas


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("os_months", [12.5, 30, 20201201], "os_months is outside 0 to 240 of 1 patient (P2: 20201201): days"),
        ("os_months", [912.5, 700, 400], "os_months has a median of 700 and reaches 912.5: days or a date"),
        ("FOLLOW_UP_MONTHS", [12, 8, -4], "FOLLOW_UP_MONTHS is outside 0 to 240 of 1 patient (P2: -4)"),
        ("Age (years)", [44000, 61, 58], "Age (years) is outside 0 to 120 of 1 patient (P0: 44000)"),
        ("tmb_per_mb", [3.5, 350000, 2], "tmb_per_mb is outside 0 to 1000 of 1 patient (P1: 350000): a count"),
        ("TMB (mut/Mb)", [210, 350, 90], "TMB (mut/Mb) has a median of 210 and reaches 350: a count of variants"),
        ("pdl1_cps", [3, 130, 2], "pdl1_cps is outside 0 to 100 of 1 patient (P1: 130)"),
        ("Ki-67 %", [0.2, 0.9, 1], "Ki-67 % has broken numbers and reaches 1 only: fractions or another unit"),
        ("til_percent", [4000, 100, 9000], "til_percent has a median of 4000 and reaches 9000"),
        ("ecog", [1, 9, 0], "ecog is outside 0 to 5 of 1 patient (P1: 9): Karnofsky's scale or a code"),
        ("kps", [1, 0, 2], "kps has a median of 1 and reaches 2: ECOG's scale"),
        ("os_months", [0, 240, 59.5], ""),
        ("til_percent", [0, 1, 1], ""),
        ("change_percent", [-40, 160, 10], ""),
        ("age_at_diagnosis_days", [21000, 23000, 25000], ""),
        ("log2_tmb_per_mb", [-1, 3, 2], ""),
        ("kps", [1, 2, None], ""),
        ("ldh", [1e6, 2, 3], ""),
    ],
)
def test_what_is_hardly_true_is_named_with_its_patients(column: str, values: list[float], said: str) -> None:
    table = pd.DataFrame({"patient": ["P0", "P1", "P2"], column: values})
    found = plausible.sentences(table)
    assert len(found) == bool(said) and said in "".join(found)


def test_text_and_answers_are_not_judged() -> None:
    answers = pd.array([True, False], dtype="boolean")
    assert plausible.sentences(pd.DataFrame({"patient": ["P1", "P2"], "age": ["44000", "x"], "ecog": answers})) == []


def test_the_page_of_methods_has_every_range(project: Path) -> None:
    rule = (project / "docs" / "methods.md").read_text("utf-8").split("* **11.11 ")[1].split("\n## ")[0]
    for declared in schemas.plausible():
        low, high = declared["values"]
        assert re.search(rf"\| {low} to {high} \|.*{re.escape(declared['rather'])}", rule), declared["columns"]
