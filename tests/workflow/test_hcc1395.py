"""Real exome reads of HCC1395 through the whole path; the figures stand in the README of the data."""

from __future__ import annotations

import gzip
import hashlib
import json

import pysam
import pytest

from biomarkers.cli.app import run


def test_duplicates_are_marked_over_both_lanes(hcc1395_run):
    for sample, duplicates in (("HCC1395", 515), ("HCC1395BL", 385)):
        with pysam.AlignmentFile(hcc1395_run.folder / f"results/reads/{sample}.bam") as reads:
            assert sum(read.is_duplicate for read in reads) == duplicates
            groups = reads.header.to_dict()["RG"]
        assert [group["ID"] for group in groups] == [f"{sample}.L3", f"{sample}.L4"]
        assert {group["SM"] for group in groups} == {group["LB"] for group in groups} == {sample}
        assert [group["PU"] for group in groups] == [f"H7HY2CCXX.3.{sample}", f"H7HY2CCXX.4.{sample}"]


def test_exactly_one_variant_passes_and_it_is_the_known_one(hcc1395_run):
    with pysam.VariantFile(hcc1395_run.folder / "results/variants/HCC1395.vcf.gz") as records:
        passed = [(r.contig, r.pos, r.ref, r.alts) for r in records if "PASS" in r.filter]
    assert passed == [("chr17mini", 14310, "C", ("T",))]
    rows = {(row["pos"], row["alt"]): row for row in hcc1395_run.tsv("results/variants/HCC1395.variants.tsv.gz")}
    tp53 = rows["14310", "T"]
    assert (tp53["gene"], tp53["hgvsp"], tp53["exclusion"]) == ("TP53", "p.Arg175His", "")
    assert tp53["counted_in"] == "merino_wes,nonsynonymous"
    assert (int(tp53["alt_reads"]), int(tp53["depth"])) == (pytest.approx(90, abs=2), pytest.approx(91, abs=2))
    assert rows["83714", "A"]["exclusion"] == "filter"
    assert all(row["exclusion"] == "filter" for key, row in rows.items() if key[0] == "41056")
    assert float(tp53["population_af"]) == pytest.approx(4e-6, rel=0.05)


def test_burden_over_the_callable_bases(hcc1395_run):
    (denominator,) = hcc1395_run.tsv("results/burden/HCC1395.denominator.tsv")
    assert (int(denominator["target_bp"]), int(denominator["coding_bp"])) == (7347, 6909)
    assert int(denominator["callable_bp"]) == pytest.approx(5099, abs=15)
    merino, nonsynonymous = hcc1395_run.tsv("results/burden/tmb.tsv")
    assert (merino["patient"], merino["sample"], merino["definition"]) == ("P1", "HCC1395", "merino_wes")
    assert nonsynonymous["definition"] == "nonsynonymous"
    assert (merino["n_variants"], merino["denominator_source"], merino["tumor_only"]) == ("1", "callable", "0")
    megabases = int(denominator["callable_bp"]) / 1e6
    assert float(merino["tmb_per_mb"]) == pytest.approx(1 / megabases, rel=1e-9)
    # Garwood interval of one event: R's poisson.test(1)$conf.int.
    assert float(merino["ci_low"]) == pytest.approx(0.02531781 / megabases, rel=1e-6)
    assert float(merino["ci_high"]) == pytest.approx(5.571643 / megabases, rel=1e-6)
    assert merino["status"] == "warn"


def test_a_run_without_a_clinic_has_the_pictures(hcc1395_run):
    steps = hcc1395_run.tsv("results/burden/denominator_steps.tsv")
    (denominator,) = hcc1395_run.tsv("results/burden/HCC1395.denominator.tsv")
    assert [row["step"] for row in steps] == ["target", "coding", "tumor_depth", "normal_depth"]
    assert [int(row["bp"]) for row in steps][::3] == [7347, int(denominator["callable_bp"])]
    assert "7.35 kb (100%)" in (hcc1395_run.folder / "results/burden/denominator.svg").read_text("utf-8")
    picture = (hcc1395_run.folder / "results/burden/agreement.svg").read_text("utf-8")
    assert "Nonsynonymous: n = 1, 0 calls differ at 10" in picture


