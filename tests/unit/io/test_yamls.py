"""Settings in YAML, with the line of every key."""

from __future__ import annotations

import re
import warnings

import pytest
import yaml

from biomarkers.errors import InputError, Problems
from biomarkers.io import schemas, yaml_text, yamls
from biomarkers.run import given_config


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


MEANINGS = {
    "on": True, "off": False, "Yes": True, "no": False, "true": True, "'off'": "off", "y": "y", "n": "n",
    "null": None, "~": None, "": None, "None": "None",
    "25": 25, "+1": 1, "08": "08", "0o10": "0o10", "0x1F": 31, "0b11": 3, "1_000": 1000,
    "01:02": "01:02", "'010'": "010", "'1:30'": "1:30", "0": 0, "0.5": 0.5,
    "1.0e-4": 0.0001, "1e-4": "1e-4", "5e3": "5e3", "1.0e4": "1.0e4", "1E5": "1E5", ".5": 0.5, "-.5": "-.5",
    ".inf": float("inf"), "3e7": "3e7", "30000000.0": 30000000.0,
    "2024-03-31": "2024-03-31", "2024-3-1": "2024-3-1", "'2024-03-31'": "2024-03-31", "31.03.2024": "31.03.2024",
    "22C3": "22C3", "28-8": "28-8", "[n, y, on]": ["n", "y", True], "{n: 1, on: 2}": {"n": 1, True: 2},
    "!!str 5": "5", "!!int '5'": 5, "&x yes": True, "|\n  two\n  lines": "two\nlines\n", "a #b": "a", "a: b": None,
}  # fmt: skip
"""What a setting means by the rules of YAML 1.1, as PyYAML, with which Snakemake reads the same file, has them."""


@pytest.mark.parametrize("text", MEANINGS)
def test_a_word_means_what_it_means_to_snakemake(tmp_path, text):
    try:
        same = given_config.dates_as_text(yaml.safe_load(f"a: {text}\n"))
    except yaml.YAMLError:
        with pytest.raises(InputError):
            load(tmp_path, f"a: {text}\n")
        return
    found = load(tmp_path, f"a: {text}\n").data
    assert repr(found) == repr(same) == repr({"a": MEANINGS[text]})


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("010", "8"),
        ("0777", "511"),
        ("00", "0"),
        ("-01", "-1"),
        ("1:30", "90"),
        ("12:30:00", "45000"),
        ("1:30.5", "90.5"),
    ],
)
def test_numbers_that_yaml_takes_for_others_than_they_look_are_told(tmp_path, monkeypatch, word, number):
    """By both parsers; a patient's level 01 and a time of day are read as eights and sixtieths by YAML 1.1."""
    assert yaml.safe_load(word) == float(number)
    for length in (0, yaml_text.LONG):
        monkeypatch.setattr(yaml_text, "LONG", length)
        with pytest.raises(InputError) as told:
            load(tmp_path, f"a: 1\nb: [2, {word}]\nc:\n  d: {word}\n")
        assert str(told.value).splitlines() == [
            f"{tmp_path}/config.yaml:{line}: value is '{word}'; expected a number without leading 0 or colon, or a text"
            f" in quotes (YAML 1.1 reads {number} here)"
            for line in (2, 4)
        ]


def test_a_word_that_became_true_or_false_is_told_so(tmp_path):
    added = "(without quotes YAML reads yes, no, on and off as true and false)"
    assert sorted(complaints(tmp_path, "burden: {vaf: on}\nreport: {title: no}\nreads: {trim: 1}\n")) == [
        f"config.yaml:1: burden.vaf is 'True'; expected a number from 0 to 1 {added}",
        f"config.yaml:2: report.title is 'False'; expected a text {added}",
        "config.yaml:3: reads.trim is '1'; expected true or false",
    ]


