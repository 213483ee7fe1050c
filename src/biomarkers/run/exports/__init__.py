"""The tables of a finished run for other programs: one file a format."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from biomarkers.errors import InputError, Problem, log


def write(format: str, run: Path, out: Path) -> None:
    """Write a finished run in a format: the module of this name. Raises InputError.

    A module has `write`, and the ENDING of the file that it makes, empty for a folder.
    """
    from biomarkers.run.exports import finished

    module = import_module(f"biomarkers.run.exports.{format}")
    if not out.name.lower().endswith(module.ENDING):
        raise InputError(Problem("command line", "--out", str(out), f"a name that ends in {module.ENDING}"))
    module.write(finished.read(run), out)
    log.info("%s is written. %s", out, finished.PATIENT_DATA)
