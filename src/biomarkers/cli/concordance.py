"""`biomarkers concordance`: pileups in, every pair of samples out, with what the sample sheet says of it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from biomarkers.cli._kinds import InputReport, InputTable, OutputPicture, OutputTable
from biomarkers.settings import SamePerson

if TYPE_CHECKING:
    import pandas as pd

    from biomarkers.quality.concordance import Pileup

log = logging.getLogger("biomarkers")
ENDING = ".pileups.table"
COMMENT = ("#", '"#')
"""Begin the line that names the sample; it stands in quotation marks when the name has some."""
KINDS = {"contig": "category", "allele_frequency": "float64"} | dict.fromkeys(
    ("position", "ref_count", "alt_count", "other_alt_count"), "int64"
)
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

    Parameters
    ----------
    pileups
        Tables of GATK GetPileupSummaries, each named SAMPLE.pileups.table.
    samples
        Sample sheet: patient, sample, status.
    concordance
        Table to write: one row per pair.
    picture
        Picture to write, SVG: relatedness of every pair.
    others
        Further pileup tables, looked at only to tell whose sample it is when a pair does not match.
    on_mismatch
        What to do when samples of one patient do not match: warn, or stop with exit status 1 and write nothing.
    rules
        How samples are compared.

    """
    from biomarkers.errors import Problems, RunError
    from biomarkers.io import files, tables
    from biomarkers.quality import concordance as people
    from biomarkers.quality import concordance_words as words

    problems = Problems(*rules.problems())
    sheet = problems.catch(read_roles, samples) or {}
    read = [problems.catch(read_pileup, path, sheet, samples) for path in pileups]
    problems.stop_if_any()
    given = [pileup for pileup in read if pileup is not None]
    pairs = people.compare(given, min_sites=rules.min_sites, distance=rules.distance)
    wrong = pairs[pairs["verdict"].isin(["mismatch", "reversed"])]
    if on_mismatch == "stop" and len(wrong):
        known = {pileup.sample for pileup in given}
        more = [p for p in (_read_if_possible(path, sheet, samples) for path in others or []) if p]
        everybody = [*given, *(pileup for pileup in more if pileup.sample not in known)]
        compared = people.compare(everybody, min_sites=rules.min_sites, distance=rules.distance)
        raise RunError("\n".join(words.sentence(row, compared) for _, row in wrong.iterrows()))
    for warning in words.warnings(pairs, most=MOST_WARNINGS):
        log.warning(warning)
    text = tables.as_text(pairs, "concordance")
    files.write_texts({concordance: text} | ({picture: _svg(pairs)} if picture else {}))


def _svg(pairs: pd.DataFrame) -> str:
    import vl_convert

    from biomarkers.quality.concordance_picture import picture

    return str(vl_convert.vegalite_to_svg(picture(pairs), allowed_base_urls=[]))


def read_roles(path: Path) -> dict[str, tuple[str, bool]]:
    """Patient of each sample of the sheet, and whether it is a tumor. Raises InputError."""
    from biomarkers.errors import InputError, Problem
    from biomarkers.io import tables
    from biomarkers.io.cells import check_cells

    columns = check_cells(path, *tables.read_cells(path), "samples")
    if "status" not in columns:
        raise InputError(Problem(str(path), "status", None, "a column that tells tumor from normal", 1))
    rows = zip(*(columns[name][1] for name in ("sample", "patient", "status")), strict=True)
    return {sample: (patient, status in ("tumor", "1")) for sample, patient, status in rows}


def read_pileup(path: Path, roles: dict[str, tuple[str, bool]], sheet: Path) -> Pileup:
    """One sample's table of GetPileupSummaries, whose name begins with the sample's. Raises InputError."""
    from biomarkers.errors import InputError, Problem, nearest
    from biomarkers.io import tool_tables
    from biomarkers.quality.concordance import Pileup, called

    sample = path.name.removesuffix(ENDING)
    if sample not in roles:
        raise InputError(Problem(str(path), "sample", sample, f"a sample of {sheet}{nearest(sample, roles)}"))
    table = tool_tables.columns(path, KINDS, comment=COMMENT, what="GetPileupSummaries")
    return Pileup(roles[sample][0], sample, roles[sample][1], called(table))


def _read_if_possible(path: Path, roles: dict[str, tuple[str, bool]], sheet: Path) -> Pileup | None:
    """As `read_pileup`; None for a table that another job is writing."""
    from biomarkers.errors import InputError

    try:
        return read_pileup(path, roles, sheet)
    except InputError:
        return None
