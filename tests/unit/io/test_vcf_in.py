"""VCF and BCF as htslib reads them, and what it would pass over in silence."""
# ruff: noqa: E501 (records as they stand in files)

from __future__ import annotations

import gzip
import logging
import re
import zlib
from pathlib import Path

import pytest
from cyvcf2 import VCF, Writer

from biomarkers.errors import InputError
from biomarkers.io.lines import BGZIP_END
from biomarkers.io.vcf import Vcf

HEADER = """##fileformat=VCFv4.2
##contig=<ID=chr1,length=5000>
##INFO=<ID=BCSQ,Number=.,Type=String,Description="x">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">
##FORMAT=<ID=AF,Number=A,Type=Float,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\tN
"""
RECORDS = [f"chr1\t{at}\t.\tC\tT\t.\tPASS\tBCSQ=missense|TP53\tAD:AF\t40,10:0.2\t30,0:0" for at in (100, 200, 300)]
TEXT = HEADER + "".join(f"{record}\n" for record in RECORDS)
CELLS = [record.split("\t") for record in RECORDS]


def blocked(data: bytes, size: int = 90) -> bytes:
    """As bgzip packs it, in small blocks."""
    found = b""
    for start in range(0, len(data), size):
        piece, packer = data[start : start + size], zlib.compressobj(1, zlib.DEFLATED, -15)
        body = packer.compress(piece) + packer.flush()
        head = b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff\x06\0BC\x02\0" + (len(body) + 25).to_bytes(2, "little")
        found += head + body + zlib.crc32(piece).to_bytes(4, "little") + len(piece).to_bytes(4, "little")
    return found + BGZIP_END


def saved(folder: Path, data: bytes | str) -> Path:
    path = folder / "a.vcf"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def message(path: Path) -> str:
    with pytest.raises(InputError) as error:
        list(Vcf(path))
    return str(error.value)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT[:-1].encode(),
        gzip.compress(TEXT.encode()),
        gzip.compress(TEXT[:300].encode()) + gzip.compress(TEXT[300:].encode()),
        blocked(TEXT.encode()),
    ],
    ids=["plain", "Windows", "byte-order mark", "no end of the last line", "gzip", "gzip in two", "bgzip"],
)
def test_every_way_of_writing_a_vcf_gives_the_same_cells(tmp_path: Path, data: bytes) -> None:
    found = Vcf(saved(tmp_path, data))
    assert (found.samples, list(found)) == (["T", "N"], CELLS)


@pytest.mark.parametrize("mode", ["wb", "wbu"])
def test_bcf(tmp_path: Path, mode: str) -> None:
    source, path = VCF(str(saved(tmp_path, TEXT))), tmp_path / "a.bcf"
    writer = Writer(str(path), source, mode=mode)
    for record in source:
        writer.write_record(record)
    writer.close()
    assert list(Vcf(path)) == CELLS
    path.write_bytes(path.read_bytes()[:-28])
    assert "its end marker is missing" in message(path)


def test_a_plain_text_that_is_cut_anywhere_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """htslib takes a line that ends before its FORMAT column for a whole record."""
    whole = {len(HEADER) + sum(len(record) + 1 for record in RECORDS[:n]) for n in range(4)}
    last = {end - 1 - n for end in whole for n in range(len("30,0:0"))}
    for cut in range(len(HEADER), len(TEXT)):
        path = saved(tmp_path, TEXT[:cut])
        caplog.clear()
        if cut in whole:
            list(Vcf(path))
            assert not caplog.messages
        elif cut in last:
            with caplog.at_level(logging.WARNING):
                list(Vcf(path))
            assert caplog.messages == [f"{path}: its last line does not end; was the file cut?"]
        else:
            number = (cut - len(HEADER)) // (len(RECORDS[0]) + 1)
            place = f"record after chr1:{number}00" if number else "first record"
            assert f": {place} " in message(path)


