"""Roles, families, q-values and the three tables, on rows typed here."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from biomarkers.association import results
from biomarkers.association.contrasts import Contrast, two_groups
from biomarkers.association.results import Group
from biomarkers.association.rows import Columns, Row, new_rows
from biomarkers.association.rows import columns_of as rows_as_columns
from biomarkers.association.specification import Endpoint, Named
from biomarkers.association.values import Outcome
from biomarkers.stats import intervals
from biomarkers.stats.intervals import LEVEL, NAN, Interval

RESPONSE = Outcome(Endpoint("response", "binary", "responder"), np.array([1.0, 0, 1, np.nan]))
TMB = Named("tmb", "response", "mann_whitney")


def made(test: str, p: float, **more: object) -> Row:
    row = Row(
        test, RESPONSE, "tmb", "mann_whitney", Contrast("a vs b"), RESPONSE.known, tested=intervals.Tested(p_value=p)
    )
    return replace(row, **more)


def columns_of(rows: list[Row]) -> Columns:
    return rows_as_columns([rows])


def test_one_primary_row_and_its_further_estimates() -> None:
    rows = [made("t", 0.01), made("t", 0.01), made("u", 0.02, marker="x")]
    done = results.with_roles(columns_of(rows), TMB, [replace(TMB, marker="x")])
    assert done["role"] == ["primary", "exploratory", "secondary"]
    assert done["family"] == ["primary response declared"] * 2 + ["secondary response declared"]
    assert done["note"][1] == "further estimate of the primary test" and done["note"][0] == ""


def test_a_p_counts_once_in_its_family_and_families_stand_apart() -> None:
    """Three tests of .01, .02, .03 (one with two estimates): q of Benjamini and Hochberg is .03 for each."""
    rows = [made("a", 0.01), made("a", 0.01), made("b", 0.02), made("c", 0.03), made("d", math.nan)]
    rows += [made("g", 0.01, corrected_with="genes")]
    done = results.with_q_values(results.with_roles(columns_of(rows), replace(TMB, marker="none"), []))
    assert done["q_value"] == pytest.approx([0.03] * 4 + [math.nan, 0.01], nan_ok=True, rel=1e-12)


def test_log_rank_and_cox_of_two_groups_are_one_hypothesis() -> None:
    """The q of two genes is that of two tests; the Cox rows keep their p. A test without p leaves it to the other."""
    two, unit = two_groups("mutated", "wild type", np.array([1.0, 0, 1, np.nan])), Contrast("per unit of x")
    rows = []
    for gene, p, of_model, method in [
        ("A", 0.01, 0.001, "cox"),
        ("B", 0.03, 0.04, "firth_cox"),
        ("C", math.nan, 0.5, "cox"),
    ]:
        rows.append(made(f"pfs/{gene}/logrank", p, marker=gene, method="logrank", contrast=two))
        rows.append(made(f"pfs/{gene}/cox", of_model, marker=gene, method=method, contrast=two))
    rows += [made("pfs/A/x/cox", 0.9, method="cox", contrast=unit), made("pfs/A/b", 0.8, method="cox", contrast=unit)]
    rows += [made("pfs/A/adjusted", 0.7, marker="A", method="cox", contrast=two, corrected_with="adjusted")]
    done = results.with_q_values(results.with_roles(columns_of(rows), TMB, []))
    expected = [0.05, math.nan, 0.075, math.nan, math.nan, 0.5 * 5 / 3, 0.9, 0.9, 0.7]
    assert done["q_value"] == pytest.approx(expected, nan_ok=True, rel=1e-12)
    assert done["note"][1] == done["note"][3] == "one hypothesis with the log-rank test, where its q stands"
    assert done["p_value"][1] == 0.001 and done["note"][4] == ""


def test_tests_of_several_groups_are_one_hypothesis() -> None:
    """The permutation counts, else the log-rank test; levels of the Cox model beside them do not. A trend asks more."""
    names, codes = ("a", "b", "c"), np.array([0.0, 1, 2, np.nan])
    three, trend = Contrast("a vs b vs c", groups=names), Contrast("per level", groups=names, codes=codes)
    level = Contrast("b vs a", "b", "a", groups=names, codes=codes)
    rows = []
    for marker, p in [("A", 0.02), ("B", math.nan)]:
        rows.append(made(f"{marker}/l", 0.001, marker=marker, method="logrank", contrast=three))
        rows.append(made(f"{marker}/p", p, marker=marker, method="logrank_permutation", contrast=three))
        rows.append(made(f"{marker}/c/b", 0.01, marker=marker, method="firth_cox", contrast=level))
    rows.append(made("A/trend", 0.03, marker="A", method="cox", contrast=trend))
    rows.append(made("A/adjusted", 0.5, marker="A", method="cox", contrast=level, corrected_with="adjusted"))
    done = results.with_q_values(results.with_roles(columns_of(rows), TMB, []))
    expected = [math.nan, 0.03, math.nan, 0.003, math.nan, math.nan, 0.03, 0.5]
    assert done["q_value"] == pytest.approx(expected, nan_ok=True, rel=1e-12)
    assert done["note"][0] == "one hypothesis with the log-rank test by permutation, where its q stands"
    assert done["note"][5] == "one hypothesis with the log-rank test, where its q stands"


def test_likelihood_ratio_and_wald_of_a_feature_are_one_hypothesis() -> None:
    unit, per_sd = Contrast("per unit of x"), Contrast("per SD (2) of x")
    given = {"corrected_with": "features", "marker_class": "feature", "marker": "A"}
    rows = [made("A/cox", 0.001, method="cox", contrast=unit, **given)]
    rows.append(made("A/lr", 0.02, method="cox_likelihood_ratio", contrast=unit, **given))
    rows.append(made("A/cox", 0.001, method="cox", contrast=per_sd, **given))
    rows.append(made("B/cox", 0.04, method="firth_cox", contrast=unit, **(given | {"marker": "B"})))
    done = results.with_q_values(results.with_roles(columns_of(rows), TMB, []))
    assert done["q_value"] == pytest.approx([math.nan, 0.04, math.nan, 0.04], nan_ok=True, rel=1e-12)
    assert "with the likelihood-ratio test" in done["note"][0]


def test_the_named_test_of_a_hypothesis_counts() -> None:
    two = two_groups("a", "b", np.array([1.0, 0, 1, np.nan]))
    rows = [made("l", 0.01, method="logrank", contrast=two), made("c", 0.04, method="cox", contrast=two)]
    named = replace(TMB, method="cox")
    done = results.with_q_values(results.with_roles(columns_of(rows), named, []))
    assert done["q_value"] == pytest.approx([math.nan, 0.04], nan_ok=True)
    assert done["role"] == ["exploratory", "primary"]
    assert done["family"] == ["primary response declared"] * 2
    assert "with the Cox model" in done["note"][0]
    again = results.with_q_values(results.with_roles(columns_of(rows), TMB, [named]))
    assert again["family"] == ["secondary response declared"] * 2


def test_many_markers_side_by_side_are_their_rows_one_by_one() -> None:
    """Roles, q and notes of two estimates of three genes, made at once and alone, in the genes' order."""
    two, genes = two_groups("mutated", "wild type", np.array([1.0, 0, 1, np.nan])), ["A", "B", "C"]
    tests = [intervals.Tested(1.0, 0.01, "few"), intervals.Tested(), intervals.Tested(2.0, 0.03)]
    ratios = [Interval(2.0, 1.0, 3.0), Interval(), Interval(0.5, 0.1, math.inf)]
    asked = [("logrank", "hazard_ratio_mh", ["logrank"] * 3), ("cox", "hazard_ratio", ["cox", "firth_cox", "cox"])]
    classes = {"used": RESPONSE.known, "marker_class": "gene", "corrected_with": "genes"}
    places = {gene: place for place, gene in enumerate(genes)}
    together, alone = [], []
    for _, kind, methods in asked:
        row = new_rows(RESPONSE, genes, methods, two, ratios, kind, tests, **classes).placed(places)
        together.append(row.noted("guarantee"))
        for gene, *own in zip(genes, methods, ratios, tests, strict=True):
            given = ([gene], own[:1], two, own[1:2], kind, own[2:])
            alone.append(new_rows(RESPONSE, *given, **classes).placed(places).noted("guarantee"))
    assert together[0].each and not alone[0].each
    done = [columns_of([made("t", 0.5), *rows]) for rows in (together, alone)]
    frames = [results.with_gates(results.with_q_values(results.with_roles(one, TMB, [])), []) for one in done]
    assert frames[0]["marker"] == ["tmb", "A", "A", "B", "B", "C", "C"]
    assert frames[0]["q_value"][1:] == pytest.approx([0.02, NAN, NAN, NAN, 0.03, NAN], nan_ok=True, rel=1e-12)
    pd.testing.assert_frame_equal(*map(results.as_frame, frames))


