"""Faults that readers found on the page, each of which must not come back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.io import schemas
from biomarkers.report.blocks import Flow, Table, single
from biomarkers.report.figures.forest import forest
from biomarkers.report.figures.style import GROUPS, OUTCOMES, RESPONSES, finished
from biomarkers.report.given import Tables
from biomarkers.report.reading import read
from biomarkers.report.sections.associations import all_tests
from biomarkers.report.sections.endpoints import endpoints
from biomarkers.report.sections.markers import by_group, by_response
from biomarkers.report.sections.methods import paragraph
from biomarkers.report.sections.patients import patients
from biomarkers.report.store import store
from biomarkers.report.wording import each

TRIAL = Path(__file__).parent / "trial"
NAMES = ("cohort", "results", "memberships", "groups", "rates", "flow", "tmb")


@pytest.fixture(scope="module")
def given() -> Tables:
    return read(None, **{name: TRIAL / f"{name}.tsv" for name in NAMES})


def test_a_caption_has_one_hazard_ratio(given: Tables) -> None:
    captions = [draw().caption for draw in by_group(given)]
    assert captions and all(caption.count("azard ratio") <= 1 and "Peto" not in caption for caption in captions)
    assert any("Cox model" in caption and "hazard ratio" in caption for caption in captions)
    assert "Peto one-step hazard ratio" in json.dumps([[c.text for c in r] for r in all_tests(given)[0].rows])


def test_the_n_of_a_caption_is_that_of_its_test(given: Tables) -> None:
    rows = {row.test: row for row in each(given.results)}
    for figure in (draw() for draw in by_response(given)):
        marker, _, endpoint = figure.name.partition("_by_")
        of = [
            row for row in rows.values() if (row.marker, row.endpoint, row.method) == (marker, endpoint, "mann_whitney")
        ]
        if of:
            assert figure.caption.startswith(f"n = {of[0].n} "), figure.name


def forest_of(rows: list[tuple[str, float, float, float]]) -> dict[str, object]:
    frame = pd.DataFrame(rows, columns=["label", "estimate", "ci_low", "ci_high"]).assign(n=9, p_value=0.5)
    return finished(forest(frame, title="Hazard ratio"), "a forest")


def test_forest_labels_are_whole_and_told_apart() -> None:
    long = "TMB of the nonsynonymous definition, tumor-only samples left out, at or above 10 per Mb, "
    spec = forest_of([(long + "PFS", 1, 0.5, 2), (long + "OS", 1, 0.5, 2)])
    labels = {row["name"] for rows in spec["datasets"].values() for row in rows if "name" in row}
    assert {" ".join(label.split()) for label in labels} == {long + "PFS", long + "OS"}
    assert '"limit"' not in json.dumps(spec) and all(len(line) <= 44 for label in labels for line in label.split("\n"))


def test_an_interval_without_an_end_is_an_arrow_not_a_number() -> None:
    spec = forest_of([("a", 3.0, 0.5, float("inf")), ("b", 1.0, 0.001, 2.0)])
    shapes = [layer["mark"].get("shape") for layer in spec["layer"]]
    assert "triangle-right" in shapes and "triangle-left" in shapes
    assert "triangle-right" not in json.dumps(forest_of([("a", 3.0, 0.5, 9.0), ("b", 1.0, 0.2, 2.0)]))


def test_no_p_says_why(given: Tables) -> None:
    row = given.results.iloc[:1].assign(p_value=None, note="a group is empty", marker="odd", test="odd")
    table = all_tests(replace(given, results=pd.concat([given.results.astype("object"), row])))[0]
    place = [column.title for column in table.columns].index("p")
    cell = next(cells[place] for cells in table.rows if cells[1].text == "Odd")
    assert (cell.text, cell.hint) == ("none", "a group is empty")
    assert all(cells[place].text for cells in table.rows)


def test_all_tests_has_a_row_a_question_without_covariates(given: Tables) -> None:
    results = given.results[given.results["marker_class"].ne("covariate")]
    keys = ["endpoint", "marker", "cut_at", "cut_side", "subgroup", "landmark_months"]
    table = all_tests(given)[0]
    assert len(table.rows) == len(results[keys].astype(str).drop_duplicates())
    assert len(table.rows) + sum(map(len, table.folded.values())) == len(results)


def test_the_entry_of_a_patient_has_each_value_once_and_all_of_the_users(given: Tables) -> None:
    """AFP stood there twice, and columns of the user that end in _low or _months not at all."""
    values = {"afp_ng_ml": 3.6, "serum_afp": 3.6, "serum_afp_low": 3.6, "hemoglobin_low": 1, "smoking_months": 20}
    further = store(replace(given, cohort=given.cohort.assign(**values)), [])["further"]
    assert {"afp_ng_ml", "hemoglobin_low", "smoking_months"} <= set(further)
    assert not {"serum_afp", "serum_afp_low", "pfs_months", "tmb_per_mb", "pdl1_low", "patient"} & set(further)


def test_codes_of_the_flow_are_words(given: Tables) -> None:
    flow = given.flow.assign(reason="not_evaluable: 3; no tmb_per_mb: 2")
    [drawn] = [block for block in single(patients(replace(given, flow=flow))) if isinstance(block, Flow)]
    steps = drawn.steps
    said = " ".join(reason for step in steps for reason, _ in step.reasons)
    assert "not evaluable: 3; no TMB: 2" in said and "_" not in said


def test_a_marker_of_1_and_0_is_said_as_yes_and_no() -> None:
    from biomarkers.report.wording import comparison

    kinds = [{"marker_kind": kind, "first": "1", "second": "0"} for kind in ("binary", "ordinal", None)]
    rows = pd.DataFrame(kinds).reindex(columns=schemas.columns("results"))
    assert [comparison(row) for row in each(rows)] == ["yes vs no", "1 vs 0", "1 vs 0"]


def test_no_colour_of_a_group_means_a_response() -> None:
    assert not {c.lower() for c in GROUPS} & {c.lower() for c in [*OUTCOMES, *RESPONSES.values()]}


def test_a_caption_explains_lines_where_there_are_no_dots(given: Tables) -> None:
    cohort = given.cohort.assign(pdl1_low=1.0, pdl1_high=50.0)
    figures = [draw() for draw in by_response(replace(given, cohort=cohort))]
    texts = [figure.caption for figure in figures if figure.name.startswith("pdl1")]
    assert texts and all("One line is one patient" in text and "dot" not in text for text in texts)


def test_the_mid_point_rule_is_said_beside_the_median(given: Tables) -> None:
    rates = given.rates.assign(note="S(t) is exactly 0.5 over a step: its mid-point")
    tables = [block for block in single(endpoints(replace(given, rates=rates))) if isinstance(block, Table)]
    assert any("mid-point rule" in cell.text for table in tables for row in table.rows for cell in row)


def test_intervals_and_estimates_have_numbers_to_sort_by(given: Tables) -> None:
    table = all_tests(given)[0]
    titles = [column.title for column in table.columns]
    for name in ("Estimate", "95% CI", "p"):
        cells = [row[titles.index(name)] for row in table.rows]
        assert all(cell.sort is not None for cell in cells if cell.text not in ("", "none")), name
    assert table.columns[titles.index("Estimate")].within == "Estimate of"


def test_the_paragraph_of_methods_has_the_settings_in_force(given: Tables) -> None:
    settings = {
        "burden": {"tumor_depth": 31, "alt_reads": 4, "vaf": 0.07, "normal_depth": 12},
        "endpoints": {"confirmed": True, "confirmation_days": 28, "evaluator": "BICR", "censoring": "fda"},
    }
    said, used = paragraph(replace(given, settings=settings))
    text = " ".join(said)
    assert "depth of at least 31" in text and "at least 7%" in text and "12 in the normal" in text
    assert "an assumed size" not in text
    settings["burden"] |= {"tumor_depth": 0, "alt_reads": 0, "vaf": 0}
    assert given.tmb is not None
    listed = replace(given, settings=settings, tmb=given.tmb.assign(denominator_source="assumed"))
    of_burden = paragraph(listed)[0][0]
    assert "without a threshold of depth, reads or fraction, per megabase of an assumed size, since no" in of_burden
    assert "at least" not in of_burden and "in the normal" not in of_burden
    assert "read by the BICR" in text and "at least 28 days" in text and "new therapy" in text
    assert {"burden", "response", "mann_whitney", "logrank", "cox"} <= used


def test_the_store_offers_what_was_tested(given: Tables) -> None:
    offered = store(given, [])["compare"]
    assert offered["first"] == {"endpoint": "response", "marker": "tmb_per_mb", "marker_class": "declared"}
    assert {"response", "pfs"} <= {one["name"] for one in offered["endpoints"]}
    pdl1 = next(one for one in offered["markers"] if one["name"] == "pdl1")
    assert (pdl1["low"], pdl1["high"]) == ("pdl1_low", "pdl1_high")


def test_a_cutoff_of_many_digits_has_three_in_titles_and_files(given: Tables) -> None:
    results = given.results.assign(
        cut_at=given.results["cut_at"].where(given.results["cut_at"].isna(), 23.26663566),
        first=given.results["first"].str.replace(">= 10", ">= 23.26663566", regex=False),
        second=given.results["second"].str.replace("< 10", "< 23.26663566", regex=False),
    )
    figures = [draw() for draw in by_group(replace(given, results=results))]
    said = " ".join(f"{figure.title} {figure.name} {figure.file} {figure.caption}" for figure in figures)
    assert "23.3" in said and "tmb_per_mb_23.3" in said and "23.26" not in said
