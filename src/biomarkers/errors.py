"""What a user may have got wrong, said so that it can be put right.

>>> print(Problem("pdl1.tsv", "score_type", "TSP", "one of TPS, CPS, IC, TC", line=3))
pdl1.tsv:3: score_type is 'TSP'; expected one of TPS, CPS, IC, TC
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Problem(NamedTuple):
    """One thing wrong with an input.

    file: path as the user gave it. column: column of a table, dotted key of a YAML file, or an option.
    value: the offending text as it stands in the file, None when there is none (a missing column).
    expected: what would have been right, worded to follow "expected". line: 1-based, None when the
    problem concerns the whole file.
    """

    file: str
    column: str
    value: object
    expected: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        found = "is missing" if self.value is None else f"is '{_printable(self.value)}'"
        return f"{place}: {_printable(self.column)} {found}; expected {self.expected}"


class BiomarkersError(Exception):
    """Any failure whose message is meant for the user."""

    exit_status = 1


class InputError(BiomarkersError):
    """The input is wrong: exit status 2, nothing written, every problem listed once."""

    exit_status = 2

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        listed = [problems] if isinstance(problems, Problem) else problems
        self.problems = list({str(problem): problem for problem in listed}.values())
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RunError(BiomarkersError):
    """The input was right but the work could not be done: exit status 1."""


class Problems:
    """Collects the problems of several inputs, so that they are all told at once.

    >>> problems = Problems()
    >>> problems.add(Problem("a.tsv", "age", "x", "a number", line=2))
    >>> problems.stop_if_any()  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    InputError: a.tsv:2: age is 'x'; expected a number
    """

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, *problems: Problem) -> None:
        self.found.extend(problems)

    def catch(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Result of `read(*args, **kwargs)`, or None after taking over the problems it raised."""
        try:
            return read(*args, **kwargs)
        except InputError as error:
            self.found.extend(error.problems)
            return None

    def stop_if_any(self) -> None:
        """Raise one InputError with everything found so far."""
        if self.found:
            raise InputError(self.found)


def nearest(word: str, known: Iterable[str]) -> str:
    """Hint for a misspelt word, ready to be appended to a message; empty when nothing is close.

    >>> nearest("refrence", ["reference", "reads"])
    " (did you mean 'reference'?)"
    """
    from difflib import get_close_matches

    match = get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f" (did you mean '{match[0]}'?)" if match else ""


def _printable(value: object) -> str:
    """Text that cannot drive a terminal: control characters escaped, long values cut."""
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(value))
    return text if len(text) <= 120 else text[:117] + "..."
