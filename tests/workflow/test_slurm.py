"""A run on a real Slurm: what goes wrong with one patient is told, and concerns nobody else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time

import numpy as np
import pysam
import pytest
import yaml

from biomarkers.run.progress import status
from builders import RunFolder, hcc1395
from slurm import Slurm

pytestmark = pytest.mark.slow

HEADER = """\
##fileformat=VCFv4.2
##source=Mutect2
##tumor_sample={name}
##contig=<ID={contig},length={length}>
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{name}
"""
HUNGRY = """\
#!/bin/bash
# Of one patient the memory is not enough at the first try.
case "$*" in
*given/HUNGRY.vcf.gz*) {python} -c "import time; taken = b'x' * 3_400_000_000; time.sleep(4)" ;;
esac
exec {bcftools} "$@"
"""
FAST = [
    *("--slurm-init-seconds-before-status-checks", "2", "--seconds-between-status-checks", "2"),
    *("--latency-wait", "5"),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = Slurm(tmp_path_factory.mktemp("slurm"))
    try:
        if reason := made.start():
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no Slurm here: {reason}")
        yield made
    finally:
        made.stop()


def vcf(name, genome, wrong=0):
    """1,200 somatic SNVs; the last `wrong` ones have REF and ALT exchanged, far beyond what `check` looks at."""
    with pysam.FastaFile(genome) as fasta:
        contig = fasta.references[0]
        bases = fasta.fetch(contig).upper()
    lines = []
    for number, position in enumerate(range(10_000, 18_400, 7)):
        alleles = [bases[position - 1], "CGTA"["ACGT".index(bases[position - 1])]]
        if number >= 1200 - wrong:
            alleles.reverse()
        lines.append(f"{contig}\t{position}\t.\t{alleles[0]}\t{alleles[1]}\t.\tPASS\t.\tGT:AD:DP\t0/1:60,40:100\n")
    return HEADER.format(name=name, contig=contig, length=len(bases)) + "".join(lines)


def cohort(folder, project, data, names):
    """A run of tumors that enter as VCF; that of WRONG is of another genome in its last records."""
    run = hcc1395(RunFolder(folder, project / "workflow" / "Snakefile"), data)
    for name in names:
        (folder / f"{name}.vcf").write_text(vcf(name, run.config["reference"]["fasta"], 20 if name == "WRONG" else 0))
    rows = [[f"P_{name}", name, "tumor", f"{name}.vcf"] for name in names]
    run.sheet("samples.tsv", [["patient", "sample", "status", "vcf"], *rows])
    del run.config["reference"]["germline_resource"]
    run.config["jobs"] = {"max_minutes": 40}
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump(run.config))
    return run


def command(project, folder, *words):
    profile = ("--workflow-profile", str(project / "workflow/profiles/slurm"), *FAST)
    run = ("-s", str(project / "workflow/Snakefile"), "--directory", str(folder))
    return [sys.executable, "-m", "snakemake", *run, *profile, *words]


def on(cluster, project, folder, *words, tools=None):
    """A run on the cluster, until it ends; tools: a folder of programs to be found before all others."""
    environment = os.environ | cluster.environment
    if tools:
        environment["PATH"] = f"{tools}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        command(project, folder, *words), capture_output=True, text=True, check=False, env=environment, timeout=900
    )


def sentences(done):
    return [line for line in done.stderr.splitlines() if "start the same command again" in line]


def jobs(cluster):
    """State, CPUs, megabytes and limit of time of each job of the cluster, and what it is of."""
    lines = cluster("squeue", "--states=all", "--noheader", "--format=%i|%T|%C|%m|%l|%k").splitlines()
    return [line.split("|")[1:] for line in sorted(lines)]


def test_one_bad_patient_and_one_without_memory_leave_the_others_their_tables(cluster, tmp_path, project, shared_data):
    names = ["A", "WRONG", "HUNGRY", "B"]
    run, local = tmp_path / "run", tmp_path / "local"
    for folder in (run, local):
        folder.mkdir()
        here = cohort(folder, project, shared_data, names)
        prepared = here.start("resources/targets.bed", "resources/coding.bed")
        assert prepared.returncode == 0, prepared.stderr
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "bcftools").write_text(HUNGRY.format(python=sys.executable, bcftools=shutil.which("bcftools")))
    (tools / "bcftools").chmod(0o755)
    done = on(cluster, project, run, tools=tools)
    assert done.returncode == 1
    told = sentences(done)
    assert len(told) == 1, done.stderr
    # Else Snakemake would wait for ever for what sacct never says.
    assert "sacct does not answer (Slurm accounting storage is disabled)" in done.stderr
    assert told[0].startswith("annotate of WRONG (patient P_WRONG) failed: WRONG.vcf: could not be split")
    assert (
        "Reference allele mismatch at chr17mini" in told[0] and "whole log: results/logs/annotate/WRONG.log" in told[0]
    )
    assert "set -euo pipefail" not in done.stderr, "no shell is shown"
    submitted = [job for job in jobs(cluster) if "tumor" in job[-1]]
    # Wrong input is not tried again, want of memory is, with twice as much. Four steps of a quarter of an hour and more
    # have one limit.
    assert sorted((state, int(cpus), memory, time) for state, cpus, memory, time, _ in submitted) == [
        ("COMPLETED", 2, "2000M", "40:00"), ("COMPLETED", 2, "2000M", "40:00"), ("COMPLETED", 2, "4000M", "40:00"),
        ("FAILED", 2, "2000M", "40:00"), ("FAILED", 2, "2000M", "40:00"),
    ]  # fmt: skip
    assert here.start("--keep-going").returncode == 1
    for name in ("A", "HUNGRY", "B"):
        for kind in ("variants.tsv.gz", "vcf.gz", "variants.json"):
            found = [(folder / f"results/variants/{name}.{kind}").read_bytes() for folder in (run, local)]
            assert found[0] == found[1], (name, kind)
        assert len(here.tsv(f"results/variants/{name}.variants.tsv.gz")) == 1200
    assert not list((run / "results").rglob("WRONG.variants*"))


def pairs(folder, project, data, owners):
    """A run of pairs by BAM whose pileups are there already; owners: whose a patient's normal is, by number."""
    run = hcc1395(RunFolder(folder, project / "workflow" / "Snakefile"), data)
    with pysam.FastaFile(run.config["reference"]["fasta"]) as fasta:
        contigs = [{"SN": name, "LN": length} for name, length in zip(fasta.references, fasta.lengths, strict=True)]
    chance, rows = np.random.default_rng(5), [["patient", "sample", "status", "bam"]]
    share = chance.uniform(0.05, 0.2, 300)
    people = chance.binomial(2, share, (len(owners), 300))
    (folder / "results/calling").mkdir(parents=True)
    for number, owner in enumerate(owners):
        for kind, genotypes in (("tumor", people[number]), ("normal", people[owner])):
            name = f"P{number}-{kind[0].upper()}"
            rows.append([f"P{number}", name, kind, f"{name}.bam"])
            group = {"ID": name, "SM": name, "PL": "ILLUMINA"}
            header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": contigs, "RG": [group]}
            with pysam.AlignmentFile(str(folder / f"{name}.bam"), "wb", header=header) as bam:
                read = pysam.AlignedSegment(bam.header)
                read.query_name, read.query_sequence, read.flag = name, "ACGTACGTAC" * number + "ACGTTGCA", 0
                read.query_qualities = pysam.qualitystring_to_array("I" * len(read.query_sequence))
                read.reference_id, read.reference_start, read.mapping_quality = 0, 100, 60
                read.cigarstring = f"{len(read.query_sequence)}M"
                read.set_tag("RG", name)
                bam.write(read)
            reads = chance.binomial(50, np.clip(genotypes / 2, 0.001, 0.999))
            table = [
                f"#<METADATA>SAMPLE={name}",
                "contig position ref_count alt_count other_alt_count allele_frequency",
            ]
            table += [f"1 {20_000 * at} {50 - n} {n} 0 {share[at]:.3f}" for at, n in enumerate(reads)]
            text = "\n".join(line.replace(" ", "\t") for line in table)
            (folder / f"results/calling/{name}.pileups.table").write_text(text + "\n")
    run.sheet("samples.tsv", rows)
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump(run.config))
    return run


