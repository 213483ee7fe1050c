"""Counts that belong to a whole site are no allele's own after the site was split."""

from biomarkers.variants.evidence import reader


def test_strands_of_a_site_that_had_two_alts_are_nobodys() -> None:
    of = reader("DP:DP4")
    assert of("75:10,10,25,30", ".", ["C"], 0).alt_reads == 55
    assert of("75:10,10,25,30", "OLD_REC=chr1|9|A|C,G|1", ["C"], 0).alt_reads is None
    assert of("75:10,10,25,30", "OLD_REC=chr1|9|AT|CT|1", ["C"], 0).alt_reads == 55
