"""A VCF that several processes read against the same VCF read by one, which is the oracle throughout."""

from __future__ import annotations

import gzip
import io
import logging
import os
import random
import signal
import time
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple, cast

import pytest

from biomarkers.errors import InputError
from biomarkers.genome.regions import merged
from biomarkers.genome.tmb_definitions import built_in
from biomarkers.io.lines import BGZIP_END, numbered
from biomarkers.variants import hotspots, parts, stream
from biomarkers.variants.eligibility import Rules

DEFINITIONS = [built_in()[name] for name in ("merino_wes", "nonsynonymous", "all_coding")]
TOP = """##fileformat=VCFv4.2
##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: {}">
##INFO=<ID=AS_FilterStatus,Number=A,Type=String,Description="x">
""".format("Allele|Consequence|SYMBOL|Feature|HGVSp|CDS_position|CANONICAL|gnomADe_AF")
TERMS = (
    "missense_variant",
    "synonymous_variant",
    "stop_gained&splice_region_variant",
    'an "odd" term',
    "intron_variant",
)


def line(chrom: str, pos: int, alts: str, terms: list[str], *, status: str = "PASS", reads: int = 20) -> str:
    blocks = ",".join(f"{a}|{t}|G{pos // 40}|E{i}||{i}/9||" for i, t in enumerate(terms) for a in alts.split(","))
    sample = ",".join(["40"] + [str(reads)] * len(alts.split(",")))
    return f"{chrom}\t{pos}\t.\tC\t{alts}\t.\t{status}\tCSQ={blocks}\tGT:AD:DP\t0/1:{sample}:60\t0/0:9,0:9"


def made_up(records: int = 2000) -> list[str]:
    """Records of three contigs, a third of them at the position before; seeded."""
    chance, found, pos = random.Random(7), [], 100
    for number in range(records):
        pos = 100 if number in (700, 1500) else pos + chance.choice((0, 1, 30))
        terms = [chance.choice(TERMS) for _ in range(chance.randint(1, 5))]
        status, reads = chance.choice(("PASS", "PASS", "weak")), chance.choice((1, 2, 20))
        chrom = "chr3" if number < 700 else "chr1" if number < 1500 else "chrÄ"
        found.append(line(chrom, pos, chance.choice(("T", "G", "T,G", "T")), terms, status=status, reads=reads))
    return found


def text(records: list[str], top: str = TOP) -> bytes:
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\tN"
    return (top + "\n".join([columns, *records]) + "\n").encode()


def blocked(data: bytes, size: int = 3000) -> bytes:
    """As bgzip packs it, in small blocks."""
    found = b""
    for start in range(0, len(data), size):
        piece, packer = data[start : start + size], zlib.compressobj(1, zlib.DEFLATED, -15)
        body = packer.compress(piece) + packer.flush()
        head = b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff\x06\0BC\x02\0" + (len(body) + 25).to_bytes(2, "little")
        found += head + body + zlib.crc32(piece).to_bytes(4, "little") + len(piece).to_bytes(4, "little")
    return found + BGZIP_END


def scratch() -> BinaryIO:
    return cast(BinaryIO, TemporaryFile())


class Told(NamedTuple):
    """All that reading a VCF says: the table, summary, counts, warnings and the message where it fails."""

    table: bytes
    summary: Any
    counts: Any
    warnings: list[str]
    problem: str


class Both(NamedTuple):
    """What is said; shared: whether parts were used, for the table and for the counts."""

    told: Told
    shared: list[bool]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Callable[..., Both]:
    shared: list[bool] = []
    in_parts = stream.Reading.in_parts

    def spied(*arguments: Any) -> bool:
        shared.append(in_parts(*arguments))
        return shared[-1]

    monkeypatch.setattr(stream.Reading, "in_parts", spied)

    def reading(path: Path, threads: int, *, tumor: str = "T", least: int = 1, **area: Any) -> Both:
        shared.clear()
        caplog.clear()
        job = stream.Job(vcf=str(path), tumor=tumor, sample="T", patient="P")
        chosen = (job, DEFINITIONS, Rules(), stream.area(area.get("regions"), None, "r.bed"), hotspots.none())
        cores = parts.Cores(threads, scratch, least)
        out, summary, counts, problem = io.BytesIO(), None, None, ""
        with caplog.at_level(logging.WARNING):
            try:
                summary = stream.write(*chosen, out, cores)
            except InputError as error:
                problem = str(error)
            try:
                counts = dict(stream.count(*chosen, cores))
            except InputError as error:
                problem += str(error)
        return Both(Told(out.getvalue(), summary, counts, list(caplog.messages), problem), list(shared))

    return reading


