"""Scores by formula: values by Python's own arithmetic, what is missing, what is refused; nothing is ever run."""

from __future__ import annotations

import logging
import math
import re

import numpy as np
import pandas as pd
import pytest

from biomarkers.association import score
from biomarkers.association.specification import Endpoint, Marker, Named, Plan
from biomarkers.errors import InputError, Problems

AGE, TMB = [50.0, 61.5, 70.0], [0.0, 3.25, 80.0]
FRAME = pd.DataFrame(
    {"patient": ["A", "B", "C"], "age": AGE, "tmb": TMB, "sex": ["male", None, "female"], "PD-L1 score": [1, 50, 0]},
    index=[2, 3, 4],
)


@pytest.mark.parametrize(
    "text",
    [
        "0.3 * age + log2(tmb + 1)",
        "-age ** 2 / (1 + exp(-(tmb - 10) / 4))",
        "min(tmb, 50) - max(age, 60) * 1e-2",
        "abs(age - 60) + sqrt(tmb) - log10(age) + log(age)",
        "(age >= 61.5) - 2 * (tmb < 3.25) + +age",
        "2 ** 3 ** 2 * age",
    ],
)
def test_values_are_those_of_python(text: str) -> None:
    names = {name: getattr(math, name) for name in ("log2", "log10", "log", "exp", "sqrt")}
    found, undefined = score.Formula(text).values(FRAME)
    expected = [
        eval(text, {"__builtins__": {}}, {**names, "abs": abs, "min": min, "max": max, "age": a, "tmb": t})
        for a, t in zip(AGE, TMB, strict=True)
    ]
    assert found == pytest.approx(expected, rel=1e-12) and not undefined.any()


def test_missing_stays_missing_also_where_it_would_not_matter() -> None:
    frame = FRAME.assign(age=[50.0, np.nan, 70.0])
    for text in ("0 * age + tmb", "age ** 0", "max(age, tmb)", "(age > 1) + tmb"):
        assert np.isnan(score.Formula(text).values(frame)[0]).tolist() == [False, True, False]
    found, _ = score.Formula('(sex == "male") + 10 * (sex != "male")').values(FRAME)
    assert found[[0, 2]].tolist() == [1.0, 10.0] and np.isnan(found[1])


@pytest.mark.parametrize(
    "text", ["(log(x) < 5)", "log(x - 1) ** 0", "min(log(x), 0 - 5)", "1 / log(x)", "(1 / x > 3)", "(sqrt(x - 1) != 2)"]
)
def test_a_part_without_a_value_leaves_none_where_it_is_not_seen_any_more(text: str) -> None:
    """The first made 1 of a logarithm of 0, the second 1 of one of -1."""
    found, undefined = score.Formula(text).values(pd.DataFrame({"x": [0.0, 3.0]}))
    assert undefined.tolist() == np.isnan(found).tolist() == [True, False]


def test_an_exponential_too_large_to_be_written_is_one() -> None:
    found, undefined = score.Formula("1 / (1 + exp(x))").values(pd.DataFrame({"x": [0.0, 800.0]}))
    assert found.tolist() == [0.5, 0.0] and not undefined.any()


def test_a_column_in_backticks() -> None:
    formula = score.Formula("`PD-L1 score` / 100 + age * 0")
    assert formula.columns == ["PD-L1 score", "age"] and formula.values(FRAME)[0].tolist() == [0.01, 0.5, 0.0]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("__import__('os').system('true')", "a formula of"),
        ("().__class__", "a formula of"),
        ("age.real", "a formula of"),
        ("[age for age in tmb]", "a formula of"),
        ("(lambda: age)()", "a formula of"),
        ("age if tmb else 0", "a formula of"),
        ("age and tmb", "a formula of"),
        ("age + True", "a formula of"),
        ("age + 'x'", "a formula of"),
        ("0 < age < 3", "a formula of"),
        ("age +", "a formula of"),
        ("age\x00", "a formula of"),
        ("(" * 900 + "age" + ")" * 900, "a formula of"),
        ("ln(age)", "one of the functions log, log2"),
        ("eval(age)", "one of the functions"),
        ("log(age, 2)", "log of one value"),
        ("min(age)", "min of two values"),
        ("age ^ 2", "** for a power"),
        ("'male' == sex", "a formula of"),
        ("sex > 'male'", "compared by == or !="),
        ("3 + 4", "at least one column"),
        ("age + " * 400 + "age", "at most 2000 characters"),
    ],
)
def test_what_is_no_formula_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=re.escape(expected)):
        score.Formula(text)


def plan(text: str, name: str = "s") -> Plan:
    response = Endpoint("response", "binary", "responder")
    marker = Marker(name, "continuous", score=text)
    return Plan("", 1, Named(name, "response", "mann_whitney"), (), {"response": response}, {name: marker})


def test_what_contradicts_the_cohort_is_named() -> None:
    known = ["patient", "age", "responder", "tmb"]
    assert not list(score.wrong(plan("age + tmb"), known))
    ((key, value, expected),) = score.wrong(plan("agee + 1"), known)
    assert (key, value) == (("markers", "s", "score"), "agee") and "did you mean 'age'" in expected
    ((_, _, expected),) = score.wrong(plan("responder + age"), known)
    assert "responder is the endpoint response itself" in expected
    ((_, _, expected),) = score.wrong(plan("age + 1", "tmb"), known)
    assert "tmb is a column of it" in expected
    assert not list(score.wrong(plan("agee + 1"), None))


def test_rounding_decides_no_tie_and_no_side() -> None:
    """Points that add up to the same number in two ways, in tenths, which no computer has exactly."""
    tenths = pd.DataFrame({"a": [7, 6, 5, 4, 8], "b": [1, 2, 3, 4, 0]})
    values, _ = score.Formula("0.1 * a + 0.1 * b").values(tenths)
    assert (
        values.tolist() == [0.8] * 5
        and score.Formula("(0.1 * a + 0.1 * b >= 0.8)").values(tenths)[0].tolist() == [1] * 5
    )
    assert score.Formula("0.8 - 0.1 * a - 0.1 * b").values(tenths)[0].tolist() == [0] * 5


def test_no_value_is_missing_and_named(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "biomarkers"):
        made = score.added(FRAME, plan("log(tmb) + age"), "c.tsv", Problems())
    assert np.isnan(made["s"]).tolist() == [True, False, False]
    assert "has no value" in caplog.text and "for 1 patient, who is missing: A" in caplog.text


def test_a_word_where_the_score_counts_is_a_problem_with_its_line() -> None:
    problems = Problems()
    score.added(FRAME, plan("sex + age + (sex == 'male')"), "c.tsv", problems)
    assert [(p.line, p.column, p.value) for p in problems.found] == [(2, "sex", "male"), (4, "sex", "female")]
    with pytest.raises(InputError):
        problems.stop_if_any()