def test_the_maf_of_the_tumor_and_of_the_cohort(hcc1395_run):
    texts = []
    for path in ("results/variants/HCC1395.maf.gz", "results/burden/cohort.maf.gz"):
        with gzip.open(hcc1395_run.folder / path, "rt") as lines:
            texts.append(lines.read())
    assert texts[0] == texts[1]
    version, samples, header, row = (line.split("\t") for line in texts[0].rstrip("\n").split("\n"))
    assert (version, samples) == (["#version 2.4"], ["#sequenced_samples: HCC1395"])
    tp53 = dict(zip(header, row, strict=True))
    expected = {
        "Hugo_Symbol": "TP53",
        "Chromosome": "chr17mini",
        "Start_Position": "14310",
        "Variant_Classification": "Missense_Mutation",
        "Reference_Allele": "C",
        "Tumor_Seq_Allele2": "T",
        "Tumor_Sample_Barcode": "HCC1395",
        "Matched_Norm_Sample_Barcode": "HCC1395BL",
        "HGVSp_Short": "p.R175H",
        "patient": "P1",
    }
    assert {name: tp53[name] for name in expected} == expected


def test_contamination_from_few_sites_is_reported_and_not_applied(hcc1395_run):
    (row,) = hcc1395_run.tsv("results/qc/contamination/HCC1395.tsv")
    assert row["applied"] == "no" and 0 < int(row["sites"]) < 50
    assert float(row["error"]) > 0.1, "an estimate from so few sites is noise"


def test_a_second_run_has_nothing_to_do(hcc1395_run):
    again = hcc1395_run.run()
    assert again.returncode == 0 and "Nothing to be done" in again.stdout + again.stderr
    assert (hcc1395_run.folder / "results/qc/multiqc.html").stat().st_size > 100_000


def test_the_burden_joins_the_clinic(hcc1395_run, tmp_path):
    """The real pair with simulated clinical rows: sequenced, unsequenced and unknown patients stay apart."""
    import csv

    from biomarkers.cli.app import run

    patients = tmp_path / "patients.tsv"
    patients.write_text("patient\tbest_response\tpfs_months\tpfs_event\nP1\tPR\t7.5\t0\nP2\tPD\t1.5\t1\n")
    tmb = hcc1395_run.folder / "results/burden/tmb.tsv"
    outputs = ["--cohort", str(tmp_path / "cohort.tsv"), "--flow", str(tmp_path / "flow.tsv")]
    assert run(["cohort", "--patients", str(patients), "--tmb", str(tmb), *outputs]) == 0
    with (tmp_path / "cohort.tsv").open() as lines:
        rows = {row["patient"]: row for row in csv.DictReader(lines, delimiter="\t")}
    (value, _) = hcc1395_run.tsv("results/burden/tmb.tsv")
    assert float(rows["P1"]["tmb_per_mb"]) == float(value["tmb_per_mb"]) and rows["P1"]["n_variants"] == "1"
    assert (rows["P1"]["sequenced"], rows["P2"]["sequenced"]) == ("1", "0")
    assert rows["P2"]["tmb_per_mb"] == "" and rows["P2"]["pfs_months"] == "1.5"


def test_quality_of_both_samples(hcc1395_run):
    """Duplicates: README of the data; depth: `samtools depth -s` over the targets. A small panel warns only."""
    tumor, normal = hcc1395_run.tsv("results/qc/qc.tsv")
    assert (tumor["sample"], tumor["role"], normal["sample"], normal["role"]) == (
        *("HCC1395", "tumor"),
        *("HCC1395BL", "normal"),
    )
    assert (tumor["duplicate_reads"], normal["duplicate_reads"]) == ("515", "385")
    assert float(tumor["mean_target_depth"]) == pytest.approx(33.874, rel=1e-3)
    assert float(normal["mean_target_depth"]) == pytest.approx(39.586, rel=1e-3)
    assert (tumor["status"], normal["status"]) == ("warn", "pass")
    assert "mean_target_depth" in tumor["reasons"] and "callable_percent" in tumor["reasons"]
    assert (tumor["contamination_applied"], normal["contamination"]) == ("no", "")
    assert {"contamination", "ti_tv"} <= set(tumor["undetermined"].split(","))
    assert (tumor["n_pass"], tumor["n_snv"], tumor["n_indel"], tumor["n_orientation_filtered"]) == ("1", "1", "0", "1")
    assert 1 < float(tumor["fold_80"]) < 3 and 40 < float(tumor["on_target_percent"]) < 70
    tmb = hcc1395_run.tsv("results/burden/tmb.tsv")[0]
    assert tmb["status"] == "warn" and tmb["tmb_per_mb"] != ""


