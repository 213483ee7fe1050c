"""The command line: what a user types reaches the function, and everything that is wrong is said at once."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from biomarkers.cli._arguments import described, help_text, parse
from biomarkers.cli.app import COMMANDS, run
from biomarkers.errors import InputError


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
    strict: bool = True,
    confirmed: Annotated[bool, "--unconfirmed"] = True,
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
    strict
        Whether to refuse.
    """


NEEDED = ["o", "--vcf", "a.vcf", "--table", "t.tsv"]


def chosen(*words: str) -> dict[str, Any]:
    first, values = parse(copy, [*NEEDED, *words])
    assert first == [Path("o")]
    assert values.pop("vcf") == [Path("a.vcf")] and values.pop("table") == Path("t.tsv")
    return values


def refused(*words: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse(copy, words)
    return str(caught.value).replace("command line: ", "").splitlines()


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
        ("--title -", {"title": "-"}),
        ("--mode mane", {"mode": "mane"}),
        ("--paired", {"paired": True}),
        ("--no-strict --unconfirmed", {"strict": False, "confirmed": False}),
        ("--strict --confirmed", {"strict": True, "confirmed": True}),
        ("--unconfirmed --confirmed", {"confirmed": True}),
    ],
)
def test_what_is_typed_reaches_the_function(words: str, values: dict[str, Any]) -> None:
    assert chosen(*words.split()) == values


def test_the_positional_argument_may_stand_last() -> None:
    assert parse(copy, ["--table", "t", "--depth", "1", "o", "--vcf", "a"])[0] == [Path("o")]


def test_an_empty_text_is_a_text_but_no_path() -> None:
    assert chosen("--title", "") == {"title": ""}
    assert refused("o", "--vcf", "", "--table", "t") == ["--vcf is ''; expected a path"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--depth 2.5", "--depth is '2.5'; expected a whole number"),
        ("--depth x", "--depth is 'x'; expected a whole number"),
        ("--depth inf", "--depth is 'inf'; expected a whole number"),
        ("--vaf nan", "--vaf is 'nan'; expected a number"),
        ("--ages 1 x", "--ages is 'x'; expected a number"),
        ("--depth 1 --depth 2", "--depth is '1 and 2'; expected a whole number, once"),
        ("--mode maine", "--mode is 'maine'; expected one of worst, mane (did you mean 'mane'?)"),
        ("--dept 2", "option is '--dept'; expected an option of this command (did you mean '--depth'?)"),
        ("--no-paired", "option is '--no-paired'; expected an option of this command (did you mean '--paired'?)"),
        ("--out x", "option is '--out'; expected an option of this command"),
        ("--paired=yes", "--paired is 'given with a value'; expected the option alone"),
        ("--depth", "--depth is missing; expected a value after it"),
        ("--depth --paired", "--depth is missing; expected a value after it"),
        ("--depth 1 more", "argument is 'more'; expected an option before it"),
    ],
)
def test_what_is_wrong_is_said(words: str, said: str) -> None:
    assert refused(*NEEDED, *words.split()) == [said]


def test_everything_wrong_is_said_at_once() -> None:
    assert refused("o", "--vcf", "--depth", "x", "--tabel", "t", "--mode", "best") == [
        "option is '--tabel'; expected an option of this command (did you mean '--table'?)",
        "--vcf is missing; expected a path (VCF files)",
        "--table is missing; expected a path (BED to write)",
        "--depth is 'x'; expected a whole number",
        "--mode is 'best'; expected one of worst, mane",
    ]
    assert refused("--vcf", "a") == ["OUT is missing; expected it after the name of the command"]


def test_help_is_the_docstring() -> None:
    text = help_text(copy)
    assert text.startswith(
        "usage: biomarkers copy OUT [OPTIONS]\n\nCopy a table.\n\nIt is read once and written whole.\n"
    )
    words = " ".join(text.split())
    for part in (
        "OUT Folder to write, 100 % of it.",
        "required:",
        "--vcf [PATH ...] VCF files. Any number of them.",
        "--mode {worst,mane} Transcript that decides. [default: worst]",
        "--strict Whether to refuse. [default] --no-strict The opposite.",
        "--unconfirmed The opposite.",
    ):
        assert part in words


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_option_of_every_command_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    function = getattr(import_module(f"biomarkers.cli.{name}"), name)
    for option in described(function):
        assert option.about, f"{name} {option.flag}"
    assert run([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert all(option.flag in said for option in described(function))


def test_a_wrong_call_ends_with_2_and_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tmb", "--tmb", "x"]) == 2
    assert capsys.readouterr().err.endswith("\nSee `biomarkers tmb --help`.\n")
    assert run(["variant"]) == 2
    assert "(did you mean 'variants'?)" in capsys.readouterr().err
