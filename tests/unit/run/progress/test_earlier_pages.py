"""A page of an earlier run says so as soon as a run begins that is to make it anew."""

from __future__ import annotations

import logging
import os
from types import SimpleNamespace

from biomarkers.run.progress.earlier_pages import EarlierPages

PAGE = "<!DOCTYPE html><html><body class='a'>\n<p>12 patients</p></body></html>\n"


def begins(pages, stats, *, real=True, event="run_info"):
    record = logging.makeLogRecord({"msg": "Job stats", "event": SimpleNamespace(value=event), "stats": stats})
    assert EarlierPages(pages, lambda: real).filter(record) is True


def test_only_pages_that_a_real_run_makes_are_marked(tmp_path):
    pages = {name: str(tmp_path / f"{name}.html") for name in ("report", "multiqc", "exome_report")}
    for page in list(pages.values())[:2]:
        (tmp_path / page).write_text(PAGE)
    for stats, options in (
        ({"endpoints": 1, "total": 1}, {}),
        ({"report": 1}, {"real": False}),
        ({"report": 1}, {"event": "job_info"}),
        (None, {}),
    ):
        begins(pages, stats, **options)
        assert (tmp_path / "report.html").read_text() == PAGE
    begins(pages, {"report": 1, "exome_report": 1, "total": 2})
    assert "This page is of an earlier run." in (tmp_path / "report.html").read_text()
    assert (tmp_path / "multiqc.html").read_text() == PAGE and not (tmp_path / "exome_report.html").exists()


def test_the_mark_is_one_and_the_date_of_the_page_stays(tmp_path):
    page = tmp_path / "index.html"
    page.write_text(PAGE)
    os.utime(page, ns=(10**18, 10**18 + 1))
    for _ in range(2):
        begins({"report": str(page)}, {"report": 1})
    text = page.read_text()
    assert text.count('id="earlier-run"') == 1 and text.index("earlier-run") > text.index("<body class='a'>")
    assert text.endswith("\n<p>12 patients</p></body></html>\n") or "<p>12 patients</p></body></html>\n" in text
    assert page.stat().st_mtime_ns == 10**18 + 1


def test_a_page_that_cannot_be_changed_is_told_and_stops_nothing(tmp_path, monkeypatch, caplog):
    from biomarkers.io import files

    def full(*_):
        raise OSError(28, "No space left on device")

    page = tmp_path / "index.html"
    page.write_text(PAGE)
    monkeypatch.setattr(files, "rewrite", full)
    begins({"report": str(page)}, {"report": 1})
    assert "index.html: cannot be marked as of an earlier run" in caplog.text and page.read_text() == PAGE
