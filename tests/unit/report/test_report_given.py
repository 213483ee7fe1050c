"""Endpoints, values and tests that the tables name, and who was in which group of a test."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.report.given import Tables
from biomarkers.report.wording import each

COHORT = pd.DataFrame({"patient": ["A", "B", "C", "D"]})


def results(*rows: dict[str, object]) -> pd.DataFrame:
    empty = {"role": "exploratory", "marker_class": "declared", "first": None, "second": None}
    return pd.DataFrame([empty | row for row in rows])


def test_members_are_those_of_the_test_and_others_are_in_no_group() -> None:
    memberships = pd.DataFrame({"test": ["t", "t", "u"], "patient": ["C", "A", "B"], "group": ["high", "low", "high"]})
    given = Tables(COHORT, memberships=memberships)
    assert given.members("t").fillna("-").tolist() == ["low", "-", "high", "-"]
    assert given.members("other").isna().all()
    assert Tables(COHORT).members("t").isna().all()


def test_an_endpoint_of_the_plan_stands_once_whatever_its_name() -> None:
    """Called orr and survival, the columns of response and OS had been endpoints of the usual names, too."""
    cohort = COHORT.assign(responder=1, os_months=2.0, os_event=0, pfs_months=1.0, pfs_event=1)
    plan = {
        "endpoints": {
            "orr": {"kind": "binary", "column": "responder"},
            "survival": {"kind": "time_to_event", "time": "os_months", "event": "os_event"},
        }
    }
    given = Tables(cohort, plan=plan)
    assert list(given.endpoints()) == ["orr", "survival", "pfs"]
    assert given.response() == given.endpoints()["orr"]
    assert list(Tables(cohort).endpoints()) == ["response", "pfs", "os"]
    assert Tables(cohort.drop(columns="responder")).response() is None


def test_groups_stand_first_second_then_as_the_table_of_groups_lists_them() -> None:
    members = pd.Series(["IC2", "IC0", "IC1", None])
    groups = pd.DataFrame({"marker": "ic", "marker_class": "declared", "group": ["IC0", "IC2", "IC1", "IC3"]})
    row = next(each(results({"marker": "ic", "endpoint": "pfs"})))
    assert Tables(COHORT, groups=groups).order(row, members) == ["IC0", "IC2", "IC1"]
    assert Tables(COHORT).order(row, members) == ["IC0", "IC1", "IC2"]
    row = next(each(results({"marker": "ic", "endpoint": "pfs", "first": "IC2", "second": "IC1"})))
    assert Tables(COHORT, groups=groups).order(row, members) == ["IC2", "IC1", "IC0"]


def test_tests_are_of_genes_by_their_class_and_stand_by_role_and_by_marker() -> None:
    table = results(
        {"marker": "KRAS", "marker_class": "gene"},
        {"marker": "age"},
        {"marker": "pdl1", "role": "secondary"},
        {"marker": "tmb", "role": "primary"},
        {"marker": "pdl1"},
        {"marker": "hallmark", "marker_class": "gene_set"},
        {"marker": "mutated vs wild type", "marker_class": None},
    ).assign(endpoint="response")
    given = Tables(COHORT, results=table)
    assert given.tests(of_genes=True)["marker"].tolist() == ["KRAS", "hallmark"]
    assert given.tests()["marker"].tolist() == ["tmb", "pdl1", "age", "pdl1", "mutated vs wild type"]
    assert given.by_marker()["marker"].tolist() == ["tmb", "pdl1", "pdl1", "age", "mutated vs wild type"]


def test_endpoints_come_from_the_plan_then_from_the_names_of_the_contract() -> None:
    cohort = pd.DataFrame(
        {"responder": [1], "pfs_months": [2.0], "pfs_event": [0], "benefit": [1], "t": [3.0], "e": [1]}
    )
    plan = {"endpoints": {"efs": {"kind": "time_to_event", "time": "t", "event": "e"}}}
    cohort["pdl1"] = [50.0]
    # A correlation of two markers stands in the table as if the second were an endpoint.
    rows = [("benefit", "tmb"), ("os", "pdl1"), ("pdl1", "tmb")]
    table = results(*({"endpoint": endpoint, "marker": marker} for endpoint, marker in rows))
    found = Tables(cohort, results=table, plan=plan).endpoints()
    assert list(found) == ["efs", "benefit", "response", "pfs"]  # os has no columns
    assert found["efs"].time == "t" and found["response"].column == "responder" and found["pfs"].event == "pfs_event"


@pytest.mark.parametrize(("marker", "plan", "expected"), [
    ("tmb_per_mb", {}, True),
    ("age", {}, False),
    ("tmb_per_mb", {"markers": {"tmb_per_mb": {"transform": "none"}}}, False),
    ("age", {"markers": {"age": {"transform": "log2p1"}}}, True),
    ("mutations", {"markers": {"mutations": {"kind": "continuous"}}}, True),
])  # fmt: skip
def test_scale_follows_the_plan(marker: str, plan: dict[str, object], expected: bool) -> None:
    assert Tables(COHORT, plan=plan).on_log_scale(marker) is expected


def test_values_are_intervals_where_the_cohort_has_them_and_missing_where_the_marker_is_no_number() -> None:
    cohort = COHORT.assign(pdl1_low=[0, 1, 50, None], pdl1_high=[1, 1, 100, None], tmb=[1, 2, 3, None], site="lung")
    assert Tables(cohort).values("pdl1")["high"].tolist()[:3] == [1, 1, 100]
    assert Tables(cohort).values("tmb").fillna(-1).to_numpy().tolist() == [[1, 1], [2, 2], [3, 3], [-1, -1]]
    assert Tables(cohort).values("site").isna().all(axis=None) and Tables(cohort).values("no").isna().all(axis=None)


def test_an_endpoint_of_words_is_none() -> None:
    """Its groups could not be told from one another: 1 is the event, 0 is none."""
    cohort = pd.DataFrame({"patient": ["A"], "responder": ["yes"], "pfs_months": [1.0], "pfs_event": [1]})
    assert list(Tables(cohort).endpoints()) == ["pfs"]
