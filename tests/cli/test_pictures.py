"""`biomarkers pictures`: two SVGs and one table from tables alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables

TMB = Path(__file__).parents[1] / "unit" / "report" / "trial" / "tmb.tsv"


def steps(path: Path, sample: str, *sizes: int) -> str:
    names = ("target", "coding", "tumor_depth", "normal_depth")
    path.write_text(
        "sample\tstep\tbp\n" + "".join(f"{sample}\t{n}\t{bp}\n" for n, bp in zip(names, sizes, strict=False))
    )
    return str(path)


def test_the_pictures_and_the_table_of_all_steps(tmp_path: Path) -> None:
    given = [steps(tmp_path / "a.tsv", "A", 3_000_000, 2_500_000, 2_000_000, 1_900_000)]
    given.append(steps(tmp_path / "b.tsv", "B", 3_000_000, 2_500_000))
    out = {name: tmp_path / "out" / name for name in ("agreement.svg", "denominator.svg", "all.tsv")}
    options = ["--agreement-picture", str(out["agreement.svg"]), "--denominator-picture", str(out["denominator.svg"])]
    assert run(["pictures", "--tmb", str(TMB), "--steps", *given, *options, "--table", str(out["all.tsv"])]) == 0
    words = " ".join(re.sub("<[^>]*>", " ", out["denominator.svg"].read_text("utf-8")).split())
    assert "1.9 Mb (63.3%, 1 sample)" in words, "in as many lines as the name takes"
    assert "Nonsynonymous: n = 39" in out["agreement.svg"].read_text("utf-8")
    table = tables.read(out["all.tsv"], "denominator_steps")
    assert table[["sample", "bp"]].to_numpy().tolist()[3:] == [["A", 1_900_000], ["B", 3_000_000], ["B", 2_500_000]]


def test_nothing_to_draw_is_said_in_the_file(tmp_path: Path) -> None:
    table = tmp_path / "tmb.tsv"
    lines = TMB.read_text().splitlines()
    table.write_text("\n".join([lines[0], *(line for line in lines if "\tmerino_wes\t" in line)]) + "\n")
    assert run(["pictures", "--tmb", str(table), "--agreement-picture", str(tmp_path / "a.svg")]) == 0
    assert "No sample has what this picture shows" in (tmp_path / "a.svg").read_text("utf-8")
    assert run(["pictures", "--tmb", str(table), "--tumor-cells-picture", str(tmp_path / "c.svg")]) == 0
    assert "No sample has what this picture shows" in (tmp_path / "c.svg").read_text("utf-8")


def test_every_problem_at_once_and_nothing_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = steps(tmp_path / "a.tsv", "A", 5, 4), steps(tmp_path / "b.tsv", "A", 5)
    (tmp_path / "c.tsv").write_text("sample\tstep\tbp\nC\tintron\t-1\n")
    options = ["--denominator-picture", str(tmp_path / "d.svg"), "--agreement-picture", str(tmp_path / "a.svg")]
    assert run(["pictures", "--steps", one, two, str(tmp_path / "c.tsv"), *options]) == 2
    told = capsys.readouterr().err
    for part in (
        "--tmb is missing",
        "b.tsv:2: sample+step is 'A target'; expected each sample and step once (first in",
        "c.tsv:2: step is 'intron'",
        "c.tsv:2: bp is '-1'",
    ):
        assert part in told
    assert not list(tmp_path.glob("*.svg"))
    assert run(["pictures", "--denominator-picture", str(tmp_path / "d.svg")]) == 2
    assert run(["pictures", "--steps", one]) == 2
    told = capsys.readouterr().err
    assert "--steps is missing" in told and "something to write" in told
