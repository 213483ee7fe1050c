"""Ridge models (logistic, Cox) judged by nested cross-validation: every choice is made inside the training patients.

Our own since scikit-learn has no Cox model and takes a minute where all folds and penalties side by side take a second
(docs/methods.md, 6.11). A penalty is written as its inverse strength C: the model minimises |b|^2 / 2 - C log L.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from biomarkers.stats.arrays import Booleans, Floats, Integers
from biomarkers.stats.partial_likelihood import log_partial_likelihood
from biomarkers.stats.times import tied

FOLDS = 5
INNER_FOLDS = 3
PENALTIES = (0.01, 0.1, 1.0)
"""Inverse strengths that the inner folds choose from."""

STEPS = 100
"""Newton steps at most; ten are usual."""

CLOSE = 1e-7
"""Largest change of a coefficient (per standard deviation) at which a fit has arrived: what is left is its square."""


_SHUFFLING = np.random.RandomState(0)
"""Of the folds, seeded anew for each: to make one takes longer than a fold's models."""


class Scaled(NamedTuple):
    """Fitted models: of each its intercept (0 of a Cox model), and its coefficients per standard deviation.

    coefficients, centre and scale: models x columns; penalty: the inverse strength C.
    """

    intercept: Floats
    coefficients: Floats
    centre: Floats
    scale: Floats
    penalty: Floats

    def predictor(self, x: Floats) -> Floats:
        """Linear predictors, models x patients; x: (models x) patients x columns in their own units."""
        # column by column, since loops over a patient's few columns take five times as long
        slopes = self.coefficients / self.scale
        parts = (slopes[:, [j]] * (x[..., j] - self.centre[:, [j]]) for j in range(x.shape[-1]))
        return np.asarray(sum(parts, self.intercept[:, None]))


class Repeat(NamedTuple):
    """One cross-validation. predictor: per patient, by a model without the patient's fold; fold: its number, from 1."""

    predictor: Floats
    fold: Integers
    models: Scaled


def fits_of_a_repeat() -> int:
    """Models that one nested cross-validation fits."""
    return FOLDS * (INNER_FOLDS * len(PENALTIES) + 1)


def cross_validated(x: Floats, event: Floats, time: Floats | None, random: np.random.Generator) -> Repeat:
    """One repeat; x: patients x columns, event: 1 or 0, time: of a Cox model, None for a logistic one.

    Folds are stratified by the event. Scale and penalty are those of the training patients alone.
    """
    outer, inner = (int(random.integers(1 << 31)) for _ in range(2))
    trains = _folds(event, FOLDS, outer)
    models = tuned(x, event, time, trains, inner)
    fold = np.argmin(trains, axis=0)
    return Repeat(models.predictor(x)[fold, np.arange(len(x))], fold + 1, models)


def tuned(x: Floats, event: Floats, time: Floats | None, trains: Booleans, seed: int) -> Scaled:
    """Of each set of training patients the model with the penalty that does best in their inner folds.

    trains: sets x patients.
    """
    whole = np.repeat(trains, INNER_FOLDS, axis=0)
    inner = whole.copy()
    for number, train in enumerate(trains):
        inner[number * INNER_FOLDS : (number + 1) * INNER_FOLDS, train] = _folds(event[train], INNER_FOLDS, seed)
    held = whole & ~inner
    penalties = np.array(PENALTIES)
    models = fitted(x, event, time, inner, np.tile(penalties, (len(inner), 1)))
    score = _score(models, x, event, time, inner, held).reshape(len(trains), INNER_FOLDS, len(penalties))
    return fitted(x, event, time, trains, penalties[score.sum(axis=1).argmax(axis=1), None])


def fitted(x: Floats, event: Floats, time: Floats | None, trains: Booleans, penalties: Floats) -> Scaled:
    """Models of x scaled by mean and standard deviation, set by set: one per penalty on each set of training patients.

    trains: sets x patients; penalties: sets x penalties.
    """
    index, inside = _members(trains)
    number = inside.sum(axis=1)
    own = np.take(x.T, index, axis=1)
    centre = (own * inside).sum(axis=2) / number
    # a mean of equal values may differ from them in its last digit, and no column is to be scaled by that
    apart = (own - centre[:, :, None]) * (inside & (np.ptp(own, axis=2) > 0)[:, :, None])
    scale = np.sqrt((apart**2).sum(axis=2) / number)
    scale = np.where(scale > 0, scale, 1.0)
    designs = np.concatenate([inside[None], apart / scale[:, :, None]]).transpose(1, 0, 2)
    if time is None:
        found = logistic(np.ascontiguousarray(designs), event[index], penalties)
    else:
        found = np.zeros((*penalties.shape, designs.shape[1]))
        for of_set, design, who, strengths in zip(found, designs, index, penalties, strict=True):
            there = design[0] > 0
            given = design[1:, there].T, time[who[there]], event[who[there]]
            of_set[:, 1:] = [cox(*given, strength) for strength in strengths]
    found = found.reshape(-1, designs.shape[1])
    centre, scale = (np.repeat(of_sets.T, penalties.shape[1], axis=0) for of_sets in (centre, scale))
    return Scaled(found[:, 0], found[:, 1:], centre, scale, penalties.ravel())


