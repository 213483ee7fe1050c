"""What has to be said of a caller, so that its calls can be read."""

from __future__ import annotations

from typing import Literal, NamedTuple

from biomarkers.variants.vcf import Header, info_value


class Mark(NamedTuple):
    """An INFO field by which a caller says that an ALT is no somatic change though its FILTER is PASS.

    values: texts that say so; a flag has the empty text. described: what the field's Description must hold, since
    others use short names too; empty: the field need not be declared. alone: only asked of calls without a matched
    normal, where a hot spot is kept nevertheless.
    """

    field: str
    values: frozenset[str]
    described: str = ""
    alone: bool = False

    def is_in(self, header: Header) -> bool:
        """Whether the file may have the mark."""
        return self.described in header.info.get(self.field, "")

    def says_so(self, info: str) -> bool:
        """Whether a record's INFO has it."""
        return self.field in info and info_value(info, self.field) in self.values


class Dialect(NamedTuple):
    """Where a caller writes what; fields are those of FORMAT, by whose names a record's dialect is known.

    name: the caller. alt_reads: field with the reads of the ALTs; `{alt}U` has the ALT's base in its name. counts: how
    they stand there. `alleles`: one number for each ALT, after that of the reference where no `ref_reads` names
    another field for it; `tier`: the first number counts, and the reference's is in `ref_reads` or under its base;
    `strands`: reference forward and reverse, ALT forward and reverse. fraction: field with the caller's own fraction
    (0 to 1, or percent with its sign). Depth is DP, else the sum of the counts (docs/methods.md, section 1).
    needs: further fields without which the dialect is not meant. germline: what marks ALTs that are not somatic.
    allele_filter: INFO field with a filter for each ALT.
    """

    name: str
    alt_reads: str = "AD"
    counts: Literal["alleles", "tier", "strands"] = "alleles"
    ref_reads: str | None = None
    needs: tuple[str, ...] = ()
    fraction: str | None = None
    germline: Mark | None = None
    allele_filter: str | None = None
