"""Scores as intervals. Oracle: shared design/methods.md section 2, which words each case."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biomarkers.clinical.pdl1_score import Cell, check, level, score
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
        ("IC2+", "IC", 5, 100),
        ("IC1/2/3", "IC", 1, 100),
        ("IC1/IC2", "IC", 1, 10),
        ("IC 1,2", "IC", 1, 10),
        ("IC0-3", "IC", 0, 100),
        ("IC 5%", "IC", 5, 5),
        ("IC 1%", "IC", 1, 1),
        ("IC>=5", "IC", 5, 100),
        ("IC>=1", "IC", 1, 100),
        ("IC<1", "IC", 0, 1),
        ("CPS10", "CPS", 10, 10),
        ("IC >= 1%", "IC", 1, 100),
        ("TPS 50%", "TPS", 50, 50),
        ("TPS: <1%", "TPS", 0, 1),
        ("PD-L1 TPS 1-49%", "TPS", 1, 50),
        ("50 % TPS", "TPS", 50, 50),
        ("CPS 10", "CPS", 10, 10),
        ("CPS>=10", "CPS", 10, 100),
        ("TAP 5%", "TAP", 5, 5),
        ("negative (<1%)", "TPS", 0, 1),
        ("<1% (negative)", "TPS", 0, 1),
        ("Positive, 60 %", "TPS", 60, 60),
        ("high (>=50%)", "TPS", 50, 100),
        (">=1%, <50%", "TPS", 1, 50),
        ("5-10", "TPS", 5, 11),
        ("50 %", "TPS", 50, 50),
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
        ("IC2", "TPS", "TPS, not a level of another type"),
        ("positive", "TPS", "its cutoff is not stated"),
        ("Negative", "CPS", "its cutoff is not stated"),
        ("TPS high", "TPS", "its cutoff is not stated"),
        ("~50", "TPS", "no side of a cutoff"),
        ("approx. 50%", "TPS", "no side of a cutoff"),
        ("50?", "TPS", "no side of a cutoff"),
        ("CPS 10", "TPS", "TPS, not CPS"),
        ("TPS", "TPS", "a score, such as TPS 50"),
        ("IC<2", "IC", "a level, such as IC2 or IC2"),
        ("TPS 50%", "TAP", "TAP, not TPS"),
        ("TC3 or IC3", "IC", "a level of another type"),
        ("IC>=2", "IC", "a level, such as IC2 or IC2"),
        ("IC=2", "IC", "a level, such as IC2 or IC2"),
        ("IC1/3/2", "IC", "ascending"),
        ("IC4", "IC", "a number, an interval"),
        ("2+", "IC", "a number, an interval"),
        ("140", "TAP", "TAP from 0 to 100"),
        ("9" * 500, "CPS", "a number, an interval"),
        ("5\u00b9", "TPS", "a number, an interval"),
        ("\u00b2", "CPS", "a number, an interval"),
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
    check("s.tsv", [Cell(*cell) for cell in cells], unit=unit, problems=problems)  # type: ignore[arg-type]
    return [str(problem) for problem in problems.found]


def test_percents_that_may_be_fractions_stop_and_ask() -> None:
    cells: list[tuple[int, str | None, str | None]] = [(2, "0", "TPS"), (3, "0.4", "TPS"), (4, "1", "TPS")]
    message = "s.tsv:3: value is '0.4'; expected percent, but no TPS is above 1; say --unit fraction or --unit percent"
    message += " (in a run: pdl1.unit of the config)"
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


IC = [(2, "1", "IC"), (3, "3", "IC"), (4, "0", "IC")]


@pytest.mark.parametrize(
    ("further", "asks"),
    [
        ([], True),
        ([(5, "2.0", "IC")], True),
        ([(5, "IC2", "IC")], True),
        ([(5, "NE", "IC"), (6, None, "IC")], True),
        ([(5, "12", "TPS")], True),
        ([(5, "12", "IC", "SP263")], True),
        ([(5, "4", "IC")], False),
        ([(5, "2.5", "IC")], False),
        ([(5, "2%", "IC")], False),
        ([(5, ">=5", "IC")], False),
    ],
)
def test_whole_numbers_from_0_to_3_stop_and_ask(further: list[tuple[int, str | None, str | None]], asks: bool) -> None:
    cells = [(*cell, "SP142") if len(cell) == 3 else cell for cell in [*IC, *further]]
    found = _problems(cells)  # type: ignore[arg-type]
    assert [text.split(";")[0] for text in found] == asks * ["s.tsv:2: value is '1'"]
    assert _problems(cells, "percent") == []  # type: ignore[arg-type]


def test_other_types_have_no_levels() -> None:
    assert _problems([(2, "1", "TPS"), (3, "3", "CPS"), (4, "2", "TAP")]) == []


def test_numbers_that_the_user_calls_levels() -> None:
    assert [score(text, "IC", unit="level")[:2] for text in "0123"] == [(0, 1), (1, 5), (5, 10), (10, 100)]
    assert score("3.0", "TC", unit="level")[:2] == (50, 100)
    assert score("2", "TPS", unit="level")[:2] == (2, 2)
    assert score("2%", "IC", unit="level")[:2] == (2, 2)
    for text in ("4", "12", ">=2", "1-2"):
        with pytest.raises(ValueError, match="a level from 0 to 3"):
            score(text, "IC", unit="level")


@given(st.floats(0, 100), st.sampled_from(["IC", "TC"]))
def test_a_point_has_the_level_whose_interval_holds_it(point: float, kind: str) -> None:
    found = level(point, point, kind)
    low, high = score(found, kind)[:2]
    assert low <= point
    assert point < high or high == 100


@pytest.mark.parametrize("text", ["IC0", "IC1", "IC2", "IC3"])
def test_a_level_is_its_own(text: str) -> None:
    assert level(*score(text, "IC")[:2], "IC") == text
    assert level(*score("IC1/2", "IC")[:2], "IC") is None
