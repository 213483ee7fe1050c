"""What has to be said of a caller, so that its calls can be read (docs/methods.md, 1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from biomarkers.variants.vcf import Header

Kind = Literal["somatic", "germline", "loh", "reference", "blood", "unknown", "doubt", ""]
"""What a caller takes an ALT for. blood: of clonal hematopoiesis, not the tumor's. unknown: it says that it does not
know, says it in a word that is not understood, or says nothing where it should. doubt: what a field of somebody unknown
says may mean germline or may not; it counts, and is told. Empty: it does not mark its calls,
FILTER decides.
"""
INFO = "INFO/"
"""Before the name of a field of INFO; other fields are of FORMAT."""


class Sign(NamedTuple):
    """By what a record's caller is known: all that is said here must hold.

    header: searched in the header, whatever the capitals; `^` is the start of a line. formats, infos: fields that the
    record must have. described: what the Description of the first of `infos` must hold, whatever the capitals. untold:
    it must have none, since headers are lost. filters, declares: names of FILTER and INFO that the header must declare.
    columns: how many samples the file has.
    """

    header: str = ""
    formats: tuple[str, ...] = ()
    infos: tuple[str, ...] = ()
    described: str = ""
    untold: bool = False
    filters: tuple[str, ...] = ()
    declares: tuple[str, ...] = ()
    columns: Literal["any", "one", "several"] = "any"

    def may_be(self, header: Header, keys: list[str]) -> bool:
        """Whether records with these keys of FORMAT may have the sign; what they have in INFO is yet to be seen."""
        if self.columns != "any" and (len(header.samples) > 1) != (self.columns == "several"):
            return False
        if not (set(self.formats) <= set(keys) and set(self.filters) <= header.filters):
            return False
        if not set(self.declares) <= header.info.keys():
            return False
        told = header.info.get(self.infos[0], "").lower() if self.infos else ""
        if self.described not in told or (self.untold and told):
            return False
        return not self.header or header.says(self.header)


class Reads(NamedTuple):
    """Where reads are counted.

    alt: field with the reads of the ALTs; several joined by `+` are added up; `{alt}` in a name is the ALT's base.
    counts: how they stand there. `alleles`: one number for the reference, then one for each ALT; `alts`: one for each
    ALT; `one`: one number however many ALTs there are, of the one that the genotype has; `first`: the first number
    counts (tiers); `strands`: reference forward and reverse, ALT forward and reverse, of a record with one ALT;
    `bases`: of A, C, G and T.
    ref: field with those of the reference where `alt` lacks them. depth: field with all reads, in which several numbers
    are one for each ALT; without it their sum. of_counts: the fraction is that of the counts, not of the depth.
    """

    alt: str = "AD"
    counts: Literal["alleles", "alts", "one", "first", "strands", "bases"] = "alleles"
    ref: str = ""
    depth: str = "DP"
    needs: tuple[str, ...] = ()
    of_counts: bool = False


class Share(NamedTuple):
    """Where the caller's own fraction stands: 0 to 1, or percent with its sign.

    of: `alts`: a number for each ALT; `alleles`: the reference's before them; `one`: one number however many ALTs there
    are, of the one that the genotype has; `haplotypes`: one for each haplotype, whose alleles are those of GT.
    """

    field: str
    of: Literal["alts", "alleles", "one", "haplotypes"] = "alts"


class Mark(NamedTuple):
    """A field in which a caller says what it takes an ALT for.

    words: its words in small letters, and what they mean; a flag has the empty word. other: what any other word means.
    """

    field: str
    words: Mapping[str, Kind]
    other: Kind = "unknown"


class Dialect(NamedTuple):
    """One caller.

    known_by: its signs, of which one is enough. reads, shares: where they stand; the first place that says something is
    taken, then the usual ones. normal, normal_shares: where the normal's stand, if in the tumor's column or in INFO.
    marks: the first that says something else than somatic decides. silent: what a record is of which no mark says
    anything, in a caller that has marks.
    paired: its somatic calls have a matched normal, though the file tells nothing of it.
    unmarked: why nothing tells a somatic call, where no mark is found: the end of a sentence that begins with the
    caller; such files are refused. unfiltered: its FILTER is never written. also_passing: other values than PASS that
    its authors count. allele_filter: INFO field with a filter for each ALT. panel: INFO flag of what is in its panel of
    normals.
    """

    name: str
    known_by: tuple[Sign, ...] = ()
    reads: tuple[Reads, ...] = ()
    shares: tuple[Share, ...] = ()
    normal: tuple[Reads, ...] = ()
    normal_shares: tuple[Share, ...] = ()
    marks: tuple[Mark, ...] = ()
    silent: Kind = "unknown"
    paired: bool = False
    unmarked: str = ""
    unfiltered: bool = False
    also_passing: tuple[str, ...] = ()
    allele_filter: str = ""
    panel: str = ""