def _members(masks: Booleans) -> tuple[Integers, Booleans]:
    """Who is in each mask, its first one again where another mask has more, and True where it is no repetition."""
    number = masks.sum(axis=1, keepdims=True)
    index = np.argsort(~masks, axis=1, kind="stable")[:, : number.max()]
    inside = np.arange(index.shape[1]) < number
    return np.where(inside, index, index[:, :1]), inside


def logistic(designs: Floats, event: Floats, inverse_strength: Floats) -> Floats:
    """Coefficients (sets x penalties x columns), all at once; the first, the intercept, is not penalised.

    designs: sets x columns x patients, the first column of ones, and all 0 where a set has fewer patients.
    """
    rows = designs.transpose(0, 2, 1)
    ridge = 1 / inverse_strength[:, :, None] * (np.arange(designs.shape[1]) > 0)

    def slope(beta: Floats) -> tuple[Floats, Floats]:
        """What each coefficient still gains, and the probabilities."""
        with np.errstate(over="ignore"):
            share = 1 / (1 + np.exp(-(beta @ designs)))
        return (event[:, None] - share) @ rows - ridge * beta, share

    beta = np.zeros(ridge.shape)
    gradient, share = slope(beta)
    for _ in range(STEPS):
        weight = share * (1 - share)
        products = [(weight * designs[:, None, j]) @ rows for j in range(designs.shape[1])]
        information = np.stack(products, axis=2) + ridge[..., None] * np.eye(designs.shape[1])
        step = np.linalg.solve(information, gradient[..., None])[..., 0]
        if np.abs(step).max() < CLOSE:
            return np.asarray(beta + step)
        following, share = slope(beta + step)
        # a Newton step, if short enough, makes the gradient smaller
        while (worse := _size(following) > _size(gradient)).any() and np.abs(step[worse]).max() > CLOSE:
            step[worse] /= 2
            following, share = slope(beta + step)
        beta, gradient = beta + step, following
    return beta


def _size(gradient: Floats) -> Floats:
    return np.asarray((gradient**2).sum(axis=-1))


def cox(z: Floats, time: Floats, event: Floats, inverse_strength: float) -> Floats:
    """Coefficients of the penalised partial likelihood, Efron's ties; zero where there is no event."""
    beta = np.zeros(z.shape[1])
    if not event.any():
        return beta
    likelihood = log_partial_likelihood(z, tied(time), event)
    strength = 1 / inverse_strength
    value, gradient, information = likelihood(beta)
    now = value
    for _ in range(STEPS):
        step = np.linalg.solve(information + strength * np.eye(len(beta)), gradient - strength * beta)
        if np.abs(step).max() < CLOSE:
            return np.asarray(beta + step)
        value, gradient, information = likelihood(beta + step)
        while value - strength * float(((beta + step) ** 2).sum()) / 2 < now - 1e-12 * abs(now):
            if np.abs(step).max() <= CLOSE:
                break
            step = step / 2
            value, gradient, information = likelihood(beta + step)
        beta = beta + step
        now = value - strength * float((beta**2).sum()) / 2
        if np.abs(step).max() < CLOSE:
            break
    return beta


def _score(models: Scaled, x: Floats, event: Floats, time: Floats | None, trains: Booleans, held: Booleans) -> Floats:
    """Log likelihood of the patients held out of each set, by its models; of a Cox model what they add to the others'.

    The latter is the cross-validated partial likelihood of Verweij and van Houwelingen (1993).
    """
    if time is None:
        index, inside = _members(held)
        each = len(models.penalty) // len(index)
        own = models.predictor(np.repeat(x[index], each, axis=0)).reshape(len(index), each, -1)
        # `np.logaddexp` takes seven times as long
        wrong = np.where(event[index][:, None] == 1, -own, own)
        loss = (np.maximum(wrong, 0) + np.log1p(np.exp(-np.abs(wrong)))) * inside[:, None]
        return np.asarray(-loss.sum(axis=2) / inside.sum(axis=1)[:, None]).ravel()
    eta = models.predictor(x).reshape(len(held), -1, len(x))
    one, score = np.ones(1), np.zeros(eta.shape[:2])
    for place in np.ndindex(score.shape):
        train = trains[place[0]]
        for sign, who in ((1.0, train | held[place[0]]), (-1.0, train)):
            if event[who].any():
                risk = log_partial_likelihood(eta[place][who, None], tied(time[who]), event[who])
                score[place] += sign * risk(one)[0]
    return score.ravel()


def _folds(event: Floats, number: int, seed: int) -> Booleans:
    """Training patients of each fold (folds x patients), stratified by the event: scikit-learn's StratifiedKFold.

    Its checks of the input take as long as the models that are fitted in the folds.
    """
    _SHUFFLING.seed(seed)
    fold, begin = np.empty(len(event), dtype=np.int64), 0
    for own in (event == event[0], event != event[0]):
        places = np.sort(np.arange(begin, begin + own.sum()) % number)
        _SHUFFLING.shuffle(places)
        fold[own], begin = places, begin + len(places)
    return np.asarray(fold != np.arange(number)[:, None])
