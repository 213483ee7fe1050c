"""`biomarkers run`: the command line that starts Snakemake, and what is refused before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from snakemake.cli import get_argument_parser

from biomarkers.errors import InputError
from biomarkers.run import launch


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config").mkdir()
    Path("config/config.yaml").write_text("report: {title: x}\n")

    def line(*words, **options):
        given = {"directory": ".", "config": None, "cores": None, "profile": None, "dry_run": False} | options
        return launch.command(words, **given)

    return line


def read(line):
    """The line as Snakemake itself reads it."""
    assert line[:3] == [sys.executable, "-m", "snakemake"]
    return get_argument_parser().parse_args(line[3:])


def test_snakemake_reads_what_was_meant(run, project):
    Path("other.yaml").write_text("plan: null\n")
    words = ("results/cohort.tsv", "--config", "burden={vaf: 0.1}", "plan=null")
    asked = read(run(*words, cores=3, config=Path("other.yaml"), profile="slurm", dry_run=True))
    assert asked.targets == {"results/cohort.tsv"} or list(asked.targets) == ["results/cohort.tsv"]
    assert asked.config == ["burden={vaf: 0.1}", "plan=null"] and [*map(str, asked.configfile)] == ["other.yaml"]
    assert str(asked.cores) == "3" and asked.dryrun
    assert str(asked.workflow_profile) == str(project / "workflow" / "profiles" / "slurm")
    assert str(asked.snakefile) == str(project / "workflow" / "Snakefile")


def test_a_profile_says_how_many_cores_unless_one_is_asked_for(run):
    assert read(run(profile="slurm")).cores is None
    assert str(read(run(profile="slurm", cores=4)).cores) == "4" and read(run()).cores


def test_of_two_numbers_of_cores_the_one_for_snakemake_counts(run):
    assert str(read(run("--cores", "7")).cores) == "7"


def test_everything_wrong_is_told_at_once(run, monkeypatch):
    monkeypatch.setattr(launch, "find_spec", lambda name: None)
    with pytest.raises(InputError) as told:
        run(directory="absent", cores=0, profile="slrm", config=Path("absent.yaml"))
    assert str(told.value).splitlines() == [
        "command line: snakemake is not installed; expected Snakemake beside this program:"
        " pip install 'biomarkers-trial[workflow]'",
        "command line: --directory is 'absent'; expected a folder that exists",
        "command line: --config is 'absent.yaml'; expected a file that exists",
        "command line: --cores is '0'; expected a whole number of at least 1",
        "command line: --profile is 'slrm'; expected slurm, or the path of a folder with a profile",
    ]


def test_a_folder_without_config_is_refused_unless_another_is_named(run):
    Path("config/config.yaml").unlink()
    with pytest.raises(InputError, match=r"^config/config.yaml: file is missing; expected the run's config"):
        run()
    Path("c.yaml").write_text("plan: null\n")
    assert run(config=Path("c.yaml")) and run("--configfile", "c.yaml")


def test_a_config_that_is_no_block_of_keys_is_refused_with_its_name(run):
    Path("list.yaml").write_text("- a\n")
    with pytest.raises(InputError, match=r"^list.yaml"):
        run(config=Path("list.yaml"))


def test_what_snakemake_would_answer_with_a_traceback_is_told_in_words(run):
    Path("list.yaml").write_text("- a\n")
    Path("cut.yaml").write_text("a: [1\n")
    words = ("results/cohort.tsv", "--configfiles", "absent.yaml", "list.yaml", "cut.yaml", ".", "-p")
    with pytest.raises(InputError) as told:
        run(*words, "--config", "vaf", "=1", "plan=null", "--cores", "2")
    assert str(told.value).splitlines() == [
        "command line: --configfile is 'absent.yaml'; expected a file that exists",
        "list.yaml:1: file is a list; expected `key: value` lines",
        "cut.yaml:2: text cannot be read as YAML (expected ',' or ']', but got '<stream end>');"
        " expected `key: value` lines, indented by spaces",
        "command line: --configfile is '.'; expected a file that exists",
        "command line: --config is 'vaf'; expected KEY=VALUE, KEY a key of the config, such as 'burden={vaf: 0.1}'",
        "command line: --config is '=1'; expected KEY=VALUE, KEY a key of the config, such as 'burden={vaf: 0.1}'",
    ]
    with pytest.raises(InputError, match=r"^command line: --configfile is .absent.yaml.; expected a file that exists$"):
        run("--configfile=absent.yaml", "--config")


def test_a_target_after_an_option_of_many_words_is_told_in_words(run):
    """Our own sentence for a job without memory names --set-resources, and a target may follow it."""
    rightly = ["--set-resources", "align:mem_mb=9", "call:runtime=9", "--set-threads", "call=2"]
    line = run(*rightly, "--default-resources", "slurm_partition=x", "--", "a.tsv", dry_run=True)
    assert line[-3:] == ["--dry-run", "--", "a.tsv"], "what this program adds would be targets behind it"
    with pytest.raises(InputError) as told:
        run("--set-resources", "align:mem_mb=9", "a.tsv", "--set-threads", "call", "--default-resources", "9")
    after = "; a target of the run stands after another --"
    assert str(told.value).splitlines() == [
        f"command line: --set-resources is 'a.tsv'; expected RULE:RESOURCE=VALUE, such as align:mem_mb=16000{after}",
        f"command line: --set-threads is 'call'; expected RULE=NUMBER, such as align=8{after}",
        f"command line: --default-resources is '9'; expected RESOURCE=VALUE, such as slurm_partition=long{after}",
    ]


def test_a_folder_that_cannot_be_written_is_refused(run, monkeypatch):
    """Snakemake answers with a traceback."""
    monkeypatch.setattr(launch.os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match=r"^command line: --directory is '.'; expected a folder in which files can be"):
        run()


def test_the_exit_status_is_snakemakes_own(tmp_path):
    """Through the command: a config that asks for nothing is status 2, with our sentence."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text("report: {title: x}\n")
    words = [sys.executable, "-m", "biomarkers", "run", "--directory", str(tmp_path), "--cores", "1", "--", "--nolock"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "config/config.yaml: file asks for nothing" in done.stderr


@pytest.mark.parametrize("home", ["writable", "none", "unknown"])
def test_a_user_without_a_home_has_the_cache_in_the_run(tmp_path, monkeypatch, home):
    """A service's account, or one whose quota is used up; an unknown user's `~` stays as it is."""
    (tmp_path / "none").write_text("no folder")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / home))
    if home == "unknown":
        monkeypatch.setattr(launch.os.path, "expanduser", lambda path: path)
    asked = []
    monkeypatch.setattr(launch.os, "execv", lambda *words: asked.append(words))
    monkeypatch.chdir(tmp_path)
    launch.start(["snakemake", "-n"], "run")
    own = str(tmp_path / "run/.snakemake/cache")
    assert launch.os.environ.get("XDG_CACHE_HOME") == (None if home == "writable" else own)
    assert asked == [("snakemake", ["snakemake", "-n"])] and not (tmp_path / "~").exists()
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
