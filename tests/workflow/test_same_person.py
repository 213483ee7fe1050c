"""Whose sample is it: real pairs, and a simulated trial with the normals of two patients swapped."""

from __future__ import annotations

import csv
import subprocess
from dataclasses import replace

import pysam
import pytest
import yaml

from biomarkers.cli.app import run
from biomarkers.demo import genome, people
from builders import RunFolder, hcc1395, tells

CHECKED = "results/qc/concordance/{}.tsv"


def test_the_few_sites_of_two_genes_are_undetermined_and_the_run_goes_on(run_folder, shared_data):
    folder = hcc1395(run_folder, shared_data)
    done = folder.run("results/qc/concordance.tsv", CHECKED.format("HCC1395"))
    assert done.returncode == 0, done.stdout + done.stderr
    (row,) = folder.tsv("results/qc/concordance.tsv")
    assert (row["sample_1"], row["sample_2"], row["expected"]) == ("HCC1395", "HCC1395BL", "same")
    assert (row["outcome"], row["verdict"]) == ("undetermined", "undetermined")
    assert 0 < int(row["sites"]) <= 14 and row["ibs0"] == "0"
    said = (folder.folder / "results/logs/same_person/HCC1395.log").read_text()
    assert "HCC1395 and HCC1395BL come from the same individual is undetermined" in said
    assert "<svg" in (folder.folder / "results/qc/concordance.svg").read_text()
    # Before hours of calling, and so again when it is to be made anew.
    (folder.folder / CHECKED.format("HCC1395")).unlink()
    assert {"call", "same_person"} <= jobs(folder, "results/calling/HCC1395.unfiltered.vcf.gz")


