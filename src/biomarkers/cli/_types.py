"""Types of options that every command may use; nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import Parameter


def _whole(_: Any, tokens: Sequence[Any]) -> int:
    """A whole number, also as 30000000.0 or 3e7. Raises ValueError for 2.5, which would be rounded otherwise."""
    text = tokens[0].value
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
        if number == int(number):
            return int(number)
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"'{text}' is no whole number")


Whole = Annotated[int, Parameter(converter=_whole)]
