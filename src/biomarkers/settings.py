"""Settings that a command takes: default, unit, range and meaning of each stand here and nowhere else.

The config's schema (`schemas.load("config")`, and so `check` and docs/tables.md), the options of the commands and the
flags of the workflow's rules are made from these classes. Stages take a whole group or the values that they need.

To add a setting, add a field: `minimum_sd_days` of `Endpoints` is `endpoints.minimum_sd_days` of the config,
`--minimum-sd-days` of `biomarkers endpoints`, and the flag in the rule `endpoints`. rule: its number in
docs/methods.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from biomarkers.declared import Group, setting, shared

DAYS = 36_500
"""The longest time in days that a setting may name, a century: dates of pandas end in 2262."""
Censoring = Literal["ema_itt", "fda"]
Unit = Literal["auto", "percent", "fraction"]


@dataclass(frozen=True, kw_only=True)
class Counting(Group):
    """Which variants count (rules 1.1 to 1.8)."""

    BLOCK = "burden"

    tumor_depth: int = setting(
        25, "Fewest tumor reads over a counted variant and over a callable base.", rule="1.3", least=0
    )
    alt_reads: int = setting(3, "Fewest tumor reads with the variant.", rule="1.3", least=0)
    vaf: float = setting(0.05, "Lowest share of reads with the variant, 0 to 1.", rule="1.3", least=0, most=1)
    max_population_af: float = setting(
        1e-4,
        "Population allele frequency from which a variant of a tumor-only call is germline, 0 to 1.",
        rule="1.4",
        least=0,
        most=1,
    )
    accept_unfiltered: bool = setting(False, "Take records whose FILTER is `.` as passed.", rule="1.1")
    accept_filters: tuple[str, ...] = setting(
        (),
        "Values of FILTER that count as passed besides PASS, such as wga or Tier1; of several in one cell all must be"
        " accepted.",
        rule="1.1",
        key="calling.accept_filters",
    )
    exclude_hotspots: bool = setting(False, "Leave the hot spots out of the count.", rule="1.5")
    mnv: Literal["event", "bases"] = setting(
        "event", "A multi-nucleotide variant is one `event`, or as many as it changes `bases`.", rule="1.8"
    )


@dataclass(frozen=True, kw_only=True)
class Annotation(Group):
    """What is read of a variant's annotation (rules 1.4 and 1.6)."""

    BLOCK = "burden"

    transcripts: Literal["worst", "mane", "canonical", "pick"] = setting(
        "worst",
        "Transcript that decides: the worst consequence over all, the MANE one, the canonical one, or VEP's PICK.",
        rule="1.6",
    )
    population_af_field: str = setting(
        "auto",
        "Field with the population allele frequency: INFO/NAME, CSQ/NAME, ANN/NAME, none; auto: the largest of all"
        " known ones.",
        rule="1.4",
    )


@dataclass(frozen=True, kw_only=True)
class CallableBases(Group):
    """Which bases are deep enough (rule 1.10)."""

    BLOCK = "burden"

    tumor_depth: int = shared(
        Counting,
        "tumor_depth",
        "Fewest tumor reads over a callable base; the same number as for variants.",
        rule="1.10",
        option="min_tumor_depth",
    )
    normal_depth: int = setting(
        10, "Fewest normal reads over a callable base.", rule="1.10", least=0, option="min_normal_depth"
    )


@dataclass(frozen=True, kw_only=True)
class Endpoints(Group):
    """How response and time to event are derived (sections 3 to 5)."""

    BLOCK = "endpoints"

    confirmed: bool = setting(
        True,
        "Count as responders only patients whose CR or PR was confirmed by a later visit, as a single-arm trial must.",
        rule="3.4",
        off="unconfirmed",
    )
    censoring: Censoring = setting(
        "ema_itt",
        "When PFS and duration of response end without an event. ema_itt: every PD or death counts. fda: a new therapy,"
        " or two missed visits, before the event censors at the last evaluable assessment before it.",
        rule="4.5",
    )
    data_cutoff: str | None = setting(
        None,
        "Last day of follow-up, such as 2024-03-31; later events and visits are not used.",
        rule="4.8",
        is_date=True,
    )
    visit_interval_days: int | None = setting(
        None,
        "Planned days between tumor assessments; fda needs it to see missed visits.",
        rule="4.5",
        least=1,
        most=DAYS,
    )
    response_within_days: int | None = setting(
        None,
        "Days after the start of treatment up to which assessments count for response.",
        rule="3.2",
        least=0,
        most=DAYS,
    )
    evaluator: str = setting(
        "investigator", "Reader whose assessments are used, where the sheet has a column `evaluator`.", rule="3.2"
    )
    minimum_sd_days: int = setting(
        42, "Days from the start before which a stable disease does not count as SD.", rule="3.3", least=0, most=DAYS
    )
    confirmation_days: int = setting(
        28, "Days from a CR or PR after which another confirms it.", rule="3.4", least=0, most=DAYS
    )
    allow_pr_sd_pr: bool = setting(False, "Let one SD stand between a PR and its confirmation.", rule="3.4")
    exclude_non_cr_non_pd: bool = setting(False, "Do not count NON-CR/NON-PD as disease control.", rule="3.5")
    adverse_event_days: int = setting(
        30,
        "Days after the last dose up to which an adverse event counts as treatment-emergent.",
        rule="5.1",
        least=0,
        most=DAYS,
    )


