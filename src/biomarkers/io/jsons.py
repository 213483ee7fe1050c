"""Text in JSON, and numbers in text."""

from __future__ import annotations

import json
import math
from typing import Any


def parsed(text: str) -> Any:
    """What a text in JSON holds. Raises ValueError for any other text, also for one that is nested too deeply.

    >>> parsed('{"a": [1, null]}')
    {'a': [1, None]}
    >>> parsed("[" * 100_000)
    Traceback (most recent call last):
    ValueError: nested too deeply
    >>> parsed("[NaN]")
    Traceback (most recent call last):
    ValueError: NaN is no number of JSON
    """
    try:
        return json.loads(text, parse_float=finite, parse_constant=finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def finite(text: str) -> float:
    """A number. Raises ValueError for other text, and for what could not be written as JSON again: NaN, 1e400."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number of JSON")
    return number


def whole(text: str) -> int:
    """A whole number, also as 30000000.0 or 3e7. Raises ValueError for 2.5.

    >>> whole("25"), whole("3e7")
    (25, 30000000)
    """
    try:
        return int(text)
    except ValueError:
        number = finite(text)
    if number != int(number):
        raise ValueError(text)
    return int(number)
