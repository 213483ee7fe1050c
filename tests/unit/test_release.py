"""What a release says of itself agrees everywhere: version, dependencies with their bounds, versions of tools."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml

import biomarkers


@pytest.fixture(scope="module")
def told(project):
    return tomllib.loads((project / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def recipe(project):
    """The recipe with its templates filled in, as conda-build reads it."""
    from jinja2 import Environment

    text = (project / "recipe" / "meta.yaml").read_text()
    words = {"PYTHON": "python", "pin_subpackage": lambda name, **_: name}
    return yaml.safe_load(Environment().from_string(text).render(**words))


def test_one_version(project, told, recipe):
    cited = yaml.safe_load((project / "CITATION.cff").read_text())
    assert {told["version"], cited["version"], recipe["package"]["version"]} == {biomarkers.__version__}
    assert f"## {biomarkers.__version__}" in (project / "CHANGELOG.md").read_text()
    for name in ("container/Dockerfile",):
        assert f"{told['name']}:{told['version']}" in (project / name).read_text()


def test_the_citation_has_what_its_format_asks_for(project, told):
    """Citation File Format 1.2.0: required are cff-version, message, title and authors."""
    cited = yaml.safe_load((project / "CITATION.cff").read_text())
    assert cited["cff-version"] == "1.2.0" and cited["message"] and cited["title"] and cited["authors"]
    assert cited["license"] == told["license"]


def test_the_recipe_has_the_dependencies_of_the_package(told, recipe):
    assert recipe["package"]["name"] == told["name"]
    wanted = {re.sub(r"(>=)", r" \1", one) for one in told["dependencies"]}
    wanted |= {re.sub(r"(>=)", r" \1", one) for one in told["optional-dependencies"]["workflow"]}
    wanted = {one.replace("snakemake >=", "snakemake-minimal >=") for one in wanted}
    has = set(recipe["requirements"]["run"])
    assert wanted <= has and f"python {told['requires-python']}" in has
    entry = next(iter(told["scripts"].items()))
    assert recipe["build"]["entry_points"] == [" = ".join(entry)]


def test_the_recipe_has_the_tools_in_the_versions_of_the_environments(project, recipe):
    pinned = {}
    for path in (project / "envs").glob("*.yaml"):
        for one in yaml.safe_load(path.read_text())["dependencies"]:
            name, version = one.split("=")
            assert pinned.setdefault(name, version) == version, f"{path}: {one}"
    tools = dict(one.split(" =") for one in recipe["requirements"]["run"] if " =" in one)
    assert {name: pinned[name] for name in tools} == tools
    assert {"bcftools", "samtools", "bwa", "fastp", "mosdepth", "gatk4"} == set(tools)


def test_images_are_made_by_the_script_that_installs(project):
    for name in ("Dockerfile", "biomarkers.def"):
        text = (project / "container" / name).read_text()
        assert "/opt/biomarkers/envs/setup.sh" in text and "biomarkers" in text.splitlines()[-1] + text


def test_the_page_of_installing_lists_every_pin_of_conda(project):
    """Beside what the tests run with, since the two differ."""
    text = (project / "docs" / "installing.md").read_text()
    listed = dict(re.findall(r"^\| ([\w-]+) \| .* \| ([\d.]+) \|$", text, re.M))
    pins = dict(
        pin.split("=")
        for path in (project / "envs").glob("*.yaml")
        for pin in yaml.safe_load(path.read_text())["dependencies"]
    )
    assert listed == pins
