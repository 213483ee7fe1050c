"""Every module runs in Nextflow: with -stub-run, and for real with what its command gives when it is called."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from biomarkers.doors import command, modules
from command_examples import call, examples, prepare

pytestmark = pytest.mark.slow
EVERY = [one for one in command.every() if not one.why_no_module]
REAL = [one.name for one in EVERY if one.name != "demo"]
ID = 'it\'s $(touch hacked) [x]* "P1" & -y'
"""The id of meta: it names the outputs, and every character is part of the name."""


def groovy(value: object) -> str:
    """A value as Groovy reads it."""
    if isinstance(value, list):
        return f"[{', '.join(groovy(each) for each in value)}]"
    if isinstance(value, dict):
        return f"[{', '.join(f'{name}: {groovy(each)}' for name, each in value.items()) or ':'}]"
    if isinstance(value, Path):
        return f"file({groovy(str(value))}, glob: false)"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return (
        {True: "true", False: "false", None: "null"}[value] if value is None or isinstance(value, bool) else str(value)
    )


def given(one: command.Command, example, folder: Path) -> str:
    """The input of a module by names, with the JSON beside each table of variants."""
    items = {}
    for name, value in example.inputs.items():
        paths = [folder / each for each in (value if isinstance(value, list) else [value])]
        paths += [
            beside for path in paths if name == "variants" and (beside := Path(str(path)[:-7] + ".json")).is_file()
        ]
        items[name] = paths
    if "format" in example.params:
        items["format"] = example.params["format"]
    named = "".join(f", {name}: {groovy(value)}" for name, value in items.items())
    return f"inputs({groovy(one.name)}, [id: {groovy(ID)}, kept: 1]{named})"


def pipeline(project: Path, folder: Path, known: dict, names: list[str]) -> tuple[str, str]:
    """A main.nf that calls modules, and its config."""
    head, body, config = [f"include {{ inputs }} from '{project}/modules/inputs'"], [], []
    for one in (one for one in EVERY if one.name in names):
        process, example = f"BIOMARKERS_{one.name.upper()}", known[one.name]
        head.append(f"include {{ {process} }} from '{project}/modules/{one.name}/main'")
        optional = [option.name for option in modules.optional(one)]
        wanted = {name: len(v) if isinstance(v, list) else 1 for name, v in example.outputs.items() if name in optional}
        body.append(
            f"    {process}(Channel.of({given(one, example, folder)}){f', {groovy(wanted)}' if optional else ''})"
        )
        for channel in modules.emitted(one):
            told = f"println(['RESULT', {groovy(one.name)}, {groovy(channel.name)}, meta.kept, file].join('\\t'))"
            body.append(f"    {process}.out.{channel.name}.transpose().subscribe {{ meta, file -> {told} }}")
        args = {name: value for name, value in example.params.items() if name != "format"}
        config.append(f"    withName: '{process}' {{ ext.args = {groovy(args)} }}")
    head.append(f"include {{ BIOMARKERS_IMPORT as MAPPED }} from '{project}/modules/import/main'")
    tables = groovy([folder / "mapping.yaml", folder / "clinic.csv"])
    told = "println(['RESULT', 'mapped', 'out', meta.kept, file].join('\\t'))"
    body += [
        f"    MAPPED(Channel.of(inputs('import', [id: 'mapped', kept: 1], mapping: {tables})), 'out')",
        f"    MAPPED.out.out.subscribe {{ meta, file -> {told} }}",
    ]
    return "\n".join([*head, "workflow {", *body, "}", ""]), "\n".join(["process {", *config, "}", ""])


def start(project: Path, folder: Path, script: str, config: str, *options: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir()
    (folder / "main.nf").write_text(script)
    (folder / "nextflow.config").write_text(config)
    return subprocess.run(
        [project / ".tools" / "nextflow" / "nextflow", "run", "main.nf", "-ansi-log", "false", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
    )


def results(done: subprocess.CompletedProcess[str]) -> dict[tuple[str, str], list[Path]]:
    """Files by command and channel."""
    found: dict[tuple[str, str], list[Path]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("RESULT\t"):
            _, name, channel, kept, path = line.split("\t")
            assert kept == "1"
            found.setdefault((name, channel), []).append(Path(path))
    return {key: sorted(paths) for key, paths in found.items()}


@pytest.fixture(scope="module")
def material(tmp_path_factory, shared_data):
    """A folder with what the examples read, and in `direct` what the commands give."""
    folder = tmp_path_factory.mktemp("material")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        prepare(folder, shared_data)
        (folder / "mapping.yaml").write_text(
            "patients: {file: clinic.csv, columns: {patient: ID, treatment_start: Start}}\n"
        )
        (folder / "clinic.csv").write_text("ID,Start\nP1,2023-01-05\n")
        for name in REAL:
            (folder / "direct" / name).mkdir(parents=True)
            call(name, examples(shared_data)[name], folder, folder / "direct" / name)
    return folder


@pytest.fixture(scope="module")
def ran(material, project, shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nextflow")
    done = start(project, folder / "real", *pipeline(project, material, examples(shared_data), REAL))
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [*folder.rglob("hacked")]
    return results(done)


@pytest.mark.parametrize("name", REAL)
def test_a_module_gives_what_its_command_gives(ran, material, shared_data, name):
    """But for where its input stands: it is staged in a folder of the task."""
    example = examples(shared_data)[name]
    outputs = {option: value if isinstance(value, list) else [value] for option, value in example.outputs.items()}
    if example.printed:
        outputs["text"] = [example.printed]
    staged = {
        str(material / path): f"{option}/{Path(path).name}"
        for option, path in example.inputs.items()
        if not isinstance(path, list)
    }
    for option, names in outputs.items():
        direct = [material / "direct" / name / each for each in names]
        made = ran[name, option]
        assert all(path.name.startswith(ID) for path in made)
        assert [content(path, staged) for path in made] == [content(path, staged) for path in direct], option


def test_tables_that_a_mapping_names_are_staged_beside_it(ran):
    (made,) = ran["mapped", "out"]
    assert (made / "patients.tsv").read_text().splitlines()[1].split("\t")[:2] == ["P1", "2023-01-05"]


def content(path: Path, staged: dict[str, str]) -> object:
    """What a file says, unpacked, with inputs where they are staged; of a folder, what its files say."""
    if path.is_dir():
        return {file.relative_to(path): content(file, staged) for file in path.rglob("*") if file.is_file()}
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    for place, other in staged.items():
        data = data.replace(place.encode(), other.encode())
    return data


def test_every_module_makes_every_output_in_a_stub_run(material, project, shared_data, tmp_path):
    names = [one.name for one in EVERY]
    script, config = pipeline(project, material, examples(shared_data), names)
    for one in EVERY:
        optional = [option.name for option in modules.optional(one)]
        call_of = f"BIOMARKERS_{one.name.upper()}(Channel.of({given(one, examples(shared_data)[one.name], material)})"
        start_of = script.index(call_of) + len(call_of)
        end = script.index("\n", start_of)
        script = script[:start_of] + (f", {groovy(optional)})" if optional else ")") + script[end:]
    done = start(project, tmp_path / "stub", script, config, "-stub-run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert results(done).keys() - {("mapped", "out")} == {
        (one.name, channel.name) for one in EVERY for channel in modules.emitted(one)
    }
    assert not [*tmp_path.rglob("hacked")]


NO_META = "BIOMARKERS_TMB: the first item of its input is P1; expected meta, a map with an id, such as [id: 'P01']"
WRONG = {
    "inputs('tmb', [id: 'P1'], variant: file('x.tsv'))": "'variant' is no input of its module; expected variants",
    "['P1', file('x.tsv'), [], [], [], [], [], []]": NO_META,
    "inputs('tmb', [id: '../P1'])": "BIOMARKERS_TMB: the prefix is '../P1'; expected a name without /",
    "inputs('tmb', [id: 'OUTPUT'])": "BIOMARKERS_TMB: outputs names 'mutation'; expected mutations",
    "inputs('tmb', [id: 'ARGS'])": "BIOMARKERS_TMB: ext.args names 'definitions'; expected definition",
    "file('x.tsv')": "Input tuple does not match tuple declaration in process `BIOMARKERS_TMB`",
}


@pytest.mark.parametrize("given", WRONG, ids=["input", "meta", "prefix", "output", "option", "tuple"])
def test_what_a_module_does_not_know_is_said_in_a_sentence(project, tmp_path, given):
    outputs = ["mutation"] if "OUTPUT" in given else []
    script = (
        f"include {{ inputs }} from '{project}/modules/inputs'\n"
        f"include {{ BIOMARKERS_TMB }} from '{project}/modules/tmb/main'\n"
        f"workflow {{ BIOMARKERS_TMB(Channel.of(1).map {{ x -> {given} }}, {outputs}) }}\n"
    )
    config = "process.ext.args = { meta.id == 'ARGS' ? [definitions: ['a']] : '' }"
    done = start(project, tmp_path / "wrong", script, config, "-stub-run")
    assert done.returncode != 0 and WRONG[given] in done.stdout + done.stderr, done.stdout + done.stderr
