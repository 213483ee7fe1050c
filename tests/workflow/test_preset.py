"""Runs whose reference is a preset: downloaded once, checked, renamed; nothing else uses a network."""

from __future__ import annotations

import gzip
import hashlib

import pysam
import pytest
import yaml

import builders
from servers import publisher

CALLS = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr17mini,length=155223>\n##tumor_sample=T1\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">\n'
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT1\n"
    "chr17mini\t14310\t.\tC\tT\t.\tPASS\t.\tGT:AD:DP\t0/1:15,85:100\n"
)
FASTA, GENES, GNOMAD = "genome.fasta", "genes.17.gff3.gz", "gnomad.vcf.gz"


@pytest.fixture(scope="module")
def served(shared_data):
    """What a publisher has: genes on `17mini` as Ensembl would name it, with others on a scaffold."""
    data = shared_data / "hcc1395_exome"
    genes = gzip.decompress((data / "genes.gff3.gz").read_bytes()).decode().replace("chr17mini", "17mini")
    genes += "##sequence-region   KI270711.1 1 42210\n" + "".join(
        f"KI270711.1\tensembl\t{kind}\t1\t9\t.\t+\t0\tID={kind}:X;Parent=transcript:X\n"
        for kind in ("gene", "mRNA", "CDS")
    )
    with publisher() as files:
        files.files = {
            FASTA: (data / "reference.fa").read_bytes(),
            f"{FASTA}.64.alt": b"@SQ\tSN:x\tLN:1\n",
            GENES: gzip.compress(genes.encode()),
            GNOMAD: (data / "gnomad.vcf.gz").read_bytes(),
        }
        yield files


def write_preset(folder, served, **changed):
    """A preset of those files in the run's folder."""
    keys = {"fasta": FASTA, "alt": f"{FASTA}.64.alt", "genes": GENES, "germline_resource": GNOMAD}
    blocks = {}
    for key, name in keys.items():
        content = served.files[name]
        blocks[key] = {"url": served.url(name), "bytes": len(content), "md5": hashlib.md5(content).hexdigest()}
        blocks[key] |= {"source": "this test"} | changed.get(key, {})
    contigs = {"chr17mini": {"genes": "17mini", "bases": 155223}}
    (folder.folder / "own.yaml").write_text(yaml.safe_dump({"files": blocks, "contigs": contigs}))


@pytest.fixture
def preset_run(run_folder, shared_data, served):
    """One raw call of TP53 R175H, the targets of HCC1395, and everything else from the preset."""
    served.asked.clear()
    (run_folder.folder / "calls.vcf").write_text(CALLS)
    folder = builders.hcc1395(run_folder, shared_data)
    folder.sheet("samples.tsv", [["patient", "sample", "status", "vcf"], ["P1", "T1", "tumor", "calls.vcf"]])
    folder.config["reference"] = {"preset": "own.yaml", "targets": folder.config["reference"]["targets"]}
    write_preset(folder, served)
    return folder


def test_a_run_of_a_preset_counts_as_with_the_files_themselves(preset_run, served, shared_data):
    foreseen = preset_run.run("--dry-run")
    assert foreseen.returncode == 0, foreseen.stdout + foreseen.stderr
    assert "of 4 files 4 are not in resources/downloads yet" in foreseen.stderr and "from 127.0.0.1:" in foreseen.stderr
    assert served.asked == [], "a dry run downloads nothing"
    before = preset_run.run("--until", "download")
    assert before.returncode == 0, before.stdout + before.stderr
    assert not (preset_run.folder / "results/variants").exists()
    assert {name for name, _ in served.asked} == {FASTA, GENES, GNOMAD}, "no reads, so no index with ALT contigs"

    served.asked.clear()
    done = preset_run.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert served.asked == [], "what is there is not asked for again"
    row = preset_run.tsv("results/variants/T1.variants.tsv.gz")[0]
    assert (row["gene"], row["hgvsp"], row["exclusion"]) == ("TP53", "p.Arg175His", "")
    assert float(row["population_af"]) == pytest.approx(4.06392e-06, rel=1e-6)
    # 6,909 coding bases of target, as tests/workflow/test_vcf_entry.py has them from the files themselves.
    assert preset_run.tsv("results/burden/tmb.tsv")[0]["callable_bp"] == "6909"
    renamed = gzip.decompress((preset_run.folder / "resources/preset/genes.gff3.gz").read_bytes())
    own = gzip.decompress((shared_data / "hcc1395_exome" / "genes.gff3.gz").read_bytes())
    assert renamed == own, "there and back"
    said = (preset_run.folder / "results/logs/genes.log").read_text()
    assert said == f"{own.count(b'chr17mini') - 1} lines renamed; 3 lines on 1 other contigs left out\n"
    assert "Nothing to be done" in preset_run.run("--dry-run").stderr


