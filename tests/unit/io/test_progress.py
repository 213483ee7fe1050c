"""Long work says how far it is; short work says nothing."""

from __future__ import annotations

import logging

import pytest

from biomarkers.io import progress


def test_a_line_every_so_often(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Half a minute a step, a line a minute, none at the end."""
    now = iter(range(0, 3000, 30))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(now)))
    caplog.set_level(logging.INFO, "biomarkers")
    work = progress.Progress("genes against pfs", 600)
    for _ in range(6):
        work.add(100)
    assert caplog.messages == [
        "genes against pfs: 200 of 600 in 60 s, about 2 min left",
        "genes against pfs: 400 of 600 in 120 s, about 60 s left",
    ]


def test_a_terminal_is_told_sooner(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Every five seconds where somebody watches; nothing of what takes less."""
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: True, raising=False)
    now = iter([0.0, 4.0, 6.0, 7.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    caplog.set_level(logging.INFO, "biomarkers")
    work = progress.Progress("features", 10)
    for _ in range(3):
        work.add()
    assert caplog.messages == ["features: 2 of 10 in 6 s, about 24 s left"]
