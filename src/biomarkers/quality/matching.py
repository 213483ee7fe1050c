"""Whether the samples of a sheet are of the patients that it says, from their pileups.

These are tables of GATK GetPileupSummaries, each named SAMPLE.pileups.table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from biomarkers.errors import InputError, Problem, Problems, RunError, log, nearest
from biomarkers.io import tables, tool_tables
from biomarkers.io.cells import check_cells
from biomarkers.quality import concordance
from biomarkers.quality import concordance_words as words
from biomarkers.quality.concordance import Pileup, called
from biomarkers.settings import SamePerson

ENDING = ".pileups.table"
COMMENT = ("#", '"#')
"""Begin the line that names the sample; it stands in quotation marks when the name has some."""
KINDS = {"contig": "category", "allele_frequency": "float64"} | dict.fromkeys(
    ("position", "ref_count", "alt_count", "other_alt_count"), "int64"
)
MOST_WARNINGS = 20


def pairs(
    paths: Sequence[Path], samples: Path, *, others: Sequence[Path], must_match: bool, rules: SamePerson
) -> pd.DataFrame:
    """Table `concordance` of the pileups; what is worth telling of it is said.

    others: further pileups, which may tell whose sample it is that does not match. must_match: raise RunError where
    samples of one patient do not match. Raises InputError with every problem of every file.
    """
    problems = Problems(*rules.problems())
    roles = problems.catch(_roles, samples) or {}
    caught = [problems.catch(_read, path, roles, samples) for path in paths]
    problems.stop_if_any()
    given = [pileup for pileup in caught if pileup is not None]
    found = concordance.compare(given, min_sites=rules.min_sites, distance=rules.distance)
    wrong = found[found["verdict"].isin(["mismatch", "reversed"])]
    if must_match and len(wrong):
        known = {pileup.sample for pileup in given}
        # One that cannot be read may be being written by another job.
        further = [Problems().catch(_read, path, roles, samples) for path in others]
        more = [pileup for pileup in further if pileup is not None and pileup.sample not in known]
        compared = concordance.compare([*given, *more], min_sites=rules.min_sites, distance=rules.distance)
        raise RunError("\n".join(words.sentence(row, compared) for _, row in wrong.iterrows()))
    for warning in words.warnings(found, most=MOST_WARNINGS):
        log.warning(warning)
    if without := concordance.left_out(given, found):
        said = "of %d samples %d pairs of two patients are not in the table: different individuals, or undetermined"
        log.info(said, len(given), without)
    return found


def _roles(path: Path) -> dict[str, tuple[str, bool]]:
    """Patient of each sample of the sheet, and whether it is a tumor. Raises InputError."""
    columns = check_cells(tables.read_cells(path), "samples")
    if "status" not in columns:
        raise InputError(Problem(str(path), "status", None, "a column that tells tumor from normal", 1))
    rows = zip(*(columns[name][1] for name in ("sample", "patient", "status")), strict=True)
    return {sample: (patient, status in ("tumor", "1")) for sample, patient, status in rows}


def _read(path: Path, roles: Mapping[str, tuple[str, bool]], sheet: Path) -> Pileup:
    """One sample's pileup; its file's name begins with the sample's. Raises InputError."""
    sample = path.name.removesuffix(ENDING)
    if sample not in roles:
        raise InputError(Problem(str(path), "sample", sample, f"a sample of {sheet}{nearest(sample, roles)}"))
    table = tool_tables.columns(path, KINDS, comment=COMMENT, what="GetPileupSummaries")
    return Pileup(roles[sample][0], sample, roles[sample][1], called(table))
