"""What a user may have got wrong, said so that it can be put right.

>>> print(Problem("pdl1.tsv", "score_type", "TSP", "one of TPS, CPS, IC, TC, TAP", line=3))
pdl1.tsv:3: score_type is 'TSP'; expected one of TPS, CPS, IC, TC, TAP
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import NamedTuple, ParamSpec, TypeVar

log = logging.getLogger("biomarkers")
"""What the program has to say beside its results: warnings and notes."""

P = ParamSpec("P")
T = TypeVar("T")


def shown(text: str) -> str:
    r"""Lines for a terminal, which they cannot drive or turn: all other control characters escaped.

    >>> print(shown("a \x1b[31mred\u202e\n"), end="")
    a \x1b[31mred\u202e
    """
    return "".join(c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in text)


class Shown(logging.Formatter):
    """Messages as `shown`, whatever of a user's file they tell."""

    def format(self, record: logging.LogRecord) -> str:
        """The message as one or several lines."""
        return shown(super().format(record))


def say_notes() -> None:
    """Let notes be said as warnings are, where no command has arranged for both: in a workflow."""
    if log.level == logging.NOTSET:
        log.setLevel(logging.INFO)
        log.addHandler(handler := logging.StreamHandler())
        handler.setFormatter(Shown())


class Problem(NamedTuple):
    """One thing wrong with an input.

    file: path as the user gave it. column: column of a table, dotted key of a YAML file, or an option.
    value: the offending text as it stands in the file, None when there is none (a missing column).
    expected: what would have been right, worded to follow "expected". line: 1-based, or the place of a record such as
    chr1:100, None when the problem concerns the whole file. found: what is wrong in words, where it is no value; see
    `said`.
    """

    file: str
    column: str
    value: object
    expected: str
    line: int | str | None = None
    found: str | None = None

    @classmethod
    def said(cls, file: str, column: str, found: str, expected: str, line: int | str | None = None) -> Problem:
        """A problem that is no value of the user's file, so that nothing is quoted; found: what follows `column`.

        >>> print(Problem.said("a.bed", "file", "is empty", "at least one interval"))
        a.bed: file is empty; expected at least one interval
        """
        return cls(file, column, None, expected, line, found)

    @classmethod
    def unknown(
        cls,
        file: str,
        kind: str,
        column: str,
        known: Iterable[str],
        line: int | None = None,
        word: object = None,
    ) -> Problem:
        """A word (default: `column`) that names nothing: the nearest known one is offered, or all of them are listed.

        >>> print(Problem.unknown("plan.yaml", "key", "genes.min_carrier", ["min_carriers"], 7, "min_carrier"))
        plan.yaml:7: genes.min_carrier: unknown key; did you mean min_carriers?
        >>> print(Problem.unknown("command line", "option", "--page", ["--tmb", "--variants"]))
        command line: --page: unknown option; known are --tmb, --variants
        """
        listed = list(known)
        close = _closest(str(word or column), listed)
        hint = f"did you mean {close}?" if close else f"known are {', '.join(listed)}"
        return cls(file, column, None, hint, line, f"unknown {kind}")

    def further(self) -> Problem:
        """In place of this problem and all that would follow."""
        return self.said(self.file, "file", "has more problems than are told here", "those above put right first")

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        column = printable(self.column)
        if self.found is None:
            found = "is missing" if self.value is None else f"is '{printable(self.value)}'"
            return f"{place}: {column} {found}; expected {self.expected}"
        if self.found.startswith("unknown "):
            return f"{place}: {column}: {self.found}; {self.expected}"
        return f"{place}: {column} {printable(self.found)}; expected {self.expected}"


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


MOST = 1000
"""Problems that are told of one call; a file of another kind has one in each of its lines."""
SHOWN = 20
"""Problems of a file's lines that are told one by one."""


class Problems:
    """Collects the problems of several inputs, so that they are all told at once.

    >>> problems = Problems()
    >>> problems.add(Problem("a.tsv", "age", "x", "a number", line=2))
    >>> problems.stop_if_any()  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    InputError: a.tsv:2: age is 'x'; expected a number
    """

    def __init__(self, *found: Problem) -> None:
        self.found = list(found)

    def add(self, *problems: Problem) -> None:
        """Take over problems that were found elsewhere. Raises InputError when there are too many to go on."""
        self._take(problems)
        if len(self.found) > MOST:
            raise InputError([*self.found[:MOST], self.found[MOST].further()])

    def catch(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Result of `read(*args, **kwargs)`, or None after taking over the problems it raised."""
        try:
            return read(*args, **kwargs)
        except InputError as error:
            self._take(error.problems)
            return None

    def stop_if_any(self) -> None:
        """Raise one InputError with everything found so far."""
        if self.found:
            raise InputError(self.found)

    def _take(self, problems: Iterable[Problem]) -> None:
        self.found.extend(problems)


class LineProblems(Problems):
    """The problems of a file's lines, the first ones told one by one: a wrong build breaks each of 200,000 lines."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file, self._further = file, set[int | str | None]()

    def stop_if_any(self) -> None:
        """As that of `Problems`, with the number of the further lines."""
        if self._further:
            found = f"is wrong in {count(len(self._further), 'more line')}"
            self.found.append(Problem.said(self._file, "row", found, "the same"))
        super().stop_if_any()

    def _take(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            if len(self.found) < SHOWN:
                self.found.append(problem)
            elif problem.line != self.found[-1].line:
                self._further.add(problem.line)


def nearest(word: str, known: Iterable[str]) -> str:
    """Hint for a misspelt word, ready to be appended to a message; empty when nothing is close.

    >>> nearest("refrence", ["reference", "reads"]), nearest("mss", ["MSI-H", "MSS"])
    (" (did you mean 'reference'?)", " (did you mean 'MSS'?)")
    """
    match = _closest(word, list(known))
    return f" (did you mean '{match}'?)" if match else ""


def _closest(word: str, known: list[str]) -> str | None:
    from difflib import get_close_matches

    same = [one for one in known if one.casefold() == word.casefold()]
    return next(iter(same or get_close_matches(word, known, n=1, cutoff=0.7)), None)


def printable(value: object) -> str:
    """Text that cannot drive a terminal: control characters escaped, long values cut."""
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(value))
    return text if len(text) <= 120 else text[:117] + "..."


def count(n: float, one: str, many: str | None = None) -> str:
    """`1 patient`, `2 patients`; months may be broken.

    >>> count(1, "patient"), count(1234, "patient"), count(1.0, "month"), count(2.5, "month"), count(2, "has", "have")
    ('1 patient', '1,234 patients', '1 month', '2.5 months', '2 have')
    """
    shown = f"{n:g}" if isinstance(n, float) else f"{n:,}"
    return f"{shown} {one if n == 1 else many or one + 's'}"


def first_few(names: Iterable[object], most: int = 5, *, apart: str = ", ") -> str:
    """The first of many names, and how many more there are; apart: what stands between two.

    >>> first_few(["P1", "P2"]), first_few(range(1, 1001), 3), first_few("abc", 2, apart="; ")
    ('P1, P2', '1, 2, 3 and 997 more', 'a; b and 1 more')
    """
    listed = [str(name) for name in names]
    more = f" and {len(listed) - most:,} more" if len(listed) > most else ""
    return apart.join(listed[:most]) + more
