"""The plan's columns as arrays, one value per patient in the order of the cohort table; NaN is missing.

Every cell that cannot be what the plan says is a problem with its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from biomarkers.association.specification import LEVEL_COLUMNS, POINT_COLUMNS, Endpoint, Landmark, Marker, Plan
from biomarkers.errors import Problem, Problems, nearest
from biomarkers.io import words
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.times import DAYS_PER_MONTH

MOST_SUBGROUPS = 12
"""Levels of a column that makes subgroups; more are a measurement or a name."""

LARGEST = 1e15
"""What no measurement reaches; models of larger numbers lose every other digit (docs/methods.md, 6.17)."""


@dataclass(frozen=True)
class Outcome:
    """An endpoint's values. event: 1, 0 or NaN, or level codes, or measurements. time: months, or None.

    levels: names of the codes of a categorical endpoint.
    """

    endpoint: Endpoint
    event: Floats
    time: Floats | None = None
    levels: tuple[str, ...] = ()

    @cached_property
    def known(self) -> Booleans:
        """True where the outcome is complete; one array, which nobody changes."""
        return ~np.isnan(self.event) & (True if self.time is None else ~np.isnan(self.time))

    @property
    def labels(self) -> tuple[str, str]:
        """Names of the groups with and without the event, as in `responder` and `non-responder`."""
        return self.endpoint.column, f"non-{self.endpoint.column}"


@dataclass(frozen=True)
class Measured:
    """A marker's values: numbers, 0 and 1, or level codes (see `levels`). low, high: the interval that is known."""

    marker: Marker
    value: Floats
    levels: tuple[str, ...] = ()
    low: Floats | None = None
    high: Floats | None = None

    @property
    def only_interval(self) -> Booleans:
        """True for patients of whom an interval is known and no number."""
        return np.isnan(self.value) & ~np.isnan(self.value if self.low is None else self.low)


@dataclass(frozen=True)
class Cohort:
    """All that the plan names, as arrays of one length."""

    patients: tuple[str, ...]
    outcomes: dict[str, Outcome]
    markers: dict[str, Measured]
    covariates: dict[str, Measured]
    stratum: Floats | None
    """Code of each patient's stratum, NaN where a stratum column is empty; None without strata."""
    sequenced: Booleans
    landmarks: dict[tuple[str, str], tuple[Floats, Floats | None]] = field(default_factory=dict)
    """By the names of a landmark's columns: who ever has the marker, and since which month (None: from the start)."""
    subgroups: dict[str, Measured] = field(default_factory=dict)
    is_exchanged: bool = False
    """Whether the outcomes are those of other patients: only the p-values of models are then of use, no limits."""

    def usable(self, outcome: Outcome, *values: Floats) -> Booleans:
        """Patients who have the outcome, all of the values and, where a time is tested in strata, a stratum."""
        if outcome.time is not None and self.stratum is not None:
            values = (*values, self.stratum)
        used = outcome.known
        for own in values:
            missing = np.isnan(own)
            # mostly none is missing; then rows of thousands of markers share one array
            if missing.any():
                used = used & ~missing
        return used

    def survival(self, outcome: Outcome, used: Booleans) -> tuple[Floats, Floats, Floats | None]:
        """Time, event and, where there are strata, stratum of the patients `used`."""
        if outcome.time is None:
            raise ValueError(f"{outcome.endpoint.name} has no time")
        return outcome.time[used], outcome.event[used], None if self.stratum is None else self.stratum[used]


def read_cohort(frame: pd.DataFrame, plan: Plan, path: str | Path, problems: Problems) -> Cohort:
    """The cohort table (index: line numbers) as the plan's arrays; adds a problem for every impossible cell."""
    shown = str(path)
    outcomes = {name: _outcome(frame, endpoint, shown, problems) for name, endpoint in plan.endpoints.items()}
    plain = _plain_numbers(frame)
    markers = {
        name: Measured(marker, plain[name])
        if name in plain and marker.kind == "continuous" and marker.transform == "none" and name not in POINT_COLUMNS
        else _measured(frame, marker, shown, problems)
        for name, marker in plan.markers.items()
    }
    others = [*plan.covariates, *(plan.prediction.features if plan.prediction else ())]
    others += plan.genes.adjust_for if plan.genes else ()
    covariates = {
        name: markers[name] if name in markers else _measured(frame, _guess(frame, name), shown, problems)
        for name in others
    }
    stratum = None
    if plan.strata:
        columns = frame[list(plan.strata)]
        codes = columns.groupby(list(plan.strata), sort=True, dropna=False).ngroup().to_numpy(float)
        stratum = np.where(columns.isna().any(axis=1), np.nan, codes)
    sequenced = np.ones(len(frame), dtype=bool)
    if "sequenced" in frame:
        sequenced = (numbers(frame["sequenced"]) == 1.0).astype(bool)
    patients = tuple(str(p) for p in frame["patient"])
    landmarks = {(one.marker, one.since): _landmark(frame, one, shown, problems) for one in plan.landmarks}
    subgroups = {name: _groups(frame, name, markers, shown, problems) for name in plan.subgroups}
    return Cohort(patients, outcomes, markers, covariates, stratum, sequenced, landmarks, subgroups)


