"""`biomarkers tmb`: the tables beside the burden (--mutations, --agreement), those it is told (--qc, --calibration)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables

HEADER = (
    "patient sample chrom pos ref alt filter depth alt_reads vaf gene consequence hgvsp exclusion counted_in tumor_only"
)


def variants(path: Path, sample: str, rows: list[tuple[str, str, str]], patient: str = "P1") -> str:
    """rows: gene, consequence, exclusion; a missense variant without exclusion counts in both definitions."""
    lines = ["\t".join([*HEADER.split(), "other_genes"])]
    for position, (gene, consequence, exclusion) in enumerate(rows, 1):
        counted = "" if exclusion else "merino_wes,nonsynonymous"
        cells = [
            patient,
            sample,
            "chr1",
            str(position),
            "C",
            "T",
            "PASS",
            "50",
            "10",
            "0.2",
            gene.split(";")[0],
            consequence,
        ]
        lines.append("\t".join([*cells, "", exclusion, counted, "0", ";".join(gene.split(";")[1:])]))
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def missense(path: Path, sample: str, number: int, silent: int = 0) -> str:
    rows = [("TP53", "missense_variant", "")] * number + [("KRAS", "synonymous_variant", "consequence")] * silent
    return variants(path, sample, rows, patient=f"P{sample}")


def call(tmp_path: Path, *arguments: str) -> pd.DataFrame:
    assert run(["tmb", *arguments, "--tmb", str(tmp_path / "tmb.tsv")]) == 0
    return tables.read(tmp_path / "tmb.tsv", "tmb")


def test_mutations_of_all_samples_by_gene(tmp_path: Path) -> None:
    first = variants(
        tmp_path / "a.tsv",
        "T1",
        [
            ("TP53", "missense_variant&splice_region_variant", ""),
            ("KRAS", "synonymous_variant", "consequence"),
            ("EGFR", "missense_variant", "vaf"),
            ("BRAF", "intron_variant", "consequence"),
            ("MYC;RB1=stop_gained;ALK=intron_variant", "frameshift_variant", ""),
        ],
    )
    second = variants(tmp_path / "b.tsv", "T2", [("TP53", "stop_gained", "")], patient="P2")
    out = tmp_path / "mutations.tsv.gz"
    call(tmp_path, "--variants", first, second, "--assumed-bp", "30000000", "--mutations", str(out))
    found = tables.read(out, "mutations")
    assert found[["patient", "sample", "gene", "consequence", "pos"]].to_numpy().tolist() == [
        ["P1", "T1", "TP53", "missense_variant&splice_region_variant", "1"],
        ["P1", "T1", "KRAS", "synonymous_variant", "2"],
        ["P1", "T1", "MYC", "frameshift_variant", "5"],
        ["P1", "T1", "RB1", "stop_gained", "5"],
        ["P2", "T2", "TP53", "stop_gained", "1"],
    ]
    call(tmp_path, "--variants", second, "--assumed-bp", "30000000", "--mutations", str(tmp_path / "again.tsv"))
    assert gzip.decompress(out.read_bytes()).startswith((tmp_path / "again.tsv").read_bytes().split(b"\n")[0])


def test_no_mutation_leaves_a_table_with_its_header(tmp_path: Path) -> None:
    path = variants(tmp_path / "a.tsv", "T1", [("KRAS", "missense_variant", "depth")])
    call(tmp_path, "--variants", path, "--assumed-bp", "30000000", "--mutations", str(tmp_path / "m.tsv"))
    assert tables.read(tmp_path / "m.tsv", "mutations").empty


def test_agreement_of_three_definitions(tmp_path: Path) -> None:
    """Per Mb: missense 2, 9, 12 and with silent ones 5, 10, 12 (by hand); ranks alike; ratios 0.4, 0.9, 1."""
    paths = [
        missense(tmp_path / f"{s}.tsv", s, n, silent) for s, n, silent in (("T1", 2, 3), ("T2", 9, 1), ("T3", 12, 0))
    ]
    names = ["missense_only", "merino_wes", "all_coding"]
    out = tmp_path / "agreement.tsv"
    call(tmp_path, "--variants", *paths, "--assumed-bp", "1000000", "--definition", *names, "--agreement", str(out))
    found = tables.read(out, "agreement")
    assert found[["definition_1", "definition_2"]].to_numpy().tolist() == [names[:2], names[::2], names[1:]]
    assert found["n"].tolist() == [3, 3, 3] and found["cut"].tolist() == [10, 10, 10]
    assert found["rho"].tolist() == pytest.approx([1, 1, 1], rel=1e-12)
    assert found["median_ratio"].tolist() == pytest.approx([1, 0.9, 0.9], rel=1e-12)
    assert found["n_discordant"].tolist() == [0, 1, 1]


def test_a_failed_sample_agrees_with_nothing_and_one_definition_has_no_pair(tmp_path: Path) -> None:
    paths = [missense(tmp_path / f"{s}.tsv", s, 12, 1) for s in ("T1", "T2")]
    (tmp_path / "qc.tsv").write_text("sample\tstatus\nT1\tpass\nT2\tfail\n")
    common = ["--variants", *paths, "--assumed-bp", "1000000", "--agreement", str(tmp_path / "a.tsv")]
    call(tmp_path, *common, "--qc", str(tmp_path / "qc.tsv"), "--definition", "merino_wes", "all_coding")
    assert tables.read(tmp_path / "a.tsv", "agreement")["n"].tolist() == [1]
    call(tmp_path, *common, "--definition", "merino_wes")
    assert tables.read(tmp_path / "a.tsv", "agreement").empty


@pytest.mark.parametrize(
    ("verdict", "status", "note"),
    [
        ("pass", "ok", ""),
        ("ok", "ok", ""),
        ("warn", "warn", "quality control warned"),
        ("fail", "failed", "quality control failed"),
        ("failed", "failed", "quality control failed"),
    ],
)
def test_every_verdict_of_quality_control(tmp_path: Path, verdict: str, status: str, note: str) -> None:
    paths = [missense(tmp_path / f"{s}.tsv", s, 3) for s in ("T1", "T2")]
    (tmp_path / "qc.tsv").write_text(f"sample\tstatus\tmean_depth\nT1\t{verdict}\t3\n")
    table = call(tmp_path, "--variants", *paths, "--assumed-bp", "3000000", "--qc", str(tmp_path / "qc.tsv"))
    rows = table[table["definition"] == "merino_wes"].set_index("sample")
    assert rows.loc["T1", "status"] == status and note in str(rows.loc["T1", "note"])
    assert pd.isna(rows.loc["T1", "tmb_per_mb"]) == (status == "failed") == pd.isna(rows.loc["T1", "ci_high"])
    assert rows.loc["T2", "status"] == "warn" and rows.loc["T2", "note"] == "absent from the quality table"
    assert rows.loc["T2", "tmb_per_mb"] == pytest.approx(1, rel=1e-12)


def test_calibration_stands_beside_the_raw_value_in_table_and_record(tmp_path: Path) -> None:
    (tmp_path / "c.tsv").write_text("assay\tslope\tintercept\tsource\nA\t2\t0.5\tstudy A\nB\t3\t-1\tstudy B\n")
    paths = [missense(tmp_path / f"{s}.tsv", s, n, silent=1) for s, n in (("T1", 12), ("T2", 3), ("T3", 0))]
    (tmp_path / "qc.tsv").write_text("sample\tstatus\nT1\tpass\nT2\tfail\nT3\tpass\n")
    told = ["--calibration", str(tmp_path / "c.tsv"), "--assay", "B", "--qc", str(tmp_path / "qc.tsv")]
    table = call(tmp_path, "--variants", *paths, "--assumed-bp", "3000000", "--definition", "merino_wes", *told)
    assert table["tmb_per_mb"].tolist() == pytest.approx([4, float("nan"), 0], rel=1e-12, nan_ok=True)
    # A line through -1 gives T3, where nothing counts, no burden.
    calibrated = table["tmb_per_mb_calibrated"].tolist()
    assert calibrated == pytest.approx([11, float("nan"), float("nan")], rel=1e-12, nan_ok=True)
    assert "calibrated value missing: -1 per Mb is no burden" in table["note"].iloc[2]
    assert "calibrated" not in f"{table['note'].iloc[0]}{table['note'].iloc[1]}"
    assert table["ci_high"].iloc[0] == pytest.approx(20.96158504 / 3, rel=1e-8)  # R: poisson.test(12), not calibrated
    assert set(table["calibration"]) == {"B: study B"}
    record = json.loads((tmp_path / "tmb.json").read_text())
    rule = {"assay": "B", "slope": 3, "intercept": -1, "source": "study B"}
    assert record["settings"]["calibration"] == rule
    assert "c.tsv" in json.dumps(record["inputs"]) and "qc.tsv" in json.dumps(record["inputs"])


def test_without_calibration_there_is_no_such_column(tmp_path: Path) -> None:
    table = call(tmp_path, "--variants", missense(tmp_path / "a.tsv", "T1", 3), "--assumed-bp", "3000000")
    assert "tmb_per_mb_calibrated" not in table and "calibration" not in table


def test_a_stated_denominator_keeps_its_source(tmp_path: Path) -> None:
    """The 80 % rule is for what was measured: a stated size is not compared with coding targets."""
    (tmp_path / "d.tsv").write_text(
        "sample\tcoding_bp\tcallable_bp\tdenominator_source\nT1\t9000000\t3000000\tstated\nT2\t9000000\t3000000\tcallable\n"
    )
    paths = [missense(tmp_path / f"{s}.tsv", s, 3) for s in ("T1", "T2")]
    table = call(tmp_path, "--variants", *paths, "--denominator", str(tmp_path / "d.tsv"), "--definition", "merino_wes")
    assert table["denominator_source"].tolist() == ["stated", "callable"]
    assert table["status"].tolist() == ["ok", "warn"] and table["tmb_per_mb"].tolist() == [1, 1]


def test_what_is_wrong_with_these_tables_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "qc.tsv").write_text("sample\tstatus\nT1\tgood\nT1\tpass\n")
    (tmp_path / "c.tsv").write_text("assay\tslope\tintercept\tsource\nA\tsteep\t0.5\t\n")
    common = [
        "tmb",
        "--variants",
        missense(tmp_path / "a.tsv", "T1", 3),
        "--assumed-bp",
        "3",
        "--tmb",
        str(tmp_path / "x.tsv"),
    ]
    out = ["--mutations", str(tmp_path / "m.tsv"), "--agreement", str(tmp_path / "g.tsv")]
    told = ["--qc", str(tmp_path / "qc.tsv"), "--calibration", str(tmp_path / "c.tsv"), "--assay", "A"]
    assert run([*common, *out, *told]) == 2
    errors = capsys.readouterr().err
    for part in (
        "qc.tsv:2: status is 'good'",
        "qc.tsv:3: sample is 'T1'",
        "c.tsv:2: slope is 'steep'",
        "c.tsv:2: source",
    ):
        assert part in errors
    assert run([*common, "--assay", "A"]) == 2 and "--calibration and --assay together" in capsys.readouterr().err
    assert run([*common, *told[2:4]]) == 2 and "--calibration and --assay together" in capsys.readouterr().err
    assert not [path for path in tmp_path.iterdir() if path.name in ("x.tsv", "m.tsv", "g.tsv", "x.json")]
