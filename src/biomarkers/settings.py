"""Settings that a command takes: default, unit, range and meaning of each stand here and nowhere else.

The config's schema (`schemas.load("config")`, and so `check` and docs/tables.md), the options of the commands and the
flags of the workflow's rules are made from these classes. Stages take a whole group or the values that they need.

To add a setting, add a field: `minimum_sd_days` of `Endpoints` is `endpoints.minimum_sd_days` of the config,
`--minimum-sd-days` of `biomarkers endpoints`, and the flag in the rule `endpoints`. rule: its number in
docs/methods.md. Those of response, survival and PD-L1 stand in `settings_clinical`, those of the commands that list
variants in `settings_variants`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from biomarkers.declared import Group, setting, shared
from biomarkers.settings_clinical import Censoring, Endpoints, Pdl1, Sheets, Unit
from biomarkers.settings_variants import Annotation, Counting, Reported, definitions, fraction

__all__ = [
    "Annotation", "Assembly", "CallableBases", "Censoring", "Counting", "Endpoints", "Pdl1", "Quality", "Reported",
    "SamePerson", "Sheets", "Shown", "Unit", "definitions", "fill",
]  # fmt: skip


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
    ffpe_vaf: float = fraction(0.1, "Fraction below which a substitution counts as low", rule="10.3", key="qc.ffpe.vaf")
    ffpe_excess: float = fraction(
        0.6, "Share of C>T at low fraction that the whole 95 % interval must exceed", rule="10.3", key="qc.ffpe.excess"
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


@dataclass(frozen=True, kw_only=True)
class Shown(Group):
    """How the page shows patients (rule 11.10)."""

    BLOCK = "report"

    anonymous: bool = setting(
        False,
        "Replace the names of patients and samples by numbers and dates by study days on the page and in what stands"
        " beside it; which number is who stands in a file of its own.",
        rule="11.10",
    )


GROUPS: tuple[type[Group], ...] = (
    Reported,
    Sheets,
    Counting,
    Annotation,
    CallableBases,
    Endpoints,
    Pdl1,
    Quality,
    SamePerson,
    Assembly,
    Shown,
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
