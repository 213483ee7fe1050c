"""What the words of adverse events say: actions, relatedness, seriousness and grades (docs/methods.md, 5.4).

The words are data (`event_words.toml`): CDISC's own first, then synonyms. A word that is not there is `unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from biomarkers.io import words
from biomarkers.io.files import packaged_toml

Verdict = Literal["yes", "no", "untold", "unknown"]
"""untold: a known word that leaves the question open; unknown: a word that the table does not have."""

WORDS = "clinical/event_words.toml"
QUESTIONS = ("related", "serious", "action", "immune_related")
"""Columns of the sheet that answer yes or no in words."""

JOINED = re.compile(r"[;|,/+&、]|\band\b|\bthen\b", re.IGNORECASE)
"""What stands between several actions of one event."""

DOUBT = re.compile(r"[<>≤≥=~?+%\u2030\uff05]|^\s*[-\u2212]")
"""Signs with which a number is no grade: a bound, a doubt, a share, a negative number."""

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
GRADE = re.compile(
    r"(?:(?:nci )?ctc(?:ae)? ?)?(?:tox(?:icity)? )?(?:grade|gr|g)? ?([1-5]|i{1,3}|iv|v)(?:[级度]|\b) ?(.*)"
)


def plain(text: str) -> str:
    """A cell without case, punctuation and repeated blanks; a whole number without its decimals.

    >>> plain(" Discontinuation:  No"), plain("1.0")
    ('discontinuation no', '1')
    """
    text = words.narrow(text).casefold().strip().replace("(s)", "s")
    text = re.sub(r"(?<=\d)[.,]0+(?!\d)", "", text)
    return " ".join(re.sub(r"[\W_]", " ", text).split())


def verdict(column: str, text: str) -> Verdict:
    """What a cell of one of the `QUESTIONS` answers.

    Several actions in a cell (`dose reduced; drug withdrawn`) are read one by one; one unknown leaves all unknown,
    since it may take back what another says (`discontinued, resumed`).

    >>> [verdict("action", text) for text in ("DRUG WITHDRAWN", "Dose interrupted, not discontinued", "rechallenge")]
    ['yes', 'no', 'unknown']
    """
    known = _table()[column]
    whole = "unknown" if "?" in text or words.NOT_THE_DIGIT.match(text) else known.get(plain(text))
    if whole is not None or column != "action":
        return whole or "unknown"
    pieces = [plain(part) for part in JOINED.split(words.narrow(text)) if plain(part)]
    # A bare `no` belongs to the words before it.
    parts = ["unknown" if piece == "no" else known.get(piece, "unknown") for piece in pieces]
    for answer in ("unknown", "yes", "no"):
        if answer in parts:
            return answer
    return "untold" if parts else "unknown"


def grade(text: str) -> int:
    """The CTCAE grade that a cell states: `3`, `3.0`, `G3`, `Grade 3`, `III`, `Grade 3 (severe)`, `SEVERE`.

    Raises ValueError, worded to follow "expected", for anything else.
    """
    severities: Mapping[str, int] = packaged_toml(WORDS)["grade"]
    shown = "" if DOUBT.search(text) else plain(text)
    if shown in severities:
        return severities[shown]
    if match := GRADE.fullmatch(shown):
        found = ROMAN.get(match[1]) or int(match[1])
        if not match[2] or severities.get(match[2]) == found:
            return found
    raise ValueError("a CTCAE grade from 1 to 5, such as 3, G3, Grade 3 or severe")


def is_severity(text: str) -> bool:
    """Whether a cell gives a grade by a word alone."""
    return plain(text) in packaged_toml(WORDS)["grade"]


def answers(column: str) -> str:
    """Some words that a column understands, for a message."""
    shown = {"related": "related, possible, unlikely, not related"}
    return f"one of Y, N, yes, no, 1, 0, true, false{', ' + shown[column] if column in shown else ''}"


@cache
def _table() -> dict[str, dict[str, Verdict]]:
    """Column -> word without case and punctuation -> what it says."""
    found: dict[str, dict[str, Verdict]] = {}
    for column in QUESTIONS:
        entry, known = packaged_toml(WORDS)[column], found.setdefault(column, {})
        kinds: tuple[Verdict, ...] = ("yes", "no", "untold")
        for kind in kinds:
            known |= {plain(word): kind for word in _filled(entry[kind], entry.get("drug", ()))}
    return found


def _filled(patterns: Iterable[str], drugs: Iterable[str]) -> Iterable[str]:
    """Each pattern with each word for the drug, and without one where that may be left out."""
    for pattern in patterns:
        if "{" not in pattern or "{drug}" in pattern:
            yield pattern.replace("{drug}", "")
        yield from (pattern.replace("{drug}", drug).replace("{the drug}", drug) for drug in drugs)
