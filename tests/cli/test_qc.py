"""`biomarkers qc` on real reports of the HCC1395 pair under the names that the workflow gives them."""

from __future__ import annotations

import csv
import gzip

import pytest

from biomarkers.cli.app import run
from biomarkers.errors import InputError
from biomarkers.run import quality


@pytest.fixture
def folder(tmp_path, project, monkeypatch):
    """A run's folder with reports of tumor T.1 and normal N."""
    monkeypatch.chdir(tmp_path)
    for name, source in (("T.1", "HCC1395"), ("N", "HCC1395BL")):
        reports = project / "tests" / "data" / "quality" / source
        for kind, file, target in (
            ("stats", "stats.txt", f"{name}.txt"),
            ("duplicates", "duplicates.txt", f"{name}.txt"),
            ("hs", "hs_metrics.txt", f"{name}.txt"),
            ("depth", "summary.txt", f"{name}.mosdepth.summary.txt"),
            ("fastp", "L3.json", f"{name}/L3.json"),
        ):
            path = tmp_path / kind / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text((reports / file).read_text())
        path = tmp_path / "depth" / f"{name}.thresholds.bed.gz"
        path.write_bytes(gzip.compress((reports / "thresholds.bed").read_bytes()))
        (tmp_path / f"{name}.fastq").write_text("@r\nA\n+\nI\n")
    (tmp_path / "samples.tsv").write_text(
        "patient\tsample\tstatus\tfastq_1\nP1\tT.1\ttumor\tT.1.fastq\nP1\tN\tnormal\tN.fastq\n"
    )
    return tmp_path


def options(*more, names=("T.1", "N")):
    listed = []
    for option, pattern in (
        ("stats", "stats/{}.txt"),
        ("duplicates", "duplicates/{}.txt"),
        ("hs-metrics", "hs/{}.txt"),
        ("depth", "depth/{}.mosdepth.summary.txt"),
        ("thresholds", "depth/{}.thresholds.bed.gz"),
        ("trimming", "fastp/{}"),
    ):
        listed += [f"--{option}", *(pattern.format(name) for name in names)]
    return ["qc", "--samples", "samples.tsv", "--qc", "qc.tsv", *listed, *more]


def rows():
    with open("qc.tsv") as lines:
        return {row["sample"]: row for row in csv.DictReader(lines, delimiter="\t")}


def test_reports_join_their_samples(folder):
    assert run(options("--section", "section.tsv")) == 0
    found = rows()
    assert (found["T.1"]["duplicate_reads"], found["N"]["duplicate_reads"]) == ("515", "385")
    assert (found["T.1"]["role"], found["N"]["role"], found["N"]["status"]) == ("tumor", "normal", "pass")
    assert found["T.1"]["reasons"] == "mean_target_depth 33.87 is below 50 (warn)"
    assert found["T.1"]["n_pass"] == found["T.1"]["contamination"] == found["T.1"]["undetermined"] == ""
    assert "T.1\tP1\ttumor\twarn\t" in (folder / "section.tsv").read_text()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ["--duplicates", "duplicates/N.txt"],
            ["duplicates/N.txt: file is of N, of which --stats has no file; expected one beside each of --duplicates"],
        ),
        (
            ["--depth", "depth/N.mosdepth.summary.txt", "--thresholds", "depth/T.1.thresholds.bed.gz"],
            [
                "depth/N.mosdepth.summary.txt: file is of N, of which --thresholds has no file; "
                "expected one beside each of --depth",
                "depth/T.1.thresholds.bed.gz: file is of T.1, of which --depth has no file; "
                "expected one beside each of --thresholds",
            ],
        ),
    ],
)
def test_a_report_that_nothing_would_read_is_refused(folder, capsys, given, said):
    assert run(["qc", "--samples", "samples.tsv", "--qc", "qc.tsv", *given]) == 2
    assert capsys.readouterr().err.splitlines() == said
    assert not (folder / "qc.tsv").exists()


def test_limits_of_the_user(folder):
    assert run(options("--limit", "normal_mean_depth=,50", "tumor_mean_depth=,", "duplicate_percent=10,")) == 0
    found = rows()
    assert found["N"]["status"] == "fail" and found["N"]["reasons"] == "mean_target_depth 39.59 is below 50 (fail)"
    assert found["T.1"]["reasons"] == "duplicate_percent 10.41 is above 10 (warn); its normal N failed (warn)"


def test_depth_limits_follow_the_depth_that_bases_need(folder):
    assert run(options("--tumor-depth", "100", "--normal-depth", "25")) == 0
    found = rows()
    assert found["T.1"]["reasons"] == "mean_target_depth 33.87 is below 50 (fail)"
    assert found["N"]["reasons"] == "mean_target_depth 39.59 is below 50 (warn)"


def test_contamination_that_was_applied_fails(folder):
    table = "sample\tcontamination\terror\tsites\tapplied\nT.1\t0.12\t0.01\t900\t{}\n"
    (folder / "c.tsv").write_text(table.format("yes"))
    assert run(options("--contamination", "c.tsv")) == 0
    assert rows()["T.1"]["status"] == "fail" and "contamination 0.12 is above 0.1 (fail)" in rows()["T.1"]["reasons"]
    (folder / "c.tsv").write_text(table.format("no"))
    assert run(options("--contamination", "c.tsv")) == 0
    assert (rows()["T.1"]["status"], rows()["T.1"]["undetermined"]) == ("warn", "contamination")
    assert (rows()["T.1"]["contamination"], rows()["T.1"]["contamination_sites"]) == ("0.12", "900")


def test_nothing_is_measured_of_a_sample_without_reports(folder):
    assert run(["qc", "--samples", "samples.tsv", "--qc", "qc.tsv"]) == 0
    assert [row["status"] for row in rows().values()] == ["pass", "pass"]
    assert {row["total_reads"] for row in rows().values()} == {""}


def test_all_that_is_wrong_is_told_at_once_and_nothing_written(folder, capsys):
    (folder / "stats" / "T.1.txt").write_text("nothing\n")
    (folder / "stats" / "X.txt").write_text("")
    wrong = ["--limit", "mapped=1,2", "fold_80=nan,", "fold_80=2,3", "fold_80=3,4", "--ffpe-vaf", "5"]
    assert run([*options(*wrong), "--stats", "stats/X.txt"]) == 2
    told = capsys.readouterr().err
    assert "'fold_80=nan,'; expected METRIC=WARN,FAIL with two numbers that are finite" in told
    assert "'fold_80=3,4'; expected fold_80 once" in told
    assert "mapped=1,2" in told and "--ffpe-vaf is '5.0'" in told and "stats/X.txt" in told
    assert not (folder / "qc.tsv").exists()
    assert run(options()) == 2
    assert "T.1.txt: file is damaged; expected the line `raw total sequences`" in capsys.readouterr().err
    assert not (folder / "qc.tsv").exists()


def test_a_sample_stands_in_one_table_of_contamination(tmp_path):
    paths = [tmp_path / "a.tsv", tmp_path / "b.tsv"]
    for path in paths:
        path.write_text("sample\tcontamination\terror\tsites\tapplied\nT1\t0.01\t0.001\t50\tyes\n")
    assert quality.contamination(paths[:1])["T1"]["sites"] == 50
    with pytest.raises(InputError, match=r"sample is 'T1'; expected each sample once \(first in "):
        quality.contamination(paths)
