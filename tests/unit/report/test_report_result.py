"""The first screen: tiles and the sentence have the numbers of the tables; cautions name what is doubtful."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from biomarkers.report.blocks import Paragraph
from biomarkers.report.given import Tables
from biomarkers.report.reading import read
from biomarkers.report.sections.cautions import cautions
from biomarkers.report.sections.methods import GLOSSARY
from biomarkers.report.sections.result import by_denominator, overview, picture, result, statement, tiles
from biomarkers.report.wording import SHORT_NOTES

TRIAL = Path(__file__).parent / "trial"
NAMES = ("cohort", "results", "memberships", "groups", "rates", "flow", "tmb", "adverse_events")


@pytest.fixture(scope="module")
def given() -> Tables:
    return read(None, **{name: TRIAL / f"{name}.tsv" for name in NAMES})


def test_tiles_are_the_rates_of_all_treated(given: Tables) -> None:
    shown = {name: rest for name, *rest in tiles(given)}
    assert shown["Objective response rate"][:2] == ["42.9%", "27.7% to 59.0%"]  # 18 of 42, exact
    assert shown["Objective response rate"][2].startswith("18 of 42 treated")
    assert shown["Median PFS (months)"][:2] == ["7.44", "4.83 to 13.7"]


def test_the_primary_result_stands_once(given: Tables) -> None:
    """In one sentence, whichever of the tables tells it; the main numbers stand in the tiles alone."""
    for one in (given, replace(given, groups=None), replace(given, rates=None)):
        blocks = result(one)
        texts = [block.text for block in blocks if isinstance(block, Paragraph)]
        assert sum("p = 0.066" in text for text in texts) == 1 and len(texts) == 1
    confirmed = given.rates.assign(note="confirmed")
    names = [name for name, *_ in tiles(replace(given, rates=confirmed))]
    assert "Objective response rate (confirmed)" in names


def test_grade_3_and_above_has_the_exact_interval() -> None:
    """R: binom.test(27, 59)$conf.int is 0.3270 to 0.5924."""
    row = {"category": "any", "level": "all", "n": 59, "grade_3_or_higher": 27}
    [(name, share, limits, how, _)] = tiles(
        Tables(pd.DataFrame({"patient": ["A"]}), adverse_events=pd.DataFrame([row]))
    )
    assert (name, share, limits) == ("Grade ≥ 3 adverse events", "45.8%", "32.7% to 59.2%") and "27 of 59" in how


def test_a_median_by_the_mid_point_rule_says_so(given: Tables) -> None:
    rates = given.rates.assign(note="ema_itt; S(t) is exactly 0.5 over a step: its mid-point")
    tile = next(tile for tile in tiles(replace(given, rates=rates)) if tile.name == "Median PFS (months)")
    assert tile.how.endswith("; EMA censoring; mid-point rule") and "S(t) being exactly 0.5" in tile.help
    assert {"EMA censoring", "FDA censoring", "mid-point rule"} == set(SHORT_NOTES.values()) <= {w for w, _ in GLOSSARY}


def test_the_sentence_has_the_medians_of_the_table_of_groups(given: Tables) -> None:
    values = given.cohort.groupby("responder")["tmb_per_mb"].median()
    first, second = values[1], values[0]
    row = {"endpoint": "response", "marker": "tmb_per_mb", "marker_class": "declared", "estimate_type": "median"}
    rows = [
        row | {"group": "responder", "n": 16, "estimate": first},
        row | {"group": "non-responder", "n": 23, "estimate": second},
    ]
    assert statement(given) == ""  # this table of groups has no medians: the summary says the result
    given = replace(given, groups=pd.DataFrame(rows))
    text = statement(given)
    assert f"median {first:.3g} against {second:.3g} mutations per Mb" in text
    assert text.startswith("No difference in TMB between responders and non-responders was shown: median ")
    assert "AUC 0.674 (95% CI 0.524 to 0.824)" in text and "p = 0.066" in text and "no proof" in text
    clear = replace(given, results=given.results.assign(p_value=0.04))
    assert statement(clear).startswith("Responders had a higher TMB than non-responders: median ")
    assert "no proof" not in statement(clear)
    # A median that ranges leave open is no smaller one.
    ranges = replace(clear, groups=pd.DataFrame([rows[0] | {"estimate": None}, rows[1]]))
    text = statement(ranges)
    assert text.startswith("Responders and non-responders differed in TMB: median not known against ")
    assert [figure.name for figure in picture(given)] == ["primary"]


@pytest.mark.parametrize(
    ("method", "kind", "groups", "expected"),
    [
        ("fisher", "odds_ratio", [("> 3", 20, 10, 0.5, "rate"), ("<= 3", 30, 6, 0.2, "rate")],
         "Response: 10 of 20 (50.0%) with TMB > 3 against 6 of 30 (20.0%) with TMB <= 3 (odds ratio 4.00"),
        ("logrank", "hazard_ratio_mh", [("> 3", 20, 10, 9.0, "median_months"), ("<= 3", 30, 6, None, "median_months")],
         "Median response was 9.00 months with TMB > 3 and not reached with <= 3 (Peto one-step hazard ratio 4.00"),
    ],
)  # fmt: skip
def test_groups_of_a_cut_are_said_by_rate_or_by_time(
    method: str, kind: str, groups: list[tuple[object, ...]], expected: str
) -> None:
    row = {
        "role": "primary", "endpoint": "response", "marker": "tmb_per_mb", "method": method, "estimate": 4.0,
        "estimate_type": kind, "ci_low": 1.1, "ci_high": 14.0, "p_value": 0.03, "first": "> 3.00001",
        "second": "<= 3.00001", "cut_at": 3.00001, "cut_side": ">", "test": "t", "contrast": "", "note": None,
        "marker_class": "declared", "marker_kind": "continuous",
    }  # fmt: skip
    table = pd.DataFrame(groups, columns=["group", "n", "n_events", "estimate", "estimate_type"])
    table["group"] = table["group"] + ".00001"
    given = Tables(pd.DataFrame({"patient": ["A"]}), results=pd.DataFrame([row]),
                   groups=table.assign(endpoint="response", marker="tmb_per_mb", marker_class="declared"))  # fmt: skip
    assert statement(given).startswith(expected)


def test_the_sentence_of_a_log_rank_test_has_the_ratio_of_its_curves(given: Tables) -> None:
    """It had the Peto one-step ratio, and the caption below it that of Cox: two ratios of one comparison."""
    test = given.results.iloc[0].to_dict() | {"role": "primary", "endpoint": "pfs", "method": "logrank", "test": "t"}
    test |= {
        "first": "> 3",
        "second": "<= 3",
        "cut_at": 3.0,
        "cut_side": ">",
        "marker_kind": "continuous",
        "p_value": 0.02,
    }
    test |= {"estimate_type": "hazard_ratio_mh", "estimate": 0.51}
    cox = test | {"role": "exploratory", "method": "cox", "test": "c", "estimate_type": "hazard_ratio", "p_value": 0.03}
    others = [{"subgroup": "sex: F", "estimate": 0.1}, {"estimate": None}, {"adjusted_for": "age", "estimate": 0.2}]
    rows = [test, *(cox | other for other in others), cox | {"estimate": 0.456, "ci_low": 0.2, "ci_high": 0.9}]
    times = [
        {"group": name, "n": 20, "n_events": 9, "estimate": 7.0, "estimate_type": "median_months"}
        for name in ("> 3", "<= 3")
    ]
    groups = pd.DataFrame(times).assign(endpoint="pfs", marker=test["marker"], marker_class=test["marker_class"])
    said = statement(replace(given, results=pd.DataFrame(rows), groups=groups))
    assert "(hazard ratio 0.456 (95% CI 0.200 to 0.900), p = 0.020)" in said and "Peto" not in said


def test_overview_is_one_line(given: Tables) -> None:
    given = replace(given, settings={"endpoints": {"data_cutoff": "2024-06-30"}})
    assert overview(given).startswith("42 enrolled, 42 treated, data cutoff 2024-06-30")
    many = replace(given, flow=given.flow.assign(n=1000))
    assert overview(many).startswith("1,000 enrolled, 1,000 treated")


def burden(**columns: list[object]) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    plain = {"definition": "d", "tmb_per_mb": 1.0, "callable_mb": 35.0, "tumor_only": 0, "status": "ok", "note": None,
             "denominator_source": "callable", "lower_bound": 0}  # fmt: skip
    return pd.DataFrame({**{name: [value] * n for name, value in plain.items()}, **columns})


@pytest.mark.parametrize(
    ("tmb", "said"),
    [
        (burden(denominator_source=["callable", "assumed", "assumed"]), "several kinds (2 assumed, 1 callable)"),
        (burden(callable_mb=[1.06, 1.06]), "1.06 Mb, so that one variant more or less moves a burden by 0.943"),
        (burden(lower_bound=[1, 0, 1]), "2 burdens are lower bounds"),
        (burden(tumor_only=[1, 0]), "1 sample was called without a matched normal"),
        (burden(status=["warn"] * 2, doubt=["2 of 6 fall", None], note=["2 of 6 fall; a label", "3 of 7 fall"]),
         "2 of 6 fall (2 of them, each with figures of its own)."),
        (burden(status=["warn"] * 3, note=["few reads; low depth; a gap", "few reads; low depth; old", None]),
         "3 samples are marked warn: few reads (2 of them); low depth (2 of them). There are 2 other reasons besides."),
        (burden(status=["failed", "ok"], note=["no reads", None]), "1 sample failed and has no burden: no reads."),
    ],
)  # fmt: skip
def test_cautions_of_the_burden(tmb: pd.DataFrame, said: str) -> None:
    found = cautions(Tables(pd.DataFrame({"patient": ["A"]}), tmb=tmb))
    assert any(said in text for text in found), found
    assert cautions(Tables(pd.DataFrame({"patient": ["A"]}), tmb=burden(status=["ok", "ok"]))) == []


def test_cautions_of_pd_l1_tests_and_quality(given: Tables) -> None:
    pdl1 = pd.DataFrame(
        {"assay": ["22C3", "SP263", "22C3"], "status": ["scored"] * 3, "flags": [None, "old_block", None]}
    )
    qc = pd.DataFrame({"status": ["fail", "pass"], "reasons": ["mapped_percent is 30", None]})
    # What a note says is not asked: it holds the user's names.
    results = given.results.assign(note="cox: pfs ~ few metastases + unstable_angina")
    few = "5 events per parameter, fewer than 10: unstable"
    results = results.assign(doubt=np.where(results["role"].eq("primary"), few, None))
    text = " ".join(cautions(replace(given, pdl1=pdl1, qc=qc, results=results)))
    assert "pools 2 assays (22C3 2, SP263 1)" in text and "old block 1" in text
    assert "1 sample failed quality control: mapped_percent is 30" in text
    assert f"Of the primary test: {few}." in text and f"1 result is doubtful (column Note of All tests): {few}." in text
    assert "metastases" not in text and "angina" not in text


def test_mixed_denominators_show_the_primary_by_denominator(given: Tables) -> None:
    sources = ["callable"] * 10 + ["assumed"] * (len(given.cohort) - 10)
    [table] = by_denominator(replace(given, cohort=given.cohort.assign(denominator_source=sources)))
    assert [row[0].text for row in table.rows] == ["assumed", "callable"]
    known = given.cohort[given.cohort["tmb_per_mb"].notna() & given.cohort["responder"].notna()]
    assert sum(row[1].sort or 0 for row in table.rows) == len(known)
    assert by_denominator(given) == []


def test_a_median_of_nobody_is_not_called_not_reached() -> None:
    rate = {"endpoint": "os_median", "definition": "all_treated", "time_months": None, "method": "kaplan_meier",
            "n_at_risk": None, "estimate": None, "ci_low": None, "ci_high": None, "note": None}  # fmt: skip
    rates = pd.DataFrame([rate | {"n": 0, "events": 0}])
    given = Tables(cohort=pd.DataFrame({"patient": ["P1"]}), rates=rates)
    assert tiles(given) == []
    one = replace(given, rates=rates.assign(n=1, events=1, estimate=11.2))
    assert tiles(one) == [("Median OS (months)", "11.2", "not known", "1 patient, 1 event", "")]


def test_a_marker_within_the_sentence_has_no_capital(given: Tables) -> None:
    results = given.results
    assert results is not None
    row = {
        "endpoint": "response",
        "marker": "n_variants",
        "marker_class": "declared",
        "estimate_type": "median",
        "n": 9,
    }
    groups = pd.DataFrame(
        [row | {"group": "responder", "estimate": 4}, row | {"group": "non-responder", "estimate": 3}]
    )
    renamed = replace(
        given, results=results.assign(p_value=0.04, marker=results["marker"].replace("tmb_per_mb", "n_variants"))
    )
    said = statement(replace(renamed, groups=groups))
    assert said.startswith("Responders had a higher number of variants than non-responders: median 4 against 3 (")


def test_only_the_reason_is_told_of_tests_that_could_not_be_done(given: Tables) -> None:
    results = given.results
    assert results is not None
    failed = results.head(3).assign(p_value=None, note="no events; strata: ecog", doubt="no events", test=[*"abc"])
    failed.loc[failed.index[2], "note"] = "cox: pfs ~ a + b; no events"
    said = cautions(replace(given, results=failed.assign(estimate=None)))
    assert "3 tests could not be done: no events (3 of them)." in said
    assert not any("could not be done" in one for one in cautions(replace(given, results=failed.assign(estimate=0.2))))


def test_numbers_that_can_hardly_be_true_are_cautions(given: Tables) -> None:
    months = given.cohort["os_months"].where(given.cohort["patient"] != given.cohort["patient"].iloc[0], 20201201.0)
    cohort = given.cohort.assign(os_months=months)
    said = [one for one in cautions(replace(given, cohort=cohort)) if "outside" in one]
    assert len(said) == 1 and said[0].startswith("Of the cohort, os_months is outside 0 to 240 of 1 patient (")
    assert not [one for one in cautions(given) if "outside" in one]


def test_a_doubt_counts_once_a_model_and_burdens_only_where_they_are_tested(given: Tables) -> None:
    assert given.results is not None
    one = given.results.head(1).assign(p_value=0.2, doubt="few", role="exploratory")
    again = one.assign(method="other")
    said = cautions(replace(given, results=pd.concat([one, again, one.assign(marker="age")])))
    assert any(text.startswith("2 results are doubtful") for text in said)
    low = burden(lower_bound=[1, 0, 1])
    about = {"marker": "tmb_per_mb", "role": "primary", "doubt": None}
    of_burden = replace(given, tmb=low, results=one.assign(**about))
    assert any("lower bound" in text for text in cautions(of_burden))
    of_age = replace(of_burden, results=one.assign(**(about | {"marker": "age"})))
    assert not any("lower bound" in text for text in cautions(of_age))
