"""What nf-core's `modules lint` (tools 4.2) and snakemake-wrappers' own checks ask for, without a network."""

from __future__ import annotations

import re
import subprocess
import sys

import jsonschema
import pytest
import yaml

from biomarkers.doors import command
from biomarkers.doors.project import read

EVERY = command.every()
MODULES = [one.name for one in EVERY if not one.why_no_module]
WRAPPERS = [one.name for one in EVERY if not one.why_no_wrapper]
LABELS = ("process_single", "process_low", "process_medium", "process_high", "process_long", "process_high_memory")
DEPRECATED = ("initOptions", "saveFiles", "getSoftwareName", "getProcessName", "publishDir", "params.enable_conda")
URL = {"type": "string", "pattern": "^https?://"}
TOOL = {
    "required": ["description", "licence"],
    "properties": {
        "licence": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "doi": {"pattern": r"^(10\.\d{4,}/.+|no DOI available)$"},
        "homepage": URL,
        "documentation": URL,
        "tool_dev_url": URL,
        "identifier": {"pattern": "^(biotools:.*)?$"},
    },
    "anyOf": [{"required": [name]} for name in ("homepage", "documentation", "tool_dev_url", "doi")],
}
KINDS = ["map", "file", "directory", "string", "integer", "float", "boolean", "list", "eval"]
ELEMENT = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {
        "type": "object",
        "required": ["type", "description"],
        "properties": {"type": {"enum": KINDS}, "description": {"type": "string"}, "pattern": {"type": "string"}},
    },
}
CHANNELS = {"type": "array", "items": {"oneOf": [ELEMENT, {"type": "array", "items": ELEMENT}]}}
META = {
    "type": "object",
    "required": ["name", "description", "keywords", "tools", "input", "output", "authors", "maintainers"],
    "properties": {
        "name": {"type": "string"},
        "description": {"type": "string"},
        "keywords": {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"not": {"const": "example"}}},
        "tools": {"type": "array", "items": {"type": "object", "additionalProperties": TOOL}},
        "input": CHANNELS,
        "output": {"type": "object", "additionalProperties": CHANNELS},
        "topics": {"type": "object", "additionalProperties": CHANNELS},
        "authors": {"type": "array", "items": {"type": "string"}},
        "maintainers": {"type": "array", "items": {"type": "string"}},
    },
}
"""What nf-core asks of a module's meta.yml."""


@pytest.fixture(params=MODULES)
def module(request, project):
    return project / "modules" / request.param


@pytest.fixture(params=WRAPPERS)
def wrapper(request, project):
    return project / "wrappers" / request.param


def blocks(text: str) -> dict[str, list[str]]:
    """Lines of the process by block, of a module's main.nf."""
    body = re.search(r"^process \w+ \{\n(.*?)^\}$", text, re.M | re.S)[1]
    parts = re.split(r"^    (input|output|when|script|stub):\n", body, flags=re.M)
    found = {"process": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}
    return {name: [line.strip() for line in part.splitlines() if line.strip()] for name, part in found.items()}


def keys(channel: object) -> object:
    """Names of the elements of a channel of meta.yml."""
    return [keys(element) for element in channel] if isinstance(channel, list) else next(iter(channel))


def declared(line: str) -> object:
    """Names of the elements of a channel of main.nf: what stands in its quotes, else its first word."""
    found = re.findall(r"""\b(?:val|path|eval)(?:\((?:"([^"]*)"|'([^']*)'|([^)]*))| ("[^"]*"|\w+))""", line)
    names = [a or b or c or d.strip('"') for a, b, c, d in found]
    return names if len(names) > 1 else names[0]


def test_a_module_has_its_files(module):
    assert {str(path.relative_to(module)) for path in module.rglob("*") if path.is_file()} == {
        "main.nf", "meta.yml", "environment.yml", "tests/main.nf.test",
    }  # fmt: skip


def test_the_process_is_named_labelled_and_packaged(module, project):
    text = (module / "main.nf").read_text()
    part = blocks(text)
    assert re.findall(r"^process (\w+)", text, re.M) == [f"BIOMARKERS_{module.name.upper()}"]
    assert 'tag "${meta.id}"' in part["process"]
    assert [line.split("'")[1] in LABELS for line in part["process"] if line.startswith("label")] == [True]
    assert 'conda "${moduleDir}/environment.yml"' in part["process"]
    assert f'container "{read(project).image}"' in part["process"]
    assert not [word for word in DEPRECATED if word in text]
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    assert part["when"] == ["task.ext.when == null || task.ext.when"]


