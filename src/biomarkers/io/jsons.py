"""Text in JSON."""

from __future__ import annotations

import json
from typing import Any


def parsed(text: str) -> Any:
    """What a text in JSON holds. Raises ValueError for any other text, also for one that is nested too deeply.

    >>> parsed('{"a": [1, null]}')
    {'a': [1, None]}
    >>> parsed("[" * 100_000)
    Traceback (most recent call last):
    ValueError: nested too deeply
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
