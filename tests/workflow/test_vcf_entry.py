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
    assert "Missense only: n = 1, 1 call differs at 10" in (burden / "agreement.svg").read_text("utf-8")
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


def test_stated_territory_calibration_and_two_samples_of_a_patient(run_folder, shared_data):
    """329 variants (README of the data) over what the user states or assumes, and through a simulated calibration."""
    exome = shared_data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz"
    vcfs = {name: run_folder.folder / f"{name}.vcf.gz" for name in ("T1", "T2")}
    for vcf in vcfs.values():
        vcf.write_bytes(exome.read_bytes())
    header = ["patient", "sample", "status", "vcf", "collected"]
    rows = [["P1", "T1", "tumor", str(vcfs["T1"]), "2024-03-02"], ["P1", "T2", "tumor", str(vcfs["T2"]), "2024-02-01"]]
    stated = [["sample", "callable_bp", "denominator_source"], ["T1", "32900000", "stated"]]
    rule = [["assay", "slope", "intercept", "source"], ["kit", "0.5", "1", "made up"]]
    run_folder.config = {
        "samples": run_folder.sheet("samples.tsv", [header, *rows]),
        "clinical": {"patients": run_folder.sheet("p.tsv", [["patient", "treatment_start"], ["P1", "2024-03-01"]])},
        "reference": {"assumed_bp": 65_800_000},
        "burden": {
            "definitions": ["merino_wes"],
            "denominators": run_folder.sheet("stated.tsv", stated),
            "calibration": run_folder.sheet("calibration.tsv", rule),
            "assay": "kat",
        },
    }
    refused = run_folder.run()
    assert refused.returncode == 2 and "calibration.tsv: assay is 'kat'; expected one of kit" in refused.stderr
    run_folder.config["burden"]["assay"] = "kit"
    done = run_folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    found = {row["sample"]: row for row in run_folder.tsv("results/burden/tmb.tsv")}
    assert [found[name]["denominator_source"] for name in ("T1", "T2")] == ["stated", "assumed"]
    assert [float(found[name]["tmb_per_mb"]) for name in ("T1", "T2")] == pytest.approx([10, 5], rel=1e-12)
    assert [float(found[name]["tmb_per_mb_calibrated"]) for name in ("T1", "T2")] == pytest.approx([6, 3.5], rel=1e-12)
    assert not (run_folder.folder / "results/burden/agreement.svg").exists()
    (patient,) = run_folder.tsv("results/cohort.tsv")
    assert (patient["tumor_sample"], float(patient["tmb_per_mb"])) == ("T2", pytest.approx(5, rel=1e-12))
    chosen = run_folder.tsv("results/clinical/sample_selection.tsv")
    assert [(row["sample"], row["chosen"], row["days_from_start"]) for row in chosen] == [
        ("T2", "1", "-29"),
        ("T1", "0", "1"),
    ]
