"""Power on the page: a row per test and number of patients."""

from __future__ import annotations

import pandas as pd

from biomarkers.io import schemas
from biomarkers.report.blocks import Table
from biomarkers.report.given import Tables
from biomarkers.report.sections.power import power

COHORT = pd.DataFrame({"patient": ["A"]})


def test_powers_of_a_test_stand_side_by_side() -> None:
    about = {"role": "primary", "endpoint": "pfs", "marker": "tmb_per_mb", "method": "cox", "n": 60}
    powers = [about | {"quantity": "power", "effect": e, "power": p, "note": "ratio per SD"} for e, p in
              ((1.0, 0.05), (1.5, 0.4), (2.0, 0.75), (3.0, 0.99), (6.0, 1.0))]  # fmt: skip
    least = about | {"quantity": "detectable", "effect": 2.1, "power": 0.8}
    undone = {"role": "secondary", "endpoint": "best", "marker": "age", "note": "not done: best is categorical"}
    given = pd.DataFrame([*powers, least, undone]).reindex(columns=schemas.columns("power"))
    (shown,) = [block for block in power(Tables(COHORT, power=given)) if isinstance(block, Table)]
    assert [cell.text for cell in shown.rows[0]][3:] == ["60", "2.1", "5.00%", "75.0%", "99.0%", "100%", "ratio per SD"]
    assert [cell.text for cell in shown.rows[1]][3:] == ["", "", "", "", "", "", "not done: best is categorical"]


def test_nothing_where_it_was_not_asked_for() -> None:
    assert power(Tables(COHORT)) == []
