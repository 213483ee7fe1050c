"""Tables of the trial on the page: every number as the tables have it."""

from __future__ import annotations

import pandas as pd

from biomarkers.io import schemas
from biomarkers.report.blocks import Table
from biomarkers.report.given import Tables
from biomarkers.report.sections.trial import trial

COHORT = pd.DataFrame({"patient": ["A", "B", "C", "D"]})


def frame(schema: str, *rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(rows).reindex(columns=schemas.columns(schema))


def shown(block: object) -> list[list[str]]:
    """Headings and cells of a table."""
    assert isinstance(block, Table)
    return [[column.title for column in block.columns], *([cell.text for cell in row] for row in block.rows)]


def test_nothing_is_shown_of_what_was_not_given_or_has_no_rows() -> None:
    assert trial(Tables(COHORT)) == []
    names = ("responses", "design", "readers", "discordant")
    assert trial(Tables(COHORT, **{name: frame(name) for name in names})) == []


def test_best_responses_stand_side_by_side() -> None:
    told = {"confirmation": "confirmed", "n": 4, "estimate": 0.25, "ci_low": 0.00631, "ci_high": 0.806}
    rows = frame(
        "responses",
        told | {"definition": "all_treated", "response": "PR", "patients": 1},
        told | {"definition": "all_treated", "response": "NE", "patients": 3, "estimate": 0.75},
        told | {"definition": "evaluable", "response": "PR", "patients": 1, "n": 1, "estimate": 1.0},
        {"confirmation": "unconfirmed", "definition": "evaluable", "response": "PR", "patients": 0, "n": 0},
    )
    (block,) = trial(Tables(COHORT, responses=rows))
    assert shown(block) == [
        [
            "Best response",
            "Confirmed, all treated (n = 4)",
            "Confirmed, evaluable (n = 1)",
            "Unconfirmed, evaluable (n = 0)",
        ],
        ["PR", "1: 25.0% (95% CI 0.631% to 80.6%)", "1: 100% (95% CI 0.631% to 80.6%)", "0"],
        ["NE: not evaluable", "3: 75.0% (95% CI 0.631% to 80.6%)", "not counted", "not counted"],
    ]


def test_the_design_says_its_decisions_sides_and_p() -> None:
    about = {"definition": "all_treated", "null_rate": 0.05, "alternative": "greater"}
    rows = frame(
        "design",
        about | {"method": "exact_binomial", "n": 17, "responders": 3, "estimate": 3 / 17, "p_value": 0.0503},
        about | {"method": "simon_stage_1", "n": 9, "responders": 1, "limit": 0, "decision": "continue"},
    )
    (block,) = trial(Tables(COHORT, design=rows))
    assert block.caption == "Response rate against 5.00%, the null hypothesis of the design"
    cells = shown(block)
    assert cells[1] == [
        *("Exact binomial test", "All treated", "17", "3", "", "", "17.6%", "", "0.050", "one-sided (greater)", ""),
    ]
    assert cells[2][:6] == ["Simon's design, first stage", "All treated", "9", "1", "more than 0", "continue"]
    assert cells[2][6:] == [""] * 5
    (block,) = trial(Tables(COHORT, design=rows.assign(alternative=None)))
    assert [row[-2] for row in shown(block)[1:]] == ["", ""]


def test_readers_and_who_is_read_differently() -> None:
    about = {"reader": "investigator", "other": "BICR", "subject": "visit", "n": 20, "agreeing": 15}
    statistics = frame(
        "readers",
        about | {"statistic": "agreement", "estimate": 0.75, "ci_low": 0.509, "ci_high": 0.913},
        about | {"statistic": "kappa", "estimate": -0.0512, "ci_low": -0.3, "ci_high": 0.2},
        about | {"statistic": "weighted_kappa", "note": "nothing was read by both"},
    )
    differ = frame(
        "discordant",
        {"patient": "A", "subject": "visit", "date": pd.Timestamp("2024-03-01"), "day": 61, "reader": "investigator"}
        | {"reading": "PR", "other": "BICR", "other_reading": "SD"},
        {"patient": "B", "subject": "best_response", "reader": "investigator", "reading": "PD", "other": "BICR"}
        | {"other_reading": "NE"},
    )
    first, second = trial(Tables(COHORT, readers=statistics, discordant=differ.astype({"date": "datetime64[ns]"})))
    assert [row[2:5] for row in shown(first)[1:]] == [
        ["Share read the same", "75.0%", "50.9% to 91.3%"],
        ["Kappa", "−0.0512", "−0.300 to 0.200"],
        ["Weighted kappa", "not known", ""],
    ]
    assert shown(second)[1:] == [
        ["A", "Response at a visit", "2024-03-01", "61", "investigator", "PR", "BICR", "SD"],
        ["B", "Best response, without confirmation", "", "", "investigator", "PD", "BICR", "NE"],
    ]


def test_presets_count_patients_and_say_when_nobody_differs() -> None:
    about = {"patient": "A", "ema_itt_months": 8.5, "ema_itt_reason": "PD", "fda_months": 2.0, "fda_reason": "censored"}
    (block,) = trial(Tables(COHORT, presets=frame("presets", about | {"endpoint": "pfs"}, about | {"endpoint": "ttp"})))
    assert block.caption == "Censoring by EMA and by FDA: 1 of 4 patients with another time or event"
    assert shown(block)[1] == ["A", "Progression-free survival", "8.50 months", "PD", "2.00 months", "censored"]
    (block,) = trial(Tables(COHORT, presets=frame("presets")))
    assert block.caption.startswith("Censoring by EMA and by FDA: 0 of 4 patients") and block.rows == []
