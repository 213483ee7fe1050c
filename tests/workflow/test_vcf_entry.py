"""Sheets of somatic VCFs: the run starts at annotation, or after it when the VCF has consequences already."""

from __future__ import annotations

import pysam
import pytest

from builders import hcc1395


def test_an_annotated_exome_is_counted_over_a_stated_territory(run_folder, shared_data):
    vcf = shared_data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz"
    run_folder.config = {
        "samples": run_folder.sheet(
            "samples.tsv", [["patient", "sample", "status", "vcf"], ["P1", "T", "tumor", f"{vcf}"]]
        ),
        "reference": {"assumed_bp": 32_102_474},
        "burden": {"definitions": ["merino_wes", "nonsynonymous", "all_coding", "missense_only"]},
    }
    done = run_folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["definition"]: row for row in run_folder.tsv("results/burden/tmb.tsv")}
    counts = {name: int(row["n_variants"]) for name, row in rows.items()}
    assert counts == {"merino_wes": 329, "nonsynonymous": 352, "all_coding": 459, "missense_only": 293}
    assert {row["denominator_source"] for row in rows.values()} == {"assumed"}
    assert float(rows["merino_wes"]["tmb_per_mb"]) == pytest.approx(329 / 32.102474, rel=1e-12)
    burden = run_folder.folder / "results/burden"
    assert "missense_only: n = 1, 1 call differs at 10" in (burden / "agreement.svg").read_text("utf-8")
    assert not (burden / "denominator.svg").exists()
    assert len(run_folder.tsv("results/variants/T.variants.tsv.gz")) == 1470
    with pysam.VariantFile(vcf) as given, pysam.VariantFile(run_folder.folder / "results/variants/T.vcf.gz") as kept:
        assert [str(record) for record in given] == [str(record) for record in kept]


def test_raw_calls_are_split_annotated_and_counted_over_the_coding_targets(run_folder, shared_data):
    """TP53 p.Arg175His beside another ALT that did not pass: Mutect2's verdict per allele survives the split."""
    calls = run_folder.folder / "calls.vcf"
    calls.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr17mini,length=155223>\n##tumor_sample=LAB7\n"
        '##INFO=<ID=AS_FilterStatus,Number=A,Type=String,Description="Filter status for each allele">\n'
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">\n'
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tBLOOD\tLAB7\n"
        "chr17mini\t14310\t.\tC\tT,A\t.\tPASS\tAS_FilterStatus=SITE|weak_evidence,strand_bias\tGT:AD:DP\t"
        "0/0:50,0,0:50\t0/1/2:10,85,5:100\n"
    )
    folder = hcc1395(run_folder, shared_data)
    folder.sheet("samples.tsv", [["patient", "sample", "status", "vcf"], ["P1", "T1", "tumor", str(calls)]])
    done = folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["alt"]: row for row in folder.tsv("results/variants/T1.variants.tsv.gz")}
    assert rows["A"]["exclusion"] == "filter"
    assert (rows["T"]["exclusion"], rows["T"]["hgvsp"], rows["T"]["alt_reads"]) == ("", "p.Arg175His", "85")
    assert float(rows["T"]["population_af"]) == pytest.approx(4.06392e-06, rel=1e-6)
    row = folder.tsv("results/burden/tmb.tsv")[0]
    assert (row["n_variants"], row["callable_bp"], row["denominator_source"], row["tumor_only"]) == (
        "1",
        "6909",
        "assumed",
        "0",
    )