def test_a_folder_may_be_shared_and_the_alt_contigs_reach_the_index(preset_run, served, tmp_path_factory):
    shared = tmp_path_factory.mktemp("shared")
    for name, content in served.files.items():
        (shared / name).write_bytes(content)
    preset_run.config["reference"]["preset_folder"] = str(shared)
    done = preset_run.run("resources/genome.fa.bwt")
    assert done.returncode == 0, done.stdout + done.stderr
    assert served.asked == [] and "downloaded from" not in done.stderr
    alternative = preset_run.folder / "resources/genome.fa.alt"
    assert alternative.read_bytes() == served.files[f"{FASTA}.64.alt"]
    assert (shared / f"{FASTA}.sha256").exists()


def test_reads_that_fit_a_chromosome_and_its_alt_contig_keep_their_mapping_quality(run_folder, shared_data):
    """Without bwa's list of ALT contigs a second copy of the sequence takes every read's quality."""
    folder = builders.hcc1395(run_folder, shared_data)
    sequence = (shared_data / "hcc1395_exome" / "reference.fa").read_text()
    fasta = folder.folder / "genome.fa"
    fasta.write_text(sequence + sequence.replace(">chr17mini", ">chr17mini_alt"))
    listing = folder.folder / "genome.fa.64.alt"
    listing.write_text("chr17mini_alt\t0\tchr17mini\t1\t60\t155223M\t*\t0\t0\t*\t*\n")
    folder.config["reference"]["fasta"] = "genome.fa"
    sheet = folder.folder / "config" / "samples.tsv"
    sheet.write_text("".join(line + "\n" for line in sheet.read_text().splitlines() if "_L4_" not in line))
    done = folder.run("results/reads/HCC1395.bam")
    assert done.returncode == 0, done.stdout + done.stderr
    with pysam.AlignmentFile(folder.folder / "results/reads/HCC1395.bam") as reads:
        primary = [read for read in reads if not (read.is_secondary or read.is_supplementary or read.is_unmapped)]
    assert {read.reference_name for read in primary} == {"chr17mini"}
    assert sum(read.mapping_quality >= 50 for read in primary) > 0.9 * len(primary) > 100


def test_a_wrong_checksum_stops_the_run_and_keeps_what_came(preset_run, served):
    write_preset(preset_run, served, fasta={"md5": "0" * 32})
    done = preset_run.run("resources/genome.fa")
    assert done.returncode == 1 and builders.tells(done, f"resources/downloads/{FASTA}.part: md5 is")
    assert builders.tells(done, "remove this file first")
    folder = preset_run.folder / "resources"
    assert (folder / "downloads" / f"{FASTA}.part").exists() and not (folder / "genome.fa").exists()


def test_a_wrong_file_put_there_by_hand_is_kept_and_refused(preset_run, served):
    by_hand = preset_run.folder / "resources" / "downloads" / FASTA
    by_hand.parent.mkdir(parents=True)
    by_hand.write_bytes(b">chr1\nACGT\n")
    done = preset_run.run("resources/genome.fa")
    assert done.returncode == 1 and f"resources/downloads/{FASTA}: md5 is" in done.stdout + done.stderr
    assert by_hand.read_bytes() == b">chr1\nACGT\n"


