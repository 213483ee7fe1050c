"""One call of each command on small real input: what a door gives is compared with what the command gives."""

from __future__ import annotations

import contextlib
import io
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from biomarkers.cli.app import run

PATIENTS = """patient	treatment_start	death_date	last_alive_date	age
P1	2023-01-01	2023-09-01	2023-09-01	61
P2	2023-02-01		2024-01-10	55
P3	2023-02-15		2024-01-10	70
P4	2023-03-01	2023-05-20	2023-05-20	48
"""
ASSESSMENTS = """patient	date	response
P1	2023-03-01	PR
P1	2023-05-01	PR
P1	2023-08-01	PD
P2	2023-04-01	SD
P2	2023-10-01	SD
P3	2023-04-15	CR
P3	2023-06-15	CR
P4	2023-04-28	PD
"""
PDL1 = """patient	specimen	collected	assay	score_type	value
P1	S1	2022-12-01	22C3	TPS	10
P2	S2	2022-12-05	22C3	TPS	<1
P3	S3	2023-06-01	22C3	TPS	80
"""


@dataclass(frozen=True)
class Example:
    """Files by option, in the folder of the material; outputs' names; other options. printed: the text's name."""

    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    placed: tuple[str, ...] = ()
    printed: str = ""


def examples(data: Path) -> dict[str, Example]:
    """By command. data: the shared data; what is not there is made by `prepare`, at paths within its folder."""
    reads, rizvi = data / "hcc1395_exome", data / "cohorts" / "rizvi2015_nsclc"
    return {
        "check": Example({"config": "config/config.yaml"}, printed="check.txt"),
        "coding": Example({"genes": reads / "genes.gff3.gz"}, {"coding_bed": "coding.bed"}),
        "concordance": Example(
            {"pileups": ["P1-T.pileups.table", "P1-N.pileups.table"], "samples": "pairs.csv"},
            {"concordance": "concordance.tsv", "picture": "concordance.svg"},
            {"distance": 0},
        ),
        "targets": Example(
            {"targets": reads / "targets.bed", "reference": reads / "reference.fa"},
            {"cleaned": "cleaned.bed", "shard": ["shard.1.bed", "shard.2.bed"]},
            {"padding": 10},
        ),
        "denominator": Example(
            {"targets": reads / "targets.bed", "coding": reads / "genes.gff3.gz"},
            {"regions": "regions.bed", "denominator": "T1.denominator.tsv", "steps": "T1.steps.tsv"},
            {"sample": "T1"},
        ),
        "explain": Example({"run": "run"}, params={"sample": "T1"}, printed="explain.txt"),
        "maf": Example(
            {"variants": ["run/T1.variants.tsv.gz"]},
            {"maf": "cohort.maf.gz", "each": ["T1.maf.gz"]},
            {"center": 'it\'s $(touch hacked) "here" & there'},
        ),
        "pictures": Example(
            {"tmb": "run/tmb.tsv", "steps": ["run/T1.steps.tsv"]},
            {"agreement_picture": "agreement.svg", "denominator_picture": "steps.svg", "table": "steps.tsv"},
        ),
        "provenance": Example({"config": "config/config.yaml"}, {"record": "record.json"}),
        "qc": Example({"samples": "vcf.tsv", "variants": ["run/T1.variants.tsv.gz"]}, {"qc": "qc.tsv"}),
        "tmb": Example(
            {"variants": ["run/T1.variants.tsv.gz"], "denominator": ["run/T1.denominator.tsv"]},
            {"tmb": "tmb.tsv", "mutations": "mutations.tsv"},
            {"definition": ["nonsynonymous", "merino_wes"]},
        ),
        "variants": Example(
            {"vcf": [data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz"]},
            {"variants": ["T1.variants.tsv.gz"]},
            {"tumor_sample": ["HCC1395_TUMOR_DNA"], "sample": ["T1"], "accept_filters": ["SOMATIC_LLR"], "vaf": 0.1},
        ),
        "cohort": Example(
            {"patients": "patients.tsv", "endpoints": "run/endpoints.tsv", "pdl1": "run/selected.tsv"},
            {"cohort": "cohort.tsv", "flow": "flow.tsv"},
        ),
        "endpoints": Example(
            {"patients": "patients.tsv", "assessments": "assessments.tsv"},
            {"endpoints": "endpoints.tsv", "rates": "rates.tsv", "responses": "responses.tsv"},
            {"confirmed": False, "data_cutoff": "2024-01-31"},
        ),
        "import": Example(
            {"source": data / "cohorts" / "hellmann2018_nsclc" / "native"},
            {"out": "imported"},
            {"format": "cbioportal"},
            placed=("format", "source"),
        ),
        "pdl1": Example(
            {"pdl1": "pdl1.tsv", "patients": "patients.tsv"}, {"selected": "selected.tsv", "rejected": "rejected.tsv"}
        ),
        "associate": Example(
            {"cohort": rizvi / "cohort.tsv", "plan": rizvi / "plan.yaml", "mutations": rizvi / "mutations.tsv.gz"},
            {"results": "results.tsv", "groups": "groups.tsv", "memberships": "memberships.tsv"},
        ),
        "compare": Example(
            {"run_a": "old", "run_b": "new"},
            {"changes": "changes.tsv"},
            placed=("run_a", "run_b"),
            printed="compare.txt",
        ),
        "power": Example(
            {"plan": rizvi / "plan.yaml", "cohort": rizvi / "cohort.tsv"},
            {"power": "power.tsv"},
            {"n": [20], "simulations": 10},
        ),
        "report": Example(
            {"cohort": rizvi / "cohort.tsv", "plan": rizvi / "plan.yaml", "results": "run/results.tsv"},
            {"page": "page.html"},
            {"title": "-- 'PD-1' \"blockade\"; $(touch hacked) `x` é"},
        ),
        "demo": Example(outputs={"out": "demo"}, params={"patients": 8}, placed=("out",)),
    }


def line(example: Example, folder: Path, outputs: Path) -> list[str]:
    """The words of the command line, by the command's own help: files in `folder`, outputs in another one."""
    words, named = [], {}
    for name, value in {**example.inputs, **example.outputs, **example.params}.items():
        values = value if isinstance(value, list) else [value]
        if name in example.inputs:
            values = [folder / each for each in values]
        elif name in example.outputs:
            values = [outputs / each for each in values]
        named[name] = [str(each) for each in values]
        option = "--unconfirmed" if name == "confirmed" else f"--{name.replace('_', '-')}"
        if name not in example.placed:
            words += [option] if isinstance(value, bool) else [f"{option}={each}" for each in named[name]]
    return [*words, *(("--", *(named[name][0] for name in example.placed)) if example.placed else ())]


def call(command: str, example: Example, folder: Path, outputs: Path) -> None:
    """Call a command as a user does; it must succeed."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert run([command, *line(example, folder, outputs)]) == 0, command
    if example.printed:
        (outputs / example.printed).write_text(said.getvalue())


def prepare(folder: Path, data: Path) -> None:
    """Make in a folder what the examples read."""
    for name, text in (("patients", PATIENTS), ("assessments", ASSESSMENTS), ("pdl1", PDL1)):
        (folder / f"{name}.tsv").write_text(text)
    generator = np.random.default_rng(3)
    frequency = generator.uniform(0.05, 0.2, 200)
    genotype = generator.binomial(2, frequency)
    header = "contig\tposition\tref_count\talt_count\tother_alt_count\tallele_frequency"
    for name in ("P1-T", "P1-N"):
        alt = generator.binomial(50, np.clip(genotype / 2, 0.001, 0.999))
        rows = [
            f"1\t{i * 20_000}\t{50 - a}\t{a}\t0\t{p:.3f}" for i, (a, p) in enumerate(zip(alt, frequency, strict=True))
        ]
        (folder / f"{name}.pileups.table").write_text("\n".join([f"#<METADATA>SAMPLE={name}", header, *rows, ""]))
    (folder / "pairs.csv").write_text("patient,sample,status,bam\nP1,P1-T,tumor,x.bam\nP1,P1-N,normal,x.bam\n")
    vcf = data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz"
    (folder / "vcf.tsv").write_text(f"patient\tsample\tstatus\tvcf\nP1\tT1\ttumor\t{vcf}\n")
    (folder / "run").mkdir()
    known = examples(data)
    for command in ("variants", "denominator", "tmb", "endpoints", "pdl1", "associate"):
        call(command, known[command], folder, folder / "run")
    cohort = (data / "cohorts" / "rizvi2015_nsclc" / "cohort.tsv").read_text()
    patient = cohort.splitlines()[1].split("\t")[0]
    for name, text in (("old", cohort), ("new", cohort.replace(f"{patient}\t", f"{patient}x\t", 1))):
        (folder / name / "results").mkdir(parents=True)
        (folder / name / "results" / "cohort.tsv").write_text(text)
    (folder / "config").mkdir()
    (folder / "config" / "config.yaml").write_text("samples: vcf.tsv\nreference: {assumed_bp: 30000000}\n")
    places = {
        "T1.variants.tsv.gz": "variants",
        "T1.variants.json": "variants",
        "tmb.tsv": "burden",
        "tmb.json": "burden",
    }
    call("qc", known["qc"], folder, folder / "run")
    places["qc.tsv"] = "qc"
    for name, place in places.items():
        (folder / "results" / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "run" / name, folder / "results" / place / name)
    shutil.copy(vcf, folder / "results" / "variants" / "T1.vcf.gz")
