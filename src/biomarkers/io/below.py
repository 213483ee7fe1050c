"""Rows below a table that are none of its rows: totals, means and notes, told by the cell that would name somebody.

>>> [is_total(cell) for cell in ("Total", "Gesamt (n=60)", "n = 12", "Mean:", "Sum of diameters")]
[True, True, True, True, True]
>>> [is_note(cell) for cell in ("* n.d.: not done", "Source: registry", "Only patients of the first site are shown")]
[True, True, True]
>>> [is_total(cell) or is_note(cell) for cell in ("SUM-001", "P 7", "Total1", "12", "*P7", "Sumner, J", "Note 7")]
[False, False, False, False, False, False, False]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from biomarkers.io import spellings

TOTALS = (
    "(?:grand |sub)?totale?s?|sum|summe|suma|somme|(?:gesamt)?ergebnis|(?:ins)?gesamt|anzahl|count"
    "|mean|average|mittelwert|durchschnitt|moyenne|promedio|media|m[eé]dia[nm][ae]?|std(?:ev)?|standardabweichung"
    "|合计|总计|共计|小计|总和|直径总和|靶病灶直径总和|平均|平均值|均值|中位数|标准差"
)
"""Words of a row that sums up the others, as spreadsheets and people write them."""
TOTAL = re.compile(rf"(?:{TOTALS})(?:\s*[:(=\u00b1].*|\s.*)?|n\s*=.*", re.DOTALL)
NOTES = (
    "notes?|footnotes?|anmerkung(?:en)?|fu(?:ß|ss)noten?|legende?|abbreviations?|abkürzungen|sources?|quellen?|stand"
    "|nota|remarques?|fuente|注|备注|说明|数据来源"
)
"""Words with which a note begins; a colon follows."""
NAMES = re.compile("u?subjid|(?:patient|subject)_?id|受试者编号|患者编号")
"""Headings of patients' identifiers, which stand below others where a table has labels and names of its columns."""
MARKS = re.escape("*\u2020\u2021\u00a7#\u00b9\u00b2\u00b3")
"""Signs of footnotes; several words follow."""
NOTE = re.compile(rf"(?:{NOTES})\s*:.*|[{MARKS}]+\)?\s*\S+\s.*|\S+(?:\s+\S+){{5,}}", re.DOTALL)
"""So many words are a sentence, too."""


def is_total(cell: str) -> bool:
    """Whether a cell in place of a name is that of a row of totals."""
    return TOTAL.fullmatch(_bare(cell)) is not None


def is_note(cell: str) -> bool:
    """Whether a cell in place of an identifier is a note."""
    return NOTE.fullmatch(_bare(cell)) is not None


def _bare(cell: str) -> str:
    return spellings.half_width(cell).strip(" '\"<>()[]{}").casefold()


def is_found(rule: Mapping[str, object], cell: str) -> bool:
    """Whether a cell of a column, whose rule it is, stands below the table; a text may well begin as notes do."""
    return "x-no-totals" in rule and (is_total(cell) or ("pattern" in rule and (is_note(cell) or is_heading(cell))))


def is_heading(cell: str) -> bool:
    """Whether a cell in place of an identifier is the heading of such."""
    return NAMES.fullmatch(_bare(cell)) is not None


def what(cell: str) -> str:
    """What the row of such a cell is.

    >>> what("SUBJID"), what("Total")
    ('second row of headings', 'row of totals or note below the table')
    """
    return "second row of headings" if is_heading(cell) else "row of totals or note below the table"


def hint(cells: Iterable[str]) -> str:
    """What the message of a row that does not fit its table adds where it is a note; empty for others."""
    first = next(filter(None, cells), "")
    is_row = not (is_total(first) or is_note(first))
    return "" if is_row else "; a row of totals or a note below a table is no row of it: take it out of the file"
