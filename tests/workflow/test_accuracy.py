"""Known somatic variants in real reads: 86 written into HG002 (README of the data: a plain run has F1 0.837)."""

from __future__ import annotations

import random
import subprocess
import sys

import pysam
import pytest

import builders

CALLS = "results/calling/tumor.vcf.gz"
PLAIN = 2 * 64 / (2 * 64 + 3 + 22)


@pytest.mark.slow
def test_known_variants_are_found_better_than_by_a_plain_run(run_folder, project, shared_data, monkeypatch):
    monkeypatch.syspath_prepend(str(project / "benchmarks" / "calling"))
    from accuracy import alleles, score, stand_in_genes

    spiked = shared_data / "hg002_spikein"
    rows = [["patient", "sample", "status", "lane", "fastq_1", "fastq_2"]]
    rows += [["P1", s, s, "1", f"{spiked}/{s}_R1.fastq.gz", f"{spiked}/{s}_R2.fastq.gz"] for s in ("tumor", "normal")]
    stand_in_genes(spiked / "targets.bed", run_folder.folder / "genes.gff3")
    reference = {"fasta": f"{spiked}/reference.fa", "targets": f"{spiked}/targets.bed", "genes": "genes.gff3"}
    run_folder.config = {"samples": run_folder.sheet("samples.tsv", rows), "reference": reference}
    done = run_folder.run(CALLS)
    assert done.returncode == 0, done.stdout + done.stderr
    genome = run_folder.folder / "resources/genome.fa"
    known = set(alleles(spiked / "truth.vcf", genome, spiked / "targets.bed"))
    found = score(alleles(run_folder.folder / CALLS, genome, spiked / "targets.bed"), known)
    assert len(known) == 86 and found.found + found.missing == 86
    assert found.false <= 3, found
    # With clipped ends assembled (calling.soft_clips) it is 0.853.
    assert found.f1 > PLAIN + 0.03, found


HEADER = """##fileformat=VCFv4.2
##contig=<ID=chr17mini,length=155223>
##FILTER=<ID=HighConf,Description="SEQC2">
##FILTER=<ID=MedConf,Description="SEQC2">
##FILTER=<ID=LowConf,Description="SEQC2">
##FILTER=<ID=weak_evidence,Description="Mutect2">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
"""
WHERE = [(14_000, 14_600), (15_000, 15_400)]
"""Targets within the regions: what hcc1395.py may look at."""


