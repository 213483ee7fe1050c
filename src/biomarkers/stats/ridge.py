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

CLOSE = 1e-10
"""Largest change of a coefficient (per standard deviation) at which a fit has arrived."""


class Scaled(NamedTuple):
    """A fitted model: intercept (0 of a Cox model) and coefficients per standard deviation, and its scale.

    penalty: the inverse strength C that was chosen.
    """

    intercept: float
    coefficients: Floats
    centre: Floats
    scale: Floats
    penalty: float

    def predictor(self, x: Floats) -> Floats:
        """Linear predictor of patients; x: patients x columns in their own units."""
        return np.asarray(self.intercept + (x - self.centre) / self.scale @ self.coefficients)


class Repeat(NamedTuple):
    """One cross-validation. predictor: per patient, by a model without the patient's fold; fold: its number, from 1."""

    predictor: Floats
    fold: Integers
    models: list[Scaled]


def fits_of_a_repeat() -> int:
    """Models that one nested cross-validation fits."""
    return FOLDS * (INNER_FOLDS * len(PENALTIES) + 1)


def cross_validated(x: Floats, event: Floats, time: Floats | None, random: np.random.Generator) -> Repeat:
    """One repeat; x: patients x columns, event: 1 or 0, time: of a Cox model, None for a logistic one.

    Folds are stratified by the event. Scale and penalty are those of the training patients alone.
    """
    outer, inner = (int(random.integers(1 << 31)) for _ in range(2))
    predictor, fold, models = np.empty(len(x)), np.zeros(len(x), dtype=np.int64), []
    for number, train in enumerate(_folds(event, FOLDS, outer), start=1):
        model = tuned(x, event, time, train, inner)
        predictor[~train], fold[~train] = model.predictor(x[~train]), number
        models.append(model)
    return Repeat(predictor, fold, models)


def tuned(x: Floats, event: Floats, time: Floats | None, train: Booleans, seed: int) -> Scaled:
    """The model of the patients `train` with the penalty that does best in their inner folds."""
    inside = np.flatnonzero(train)
    masks = []
    for fold in _folds(event[inside], INNER_FOLDS, seed):
        mask = np.zeros(len(x), dtype=bool)
        mask[inside[fold]] = True
        masks.append(mask)
    score = np.zeros(len(PENALTIES))
    for mask in masks:
        held = train & ~mask
        for position, model in enumerate(fitted(x, event, time, mask, PENALTIES)):
            score[position] += _score(model, x, event, time, mask, held)
    best = int(np.argmax(score))
    return fitted(x, event, time, train, PENALTIES[best : best + 1])[0]


def fitted(
    x: Floats, event: Floats, time: Floats | None, train: Booleans, penalties: tuple[float, ...]
) -> list[Scaled]:
    """One model per penalty on the patients `train`, x scaled by their mean and standard deviation."""
    own = x[train]
    centre, scale = own.mean(axis=0), own.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    z = (own - centre) / scale
    if time is None:
        found = logistic(z, event[train], np.array(penalties))
        return [Scaled(float(b[0]), b[1:], centre, scale, c) for b, c in zip(found, penalties, strict=True)]
    return [Scaled(0.0, cox(z, time[train], event[train], c), centre, scale, c) for c in penalties]


def logistic(z: Floats, event: Floats, inverse_strength: Floats) -> Floats:
    """Intercept and coefficients, a row per penalty, all at once; the intercept is not penalised."""
    design = np.column_stack([np.ones(len(z)), z])
    columns = design.shape[1]
    # column by column, since loops over a patient's few columns take five times as long
    rows = np.ascontiguousarray(design.T)
    products = np.ascontiguousarray((rows[:, None] * rows).reshape(-1, len(z)).T)
    strength = np.tile(1 / np.asarray(inverse_strength)[:, None], columns)
    strength[:, 0] = 0.0
    ridge = strength[:, :, None] * np.eye(columns)
    beta = np.zeros(strength.shape)
    now, share = _objective(beta, design, event, strength)
    for _ in range(STEPS):
        gradient = (event - share) @ design - strength * beta
        information = ((share * (1 - share)) @ products).reshape(ridge.shape) + ridge
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        if np.abs(step).max() < CLOSE:
            return np.asarray(beta + step)
        following, share = _objective(beta + step, design, event, strength)
        while (worse := following > now + 1e-12 * np.abs(now)).any() and np.abs(step[worse]).max() > CLOSE:
            step[worse] /= 2
            following, share = _objective(beta + step, design, event, strength)
        beta, now = beta + step, following
        if np.abs(step).max() < CLOSE:
            break
    return beta


def _objective(beta: Floats, design: Floats, event: Floats, strength: Floats) -> tuple[Floats, Floats]:
    """What each row of coefficients is to make small, and the probabilities (rows x patients) that it gives."""
    eta = beta @ design.T
    small = np.exp(-np.abs(eta))
    value = (np.maximum(eta, 0) + np.log1p(small)).sum(axis=1) - eta @ event + (strength * beta**2).sum(axis=1) / 2
    return value, np.where(eta >= 0, 1.0, small) / (1 + small)


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


def _score(model: Scaled, x: Floats, event: Floats, time: Floats | None, train: Booleans, held: Booleans) -> float:
    """Log likelihood of the patients held out; of a Cox model what they add to that of the training patients.

    The latter is the cross-validated partial likelihood of Verweij and van Houwelingen (1993).
    """
    if time is None:
        eta = model.predictor(x[held])
        return float((event[held] * eta - np.logaddexp(0, eta)).mean())
    one, both = np.ones(1), train | held
    eta = model.predictor(x)
    return sum(
        sign * log_partial_likelihood(eta[who][:, None], tied(time[who]), event[who])(one)[0]
        for sign, who in ((1.0, both), (-1.0, train))
        if event[who].any()
    )


def _folds(event: Floats, number: int, seed: int) -> list[Booleans]:
    """Training patients of each fold, stratified by the event: the folds of scikit-learn's StratifiedKFold.

    Its checks of the input take as long as the models that are fitted in the folds.
    """
    random, fold, begin = np.random.RandomState(seed), np.empty(len(event), dtype=np.int64), 0
    for own in (event == event[0], event != event[0]):
        places = np.sort(np.arange(begin, begin + own.sum()) % number)
        random.shuffle(places)
        fold[own], begin = places, begin + len(places)
    return [fold != held for held in range(number)]
