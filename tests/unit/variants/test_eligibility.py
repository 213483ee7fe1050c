"""Every rule by a variant that fails only it."""
# ruff: noqa: E501 (tables and VCF headers as they stand in files)

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biomarkers.errors import InputError
from biomarkers.genome.regions import Lookup, merged, padded
from biomarkers.genome.tmb_definitions import built_in
from biomarkers.variants import hotspots as spots
from biomarkers.variants import stream
from biomarkers.variants.rows import Row
from biomarkers.variants.rules import EXCLUSIONS, Rules, Territory
from biomarkers.variants.stream import Area, Job, Reading

HEADER = """##fileformat=VCFv4.2
##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence annotation. Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">
##INFO=<ID=POPULATION_AF,Number=A,Type=Float,Description="x">
##INFO=<ID=AF,Number=A,Type=Float,Description="the caller's">
##INFO=<ID=AS_FilterStatus,Number=.,Type=String,Description="x">
##INFO=<ID=PON,Number=0,Type=Flag,Description="x">
##FORMAT=<ID=GT,Number=1,Type=String,Description="x">
"""
MISSENSE = "BCSQ=missense|TP53|ENST1|protein_coding|-|175R>175H|100C>T"


def write(path: Path, rows: Iterable[str], samples: str = "T\tN", header: str = HEADER) -> str:
    columns = f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{samples}\n"
    path.write_text(header + columns + "".join(row + "\n" for row in rows), "utf-8")
    return str(path)


def record(**changes: Any) -> str:
    """A record that counts, but for what is changed."""
    cells = {
        "chrom": "chr1", "pos": 100, "id": ".", "ref": "C", "alt": "T", "qual": ".", "filter": "PASS",
        "info": MISSENSE, "format": "GT:AD:DP:AF", "tumor": "0/1:22,3:25:0.11", "normal": "0/0:30,0:30:0.0",
    }  # fmt: skip
    return "\t".join(str(v) for v in {**cells, **changes}.values() if v is not None)


def judged(
    path: Path, rows: Iterable[str], *, names: tuple[str, ...] = ("merino_wes", "nonsynonymous"), **more: Any
) -> list[Row]:
    samples = more.pop("samples", "T\tN")
    header = more.pop("header", HEADER)
    area = more.pop("area", Area(Territory(), (), ""))
    rules = more.pop("rules", Rules())
    hot = more.pop("hotspots", spots.Hotspots())
    job = Job(vcf=write(path / "a.vcf", rows, samples, header), tumor="T", sample="T", patient="P", **more)
    reading = Reading(job, [built_in()[name] for name in names], rules, area, hot)
    found = list(reading)
    reading.check()
    return found


def test_a_variant_at_every_threshold_counts(tmp_path: Path) -> None:
    row = judged(tmp_path, [record()])[0]
    assert (row.exclusion, row.counted_in) == ("", "merino_wes,nonsynonymous")
    assert (row.depth, row.alt_reads, row.caller_af) == (25, 3, 0.11)
    assert row.vaf == pytest.approx(0.12, rel=1e-12)
    assert (row.gene, row.transcript, row.consequence, row.hgvsp) == (
        "TP53",
        "ENST1",
        "missense_variant",
        "p.Arg175His",
    )


@pytest.mark.parametrize(
    ("changes", "exclusion"),
    [
        ({"filter": "weak_evidence"}, "filter"),
        ({"filter": "."}, "filter"),
        ({"tumor": "0/1:21,3:24:0.12"}, "depth"),
        ({"tumor": "0/1:23,2:25:0.08"}, "alt_reads"),
        ({"tumor": "0/1:96,4:100:0.06"}, "vaf"),
        ({"info": "BCSQ=synonymous|TP53|ENST1|protein_coding|-|175R|100C>T"}, "consequence"),
        ({"info": "DP=3"}, "consequence"),
        ({"tumor": "0/1:.:.:."}, "depth"),
        ({"tumor": "./."}, "depth"),
        ({"alt": "*"}, "consequence"),
        ({"alt": "<DEL>"}, "consequence"),
        ({"alt": "C[chr2:5["}, "consequence"),
    ],
)
def test_a_variant_that_fails_one_rule(tmp_path: Path, changes: dict[str, str], exclusion: str) -> None:
    row = judged(tmp_path, [record(), record(pos=200), record(pos=300, **changes)])[2]
    assert (row.exclusion, row.counted_in) == (exclusion, "")


