"""`biomarkers tmb`: counts over megabases, statuses, matching by sample."""
# ruff: noqa: E501 (tables and VCF headers as they stand in files)

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables

COLUMNS = "patient\tsample\tchrom\tpos\tref\talt\tfilter\tdepth\talt_reads\tvaf\tcaller_af\tgene\ttranscript\tconsequence\thgvsp\tpopulation_af\texclusion\tcounted_in\ttumor_only\n"


def variants(path: Path, *, sample: str = "T1", patient: str = "P1", n: int = 5, tumor_only: int = 0) -> str:
    counted = "".join(
        f"{patient}\t{sample}\tchr1\t{i}\tC\tT\tPASS\t50\t10\t0.2\t\tTP53\tE\tmissense_variant\t\t\t\tmerino_wes,nonsynonymous\t{tumor_only}\n"
        for i in range(1, n + 1)
    )
    out = f"{patient}\t{sample}\tchr1\t900\tC\tT\tPASS\t50\t10\t0.2\t\tTP53\tE\tsynonymous_variant\t\t\tconsequence\t\t{tumor_only}\n"
    low = f"{patient}\t{sample}\tchr1\t901\tC\tT\tPASS\t9\t3\t0.3\t\tTP53\tE\tmissense_variant\t\t\tdepth\t\t{tumor_only}\n"
    path.write_text(COLUMNS + counted + out + low)
    return str(path)


def denominator(path: Path, bp: int, *, sample: str = "T1", coding: int | None = None) -> str:
    head = "sample\ttarget_bp\tcoding_bp\tcallable_bp\tdenominator_source\n"
    path.write_text(head + f"{sample}\t{coding or bp}\t{coding or bp}\t{bp}\tcallable\n")
    return str(path)


def call(tmp_path: Path, *arguments: str) -> pd.DataFrame:
    out = tmp_path / "tmb.tsv"
    assert run(["tmb", *arguments, "--tmb", str(out)]) == 0
    return tables.read(out, "tmb")


def test_count_over_megabases_with_the_exact_interval(tmp_path: Path) -> None:
    table = call(
        tmp_path,
        "--variants",
        variants(tmp_path / "a.tsv"),
        "--denominator",
        denominator(tmp_path / "d.tsv", 2_000_000),
    )
    assert table["definition"].tolist() == ["merino_wes", "nonsynonymous"]
    first = table.iloc[0]
    assert (first["n_variants"], first["callable_bp"], first["status"]) == (5, 2_000_000, "ok")
    assert first["tmb_per_mb"] == pytest.approx(2.5, rel=1e-12)
    assert [first["ci_low"], first["ci_high"]] == pytest.approx([1.6234864 / 2, 11.668332 / 2], rel=1e-6)


