"""What jobs ask of a machine."""

from __future__ import annotations

import threading
from types import SimpleNamespace

from snakemake.scheduling.job_scheduler import JobScheduler

from biomarkers.run.resources import bounded, growing, minutes, waking_once


def test_memory_grows_with_retries_and_with_threads():
    assert [growing(2000)("wildcards", attempt=attempt) for attempt in (1, 2, 3)] == [2000, 4000, 8000]
    by_thread = growing(2000, least=3000, per_thread=True)
    assert [by_thread("wildcards", threads=threads, attempt=1) for threads in (1, 2, 4)] == [3000, 4000, 8000]


def test_run_time_grows_with_the_files_of_the_user_that_are_there_up_to_a_limit(tmp_path):
    for name, size in (("a", 1_500_000_000), ("b", 500_000_000), ("genome", 9_000_000_000)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)

    def reads(wildcards):
        return [str(tmp_path / name) for name in (wildcards.sample, "b", "b", "absent")] + [None]

    asked = minutes(30, per_gigabyte=60, of=reads, most=700)
    assert [asked(SimpleNamespace(sample="a"), attempt=attempt) for attempt in (1, 2, 3, 4)] == [150, 300, 600, 700]


def test_a_group_asks_for_no_more_minutes_than_a_job_may():
    class Found(dict):
        def __init__(self, fromdict):
            super().__init__(fromdict)

    class Group:
        def __init__(self, **asked):
            self.asked = asked

        resources = property(lambda self: Found(self.asked))

    bounded(Group, 100)
    assert Group(runtime=150, mem_mb=3).resources == {"runtime": 100, "mem_mb": 3}
    assert Group(runtime=50, mem_mb=3).resources == {"runtime": 50, "mem_mb": 3}
    assert Group(mem_mb=3).resources == {"mem_mb": 3}


def test_a_scheduler_has_one_timer_however_often_it_asks_for_one():
    """Under the name that this version of Snakemake gives the method; each timer starts one look."""
    assert callable(JobScheduler._schedule_reevalutation)

    class Scheduler:
        def __init__(self):
            self._open_jobs = threading.Semaphore(0)

    waking_once(Scheduler)
    scheduler = Scheduler()
    for _ in range(2):
        for _ in range(20):
            scheduler._schedule_reevalutation(0.05)
        assert scheduler._open_jobs.acquire(timeout=60)
        assert not scheduler._open_jobs.acquire(timeout=0.3)
