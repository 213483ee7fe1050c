"""Patients in one cell: names with commas between them; a comma in a name is written %2C, and % is written %25.

>>> joined(["P1", "Doe, J."]), split("P1,Doe%2C J.")
('P1,Doe%2C J.', ['P1', 'Doe, J.'])
"""

from __future__ import annotations

from collections.abc import Iterable


def escaped(name: str) -> str:
    """A name as it stands in a list."""
    return name.replace("%", "%25").replace(",", "%2C")


def joined(names: Iterable[str]) -> str:
    """The names in one cell."""
    return ",".join(map(escaped, names))


def split(cell: str) -> list[str]:
    """The names of a cell that `joined` made; none of an empty one."""
    names = cell.split(",") if cell else []
    return [name.replace("%2C", ",").replace("%25", "%") for name in names]
