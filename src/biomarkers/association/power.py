"""What a trial of n patients can see: the plan's named tests on simulated outcomes (docs/methods.md, 6.31).

Markers are those of a cohort, drawn with replacement, or assumed ones; outcomes follow the marker by an odds ratio or a
hazard ratio, and each simulated trial goes through the very test that the plan names.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from biomarkers.association import comparisons, contrasts, inputs, multivariable
from biomarkers.association import plan as plans
from biomarkers.association.specification import Marker, Named, Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import tables, yamls
from biomarkers.io.progress import Progress
from biomarkers.stats.arrays import Floats
from biomarkers.stats.intervals import LEVEL
from biomarkers.stats.proportions import clopper_pearson

RATIOS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0)
"""Odds or hazard ratios at which power is told; 1 shows the level of the test."""

WANTED = 0.8
"""Power of the minimal detectable effect."""


@dataclass(frozen=True)
class Assumed:
    """What is assumed where no cohort says it.

    response_rate: share with the event of a binary endpoint. median_months: to the event; follow_up_months: all are
    censored there. share: of the first group of a binary marker, or above a cut at a number. Any other continuous
    marker is standard normal, the levels of an ordinal one are equally frequent.
    """

    response_rate: float
    median_months: float
    follow_up_months: float
    share: float


BOUNDS = {
    "simulations": (10, 100_000),
    "response_rate": (0.001, 0.999),
    "median_months": (1e-3, 1e4),
    "follow_up_months": (1e-3, 1e4),
    "share": (0.001, 0.999),
    "n": (4, 100_000),
}
"""Least and most of each number that is asked for."""
USUAL_SIZE = 60


def simulated(
    path: Path,
    cohort: Path | None,
    assumed: Assumed,
    sizes: Sequence[int],
    simulations: int,
    missing: Collection[str],
) -> pd.DataFrame:
    """Table `power` of a plan, with the markers and outcomes of a cohort where there is one.

    sizes: numbers of patients, by default the cohort's. missing: words for missing. Raises InputError with every
    problem of the numbers and the files.
    """
    problems = Problems()
    asked = [("simulations", simulations), *asdict(assumed).items(), *(("n", size) for size in sizes)]
    for name, value in asked:
        low, high = BOUNDS[name]
        if not low <= value <= high:
            option = f"--{name.replace('_', '-')}"
            problems.add(Problem("command line", option, value, f"a number from {low:g} to {high:g}"))
    plan, arrays = None, None
    if cohort is not None:
        given = problems.catch(inputs.read, cohort, path, None, missing)
        plan, arrays = (given.plan, given.cohort) if given else (None, None)
    elif settings := problems.catch(yamls.load, path):
        plan = plans.read_plan(settings, path, problems=problems)
    if problems.found or plan is None:
        raise InputError(problems.found)
    return table(plan, arrays, assumed, sizes or [USUAL_SIZE if arrays is None else len(arrays.patients)], simulations)


def table(plan: Plan, cohort: Cohort | None, assumed: Assumed, sizes: Sequence[int], simulations: int) -> pd.DataFrame:
    """A row per named test, size and ratio, and one for the minimal detectable ratio; seeded by the plan."""
    rows: list[dict[str, object]] = []
    for position, named in enumerate((plan.primary, *plan.secondary)):
        about: dict[str, object] = {
            "role": "primary" if position == 0 else "secondary",
            "endpoint": named.endpoint,
            "marker": named.marker,
            "method": named.method,
        }
        why = _impossible(plan, named, cohort)
        if why:
            rows.append(about | {"note": f"not done: {why}"})
            continue
        for size in sizes:
            progress = Progress(f"power of {named.marker} by {named.endpoint}, n = {size}", len(RATIOS) * simulations)
            random = np.random.default_rng([plan.seed, position, size])
            found = [
                _power(plan, named, cohort, assumed, size, ratio, simulations, random, progress) for ratio in RATIOS
            ]
            kind = "odds_ratio" if plan.endpoints[named.endpoint].kind == "binary" else "hazard_ratio"
            of_size = about | {"effect_type": kind, "n": size, "simulations": simulations}
            for ratio, hits in zip(RATIOS, found, strict=True):
                share = clopper_pearson(hits, simulations)
                own = {"quantity": "power", "effect": ratio, "power": share.estimate}
                rows.append(of_size | own | {"ci_low": share.low, "ci_high": share.high, "note": _per(plan, named)})
            least = detectable([hits / simulations for hits in found])
            said = "" if not math.isnan(least) else f"power below {WANTED:g} at every ratio up to {RATIOS[-1]:g}"
            rows.append(of_size | {"quantity": "detectable", "effect": least, "power": WANTED, "note": said})
    return tables.of_rows(rows, "power")


def detectable(power: Sequence[float]) -> float:
    """The ratio at which power reaches 0.8, between two of `RATIOS` by the line on the logarithmic scale."""
    for before in range(len(RATIOS) - 1):
        low, high = power[before], power[before + 1]
        if low < WANTED <= high:
            logs = np.log(RATIOS[before : before + 2])
            return float(np.exp(logs[0] + (WANTED - low) / (high - low) * (logs[1] - logs[0])))
    return math.nan


def _impossible(plan: Plan, named: Named, cohort: Cohort | None) -> str:
    """Why a test cannot be simulated; empty when it can."""
    endpoint, marker = plan.endpoints[named.endpoint], plan.markers[named.marker]
    if endpoint.kind not in ("binary", "time_to_event"):
        return f"{endpoint.name} is {endpoint.kind}"
    if cohort is None:
        return "" if marker.kind != "categorical" else f"{marker.name} is categorical, and no cohort says its groups"
    outcome, measured = cohort.outcomes[named.endpoint], cohort.markers[named.marker]
    used = cohort.usable(outcome, measured.value)
    if used.sum() < 2 or not outcome.event[used].any():
        return "the cohort has no patients with the event and the marker"
    if named.cut is not None:
        split = contrasts.at_cut(measured, named.cut)
        sides = [int((split.codes[used] == side).sum()) for side in (1, 0)]
        if min(sides) == 0:
            # Drawn from this cohort, a trial of any size has nobody on that side: its power is not 0, but not known.
            return f"the cohort has {sides[0]} patients {split.first} and {sides[1]} {split.second}"
    return ""


def _per(plan: Plan, named: Named) -> str:
    """What the ratio is per."""
    marker = plan.markers[named.marker]
    if named.cut is not None or marker.kind == "binary":
        return "ratio of the first group against the second"
    if marker.kind == "ordinal":
        return "ratio per level"
    if marker.kind == "categorical":
        return "ratio of the most frequent group against all others"
    return f"ratio per SD of {multivariable.in_model(marker)}"


def _power(
    plan: Plan,
    named: Named,
    cohort: Cohort | None,
    assumed: Assumed,
    size: int,
    ratio: float,
    simulations: int,
    random: np.random.Generator,
    progress: Progress,
) -> int:
    """In how many simulated trials the test has p below 0.05."""
    own = replace(plan, primary=named, secondary=(), covariates=(), strata=() if cohort is None else plan.strata)
    hits = 0
    for _ in range(simulations):
        measured, outcome, stratum = _simulated(own, cohort, assumed, size, ratio, random)
        name, endpoint = measured.marker.name, outcome.endpoint.name
        patients = tuple(str(number) for number in range(size))
        trial = Cohort(patients, {endpoint: outcome}, {name: measured}, {}, stratum, np.ones(size, dtype=bool))
        rows = comparisons.primary_tests(trial, own, outcome, measured)
        hits += any(row.named == named and row.tested.p_value < LEVEL for row in rows)
        progress.add()
    return hits


def _simulated(
    plan: Plan, cohort: Cohort | None, assumed: Assumed, size: int, ratio: float, random: np.random.Generator
) -> tuple[Measured, Outcome, Floats | None]:
    """A marker of `size` patients, an outcome that follows it by the ratio, and the cohort's strata."""
    named = plan.primary
    marker, endpoint = plan.markers[named.marker], plan.endpoints[named.endpoint]
    rate, hazard, ends = (
        assumed.response_rate,
        math.log(2) / assumed.median_months,
        np.array([assumed.follow_up_months]),
    )
    stratum = None
    if cohort is None:
        measured = _assumed_marker(marker, named, assumed, size, random)
    else:
        outcome, given = cohort.outcomes[named.endpoint], cohort.markers[named.marker]
        used = np.flatnonzero(cohort.usable(outcome, given.value))
        drawn = random.choice(used, size)
        stratum = None if cohort.stratum is None else cohort.stratum[drawn]
        ends_of = [None if part is None else part[drawn] for part in (given.low, given.high)]
        measured = replace(given, value=given.value[drawn], low=ends_of[0], high=ends_of[1])
        rate = float(outcome.event[used].mean())
        if outcome.time is not None:
            hazard = float(outcome.event[used].sum() / outcome.time[used].sum())
            # the follow-up of those who left without the event says how long patients are watched
            censored = used[outcome.event[used] == 0]
            ends = outcome.time[censored] if len(censored) else np.array([float(outcome.time[used].max())])
    effect = math.log(ratio) * _score(plan, measured)
    if endpoint.kind == "binary":
        chance = 1 / (1 + np.exp(-(_intercept(effect, rate) + effect)))
        return measured, Outcome(endpoint, (random.random(size) < chance).astype(float)), stratum
    event_at = random.exponential(1 / (hazard * np.exp(effect - effect.mean())))
    until = random.choice(ends, size)
    return measured, Outcome(endpoint, (event_at <= until).astype(float), np.minimum(event_at, until)), stratum


