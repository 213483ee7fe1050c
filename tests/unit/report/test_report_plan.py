"""Whether the results are of the plan that the page shows, and the way to MultiQC's page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.io.files import md5
from biomarkers.report.given import Tables
from biomarkers.report.page import page
from biomarkers.report.reading import read
from biomarkers.report.sections.cautions import cautions
from pages import TRIAL, words

PLAN = """date: 2024-05-06
seed: 1
primary: {marker: tmb_per_mb, endpoint: response}
endpoints: {response: {kind: binary, column: responder}}
markers: {tmb_per_mb: {kind: continuous}}
"""


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Results of a plan, with their record."""
    (tmp_path / "plan.yaml").write_text(PLAN)
    line = ["associate", "--cohort", f"{TRIAL}/cohort.tsv", "--plan", f"{tmp_path}/plan.yaml"]
    line += ["--results", f"{tmp_path}/results.tsv", "--groups", f"{tmp_path}/groups.tsv"]
    assert run([*line, "--record", f"{tmp_path}/record.json"]) == 0
    return tmp_path


def given(folder: Path, *, record: bool = True) -> Tables:
    path = folder / "record.json" if record else None
    return read(folder / "plan.yaml", record=path, cohort=TRIAL / "cohort.tsv", results=folder / "results.tsv")


def test_the_record_has_the_md5_of_what_was_read_and_made(made: Path) -> None:
    record = json.loads((made / "record.json").read_text())
    assert [one["md5"] for one in record["inputs"]] == [md5(TRIAL / "cohort.tsv"), md5(made / "plan.yaml")]
    assert record["results"] == md5(made / "results.tsv") and record["command"] == "associate"


def test_results_of_this_plan_are_told(made: Path) -> None:
    text = words(page(given(made), title="T").html)
    assert "are of this very plan" in text and md5(made / "plan.yaml") in text and "2024-05-06" in text
    assert not any("not of the plan" in one for one in cautions(given(made)))


@pytest.mark.parametrize(
    ("file", "said"), [("plan.yaml", "made with another plan"), ("results.tsv", "not the one that was recorded")]
)
def test_another_plan_or_table_is_a_caution(made: Path, file: str, said: str) -> None:
    with (made / file).open("a") as handle:
        handle.write("# changed\n" if file == "plan.yaml" else "\n")
    told = given(made)
    assert said in " ".join(cautions(told)) and said in words(page(told, title="T").html)


def test_without_a_record_nothing_is_claimed(made: Path) -> None:
    text = words(page(given(made, record=False), title="T").html)
    assert "no record tells of which plan they are" in text and "very plan" not in text


def test_the_page_leads_to_multiqc_only_where_it_was_made(tmp_path: Path) -> None:
    line = ["report", "--cohort", f"{TRIAL}/cohort.tsv", "--tmb", f"{TRIAL}/tmb.tsv", "--page", f"{tmp_path}/p/i.html"]
    assert run([*line, "--multiqc", "../qc/multiqc.html"]) == 0
    assert 'href="../qc/multiqc.html"' in (tmp_path / "p" / "i.html").read_text()
    assert run([*line, "--multiqc", "../qc/multiqc.html", "--anonymous"]) == 0  # it names samples
    assert "multiqc.html" not in (tmp_path / "p" / "i.html").read_text()
