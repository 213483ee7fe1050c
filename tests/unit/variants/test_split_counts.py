"""Counts that belong to a whole site are no allele's own after the site was split."""

from biomarkers.variants.evidence import reader
from biomarkers.variants.split_depths import SplitDepths
from biomarkers.variants.vcf import Header, Record


def test_strands_of_a_site_that_had_two_alts_are_nobodys() -> None:
    of = reader("DP:DP4")
    assert of("75:10,10,25,30", ".", ["C"], 0).alt_reads == 55
    assert of("75:10,10,25,30", "OLD_REC=chr1|9|A|C,G|1", ["C"], 0).alt_reads is None
    assert of("75:10,10,25,30", "OLD_REC=chr1|9|AT|CT|1", ["C"], 0).alt_reads == 55


def lacking(*records: tuple[str, str, str, str], depth: int | None = None) -> int:
    """How many depths lack reads, of records at one place with this ALT, FORMAT, sample and INFO, each taken alone.

    depth: what the caller says of each in a field of its own; None: what reads tell.
    """
    found = SplitDepths()
    for number, (alt, form, sample, info) in enumerate(records, 1):
        record = Record(number, "1", 9, "C", alt.split(",") if alt != "." else [], "PASS", info, "", form, sample)
        reads = [reader(form)(sample, info, record.alts, at) for at in range(len(record.alts))]
        found.see([record], reads if depth is None else [one._replace(depth=depth) for one in reads])
    return found.lacking(Header("a.vcf"))


def test_depths_that_lack_reads_of_other_alts_are_those_of_ad_alone() -> None:
    t, a, g = (("T", "AD", "30,30", "."), ("A", "AD", "30,20", "."), ("G", "AD", "30,9", "."))
    assert lacking(t, a) == 2 and lacking(t, a, g) == 3
    assert lacking(t) == lacking(t, t) == 0  # one record, or one variant twice
    assert lacking(("T", "AD:DP", "30,30:80", "."), ("A", "AD:DP", "30,20:80", ".")) == 0
    assert lacking(("T", "AD", "50,30", "."), a) == 0  # two calls of which each counted the other's reads
    assert lacking(("T", "AD:DP", "30,30:60", "."), ("A", "AD:DP", "30,20:50", ".")) == 0
    assert lacking(t, a, depth=80) == 0
    assert lacking(t, (".", "AD", "30", "."), a) == 2  # a record without ALT between them
    assert lacking(("T,A", "AD", "30,30,20", ".")) == 0
    assert lacking(("T", "AD", ".", "."), ("A", "AD", ".", ".")) == 0


def test_a_tag_tells_a_site_that_was_split_whose_other_alts_are_gone() -> None:
    assert lacking(("T", "AD", "30,30", "OLD_REC=1|9|C|T,A|1")) == 1
    assert lacking(("T", "AD", "30,30", "OLD_MULTIALLELIC=1:9:C/T/A")) == 1
    assert lacking(("T", "AD", "30,30", "OLD_REC=1|9|CA|TA|1")) == 0
