"""Depth, variant reads and fraction from what each caller writes; where the records are from: tests/data/callers.

The expected counts are read from FORMAT by eye or by `bcftools query`, caller by caller: FreeBayes DP and AO, bcftools
DP and AD, Strelka DP and tier 1 of the variant's base (SNV) or TIR (indel), VarScan DP and AD, DRAGEN DP and AD.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables

FOLDER = Path(__file__).resolve().parents[1] / "data" / "callers"

EXPECTED = {
    "freebayes": {
        (9936, "CTCC"): (62, 2),
        (9936, "CTCT"): (62, 2),
        (14277, "C"): (85, 2),
        (14277, "G"): (85, 2),
        (14309, "GTGCCT"): (96, 91),
        (14615, "CTTTTTTTTTTTTTTTGAGATAG"): (17, 12),
        (15330, "C"): (122, 3),
        (15330, "G"): (122, 4),
        (15373, "ACGCGGGG"): (118, 114),
        (41056, "A"): (38, 38),
        (66429, "GAG"): (38, 37),
    },
    "mpileup": {
        (14310, "T"): (77, 77),
        (14615, "CTTTTTTTTTTTTTTT"): (21, 14),
        (15376, "C"): (73, 73),
        (41056, "A"): (21, 21),
        (77427, "A"): (35, 35),
    },
    "strelka": {
        (12170228, "T"): (57, 57),
        (118166116, "A"): (66, 25),
        (166991079, "G"): (136, 73),
        (197169114, "C"): (102, 28),
        (248637291, "A"): (4, 4),
        (102626146, "C"): (89, 57),
        (105977764, "GCCCC"): (112, 32),
    },
    "varscan": {
        (38933593, "T"): (17, 6),
        (45235583, "C"): (164, 90),
        (32714222, "G"): (142, 31),
        (109486240, "T"): (210, 59),
        (65462429, "A"): (15, 5),
    },
    "dragen": {(2488139, "C"): (168, 1), (19072316, "T"): (1, 1), (534234, "T"): (41, 8), (700, "A"): (543, 109)},
}
TIERS = {"strelka": {(102626146, "C"): 57 / (19 + 57), (105977764, "GCCCC"): 32 / (66 + 32)}}
"""The fraction of an indel is TIR / (TAR + TIR) of tier 1 (Strelka's user guide)."""
TUMOR = {"freebayes": "HCC1395", "mpileup": "HCC1395", "strelka": "auto", "varscan": "auto", "dragen": "auto"}


ALL = {"freebayes": ("--somatic", "POS>0"), "dragen": ("--somatic", "POS>0")}
"""What marks no somatic call is read with an expression that holds for every record."""


def read(caller: str, out: Path, *options: str) -> pd.DataFrame:
    vcf = str(FOLDER / f"{caller}.vcf")
    command = ["variants", "--vcf", vcf, "--tumor-sample", TUMOR[caller], "--sample", "T", "--variants", str(out)]
    assert run([*command, *ALL.get(caller, ()), *options]) == 0
    return tables.read(out, "variants")


@pytest.mark.parametrize("caller", EXPECTED)
def test_reads_of_every_caller(caller: str, tmp_path: Path) -> None:
    table = read(caller, tmp_path / "t.variants.tsv", "--accept-unfiltered")
    found = {(row.pos, row.alt): (row.depth, row.alt_reads) for row in table.itertuples()}
    assert found == EXPECTED[caller]
    shares = {change: reads / depth for change, (depth, reads) in found.items()} | TIERS.get(caller, {})
    assert table["vaf"].tolist() == pytest.approx(list(shares.values()), rel=1e-12)
    assert set(table["tumor_only"]) == {int(caller == "dragen")}


@pytest.mark.parametrize(
    ("caller", "fractions"),
    [
        ("varscan", [0.3529, 0.5521, 0.2183, 0.281, 0.3571]),
        ("dragen", [0.006, 1.0, 0.195, 0.201]),
        ("strelka", None),
        ("freebayes", None),
    ],
)
def test_the_fraction_that_the_caller_states(caller: str, fractions: list[float] | None, tmp_path: Path) -> None:
    """FREQ as percent, AF as Number A; VarScan's own fraction is of RD + AD, so it may differ from reads over depth."""
    table = read(caller, tmp_path / "t.variants.tsv", "--accept-unfiltered")
    if fractions is None:
        assert table["caller_af"].isna().all()
    else:
        assert table["caller_af"].tolist() == pytest.approx(fractions, rel=1e-9)


def test_varscan_says_germline_in_ss_and_pass_in_filter(tmp_path: Path) -> None:
    """SS=1: 36 % of the normal's reads have the first deletion."""
    table = read("varscan", tmp_path / "t.variants.tsv", "--tumor-depth", "15")
    assert table["exclusion"].fillna("").tolist() == ["", "", "", "germline", "germline"]
    text = (FOLDER / "varscan.vcf").read_text()
    for status, exclusion in {"0": "germline", "1": "germline", "2": "", "3": "germline", "5": "unknown"}.items():
        path = tmp_path / "v.vcf"
        path.write_text(text.replace("SS=1", f"SS={status}"))
        out = tmp_path / "t.variants.tsv"
        assert run(["variants", "--vcf", str(path), "--tumor-sample", "TUMOR", "--variants", str(out)]) == 0
        row = tables.read(out, "variants").query("pos == 109486240").iloc[0]
        assert (row["exclusion"] if isinstance(row["exclusion"], str) else "") == exclusion


def test_the_known_change_of_hcc1395_however_it_is_spelt(tmp_path: Path) -> None:
    """TP53 R175H: FreeBayes writes a haplotype of six bases, bcftools one base; as MAF both are C>T at 14310."""
    for caller in ("freebayes", "mpileup"):
        table = tmp_path / f"{caller}.variants.tsv"
        read(caller, table, "--accept-unfiltered")
        assert run(["maf", "--variants", str(table), "--include", "all", "--maf", str(tmp_path / f"{caller}.maf")]) == 0
        maf = pd.read_csv(tmp_path / f"{caller}.maf", sep="\t", comment="#")
        row = maf[maf["HGVSp_Short"] == "p.R175H"].iloc[0]
        place = row[["Start_Position", "End_Position", "Variant_Type", "Reference_Allele", "Tumor_Seq_Allele2"]]
        assert place.tolist() == [14310, 14310, "SNP", "C", "T"]
        deletion = maf[maf["Variant_Type"] == "DEL"].iloc[0]
        place = deletion[["Start_Position", "End_Position", "Reference_Allele", "Tumor_Seq_Allele2"]]
        assert place.tolist() == [14616, 14618, "TTT", "-"]


def test_calls_that_were_never_filtered_are_refused_not_zero(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """FreeBayes has no mark either, which is said first: FILTER alone would not help."""
    vcf, out = str(FOLDER / "freebayes.vcf"), tmp_path / "t.variants.tsv"
    command = ["variants", "--vcf", vcf, "--tumor-sample", "HCC1395", "--variants", str(out)]
    assert run(command) == 2
    assert "hold 11 by FreeBayes (first chr17mini:9936), which marks none" in capsys.readouterr().err
    assert run([*command, "--somatic", "QUAL>0"]) == 2
    error = capsys.readouterr().err
    assert "FILTER is absent from all 8 records" in error and "--accept-unfiltered" in error
    assert not out.exists()


UNKNOWN = """##fileformat=VCFv4.2
##INFO=<ID=CSQ,Number=.,Type=String,Description="x. Format: Allele|Consequence">
##INFO=<ID=GERMLINE,Number=0,Type=Flag,Description="x">
##INFO=<ID=STATUS,Number=1,Type=String,Description="x">
##INFO=<ID=SS,Number=1,Type=String,Description="Somatic status">
##INFO=<ID=SOMATIC_STATUS,Number=1,Type=String,Description="x">
##FORMAT=<ID=GT,Number=1,Type=String,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\tN
"""


@pytest.mark.parametrize(
    ("info", "exclusion", "said"),
    [
        ("GERMLINE", "germline", ""),
        ("STATUS=Germline", "germline", ""),
        ("STATUS=StrongLOH", "germline", ""),
        ("SOMATIC_STATUS=germline", "germline", ""),
        ("SOMATIC_STATUS=Somatic;GERMLINE", "germline", ""),
        ("STATUS=Novel;SS=germline", "germline", ""),
        ("STATUS=Novel", "", "marks 2 alleles with STATUS=..., which may mean that they are germline: they count"),
        ("SS=1", "", "marks 2 alleles with SS=1, which may mean that they are germline: they count"),
        ("SS=2", "", ""),
        ("SS=37.5", "", ""),
        ("STATUS=Somatic", "", ""),
        ("GERMLINE_RESOURCE=1", "", ""),
    ],
)
def test_what_a_caller_that_is_not_known_says_of_germline(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, info: str, exclusion: str, said: str
) -> None:
    rows = "".join(
        f"chr1\t{pos}\t.\tC\tT\t.\tPASS\t{info};CSQ=T|missense_variant\tGT:AD:DP\t0/1:40,20:60\t0/0:50,0:50\n"
        for pos in (100, 200)
    )
    (tmp_path / "a.vcf").write_text(UNKNOWN + rows)
    command = ["variants", "--vcf", str(tmp_path / "a.vcf"), "--tumor-sample", "T"]
    assert run([*command, "--variants", str(tmp_path / "a.tsv")]) == 0
    assert set(tables.read(tmp_path / "a.tsv", "variants")["exclusion"].fillna("")) == {exclusion}
    assert said in caplog.text
    assert ("marks" in caplog.text) == bool(said)
