"""`biomarkers report`: exit statuses, outputs whole or not at all, figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from biomarkers.cli.app import run

TRIAL = Path(__file__).parents[1] / "unit" / "report" / "trial"


def test_all_inputs_make_the_page_and_every_figure(tmp_path: Path) -> None:
    names = ("cohort", "results", "rates", "groups", "flow", "tmb", "adverse-events")
    options = [part for name in names for part in (f"--{name}", f"{TRIAL}/{name.replace('-', '_')}.tsv")]
    outputs = ["--page", f"{tmp_path}/out/index.html", "--figures", f"{tmp_path}/figures"]
    assert run(["report", *options, "--plan", f"{TRIAL}/plan.yaml", *outputs]) == 0
    text = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<h1>A simulated trial of 42 patients, anti-PD-1</h1>" in text
    figures = sorted(path.stem for path in (tmp_path / "figures").iterdir())
    assert {"tmb", "tmb_per_mb_by_response", "pfs_all", "pfs_by_tmb_per_mb_ge_10_vs_lt_10"} <= set(figures)
    assert len(figures) == text.count("<figure ")
    assert all(path.read_text("utf-8").startswith("<svg") for path in (tmp_path / "figures").iterdir())
    assert "was not given" not in text and str(tmp_path) not in text and str(TRIAL) not in text


def test_a_cohort_alone_is_enough(tmp_path: Path) -> None:
    options = ["--cohort", f"{TRIAL}/cohort.tsv", "--title", "<b>Mine</b>"]
    assert run(["report", *options, "--page", f"{tmp_path}/p.html"]) == 0
    text = (tmp_path / "p.html").read_text("utf-8")
    assert "<h1>&lt;b&gt;Mine&lt;/b&gt;</h1>" in text and "(option --results)" in text


def test_every_problem_of_every_file_is_told_and_nothing_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("cohort", "results"):
        shutil.copy(TRIAL / f"{name}.tsv", tmp_path)
    cohort, results = tmp_path / "cohort.tsv", tmp_path / "results.tsv"
    cohort.write_text(cohort.read_text().replace("\nP02\t", "\nP01\t"))
    results.write_text(results.read_text().replace("\tsecondary\t", "\tsecundary\t", 1))
    outputs = ["--page", f"{tmp_path}/p.html", "--figures", f"{tmp_path}/f"]
    assert (
        run(["report", "--cohort", str(cohort), "--results", str(results), "--rates", f"{tmp_path}/no.tsv", *outputs])
        == 2
    )
    told = capfd.readouterr().err
    assert "results.tsv:4: role is 'secundary'; expected one of primary, secondary, exploratory" in told
    assert "no.tsv: file is missing" in told
    assert "cohort.tsv:3: patient is 'P01'" in told
    assert not (tmp_path / "p.html").exists() and not (tmp_path / "f").exists()


@pytest.mark.parametrize("name", ["rizvi2015_nsclc", "hellmann2018_nsclc"])
def test_published_cohorts(name: str, shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "cohorts" / name
    inputs = ["--cohort", f"{folder}/cohort.tsv", "--plan", f"{folder}/plan.yaml"]
    tested = ["--results", f"{tmp_path}/results.tsv", "--groups", f"{tmp_path}/groups.tsv"]
    assert run(["associate", *inputs, *tested]) == 0
    assert run(["report", *inputs, *tested, "--page", f"{tmp_path}/p.html"]) == 0
    expected = {"rizvi2015_nsclc": "p = 0.0008", "hellmann2018_nsclc": "p = 0.0004"}[name]  # as the papers print them
    assert expected in (tmp_path / "p.html").read_text("utf-8")
