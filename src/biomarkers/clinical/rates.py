"""Rates and medians over the patients: exact binomial intervals and Kaplan-Meier with log-log intervals.

Rules: design/methods.md sections 3 and 4. Oracles: R binom.test and survival::survfit(conf.type = "log-log").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from biomarkers.clinical.endpoints import evaluable
from biomarkers.clinical.time_to_event import Endpoint, endpoints
from biomarkers.stats.intervals import joined

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

TOLERANCE = 1.5e-8
"""How near to 0.5 a Kaplan-Meier value counts as 0.5: the square root of the machine precision, as in R survfit."""

MIDPOINT = "S(t) is exactly 0.5 over a step: its mid-point"


class Interval(NamedTuple):
    """An estimate with its 95 % limits; NaN where it does not exist."""

    estimate: float
    low: float
    high: float


class Curve(NamedTuple):
    """Kaplan-Meier curve at its distinct times: arrays of one length; limits are NaN where survival is 0 or 1."""

    time: np.ndarray
    n_events: np.ndarray
    n_at_risk: np.ndarray
    survival: np.ndarray
    low: np.ndarray
    high: np.ndarray


def clopper_pearson(events: int, n: int) -> Interval:
    """Share events / n with the exact (Clopper-Pearson) 95 % interval; all NaN when n is 0.

    >>> [round(float(x), 4) for x in clopper_pearson(3, 20)]
    [0.15, 0.0321, 0.3789]
    """
    from scipy.stats import binomtest

    if n == 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    interval = binomtest(events, n).proportion_ci(0.95, method="exact")
    return Interval(events / n, float(interval.low), float(interval.high))


def kaplan_meier(months: np.ndarray, event: np.ndarray) -> Curve:
    """Kaplan-Meier curve of durations (>= 0) and events (1 happened, 0 censored), 95 % log-log interval."""
    import numpy as np
    from scipy.stats import norm

    time, position = np.unique(months, return_inverse=True)
    leaving = np.bincount(position, minlength=len(time))
    n_events = np.bincount(position, weights=event, minlength=len(time))
    n_at_risk = leaving[::-1].cumsum()[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(1 - n_events / n_at_risk)
        greenwood = np.cumsum(n_events / (n_at_risk * (n_at_risk - n_events)))
        width = norm.ppf(0.975) * np.sqrt(greenwood) / np.log(survival)
        low, high = survival ** np.exp(-width), survival ** np.exp(width)
    limits = np.where((survival > 0) & (survival < 1), (low, high), np.nan)
    return Curve(time, n_events, n_at_risk, survival, limits[0], limits[1])


def median(curve: Curve) -> Interval:
    """Median survival in months; NaN where the curve or a limit stays above 0.5.

    Where a curve is exactly 0.5 from one event to the next, the mid-point of that step, as R survfit.
    """
    return Interval(*(_half(curve.time, values) for values in (curve.survival, curve.low, curve.high)))


def is_midpoint(curve: Curve) -> bool:
    """Whether the median is the mid-point of a step at which survival is exactly 0.5."""
    below = curve.survival < 0.5 - TOLERANCE
    return bool((abs(curve.survival - 0.5) < TOLERANCE).any() and below.any())


def survival_at(curve: Curve, months: float) -> tuple[Interval, int]:
    """Survival with its interval at `months`, and how many are at risk then; missing when nobody is."""
    at_risk = int(curve.n_at_risk[curve.time >= months].max(initial=0))
    if at_risk == 0:
        return Interval(float("nan"), float("nan"), float("nan")), 0
    if not (curve.time <= months).any():
        return Interval(1.0, float("nan"), float("nan")), at_risk
    last = int((curve.time <= months).sum()) - 1
    values = (curve.survival[last], curve.low[last], curve.high[last])
    return Interval(*(float(value) for value in values)), at_risk


def rates(
    table: pd.DataFrame, *, confirmed: bool, censoring: str, further: Iterable[Mapping[str, object]] = ()
) -> pd.DataFrame:
    """The rates table: response rates, landmark rates and medians of the treated patients.

    table: endpoints as `endpoints.derive` gives them. confirmed, censoring: the choices behind them, for the `note`.
    """
    import pandas as pd

    treated = table[table["treated"] == 1]
    rows = []
    for name, column in (("orr", "responder"), ("dcr", "disease_control"), ("sd_gt_4_months", "sd_gt_4_months")):
        rows += _share_rows(treated, name, column, confirmed)
    declared = endpoints().values()
    rows += [_landmark_row(treated, one, months, censoring) for one in declared for months in one.landmarks]
    rows += [_median_row(treated, one, censoring) for one in declared]
    frame = pd.DataFrame([*rows, *further])
    return frame.astype({"n": "Int64", "events": "Int64", "n_at_risk": "Int64", "n_unknown": "Int64"})


def _share_rows(treated: pd.DataFrame, name: str, column: str, confirmed: bool) -> list[dict[str, Any]]:
    best = treated["best_response"]
    followed = best if not confirmed else treated["confirmed_best_response"].fillna(best)
    note = "confirmed" if confirmed else "unconfirmed"
    if column == "sd_gt_4_months":
        note = "best response SD, without confirmation"
    rows = []
    for definition, counted in (("all_treated", followed.notna()), ("evaluable", evaluable(followed))):
        events, n = int((treated.loc[counted, column] == 1).sum()), int(counted.sum())
        unknown = int(treated.loc[counted, column].isna().sum())
        rows.append(
            _row(name, definition, None, n, events, None, clopper_pearson(events, n), "clopper_pearson", note, unknown)
        )
    return rows


def _known(treated: pd.DataFrame, name: str) -> tuple[Curve, int, int, int]:
    """The curve of an endpoint, how many patients it has, how many events, and how many have no value."""
    known = treated[treated[f"{name}_months"].notna() & treated[f"{name}_event"].notna()]
    event = known[f"{name}_event"].to_numpy("float64")
    curve = kaplan_meier(known[f"{name}_months"].to_numpy("float64"), event)
    return curve, len(known), int(event.sum()), len(treated) - len(known)


def _landmark_row(treated: pd.DataFrame, endpoint: Endpoint, months: float, censoring: str) -> dict[str, Any]:
    curve, n, _, unknown = _known(treated, endpoint.name)
    interval, at_risk = survival_at(curve, months)
    events = int(curve.n_events[curve.time <= months].sum())
    notes = [censoring if endpoint.censored_before_event else "", "" if at_risk else "nobody at risk"]
    row = (f"{endpoint.name}_rate", "all_treated", months, n, events, at_risk, interval)
    return _row(*row, "kaplan_meier_log_log", joined(*notes), unknown)


def _median_row(treated: pd.DataFrame, endpoint: Endpoint, censoring: str) -> dict[str, Any]:
    of_responders = endpoint.origin == "first_response"
    counted = treated[treated["responder"] == 1] if of_responders else treated
    curve, n, events, unknown = _known(counted, endpoint.name)
    notes = [censoring if endpoint.censored_before_event else "", MIDPOINT if is_midpoint(curve) else ""]
    definition = "responders" if of_responders else "all_treated"
    row = (f"{endpoint.name}_median", definition, None, n, events, None, median(curve))
    return _row(*row, "kaplan_meier_log_log", joined(*notes), unknown)


def _row(
    endpoint: str,
    definition: str,
    time_months: float | None,
    n: int,
    events: int,
    n_at_risk: int | None,
    interval: Interval,
    method: str,
    note: str,
    n_unknown: int,
) -> dict[str, Any]:
    return {
        "endpoint": endpoint,
        "definition": definition,
        "time_months": time_months,
        "n": n,
        "events": events,
        "n_at_risk": n_at_risk,
        "estimate": interval.estimate,
        "ci_low": interval.low,
        "ci_high": interval.high,
        "method": method,
        "n_unknown": n_unknown,
        "note": note or None,
    }


def _half(time: np.ndarray, values: np.ndarray) -> float:
    """First time at which `values` (falling, NaN ignored) are at most 0.5; the mid-point of a step at exactly 0.5."""
    at_most = values < 0.5 + TOLERANCE
    if not at_most.any():
        return float("nan")
    time, values = time[at_most], values[at_most]
    lower = values < values[0]
    if abs(values[0] - 0.5) < TOLERANCE and lower.any():
        return float(time[0] + time[lower][0]) / 2
    return float(time[0])