@pytest.mark.slow
def test_real_reads_of_one_person_match(run_folder, shared_data):
    """HG002 in two halves; for frequencies a resource of the normal's own variants, all at 0.2."""
    reads = shared_data / "hg002_spikein"
    rows = [
        ["P", name, name, f"{reads}/{name}_R1.fastq.gz", f"{reads}/{name}_R2.fastq.gz"] for name in ("tumor", "normal")
    ]
    reference = {
        "fasta": f"{reads}/reference.fa",
        "targets": f"{reads}/targets.bed",
        "genes": str(run_folder.folder / "g.gff3"),
    }
    # Genes are for the burden, which nothing here reaches.
    gene = "##gff-version 3\nchr20mini\tensembl\tCDS\t3001\t9000\t.\t+\t0\tID=CDS:none;Parent=transcript:none\n"
    (run_folder.folder / "g.gff3").write_text(gene)
    sheet = run_folder.sheet("samples.tsv", [["patient", "sample", "status", "fastq_1", "fastq_2"], *rows])
    run_folder.config = {"samples": sheet, "reference": reference}
    aligned = run_folder.run("results/reads/normal.bam")
    assert aligned.returncode == 0, aligned.stdout + aligned.stderr
    resource = run_folder.folder / "own.vcf.gz"
    raw_file = run_folder.folder / "raw.vcf"
    call = (
        "set -o pipefail; bcftools mpileup -f $1 $2 | bcftools call -mv -V indels | bcftools view -M2 -i 'QUAL>50' > $3"
    )
    bam = run_folder.folder / "results/reads/normal.bam"
    subprocess.run(["bash", "-c", call, "bash", reference["fasta"], bam, raw_file], check=True, capture_output=True)
    with pysam.VariantFile(str(raw_file)) as raw:
        lines = ["##fileformat=VCFv4.2", '##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency">']
        lines += [f"##contig=<ID={c},length={raw.header.contigs[c].length}>" for c in raw.header.contigs]
        lines += ["#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
        lines += [f"{r.chrom}\t{r.pos}\t.\t{r.ref}\t{r.alts[0]}\t.\tPASS\tAF=0.19" for r in raw]
    plain = run_folder.folder / "own.vcf"
    plain.write_text("\n".join(lines) + "\n")
    pysam.tabix_compress(str(plain), str(resource), force=True)
    pysam.tabix_index(str(resource), preset="vcf", force=True)
    run_folder.config["reference"] = reference | {"germline_resource": str(resource)}
    done = run_folder.run("results/qc/concordance.tsv", CHECKED.format("tumor"))
    assert done.returncode == 0, done.stdout + done.stderr
    (row,) = run_folder.tsv("results/qc/concordance.tsv")
    assert (row["outcome"], row["verdict"], row["ibs0"]) == ("same", "match", "0")
    assert float(row["relatedness"]) > 0.9 and float(row["lod_same"]) > 3


def jobs(folder, target):
    """Words of the plan for a target, which names the rules that would run."""
    planned = folder.run("--dry-run", target)
    assert planned.returncode == 0, planned.stdout + planned.stderr
    return set((planned.stdout + planned.stderr).split())


@pytest.mark.slow
def test_interchanged_normals_stop_their_patients_and_nobody_else(tmp_path, project, monkeypatch):
    """A trial of which the first three patients enter by BAM, over a fifth of the exome."""
    drawn, built = people.people, genome.build

    def by_bam(rng, count):
        return [replace(person, entry="bam" if person.number < 3 else "none") for person in drawn(rng, count)]

    monkeypatch.setattr(people, "people", by_bam)
    monkeypatch.setattr(genome, "build", lambda rng: built(rng, coding_bp=200_000))
    assert run(["demo", str(tmp_path / "run"), "--patients", "20"]) == 0
    folder = RunFolder(tmp_path / "run", project / "workflow" / "Snakefile")
    folder.config = yaml.safe_load((folder.folder / "config/config.yaml").read_text())
    del folder.config["clinical"], folder.config["plan"]
    with (folder.folder / "config/samples.tsv").open() as lines:
        header, *rows = csv.reader(lines, delimiter="\t")
    rows = [row for row in rows if row[header.index("bam")]]
    one, two, right = sorted({row[0] for row in rows})
    bam = header.index("bam")
    for row in rows:
        row[bam] = {f"{one}-N": f"data/bam/{two}-N.bam", f"{two}-N": f"data/bam/{one}-N.bam"}.get(row[1], row[bam])
    folder.sheet("samples.tsv", [header, *rows])
    checks = [CHECKED.format(f"{patient}-T") for patient in (one, two, right)]
    done = folder.run("--keep-going", "results/qc/concordance.tsv", *checks)
    assert done.returncode == 1
    for patient in (one, two):
        swapped = f"patient {patient}: {patient}-T and {patient}-N come from different individuals"
        assert tells(done, swapped), done.stdout + done.stderr
    assert [(folder.folder / check).is_file() for check in checks] == [False, False, True]
    verdicts = {(row["sample_1"], row["sample_2"]): row["verdict"] for row in folder.tsv("results/qc/concordance.tsv")}
    assert len(verdicts) == 15 and verdicts[f"{right}-T", f"{right}-N"] == "match"
    assert {pair for pair, verdict in verdicts.items() if verdict != "match"} == {
        (f"{one}-T", f"{one}-N"),
        (f"{two}-T", f"{two}-N"),
        (f"{one}-T", f"{two}-N"),
        (f"{two}-T", f"{one}-N"),
    }
    # A stopped patient is not called, which takes hours; by setting it is only warned of, and goes on.
    called = "results/calling/{}-T.unfiltered.vcf.gz"
    both = folder.run("--keep-going", *(called.format(patient) for patient in (one, right)))
    assert both.returncode == 1 and tells(both, f"{one}-T and {one}-N come from different individuals")
    logs = folder.folder / "results/logs/call"
    assert [(logs / f"{patient}-T.log").exists() for patient in (one, right)] == [False, True]
    folder.config["calling"]["same_person"] = "warn"
    warned = folder.run(checks[0])
    assert warned.returncode == 0, warned.stdout + warned.stderr
    assert "mismatch" in (folder.folder / checks[0]).read_text()
    folder.config["calling"]["same_person"] = False
    unchecked = jobs(folder, called.format(one))
    assert "call" in unchecked and "same_person" not in unchecked
