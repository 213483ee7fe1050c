"""What notes and reasons of the tables say, with codes and columns in words."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Any

from biomarkers.io import schemas
from biomarkers.report import wording
from biomarkers.report.numbers import number

NOTES = {
    "ema_itt": "events count whatever came between (EMA, intention to treat)",
    "fda": "censored at new therapy or missed visits (FDA)",
    "S(t) is exactly 0.5 over a step: its mid-point": "by the mid-point rule, S(t) being exactly 0.5 over a step",
}
"""What a note of the table of rates says, in words."""


def note(text: object, *, short: bool = False) -> str:
    """A note of a table with codes in words.

    >>> note("confirmed"), note("fda; S(t) is exactly 0.5 over a step: its mid-point")[:37]
    ('confirmed', 'censored at new therapy or missed vis')
    >>> note("fda; S(t) is exactly 0.5 over a step: its mid-point", short=True)
    'FDA censoring; mid-point rule'
    """
    said = wording.SHORT_NOTES if short else NOTES
    return "; ".join(said.get(part, part) for part in str(text).split("; "))


def reason(text: str, column: object) -> str:
    """Why a patient is left out, with the column that the reason names in words.

    column: of the cohort, or missing.

    >>> reason("no responder", "responder"), reason("no tmb_per_mb", "tmb_per_mb"), reason("never treated", None)
    ('no response known', 'no TMB', 'never treated')
    >>> reason("no ic_level", "ic_level"), reason("pdl1 indeterminate at the cutoff", "pdl1")
    ('no IC level', 'PD-L1 indeterminate at the cutoff')
    """
    if not isinstance(column, str):
        return text
    return text.replace(column, "response known" if column == "responder" else _inside(column))


def _inside(name: str) -> str:
    """A column's name within a sentence, in short."""
    short = wording.short_label(name)
    return wording.sentence_label(name) if short == wording.label(name) else short


@cache
def _own_names() -> frozenset[str]:
    """Columns and words of the tables that notes speak of: a user's names are none of them."""
    rules = [schemas.load(table)["properties"] for table in ("qc", "tmb", "cohort", "results", "variants")]
    words = [word for each in rules for rule in each.values() for word in rule.get("enum", [])]
    return frozenset([name for each in rules for name in each] + list(map(str, words)))


def plain(text: object, columns: Collection[str] = ()) -> str:
    """A note or reason of a table with the tables' own columns and codes, and those of the cohort, in words.

    columns: of the cohort. Names of people and samples stay. Cutoffs have three digits, as everywhere on the page.

    >>> plain("tmb_per_mb > 23.26663566 and pdl1 >= 1")
    'TMB > 23.3 and PD-L1 >= 1'
    >>> plain("mean_target_depth 12 is below 50 (fail)"), plain("no tmb_per_mb of dna_t1")
    ('mean target depth 12 is below 50 (fail)', 'no TMB of dna_t1')
    >>> plain("firth_logistic: response ~ tls_score + age", ["tls_score"])
    'Firth logistic model: response ~ TLS score + age'
    """

    def said(found: re.Match[str]) -> str:
        name = found[0]
        if "_" not in name:
            return wording.ACRONYMS.get(name, name)
        if name in wording.METHODS or (name not in columns and name not in _own_names()):
            return wording.METHODS.get(name, name)
        return _inside(name)

    rounded = re.sub(r"(?<=[<>=] )\d+\.\d{4,}(?![\w.])", lambda found: number(float(found[0])), str(text))
    return re.sub(r"(?<![\w.-])[a-z][a-z0-9]*(_[a-z0-9]+)*(?![\w-])", said, rounded)


def group(name: object, of: Any) -> str:
    """A group as a reader sees it; one of two markers, which names both, in words.

    of: its row, or that of its test; tables of earlier versions do not name the second marker.
    """
    second = getattr(of, "with_marker", None)
    return plain(name, [of.of_marker, second]) if isinstance(second, str) else str(name)
