"""Jobs of which Slurm says nothing any more: a run must neither wait for ever nor forget them."""

from __future__ import annotations

import asyncio
import logging
import sys
from types import ModuleType, SimpleNamespace

import pytest

from biomarkers.run.progress.cluster import end_of
from biomarkers.run.progress.slurm_answers import BETWEEN, PATIENCE, UNKNOWN, OnSlurm, Told, Watch, asked, ended, watch

DONE = "4 of 4 steps (100%) done\nRemoving temporary output a.\nStoring output in storage.\nElapsed time: 0:00:15\n"
HALF = "2 of 4 steps (50%) done\nSelect jobs to execute...\n"
BAD = "Exiting because a job execution failed. Look below for error messages\n"


@pytest.fixture
def run(tmp_path):
    """A run with jobs 7 and 8 on Slurm, whose executor answers as `answer` says, and what became of the jobs."""

    class Executor:
        run_uuid = "a-1"
        answer: object = None

        def __init__(self):
            self.said = []

        def report_job_success(self, job):
            self.said.append(("done", job.external_jobid))

        def report_job_error(self, job, msg=None, aux_logs=()):
            self.said.append(("failed", job.external_jobid, msg))

        def run_job(self, job):
            try:
                raise ValueError(f"The account of {job} appears to be invalid. Available accounts:\nlab")
            except ValueError:
                return job.rule  # of a group there is none

        def _report_job_error_threadsafe(self, info, msg):
            self.said.append((info.job, end_of(msg, "").cause))

        async def check_active_jobs(self, active):
            for job in active:
                if self.answer == "ends":
                    self.report_job_success(job)
                elif self.answer == "waits":
                    yield job

    now, known, told = [0.0], [None], []
    seen = Watch(told.append, lambda _: known[0], lambda: now[0])
    watch(Executor, told.append, seen)
    watch(Executor, pytest.fail)
    executor = Executor()
    jobs = [
        SimpleNamespace(external_jobid=number, aux={"slurm_logfile": tmp_path / f"{number}.log"})
        for number in ("7", "8_3")
    ]

    def look(answer, slurm, after):
        executor.answer, known[0] = answer, slurm
        now[0] += after

        async def left():
            return [job.external_jobid async for job in executor.check_active_jobs(jobs)]

        return asyncio.run(left()), executor.said

    return SimpleNamespace(look=look, told=told, folder=tmp_path, executor=executor)


def test_jobs_are_kept_while_slurm_does_not_answer(run):
    """The executor itself neither ends nor keeps a job of which it could not ask."""
    for _ in range(3):
        assert run.look("silence", None, PATIENCE) == (["7", "8_3"], [])
    assert run.told == ["squeue does not answer: the run waits for it, its jobs go on"]


def test_a_job_that_slurm_begins_anew_is_told_of_once(run):
    """Of a node that failed: the run went on waiting without a word."""
    for _ in range(2):
        assert run.look("waits", [Told("7", ""), Told("8", "BeginTime")], BETWEEN) == (["7", "8_3"], [])
    (said,) = run.told
    assert said.startswith("Slurm has put a job back into its queue (its node failed, or") and "by itself" in said


def test_a_job_that_made_room_and_is_not_put_back_has_failed(run):
    """The executor leaves it to Slurm to begin it anew, which it does not where the partition's jobs are cancelled."""
    known = [Told("7", "", is_preempted=True), Told("8", "", is_preempted=True)]
    assert run.look("waits", known, BETWEEN) == (["7", "8_3"], []), "it may be on its way back into the queue"
    assert run.look("waits", known, BETWEEN / 2) == (["7", "8_3"], [])
    assert run.look("waits", [Told("7", "BeginTime"), Told("8", "")], BETWEEN) == (["7", "8_3"], [])
    assert run.look("waits", known, BETWEEN) == (["7", "8_3"], [])
    assert run.look("waits", known, BETWEEN) == (["8_3"], [("failed", "7", "PREEMPTED")])
    assert end_of("PREEMPTED", "").cause == "a job of higher priority took its place"


def test_a_job_that_cannot_be_handed_to_slurm_has_failed(run):
    """Its thread ended with an error that nobody heard, and the run went on waiting without a word."""
    run.executor.run_job("one")
    refused = "Slurm did not take it: The account of one appears to be invalid. Available accounts: lab"
    assert run.executor.said == [("one", refused)]


def test_jobs_that_wait_for_a_drained_node_are_told_of(run):
    run.look("waits", [Told("7", "ReqNodeNotAvail, UnavailableNodes:n1"), Told("8", "")], BETWEEN)
    wanted = "jobs wait on Slurm for their nodes, and the run with them (ReqNodeNotAvail, UnavailableNodes:n1)"
    assert run.told == [f"{wanted}: see sinfo -R"]


def test_jobs_that_end_are_not_kept(run):
    assert run.look("ends", [], 0) == ([], [("done", "7"), ("done", "8_3")])


def test_a_forgotten_job_ends_as_its_log_tells(run):
    (run.folder / "7.log").write_text(HALF + DONE)
    (run.folder / "8_3.log").write_text(HALF + BAD)
    assert run.look("waits", [], BETWEEN) == (["7", "8_3"], []), "seen once it may be on its way"
    assert run.look("waits", [], BETWEEN / 2) == (["7", "8_3"], []), "Slurm is not asked all the time"
    assert run.look("waits", [], BETWEEN) == ([], [("done", "7"), ("failed", "8_3", None)])


def test_a_job_without_an_end_is_lost_after_a_while(run):
    (run.folder / "7.log").write_text(HALF)
    known = [Told("8", "")]
    assert run.look("waits", known, BETWEEN)[0] == ["7", "8_3"]
    assert run.look("waits", known, PATIENCE - 1) == (["7", "8_3"], [])
    assert run.look("waits", known, BETWEEN) == (["8_3"], [("failed", "7", "Slurm has no job 7 any more")])


