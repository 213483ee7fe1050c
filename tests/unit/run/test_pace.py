"""What Snakemake need not do anew for each job comes out as before."""

from __future__ import annotations

import importlib
import inspect
import shutil
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
import snakemake.api  # noqa: F401 (before the module of the graph, which cannot be imported first)
from snakemake import common, dag, io, jobs, output_index, rules
from snakemake.exceptions import WildcardError
from snakemake.scheduling.job_scheduler import JobScheduler

from biomarkers.run import pace


@pytest.fixture
def files():
    """Snakemake's module of files anew, which nobody else uses."""
    kept = {name: module for name, module in sys.modules.items() if name.startswith("snakemake.io")}
    for name in kept:
        del sys.modules[name]
    fresh = importlib.import_module("snakemake.io")
    yield fresh
    for name in [name for name in sys.modules if name.startswith("snakemake.io")]:
        del sys.modules[name]
    sys.modules.update(kept)


@pytest.mark.parametrize(
    ("pattern", "wildcards"),
    [
        ("results/{tumor,(?:A|B)}.{library,[A-Z]{1,2}}.bam", {"tumor": "A", "library": "L"}),
        ("{tumor}/{tumor}.tsv", {"tumor": "x{y}z"}),
        ("resources/genome.fa", {"tumor": "A"}),
        ("{tumor}{number}", {"tumor": "A", "number": 7, "other": "b"}),
        ("", {}),
    ],
)
def test_wildcards_are_put_in_as_snakemake_does(files, pattern, wildcards):
    pace.split_once(files)
    for _ in range(2):
        assert files.apply_wildcards(pattern, wildcards) == io.apply_wildcards(pattern, wildcards)


def test_a_wildcard_without_a_value_is_told_in_its_words(files):
    pace.split_once(files)
    with pytest.raises(WildcardError, match="sample"):
        files.apply_wildcards("{sample}.bam", {"tumor": "A"})


def test_files_keep_their_marks_and_share_nothing_that_a_job_changes(files):
    pace.split_once(files)
    rule = SimpleNamespace(pathvars=SimpleNamespace(apply=lambda path: path))
    named = files.IOFile(files.temp("results/{tumor}.bam"), rule=rule).apply_wildcards({"tumor": "A"})
    assert named == "results/A.bam" and files.is_flagged(named, "temp") and not files.is_flagged(named, "protected")
    assert files.IOFile("{tumor}.bam", rule=rule).apply_wildcards({"tumor": "A"}).flags == {}
    # What a function names is marked afterwards, as by ancient(function).
    one, other = (files.IOFile("genome.fa", rule=rule).apply_wildcards({}) for _ in range(2))
    one.flags["ancient"] = True
    assert files.is_flagged(one, "ancient") and not files.is_flagged(other, "ancient")
    assert not files.is_flagged("text", "temp")


NAMES = "P1(?:|\\-(?:N|T))"


@pytest.mark.parametrize(
    "pattern",
    [
        f"results/{{tumor,{NAMES}}}.b+m",
        f"{{tumor,{NAMES}}}",
        "results/{tumor,a|bc}/{library}.bam",
        f"{{tumor,{NAMES}}}/{{tumor}}.tsv",
        "results/{tumor}.bam",
        "results/P1.b+m",
    ],
)
def test_a_path_is_matched_as_snakemake_does(files, pattern):
    names = ("P1", "P1-N", "P1-", "P2", "", "a", "bc", "P1\n")
    targets = [
        "results/P1.bbm",
        *(form.format(name) for name in names for form in ("results/{}.b+m", "{0}", "{0}/{0}.tsv")),
    ]
    targets += ["results/a/x.bam", "results/ab/x.bam", "xresults/P1.b+m", "results/P1.b+m\n", "results/P1.bam"]
    rule = SimpleNamespace(pathvars=SimpleNamespace(apply=lambda path: path))
    known = [found and found.groupdict() for found in map(io.IOFile(pattern, rule=rule).match, targets)]
    pace.constraint_once(files)
    file = files.IOFile(pattern, rule=rule)
    for _ in range(2):
        assert [found and found.groupdict() for found in map(file.match, targets)] == known
    assert any(found is not None for found in known)


def test_a_constraint_is_compiled_once(files):
    pace.constraint_once(files)
    rule = SimpleNamespace(pathvars=SimpleNamespace(apply=lambda path: path))
    one, other = (files.IOFile(f"{folder}/{{tumor,{NAMES}}}.bam", rule=rule).regex() for folder in "ab")
    assert one.constraint is other.constraint and one.path is not other.path


@pytest.mark.parametrize("path", ["a/b.bam", "a//b", "/a", "//a", "b.bam", "../b", "a/../b", "a/"])
def test_a_file_is_where_and_what_it_was(files, path):
    rule = SimpleNamespace(pathvars=SimpleNamespace(apply=lambda path: path))
    known = io.IOFile(io.temp(path), rule=rule)
    other = SimpleNamespace()
    pace.asked_plainly(files, other)
    file = files.IOFile(files.temp(path), rule=rule)
    assert file.get_inventory_parent() == known.get_inventory_parent()
    assert file.is_storage is known.is_storage is False
    assert file == files.IOFile(path, rule=rule) == str(file) and file != files.IOFile("c", rule=rule)
    assert file in {str(file)} and str(file) in {file} and hash(file) == hash(known)
    for flag in ("temp", "protected"):
        assert other.is_flagged(file, flag) is files.is_flagged(file, flag) is io.is_flagged(known, flag)
    assert other.is_flagged("text", "temp") is False