def _assumed_marker(marker: Marker, named: Named, assumed: Assumed, size: int, random: np.random.Generator) -> Measured:
    if marker.kind == "ordinal":
        return Measured(marker, random.integers(0, len(marker.levels), size).astype(float), marker.levels)
    if marker.kind == "binary":
        return Measured(marker, (random.random(size) < assumed.share).astype(float), marker.levels or ("0", "1"))
    if named.cut is not None and not isinstance(named.cut.at, str):
        side = np.where(random.random(size) < assumed.share, 1.0, -1.0)
        return Measured(marker, named.cut.at + side)
    return Measured(replace(marker, transform="none"), random.normal(size=size))


def _score(plan: Plan, measured: Measured) -> Floats:
    """What the ratio is per: 1 in the first group, levels, or standard deviations on the scale of models."""
    cut = plan.primary.cut
    if measured.marker.kind in ("binary", "ordinal"):
        return measured.value
    if measured.marker.kind == "categorical":
        codes, counts = np.unique(measured.value, return_counts=True)
        return np.asarray(measured.value == codes[counts.argmax()], dtype=np.float64)
    if cut is not None:
        return np.nan_to_num(contrasts.at_cut(measured, cut).codes)
    value = multivariable.transformed(measured.marker, measured.value)
    spread = float(value.std())
    return np.asarray((value - value.mean()) / spread) if spread > 0 else np.zeros(len(value))


def _intercept(effect: Floats, rate: float) -> float:
    """The logit at which patients with these effects have the rate on average, by bisection."""
    inside = min(max(rate, 1e-6), 1 - 1e-6)
    low, high = -50.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        if float((1 / (1 + np.exp(-(middle + effect)))).mean()) < inside:
            low = middle
        else:
            high = middle
    return (low + high) / 2
