"""Firth's likelihood against figures of R's logistf, a closed form, and another optimiser."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from scipy import optimize, stats

from biomarkers.stats import climbs, firth
from biomarkers.stats.cox import cox
from biomarkers.stats.logistic import logistic, penalised_likelihood

SEX2 = """
000010:1:1 001000:14:2 001010:3:1 001100:10:8 001110:12:18 001111:1:0 010000:44:42 010001:3:0 010010:0:1
011000:15:1 011001:1:0 011010:2:0 011100:7:5 011110:3:6 101000:2:0 101010:1:0 101011:1:0 101100:1:2 101110:0:4
101111:1:0 110000:5:14 110010:0:1 111000:3:1 111110:0:2
"""
"""Urinary tract infection of 239 students (data set of logistf): age oc vic vicl vis dia, with infection, without."""

LOGISTF = {
    "coefficients": [-1.10598131, -0.06881673, 2.26887464, -2.11140817, -0.78831694, 3.09601166],
    "low": [-1.9737884, -0.9414363, 1.2730216, -3.2608611, -1.6080879, 0.7745682],
    "high": [-0.30742514, 0.78920202, 3.43543273, -1.11773495, 0.01518468, 8.03029352],
    "ratio": [7.51, 0.02, 22.93, 19.10, 3.70, 7.90],
}
"""What logistf says of it (tests of firthlogist; snapshots of easystats/parameters for the likelihood ratios)."""


def beside(design: np.ndarray, event: np.ndarray, beta: np.ndarray) -> float:
    """Penalised log likelihood of a logistic model, written anew."""
    score = design @ beta
    weight = stats.logistic.pdf(score)
    sign, size = np.linalg.slogdet(design.T @ (design * weight[:, None]))
    if sign <= 0:
        return -1e9
    return float((event * score - np.logaddexp(0, score)).sum() + size / 2)


def beside_cox(x: np.ndarray, time: np.ndarray, event: np.ndarray, beta: np.ndarray) -> float:
    """Penalised log partial likelihood (Breslow), risk set by risk set."""
    value, information = 0.0, np.zeros((len(beta),) * 2)
    for i in np.flatnonzero(event):
        inside = x[time >= time[i]]
        share = np.exp(inside @ beta - (inside @ beta).max())
        value += float(x[i] @ beta - (inside @ beta).max()) - math.log(share.sum())
        share /= share.sum()
        apart = inside - share @ inside
        information += apart.T @ (apart * share[:, None])
    sign, size = np.linalg.slogdet(information)
    return value + size / 2 if sign > 0 else -1e9


def top(function, beta: np.ndarray, free: np.ndarray) -> float:
    """The maximum over the free coefficients, by scipy."""

    def minus(values: np.ndarray) -> float:
        whole = beta.copy()
        whole[free] = values
        return -function(whole)

    if not free.any():
        return function(beta)
    exact = {"xatol": 1e-8, "fatol": 1e-11, "maxiter": 4000}
    return -float(optimize.minimize(minus, beta[free], method="Nelder-Mead", options=exact).fun)


def check(terms, function, whole: np.ndarray, scale: np.ndarray) -> None:
    """Estimate, limits and ratio of every term by another optimiser, which begins at the estimates `whole`."""
    highest = top(function, whole, np.ones(len(whole), dtype=bool))
    assert function(whole) == pytest.approx(highest, abs=1e-6)
    for j, term in enumerate(terms):
        free = np.arange(len(whole)) != j
        for value, fall in [(term.ratio.low, 1.9207294), (term.ratio.high, 1.9207294), (1.0, term.statistic / 2)]:
            held = whole.copy()
            held[j] = math.log(value) * scale[j]
            assert highest - top(function, held, free) == pytest.approx(fall, abs=2e-4)


@pytest.mark.parametrize("seed", range(12))
def test_logistic_by_another_optimiser(seed: int) -> None:
    random = np.random.default_rng(seed)
    x = np.column_stack([random.normal(size=40), random.random(40) < 0.2])[:, : 1 + seed % 2].astype(float)
    event = (3 * x[:, 0] * (seed % 3) + random.logistic(size=40) > 1).astype(float)
    fit = logistic(x, event, penalised=True)
    scale = x.std(axis=0)
    design = np.column_stack([(x - x.mean(axis=0)) / scale, np.ones(40)])
    start = np.array([*(math.log(t.ratio.estimate) * s for t, s in zip(fit.terms, scale, strict=True)), 0.0])
    held = np.array([False] * len(scale) + [True])
    found = optimize.minimize_scalar(
        lambda b: -beside(design, event, np.where(held, b, start)),
        bounds=(-40, 40),
        method="bounded",
        options={"xatol": 1e-10},
    )
    check(fit.terms, lambda b: beside(design, event, b), np.where(held, found.x, start), scale)


@pytest.mark.parametrize("seed", range(6))
def test_cox_by_another_optimiser(seed: int) -> None:
    random = np.random.default_rng(seed)
    x = np.column_stack([random.random(40) < 0.15, random.normal(size=40)])[:, : 1 + seed % 2].astype(float)
    time, event = np.ceil(random.exponential(9, 40)), (random.random(40) < 0.6).astype(float)
    event[x[:, 0] == 1] = 0
    time[x[:, 0] == 1] += 2
    fit = cox(x, time, event)
    assert fit.method == "firth_cox"
    whole = np.array([math.log(t.ratio.estimate) for t in fit.terms])
    check(fit.terms, lambda b: beside_cox(x, time, event, b), whole, np.ones(len(whole)))


def test_sex2_as_logistf() -> None:
    cells = [cell.split(":") for cell in SEX2.split()]
    x = np.array([[float(v) for v in kind] for kind, ill, well in cells for _ in range(int(ill) + int(well))])
    event = np.array([e for _, ill, well in cells for e in [1.0] * int(ill) + [0.0] * int(well)])
    assert len(x) == 239
    terms = logistic(x, event, penalised=True).terms
    assert [math.log(t.ratio.estimate) for t in terms] == pytest.approx(LOGISTF["coefficients"], rel=1e-5)
    assert [math.log(t.ratio.low) for t in terms] == pytest.approx(LOGISTF["low"], rel=1e-5)
    assert [math.log(t.ratio.high) for t in terms] == pytest.approx(LOGISTF["high"], rel=1e-5)
    assert [t.statistic for t in terms] == pytest.approx(LOGISTF["ratio"], abs=0.005)


@pytest.mark.parametrize("table", [(0, 22, 7, 356), (5, 0, 3, 40), (4, 9, 11, 6)])
def test_two_by_two_adds_a_half(table: tuple[int, int, int, int]) -> None:
    """Of a saturated model Firth's estimate is the odds ratio with 0.5 added to each cell (Heinze 2002)."""
    a, b, c, d = table
    x, event = np.repeat([1.0, 1, 0, 0], table), np.repeat([1.0, 0, 1, 0], table)
    (term,) = logistic(x[:, None], event, penalised=True).terms
    assert term.ratio.estimate == pytest.approx((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)), rel=1e-7)


