"""Pileups of the samples of a sheet: tables of GATK GetPileupSummaries, each named SAMPLE.pileups.table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from biomarkers.errors import InputError, Problem, Problems, nearest
from biomarkers.io import tables, tool_tables
from biomarkers.io.cells import check_cells
from biomarkers.quality.concordance import Pileup, called

ENDING = ".pileups.table"
COMMENT = ("#", '"#')
"""Begin the line that names the sample; it stands in quotation marks when the name has some."""
KINDS = {"contig": "category", "allele_frequency": "float64"} | dict.fromkeys(
    ("position", "ref_count", "alt_count", "other_alt_count"), "int64"
)


def read_roles(path: Path) -> dict[str, tuple[str, bool]]:
    """Patient of each sample of the sheet, and whether it is a tumor. Raises InputError."""
    columns = check_cells(tables.read_cells(path), "samples")
    if "status" not in columns:
        raise InputError(Problem(str(path), "status", None, "a column that tells tumor from normal", 1))
    rows = zip(*(columns[name][1] for name in ("sample", "patient", "status")), strict=True)
    return {sample: (patient, status in ("tumor", "1")) for sample, patient, status in rows}


def read(path: Path, roles: Mapping[str, tuple[str, bool]], sheet: Path) -> Pileup:
    """One sample's pileup; its file's name begins with the sample's. Raises InputError."""
    sample = path.name.removesuffix(ENDING)
    if sample not in roles:
        raise InputError(Problem(str(path), "sample", sample, f"a sample of {sheet}{nearest(sample, roles)}"))
    table = tool_tables.columns(path, KINDS, comment=COMMENT, what="GetPileupSummaries")
    return Pileup(roles[sample][0], sample, roles[sample][1], called(table))


def read_whole(paths: Sequence[Path], roles: Mapping[str, tuple[str, bool]], sheet: Path) -> list[Pileup]:
    """The pileups among these that can be read: another job may be writing one."""
    untold = Problems()
    found = [untold.catch(read, path, roles, sheet) for path in paths]
    return [pileup for pileup in found if pileup is not None]
