"""What the whole table of a file says: what must not change a count, and hard input."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from biomarkers.errors import InputError
from biomarkers.genome.regions import merged
from biomarkers.genome.tmb_definitions import built_in
from biomarkers.variants import hotspots as spots
from biomarkers.variants import stream
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.rules import Rules

SUBFIELDS = "Allele|Consequence|SYMBOL|Feature|HGVSp|CDS_position|CANONICAL|gnomADe_AF"
HEADER = f"""##fileformat=VCFv4.2
##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: {SUBFIELDS}">
##INFO=<ID=PON,Number=0,Type=Flag,Description="x">
"""
DEFINITIONS = [built_in()[name] for name in ("merino_wes", "nonsynonymous", "all_coding", "missense_only")]
TERMS = (
    "missense_variant", "synonymous_variant", "stop_gained", "splice_donor_variant&intron_variant", "intron_variant",
    "missense_variant&splice_region_variant", "transcript_ablation", "made_up_term", "",
)  # fmt: skip


def write(path: Path, records: Sequence[str], samples: str) -> str:
    columns = f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{samples}\n"
    path.write_text(HEADER + columns + "".join(line + "\n" for line in records), "utf-8")
    return str(path)


def line(pos: int, terms: Sequence[str], *, status: str = "PASS", reads: int = 10, depth: int = 50, pon: bool = False,
         frequency: str = "", alone: bool = False) -> str:  # fmt: skip
    blocks = ",".join(f"T|{term}|G{i % 2}|E{i}|P:p.Arg{pos}His|{pos}/900||{frequency}" for i, term in enumerate(terms))
    info = f"CSQ={blocks}" + (";PON" if pon else "")
    cells = ["chr1", pos, ".", "C", "T", ".", status, info, "GT:AD:DP", f"0/1:{depth - reads},{reads}:{depth}"]
    return "\t".join(map(str, cells if alone else [*cells, "0/0:30,0:30"]))


def counts(path: str, *, rules: Rules, area: stream.Area, hot: Hotspots) -> dict[str, int]:
    job = stream.Job(vcf=path, tumor="T", sample="T", patient="P")
    return dict(stream.write(job, DEFINITIONS, rules, area, hot, partial(nullcontext, io.BytesIO()))["counts"])


EXCLUDED = [
    line(500, ["missense_variant"], status="weak"),
    line(500, ["missense_variant"], depth=24),
    line(500, ["missense_variant"], reads=2),
    line(500, ["missense_variant"], reads=4, depth=100),
    line(500, ["intron_variant"]),
    line(9000, ["missense_variant"]),
]


@pytest.mark.parametrize("excluded", EXCLUDED, ids=["filter", "depth", "alt_reads", "vaf", "consequence", "target"])
def test_an_excluded_variant_changes_no_count(tmp_path: Path, excluded: str) -> None:
    counted = [line(pos, ["missense_variant"]) for pos in (100, 200)]
    chosen = {
        "rules": Rules(),
        "area": stream.area(merged({"chr1": [(0, 1000)]}), None, "r.bed"),
        "hot": spots.Hotspots(),
    }
    before = counts(write(tmp_path / "a.vcf", counted, "T\tN"), **chosen)
    after = counts(write(tmp_path / "b.vcf", [*counted, excluded], "T\tN"), **chosen)
    assert before == after == {d.name: 2 for d in DEFINITIONS}


def test_germline_variants_and_hot_spots_are_judged(tmp_path: Path) -> None:
    records = [
        line(100, ["missense_variant"], alone=True),
        line(101, ["missense_variant"], alone=True, frequency="0.2"),
        line(102, ["missense_variant"], alone=True, pon=True),
    ]
    path = write(tmp_path / "a.vcf", records, "T")
    listed = spots.parse("h.txt", [(1, "G0 p.Arg101His")])

    def counted(hot: Hotspots, **rules: Any) -> int:
        area = stream.area(None, None, "")
        return counts(path, rules=Rules(**rules), area=area, hot=hot)["merino_wes"]

    assert counted(spots.Hotspots()) == 1
    assert counted(listed) == 2
    assert counted(listed, exclude_hotspots=True) == 1
    path = write(tmp_path / "b.vcf", [line(pos, ["missense_variant"]) for pos in (100, 101)], "T\tN")
    assert [counted(listed), counted(listed, exclude_hotspots=True)] == [2, 1]


def test_a_frequency_may_stand_anywhere_in_the_annotation(tmp_path: Path) -> None:
    header = HEADER.replace("|gnomADe_AF", "|EXON|gnomADe_AC|gnomADe_AF|tumor_AF|MAX_AF")
    blocks = [f"CSQ=T|missense_variant|G|E|P:p.A1C|1/9|YES|2/3|0.9|{f}|0.8|" for f in ("0.3", "1e-5", "")]
    rows = [
        "\t".join(["chr1", f"{i}", ".", "C", "T", ".", "PASS", b, "AD:DP", "40,10:50"]) for i, b in enumerate(blocks, 1)
    ]
    path = write(tmp_path / "a.vcf", rows, "T")
    Path(path).write_text(Path(path).read_text().replace(HEADER, header))
    found = counts(path, rules=Rules(), area=stream.area(None, None, ""), hot=spots.Hotspots())
    assert found["merino_wes"] == 2
    job = stream.Job(vcf=path, tumor="T", sample="T", patient="P")
    reading = stream.Reading(job, DEFINITIONS, Rules(), stream.area(None, None, ""), spots.Hotspots())
    assert [row.population_af for row in reading] == [0.3, 1e-5, None]


@pytest.mark.parametrize(("accepted", "expected"), [(False, 1), (True, 1)])
def test_an_unfiltered_record_does_not_take_the_place_of_one_that_passed(
    tmp_path: Path, accepted: bool, expected: int
) -> None:
    records = [line(100, ["missense_variant"], status=status) for status in (".", "PASS")]
    path = write(tmp_path / "a.vcf", records, "T\tN")
    chosen = {"rules": Rules(accept_unfiltered=accepted), "area": stream.area(None, None, ""), "hot": spots.Hotspots()}
    assert counts(path, **chosen)["merino_wes"] == expected


@pytest.mark.parametrize(
    ("statuses", "accepted", "expected"),
    [
        (["PASS", ".", "weak"], False, 1),
        (["PASS", ".", "weak"], True, 2),
        ([".", "weak", "weak"], False, None),
        ([".", "weak", "weak"], True, 1),
        ([".", "."], True, 2),
        ([".", "."], False, None),
    ],
)
def test_each_status_with_and_without_unfiltered_records(
    tmp_path: Path, statuses: list[str], accepted: bool, expected: int | None
) -> None:
    records = [line(100 + i, ["missense_variant"], status=status) for i, status in enumerate(statuses)]
    path = write(tmp_path / "a.vcf", records, "T\tN")
    chosen = {"rules": Rules(accept_unfiltered=accepted), "area": stream.area(None, None, ""), "hot": spots.Hotspots()}
    if expected is None:
        with pytest.raises(InputError, match=r"FILTER is absent from (all 2 records|1 of 3 records and PASS in none)"):
            counts(path, **chosen)
    else:
        assert counts(path, **chosen)["merino_wes"] == expected


@pytest.mark.parametrize(
    ("alts", "counts_of_alleles", "expected"),
    [
        ("*", "40,10:50", 0),
        ("<DEL>", "40,10:50", 0),
        ("T", "40,10:50", 1),
        ("G,T", "38,2,10:50", 1),
        ("G,T", "38,10,2:50", 0),
    ],
)
def test_alleles_that_are_no_single_small_change(
    tmp_path: Path, alts: str, counts_of_alleles: str, expected: int
) -> None:
    """Symbolic alleles never count, and of several only the annotated one by its own reads."""
    odd = line(100, ["missense_variant"]).replace("\tT\t", f"\t{alts}\t").replace("40,10:50", counts_of_alleles)
    odd = odd if "," in alts else odd.replace("CSQ=T|", f"CSQ={alts}|")
    path = write(tmp_path / "a.vcf", [line(99, ["missense_variant"]), odd], "T\tN")
    chosen = {"rules": Rules(), "area": stream.area(None, None, ""), "hot": spots.Hotspots()}
    assert counts(path, **chosen)["merino_wes"] == 1 + expected


@pytest.mark.parametrize("mnv", ["event", "bases"])
def test_a_repeated_allele_counts_once_however_its_records_are_written(tmp_path: Path, mnv: str) -> None:
    one = line(100, ["missense_variant"])
    two = one.replace("\tT\t", "\tT,G\t").replace("40,10:50", "40,10,10:60").replace("30,0:30", "30,0,0:30")
    both = two.replace("CSQ=T|", "CSQ=G|missense_variant|G0|E0||||,T|")
    long = line(101, ["missense_variant"]).replace("\tC\tT\t", "\tCAT\tGAA\t").replace("CSQ=T|", "CSQ=GAA|")
    bases = 1 if mnv == "event" else 2
    for records in ([one, both, long, long], [both, one, long], [long, one, both]):
        path = write(tmp_path / "a.vcf", [line(99, ["missense_variant"]), *records], "T\tN")
        chosen = {"rules": Rules(mnv=mnv), "area": stream.area(None, None, ""), "hot": spots.Hotspots()}
        assert counts(path, **chosen)["merino_wes"] == 3 + bases


@pytest.mark.parametrize("status", [".", "PASS"])
@pytest.mark.parametrize("positions", [(100, 101, 101, 102), (100, 102, 101, 102), (102, 101, 100, 101)])
def test_a_repeated_allele_counts_once_though_its_caller_writes_no_filter(
    tmp_path: Path, status: str, positions: tuple[int, ...]
) -> None:
    """SomaticSniper; in order, and where what stood above is looked up in the file once more."""
    rows = [line(pos, ["missense_variant"], status=status).replace("GT:AD:DP", "GT:AD:DP:JGQ:SS") for pos in positions]
    rows = [row.replace("40,10:50", "40,10:50:9:2").replace("30,0:30", "30,0:30:9:0") for row in rows]
    path = write(tmp_path / "a.vcf", rows, "T\tN")
    chosen = {"rules": Rules(), "area": stream.area(None, None, ""), "hot": spots.Hotspots()}
    assert counts(path, **chosen)["merino_wes"] == 3


def test_whether_a_file_is_understood_is_seen_in_all_its_records(tmp_path: Path) -> None:
    plain = line(100, []).replace("CSQ=", "DP=3")
    chosen = {"rules": Rules(), "area": stream.area(None, None, ""), "hot": spots.Hotspots()}
    annotated = line(200, ["missense_variant"], status="weak")
    assert not any(counts(write(tmp_path / "a.vcf", [plain, annotated], "T\tN"), **chosen).values())
    with pytest.raises(InputError, match="absent from all 1 record"):
        counts(write(tmp_path / "b.vcf", [plain], "T\tN"), **chosen)


def test_a_territory_twice_as_large_without_further_variants_changes_no_count(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vcf", [line(pos, ["missense_variant"]) for pos in (100, 200)], "T\tN")
    once, twice = {"chr1": [(0, 1000)]}, {"chr1": [(0, 1000)], "chr2": [(0, 1000)]}
    found = [
        counts(path, rules=Rules(), area=stream.area(merged(m), None, "r.bed"), hot=spots.Hotspots())
        for m in (once, twice)
    ]
    assert found[0] == found[1] == {d.name: 2 for d in DEFINITIONS}


@pytest.mark.parametrize("batch", [1, 2, 5000])
def test_cells_of_the_table_are_those_of_the_record(
    tmp_path: Path, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BATCH", batch)
    records = [line(100, ["missense_variant"]), line(101, ['"odd" term']), line(102, ["missense_variant"])]
    records[2] = records[2].replace("0/1:40,10:50", "./.:.:.")
    job = stream.Job(vcf=write(tmp_path / "a.vcf", records, "T\tN"), tumor="T", sample="T%s", patient="100%")
    out = io.BytesIO()
    stream.write(job, DEFINITIONS, Rules(), stream.area(None, None, ""), spots.Hotspots(), partial(nullcontext, out))
    found = list(csv.DictReader(io.StringIO(out.getvalue().decode()), delimiter="\t"))
    assert [row["pos"] for row in found] == ["100", "101", "102"]
    assert {(row["patient"], row["sample"], row["tumor_only"]) for row in found} == {("100%", "T%s", "0")}
    assert [(row["depth"], row["vaf"], row["population_af"]) for row in found] == [("50", "0.2", "")] * 2 + [("",) * 3]
    assert [row["consequence"] for row in found] == ["missense_variant", '"odd" term', "missense_variant"]


def test_memory_does_not_grow_with_the_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BATCH", 100)

    class Away(io.RawIOBase):
        def write(self, data: Any) -> int:
            return len(data)

    def peak(records: int) -> int:
        path = write(tmp_path / f"{records}.vcf", [line(i, TERMS[:4]) for i in range(1, records)], "T\tN")
        job = stream.Job(vcf=path, tumor="T", sample="T", patient="P")
        tracemalloc.start()
        try:
            opened: Any = partial(nullcontext, Away())
            stream.write(job, DEFINITIONS, Rules(), stream.area(None, None, ""), spots.Hotspots(), opened)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # Python itself keeps up to 2,000 freed tuples of a length, so that the small file is larger than that.
    small = peak(3000)
    assert peak(12000) < 1.3 * small


@pytest.mark.parametrize(
    ("depth", "reads", "counted"),
    [(25, 3, 1), (24, 3, 0), (25, 2, 0), (100, 5, 1), (100, 4, 0), (60, 3, 1), (61, 3, 0)],
)
def test_a_variant_at_a_threshold_counts(tmp_path: Path, depth: int, reads: int, counted: int) -> None:
    records = [line(99, ["missense_variant"]), line(100, ["missense_variant"], depth=depth, reads=reads)]
    path = write(tmp_path / "a.vcf", records, "T\tN")
    area = stream.area(None, None, "")
    assert counts(path, rules=Rules(), area=area, hot=spots.Hotspots())["merino_wes"] == 1 + counted


@pytest.mark.parametrize(("number", "counted"), [(1, 1), (2, 0)])
def test_the_allele_of_a_split_site_has_its_own_filter(tmp_path: Path, number: int, counted: int) -> None:
    records = [line(99, ["missense_variant"]), line(100, ["missense_variant"])]
    records[1] = records[1].replace("CSQ=", f"AS_FilterStatus=SITE|weak_evidence;OLD_REC=chr1|100|C|T,G|{number};CSQ=")
    path = Path(write(tmp_path / "a.vcf", records, "T\tN"))
    text = path.read_text()
    declared = '##INFO=<ID=AS_FilterStatus,Number=A,Type=String,Description="x">\n#CHROM'
    path.write_text(text.replace("#CHROM", declared, 1))
    area = stream.area(None, None, "")
    assert counts(str(path), rules=Rules(), area=area, hot=spots.Hotspots())["merino_wes"] == 1 + counted


def test_the_summary_says_how_much_was_read(tmp_path: Path) -> None:
    split = (
        line(200, ["missense_variant"])
        .replace("\tC\tT\t", "\tC\tT,G\t")
        .replace("40,10", "30,10,10")
        .replace("30,0", "30,0,0")
    )
    job = stream.Job(vcf=write(tmp_path / "a.vcf", [EXCLUDED[4], split], "T\tN"), tumor="T", sample="S", patient="P")
    out = io.BytesIO()
    told = stream.write(job, DEFINITIONS, Rules(), stream.area(None, None, ""), Hotspots(), partial(nullcontext, out))
    assert (told["records"], told["rows"], told["counts"]["merino_wes"]) == (2, 3, 1)
    assert (told["patient"], told["sample"], told["column"], told["tumor_only"]) == ("P", "S", "T", False)
    assert out.getvalue().count(b"\n") == 1 + told["rows"]


def wrong(tmp_path: Path, *rows: str) -> str:
    """What is said of a file with a record that cannot be understood."""
    path = write(tmp_path / "a.vcf", [line(99, ["missense_variant"], alone=True), *rows], "T")
    with pytest.raises(InputError) as error:
        counts(path, rules=Rules(), area=stream.area(None, None, ""), hot=spots.Hotspots())
    return str(error.value)


def test_the_first_record_that_is_wrong_is_told_whatever_is_looked_at_first(tmp_path: Path) -> None:
    odd_frequency = line(100, ["missense_variant"], alone=True, frequency="7")
    odd_reads = line(101, ["missense_variant"], alone=True).replace("40,10", "40,x")
    cut = "chr1\t102\t.\tC"
    assert ":100: CSQ/gnomADe_AF is '7'" in wrong(tmp_path, odd_frequency, odd_reads)
    assert "chr1:101: FORMAT is" in wrong(tmp_path, odd_reads, odd_frequency.replace("\t100\t", "\t102\t"))
    assert "chr1:101: FORMAT is" in wrong(tmp_path, odd_reads, cut)
    assert "record after chr1:99" in wrong(tmp_path, cut)


def test_a_normal_that_is_wrong_is_told_with_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The normal is read of what passes, and of a site of several ALTs whatever FILTER says; not of a repetition."""
    fine = [line(pos, ["missense_variant"]) for pos in range(100, 110)]
    again = fine[0].replace("30,0:30", "30,-1:30")
    failed = (
        line(120, ["missense_variant"]).replace("\tT\t", "\tT,G\t").replace("PASS", "weak").replace("40,10", "40,10,0")
    )
    failed = failed.replace("30,0:30", "30,0,-2:30")
    passed = line(130, ["missense_variant"]).replace("30,0:30", "30,-3:30")
    for together, rows, place in [
        (together, rows, place)
        for together in (1, 2, 3, 250)
        for rows, place in (([fine[0], again, *fine[1:], passed], "130"), ([*fine, failed, passed], "120"))
    ]:
        monkeypatch.setattr(stream, "BATCH", together)
        job = stream.Job(vcf=write(tmp_path / "a.vcf", rows, "T\tN"), tumor="T", sample="T", patient="P")
        with pytest.raises(InputError, match=f"chr1:{place}: FORMAT is .* is negative"):
            list(stream.Reading(job, DEFINITIONS, Rules(), stream.area(None, None, ""), spots.Hotspots()))


