"""Numbered lines of plain and gzip text, and files that are cut or no text."""

from __future__ import annotations

import gzip
import random

import pysam
import pytest

from biomarkers.errors import InputError
from biomarkers.io import lines


@pytest.mark.parametrize("length", [20, 8191, 8192, 1 << 17])
@pytest.mark.parametrize("zipped", [False, True])
def test_lines_do_not_depend_on_the_pieces_that_are_read(tmp_path, length, zipped):
    text = "first\r\n\nséquence\tx\n" + "é" * length + "\nlast"
    path = tmp_path / "a.txt"
    expected = ["first", "", "séquence\tx", "é" * length, "last"]
    for ending in ("", "\n"):
        data = (text + ending).encode()
        path.write_bytes(gzip.compress(data) if zipped else data)
        assert list(lines.numbered(path)) == list(enumerate(expected, 1))
    path.write_bytes(b"")
    assert list(lines.numbered(path)) == []


def test_a_byte_order_mark_is_no_text(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfa\nb\n")
    assert list(lines.numbered(tmp_path / "a.txt")) == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(b"a\n" * 99, mtime=0)[:-9], "file is truncated or damaged ("),
        (gzip.compress(b"a\n", mtime=0) + b"more", "file is truncated or damaged (Not a gzipped file"),
        (
            lines.BGZIP_END[:-1],
            "file is truncated; expected a whole bgzip file (its end marker is missing); copy it again",
        ),
        (b"\0\1", "file is binary data; expected a text file"),
    ],
)
def test_what_is_cut_or_no_text_is_told(tmp_path, data, said):
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(InputError) as caught:
        list(lines.numbered(tmp_path / "a.txt"))
    assert str(caught.value).split(": ", 1)[1].startswith(said)


def test_a_folder_and_an_absent_file(tmp_path):
    for path, said in ((tmp_path, "cannot be read (Is a directory)"), (tmp_path / "no", "is missing; expected a file")):
        with pytest.raises(InputError, match="file ") as caught:
            lines.opened(path)
        assert f"file {said}" in str(caught.value)


def test_bytes_that_are_no_utf_8_are_those_of_windows(tmp_path):
    """Excel writes dashes and quotation marks of Windows-1252 (ISO 8859-1 has control characters there)."""
    path = tmp_path / "a.csv"
    path.write_bytes("1\u201349,\u201cM\u00fcnchen\u201d".encode("cp1252"))
    assert lines.whole_text(path) == "1\u201349,\u201cM\u00fcnchen\u201d"
    assert [line for _, line in lines.numbered(path)] == [lines.whole_text(path)]


def test_what_is_another_kind_of_file_is_refused_where_the_caller_says_what_it_expects(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<!DOCTYPE html>\n")
    assert lines.whole_text(path) == "<!DOCTYPE html>\n"
    with pytest.raises(InputError, match="file is a web page; expected a table; was a login page"):
        lines.whole_text(path, "a table")


@pytest.fixture
def bounded(monkeypatch):
    """As if a megabyte were much."""
    monkeypatch.setattr(lines, "MOST", 1 << 20)


@pytest.mark.parametrize("read", [lines.whole_text, lines.numbered, lambda path: [lines.opened(path, packed=True)]])
def test_a_file_that_unpacks_to_a_thousand_times_its_size_fills_no_memory(tmp_path, read):
    """Alone, as a line, and for another program behind a header that is right."""
    bomb = tmp_path / "b.gz"
    bomb.write_bytes(gzip.compress(b"##fileformat=VCFv4.2\n", mtime=0) + gzip.compress(bytes(70_000_000), mtime=0))
    with pytest.raises(
        InputError, match=r"b.gz: file unpacks to more than 200 times its size \(\d+ bytes so far\); exp"
    ):
        list(read(bomb))


def packed(path, *texts):
    """A bgzip file of these texts."""
    with pysam.BGZFile(str(path), "wb") as out:
        for text in texts:
            out.write(text)
    return path


def test_a_bgzip_file_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path):
    bomb = packed(tmp_path / "b.vcf.gz", b"##fileformat=VCFv4.2\n", bytes(70_000_000))
    with pytest.raises(InputError, match="file unpacks to more than 200 times its size"):
        lines.opened(bomb, packed=True)


def test_a_bgzip_file_of_few_blocks_is_known_to_be_no_bomb_by_their_lengths(tmp_path, monkeypatch):
    chance = random.Random(1)
    large = packed(tmp_path / "a.vcf.gz", *[chance.randbytes(50_000) for _ in range(20)])
    small = packed(tmp_path / "b.vcf.gz", b"##fileformat=VCFv4.2\n")
    mixed = tmp_path / "c.vcf.gz"
    mixed.write_bytes(gzip.compress(b"text", mtime=0) + small.read_bytes())
    unpacked = []
    whole = lines._unpacked
    monkeypatch.setattr(lines, "_unpacked", lambda path: unpacked.append(path) or whole(path))
    for path in (large, small, mixed):
        lines.opened(path, packed=True).close()
    assert unpacked == [mixed]


def test_a_large_file_that_packs_as_text_does_is_read(bounded, tmp_path):
    text = "".join(f"{number * 7919 % 1_000_003}\n" for number in range(300_000))
    path = tmp_path / "t.gz"
    path.write_bytes(gzip.compress(text.encode(), 1, mtime=0))
    assert len(text) > lines.MOST and lines.whole_text(path) == text
    assert sum(1 for _ in lines.numbered(path)) == 300_000
