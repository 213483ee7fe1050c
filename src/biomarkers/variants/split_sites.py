"""Sites of several ALTs that somebody split before: which records were one, and whose depth lacks reads of the others.

The latter where AD alone tells the depth (docs/methods.md, 1.3): bcftools norm gives each part the reference's number
and its own, unless it is told to keep their sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from biomarkers.variants.alleles import unsplit
from biomarkers.variants.evidence import Evidence
from biomarkers.variants.vcf import Header, Record

NORM = "bcftools_normCommand"
SPLITS = re.compile(r"\s(?:-\w*m|--multiallelics)[ =]?-")
KEEPS_SUM = re.compile(r"--keep-sum[ =]\S*\bAD\b")


class SplitDepths:
    """Counts ALTs whose depth is the sum of AD and that were split from a site of several."""

    def __init__(self) -> None:
        self._tagged = self._others = 0
        """Those that OLD_REC tells, and those that another program's tag or another ALT beside them does."""
        self._before: tuple[str, int, str, str] | None = None
        self._alt, self._is_counted = "", False

    def see(self, records: Sequence[Record], reads: Sequence[Evidence]) -> None:
        """Take down records in their order; reads: of each of their ALTs."""
        if not any([_tells_by_counts(form) for form in {record.format for record in records}]):
            return
        each = iter(reads)
        for record in records:
            own = [next(each) for _ in record.alts]
            if len(own) == 1 and _tells_by_counts(record.format):
                self._take(record, own[0].depth)

    def _take(self, record: Record, depth: int | None) -> None:
        cells = dict(zip(record.format.split(":"), record.sample.split(":"), strict=False))
        rest, _, mine = cells.get("AD", "").partition(",")
        if not (rest.isdecimal() and mine.isdecimal() and int(rest) + int(mine) == depth):
            return
        before, alt = self._before, self._alt
        self._before, self._alt = (record.chrom, record.pos, record.ref, rest), record.alts[0]
        site = unsplit(record.info) if "OLD_REC=" in record.info else None
        if site is not None and len(site.alts) > 1:
            self._tagged += 1
        elif "OLD_MULTIALLELIC=" in record.info:  # by vt decompose
            self._others += 1
        elif before == self._before and alt != self._alt:
            self._others += 1 if self._is_counted else 2
        else:
            self._is_counted = False
            return
        self._is_counted = True

    def lacking(self, header: Header) -> int:
        """How many lack reads of other ALTs."""
        first = _first_split(header)
        if not KEEPS_SUM.search(first):
            return self._tagged + self._others
        return self._others if "--old-rec-tag" in first else 0


def with_sites(header: Header, records: Iterator[Record]) -> Iterator[Record]:
    """Records that tell whether they were one of a site of several; bcftools norm does so only when asked for OLD_REC.

    Without it those that stand together and differ in their ALT alone get vt's tag, if a norm split the file.
    """
    split = _first_split(header)
    return records if not split or "--old-rec-tag" in split else _tagged(records)


def _tagged(records: Iterator[Record]) -> Iterator[Record]:
    for (chrom, pos, ref), here in groupby(records, key=itemgetter(1, 2, 3)):
        several = list(here)
        alts = "/".join(dict.fromkeys(record.alts[0] for record in several if len(record.alts) == 1))
        if "/" in alts:
            tag = f";OLD_MULTIALLELIC={chrom}:{pos}:{ref}/{alts}"
            several = [record._replace(info=record.info + tag) for record in several]
        yield from several


def _first_split(header: Header) -> str:
    """The command of bcftools norm that split sites first: later ones find nothing to split. Empty where none did."""
    return next((text for key, text in header.lines if key == NORM and SPLITS.search(text)), "")


def _tells_by_counts(form: str) -> bool:
    keys = form.split(":")
    return "AD" in keys and "DP" not in keys