def test_the_vaf_threshold_is_reads_over_depth_not_the_callers_model(tmp_path: Path) -> None:
    rows = [record(tumor="0/1:95,5:100:0.01"), record(pos=101, tumor="0/1:96,4:100:0.30")]
    assert [row.exclusion for row in judged(tmp_path, rows)] == ["", "vaf"]


def test_the_first_failing_rule_is_named(tmp_path: Path) -> None:
    worst = record(pos=5, filter="x", tumor="0/1:1,1:2:0.5", info="BCSQ=intron|A||protein_coding")
    inside = Area(Territory(regions=Lookup(merged({"chr1": [(50, 200)]}))), ("chr1",), "r.bed")
    assert [row.exclusion for row in judged(tmp_path, [record(), worst], area=inside)] == ["", "filter"]
    assert EXCLUSIONS.index("filter") == 0


def test_rules_are_asked_in_their_order(tmp_path: Path) -> None:
    """A row that fails every rule; then one after the other is satisfied, and the next is named."""
    regions, targets = (Lookup(merged({"chr1": [(start, 200)]})) for start in (50, 20))
    inside = Area(Territory(regions, None, targets), ("chr1",), "r.bed")
    silent, common = "BCSQ=synonymous|B|ENST1|protein_coding|-|175R|100C>T", ";POPULATION_AF=0.2"
    steps: list[tuple[str, dict[str, Any]]] = [
        ("filter", {"filter": "weak", "pos": 5, "tumor": "0/1:23,1:24:0.04", "info": silent + common}),
        ("target", {"pos": 5, "tumor": "0/1:23,1:24:0.04", "info": silent + common}),
        ("callable", {"pos": 30, "tumor": "0/1:23,1:24:0.04", "info": silent + common}),
        ("depth", {"tumor": "0/1:23,1:24:0.04", "info": silent + common}),
        ("alt_reads", {"tumor": "0/1:98,2:100:0.02", "info": silent + common}),
        ("vaf", {"tumor": "0/1:97,3:100:0.03", "info": silent + common}),
        ("germline", {"info": silent + common}),
        ("hotspot", {"info": silent, "pos": 101}),
        ("consequence", {"info": silent}),
    ]
    rows = [record(normal=None, **{"pos": 120 + i, **changes}) for i, (_, changes) in enumerate(steps)]
    lines = ("# ours", "track name=hot", "chr1\t300\t301", "", "# more", "chr1\t100\t101")
    hot = spots.parse("h.bed", enumerate(lines, 1))
    found = judged(
        tmp_path,
        rows,
        samples="T",
        area=inside,
        hotspots=hot,
        rules=Rules(exclude_hotspots=True),
        names=("merino_wes",),
    )
    marks = {"not_somatic", "unknown"}  # of callers; see test_a_callers_mark_is_asked_with_germline
    assert [row.exclusion for row in found] == [name for name, _ in steps] == [e for e in EXCLUSIONS if e not in marks]


def test_off_target_and_not_callable_are_two_words(tmp_path: Path) -> None:
    """Coding target 100 to 199 (0-based), callable 150 to 199; a splice site counts within 2 bp of either."""
    regions, targets = merged({"chr1": [(150, 200)]}), merged({"chr1": [(100, 200)]})
    area = stream.area(regions, padded(regions, 2), "r.bed", targets)
    donor = "BCSQ=splice_donor|TP53|ENST1|protein_coding|-||98C>T"
    at = [151, 150, 101, 100, 201]
    assert [row.exclusion for row in judged(tmp_path, [record(pos=pos) for pos in at], area=area)] == [
        "", "callable", "callable", "target", "target",
    ]  # fmt: skip
    rows = [record(pos=pos, info=donor.replace("98C", f"{pos}C")) for pos in (98, 99, 100, 120, 150, 202, 203)]
    assert [row.exclusion for row in judged(tmp_path, rows, area=area)] == [
        "target", "callable", "callable", "callable", "", "", "target",
    ]  # fmt: skip


def test_unfiltered_records_count_only_when_accepted(tmp_path: Path) -> None:
    rows = [record(filter=".")]
    assert judged(tmp_path, rows, rules=Rules(accept_unfiltered=True))[0].exclusion == ""