def saved(folder: Path, records: list[str], *, zipped: bool = True, top: str = TOP) -> Path:
    path = folder / ("a.vcf.gz" if zipped else "a.vcf")
    path.write_bytes(blocked(text(records, top)) if zipped else text(records, top))
    return path


@pytest.mark.parametrize("zipped", [True, False])
def test_any_number_of_parts_says_the_same(tmp_path: Path, zipped: bool, read: Callable[..., Both]) -> None:
    path = saved(tmp_path, made_up(), zipped=zipped)
    inside = merged({"chr3": [(200, 5000)], "chr1": [(0, 9000)]})
    alone = read(path, 1, regions=inside)
    assert alone.shared == [False, False] and alone.told.counts["all_coding"] > 100 and alone.told.warnings
    assert alone.told.table.count(b"duplicate_record") > 50
    for threads in (2, 3, 7):
        assert len(parts.split(str(path), parts.Cores(threads, None, 1))) == threads
        assert read(path, threads, regions=inside) == (alone.told, [True, True])


def test_the_real_exome(shared_data: Path, read: Callable[..., Both]) -> None:
    path = shared_data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz"
    alone = read(path, 1, tumor="HCC1395_TUMOR_DNA")
    assert alone.told.counts["merino_wes"] == 329
    for threads in (2, 7):
        assert read(path, threads, tumor="HCC1395_TUMOR_DNA") == (alone.told, [True, True])


