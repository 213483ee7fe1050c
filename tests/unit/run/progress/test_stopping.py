"""A run that was asked to stop says what it waits for, once, and how to stop at once."""

from __future__ import annotations

import logging
import os
from types import SimpleNamespace
from typing import Any

import pytest

from biomarkers.run.progress import stopping

INTERRUPTED = "Terminating processes on user request, this might take some time."
WAITS = "Will exit after finishing currently running jobs (scheduler)."


def record(message: str = "", event: str = "", **about: Any) -> logging.LogRecord:
    made = logging.LogRecord("snakemake", logging.INFO, "", 0, message, None, None)
    vars(made).update(about, event=SimpleNamespace(value=event) if event else None)
    return made


@pytest.mark.parametrize(
    ("on_cluster", "message", "stops"),
    [
        (False, INTERRUPTED, "kill -INT -- -{group} ("),
        (False, WAITS, "kill -INT -- -{group} ("),
        (True, WAITS, "kill -INT {process}, which cancels them ("),
        (True, INTERRUPTED, ""),
    ],
)
def test_what_is_waited_for_is_said_once(
    on_cluster: bool, message: str, stops: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    ignored: list[bool] = []
    monkeypatch.setattr(stopping.processes, "ignore_interrupts", lambda: ignored.append(True))
    seen = stopping.Stopping(lambda: on_cluster, told.append)
    for number, rule in enumerate(("align", "depth", "call", "genome")):
        wildcards = {} if rule == "genome" else {"tumor": "T1"}
        seen.filter(record(event="job_info", jobid=number, rule_name=rule, wildcards=wildcards))
    seen.filter(record(event="job_finished", job_id=0))
    seen.filter(record(event="group_error", job_error_info=[{"jobid": 1}]))
    for _ in range(2):
        assert seen.filter(record(message)) and seen.filter(record("another message"))
    assert len(told) == bool(stops)
    assert len(ignored) == (message == INTERRUPTED and not on_cluster), "a second SIGINT is for the jobs"
    assert all("ends when the jobs that run have ended: call of T1, genome; to stop" in one for one in told)
    assert all(stops.format(group=os.getpgrp(), process=os.getpid()) in one for one in told)


def test_nothing_is_said_where_nothing_runs() -> None:
    told: list[str] = []
    seen = stopping.Stopping(lambda: False, told.append)
    seen.filter(record(event="job_info", jobid=1, rule_name="call", wildcards={}))
    seen.filter(record(event="job_error", jobid=1))
    seen.filter(record(INTERRUPTED))
    assert not told
