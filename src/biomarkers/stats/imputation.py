"""Multiple imputation by chained equations, and Rubin's rules (docs/methods.md, 6.26).

Numbers are imputed by predictive mean matching among the five nearest, groups by a logistic model; each model is fitted
to a bootstrap sample, so that imputations vary as far as the model is uncertain.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import scipy

from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.intervals import Interval, Tested

ROUNDS = 10
"""Passes through the incomplete columns before a completed table is taken (van Buuren 2018: 5 to 20)."""

DONORS = 5
"""Patients among whose values one is drawn in predictive mean matching (as R's mice)."""


class Pooled(NamedTuple):
    """Estimate over imputed tables on the logarithmic scale, its interval, and the test that it is 0."""

    estimate: Interval
    test: Tested


def rubin(estimates: Sequence[float], errors: Sequence[float], complete: float) -> Pooled:
    """Rubin's rules with the degrees of freedom of Barnard and Rubin (1999).

    complete: those that there are without missing values, at least 1.

    >>> pooled = rubin([1.0, 1.2, 0.9], [0.5, 0.5, 0.5], 50.0)
    >>> round(pooled.estimate.estimate, 4), round(pooled.test.statistic, 4)
    (1.0333, 1.949)
    """
    m, values = len(estimates), np.array(estimates)
    middle, within = float(values.mean()), float((np.array(errors) ** 2).mean())
    between = float(values.var(ddof=1)) if m > 1 else 0.0
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    freedom = observed if share == 0 else 1 / (share**2 / (m - 1) + 1 / observed)
    t = middle / math.sqrt(total)
    half = float(scipy.stats.t.ppf(0.975, freedom)) * math.sqrt(total)
    note = (
        f"{m} imputed tables, {freedom:.4g} degrees of freedom, {100 * share:.3g} % of the variance by missing values"
    )
    test = Tested(t, float(2 * scipy.stats.t.sf(abs(t), freedom)), note)
    return Pooled(Interval(middle, middle - half, middle + half), test)


def imputed(columns: Floats, groups: Sequence[bool], *, tables: int, seed: int) -> Iterator[Floats]:
    """Completed copies of `columns` (patients x columns, NaN where missing); groups: which columns hold codes.

    A column without a missing value only predicts the others. One with none known must not be there.
    """
    rng = np.random.default_rng(seed)
    missing = np.isnan(columns)
    incomplete = sorted(np.flatnonzero(missing.any(axis=0)), key=lambda j: missing[:, j].sum())
    for _ in range(tables):
        now = columns.copy()
        for j in incomplete:
            now[missing[:, j], j] = rng.choice(columns[~missing[:, j], j], missing[:, j].sum())
        for _ in range(ROUNDS if len(incomplete) > 1 else 1):
            for j in incomplete:
                others = _design(np.delete(now, j, axis=1), np.delete(np.array(groups), j))
                draw = _drawn_group if groups[int(j)] else _drawn_number
                now[missing[:, j], j] = draw(others, columns[:, j], missing[:, j], rng)
        yield now


def _design(columns: Floats, groups: Booleans) -> Floats:
    """The columns as predictors, standardised; codes as one column per level but the first."""
    parts = [np.ones((len(columns), 1))]
    for column, is_group in zip(columns.T, groups, strict=True):
        levels = np.unique(column)
        coded = [column == level for level in levels[1:]] if is_group and len(levels) > 1 else [column]
        parts.append(np.column_stack(coded).astype(float))
    x = np.column_stack(parts)
    spread = x.std(axis=0)
    x[:, spread > 0] = (x - x.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    return x


def _drawn_number(x: Floats, y: Floats, missing: Booleans, rng: np.random.Generator) -> Floats:
    """Predictive mean matching: a known value of one of the patients whose prediction is nearest."""
    known = np.flatnonzero(~missing)
    sample = rng.choice(known, len(known))
    # a little ridge, since a bootstrap sample of few patients may not determine every coefficient
    weight = np.linalg.solve(x[sample].T @ x[sample] + 1e-5 * len(known) * np.eye(x.shape[1]), x[sample].T @ y[sample])
    best = np.linalg.solve(x[known].T @ x[known] + 1e-5 * len(known) * np.eye(x.shape[1]), x[known].T @ y[known])
    distance = np.abs((x[missing] @ weight)[:, None] - (x[known] @ best)[None, :])
    nearest = np.argsort(distance, axis=1, kind="stable")[:, : min(DONORS, len(known))]
    return np.asarray(y[known[nearest[np.arange(len(nearest)), rng.integers(0, nearest.shape[1], len(nearest))]]])


def _drawn_group(x: Floats, y: Floats, missing: Booleans, rng: np.random.Generator) -> Floats:
    """A level by the probabilities of a logistic model."""
    from sklearn.linear_model import LogisticRegression

    known = np.flatnonzero(~missing)
    sample = rng.choice(known, len(known))
    if len(np.unique(y[sample])) < 2:
        return np.full(int(missing.sum()), y[sample][0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=10.0, max_iter=200, solver="newton-cholesky").fit(x[sample], y[sample].astype(int))
    chance = model.predict_proba(x[missing]).cumsum(axis=1)
    picked = (rng.random(len(chance))[:, None] > chance[:, :-1]).sum(axis=1)
    return np.asarray(model.classes_[picked], dtype=np.float64)