def test_keys_that_are_named_win_and_null_leaves_one_out(preset_run, served, shared_data):
    reference = preset_run.config["reference"]
    reference |= {"genes": str(shared_data / "hcc1395_exome" / "genes.gff3.gz"), "germline_resource": None}
    done = preset_run.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert {name for name, _ in served.asked} == {FASTA}
    assert preset_run.tsv("results/variants/T1.variants.tsv.gz")[0]["population_af"] == ""


def refused(folder, *messages):
    done = folder.run()
    assert done.returncode == 2, done.stdout + done.stderr
    for message in messages:
        assert message in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and not (folder.folder / "results").exists()


def test_wrong_presets_and_places_are_refused_before_anything_is_downloaded(preset_run, served):
    reference = preset_run.config["reference"]
    reference["preset"] = "GRCh37"
    refused(preset_run, "reference.preset is 'GRCh37'; expected GRCh38, or the path of a YAML file")
    reference["preset"] = "own.yaml"
    reference["one_based_target"] = True
    refused(preset_run, "reference.one_based_target: unknown key; did you mean one_based_targets?")
    del reference["one_based_target"]
    place = preset_run.folder / "resources" / "preset" / FASTA
    place.parent.mkdir(parents=True)
    place.write_bytes(served.files[FASTA])
    refused(
        preset_run,
        f"resources/preset/{FASTA}: file is not a link; expected nothing here; move it to resources/downloads",
    )
    assert served.asked == []


def test_what_does_not_fit_the_genome_is_refused_before_it_is_downloaded(preset_run, served, shared_data):
    """The preset's lengths of contigs stand for its FASTA."""
    reference = preset_run.config["reference"]
    targets = preset_run.folder / "vendor.bed"
    targets.write_text("chr17mini\t155000\t155300\nchrUn\t5\t9\n")
    reference["targets"] = "vendor.bed"
    refused(preset_run, "vendor.bed:1: end is '155300'; expected at most 155223")
    targets.write_text("17mini\t1\t100\n")
    refused(preset_run, "chrom is '17mini'; expected 'chr17mini'", "`reference: {rename_contigs: true}`")
    reference["rename_contigs"] = True
    assert preset_run.run("--dry-run").returncode == 0
    (preset_run.folder / "calls.vcf").write_text(CALLS.replace("chr17mini", "17mini"))
    refused(preset_run, "calls.vcf: chrom is '17mini'; expected 'chr17mini'")
    (preset_run.folder / "calls.vcf").write_text(CALLS)
    (preset_run.folder / "other.fa").write_text(">chr17mini\n" + "ACGT" * 100 + "\n")
    targets.write_text("chr17mini\t1\t100\n")
    reference["fasta"] = "other.fa"
    refused(
        preset_run, "reference.preset is 'own.yaml'; expected a genome with chr17mini of 155223 bases (400 in other.fa)"
    )
    assert served.asked == []


def test_the_built_in_preset_can_be_planned_without_a_network(preset_run):
    preset_run.config["reference"]["preset"] = "GRCh38"
    (preset_run.folder / "calls.vcf").write_text(CALLS.replace("chr17mini", "chr17").replace("155223", "83257441"))
    targets = preset_run.folder / "vendor.bed"
    targets.write_text("chr17\t7675000\t7676000\nchr1_KI270711v1_random\t5\t9\n")
    preset_run.config["reference"]["targets"] = "vendor.bed"
    done = preset_run.run("--dry-run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "of 7 files 7 are not in resources/downloads yet" in done.stderr
    assert (
        "from ftp.ensembl.org and storage.googleapis.com, 8.1 GB in all: Homo_sapiens_assembly38.fasta (3.2 GB)"
        in done.stderr
    )
