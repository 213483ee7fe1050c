"""What is true of the simulated trial: the plan that everything is made from, and the folder truth/ written of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from biomarkers.demo import events, people, sheets
from biomarkers.demo.calls import Call
from biomarkers.demo.genes import BYSTANDER, DRIVER, NAMED, SUBTYPES
from biomarkers.demo.genome import Genome
from biomarkers.demo.mutations import Variant
from biomarkers.demo.people import Course, Person
from biomarkers.genome.tmb_definitions import built_in

SCALES = {
    "tmb_per_mb": "log2(TMB + 1)",
    "pdl1": "percent point of TPS",
    "tls_score": "unit of the score",
    DRIVER: "mutated vs wild type",
    "albumin_g_l": "g/L",
}
TUMOR_DEPTH, NORMAL_DEPTH = 48, 24
"""Mean depth over the targets of those who enter by reads."""
KINDS = {"tmb_per_mb": "burden", "pdl1": "pdl1", "tls_score": "feature", DRIVER: "gene", "albumin_g_l": "covariate"}
"""What kind of marker each is of those that something depends on."""


@dataclass(frozen=True)
class Trial:
    """Everything that is decided before files are made: one entry a patient in each list."""

    seed: int
    genome: Genome
    common: list[Variant]
    inherited: list[list[tuple[Variant, tuple[int, int]]]]
    people: list[Person]
    somatic: list[list[Variant]]
    calls: list[list[Call]]
    courses: list[Course]


def burden(genome: Genome, somatic: list[Variant]) -> dict[str, float]:
    """True burden per Mb of targeted coding sequence, by definition."""
    megabases = genome.countable_bp / 1e6
    return {name: sum(name in v.counts_in for v in somatic) / megabases for name in built_in()}


def files(trial: Trial, pdl1_status: dict[str, str], adverse_events: list[list[object]]) -> dict[str, str]:
    """Path and text of each file of the truth folder.

    pdl1_status: by patient, as from `sheets.pdl1`. adverse_events: rows as from `events.rows`.
    """
    markers = "marker class endpoint associated log_effect per effect"
    header = "patient sample entry chrom pos ref alt kind fraction gene consequence counts_in exclusion"
    variants = zip(trial.people, trial.inherited, trial.somatic, trial.calls, strict=True)
    rows = (row for of_person in variants for row in _variant_rows(*of_person))
    summary = {
        "patients": len(trial.people),
        "seed": trial.seed,
        "responders": sum(c.responder for c in trial.courses),
        "treated": sum(c.start is not None for c in trial.courses),
        "countable_bp": trial.genome.countable_bp,
        "associated_with_response": list(people.RESPONSE_LOG_ODDS),
        "not_associated": list(people.UNRELATED),
        "entries": {entry: sum(p.entry == entry for p in trial.people) for entry in ("fastq", "bam", "vcf", "none")},
    }
    return {
        "truth/variants.tsv": sheets.table(header, rows),
        "truth/patients.tsv": _patients(trial, pdl1_status),
        "truth/genes.tsv": _genes(trial),
        "truth/adverse_events.tsv": sheets.table(
            "term soc share patients grade_3_or_higher", events.truth(adverse_events)
        ),
        "truth/markers.tsv": sheets.table(markers, _marker_rows()),
        "truth/README.md": _words(summary),
        "truth/truth.json": json.dumps(summary, indent=2) + "\n",
    }


def _variant_rows(
    person: Person, alleles: list[tuple[Variant, tuple[int, int]]], variants: list[Variant], records: list[Call]
) -> Iterator[list[object]]:
    """Somatic and, for those who enter by reads, inherited variants; for those who enter by VCF every record."""

    def row(variant: Variant, kind: str, exclusion: str) -> list[object]:
        counts = "" if exclusion else ",".join(variant.counts_in)
        place = [variant.contig, variant.pos, variant.ref, variant.alt]
        about = [kind, variant.frequency, variant.gene, variant.consequence, counts, exclusion]
        return [person.patient, f"{person.patient}-T", person.entry, *place, *about]

    if person.entry == "vcf":
        yield from (row(c.variant, "decoy" if c.exclusion else "somatic", c.exclusion) for c in records)
    else:
        yield from (row(v, "somatic", "") for v in variants)
    if person.entry in ("fastq", "bam"):
        for variant, (one, other) in alleles:
            share = Variant(variant.contig, variant.pos, variant.ref, variant.alt, (one + other) / 2)
            yield row(share, "germline", "germline")


def _patients(trial: Trial, pdl1_status: dict[str, str]) -> str:
    header = ["patient", "entry", "treated", "responder", "n_variants", *(f"tmb_{name}" for name in built_in())]
    header += ["pdl1_true", "pdl1_status", "tls_score", f"{DRIVER}_mutated", f"{BYSTANDER}_mutated", "course"]
    header += ["pfs_days", "pfs_event", "os_days", "os_event"]
    rows = []
    for person, course, variants in zip(trial.people, trial.courses, trial.somatic, strict=True):
        counted = sum("merino_wes" in v.counts_in for v in variants)
        values = [round(v, 6) for v in burden(trial.genome, variants).values()]
        treated = int(course.start is not None)
        row: list[object] = [person.patient, person.entry, treated, int(course.responder), counted, *values]
        row += [person.pdl1, pdl1_status[person.patient], person.tls_score]
        row += [int(gene in person.mutated) for gene in (DRIVER, BYSTANDER)]
        rows.append([*row, person.role, *(course.progression_free or [None] * 2), *(course.overall or [None] * 2)])
    return sheets.table(" ".join(header), rows)


def _genes(trial: Trial) -> str:
    """Each named gene: its length, the share of carriers by subtype, and how many there are among the sequenced."""
    header = ["gene", "coding_bp", *(f"share_{subtype}" for subtype in SUBTYPES), "carriers", "of_sequenced"]
    sequenced = [i for i, person in enumerate(trial.people) if person.entry != "none"]
    hit = [{v.gene for v in trial.somatic[i] if "nonsynonymous" in v.counts_in} for i in sequenced]
    rows = [
        [gene.name, gene.length, *gene.shares, sum(gene.name in of_patient for of_patient in hit), len(sequenced)]
        for gene in NAMED
    ]
    return sheets.table(" ".join(header), rows)


def _marker_rows() -> Iterator[list[object]]:
    """Every marker by endpoint. associated is 1, too, where only something else carries the effect."""
    associated = {
        "response": people.RESPONSE_LOG_ODDS,
        "pfs": people.PROGRESSION_LOG_HAZARD,
        "os": people.RESPONSE_LOG_ODDS | people.DEATH_LOG_HAZARD,
    }
    own = {**associated, "os": people.DEATH_LOG_HAZARD}
    for endpoint, with_effect in associated.items():
        measure = "log odds" if endpoint == "response" else "log hazard, beside the effect of responding"
        for marker, kind in KINDS.items():
            effect = own[endpoint].get(marker)
            yield [marker, kind, endpoint, int(marker in with_effect), effect, SCALES[marker], measure]
        yield ["msi", "feature", endpoint, 1, None, None, "through tmb_per_mb alone"]
        yield ["albi_score", "covariate", endpoint, int(endpoint == "os"), None, None, "through albumin_g_l alone"]
        for marker, kind in people.UNRELATED.items():
            yield [marker, kind, endpoint, 0, 0, None, measure]


def _words(summary: dict[str, object]) -> str:
    effects = "\n".join(
        f"| {marker} | {effect:g} | {SCALES[marker]} |" for marker, effect in people.RESPONSE_LOG_ODDS.items()
    )
    unrelated = ", ".join(people.UNRELATED)
    responders, treated = int(str(summary["responders"])), int(str(summary["treated"]))
    counts = (
        f"{summary['patients']} patients (seed {summary['seed']}), {treated} of them treated with axitinib and "
        f"toripalimab, {responders} with a confirmed response, which is an objective response rate of "
        f"{responders / treated:.1%}."
    )
    albumin = people.DEATH_LOG_HAZARD["albumin_g_l"]
    megabases = int(str(summary["countable_bp"])) / 1e6
    return f"""\
