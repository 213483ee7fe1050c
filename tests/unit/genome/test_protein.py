"""Protein changes from bcftools' spelling; expected values by HGVS nomenclature, as VEP writes them."""

from __future__ import annotations

import pytest

from biomarkers.genome.protein import hgvs_from_bcsq, hgvs_protein


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("175R>175H", "missense_variant", "p.Arg175His"),
        ("175R", "synonymous_variant", "p.Arg175="),
        ("213R>213*", "stop_gained", "p.Arg213Ter"),
        ("1M>1T", "start_lost", "p.Met1?"),
        ("175RQ>175HK", "missense_variant", "p.Arg175_Gln176delinsHisLys"),
        ("337RW>337W", "inframe_deletion", "p.Arg337del"),
        ("12GAVL>12GL", "inframe_deletion", "p.Ala13_Val14del"),
        ("12GA>12GVA", "inframe_insertion", "p.Gly12_Ala13insVal"),
        ("12GA>12GGA", "inframe_insertion", "p.Gly12dup"),
        ("202L>202LA", "inframe_insertion", ""),
        ("10RPS>10RSPQ*", "frameshift_variant", "p.Pro11SerfsTer4"),
        ("10RPS>10RSPQ", "frameshift_variant", "p.Pro11SerfsTer?"),
        ("10RPS>10R*", "frameshift_variant", "p.Pro11Ter"),
        ("394*>394WLC*", "stop_lost", "p.Ter394TrpextTer3"),
        ("25E..329>25G..94", "frameshift_variant", "p.Glu25GlyfsTer?"),
        ("", "intron_variant", ""),
        ("nonsense", "missense_variant", ""),
        ("1A>x", "missense_variant", ""),
    ],
)  # fmt: skip
def test_from_bcsq(text: str, term: str, expected: str) -> None:
    assert hgvs_from_bcsq(text, (term,)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENSP1.2:p.Arg175His", "p.Arg175His"),
        ("p.Thr190Thr", "p.Thr190="),
        ("E:p.Thr190%3D", "p.Thr190="),
        ("p.Gln5*", "p.Gln5Ter"),
        ("", ""),
    ],
)
def test_from_vep_and_snpeff(text: str, expected: str) -> None:
    assert hgvs_protein(text) == expected
