"""What an import writes into its folder: the sheets, the mapping in force, the report, and a config that runs them."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from biomarkers.clinical.imports import report
from biomarkers.clinical.imports.mapping import SHEETS, Declared
from biomarkers.clinical.imports.sheets import Sheet
from biomarkers.io import tables, yamls

MARKS = ("import.tsv", "mapping.yaml")
"""By these a folder is known as one that an import wrote."""
OTHERS = (*(f"{name}.tsv" for name in SHEETS), "gene_panels.tsv")


def texts(
    mapping: Declared,
    sheets: Mapping[str, Sheet],
    *,
    folder: Path | None,
    out: Path,
    clinical: Mapping[str, str] | None,
) -> dict[str, str]:
    """The files by their path within `out`.

    folder: to which the paths of the mapping are relative; they are written relative to `out`, so that the copy of the
    mapping can be run again. None for an importer, whose tables have names of their own. clinical: further keys of the
    config's block of that name; None for no config.
    """
    found = {f"{name}.tsv": sheet.text() for name, sheet in sheets.items()}
    found["import.tsv"] = tables.as_text(report.table(sheets), "import")
    found["mapping.yaml"] = yamls.dumped(mapping.data if folder is None else _moved(mapping.data, folder, out))
    if clinical is None:
        return found
    paths = {name: f"{name}.tsv" for name in sheets} | dict(clinical)
    heading = "# Run with: snakemake -s PROJECT/workflow/Snakefile --directory THIS_FOLDER --cores 2\n"
    found["config/config.yaml"] = heading + yamls.dumped({"clinical": paths})
    return found


def _moved(data: dict[str, Any], folder: Path, out: Path) -> dict[str, Any]:
    """The mapping with each `file` relative to another folder."""
    moved = copy.deepcopy(data)
    for name in SHEETS:
        given = moved.get(name, [])
        for block in given if isinstance(given, list) else [given]:
            for place in (block, *block.get("join", [])):
                place["file"] = os.path.relpath(folder / place["file"], out)
    return moved