class TestTarget:
    """Regions chr1:100-109 (1-based), so half-open 99-109."""

    area = Area(
        Territory(regions=Lookup(merged({"chr1": [(99, 109)]})), splice=Lookup(merged({"chr1": [(109, 111)]}))),
        ("chr1",),
        "r.bed",
    )

    @pytest.mark.parametrize(
        ("pos", "ref", "alt", "inside"),
        [
            (100, "C", "T", True),
            (99, "C", "T", False),
            (109, "C", "T", True),
            (110, "C", "T", False),
            (98, "CA", "CT", False),
            (98, "CAA", "CAT", True),
            (97, "CAA", "C", False),
            (98, "CAA", "C", True),
            (109, "CA", "C", False),
            (108, "CA", "C", True),
            (99, "C", "CT", True),
            (98, "C", "CT", False),
            (109, "C", "CT", True),
            (110, "C", "CT", False),
            (98, "CAT", "CGG", True),
        ],
    )
    def test_a_changed_base_or_a_base_beside_an_insertion(
        self, tmp_path: Path, pos: int, ref: str, alt: str, inside: bool
    ) -> None:
        info = MISSENSE.replace("100C>T", f"{pos}{ref}>{alt}")
        row = judged(tmp_path, [record(pos=pos, ref=ref, alt=alt, info=info)], area=self.area)[0]
        assert row.exclusion == ("" if inside else "target")

    @pytest.mark.parametrize(("pos", "inside"), [(110, True), (111, True), (112, False)])
    def test_a_splice_site_counts_within_two_bases(self, tmp_path: Path, pos: int, inside: bool) -> None:
        info = "BCSQ=splice_donor|TP53|ENST1|protein_coding"
        row = judged(tmp_path, [record(pos=pos, info=info)], area=self.area)[0]
        assert (row.exclusion, row.counted_in) == (("", "nonsynonymous") if inside else ("target", ""))

    def test_other_contigs_than_the_regions_are_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="contig is '1'; expected 'chr1' as in"):
            judged(tmp_path, [record(chrom="1")], area=self.area)


class TestGermline:
    def test_frequency_excludes_at_the_threshold_in_tumor_only_calls(self, tmp_path: Path) -> None:
        rows = [
            record(normal=None, info=f"{MISSENSE};POPULATION_AF=1e-4"),
            record(normal=None, pos=101, info=f"{MISSENSE};POPULATION_AF=0.99e-4"),
            record(normal=None, pos=102, info=f"{MISSENSE};AF=0.5"),
            record(normal=None, pos=103, info=f"PON;{MISSENSE}"),
        ]
        found = judged(tmp_path, rows, samples="T")
        assert [row.exclusion for row in found] == ["germline", "", "", "germline"]
        assert [row.population_af for row in found] == [1e-4, 0.99e-4, None, None]

    @pytest.mark.parametrize("kind", ["Integer", "Float", "String"])
    def test_a_frequency_is_what_is_written_whatever_the_header_says(self, tmp_path: Path, kind: str) -> None:
        header = HEADER.replace("POPULATION_AF,Number=A,Type=Float", f"POPULATION_AF,Number=A,Type={kind}")
        written = {"0.05": 0.05, "0.005%": 5e-5, "1.23456789e-05": 1.23456789e-5, "0": 0.0, ".": None}
        rows = [
            record(pos=at, normal=None, info=f"{MISSENSE};POPULATION_AF={text}") for at, text in enumerate(written, 1)
        ]
        found = judged(tmp_path, rows, samples="T", header=header)
        assert [row.population_af for row in found] == [*written.values()]
        assert [row.exclusion for row in found] == ["germline", "", "", "", ""]

    def test_a_matched_normal_has_decided(self, tmp_path: Path) -> None:
        rows = [record(info=f"{MISSENSE};POPULATION_AF=0.2")]
        assert judged(tmp_path, rows)[0].exclusion == ""
        alone = [record(normal=None, info=f"{MISSENSE};POPULATION_AF=0.2")]
        assert judged(tmp_path, alone, samples="T", paired=True)[0].exclusion == ""

    def test_a_hot_spot_is_rescued(self, tmp_path: Path) -> None:
        rows = [record(normal=None, info=f"{MISSENSE};POPULATION_AF=0.2")]
        for line in ("chr1:100:C:T", "chr1:99:GC:GT", "TP53 p.Arg175His", "TP53 p.R175H", "chr1\t99\t100"):
            hot = spots.parse("h.txt", [(1, line)])
            assert judged(tmp_path, rows, samples="T", hotspots=hot)[0].exclusion == ""
        for line in ("chr1:100:C:G", "chr2:100:C:T", "KRAS p.Arg175His", "TP53 p.Arg175Leu", "chr1\t100\t101"):
            other = spots.parse("h.txt", [(1, line)])
            assert judged(tmp_path, rows, samples="T", hotspots=other)[0].exclusion == "germline"

    def test_the_callers_own_frequency_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="INFO/AF is the caller's own"):
            judged(tmp_path, [record()], population_af_field="INFO/AF")

    def test_popaf_is_minus_log10(self, tmp_path: Path) -> None:
        header = HEADER.replace("POPULATION_AF", "POPAF")
        rows = [
            record(normal=None, info=f"{MISSENSE};POPAF=3.0"),
            record(normal=None, pos=9, info=f"{MISSENSE};POPAF=6"),
        ]
        found = judged(tmp_path, rows, samples="T", header=header)
        assert [row.exclusion for row in found] == ["germline", ""]
        assert found[0].population_af == pytest.approx(1e-3, rel=1e-12)