def test_settings_that_yaml_reads_in_its_own_way(tmp_path):
    text = "reads: {recalibrate: off}\ncalling: {same_person: off}\nburden:\n  max_population_af: 1e-4\n"
    assert complaints(tmp_path, text) == [
        "config.yaml:4: burden.max_population_af is '1e-4'; expected a number from 0 to 1"
        " (YAML takes an exponent without point and sign for text; write 1.0e-4)"
    ]
    (large,) = complaints(tmp_path, "burden: {tumor_depth: 1e2}\n")
    assert large.endswith("for text; write 1.0e+2)")
    assert load(tmp_path, text).data["calling"] == {"same_person": False}
    wrong = complaints(tmp_path, "endpoints: {data_cutoff: 2024-02-30}\nburden: {tumor_depth: [25]}\n")
    assert sorted(wrong) == [
        "config.yaml:1: endpoints.data_cutoff is '2024-02-30'; expected a date such as 2024-03-31",
        "config.yaml:2: burden.tumor_depth is a list; expected a whole number of at least 0",
    ]


def test_lines_of_merged_and_nested_keys(tmp_path):
    found = load(tmp_path, "base: &b\n  x: 1\nc:\n  <<: *b\n  z: [{d: 1},\n    2]\n")
    assert found.data["c"] == {"x": 1, "z": [{"d": 1}, 2]}
    assert found.lines[("c", "z", 0, "d")] == 5 and found.lines[("c", "z", 1)] == 6


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "config.yaml:1: text cannot be read as YAML (expected ',' or ']', but got '<stream end>'); expected"),
        ("- a\n- b\n", "config.yaml:1: file is a list; expected `key: value` lines"),
        ("a: 1\n? [b]: [c]\n: 2\n", "config.yaml:2: text cannot be read as YAML (a key is a list or a block)"),
        ("a: {? {b: [c]} : 2}\n", "config.yaml:1: text cannot be read as YAML (a key is a list or a block)"),
        ("a: &b [c]\n*b : 2\n", "config.yaml:1: text cannot be read as YAML (a key is a list or a block)"),
        ("a: 1\nb: !include c\n", "config.yaml:2: text cannot be read as YAML (the tag !include is not known here)"),
        ("a: !x {b: 1}\n", "config.yaml:1: text cannot be read as YAML (the tag !x is not known here)"),
        ("a: !!set {b}\n", "config.yaml:1: text cannot be read as YAML (the tag !!set is not known here)"),
        ("a: !!pairs [{[[b]]: 1}]\n", "config.yaml:1: text cannot be read as YAML (the tag !!pairs is not known here)"),
        ("a: 1\na: 2\n", "config.yaml:2: a is repeated; expected each key once (first in line 1)"),
        ("b: {c: 1,\n  c: 2}\nb: 3\n", "config.yaml:2: b.c is repeated; expected each key once (first in line 1)"),
        ("b: {c: 1,\n  c: 2}\nb: 3\n", "config.yaml:3: b is repeated; expected each key once (first in line 1)"),
    ],
)
def test_broken_files_are_told_in_words(tmp_path, text, message):
    with pytest.raises(InputError, match=r"config\.yaml") as caught:
        load(tmp_path, text)
    assert message in str(caught.value)


def test_all_wrong_settings_come_at_once_with_line_and_hint(tmp_path):
    text = "samples: s.tsv\nburden:\n  tumor_dept: 3\n  vaf: 5\nreads: {aligner: bowtie}\nrefrence: {}\n"
    found = complaints(tmp_path, text)
    assert "config.yaml:3: burden.tumor_dept: unknown key; did you mean tumor_depth?" in found
    assert "config.yaml:4: burden.vaf is '5'; expected a number from 0 to 1" in found
    assert "config.yaml:5: reads.aligner is 'bowtie'; expected one of bwa, bwa-mem2" in found
    assert "config.yaml:6: refrence: unknown key; did you mean reference?" in found
    assert len(found) == 4


def test_an_empty_config_is_complete_by_its_defaults(tmp_path):
    config = yamls.with_defaults(load(tmp_path, "").data, schemas.load("config"))
    assert config["burden"]["tumor_depth"] == 25 and config["burden"]["definitions"] == ["merino_wes", "nonsynonymous"]
    assert config["reference"]["fasta"] is None


def test_given_settings_are_kept_beside_defaults(tmp_path):
    config = yamls.with_defaults(load(tmp_path, "burden: {vaf: 0.1}").data, schemas.load("config"))
    assert config["burden"]["vaf"] == 0.1 and config["burden"]["alt_reads"] == 3