@pytest.mark.parametrize("pack", [gzip.compress, blocked])
def test_a_packed_file_that_is_cut_or_changed_anywhere_is_told(tmp_path: Path, pack, capfd) -> None:  # type: ignore[no-untyped-def]
    data = pack(TEXT.encode())
    for at in range(20, len(data) - 1, 7):
        assert message(saved(tmp_path, data[:at]))
    for at in range(400, len(data) - len(BGZIP_END) - 8, 11):
        found = saved(tmp_path, data[:at] + bytes([data[at] ^ 16]) + data[at + 1 :])
        try:
            assert list(Vcf(found)) == CELLS
        except InputError:
            continue
    assert capfd.readouterr() == ("", "")


def test_a_record_that_goes_on_with_the_next_is_told(tmp_path: Path) -> None:
    """htslib leaves out what stands behind the last column, and takes any text for the name of a field."""
    rest = "\n".join(RECORDS[1:]) + "\n"
    for cut in range(len(HEADER) + len("chr1\t"), len(HEADER) + len(RECORDS[0]) + 1):
        assert message(saved(tmp_path, TEXT[:cut] + rest))
    longer = TEXT.replace("30,0:0\nchr1\t300", "30,0:0\tx\nchr1\t300")
    assert "a.vcf:8: record after chr1:100 has 12 columns; expected 11" in message(saved(tmp_path, longer))


