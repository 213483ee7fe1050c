"""Whether the samples of a sheet are of the patients that it says, from their pileups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from biomarkers.errors import Problems, RunError, log
from biomarkers.quality import concordance, pileups
from biomarkers.quality import concordance_words as words
from biomarkers.settings import SamePerson

MOST_WARNINGS = 20


def pairs(
    paths: Sequence[Path], samples: Path, *, others: Sequence[Path], must_match: bool, rules: SamePerson
) -> pd.DataFrame:
    """Table `concordance` of the pileups; what is worth telling of it is said.

    others: further pileups, which may tell whose sample it is that does not match. must_match: raise RunError where
    samples of one patient do not match. Raises InputError with every problem of every file.
    """
    problems = Problems(*rules.problems())
    roles = problems.catch(pileups.read_roles, samples) or {}
    caught = [problems.catch(pileups.read, path, roles, samples) for path in paths]
    problems.stop_if_any()
    given = [pileup for pileup in caught if pileup is not None]
    found = concordance.compare(given, min_sites=rules.min_sites, distance=rules.distance)
    wrong = found[found["verdict"].isin(["mismatch", "reversed"])]
    if must_match and len(wrong):
        known = {pileup.sample for pileup in given}
        more = [pileup for pileup in pileups.read_whole(others, roles, samples) if pileup.sample not in known]
        compared = concordance.compare([*given, *more], min_sites=rules.min_sites, distance=rules.distance)
        raise RunError("\n".join(words.sentence(row, compared) for _, row in wrong.iterrows()))
    for warning in words.warnings(found, most=MOST_WARNINGS):
        log.warning(warning)
    if without := concordance.left_out(given, found):
        said = "of %d samples %d pairs of two patients are not in the table: different individuals, or undetermined"
        log.info(said, len(given), without)
    return found
