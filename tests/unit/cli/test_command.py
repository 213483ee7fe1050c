"""The command line: what a user types reaches the function, and what cannot be is refused with exit status 2."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from cyclopts import Parameter

from biomarkers.cli import _command
from biomarkers.cli.app import commands, run

seen: dict[str, Any] = {}


def copy(
    out: Path,
    /,
    *,
    vcf: list[Path],
    table: Path,
    depth: int = 25,
    vaf: float | None = None,
    ages: list[float] | None = None,
    title: str | None = None,
    names: list[str] | None = None,
    mode: Literal["worst", "mane"] = "worst",
    paired: bool = False,
    confirmed: Annotated[bool, Parameter(negative="--unconfirmed")] = True,
) -> None:
    """Copy a table.

    It is read once
    and written whole.

    Parameters
    ----------
    out
        Folder to write, 100 % of it.
    vcf
        VCF files. Any number
        of them.
    table
        BED to write.
    mode
        Transcript that decides.
    """
    seen.update(locals())


DEFAULTS = {
    "depth": 25,
    "vaf": None,
    "ages": None,
    "title": None,
    "names": None,
    "mode": "worst",
    "paired": False,
    "confirmed": True,
}
NEEDED = ["o", "--vcf", "a.vcf", "--table", "t.tsv"]


def chosen(*words: str) -> dict[str, Any]:
    """What the function was given besides `NEEDED` and its defaults."""
    seen.clear()
    _command.call(copy, words)
    needed = {"out": Path("o"), "vcf": [Path("a.vcf")], "table": Path("t.tsv")}
    assert {name: seen.pop(name) for name in needed} == needed
    return {name: value for name, value in seen.items() if value != DEFAULTS[name]}


def refused(*words: str) -> str:
    with pytest.raises(_command.UsageError) as caught:
        _command.call(copy, words)
    assert caught.value.exit_status == 2
    said, see = str(caught.value).removeprefix("biomarkers copy: ").split("\n")
    assert see == "See `biomarkers copy --help`."
    return said


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("", {}),
        ("--depth 7", {"depth": 7}),
        ("--depth 3e7", {"depth": 30_000_000}),
        ("--depth -5", {"depth": -5}),
        ("--vaf=0.05", {"vaf": 0.05}),
        ("--vaf 0", {"vaf": 0.0}),
        ("--ages 1 2.5 --ages 3", {"ages": [1.0, 2.5, 3.0]}),
        ("--names", {"names": []}),
        ("--names a --names b c", {"names": ["a", "b", "c"]}),
        ("--title=--bold", {"title": "--bold"}),
        ("--mode mane", {"mode": "mane"}),
        ("--paired", {"paired": True}),
        ("--unconfirmed", {"confirmed": False}),
        ("--confirmed", {}),
    ],
)
def test_what_is_typed_reaches_the_function(words: str, values: dict[str, Any]) -> None:
    assert chosen(*NEEDED, *words.split()) == values


def test_cyclopts_looks_at_the_options_that_a_line_names_and_at_all_where_it_refuses_it(monkeypatch) -> None:
    shown: list[list[str]] = []
    made = _command._app

    def noting(command: Any) -> Any:
        shown.append([*inspect.signature(command).parameters])
        return made(command)

    monkeypatch.setattr(_command, "_app", noting)
    assert chosen(*NEEDED, "--vaf=0.1") == {"vaf": 0.1}
    assert refused(*NEEDED, "--dept", "2") == "Unknown option: --dept. Did you mean --depth?"
    needed = ["out", "vcf", "table"]
    assert shown == [[*needed, "vaf"], needed, [*needed, *DEFAULTS]]


def test_the_positional_argument_may_stand_last() -> None:
    assert chosen("--table", "t.tsv", "--depth", "1", "o", "--vcf", "a.vcf") == {"depth": 1}


def test_an_empty_text_is_a_text_but_no_path() -> None:
    assert chosen(*NEEDED, "--title", "") == {"title": ""}
    assert refused("o", "--vcf", "", "--table", "t") == "--vcf is ''; expected a path"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--depth 2.5", "--depth is '2.5'; expected a whole number"),
        ("--depth x", "--depth is 'x'; expected a whole number"),
        ("--depth inf", "--depth is 'inf'; expected a whole number"),
        ("--vaf nan", "--vaf is 'nan'; expected a number"),
        ("--ages 1 x", "--ages is 'x'; expected a number"),
        ("--depth 1 --depth 2", "Parameter --depth specified multiple times."),
        ("--mode maine", 'Invalid value "maine" for --mode. Choose from: "worst", "mane". Did you mean "mane"?'),
        ("--dept 2", "Unknown option: --dept. Did you mean --depth?"),
        ("--no-paired", "Unknown option: --no-paired. Did you mean --paired?"),
        ("--no-confirmed", "Unknown option: --no-confirmed. Did you mean --unconfirmed?"),
        ("--unconfirmed --confirmed", "Parameter --confirmed specified multiple times."),
        ("--out x", "Unknown option: --out."),
        ("--depth", "Parameter --depth requires an argument."),
        ("--depth --paired", "Parameter --depth requires an argument."),
        ("--depth 1 more", "no option takes 'more'."),
    ],
)
def test_what_is_wrong_is_said(words: str, said: str) -> None:
    assert refused(*NEEDED, *words.split()) == said


def test_what_is_needed_is_said() -> None:
    assert refused("o", "--vcf", "a", "--tabel", "t") == (
        "--table is missing. Did you mean --table instead of --tabel?"
    )
    assert refused("o", "--vcf", "--table", "t") == "Parameter --vcf requires an argument."
    assert refused("--vcf", "a") == "OUT is missing."


def test_a_dash_and_an_empty_word_are_no_paths(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty one of several paths, as of a variable that is not set, was the current folder."""
    dash = "is '-'; expected the path of a file: standard input and output are not taken"
    for said, line in (
        (f"--genes {dash}", ["coding", "--genes", "-", "--coding-bed", "x.bed"]),
        (f"--vcf {dash}", ["variants", "--vcf", "a", "-", "--variants", "x.tsv"]),
        (f"an argument {dash}", ["status", "-"]),
        ("an argument is ''; expected a path", ["compare", "", "x"]),
        ("--vcf is ''; expected a path", ["variants", "--vcf", "a", "", "--variants", "x.tsv"]),
    ):
        assert run(line) == 2
        assert capsys.readouterr().err.startswith(f"biomarkers {line[0]}: {said}\n"), line