@pytest.mark.parametrize("zipped", [True, False])
def test_parts_are_all_records_and_never_divide_a_position(tmp_path: Path, zipped: bool) -> None:
    # Nine records at a position, so that most even divisions fall within one.
    records = [line("chr1", 100 + number // 9, "T", ["missense_variant"] * 3) for number in range(900)]
    path = saved(tmp_path, records, zipped=zipped)
    for threads in (2, 3, 7, 40):
        pieces = parts.split(str(path), parts.Cores(threads, None, 1))
        assert len(pieces) > threads * 0.8
        found = [[text for _, text in parts.lines(str(path), piece)] for piece in pieces]
        assert [record for piece in found for record in piece] == records
        ends = [(a[-1].split("\t")[:2], b[0].split("\t")[:2]) for a, b in pairwise(found)]
        assert all(before != after for before, after in ends)


def test_an_allele_is_counted_once_wherever_the_file_is_divided(tmp_path: Path, read: Callable[..., Both]) -> None:
    records = [line("chr1", 100 + number // 9, "T", ["missense_variant"] * 3) for number in range(900)]
    path = saved(tmp_path, records)
    for threads in (2, 7):
        both = read(path, threads)
        assert (both.told.counts["merino_wes"], both.told.summary["counts"]["merino_wes"]) == (100, 100)
        assert both.shared == [True, True]


def test_without_the_rule_of_positions_an_allele_would_count_twice(
    tmp_path: Path, read: Callable[..., Both], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, [line("chr1", 100, "T", ["missense_variant"])] * 500)
    assert read(path, 2).told.counts["merino_wes"] == 1
    monkeypatch.setattr(parts, "_to_next_place", lambda handle: len(handle.readline()))
    assert read(path, 2).told.counts["merino_wes"] == 2


def swapped(at: int, other: int) -> list[str]:
    records = [line("chr1", 100 + number, "T", ["missense_variant"] * 3) for number in range(900)]
    records[at], records[other] = records[other], records[at]
    return records


OUT_OF_ORDER = {
    "within the first part": swapped(3, 4),
    "within the last part": swapped(880, 890),
    "across parts": swapped(5, 895),
    "a contig again": [*swapped(0, 0), *(line("chr2", n, "T", ["missense_variant"]) for n in range(5, 300)),
                       *(line("chr1", n, "T", ["missense_variant"]) for n in range(950, 1100))],
    "positions start again where the file is divided": [*swapped(0, 0), *swapped(0, 0)],
}  # fmt: skip


@pytest.mark.parametrize("case", OUT_OF_ORDER)
def test_records_out_of_order_are_read_by_one_process(case: str, tmp_path: Path, read: Callable[..., Both]) -> None:
    path = saved(tmp_path, OUT_OF_ORDER[case])
    alone = read(path, 1)
    for threads in (2, 3, 7):
        assert read(path, threads) == (alone.told, [False, False])
    places = {tuple(record.split("\t")[:2]) for record in OUT_OF_ORDER[case]}
    assert alone.told.counts["merino_wes"] == len(places)


def test_positions_that_start_again_where_a_part_starts(tmp_path: Path, read: Callable[..., Both]) -> None:
    records = swapped(0, 0)[:800]
    path = saved(tmp_path, records, zipped=False)
    first = parts.split(str(path), parts.Cores(2, None, 1))[0]
    start = len(list(parts.lines(str(path), first)))
    # The same bytes but for the digits of positions, so that the file is divided at the same record.
    again = [record.replace(f"\t{100 + n}\t", f"\t{100 + n % start}\t", 1) for n, record in enumerate(records)]
    saved(tmp_path, again, zipped=False)
    alone = read(path, 1)
    assert alone.told.counts["merino_wes"] == start > 400
    assert read(path, 2) == (alone.told, [False, False])


def changed(number: int, old: str, new: str) -> list[str]:
    records = [line("chr1", 100 + n, "T", ["missense_variant"] * 3) for n in range(900)]
    records[number] = records[number].replace(old, new)
    return records


ODD = {
    "a bad position at the end": (changed(895, "\t995\t", "\tx\t"), "a.vcf.gz:900: POS is 'x'"),
    "a line too short": (changed(890, "\t0/0:9,0:9", ""), "a.vcf.gz:895: row is '10 columns'"),
    "bad reads in the first part": (changed(5, "40,20", "40,x"), "a.vcf.gz:10: FORMAT"),
    "bad reads in the last part": (changed(899, "40,20", "40,x"), "a.vcf.gz:904: FORMAT"),
    "no FILTER anywhere": ([r.replace("PASS", ".") for r in changed(0, "", "")], "absent from all 900 records"),
    "no depth anywhere": ([r.replace("40,20:60", ".:.") for r in changed(0, "", "")], "without read depth in all 900"),
    "no known term": ([r.replace("missense", "odd") for r in changed(0, "", "")], "'odd_variant'"),
    "nothing that counts": ([r.replace("PASS", "weak") for r in changed(0, "", "")], ""),
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_wrong_is_told_as_one_process_tells_it(case: str, tmp_path: Path, read: Callable[..., Both]) -> None:
    records, message = ODD[case]
    path = saved(tmp_path, records)
    alone = read(path, 1)
    assert message in alone.told.problem and bool(message) == bool(alone.told.problem)
    for threads in (2, 7):
        # A table that fails is not kept, but it has the same lines up to the fault.
        assert read(path, threads).told == alone.told


def test_what_is_told_of_the_territory(tmp_path: Path, read: Callable[..., Both]) -> None:
    path = saved(tmp_path, changed(0, "", ""))
    alone = read(path, 1, regions=merged({"1": [(0, 5000)]}))
    assert "contig is 'chr1'; expected '1'" in alone.told.problem
    assert read(path, 3, regions=merged({"1": [(0, 5000)]})) == (alone.told, [True, True])
    path = saved(tmp_path, [r.replace("CSQ=", "X=") for r in changed(0, "", "")], top=TOP.replace("CSQ", "BCSQ"))
    for end, message in ((150, "BCSQ is 'absent from all 900 records'"), (50, "")):
        inside = merged({"chr1": [(0, end)]})
        alone = read(path, 1, regions=inside)
        assert message in alone.told.problem and bool(message) == bool(alone.told.problem)
        assert read(path, 3, regions=inside).told == alone.told


def test_a_warning_names_its_line_once(tmp_path: Path, read: Callable[..., Both]) -> None:
    records = changed(0, "", "")
    for number in (700, 890):
        records[number] = records[number].replace("CSQ=", "AS_FilterStatus=weak|SITE;CSQ=").replace("0/1:", "1:")
    alone = read(saved(tmp_path, records), 1)
    assert [":705: AS_FilterStatus" in text for text in alone.told.warnings] == [True, True]
    assert read(tmp_path / "a.vcf.gz", 3) == (alone.told, [False, False])


def test_references_to_records_of_other_parts(tmp_path: Path, read: Callable[..., Both]) -> None:
    top = TOP.replace("CSQ", "BCSQ").replace("Allele|Consequence|SYMBOL", "Consequence|gene|transcript")
    records = [f"chr1\t{100 + n}\t.\tC\tT\t.\tPASS\tBCSQ=@{999 - n}\tAD:DP\t40,20:60\t9,0:9" for n in range(450)]
    records += [r.replace("@" + r.split("@")[1].split("\t")[0], "missense|G|E") for r in records]
    records[450:] = ["\t".join(["chr1", str(550 + n), *r.split("\t")[2:]]) for n, r in enumerate(records[450:])]
    alone = read(saved(tmp_path, records, top=top), 1)
    assert alone.told.counts["merino_wes"] == 900
    assert read(tmp_path / "a.vcf.gz", 3) == (alone.told, [True, True])


def test_damaged_files_say_what_they_always_say(tmp_path: Path, read: Callable[..., Both]) -> None:
    whole = blocked(text(made_up()))
    path = tmp_path / "a.vcf.gz"
    middle = len(whole) * 3 // 4
    for data, message in (
        (whole[: -len(BGZIP_END)], "its end marker is missing"),
        (whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], "truncated or damaged"),
        (whole[:middle] + whole[middle + 100 :], "truncated or damaged"),
    ):
        path.write_bytes(data)
        alone = read(path, 1)
        assert message in alone.told.problem
        assert read(path, 3) == (alone.told, [False, False] if alone.shared else [])


def test_what_is_not_split(tmp_path: Path) -> None:
    path, data = tmp_path / "a.vcf.gz", text(made_up())
    path.write_bytes(blocked(data))
    size = path.stat().st_size
    assert len(parts.split(str(path), parts.Cores(8, None, size // 2))) == 2
    assert parts.split(str(path), parts.Cores(8, None, size // 2 + 1)) == []
    assert parts.split(str(path), parts.Cores(8)) == []
    assert parts.split(str(path), parts.Cores(1, None, 1)) == []
    path.write_bytes(gzip.compress(data))
    assert parts.split(str(path), parts.Cores(8, None, 1)) == []
    path.write_bytes(data)
    assert len(parts.split(str(path), parts.Cores(8, None, len(data) // 16))) == 2
    assert parts.split(str(path), parts.Cores(8, None, len(data) // 16 + 1)) == []


def test_ends_of_lines_and_of_the_file(tmp_path: Path, read: Callable[..., Both]) -> None:
    path = tmp_path / "a.vcf"
    mark, windows, no_end = b"\xef\xbb\xbf", text(made_up()).replace(b"\n", b"\r\n"), text(made_up())[:-1]
    for data, splits in ((mark + text(made_up()), False), (windows, True), (no_end, True)):
        path.write_bytes(data)
        assert read(path, 3) == (read(path, 1).told, [splits, splits])
    pieces = parts.split(str(path), parts.Cores(3, None, 1))
    found = [text for piece in pieces for _, text in parts.lines(str(path), piece)]
    assert found == [text for _, text in numbered(path) if not text.startswith("#")]


def no_child_is_left() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def test_a_process_that_fails_or_is_killed_leaves_nothing() -> None:
    assert parts.together(lambda part: {"part": part}, 3) == [{"part": 0}, {"part": 1}, {"part": 2}]
    assert parts.together(lambda part: os.kill(os.getpid(), signal.SIGKILL) if part else part, 2) is None
    assert parts.together(lambda part: part // (1 - part), 2) is None
    assert parts.together(lambda part: object(), 2) is None
    assert parts.together(lambda part: "x" * 300_000, 2) == ["x" * 300_000] * 2
    assert no_child_is_left()


def test_stopping_ends_every_process() -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    start = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            parts.together(lambda part: time.sleep(20), 2)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - start < 10
    assert no_child_is_left()


def test_no_space_for_the_rows_of_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, made_up())
    job = stream.Job(vcf=str(path), tumor="T", sample="T", patient="P")
    chosen = (job, DEFINITIONS, Rules(), stream.area(None, None, ""), hotspots.none())
    alone, out = io.BytesIO(), io.BytesIO()
    stream.write(*chosen, alone)
    full: list[bool] = []

    def no_space() -> BinaryIO:
        full.append(True)
        return cast(BinaryIO, open("/dev/full", "r+b", buffering=0))

    stream.write(*chosen, out, parts.Cores(2, no_space, 1))
    assert full and out.getvalue() == alone.getvalue()
