"""VCF text as header and records.

Text is read without htslib: a message can then name the line, fields are taken as they are spelt whatever the
header's Number says, and a cheap column is looked at before an expensive one is split.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import InputError, Problem, nearest
from biomarkers.io.lines import numbered

META = re.compile(r"##(INFO|FORMAT)=<ID=([^,>]+),Number=([^,>]+),Type=([^,>]+)(?:,Description=\"(.*)\")?")
CONTIG = re.compile(r"[<,]ID=([^,>]+)")
FIXED = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
BASES = frozenset("ACGTNRYSWKMBDHVacgtnryswkmbdhv")
"""The reference has a few IUPAC codes (hs37d5, GRCh38), and callers copy them into REF."""
SINGLE = frozenset("ACGT")
TAB = "\t"
new = tuple.__new__
"""Makes a named tuple from a tuple of all its fields, in a third of the time that calling its class takes."""


class Field(NamedTuple):
    """An INFO or FORMAT line of the header: Number as text (`1`, `A`, `R`, `.`) and description."""

    number: str
    description: str


class Header:
    """What stands above the records of a VCF. samples: column names in order; other: the first value of each further
    `##key=value` line, shortened to 200 characters.
    """

    def __init__(
        self,
        path: str,
        *,
        samples: Iterable[str] = (),
        info: Mapping[str, Field] | None = None,
        other: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.samples, self.info, self.other = list(samples), dict(info or {}), dict(other or {})
        self.formats: dict[str, Field] = {}
        self.contigs: list[str] = []


class Record(NamedTuple):
    """One line. pos: 1-based. info, sample texts: as they stand; sample: the chosen column."""

    line: int
    chrom: str
    pos: int
    ref: str
    alts: list[str]
    filter: str
    info: str
    format: str
    sample: str


def open_vcf(path: str | Path) -> tuple[Header, Iterator[tuple[int, str]]]:
    """Header and the remaining numbered lines of a VCF, plain, gzip or bgzip.

    Raises InputError for anything that is not a whole VCF with sample columns.
    """
    shown = str(path)
    lines = numbered(path)
    header = Header(shown)
    for number, line in lines:
        if line.startswith("##"):
            _read_meta(header, line)
            continue
        columns = line.split("\t")
        if columns[:8] != FIXED:
            break
        if len(columns) < 10:
            expected = "a FORMAT column and at least one sample, as somatic callers write them"
            raise InputError(Problem(shown, "sample", "no sample column", expected, number))
        header.samples = columns[9:]
        doubles = sorted({s for s in header.samples if header.samples.count(s) > 1})
        if doubles:
            raise InputError(Problem(shown, "sample", doubles[0], "each sample name once", number))
        return header, lines
    raise InputError(Problem(shown, "file", "no #CHROM line", "a VCF (for BCF: bcftools view -Oz)"))


def records(header: Header, lines: Iterator[tuple[int, str]], sample: str) -> Iterator[Record]:
    """Every record, with the text of one sample's column. Raises InputError at the first malformed line."""
    column = 1 + header.samples.index(sample)
    width = 1 + len(header.samples)
    for number, line in lines:
        # INFO is long: it is passed over by a search and taken once.
        cells = line.split("\t", 7)
        rest = cells[-1]
        end = rest.find("\t")
        columns = rest[end + 1 :].split("\t")
        if len(columns) != width or len(cells) != 8 or end < 0:
            if not line:
                continue
            expected = f"{8 + width} columns as in the #CHROM line (a truncated file?)"
            found = f"{line.count(TAB) + 1} columns"
            raise InputError(Problem(header.path, "row", found, expected, number))
        chrom, position, _, ref, alt, _, status, _ = cells
        if not (position.isdecimal() and position.isascii()):
            raise InputError(Problem(header.path, "POS", position, "a whole number", number))
        if ref not in SINGLE and (not BASES.issuperset(ref) or not ref):
            raise InputError(Problem(header.path, "REF", ref, "bases A, C, G, T, N or an IUPAC code", number))
        alts = [alt] if alt in SINGLE else [] if alt == "." else alt.split(",")
        yield new(Record, (number, chrom, int(position), ref, alts, status, rest[:end], columns[0], columns[column]))


