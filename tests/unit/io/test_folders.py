"""Folders that are written as a whole."""

from __future__ import annotations

from biomarkers.io import folders


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
