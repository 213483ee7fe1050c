"""Numbers as a reader sees them: three significant digits, made here and nowhere else; p-values as journals print them.

>>> estimate(0.0712), number(0.19), percent(30 / 102), months(7.25), p_value(0.0312)
('0.0712', '0.19', '29.4%', '7.25 months', '0.031')
>>> interval(0.19, 0.0712, None)
'0.190 (95% CI 0.0712 to not reached)'
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

NOT_REACHED = "not reached"
NOT_KNOWN = "not known"
IN_CHART, PERCENT_IN_CHART = ".3~r", ".3~p"
"""The same three digits for what a chart formats itself, as d3-format writes them."""


def missing(value: Any) -> bool:
    """True for None, NaN, NA and NaT."""
    return value is None or bool(pd.isna(value))


def text_of(value: Any) -> str:
    """Text as the table has it; empty when missing."""
    return "" if missing(value) else str(value)


def estimate(value: Any) -> str:
    """Three significant digits, zeros at the end kept, no exponent for usual sizes; empty when missing.

    >>> estimate(9), estimate(0.366), estimate(17.06), estimate(9.996), estimate(1234.5), estimate(-0.5), estimate(0)
    ('9.00', '0.366', '17.1', '10.0', '1,234', '−0.500', '0')
    >>> estimate(float("inf")), estimate(float("nan")), estimate(3.2e-7)
    ('∞', '', '3.20e−07')
    """
    if missing(value):
        return ""
    value = float(value)
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    scientific = f"{value:.2e}"
    size = int(scientific.rpartition("e")[2])
    text = f"{value:,.{max(0, 2 - size)}f}" if -4 <= size < 6 else scientific
    return text.replace("-", "−")


def number(value: Any) -> str:
    """`estimate` without zeros at the end: for counts, cutoffs and sizes.

    >>> number(10.0), number(28.43641101), number(0.5), number(1234)
    ('10', '28.4', '0.5', '1,234')
    """
    text = estimate(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def percent(value: Any) -> str:
    """A fraction as percent; empty when missing.

    >>> percent(30 / 102), percent(1), percent(0), percent(None)
    ('29.4%', '100%', '0%', '')
    """
    return "" if missing(value) else f"{estimate(100 * float(value))}%"


def months(value: Any) -> str:
    """A duration with its unit; empty when missing."""
    return "" if missing(value) else f"{estimate(value)} months"


def p_value(value: Any) -> str:
    """A p or q value; empty when missing.

    >>> p_value(0.00084), p_value(0.0312), p_value(0.4), p_value(3e-7), p_value(0.0997)
    ('0.0008', '0.031', '0.40', '< 0.0001', '0.10')
    """
    if missing(value):
        return ""
    if value < 0.0001:
        return "< 0.0001"
    return f"{value:.{4 if value < 0.001 else 3 if value < 0.0995 else 2}f}"


def p_phrase(value: Any) -> str:
    """`p = 0.031`, or `p < 0.0001`; empty when missing.

    >>> p_phrase(0.031), p_phrase(1e-9)
    ('p = 0.031', 'p < 0.0001')
    """
    text = p_value(value)
    return f"p {text}" if text.startswith("<") else text and f"p = {text}"


def bounds(low: Any, high: Any, show: Callable[[Any], str] = estimate) -> str:
    """Limits, as `0.0712 to 0.510`; one without a value is `not reached`; empty when both are missing."""
    return "" if missing(low) and missing(high) else f"{show(low) or NOT_REACHED} to {show(high) or NOT_REACHED}"


def interval(value: Any, low: Any, high: Any, show: Callable[[Any], str] = estimate) -> str:
    """A value with its limits.

    >>> interval(0.2941, 0.208, 0.393, percent)
    '29.4% (95% CI 20.8% to 39.3%)'
    >>> interval(None, 0, 61), interval(None, None, None)  # a median of values some of which are intervals
    ('not known (95% CI 0 to 61.0)', '')
    """
    limits = bounds(low, high, show)
    return (show(value) or (NOT_KNOWN if limits else "")) + (f" (95% CI {limits})" if limits else "")


def median(value: Any, low: Any, high: Any) -> str:
    """A median time with its limits.

    >>> median(17.0513, 4.1, None), median(None, 4.1, None)
    ('17.1 months (95% CI 4.10 to not reached)', 'not reached (95% CI 4.10 to not reached)')
    """
    limits = bounds(low, high)
    return (months(value) or NOT_REACHED) + (f" (95% CI {limits})" if limits else "")
