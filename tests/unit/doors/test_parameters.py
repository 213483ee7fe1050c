"""The parameters of the pipeline of Nextflow are those of the config."""

from __future__ import annotations

import json
import re

import pytest

from biomarkers.doors import parameters
from biomarkers.io import schemas, yamls

RULES = json.loads(parameters.text())


def wrong(given: dict) -> list[str]:
    return [error.message for error in schemas.validator(RULES).iter_errors(given)]


def test_what_stands_in_the_project_is_what_the_config_says(project):
    assert (project / parameters.FILE).read_text() == parameters.text(), "run `make doors`"


def test_it_is_a_schema_of_the_draft_that_nf_schema_asks_for():
    assert RULES["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    schemas.validator(RULES).check_schema(RULES)
    assert not re.search(r'"x-', parameters.text()), "notes for our own readers"


def test_it_takes_the_config_of_the_project_as_it_stands(project):
    assert wrong(yamls.load(project / "config" / "config.yaml").data) == []
    assert wrong({"outdir": "elsewhere", "burden": {"vaf": 0.1}}) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sample": "s.tsv"}, "Unevaluated properties are not allowed ('sample' was unexpected)"),
        ({"burden": {"waf": 0.1}}, "Additional properties are not allowed ('waf' was unexpected)"),
        ({"burden": {"vaf": 7}}, "7 is greater than the maximum of 1"),
        ({"publish_dir_mode": "teleport"}, "'teleport' is not one of"),
    ],
)
def test_it_refuses_what_the_config_refuses(given, said):
    assert any(said in message for message in wrong(given)), wrong(given)


def test_paths_are_called_so():
    blocks = {key: rule for group in RULES["$defs"].values() for key, rule in group["properties"].items()}
    assert blocks["samples"]["format"] == blocks["clinical"]["properties"]["pdl1"]["format"] == "file-path"
    assert blocks["annotation"]["properties"]["vep_cache"]["format"] == "directory-path"
    assert "format" not in blocks["reference"]["properties"]["target_track"]


def test_the_pipeline_has_these_parameters_and_defaults_of_its_own(project):
    config = (project / "nextflow" / "nextflow.config").read_text()
    declared = dict(re.findall(r"^params\.(\w+) = '(\w+)'$", config, re.M))
    assert declared == {name: rule["default"] for name, rule in parameters.OWN.items()}
    listed = re.search(r"key in \[(.+?)\]", (project / "nextflow" / "main.nf").read_text())
    assert listed is not None and re.findall(r"'(\w+)'", listed[1]) == list(parameters.OWN)