def test_hot_spots_are_left_out_when_asked(tmp_path: Path) -> None:
    hot = spots.parse("h.bed", [(1, "chr1\t99\t100")])
    rows = [record(), record(pos=101)]
    found = judged(tmp_path, rows, hotspots=hot, rules=Rules(exclude_hotspots=True))
    assert [row.exclusion for row in found] == ["hotspot", ""]


@pytest.mark.parametrize("phase", "/|")
def test_a_genotype_may_begin_with_its_phase(tmp_path: Path, phase: str) -> None:
    """As VCF 4.4 writes it (1.6.2): it is no allele more."""
    cells = [
        {"tumor": "0|1:22,8:30:0.2", "info": f"{MISSENSE};AS_FilterStatus=weak_evidence|SITE"},
        {"format": "GT:DP:MAP_HF", "tumor": "0|1:60:0.7,0.3", "normal": ".|.:.:.", "info": f"{MISSENSE};SOMATIC"},
        {
            "format": "GT:RD:AD:FREQ",
            "tumor": "0|2:30:20:40%",
            "normal": "0|0:50:0:0%",
            "alt": "T,G",
            "info": f"{MISSENSE};SS=2",
        },
    ]
    rows = [record(pos=at, **changes) for at, changes in enumerate(cells, 1)]
    rows.append(record(pos=9, alt="G"))
    header = HEADER.replace("v4.2", "v4.4")
    plain = judged(tmp_path, rows, header=header)
    phased = [re.sub(r"\t(?=[.\d][|])", rf"\t{phase}", row) for row in rows]
    assert [row != other for row, other in zip(rows, phased, strict=True)] == [True, True, True, False]
    assert judged(tmp_path, phased, header=header) == plain
    assert [row.alt_reads for row in plain] == [8, 18, None, 20, 3]


class TestPerAlleleFilter:
    @pytest.mark.parametrize("silent", ["SITE", "PASS", ".", ""])
    def test_what_leaves_the_decision_to_the_site(self, tmp_path: Path, silent: str) -> None:
        info = f"{MISSENSE};AS_FilterStatus={silent}|weak_evidence"
        rows = judged(tmp_path, [record(alt="T,G", info=info, tumor="0/1/2:20,10,9:39:0.2,0.2")])
        assert [row.filter for row in rows] == ["PASS", "weak_evidence"]

    def test_at_a_site_with_two_alts(self, tmp_path: Path) -> None:
        info = f"{MISSENSE},missense|TP53|ENST1|protein_coding|-|175R>175P|100C>G;AS_FilterStatus=SITE|weak_evidence,slippage"
        rows = judged(
            tmp_path, [record(alt="T,G", info=info, tumor="0/1/2:20,10,9:39:0.2,0.2", normal="0/0:9,0,0:9:0,0")]
        )
        assert [(row.filter, row.exclusion) for row in rows] == [("PASS", ""), ("weak_evidence;slippage", "filter")]
        assert [row.hgvsp for row in rows] == ["p.Arg175His", "p.Arg175Pro"]

    @pytest.mark.parametrize(
        ("old", "genotype", "exclusion"),
        [
            ("OLD_REC=chr1|100|C|T,G|1;", "0/1", ""),
            ("OLD_REC=chr1|100|C|T,G|2;", "0/1", "filter"),
            ("OLD_REC=chr1|100|C|T,G;", "0/1/0", "filter"),
            ("", "0/1/0", ""),
            ("", "0/0/1", "filter"),
            ("", "0/1/1", "filter"),
            ("", "0/1", "filter"),
        ],
    )
    def test_at_a_site_that_was_split(self, tmp_path: Path, old: str, genotype: str, exclusion: str) -> None:
        info = f"{old}{MISSENSE};AS_FilterStatus=SITE|weak_evidence"
        row = judged(tmp_path, [record(info=info, tumor=f"{genotype}:22,8:30:0.2")])[0]
        assert row.exclusion == exclusion

    def test_alleles_that_are_separated_by_commas(self, tmp_path: Path) -> None:
        info = f"{MISSENSE},missense|TP53|ENST1|protein_coding|-|175R>175P|100C>G;AS_FilterStatus=SITE,weak_evidence"
        rows = judged(tmp_path, [record(alt="T,G", info=info, tumor="0/1/2:20,10,9:39:0.2,0.2")])
        assert [row.filter for row in rows] == ["PASS", "weak_evidence"]

    def test_a_site_that_fails_says_why(self, tmp_path: Path) -> None:
        rows = [record(), record(pos=101, filter="germline", info=f"{MISSENSE};AS_FilterStatus=weak_evidence")]
        assert [row.filter for row in judged(tmp_path, rows)] == ["PASS", "germline"]

    def test_the_site_decides_where_the_alleles_leave_it(self, tmp_path: Path) -> None:
        row = judged(tmp_path, [record(filter="germline", info=f"{MISSENSE};AS_FilterStatus=SITE")])[0]
        assert (row.filter, row.exclusion) == ("germline", "filter")


