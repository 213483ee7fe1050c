"""Why values and tests changed: what they hang on is named, and nothing else."""

import json
from pathlib import Path

import pytest

from biomarkers.io import schemas, yamls
from biomarkers.run.comparison import changes, sources
from biomarkers.run.comparison.reasons import UNEXPLAINED, Reasons
from biomarkers.run.comparison.sources import Side
from biomarkers.run.comparison.tables import KINDS, Cell

COHORT, ENDPOINTS, TMB = KINDS[:3]
PATIENTS = {"P1": [{"treatment_start": "2024-01-01", "death_date": "2024-06-01", "age": "60"}]}
PLAN = {
    ("endpoints", "pfs", "time"): "pfs_months",
    ("endpoints", "pfs", "event"): "pfs_event",
    ("covariates",): ["age"],
}
VISITS = {"P1": [{"date": "2024-02-01", "response": "SD"}, {"date": "2024-03-01", "response": "PR"}]}


def side(**told):
    base = {
        "folder": Path("run"),
        "settings": {"endpoints.data_cutoff": "2024-06-30", "pdl1.score_type": "TPS", "burden.vaf": 0.05},
        "plan": PLAN,
        "paths": {"patients": "config/patients.tsv", "assessments": "config/visits.tsv", "features": "config/f.tsv"},
        "sheets": {"patients": PATIENTS, "assessments": VISITS, "features": {"P1": [{"score": "1"}]}},
        "files": {"a.vcf": "1" * 32, "b.vcf": "2" * 32},
        "made_from": {"T1": {"a.vcf"}, "T2": {"b.vcf"}},
        "version": "0.1.0, commit a",
    }
    return Side(**(base | told))


def why(new, kind, column, before=None, after=None):
    return Reasons(side(), new).of_value(kind, Cell(("P1",), column, "1", "2"), before or {}, after or {})


def test_where_nothing_changed_it_says_so():
    for kind, column in ((COHORT, "pfs_months"), (COHORT, "tmb_per_mb"), (COHORT, "pdl1"), (COHORT, "age")):
        assert why(side(), kind, column) == UNEXPLAINED


def test_a_sheet_of_the_patient_is_named_with_its_rows():
    later = {"P1": [*VISITS["P1"], {"date": "2024-04-01", "response": "PD"}]}
    new = side(sheets={"patients": PATIENTS, "assessments": later, "features": {}})
    told = why(new, ENDPOINTS, "pfs_months", {"pfs_reason": "censored"}, {"pfs_reason": "PD"})
    assert told == "pfs_reason: censored -> PD; config/visits.tsv: 1 row added (2024-04-01 PD)"
    assert why(new, COHORT, "age") == UNEXPLAINED
    changed = {"P1": [{**PATIENTS["P1"][0], "death_date": "2024-05-01", "age": "61"}]}
    new = side(sheets={"patients": changed, "assessments": VISITS, "features": {"P1": [{"score": "1"}]}})
    assert why(new, ENDPOINTS, "os_months") == "config/patients.tsv: death_date 2024-06-01 -> 2024-05-01"
    assert why(new, COHORT, "age") == "config/patients.tsv: age 60 -> 61"


def test_a_column_of_the_features_is_explained_by_their_sheet():
    new = side(sheets={"patients": PATIENTS, "assessments": VISITS, "features": {"P1": [{"score": "2"}]}})
    assert why(new, COHORT, "score") == "config/f.tsv: score 1 -> 2"


@pytest.mark.parametrize(
    ("setting", "column", "explains"),
    [
        ("endpoints.data_cutoff", "os_months", True),
        ("endpoints.data_cutoff", "pdl1", False),
        ("endpoints.data_cutoff", "tmb_per_mb", False),
        ("pdl1.score_type", "pdl1_low", True),
        ("burden.vaf", "tmb_per_mb_nonsynonymous", True),
        ("burden.vaf", "age", False),
    ],
)
def test_a_setting_explains_what_hangs_on_it(setting, column, explains):
    new = side(settings=side().settings | {setting: "other"})
    assert (f"setting {setting}" in why(new, COHORT, column)) == explains


def test_a_file_explains_the_burdens_of_its_samples_only():
    new = side(files={"a.vcf": "3" * 32, "b.vcf": "2" * 32})
    assert why(new, TMB, "tmb_per_mb", {"sample": "T1"}, {"sample": "T1"}) == "changed files: a.vcf"
    assert why(new, TMB, "tmb_per_mb", {"sample": "T2"}, {"sample": "T2"}) == UNEXPLAINED
    assert why(new, COHORT, "n_variants", {"tumor_sample": "T1"}, {"tumor_sample": "T1"}) == "changed files: a.vcf"


