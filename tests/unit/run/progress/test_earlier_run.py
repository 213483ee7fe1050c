"""Two runs at once would write the same files of a folder; what a new one says of the last one."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from biomarkers.errors import RunError
from biomarkers.io import processes, scratch
from biomarkers.run.progress import journal
from biomarkers.run.progress.earlier_run import in_the_way, refuse, stop_beside_another
from biomarkers.run.progress.status import find

HERE = processes.this()
DEAD = HERE | {"born": "before"}
AWAY = HERE | {"host": "login9", "pid": 77}
JOBS = {"1": ["call", ["T1"], []]}


def left(folder, process, slurm=None, *lines):
    out = scratch.Lines(folder / journal.KEPT)
    for line in ({"jobs": JOBS, "patients": {}, "process": process, "slurm": slurm}, *lines):
        out.write({"at": "2024-03-31 12:05:00"} | line)
    return find(folder)


def squeue(folder, monkeypatch, *states):
    (folder / "squeue").write_text("#!/bin/sh\n" + "".join(f"echo {state}\n" for state in states))
    (folder / "squeue").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")


@pytest.mark.parametrize(
    ("process", "is_locked", "states", "told"),
    [
        (HERE, True, (), "began at 2024-03-31 12:05:00 goes on (process HERE on "),
        (HERE, False, ("RUNNING",), "stop it: kill -INT HERE (`biomarkers status`"),
        (DEAD, False, ("COMPLETING",), None),
        (DEAD, False, (), None),
        (DEAD, True, (), "was killed; unlock the folder once"),
        (
            DEAD, False, ("RUNNING", "PENDING", "RUNNING"),
            "was killed, but its jobs on Slurm are not (1 PENDING, 2 RUNNING) and would write beside those of a new"
            " run; stop them: scancel --name=a-1, then start the same command again",
        ),
        (DEAD, True, ("PENDING",), "scancel --name=a-1, then unlock the folder once"),
        (AWAY, True, (), "its process 77 on login9 cannot be seen from here; when it is gone unlock the folder"),
        (AWAY, False, (), None),
        (AWAY, False, ("PENDING",), "is not seen from here (process 77 on login9), but its jobs on Slurm are not"),
    ],
)  # fmt: skip
def test_what_a_new_run_says_of_the_last_one(tmp_path, monkeypatch, process, is_locked, states, told):
    squeue(tmp_path, monkeypatch, *states)
    said = in_the_way(left(tmp_path, process, "a-1"), is_locked=is_locked)
    # The same words in every process of the tests, which must agree on the tests' names.
    assert told.replace("HERE", str(HERE["pid"])) in said if told else said is None


def test_a_run_that_ended_is_not_in_the_way(tmp_path):
    assert in_the_way(left(tmp_path, HERE, None, {"begun": 1}, {"ended": True}), is_locked=False) is None


def test_the_lock_refuses_before_it_is_taken(tmp_path, monkeypatch, capsys):
    taken = []

    class Persistence:
        locked = True

        @contextmanager
        def lock(self):
            taken.append(1)
            yield

        def cleanup_locks(self):
            taken.append(2)

    for module in ("results", "second/results"):
        refuse(Persistence, module)
    monkeypatch.chdir(tmp_path)
    for module in (tmp_path, tmp_path / "second"):
        (module / "results" / "qc").mkdir(parents=True)
        for name in ("qc/.qc.tsv.unfinished.abc.tsv", "qc/.qc.tsv", "qc.unfinished.tsv"):
            (module / "results" / name).touch()
    with Persistence().lock():
        left_over = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
        assert left_over == [".qc.tsv"] * 2 + ["qc.unfinished.tsv"] * 2
        assert taken == [1], "a folder without a journal is Snakemake's own affair"
    left(tmp_path, DEAD)
    with pytest.raises(SystemExit) as ended, Persistence().lock():
        pass
    assert ended.value.code == 1 and "was killed; unlock" in capsys.readouterr().err
    assert taken == [1]
    Persistence().cleanup_locks()
    left(tmp_path, HERE)
    with pytest.raises(SystemExit):
        Persistence().cleanup_locks()
    assert taken == [1, 2] and "goes on (process" in capsys.readouterr().err


def test_a_run_is_refused_before_it_is_planned_only_where_the_last_one_goes_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    stop_beside_another()
    left(tmp_path, DEAD)
    stop_beside_another()
    status = left(tmp_path, HERE)
    with pytest.raises(RunError) as refused:
        stop_beside_another()
    assert str(refused.value) == in_the_way(status, is_locked=False)
