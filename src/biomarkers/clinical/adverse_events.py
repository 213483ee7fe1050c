"""Treatment-emergent adverse events: how many patients had each, once per term and class at the highest grade.

Rules: docs/methods.md, 5.1 to 5.4. Grades are CTCAE 1 to 5 (5 = fatal). The denominator is everyone treated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.clinical import event_words
from biomarkers.clinical.exposure import Watch, rates, watch
from biomarkers.clinical.plausibility import named
from biomarkers.errors import Problem, Problems, count
from biomarkers.io import schemas, tables
from biomarkers.settings import Endpoints

GRADES = (1, 2, 3, 4, 5)
SEVERE, DEATH = 3, 5
"""CTCAE: from grade 3 on an event is severe, 5 is death."""

CATEGORIES = ("any", "grade_3_or_higher", "related", "serious", "discontinuation", "fatal", "immune_related")
"""Kinds of events, in the order of the table (docs/methods.md, 5.3)."""

LEVELS: dict[str, list[str]] = {"all": [], "class": ["soc"], "term": ["soc", "term"]}
"""What the events of a row share, beside their category."""


def treatment_emergent(
    events: pd.DataFrame, patients: pd.DataFrame, *, days_after_last_dose: int = Endpoints.adverse_event_days
) -> pd.Series:
    """Which events (boolean by row) began on or after the first dose and at most so many days after the last.

    events: `patient` and, where known, `onset` and `end`; a missing onset counts unless the event ended before the
    first dose or is stated to be not `treatment_emergent`. patients: `patient treatment_start` and, where known,
    `last_dose`; without a last dose there is no upper bound. Events of never-treated patients do not count.
    """
    by_patient = patients.reindex(columns=["patient", "treatment_start", "last_dose"]).set_index("patient")
    start = events["patient"].map(by_patient["treatment_start"])
    last = events["patient"].map(pd.to_datetime(by_patient["last_dose"]))
    onset = pd.to_datetime(events.get("onset", start))
    # Days apart, since a day a century after the last dose may be none that pandas knows.
    within = last.isna() | ((onset - last).dt.days <= days_after_last_dose)
    ended_before = pd.to_datetime(events.get("end", onset)) < start
    stated = events.get("treatment_emergent", pd.Series(pd.NA, index=events.index, dtype="Int64"))
    denied = stated.eq(0).fillna(False).astype(bool)
    return start.notna() & ((onset.isna() & ~ended_before & ~denied) | ((onset >= start) & within))


class Emergent(NamedTuple):
    """Treatment-emergent events by category, those of which it is not known whether they belong, and the watch."""

    chosen: dict[str, pd.DataFrame]
    unknown: dict[str, pd.DataFrame]
    seen: Watch


def emergent(
    events: pd.DataFrame,
    patients: pd.DataFrame,
    *,
    days_after_last_dose: int = Endpoints.adverse_event_days,
    cutoff: pd.Timestamp | None = None,
) -> Emergent:
    """The events that count, with grades as numbers and one spelling of each term and class.

    events: `patient term` and, where known, `soc grade onset related serious action immune_related`, in words that
    `check` has passed. patients: see `treatment_emergent` and `watch`. Categories whose column is absent, or says
    nothing in any row, are left out. cutoff: the last day of which anything is known (docs/methods.md, 4.8).
    """
    no_class = schemas.load("adverse_events_summary")["properties"]["soc"]["x-absent"]
    if cutoff is not None:
        patients = patients[~(patients["treatment_start"] > cutoff)]
    told = understood(events)
    told["term"] = one_spelling(told["term"])
    told["soc"] = one_spelling(told["soc"].fillna(no_class)) if "soc" in told else no_class
    counts = treatment_emergent(told, patients, days_after_last_dose=days_after_last_dose)
    if cutoff is not None and "onset" in told:
        counts &= ~(pd.to_datetime(told["onset"]) > cutoff)
    own = told[counts]
    verdicts = {category: belongs[own.index] for category, belongs in categories(told).items()}
    chosen = {category: own[is_one.fillna(False).astype(bool)] for category, is_one in verdicts.items()}
    unknown = {category: own[is_one.isna()] for category, is_one in verdicts.items()}
    return Emergent(chosen, unknown, watch(patients, own, days_after_last_dose=days_after_last_dose, cutoff=cutoff))


def summary(counted: Emergent) -> pd.DataFrame:
    """Patients with treatment-emergent events, one row per category, class (`soc`) and term.

    `level` is `all`, `class` or `term`, the most frequent first within its category. A class or term has a row, too,
    where it is only not known whether its events belong to the category; it has no rate.
    """
    n = len(counted.seen.days)
    rows: list[dict[str, Any]] = []
    for category, chosen in counted.chosen.items():
        for level, keys in LEVELS.items():
            none = chosen.iloc[:0]
            known, open_ones = _by(keys, chosen), _by(keys, counted.unknown[category])
            found = [
                {"category": category, "level": level, "n": n}
                | dict(zip(keys, key, strict=True))
                | _counts(known.get(key, none), open_ones.get(key, none), n)
                | (rates(known[key], counted.seen) if key in known else {})
                for key in {**known, **open_ones}
            ]
            rows += sorted(found, key=lambda row: (-row["patients"], *(str(row[name]) for name in keys)))
    return tables.of_rows(rows, "adverse_events_summary")


def _by(keys: list[str], events: pd.DataFrame) -> dict[tuple[str, ...], pd.DataFrame]:
    """The events of each class or term by its names; all of them, by no name, where nothing is to tell them apart."""
    if not keys:
        return {(): events}
    groups: Iterable[tuple[Any, pd.DataFrame]] = events.groupby(keys)
    return dict(iter(groups))


def understood(events: pd.DataFrame) -> pd.DataFrame:
    """The events with `grade` as a number and the columns of questions as booleans, missing where nothing is told."""
    grades = events["grade"] if "grade" in events else pd.Series(None, index=events.index, dtype="object")
    numbers = grades.map(lambda cell: event_words.grade(str(cell)), na_action="ignore")
    found: dict[str, pd.Series] = {"grade": numbers.astype("Int64")}
    for column in event_words.QUESTIONS:
        if column in events:
            verdicts = events[column].map(lambda cell, of=column: event_words.verdict(of, str(cell)), "ignore")
            found[column] = verdicts.map({"yes": True, "no": False}).astype("boolean")
    return events.assign(**found).reset_index(drop=True)


def one_spelling(names: pd.Series) -> pd.Series:
    """Names that differ in case or blanks only as one: the most frequent spelling, of equally frequent the first.

    >>> import pandas as pd
    >>> one_spelling(pd.Series(["COLITIS", "Colitis", "colitis ", "Colitis"])).tolist()
    ['Colitis', 'Colitis', 'Colitis', 'Colitis']
    """
    shown = names.map(lambda name: " ".join(str(name).split()), na_action="ignore")
    alike = shown.str.casefold()
    most: dict[str, str] = {}
    for spelling, _ in Counter(shown.dropna()).most_common():
        most.setdefault(spelling.casefold(), spelling)
    return alike.map(most)


def categories(told: pd.DataFrame) -> dict[str, pd.Series]:
    """Which events (boolean by row, missing where it is not known) belong in each category of the tables.

    told: as from `understood`.
    """
    grade = told["grade"]
    named = {"discontinuation": "action", **{name: name for name in ("related", "serious", "immune_related")}}
    found: dict[str, pd.Series] = {
        "any": grade.fillna(0) >= 0,
        "grade_3_or_higher": grade >= SEVERE,
        "fatal": grade == DEATH,
    }
    for category, column in named.items():
        if column in told and (told.empty or told[column].notna().any()):
            found[category] = told[column]
    return {name: found[name] for name in CATEGORIES if name in found}


def check(path: str | Path, events: pd.DataFrame, problems: Problems) -> list[str]:
    """Add a problem for each grade and each answer that is not understood; sentences for a warning about the rest.

    The words of an action are anybody's own, so those that are not understood do not stop: they are named, and count
    as unknown.
    """
    for line, cell in _filled(events, "grade").items():
        try:
            event_words.grade(str(cell))
        except ValueError as error:
            problems.add(Problem(str(path), "grade", cell, str(error), int(str(line))))
    for column in ("related", "serious", "immune_related"):
        for line, cell in _filled(events, column).items():
            if event_words.verdict(column, str(cell)) == "unknown":
                problems.add(Problem(str(path), column, cell, event_words.answers(column), int(str(line))))
    return [*_unknown_actions(events), *_severities(events)]


def _filled(events: pd.DataFrame, column: str) -> pd.Series:
    """The filled cells of a column, by line; none where the sheet has no such column."""
    return events.get(column, events["patient"].iloc[:0]).dropna()


def _unknown_actions(events: pd.DataFrame) -> list[str]:
    cells = [str(cell) for cell in _filled(events, "action")]
    unknown = Counter(cell for cell in cells if event_words.verdict("action", cell) == "unknown")
    if not unknown:
        return []
    shown = ", ".join(f"'{word}' ({n})" for word, n in unknown.most_common())
    return [
        f"action is not understood in {unknown.total()} of {len(cells)} events, of which it is not known whether they"
        f" ended the treatment: {shown}; write DRUG WITHDRAWN where they did, DRUG INTERRUPTED, DOSE REDUCED or DOSE"
        " NOT CHANGED where they did not"
    ]


def _severities(events: pd.DataFrame) -> list[str]:
    """AESEV has three words: an event that killed may be called severe."""
    cells = [str(cell) for cell in _filled(events, "grade")]
    words = [cell for cell in cells if event_words.is_severity(cell)]
    if not words or any(event_words.grade(cell) > 3 for cell in words):
        return []
    said = f"grade is a word of severity in {count(len(words), 'event')}: severe counts as grade 3"
    return [f"{said}, so life-threatening and fatal events are told by no grade"]


def _counts(group: pd.DataFrame, open_ones: pd.DataFrame, n: int) -> dict[str, Any]:
    """Patients, events, and patients by their highest grade; open_ones: events that may belong here, too."""
    highest = group.groupby("patient")["grade"].max()
    ungraded = group.loc[group["grade"].isna(), "patient"].unique()
    found = {"patients": len(highest), "share": len(highest) / n if n else float("nan"), "events": len(group)}
    found |= {"unknown": len(open_ones), "patients_unknown": len({*open_ones["patient"]} - {*highest.index})}
    grades = {f"grade_{grade}": int((highest == grade).sum()) for grade in GRADES}
    severe = {"grade_3_or_higher": int((highest >= SEVERE).sum())}
    higher = int((highest[highest.index.isin(ungraded)] < DEATH).sum())
    return found | grades | severe | {"grade_unknown": int(highest.isna().sum()), "grade_may_be_higher": higher}


def fatal_without_death(events: pd.DataFrame, patients: pd.DataFrame) -> list[str]:
    """A sentence on the patients with an event of grade 5, which is death, and no date of death where others have one.

    events: as `check` has passed them.
    """
    if "grade" not in events or "death_date" not in patients:
        return []
    fatal = understood(events)["grade"].eq(DEATH).fillna(False).to_numpy(dtype=bool)
    alive = patients.loc[patients["death_date"].isna(), "patient"]
    found = events.loc[fatal & events["patient"].isin(alive).to_numpy(), "patient"].drop_duplicates()
    return [f"grade 5 is death, yet without a death_date: {named(found)}"] if len(found) else []


def after_death(events: pd.DataFrame, patients: pd.DataFrame) -> list[str]:
    """A sentence on the patients with an event that begins after death: a day is wrong, and the event counts.

    Events and patients have days as dates.
    """
    if "onset" not in events or "death_date" not in patients:
        return []
    deaths = events["patient"].map(patients.drop_duplicates("patient").set_index("patient")["death_date"])
    found = events.loc[events["onset"] > deaths, "patient"].drop_duplicates()
    said = "begins after death, so a day is wrong; counted, and in rates as on the day of death"
    return [f"{said}: {named(found)}"] if len(found) else []


def repeated(events: pd.DataFrame) -> list[str]:
    """A sentence on the dated events that stand twice, the same in every cell."""
    if "onset" not in events:
        return []
    again = events[events.duplicated() & events["onset"].notna()]
    if again.empty:
        return []
    rows = count(len(again), "row is", "rows are")
    return [f"{rows} the same as an earlier one in every cell (line {again.index[0]}); each counts as an event"]
