"""What the user of the simulated trial gives: config, plan and sheets as text, with the awkward cells of real ones."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import numpy as np

from biomarkers.demo.liver import Liver
from biomarkers.demo.people import DATA_CUTOFF, Course, Person

TITLE = "Axitinib and toripalimab in hepatobiliary carcinoma, second line (simulated)"
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
# JS311 is the assay of toripalimab's trials. It shares a column with 22C3 because this line says so.
pdl1: {{score_type: TPS, assays: [JS311, 22C3]}}
report: {{title: "{TITLE}"}}
"""

PLAN = """\
# Written before the results are seen.
title: {title}
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
  msi: {{kind: binary, levels: [MSI-H, MSS]}}
  ic_level: {{kind: ordinal, levels: [IC0, IC1, IC2, IC3]}}
  subtype: {{kind: categorical}}
  viral_status: {{kind: categorical}}
  sex: {{kind: binary, levels: [F, M]}}
  albumin_g_l: {{kind: continuous}}
  albi_score: {{kind: continuous}}
  afp_ng_ml: {{kind: continuous, transform: log2p1, cutpoints: [{{at: 400, side: ">="}}]}}
  ca19_9_u_ml: {{kind: continuous, transform: log2p1}}
covariates: [age, ecog]
strata: []
genes: {{min_carriers: 3, consequences: nonsynonymous}}
mann_whitney: auto
data_driven_cutpoints: [tmb_per_mb]
prediction: {{features: [tmb_per_mb, pdl1], endpoint: response}}
"""


def table(header: str, rows: Iterable[Sequence[object]]) -> str:
    """TSV text; None becomes an empty cell."""
    lines = ["\t".join(header.split())]
    lines += ["\t".join("" if cell is None else str(cell) for cell in row) for row in rows]
    return "\n".join(lines) + "\n"


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


def patients(people: list[Person], courses: list[Course]) -> str:
    """patients.tsv: dates and covariates; the ECOG status of the tenth patient is not known."""
    header = "patient treatment_start last_dose death_date last_alive_date new_therapy_date age sex ecog"
    rows = []
    for p, c in zip(people, courses, strict=True):
        ecog = "NA" if p.number == 9 else p.ecog
        dates = [c.start, c.last_dose, c.death, c.last_alive, c.new_therapy]
        rows.append([p.patient, *dates, p.age, p.sex, ecog, p.subtype, p.viral_status, *p.liver])
    return table(" ".join([header, "subtype viral_status", *Liver._fields]), rows)


def assessments(people: list[Person], courses: list[Course]) -> str:
    """assessments.tsv: one row per visit."""
    rows = [[p.patient, date, answer] for p, c in zip(people, courses, strict=True) for date, answer in c.visits]
    return table("patient date response", rows)


def features(people: list[Person]) -> str:
    """features.tsv; every twelfth tumor had too little tissue for the expression scores."""
    rows = []
    for p in people:
        scores = [None, None] if p.number % 12 == 11 else [p.tls_score, p.myeloid_score]
        rows.append([p.patient, *scores, "MSI-H" if p.msi else "MSS", p.ic_level])
    return table("patient tls_score myeloid_score msi ic_level", rows)


def pdl1(rng: np.random.Generator, people: list[Person], courses: list[Course]) -> tuple[str, dict[str, str]]:
    """pdl1.tsv, and by patient what a right reading of it must find: `scored`, `not_evaluable` or `not_tested`.

    Beside plain numbers there are intervals, decimal commas, per cent signs, results that could not be read, a second
    specimen taken after treatment began, further rows of another score or assay, and too few tumor cells.
    """
    header = "patient specimen collected assay score_type value viable_cells"
    quirks = ["untested", "unreadable", "later_specimen", "cps"]
    if len(people) >= 20:
        quirks += ["ic", "few_cells", "older_specimen", "insufficient", *["untested"] * (len(people) // 20)]
    order = rng.permutation(len(people))[: len(quirks)].tolist()
    quirk = dict(zip(order, quirks, strict=True))
    rows: list[list[object]] = []
    status = {}
    seen = {"low": 0, "middle": 0, "high": 0}
    for person, course in zip(people, courses, strict=True):
        special = quirk.get(person.number, "")
        status[person.patient] = "not_tested" if special == "untested" else "scored"
        if special == "untested":
            continue
        start = course.start or course.last_alive or DATA_CUTOFF
        collected = start - datetime.timedelta(days=int(rng.integers(5, 60)))
        assay = str(rng.choice(["JS311", "22C3"], p=[0.75, 0.25]))
        cells: object = int(rng.integers(100, 2000)) if rng.random() < 0.8 else None
        if special in ("unreadable", "insufficient", "few_cells"):
            status[person.patient] = "not_evaluable"
            value = {"unreadable": "NE", "insufficient": "insufficient"}.get(special, f"{person.pdl1:.0f}")
            cells = 40 if special == "few_cells" else None
        else:
            value = _value(person.pdl1, seen)
        block = f"{person.patient}-B"
        rows.append([person.patient, f"{block}1", collected, assay, "TPS", value, cells])
        further: dict[str, list[object]] = {
            "later_specimen": ["2", start + datetime.timedelta(days=45), assay, "TPS", int(99 - person.pdl1), 500],
            "older_specimen": ["0", collected - datetime.timedelta(days=400), assay, "TPS", int(99 - person.pdl1), 500],
            "cps": ["1", collected, "JS311", "CPS", "120", cells],
            "ic": ["1", collected, "SP142", "IC", "IC2", cells],
        }
        if special in further:
            number, *cells_of_row = further[special]
            rows.append([person.patient, f"{block}{number}", *cells_of_row])
    return table(header, rows), status


def _value(score: float, seen: dict[str, int]) -> str:
    """The score as a laboratory may write it: the first of each band as an interval, the second in another spelling."""
    band = "low" if score < 1 else "middle" if score < 50 else "high"
    seen[band] += 1
    if seen[band] == 1:
        return {"low": "<1", "middle": "1-49%", "high": ">=50"}[band]
    if seen[band] == 2:
        return {"low": "0", "middle": f"{score:.0f},0", "high": f"{score:.0f}%"}[band]
    return f"{score:.0f}"
