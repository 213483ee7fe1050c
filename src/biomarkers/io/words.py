"""Words of other people in columns of fixed words: read by a table (`words.toml`), or what a message says of them.

A schema names the table by `x-words`. Nothing is guessed: a word that the table does not have is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from typing import Any

from biomarkers.io import spellings
from biomarkers.io.files import packaged_toml

LONG = 5
"""Letters from which a misspelt word is offered its neighbor: of NED and uCR, which are words, the nearest is wrong."""


NOT_THE_DIGIT = re.compile(r"[\s(\[]*[-<>~\u2212\u2264\u2265]+\s*\d|.*\d\s*[%\u2030\uff05]", re.DOTALL)
"""A number below zero, a bound or a share: without its sign it would be another answer (-1 is a code for missing, 1 is
yes, 1% is neither)."""


def level(cell: object) -> str:
    """A level of a category as text: a whole number without decimals, every number with all digits that it was given.

    >>> level(1.0), level(10012345), level(0.25), level("IC1")
    ('1', '10012345', '0.25', 'IC1')
    """
    return f"{cell:.15g}" if isinstance(cell, int | float) else str(cell)


def read(table: str, cell: str, allowed: Collection[Any]) -> str | None:
    """The allowed word that a cell means: in another case, spelt out, or both (`PR (partial response)`).

    >>> [read("serology", cell, ("positive", "negative")) for cell in ("1", "-1", "<1", "1%")]
    ['positive', None, None, None]
    >>> [read("response", cell, ("PR", "SD")) for cell in ("pr", "Partial Response", "SD - stable disease", "NED")]
    ['PR', 'PR', 'SD', None]
    >>> [read("flag", cell, (0, 1)) for cell in ("Y", "FALSE", "-1", "yes?", "unclear")]
    ['1', '0', None, None, None]
    """
    cell = spellings.half_width(cell)
    if "?" in cell or NOT_THE_DIGIT.match(cell):
        return None
    own = {unmarked(str(word)): str(word) for word in allowed}
    found = _known(table).get(unmarked(cell)) or own.get(unmarked(cell))
    return found if found in own.values() else None


def hint(table: str, cell: str, allowed: Collection[Any]) -> str:
    """What a message says of a cell that is not read, in brackets; empty where nothing right can be said."""
    from difflib import get_close_matches

    said = {unmarked(word): text for word, text in packaged_toml("io/words.toml")[table].get("said", {}).items()}
    if text := said.get(unmarked(cell)):
        return f" ({text})"
    close = get_close_matches(unmarked(cell), _known(table), n=1, cutoff=0.8) if len(cell) >= LONG else []
    meant = _known(table)[close[0]] if close else None
    return f" (did you mean '{meant}'?)" if meant in allowed else ""


def narrow(text: str) -> str:
    r"""A text with full-width letters, digits and signs as the usual ones; a raised digit is no digit of a number.

    >>> narrow("\uff15\uff10\uff05"), narrow("5\u00b9"), narrow("\u00b2")
    ('50%', '5¹', '²')
    """
    whole = unicodedata.normalize("NFC", text)
    return "".join(
        each if unicodedata.category(each) == "No" else unicodedata.normalize("NFKC", each) for each in whole
    )


def unmarked(text: str) -> str:
    """A word without differences of case, blanks and marks.

    >>> unmarked("Non-CR / (non_PD)")
    'non cr non pd'
    """
    return " ".join(re.sub(r"[\W_]", " ", text.casefold()).split())


@cache
def _known(table: str) -> dict[str, str]:
    """Each plain word, alone and beside ours, and what it means."""
    found: dict[str, str] = {}
    for word, names in packaged_toml("io/words.toml")[table]["known"].items():
        own = unmarked(word)
        for name in names:
            apart = (name, f"{own} {name}", f"{name} {own}")
            found |= dict.fromkeys(apart if name.isascii() else (*apart, f"{own}{name}", f"{name}{own}"), word)
        found[own] = word
    return found
