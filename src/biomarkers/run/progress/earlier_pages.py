"""Pages that stand from an earlier run say so while a run that makes them anew has not done it yet.

A run may fail, be stopped or be killed before its last job. What is marked at its start needs nobody to mark it then;
the job that makes the page writes it without the mark.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from biomarkers.errors import InputError, log
from biomarkers.io import files
from biomarkers.io.lines import whole_text
from biomarkers.run.progress.events import event_of

MARK = re.compile(r'<div id="earlier-run".*?</div>\n?', re.DOTALL)
STYLE = "margin:0;padding:.7em 1em;background:#8a1f11;color:#fff;font:16px/1.4 sans-serif"
BODY = re.compile(r"<body[^>]*>\n?", re.IGNORECASE)


def marked(page: str, since: datetime) -> str:
    """The text of a page with the mark; since: when the run began that is to make it anew.

    >>> marked("<body><p>x</p></body>", datetime(2024, 3, 31, 12, 5))  # doctest: +ELLIPSIS
    '<body><div id="earlier-run"...>This page is of an earlier run. ... began at 2024-03-31 12:05 ...</div>...'
    """
    said = (
        "This page is of an earlier run. "
        f"The run that began at {since:%Y-%m-%d %H:%M} is to make it anew and has not done so: "
        "it goes on, or it failed or was stopped before. What stands below may be out of date."
    )
    mark = f'<div id="earlier-run" role="alert" style="{STYLE}">{html.escape(said)}</div>\n'
    bare = MARK.sub("", page)
    return BODY.sub(lambda body: body[0] + mark, bare, count=1)


class EarlierPages(logging.Filter):
    """Sees what Snakemake says of a run, and marks the pages that it is to make when it begins.

    pages: the page of each rule. is_real: whether jobs will be run, which is only known later on.
    """

    def __init__(self, pages: Mapping[str, str], is_real: Callable[[], bool]) -> None:
        super().__init__()
        self.pages = pages
        self.is_real = is_real

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        planned = vars(record).get("stats") if event_of(record) == "run_info" else None
        if isinstance(planned, Mapping) and self.is_real():
            for rule in self.pages.keys() & planned.keys():
                self._mark(Path(self.pages[rule]), datetime.now())
        return True

    @staticmethod
    def _mark(page: Path, since: datetime) -> None:
        if not page.is_file():
            return
        try:
            files.rewrite(page, marked(whole_text(page), since))
        except (InputError, OSError) as error:
            log.warning("%s: cannot be marked as of an earlier run (%s)", page, error)
