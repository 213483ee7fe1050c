"""What the headings of other people's tables may mean: a table of known ones (`headings.toml`), units, PD-L1 scores."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from biomarkers.io import schemas
from biomarkers.io.files import packaged_toml

FILE = "clinical/imports/headings.toml"
UNITS = {
    "days": "day days d tag tage tagen",
    "weeks": "week weeks wk wks woche wochen",
    "months": "month months mo mos mon mth mths monat monate monaten",
    "years": "year years yr yrs y jahr jahre jahren",
    "mm": "mm",
    "cm": "cm",
    "percent": "percent pct %",
}
UNIT_WORDS = {word: unit for unit, listed in UNITS.items() for word in listed.split()}
SCORES = {"tps": "TPS", "cps": "CPS", "ic": "IC", "tc": "TC", "tap": "TAP"}
PDL1 = re.compile(r"pd ?l ?1|cd274")


NOISE = {"in", "recist", "mrecist", "1", "11"}
"""Words of a heading that change nothing of what a time is (`PFS (RECIST 1.1) in days`)."""


class Meaning(NamedTuple):
    """A column of ours that a heading may name. sure: by a standard name. unit: the unit that the heading names.

    rank: of the name among those that are likely, the first before all others.
    """

    sheet: str
    target: str
    sure: bool
    unit: str | None
    rank: int = 0


class Score(NamedTuple):
    """A PD-L1 score that a heading names; None for a type that it does not tell."""

    score_type: str | None
    unit: str | None


def meanings(heading: str) -> list[Meaning]:
    """Every column of ours that a heading may name.

    >>> meanings("OS_MONTHS")
    [Meaning(sheet='patients', target='os_months', sure=True, unit='months', rank=0)]
    >>> [meaning.target for meaning in meanings("USUBJID")][:2]
    ['patient', 'patient']
    """
    bare, unit = without_unit(heading)
    whole = _key(heading)
    short = "".join(word for word in _words(bare) if word not in NOISE)
    found = []
    for (sheet, target), names in _known().items():
        measured = target.endswith(("_months", "_mm"))
        for key, named in ((_key(bare), unit), (short, unit), (whole, None)):
            if key in names and (named is None or measured):
                is_sure = names[key] < 0 or (named is not None and target.startswith(f"{key}_"))  # OS_MONTHS
                found.append(Meaning(sheet, target, is_sure, named, names[key]))
                break
    return found


def score(heading: str) -> Score | None:
    """The PD-L1 score that a heading names; None where it names none.

    >>> score("PD-L1 TPS (%)"), score("PDL1_EXP")
    (Score(score_type='TPS', unit='percent'), Score(score_type=None, unit=None))
    >>> score("IC.Level"), score("Tics")
    (Score(score_type='IC', unit=None), None)
    """
    bare, unit = without_unit(heading)
    words = _words(bare)
    kinds = [SCORES[word] for word in words if word in SCORES]
    says = PDL1.search(" ".join(words)) is not None
    if says and {"assay", "clone", "antibody", "date"} & {*words}:
        return None
    is_short = len(words) == 1 or {"level", "score", "percent", "pdl1"} & {*words}
    if len(kinds) == 1 and (says or is_short):
        return Score(kinds[0], unit)
    return Score(None, unit) if says else None


def without_unit(heading: str) -> tuple[str, str | None]:
    """A heading without the unit at its end (or in `days_to_death` at its beginning), and that unit.

    >>> without_unit("PFS (days)"), without_unit("OS_MONTHS"), without_unit("osDays"), without_unit("Month")
    (('pfs', 'days'), ('os', 'months'), ('os', 'days'), ('Month', None))
    """
    words = _words(heading)
    if len(words) > 1 and words[0] in UNIT_WORDS and words[1] in ("to", "followed"):
        return " ".join(words[1:]), UNIT_WORDS[words[0]]
    named = {place: UNIT_WORDS[word] for place, word in enumerate(words) if word in UNIT_WORDS}
    last = [place for place in named if place > 0 and place >= len(words) - 2]
    if not last or (len(words[last[-1]]) == 1 and last[-1] != len(words) - 1):
        return heading, None
    place = last[-1]
    return " ".join(word for other, word in enumerate(words) if other != place), named[place]


def words(table: str) -> dict[str, str]:
    """What words of other people in a column of events or responses mean, by the word in lower case."""
    return {name: meaning for meaning, names in packaged_toml(FILE)["words"][table].items() for name in names}


def formats() -> dict[str, list[list[str]]]:
    """For each format the headings that show it: any of these groups, whole."""
    return {
        name: [[_key(part) for part in group.split("+")] for group in groups]
        for name, groups in packaged_toml(FILE)["formats"].items()
    }


def stem(heading: str) -> str:
    """The first word of a heading, which a time and its event share.

    >>> stem("OS_MONTHS"), stem("OS status")
    ('os', 'os')
    """
    return next(iter(_words(heading)), "")


def key(heading: str) -> str:
    """A heading as headings are compared."""
    return _key(heading)


@cache
def _known() -> dict[tuple[str, str], dict[str, int]]:
    """Each column of ours with the keys of its headings and their rank, -1 for those that are sure."""
    tables = packaged_toml(FILE)
    found: dict[tuple[str, str], dict[str, int]] = {}
    for sheet, targets in tables.items():
        if sheet in ("words", "formats"):
            continue
        for target, listed in targets.items():
            names: dict[str, int] = {}
            if "same" in listed:
                other_sheet, other = listed["same"].split(".")
                names |= found[other_sheet, other]
            names |= {_key(name): rank for rank, name in enumerate(listed.get("likely", ()))}
            names |= dict.fromkeys(map(_key, listed.get("sure", ())), -1)
            found[sheet, target] = names
    for sheet in {sheet for sheet, _ in found}:
        for target in schemas.load(sheet)["properties"]:
            names = found.setdefault((sheet, target), {})
            names[_key(target)] = 0 if target == "patient" else -1
    return found


def _words(heading: str) -> list[str]:
    """The words of a heading in lower case, taken apart at marks and where small letters become large."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading).replace("%", " percent ")
    return re.findall(r"[^\W_]+", apart.casefold())


def _key(heading: str) -> str:
    return "".join(re.findall(r"[^\W_]+", heading.casefold().replace("%", "percent")))
