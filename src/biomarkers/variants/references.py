"""BCSQ of bcftools csq where one record points to another by `@position`."""

from __future__ import annotations

from collections.abc import Iterable

from biomarkers.variants.vcf import Record


def back_references(records: Iterable[Record]) -> dict[str, str]:
    """`contig:position` -> annotation for every position that another record's BCSQ points to by `@position`."""
    wanted: set[str] = set()
    texts: dict[str, str] = {}
    for record in records:
        text = record.annotation
        if not text:
            continue
        for block in text.split(","):
            if block.startswith("@"):
                wanted.add(f"{record.chrom}:{block[1:]}")
        texts[record.place] = text
    return {place: texts[place] for place in wanted if place in texts}


def resolve(text: str, chrom: str, referred: dict[str, str]) -> str:
    """BCSQ text in which every `@position` is replaced by what stands at that position."""
    if "@" not in text:
        return text
    blocks: list[str] = []
    for block in text.split(","):
        if block.startswith("@"):
            there = referred.get(f"{chrom}:{block[1:]}", "")
            blocks += [b for b in there.split(",") if b and not b.startswith("@")]
        else:
            blocks.append(block)
    return ",".join(blocks)
