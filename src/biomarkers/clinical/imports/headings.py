"""What the headings of other people's tables may mean: a table of known ones (`headings.toml`), units, PD-L1 scores."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from biomarkers.io import schemas, spellings
from biomarkers.io.files import packaged_toml

FILE = "clinical/imports/headings.toml"
UNITS = {
    "days": "day days d tag tage tagen jour jours dia dias 天 日",
    "weeks": "week weeks wk wks woche wochen semaine semaines semana semanas 周",
    "months": "month months mo mos mon mth mths monat monate monaten mois mes meses 月 个月",
    "years": "year years yr yrs y jahr jahre jahren an ans ano anos",
    "mm": "mm 毫米",
    "cm": "cm 厘米",
    "percent": "percent pct %",
}
UNIT_WORDS = {word: unit for unit, listed in UNITS.items() for word in listed.split()}
SCORES = {"tps": "TPS", "cps": "CPS", "ic": "IC", "tc": "TC", "tap": "TAP"}
PDL1 = re.compile(r"pd ?l ?1|cd274")


NOISE = {"in", "recist", "mrecist", "1", "11", "v1"}
"""Words of a heading that change nothing of what it is (`PFS (RECIST 1.1) in days`)."""
ENDINGS = re.compile(
    r"(letzt|erst|neu|nachst|best)(?:e[nrsm]?)|(dernier|premier|meilleur)e?s?|(nouve)(?:au|lle)s?|(ultim|nuev)[oa]s?"
)
"""Adjectives in German, French and Spanish, whose endings are left away; accents are gone."""
OF_EVENT = re.compile(r"_E\d+_C\d+$")
"""Event and form behind a heading, as OpenClinica writes them; of an event that repeats there is a number more."""
DATE_FORMAT = re.compile(
    r"[(\[]?\b([dtjma])\1?[-./ ]([dtjma])\2?[-./ ]([yja])\3{1,3}\b[)\]]?|[(\[]年[-./]?月[-./]?日[)\]]"
    r"|[(\[]y{4}[-./]?mm?[-./]?dd?[)\]]",
    re.IGNORECASE,
)
"""How days are to be written, as forms say it beside a heading: (dd-mm-yyyy)."""
CHINESE = "\u4e00-\u9fff"
BESIDE_CHINESE = re.compile(rf"(?<=[{CHINESE}])(?=[^\W_{CHINESE}])|(?<=[^\W_{CHINESE}])(?=[{CHINESE}])")
"""Where a Chinese word, which has no blanks around it, begins or ends beside another one."""
AT_THE_END = re.compile(rf"(?<=[{CHINESE}])的?(?=(?:日期|时间)$)")


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
    heading = DATE_FORMAT.sub(" ", OF_EVENT.sub("", spellings.half_width(heading)))
    bare, unit = without_unit(heading)
    whole = _key(heading)
    short = "".join(word for word in _words(bare) if word not in NOISE)
    short = short or re.sub("^recistv?11$", "recist", _key(bare))
    spelt = ((_key(bare), unit), (short, unit), (whole, None), (_bag(bare), unit), (_bag(heading), None))
    found = []
    for (sheet, target), names in _known().items():
        measured = target.endswith(("_months", "_mm"))
        for key, named in spelt:
            if key and key in names and (named is None or measured):
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
    if says and {"assay", "clone", "antibody", "date", "日期", "抗体", "克隆号", "检测试剂", "抗体克隆号"} & {*words}:
        return None
    is_short = len(words) == 1 or {"level", "score", "percent", "pdl1", "评分"} & {*words}
    if len(kinds) == 1 and (says or is_short):
        return Score(kinds[0], unit)
    return Score(None, unit) if says else None


def covariate(heading: str) -> str | None:
    """The name for a covariate of a known heading, with its unit in it as laboratory values need; None for others.

    >>> covariate("白蛋白（g/L）"), covariate("总胆红素(μmol/L)"), covariate("年龄（岁）"), covariate("身高")
    ('albumin_g_l', 'bilirubin_umol_l', 'age', None)
    """
    found = re.fullmatch(r"(.*?)\s*(?:[(\[]([^()]*)[)\]])?", spellings.half_width(heading))
    name = None if found is None else _covariates().get(_key(found[1]))
    if found is None or name is None:
        return None
    unit = unicodedata.normalize("NFKC", found[2] or "").replace("\u03bc", "u")
    return spellings.snake(f"{name} {unit if unit.isascii() else ''}")


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
def _covariates() -> dict[str, str]:
    """The name of each covariate by the keys of its headings."""
    return {_key(word): name for name, listed in packaged_toml(FILE)["covariates"].items() for word in listed}


@cache
def _known() -> dict[tuple[str, str], dict[str, int]]:
    """Each column of ours with the keys of its headings and their rank, -1 for those that are sure."""
    tables = packaged_toml(FILE)
    found: dict[tuple[str, str], dict[str, int]] = {}
    for sheet, targets in tables.items():
        if sheet in ("words", "formats", "parts", "covariates"):
            continue
        for target, listed in targets.items():
            names: dict[str, int] = {}
            if "same" in listed:
                other_sheet, other = listed["same"].split(".")
                names |= found[other_sheet, other]
            names |= {_key(name): rank for rank, name in enumerate(listed.get("likely", ()))}
            if "likely" in listed:
                is_day = schemas.load(sheet)["properties"][target].get("format") == "date"
                for rank, name in enumerate(listed["likely"]):
                    for said in (name, f"date {name}") if is_day else (name,):
                        names.setdefault(_bag(said), rank)
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
    apart = BESIDE_CHINESE.sub(" ", _without_accents(apart.casefold()))
    return re.findall(r"[^\W_]+", " ".join(AT_THE_END.sub(" ", part) for part in apart.split()))


def _key(heading: str) -> str:
    return "".join(re.findall(r"[^\W_]+", _without_accents(heading.casefold().replace("%", "percent"))))


def _bag(heading: str) -> str:
    """The words of a heading that tell what it is, in the order of the alphabet; empty for a lone small word.

    >>> _bag("Date de la dernière dose"), _bag("dernière dose (date)"), _bag("Verstorben am")
    ('date dernier dose', 'date dernier dose', 'date verstorben')
    """
    words = [ENDINGS.sub(_stem, word) for word in _words(heading) if word not in NOISE | _parts("small")]
    named = {"date" if word in _parts("date") else word for word in words}
    return " ".join(sorted(named)) if len(words) > 1 or named == {*words} else ""


@cache
def _parts(name: str) -> frozenset[str]:
    return frozenset(packaged_toml(FILE)["parts"][name])


def _stem(adjective: re.Match[str]) -> str:
    return next(filter(None, adjective.groups())) if adjective[0] == adjective.string else adjective[0]


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char))