def test_a_swapped_pair_is_refused_once_and_the_others_go_on(cluster, tmp_path, project, shared_data):
    """Then the sheet is put right: what was checked stays as it was."""
    run = pairs(tmp_path, project, shared_data, [0, 2, 1])
    checks = [f"results/qc/concordance/P{number}-T.tsv" for number in range(3)]
    before = len(jobs(cluster))
    done = on(cluster, project, tmp_path, "--", *checks)
    assert done.returncode == 1
    told = sorted(sentences(done))
    assert len(told) == 2, done.stderr
    for number, line in zip((1, 2), told, strict=True):
        said = f"same_person of P{number}-T (patient P{number}) failed: patient P{number}: P{number}-T and P{number}-N"
        assert line.startswith(f"{said} come from different individuals") and "Correct the sample sheet" in line
    states = sorted(job[0] for job in jobs(cluster))
    assert len(states) - before == 3, "a refusal is not tried again"
    assert [(tmp_path / check).is_file() for check in checks] == [True, False, False]
    date = (tmp_path / checks[0]).stat().st_mtime_ns
    found = status.text(status.find(tmp_path))
    assert "Correct the sample sheet" in found and "What to do: put right what failed above, then start" in found
    sheet = tmp_path / "config/samples.tsv"
    swapped = {"P1\tP1-N": "P2\tP1-N", "P2\tP2-N": "P1\tP2-N"}
    sheet.write_text(re.sub(r"P\d\tP\d-N", lambda row: swapped.get(row[0], row[0]), sheet.read_text()))
    again = run.start("--workflow-profile", "none", *checks)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / checks[0]).stat().st_mtime_ns == date