def test_a_file_in_a_storage_says_so(files):
    pace.asked_plainly(files)
    rule = SimpleNamespace(pathvars=SimpleNamespace(apply=lambda path: path))
    there = SimpleNamespace(get_inventory_parent=lambda: "s3://bucket")
    file = files.IOFile(files.flag("a/b", "storage_object", there), rule=rule)
    assert file.is_storage and file.get_inventory_parent() == "s3://bucket"


def test_rules_are_found_by_the_beginnings_of_their_paths():
    """As by Snakemake's own search, of paths that begin alike, with a wildcard, or have none."""
    rule = SimpleNamespace(pathvars=SimpleNamespace(apply=lambda path: path))
    paths = ["{x}", "a/{x}.bam", "a/{x}.bam.bai", "a/b.{x}", "a/b", "ab/{x}", "a/b/{x}.bam"]

    class Rule:
        def __init__(self, path):
            self.path = path

        def products(self):
            return [io.IOFile(self.path, rule=rule)]

    rules = [Rule(path) for path in paths]
    kind = type("Index", (output_index.OutputIndex,), {})
    pace.producers_once(kind)
    known, other = output_index.OutputIndex(rules), kind(rules[:2])
    found = kind(rules)
    for target in ("a/b", "a/b.bam", "a/c.bam", "a/b/c.bam", "ab/c", "a", "", "c.bam.bai", "a/x.bam.bai"):
        assert found.match(target) == known.match(target)
        assert other.match(target) == output_index.OutputIndex(rules[:2]).match(target)


def test_what_is_asked_again_is_remembered_of_each_index_and_module():
    assert list(inspect.signature(output_index.OutputIndex.match_producers).parameters) == ["self", "targetfile"]
    asked = []

    class Index:
        def match_producers(self, file):
            asked.append(file)
            return {id(self), file}

    pace.producers_once(Index)
    first, second = Index(), Index()
    for index in (first, first, second):
        assert index.match_producers("a") == {id(index), "a"}
    assert asked == ["a", "a"]

    module, other = (SimpleNamespace(get_function_params=common.get_function_params) for _ in range(2))
    pace.parameters_once(module, other)
    assert list(other.get_function_params(lambda wildcards, attempt: 1)) == ["wildcards", "attempt"]


@pytest.mark.parametrize(
    ("outputs", "looked"),
    [(["a", "a-b/c", "a.d"], 0), (["a", "a-b", "a/c"], 1), (["a/b/c", "a/b/d"], 0), (["x/../a", "a/c"], 1)],
)
def test_a_folder_among_outputs_is_still_looked_at(outputs, looked):
    assert callable(dag.DAG.check_directory_outputs)
    calls = []

    class Graph:
        jobs = (SimpleNamespace(output=[output]) for output in outputs)

        def check_directory_outputs(self):
            calls.append(self)

    pace.compared_as_text(Graph)
    Graph().check_directory_outputs()
    assert len(calls) == looked


def test_a_scheduler_has_one_timer_however_often_it_asks_for_one():
    """Under the name that this version of Snakemake gives the method; each timer starts one look."""
    assert callable(JobScheduler._schedule_reevalutation)

    class Scheduler:
        def __init__(self):
            self._open_jobs = threading.Semaphore(0)

    pace.waking_once(Scheduler)
    scheduler = Scheduler()
    for _ in range(2):
        for _ in range(20):
            scheduler._schedule_reevalutation(0.05)
        assert scheduler._open_jobs.acquire(timeout=60)
        assert not scheduler._open_jobs.acquire(timeout=0.3)


def test_an_environment_is_asked_of_the_rule_once_and_of_each_job_where_they_differ():
    """Parameters, which asking works out, stay as they are for jobs whose rule knows its environment."""
    assert "if self._expanded_conda_env is not _NOT_CACHED" in inspect.getsource(rules.Rule.expand_conda_env)
    assert isinstance(jobs.Job.conda_env_spec, property)
    asked = []

    class Job:
        def __init__(self, rule, name):
            self.rule, self.name = rule, name

        @property
        def conda_env_spec(self):
            asked.append(self.name)
            if self.rule.same:
                self.rule._expanded_conda_env = self.rule.same[0]
            return self.rule.same[0] if self.rule.same else self.name

    pace.environments_once(Job, rules._NOT_CACHED)
    one, none, each = (
        SimpleNamespace(_expanded_conda_env=rules._NOT_CACHED, same=same) for same in (["e"], [None], [])
    )
    assert [Job(one, name).conda_env_spec for name in "ab"] == ["e", "e"]
    assert [Job(none, name).conda_env_spec for name in "cd"] == [None, None]
    assert [Job(each, name).conda_env_spec for name in "fg"] == ["f", "g"]
    assert asked == ["a", "c", "f", "g"]


FAKED = """\
import sys, snakemake
snakemake.__version__ = {version!r}
from snakemake.cli import main
try:
    main(sys.argv[1:])
finally:
    import snakemake.io
    print("wildcards by", snakemake.io.apply_wildcards.__module__)
"""


@pytest.mark.parametrize(("version", "by"), [("10.1.0", "snakemake.io"), ("9.27.9", "biomarkers.run.pace")])
def test_another_version_of_snakemake_is_left_as_it_is(project, tmp_path, version, by):
    """In silence: only its speed is its own."""
    shutil.copytree(project / ".test" / "config", tmp_path / "config")
    run = ["-s", str(project / "workflow" / "Snakefile"), "--directory", str(tmp_path), "--cores", "1", "--dry-run"]
    planned = subprocess.run(
        [sys.executable, "-c", FAKED.format(version=version), *run, "--workflow-profile", "none"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    said = planned.stdout + planned.stderr
    assert planned.returncode == 0 and "Traceback" not in said, said
    assert f"wildcards by {by}" in said and "associate" in said