def test_numbers_without_end_are_refused_with_their_line(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("pdl1:\n  cutoffs: [1, .nan]\n  old_block_years: .inf\n")
    with pytest.raises(InputError) as told:
        yamls.load_checked(path, "config")
    places = {(problem.column, problem.line) for problem in told.value.problems}
    assert places == {("pdl1.cutoffs[1]", 2), ("pdl1.old_block_years", 3)}


@pytest.mark.parametrize(
    ("name", "read"), [("6", "6"), ("yes", "True"), ("off", "False"), ("1.5", "1.5"), ("~", "None")]
)
def test_a_name_that_yaml_reads_as_something_else_is_asked_for_in_quotes(tmp_path, name, read):
    schema = {"type": "object", "properties": {"endpoints": {"type": "object"}}}
    problems = Problems()
    wrong = f"endpoints:\n  orr: {{kind: binary}}\n  {name}: {{kind: binary}}\n"
    yamls.check("p.yaml", load(tmp_path, wrong), schema, problems)
    assert [str(problem) for problem in problems.found] == [
        f"p.yaml:3: endpoints.{read} is no text (YAML reads digits as a number; yes, no, on and off as true and false);"
        " expected a name in quotes"
    ]
    yamls.check("p.yaml", load(tmp_path, wrong.replace(f"  {name}:", f"  '{name}':")), schema, problems)
    assert len(problems.found) == 1


def test_names_within_lists_are_asked_for_in_quotes_too(tmp_path):
    assert yamls.no_texts(load(tmp_path, "secondary:\n  - {marker: a}\n  - {on: {1: b}}\n").data) == [
        ("secondary", 1, "True"),
        ("secondary", 1, "True", "1"),
    ]


def test_long_texts_are_read_by_another_parser_to_the_same(tmp_path, monkeypatch):
    """Every word above, in a long text of plain blocks and lists: values, types and lines are those of a short one."""
    words = [word for word in MEANINGS if "nan" not in word.lower()]
    text = "".join(
        f"key{i}: {word}\nlist{i}: [{word or 'null'}, a]\nblock{i}:\n  - {word}\n  # a remark\n  - {{x: {word}}}\n"
        for i, word in enumerate(words)
        if re.fullmatch(r"[\w.+-]*", word)
    )
    monkeypatch.setattr(yaml_text, "LONG", 0)
    quick = yaml_text.long(text)
    monkeypatch.setattr(yaml_text, "LONG", len(text) + 1)
    known = load(tmp_path, text)
    assert quick is not None and quick[1] == known.lines
    assert repr(quick[0]) == repr(known.data)


@pytest.mark.parametrize("text", ["a: 'x'", "a: 1\na: 2", "a: &b 1", "1: 2", "a: [1", "- a", "? [a]\n: b", "a: |\n  b"])
def test_what_the_other_parser_leaves_alone(tmp_path, monkeypatch, text):
    """Quotation marks, repeated or odd keys, anchors, mistakes: these are read, and told, as in a short text."""
    monkeypatch.setattr(yaml_text, "LONG", 0)
    assert yaml_text.long(text) is None


def test_an_anchor_that_is_used_again_is_no_warning_of_python(tmp_path):
    """YAML 1.1, 3.2.2.2: an alias means the last node before it that has the anchor."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load(tmp_path, "a: &x 1\nb: &x 2\nc: *x\n").data == {"a": 1, "b": 2, "c": 2}


@pytest.mark.parametrize("word", ["2020-12-01", "2020-12-01T00:00:00", "y", "1e-4"])
def test_a_text_in_place_of_a_number_is_told(tmp_path, word):
    """How a number is written is said of numbers with an exponent alone: a day had ended in a traceback."""
    path = tmp_path / "c.yaml"
    path.write_text(f"a: {word}\n")
    problems, schema = Problems(), {"properties": {"a": {"type": "number"}}}
    yamls.check(path, yamls.load(path), schema, problems)
    hint = " (YAML takes an exponent without point and sign for text; write 1.0e-4)" if word == "1e-4" else ""
    assert [str(one) for one in problems.found] == [f"{path}:1: a is '{word}'; expected a number{hint}"]


def test_a_character_that_no_text_has_is_told_with_its_line(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("a: 1\nb: 5\x00\n")
    with pytest.raises(InputError) as raised:
        yamls.load(path)
    assert str(raised.value).startswith(
        f"{path}:2: text cannot be read as YAML (it holds the character U+0000); expected"
    )