def test_script_and_stub_take_prefix_and_args_and_write_versions(module):
    part = blocks((module / "main.nf").read_text())
    for name in ("script", "stub"):
        assert 'prefix = task.ext.prefix ?: "${meta.id}"' in part[name]
        assert any("task.ext.args" in line for line in part[name])
        assert "cat <<-END_VERSIONS > versions.yml" in part[name]


def test_every_output_has_meta_prefix_and_a_name(module, project):
    *outputs, versions, topic = blocks((module / "main.nf").read_text())["output"]
    assert outputs
    for line in outputs:
        assert re.fullmatch(
            r'tuple val\(meta\), path\(("\$\{prefix\}[^"]*"|\w+_files), glob: false\), emit: \w+(, optional: true)?',
            line,
        )
    assert versions == 'path "versions.yml", emit: versions'
    told = r"""tuple val\("\$\{task\.process\}"\), val\('NAME'\), eval\(".*"\)"""
    told = told.replace("NAME", read(project).package)
    assert re.fullmatch(rf"{told}, topic: versions, emit: versions_\w+", topic)


def test_meta_yml_says_what_main_nf_does(module, project):
    part, told = blocks((module / "main.nf").read_text()), yaml.safe_load((module / "meta.yml").read_text())
    jsonschema.Draft202012Validator(META).validate(told)
    assert told["name"].upper() == f"BIOMARKERS_{module.name.upper()}"
    given = [
        re.findall(r"(?:val|path)\((\w+)", line) if line.startswith("tuple") else line.split()[1]
        for line in part["input"]
    ]
    assert [keys(channel) for channel in told["input"]] == given
    outputs = {re.search(r"emit: (\w+)", line)[1]: [declared(line)] for line in part["output"]}
    assert {name: keys(channels) for name, channels in told["output"].items()} == outputs
    assert keys(told["topics"]["versions"]) == [declared(part["output"][-1])]


def test_the_environments_are_pinned_to_this_version(module, project):
    told = yaml.safe_load((module / "environment.yml").read_text())
    assert told == {"channels": ["conda-forge", "bioconda"], "dependencies": [read(project).pinned]}
    if (project / "wrappers" / module.name).is_dir():
        other = yaml.safe_load((project / "wrappers" / module.name / "environment.yaml").read_text())
        assert other["channels"] == ["conda-forge", "bioconda", "nodefaults"]
        assert other["dependencies"] == [f"{read(project).package} ={read(project).version}"]


def test_nf_test_has_the_tags_and_a_stub(module):
    text = (module / "tests" / "main.nf.test").read_text()
    tags = re.findall(r'^    tag "(.*)"$', text, re.M)
    assert tags == ["modules", "modules_biomarkers", "biomarkers", f"biomarkers/{module.name}"]
    assert 'options "-stub"' in text and "snapshot(" not in text
    assert re.findall(r'test\("(.*)"\)', text) == [
        name for name in re.findall(r'test\("(.*)"\)', text) if name.endswith("- stub")
    ]


def test_a_wrapper_has_its_files_and_says_what_it_takes(wrapper):
    assert {str(path.relative_to(wrapper)) for path in wrapper.rglob("*") if path.is_file()} == {
        "wrapper.py", "meta.yaml", "environment.yaml", "test/Snakefile",
    }  # fmt: skip
    told = yaml.load((wrapper / "meta.yaml").read_text(), yaml.BaseLoader)
    assert {"name", "description", "authors", "output"} <= told.keys()
    one = next(one for one in EVERY if one.name == wrapper.name)
    names = {
        name.rstrip("_") for block in ("input", "output", "params") for entry in told.get(block, []) for name in entry
    }
    assert {option.name for option in one.options} <= names
    assert all(
        text for block in ("input", "output", "params") for entry in told.get(block, []) for text in entry.values()
    )


def test_wrappers_and_their_examples_are_formatted(project):
    """As snakemake-wrappers asks: black, and snakefmt with its own defaults."""
    scripts = sorted((project / "wrappers").rglob("wrapper.py"))
    examples = sorted((project / "wrappers").rglob("Snakefile"))
    assert len(scripts) == len(examples) == len(WRAPPERS)
    for tool, files in (("black", scripts), ("snakefmt", examples)):
        done = subprocess.run(
            [sys.executable, "-m", tool, "--check", *files], capture_output=True, text=True, check=False, cwd="/"
        )
        assert done.returncode == 0, done.stderr
