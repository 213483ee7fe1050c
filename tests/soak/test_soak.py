"""`make soak`: runs that are disturbed in every way end with the bytes of one that was not.

Older dates of sheets, use as a module and by another user are tests of `tests/workflow`, a cluster's faults of
`tests/workflow/test_slurm.py`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from biomarkers.cli.app import run as command
from biomarkers.demo import genome
from biomarkers.run.progress import journal, status

pytestmark = [pytest.mark.slow, pytest.mark.soak, pytest.mark.timeout(4 * 3600)]

KILLS = int(os.environ.get("SOAK_KILLS", "20"))
SECONDS = 3600
"""In which any single step must have ended."""
VARYING = {"logs", "benchmarks", "multiqc.html", "multiqc_data"}


def tiny(project: Path, folder: Path) -> Path:
    """The run of `.test`."""
    return shutil.copytree(project / ".test", folder, ignore=shutil.ignore_patterns("results", ".snakemake"))


def demo(project: Path, folder: Path) -> Path:
    """Eight patients of the demo, two of them from reads, over a fifth of its exome."""
    built = genome.build
    with pytest.MonkeyPatch.context() as smaller:
        smaller.setattr(genome, "build", lambda chance: built(chance, coding_bp=200_000))
        assert command(["demo", str(folder), "--patients", "8"]) == 0
    return folder


def words(folder: Path, *more: str) -> list[str]:
    line = [sys.executable, "-m", "biomarkers", "run", "--directory", str(folder), "--cores", "2"]
    return [*line, *(["--", *more] if more else [])]


def done(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words(folder, *more), capture_output=True, text=True, check=False, timeout=SECONDS)


def started(folder: Path) -> subprocess.Popen[bytes]:
    """A run in a group of processes of its own, whose signals are as by a terminal."""
    return subprocess.Popen(words(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def began_jobs(folder: Path, running: subprocess.Popen[bytes], jobs: int) -> bool:
    """Wait until so many jobs have ended; False when the run has before."""
    for _ in range(SECONDS * 10):
        kept = folder / journal.KEPT
        if running.poll() is not None:
            return False
        if kept.is_file() and f'"pid": {running.pid}' in (text := kept.read_text()) and text.count("done") >= jobs:
            return True
        time.sleep(0.1)
    pytest.fail("no job has begun")


def content(folder: Path) -> dict[str, bytes]:
    """Results by name; the date stands in one place, PDFs have their parts in changing order."""
    found = {}
    for path in sorted((folder / "results").rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not VARYING & {*name.parts} and path.suffix != ".pdf":
            data = path.read_bytes()
            if name.name == "tmb.tsv.json":
                data = b"\n".join(line for line in data.splitlines() if b'"written": ' not in line)
            found[str(name)] = data
    return found


def same(first: dict[str, bytes], second: dict[str, bytes]) -> None:
    assert first.keys() == second.keys()
    assert not [name for name, data in first.items() if data != second[name]]


@pytest.fixture(scope="module")
def undisturbed(project, tmp_path_factory):
    """Results of a run by what makes its folder."""
    known = {}

    def of(make):
        if make not in known:
            folder = make(project, tmp_path_factory.mktemp("undisturbed") / "run")
            finished = done(folder)
            assert finished.returncode == 0, finished.stdout + finished.stderr
            known[make] = content(folder)
        return known[make]

    return of


def unlocked(folder: Path) -> None:
    if status.find(folder).is_locked:
        assert done(folder, "--unlock").returncode == 0


def stage(found: status.Status) -> str:
    """How far a killed run was, and which rules it was killed in."""
    jobs = found.jobs.values()
    killed = sorted(" ".join((job.rule, job.of)).strip() for job in jobs if job.state == "interrupted")
    return f"{found.counted()['done']} of {len(jobs)} jobs done, killed in {', '.join(killed) or 'none'}"


@pytest.mark.parametrize("make", [tiny, demo])
def test_a_run_that_is_killed_again_and_again(make, undisturbed, project, tmp_path):
    """SIGKILL to all its processes at a random moment after a job has begun; one that came to its end begins anew."""
    expected, chance, kills, runs = undisturbed(make), random.Random(1), 0, 0
    while kills < KILLS:
        runs += 1
        folder = make(project, tmp_path / f"run{runs}")
        while True:
            running = started(folder)
            if kills == KILLS or not began_jobs(folder, running, chance.randrange(2)):
                running.wait(SECONDS)
            with suppress(subprocess.TimeoutExpired):
                running.wait(chance.uniform(0, 6))
            if running.returncode is not None:
                break
            os.killpg(running.pid, signal.SIGKILL)
            running.wait(SECONDS)
            kills += 1
            found = status.find(folder)
            print(f"run {runs}, kill {kills}: {stage(found)}", flush=True)
            assert found.is_alive is False
            unlocked(folder)
        assert running.returncode == 0, status.text(status.find(folder))
        same(expected, content(folder))
        print(f"run {runs}: {len(expected)} files as of the undisturbed run, after {kills} kills in all", flush=True)
        shutil.rmtree(folder)


def test_ctrl_c_ends_every_process_and_leaves_nothing_half_made(undisturbed, project, tmp_path):
    folder = tiny(project, tmp_path / "run")
    running = started(folder)
    assert began_jobs(folder, running, 1)
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(SECONDS) != 0
    left = subprocess.run(
        ["ps", "-o", "args=", "-g", str(running.pid)], capture_output=True, text=True, check=False, timeout=60
    )
    assert not left.stdout.strip()
    found = status.find(folder)
    assert found.is_ended and not found.is_locked
    assert done(folder).returncode == 0
    same(undisturbed(tiny), content(folder))


def test_a_second_run_in_the_folder_is_told_in_a_sentence(undisturbed, project, tmp_path):
    folder = tiny(project, tmp_path / "run")
    first = started(folder)
    assert began_jobs(folder, first, 0)
    for more in ((), ("--unlock",)):
        second = done(folder, *more)
        assert second.returncode == 1
        assert "the run of this folder that began at " in second.stderr
        assert f" goes on (process {first.pid} on " in second.stderr
        assert "Traceback" not in second.stdout + second.stderr
    assert first.wait(SECONDS) == 0
    same(undisturbed(tiny), content(folder))


def test_a_full_disk_is_told_and_what_was_cut_is_made_again(undisturbed, project, tmp_path):
    if os.getuid() != 0:
        pytest.skip("a small disk is made by root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "none", str(disk)], capture_output=True, check=False, timeout=60
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode(errors='replace')}")
    try:
        folder = tiny(project, disk / "run")
        full = done(folder)
        assert full.returncode == 1
        assert "No space left on device" in full.stdout + full.stderr
        assert "Traceback" not in full.stderr, full.stderr
        subprocess.run(["mount", "-o", "remount,size=500m", str(disk)], check=True, timeout=60)
        unlocked(folder)
        again = done(folder)
        assert again.returncode == 0, again.stdout + again.stderr
        same(undisturbed(tiny), content(folder))
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False, timeout=60)
