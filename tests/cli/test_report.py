"""`biomarkers report`: exit statuses, outputs whole or not at all, figures."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cohorts
from biomarkers.cli.app import run
from biomarkers.io import tables
from pages import data_of, store_of, table, words

TRIAL = Path(__file__).parents[1] / "unit" / "report" / "trial"


def test_all_inputs_make_the_page_and_every_figure(tmp_path: Path) -> None:
    names = ("cohort", "results", "memberships", "rates", "groups", "flow", "tmb", "adverse-events")
    options = [part for name in names for part in (f"--{name}", f"{TRIAL}/{name.replace('-', '_')}.tsv")]
    outputs = ["--page", f"{tmp_path}/out/index.html", "--figures", f"{tmp_path}/figures"]
    assert run(["report", *options, "--plan", f"{TRIAL}/plan.yaml", *outputs]) == 0
    text = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<h1>A simulated trial of 42 patients, anti-PD-1</h1>" in text
    drawn = sorted((tmp_path / "figures").glob("*.svg"))
    figures = [path.stem for path in drawn]
    assert {"tmb", "response_tmb", "pfs_all", "pfs_tmb_10"} <= set(figures)
    files = store_of(text)["files"]  # of each figure; that of the primary result is that of its marker, too
    assert set(figures) == set(files.values()) and len(files) == text.count("<figure ") == len(figures) + 1
    assert all(path.read_text("utf-8").startswith("<svg") for path in drawn)
    assert (
        text.count("was not given")
        == sum(text.count(f"{option})") for option in ("--sensitivity", "--qc", "--concordance"))
        and str(tmp_path) not in text
        and str(TRIAL) not in text
    )


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


def sizes_in_figures(page: str, endpoint: str) -> dict[str, list[int]]:
    """Patients at risk at time 0 in each group, by figure of this endpoint by a marker; read from the charts' data."""
    found, store = {}, store_of(page)
    for name in (name for name in store["figures"] if name.startswith(f"{endpoint}_by_")):
        rows: list[dict[str, Any]] = [row for data in data_of(store, name) for row in data]
        found[name] = [row["n"] for row in rows if row.get("time") == 0 and "n" in row]
    return found


def test_a_figure_draws_the_patients_of_its_test(tmp_path: Path) -> None:
    """Of 61 patients one is exactly at the median; ten digits of it put him on the other side of `>`."""
    value = np.random.default_rng(6).lognormal(2, 1, 61)
    assert (value > np.median(value)).sum() == 30 and (value > float(f"{np.median(value):.10g}")).sum() == 31
    marker = "score: {kind: continuous, cutpoints: [{at: median, side: '>'}]}"
    plan = cohorts.plan(marker, primary="marker: score, endpoint: pfs")
    page = cohorts.page(cohorts.trial(tmp_path, cohorts.drawn(61, 6, score=value), plan)).read_text("utf-8")
    assert list(sizes_in_figures(page, "pfs").values()) == [[30, 31]]
    assert "(&gt; 9.1: 30 patients" in page and "9.1015" not in words(page)


def test_a_marker_whose_levels_are_mutated_and_wild_type_is_no_gene(tmp_path: Path) -> None:
    cohort = cohorts.drawn(40, 1, egfr_by_pcr=cohorts.chosen("wild type", "mutated"))
    marker = "egfr_by_pcr: {kind: binary, levels: [wild type, mutated]}"
    plan = cohorts.plan(marker, primary="marker: egfr_by_pcr, endpoint: response")
    page = cohorts.page(cohorts.trial(tmp_path, cohort, plan)).read_text("utf-8")
    assert "No primary test" not in page and "No genes were tested" in page
    first = table(store_of(page), "All tests")[0]
    assert (first["Role"], first["Comparison"]) == ("primary", "mutated vs wild type")


