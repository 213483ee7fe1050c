"""What headings and words of cBioPortal's clinical files mean here (docs/methods.md, 13.6); data: the .toml."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from biomarkers.clinical.imports.cbioportal_files import capitals
from biomarkers.io import schemas, words
from biomarkers.io.cells import MISSING, MISSING_WORDS, plain
from biomarkers.io.files import packaged_toml

CODED = re.compile(r"\s*([01])\s*:\s*(.*)", re.DOTALL)
"""`1:DECEASED`: the digit says whether the event happened, the word why."""
SCORES = {"TPS": "TPS", "CPS": "CPS", "TAP": "TAP", "IC": "IC", "TC": "TC"}
ASSAYS = {"22C3": "22C3", "28_8": "28-8", "SP263": "SP263", "SP142": "SP142", "73_10": "73-10"}
RESPONSE = re.compile(r"(^|_)(RESPONSE|RECIST|BOR)(_|$)")
OTHER_RESPONSE = re.compile(
    r"PRIOR|PREVIOUS|LAST|NEOADJ|ADJUVANT|PATH|CHEMO|RADI|INITIAL|SECOND|SUBSEQUENT|METABOLIC|PSA|PET|DATE|DURATION|TIME"
)
"""Responses to something else, or of another kind."""
PDL1 = re.compile(r"(^|_)(PD_?L1|CD274)(_|$)")


class Time(NamedTuple):
    """An endpoint's two columns. unit: of the time."""

    endpoint: str
    time: str
    unit: str
    status: str


def table() -> dict[str, Any]:
    """The words, by kind."""
    return packaged_toml("clinical/imports/cbioportal_words.toml")


def filled(cells: Iterable[str]) -> list[str]:
    """Different cells that hold something, in their order."""
    return [cell for cell in dict.fromkeys(cells) if cell not in MISSING and plain(cell) not in MISSING_WORDS]


def times(headings: Collection[str]) -> list[Time]:
    """The endpoints of which a time and a status stand among the headings; months go before other units.

    >>> times(["OS_MONTHS", "OS_STATUS", "PFS_STATUS", "OS_DAYS"])
    [Time(endpoint='os', time='OS_MONTHS', unit='months', status='OS_STATUS')]
    """
    order = {alias: place for aliases in table()["endpoints"].values() for place, alias in enumerate(aliases)}
    known = {alias: name for name, aliases in table()["endpoints"].items() for alias in aliases}
    statuses: dict[str, str] = {}
    for heading, stem in _stems(headings, table()["status"], order):
        statuses.setdefault(known.get(stem, stem.lower()), heading)
    found: dict[str, Time] = {}
    for unit in ("months", "days", "weeks", "years"):
        for heading, stem in _stems(headings, table()[unit], order):
            name = known.get(stem, stem.lower())
            if name in statuses:
                found.setdefault(name, Time(name, heading, unit, statuses[name]))
    return [*found.values()]


def _stems(headings: Collection[str], endings: Collection[str], order: dict[str, int]) -> list[tuple[str, str]]:
    """Headings with one of the endings (or `MONTHS_OF_` before them) and the rest of them, the usual ones first."""
    found = []
    for heading in headings:
        for ending in endings:
            stem = heading.removesuffix(f"_{ending}").removeprefix(f"{ending}_OF_")
            if stem != heading:
                found.append((heading, stem))
                break
    return sorted(found, key=lambda pair: order.get(pair[1], len(order)))


def events(cells: Iterable[str]) -> dict[str, str | None]:
    """What each word of a status means, 1 or 0; words that are not understood are left out.

    A code and a word that contradict each other are not understood.

    >>> events(["1:DECEASED", "0:LIVING", "Recurred/Progressed", "0:DECEASED", "1:lost"])
    {'1:DECEASED': '1', '0:LIVING': '0', 'Recurred/Progressed': '1', '1:lost': '1'}
    """
    return {word: code for word in filled(cells) if (code := _event(word)) is not None}


def _event(word: str) -> str | None:
    coded = CODED.fullmatch(word)
    text = words.unmarked(coded[2] if coded else word)
    by_word = next((code for code, known in table()["events"].items() if text in known), None)
    if coded is None:
        return text if text in ("0", "1") else by_word
    return coded[1] if by_word in (None, coded[1]) else None


def benefits(cells: Iterable[str]) -> dict[str, str | None]:
    """What each word of a durable benefit means, 1 or 0; words that are not understood are left out."""
    known = {word: code for code, every in table()["benefits"].items() for word in every}
    return {word: known[words.unmarked(word)] for word in filled(cells) if words.unmarked(word) in known}


def responses(headings: Collection[str]) -> list[str]:
    """Headings that may hold the best response: those that are known first, then others that name a response.

    >>> responses(["SEX", "BEST_RESPONSE_WEEK_12", "RECIST", "PRIOR_RESPONSE"])
    ['RECIST', 'BEST_RESPONSE_WEEK_12']
    """
    known = [heading for heading in table()["response"] if heading in headings]
    others = [heading for heading in headings if RESPONSE.search(heading) and not OTHER_RESPONSE.search(heading)]
    return [*known, *(heading for heading in others if heading not in known)]


def is_response(cells: Iterable[str]) -> bool:
    """Whether at least half of the different words of a column are responses, one of which is no bare NE."""
    rule = schemas.load("patients")["properties"]["best_response"]
    every = filled(cells)
    read = [word for word in every if words.read(rule["x-words"], word, rule["enum"]) is not None]
    return bool(read) and 2 * len(read) >= len(every)


def score_of(heading: str, display: str) -> tuple[str, str | None] | None:
    """Score type and assay that the heading of a PD-L1 column, or its display name, states; None where it states none.

    >>> score_of("PDL1_TPS_22C3", ""), score_of("PDL1_SCORE", "PD-L1 CPS"), score_of("PDL1_EXP", "PD-L1 (Percentage)")
    (('TPS', '22C3'), ('CPS', None), None)
    """
    text = f"_{heading}_{capitals(display)}_"
    if not PDL1.search(text):
        return None
    types = {score for token, score in SCORES.items() if f"_{token}_" in text}
    assays = [assay for token, assay in ASSAYS.items() if f"_{token}_" in text]
    return (types.pop(), assays[0] if len(assays) == 1 else None) if len(types) == 1 else None
