"""The header and the records of a VCF or BCF, and what one ALT changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.io.vcf import Vcf

NAMED = re.compile(r"[<,]\s*ID=([^,>]+)")
DESCRIBED = re.compile(r"[<,]\s*Description=\"(.*?)\"\s*(?=>|,\s*\w+=)")
"""Attributes of a field, which may stand in any order and have others behind them (VCF specification 4.3, 1.4.2)."""
FORMAT = re.compile(r"(\.|([A-Za-z_][0-9A-Za-z_.]*|1000G)(:([A-Za-z_][0-9A-Za-z_.]*|1000G))*)")
"""The keys of a FORMAT column (VCF specification 4.3, section 1.6.2). Something else stands there where a line lost its
end and goes on with the next record, which htslib does not notice.
"""
BASES = frozenset("ACGTNRYSWKMBDHVacgtnryswkmbdhv")
"""The reference has a few IUPAC codes (hs37d5, GRCh38), and callers copy them into REF."""
SINGLE = frozenset("ACGT")
SLASH = re.compile(r"(?<=[ACGTN])/(?=[ACGTN])", re.IGNORECASE)
UNSTATED = 1 << 62
"""Stands for the length of a contig that the header does not state."""
PHASES = "/|"
"""VCF 4.4 (1.6.2) lets a genotype begin with the phase of its first allele (`|0|1`), which nothing here asks for."""
AT_AN_END = re.compile(r"[][.]")
"""ALTs of breakends, which may stand at 0 or behind a contig's last base (VCF specification 4.3, section 1.6.1)."""
new = tuple.__new__
"""Makes a named tuple from a tuple of all its fields, in a third of the time that calling its class takes."""


class Header:
    """What stands above the records of a VCF.

    samples: column names in order; a file without any is of one sample, which INFO tells of. lengths: bases of the
    contigs whose length it states. info: Description by INFO field. filters: names of FILTER. lines: key and value of
    each further `##key=value` line. other: the first value by key, shortened to 200 characters.
    """

    def __init__(
        self,
        path: str,
        *,
        samples: Iterable[str] = (),
        contigs: Iterable[str] = (),
        lengths: Mapping[str, int] | None = None,
        info: Mapping[str, str] | None = None,
        other: Mapping[str, str] | None = None,
        filters: Iterable[str] = (),
    ) -> None:
        self.path = path
        self.filters = set(filters)
        self.samples, self.info, self.other = list(samples), dict(info or {}), dict(other or {})
        self.contigs, self.lengths = list(contigs), dict(lengths or {})
        self.lines = list(self.other.items())
        self._said: dict[str, bool] = {}

    def read(self, line: str) -> None:
        """Take in a line of the file's header."""
        key, _, value = line[2:].partition("=")
        if key == "INFO":
            about = DESCRIBED.search(value)
            if named := NAMED.search(DESCRIBED.sub("", value)):
                self.info[named[1]] = about[1] if about else ""
        elif key == "FILTER":
            self.filters.add(value.partition("ID=")[2].partition(",")[0].rstrip(">"))
        elif key not in ("ALT", "FORMAT"):
            self.lines.append((key, value))
            self.other.setdefault(key, value[:200])

    @cached_property
    def text(self) -> str:
        """These lines as they stand, without those of fields, filters and contigs."""
        return "\n".join(f"##{key}={value}" for key, value in self.lines)

    def says(self, pattern: str) -> bool:
        """Whether a pattern is found in `text`, whatever the capitals; `^` is the start of a line.

        Command lines are long, and `re` finds the first letters of a pattern soonest where they are as written.
        """
        if pattern not in self._said:
            found = re.search(pattern.lower().replace("^", "\n"), self._small)
            self._said[pattern] = found is not None
        return self._said[pattern]

    @cached_property
    def _small(self) -> str:
        return f"\n{self.text}".lower()


class Record(NamedTuple):
    """One record, its cells as they stand in the file.

    number: from 1. pos: 1-based. ref, alts: in capital letters, since callers copy the small ones of a reference.
    info: without the annotation, which is long, so that a search in it is short. format: empty in a file without
    samples. sample: the chosen column, without a phase in front of its genotype; normal: that of the matched normal,
    empty where there is none.
    """

    number: int
    chrom: str
    pos: int
    ref: str
    alts: list[str]
    filter: str
    info: str
    annotation: str
    format: str
    sample: str
    normal: str = ""

    @property
    def place(self) -> str:
        """Where the record stands, for messages."""
        return f"{self.chrom}:{self.pos}"


def open_vcf(path: str | Path) -> tuple[Header, Vcf]:
    """Header and records of a VCF or BCF. Raises InputError for anything else."""
    try:
        source = Vcf(path)
    except InputError:
        from biomarkers.variants.other_formats import MAF, problem_of

        if other := problem_of(path, MAF):
            raise InputError(other) from None
        raise
    header = Header(source.path, samples=source.samples, contigs=source.contigs, lengths=source.lengths)
    for line in source.header.split("\n"):
        # There may be thousands of contigs.
        if line.startswith("##") and not line.startswith("##contig="):
            header.read(line)
    return header, source


