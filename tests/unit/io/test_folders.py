"""Folders that are written as a whole."""

from __future__ import annotations

import time
from functools import partial

import pytest

from biomarkers.errors import RunError
from biomarkers.io import folders, workers
from work import fails, is_killed, made, text


def test_folders_are_renewed_and_what_is_gone_goes(tmp_path):
    folders.renew({"a/x/one": "1", "a/two": "2"}, tmp_path, ["a", "b"])
    (tmp_path / "b" / "old").mkdir(parents=True)
    (tmp_path / "b" / "old" / "file").write_text("")
    (tmp_path / "c").write_text("stays")
    before = (tmp_path / "a" / "two").stat().st_mtime_ns
    folders.renew({"a/two": "2", "b/three": "3"}, tmp_path, ["a", "b"])
    there = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert there == {"a/two", "b/three", "c"} and not (tmp_path / "a" / "x").exists()
    assert (tmp_path / "a" / "two").stat().st_mtime_ns == before


@pytest.fixture(params=[1, 2])
def cores(request, monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: request.param)


def test_files_made_here_and_in_another_process_stand_beside_each_other(tmp_path, cores):
    makings = [partial(made, f"a/{number}") for number in range(3)]
    assert folders.write([text("a/first"), *makings, text("b/last")], tmp_path / "out", ["a", "b"])
    files = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert files == ["a/0", "a/1", "a/2", "a/first", "b/last"]


@pytest.mark.parametrize(
    ("making", "error", "said"), [(fails, OSError, "No space left on device"), (is_killed, RunError, "was killed")]
)
def test_what_stops_the_other_process_is_raised_and_nothing_is_left(tmp_path, monkeypatch, making, error, said):
    monkeypatch.setattr(workers, "cores", lambda: 2)
    with pytest.raises(error, match=said):
        folders.write([partial(made, "a/one"), making], tmp_path / "out", ["a"])
    assert list(tmp_path.iterdir()) == []


def test_what_fails_here_ends_the_other_process_too(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: 2)
    with pytest.raises(OSError, match="No space"):
        folders.write([fails, partial(time.sleep, 600)], tmp_path / "out", ["a"])
    assert list(tmp_path.iterdir()) == []