def test_the_worst_term_decides(tmp_path: Path) -> None:
    infos = [
        "BCSQ=splice_region&synonymous|A|E|protein_coding|-|1M|100C>T",
        "BCSQ=splice_region&missense|A|E|protein_coding|-|175R>175H|100C>T",
        "BCSQ=synonymous|A|E1|protein_coding|-|5M|100C>T,stop_gained|A|E2|protein_coding|-|5Q>5*|100C>T",
    ]
    rows = [record(pos=100, info=info.replace("100C>T", f"{100}C>T")) for info in infos]
    rows = [row.replace("chr1", f"chr{i + 1}", 1) for i, row in enumerate(rows)]
    found = judged(tmp_path, rows, names=("all_coding", "missense_only"))
    assert [row.counted_in for row in found] == ["", "all_coding,missense_only", "all_coding"]
    assert found[2].transcript == "E2"


def test_a_repeated_record_counts_once(tmp_path: Path) -> None:
    found = judged(tmp_path, [record(), record()])
    assert [(row.filter, row.exclusion) for row in found] == [("PASS", ""), ("duplicate_record", "filter")]


def test_structural_variants_alone_are_a_table_without_counts(tmp_path: Path) -> None:
    """Annotators leave them out or write other terms: nothing shows that the annotation was not done."""
    rows = [record(alt="<DEL>", info="SVTYPE=DEL"), record(pos=200, alt="C[chr2:5[", info="SVTYPE=BND")]
    assert [row.exclusion for row in judged(tmp_path, rows)] == ["consequence", "consequence"]


def test_a_record_is_repeated_wherever_it_stands(tmp_path: Path) -> None:
    """Lists of several callers one behind the other, or rows in any order: what counts may not depend on it."""
    found = judged(tmp_path, [record(), record(pos=99), record(chrom="chr2"), record(), record(alt="G")])
    assert [row.filter for row in found] == ["PASS", "PASS", "PASS", "duplicate_record", "PASS"]
    for between in (record(chrom="chr2"), record(pos=50), record(pos=200)):
        again = [record(), between, record()]
        assert [row.filter for row in judged(tmp_path, again)][2] == "duplicate_record"
        bare = [line.replace("PASS", ".") for line in again]
        found = judged(tmp_path, bare, rules=Rules(accept_unfiltered=True))
        assert [row.exclusion for row in found] == ["", "", "filter"]
    first = [record(filter="weak"), record(pos=99), record()]
    assert [row.filter for row in judged(tmp_path, first)] == ["weak", "PASS", "PASS"]


def test_an_mnv_is_one_event_or_its_bases(tmp_path: Path) -> None:
    info = MISSENSE.replace("100C>T", "100CAT>GAA")
    rows = [record(ref="CAT", alt="GAA", info=info)]
    assert judged(tmp_path, rows)[0].n_events == 1
    assert judged(tmp_path, rows, rules=Rules(mnv="bases"))[0].n_events == 2


