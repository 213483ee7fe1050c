"""Lists of variants that are neither VCF nor MAF are refused by name; a MAF of ours is read again as it was counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables

FILES = {
    "is Illumina's CombinedVariantOutput.tsv": "[Analysis Details]\t\t\nOutput Date\t2022-01-01\n",
    "is MuTect's call_stats": "contig\tposition\tref_allele\talt_allele\ttumor_name\tjudgement\n",
    "is a table of ANNOVAR": "Chr\tStart\tEnd\tRef\tAlt\tFunc.ensGene\tGene.ensGene\tExonicFunc.ensGene\n",
    "is a report of Foundation Medicine": '<?xml version="1.0"?>\n<rr:ResultsReport xmlns:rr="http://x">\n',
    "is VarScan's own table": "chrom\tposition\tref\tvar\tnormal_reads1\tsomatic_status\n",
    "is a variants table of this program": "patient\tsample\tchrom\tpos\texclusion\tcounted_in\tpasses_otherwise\n",
}


@pytest.mark.parametrize(("found", "text"), FILES.items())
@pytest.mark.parametrize("option", ["--vcf", "--maf"])
def test_another_format_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], found: str, text: str, option: str
) -> None:
    (tmp_path / "x.txt").write_text(text)
    more = ["--tumor-sample", "auto"] if option == "--vcf" else []
    assert run(["variants", option, str(tmp_path / "x.txt"), *more, "--variants", str(tmp_path / "o.tsv")]) == 2
    said = capsys.readouterr().err
    assert f"file {found}" in said
    assert "expected" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "o.tsv").exists()


def test_a_maf_in_place_of_a_vcf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.vcf").write_text("#version 2.4\nHugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\n")
    command = ["variants", "--vcf", str(tmp_path / "a.vcf"), "--tumor-sample", "T"]
    assert run([*command, "--variants", str(tmp_path / "o.tsv")]) == 2
    assert "a.vcf:2: file is a MAF; expected a VCF; give a MAF with --maf" in capsys.readouterr().err


def test_calls_without_a_filter_are_read_again_from_our_maf(tmp_path: Path) -> None:
    """SomaticSniper never writes FILTER."""
    header = (
        "##fileformat=VCFv4.1\n"
        '##INFO=<ID=CSQ,Number=.,Type=String,Description="x. Format: Allele|Consequence|SYMBOL">\n'
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR\n"
    )
    rows = [
        f"chr1\t{pos}\t.\tC\tT\t.\t.\tCSQ=T|missense_variant|A\tGT:DP:BCOUNT:JGQ:SS\t0/0:50:0,50,0,0:.:0\t0/1:60:0,40,0,20:30:{ss}\n"
        for pos, ss in ((100, 2), (200, 1))
    ]
    (tmp_path / "s.vcf").write_text(header + "".join(rows))
    first, maf, second = (tmp_path / name for name in ("a.variants.tsv", "a.maf", "b.variants.tsv"))
    command = ["variants", "--vcf", str(tmp_path / "s.vcf"), "--tumor-sample", "TUMOR", "--sample", "T"]
    assert run([*command, "--variants", str(first)]) == 0
    assert run(["maf", "--variants", str(first), "--include", "all", "--maf", str(maf)]) == 0
    assert run(["variants", "--maf", str(maf), "--variants", str(second)]) == 0
    for table in (first, second):
        assert tables.read(table, "variants")["exclusion"].fillna("").to_list() == ["", "germline"]
