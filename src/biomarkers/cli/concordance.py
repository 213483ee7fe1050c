"""`biomarkers concordance` (Reads to variants): tell of every pair of samples if they are of one individual."""

from __future__ import annotations

from typing import Literal

from biomarkers.cli._kinds import InputReport, InputTable, OutputPicture, OutputTable
from biomarkers.settings import SamePerson


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
    from biomarkers.io import files, tables
    from biomarkers.quality import concordance_picture as pictures
    from biomarkers.quality import matching

    must_match = on_mismatch == "stop"
    pairs = matching.pairs(pileups, samples, others=others or (), must_match=must_match, rules=rules)
    texts = {concordance: tables.as_text(pairs, "concordance")}
    files.write_texts(texts | ({} if picture is None else {picture: pictures.svg(pairs)}))