def info_value(info: str, key: str) -> str | None:
    """Text of `key` in an INFO column; None when absent, empty for a flag.

    >>> info_value("DP=3;PON;AF=0.1", "AF"), info_value("DP=3;PON", "PON"), info_value("DP=3", "P")
    ('0.1', '', None)
    """
    named = key + "="
    if info.startswith(named):
        start = len(named)
    else:
        found = info.find(";" + named)
        if found < 0:
            return "" if key in info and key in info.split(";") else None
        start = found + 1 + len(named)
    end = info.find(";", start)
    return info[start:] if end < 0 else info[start:end]


def valued(key: str) -> Callable[[str], str | None]:
    """The function info -> `info_value(info, key)`, for many records."""
    first, later = key + "=", f";{key}="

    def value(info: str) -> str | None:
        if info.startswith(first):
            start = len(first)
        else:
            start = info.find(later) + len(later)
            if start < len(later):
                return info_value(info, key)
        end = info.find(";", start)
        return info[start:] if end < 0 else info[start:end]

    return value


def choose_sample(header: Header, tumor: str, normal: str | None) -> str:
    """Column of the tumor: the name given; with `auto`, what the header or its only column says.

    A VCF with one column is taken whatever its name. Raises InputError with the columns there are.
    """
    problems = []
    names = header.samples
    shown = ", ".join(names)
    if normal is not None and normal not in names:
        problems.append(Problem(header.path, "--normal-sample", normal, f"one of {shown}{nearest(normal, names)}"))
    if tumor != "auto" and tumor not in names and len(names) > 1:
        expected = f"one of {shown}{nearest(tumor, names)}; or `auto`, with the table's name in --sample"
        problems.append(Problem(header.path, "--tumor-sample", tumor, expected))
    if tumor == normal:
        problems.append(Problem(header.path, "--normal-sample", normal, "another column than the tumor's"))
    if len(names) > 2 and normal is None and "normal_sample" not in header.other:
        expected = f"--normal-sample, since the file has {len(names)} samples: {shown}"
        problems.append(Problem(header.path, "--normal-sample", None, expected))
    if problems:
        raise InputError(problems)
    if tumor in names:
        return tumor
    others = [name for name in names if name not in (normal, header.other.get("normal_sample"))]
    stated = header.other.get("tumor_sample")
    if stated in names:
        return str(stated)
    if "TUMOR" in names:
        return "TUMOR"
    if len(others) == 1:
        return others[0]
    expected = f"the tumor's column, one of {shown} (the header does not say which)"
    raise InputError(Problem(header.path, "--tumor-sample", tumor, expected))


def changed(pos: int, ref: str, alt: str) -> tuple[int, int]:
    """Half-open, 0-based stretch of reference bases that an ALT changes; an insertion: its two flanking bases.

    The first base stays the anchor of an insertion or deletion, as the VCF has it, also where it could stand elsewhere.

    >>> changed(100, "C", "T"), changed(100, "CAA", "C"), changed(100, "C", "CTT"), changed(100, "AC", "AT")
    ((99, 100), (100, 102), (99, 101), (100, 101))
    """
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


def _read_meta(header: Header, line: str) -> None:
    if line.startswith("##contig="):
        # There may be thousands of these.
        named = CONTIG.search(line)
        header.contigs += [named[1]] if named else []
        return
    match = META.match(line)
    if match:
        kind, name, number, _, description = match.groups()
        fields = header.info if kind == "INFO" else header.formats
        fields[name] = Field(number, description or "")
        return
    key, _, value = line[2:].partition("=")
    if key not in ("FILTER", "ALT", "INFO", "FORMAT"):
        header.other.setdefault(key, value[:200])
