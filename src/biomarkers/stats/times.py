"""Times that are one, the same day written with two roundings (docs/methods.md, 4.9), and study days (4.11)."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np

from biomarkers.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 30.4375
"""A twelfth of a year, of every time in months (docs/methods.md, 4.1; as in admiralonco)."""
TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))
"""1.5e-8, as R's `timefix`: of the mean of the distinct times, or of their unit."""


def tied(time: Floats) -> Floats:
    """The times (any unit, none missing), with those that rounding alone sets apart made equal to their smallest.

    Neighbours among the distinct times are one as in R's aeqSurv, which coxph, survdiff and survfit call.

    >>> tied(np.array([3.0, 2.0, 3.0 + 4e-16, 2.00001])).tolist()
    [3.0, 2.0, 3.0, 2.00001]
    """
    distinct = np.unique(time)
    if len(distinct) < 2:
        return time
    near = np.diff(distinct) <= TOLERANCE * max(1.0, float(np.abs(distinct).mean()))
    if not near.any():
        return time
    kept = distinct[np.append(True, ~near)]
    return np.asarray(kept[np.searchsorted(kept, time, side="right") - 1], dtype=np.float64)


def study_day(date: datetime.date, start: datetime.date) -> int:
    """Study day of a date, as CDISC counts: 1 is the day of the first dose, -1 the one before, none is 0."""
    after = (date - start).days
    return after + (after >= 0)


def study_days(dates: pd.Series, starts: pd.Series) -> pd.Series:
    """As `study_day`, by row; missing where one of the two is."""
    import pandas as pd

    after = (pd.to_datetime(dates) - pd.to_datetime(starts)).dt.days.astype("Int64")
    return after + (after >= 0).astype("Int64")
