"""Figures as files, drawn in other processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.io import workers
from biomarkers.report.drawing import Drawing, picture, undrawn
from biomarkers.report.figures.style import CONFIG, Figure
from pages import NAMES, TRIAL
from work import is_killed

OPTIONS = [part for name in NAMES for part in (f"--{name}", f"{TRIAL}/{name.replace('-', '_')}.tsv")]


def report(folder: Path) -> dict[str, bytes]:
    """All files of a report."""
    outputs = ["--page", f"{folder}/index.html", "--figures", f"{folder}/figures", "--workbook", f"{folder}/t.xlsx"]
    assert run(["report", *OPTIONS, *outputs, "--title", "A trial"]) == 0
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.mark.slow
def test_other_processes_draw_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "cores", lambda: 1)
    here = report(tmp_path / "here")
    monkeypatch.setattr(workers, "cores", lambda: 2)
    assert report(tmp_path / "there") == here


def test_a_pdf_is_the_same_bytes_each_time() -> None:
    """Its resources were listed in another order each time: of 41 figures of a trial 5 were the same twice."""
    point = {"type": "point", "filled": True, "opacity": 0.5}
    spec = {"mark": point, "data": {"values": [{"x": n} for n in range(12)]}, "encoding": {"x": {"field": "x"}}}
    spec |= {"config": CONFIG}
    assert len({picture(spec).pdf for _ in range(4)}) == 1


def test_a_killed_process_leaves_no_half_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workers, "cores", lambda: 2)
    monkeypatch.setattr("biomarkers.report.drawing.picture", is_killed)
    page = tmp_path / "page.html"
    assert run(["report", *OPTIONS, "--page", str(page), "--figures", f"{tmp_path}/figures"]) == 1
    told = capsys.readouterr().err
    assert "was killed, as it is where memory is short" in told and len(told.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


NO_LETTER = "\u2e9a"
"""Among Chinese letters a place that none has, and so no font."""


def test_letters_that_no_font_here_has_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Chinese terms had been boxes in the PNG and PDF files of a machine without such fonts, without a word."""
    assert undrawn(["<svg>\u2190 \u00b5g</svg>"]) is None
    assert undrawn([f"<svg>{NO_LETTER}</svg>"]) == NO_LETTER
    spec = {"mark": "text", "data": {"values": [{}]}, "encoding": {"text": {"value": NO_LETTER}}}
    with ThreadPoolExecutor(1) as others:
        Drawing(others).files([Figure("f", "F", "", "", spec)], tmp_path)
    assert f"no font of this machine has letters such as '{NO_LETTER}'" in caplog.text