def _plain_numbers(frame: pd.DataFrame) -> dict[str, Floats]:
    """Every column of numbers that a marker may have, by name; of thousands each `frame[name]` would take longer."""
    columns = frame.loc[:, frame.dtypes == np.float64]
    if columns.empty:
        return {}
    values = np.ascontiguousarray(columns.to_numpy().T)
    largest = np.fmax(np.fmax.reduce(values, axis=1), -np.fmin.reduce(values, axis=1))
    named = zip(columns.columns, values, largest < LARGEST, strict=True)
    return {str(name): own for name, own, plain in named if plain}


def check_columns(frame: pd.DataFrame, plan: Plan, path: str | Path, problems: Problems) -> None:
    """Add a problem for every impossible cell of the plan's endpoints and markers that `frame` has (index: lines)."""
    for endpoint in plan.endpoints.values():
        if set(filter(None, (endpoint.column, endpoint.time, endpoint.event))) <= set(frame.columns):
            _outcome(frame, endpoint, str(path), problems)
    for marker in plan.markers.values():
        if marker.name in frame:
            _measured(frame, marker, str(path), problems)


def numbers(column: pd.Series) -> Floats:
    """A column as float64 with NaN for missing; text becomes NaN."""
    if column.dtype == np.float64:
        return column.to_numpy()
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)


def _outcome(frame: pd.DataFrame, endpoint: Endpoint, shown: str, problems: Problems) -> Outcome:
    if endpoint.kind == "time_to_event":
        time = _numeric(frame, endpoint.time, shown, problems, "a time in months of at least 0, or NA", minimum=0)
        what = "1 where the event happened, 0 where the time is censored, or NA"
        event = _numeric(frame, endpoint.event, shown, problems, what, allowed=(0, 1))
        return Outcome(endpoint, event, time)
    if endpoint.kind == "categorical":
        codes, levels = _codes(frame[endpoint.column], ())
        return Outcome(endpoint, codes, levels=levels)
    if endpoint.kind == "continuous":
        return Outcome(endpoint, _numeric(frame, endpoint.column, shown, problems, "a number, or NA"))
    what = "1 where the event happened, 0 where it did not, or NA"
    return Outcome(endpoint, _numeric(frame, endpoint.column, shown, problems, what, allowed=(0, 1)))


def _measured(frame: pd.DataFrame, marker: Marker, shown: str, problems: Problems) -> Measured:
    if marker.kind == "continuous":
        return _continuous(frame, marker, shown, problems)
    if marker.kind == "binary" and not marker.levels:
        advice = f"0, 1 or NA (or name the two values in the plan: {marker.name}: {{kind: binary, levels: [..., ...]}})"
        value = _numeric(frame, marker.name, shown, problems, advice, allowed=(0, 1))
        return Measured(marker, value, ("0", "1"))
    in_levels = LEVEL_COLUMNS.get(marker.name)
    has_levels = in_levels in frame and frame[in_levels].isin(marker.levels).any()
    column = frame[in_levels if has_levels else marker.name]
    for line, text in column.dropna().items():
        if marker.levels and str(text) not in marker.levels:
            hint = nearest(str(text), marker.levels)
            expected = f"one of the plan's levels {', '.join(marker.levels)}{hint}, or NA"
            problems.add(Problem(shown, marker.name, text, expected, int(str(line))))
    codes, levels = _codes(column, marker.levels)
    return Measured(marker, codes, levels)


