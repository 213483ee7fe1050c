"""What holds for one ALT: its filter, where a caller decides per allele, and how annotators spell it or point to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from biomarkers.errors import log
from biomarkers.io.lines import is_whole_number
from biomarkers.variants.callers.dialects import ALLELE_FILTERS
from biomarkers.variants.vcf import SINGLE, Header, Record, info_value

LENIENT = frozenset({"SITE", "PASS", ".", ""})
"""Statuses in Mutect2's AS_FilterStatus that leave the decision to the site's FILTER."""


class Site(NamedTuple):
    """A record as it was annotated. pos: 1-based; alt: number of the ALT that is meant, from 0."""

    pos: int
    ref: str
    alts: list[str]
    alt: int


def unsplit(info: str) -> Site | None:
    """The site before bcftools norm --old-rec-tag OLD_REC split it; None when INFO does not tell.

    >>> unsplit("DP=9;OLD_REC=chr1|100|CAA|CA,C|2")
    Site(pos=100, ref='CAA', alts=['CA', 'C'], alt=1)
    """
    parts = (info_value(info, "OLD_REC") or "").split("|")
    if len(parts) != 5 or not (is_whole_number(parts[1]) and is_whole_number(parts[4])):
        return None
    alts = parts[3].upper().split(",")
    return Site(int(parts[1]), parts[2].upper(), alts, int(parts[4]) - 1) if 0 < int(parts[4]) <= len(alts) else None


def spellings(site: Site, *, vep: bool) -> list[str]:
    """How the field Allele may spell the ALT, the likeliest first.

    VEP takes off the first base when all alleles but `*` and `<*>` share it and one of them is an indel; with --minimal
    all that reference and ALT share. snpEff writes the ALT as it stands.

    >>> spellings(Site(100, "CAA", ["CA", "C"], 0), vep=True), spellings(Site(100, "C", ["CT", "G"], 0), vep=True)
    (['A', 'CA', '-'], ['CT', 'T'])
    """
    ref, alt = site.ref, site.alts[site.alt]
    shared = any(len(a) != len(ref) for a in site.alts) and all(a[:1] == ref[:1] for a in site.alts if "*" not in a)
    found = [alt[1:] or "-"] if vep and shared and "*" not in alt else []
    found.append(alt)
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt = ref[1:], alt[1:]
    return list(dict.fromkeys([*found, alt or "-"]))


def of_one_alt(blocks: list[list[str]], columns: list[tuple[str, ...]], at: int) -> bool:
    """False where subfield `at`, which names the ALT, differs: a site that was annotated before it was split.

    blocks: the cells of each, at least up to that one; columns: the same by subfield, as far as every block goes.
    """
    if 0 <= at < len(columns) and columns[at].count(columns[at][0]) == len(blocks):
        return True
    return at < 0 or len({cells[at].strip() for cells in blocks if len(cells) > at} - {""}) < 2


def of_another(block: list[str], at: int, ref: str, alt: str) -> bool:
    """Whether a block's subfield `at` names another base than the record's, whose ALT a split took from a site.

    VEP's --pick has one block for all ALTs of a site. Insertions and deletions may be written in another way since.
    """
    return ref in SINGLE and alt in SINGLE and 0 <= at < len(block) and block[at] != alt and block[at] in SINGLE


def with_cell(blocks: list[str], at: int, values: list[str]) -> list[str]:
    """Blocks whose subfield `at` is the first of the values that any block has; none where no block has one."""
    cells = _cells(blocks, at)
    found = next((value for value in values if value in cells), None)
    return [block for block, cell in zip(blocks, cells, strict=True) if cell == found]


def of_allele(blocks: list[str], at: int, site: Site, texts: tuple[int, int], *, vep: bool, known: bool) -> list[str]:
    """Blocks whose subfield `at` spells the site's ALT; none where it spells another ALT as well and they differ.

    VEP 115.1, and older ones with --minimal, write `-` for each of two deletions. texts: places of the transcript and
    of its consequence. Without the subfield (-1) nothing tells the ALTs apart: all blocks. known: whether the site's
    other ALTs are. Without them VEP's `A` may be that of C>A or of C>CA, which it spells `CA` beside a C>A: both count.
    """
    if at < 0:
        return blocks
    values = spellings(site, vep=vep)
    if vep and not known and values[0] != site.alts[site.alt]:
        both = [block for value in values[:2] for block in with_cell(blocks, at, [value])]
        if both:
            return both
    cells = _cells(blocks, at)
    names = [spellings(site._replace(alt=alt), vep=vep) for alt in range(len(site.alts))]
    found = [next((name for name in likely if name in cells), None) for likely in names]
    mine = found[site.alt]
    own = [block for block, cell in zip(blocks, cells, strict=True) if cell == mine]
    # Where only some ALTs have a block, as by VEP's --pick, it is that of the ALT whose likeliest name it has.
    rivals = [alt for alt, name in enumerate(found) if name == mine and alt != site.alt]
    if mine != names[site.alt][0] and any(names[alt][0] == mine for alt in rivals):
        return []
    if rivals and mine != names[site.alt][0]:
        said = set(zip(*(_cells(own, place) for place in texts), strict=True))
        return own if len(said) == len({transcript for transcript, _ in said}) else []
    return own


def of_change(blocks: list[str], at: int, site: Site) -> list[str]:
    """BCSQ blocks whose DNA change `at` is the site's, alone or in a haplotype, and those that name none."""
    mine = f"{site.pos}{site.ref}>{site.alts[site.alt]}"
    changes = [change.split("+") for change in _cells(blocks, at)]
    if len(site.alts) == 1 and not any(mine in change for change in changes):
        return []
    return [block for block, change in zip(blocks, changes, strict=True) if change == [""] or mine in change]