def test_where_the_options_of_snakemake_stand_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """The messages of a run name them."""
    assert run(["run", "--retries", "2"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("biomarkers run: Unknown option: --retries.")
    assert "Options of Snakemake stand after --: biomarkers run -- --retries\n" in said


def test_help_is_the_docstring(capsys: pytest.CaptureFixture[str]) -> None:
    _command.call(copy, ["--help"])
    words = " ".join(capsys.readouterr().out.replace("│", "").split())
    assert words.startswith("Usage: biomarkers copy --vcf PATH... --table PATH [OPTIONS] OUT Copy a table. It is read")
    for part in (
        "OUT Folder to write, 100 % of it.",
        "--vcf PATH... VCF files. Any number of them. [required]",
        "--mode CHOICE Transcript that decides. [choices: worst, mane] [default: worst]",
        "--confirmed --unconfirmed",
    ):
        assert part in words


@pytest.mark.parametrize("name", [command.module for command in commands()])
def test_every_option_of_every_command_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    function = getattr(import_module(f"biomarkers.cli.{name}"), name)
    assert run([name.rstrip("_"), "--help"]) == 0
    said = capsys.readouterr().out
    for option, parameter in inspect.signature(_command.flat(function)).parameters.items():
        assert f"--{option.replace('_', '-')}" in said or option.upper() in said
        is_setting = "docs/methods.md" in str(parameter.annotation)
        assert is_setting or f"\n        {option}: " in function.__doc__, f"{name} {option} is not explained"


def test_a_default_of_several_words_is_shown_as_it_is_typed(capsys: pytest.CaptureFixture[str]) -> None:
    shown = []
    for name in ("variants", "power"):
        assert run([name, "--help"]) == 0
        shown.append(" ".join(capsys.readouterr().out.replace("│", "").split()))
    assert "[default: merino_wes nonsynonymous]" in shown[0]
    assert re.search(r"\[default: - \. '\?' NA N/A and \d+ more, see docs/tables.md\]", shown[1])
    assert "default: ()" not in shown[0] and "'unk'" not in shown[1]


def test_a_wrong_call_ends_with_2_and_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tmb", "--tmb", "x"]) == 2
    assert capsys.readouterr().err.endswith("\nSee `biomarkers tmb --help`.\n")
    assert run(["variant"]) == 2
    assert "variant: unknown command; did you mean variants?" in capsys.readouterr().err
    for name in ("../cli/variants", "_command", "app", "x" * 300, "variants.py", "\0"):
        assert run([name]) == 2
        assert ": unknown command; " in capsys.readouterr().err


def test_the_overview_names_every_command_in_the_order_of_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    said = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert said == [command.name for command in commands()]
    assert said.index("check") < said.index("variants") < said.index("endpoints") < said.index("report")


def test_the_overview_imports_no_command() -> None:
    code = "import sys; from biomarkers.cli.app import run; run(['--help']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"cyclopts", "numpy", "pandas", "yaml"} & {*done.stdout.replace("'", "").replace(",", "").split()}


def test_clinical_sheets_are_read_without_special_functions() -> None:
    code = "import sys, biomarkers.clinical.inputs; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "biomarkers.stats.proportions" in loaded
    assert "scipy.special" not in loaded
