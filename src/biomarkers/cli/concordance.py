"""`biomarkers concordance` (Reads to variants): tell of every pair of samples if they are of one individual."""

from __future__ import annotations

from typing import Literal

from biomarkers.cli._kinds import InputReport, InputTable, OutputPicture, OutputTable
from biomarkers.errors import log
from biomarkers.settings import SamePerson

MOST_WARNINGS = 20


def concordance(
    *,
    pileups: list[InputReport],
    samples: InputTable,
    concordance: OutputTable,
    picture: OutputPicture | None = None,
    others: list[InputReport] | None = None,
    on_mismatch: Literal["warn", "stop"] = "warn",
    rules: SamePerson,
) -> None:
    """Tell from genotypes at common sites whether samples come from the same individual, for every pair of them.

    Three hypotheses are compared by their likelihood: the same individual, full siblings, unrelated; for a tumor and a
    normal also one individual with a sample swap. A hypothesis is accepted when it is 1000 times likelier than the
    others; a pair with too few sites, or even odds, is undetermined. docs/methods.md has the rules.

    Args:
        pileups: Tables of GATK GetPileupSummaries, each named SAMPLE.pileups.table.
        samples: Sample sheet: patient, sample, status.
        concordance: Table to write: one row per pair; of more than 300 samples those of one patient, and those of two
            that may be one individual or relatives.
        picture: Picture to write, SVG: relatedness of every pair.
        others: Further pileup tables, looked at only to tell whose sample it is when a pair does not match.
        on_mismatch: What to do when samples of one patient do not match: warn, or stop with exit status 1 and write
            nothing.
    """
    from biomarkers.errors import Problems, RunError
    from biomarkers.io import files, tables
    from biomarkers.quality import concordance as people
    from biomarkers.quality import concordance_picture as pictures
    from biomarkers.quality import concordance_words as words
    from biomarkers.quality import pileups as read

    problems = Problems(*rules.problems())
    roles = problems.catch(read.read_roles, samples) or {}
    caught = [problems.catch(read.read, path, roles, samples) for path in pileups]
    problems.stop_if_any()
    given = [pileup for pileup in caught if pileup is not None]
    pairs = people.compare(given, min_sites=rules.min_sites, distance=rules.distance)
    wrong = pairs[pairs["verdict"].isin(["mismatch", "reversed"])]
    if on_mismatch == "stop" and len(wrong):
        known = {pileup.sample for pileup in given}
        more = [pileup for pileup in read.read_whole(others or [], roles, samples) if pileup.sample not in known]
        compared = people.compare([*given, *more], min_sites=rules.min_sites, distance=rules.distance)
        raise RunError("\n".join(words.sentence(row, compared) for _, row in wrong.iterrows()))
    for warning in words.warnings(pairs, most=MOST_WARNINGS):
        log.warning(warning)
    if without := people.left_out(given, pairs):
        said = "of %d samples %d pairs of two patients are not in the table: different individuals, or undetermined"
        log.info(said, len(given), without)
    texts = {concordance: tables.as_text(pairs, "concordance")}
    files.write_texts(texts | ({} if picture is None else {picture: pictures.svg(pairs)}))
