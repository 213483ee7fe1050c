"""Rows as the text of a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

from biomarkers.variants.rows import COLUMNS, Block, Row

KEPT = 10_000
"""Texts of numbers that are remembered, of counts and of fractions."""


class Shown(dict[float | None, str]):
    """The text of numbers, empty for None.

    The same few come again and again, and finding a fraction's shortest text takes long. One for counts and one for
    fractions: 1 and 1.0 are the same key. A zero is not kept, since it may have a sign.
    """

    def __missing__(self, value: float | None) -> str:
        text = "" if value is None else str(value)
        if len(self) < KEPT and value != 0:
            self[value] = text
        return text


def lines_maker(patient: str, sample: str, *, tumor_only: bool) -> Callable[[Block], str]:
    """The function rows -> their lines, each with its end."""
    always = {"patient": patient, "sample": sample, "tumor_only": str(int(tumor_only))}
    counts, fractions = Shown().__getitem__, Shown().__getitem__
    shown: dict[str, Callable[[Any], str]] = {
        "pos": str,
        **dict.fromkeys(("depth", "alt_reads", "n_events", "normal_depth", "normal_alt_reads"), counts),
        **dict.fromkeys(("vaf", "caller_af", "population_af"), fractions),
    }

    def made(block: Block) -> str:
        columns: dict[str, Iterable[str]] = {name: repeat(text) for name, text in always.items()}
        for name, cells in zip(Row._fields, block, strict=True):
            columns[name] = map(shown[name], cells) if name in shown else cells
        lines = list(map("\t".join, zip(*[columns[name] for name in COLUMNS], strict=False)))  # three never end
        text = "\n".join(lines)
        if '"' in text:
            text = "\n".join(map(_quoted, lines))
        return text + "\n" if lines else ""

    return made


def _quoted(line: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="").writerow(line.split("\t"))
    return out.getvalue()
