"""Config, plan, sample sheet and population frequencies of the simulated trial, as text."""

from __future__ import annotations

from biomarkers.demo.courses import DATA_CUTOFF
from biomarkers.demo.genome import Genome
from biomarkers.demo.mutations import Variant
from biomarkers.demo.people import Person
from biomarkers.demo.sheets import table

CONFIG = f"""\
# A simulated trial; truth/README.md says what a right analysis finds. Paths are relative to this run's folder.
samples: config/samples.tsv
clinical:
  patients: config/patients.tsv
  assessments: config/assessments.tsv
  pdl1: config/pdl1.tsv
  adverse_events: config/adverse_events.tsv
  features: config/features.tsv
plan: config/analysis_plan.yaml
reference:
  fasta: data/reference.fa
  targets: data/targets.bed
  genes: data/genes.gff3.gz
  germline_resource: data/population.vcf.gz
# The simulated population's variants were drawn apart, so neighbours need not be left out of the same-person check.
calling: {{same_person_distance: 0}}
# Every other setting has its default (docs/tables.md).
burden: {{definitions: [merino_wes, nonsynonymous]}}
endpoints: {{data_cutoff: "{DATA_CUTOFF}", visit_interval_days: 29}}
report: {{title: A simulated trial}}
"""

PLAN = """\
# Written before the results are seen.
title: A simulated trial of 28-day visits
seed: {seed}
primary: {{marker: tmb_per_mb, endpoint: response, method: mann_whitney}}
secondary:
  - {{marker: pdl1, endpoint: response}}
endpoints:
  response: {{kind: binary, column: responder}}
  pfs: {{kind: time_to_event, time: pfs_months, event: pfs_event}}
  os: {{kind: time_to_event, time: os_months, event: os_event}}
markers:
  tmb_per_mb: {{kind: continuous, transform: log2p1, cutpoints: [{{at: 10, side: ">="}}, {{at: median, side: ">"}}]}}
  pdl1: {{kind: continuous, cutpoints: [{{at: 1, side: ">="}}, {{at: 50, side: ">="}}]}}
  tls_score: {{kind: continuous}}
  myeloid_score: {{kind: continuous}}
  smoker: {{kind: binary}}
  sex: {{kind: binary, levels: [F, M]}}
  histology: {{kind: categorical}}
  ic_level: {{kind: ordinal, levels: [IC0, IC1, IC2, IC3]}}
covariates: [age, ecog]
strata: []
genes: {{min_carriers: 3, consequences: nonsynonymous}}
mann_whitney: auto
data_driven_cutpoints: [tmb_per_mb]
prediction: {{features: [tmb_per_mb, pdl1], endpoint: response}}
"""


def plan(seed: int) -> str:
    """analysis_plan.yaml."""
    return PLAN.format(seed=seed)


def samples(people: list[Person]) -> str:
    """samples.tsv: a row per lane, BAM or VCF."""
    rows: list[list[object]] = []
    for person in people:
        for status, code in (("tumor", "T"), ("normal", "N")):
            sample = f"{person.patient}-{code}"
            lead = [person.patient, sample, status]
            if person.entry == "fastq":
                rows += [
                    [*lead, f"L{lane:03d}", *fastq_paths(sample, lane), None, None] for lane in lanes(person, code)
                ]
            elif person.entry == "bam":
                rows.append([*lead, "L003", None, None, f"data/bam/{sample}.bam", None])
            elif person.entry == "vcf" and code == "T":
                rows.append([*lead, None, None, None, None, f"data/vcf/{sample}.vcf.gz"])
    return table("patient sample status lane fastq_1 fastq_2 bam vcf", rows)


def lanes(person: Person, status: str) -> list[int]:
    """Lanes of a sample: the first patient's tumor was sequenced on two."""
    return [1, 2] if person.number == 0 and status == "T" else [1]


def fastq_paths(sample: str, lane: int) -> tuple[str, str]:
    """Paths of mates 1 and 2, named as Illumina's software does."""
    stem = f"data/fastq/{sample}_S1_L{lane:03d}_R"
    return f"{stem}1_001.fastq.gz", f"{stem}2_001.fastq.gz"


def sample_in_bam(people: list[Person], sample: str) -> str:
    """SM of a BAM's read group: the sample, but for one patient whose laboratory used names of its own."""
    other = next((p.patient for p in people if p.entry == "bam"), "") if len(people) >= 20 else None
    patient, _, status = sample.rpartition("-")
    return f"LAB0042.{status}" if patient == other else sample


def population_vcf(genome: Genome, common: list[Variant]) -> str:
    """Sites-only VCF with INFO/AF, sorted, as Mutect2 takes for a germline resource."""
    lines = [
        "##fileformat=VCFv4.2",
        '##FILTER=<ID=PASS,Description="All filters passed">',
        '##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency in the simulated population">',
        *(f"##contig=<ID={name},length={len(sequence)}>" for name, sequence in genome.contigs.items()),
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    ]
    lines += [f"{v.contig}\t{v.pos}\t.\t{v.ref}\t{v.alt}\t.\tPASS\tAF={v.frequency:g}" for v in common]
    return "\n".join(lines) + "\n"
