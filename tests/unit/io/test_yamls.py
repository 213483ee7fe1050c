"""Settings in YAML, with the line of every key."""

from __future__ import annotations

import pytest

from biomarkers.errors import InputError, Problems
from biomarkers.io import schemas, yamls


def load(folder, text):
    path = folder / "config.yaml"
    path.write_text(text)
    return yamls.load(path)


def complaints(folder, text, schema="config"):
    problems = Problems()
    yamls.check("config.yaml", load(folder, text), schemas.load(schema), problems)
    return [str(problem) for problem in problems.found]


def test_every_key_knows_its_line(tmp_path):
    settings = load(tmp_path, "a: 1\nb:\n  c: 2\n  d: [3, 4]\n")
    assert settings.data == {"a": 1, "b": {"c": 2, "d": [3, 4]}}
    assert settings.lines[("b", "c")] == 3 and settings.lines[("b", "d", 1)] == 4
    assert yamls.line_of(settings.lines, ("b", "unknown")) == 2


def test_dates_stay_text(tmp_path):
    assert load(tmp_path, "endpoints: {data_cutoff: 2024-03-31}").data["endpoints"]["data_cutoff"] == "2024-03-31"
    assert complaints(tmp_path, "endpoints: {data_cutoff: 2024-03-31}") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "YAML is"),
        ("- a\n- b\n", "file is 'list'"),
        ("a: 1\na: 2\n", "config.yaml:2: a is 'repeated'; expected each key once (first in line 1)"),
    ],
)
def test_broken_files_are_told_in_words(tmp_path, text, message):
    with pytest.raises(InputError, match=r"config\.yaml") as caught:
        load(tmp_path, text)
    assert message in str(caught.value)


def test_all_wrong_settings_come_at_once_with_line_and_hint(tmp_path):
    text = "samples: s.tsv\nburden:\n  tumor_dept: 3\n  vaf: 5\nreads: {aligner: bowtie}\nrefrence: {}\n"
    found = complaints(tmp_path, text)
    assert any("config.yaml:3: burden.tumor_dept is 'an unknown key'" in c and "tumor_depth" in c for c in found)
    assert "config.yaml:4: burden.vaf is '5'; expected a number from 0 to 1" in found
    assert "config.yaml:5: reads.aligner is 'bowtie'; expected one of bwa, bwa-mem2" in found
    assert any("config.yaml:6: refrence" in c and c.endswith("(did you mean 'reference'?)") for c in found)
    assert len(found) == 4


def test_an_empty_config_is_complete_by_its_defaults(tmp_path):
    config = yamls.with_defaults(load(tmp_path, "").data, schemas.load("config"))
    assert config["burden"]["tumor_depth"] == 25 and config["burden"]["definitions"] == ["merino_wes", "nonsynonymous"]
    assert config["reference"]["fasta"] is None


def test_given_settings_are_kept_beside_defaults(tmp_path):
    config = yamls.with_defaults(load(tmp_path, "burden: {vaf: 0.1}").data, schemas.load("config"))
    assert config["burden"]["vaf"] == 0.1 and config["burden"]["alt_reads"] == 3
