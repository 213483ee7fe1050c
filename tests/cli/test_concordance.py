"""`biomarkers concordance` on files."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from biomarkers.cli.app import run

HEADER = "contig\tposition\tref_count\talt_count\tother_alt_count\tallele_frequency"


@pytest.fixture
def cohort(tmp_path, monkeypatch):
    """Four patients; the normals of P1 and P2 are interchanged."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(3)
    frequency = rng.uniform(0.05, 0.2, 400)
    people = rng.binomial(2, frequency, (4, 400))
    lines = ["patient,sample,status,bam"]
    for patient, owner in enumerate([0, 2, 1, 3]):
        for kind, genotype in (("tumor", people[patient]), ("normal", people[owner])):
            name = f"P{patient}-{kind[0].upper()}"
            lines.append(f"P{patient},{name},{kind},x.bam")
            alt = rng.binomial(50, np.clip(genotype / 2, 0.001, 0.999))
            rows = [
                f"1\t{i * 20_000}\t{50 - a}\t{a}\t0\t{p:.3f}"
                for i, (a, p) in enumerate(zip(alt, frequency, strict=True))
            ]
            text = "\n".join([f"#<METADATA>SAMPLE=other-{name}", HEADER, *rows])
            (tmp_path / f"{name}.pileups.table").write_text(text + "\n")
    (tmp_path / "samples.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def call(folder, names, *more):
    files = [f"{name}.pileups.table" for name in names]
    return run(["concordance", "--pileups", *files, "--samples", "samples.csv", "--concordance", "out.tsv", *more])


def test_a_sample_name_in_quotation_marks_is_read_over(cohort):
    assert call(cohort, ["P0-T", "P0-N"]) == 0
    plain = (cohort / "out.tsv").read_text()
    table = cohort / "P0-T.pileups.table"
    table.write_text(table.read_text().replace("#<METADATA>SAMPLE=other-P0-T", '"#<METADATA>SAMPLE=a \\"b\\""', 1))
    assert call(cohort, ["P0-T", "P0-N"]) == 0 and (cohort / "out.tsv").read_text() == plain


def test_interchanged_normals_are_told_with_whose_they_are(cohort, caplog):
    names = [f"P{i}-{kind}" for i in range(4) for kind in "TN"]
    assert call(cohort, names, "--picture", "out.svg") == 0
    with (cohort / "out.tsv").open() as lines:
        rows = {(row["sample_1"], row["sample_2"]): row for row in csv.DictReader(lines, delimiter="\t")}
    assert len(rows) == 28
    assert {pair: row["verdict"] for pair, row in rows.items() if row["verdict"] != "match"} == {
        ("P1-T", "P1-N"): "mismatch",
        ("P2-T", "P2-N"): "mismatch",
        ("P1-T", "P2-N"): "unexpected_match",
        ("P2-T", "P1-N"): "unexpected_match",
    }
    said = "patient P1: P1-T and P1-N come from different individuals"
    assert any(said in m and "P1-T comes from the same individual as P2-N of patient P2" in m for m in caplog.messages)
    svg = (cohort / "out.svg").read_text()
    assert "28 pairs: 24 match" in svg and "P1-T / P1-N" in svg


def test_stop_ends_with_the_message_and_writes_nothing(cohort, capsys):
    (cohort / "P3-T.pileups.table").write_text(f"{HEADER}\n1\t")  # another job is writing it
    others = [str(path.name) for path in cohort.glob("*.pileups.table")]
    assert call(cohort, ["P1-T", "P1-N"], "--on-mismatch", "stop", "--others", *others) == 1
    message = capsys.readouterr().err
    assert "patient P1: P1-T and P1-N come from different individuals" in message and "Traceback" not in message
    assert "P1-N comes from the same individual as P2-T of patient P2" in message and "same_person: warn" in message
    assert not (cohort / "out.tsv").exists()
    assert call(cohort, ["P0-T", "P0-N"], "--on-mismatch", "stop", "--others", *others) == 0


def test_too_few_sites_are_undetermined_and_said(cohort, caplog):
    assert call(cohort, ["P1-T", "P1-N"], "--on-mismatch", "stop", "--min-sites", "390") == 0
    assert "undetermined" in (cohort / "out.tsv").read_text()
    assert any("undetermined" in m and "it was not checked" in m for m in caplog.messages)


def test_every_wrong_input_is_told_at_once(cohort, capsys):
    (cohort / "P9-T.pileups.table").write_text(f"{HEADER}\n")
    (cohort / "P0-T.pileups.table").write_text(f"#x\n{HEADER}\n1\t5\t10\t3\t0\t0.1\n1\tsix\t10\t3\t0\t0.1\n")
    (cohort / "P0-N.pileups.table").write_text(
        "contig\tposition\tref_count\talt_count\tother_alt_count\n1\t5\t1\t1\t0\n"
    )
    names = ["P9-T", "P0-T", "P0-N", "P7-T"]
    assert call(cohort, names, "--min-sites", "0", "--distance", "-1") == 2
    told = capsys.readouterr().err
    assert "--min-sites is '0'; expected a whole number of at least 1" in told and "--distance is '-1'" in told
    assert "P9-T.pileups.table: sample is 'P9-T'; expected a sample of samples.csv" in told
    assert "P0-T.pileups.table:4: position is 'six'; expected a whole number" in told
    assert "P0-N.pileups.table:1: column allele_frequency is missing" in told
    assert "P7-T" in told and "Traceback" not in told and not (cohort / "out.tsv").exists()


def test_a_missing_file_is_told(cohort, capsys):
    (cohort / "P0-T.pileups.table").unlink()
    assert call(cohort, ["P0-T", "P0-N"]) == 2
    assert "P0-T.pileups.table: file is" in capsys.readouterr().err


def test_a_sheet_without_status_is_told(cohort, capsys):
    (cohort / "samples.csv").write_text("patient,sample,bam\nP0,P0-T,x.bam\nP0,P0-N,y.bam\n")
    assert call(cohort, ["P0-T", "P0-N"]) == 2
    assert "samples.csv:1: status is missing" in capsys.readouterr().err
