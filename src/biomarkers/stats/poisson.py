"""The exact interval of a count, and of a rate."""

from __future__ import annotations

from biomarkers.stats.intervals import CONFIDENCE, NO_ESTIMATE, Interval


def garwood(count: int) -> Interval:
    """Count with the exact (Garwood 1936) interval of its Poisson mean, two-sided with equal tails.

    >>> [round(x, 3) for x in garwood(5)]
    [5.0, 1.623, 11.668]
    """
    # Quantiles of the gamma distribution; scipy.stats, which has them as those of chi-squared, takes longer to import.
    from scipy.special import chdtri, gammaincinv

    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if count == 0 else float(gammaincinv(count, tail))
    return Interval(float(count), low, float(chdtri(2 * count + 2, tail)) / 2)


def rate(count: int, time: float) -> Interval:
    """Events per unit of time with the exact interval, as R's poisson.test; no estimate without any time.

    >>> [round(x, 3) for x in rate(5, 10.0)]
    [0.5, 0.162, 1.167]
    """
    return Interval(*(value / time for value in garwood(count))) if time > 0 else NO_ESTIMATE
