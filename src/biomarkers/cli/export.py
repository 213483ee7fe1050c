"""`biomarkers export` (Analysis): write the tables of a finished run for another program."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from biomarkers.cli._kinds import InputFolder, OutputAny


def export(format: Literal["cbioportal", "duckdb", "xlsx"], /, *, run: InputFolder = Path(), out: OutputAny) -> None:
    """Write the tables of a finished run for another program: a workbook, a database, a study folder.

    What the run has is exported, and what it has not is said. All of the output appears, or nothing; it takes the place
    of an earlier export of the same format only. It holds data of patients. See docs/export.md.

    Args:
        format: cbioportal: a study folder. duckdb: a database with a table for each of the run. xlsx: a workbook with a
            sheet a table, of which the first says what each column means.
        run: Folder of a finished run.
        out: Folder to write, or database (.duckdb), or workbook (.xlsx).
    """
    from biomarkers.run import exports

    exports.write(format, run, out)
