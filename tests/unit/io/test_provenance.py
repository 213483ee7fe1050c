"""Where a number came from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from biomarkers.errors import InputError
from biomarkers.io import provenance


def test_record_names_inputs_by_md5(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    found = provenance.record("tmb", {"vaf": 0.05}, [path, path], extra=1)
    assert found["inputs"] == [{"file": str(path), "md5": "900150983cd24fb0d6963f7d28e17f72"}]  # RFC 1321, A.5
    assert found["settings"] == {"vaf": 0.05} and found["extra"] == 1
    beside = provenance.beside(tmp_path / "x.variants.tsv.gz")
    beside.write_text(provenance.as_json(found))
    assert provenance.read(beside) == json.loads(json.dumps(found))


def test_read_refuses_other_content(tmp_path: Path) -> None:
    assert provenance.read(tmp_path / "absent.json") is None
    for content in (
        b"[1]",
        b"{",
        b'{"settings": 3}',
        b'{"settings": {"vaf": NaN}}',
        b'{"settings": {"vaf": 1e400}}',
        b'{"settings": {"a": "\xad"}}',
    ):
        (tmp_path / "a.json").write_bytes(content)
        with pytest.raises(InputError, match=r"a\.json: file is"):
            provenance.read(tmp_path / "a.json")
