"""Cox models of many two-group markers at once, each alone in its model (genes).

The same likelihood as `models.cox` (Efron's ties) for a marker of 0 and 1, where it needs only counts at the events.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from biomarkers.stats import models
from biomarkers.stats.intervals import Interval, joined

Floats = npt.NDArray[np.float64]

STEPS = 100
"""Newton steps at most; ten are usual."""

LONGEST_STEP = 2.0
"""Newton steps are cut here on the log scale, so that they cannot overshoot."""


def cox_each(member: Floats, time: Floats, event: Floats, stratum: Floats | None = None) -> list[models.Fit]:
    """One Cox model per column of `member` (patients x markers, 1 first group, 0 second).

    Firth's penalty where a model's likelihood has no maximum. There is no check of proportional hazards here.
    """
    observed = event @ member
    first, second = _at_risk(member, time, event, stratum)
    log_ratio, information = _maximise(observed, first, second)
    rises = observed >= (first > 0).sum(axis=0)
    falls = observed <= ((second == 0) & (first > 0)).sum(axis=0)
    constant = member.min(axis=0, initial=1) == member.max(axis=0, initial=0)
    note = models.per_parameter(int(event.sum()), 1, "events")
    with np.errstate(divide="ignore"):
        error = 1 / np.sqrt(information)
    fits = []
    for j in range(member.shape[1]):
        if constant[j] or not event.any() or (rises[j] and falls[j]):
            what = "fewer than two groups" if constant[j] else "no event while both groups were at risk"
            fits.append(models.Fit([models.Term(Interval())], "cox", f"not tested: {what}"))
        elif (rises[j] or falls[j]) and stratum is None:
            fits.append(models.firth_cox(member[:, [j]], time, event, joined(models.NO_MAXIMUM, note)))
        elif rises[j] or falls[j]:
            fits.append(models.cox(member[:, [j]], time, event, stratum))
        else:
            fits.append(models.Fit(models.wald(log_ratio[[j]], error[[j]]), "cox", note))
    return fits


def _at_risk(member: Floats, time: Floats, event: Floats, stratum: Floats | None) -> tuple[Floats, Floats]:
    """Weight of each group among those at risk, one row per event and one column per marker.

    Of d events tied at one time the l-th (from 0) sees the tied ones with weight 1 - l / d (Efron).
    """
    parts = []
    for code in [0.0] if stratum is None else np.unique(stratum):
        inside = slice(None) if stratum is None else stratum == code
        times, events, members = time[inside], event[inside] == 1, member[inside]
        for moment in np.unique(times[events]):
            now, later = events & (times == moment), times >= moment
            tied = int(now.sum())
            off = (np.arange(tied) / tied)[:, None]
            in_first = members[later].sum(axis=0) - off * members[now].sum(axis=0)
            parts.append((in_first, int(later.sum()) - off * tied - in_first))
    if not parts:
        return np.zeros((0, member.shape[1])), np.zeros((0, member.shape[1]))
    first, second = (np.concatenate(side) for side in zip(*parts, strict=True))
    return np.where(first < 1e-9, 0.0, first), np.where(second < 1e-9, 0.0, second)


def _maximise(observed: Floats, first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Log hazard ratio and information per marker; meaningless where the likelihood has no maximum."""
    log_ratio = np.zeros(first.shape[1])
    for _ in range(STEPS):
        weighted = first * np.exp(np.clip(log_ratio, -30, 30))
        share = weighted / (weighted + second)
        information = (share * (1 - share)).sum(axis=0)
        step = (observed - share.sum(axis=0)) / np.maximum(information, 1e-12)
        step = np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        if np.all((np.abs(step) < 1e-11) | (np.abs(log_ratio) > 30)):
            break
        log_ratio = log_ratio + step
    return log_ratio, information
