"""How good forecasts are: concordance, calibration, net benefit (docs/methods.md, 6.27)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from biomarkers.stats.arrays import Floats
from biomarkers.stats.intervals import Interval, Z
from biomarkers.stats.proportions import clopper_pearson
from biomarkers.stats.times import tied

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""Probabilities at which a decision curve is read."""

MOST_GROUPS = 5
FEWEST_IN_GROUP = 10
"""Of a calibration curve: groups of forecasts, and patients in each."""


class Point(NamedTuple):
    """A point of a curve: forecast or threshold, patients, what was observed, and for net benefit that of all."""

    x: float
    n: int
    observed: Interval
    treat_all: float = float("nan")


def concordance(risk: Floats, time: Floats, event: Floats) -> Interval:
    """Harrell's C: chance that who has the event earlier had the higher risk (equal risks a half).

    Pairs whose order is not known, or with both events at one time, do not count; who is censored at the time of
    another's event lived longer. Interval by the infinitesimal jackknife, as concordance of R's survival, cut at
    0 and 1. Nothing where no pair counts.

    >>> concordance(np.array([3.0, 2.0, 1.0]), np.array([1.0, 2.0, 3.0]), np.ones(3)).estimate
    1.0
    """
    time = tied(time)
    later = (time[:, None] < time) | ((time[:, None] == time) & (event == 0))
    pairs = (event[:, None] == 1) & later
    score = np.where(pairs, 0.5 + 0.5 * np.sign(risk[:, None] - risk), 0.0)
    total = float(pairs.sum())
    if total == 0:
        return Interval()
    estimate = float(score.sum()) / total
    influence = (score.sum(axis=0) + score.sum(axis=1) - estimate * (pairs.sum(axis=0) + pairs.sum(axis=1))) / total
    half = Z * math.sqrt(float((influence**2).sum()))
    if half == 0:
        return Interval(estimate)
    return Interval(estimate, max(0.0, estimate - half), min(1.0, estimate + half))


def calibration_intercept(logit: Floats, event: Floats) -> Interval:
    """Logit by which all forecasts are too low (positive) or too high, Wald's interval: the slope is held at 1."""
    shift = 0.0
    for _ in range(100):
        share = 1 / (1 + np.exp(-(logit + shift)))
        step = float((event - share).sum() / (share * (1 - share)).sum())
        shift += max(-2.0, min(2.0, step))
        if abs(step) < 1e-12:
            break
    share = 1 / (1 + np.exp(-(logit + shift)))
    half = Z / math.sqrt(float((share * (1 - share)).sum()))
    return Interval(shift, shift - half, shift + half)


def calibration_curve(forecast: Floats, event: Floats) -> list[Point]:
    """Share with the event (Clopper and Pearson) in groups of forecasts from low to high; equal ones stay together."""
    groups = max(1, min(MOST_GROUPS, len(forecast) // FEWEST_IN_GROUP))
    edges = np.quantile(forecast, np.arange(1, groups) / groups)
    of_patient = np.searchsorted(edges, forecast, side="left")
    points = []
    for group in np.unique(of_patient):
        own = of_patient == group
        share = clopper_pearson(int(event[own].sum()), int(own.sum()))
        points.append(Point(float(forecast[own].mean()), int(own.sum()), share))
    return points


def decision_curve(forecast: Floats, event: Floats) -> list[Point]:
    """Net benefit of treating who is forecast at each threshold and above, beside that of treating all.

    Vickers and Elkin (2006): TP / n - FP / n x t / (1 - t); treating nobody is 0.
    """
    points = []
    share = float(event.mean())
    for threshold in THRESHOLDS:
        odds = threshold / (1 - threshold)
        chosen = forecast >= threshold
        benefit = float((chosen & (event == 1)).mean() - (chosen & (event == 0)).mean() * odds)
        points.append(Point(threshold, int(chosen.sum()), Interval(benefit), share - (1 - share) * odds))
    return points
