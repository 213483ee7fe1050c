"""The file that tells which number of an anonymous page is who: where it stands, read again and written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from biomarkers.errors import InputError, Problem, log
from biomarkers.io import tables
from biomarkers.report.anonymous import Named, Texts, anonymous
from biomarkers.report.given import Tables


def place(key: Path | None, page: Path, beside: Sequence[Path | None], *, anonymous: bool) -> Path | None:
    """Where the key stands: as asked, else beside the page's folder; None for a page with names.

    beside: what else is made to be sent on. Raises InputError for a key in one of these folders, or of no use.
    """
    folder = page.resolve().parent
    if not anonymous:
        if key is not None:
            raise InputError([Problem("command line", "--key", str(key), "it beside --anonymous only")])
        return None
    found = key or folder.with_name(f"{folder.name}_key.tsv")
    sent = {folder, *(path.resolve() for path in beside if path is not None)}
    if any(one == found.resolve().parent or one in found.resolve().parents for one in sent):
        expected = "another folder than that of the page and its figures, which are sent on"
        raise InputError([Problem("command line", "--key", str(found), expected)])
    return found


def hide(given: Tables, title: str, key: Path) -> tuple[Tables, str, str]:
    """The tables and the title without names, and the text of the key. Raises InputError for a key that is none."""
    known: list[Named] = []
    if key.exists():
        rows = tables.read(key, "report_key")
        known = [Named(*map(str, row)) for row in rows[list(Named._fields)].to_numpy()]
    told, found = anonymous(given, known)
    lines = ["\t".join(Named._fields), *("\t".join(one) for one in found)]
    return told, Texts(found).anywhere(title), "\n".join(lines) + "\n"


def warn(key: Path | None) -> None:
    """Say where the key is, and that it must not be sent on; nothing where there is none."""
    if key is not None:
        log.warning("which number is who stands in %s: it names the patients, so it stays where they may be named", key)
