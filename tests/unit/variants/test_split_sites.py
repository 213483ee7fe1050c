"""Counts that belong to a whole site are no allele's own after the site was split."""

from pathlib import Path

import pytest

from biomarkers.genome.tmb_definitions import built_in
from biomarkers.settings_variants import Counting
from biomarkers.variants.evidence import reader
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.rules import Territory
from biomarkers.variants.split_sites import SplitDepths
from biomarkers.variants.stream import Area, Job, Reading
from biomarkers.variants.vcf import Header, Record

HEAD = """##fileformat=VCFv4.2
##INFO=<ID=CSQ,Number=.,Type=String,Description="x. Format: Allele|Consequence|SYMBOL">
##INFO=<ID=OLD_REC,Number=1,Type=String,Description="x">
##FILTER=<ID=Tier1,Description="x">
##FILTER=<ID=Tier5,Description="x">
"""


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


NORM = "##bcftools_normCommand=norm -m-any {}a.vcf; Date=x\n"
BOTH = "CSQ=A|missense_variant|G,T|missense_variant|G"
SPLIT = {
    "VarScan": (
        ("T,A", "SS=2", "GT:DP:RD:AD:FREQ", "0/2:60:40:20:33%", "0/0:50:50:0:0%"),
        ("T", "SS=2", "GT:DP:RD:AD:FREQ", "0/0:60:40:20:33%", "0/0:50:50:0:0%"),
        ("A", "SS=2", "GT:DP:RD:AD:FREQ", "0/1:60:40:20:33%", "0/0:50:50:0:0%"),
    ),
    "MuSE": (
        ("T,A", ".", "GT:DP:AD:SS", "0/2:60:20,20,20:2", "0/1:50:30,20,0:1"),
        ("T", ".", "GT:DP:AD:SS", "0/0:60:20,20:2", "0/1:50:30,20:1"),
        ("A", ".", "GT:DP:AD:SS", "0/1:60:20,20:2", "0/0:50:30,0:1"),
    ),
    "no marks": (
        ("T,A", ".", "GT:DP:AD", "0/2:60:20,20,20", "0/1:50:30,20,0"),
        ("T", ".", "GT:DP:AD", "0/0:60:20,20", "0/1:50:30,20"),
        ("A", ".", "GT:DP:AD", "0/1:60:20,20", "0/0:50:30,0"),
    ),
}


def judged(folder: Path, head: str, *sites: tuple[str, str, str, str, str]) -> list[tuple[object, ...]]:
    """ALT, reads and exclusion of each row; the last record stands apart."""
    lines = [HEAD + head + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\tN"]
    for at, (alt, info, form, *samples) in enumerate((*sites, ("G", "SS=2", *sites[-1][2:]))):
        place = 100 if at < len(sites) else 200
        lines.append("\t".join(["1", str(place), ".", "C", alt, ".", "PASS", f"{info};{BOTH}", form, *samples]))
    (folder / "a.vcf").write_text("\n".join(lines) + "\n")
    job = Job(vcf=str(folder / "a.vcf"), tumor="T", sample="T", patient="P")
    reading = Reading(job, [built_in()["merino_wes"]], Counting(), Area(Territory(), (), ""), Hotspots())
    return [(row.alt, row.alt_reads, row.exclusion) for row in reading][:2]


@pytest.mark.parametrize("caller", SPLIT)
def test_a_site_that_norm_split_is_judged_as_the_whole_one(tmp_path: Path, caller: str) -> None:
    """Its records tell it where norm was asked for OLD_REC; else they stand together and differ in their ALT alone."""
    whole, first, second = SPLIT[caller]
    expected = judged(tmp_path, "", whole)
    assert [bool(why) for *_, why in expected] == [True, False]
    assert judged(tmp_path, NORM.format(""), first, second) == expected
    assert judged(tmp_path, NORM.format("--keep-sum AD "), first, second) == expected
    tagged = [(one[0], f"{one[1]};OLD_REC=1|100|C|T,A|{at}", *one[2:]) for at, one in enumerate((first, second), 1)]
    assert judged(tmp_path, NORM.format("--old-rec-tag OLD_REC "), *tagged) == expected
    by_vt = [(one[0], f"{one[1]};OLD_MULTIALLELIC=1:100:C/T/A", *one[2:]) for one in (first, second)]
    assert judged(tmp_path, "", *by_vt) == expected
    # Nobody split these: each caller, or each line of one, speaks for itself.
    assert [why for *_, why in judged(tmp_path, "", first, second)] == ["", ""]