@pytest.fixture
def hcc1395(project, shared_data, tmp_path):
    """Run the benchmark of a user's own HCC1395 exome on the two genes; the rows of its table by caller and kind."""
    data = shared_data / "hcc1395_exome"

    def run(*words, targets=f"{data}/targets.bed"):
        command = [sys.executable, str(project / "benchmarks/calling/hcc1395.py"), "--folder", str(tmp_path / "out")]
        command += ["--reference", f"{data}/reference.fa", "--targets", str(targets), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return done
        header, *rows = (line.split("\t") for line in (tmp_path / "out/summary.tsv").read_text().splitlines())
        return {tuple(row[:2]): dict(zip(header, row, strict=True)) for row in rows}

    return run


def records(path, rows):
    """A VCF of (position, ref, alt, filter)."""
    text = "".join(f"chr17mini\t{pos}\t.\t{ref}\t{alt}\t.\t{verdict}\t.\n" for pos, ref, alt, verdict in sorted(rows))
    path.write_text(HEADER + text)
    return path


@pytest.mark.parametrize("seed", range(3))
def test_recall_and_precision_of_ones_own_exome_are_those_of_plain_sets(hcc1395, shared_data, tmp_path, seed):
    chance = random.Random(seed)
    with pysam.FastaFile(str(shared_data / "hcc1395_exome/reference.fa")) as fasta:
        bases = fasta.fetch("chr17mini").upper()
    rows = {"calls": [], "truth": []}
    sets = {"calls": set(), "truth": set()}
    for pos in range(13_960, 15_460, 10):
        ref, two = bases[pos - 1], bases[pos - 1 : pos + 1]
        other = {base: chance.choice([b for b in "ACGT" if b != base]) for base in "ACGT"}
        # A base that neither neighbour has: an insertion of it cannot be moved to the left.
        apart = (
            next(b for b in "ACGT" if b not in bases[pos - 3 : pos + 3])
            if len(set(bases[pos - 3 : pos + 3])) < 4
            else None
        )
        for name, share in (("calls", 0.5), ("truth", 0.6)):
            if chance.random() > share:
                continue
            good = "PASS" if name == "calls" else chance.choice(["PASS;HighConf", "HighConf", "MedConf"])
            verdict, counts = chance.choice(
                [(good, True), (good, True), ("weak_evidence" if name == "calls" else "LowConf", False)]
            )
            if apart and pos % 30 == 0:
                alleles = [(pos, ref, ref + apart)]
                rows[name].append((*alleles[0], verdict))
            elif pos % 20 == 0:
                # Two neighbours: one record among the calls, two in the truth, as Mutect2 and SEQC2 write them.
                alleles = [(pos, two[0], other[two[0]]), (pos + 1, two[1], other[two[1]])]
                joined = (pos, two, other[two[0]] + other[two[1]], verdict)
                rows[name] += [joined] if name == "calls" else [(*allele, verdict) for allele in alleles]
            else:
                alleles = [(pos, ref, other[ref])]
                rows[name].append((*alleles[0], verdict))
            if counts:
                sets[name] |= {allele for allele in alleles if any(s < allele[0] <= e for s, e in WHERE)}
    (tmp_path / "targets.bed").write_text("chr17mini\t13000\t14600\nchr17mini\t15000\t16000\n")
    (tmp_path / "regions.bed").write_text("chr17mini\t14000\t15400\n")
    table = hcc1395(
        *("--calls", records(tmp_path / "calls.vcf", rows["calls"]), "--regions", tmp_path / "regions.bed"),
        *("--truth", records(tmp_path / "truth.vcf", rows["truth"])),
        targets=tmp_path / "targets.bed",
    )
    for kind, lengths in (("SNV", (1,)), ("indel", (2,)), ("all", (1, 2))):
        calls, truth = ({one for one in sets[name] if len(one[2]) in lengths} for name in ("calls", "truth"))
        row = table["this workflow", kind]
        numbers = {
            "known": len(truth),
            "found": len(calls & truth),
            "missed": len(truth - calls),
            "false": len(calls - truth),
        }
        assert {name: int(row[name]) for name in numbers} == numbers, kind
        assert min(numbers.values()) > 0 or kind == "indel"
        assert row["recall"].startswith(f"{numbers['found'] / numbers['known']:.3f} (")
        assert row["precision"].startswith(f"{numbers['found'] / len(calls):.3f} (")
    # What google/deepsomatic's docs/metrics.md prints for WES.
    published = table["DeepSomatic (published)", "SNV"]
    assert published["recall"].startswith("0.944 ") and published["precision"].startswith("0.991 ")


def test_ones_own_exome_that_cannot_be_compared_is_refused(hcc1395, tmp_path):
    truth = records(tmp_path / "truth.vcf", [(14310, "C", "T", "HighConf")])
    (tmp_path / "regions.bed").write_text("17\t14000\t15400\n")
    missing = hcc1395("--truth", truth, "--regions", tmp_path / "none.bed", "--tumor", "T.bam")
    assert missing.returncode == 2
    assert "none.bed: no such file" in missing.stderr and "T.bam: no such file" in missing.stderr
    assert "name --tumor and --normal, or --calls" in missing.stderr
    other = hcc1395("--truth", truth, "--regions", tmp_path / "regions.bed", "--calls", truth)
    assert other.returncode == 2 and "are their contigs named alike?" in other.stderr
    (tmp_path / "regions.bed").write_text("chr17mini\t43000\t99000\n")
    none = hcc1395("--truth", truth, "--regions", tmp_path / "regions.bed", "--calls", truth)
    assert none.returncode == 2 and "no known variant lies within" in none.stderr


@pytest.mark.slow
def test_ones_own_exome_is_called_and_compared(hcc1395, run_folder, shared_data, tmp_path):
    """The rest of a run of these reads is looked at in test_hcc1395.py."""
    aligned = builders.hcc1395(run_folder, shared_data).run("results/reads/HCC1395.bam", "results/reads/HCC1395BL.bam")
    assert aligned.returncode == 0, aligned.stdout + aligned.stderr
    reads = run_folder.folder / "results/reads"
    data = shared_data / "hcc1395_exome"
    # TP53 p.Arg175His is there; the other is not.
    truth = records(tmp_path / "truth.vcf", [(14310, "C", "T", "HighConf"), (14330, "G", "C", "HighConf")])
    (tmp_path / "regions.bed").write_text("chr17mini\t500\t155000\n")
    table = hcc1395(
        *("--tumor", reads / "HCC1395.bam", "--normal", reads / "HCC1395BL.bam", "--truth", truth),
        *("--regions", tmp_path / "regions.bed", "--germline-resource", data / "gnomad.vcf.gz", "--cores", 2),
    )
    row = table["this workflow", "all"]
    assert (row["found"], row["missed"], row["false"]) == ("1", "1", "0")
    assert (tmp_path / "out/missing.tsv").read_text().splitlines()[1:] == ["chr17mini\t14330\tG\tC\tnot called"]
