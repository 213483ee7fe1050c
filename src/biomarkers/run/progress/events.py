"""What Snakemake tells through its logger while it runs, of jobs and of the whole run."""

from __future__ import annotations

import logging


def event_of(record: logging.LogRecord) -> str | None:
    """What a record tells of (`run_info`, `job_info`, `job_finished`, `job_error`, ...); None for a mere message."""
    value = getattr(getattr(record, "event", None), "value", None)
    return None if value is None else str(value)
