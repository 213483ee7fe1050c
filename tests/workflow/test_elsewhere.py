"""The workflow away from its checkout: as a module, by another user, and what stays of earlier runs."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
import yaml

from biomarkers.cli.app import run as command
from builders import RunFolder

pytestmark = pytest.mark.slow

OUTER = """
configfile: "settings.yaml"

module exome:
    snakefile: "{snakefile}"
    config: config["exome"]
    prefix: "exome"

use rule * from exome as exome_*

rule summary:
    default_target: True
    input: rules.exome_all.input, page="exome/results/report/index.html"
    output: "summary.txt"
    shell: "wc -c < {{input.page}} > {{output}}"
"""
DEPLOYED = """
from snakemake.utils import min_version

min_version("6.10.0")

configfile: "config/config.yaml"

module biomarkers:
    snakefile: "git+file://{checkout}/workflow/Snakefile@HEAD"
    config: config

use rule * from biomarkers
"""
"""As `snakedeploy deploy-workflow` writes it, with a repository on this machine in place of one on GitHub."""
NOBODY = 65534


@pytest.fixture(scope="module")
def open_folder():
    """A folder that other users may enter, as pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="biomarkers-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def checkout(project, open_folder):
    """A checkout that belongs to whoever runs the tests and that nobody may write."""
    copy = open_folder / "checkout"
    for name in ("src", "workflow", "envs", ".test"):
        shutil.copytree(
            project / name, copy / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "results")
        )
    git = ["git", "-C", str(copy), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "a"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    subprocess.run(["chmod", "-R", "a-w,a+rX", str(copy)], check=True)
    yield copy
    subprocess.run(["chmod", "-R", "u+w", str(copy)], check=True)


def open_to_all(path: Path) -> bool:
    return all(place.stat().st_mode & 1 for place in (path, *path.parents))


@pytest.fixture(scope="module")
def as_stranger(checkout, open_folder):
    """Calls Snakemake of the read-only checkout as another user, where the tests may; else as oneself."""
    packages = Path(yaml.__file__).parents[1]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    here = [Path(sys.executable).resolve(), Path("/usr/bin", version)]
    python = next((path for path in here if path.exists() and open_to_all(path)), None)
    other = os.getuid() == 0 and python is not None and open_to_all(packages)
    programs = open_folder / "bin"
    programs.mkdir()
    (programs / "biomarkers").write_text(f'#!/bin/sh\nexec {python or sys.executable} -m biomarkers "$@"\n')
    (programs / "biomarkers").chmod(0o755)

    def call(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        home = folder / "home"
        home.mkdir(exist_ok=True)
        if other:
            for place in (folder, *folder.rglob("*")):
                os.chown(place, NOBODY, NOBODY)
        changed = {
            "HOME": home,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": f"{checkout / 'src'}:{packages}",
        }
        return subprocess.run(
            [str(python or sys.executable), *words],
            cwd=folder,
            env=os.environ | {key: str(value) for key, value in changed.items()},
            capture_output=True,
            text=True,
            check=False,
            **({"user": NOBODY, "group": NOBODY, "extra_groups": []} if other else {}),
        )

    return call


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, project):
    """The run of `.test`, done once in the ordinary way."""
    folder = tmp_path_factory.mktemp("tiny") / "run"
    shutil.copytree(project / ".test", folder, ignore=shutil.ignore_patterns("results", ".snakemake"))
    run = RunFolder(folder, project / "workflow" / "Snakefile")
    done = run.start()
    assert done.returncode == 0, done.stdout + done.stderr
    return run


def outer(folder: Path, checkout: Path) -> None:
    """A workflow of somebody else, whose config has ours as a block."""
    shutil.copytree(checkout / ".test", folder)
    subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)
    block = yaml.safe_load((folder / "config" / "config.yaml").read_text())
    (folder / "config" / "config.yaml").unlink()
    (folder / "settings.yaml").write_text(yaml.safe_dump({"exome": block, "other": 1}))
    (folder / "Snakefile").write_text(OUTER.format(snakefile=checkout / "workflow" / "Snakefile"))


