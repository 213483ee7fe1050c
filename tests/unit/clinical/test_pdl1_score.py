"""Scores as intervals. Oracle: shared design/methods.md section 2, which words each case."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biomarkers.clinical.pdl1_score import check, score
from biomarkers.errors import Problems
from biomarkers.stats import cuts


def side(low: float, high: float, *, at: float, strict: bool) -> str:
    """What is said of a score at a cutoff."""
    if math.isnan(low):
        return "missing"
    kind = ">" if strict else ">="
    below = cuts.is_below(low, high, at=at, side=kind)
    return "above" if cuts.is_above(low, at=at, side=kind) else "below" if below else "indeterminate"


@pytest.mark.parametrize(
    ("text", "score_type", "low", "high"),
    [
        ("0", "TPS", 0, 0),
        ("50", "TPS", 50, 50),
        ("12,5", "TPS", 12.5, 12.5),
        ("12.5 %", "TPS", 12.5, 12.5),
        ("１００", "TPS", 100, 100),
        ("<1", "TPS", 0, 1),
        ("< 1%", "TPS", 0, 1),
        ("<=49", "TPS", 0, 50),
        ("≤ 4,9", "TPS", 0, 5),
        ("1-49", "TPS", 1, 50),
        ("1-49%", "TPS", 1, 50),
        ("1% – 49 %", "TPS", 1, 50),
        ("1 to 49", "TPS", 1, 50),
        ("1-<50", "TPS", 1, 50),
        (">=1 and <50", "TPS", 1, 50),
        ("0.5-4.9", "TPS", 0.5, 5.0),
        ("7-7", "TPS", 7, 7),
        (">=50", "TPS", 50, 100),
        ("≥50%", "TPS", 50, 100),
        ("=>50", "TPS", 50, 100),
        (">50", "TPS", 50, 100),
        ("50-100", "TC", 50, 100),
        ("IC0", "IC", 0, 1),
        ("ic 1", "IC", 1, 5),
        ("IC2", "IC", 5, 10),
        ("IC3", "IC", 10, 100),
        ("IC2/3", "IC", 5, 100),
        ("TC2", "TC", 5, 50),
        ("TC3", "TC", 50, 100),
        ("120", "CPS", 100, 100),
        ("90-120", "CPS", 90, 100),
        (">100", "CPS", 100, 100),
    ],
)
def test_values_parse_to_intervals(text: str, score_type: str, low: float, high: float) -> None:
    result = score(text, score_type)
    assert (result.low, result.high, result.status) == (low, high, "scored")


@pytest.mark.parametrize("text", ["NE", "ne", "N.E.", "QNS", "insufficient", "Insufficient tissue", "not evaluable"])
def test_not_evaluable_is_neither_zero_nor_untested(text: str) -> None:
    result = score(text, "TPS")
    assert result.status == "not_evaluable"
    assert math.isnan(result.low)
    assert math.isnan(result.high)


@pytest.mark.parametrize("text", [None, "", "ND", "not done", "pending"])
def test_no_result_is_not_tested(text: str | None) -> None:
    assert score(text, "TPS").status == "not_tested"


@pytest.mark.parametrize(
    ("text", "score_type", "expected"),
    [
        ("140", "TPS", "TPS from 0 to 100"),
        ("100.5", "IC", "IC from 0 to 100"),
        ("<150", "TPS", "TPS from 0 to 100"),
        ("99-101", "TPS", "TPS from 0 to 100"),
        (">100", "TPS", "TPS from 0 to 100"),
        ("<0", "TPS", "TPS of at least 0"),
        ("-5", "TPS", "a number, an interval"),
        ("49-1", "TPS", "low end comes first"),
        ("5-<5", "TPS", "low end comes first"),
        ("IC3-1", "IC", "ascending"),
        ("IC2", "TPS", "not a level of IC"),
        ("positive", "TPS", "a number, an interval"),
        ("9" * 500, "CPS", "a number, an interval"),
    ],
)
def test_what_is_no_score_is_refused(text: str, score_type: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        score(text, score_type)


@pytest.mark.parametrize("text", ["1.5", ">1", "<2", "0.5-1.2"])
def test_what_is_no_fraction_is_refused_in_fractions(text: str) -> None:
    with pytest.raises(ValueError, match=r"^TPS from 0 to 1$"):
        score(text, "TPS", unit="fraction")


@pytest.mark.parametrize(
    ("text", "expected"), [("1", (100, 100)), (">=0.5", (50, 100)), ("<0.01", (0, 1)), ("0.01-0.49", (1, 50))]
)
def test_fractions_are_percents(text: str, expected: tuple[float, float]) -> None:
    assert score(text, "TPS", unit="fraction")[:2] == expected


def test_a_large_cps_is_capped_with_a_note_and_a_small_one_without() -> None:
    assert score("120", "CPS").note == "CPS 120 counts as 100 at most"
    assert score("100", "CPS").note == ""


@pytest.mark.parametrize(
    ("text", "at", "strict", "expected"),
    [
        ("1-49", 10, False, "indeterminate"),
        ("1-49", 1, False, "above"),
        ("1-49", 50, False, "below"),
        ("1-49", 49, False, "indeterminate"),
        ("1-49", 1, True, "indeterminate"),
        ("1-49", 50, True, "below"),
        ("<1", 1, False, "below"),
        ("<=1", 1, False, "indeterminate"),
        (">=50", 50, False, "above"),
        (">=50", 50, True, "indeterminate"),
        (">=50", 100, False, "indeterminate"),
        (">=50", 100, True, "below"),
        ("50", 50, False, "above"),
        ("50", 50, True, "below"),
        ("49", 50, False, "below"),
        ("100", 100, False, "above"),
        ("NE", 1, False, "missing"),
    ],
)
def test_a_cutoff_is_called_only_when_all_of_the_interval_lies_on_one_side(
    text: str, at: float, strict: bool, expected: str
) -> None:
    result = score(text, "TPS")
    assert side(result.low, result.high, at=at, strict=strict) == expected


@settings(deadline=None)
@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 100), st.booleans(), st.floats(0, 1, exclude_max=True))
def test_every_score_that_an_interval_allows_is_on_the_side_that_it_is_called(
    one: int, other: int, at: int, strict: bool, part: float
) -> None:
    low, high = sorted((one, other))
    interval = score(f"{low}-{high}", "TPS")
    called = side(interval.low, interval.high, at=at, strict=strict)
    true_score = interval.low + part * (interval.high - interval.low)
    if called == "above":
        assert true_score > at if strict else true_score >= at
    if called == "below":
        assert true_score <= at if strict else true_score < at


def _problems(cells: list[tuple[int, str | None, str | None]], unit: str = "auto") -> list[str]:
    problems = Problems()
    check("s.tsv", cells, unit=unit, problems=problems)  # type: ignore[arg-type]
    return [str(problem) for problem in problems.found]


def test_percents_that_may_be_fractions_stop_and_ask() -> None:
    cells: list[tuple[int, str | None, str | None]] = [(2, "0", "TPS"), (3, "0.4", "TPS"), (4, "1", "TPS")]
    message = "s.tsv:3: value is '0.4'; expected percent, but no TPS is above 1; say --unit fraction or --unit percent"
    assert _problems(cells) == [message]
    assert _problems(cells, "percent") == _problems(cells, "fraction") == []
    assert score("0.4", "TPS", unit="fraction")[:2] == (40, 40)
    assert score("0.4", "CPS", unit="fraction")[:2] == (0.4, 0.4)


@pytest.mark.parametrize(
    "cells",
    [
        [(2, "0.4", "TPS"), (3, "1.5", "TPS")],
        [(2, "0.4", "TPS"), (3, ">=50", "TPS")],
        [(2, "0.4%", "TPS")],
        [(2, "0", "TPS"), (3, "1", "TPS"), (4, "<1", "TPS")],
        [(2, "0.4", "CPS")],
        [(2, "0.4", "IC"), (3, "IC3", "IC")],
    ],
)
def test_percents_that_cannot_be_fractions_pass(cells: list[tuple[int, str | None, str | None]]) -> None:
    assert _problems(cells) == []


def test_fractions_of_one_score_type_are_not_hidden_by_another() -> None:
    assert len(_problems([(2, "0.4", "TPS"), (3, "80", "TC")])) == 1
