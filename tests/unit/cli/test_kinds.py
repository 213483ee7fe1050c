"""One option means one thing everywhere, and no output takes the name of another kind."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

from biomarkers.cli import _kinds
from biomarkers.cli.app import commands, run

FUNCTIONS = {
    command.name: getattr(import_module(f"biomarkers.cli.{command.module}"), command.module) for command in commands()
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_path_option_has_a_kind(name: str) -> None:
    hints = get_type_hints(FUNCTIONS[name])
    paths = {option for option, hint in hints.items() if "Path" in str(hint)}
    assert paths == set(_kinds.kinds(FUNCTIONS[name]))


def test_an_option_has_one_kind_in_every_command() -> None:
    seen: dict[str, dict[str, list[str]]] = {}
    for command, function in FUNCTIONS.items():
        for option, kind in _kinds.kinds(function).items():
            seen.setdefault(option, {}).setdefault(kind.what, []).append(command)
    # Of `export` the format tells whether it writes a file or a folder.
    assert seen.pop("out") == {"folder": ["handover", "import", "demo"], "file or folder": ["export"]}
    # `--maf` is what `variants` reads and `maf` writes; `--denominator` is a table wherever it stands.
    assert {option: whats for option, whats in seen.items() if len(whats) > 1} == {}
    assert set(seen["denominator"]) == {"table"}
    assert set(seen["denominator"]["table"]) == {"denominator", "tmb", "qc"}


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (_kinds.OutputTable, ["t.tsv", "t.TSV.gz", "t.txt"], ["t.svg", "t", "t.tsv.bam", "t.csv", "t.json"]),
        (_kinds.OutputPicture, ["p.svg"], ["p.tsv", "p.svg.gz", "p.png"]),
        (_kinds.OutputPage, ["p.html"], ["p.tsv", "p.htmlx"]),
        (_kinds.OutputBed, ["b.bed", "b.bed.gz"], ["b.tsv", "b.vcf"]),
        (_kinds.OutputJson, ["j.json"], ["j.tsv"]),
        (_kinds.OutputMaf, ["m.maf", "m.maf.gz", "data_mutations.txt"], ["m.vcf", "m.tsv"]),
    ],
)
def test_the_ending_of_an_output_fits_its_kind(kind: object, right: list[str], wrong: list[str]) -> None:
    def write(*, out: Path) -> None: ...

    write.__annotations__ = {"out": kind}
    for name in right:
        _kinds.check_files(write, {"out": Path(name)})
    for name in wrong:
        with pytest.raises(_kinds.InputError, match=f"--out is '{name}'; expected a name for a"):
            _kinds.check_files(write, {"out": Path(name)})


def test_a_picture_does_not_replace_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command of the complaint, in its present words."""
    steps, table = tmp_path / "T.steps.tsv", tmp_path / "DEMO.denominator.tsv"
    steps.write_text("sample\tstep\tbp\nT\ttarget\t5\n")
    table.write_text("sample\ttarget_bp\nT\t5\n")
    assert run(["pictures", "--steps", str(steps), "--denominator", str(table)]) == 2
    assert "Unknown option: --denominator. Did you mean --denominator-picture?" in capsys.readouterr().err
    assert run(["pictures", "--steps", str(steps), "--denominator-picture", str(table)]) == 2
    assert "expected a name for a picture, which ends in .svg" in capsys.readouterr().err
    assert table.read_text().startswith("sample\ttarget_bp")