def test_another_version_is_always_said():
    assert "0.1.0, commit a -> 0.2.0" in why(side(version="0.2.0"), COHORT, "age")


def test_added_and_removed_patients_are_those_of_the_sheet():
    both = {**PATIENTS, "P2": []}
    more = side(sheets={"patients": both})
    assert Reasons(side(), more).of_patient("P2", added=True) == "new in config/patients.tsv"
    assert Reasons(more, side()).of_patient("P2", added=False) == "no longer in config/patients.tsv"
    subset = side(plan={("subset", "arm"): "A"})
    assert Reasons(side(), subset).of_patient("P1", added=False) == "plan subset.arm (none) -> A"


def test_a_test_changed_because_of_its_marker_its_endpoint_or_the_plan():
    row = {"endpoint": "pfs", "marker": "tmb_per_mb", "method": "cox", "p_value": "0.1", "q_value": "0.2"}
    cells = [
        Cell(("P1",), "pfs_months", "1", "2"),
        Cell(("P2",), "pdl1", "1", "2"),
        Cell(("P1",), "pfs_event", "0", "1"),
    ]
    assert Reasons(side(), side()).of_test(cells, row, row) == "pfs_months, pfs_event changed, patients: 1"
    assert Reasons(side(), side()).of_test(cells[1:2], row, row | {"q_value": "0.3"}).startswith("other tests of its")
    assert Reasons(side(), side()).of_test([], row, row | {"p_value": "0.3"}) == UNEXPLAINED
    assert Reasons(side(), side()).of_test([Cell(("P3",), "age", "1", "2")], row, row).startswith("age changed")
    changed = {("markers", "pdl1", "kind"): "binary", ("seed",): 2, ("title",): "new", ("covariates",): ["age", "sex"]}
    new = side(plan=PLAN | changed)
    assert Reasons(side(), new).of_test([], row, row) == "plan covariates age -> age, sex"


@pytest.mark.parametrize(
    ("own", "explains"),
    [
        ({"marker": "age", "of_marker": "tmb"}, True),
        ({"marker": "pdl1 x tmb", "of_marker": "pdl1", "with_marker": "tmb"}, True),
        ({"marker": "area x tmb", "test": "pfs/area x tmb/cox"}, False),
    ],
)
def test_the_markers_of_a_test_are_those_that_its_row_names(own, explains):
    row = {"endpoint": "pfs", "method": "cox", "p_value": "0.1", "of_marker": "", "with_marker": ""} | own
    new = side(plan=PLAN | {("markers", "tmb", "kind"): "binary"})
    assert ("markers.tmb" in Reasons(side(), new).of_test([], row, row | {"p_value": "0.3"})) == explains


@pytest.mark.parametrize(
    ("own", "plan", "columns"),
    [
        ({"marker": "a + b", "method": "nested_cv"}, {("prediction", "features"): ["a", "b"]}, {"a", "b"}),
        ({"marker": "responder by 3 months", "of_marker": "responder"}, {}, {"responder"}),
        ({"marker": "a", "of_marker": "a", "with_marker": "b", "method": "spearman"}, {}, {"a", "b"}),
        ({"marker": "a", "subgroup": "arm: A: x"}, {("subgroups",): ["arm", "sex"]}, {"a", "arm", "sex"}),
        ({"marker": "a", "method": "likelihood_ratio"}, {("subgroups",): ["sex"]}, {"a", "sex"}),
        ({"marker": "a"}, {("subgroups",): ["sex"], ("subset", "arm"): "A"}, {"a", "arm"}),
        ({"marker": "loris"}, {("markers", "loris", "score"): "2 * age - `a x b`"}, {"age", "a x b"}),
        ({"marker": "pdl1"}, {}, {"pdl1", "pdl1_low", "pdl1_high", "pdl1_level"}),
        ({"marker": "a"}, {("endpoints", "pfs.x", "time"): "b"}, {"a"}),
    ],
)
def test_a_test_reads_the_columns_of_its_markers_patients_and_endpoint(own, plan, columns):
    """The name of a prediction, a landmark or a subgroup is none of a column."""
    row = {"endpoint": "pfs", "method": "cox", "p_value": "0.1"} | own
    every = ["a", "b", "a x b", "a_low", "responder", "arm", "sex", "pdl1", "pdl1_low", "pdl1_high", "pdl1_level"]
    reasons = Reasons(side(plan=PLAN | plan), side(plan=PLAN | plan))
    for column in [*every, "age"]:
        told = reasons.of_test([Cell(("P1",), column, "1", "2")], row, row | {"p_value": "0.2"})
        # Tests are adjusted for the plan's covariate age, which is asked last.
        assert told.startswith(f"{column} changed") == (column in columns or column == "age"), column


