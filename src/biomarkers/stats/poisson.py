"""The exact interval of a count."""

from __future__ import annotations

from biomarkers.stats.intervals import CONFIDENCE, Interval


def garwood(count: int) -> Interval:
    """Count with the exact (Garwood 1936) interval of its Poisson mean, two-sided with equal tails.

    >>> [round(x, 3) for x in garwood(5)]
    [5.0, 1.623, 11.668]
    """
    from scipy.stats import chi2

    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if count == 0 else float(chi2.ppf(tail, 2 * count)) / 2
    return Interval(float(count), low, float(chi2.isf(tail, 2 * count + 2)) / 2)
