"""Bases deep enough, from mosdepth's per-base or quantized BED."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from biomarkers.errors import InputError, Problem
from biomarkers.genome.regions import Regions, merged, size, subtract
from biomarkers.io.lines import is_whole_number
from biomarkers.io.tool_tables import pieces

if TYPE_CHECKING:
    import pandas as pd

BAND = re.compile(r"(\d{1,15}):(\d{1,15}|inf)")
CHUNK = 1_000_000
"""Lines that are held at once: a genome's per-base file has tens of millions."""
COLUMNS = {"chrom": "category", "start": None, "end": None, "depth": "category"}
END = 1 << 40
"""Behind every contig."""
WHAT = "mosdepth's per-base.bed.gz or quantized.bed.gz"


class Covered(NamedTuple):
    """What a file tells of depth.

    deep: bases that are deep enough. contigs: every one that it names. told: bases of which it tells the depth; those
    of its contigs are all told where it lists deep ones only.
    """

    deep: Regions
    contigs: list[str]
    told: Regions

    def untold(self, regions: Regions) -> dict[str, int]:
        """Bases of these regions of which the file tells nothing, by contig."""
        return {contig: bases for contig, part in subtract(regions, self.told).items() if (bases := size({"": part}))}


def deep(path: str | Path, minimum: int) -> Covered:
    """Bases with depth of at least `minimum`, and of which bases a depth is told at all.

    Depth is a whole number (per-base.bed.gz) or a band such as `25:inf` (quantized.bed.gz), one of whose bounds must
    be `minimum`. Raises InputError for anything else.
    """
    shown, line = str(path), 1
    found: dict[str, list[NDArray[np.int64]]] = {}
    told: dict[str, list[NDArray[np.int64]]] = {}
    shallow = False
    contigs: dict[str, None] = {}
    for chunk in filter(len, pieces(path, COLUMNS, lines=CHUNK, what=f"{WHAT}: contig, start, end, depth")):
        wanted = _at_least(shown, chunk["depth"], minimum, line)
        _check_numbers(shown, chunk, line)
        line += len(chunk)
        contigs.update(dict.fromkeys(map(str, chunk["chrom"].unique())))
        shallow = shallow or not wanted.all()
        for part, lines in ((found, wanted), (told, np.full(len(chunk), fill_value=True))):
            for contig, those in chunk[lines].groupby("chrom", observed=True):
                pairs = those[["start", "end"]].to_numpy(np.int64)
                part.setdefault(str(contig), []).append(merged({"": pairs}).get("", pairs[:0]))
    if not contigs:
        raise InputError(Problem.said(shown, "file", "is empty", WHAT))
    if not shallow:
        told = {contig: [np.array([[0, END]])] for contig in contigs}
    regions = [merged({contig: np.concatenate(each) for contig, each in part.items()}) for part in (found, told)]
    return Covered(regions[0], list(contigs), regions[1])


def _check_numbers(shown: str, chunk: pd.DataFrame, line: int) -> None:
    for column in ("start", "end"):
        if chunk[column].dtype.kind != "i":
            bad = ~chunk[column].astype(str).str.fullmatch(r"\d+")
            first = int(bad.to_numpy().argmax())
            raise InputError(Problem(shown, column, chunk[column].iloc[first], "a whole number", line + first))


def _at_least(shown: str, depths: pd.Series, minimum: int, line: int) -> NDArray[np.bool_]:
    """Which lines are deep enough; every distinct text is looked at once."""
    answers: list[bool] = []
    for position, text in enumerate(map(str, depths.cat.categories)):
        band = BAND.fullmatch(text)
        if is_whole_number(text):
            answers.append(int(text) >= minimum)
        elif text == "NO_COVERAGE" or (band and band[2] != "inf" and int(band[2]) <= minimum):
            answers.append(minimum <= 0)
        elif band and int(band[1]) >= minimum:
            answers.append(True)
        else:
            first = int((depths.cat.codes == position).to_numpy().argmax())
            raise InputError(Problem(shown, "depth", text, _expected(text, bool(band), minimum), line + first))
    codes = depths.cat.codes.to_numpy()
    return np.asarray([*answers, False], dtype=bool)[codes]


def _expected(text: str, band: bool, minimum: int) -> str:
    if band:
        return f"bands with a bound at {minimum}, the threshold (mosdepth --quantize 0:{minimum}:)"
    if re.fullmatch(r"\d+\.\d+", text):
        return "a whole number: mosdepth's per-base.bed.gz, not regions.bed.gz, which holds means"
    return f"a depth or a band such as {minimum}:inf (mosdepth without MOSDEPTH_Q0 names)"
