"""What steps took, as what the next run may ask for: the most, of how many jobs, a margin, and what has no data."""

from __future__ import annotations

import re

import pytest
import yaml
from snakemake import benchmark

from biomarkers.cli.app import run as command
from biomarkers.errors import InputError
from biomarkers.run.progress import needs

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"


def row(seconds, megabytes):
    return f"{seconds}\t0:00:18\t{megabytes}\t1\t1\t1\t0\t0\t100\t1\n"


@pytest.fixture
def run(tmp_path):
    """Writes benchmarks by their path."""

    def write(**files):
        for name, text in files.items():
            path = tmp_path / "results" / "benchmarks" / name.replace("__", "/")
            path = path.with_name(path.name + ".tsv")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def test_the_most_of_all_jobs_times_the_margin_is_proposed(run):
    """1,500 MiB are 1,572.864 MB; twice that is rounded up to 3,200. Two hours and a second are 241 minutes twice."""
    folder = run(
        align__T1=HEADER + row(7201, 900),
        align__T2=HEADER + row(30, 1500) + row(31, 4),
        power=HEADER + row(1, "NA"),
        call__T1=HEADER + row(0.1, "-"),
    )
    text = needs.profile(needs.find(folder), 2)
    asked = yaml.safe_load(text)["set-resources"]
    assert asked["align"] == {"mem_mb": "3200 * 2 ** (attempt - 1)", "runtime": "241 * 2 ** (attempt - 1)"}
    assert asked["power"] == {"runtime": "10 * 2 ** (attempt - 1)"} and "    # mem_mb: every job was too short" in text
    assert "  align:  # 3 jobs\n" in text and "# at most 1573 MB" in text and "times 2;" in text
    assert "# No data, so that they ask for what they did: align_library, associate, call_normal, depth, recal" in text


def test_memory_is_looked_at_often_after_the_first_seconds_too(monkeypatch):
    """By Snakemake's own timer, without waiting: what it would wait for after each look."""

    class Timer(benchmark.ScheduledPeriodicTimer):
        def work(self):
            pass

    waits = []
    monkeypatch.setattr(benchmark, "DaemonTimer", lambda seconds, look: waits.append(seconds) or Waiting())
    needs.look_often(Timer)
    timer = Timer(benchmark.BENCHMARK_INTERVAL)
    timer.start()
    for _ in range(40):
        timer._action()
    assert waits == [0.5] * 30 + [needs.BETWEEN] * 11


class Waiting:
    """A timer that never comes."""

    def start(self):
        pass


def test_what_is_no_benchmark_is_left_out_and_named(run):
    folder = run(
        align__T1="a\tb\n1\t2\n",
        call__T1=HEADER + row(1, -5),
        sort__T1=HEADER + row(1, "1e308"),
        depth__T1="",
        depth__T2=HEADER + row(60, 10),
    )
    found = needs.find(folder)
    assert list(found.by_rule) == ["depth"] and len(found.unreadable) == 4
    told = needs.profile(found, 1.5)
    assert "call/T1.tsv:2: max_rss is '-5'; expected a number from 0 to 1e+12" in told and "is '1e308'" in told


def test_a_run_without_benchmarks_and_a_margin_below_one_are_told(run, tmp_path, capsys):
    with pytest.raises(
        InputError, match=r"folder has no benchmarks; expected a run of which a measured step has ended"
    ):
        needs.find(tmp_path)
    folder = str(run(align__T1=HEADER + row(1, 1)))
    assert command(["resources", folder]) == 0 and command(["resources", folder, "--margin", "0.5"]) == 2
    assert capsys.readouterr().err == "command line: --margin is '0.5'; expected a number of at least 1\n"


def test_a_benchmark_stands_in_the_folder_of_its_rule(project):
    """By which its rule is known."""
    for path in (project / "workflow" / "rules").glob("*.smk"):
        for rule in re.split(r"^(?:use )?rule ", path.read_text(), flags=re.M)[1:]:
            name = re.search(r"as (\w+) with", rule.split("\n")[0]) or re.match(r"(\w+):", rule)
            for place in needs.MEASURED.findall(rule):
                assert place == name[1], path.name
