"""Every way in which reads may enter, mixed in one sheet, and what is kept of them: HCC1395 in many forms."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import pysam
import pytest

import builders
from builders import RunFolder

FOREIGN = ('fremd "ü"/$T %41', 'fremd "ü"/$N %41')
"""Sample names that no shell and no path takes as they are."""
TP53 = [("chr17mini", 14310, "C", ("T",))]
HEADER = ["patient", "sample", "status", "lane", "library", "fastq_1", "fastq_2", "bam", "cram", "vcf"]


def shell(command: str, folder: Path) -> None:
    subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def aligned(tmp_path_factory, shared_data) -> Path:
    """HCC1395 aligned by bwa and samtools alone: two libraries in one BAM, foreign sample names, and as CRAM."""
    folder = tmp_path_factory.mktemp("aligned")
    data = shared_data / "hcc1395_exome"
    shell(f"ln -s {data}/reference.fa genome.fa; bwa index genome.fa; samtools faidx genome.fa", folder)
    for sample, name in zip(("HCC1395", "HCC1395BL"), FOREIGN, strict=True):
        for lane in ("L3", "L4"):
            reads = f"{data}/{sample}_{lane}_R1.fastq.gz {data}/{sample}_{lane}_R2.fastq.gz"
            group = rf"@RG\tID:{lane}/x\tSM:{name}\tLB:lib {lane}\tPU:H7HY2CCXX.{lane}\tPL:ILLUMINA"
            shell(
                f"bwa mem -R '{group}' genome.fa {reads} > mapped.sam\n"
                f"samtools fixmate -m mapped.sam - | samtools sort -o {sample}.{lane}.bam\n"
                f"samtools markdup {sample}.{lane}.bam {sample}.{lane}.marked.bam",
                folder,
            )
        shell(f"samtools merge {sample}.bam {sample}.L3.marked.bam {sample}.L4.marked.bam", folder)
        shell(f"samtools view -C -T genome.fa -o {sample}.cram {sample}.bam", folder)
    return folder


def passed(folder: RunFolder, tumor: str) -> list[tuple]:
    with pysam.VariantFile(folder.folder / f"results/variants/{tumor}.vcf.gz") as records:
        return [(r.contig, r.pos, r.ref, r.alts) for r in records if "PASS" in r.filter]


def duplicates(path: Path, fasta: Path | None = None) -> dict[str, int]:
    """Duplicate reads by library."""
    found: dict[str, int] = {}
    with pysam.AlignmentFile(path, reference_filename=fasta and str(fasta)) as reads:
        library = {group["ID"]: group["LB"] for group in reads.header.to_dict()["RG"]}
        for read in reads:
            found[library[read.get_tag("RG")]] = found.get(library[read.get_tag("RG")], 0) + read.is_duplicate
    return found


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, project, shared_data, aligned) -> RunFolder:
    """One sheet: unaligned BAM, plain FASTQ of two libraries, BAM and CRAM as they are, single ends, and a VCF."""
    folder = RunFolder(tmp_path_factory.mktemp("mixed"), project / "workflow" / "Snakefile")
    builders.hcc1395(folder, shared_data)
    data, own = shared_data / "hcc1395_exome", folder.folder
    rows = []
    for lane in ("L3", "L4"):
        one, two = (f"{data}/HCC1395_{lane}_R{mate}.fastq.gz" for mate in (1, 2))
        group = rf"-r ID:{lane} -r SM:other -r LB:prep7 -r PU:FC1.{lane}"
        shell(f"samtools import {group} -1 {one} -2 {two} -o T1.{lane}.bam", own)
        rows.append(["P1", "T1", "tumor", lane, "", "", "", str(own / f"T1.{lane}.bam"), "", ""])
    for lane in ("L3", "L4"):
        plain = []
        for mate in (1, 2):
            plain.append(own / f"N1.{lane}_{mate}.fastq")
            plain[-1].write_bytes(gzip.decompress((data / f"HCC1395BL_{lane}_R{mate}.fastq.gz").read_bytes()))
        rows.append(["P1", "N1", "normal", lane, f"lib{lane}", *map(str, plain), "", "", ""])
    rows += [
        ["P2", "T2", "1", "", "", "", "", str(aligned / "HCC1395.bam"), "", ""],
        ["P2", "N2", "0", "", "", "", "", "", str(aligned / "HCC1395BL.cram"), ""],
        ["P3", "T3", "tumor", "", "", f"{data}/HCC1395_L3_R1.fastq.gz", "", "", "", ""],
        ["P4", "T4", "tumor", "", "", "", "", "", "", str(own / "given.vcf")],
    ]
    (own / "given.vcf").write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr17mini,length=155223>\n##FILTER=<ID=PASS,Description=x>\n"
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT4\nchr17mini\t14310\t.\tC\tT\t.\tPASS\t.\tAD:DP\t1,90:91\n"
    )
    folder.config["samples"] = folder.sheet("samples.tsv", [HEADER, *rows])
    folder.config["calling"] = {"tumor_only": True}
    done = folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
def test_every_entry_finds_the_known_variant(mixed):
    assert passed(mixed, "T1") == passed(mixed, "T2") == passed(mixed, "T4") == TP53
    assert TP53[0] in passed(mixed, "T3"), "half the reads, single-end and without a normal"
    rows = {row["sample"]: row for row in mixed.tsv("results/burden/tmb.tsv") if row["definition"] == "merino_wes"}
    assert [rows[name]["tumor_only"] for name in ("T1", "T2", "T3")] == ["0", "0", "1"]
    assert rows["T1"]["n_variants"] == rows["T2"]["n_variants"] == rows["T4"]["n_variants"] == "1"


@pytest.mark.slow
def test_unaligned_lanes_keep_what_their_header_says(mixed):
    with pysam.AlignmentFile(mixed.folder / "results/reads/T1.bam") as reads:
        groups = reads.header.to_dict()["RG"]
        assert not any("/tmp" in line for line in str(reads.header).splitlines()), "no temporary folder in the header"
    assert [(g["ID"], g["SM"], g["LB"], g["PU"], g["PL"]) for g in groups] == [
        ("T1.L3", "T1", "prep7", "FC1.L3", "ILLUMINA"),
        ("T1.L4", "T1", "prep7", "FC1.L4", "ILLUMINA"),
    ]
    assert duplicates(mixed.folder / "results/reads/T1.bam") == {"prep7": 515}


@pytest.mark.slow
def test_duplicates_are_marked_within_each_library(mixed, aligned):
    alone = {f"lib{lane}": sum(duplicates(aligned / f"HCC1395BL.{lane}.marked.bam").values()) for lane in ("L3", "L4")}
    assert duplicates(mixed.folder / "results/reads/N1.bam") == alone and 0 < sum(alone.values()) < 385
    assert not (mixed.folder / "results/libraries").exists() or not list(
        (mixed.folder / "results/libraries").rglob("*.bam")
    )


@pytest.mark.slow
def test_alignments_are_taken_as_they_are(mixed, aligned):
    for sample, source in (("T2", "HCC1395.bam"), ("N2", "HCC1395BL.bam")):
        with pysam.AlignmentFile(mixed.folder / f"results/reads/{sample}.bam") as reads:
            found = [(r.query_name, r.flag, r.pos, r.cigarstring, r.get_tag("RG")) for r in reads]
        with pysam.AlignmentFile(aligned / source) as reads:
            assert found == [(r.query_name, r.flag, r.pos, r.cigarstring, r.get_tag("RG")) for r in reads]
    with pysam.VariantFile(mixed.folder / "results/variants/T2.vcf.gz") as records:
        assert set(records.header.samples) == set(FOREIGN)
    (row,) = mixed.tsv("results/qc/contamination/T2.tsv")
    assert row["sample"] == "T2" and 0 < int(row["sites"]) < 50 and float(row["error"]) > 0.1
    pairs = mixed.tsv("results/qc/concordance.tsv")
    assert {"T2", "N2"} in [{pair["sample_1"], pair["sample_2"]} for pair in pairs]


@pytest.mark.slow
def test_single_ends_stay_single(mixed):
    with pysam.AlignmentFile(mixed.folder / "results/reads/T3.bam") as reads:
        primary = [read for read in reads if not read.is_secondary and not read.is_supplementary]
    with pysam.FastxFile(str(mixed.tsv_cell("config/samples.tsv", "T3", "fastq_1"))) as given:
        names = {entry.name for entry in given}
    assert len(primary) == len({r.query_name for r in primary}) and not any(r.is_paired for r in primary)
    assert {r.query_name for r in primary} <= names and len(primary) >= 0.99 * len(names)


@pytest.fixture(scope="module")
def realigned(tmp_path_factory, project, shared_data, aligned) -> RunFolder:
    """A CRAM and a BAM with a lost mate, taken back to reads, aligned again, recalibrated, and kept as CRAM."""
    folder = RunFolder(tmp_path_factory.mktemp("realigned"), project / "workflow" / "Snakefile")
    builders.hcc1395(folder, shared_data)
    with pysam.AlignmentFile(aligned / "HCC1395BL.bam") as reads:
        lost = next(read.query_name for read in reads if read.is_proper_pair and not read.is_duplicate)
        reads.reset()
        with pysam.AlignmentFile(folder.folder / "lost.bam", "wb", template=reads) as kept:
            for read in reads:
                if not (read.query_name == lost and read.is_read2):
                    kept.write(read)
    rows = [
        ["P1", "HCC1395", "1", "", "", "", "", "", str(aligned / "HCC1395.cram"), ""],
        ["P1", "HCC1395BL", "0", "", "", "", "", str(folder.folder / "lost.bam"), "", ""],
    ]
    folder.config["samples"] = folder.sheet("samples.tsv", [HEADER, *rows])
    folder.config["reads"] = {"realign": True, "format": "cram"}
    folder.config["reference"]["known_sites"] = folder.config["reference"]["germline_resource"]
    done = folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
def test_realigned_reads_keep_groups_and_libraries(realigned, aligned, shared_data):
    fasta = shared_data / "hcc1395_exome" / "reference.fa"
    for sample in ("HCC1395", "HCC1395BL"):
        path = realigned.folder / f"results/reads/{sample}.cram"
        with pysam.AlignmentFile(path, reference_filename=str(fasta)) as reads:
            assert reads.is_cram and reads.has_index()
            groups = reads.header.to_dict()["RG"]
        assert sorted((g["ID"], g["SM"], g["LB"], g["PU"]) for g in groups) == [
            (f"{sample}.1.{lane}_x", sample, f"lib_{lane}", f"H7HY2CCXX.{lane}") for lane in ("L3", "L4")
        ]
        alone = {
            f"lib_{lane}": sum(duplicates(aligned / f"{sample}.{lane}.marked.bam").values()) for lane in ("L3", "L4")
        }
        assert duplicates(path, fasta) == pytest.approx(alone, abs=2)


@pytest.mark.slow
def test_a_read_without_its_mate_pairs_with_no_stranger(realigned, aligned, shared_data):
    def pairs(path):
        with pysam.AlignmentFile(path, reference_filename=str(shared_data / "hcc1395_exome" / "reference.fa")) as reads:
            first, second = set(), set()
            for read in reads:
                (first if read.is_read1 or not read.is_paired else second).add(read.query_name)
        return first, second

    first, second = pairs(realigned.folder / "results/reads/HCC1395BL.cram")
    before = pairs(aligned / "HCC1395BL.bam")
    assert len(before[0] - first) <= 0.01 * len(before[0]) and len(first ^ second) <= 1 + 0.01 * len(first)


@pytest.mark.slow
def test_recalibration_is_done_on_the_targets_and_kept(realigned, shared_data):
    fasta = shared_data / "hcc1395_exome" / "reference.fa"
    for sample in ("HCC1395", "HCC1395BL"):
        with pysam.AlignmentFile(
            realigned.folder / f"results/reads/{sample}.cram", reference_filename=str(fasta)
        ) as reads:
            assert any(line["ID"] == "GATK ApplyBQSR" for line in reads.header.to_dict()["PG"])
        table = (realigned.folder / f"results/qc/recalibration/{sample}.table").read_text()
        assert "#:GATKTable:RecalTable0:" in table and f"{sample}.1.L3_x" not in table.split("RecalTable0")[0]
    assert not list((realigned.folder / "results").rglob("*.bam")), "only the CRAM is kept"
    assert passed(realigned, "HCC1395") == TP53


def test_a_file_that_was_recalibrated_before_is_left_as_it_is(run_folder, shared_data, aligned):
    builders.hcc1395(run_folder, shared_data)
    shell(
        f"samtools head {aligned}/HCC1395.bam > header\nprintf '@PG\\tID:GATK ApplyBQSR\\tVN:4.6.2.0\\n' >> header\n"
        f"samtools reheader -P header {aligned}/HCC1395.bam > before.bam",
        run_folder.folder,
    )
    row = ["P1", "T1", "tumor", "", "", "", "", "before.bam", "", ""]
    run_folder.config["samples"] = run_folder.sheet("samples.tsv", [HEADER, row])
    run_folder.config["reference"]["known_sites"] = run_folder.config["reference"]["germline_resource"]
    done = run_folder.run("results/reads/T1.bam")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "recalibrated before" in (run_folder.folder / "results/qc/recalibration/T1.table").read_text()
    with (
        pysam.AlignmentFile(run_folder.folder / "results/reads/T1.bam") as kept,
        pysam.AlignmentFile(run_folder.folder / "before.bam") as given,
    ):
        assert kept.has_index() and [r.to_string() for r in kept] == [r.to_string() for r in given]


def test_a_bam_that_is_damaged_in_its_middle(run_folder, shared_data, aligned):
    """Its header and its end are whole, so only the job that reads all of it can tell."""
    builders.hcc1395(run_folder, shared_data)
    data = bytearray((aligned / "HCC1395.bam").read_bytes())
    data[len(data) // 2 : len(data) // 2 + 2000] = bytes(2000)
    (run_folder.folder / "damaged.bam").write_bytes(data)
    row = ["P1", "T1", "tumor", "", "", "", "", "damaged.bam", "", ""]
    run_folder.config["samples"] = run_folder.sheet("samples.tsv", [HEADER, row])
    for realign in (False, True):
        run_folder.config["reads"] = {"realign": realign}
        done = run_folder.run("results/reads/T1.bam")
        message = "damaged.bam: cannot be read to its end; copy it again"
        assert done.returncode == 1 and builders.tells(done, message), done.stdout + done.stderr
        assert not (run_folder.folder / "results/reads/T1.bam").exists()
    assert (run_folder.folder / "damaged.bam").read_bytes() == data, "the user's file is left alone"


def test_a_sarek_sheet_as_it_is_in_a_folder_with_spaces(tmp_path, project, shared_data):
    """CSV with relative paths, the normal first and shared by two tumors; the folder is a link to one with spaces."""
    real = tmp_path / "my run (ü)"
    (real / "my reads").mkdir(parents=True)
    (real / "config").mkdir()
    (tmp_path / "link").symlink_to(real)
    folder = builders.hcc1395(RunFolder(tmp_path / "link", project / "workflow" / "Snakefile"), shared_data)
    rows = ["patient,sex,status,sample,lane,fastq_1,fastq_2"]
    for sample, status, source in (("N", 0, "HCC1395BL_L3"), ("T_a", 1, "HCC1395_L3"), ("T_b", 1, "HCC1395_L4")):
        files = [f"my reads/{sample} {mate}.fastq.gz" for mate in (1, 2)]
        for mate, file in enumerate(files, 1):
            (real / file).symlink_to(shared_data / "hcc1395_exome" / f"{source}_R{mate}.fastq.gz")
        rows.append(f"P1,XX,{status},{sample},L001,{','.join(files)}")
    (real / "config" / "sarek.csv").write_text("\r\n".join(rows) + "\r\n")
    folder.config["samples"] = "config/sarek.csv"
    planned = folder.run("-n", "-p", "--workflow-profile", "none")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    commands = planned.stdout + planned.stderr
    for tumor in ("T_a", "T_b"):
        assert f"--tumor results/reads/{tumor}.bam" in commands
    assert commands.count("--normal results/reads/N.bam") == 2
    done = folder.run("results/reads/T_a.bam", "results/qc/depth/T_a.mosdepth.summary.txt")
    assert done.returncode == 0, done.stdout + done.stderr
    with pysam.AlignmentFile(real / "results/reads/T_a.bam") as reads:
        (group,) = reads.header.to_dict()["RG"]
    assert (group["ID"], group["SM"], group["LB"]) == ("T_a.L001", "T_a", "T_a")


def test_settings_of_the_aligner_and_of_recalibration_reach_the_commands(run_folder, shared_data):
    builders.hcc1395(run_folder, shared_data)

    def planned(**reads) -> str:
        run_folder.config["reads"] = reads
        done = run_folder.run("-n", "-p", "--workflow-profile", "none")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    commands = planned(aligner="bwa-mem2")
    assert "bwa-mem2 index resources/genome.fa" in commands and "--aligner bwa-mem2" in commands
    assert "--aligner bwa " not in commands and "BaseRecalibrator" not in commands
    run_folder.config["reference"]["known_sites"] = run_folder.config["reference"]["germline_resource"]
    assert "--known-sites resources/known_sites_0.vcf.gz" in planned()
    assert "BaseRecalibrator" not in planned(recalibrate="off")