def test_a_marker_called_as_a_gene_has_its_own_groups(tmp_path: Path) -> None:
    cohort = cohorts.drawn(60, 1, TP53=cohorts.chosen("wild type", "mutated"))
    mutations = cohorts.carried(cohort["patient"], {"TP53": np.arange(60) % 6 == 0})
    plan = cohorts.plan(
        "TP53: {kind: binary, levels: [wild type, mutated]}", primary="marker: TP53, endpoint: response"
    )
    made = cohorts.trial(tmp_path, cohort, plan + "genes: {min_carriers: 3}\n", mutations)
    text = cohorts.page(made).read_text("utf-8")
    groups = tables.read(tmp_path / "groups.tsv", "groups").query("endpoint == 'pfs' and group == 'mutated'")
    own = int(cohort["TP53"].eq("mutated").sum())
    assert dict(zip(groups["marker_class"], groups["n"], strict=True)) == {"declared": own, "gene": 10}
    shown = [row for row in table(store_of(text), "The groups that were compared") if row["Marker"] == "TP53"]
    assert [row["n"] for row in shown if row["Group"] == "mutated"] == [str(own)] * 2
    carriers = {row["Carriers"] for row in table(store_of(text), "Carriers of a gene's variants")}
    assert carriers == {"10"}


def test_levels_that_look_like_numbers_are_read_as_associate_reads_them(tmp_path: Path) -> None:
    cohort = cohorts.drawn(40, 1, grade=["1", "2", "3", "x"] * 10)
    plan = cohorts.plan("grade: {kind: categorical}", primary="marker: grade, endpoint: response")
    assert "1 vs 2 vs 3 vs x" in cohorts.page(cohorts.trial(tmp_path, cohort, plan)).read_text("utf-8")


def test_tables_of_an_older_version_make_a_page_without_curves_by_marker(tmp_path: Path) -> None:
    results = pd.read_csv(TRIAL / "results.tsv", sep="\t", dtype=str)
    new = ["test", "marker_class", "first", "second", "cut_at", "cut_side"]
    results.drop(columns=new).to_csv(tmp_path / "results.tsv", sep="\t", index=False)
    groups = pd.read_csv(TRIAL / "groups.tsv", sep="\t", dtype=str)
    groups.drop(columns="marker_class").to_csv(tmp_path / "groups.tsv", sep="\t", index=False)
    options = ["--cohort", f"{TRIAL}/cohort.tsv", "--results", f"{tmp_path}/results.tsv"]
    assert run(["report", *options, "--groups", f"{tmp_path}/groups.tsv", "--page", f"{tmp_path}/p.html"]) == 0
    page = (tmp_path / "p.html").read_text("utf-8")
    assert "(option --memberships)" in page and sizes_in_figures(page, "pfs") == {}
    assert "figure-tmb_per_mb_by_response" in page and "&gt;= 10 vs &lt; 10" in page


@pytest.mark.parametrize(("name", "p"), [("rizvi2015_nsclc", "p = 0.0008"), ("hellmann2018_nsclc", "p = 0.0004")])
def test_published_cohorts(name: str, p: str, shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "cohorts" / name
    for file in ("cohort.tsv", "plan.yaml"):
        shutil.copy(folder / file, tmp_path)
    page = cohorts.page(tmp_path).read_text("utf-8")
    assert p in page  # as the papers print them
    groups = tables.read(tmp_path / "groups.tsv", "groups")
    counted = {tuple(rows["n"]) for _, rows in groups[groups["endpoint"].eq("pfs")].groupby("marker")}
    drawn = sizes_in_figures(page, "pfs")
    assert len(drawn) >= 3
    for sizes in drawn.values():
        assert any(tuple(sizes) == every[i : i + len(sizes)] for every in counted for i in range(len(every))), sizes


def test_memberships_of_another_analysis_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A curve of 23 patients must not stand over a test of 27."""
    lines = (TRIAL / "memberships.tsv").read_text("utf-8").splitlines(keepends=True)
    short = tmp_path / "memberships.tsv"
    short.write_text("".join(lines[:-1]), "utf-8")
    options = ["--cohort", f"{TRIAL}/cohort.tsv", "--results", f"{TRIAL}/results.tsv", "--memberships", str(short)]
    assert run(["report", *options, "--page", f"{tmp_path}/p.html"]) == 2
    assert "both files of one call of biomarkers associate" in capsys.readouterr().err
    assert not (tmp_path / "p.html").exists()
