"""A caller's dialect is one record: how it is known, where its reads stand, what marks a somatic call."""
# ruff: noqa: E501 (records as they stand in files)

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.errors import InputError
from biomarkers.settings import Counting
from biomarkers.variants.callers import reader as readers
from biomarkers.variants.callers.dialect import Dialect, Mark, Reads, Share, Sign
from biomarkers.variants.callers.dialects import DIALECTS
from biomarkers.variants.callers.reader import Reader
from biomarkers.variants.vcf import Header, Record


def record(form: str, sample: str, *, info: str = ".", alts: tuple[str, ...] = ("T",), normal: str = "") -> Record:
    return Record(1, "chr1", 100, "C", list(alts), "PASS", info, "", form, sample, normal)


@pytest.mark.parametrize(
    ("reads", "keys", "values", "expected"),
    [
        (Reads("XA", "alts", ref="XR"), "XR:XA", "30:10,5", (45, 10)),
        (Reads("XA"), "XR:XA", "0:30,10,5", (45, 10)),
        (Reads("XA", "first", ref="XR"), "XR:XA", "30,31:10,11", (40, 10)),
        (Reads("X{alt}", "first"), "XR:XT:XC", "0:10,11:30,31", (40, 10)),
        (Reads("F{alt}+R{alt}"), "XR:FT:RT:FC:RC", "0:4:6:10:20", (40, 10)),
        (Reads("XA", "bases"), "XR:XA", "0:1,29,2,10", (42, 10)),
        (Reads("XA+XB", depth="XC+XR"), "XR:XA:XB:XC", "30:4:6:10", (40, 10)),
        (Reads("XA", "alts", depth="XR"), "XR:XA", "40,41:10,11", (40, 10)),
        (Reads("XA", "alts", ref="XR", needs=("OK",)), "XR:XA", "30:10,5", (None, None)),
    ],
)
def test_one_more_caller(
    reads: Reads, keys: str, values: str, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "DIALECTS", (*DIALECTS, Dialect("new", (Sign(formats=("XR",)),), (reads,))))
    way = Reader(Header("a.vcf"), Counting()).way(keys, ".")
    assert way.dialect.name == "new"
    assert way.of(values, ".", ["T", "G"], 0)[:2] == expected