def test_the_table_is_in_the_order_of_roles() -> None:
    names = ("a", "b", "c", "d")
    columns = columns_of([made(name, 0.1, marker=name) for name in names])
    done = results.with_roles(columns, named("c"), [named("b")])
    frame = results.as_frame(results.with_gates(results.with_q_values(done), []))
    assert frame["test"].tolist() == ["c", "b", "a", "d"] and str(frame["n"].dtype) == "Int64"


def test_a_group_stands_once() -> None:
    group = Group("pfs", "tmb", "> 3", 4, 2, 7.5, "median_months")
    frame = results.group_frame([group, group, group._replace(group="<= 3")])
    assert frame["group"].tolist() == ["> 3", "<= 3"]


def named(marker: str) -> Named:
    return replace(TMB, marker=marker)


def test_families_across_endpoints() -> None:
    """Two tests of two endpoints, .01 and .04: alone their q is their p, together .02 and .04."""
    pfs = Outcome(Endpoint("pfs", "binary", "progressed"), RESPONSE.event)
    rows = [made("a", 0.01), made("b", 0.04, outcome=pfs)]
    alone = results.with_q_values(results.with_roles(columns_of(rows), named("none"), []))
    assert alone["q_value"] == pytest.approx([0.01, 0.04], rel=1e-12)
    together = results.with_q_values(results.with_roles(columns_of(rows), named("none"), [], across_endpoints=True))
    assert together["q_value"] == pytest.approx([0.02, 0.04], rel=1e-12)
    assert set(together["family"]) == {"exploratory all endpoints declared"}


