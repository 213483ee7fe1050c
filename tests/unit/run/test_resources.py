"""What jobs ask of a machine."""

from __future__ import annotations

import re
from types import SimpleNamespace

from biomarkers.run.resources import bounded, growing, minutes, one_of


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


def test_a_pattern_of_names_matches_just_these_however_they_begin():
    names = ["P1", "P1-T", "P1-T2", "P10-T", "a.b", "a+b", "", "TCGA-AB-1-01A", "TCGA-AB-1-11A"]
    pattern = re.compile(f"(?:{one_of(names)})$")
    assert all(pattern.match(name) for name in names)
    assert not any(pattern.match(name) for name in ("P", "P1-", "P1-T22", "P100-T", "aXb", "TCGA-AB-1-", "b"))
    assert len(one_of([f"TCGA-AB-{number:04}-01A" for number in range(1000)])) < 15_000