def records(
    header: Header, source: Iterable[list[str]], sample: str, annotation: str = "", normal: str = ""
) -> Iterator[Record]:
    """Every record, with the text of one sample's column. Raises InputError at the first that cannot be right.

    sample: empty in a file without samples. annotation: INFO field with the consequences. normal: the matched normal's
    column, if any.
    """
    column = 9 + header.samples.index(sample) if sample else 0
    beside = 9 + header.samples.index(normal) if normal else 0
    first, later = f"{annotation}=", f";{annotation}="
    known: set[str] = set()
    last, length = "", UNSTATED
    for number, cells in enumerate(source, 1):
        chrom, position, _, ref, alt, _, status, info = cells[:8]
        form = cells[8] if column else ""
        pos = int(position)
        if chrom != last:
            last, length = chrom, header.lengths.get(chrom, UNSTATED)
        if not 0 < pos <= length and not AT_AN_END.search(alt):
            raise InputError(Problem(header.path, "POS", pos, _positions(length), f"{chrom}:{pos}"))
        if ref not in SINGLE:
            if not ref or not BASES.issuperset(ref):
                expected = "bases A, C, G, T, N or an IUPAC code"
                raise InputError(Problem(header.path, "REF", ref, expected, f"{chrom}:{pos}"))
            ref = ref.upper()
        if form not in known:
            if column and not FORMAT.fullmatch(form):
                expected = "names of fields such as GT:AD:DP (two lines in one?)"
                raise InputError(Problem(header.path, "FORMAT", form, expected, f"{chrom}:{pos}"))
            if column and len(keys := form.split(":")) > len(set(keys)):
                raise InputError(Problem(header.path, "FORMAT", form, "each field once", f"{chrom}:{pos}"))
            known.add(form)
        alts = [alt] if alt in SINGLE else [] if alt == "." else alleles(alt)
        text, start = "", 0 if info.startswith(first) else info.find(later) + 1 or -1
        if start >= 0:
            end = info.find(";", start)
            end = len(info) if end < 0 else end
            text, info = info[start + len(first) : end], info[:start] + info[end + 1 :]
            if later in info or info.startswith(first):
                expected = "this field once (VEP without --keep_csq; bcftools annotate takes the older one away)"
                raise InputError(
                    Problem.said(header.path, f"INFO/{annotation}", "stands twice", expected, f"{chrom}:{pos}")
                )
        mine, other = cells[column].lstrip(PHASES) if column else "", cells[beside].lstrip(PHASES) if beside else ""
        yield new(Record, (number, chrom, pos, ref, alts, status, info, text, form, mine, other))


def _positions(length: int) -> str:
    if length == UNSTATED:
        return "a position of at least 1"
    return f"1 to {length}, the length that ##contig states (records or header of another genome build?)"


def alleles(text: str) -> list[str]:
    """The ALTs of a cell, their bases in capital letters; VarScan before 2.4.6 joins two by a slash.

    >>> alleles("A/T"), alleles("ca,<DEL>"), alleles("c]chr1:5]")
    (['A', 'T'], ['CA', '<DEL>'], ['c]chr1:5]'])
    """
    parts = (SLASH.sub(",", text) if "/" in text else text).split(",")
    return [part.upper() if part.isalpha() else part for part in parts]


def info_value(info: str, key: str) -> str | None:
    """Text of `key` in an INFO column; None when absent, empty for a flag.

    >>> info_value("DP=3;PON;AF=0.1", "AF"), info_value("DP=3;PON", "PON"), info_value("DP=3", "P")
    ('0.1', '', None)
    """
    if key not in info:
        return None
    named = key + "="
    if info.startswith(named):
        start = len(named)
    else:
        found = info.find(";" + named)
        if found < 0:
            return "" if key in info.split(";") else None
        start = found + 1 + len(named)
    end = info.find(";", start)
    return info[start:] if end < 0 else info[start:end]


def of_several(info: str) -> bool:
    """Whether a record is one ALT of a site of several that was split: by bcftools norm's OLD_REC, or by vt's tag.

    >>> [of_several(info) for info in ("OLD_REC=1|9|C|T,A|1", "OLD_REC=1|9|CA|TA|1", "OLD_MULTIALLELIC=1:9:C/T/A")]
    [True, False, True]
    """
    return "OLD_" in info and ("," in (info_value(info, "OLD_REC") or "") or "OLD_MULTIALLELIC=" in info)


def changed(pos: int, ref: str, alt: str) -> tuple[int, int]:
    """Half-open, 0-based stretch of reference bases that an ALT changes; an insertion: its two flanking bases.

    The first base stays the anchor of an insertion or deletion, as the VCF has it, also where it could stand elsewhere.
    A symbolic or missing allele: the base that it stands at.

    >>> changed(100, "C", "T"), changed(100, "CAA", "C"), changed(100, "C", "CTT"), changed(100, "AC", "AT")
    ((99, 100), (100, 102), (99, 101), (100, 101))
    """
    if not alt.isalpha():
        return pos - 1, pos
    start, end, stop = 0, len(ref), len(alt)
    anchor = ref[0] == alt[0]
    while end > anchor and stop > anchor and ref[end - 1] == alt[stop - 1]:
        end -= 1
        stop -= 1
    while start < end and start < stop and ref[start] == alt[start]:
        start += 1
    if start == end:
        return pos - 2 + start, pos + start
    return pos - 1 + start, pos - 1 + end
