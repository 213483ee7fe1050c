"""The filter that holds for one ALT, where a caller decides per allele."""

from __future__ import annotations

import logging
import re

from biomarkers.variants.vcf import Header, Record, info_value

log = logging.getLogger("biomarkers")

LENIENT = frozenset({"SITE", "PASS", ".", ""})
"""Statuses in Mutect2's AS_FilterStatus that leave the decision to the site's FILTER."""


class AlleleFilter:
    """Reads Mutect2's `AS_FilterStatus`: alleles separated by `|`, the filters of one allele by `,`.

    Records that were split keep the whole string; the ALT's number is then the last part of INFO/OLD_REC (bcftools
    norm --old-rec-tag OLD_REC), else the allele that the tumor's genotype kept (0/0/1: the second).
    """

    def __init__(self, header: Header) -> None:
        self._path = header.path
        self.present = "AS_FilterStatus" in header.info
        self._warned = False

    def of(self, record: Record, alt: int) -> str:
        """FILTER of the site where that excludes, else the allele's own filters joined by `;`, else the site's."""
        if record.filter not in ("PASS", ".") or not self.present:
            return record.filter
        text = info_value(record.info, "AS_FilterStatus")
        if not text:
            return record.filter
        statuses = text.split("|")
        if all(status in LENIENT for status in statuses):
            return record.filter
        if len(statuses) == 1 and len(record.alts) > 1:
            statuses = text.split(",")
        if len(statuses) > len(record.alts):
            number = _number(record, len(statuses))
            if number is None:
                self._warn(record.line)
                return f"AS_FilterStatus={text}".replace(";", ",")
            alt = number
        status = statuses[alt] if alt < len(statuses) else "SITE"
        failed = [name for name in status.split(",") if name not in LENIENT]
        return ";".join(failed) if failed else record.filter

    def _warn(self, line: int) -> None:
        if not self._warned:
            log.warning(
                "%s:%d: AS_FilterStatus speaks of more alleles than the record has and nothing says which one this is; "
                "such records are excluded (split with bcftools norm -m-any --old-rec-tag OLD_REC)",
                self._path,
                line,
            )
        self._warned = True


def _number(record: Record, alleles: int) -> int | None:
    """Which ALT of the unsplit site the record's only ALT is, from 0; None when unknown."""
    old = info_value(record.info, "OLD_REC") or ""
    parts = old.split("|")
    if len(parts) == 5 and parts[4].isdigit() and 1 <= int(parts[4]) <= alleles:
        return int(parts[4]) - 1
    if len(parts) == 4 and parts[3].count(",") == alleles - 1:
        return None
    genotype = re.split(r"[/|]", record.sample.split(":", 1)[0])
    if record.format.startswith("GT") and len(genotype) == alleles + 1 and genotype.count("1") == 1:
        return genotype.index("1") - 1 if genotype.index("1") else None
    return None
