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
    """The VCF as it would be with this share of tumor cells: of each variant's reads so many are the reference's.

    One read is left at least, since a variant without a read is none of the tumor's (rule 1.16).
    """
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
                kept = max(int(draw(reads, share)), min(reads, 1))
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


def test_shares_of_other_samples_are_not_passed_over(
    tmp_path: Path, shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "samples.tsv"
    sheet.write_text("sample\tpurity\nT9\t0.2\n")
    listed = tmp_path / "T.variants.tsv"
    vcf = thinned(shared_data, tmp_path / "all.vcf", 1.0)
    assert run(["variants", "--vcf", str(vcf), "--tumor-sample", TUMOR, "--variants", str(listed)]) == 0
    options = ["--assumed-bp", "32100000", "--purity", str(sheet), "--tmb", str(tmp_path / "tmb.tsv")]
    assert run(["tmb", "--variants", str(listed), *options]) == 2
    assert f"sample is 'T9'; expected a sample of the variants tables, such as {TUMOR}" in capsys.readouterr().err
    assert not (tmp_path / "tmb.tsv").exists()


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


def counted(tmp_path: Path, *source: str) -> pd.Series:
    """The row of `merino_wes` of one VCF or MAF."""
    listed, out = tmp_path / "listed.tsv", tmp_path / "burden.tsv"
    assert run(["variants", *source, "--variants", str(listed)]) == 0
    assert run(["tmb", "--variants", str(listed), "--assumed-bp", "2000000", "--tmb", str(out)]) == 0
    return tables.read(out, "tmb").iloc[0]


def test_germline_below_the_thresholds_hides_nothing(tmp_path: Path) -> None:
    """As VarScan 2 writes (made-up records): of 9 that pass 5 count; SS=1 is germline at whatever fraction."""
    mark = "BCSQ=missense|TP53|ENST1|protein_coding|+|1P>1L|{}C>T"
    head = (
        "##fileformat=VCFv4.1\n##source=VarScan2\n##contig=<ID=chr1,length=9999>\n"
        '##INFO=<ID=SS,Number=1,Type=String,Description="Somatic status of variant (0=Reference,1=Germline,2=Somatic,'
        '3=LOH, or 5=Unknown)">\n##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence annotation. '
        'Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">\n'
        '##FORMAT=<ID=FREQ,Number=1,Type=String,Description="Variant allele frequency">\n'
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">\n##FORMAT=<ID=RD,Number=1,Type=Integer,Description='
        '"Reference reads">\n##FORMAT=<ID=AD,Number=1,Type=Integer,Description="Variant reads">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR\n"
    )
    reads = [*[(2, 100, 20)] * 5, (2, 100, 4), (2, 100, 2), (2, 20, 5), (1, 100, 4)]
    body = "".join(
        f"chr1\t{10 * i}\t.\tC\tT\t.\tPASS\tSS={status};{mark.format(10 * i)}\tDP:RD:AD:FREQ\t90:90:0:0%\t"
        f"{depth}:{depth - n}:{n}:{100 * n / depth:.2f}%\n"
        for i, (status, depth, n) in enumerate(reads, 1)
    )
    vcf = tmp_path / "v.vcf"
    vcf.write_text(head + body)
    row = counted(tmp_path, "--vcf", str(vcf), "--tumor-sample", "TUMOR")
    told = row[["n_variants", "n_below_threshold", "n_threshold_free", "lower_bound", "status"]].tolist()
    assert told == [5, 2, 8, 1, "warn"], "2 of 7 is more than a fifth"
    assert row["tumor_content"] == pytest.approx(0.4)


def test_a_maf_tells_it_too(tmp_path: Path) -> None:
    """Of a tumor-only MAF: 8 count, 2 fall to alt_reads or vaf (a fifth, no more), one of those that do is common."""
    head = (
        "Hugo_Symbol\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tVariant_Classification\t"
        "Tumor_Sample_Barcode\tt_depth\tt_alt_count\tgnomAD_AF\n"
    )
    reads = [*[(200, 80, 0)] * 8, (100, 4, 0), (30, 2, 0), (100, 4, 0.02)]
    body = "".join(
        f"TP53\t17\t{i}\tC\tT\tMissense_Mutation\tS1\t{depth}\t{n}\t{common}\n"
        for i, (depth, n, common) in enumerate(reads, 1)
    )
    maf = tmp_path / "a.maf"
    maf.write_text(head + body)
    row = counted(tmp_path, "--maf", str(maf), "--tumor-only")
    assert row[["n_variants", "n_below_threshold", "n_threshold_free", "lower_bound"]].tolist() == [8, 2, 10, 0]
    assert row["tumor_content"] == pytest.approx(0.8)