def test_multiqc_shows_the_burden_as_a_column_and_loads_nothing(hcc1395_run):
    import re

    page = (hcc1395_run.folder / "results/qc/multiqc.html").read_text()
    assert re.search(r'<th id="header_custom_content_tmb-tmb_per_mb"[^>]*>.{0,300}>TMB<', page)
    value = float(hcc1395_run.tsv("results/burden/tmb.tsv")[0]["tmb_per_mb"])
    assert re.search(rf'class="data-coloured custom_content_tmb-tmb_per_mb\b.{{0,400}}{value:.2f}', page, re.S)
    for section in ("quality_table", "mosdepth", "picard", "samtools_markdup", "samtools_stats", "fastp"):
        assert section in page, section
    assert not re.search(r"<(script|link|iframe)[^>]+(src|href)=[\"']?(https?:)?//", page)
    assert str(hcc1395_run.folder) not in page


def test_a_failed_sample_stays_in_the_cohort_without_a_burden(hcc1395_run, tmp_path):
    import shutil

    from builders import RunFolder

    shutil.copytree(hcc1395_run.folder, tmp_path / "run", symlinks=True)
    run = RunFolder(tmp_path / "run", hcc1395_run.snakefile, dict(hcc1395_run.config))
    patients = run.sheet("patients.tsv", [["patient", "best_response"], ["P1", "PR"]])
    run.config |= {"qc": {"tumor_mean_depth": {"fail": 1000}}, "clinical": {"patients": patients}}
    done = run.run("results/cohort.tsv", "--rerun-triggers", "params", "mtime", "input")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "CollectHsMetrics" not in done.stdout and not re_run(done, "call")
    tumor, normal = run.tsv("results/qc/qc.tsv")
    assert (tumor["status"], normal["status"]) == ("fail", "pass")
    assert "is below 1000 (fail)" in tumor["reasons"]
    for row in run.tsv("results/burden/tmb.tsv"):
        assert (row["status"], row["tmb_per_mb"], row["ci_low"], row["ci_high"]) == ("failed", "", "", "")
    (patient,) = run.tsv("results/cohort.tsv")
    assert (patient["patient"], patient["sequenced"], patient["tmb_per_mb"]) == ("P1", "0", "")


def re_run(done, rule):
    """Whether the run's list of jobs names the rule."""
    import re

    return bool(re.search(rf"^\s*{rule}\s+\d+\s*$", done.stdout + done.stderr, re.M))


def test_the_chain_of_evidence_leads_to_the_reads_and_names_every_program(hcc1395_run, shared_data, capsys):
    """MD5 by hashlib; the programs are those of the usual path from FASTQ to a burden."""
    folder, reads = hcc1395_run.folder, shared_data / "hcc1395_exome"
    record = json.loads((folder / "results/burden/tmb.tsv.json").read_text())
    files = record["files"]
    given = {path for path, link in files.items() if link["by"] == "given"}
    names = ["reference.fa", "targets.bed", "genes.gff3.gz", "gnomad.vcf.gz"]
    names += [f"{s}_{lane}_R{i}.fastq.gz" for s in ("HCC1395", "HCC1395BL") for lane in ("L3", "L4") for i in (1, 2)]
    assert given == {"config/samples.tsv", *(f"{reads / name}" for name in names)}
    for path in (
        "results/reads/HCC1395BL.bam",
        f"{reads}/HCC1395_L4_R2.fastq.gz",
        "results/burden/HCC1395.callable.bed",
    ):
        assert files[path]["md5"] == hashlib.md5((folder / path).read_bytes()).hexdigest(), path
    for table, beside in (
        ("variants/HCC1395.variants.tsv.gz", "variants/HCC1395.variants"),
        ("burden/tmb.tsv", "burden/tmb"),
    ):
        read = json.loads((folder / f"results/{beside}.json").read_text())["inputs"]
        assert {one["file"]: one["md5"] for one in read} == {
            path: files[path]["md5"] for path in files[f"results/{table}"]["from"]
        }, "the chain is what the commands themselves recorded"
    told = {name for link in files.values() for name in link.get("programs", {})}
    assert {"bwa", "samtools", "fastp", "mosdepth", "GATK Mutect2", "GATK FilterMutectCalls", "bcftools csq"} <= told
    assert record["samples"]["HCC1395"]["normal"] == "HCC1395BL"
    assert run(["explain", "--run", str(folder), "--sample", "HCC1395"]) == 0
    said = capsys.readouterr().out
    assert "matched normal of the sheet: HCC1395BL" in said and "results/reads/HCC1395.bam: bwa " in said
    assert " bp  divide the count (results/burden/HCC1395.denominator.tsv)" in said
    assert run(["explain", "--run", str(folder), "--sample", "HCC1395BL"]) == 2
    assert "expected a tumor sample; this one is a normal, which has no burden" in capsys.readouterr().err