def test_endless_climb_is_told() -> None:
    def rising(beta: np.ndarray) -> climbs.Points:
        return climbs.Points(beta[:, 0].copy(), np.ones((len(beta), 1)), np.ones((len(beta), 1, 1)))

    found = firth.profiles(rising, 1, 1)
    assert np.isnan(found.coefficients).all() and np.isnan(found.limits).all() and np.isnan(found.ratios).all()


TWO_TOPS = {
    37: ((-3.777766477970558, 1.0075729265854605), 2 * 0.458809125385762),
    40: ((-19.168159284724247, -1.4796681160085348), 2 * 4.81003239138857),
    41: ((-1.8326307185661574, 3.01198357706299), 2 * 0.134441866360253),
}
"""By seed: limits of the third term, at which tests/oracles/differential/firth.R has the profile lower by 1.920729, and
its likelihood ratio there."""


@pytest.mark.parametrize("seed", TWO_TOPS)
def test_a_skewed_term_gives_the_profile_two_tops(seed: int) -> None:
    """The lesser one had a limit of .51 for 1.01, or a likelihood ratio too large by .2 and .3."""
    random = np.random.default_rng(seed)
    x = np.column_stack([random.normal(size=16), random.lognormal(1, 1.5, 16), random.integers(0, 2, 16) * 1.0])
    third = logistic(x, (random.random(16) < 0.3) * 1.0, penalised=True).terms[2]
    limits, ratio = TWO_TOPS[seed]
    assert tuple(third.logarithm)[1:] == pytest.approx(limits, rel=1e-6)
    assert third.statistic == pytest.approx(ratio, rel=1e-6)