def _cells(blocks: list[str], at: int) -> list[str]:
    parts = [block.split("|", at + 1) for block in blocks]
    return [part[at].strip().upper() if len(part) > at else "" for part in parts]


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
        before = texts.get(record.place, "")
        texts[record.place] = f"{before},{text}" if before else text
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


def genotype_filters(record: Record) -> str:
    """What FORMAT/FT says that the tumor's genotype fails, joined by `;`; empty where it passes or is not told."""
    keys, cells = record.format.split(":"), record.sample.split(":")
    text = dict(zip(keys, cells, strict=False)).get("FT", "")
    return ";".join(word for word in re.split("[;,]", text) if word not in ("", ".", "PASS"))


class AlleleFilter:
    """Reads a field such as Mutect2's `AS_FilterStatus`: alleles separated by `|`, the filters of one by `,`.

    Records that were split keep the whole string; the ALT's number is then the last part of INFO/OLD_REC (bcftools
    norm --old-rec-tag OLD_REC), else the allele that the tumor's genotype kept (0/0/1: the second). Where the header
    declares the field with a value for each ALT, as Mutect2 does, bcftools norm takes the string apart at its commas:
    the first record has all of it or a part, and later ones another part or nothing, so that parts are joined again.
    """

    def __init__(self, header: Header) -> None:
        self._path = header.path
        self._field = next((field for field in ALLELE_FILTERS if field in header.info), "")
        self._warned = False
        self._before: Split | None = None
        self._parts: list[str] = []
        """What the records of the site that `_before` is of had of the field so far."""

    def asked(self, records: Iterable[Record]) -> bool:
        """Whether anything beside FILTER decides in these records."""
        return bool(self._field) or any(["FT" in form for form in {record.format for record in records}])

    def of(self, record: Record, alt: int) -> str:
        """FILTER of the site where that excludes, else the allele's own filters joined by `;`, else the site's.

        The filters that the tumor's genotype fails (FORMAT/FT; VCF specification 4.3, 1.6.2) stand beside the site's.
        """
        site, own = self._of_allele(record, alt), genotype_filters(record) if "FT" in record.format else ""
        return site if not own else own if site == "PASS" else f"{site};{own}"

    def _of_allele(self, record: Record, alt: int) -> str:
        if not self._field or record.filter not in ("PASS", "."):
            return record.filter
        split = _split(record)
        text = self._joined(split, info_value(record.info, self._field) or "")
        statuses = text.split("|")
        # A part that was cut off at a comma names a filter, so that a single one that names none is the whole.
        whole = len(statuses) == 1 or split is None or len(statuses) >= split.alleles
        if not text or (whole and LENIENT.issuperset(statuses)):
            return record.filter
        if len(statuses) == 1 and len(record.alts) > 1:
            statuses = text.split(",")
        number: int | None = alt if split is None else split.number
        if split is None and len(statuses) > len(record.alts):
            number = _number(record, len(statuses))
        if number is None or (split and number >= len(statuses)):
            self._warn(record.place)
            return f"{self._field}={text}".replace(";", ",")
        status = statuses[number] if number < len(statuses) else "SITE"
        failed = [name for name in status.split(",") if name not in LENIENT]
        return ";".join(failed) if failed else record.filter

    def _joined(self, here: Split | None, text: str) -> str:
        """The field of the whole site, as far as it has passed by; text: the record's own part."""
        if here is None or text.count("|") + 1 >= here.alleles:
            self._before, self._parts = here, [text]
            return text
        if self._before != here._replace(number=here.number - 1):
            self._parts = []
        self._before = here
        self._parts += [text] if text else []
        return ",".join(self._parts)

    def _warn(self, place: str) -> None:
        if not self._warned:
            log.warning(
                "%s:%s: what %s says of this allele is not known, since the site was split; such records are excluded "
                "(split with bcftools norm -m-any --old-rec-tag OLD_REC)",
                self._path,
                place,
                self._field,
            )
        self._warned = True


class Split(NamedTuple):
    """Which ALT a record had in the site that it was split from. old: the site by OLD_REC; number: from 0."""

    chrom: str
    old: tuple[int, str] | None
    alleles: int
    number: int


def _split(record: Record) -> Split | None:
    """The site of several ALTs that a record is one of; None where nothing says that there was one."""
    if len(record.alts) > 1:
        return None
    if "OLD_REC=" in record.info:
        site = unsplit(record.info)
        several = site is not None and len(site.alts) > 1
        return Split(record.chrom, (site.pos, site.ref), len(site.alts), site.alt) if site and several else None
    genotype = re.split(r"[/|]", record.sample.split(":", 1)[0])
    if not record.format.startswith("GT") or len(genotype) < 3 or genotype[1:].count("1") != 1:
        return None
    return Split(record.chrom, None, len(genotype) - 1, genotype.index("1", 1) - 1)


def _number(record: Record, alleles: int) -> int | None:
    """Which ALT of the unsplit site the record's only ALT is, from 0; None when unknown."""
    site = unsplit(record.info)
    if site is not None and site.alt < alleles:
        return site.alt
    parts = (info_value(record.info, "OLD_REC") or "").split("|")
    if len(parts) == 4 and parts[3].count(",") == alleles - 1:
        return None
    genotype = re.split(r"[/|]", record.sample.split(":", 1)[0])
    if record.format.startswith("GT") and len(genotype) == alleles + 1 and genotype.count("1") == 1:
        return genotype.index("1") - 1 if genotype.index("1") else None
    return None
