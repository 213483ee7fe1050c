"""A caller's dialect is one record: how it is known, where its reads stand, what marks a somatic call."""

from __future__ import annotations

import pytest

from biomarkers.variants import evidence
from biomarkers.variants.callers.dialect import Dialect, Mark, Reads, Share, Sign
from biomarkers.variants.callers.dialects import DIALECTS
from biomarkers.variants.evidence import Reader
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
    monkeypatch.setattr(evidence, "DIALECTS", (*DIALECTS, Dialect("new", (Sign(formats=("XR",)),), (reads,))))
    way = Reader(Header("a.vcf")).way(keys, ".")
    assert way.dialect.name == "new"
    assert way.of(values, ".", ["T", "G"], 0)[:2] == expected


def test_reads_of_info_and_of_haplotypes(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Dialect("told", (Sign(infos=("ZD",)),), (Reads("", depth="INFO/ZD"),), (Share("INFO/ZF"),))
    halves = Dialect("halves", (Sign(formats=("HF",)),), shares=(Share("HF", "haplotypes"),))
    monkeypatch.setattr(evidence, "DIALECTS", (told, halves))
    reader = Reader(Header("a.vcf"))
    assert reader.way("", "ZD=80;ZF=0.25").of("", "ZD=80;ZF=0.25", ["T"], 0) == (80, 20, 0.25, 0.25)
    assert reader.way("", "ZF=0.25").dialect.name == "a caller that is not known"
    found = reader.way("GT:DP:HF", ".").of("0|1|0|1:100:0.44,0.094,0.4,0.064", ".", ["T"], 0)
    assert (found.depth, found.alt_reads, found.vaf) == (100, 16, pytest.approx(0.158))


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
    monkeypatch.setattr(evidence, "DIALECTS", (ours,))
    reader = Reader(Header("a.vcf", other={"source": "OURS 2"}))
    found = record("GT:AD", "0/1:30,10", info=info)
    assert reader.said(reader.way("GT:AD", info), found, 0, passes=True).kind == kind