@pytest.mark.parametrize("column", ["filter", "depth", "alt_reads", "vaf"])
def test_a_table_without_a_column_that_a_burden_reads(
    column: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Path(variants(tmp_path / "a.tsv"))
    table.write_text(table.read_text().replace(f"\t{column}\t", f"\tmy_{column}\t", 1))
    size = denominator(tmp_path / "d.tsv", 2_000_000)
    assert run(["tmb", "--variants", str(table), "--denominator", size, "--tmb", str(tmp_path / "tmb.tsv")]) == 2
    assert f"a.tsv:1: {column} is missing; expected a column of this name" in capsys.readouterr().err


@pytest.mark.parametrize("sample", ["T1", "t1"])
def test_the_only_denominator_of_another_sample_is_said(
    sample: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    size = denominator(tmp_path / "d.tsv", 2_000_000, sample=sample)
    row = call(tmp_path, "--variants", variants(tmp_path / "a.tsv"), "--denominator", size).iloc[0]
    assert row["callable_bp"] == 2_000_000
    assert ("d.tsv: the only denominator, of t1, is taken for T1" in caplog.text) == (sample == "t1")


def test_another_definition_is_counted_from_the_consequences(tmp_path: Path) -> None:
    names = ["all_coding", "missense_only"]
    table = call(
        tmp_path, "--variants", variants(tmp_path / "a.tsv"), "--assumed-bp", "30000000", "--definition", *names
    )
    assert table["n_variants"].tolist() == [6, 5]
    assert table["denominator_source"].tolist() == ["assumed", "assumed"]


def test_zero_is_a_value_and_excluded_variants_change_nothing(tmp_path: Path) -> None:
    row = call(tmp_path, "--variants", variants(tmp_path / "a.tsv", n=0), "--assumed-bp", "1000000").iloc[0]
    assert (row["n_variants"], row["tmb_per_mb"], row["ci_low"], row["status"]) == (0, 0.0, 0.0, "ok")
    assert row["ci_high"] == pytest.approx(3.6888795, rel=1e-7)


def test_doubling_the_territory_halves_the_burden(tmp_path: Path) -> None:
    path = variants(tmp_path / "a.tsv")
    one = call(tmp_path, "--variants", path, "--assumed-bp", "17000000")
    two = call(tmp_path, "--variants", path, "--assumed-bp", "34000000")
    for column in ("tmb_per_mb", "ci_low", "ci_high"):
        assert (one[column] / two[column]).tolist() == pytest.approx([2.0, 2.0], rel=1e-12)


@pytest.mark.parametrize(
    ("bp", "coding", "status", "note"),
    [
        (999_999, 999_999, "warn", "below 1 Mb: unreliable"),
        (1_000_000, 1_000_000, "ok", ""),
        (7_999_999, 10_000_000, "warn", "only 80% of the coding target bases are callable"),
        (8_000_000, 10_000_000, "ok", ""),
        (0, 10_000_000, "failed", "no callable base"),
    ],
)
def test_status_by_territory(tmp_path: Path, bp: int, coding: int, status: str, note: str) -> None:
    path = denominator(tmp_path / "d.tsv", bp, coding=coding)
    row = call(tmp_path, "--variants", variants(tmp_path / "a.tsv"), "--denominator", path).iloc[0]
    assert row["status"] == status and note in str(row["note"])
    assert pd.isna(row["tmb_per_mb"]) == (status == "failed")


def test_labels(tmp_path: Path) -> None:
    path = variants(tmp_path / "a.tsv", n=10, tumor_only=1)
    at = call(tmp_path, "--variants", path, "--assumed-bp", "1000000").iloc[0]
    below = call(tmp_path, "--variants", path, "--assumed-bp", "1000001").iloc[0]
    assert "not the FDA-approved test" in at["note"] and "not the FDA-approved test" not in below["note"]
    assert at["tumor_only"] == 1 and "tumor-only call" in at["note"]


def test_samples_are_joined_by_name_and_keep_their_order(tmp_path: Path) -> None:
    paths = [
        variants(tmp_path / f"{s}.tsv", sample=s, patient=p, n=n)
        for s, p, n in (("T2", "P1", 4), ("T1", "P1", 2), ("T3", "P2", 1))
    ]
    sizes = [
        denominator(tmp_path / f"{s}.d.tsv", bp, sample=s)
        for s, bp in (("T1", 1_000_000), ("T3", 4_000_000), ("T2", 2_000_000))
    ]
    table = call(tmp_path, "--variants", *paths, "--denominator", *sizes, "--definition", "merino_wes")
    assert table[["patient", "sample", "tmb_per_mb"]].to_numpy().tolist() == [
        ["P1", "T2", 2.0],
        ["P1", "T1", 2.0],
        ["P2", "T3", 0.25],
    ]


def test_failed_quality_is_missing(tmp_path: Path) -> None:
    qc = tmp_path / "qc.tsv"
    qc.write_text("sample\tstatus\tdepth\nT1\tfail\t3\n")
    row = call(tmp_path, "--variants", variants(tmp_path / "a.tsv"), "--assumed-bp", "3000000", "--qc", str(qc)).iloc[0]
    assert row["status"] == "failed" and pd.isna(row["tmb_per_mb"]) and row["n_variants"] == 5


def test_calibration_keeps_both_values(tmp_path: Path) -> None:
    rule = tmp_path / "c.tsv"
    rule.write_text("assay\tslope\tintercept\tsource\nkit A\t1.25\t-0.5\tvalidation 2026\n")
    common = ["--variants", variants(tmp_path / "a.tsv"), "--assumed-bp", "2000000", "--calibration", str(rule)]
    row = call(tmp_path, *common, "--assay", "kit A").iloc[0]
    assert (row["tmb_per_mb"], row["tmb_per_mb_calibrated"]) == (2.5, pytest.approx(1.25 * 2.5 - 0.5, rel=1e-12))
    assert "validation 2026" in row["calibration"]
    assert run(["tmb", *common, "--assay", "kit B", "--tmb", str(tmp_path / "x.tsv")]) == 2
    rule.write_text(rule.read_text().replace("1.25", "-1.25"))
    assert run(["tmb", *common, "--assay", "kit A", "--tmb", str(tmp_path / "x.tsv")]) == 2, "the order is turned round"


def test_the_whole_path_on_the_real_exome(shared_data: Path, tmp_path: Path) -> None:
    """329 over 32.10 Mb are 10.2 per Mb (README of the data)."""
    vcf = shared_data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz"
    out = tmp_path / "T.variants.tsv.gz"
    assert run(["variants", "--vcf", str(vcf), "--tumor-sample", "HCC1395_TUMOR_DNA", "--variants", str(out)]) == 0
    row = call(tmp_path, "--variants", str(out), "--assumed-bp", "32100000").iloc[0]
    assert row["n_variants"] == 329 and row["tmb_per_mb"] == pytest.approx(329 / 32.1, rel=1e-12)
    origin = json.loads((tmp_path / "tmb.json").read_text())
    assert origin["variants"][0]["origin"]["settings"]["vaf"] == 0.05
    assert origin["variants"][0]["origin"]["inputs"][0]["md5"]


HEAD = """##fileformat=VCFv4.2
##source=Mutect2
##MutectVersion=2.2
##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: 'Allele | Annotation | Gene_Name'">
##FILTER=<ID=weak_evidence,Description="x">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT
"""
FAILED = "chr1\t{}\t.\tC\tT\t.\tweak_evidence\tANN=T|missense_variant|A\tAD\t60,40\n"
SIZE = "sample\ttarget_bp\tcoding_bp\tcallable_bp\tdenominator_source\nT\t30000000\t30000000\t30000000\t{}\n"


@pytest.mark.parametrize(
    ("records", "mutect", "source", "missing"),
    [
        ("", True, "assumed", "no record in the VCF"),
        ("", True, "callable", ""),
        ("", False, "stated", ""),
        (FAILED.format(5) + FAILED.format(9), True, "assumed", "none of 2 records passed FILTER (weak_evidence 2)"),
        (FAILED.format(5), True, "callable", ""),
        (FAILED.format(5), False, "callable", "none of 1 record passed FILTER (weak_evidence 1)"),
        (FAILED.format(5), True, "stated", "none of 1 record passed FILTER"),
        (FAILED.format(5).replace("weak_evidence", "PASS").replace("missense", "synonymous"), False, "assumed", ""),
        (FAILED.format(5).replace("weak_evidence", "PASS").replace("60,40", "99,1"), False, "assumed", ""),
    ],
)
def test_a_zero_needs_a_record_or_a_measured_territory(
    tmp_path: Path, records: str, mutect: bool, source: str, missing: str
) -> None:
    header = HEAD if mutect else HEAD.replace("##MutectVersion=2.2\n", "")
    (tmp_path / "e.vcf").write_text(header + records)
    (tmp_path / "T.denominator.tsv").write_text(SIZE.format(source))
    out = tmp_path / "T.variants.tsv.gz"
    command = ["variants", "--vcf", str(tmp_path / "e.vcf"), "--tumor-sample", "T", "--patient", "P9"]
    assert run([*command, "--variants", str(out)]) == 0
    row = call(tmp_path, "--variants", str(out), "--denominator", str(tmp_path / "T.denominator.tsv")).iloc[0]
    assert (row["patient"], row["sample"], row["tumor_only"]) == ("P9", "T", 1)
    if missing:
        assert (row["status"], row["note"].startswith(missing)) == ("failed", True)
        assert row[["n_variants", "tmb_per_mb", "ci_low", "ci_high", "n_threshold_free"]].isna().all()
    else:
        assert (row["n_variants"], row["tmb_per_mb"], row["ci_high"] > 0) == (0, 0.0, True)
        assert row["status"] != "failed"
    assert ("the zero rests on" in row["note"]) == ((not records or "weak" in records) and not missing)


def test_a_table_without_rows_and_without_its_json_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "e.vcf").write_text(HEAD)
    out = tmp_path / "T.variants.tsv.gz"
    command = ["variants", "--vcf", str(tmp_path / "e.vcf"), "--tumor-sample", "T", "--variants", str(out)]
    assert run(command) == 0
    (tmp_path / "T.variants.json").unlink()
    assert run(["tmb", "--variants", str(out), "--assumed-bp", "30000000", "--tmb", str(tmp_path / "x.tsv")]) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"annotation": 1},
        {"definitions": ["x"]},
        {"samples": [1]},
        {"samples": [{"patient": "P1"}]},
        {"missing": "x"},
        {"remarks": 5},
        {"settings": {"normal_share": [[]]}},
        {"settings": {"tumor_depth": "x"}},
        {"settings": {"accept_filters": 1}},
    ],
)
def test_a_json_of_other_content_is_refused(
    changed: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each ended in a traceback, or could have."""
    (tmp_path / "e.vcf").write_text(HEAD)
    out = tmp_path / "T.variants.tsv.gz"
    assert run(["variants", "--vcf", str(tmp_path / "e.vcf"), "--tumor-sample", "T", "--variants", str(out)]) == 0
    beside = tmp_path / "T.variants.json"
    beside.write_text(json.dumps(json.loads(beside.read_text()) | changed))
    assert run(["tmb", "--variants", str(out), "--assumed-bp", "30000000", "--tmb", str(tmp_path / "x.tsv")]) == 2
    assert "T.variants.json: file has other content" in capsys.readouterr().err


def test_bad_input_comes_all_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = variants(tmp_path / "a.tsv")
    bad = tmp_path / "b.tsv"
    bad.write_text(COLUMNS + "P2\tT2\tchr1\tx\tC\tT\tPASS\t5\t3\t0.2\t\tG\tE\tm\t\t\twhy\t\t0\n")
    size = denominator(tmp_path / "d.tsv", 5)
    (tmp_path / "d2.tsv").write_text(
        "sample\tcallable_bp\ttarget_bp\tcoding_bp\tdenominator_source\nT1\t-3\t1\t1\tguess\n"
    )
    arguments = [
        "tmb",
        "--variants",
        good,
        str(bad),
        "--denominator",
        size,
        str(tmp_path / "d2.tsv"),
        "--definition",
        "merino",
    ]
    assert run([*arguments, "--tmb", str(tmp_path / "x.tsv")]) == 2
    error = capsys.readouterr().err
    for part in (
        "b.tsv:2: pos is 'x'",
        "b.tsv:2: exclusion is 'why'",
        "callable_bp is '-3'",
        "is 'guess'",
        "--definition is 'merino'",
    ):
        assert part in error
    assert not (tmp_path / "x.tsv").exists()


def test_a_sample_without_denominator_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [variants(tmp_path / f"{s}.tsv", sample=s) for s in ("T1", "T2")]
    size = denominator(tmp_path / "d.tsv", 5_000_000, sample="T1")
    assert run(["tmb", "--variants", *paths, "--denominator", size, "--tmb", str(tmp_path / "x.tsv")]) == 2
    assert "T2.tsv: sample is 'T2'; expected a sample of the denominators: T1" in capsys.readouterr().err
    assert run(["tmb", "--variants", *paths, "--tmb", str(tmp_path / "x.tsv")]) == 2
    assert "--denominator, --shared-denominator or --assumed-bp" in capsys.readouterr().err


def test_the_json_tells_the_territory_of_each_sample(tmp_path: Path) -> None:
    head = "sample\ttarget_bp\tcoding_bp\tcallable_bp\tdenominator_source\tmin_tumor_depth\tmin_normal_depth\n"
    path = tmp_path / "d.tsv"
    path.write_text(head + "T1\t4000000\t2500000\t2000000\tcallable\t25\t\n")
    call(tmp_path, "--variants", variants(tmp_path / "a.tsv"), "--denominator", str(path))
    told = json.loads((tmp_path / "tmb.json").read_text())["denominators"]
    assert told == [
        {
            "sample": "T1",
            "target_bp": 4_000_000,
            "coding_bp": 2_500_000,
            "callable_bp": 2_000_000,
            "denominator_source": "callable",
            "min_tumor_depth": 25,
            "min_normal_depth": None,
            "file": str(path),
        }
    ]


@pytest.mark.parametrize("bases", ["32", "9999", "100000001", "32e9", "9" * 25])
def test_a_territory_that_no_assay_has_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], bases) -> None:
    """32 is meant as megabases; more than the coding bases of a genome is no territory of a coding burden either."""
    arguments = ["--variants", variants(tmp_path / "a.tsv"), "--assumed-bp", bases, "--tmb", str(tmp_path / "t.tsv")]
    assert run(["tmb", *arguments]) == 2
    assert "expected a whole number from 10000 to 100000000" in capsys.readouterr().err
    assert not (tmp_path / "t.tsv").exists()


@pytest.mark.parametrize(("source", "status"), [("stated", 2), ("assumed", 2), ("callable", 0)])
def test_more_variants_than_stated_bases_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source, status
):
    size = tmp_path / "d.tsv"
    size.write_text(f"sample\ttarget_bp\tcoding_bp\tcallable_bp\tdenominator_source\nT1\t2\t2\t2\t{source}\n")
    arguments = [
        "--variants",
        variants(tmp_path / "a.tsv"),
        "--denominator",
        str(size),
        "--tmb",
        str(tmp_path / "t.tsv"),
    ]
    assert run(["tmb", *arguments]) == status
    said = capsys.readouterr().err
    assert ("expected a territory of more than 2 bp for its" in said) == bool(status)


def test_one_denominator_may_stand_for_every_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """T1 has a row of its own, T2 takes the shared one; several shared rows are refused."""
    paths = [variants(tmp_path / f"{s}.tsv", sample=s) for s in ("T1", "T2")]
    own = denominator(tmp_path / "d.tsv", 5_000_000, sample="T1")
    shared = denominator(tmp_path / "any.tsv", 2_000_000, sample="any")
    call(tmp_path, "--variants", *paths, "--denominator", own, "--shared-denominator", shared)
    rows = {row["sample"]: row["callable_bp"] for row in tables.records(tables.read(tmp_path / "tmb.tsv", "tmb"))}
    assert rows == {"T1": 5_000_000, "T2": 2_000_000}
    two = tmp_path / "two.tsv"
    two.write_text(Path(own).read_text() + Path(shared).read_text().splitlines()[1] + "\n")
    assert run(["tmb", "--variants", *paths, "--shared-denominator", str(two), "--tmb", str(tmp_path / "x.tsv")]) == 2
    assert "two.tsv: file has 2 rows; expected one row, which stands for every sample" in capsys.readouterr().err
