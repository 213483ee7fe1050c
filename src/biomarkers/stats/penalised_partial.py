"""Firth's partial likelihood over pairs of a risk set and a patient: a fit of a few hundred patients takes a moment.

Each climb asks for the likelihood dozens of times, and each limit for dozens of climbs. Risk sets are laid out once,
one row per patient and risk set, so that strata of single patients cost nothing; moments are taken about the mean of
the risk set with its largest weight set to 1, so that nothing underflows or cancels far from the maximum.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from biomarkers.stats import partial_likelihood
from biomarkers.stats.arrays import Floats, Integers
from biomarkers.stats.climbs import Likelihood, Points, penalised

LARGEST = 5_000
"""Pairs per stratum up to which they are quicker than sums over the patients in the order of their times."""


class Pairs(NamedTuple):
    """Who is at risk at each distinct time of an event in a stratum.

    patient: of each pair; starts: first pair of each risk set; sizes: pairs of each; events: events at its time.
    """

    patient: Integers
    starts: Integers
    sizes: Integers
    events: Floats


def pairs(time: Floats, event: Floats, stratum: Floats | None) -> Pairs:
    """The risk sets; of each time of a stratum with an event."""
    codes = np.zeros(len(time)) if stratum is None else stratum
    times = np.unique(np.column_stack([codes, time])[event == 1], axis=0)
    inside = [np.flatnonzero((codes == code) & (time >= when)) for code, when in times]
    sizes = np.array([len(one) for one in inside])
    events = [float(event[(codes == code) & (time == when)].sum()) for code, when in times]
    return Pairs(np.concatenate(inside), np.cumsum(sizes) - sizes, sizes, np.array(events))


def _count(time: Floats, event: Floats, stratum: Floats | None) -> int:
    """How many pairs there are at most; events at one time share theirs."""
    codes = np.zeros(len(time)) if stratum is None else stratum
    own = [(codes == code).sum() * (event[codes == code] == 1).sum() for code in np.unique(codes)]
    return int(sum(own)) // 2


def penalised_likelihood(x: Floats, time: Floats, event: Floats, stratum: Floats | None = None) -> Likelihood:
    """Firth's partial likelihood with Breslow's ties (Heinze and Schemper 2001); x: patients x terms, scaled."""
    if _count(time, event, stratum) > LARGEST * (1 if stratum is None else len(np.unique(stratum))):
        return partial_likelihood.penalised_likelihood(x, time, event, stratum)
    patient, starts, sizes, events = pairs(time, event, stratum)
    own = x[patient]
    dead = event @ x

    def likelihood(beta: Floats) -> Points:
        score = beta @ x.T
        log_weight = score[:, patient]
        largest = np.maximum.reduceat(log_weight, starts, axis=1)
        weight = np.exp(log_weight - np.repeat(largest, sizes, axis=1))
        total = np.add.reduceat(weight, starts, axis=1)
        weight = weight / np.repeat(total, sizes, axis=1)
        mean = np.add.reduceat(weight[:, :, None] * own, starts, axis=1)
        apart = own - np.repeat(mean, sizes, axis=1)
        weighted = (weight * np.repeat(events, sizes))[:, :, None] * apart

        def drift(inverse: Floats) -> Floats:
            """Half the sum over events of E[(x - m)' V (x - m) (x - m)]; V: inverse information, m: mean."""
            square = ((apart @ inverse) * apart).sum(axis=2)
            return np.asarray((square[:, None] @ weighted)[:, 0] / 2)

        value = score @ event - (largest + np.log(total)) @ events
        return penalised(value, dead - events @ mean, weighted.transpose(0, 2, 1) @ apart, drift)

    return likelihood