@dataclass(frozen=True, kw_only=True)
class Pdl1(Group):
    """Which PD-L1 score stands for a patient (section 2)."""

    BLOCK = "pdl1"

    score_type: Literal["TPS", "CPS", "IC", "TC"] = setting(
        "TPS", "Kind of score; TPS, CPS, IC and TC are never pooled.", rule="2.6"
    )
    assays: list[str] | None = setting(
        None,
        "Assays that may stand in one column, preferred first. By default 22C3, 28-8 and SP263 if the sheet has one of"
        " them, else its only assay. SP142 is never pooled; other assays only when named here.",
        rule="2.6",
    )
    window_days: int | None = setting(
        None,
        "Longest time in days from collection to the start of treatment; no limit without it.",
        rule="2.5",
        least=0,
        most=DAYS,
    )
    undated: Literal["reject", "accept"] = setting(
        "reject", "What to do with specimens without a collection date.", rule="2.5"
    )
    ties: Literal["max", "min"] = setting(
        "max", "Which value to take of specimens equally near to the start.", rule="2.5"
    )
    unit: Unit = setting(
        "auto",
        "How TPS, TC and IC are written. auto: percent, but stops when all are at most 1 and some lie between 0 and 1.",
        rule="2.3",
    )
    cutoffs: list[float] | None = setting(
        None,
        "Cutoffs at which specimens of a patient are compared; by default 1 and 50 for TPS and TC, 1 and 10 for CPS,"
        " 1, 5 and 10 for IC.",
        rule="2.7",
        least=0,
        most=100,
    )
    old_block_years: float = setting(
        3.0, "Tissue older than this at the start of treatment is flagged, in years.", rule="2.7", least=0, most=100
    )


@dataclass(frozen=True, kw_only=True)
class Quality(Group):
    """What a sample is judged by besides the limits of the config's block `qc` (section 10)."""

    BLOCK = "qc"

    tumor_depth: int = shared(
        Counting,
        "tumor_depth",
        "Depth that a callable tumor base needs; twice (warn) and half (fail) of it are the default of"
        " tumor_mean_depth.",
        rule="10.2",
        option="tumor_depth",
    )
    normal_depth: int = shared(
        CallableBases, "normal_depth", "The same of a normal base.", rule="10.2", option="normal_depth"
    )
    ffpe_vaf: float = setting(
        0.1,
        "Fraction below which a substitution counts as low, 0 to 1.",
        rule="10.3",
        least=0,
        most=1,
        key="qc.ffpe.vaf",
    )
    ffpe_excess: float = setting(
        0.6,
        "Share of C>T at low fraction that the whole 95 % interval must exceed, 0 to 1.",
        rule="10.3",
        least=0,
        most=1,
        key="qc.ffpe.excess",
    )
    ffpe_least: int = setting(
        20, "Fewest substitutions at low fraction for a verdict.", rule="10.3", least=1, key="qc.ffpe.least"
    )


@dataclass(frozen=True, kw_only=True)
class SamePerson(Group):
    """How samples are compared for a swap (section 9)."""

    BLOCK = "calling"

    min_sites: int = setting(
        10,
        "Fewest sites at which one of two samples carries the rarer allele, for a conclusion.",
        rule="9.3",
        least=1,
        key="calling.same_person_min_sites",
    )
    distance: int = setting(
        10_000,
        "Window in bp of which only one site is used, since neighbours are inherited together; 0 uses all.",
        rule="9.2",
        least=0,
        key="calling.same_person_distance",
    )


@dataclass(frozen=True, kw_only=True)
class Assembly(Group):
    """How Mutect2 assembles reads (rule 8.1)."""

    BLOCK = "calling"
    PROGRAM = "Mutect2"

    pruning_lod: float = setting(
        2.302585092994046,
        "Natural logarithm of the odds from which Mutect2 keeps a thin path of its assembly; the default, ln 10, is"
        " GATK's own. Lower finds more variants of few reads, and more false ones.",
        rule="8.1",
        least=0,
        most=100,
        option="pruning_lod_threshold",
    )


def definitions() -> list[str]:
    """Names of the definitions of a burden, the user's own last."""
    import tomllib

    text = (Path(__file__).parent / "genome" / "tmb_definitions.toml").read_text("utf-8")
    return [*tomllib.loads(text), "custom"]


@dataclass(frozen=True, kw_only=True)
class Reported(Group):
    """Which burdens are reported (rule 1.9)."""

    BLOCK = "burden"

    definition: tuple[str, ...] = setting(
        ("merino_wes", "nonsynonymous"),
        "Definitions of the burden to report; the first is the one that joins the cohort as tmb_per_mb.",
        rule="1.9",
        key="burden.definitions",
        choices=definitions,
    )


GROUPS: tuple[type[Group], ...] = (
    Reported,
    Counting,
    Annotation,
    CallableBases,
    Endpoints,
    Pdl1,
    Quality,
    SamePerson,
    Assembly,
)


def fill(schema: dict[str, Any]) -> dict[str, Any]:
    """The config's schema with every setting in the block to which it belongs."""
    for group in GROUPS:
        for each in group.settings():
            block = schema
            for name in each.key[:-1]:
                block = block["properties"][name]
            if not each.is_shared:
                block["properties"][each.key[-1]] = each.schema
    return schema
