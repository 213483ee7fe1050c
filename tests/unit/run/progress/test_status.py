"""How far a run is, by a journal: its jobs and patients, why one failed, and what to do; nothing is written."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest

from biomarkers.cli.app import run as command
from biomarkers.errors import InputError
from biomarkers.io import processes, scratch
from biomarkers.run.progress import journal, status
from biomarkers.run.progress.failures import Failures

PATIENTS = {"T1": "P1", "N1": "P1", "T2": "P2", "T3": "P3", "T4": "P4"}
JOBS = {
    "1": ["call", ["T1"], ["results/logs/call/T1.log"]],
    "2": ["annotate", ["T2"], ["results/logs/annotate/T2.log"]],
    "3": ["call", ["T3"], []],
    "4": ["tmb", [], []],
    "5": ["align", ["T3"], []],
}
DEAD = processes.this() | {"born": "before"}
AT = {"at": "2024-03-31 12:05:00"}


@pytest.fixture
def kept(tmp_path):
    """Writes a journal of these lines."""

    def write(*lines, process=None, jobs=JOBS, patients=PATIENTS, slurm=None):
        out = scratch.Lines(tmp_path / journal.KEPT)
        first = {"jobs": jobs, "patients": patients, "process": process or processes.this(), "slurm": slurm}
        for line in (first, *lines):
            out.write(AT | line)
        return tmp_path

    return write


def log(folder: Path, text: bytes) -> None:
    path = folder / "results/logs/annotate/T2.log"
    path.parent.mkdir(parents=True)
    path.write_bytes(text)


FAILED = {
    "failed": [2],
    "said": "annotate of T2 (patient P2) failed: it was out of memory; give it more",
    "logs": ["results/logs/annotate/T2.log"],
}


def test_a_run_that_goes_on_is_told_by_patient(kept):
    folder = kept({"begun": 1}, {"begun": 2}, FAILED, {"done": 1}, {"begun": 3}, slurm="x y")
    log(folder, b"1\n2\n3\n4\n5\r\n\n6 \x1b[31mred\n")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    place = f"process {os.getpid()} on {processes.this()['host']}"
    assert status.text(status.find(folder)).splitlines() == [
        f"{folder}: the run that began at 2024-03-31 12:05:00 goes on ({place}).",
        "Of 5 jobs: 1 done, 1 running, 0 interrupted, 1 failed, 2 waiting.",
        "On Slurm (jobs are named x y): squeue does not answer.",
        "",
        "Of 4 patients:",
        "  done             2  P1, P4",
        "  running          1  P3",
        "  failed           1  P2",
        "",
        "Failed:",
        "* annotate of T2 (patient P2) failed: it was out of memory; give it more",
        "    results/logs/annotate/T2.log:",
        *(f"    | {line}" for line in ("2", "3", "4", "5", "6 \\x1b[31mred")),
        "",
        "Running or pending, since:",
        "  2024-03-31 12:05:00  call of T3 (patient P3)",
        "",
        "Waiting: tmb 1, align 1.",
        "",
        "What to do: put right what failed above; the others go on, and afterwards the same command makes the rest.",
    ]
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_a_killed_run_says_what_is_to_be_unlocked(kept):
    folder = kept({"begun": 1}, process=DEAD)
    (folder / ".snakemake/locks").mkdir()
    (folder / ".snakemake/locks/0.input.lock").touch()
    with (folder / journal.KEPT).open("a") as cut:
        cut.write('\n{"done": 1')
    said = status.text(status.find(folder))
    assert "was killed, after its last word at 2024-03-31 12:05:00." in said
    assert "Interrupted, to be made again:\n  2024-03-31 12:05:00  call of T1 (patient P1)" in said
    assert said.endswith(
        "What to do: unlock the folder once (`biomarkers run -- --unlock`, or --unlock after snakemake's line), then"
        " start the same command again: what is done is kept.\n"
    )


def test_what_a_killed_run_left_on_slurm_is_to_be_stopped_first(kept, tmp_path, monkeypatch):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "squeue").write_text("#!/bin/sh\necho RUNNING; echo PENDING; echo PENDING\n")
    (tools / "squeue").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    folder = kept({"begun": 1}, process=DEAD, slurm="5d23-a")
    said = status.text(status.find(folder))
    assert "On Slurm (jobs are named 5d23-a): 2 PENDING, 1 RUNNING." in said
    assert "What to do: its jobs run on; stop them: scancel --name=5d23-a, then start" in said


@pytest.mark.parametrize(
    ("lines", "on_slurm", "to_do"),
    [
        (["PENDING|Priority", "RUNNING|None"], "1 PENDING, 1 RUNNING.", "nothing."),
        (
            ["PENDING|launch failed requeued held", "RUNNING|None"],
            "1 PENDING, 1 RUNNING; 1 PENDING: launch failed requeued held.",
            "jobs are held and begin only when they are released: squeue --name=5d23-a, then scontrol release JOB",
        ),
        (["PENDING|Nodes required for job are DOWN"], "1 PENDING; 1 PENDING: Nodes", "ask who runs the cluster"),
    ],
)  # fmt: skip
def test_why_jobs_are_pending_is_told_and_what_releases_held_ones(kept, tmp_path, monkeypatch, lines, on_slurm, to_do):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "squeue").write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in lines))
    (tools / "squeue").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    said = status.text(status.find(kept({"begun": 1}, slurm="5d23-a")))
    assert f"On Slurm (jobs are named 5d23-a): {on_slurm}" in said and to_do in said.rpartition("What to do: ")[2]


def test_a_run_of_another_machine_is_not_taken_for_dead(kept):
    folder = kept({"begun": 1}, process=DEAD | {"host": "elsewhere", "pid": 7})
    said = status.text(status.find(folder))
    assert "goes on or was killed: its process 7 on elsewhere cannot be seen from here" in said
    assert "  running          1  P1" in said and "ask on that machine whether the run still goes on" in said


def test_a_finished_run_and_a_job_that_was_tried_again(kept):
    lines = [{"done": number} for number in (1, 3, 4, 5)]
    folder = kept({"begun": 2}, FAILED, {"begun": 2}, {"done": 2}, *lines, {"ended": True}, process=DEAD)
    said = status.text(status.find(folder))
    assert "Of 5 jobs: 5 done, 0 running, 0 interrupted, 0 failed, 0 waiting." in said and "Failed" not in said
    assert said.endswith("What to do: nothing: all that was asked for is made.\n")


def test_names_cannot_drive_a_terminal(kept):
    jobs = {"1": ["call\x1b[31m", ["T\n1"], ["results/\u202elog"]]}
    patients = {"T\n1": "$(touch x)\u202e", "T2": "-rf"}
    line = {"failed": [1], "said": "a\nb\u202e", "logs": ["../../../../etc/hostname\x1b"]}
    folder = kept(line, jobs=jobs, patients=patients)
    said = status.text(status.find(folder), each=True)
    assert all(letter.isprintable() or letter == "\n" for letter in said), said
    assert "  failed       $(touch x)\\u202e\n" in said and "* a\\nb\\u202e" in said


def test_a_thousand_patients_are_counted_and_the_first_named(kept):
    jobs = {str(number): ["call", [f"T{number % 1000}"], []] for number in range(12_000)}
    patients = {f"T{number}": f"P{number}" for number in range(1000)}
    lines = [{word: number} for number in range(11_500) for word in ("begun", "done")]
    folder = kept(*lines, jobs=jobs, patients=patients)
    said = status.text(status.find(folder))
    assert "Of 12,000 jobs: 11500 done, 0 running, 0 interrupted, 0 failed, 500 waiting." in said
    assert "  waiting        500  P500, P501," in said and "P519 and 480 more (--each lists all)" in said
    assert status.text(status.find(folder), each=True).count("\n  waiting      P") == 500


def test_a_folder_without_a_run_is_told(kept, tmp_path):
    for place, said in (
        (tmp_path, f"{tmp_path}: folder has no run; expected the folder in which `biomarkers run`"),
        (tmp_path / "absent", "absent: folder does not exist; expected the folder of a run"),
    ):
        with pytest.raises(InputError) as caught:
            status.find(place)
        assert said in str(caught.value)
    folder = kept()
    (folder / "results").mkdir()
    with pytest.raises(InputError, match=f"was started, here {folder}$"):
        status.find(folder / "results")
    assert command(["status", str(folder)]) == 0 and command(["status", str(folder / "results")]) == 2


def event(kind, **about):
    record = logging.LogRecord("snakemake", logging.INFO, "", 0, about.pop("msg", ""), (), None)
    vars(record).update(about, event=kind and type("Event", (), {"value": kind})())
    return record


def test_a_journal_has_what_snakemake_told(tmp_path):
    failures = Failures({"T1": "P1"})
    plan = {3: ("call", ["T1"], ["a.log"]), 4: ("tmb", [], [])}
    written = journal.Journal(failures, lambda: plan, tmp_path / journal.KEPT)
    error = {"jobid": 3, "rule_name": "call", "log": ["a.log"], "rule_msg": "status is: 'TIMEOUT'"}
    told = [
        event("job_info", jobid=9),
        event(None, msg="SLURM run ID: 5d23-b"),
        event("run_info"),
        event("job_info", jobid=3, wildcards={"tumor": "T1"}, log=["a.log"]),
        event("job_error", **error),
    ]
    for record in told:
        assert failures.filter(record) and written.filter(record)
    found = status.find(tmp_path)
    assert found.jobs["3"].state == "failed" and found.jobs["3"].patients == ("P1",) and found.slurm == "5d23-b"
    assert found.failures[0]["said"].startswith("call of T1 (patient P1) failed: it reached its time limit; give it")
    assert [line.keys() - {"at"} for line in map(json.loads, (tmp_path / journal.KEPT).read_text().split("\n")[1:])]


def test_a_dry_run_leaves_the_journal_as_it_is(tmp_path):
    journal.Journal(Failures(), dict, tmp_path / journal.KEPT).filter(event("run_info"))
    assert not (tmp_path / journal.KEPT).exists()


def test_a_full_disk_stops_no_run():
    written = journal.Journal(Failures(), lambda: {1: ("tmb", [], [])}, Path("/dev/full"))
    assert written.filter(event("run_info")) and written.filter(event("job_info", jobid=1))


def test_jobs_that_slurm_has_forgotten_are_not_waited_for(kept, tmp_path, monkeypatch):
    (tmp_path / "squeue").write_text("#!/bin/sh\n")
    (tmp_path / "squeue").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    said = status.text(status.find(kept({"begun": 1}, slurm="a-1")))
    assert (
        "Slurm has none of its jobs any more and nothing was heard of them since 2024-03-31 12:05:00: stop the run"
        in said
    )
    (tmp_path / "squeue").write_text("#!/bin/sh\necho RUNNING\n")
    assert "What to do: nothing." in status.text(status.find(tmp_path))


def test_of_a_log_of_the_cluster_only_its_own_words_are_shown(kept):
    """What Snakemake writes around a job stood below the cause: its last five lines."""
    lines = [
        "[Thu Nov 26 14:56:11 2026]", "localrule annotate:", "    input: a.vcf", "1 of 4 steps (25%) done",
        "slurmstepd: error: Detected 1 oom_kill event in StepId=7.0.", "srun: error: n1: task 0: Out Of Memory",
        "srun: error: n1: task 0: Exited with exit code 1", "[Thu Nov 26 14:56:12 2026]", "Error in rule annotate:",
        "    shell:", "        (command exited with non-zero exit code)", "Exiting because a job execution failed.",
        "WorkflowError:", "At least one job did not complete successfully.",
    ]  # fmt: skip
    place = ".snakemake/slurm_logs/group_tumor/7.log"
    folder = kept(FAILED | {"logs": [place]})
    (folder / place).parent.mkdir(parents=True)
    (folder / place).write_text("\n".join(lines))
    said = status.text(status.find(folder))
    shown = [line.strip(" |") for line in said.splitlines() if line.startswith("    | ")]
    assert shown == [
        "slurmstepd: error: Detected 1 oom_kill event in StepId=7.0.",
        "srun: error: n1: task 0: Out Of Memory",
    ]


@pytest.mark.parametrize("job", [["align", -1.5, []], ["align", [[]], []], "align", [1, [], []], []])
def test_a_damaged_line_begins_no_run(kept, job):
    with pytest.raises(InputError, match="has no run"):
        status.find(kept(jobs={"1": job}))


@pytest.mark.parametrize("line", [{"patients": [1]}, {"process": "x"}])
def test_people_and_process_of_another_shape_begin_no_run(kept, line):
    with pytest.raises(InputError, match="has no run"):
        status.find(kept(**line))
    assert status.find(kept({"failed": 7})).failures == [AT | {"failed": 7}]


def test_logs_of_another_shape_have_no_lines(kept):
    said = status.text(status.find(kept({"failed": 7, "said": "align failed", "logs": 5})))
    assert "* align failed" in said and "|" not in said