@pytest.mark.parametrize("together", [1, 2, 3, 250])
def test_how_many_records_are_judged_together_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    missense = [line(pos, ["missense_variant"]) for pos in (100, 100, 101, 102, 102, 101)]
    both = missense[2].replace("\tT\t", "\tT,G\t").replace("40,10:50", "40,10,10:60").replace("30,0:30", "30,0,0:30")
    rows = [*missense, EXCLUDED[0], both, *missense]
    monkeypatch.setattr(stream, "BATCH", together)
    job = stream.Job(vcf=write(tmp_path / "a.vcf", rows, "T\tN"), tumor="T", sample="T", patient="P")
    reading = stream.Reading(job, DEFINITIONS, Rules(), stream.area(None, None, ""), spots.Hotspots())
    found = [(row.pos, row.filter == "duplicate_record", row.counted_in) for row in reading]
    seen, expected = set(), []
    for row in rows:
        _, pos, _, _, alts, _, status, *_ = row.split("\t")
        for alt in alts.split(","):
            place = (int(pos), alt)
            expected.append((int(pos), status == "PASS" and place in seen))
            seen |= {place} if status == "PASS" else set()
    assert [row[:2] for row in found] == expected
    assert sum(bool(row[2]) for row in found) == reading.counts["merino_wes"] == 3
    assert (reading.tally.records, reading.tally.rows) == (len(rows), len(rows) + 1)
