"""Files are published whole or not at all, and the same content gives the same bytes."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from biomarkers.errors import InputError
from biomarkers.io import files


def test_packed_bytes_do_not_depend_on_the_time_or_the_pieces(tmp_path):
    rows = [f"row {number}\n".encode() for number in range(5000)]
    for name, pieces in (("a.gz", rows), ("b.gz", [b"".join(rows)])):
        with files.compressed(tmp_path / name) as out:
            for piece in pieces:
                out.write(piece)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == b"".join(rows)
    with files.compressed(tmp_path / "a.txt") as out:
        out.write(b"plain")
    assert (tmp_path / "a.txt").read_bytes() == b"plain"


def test_texts_appear_together(tmp_path):
    files.write_texts({tmp_path / "new" / "a.txt": "é\n", tmp_path / "new" / "b.txt.gz": "b\n"})
    assert (tmp_path / "new" / "a.txt").read_bytes() == "é\n".encode()
    assert gzip.decompress((tmp_path / "new" / "b.txt.gz").read_bytes()) == b"b\n"
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"folder cannot be written \(File exists\)"):
        files.write_texts({tmp_path / "c.txt": "c", tmp_path / "file" / "d.txt": "d"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "new"]


def test_digests(tmp_path):
    """RFC 1321, A.5, and FIPS 180-2, B.1."""
    (tmp_path / "a").write_bytes(b"abc")
    found = files.digests(tmp_path / "a")
    assert found.md5 == "900150983cd24fb0d6963f7d28e17f72" == hashlib.md5(b"abc").hexdigest()
    assert found.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(("sent", "left"), [(signal.SIGTERM, []), (signal.SIGKILL, [".a.tsv.unfinished."])])
def test_what_a_writer_leaves_that_is_stopped(tmp_path, sent, left):
    """A cluster sends SIGTERM some seconds before SIGKILL; after the latter the next run removes what is left."""
    script = (
        "import time; from biomarkers.cli import app; from biomarkers.io import files\n"
        "def call(_):\n    with files.publish('a.tsv'):\n        print('up', flush=True); time.sleep(60)\n"
        "app._call = call; app.main(['variants'])"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"up\n"
        writer.send_signal(sent)
        assert writer.wait(50) == (128 + sent if sent == signal.SIGTERM else -sent)
    assert [path.name[:18] for path in tmp_path.iterdir()] == left
    (tmp_path / "genome.fa").symlink_to("no longer there")
    files.sweep(tmp_path)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_disk_that_fills_while_a_file_is_written_is_named_by_the_file(tmp_path: Path, reason: int) -> None:
    """Python itself says only that no space is left, not where."""
    with pytest.raises(OSError, match=os.strerror(reason)) as full, files.publish(tmp_path / "page.html"):
        raise OSError(reason, os.strerror(reason))
    assert full.value.filename == str(tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("second", ["b.tsv", f"{'x' * 300}.tsv"])
def test_a_file_that_cannot_have_its_name_keeps_the_others_from_appearing(tmp_path: Path, second: str) -> None:
    (tmp_path / "b.tsv").mkdir()
    with pytest.raises(InputError, match=r"\.tsv: (file is a folder|folder cannot be written \(File name too long\))"):
        files.write_texts({tmp_path / "a.tsv": "1\n", tmp_path / second: "2\n"})
    assert [path.name for path in tmp_path.iterdir()] == ["b.tsv"]