def _continuous(frame: pd.DataFrame, marker: Marker, shown: str, problems: Problems) -> Measured:
    """A continuous marker; of one known as an interval, the point where low = high."""
    low = high = None
    names = POINT_COLUMNS.get(marker.name, ())
    if names and set(names) <= set(frame.columns):
        low, high = (_numeric(frame, name, shown, problems, "a number, or NA") for name in names)
        for line, below, above in zip(frame.index, low, high, strict=True):
            if np.isnan(below) != np.isnan(above) or below > above:
                expected = f"at least {names[0]}, both filled or both empty"
                stated = None if np.isnan(above) else f"{above:g}"
                problems.add(Problem(shown, names[1], stated, expected, int(str(line))))
    if marker.name in frame:
        value = _numeric(frame, marker.name, shown, problems, "a number, or NA")
    else:
        value = np.full(len(frame), np.nan)
    if low is not None and high is not None:
        value = np.where(np.isnan(value) & (low == high), low, value)
        unknown = np.isnan(low)
        low, high = np.where(unknown, value, low), np.where(unknown, value, high)
    if marker.transform == "log2p1":
        for line, number in zip(frame.index, value, strict=True):
            if number < 0:
                expected = "a number of at least 0, as the plan transforms it by log2(x + 1)"
                problems.add(Problem(shown, marker.name, words.level(number), expected, int(str(line))))
    return Measured(marker, value, low=low, high=high)


def _guess(frame: pd.DataFrame, name: str) -> Marker:
    """A covariate that the plan does not declare: a number stays a number, text becomes groups."""
    return Marker(name, "continuous" if pd.api.types.is_numeric_dtype(frame[name]) else "categorical")


def _landmark(frame: pd.DataFrame, landmark: Landmark, shown: str, problems: Problems) -> tuple[Floats, Floats | None]:
    """Who ever has a landmark's marker, and since which month (docs/methods.md, 6.20)."""
    what = "1 for who ever has it, 0 for who never does, or NA"
    ever = _numeric(frame, landmark.marker, shown, problems, what, allowed=(0, 1))
    if not landmark.since:
        return ever, None
    if landmark.since in frame:
        since = _numeric(frame, landmark.since, shown, problems, "months of at least 0, or NA", minimum=0)
        return ever, since
    # Both end on the same day, and the day of the response is the first of its duration: days are end - start + 1.
    pfs, duration = numbers(frame["pfs_months"]), numbers(frame["dor_months"])
    return ever, np.maximum(pfs - duration + 1 / DAYS_PER_MONTH, 0.0)


def _groups(
    frame: pd.DataFrame, name: str, markers: Mapping[str, Measured], shown: str, problems: Problems
) -> Measured:
    """A column as groups of patients; a problem where it has too many of them."""
    if name in markers and markers[name].levels:
        return markers[name]
    codes, levels = _codes(frame[name], ())
    if len(levels) > MOST_SUBGROUPS:
        expected = (
            f"a column of at most {MOST_SUBGROUPS} groups for the plan's subgroups, not one of {len(levels)} values"
        )
        problems.add(Problem(shown, name, levels[0], expected, int(str(frame.index[0]))))
    return Measured(Marker(name, "categorical"), codes, levels)


def _numeric(
    frame: pd.DataFrame,
    column: str,
    shown: str,
    problems: Problems,
    expected: str,
    *,
    allowed: tuple[float, ...] = (),
    minimum: float | None = None,
) -> Floats:
    cells = frame[column]
    values = numbers(cells)
    if not allowed and minimum is None and (np.abs(values) < LARGEST).all():
        return values
    filled = ~np.isnan(values) if cells.dtype == np.float64 else cells.notna().to_numpy(dtype=bool)
    bad = filled & ~(np.abs(values) < LARGEST)
    if allowed:
        bad |= filled & ~np.isin(values, allowed)
    if minimum is not None:
        bad |= filled & (values < minimum)
    for line, cell in frame.loc[bad, column].items() if bad.any() else ():
        above = f"{expected}; below {LARGEST:g}" if isinstance(cell, int | float) and abs(cell) >= LARGEST else expected
        problems.add(Problem(shown, column, words.level(cell), above, int(str(line))))
    return np.where(bad, np.nan, values) if bad.any() else values


def _codes(column: pd.Series, levels: tuple[str, ...]) -> tuple[Floats, tuple[str, ...]]:
    """Position of each text among the levels (given, else sorted), NaN where missing or unknown."""
    texts = column.map(words.level, na_action="ignore")
    known = levels or tuple(sorted(texts.dropna().unique()))
    lookup: Mapping[str, float] = {level: float(code) for code, level in enumerate(known)}
    return numbers(texts.map(lookup)), known