@pytest.mark.parametrize("seed", [65, 67, 82, 101])
def test_the_highest_of_several_maxima_is_the_estimate(seed: int) -> None:
    """Two skewed terms: a climb from 0 ends on a lesser top, which the profiles meet; scipy from 16 places does not."""
    random = np.random.default_rng(seed)
    x = np.column_stack([random.normal(size=14), random.lognormal(1, 2.0, 14), random.lognormal(1, 2.0, 14)])
    event = (random.random(14) < 0.3) * 1.0
    design = np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), np.ones(14)])

    def highest(begin: np.ndarray, free: np.ndarray) -> float:
        return top(lambda beta: beside(design, event, beta), begin, free)

    fitted = logistic(x, event, penalised=True).terms
    slopes = [term.logarithm.estimate * scale for term, scale in zip(fitted, x.std(axis=0), strict=True)]
    reached = highest(np.array([*slopes, 0.0]), np.arange(4) == 3)
    assert reached >= max(highest(begin, np.ones(4, dtype=bool)) for begin in random.normal(0, 3, (16, 4))) - 1e-6


NEARLY_ALIKE = {3: (1, (-70.66704741, 133.22040348)), 36: (0, (-46.26356761, 191.48158867))}
"""By seed: a term and its limits, at which tests/oracles/differential/firth.R has the profile lower by 1.9207294."""


@pytest.mark.parametrize("seed", NEARLY_ALIKE)
def test_terms_that_nearly_agree_give_the_profile_two_tops(seed: int) -> None:
    """The lesser one had a limit of -62.2, at which the profile is lower by 1.812, and of -41.95 (1.862)."""
    random = np.random.default_rng(seed)
    number = random.normal(size=28)
    x = np.column_stack([number, number + 0.05 * random.normal(size=28)])
    term, limits = NEARLY_ALIKE[seed]
    found = logistic(x, (x[:, 1] > 0.2) * 1.0, penalised=True).terms[term]
    assert tuple(found.logarithm)[1:] == pytest.approx(limits, rel=1e-6)


def test_a_singular_information_loses_the_climb_not_the_run() -> None:
    flat = climbs.Points(np.zeros(1), np.ones((1, 2)), np.ones((1, 2, 2)))
    (end,) = climbs.maximise(lambda beta: flat, np.zeros((1, 2)), np.ones((1, 2), dtype=bool))
    assert not end.arrived


def test_climbs_side_by_side_end_where_each_ends_alone() -> None:
    """Quick, crawling and hopeless ones, each with other coefficients held, keep out of one another's way."""
    random = np.random.default_rng(5)
    x = np.column_stack([random.normal(size=20), random.lognormal(1, 1.5, 20), np.ones(20)])
    likelihood = penalised_likelihood((x - x.mean(axis=0)) / 2 + [0, 0, 1], (random.random(20) < 0.3) * 1.0)
    starts = np.vstack([random.normal(0, 3, (12, 3)), np.full((1, 3), 1e200), np.full((1, 3), np.nan)])
    free = np.array([[number & 1, number & 2, number & 4] for number in range(14)]) > 0
    with np.errstate(invalid="ignore"):
        together = climbs.maximise(likelihood, starts, free)
        alone = [climbs.maximise(likelihood, starts[[k]], free[[k]])[0] for k in range(14)]
    assert [end.arrived for end in together] == [end.arrived for end in alone] == [True] * 12 + [False] * 2
    for end, own, start, moved in zip(together, alone, starts, free, strict=True):
        assert end.beta == pytest.approx(own.beta, rel=1e-9, nan_ok=True)
        assert end.value == pytest.approx(own.value, rel=1e-12)
        assert np.array_equal(end.beta[~moved], start[~moved], equal_nan=True)


def test_a_top_that_lies_aside_of_every_march() -> None:
    """One responder of 15: R's optim from 60 places has the profile of age 1.92 lower at 1.198702, not at 1.195870."""
    smoker = np.array([0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0.0])
    age = np.array([35, 55, 85, 62, 79, 44, 74, 84, 59, 85, 40, 59, 48, 37, 61.0])
    male = np.array([1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0.0])
    found = logistic(np.column_stack([smoker, age, male]), (np.arange(15) == 7) * 1.0).terms[1]
    assert found.ratio.high == pytest.approx(1.198702, rel=1e-6)


def test_information_that_is_no_number_is_no_point_and_no_warning():
    """Beyond what a number can be, weights are NaN; numpy told of it on the terminal of a user."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        information = np.full((1, 2, 2), np.nan)
        points = climbs.penalised(np.array([np.nan]), np.zeros((1, 2)), information, lambda inverse: inverse[:, 0])
    assert points.value[0] == -np.inf


def test_without_a_slope_the_bracket_of_a_limit_is_halved() -> None:
    def level(value: float) -> firth.Search[firth._Height]:
        yield from ()
        return firth._Height(math.pi - value, 0.0)

    with pytest.raises(StopIteration) as found:
        next(firth._crossing(level, 3.0, 4.0))
    assert found.value.value == pytest.approx(math.pi, abs=1e-8)
