"""Plans: defaults, every contradiction with its line, and the kinds of column that they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.association import plan
from biomarkers.association.specification import METHODS, Cut, Named, Plan, default_method
from biomarkers.errors import Problems
from biomarkers.io import yamls

PLAN = """\
primary: {marker: tmb, endpoint: response}
secondary: [{marker: pdl1, endpoint: pfs, cut: {at: 1, side: ">="}}]
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers:
  tmb: {kind: continuous, cutpoints: [{at: 10, side: ">="}, {at: median, side: ">"}]}
  pdl1: {kind: continuous}
  stage: {kind: ordinal, levels: [1, 2, 3]}
  centre: {kind: categorical}
covariates: [age]
prediction: {features: [tmb, age], endpoint: response}
"""
COLUMNS = ["patient", "responder", "pfs_months", "pfs_event", "tmb", "pdl1_low", "pdl1_high", "stage", "centre", "age"]


def read(tmp_path: Path, text: str, columns: list[str] | None = None) -> tuple[Plan | None, list[str]]:
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    problems = Problems()
    made = plan.read_plan(yamls.load(path), "plan.yaml", problems=problems, columns=columns)
    return made, [str(problem) for problem in problems.found]


def test_defaults(tmp_path: Path) -> None:
    made, found = read(tmp_path, PLAN, COLUMNS)
    assert made is not None and found == []
    assert made.primary == Named("tmb", "response", "mann_whitney")
    assert made.secondary == (Named("pdl1", "pfs", "cox", Cut(1, ">=")),)
    assert made.markers["tmb"].cutpoints == (Cut(10, ">="), Cut("median", ">"))
    assert made.markers["stage"].levels == ("1", "2", "3")
    assert (made.seed, made.mann_whitney, made.genes, made.interactions) == (1, "auto", None, ())
    assert made.prediction is not None and (made.prediction.repeats, made.prediction.permutations) == (10, 99)


def test_the_burden_and_pdl1_are_compared_unless_the_plan_says_otherwise(tmp_path: Path) -> None:
    text = PLAN.replace("tmb", "tmb_per_mb")
    made, _ = read(tmp_path, text)
    assert made is not None and made.interactions == (("tmb_per_mb", "pdl1"),)
    none, _ = read(tmp_path, text + "interactions: []\n")
    assert none is not None and none.interactions == ()


def test_genes(tmp_path: Path) -> None:
    made, _ = read(tmp_path, PLAN + "genes: {}\n")
    assert made is not None and made.genes == (made.genes.__class__)(3, "nonsynonymous")
    made, _ = read(tmp_path, PLAN + "genes: {min_carriers: 5, consequences: [stop_gained]}\n")
    assert made is not None and made.genes is not None and made.genes.consequences == ("stop_gained",)


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("marker: tmb, endpoint: response", "marker: tbm, endpoint: response", "primary.marker is 'tbm'; expected a marker"),  # noqa: E501
        ("endpoint: pfs, cut", "endpoint: os, cut", "secondary[0].endpoint is 'os'; expected an endpoint"),
        ("[{marker: pdl1, endpoint: pfs, cut: {at: 1, side: \">=\"}}]", "[{marker: tmb, endpoint: response}]", "not yet named as primary"),  # noqa: E501
        ("endpoint: response}\nsec", "endpoint: response, method: cox}\nsec", "primary.method is 'cox'; expected one of mann"),  # noqa: E501
        ("{marker: tmb, endpoint: response}\nsec", "{marker: stage, endpoint: response, cut: {at: 1, side: '>'}}\nsec", "no cut: stage is ordinal"),  # noqa: E501
        ("time: pfs_months, ", "", "endpoints.pfs.time is missing; expected the column with the time"),
        ("column: responder", "column: responder, time: x", "endpoints.response.time is 'x'; expected no such key"),
        ("{kind: categorical}", "{kind: categorical, transform: log2p1}", "markers.centre.transform is 'log2p1'; expected no transform: centre is categorical"),  # noqa: E501
        ("{kind: categorical}", "{kind: categorical, cutpoints: [{at: 1, side: '>'}]}", "no cutpoints: centre is categorical"),  # noqa: E501
        ("{kind: categorical}", "{kind: categorical, levels: [a, b]}", "no levels: centre is categorical"),
        ("{kind: categorical}", "{kind: binary, levels: [a, b, c]}", "two levels, the reference first"),
        ("{kind: ordinal, levels: [1, 2, 3]}", "{kind: ordinal}", "markers.stage.levels is missing"),
        ("{at: median, side: \">\"}", "{at: 10, side: \">=\"}", "expected each cut once"),
        ("covariates: [age]", "covariates: [ages]", "covariates[0] is 'ages'; expected a column of the cohort table"),
        ("covariates: [age]", "covariates: [age]\nstrata: [center]", "strata[0] is 'center'; expected a column"),
        ("features: [tmb, age]", "features: [tmb, weight]", "prediction.features[1] is 'weight'; expected a column"),
        ("age], endpoint: response", "age], endpoint: os", "prediction.endpoint is 'os'; expected a binary or time"),
        ("covariates: [age]", "covariates: [age]\ndata_driven_cutpoints: [centre]", "a continuous marker of this plan"),
        ("covariates: [age]", "covariates: [age]\ncorrection: {gatekeeping: [{marker: tmb, endpoint: response}]}", "expected a test of the plan's list secondary"),  # noqa: E501
        ("covariates: [age]", "covariates: [age]\ninteractions: [[tmb, centre]]", "a continuous or binary marker"),
        ("column: responder", "column: respond", "endpoints.response.column is 'respond'; expected a column"),
    ],
)  # fmt: skip
def test_contradictions_are_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in PLAN
    made, found = read(tmp_path, PLAN.replace(old, new), COLUMNS)
    assert made is None and any(message in text for text in found), found
    assert all(text.startswith("plan.yaml:") for text in found)


@pytest.mark.parametrize("name", ["6", "yes"])
def test_a_name_that_yaml_does_not_read_as_text_is_told(tmp_path: Path, name: str) -> None:
    assert "  response:" in PLAN
    made, found = read(tmp_path, PLAN.replace("  response:", f"  {name}:"), COLUMNS)
    assert made is None and len(found) == 1 and "is no text" in found[0] and "a name in quotes" in found[0]


def test_names_are_checked_even_where_the_plan_breaks_its_schema(tmp_path: Path) -> None:
    text = PLAN.replace("covariates: [age]", "covariates: [ages]\nsede: 4\nmann_whitney: quick")
    text = text.replace("{marker: pdl1,", "{marker: pdl2,") + "data_driven_cutpoints: [sex]\n"
    made, found = read(tmp_path, text.replace("{kind: categorical}", "{}"), COLUMNS)
    told = "\n".join(found)
    assert made is None and "sede" in told and "mann_whitney is 'quick'" in told and "covariates[0] is 'ages'" in told
    assert "secondary[0].marker is 'pdl2'" in told and "data_driven_cutpoints[0] is 'sex'" in told


def test_text_columns(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN + "strata: [site]\n")
    assert plan.text_columns(yamls.load(path)) == {"stage", "centre", "site"}


def test_methods_by_kind() -> None:
    assert default_method("continuous", "binary", cut=False) == "mann_whitney"
    assert default_method("continuous", "binary", cut=True) == default_method("binary", "binary", cut=False) == "fisher"
    assert len(METHODS) == 16
