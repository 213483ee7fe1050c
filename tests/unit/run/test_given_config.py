"""The config in force keeps the place where each key was set: oracle is Snakemake's own joining of configs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from snakemake.cli import parse_config
from snakemake.settings.types import ConfigSettings

from biomarkers.errors import InputError
from biomarkers.run.checks.check import read_run
from biomarkers.run.given_config import files, gathered

OWN = "reads: {trim: false, format: cram}\nburden:\n  vaf: 0.07\n"
OTHER = "# nothing\nburden:\n  alt_reads: 7\n  hotspots: none.tsv\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config").mkdir()
    Path("config/config.yaml").write_text(OWN)
    Path("other.yaml").write_text(OTHER)
    return tmp_path


def in_force(paths, words=()):
    """Config as Snakemake joins it, its own reading of `--config`, and the words."""
    said = parse_config(list(words))
    settings = ConfigSettings(config=said, configfiles=[Path(path) for path in paths])
    return settings.overwrite_config, said, words


def test_files_are_joined_as_snakemake_joins_them(folder):
    both = ["config/config.yaml", "other.yaml"]
    assert gathered(both).data == in_force(both)[0]
    assert gathered(both).data["burden"] == {"vaf": 0.07, "alt_reads": 7, "hotspots": "none.tsv"}


def test_the_runs_own_file_may_be_missing_beside_another(folder):
    assert files([folder / "other.yaml"]) == ["config/config.yaml", "other.yaml"]
    assert files([folder / "other.yaml"], replaced=True) == ["other.yaml"]
    assert files([], handed_over=True) == []
    Path("config/config.yaml").unlink()
    assert files([folder / "other.yaml"]) == ["other.yaml"]
    assert files([]) == ["config/config.yaml"]
    with pytest.raises(InputError, match=r"config/config.yaml: file is missing"):
        gathered(files([]))


@pytest.mark.parametrize(
    ("word", "key", "meant"),
    [
        ("reads={trim: true}", ("reads", "trim"), True),
        ("reads={trim: on}", ("reads", "trim"), True),
        ("burden={vaf: 0.1}", ("burden", "vaf"), 0.1),
        (
            "burden={definitions: [merino_wes, nonsynonymous]}",
            ("burden", "definitions"),
            ["merino_wes", "nonsynonymous"],
        ),
        ("reference={known_sites: null}", ("reference", "known_sites"), None),
        ("pdl1={cutoffs: [1, 50]}", ("pdl1", "cutoffs"), [1, 50]),
        ("burden={assay: '1'}", ("burden", "assay"), "1"),
        ("endpoints={data_cutoff: 2024-06-30}", ("endpoints", "data_cutoff"), "2024-06-30"),
        ("plan=null", ("plan",), None),
        ("plan=", ("plan",), None),
        ("samples=a=b.tsv", ("samples",), "a=b.tsv"),
    ],
)
def test_values_of_the_command_line_mean_what_they_mean_in_a_file(folder, word, key, meant):
    """Snakemake leaves what stands within a block as text."""
    whole, said, words = in_force(["config/config.yaml"], [word])
    found = gathered(["config/config.yaml"], whole, said, words)
    value = found.data
    for part in key:
        value = value[part]
    assert value == meant and type(value) is type(meant)


def test_a_block_of_anothers_config_is_typed_too(folder):
    """`module: config: config["exome"]`; text that the other workflow wrote itself stays text."""
    said = parse_config(["exome={burden: {vaf: 0.1, assay: '2'}}"])
    handed = {"burden": {**said["exome"]["burden"], "hotspots": "3"}}
    found = gathered([], handed, said, ["exome={burden: {vaf: 0.1, assay: '2'}}"])
    assert found.data == {"burden": {"vaf": 0.1, "assay": "2", "hotspots": "3"}}


def test_a_message_names_the_place_where_the_key_was_set(folder):
    whole, said, words = in_force(["config/config.yaml", "other.yaml"], ["reads={trm: false}", "burden={vaf: 7}"])
    given = gathered(["config/config.yaml", "other.yaml"], whole, said, words)
    with pytest.raises(InputError) as caught:
        read_run("other.yaml", given)
    assert sorted(str(caught.value).splitlines()) == [
        "--config: burden.vaf is '7'; expected a number from 0 to 1",
        "--config: reads.trm: unknown key; did you mean trim?",
    ]
    Path("other.yaml").write_text(OTHER.replace("7", "-7"))
    Path("config/config.yaml").write_text(OWN.replace("0.07", "x"))
    with pytest.raises(InputError) as caught:
        read_run("other.yaml", gathered(["config/config.yaml", "other.yaml"]))
    assert sorted(str(caught.value).splitlines()) == [
        "config/config.yaml:3: burden.vaf is 'x'; expected a number from 0 to 1",
        "other.yaml:3: burden.alt_reads is '-7'; expected a whole number of at least 0",
    ]


def test_what_another_workflow_hands_over_has_its_name_and_no_line(folder):
    given = gathered([], {"reads": {"trim": "maybe"}}, source="config of module exome")
    with pytest.raises(InputError, match=r"^config of module exome: reads.trim is 'maybe'; expected true or false"):
        read_run("config of module exome", given)


def test_a_value_that_is_the_same_again_keeps_its_line(folder):
    found = gathered(["config/config.yaml"], yaml.safe_load(OWN))
    assert found.lines["burden", "vaf"] == 3 and found.sources["burden", "vaf"] == "config/config.yaml"
