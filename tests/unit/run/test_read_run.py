"""A run is the same whether the config is read by ourselves or by Snakemake, which makes dates of dates."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from biomarkers.errors import InputError
from biomarkers.run.checks.check import read_run
from biomarkers.run.given_config import gathered, of_json

CONFIG = "endpoints: {data_cutoff: 2024-03-31}\nreads: {recalibrate: off}\ncalling: {same_person: off}\n"


def test_snakemake_and_the_file_say_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text(CONFIG)
    given = gathered(["config.yaml"], yaml.safe_load(CONFIG))
    assert read_run("config.yaml").config == read_run("config.yaml", given).config
    assert read_run("config.yaml", given).config["endpoints"]["data_cutoff"] == "2024-03-31"


def test_an_unknown_annotator_is_refused_before_anything_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text("annotation:\n  tool: snpEf\nsamples: nowhere.tsv\n")
    with pytest.raises(InputError) as caught:
        read_run("config.yaml")
    assert str(caught.value) == (
        "config.yaml:2: annotation.tool is 'snpEf'; expected one of csq, vep, snpeff (did you mean 'snpeff'?)"
    )


def test_a_sheet_of_samples_that_is_not_there_is_told_as_every_file_of_the_config(tmp_path, monkeypatch):
    """From another folder than the run's each path of a right config is missing."""
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text("reads: {recalibrate: off}\nsamples: config/samples.tsv\n")
    with pytest.raises(InputError) as caught:
        read_run("config.yaml")
    assert str(caught.value) == (
        "config.yaml:2: samples is 'config/samples.tsv'; expected a file that exists (paths are relative to the run's"
        " folder)"
    )


def test_a_vcf_that_is_not_there_is_not_said_to_lack_annotation(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("s.tsv").write_text("patient\tsample\tstatus\tvcf\nP1\tT1\ttumor\tgone.vcf.gz\n")
    Path("config.yaml").write_text("samples: s.tsv\nreference: {assumed_bp: 1000000}\n")
    with pytest.raises(InputError) as caught:
        read_run("config.yaml")
    assert str(caught.value) == (
        "s.tsv:2: vcf is 'gone.vcf.gz'; expected a file that exists (paths are relative to the run's folder)"
    )


@pytest.mark.parametrize("text", ["{", "[1]", ""])
def test_a_config_in_force_is_an_object_in_json(text):
    with pytest.raises(InputError, match=r"^command line: --in-force is .*; expected an object in JSON"):
        of_json(text)
