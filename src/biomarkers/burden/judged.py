"""What a sample's rows say of its count: whether a zero is one, and whether the normal has what was counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.errors import count, first_few
from biomarkers.genome.changes import maybe_one
from biomarkers.settings import Counting

MANY = 10
"""Variants that passed of which some lie on target, unless the target is very small or of another build."""
CHROMOSOME = re.compile(r"(?:chr)?(?:[1-9]|1[0-9]|2[0-4]|X|Y)|NC_0000(?:0[1-9]|1[0-9]|2[0-4])\.\d+", re.IGNORECASE)
READS = ("depth", "alt_reads", "vaf")
SEQUENCED = ("callable", "stated")
"""Sources of a denominator that say of this sample that it was sequenced (docs/methods.md, 1.18)."""


class Zero(NamedTuple):
    """Whether a count of 0 is one. missing: why it is not, else empty; remark: what else than a record it rests on."""

    missing: str = ""
    remark: str = ""


def zero(table: pd.DataFrame, origin: Mapping[str, Any], source: str | None, missing: str | None = None) -> Zero:
    """What a count of 0 would be for a sample (docs/methods.md, 1.18).

    table: its rows. origin: the JSON beside the variants table. source: of its denominator. missing: why a MAF's
    sample, whose rows were judged when they were read, is missing.
    """
    if missing or "missing" in origin:
        return Zero(missing or "")
    if table.empty:
        if "samples" in origin:
            return Zero()  # listed as sequenced
        if source in SEQUENCED:
            return Zero(remark=f"no record in the VCF: the zero rests on the {source} territory")
        return Zero("no record in the VCF, and nothing says that the sample was sequenced")
    exclusion = table["exclusion"]
    passed = exclusion != "filter"
    if not passed.any():
        words = table["filter"].fillna(".").value_counts()
        shown = first_few(f"{word} {number}" for word, number in words.items())
        if source == "callable" and "MutectVersion" in origin.get("annotation", {}):
            return Zero(
                remark=f"no record passed Mutect2's filters ({shown}): the zero rests on the callable territory"
            )
        return Zero(f"none of {count(len(table), 'record')} passed FILTER ({shown})")
    unread = exclusion.isin(READS) & (table["depth"].isna() | table["alt_reads"].isna())
    if (unread | (exclusion == "unknown") | ~passed).all():
        said = count(int(passed.sum()), "record")
        return Zero(f"none of {said} that passed FILTER tells what was found in this sample")
    return Zero()


def in_normal(table: pd.DataFrame, settings: Mapping[str, Any]) -> str | None:
    """A warning where the matched normal has too many of the variants that count, or that lack the tumor's reads.

    settings: those of the variants table; the rule is docs/methods.md, 1.17.
    """
    if "in_normal" not in table:
        return None
    rules = Counting(normal_share=settings["normal_share"]) if "normal_share" in settings else Counting()
    there = (table["in_normal"] == 1).fillna(False).astype(bool)
    counted = table["exclusion"].isna()
    lost = there & table["exclusion"].isin(READS[1:])
    for mine, among, what in (
        (there & counted, counted, "counted variants are in the matched normal"),
        (lost, counted | lost, "variants lack the tumor's reads and are in the matched normal"),
    ):
        if rules.too_many_in_normal(int(mine.sum()), int(among.sum())):
            places = first_few(f"{chrom}:{pos} {ref}>{alt}" for chrom, pos, ref, alt in _places(table, mine))
            return f"{int(mine.sum())} of {int(among.sum())} {what} ({places}): germline, or exchanged columns?"
    return None


def doubtful(table: pd.DataFrame, settings: Mapping[str, Any]) -> list[str]:
    """Warnings of a count that may not be this tumor's (docs/methods.md, 1.17 and 1.18)."""
    passed = [why for why in table["exclusion"] if why != "filter"]
    found = [in_normal(table, settings)]
    if settings.get("somatic") and set(passed) == {"not_somatic"}:
        found.append(f"none of {count(len(passed), 'variant')} that passed is somatic by the expression")
    if len(passed) >= MANY and set(passed) == {"target"}:
        found.append(f"none of {len(passed)} variants that passed is on target: is it the same genome build?")
    return [warning for warning in found if warning]


def _places(table: pd.DataFrame, mine: pd.Series) -> list[tuple[str, int, str, str]]:
    """`chrom pos ref alt` of some rows, of those that have all four."""
    cells = zip(*(_cells(table, mine, name) for name in ("chrom", "pos", "ref", "alt")), strict=True)
    return [place for place in cells if None not in place]


def _cells(table: pd.DataFrame, mine: pd.Series, column: str) -> list[Any]:
    """Cells of some rows, None where missing, also where another program left the column out."""
    there = mine.to_numpy()
    if column not in table:
        return [None] * int(there.sum())
    values = table[column].to_numpy()[there].astype(object)
    values[pd.isna(values)] = None
    found: list[Any] = values.tolist()
    return found


def of_counted(table: pd.DataFrame, counted: pd.Series) -> list[str]:
    """What is said of the rows that a definition counts."""
    return [*_said_twice(table, counted), *_elsewhere(table, counted)]


def _said_twice(table: pd.DataFrame, counted: pd.Series) -> list[str]:
    """What is said where counted variants may be one that is written in two ways (docs/methods.md, 1.1)."""
    pairs = [*maybe_one(_places(table, counted))]
    if not pairs:
        return []
    places = first_few(
        " and ".join(f"{chrom}:{pos} {ref or '-'}>{alt or '-'}" for chrom, pos, ref, alt in pair) for pair in pairs
    )
    return [f"{count(len(pairs), 'pair')} of counted variants may be one variant each, written in two ways ({places})"]


def _elsewhere(table: pd.DataFrame, counted: pd.Series) -> list[str]:
    """What is said of counted variants on contigs that no exome's coding territory has, where some are on chromosomes.

    Mitochondrial DNA and alternate contigs are read beside every exome; without positions of the targets they count.
    """
    contigs = Counter(_cells(table, counted, "chrom"))
    del contigs[None]
    others = {name: n for name, n in contigs.most_common() if not CHROMOSOME.fullmatch(name)}
    if not others or len(others) == len(contigs):
        return []
    said = count(sum(others.values()), "counted variant lies", "counted variants lie")
    return [f"{said} on no chromosome of 1 to 22, X and Y ({first_few(f'{name} {n}' for name, n in others.items())})"]


def rules_of_the_user(settings: Mapping[str, Any]) -> list[str]:
    """What a user decided of which calls are somatic and passed, as it stands beside the number."""
    said = []
    if settings.get("somatic"):
        said.append(f"somatic by the expression {settings['somatic']}")
    if settings.get("accept_filters"):
        said.append(f"accepted filters: {', '.join(settings['accept_filters'])}")
    if settings.get("accept_unfiltered"):
        said.append("unfiltered records accepted")
    return said
