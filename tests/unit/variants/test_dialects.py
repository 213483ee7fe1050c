"""A caller's dialect is one record: where its reads stand and what marks a call that is not somatic."""

from __future__ import annotations

import pytest

from biomarkers.variants import evidence
from biomarkers.variants.callers.dialect import Dialect, Mark
from biomarkers.variants.callers.dialects import DIALECTS
from biomarkers.variants.vcf import Header


@pytest.mark.parametrize(
    ("dialect", "keys", "values", "expected"),
    [
        (Dialect("new", "XA", ref_reads="XR"), "XR:XA", "30:10,5", (45, 10)),
        (Dialect("new", "XA"), "XA", "30,10,5", (45, 10)),
        (Dialect("new", "XA", "tier", ref_reads="XR"), "XR:XA", "30,31:10,11", (40, 10)),
        (Dialect("new", "X{alt}", "tier"), "XT:XC", "10,11:30,31", (40, 10)),
        (Dialect("new", "XA", ref_reads="XR", needs=("OK",)), "XR:XA", "30:10,5", (None, None)),
    ],
)
def test_one_more_caller(
    dialect: Dialect, keys: str, values: str, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "DIALECTS", (*DIALECTS, dialect))
    assert evidence.reader(keys)(values, ["T", "G"], 0)[:2] == expected


@pytest.mark.parametrize(
    ("info", "marked"), [("DP=3;STATUS=Germline", True), ("STATUS=StrongSomatic", False), ("DP=3", False)]
)
def test_a_mark_of_germline_calls(info: str, marked: bool) -> None:
    mark = Mark("STATUS", frozenset({"Germline"}), described="Germline or")
    assert mark.says_so(info) is marked
    declared = Header("a.vcf", info={"STATUS": "Somatic, Germline or LOH"})
    assert mark.is_in(declared)
    assert not mark.is_in(Header("a.vcf", info={"STATUS": "of the weather"}))
    assert not mark.is_in(Header("a.vcf"))
