"""The partial likelihood's maximum, against lifelines where that arrives and by its definition where it does not."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from scipy import special
from scipy.optimize import minimize_scalar

from biomarkers.stats.cox import separated
from biomarkers.stats.partial_likelihood import maximum

ORACLE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "oracles" / "small_groups.json").read_text())


def random_trial(seed: int, n: int = 90) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Covariates, times with many ties, events."""
    random = np.random.default_rng(seed)
    x = np.column_stack([random.normal(size=n), random.integers(0, 2, n)])
    time = np.ceil(random.exponential(10, n) * np.exp(-0.4 * x[:, 0]))
    return x, time, (random.random(n) < 0.7).astype(float)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_as_lifelines(seed: int) -> None:
    x, time, event = random_trial(seed)
    frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "time": time, "event": event})
    known = CoxPHFitter().fit(frame, "time", "event", fit_options={"precision": 1e-12, "r_precision": 1e-14})
    found = maximum(x, time, event)
    assert found.converged
    assert found.coefficients == pytest.approx(known.params_.to_numpy(), rel=1e-6)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(known.standard_errors_.to_numpy(), rel=1e-6)


@pytest.mark.parametrize(
    "names, strata, key",
    [
        (["carrier"], False, "p_carrier"),
        (["number", "level", "carrier"], False, "p_all"),
        (["number", "level", "carrier"], True, "p_strata"),
    ],
)
def test_proportional_hazards_as_cox_zph(names: list[str], strata: bool, key: str) -> None:
    """Levels of one marker are one term; the last is GLOBAL."""
    given = ORACLE["proportional"]
    columns, term = [], []
    for index, name in enumerate(names):
        values = np.array(given[name], float)
        for column in [values == 1, values == 2] if name == "level" else [values]:
            columns.append(column * 1.0)
            term.append(index)
    x = np.column_stack(columns)
    time, event, centre = (np.array(given[name], float) for name in ("time", "event", "centre"))
    found = maximum((x - x.mean(axis=0)) / x.std(axis=0), time, event, centre if strata else None, term).proportional
    assert [*found.terms, found.overall] == pytest.approx(given[key], rel=1e-6)


def test_events_at_one_time_tell_nothing_of_drift() -> None:
    x = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [2.0, 0.0], [0.0, 0.3]])
    found = maximum(x, np.array([3.0, 3.0, 3.0, 5.0, 7.0]), np.array([1.0, 1.0, 1.0, 0.0, 0.0])).proportional
    assert np.isnan(found.terms).all() and math.isnan(found.overall)


def test_arrives_where_lifelines_stops_short() -> None:
    """Two carriers, both with early events: the one-term likelihood, written out (no ties), has its maximum there."""
    time = np.arange(1.0, 41.0)
    event = np.tile([1.0, 1.0, 0.0, 1.0], 10)
    carrier = np.isin(time, (1, 4)).astype(float)

    def minus_log_likelihood(b: float) -> float:
        weight = np.exp(b * carrier)
        return -sum(b * carrier[i] - math.log(weight[i:].sum()) for i in np.flatnonzero(event))

    known = minimize_scalar(minus_log_likelihood, bounds=(-5, 8), method="bounded", options={"xatol": 1e-10}).x
    assert maximum(carrier[:, None], time, event).coefficients[0] == pytest.approx(known, rel=1e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", [20, 24])
def test_a_marker_that_all_but_orders_the_times(seed: int) -> None:
    """Weights that differ by more than numbers can: steps of Newton on sums by `logsumexp` are the oracle.

    Sums over all patients lost the smallest weights beside the largest: nothing was found, after warnings of numpy.
    """
    random = np.random.default_rng(seed)
    time = np.ceil(random.exponential(9, 40) * 2) / 2
    event = (random.random(40) < 0.6).astype(float)
    x = -time + random.normal(size=40) * 10 ** random.uniform(-6, -1)
    x = ((x - x.mean()) / x.std())[:, None]
    assert not separated(x, time, event)
    found = maximum(x, time, event)
    beta = found.coefficients[0]
    gradient = information = 0.0
    for when in np.unique(time[event == 1]):
        risk, dead = time >= when, (time == when) & (event == 1)
        gradient += x[dead, 0].sum()
        for place in range(dead.sum()):
            log_weight = x[:, 0] * beta + np.log1p(-place / dead.sum() * dead)
            share = np.exp(log_weight[risk] - special.logsumexp(log_weight[risk]))
            mean = share @ x[risk, 0]
            gradient -= mean
            information += share @ (x[risk, 0] - mean) ** 2
    assert found.converged and np.sqrt(found.covariance[0, 0]) == pytest.approx(information**-0.5, rel=1e-6)
    assert abs(gradient / information) < 1e-7 * abs(beta)
