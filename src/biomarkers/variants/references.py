"""BCSQ of bcftools csq where one record points to another by `@position`."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def back_references(lines: Iterable[tuple[int, str]], value: Callable[[str, str], str | None]) -> dict[str, str]:
    """`contig:position` -> BCSQ text for every position that another record's BCSQ points to by `@position`."""
    wanted: set[str] = set()
    texts: dict[str, str] = {}
    for _, line in lines:
        cells = line.split("\t", 8)
        text = value(cells[7], "BCSQ") if len(cells) > 7 else None
        if not text:
            continue
        for block in text.split(","):
            if block.startswith("@"):
                wanted.add(f"{cells[0]}:{block[1:]}")
        texts[f"{cells[0]}:{cells[1]}"] = text
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
