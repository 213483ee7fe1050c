"""Figures of the burden: what they count, from tables counted by hand."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

from biomarkers.report.drawing import svg
from biomarkers.report.figures import agreement, denominator
from biomarkers.report.sections import burden

HOSTILE = '</text><script>alert(1)</script>"&\u2028'
STEPS = pd.DataFrame(
    [
        *[("A", step, bp) for step, bp in zip(denominator.STEPS, (1000, 800, 500, 450), strict=True)],
        *[("B", step, bp) for step, bp in zip(["target", "coding", "tumor_depth"], (1000, 800, 700), strict=True)],
        *[(HOSTILE, step, bp) for step, bp in zip(["target", "coding"], (1000, 800), strict=True)],
    ],
    columns=["sample", "step", "bp"],
)


def tmb(**values: list[float | None]) -> pd.DataFrame:
    rows = [
        {"sample": f"T{i}", "definition": name, "tmb_per_mb": v}
        for name, column in values.items()
        for i, v in enumerate(column)
    ]
    return pd.DataFrame(rows)


def test_losses_sum_to_the_targets_and_a_step_not_taken_costs_nothing() -> None:
    parts = denominator.losses(denominator.bases(STEPS))
    assert parts.to_dict("index") == {
        "A": dict(zip(parts.columns, (450, 200, 300, 50), strict=True)),
        "B": dict(zip(parts.columns, (700, 200, 100, 0), strict=True)),
        HOSTILE: dict(zip(parts.columns, (800, 200, 0, 0), strict=True)),
    }
    assert list(parts.columns) == [denominator.LEFT, *denominator.LOSSES.values()]
    assert (parts.sum(axis=1) == 1000).all()


def test_the_denominator_says_medians_shares_and_how_many_samples() -> None:
    (figure,) = burden.denominators(STEPS)
    text = json.dumps(figure.spec)
    for words in ("1 kb (100%)", "0.8 kb (80%)", "0.6 kb (60%, 50% to 70%, 2 samples)", "0.45 kb (45%, 1 sample)"):
        assert words in text, words
    assert "n = 3 samples" in figure.caption and "1 sample without a normal" in figure.caption
    assert "1 sample without measured depth" in figure.caption
    assert burden.denominators(STEPS[:0]) == []


@pytest.mark.parametrize("samples", [1, 3, 60])
def test_a_hostile_name_is_only_text(samples: int) -> None:
    rows = [(f"{HOSTILE}{i}", step, 1000 - i) for i in range(samples) for step in denominator.STEPS]
    steps = pd.DataFrame(rows, columns=["sample", "step", "bp"])
    drawn = svg(burden.denominators(steps)[0].spec)
    assert "<script" not in drawn and "\u2028" not in drawn
    assert ("&lt;/text" in drawn) == (samples > 1)
    values = pd.DataFrame({"sample": f"{HOSTILE}", "definition": ["a", HOSTILE], "tmb_per_mb": [1.0, 2.0]})
    drawn = svg(burden.agreements(values, None)[0].spec)
    assert "<script" not in drawn and "&lt;script" in drawn


def test_pairs_hold_samples_with_a_value_under_the_first_and_another() -> None:
    found = agreement.pairs(tmb(a=[1.0, None, 12.0, 9.0], b=[2.0, 5.0, 13.0, None], c=[0.0, 1.0, 9.0, 11.0]))
    assert found[["sample", "definition", "first", "other"]].to_numpy().tolist() == [
        ["T0", "b", 1.0, 2.0],
        ["T2", "b", 12.0, 13.0],
        ["T0", "c", 1.0, 0.0],
        ["T2", "c", 12.0, 9.0],
        ["T3", "c", 9.0, 11.0],
    ]


def test_the_legend_counts_calls_that_differ_and_takes_rho_from_the_table() -> None:
    values = tmb(a=[1.0, None, 12.0, 9.0], b=[2.0, 5.0, 13.0, None], c=[0.0, 1.0, 9.0, 11.0])
    table = pd.DataFrame(
        {"definition_1": ["a", "a", "b"], "definition_2": ["b", "c", "c"], "rho": [math.nan, 0.5, 0.9], "cut": 10.0}
    )
    (figure,) = burden.agreements(values, table)
    text = json.dumps(figure.spec)
    assert "B: n = 2, 0 calls differ at 10" in text
    assert "C: n = 3, rho 0.500, 2 calls differ at 10" in text
    assert "n = 3 samples" in figure.caption
    (figure,) = burden.agreements(values, table.assign(cut=9.5))
    assert "C: n = 3, rho 0.500, 2 calls differ at 9.5" in figure.alt
    (figure,) = burden.agreements(values, table.assign(cut=9.0))
    assert "C: n = 3, rho 0.500, 0 calls differ at 9" in figure.alt
    assert "C: n = 3, 2 calls differ at 10" in burden.agreements(values, None)[0].alt


def test_one_definition_or_no_pair_draws_nothing() -> None:
    assert burden.agreements(tmb(a=[1.0, 2.0]), None) == []
    assert burden.agreements(tmb(a=[1.0, None], b=[None, 2.0]), None) == []


def test_samples_without_a_burden_are_told_and_panels_of_a_megabase_are_in_megabases() -> None:
    columns = {"patient": "A", "ci_low": 0.5, "ci_high": 3.0, "n_variants": 1, "callable_mb": 1.0, "status": "ok"}
    (figure,) = burden.burdens(tmb(a=[1.0, None, 2.0]).assign(**columns))
    assert "n = 2 samples, definition A; 1 has no value." in figure.caption
    drawn = [row for rows in figure.spec["datasets"].values() for row in rows]
    assert [(row["tmb_per_mb"], row["ci_low"]) for row in drawn] == [(2.0, 0.5), (1.0, 0.5)]
    assert denominator.unit(denominator.bases(STEPS.assign(bp=STEPS["bp"] * 1200))) == (1e6, "Mb")