def test_a_job_is_lost_after_a_quarter_of_an_hour_to_the_second(run):
    jobs = ["7", "8_3"]
    assert run.look("waits", [], 60) == (jobs, []) and run.look("waits", [], 899) == (jobs, [])
    for number in jobs:
        (run.folder / f"{number}.log").write_text(HALF)
    run.look("waits", [Told("7", ""), Told("8", "")], 60)
    assert run.look("waits", [], 60) == (jobs, [])
    assert run.look("waits", [], 900)[0] == []


def test_what_was_said_of_a_job_holds_for_one_look(run):
    assert run.look("ends", [], 0)[0] == []
    assert run.look("silence", None, 0)[0] == ["7", "8_3"]


def test_jobs_on_several_clusters_are_left_to_the_executor(run):
    run.executor._submitted_job_clusters = {"one"}
    for _ in range(3):
        assert run.look("waits", [], PATIENCE) == (["7", "8_3"], [])
    assert run.told == []


def test_a_job_that_is_there_again_was_not_lost(run):
    for known in ([], [Told("7", ""), Told("8", "")], []):
        assert run.look("waits", known, PATIENCE) == (["7", "8_3"], [])


def test_what_will_never_begin_is_told_once(run):
    for _ in range(2):
        run.look("waits", [Told("7", "PartitionTimeLimit"), Told("8", "Priority")], BETWEEN)
    assert [line.partition(": ")[0] for line in run.told] == [
        "jobs wait on Slurm and will not begin (PartitionTimeLimit)"
    ]


@pytest.mark.parametrize(
    ("text", "how"),
    [(DONE, True), (HALF, None), (HALF + BAD, False), (DONE + BAD, False), ("", None), (DONE + HALF, None)],
)
def test_how_a_log_ends(tmp_path, text, how):
    (tmp_path / "x.log").write_text(text)
    assert ended(str(tmp_path / "x.log")) is how and ended(str(tmp_path / "none")) is None


def test_squeue_is_asked_for_ended_jobs_too(tmp_path, monkeypatch):
    (tmp_path / "squeue").write_text(
        "#!/bin/sh\necho \"7|PENDING|a|b\"; echo '8|COMPLETED|None'; echo '9|PREEMPTED|None'\n"
        "case $* in *all*) ;; *) exit 1;; esac\n"
    )
    (tmp_path / "squeue").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert asked("a-1") == [Told("7", "a|b"), Told("8", ""), Told("9", "", is_preempted=True)]
    (tmp_path / "squeue").write_text("#!/bin/sh\nexit 1\n")
    assert asked("a-1") is None


@pytest.fixture
def plugin(monkeypatch):
    """A module as that of Snakemake's executor, with the class of its settings."""
    module = ModuleType("a_plugin")
    module.Settings = type("Settings", (), {"__module__": "a_plugin"})
    monkeypatch.setitem(sys.modules, "a_plugin", module)
    return module


@pytest.mark.parametrize("given", ["sacct", "squeue"])
@pytest.mark.parametrize(
    ("sacct", "told"),
    [
        ("echo Slurm accounting storage is disabled >&2; exit 1", "(Slurm accounting storage is disabled)"),
        ("exit 3", "(exit status 3)"),
        (None, "No such file or directory: 'sacct'"),
        ("exit 0", None),
    ],
)
def test_where_slurm_keeps_no_accounts_squeue_is_asked(tmp_path, monkeypatch, plugin, sacct, told, given):
    """sacct, that is installed but does not answer, is not turned to at each look either (low MinJobAge)."""
    if sacct:
        (tmp_path / "sacct").write_text(f"#!/bin/sh\n{sacct}\n")
        (tmp_path / "sacct").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin" if sacct else str(tmp_path))
    plugin.Executor = type("Executor", (), {"watched_for_lost_jobs": True})
    plugin.is_query_tool_available = lambda tool: tool in ("sacct", "squeue")
    settings, said = plugin.Settings(), []
    settings.status_command = given
    seen = OnSlurm(lambda: settings, said.append)
    for event in (None, SimpleNamespace(value="job_info"), SimpleNamespace(value="run_info")):
        assert seen.filter(logging.makeLogRecord({"event": event}))
    assert settings.status_command == ("squeue" if told else given)
    assert [told in line for line in said] == ([True] if told and given == "sacct" else [])
    assert [plugin.is_query_tool_available(tool) for tool in ("sacct", "squeue")] == [told is None, True]


async def _no_iterator(_self, _active):
    """As an executor might look whose check gives a list."""


@pytest.mark.parametrize("parts", [None, {}, {"check_active_jobs": _no_iterator}])
def test_an_executor_of_another_version_stays_as_it_is(tmp_path, monkeypatch, plugin, parts):
    (tmp_path / "sacct").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "sacct").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    if parts is not None:
        done = {"report_job_success": print, "report_job_error": print} if parts else {}
        plugin.Executor = type("Executor", (), parts | done)
    settings, said = plugin.Settings(), []
    settings.status_command = "squeue"
    before = dict(vars(plugin.Executor)) if parts is not None else None
    run = SimpleNamespace(value="run_info")
    assert OnSlurm(lambda: settings, said.append).filter(logging.makeLogRecord({"event": run}))
    assert said == [UNKNOWN] and "is_query_tool_available" not in vars(plugin)
    assert before is None or dict(vars(plugin.Executor)) == before


def test_other_executors_have_no_status_command():
    seen = OnSlurm(lambda: None, pytest.fail)
    assert seen.filter(logging.makeLogRecord({"event": SimpleNamespace(value="run_info")}))