# The truth behind this simulated trial

{counts}
Nobody here exists: genome, reads, dates and scores were all drawn by `biomarkers demo`.

**Truly associated with response** (the log odds of response rise by this much):

| marker | log odds | per |
|---|---|---|
{effects}

The same markers lengthen progression-free survival (truth/markers.tsv has the log hazards). Overall survival follows
from that, and after progression from TMB and PD-L1 once more, and from albumin ({albumin:g} per g/L).
Tumors with microsatellite instability (msi) respond more often because their burden is high, and for nothing else.

**Associated with nothing**: {unrelated}.
{BYSTANDER} is mutated in about a third of the patients all the same.
A small p-value for one of these is chance; among this many tests some are expected, which is what the q-values are for.
With few patients a true association may also be missed.

**Subtypes** differ in their genes (truth/genes.tsv: the share that each was drawn with, and the carriers that there
are), in hepatitis and in AFP and CA19-9, and in nothing else. Adverse events (truth/adverse_events.tsv) are those of
the two drugs and do not depend on anything.

**Variants**: truth/variants.tsv has each planted variant with its fraction and consequence, every inherited variant
of those who enter by reads, and every record of the VCFs with the rule that excludes it. The true burden divides the
planted variants by the {megabases:.3f} Mb that are both targeted and coding. For those who enter by reads the program
divides by the callable part, so that its value may differ a little.

Coverage: mean depth about {TUMOR_DEPTH} in tumors and {NORMAL_DEPTH} in normals; planted fractions are 0.18 and above.
"""
