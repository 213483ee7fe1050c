"""Few tumor cells hide variants: the HCC1395 exome with its reads of each variant thinned (docs/methods.md, 1.16)."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables

TUMOR = "HCC1395_TUMOR_DNA"


def thinned(data: Path, out: Path, share: float) -> Path:
    """The VCF as it would be with this share of tumor cells: of each variant's reads so many are the reference's."""
    draw = np.random.default_rng(20).binomial
    with gzip.open(data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz", "rt") as source, out.open("w") as target:
        column = -1
        for line in source:
            cells = line.rstrip("\n").split("\t")
            if line.startswith("#CHROM"):
                column = cells.index(TUMOR)
            elif not line.startswith("#"):
                at, values = cells[8].split(":").index("AD"), cells[column].split(":")
                rest, reads = map(int, values[at].split(","))
                kept = int(draw(reads, share))
                values[at] = f"{rest + reads - kept},{kept}"
                cells[column] = ":".join(values)
            target.write("\t".join(cells) + "\n")
    return out


def burden(tmp_path: Path, vcf: Path, *options: str) -> pd.Series:
    """The row of `merino_wes`."""
    listed, out = tmp_path / "T.variants.tsv.gz", tmp_path / "tmb.tsv"
    assert run(["variants", "--vcf", str(vcf), "--tumor-sample", TUMOR, "--variants", str(listed)]) == 0
    territory = ["--assumed-bp", "32100000"]
    assert run(["tmb", "--variants", str(listed), *territory, *options, "--tmb", str(out)]) == 0
    return tables.read(out, "tmb").iloc[0]


@pytest.mark.parametrize(
    ("share", "n", "status"), [(1.0, 329, "ok"), (0.4, 316, "ok"), (0.2, 242, "warn"), (0.1, 124, "warn")]
)
def test_the_burden_of_few_tumor_cells_is_a_lower_bound(
    tmp_path: Path, shared_data: Path, share: float, n: int, status: str
) -> None:
    """n: mean of 200 binomial draws of the 329 counted variants in numpy (standard deviation 2.3, 5.6, 5.6)."""
    row = burden(tmp_path, thinned(shared_data, tmp_path / "thinned.vcf", share))
    assert row["n_variants"] == pytest.approx(n, rel=0 if share == 1 else 0.07 if n > 200 else 0.14)
    assert row["tumor_content"] == pytest.approx(0.804 * share, rel=0.08)
    assert row["n_threshold_free"] == 337  # the README of the data: PASS alone
    assert row["n_variants"] + row["n_below_threshold"] == pytest.approx(329)  # 8 of the 337 are shallow
    assert (row["status"], "lower bound" in row["note"]) == (status, status == "warn")


def test_a_stated_purity_decides_too(tmp_path: Path, shared_data: Path) -> None:
    sheet = tmp_path / "samples.tsv"
    sheet.write_text(f"patient\tsample\tstatus\tvcf\tpurity\nP1\t{TUMOR}\ttumor\tx.vcf\t0.25\n")
    vcf = thinned(shared_data, tmp_path / "all.vcf", 1.0)
    row = burden(tmp_path, vcf, "--purity", str(sheet))
    assert (row["n_variants"], row["purity"], row["status"]) == (329, 0.25, "warn")
    assert "stated purity 0.25: the burden is a lower bound" in row["note"]
    sheet.write_text(sheet.read_text().replace("0.25", "0.3"))
    assert burden(tmp_path, vcf, "--purity", str(sheet))["status"] == "ok"


def test_shares_of_one_sample_that_differ_are_told(
    tmp_path: Path, shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "samples.tsv"
    sheet.write_text("sample\tpurity\nT1\t0.5\nT1\t\nT1\t0.4\nT2\t40\n")
    assert run(["tmb", "--variants", str(sheet), "--purity", str(sheet), "--tmb", str(tmp_path / "o.tsv")]) == 2
    told = capsys.readouterr().err
    assert "samples.tsv:5: purity is '40'; expected a number from 0 to 1" in told
    sheet.write_text("sample\tpurity\nT1\t0.5\nT1\t\nT1\t0.4\n")
    assert run(["tmb", "--variants", str(sheet), "--purity", str(sheet), "--tmb", str(tmp_path / "o.tsv")]) == 2
    assert "samples.tsv:4: purity is '0.4'; expected 0.5, as in line 2, for the same sample" in capsys.readouterr().err
