"""Each wrapper is called by a rule of a Snakefile elsewhere, and gives what the command gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from biomarkers.doors import command
from command_examples import call, examples, prepare

pytestmark = pytest.mark.slow
WITH_WRAPPER = [one.name for one in command.every() if not one.why_no_wrapper]
PLACE = Path("out of $(touch hacked) 'this' \"run\" & -x")
"""Where the rules' outputs stand: every character is part of the name."""


def rule(name: str, example, wrappers: Path, folder: Path) -> str:
    """A rule as a user writes it."""

    def shown(value, place: Path | None) -> str:
        if isinstance(value, list):
            return repr([value if place is None else str(place / value) for value in value])
        return repr(value if place is None else str(place / value))

    outputs = {option: shown(value, PLACE / name) for option, value in example.outputs.items()}
    if name in ("import", "demo"):
        outputs["out"] = f"directory({outputs['out']})"
    if example.printed:
        outputs["text"] = repr(str(PLACE / name / example.printed))
    blocks = {
        "input": {option: shown(value, folder) for option, value in example.inputs.items()},
        "output": outputs,
        "params": {option: shown(value, None) for option, value in example.params.items()},
    }
    lines = [f"rule {name}_of_mine:"]
    for block, values in blocks.items():
        lines += [f"    {block}:", *(f"        {key}={value}," for key, value in values.items())] if values else []
    log = str(PLACE / "logs" / f"{name}.log")
    return "\n".join([*lines, f"    log: {log!r}", f"    wrapper: {f'file://{wrappers}/{name}'!r}", ""])


def contents(folder: Path) -> dict[Path, list[bytes]]:
    """Lines of every file of a folder but that with the hour at which it was written."""
    marks = ".snakemake_timestamp"
    places = [path for path in folder.rglob("*") if path.is_file() and path.name != marks]
    files = {path.relative_to(folder): path.read_bytes() for path in places}
    return {path: [row for row in data.split(b"\n") if b'"written"' not in row] for path, data in files.items()}


@pytest.fixture(scope="module")
def ran(tmp_path_factory, project, shared_data):
    """The folder in which Snakemake ran every wrapper, and that of what the commands gave when they were called."""
    folder, elsewhere = tmp_path_factory.mktemp("material"), tmp_path_factory.mktemp("elsewhere")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        prepare(folder, shared_data)
        known = examples(shared_data)
        for name in WITH_WRAPPER:
            (folder / "direct" / name).mkdir(parents=True)
            if name != "demo":
                call(name, known[name], folder, folder / "direct" / name)
        rules = [rule(name, known[name], project / "wrappers", folder) for name in WITH_WRAPPER]
        wanted = [f"{name}_of_mine" for name in WITH_WRAPPER]
        (elsewhere / "Snakefile").write_text("\n".join(rules))
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", "-s", elsewhere / "Snakefile", "--cores", "2", "--keep-going", *wanted],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        )
    logs = "".join(f"{path.name}: {path.read_text()}" for path in sorted((folder / PLACE).rglob("*.log")))
    assert done.returncode == 0, f"{done.stderr}\n{logs}"
    return folder


@pytest.mark.parametrize("name", [name for name in WITH_WRAPPER if name != "demo"])
def test_a_wrapper_gives_what_its_command_gives(ran, name):
    direct, given = contents(ran / "direct" / name), contents(ran / PLACE / name)
    assert direct and given == direct


def test_the_wrapper_of_demo_makes_a_trial(ran):
    assert json.loads((ran / PLACE / "demo" / "demo" / "truth" / "truth.json").read_text())["patients"] == 8


def test_nothing_of_a_name_is_run_by_the_shell(ran):
    assert not [*ran.rglob("hacked")]
