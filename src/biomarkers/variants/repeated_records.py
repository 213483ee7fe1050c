"""Records of a VCF that repeat a variant: how many differ in what a rule asks for (docs/methods.md, 1.1)."""

from __future__ import annotations

from collections.abc import Iterable

from biomarkers.errors import count, first_few, log
from biomarkers.variants.rows import Row
from biomarkers.variants.tally import Place

MARKS = frozenset(("germline", "not_somatic", "unknown"))


def warn(path: str, rows: Iterable[tuple[Place, Row]]) -> None:
    """Say which variants stand in several records that differ. rows: of those that pass, each judged by itself."""
    each: dict[Place, list[Row]] = {}
    for place, row in rows:
        each.setdefault(place, []).append(row)
    differ = {place: what for place, several in each.items() if (what := _differences(several))}
    if not differ:
        return
    firsts = [each[place][0] for place in differ]
    shown = first_few(f"{row.chrom}:{row.pos} {row.ref}>{row.alt}" for row in firsts)
    turned = sum(len({row.counted_in for row in each[place]}) > 1 for place in differ)
    words = ", ".join(dict.fromkeys(word for what in differ.values() for word in what))
    log.warning(
        "%s: %s in several records that differ in %s (%s); the first of each that passes FILTER counts, by another "
        "record %d would count otherwise",
        *(path, count(len(differ), "variant stands", "variants stand"), words, shown, turned),
    )


def _differences(rows: list[Row]) -> list[str]:
    found: dict[str, set[object]] = {
        "gene or consequence": {(row.gene, row.consequence) for row in rows},
        "reads": {(row.depth, row.alt_reads, row.vaf) for row in rows},
        "population frequency": {row.population_af for row in rows},
        "the caller's mark": {row.exclusion in MARKS or row.passes_otherwise == "0" for row in rows},
    }
    return [name for name, values in found.items() if len(values) > 1]
