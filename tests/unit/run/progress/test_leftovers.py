"""What stays of samples and sheets that a run no longer has is told."""

from __future__ import annotations

import pytest

from biomarkers.run.layout import Layout
from biomarkers.run.progress.leftovers import left

WANTED = ["results/burden/tmb.tsv", "results/cohort.tsv"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (
        *("variants/A.variants.tsv.gz", "variants/B.variants.tsv.gz", "variants/B.vcf.gz", "reads/BN.bam"),
        *("variants/maf/cohort.variants.tsv.gz", "burden/tmb.tsv", "report/index.html", "reads/BN.bam.bai"),
    ):
        path = tmp_path / "results" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return tmp_path


def test_a_run_of_all_that_stands_there_says_nothing(run):
    assert left([*WANTED, "results/report/index.html"], ["A", "B", "BN", "C"]) == []


def test_what_nobody_asks_for_any_more_is_told(run):
    of_samples, whole = left(WANTED, ["A", "C"])
    assert of_samples == (
        "results: has files of B, BN from an earlier run, which the sheet does not name; they count nowhere and stay"
        " until you remove them"
    )
    assert whole.startswith("results/report/index.html: from an earlier run; this config asks for no such file")
    (run / "outer").mkdir()
    (run / "results").rename(run / "outer" / "results")
    moved = left(WANTED, ["A", "C"], Layout("outer/results", "outer/resources"))
    assert [line.split(":")[0] for line in moved] == ["outer/results", "outer/results/report/index.html"]


def test_of_many_samples_some_are_named(run):
    for number in range(9):
        (run / f"results/reads/S{number}.cram").write_text("")
    assert "has files of S0, S1, S2, S3, S4 and 4 more from" in left(WANTED, ["A", "B", "BN"])[0]


@pytest.mark.parametrize(
    "page",
    ["burden/tmb.tsv", "qc/multiqc.html", "qc/concordance.tsv", "cohort.tsv", "association/results.tsv"],
)
def test_each_kind_of_result_is_told(run, page):
    path = run / "results" / page
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    (told,) = left(["results/report/index.html"], ["A", "B", "BN"])
    assert f"results/{page}" in told
    everything = [f"results/{path.relative_to(run / 'results')}" for path in (run / "results").rglob("*.*")]
    assert left(everything, ["A", "B", "BN"]) == []
