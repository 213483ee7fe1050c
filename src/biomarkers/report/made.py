"""The page with all that is asked for beside it: figures, workbook, guide and, of an anonymous page, its key."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from biomarkers.io import spreadsheets, workers
from biomarkers.report import beside, keys
from biomarkers.report.drawing import Drawing
from biomarkers.report.given import Tables
from biomarkers.report.page import page


class Places(NamedTuple):
    """Where the page and what is asked for beside it are to stand; None for what is not asked for."""

    page: Path
    figures: Path | None = None
    workbook: Path | None = None
    readme: Path | None = None
    key: Path | None = None


class Made(NamedTuple):
    """Content of every file by its path. key: which of them names the patients of an anonymous page."""

    files: dict[Path, str | bytes]
    key: Path | None


def made(given: Tables, title: str | None, places: Places, *, anonymous: bool) -> Made:
    """Every file. title: heading of the page, by default the plan's. Raises InputError for a key out of place."""
    heading = title or str(given.plan.get("title") or "Biomarkers and response")
    found: dict[Path, str | bytes] = {}
    sent = [places.figures, places.workbook, places.readme]
    key = keys.place(places.key, places.page, sent, anonymous=anonymous)
    if key is not None:
        given, heading, found[key] = keys.hide(given, heading, key)
    with workers.beside(2) as others:
        drawing = Drawing(others)
        begin = None if places.figures is None else drawing.begin
        whole = page(given, title=heading, begin=begin, bundle=drawing.bundle)
        found[places.page] = whole.html
        if places.workbook is not None:
            found[places.workbook] = spreadsheets.workbook(beside.sheets(given))
        if places.figures is not None:
            found |= drawing.files(whole.figures, places.figures)
    if places.readme is not None:
        found[places.readme] = beside.guide(given, title=heading)
    return Made(found, key)
