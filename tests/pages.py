"""What a test reads of a page: its store, unpacked as the page's script does it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

TRIAL = Path(__file__).parent / "unit" / "report" / "trial"
NAMES = ("cohort", "results", "memberships", "rates", "groups", "flow", "tmb", "adverse-events")
"""Tables of the small trial that make a page, as the command's options name them."""


def store_of(page: str) -> dict[str, Any]:
    """The store of the page."""
    found = re.search(r'<script type="application/json" id="store">(.*?)</script>', page, re.DOTALL)
    assert found, "the page has no store"
    return json.loads(found[1])


def column(packed: Any) -> list[Any]:
    if isinstance(packed, list):
        return packed
    return [None if code is None else packed["levels"][code] for code in packed["codes"]]


def rows(packed: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a packed table."""
    columns = {name: column(values) for name, values in packed["columns"].items()}
    return [{name: values[i] for name, values in columns.items()} for i in range(packed["rows"])]


def data_of(store: dict[str, Any], figure: str) -> list[list[dict[str, Any]]]:
    """The data sets that a figure draws."""
    names = dict.fromkeys(re.findall(r'"data": \{"name": "([^"]+)"', json.dumps(store["figures"][figure])))
    return [rows(store["data"][name]) for name in names]


def table(store: dict[str, Any], caption: str) -> list[dict[str, str]]:
    """The shown cells of the table whose caption begins so, by heading."""
    about = next(one for one in store["tables"].values() if one["caption"].startswith(caption))
    texts = [column(part["t"]) for part in about["cells"]]
    heads = [one["title"] for one in about["columns"]]
    return [dict(zip(heads, cells, strict=True)) for cells in zip(*texts, strict=True)]


def words(page: str) -> str:
    """What a reader reads without a script: no markup, no scripts, no styles."""
    text = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def shown_texts(page: str) -> list[str]:
    """What a reader sees with scripts: the text, cells with their hints, names and words of figures, but no help."""
    store = store_of(page)
    found = [words(page)]
    for one in store["tables"].values():
        parts = [*one["cells"], *(part for folded in one.get("folded", {}).values() for part in folded)]
        found += [one["caption"], *(head["title"] for head in one["columns"])]
        found += [str(text) for part in parts for key in "th" if key in part for text in column(part[key]) if text]
    for spec in store["figures"].values():
        found += re.findall(r'"(?:title|text|description)": "((?:[^"\\\\]|\\\\.)*)"', json.dumps(spec))
    return found


def all_rows(store: dict[str, Any], caption: str) -> list[dict[str, str]]:
    """As `table`, with what is folded under each row."""
    about = next(one for one in store["tables"].values() if one["caption"].startswith(caption))
    heads = [one["title"] for one in about["columns"]]
    parts = [about["cells"], *about.get("folded", {}).values()]
    texts = [zip(*(column(one["t"]) for one in cells), strict=True) for cells in parts]
    return [dict(zip(heads, row, strict=True)) for rows_ in texts for row in rows_]


def chooser(page: Any) -> Any:
    """The chooser of the groups that are compared, ready. page: one that is opened in a browser."""
    tool = page.tab.locator("[data-tool=compare]")
    tool.scroll_into_view_if_needed()
    page.tab.wait_for_selector("[data-tool=compare][data-shown]")
    return tool