def test_another_user_takes_it_as_a_module_with_a_prefix(tiny, checkout, as_stranger, open_folder):
    """Everything is made below the prefix, byte for byte what an ordinary run makes.

    But pictures as PDF: the order of their parts differs from run to run.
    """
    folder = open_folder / "outer"
    outer(folder, checkout)
    done = as_stranger(folder, "-m", "snakemake", "--cores", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "summary.txt").is_file() and not (folder / "results").exists()
    made = {path.relative_to(tiny.folder) for path in (tiny.folder / "results").rglob("*") if path.is_file()}
    other = {"logs", "benchmarks", "provenance"}
    compared = [path for path in made if not other & set(path.parts) and path.suffix not in (".json", ".pdf")]
    assert len(compared) > 15
    for path in compared:
        assert (folder / "exome" / path).read_bytes() == (tiny.folder / path).read_bytes(), path
    chain = json.loads((folder / "exome/results/burden/tmb.tsv.json").read_text())
    assert "../config/mutations.maf" in chain["files"] and "results/burden/tmb.tsv" in chain["files"]
    assert re.fullmatch("[0-9a-f]{40}", chain["commit"] or ""), "of a checkout that somebody else owns"
    told = as_stranger(folder, "-m", "biomarkers", "explain", "--run", "exome", "--sample", "P6-T1")
    assert told.returncode == 0 and "../config/mutations.maf" in told.stdout, told.stdout + told.stderr


def test_every_command_of_a_prefixed_run_stays_below_the_prefix(project, tmp_path):
    """From reads, alignments and VCFs, with a panel and recalibration, to the page."""
    folder = tmp_path / "demo"
    assert command(["demo", str(folder), "--patients", "8"]) == 0
    block = yaml.safe_load((folder / "config" / "config.yaml").read_text())
    block["reference"] |= {"known_sites": ["data/population.vcf.gz"]}
    (folder / "settings.yaml").write_text(yaml.safe_dump({"exome": block}))
    (folder / "Snakefile").write_text(OUTER.format(snakefile=project / "workflow" / "Snakefile"))
    done = RunFolder(folder, folder / "Snakefile").start("-n", "-p", "--workflow-profile", "none")
    assert done.returncode == 0, done.stdout + done.stderr
    commands = done.stdout + done.stderr
    assert commands.count("biomarkers variants") == 8 and "exome/results/calling/" in commands
    told = re.sub(
        r"--in-force '[^']*'", "", commands
    )  # settings, whose default of preset_folder is resources/downloads
    lines = [line for line in told.splitlines() if re.search(r"(?<![\w/.])(results|resources)/", line)]
    assert not lines, lines[:5]
    assert not re.search(r"exome/(config|data)/", commands), "files of the user are where they were"


def test_a_deployed_workflow_takes_shell_files_from_the_installed_program(checkout, project, tmp_path, shared_data):
    from builders import hcc1395

    run = hcc1395(RunFolder(tmp_path, tmp_path / "workflow" / "Snakefile"), shared_data)
    run.snakefile.parent.mkdir()
    run.snakefile.write_text(DEPLOYED.format(checkout=checkout))
    done = run.run("-n", "-p", "--workflow-profile", "none")
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "align.sh --genome" in said, said
    assert f"--config {project}/workflow/multiqc.yaml" in said, "not that of the repository, which is no folder"


def test_the_report_of_snakemake_has_the_results_with_their_text(tiny, project):
    done = tiny.start("--report", "report.zip")
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(tiny.folder / "report.zip") as files:
        page = files.read("report/report.html").decode()
        names = {Path(name).name for name in files.namelist()}
    assert {"index.html", "tmb.tsv", "cohort.tsv", "flow.tsv", "results.tsv", "rates.tsv"} <= names
    for category in ("Association", "Burden", "Cohort", "Clinical data"):
        assert f'"{category}"' in page
    assert "Every test of the plan, one row for each of its estimates" in page and "joined to one cohort" in page


@functools.cache
def captions(project: Path) -> set[str]:
    return {path.stem for path in (project / "workflow" / "report").glob("*.rst")} - {"workflow"}


def test_every_shown_output_has_a_caption_and_every_caption_an_output(project):
    text = "\n".join(path.read_text() for path in (project / "workflow" / "rules").glob("*.smk"))
    shown = {Path(path).name.split(".")[0] for path in re.findall(r'shown\(\s*"([^"]+)"', text)}
    named = {"index": "page", "results": "tests"}
    assert {named.get(name, name) for name in shown} | {"denominator", "denominator_steps", "tumor_cells"} == captions(
        project
    )


def test_a_page_of_an_earlier_run_says_so_until_it_is_made_anew(tiny):
    page = tiny.folder / "results" / "report" / "index.html"
    first, date = page.read_text(), page.stat().st_mtime
    tests = tiny.folder / "results" / "association"
    shutil.rmtree(tests)
    tests.write_text("no folder")
    assert tiny.start("--dry-run").returncode == 0 and page.read_text() == first
    done = tiny.start()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "This page is of an earlier run." in page.read_text() and page.stat().st_mtime == date
    tests.unlink()
    done = tiny.start()
    assert done.returncode == 0 and page.read_text() == first, done.stdout + done.stderr
