"""Hepatobiliary covariates from plain columns of the patients sheet: subtype, hepatitis, markers, ALBI and Child-Pugh.

Rules: docs/methods.md, 11.6 and 11.7; columns: schema `hepatobiliary`. What is not understood is named and missing; a
score with a part that is not known is missing and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from biomarkers.clinical.quantities import BILIRUBIN_UMOL, Values, read, without_unit
from biomarkers.errors import Problems, count, log
from biomarkers.io import schemas, words
from biomarkers.io.spellings import snake

SUBTYPES = ("intrahepatic", "extrahepatic", "gallbladder", "ampullary", "hepatocellular", "hcc_cca")
AMBIGUOUS = ("distal", "hilar", "perihilar", "gb", "vater")
"""Words of other organs too: they count in a column that has another word of these subtypes."""
POINTS = {"absent": 1, "slight": 2, "severe": 3}
SUBTYPE_COLUMNS = re.compile(
    r"(cancer_|tumou?r_|primary_|hepatobiliary_|anatomic(al)?_)*(subtype|histology|primary_site|site|location|diagnosis)"
    r"|icd_?(o|o_?3|10)(_code|_site|_topography)?|topography(_code)?"
)
SEROLOGY = {
    "hbsag": ("hbsag", "hbs_ag", "hbv_surface_antigen", "hepatitis_b_surface_antigen"),
    "hbv_dna": ("hbv_dna",),
    "anti_hcv": ("anti_hcv", "hcv_ab", "hcv_antibody", "anti_hcv_antibody", "hcvab", "hcv_serology"),
    "hcv_rna": ("hcv_rna",),
}
"""Columns that tell of an infection. Antibodies against HBV tell of none: they stay after it, and after vaccination."""

ALBI_BILIRUBIN, ALBI_ALBUMIN = 0.66, -0.085
ALBI_CUTS = (-2.60, -1.39)
"""Johnson 2015: log10 of bilirubin in micromol/L, albumin in g/L; grade 1 up to the first cut, 2 up to the second."""

BILIRUBIN_CUTS = (2 * BILIRUBIN_UMOL, 3 * BILIRUBIN_UMOL)
ALBUMIN_CUTS = (28.0, 35.0)
INR_CUTS = (1.7, 2.3)
"""Child-Pugh (Pugh 1973): bilirubin < 2, 2 to 3, > 3 mg/dL; albumin > 35, 28 to 35, < 28 g/L; INR < 1.7, 1.7 to 2.3,
> 2.3 have 1, 2 and 3 points."""

CLASSES = {"A": (5, 6), "B": (7, 9), "C": (10, 15)}
ROUNDING = 1e-9
"""A converted value as near to a cut is on it."""


class Derived(NamedTuple):
    """Columns of the schema `hepatobiliary` for the patients of a sheet, and sentences on what was not understood."""

    columns: pd.DataFrame
    said: list[str]


def completed(people: pd.DataFrame, path: str | Path, problems: Problems, *, quiet: bool = False) -> pd.DataFrame:
    """The patients with the columns that their sheet tells; those that it has of the same name stay as they are.

    Adds a problem for each amount that cannot be. quiet: warn of nothing.
    """
    found = derived(people, path, problems)
    own = [column for column in found.columns if column in people]
    said = [*found.said, *(_differing(people, found.columns, str(column)) for column in own)]
    for sentence in filter(None, said if not quiet else []):
        log.warning("%s: %s", path, sentence)
    return people.assign(**{str(column): found.columns[column] for column in found.columns if column not in own})


def derived(people: pd.DataFrame, path: str | Path, problems: Problems) -> Derived:
    """Every column for which the sheet has something; people: schemas `patients` or `cohort`."""
    said: list[str] = []
    made: dict[str, pd.Series] = {}
    subtype = _subtype(people, said)
    if subtype is not None:
        made["hepatobiliary_subtype"] = subtype
    hepatitis = _hepatitis(people, said)
    if hepatitis is not None:
        made["viral_hepatitis"] = hepatitis
    amounts = {name: read(people, name, path, problems) for name in ("afp", "ca19_9", "albumin", "bilirubin", "inr")}
    for name in ("afp", "ca19_9"):
        if (values := amounts[name]) is not None:
            made |= {f"serum_{name}": values.point, f"serum_{name}_low": values.low, f"serum_{name}_high": values.high}
    albumin, bilirubin = amounts["albumin"], amounts["bilirubin"]
    made |= {f"serum_{name}": v.point for name in ("albumin", "bilirubin") if (v := amounts[name]) is not None}
    if albumin is not None and bilirubin is not None:
        made |= _albi(albumin, bilirubin, said)
    points = {name: _words(people, name, said) for name in ("ascites", "encephalopathy")}
    made |= _child_pugh(albumin, bilirubin, amounts["inr"], points, said)
    of_the_liver = [albumin, bilirubin, *points.values(), made.get("hepatobiliary_subtype")]
    if any(part is not None for part in of_the_liver):
        said += without_unit(people, ("albumin", "bilirubin"))
    said += without_unit(people, ("afp", "ca19_9")) if "hepatobiliary_subtype" in made else []
    order = [column for column in schemas.columns("hepatobiliary") if column in made]
    return Derived(pd.DataFrame({column: made[column] for column in order}, index=people.index), said)


def _albi(albumin: Values, bilirubin: Values, said: list[str]) -> dict[str, pd.Series]:
    with np.errstate(divide="ignore"):
        score = ALBI_BILIRUBIN * np.log10(bilirubin.point.where(bilirubin.point > 0)) + ALBI_ALBUMIN * albumin.point
    first, second = (score > cut + ROUNDING for cut in ALBI_CUTS)
    grade = (1 + first.astype("Int64") + second.astype("Int64")).where(score.notna())
    parts = {"albumin": albumin.point.isna(), "bilirubin": bilirubin.point.isna()}
    _count_missing("ALBI", score.isna(), parts, said)
    return {"albi_score": score, "albi_grade": grade}


def _child_pugh(
    albumin: Values | None,
    bilirubin: Values | None,
    inr: Values | None,
    worded: dict[str, pd.Series | None],
    said: list[str],
) -> dict[str, pd.Series]:
    parts: dict[str, pd.Series | None] = {
        "bilirubin": None if bilirubin is None else _points(bilirubin, BILIRUBIN_CUTS),
        "albumin": None if albumin is None else 4 - _points(albumin, ALBUMIN_CUTS),
        "INR": None if inr is None else _points(inr, INR_CUTS),
        **worded,
    }
    known = {name: points for name, points in parts.items() if points is not None}
    absent = [name for name in parts if name not in known]
    if absent:
        if len(known) > 1 and {"ascites", "encephalopathy", "INR"} & set(known):
            said.append(f"Child-Pugh is not computed: no column tells {', '.join(absent)}")
        return {}
    score = pd.DataFrame(known).sum(axis=1, skipna=False).astype("Int64")
    grade = pd.Series(None, index=score.index, dtype="object")
    for letter, (least, most) in CLASSES.items():
        grade = grade.mask(score.between(least, most).fillna(False), letter)
    _count_missing("Child-Pugh", score.isna(), {name: points.isna() for name, points in known.items()}, said)
    return {"child_pugh_score": score, "child_pugh_class": grade}


def _points(values: Values, cuts: tuple[float, float]) -> pd.Series:
    """1 below the first cut, 2 from it to the second, 3 above; missing where both ends of a bound do not agree."""

    def of(amount: pd.Series) -> pd.Series:
        below, above = amount < cuts[0] - ROUNDING, amount > cuts[1] + ROUNDING
        return (2 - below.astype(float) + above.astype(float)).where(amount.notna())

    upper = values.high.where(values.low == values.high, values.high - 10 * ROUNDING)
    low, high = of(values.low), of(upper)
    return low.where(low == high)


def _words(people: pd.DataFrame, column: str, said: list[str]) -> pd.Series | None:
    """Points of ascites or encephalopathy; None without such a column."""
    cells = _column(people, (column, f"baseline_{column}"))
    if cells is None:
        return None
    degrees = _understood(cells, column, lambda cell: words.read(column, cell, [*POINTS]), said)
    return degrees.map(POINTS).astype("float64")


def _subtype(people: pd.DataFrame, said: list[str]) -> pd.Series | None:
    """The subtype by the first column that has a word of it; None where none has."""
    for column in people.columns:
        if not SUBTYPE_COLUMNS.fullmatch(snake(str(column))):
            continue
        cells = people[column]
        plain = {" ".join(str(cell).casefold().split()) for cell in cells.dropna()}
        if any(_site(cell) for cell in plain.difference(AMBIGUOUS)):
            return _understood(cells, str(column), _site, said)
    return None


def _site(cell: str) -> str | None:
    return words.read("hepatobiliary", cell, SUBTYPES)


def _hepatitis(people: pd.DataFrame, said: list[str]) -> pd.Series | None:
    """none, HBV, HCV or both; missing unless both are told. None where the sheet tells of one virus at most."""
    told = {}
    for name, columns in SEROLOGY.items():
        cells = _column(people, columns)
        if cells is not None:
            results = _understood(cells, name, _result, said)
            told[name] = results.map({"positive": 1.0, "negative": 0.0}).astype("float64")
    empty = pd.Series(float("nan"), index=people.index)
    hbsag, dna = told.get("hbsag", empty), told.get("hbv_dna", empty)
    # DNA that is not detected denies no infection, since treatment does it too.
    b = hbsag.mask(dna == 1, 1.0)
    # RNA tells an infection that is, antibodies one that may be over.
    c = told.get("hcv_rna", empty).fillna(told.get("anti_hcv", empty))
    if b.isna().all() or c.isna().all():
        return None
    names = {(0.0, 0.0): "none", (1.0, 0.0): "HBV", (0.0, 1.0): "HCV", (1.0, 1.0): "HBV+HCV"}
    pairs = [names.get((float(first), float(second))) for first, second in zip(b, c, strict=True)]
    return pd.Series(pairs, index=people.index, dtype="object")


def _result(cell: str) -> str | None:
    sign = {"+": "positive", "(+)": "positive", "-": "negative", "(-)": "negative"}.get(cell.strip())
    return sign or words.read("serology", cell, ("positive", "negative"))


def _understood(cells: pd.Series, column: str, meaning: Callable[[str], str | None], said: list[str]) -> pd.Series:
    """What each filled cell means, missing where nothing; words without a meaning are named with their count."""
    texts = cells.map(words.level, na_action="ignore")
    read = {text: meaning(text) for text in texts.dropna().unique()}
    unknown = Counter(text for text in texts.dropna() if read[text] is None)
    if unknown:
        shown = ", ".join(f"'{word}' ({n})" for word, n in unknown.most_common())
        said.append(
            f"{column} is not understood in {unknown.total()} of {count(texts.notna().sum(), 'patient')}: {shown}"
        )
    return texts.map(read).astype("object")


def _count_missing(what: str, missing: pd.Series, parts: dict[str, pd.Series], said: list[str]) -> None:
    if missing.any():
        why = ", ".join(f"no {name}: {int(absent.sum())}" for name, absent in parts.items() if absent.any())
        said.append(f"{what} is missing for {int(missing.sum())} of {count(len(missing), 'patient')} ({why})")


def _differing(people: pd.DataFrame, made: pd.DataFrame, column: str) -> str:
    """A sentence where a column of the sheet says otherwise than what its parts give."""
    both = people[column].notna() & made[column].notna()
    ours, own = (
        table[column].map(lambda cell: f"{cell:.4g}" if isinstance(cell, int | float) else str(cell))
        for table in (made, people)
    )
    n = int((both & (ours != own)).sum())
    return f"{column} is kept as it is; of {count(n, 'patient')} its parts give another value" if n else ""


def _column(people: pd.DataFrame, names: Sequence[str]) -> pd.Series | None:
    found = [column for column in people.columns if snake(str(column)) in names]
    return people[found[0]] if found else None
