"""The wheel in an empty environment, away from the checkout: from sheets and VCFs to the page by `biomarkers run`."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.slow


def call(*words: object, folder: Path) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run([*map(str, words)], cwd=folder, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def installed(project, tmp_path_factory):
    """`biomarkers` of the wheel. The wheel is made of a copy of the checkout, which is gone when it is installed.

    Its dependencies are those of this environment, so that no index is asked; of this environment's own `biomarkers`,
    an editable install, nothing is found that way.
    """
    place = tmp_path_factory.mktemp("wheel")
    copy = place / "copy"
    made = {".venv", ".tools", "results", "resources", "demo", "mutants", "dist", ".hypothesis"}

    def passed(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name == "__pycache__" or (Path(folder) == project and name in made)}

    shutil.copytree(project, copy, symlinks=True, ignore=passed)
    built = call("git", "-C", copy, "rev-parse", "HEAD", folder=place).stdout if (copy / ".git").exists() else ""
    (place / "commit").write_text(built)
    call(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", place, copy, folder=place)
    shutil.rmtree(copy)
    call(sys.executable, "-m", "venv", place / "env", folder=place)
    python = place / "env" / "bin" / "python"
    call(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", *place.glob("*.whl"), folder=place)
    packages = next((place / "env" / "lib").glob("python*/site-packages"))
    (packages / "dependencies.pth").write_text(f"{Path(yaml.__file__).parents[1]}\n")
    where = call(python, "-c", "import biomarkers; print(biomarkers.__file__)", folder=place).stdout
    assert where.startswith(str(packages))
    return python.with_name("biomarkers")


def test_the_version_tells_the_commit_that_it_was_built_from(installed, tmp_path):
    told = call(installed, "--version", folder=tmp_path).stdout
    commit = (installed.parents[2] / "commit").read_text().strip()
    expected = rf" \(commit {commit}(-dirty)?\)" if commit else ""
    assert re.fullmatch(rf"\d+\.\d+\.\d+{expected}\n", told)


def test_from_an_empty_folder_to_the_page(installed, tmp_path):
    """Three of the demo's patients who enter by VCF."""
    call(installed, "demo", "trial", "--patients", "8", folder=tmp_path)
    sheet = tmp_path / "trial" / "config" / "samples.tsv"
    head, *rows = sheet.read_text().splitlines()
    rows = [row for row in rows if row.endswith(".vcf.gz")][:3]
    sheet.write_text("\n".join([head, *rows]) + "\n")
    call(installed, "check", folder=tmp_path / "trial")
    done = call(installed, "run", "--directory", "trial", "--cores", "2", folder=tmp_path)
    assert "Traceback" not in done.stderr
    results = tmp_path / "trial" / "results"
    assert (results / "report" / "index.html").is_file()
    with (results / "burden" / "tmb.tsv").open() as lines:
        burdens = list(csv.DictReader(lines, delimiter="\t"))
    assert {row["status"] for row in burdens} == {"ok"} and len(burdens) == 6, "two definitions of three tumors"
    with (results / "cohort.tsv").open() as lines:
        cohort = list(csv.DictReader(lines, delimiter="\t"))
    assert len(cohort) == 8 and sum(row["tmb_per_mb"] != "" for row in cohort) == 3
    told = call(installed, "explain", "--run", "trial", "--sample", rows[-1].split("\t")[1], folder=tmp_path)
    assert "commit" in told.stdout


def test_shell_files_and_environments_came_along(installed):
    """What rules call and where they look for conda's environments."""
    package = next(installed.parents[1].glob("lib/python*/site-packages/biomarkers"))
    scripts = list((package / "workflow" / "scripts").glob("*.sh"))
    assert len(scripts) >= 10
    assert all(os.access(path, os.X_OK) for path in scripts if path.stem not in ("options", "read_groups"))
    rules = "\n".join(path.read_text() for path in (package / "workflow" / "rules").glob("*.smk"))
    named = set(re.findall(r'"\.\./\.\./envs/([\w-]+)\.yaml"', rules))
    assert named and all((package / "envs" / f"{name}.yaml").is_file() for name in named)
