"""What a run keeps for itself, and its room for temporary files."""

from __future__ import annotations

import errno
import os

import pytest

from biomarkers.errors import RunError
from biomarkers.io.scratch import check_room, remember, remembered


def test_what_is_remembered_is_found_again_and_damage_is_nothing(tmp_path):
    path = tmp_path / "folder" / "kept.json"
    assert remembered(path) == {}
    remember(path, {"M\u00fcller.fq": [3, "/x"]})
    assert remembered(path) == {"M\u00fcller.fq": [3, "/x"]}
    for text in ("", "[1]", "{"):
        path.write_text(text)
        assert remembered(path) == {}


def test_what_cannot_be_kept_stops_nothing(tmp_path):
    (tmp_path / "folder").write_text("a file where a folder should be")
    remember(tmp_path / "folder" / "kept.json", {"a": 1})
    assert remembered(tmp_path / "folder" / "kept.json") == {}


def test_a_run_does_not_begin_where_its_results_cannot_be_written(tmp_path, monkeypatch):
    written = []

    def refused(dir):
        written.append(str(dir))
        if "temporary" in str(dir):
            return open(os.devnull, "wb")
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    with pytest.raises(RunError, match=f"{tmp_path}: results cannot be written there .Read-only file system"):
        check_room(str(tmp_path / "not" / "there"))
    assert written == [str(tmp_path / "temporary"), str(tmp_path)]


def test_a_run_does_not_begin_without_room_for_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    check_room()

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(
        RunError, match=r"cannot be written there .No space left on device.; free space there, or set TMPDIR"
    ):
        check_room()
    monkeypatch.undo()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "absent"))
    with pytest.raises(RunError, match=f"{tmp_path}/absent: temporary files cannot be written there .No such file"):
        check_room()