ALTS = st.sampled_from("AGT")


@settings(max_examples=40, deadline=None)
@given(
    entries=st.lists(st.tuples(st.integers(1, 30), ALTS, st.integers(0, 9)), max_size=12, unique_by=lambda e: e[:2]),
    seed=st.randoms(),
)
def test_order_and_splitting_of_records_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[int, str, int]], seed: Any
) -> None:
    """Counts of alleles written one a record, shuffled, equal those of one record a position."""
    folder = tmp_path_factory.mktemp("order")

    def block(pos: int, alt: str) -> str:
        return f"missense|TP53|ENST1|protein_coding|-|175R>175H|{pos}C>{alt}"

    single = [record(pos=p, alt=a, info=f"BCSQ={block(p, a)}", tumor=f"0/1:40,{n}:{40 + n}:0.1") for p, a, n in entries]
    joined = []
    for pos in sorted({p for p, _, _ in entries}):
        here = [(a, n) for p, a, n in entries if p == pos]
        reads = ",".join(str(n) for _, n in here)
        joined.append(
            record(
                pos=pos,
                alt=",".join(a for a, _ in here),
                info="BCSQ=" + ",".join(block(pos, a) for a, _ in here),
                format="GT:AD",
                tumor=f"0/1:40,{reads}",
                normal="0/0:30,0",
            )
        )
    first = judged(folder, single)
    seed.shuffle(single)
    shuffled = judged(folder, single)
    assert sorted(first) == sorted(shuffled)
    alone = judged(folder, joined)
    counted = {(r.pos, r.alt) for r in first if r.alt_reads and r.alt_reads >= 3 and r.exclusion == ""}
    deep_enough = {(r.pos, r.alt) for r in alone if r.exclusion == ""}
    assert {key for key in counted if (key[0], key[1]) not in deep_enough} == {
        key for key in counted if _share(alone, key) < 0.05
    }


def _share(rows: list[Row], key: tuple[int, str]) -> float:
    return next(row.vaf or 0.0 for row in rows if (row.pos, row.alt) == key)


def test_the_panel_of_normals_decides_only_without_a_matched_normal(tmp_path: Path) -> None:
    info = f"{MISSENSE};PON"
    assert judged(tmp_path, [record(info=info)])[0].exclusion == ""
    alone = judged(tmp_path, [record(info=info, normal=None)], samples="T")
    assert alone[0].exclusion == "germline"


@pytest.mark.parametrize("line", ["{}:100:c:t", "{}:100:C:T", "{}\t100\t.\tc\tt,g"])
@pytest.mark.parametrize("contig", ["chr1", "HLA-A*01:01:01:01"])
def test_hot_spots_in_small_letters_and_on_contigs_with_colons(line: str, contig: str) -> None:
    rows = [*(["##fileformat=VCFv4.2"] if "\t" in line else []), line.format(contig)]
    hot = spots.parse("h.txt", enumerate(rows, 1))
    assert hot.hits(contig, 100, "C", "T", "", "") and not hot.hits(contig, 100, "C", "A", "", "")


@pytest.mark.parametrize("line", ["1:100:C:T", "1\t99\t100"])
def test_hot_spots_on_contigs_of_other_names_are_refused(tmp_path: Path, line: str) -> None:
    rows = [record(normal=None, info=f"{MISSENSE};POPULATION_AF=0.2")]
    header = HEADER + "##contig=<ID=chr1>\n##contig=<ID=chr2>\n"
    with pytest.raises(InputError, match=r"contig is 'chr1'; expected '1' as in h.txt \(rename"):
        judged(tmp_path, rows, samples="T", header=header, hotspots=spots.parse("h.txt", [(1, line)]))
    elsewhere = spots.parse("h.txt", [(1, line.replace("1", "chr3", 1)), (2, "TP53 p.Arg175His")])
    assert judged(tmp_path, rows, samples="T", header=header, hotspots=elsewhere)[0].exclusion == ""


def test_a_hot_spot_that_no_variant_can_have_is_refused() -> None:
    with pytest.raises(InputError, match=r"h.txt:1: row is 'MET p.X1010_splice'; expected a BED interval"):
        spots.parse("h.txt", [(1, "MET p.X1010_splice")])


def test_a_list_of_no_hot_spots_is_refused() -> None:
    with pytest.raises(InputError, match=r"^h\.txt: file is empty; expected at least one hot spot$"):
        spots.parse("h.txt", [(1, "# none yet")])