def test_reads_of_info_and_of_haplotypes(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Dialect("told", (Sign(infos=("ZD",)),), (Reads("", depth="INFO/ZD"),), (Share("INFO/ZF"),))
    halves = Dialect("halves", (Sign(formats=("HF",)),), shares=(Share("HF", "haplotypes"),))
    monkeypatch.setattr(readers, "DIALECTS", (told, halves))
    reader = Reader(Header("a.vcf"), Counting())
    assert reader.way("", "ZD=80;ZF=0.25").of("", "ZD=80;ZF=0.25", ["T"], 0) == (80, 20, 0.25, 0.25)
    assert reader.way("", "ZF=0.25").dialect.name == "a caller that is not known"
    found = reader.way("GT:DP:HF", ".").of("0|1|0|1:100:0.44,0.094,0.4,0.064", ".", ["T"], 0)
    assert (found.depth, found.alt_reads, found.vaf) == (100, 16, pytest.approx(0.158))


def test_more_reads_than_the_depth_are_a_share_of_all_that_are_counted() -> None:
    """In whatever way AD is read: one ALT with DP had a fraction of 1.4, above the scale."""
    way = Reader(Header("a.vcf"), Counting()).way("GT:AD:DP", ".")
    assert way.of("0/1:60,140:100", ".", ["T"], 0) == (100, 140, None, 0.7)
    assert way.of("0/1:60,40:100", ".", ["T"], 0) == (100, 40, None, 0.4)


@pytest.mark.parametrize(
    ("info", "kind"),
    [
        ("DP=3;STATE=Germline", "germline"),
        ("STATE=somatic", "somatic"),
        ("STATE=odd", "unknown"),
        ("DP=3", "reference"),
    ],
)
def test_a_mark(info: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = Mark("INFO/STATE", {"germline": "germline", "somatic": "somatic"})
    ours = Dialect("new", (Sign("ours", formats=("AD",)),), marks=(mark,), silent="reference")
    monkeypatch.setattr(readers, "DIALECTS", (ours,))
    reader = Reader(Header("a.vcf", other={"source": "OURS 2"}), Counting())
    found = record("GT:AD", "0/1:30,10", info=info)
    assert reader.said(reader.way("GT:AD", info), found, 0, passes=True).kind == kind


@pytest.mark.parametrize(
    ("form", "info", "sample", "alts", "expected"),
    [
        ("GT:GL:NR:NV", ".", "0/1:0:97,90:47,5", ("T", "G"), [(97, 47, None), (90, 5, None)]),
        ("GT:DP:RD:AD:FREQ", ".", "0/1:100:49:51:51%", ("T", "G"), [(100, 51, 0.51), (100, None, None)]),
        ("GT:DP:RD:AD:FREQ", ".", "0/2:100:49:51:51%", ("T", "G"), [(100, None, None), (100, 51, 0.51)]),
        ("GT:DP:RD:AD:FREQ", ".", "1/2:100:0:51:51%", ("T", "G"), [(100, None, None), (100, None, None)]),
        ("GT:DP:RD:AD:FREQ", ".", "0/0:64:64:0:0%", ("T", "G"), [(64, 0, None), (64, 0, None)]),
        ("GT:DP:RD:AD:FREQ", "OLD_REC=1|1|C|T,G|2", "0/0:100:49:51:51%", ("G",), [(100, None, None)]),
        ("GT:DP:RD:AD:FREQ", "OLD_REC=1|1|C|T,G|2", "0/1:100:49:51:51%", ("G",), [(100, 51, 0.51)]),
        ("GT:DP:RD:AD:FREQ", ".", "0/1:100:49:51:51,5%", ("T",), [(100, 51, 0.515)]),
        ("GT:AD:DP:VF:NL", ".", "0/1:.:100:0,55:20", ("T",), [(100, 55, 0.55)]),
        ("GT:DP:AD:AF:SS", "ORIGIN=DNA;MT=SOM;SS=2", "1/2:71:0,61,10:0.0,0.86,0.14:2", ("T", "G"), [(71, 61, 0.86), (71, 10, 0.14)]),
        ("GT:DP:HSS:MAP_HF", ".", "0|1|2:100:0,0,1:0.5,0.3,0.2", ("T", "G"), [(100, 30, 0.3), (100, 20, 0.2)]),
        ("GT_1:FAZ_1:FCZ_1:FGZ_1:FTZ_1:RAZ_1:RCZ_1:RGZ_1:RTZ_1", ".", "0|1:0:4:0:3:0:5:0:6", ("TA",), [(18, 9, None)]),
    ],
)  # fmt: skip
def test_reads_as_they_stand(
    form: str, info: str, sample: str, alts: tuple[str, ...], expected: list[tuple[int, int | None, float | None]]
) -> None:
    """By hand: depth, reads of the ALT, the caller's own fraction."""
    of = Reader(Header("a.vcf"), Counting()).way(form, info).of
    found = [of(sample, info, list(alts), alt) for alt in range(len(alts))]
    assert [(one.depth, one.alt_reads, one.caller_af) for one in found] == expected


def test_more_reads_than_depth_are_a_share_of_the_reads() -> None:
    """VarScan's records that GATK annotated again (bcbio): DP 54, RD 16, AD 64."""
    found = Reader(Header("a.vcf"), Counting()).way("GT:AD:DP:FREQ:RD", ".").of("0/1:64:54:0.8:16", ".", ["T"], 0)
    assert found == (54, 64, 0.8, 0.8)


@pytest.mark.parametrize(
    ("form", "cells", "info", "kind"),
    [
        ("GT:AD:DP", "0/2:10,0,20:30|1/1:2,28,0:30", ".", ["germline", ""]),
        ("GT:AD:AF:DP:F1R2:F2R1", "0/2:10,0,20:0:30|1/1:2,28,0:0:30", ".", ["germline", ""]),
        ("GT:AD:DP", "0/2:10,0,20:30|1/1:26,4,0:30", ".", ["", ""]),
        ("GT:AD:DP:VD:ALD", "0/2:10,0,20:30:20:1|0/0:30,0,0:30:0:0", "STATUS=Germline,StrongSomatic", ["germline", "somatic"]),
        ("GT:AD:BQ:DP:FA:SS", "0:9,0,0:1:9:0:0|0/1:9,4,3:1:9:0.3:2", ".", ["unknown", "unknown"]),
        ("GT:AD:BQ:DP:FA:SS", "0:9,0,0:1:9:0:0|0:9,0,0:1:9:0:0", ".", ["reference", "reference"]),
    ],
)  # fmt: skip
def test_what_is_said_of_each_alt(form: str, cells: str, info: str, kind: list[str]) -> None:
    tumor, normal = cells.split("|")
    found = record(form, tumor, info=info, alts=("T", "G"), normal=normal)
    reader = Reader(Header("a.vcf"), Counting())
    way = reader.way(form, info)
    assert [reader.said(way, found, alt, passes=True).kind for alt in (0, 1)] == kind


@pytest.mark.parametrize(
    ("described", "kinds"),
    [
        (
            "Somatic status (0=Reference,1=Germline,2=Somatic,3=LOH)",
            ["germline", "somatic", "loh", "unknown", "unknown"],
        ),
        ("Strength of the splice site", ["", "", "", "", ""]),
        ("", ["doubt", "", "doubt", "doubt", ""]),
    ],
)
def test_codes_of_whoever_declares_them(described: str, kinds: list[str]) -> None:
    reader = Reader(Header("a.vcf", info={"SS": described}), Counting())
    records = [record("GT:AD", "0/1:30,10", info=info) for info in ("SS=1", "DP=3;SS=2", "SS=3", "SS=5", "SS=x")]
    said = [reader.said(reader.way(one.format, one.info), one, 0, passes=True).kind for one in records]
    assert said == kinds


def heard(header: Header, *records: Record) -> Reader:
    reader = Reader(header, Counting())
    for one in records:
        reader.said(reader.way(one.format, one.info), one, 0, passes=one.filter == "PASS")
    return reader


VARSCAN, SOMATIC = "GT:DP:RD:AD:FREQ", record("GT:DP:RD:AD:FREQ", "0/1:9:5:4:44%", info="SS=2")


def test_records_without_the_mark_that_others_have_are_told(caplog: pytest.LogCaptureFixture) -> None:
    reader = heard(Header("a.vcf"), SOMATIC, SOMATIC._replace(info="DP=9"), SOMATIC._replace(info="SS=5"))
    reader.check()
    reader.warn()
    assert "VarScan marks 1 allele with nothing" in caplog.text and "with SS=5" in caplog.text
    assert reader.callers == {"VarScan": 3}


def test_a_flag_that_some_records_of_an_unknown_caller_have_is_told(caplog: pytest.LogCaptureFixture) -> None:
    plain, flagged = record("GT:DP:AD", "0/1:40:30,10"), record("GT:DP:AD", "0/1:40:30,10", info="SOMATIC;DP=40")
    header = Header("a.vcf", info={"SOMATIC": "Somatic mutation"})
    mixed = heard(header, flagged, plain, plain)
    mixed.check()
    mixed.warn()
    assert "marks 2 alleles with nothing and others as somatic" in caplog.text
    caplog.clear()
    for records in ([flagged, flagged], [plain, plain]):
        alike = heard(header, *records)
        alike.check()
        alike.warn()
    assert not caplog.text
    denied = heard(header, flagged, record("GT:DP:AD", "0/1:40:30,10", info="SOMATIC=0"))
    denied.warn()
    assert "SOMATIC=0, which does not say somatic: they do not count" in caplog.text


def test_a_few_records_of_another_caller_without_its_mark_do_not_stop_the_file() -> None:
    """One row of VarScan without SS stands among TCGA's of pindel (vcf2maf, test_pindel.vcf)."""
    tcga = [record("GT:DP:SS:AD", "0/1:47:2:43,4")] * 3
    heard(Header("a.vcf"), *tcga, SOMATIC._replace(info="DP=9")).check()
    with pytest.raises(InputError, match="hold 4 by VarScan"):
        heard(Header("a.vcf"), *tcga, *[SOMATIC._replace(info="DP=9")] * 4).check()
    free = record("GT:DP:RO:AO:QA", "0/1:9:5:4:9")._replace(filter=".")
    with pytest.raises(InputError, match="hold 1 by FreeBayes"):
        heard(Header("a.vcf"), *tcga, free).check()


def test_filters_that_authors_count_are_named(caplog: pytest.LogCaptureFixture) -> None:
    tiers = [record("GT:DP:AD:BQ:SS", "0/1:9:5,4:30:2")._replace(filter=name) for name in ("Tier3", "Tier5", "PASS")]
    reader = heard(Header("a.vcf", other={"MuSE_version": "v1.0rc"}), *tiers)
    reader.warn()
    assert "FILTER Tier3" in caplog.text and "Tier5" not in caplog.text
    assert reader.callers == {"MuSE": 1}


def test_a_caller_that_writes_no_filter() -> None:
    reader = Reader(Header("a.vcf"), Counting())
    assert reader.way("GT:IGT:DP:BCOUNT:SS", ".").dialect.unfiltered
    assert not reader.way("GT:DP:AD:SS", ".").dialect.unfiltered


def test_every_caller_stands_in_the_documentation(project: Path) -> None:
    text = (project / "docs" / "callers.md").read_text()
    for name in {dialect.name for dialect in DIALECTS}:
        assert name in text, name


@pytest.mark.parametrize(
    ("form", "sample", "info", "expected"),
    [
        ("GT:DP:AF:AD:NAF:NDP:NAD", "0/1:50:0.4:0,20:0.1:40:0,4", ".", (40, 4)),
        ("GT:DP:AF:AD:NAF:NDP", "0/1:50:0.4:0,20:0.1:40", ".", (40, 4)),
        ("", "", "TDP=50;TVAF=0.4;CDP=40;CVAF=0.1", (40, 4)),
        ("", "", "TDP=50;TVAF=0.4", (None, None)),
        ("GT:DP:AD", "0/1:50:30,20", ".", (None, None)),
    ],
)  # fmt: skip
def test_the_normal_without_a_column(
    form: str, sample: str, info: str, expected: tuple[int | None, int | None]
) -> None:
    """ClairS writes it beside the tumor, with the reference's reads as 0; PCGR in INFO."""
    reader, found = Reader(Header("a.vcf"), Counting()), record(form, sample, info=info)
    assert reader.normal(reader.way(form, info), found, 0)[:2] == expected
    assert reader.is_paired([found]) is (expected[0] is not None)


@pytest.mark.parametrize(
    ("form", "info", "header", "name"),
    [
        ("GT:DP:AD", "SS=1;SPV=1;GPV=0", "", "VarScan"),
        ("GT:DP:AD", "SS=1", "VarScan2", "VarScan"),
        ("GT:DP:AD:AF", "STATUS=Germline;SAMPLE=T", "", "VarDict"),
        ("GT:DP:AD:AF", "STATUS=Germline", "vardict_v1.8", "VarDict"),
        ("GT:DP:AD:AF", "GermlineStatus=Somatic", "", "DRAGEN without a normal"),
        ("GT:DP:AD:AF", "DP=9", "DRAGEN_SNV", "DRAGEN without a normal"),
        ("GT:DP:AD:AF", "PP=9;MP=9", "", "Octopus"),
        ("GT:DP:AD:AF", "DP=9;STATUSES=3", "Mutect2", "Mutect2"),
        ("GT:DP:AD:AF", "DP=9", "", "a caller that is not known"),
    ],
)  # fmt: skip
def test_a_caller_is_known_though_fields_or_header_were_taken_away(
    form: str, info: str, header: str, name: str
) -> None:
    found = Reader(Header("a.vcf", samples=["T"], other={"source": header}), Counting())
    assert found.way(form, info).dialect.name == name
