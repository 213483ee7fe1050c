"""`biomarkers explain` (Variants to burden): print how the burden of a sample came about."""

from __future__ import annotations

from pathlib import Path

from biomarkers.cli._kinds import InputFolder, Printed
from biomarkers.errors import shown


def explain(sample: str, *, run: InputFolder = Path()) -> Printed:
    """Print how the burden of a sample came about: the whole derivation of the number, as text.

    The division with its interval; variants read, lost by each rule, and counted; the territory by step; tumor cells;
    the normal; programs with their versions; the settings in force; every file by its MD5 back to those that were
    given; and what to be careful about. A burden that is missing is explained, too.

    Args:
        sample: Tumor sample.
        run: Folder of a finished run, or one in which `biomarkers variants` and `biomarkers tmb` wrote their tables.
    """
    from biomarkers.run.joins import explanation, findings

    print(shown(explanation.text(findings.find(run, sample))), end="")
