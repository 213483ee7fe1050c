"""What the regressions share: the form of a fit, what can be fitted at all, and Wald or profile intervals.

Covariates x: patients x terms, any unit, none missing. A fit gives one `Term` per column of x, in its order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from biomarkers.errors import count
from biomarkers.stats.arrays import Floats
from biomarkers.stats.firth import Profiles
from biomarkers.stats.intervals import NAN, NO_ESTIMATE, Interval, Z, joined

ONE_VALUE = "a term has one value only"

WARN_BELOW = 10
"""Events per parameter below which a model's row carries a warning (Peduzzi 1996; docs/methods.md, 6)."""


SMALLEST_REMAINDER = 1e-6
"""Share of a term's length that must not hang on the terms before it (R's Cholesky: about the same, squared)."""


class Term(NamedTuple):
    """Ratio per unit of one term with its interval, the statistic (z, or the penalised likelihood ratio) and p.

    left_out: why the term is not in the model; empty for those that are. note: what must be said of this term alone.
    logarithm: of the ratio and its limits, known where the ratio itself is beyond all numbers. likelihood_ratio: of a
    Cox model of this term alone, twice the rise of the log likelihood (docs/methods.md, 6.33); else NaN.
    """

    ratio: Interval
    statistic: float = NAN
    p_value: float = NAN
    left_out: str = ""
    note: str = ""
    logarithm: Interval = NO_ESTIMATE
    likelihood_ratio: float = NAN

    def per(self, units: float) -> Interval:
        """The ratio per so many units, with its interval; its test is that of the ratio per unit."""
        return Interval(*(_exponential(units * limit) for limit in self.logarithm))


class Fit(NamedTuple):
    """A fitted model: terms in the order of the columns, method as the result table names it, note."""

    terms: list[Term]
    method: str
    note: str = ""


def doubt(term: Term, fit: Fit) -> str:
    """What limits the result of a term, or why it has none."""
    return joined(term.left_out, term.note, fit.note)


def no_fit(terms: int, method: str, why: str) -> Fit:
    """A model that was not fitted, and why."""
    return Fit([Term(NO_ESTIMATE)] * terms, method, why)


def wald(coefficients: Floats, errors: Floats) -> list[Term]:
    """Ratios with Wald intervals and p-values from coefficients and their standard errors."""
    limits = np.array([coefficients, coefficients - Z * errors, coefficients + Z * errors]).T
    z = coefficients / errors
    p_values = 2 * special.ndtr(-np.abs(z))
    terms = []
    for logarithm, statistic, p_value in zip(limits.tolist(), z.tolist(), p_values.tolist(), strict=True):
        ratio = Interval(*map(_exponential, logarithm))
        terms.append(Term(ratio, statistic, p_value, note=_beyond(ratio), logarithm=Interval(*logarithm)))
    return terms


def profiled(found: Profiles, scale: Floats) -> list[Term]:
    """Ratios with profile intervals and penalised likelihood-ratio p-values; covariates were divided by `scale`.

    What was not found is empty and named.
    """
    terms = []
    for coefficient, limits, ratio, unit in zip(*found, scale, strict=True):
        low, high = limits
        if np.isnan(coefficient):
            terms.append(Term(NO_ESTIMATE, note="not estimated: the penalised fit did not converge"))
            continue
        missing = [
            name for name, value in (("lower limit", low), ("upper limit", high), ("p", ratio)) if np.isnan(value)
        ]
        logarithm = Interval(*(float(v / unit) for v in (coefficient, low, high)))
        interval = Interval(*(_exponential(v) for v in logarithm))
        notes = [f"{' and '.join(missing)} not found: the profile did not converge"] if missing else []
        notes.append(_beyond(interval))
        terms.append(Term(interval, float(ratio), float(special.chdtrc(1, ratio)), "", joined(*notes), logarithm))
    return terms


def _beyond(ratio: Interval) -> str:
    """What to say of a ratio that is 0 or infinite although its logarithm is finite."""
    if math.isfinite(ratio.estimate) and ratio.estimate != 0:
        return ""
    return "the ratio per unit is beyond all numbers: a unit is far more than the values' range"


def _exponential(logarithm: float) -> float:
    return math.exp(logarithm) if logarithm < 700 or math.isnan(logarithm) else math.inf


def too_few(patients: int, terms: int, events: int) -> str:
    """Why no model of so many terms can be fitted; empty when one can."""
    if events == 0:
        return "all or none had the event"
    return "no more patients than parameters" if patients <= terms + 1 else ""


def left_out(x: Floats, constant: Sequence[str], determined: str) -> list[str]:
    """Why each term cannot be estimated, empty where it can; of two alike the later one goes, as in R.

    x: rows x terms, centred, of the rows that tell anything. constant: the words for each term if it is 0
    throughout; determined: those for a combination of the terms before it (docs/methods.md, 6.15).
    """
    reasons = []
    kept = np.zeros((len(x), 0))
    for column, why in zip(x.T, constant, strict=True):
        size = np.linalg.norm(column)
        if size == 0:
            reasons.append(why)
            continue
        # twice, since what rounding leaves in the first pass is taken out by the second
        rest = column / size
        for _ in range(2):
            rest = rest - kept @ (kept.T @ rest)
        remainder = np.linalg.norm(rest)
        reasons.append("" if remainder > SMALLEST_REMAINDER else determined)
        if remainder > SMALLEST_REMAINDER:
            kept = np.column_stack([kept, rest / remainder])
    return reasons


def with_left_out(fit: Fit, reasons: list[str]) -> Fit:
    """The fit of the terms without a reason, with an empty term for each that has one."""
    fitted = iter(fit.terms)
    return fit._replace(terms=[Term(NO_ESTIMATE, left_out=why) if why else next(fitted) for why in reasons])


def per_parameter(events: int, parameters: int, one: str, many: str | None = None) -> str:
    """Warning that a model has few events for its size; empty when it has enough."""
    per = events / parameters
    few = count(float(f"{per:.3g}"), one, many)
    return f"{few} per parameter, fewer than {WARN_BELOW}: unstable" if per < WARN_BELOW else ""


def one_sided(differences: Floats) -> bool:
    """True when a direction other than 0 has no negative product with any row and a positive one with some."""
    from scipy.optimize import linprog

    scaled = differences / np.maximum(np.abs(differences).max(axis=0), 1e-300)
    solved = linprog(-scaled.sum(axis=0), A_ub=-scaled, b_ub=np.zeros(len(scaled)), bounds=(-1, 1), method="highs")
    return bool(solved.status == 0 and -solved.fun > 1e-7)