def test_what_the_cluster_does_to_a_job_is_said_in_a_sentence(cluster, tmp_path, project, shared_data):
    run = cohort(tmp_path, project, shared_data, ["A"])
    table = "results/variants/A.variants.tsv.gz"
    refused = on(cluster, project, tmp_path, "--default-resources", "slurm_partition=nowhere", "--", table)
    (told,) = sentences(refused)
    assert re.match(
        r"genome, targets failed: Slurm did not take it: invalid partition specified: nowhere; see sinfo", told
    )
    assert "whole log" not in told

    # A log of an earlier run is not taken for the reason.
    assert run.start("resources/targets.bed", "resources/coding.bed").returncode == 0
    log = tmp_path / "results/logs/annotate/A.log"
    log.parent.mkdir(parents=True)
    log.write_text("annotated as ever\n")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "gzip").write_text("#!/bin/sh\nsleep 300\n")
    (tools / "gzip").chmod(0o755)
    environment = os.environ | cluster.environment
    environment["PATH"] = f"{tools}{os.pathsep}{environment['PATH']}"
    with subprocess.Popen(
        command(project, tmp_path, "--retries", "0", "--", table), stderr=subprocess.PIPE, text=True, env=environment
    ) as running:
        for _ in range(600):
            if (tmp_path / "results/logs/given/A.log").exists():
                break
            time.sleep(0.1)
        cluster("scancel", *(line.split()[0] for line in cluster("squeue", "--noheader").splitlines()))
        said = running.stderr.read()
    (told,) = [line for line in said.splitlines() if "start the same command again" in line]
    assert re.match(
        r"(denominator, )?given of A \(patient P_A\) failed: it was cancelled \(by scancel, by the site, or", told
    )
    assert "annotated as ever" not in said and "annotate/A.log" not in told
    assert not list((tmp_path / "results/variants").glob("*")), "nothing half-made"


def test_a_pair_takes_four_jobs_besides_its_references(cluster, tmp_path, project, shared_data, monkeypatch):
    """By the jobs that would be submitted, as Snakemake lists them: groups, and rules outside of groups."""
    for name, value in cluster.environment.items():
        monkeypatch.setenv(name, value)
    run = hcc1395(RunFolder(tmp_path, project / "workflow" / "Snakefile"), shared_data)
    planned = run.run("-n", "--workflow-profile", "none", "--executor", "slurm", "--jobs", "9", cores=8)
    said = planned.stdout + planned.stderr
    assert planned.returncode == 0, said
    groups = re.findall(r"^.*Group job (\w+) ", said, re.MULTILINE)
    single = set(re.findall(r"^rule (\w+):", said, re.MULTILINE))
    here = {"coding", "coding_targets", "qc", "tmb", "maf", "pictures", "concordance", "provenance", "multiqc", "all"}
    assert sorted(groups) == ["call", "reads", "reads", "reference", "tumor"]
    assert single - here == {"index_genome"}