BAD = {
    "an empty line": (TEXT.replace("\nchr1\t200", "\n\nchr1\t200"), "record after chr1:100 has 1 column; expected 11"),
    "a position": (TEXT.replace("\t200\t", "\tx\t"), "record after chr1:100 cannot be read (Could not parse the position 'x')"),
    "reads": (TEXT.replace("200\t.\tC\tT\t.\tPASS\tBCSQ=missense|TP53\tAD:AF\t40", "200\t.\tC\tT\t.\tPASS\t.\tAD:AF\tx"),
              "record after chr1:100 cannot be read (Invalid character 'x' in 'AD' FORMAT field at chr1:200)"),
    "a genotype": (TEXT.replace("AD:AF\t40,10", "GT:AF\tA/B"), "first record cannot be read (Couldn't read GT data: value not a number or '.' at chr1:100)"),
    "a sample less": (TEXT.replace("\t30,0:0\nchr1\t300", "\nchr1\t300"), "record after chr1:100 has 10 columns; expected 11"),
    "a value more": (TEXT.replace("40,10:0.2", "40,10:0.2:3"), "first record cannot be read (Incorrect number of FORMAT fields at chr1:100)"),
    "a header within": (TEXT + HEADER, "record after chr1:300 has 1 column; expected 11"),
    "Latin-1": (TEXT.replace("TP53", "TP\xe953").encode("latin-1"), "first record is not in UTF-8; expected text in UTF-8"),
    "Latin-1 name": (TEXT.replace("\tT\tN", "\tT\xe9\tN").encode("latin-1"), "header is not in UTF-8"),
    "one name twice": (TEXT.replace("\tT\tN", "\tT\tT"), "header cannot be read (Duplicated sample name 'T')"),
    "blanks for tabs": (TEXT.replace("#CHROM\t", "#CHROM "), "header cannot be read (Could not parse the \"#CHROM..\" line"),
    "no columns": (HEADER[: HEADER.index("#CHROM")], "header cannot be read (Could not parse the header, sample line not found)"),
    "no VCF": ("patient\tsample\n", "file has no header of a VCF; expected a VCF or BCF"),
    "nothing": ("", "file has no header of a VCF"),
}  # fmt: skip


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("case", BAD)
def test_what_htslib_refuses_is_told_in_our_words(
    case: str, declared: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whether the contig is declared or not, when htslib goes another way."""
    data, expected = BAD[case]
    if not declared:
        contig = HEADER.splitlines(keepends=True)[1]
        data = data.replace(contig, "") if isinstance(data, str) else data.replace(contig.encode(), b"")
    path = saved(tmp_path, data)
    assert re.match(rf"{path}(:\d+)?: {re.escape(expected)}", message(path))
    assert capfd.readouterr() == ("", "")


def test_a_letter_of_latin_1_in_a_description_or_command_line_refuses_no_file(tmp_path: Path) -> None:
    given = TEXT.replace("#CHROM", "##cmd=M\xfcller\n#CHROM").encode("latin-1")
    found = Vcf(saved(tmp_path, given))
    assert (found.samples, list(found)) == (["T", "N"], CELLS)
    assert "##cmd=M\ufffdller" in found.header
    later = TEXT.replace("chr1\t200", "chr1\xfc\t200").encode("latin-1")
    assert "record after chr1:100 is not in UTF-8" in message(saved(tmp_path, later))


def test_what_the_header_does_not_declare_is_read_without_a_word(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    record = "chr7\t5\t.\tC\tT,*,<DEL>\t.\tlow;weak\tZZ=1;FLAG;BCSQ=a%2Cb|Ä\tGT:AO:FREQ\t0|1:3,4,5:12.5%\t.:.:."
    found = list(Vcf(saved(tmp_path, HEADER + record + "\n")))
    assert found == [record.split("\t")]
    assert capfd.readouterr() == ("", "")


def test_an_empty_value_of_a_field_that_the_header_lacks_is_missing(tmp_path: Path) -> None:
    record = "chr7\t5\t.\tC\tT\t.\tPASS\t.\tGT:AO:FREQ:ZZ\t0|1:::\t0|0:3::"
    (cells,) = Vcf(saved(tmp_path, HEADER + record + "\n"))
    (_, *first), (_, reads, *second) = (cell.split(":") for cell in cells[-2:])
    assert reads == "3" and {*first, *second} <= {"", "."}


def test_numbers_have_the_six_digits_that_htslib_keeps(tmp_path: Path) -> None:
    text = TEXT.replace("40,10:0.2", "40,10:0.05").replace("30,0:0", "30,0:0.123456789")
    assert next(iter(Vcf(saved(tmp_path, text))))[-2:] == ["40,10:0.05", "30,0:0.123457"]


def test_fields_of_info_as_they_are_written(tmp_path: Path) -> None:
    """htslib reads numbers of another kind than the header declares up to the first letter that does not fit."""
    declared = [f'##INFO=<ID={kind},Number=1,Type={kind},Description="x">\n' for kind in ("Integer", "Float")]
    record = f"Integer={{0}};Float={{0}};{RECORDS[0].split(chr(9))[7]}"
    for value in ("0.05", "12.5%", "T:0.01", "0.01|0.02", "2147483648", "0.0001234567891", ".", "7,."):
        text = TEXT.replace("#CHROM", f"{''.join(declared)}#CHROM").replace("BCSQ=missense|TP53", record.format(value))
        found = Vcf(saved(tmp_path, text)).as_written(["Integer", "Float", "AF", "none"])
        assert [cells[7] for cells in [*found, *found]] == [record.format(value)] * 6
        assert found.whole_header() == found.header


def test_fields_of_info_of_a_bcf_have_their_own_type(tmp_path: Path) -> None:
    header = TEXT.replace("#CHROM", '##INFO=<ID=AC,Number=.,Type=Integer,Description="x">\n#CHROM')
    source, path = (
        VCF(str(saved(tmp_path, header.replace("BCSQ=missense", "AC=7,.;BCSQ=missense")))),
        tmp_path / "a.bcf",
    )
    writer = Writer(str(path), source, mode="wb")
    for record in source:
        writer.write_record(record)
    writer.close()
    assert [cells[7] for cells in Vcf(path).as_written(["AC"])] == ["AC=7,.;BCSQ=missense|TP53"] * 3


@pytest.mark.parametrize("name", ["T,1", "^T", "Tü", "T 1", "-"])
def test_any_name_of_a_sample(tmp_path: Path, name: str) -> None:
    found = Vcf(saved(tmp_path, TEXT.replace("\tT\tN", f"\t{name}\tN")))
    assert (found.samples, list(found)) == ([name, "N"], CELLS)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert message(tmp_path / "nowhere.vcf").endswith("nowhere.vcf: file is missing; expected a file at this path")
    assert "cannot be read" in message(tmp_path)
