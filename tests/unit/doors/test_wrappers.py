"""What a wrapper passes on and what it refuses, with Snakemake's own objects and a program that tells its words."""

from __future__ import annotations

import json
import os
import runpy

import pytest
from snakemake.iocontainers import InputFiles, Log, OutputFiles, Params, ResourceList, Wildcards
from snakemake.script import Snakemake

from biomarkers.doors import command

WITH_WRAPPER = [one for one in command.every() if not one.why_no_wrapper]
HOSTILE = [
    "T 1",
    "it's",
    '"x"',
    "$(touch hacked)",
    "`touch hacked`",
    "-x",
    "--help",
    "a;b&c|d>e",
    "é\nline",
    "{x}",
    "\\",
]


def filled(kind, unnamed=(), **named):
    """A block of a rule as Snakemake hands it to a script."""
    made = kind(toclone=list(unnamed))
    for name, value in named.items():
        if kind is not Params and isinstance(value, list):
            made.extend(value)
            made._set_name(name, len(made) - len(value), end=len(made))
        else:
            made.append(value)
            made._add_name(name)
    return made


@pytest.fixture
def calls(project, tmp_path, monkeypatch):
    """A function that runs a wrapper: the words that the command got; SystemExit with the sentence that stopped it."""
    program = tmp_path / "bin" / "biomarkers"
    program.parent.mkdir()
    program.write_text("#!/usr/bin/env python3\nimport json, sys\njson.dump(sys.argv[1:], open('words.json', 'w'))\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)

    def call(name, read=None, written=None, params=None, unnamed=(), log=()):
        blocks = (
            filled(InputFiles, unnamed, **read or {}),
            filled(OutputFiles, **written or {}),
            filled(Params, **params or {}),
        )
        rest = Wildcards(), 1, ResourceList(), filled(Log, log), {}, "mine", None
        script = project / "wrappers" / name / "wrapper.py"
        runpy.run_path(str(script), {"snakemake": Snakemake(*blocks, *rest)})
        return json.loads((tmp_path / "words.json").read_text())

    return call


def test_every_value_reaches_the_command_as_it_is(calls, tmp_path):
    words = calls(
        "variants",
        {"vcf": HOSTILE[:3]},
        {"variants": ["$(touch hacked).tsv", "-x.tsv"]},
        {"tumor_sample": HOSTILE, "paired": True, "tumor_only": False, "somatic": None, "vaf": 1e-05, "alt_reads": 0},
        log=["it's a log"],
    )
    assert words == [
        "variants",
        "--variants=$(touch hacked).tsv",
        "--variants=-x.tsv",
        *(f"--vcf={path}" for path in HOSTILE[:3]),
        *(f"--tumor-sample={name}" for name in HOSTILE),
        "--paired",
        "--alt-reads=0",
        "--vaf=1e-05",
    ]
    assert (tmp_path / "it's a log").is_file() and not (tmp_path / "hacked").exists()


def test_one_is_a_number_and_not_a_flag(calls):
    assert calls("power", {"plan": "p.yaml"}, {"power": "p.tsv"}, {"n": [1, 2], "simulations": 1}) == [
        "power", "--plan=p.yaml", "--power=p.tsv", "--n=1", "--n=2", "--simulations=1",
    ]  # fmt: skip


def test_a_flag_that_is_on_by_default_is_turned_off(calls):
    assert "--unconfirmed" in calls(
        "endpoints", {"patients": "p"}, {"endpoints": "e.tsv", "rates": "r.tsv"}, {"confirmed": False}
    )


def test_a_name_that_snakemake_keeps_for_itself_has_an_underscore(calls):
    words = calls("cohort", {"patients": "p"}, {"cohort": "c.tsv", "flow": "f.tsv"}, {"count_": "all"})
    assert "--count=all" in words


def test_words_without_an_option_stand_last(calls, tmp_path):
    assert calls("compare", {"run_a": "-a", "run_b": "b c"}, {"text": "out $x.txt"}) == ["compare", "--", "-a", "b c"]
    assert (tmp_path / "out $x.txt").is_file()


TMB = {"variants": "v.tsv"}, {"tmb": "t.tsv"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (({"varaints": "v.tsv"}, TMB[1]), "input has the unknown name 'varaints'; expected variants"),
        ((TMB[0], {"tmb": "t.tsv", "mutation": "m"}), "output has the unknown name 'mutation'; expected mutations"),
        ((*TMB, {"definitions": ["a"]}), "params has the unknown name 'definitions'; expected definition"),
        ((*TMB, {"extra": "--assay x"}), "params has the unknown name 'extra'; expected assumed_bp, definition, assay"),
        ((*TMB, {"tmb": "x"}), "params has the unknown name 'tmb'; expected assumed_bp, definition, assay"),
        (({}, TMB[1]), "input lacks variants"),
        (({"variants": []}, TMB[1]), "input lacks variants"),
        ((TMB[0], {}), "output lacks tmb"),
        ((TMB[0] | {"qc": ["a", "b"]}, TMB[1]), "input has 2 values of qc; expected one"),
        ((TMB[0] | {"variants_json": "w.json"}, TMB[1]), "variants_json is 'w.json'; expected v.json"),
        ((*TMB, {}, ["x.tsv"]), "input has 'x.tsv' without a name; expected NAME=..., of variants, denominator,"),
    ],
)
def test_what_a_command_does_not_know_ends_the_job_with_a_sentence(calls, tmp_path, given, sentence):
    with pytest.raises(SystemExit, match=r"^biomarkers tmb, rule mine: ") as stopped:
        calls("tmb", *given)
    assert sentence in str(stopped.value) and str(stopped.value).count("\n") == 0
    assert not (tmp_path / "words.json").exists()


def test_a_file_beside_another_may_be_named(calls):
    assert calls("tmb", {"variants": ["a/T.tsv.gz"], "variants_json": ["a/T.json"]}, {"tmb": "t.tsv"}) == [
        "tmb", "--variants=a/T.tsv.gz", "--tmb=t.tsv",
    ]  # fmt: skip


@pytest.mark.parametrize("one", WITH_WRAPPER, ids=lambda one: one.name)
def test_every_wrapper_refuses_an_unknown_name_in_every_block(calls, one):
    needed = [
        {o.name: f"{o.name}.tsv" for o in listed if o.is_required}
        for listed in (one.inputs, one.outputs, one.parameters)
    ]
    for position in range(3):
        given = [block | ({"unheard_of": "x"} if position == place else {}) for place, block in enumerate(needed)]
        with pytest.raises(SystemExit, match="the unknown name 'unheard_of'"):
            calls(one.name, *given)
