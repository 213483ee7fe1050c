"""`biomarkers compare` (Analysis): what changed between two runs, such as two data cuts, and why."""

from __future__ import annotations

from biomarkers.cli._kinds import InputFolder, OutputTable, Printed
from biomarkers.errors import shown


def compare(run_a: InputFolder, run_b: InputFolder, /, *, changes: OutputTable | None = None) -> Printed:
    """Print what changed from one run to another: patients, their values, tests and rates, each with the reason.

    Numbers are the same up to a relative difference of 1e-9 (docs/methods.md, 12.4). Reasons are the rows of the sheets
    that differ, settings, the plan, files behind the burdens by their MD5, and the version of the program; where none
    of these differs, that is said. A table that one run lacks is named and not compared.

    Args:
        run_a: Folder of the older run.
        run_b: Folder of the newer run.
        changes: Table to write: every change, one a row.
    """
    from biomarkers.io import tables
    from biomarkers.run.comparison import changes as work
    from biomarkers.run.comparison import words

    found = work.compare(run_a, run_b)
    rows = [one._asdict() for one in found.changes]
    tables.write_all({"changes": tables.of_rows(rows, "changes")}, {"changes": changes})
    print(shown(words.text(found)), end="")