@pytest.mark.parametrize(
    "p_values, corrected, said",
    [
        ([0.01, 0.04, 0.02], [0.01, 0.04, 0.04], ["rejected at", "rejected at", "rejected at"]),
        ([0.01, 0.20, 0.001], [0.01, 0.20, 0.20], ["rejected at", ": not rejected", "not tested"]),
        ([0.05, 0.05, 0.051], [0.05, 0.05, 0.051], ["rejected at", "rejected at", ": not rejected"]),
        ([0.30, 0.001, 0.001], [0.30, 0.30, 0.30], [": not rejected", "not tested", "not tested"]),
        ([0.01, math.nan, 0.001], [0.01, 1.0, 1.0], ["rejected at", ": not rejected", "not tested"]),
    ],
)
def test_fixed_sequence_by_hand(p_values: list[float], corrected: list[float], said: list[str]) -> None:
    rows = [made(name, p, marker=name) for name, p in zip(["c", "p", "b"], [p_values[2], *p_values[:2]], strict=True)]
    done = results.with_gates(
        results.with_roles(columns_of(rows), named("p"), [named("c"), named("b")]), [named("b"), named("c")]
    )
    by_gate = np.argsort(done["gate"])
    assert [done["marker"][i] for i in by_gate] == ["p", "b", "c"] and sorted(done["gate"]) == [1, 2, 3]
    assert [done["gate_p"][i] for i in by_gate] == corrected
    assert all(word in done["note"][i] for word, i in zip(said, by_gate, strict=True))


def test_no_sequence_changes_nothing() -> None:
    rows = results.with_roles(columns_of([made("t", 0.01)]), TMB, [])
    done = results.with_gates(rows, [])
    assert done["note"] == rows["note"] and done["gate"] == [None] and math.isnan(done["gate_p"][0])


def test_the_fixed_sequence_holds_the_family_wise_error() -> None:
    """One true effect first, then three null hypotheses: at most 5 % of trials reject any null one."""
    random = np.random.default_rng(7)
    names, wrong = ["p", "a", "b", "c"], 0
    for _ in range(2000):
        p_values = [1e-6, *random.random(3)]
        rows = [made(name, p, marker=name) for name, p in zip(names, p_values, strict=True)]
        gates = [named(name) for name in names[1:]]
        done = results.with_gates(results.with_roles(columns_of(rows), named("p"), gates), gates)
        wrong += min(done["gate_p"][1:]) <= LEVEL
    assert wrong / 2000 == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / 2000))
