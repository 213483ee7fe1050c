"""Lines of the program that kept files of readers run, imports left out: `python reached.py FOLDER NAMES`."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import judge
from coverage import Coverage
from readers import DATA, named, readers

MOST = 300
"""Files of a reader."""


def main(given: str, *names: str) -> None:
    """The number of lines by reader."""
    place, found = Path(given), {}
    with tempfile.TemporaryDirectory() as work:
        for each in readers(DATA):
            kept = place / "kept" / named(each.kind)
            if named(each.kind) not in names or not kept.is_dir():
                continue
            judge.called(each, each.files.get(each.spoiled[0], b""), Path(work) / "first")
            known = Coverage(data_file=None, source_pkgs=["biomarkers"])
            known.start()
            for file in sorted(kept.iterdir())[:MOST]:
                judge.called(each, file.read_bytes(), Path(work) / "one")
            known.stop()
            data = known.get_data()
            found[named(each.kind)] = sum(len(data.lines(file) or ()) for file in data.measured_files())
            os.chdir(place)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