@pytest.mark.parametrize(
    ("adjusted_for", "column", "explains"),
    [("age", "age", True), ("", "age", False), ("burden", "burden", True), ("", "burden", False), ("", "site", True)],
)
def test_a_covariate_explains_the_models_that_have_it(adjusted_for, column, explains):
    """It had explained the q of tests of the marker alone, which others of their family had changed."""
    plan = PLAN | {("genes", "adjust_for"): ["burden"], ("strata",): ["site"]}
    row = {"endpoint": "pfs", "marker": "a", "method": "cox", "p_value": "0.1", "adjusted_for": adjusted_for}
    told = Reasons(side(plan=plan), side(plan=plan)).of_test(
        [Cell(("P1",), column, "1", "2")], row | {"q_value": "0.1"}, row | {"q_value": "0.2"}
    )
    assert told == (f"{column} changed, patients: 1" if explains else "other tests of its family changed")


@pytest.mark.parametrize(
    ("place", "own", "explains"),
    [
        (("markers", "a.b", "kind"), {"marker": "a"}, False),
        (("markers", "a.b", "kind"), {"marker": "a.b"}, True),
        (("endpoints", "pfs.x", "time"), {"marker": "a"}, False),
        (("markers", "a", "kind"), {"marker": "a + b", "method": "nested_cv"}, True),
        (("interactions",), {"marker": "a"}, False),
        (("interactions",), {"marker": "a x b", "of_marker": "a", "with_marker": "b"}, True),
        (("landmark", "at"), {"marker": "a"}, False),
        (("landmark", "at"), {"marker": "a by 3 months", "landmark_months": "3.0"}, True),
        (("subgroups",), {"marker": "a"}, False),
        (("subgroups",), {"marker": "a", "subgroup": "sex: F"}, True),
        (("genes", "min_carriers"), {"marker": "genes"}, False),
        (("genes", "min_carriers"), {"marker": "TP53", "marker_class": "gene"}, True),
    ],
)
def test_what_changed_in_the_plan_explains_the_tests_that_it_is_of(place, own, explains):
    row = {"endpoint": "pfs", "method": "cox", "p_value": "0.1"} | own
    both = PLAN | {("prediction", "features"): ["a", "b"]}
    told = Reasons(side(plan=both), side(plan=both | {place: "new"})).of_test([], row, row | {"p_value": "0.2"})
    assert (told != UNEXPLAINED) == explains


@pytest.mark.parametrize(
    ("kind", "old", "new", "said"),
    [
        ("hazard_ratio", "0.9", "1.1", "the other direction"),
        ("hazard_ratio", "0.9", "0.1", None),
        ("hodges_lehmann", "-0.1", "0.1", "the other direction"),
        ("auc", "0.51", "0.49", "the other direction"),
        ("cutpoint", "-1", "1", None),
        ("odds_ratio", "", "1.1", None),
    ],
)
def test_an_estimate_that_turned_round_is_remarked(kind, old, new, said):
    assert changes.note({"estimate_type": kind}, Cell((), "estimate", old, new)) == said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.0499", "0.05", "no longer below 0.05"),
        ("0.05", "0.0499", "now below 0.05"),
        ("0.2", "0.06", None),
        ("0.2", "", "no value any more"),
        ("", "0.2", "had no value"),
    ],
)
def test_a_p_value_that_crossed_is_remarked(old, new, said):
    for column in ("p_value", "q_value"):
        assert changes.note({}, Cell((), column, old, new)) == said


def test_settings_are_compared_by_value():
    found = sources.differences({"a": 1, "b": [1, 2], "c": None, "d": True}, {"a": 1.0, "b": [1, 3], "e": None})
    assert [str(one) for one in found] == ["b 1, 2 -> 1, 3", "d true -> (none)"]


def test_sheets_that_the_mapping_of_the_config_makes_are_no_other_config(tmp_path):
    """The record has them filled in; `compare` had called every such config another one than that of the burdens."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text("clinical: {mapping: config/m.yaml}\n")
    recorded = yamls.with_defaults({"clinical": {"mapping": "config/m.yaml"}}, schemas.load("config"))
    recorded["clinical"] |= {"patients": "results/clinical/sheets/patients.tsv"}
    (chain := tmp_path / sources.CHAIN).parent.mkdir(parents=True)
    chain.write_text(json.dumps({"settings": recorded}))
    assert sources.side(tmp_path).notes == []
    chain.write_text(json.dumps({"settings": recorded | {"plan": "other.yaml"}}))
    assert "is not the config that the burdens were recorded with: plan" in sources.side(tmp_path).notes[0]
