"""Settings of which variants count, what is read of their annotation and which burdens are reported.

They stand apart since a module of dataclasses takes long to import, and variants are listed file by file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from biomarkers.declared import Group, setting


def fraction(default: float, about: str, *, rule: str, **told: Any) -> Any:
    """A setting that is a share."""
    return setting(default, f"{about}, 0 to 1.", rule=rule, least=0, most=1, **told)


@dataclass(frozen=True, kw_only=True)
class Counting(Group):
    """Which variants count (rules 1.1 to 1.8)."""

    BLOCK = "burden"

    tumor_depth: int = setting(
        25, "Fewest tumor reads over a counted variant and over a callable base.", rule="1.3", least=0
    )
    alt_reads: int = setting(3, "Fewest tumor reads with the variant.", rule="1.3", least=0)
    vaf: float = fraction(0.05, "Lowest share of reads with the variant", rule="1.3")
    max_population_af: float = fraction(
        1e-4, "Population allele frequency from which a variant of a tumor-only call is germline", rule="1.4"
    )
    accept_unfiltered: bool = setting(False, "Take records whose FILTER is `.` as passed.", rule="1.1")
    accept_filters: tuple[str, ...] = setting(
        (),
        "Values of FILTER that count as passed besides PASS, such as wga or Tier1; of several in one cell all must be"
        " accepted.",
        rule="1.1",
        key="calling.accept_filters",
    )
    somatic: str | None = setting(
        None,
        "Expression of bcftools that holds for somatic calls, such as 'INFO/SS=2', in place of the caller's own mark.",
        rule="1.4",
        key="calling.somatic",
    )
    normal_vaf: float = fraction(0.2, "Share of the normal's reads with a variant that is in the normal", rule="1.17")
    normal_alt_reads: int = setting(
        5, "Fewest reads of the normal with a variant that is in the normal.", rule="1.17", least=1
    )
    normal_share: float = fraction(
        0.02, "Share of the counted variants that may be in the normal without a warning", rule="1.17"
    )
    exclude_hotspots: bool = setting(False, "Leave the hot spots out of the count.", rule="1.5")
    mnv: Literal["event", "bases"] = setting(
        "event", "A multi-nucleotide variant is one `event`, or as many as it changes `bases`.", rule="1.8"
    )

    def too_many_in_normal(self, found: int, counted: int) -> bool:
        """Whether so many of the counted variants are in the normal that the sample is warned of (rule 1.17).

        One is real life among many, and a fault where it is a tenth of all.
        """
        return found > self.normal_share * counted and (found > 1 or 10 * found >= counted)


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
