"""`biomarkers power`: a plan alone is enough, and every wrong number is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.io.tables import read

PLAN = """\
primary: {marker: tmb_per_mb, endpoint: response, cut: {at: 10, side: ">="}}
endpoints: {response: {kind: binary, column: responder}}
markers: {tmb_per_mb: {kind: continuous}}
"""


def test_a_plan_alone(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN)
    given = ["power", "--plan", str(tmp_path / "plan.yaml"), "--power", str(tmp_path / "power.tsv")]
    assert run([*given, "--n", "40", "--n", "80", "--simulations", "10"]) == 0
    made = read(tmp_path / "power.tsv", "power")
    assert made["n"].tolist() == [40] * 8 + [80] * 8 and set(made["method"]) == {"fisher"}
    assert set(made["quantity"]) == {"power", "detectable"}


def test_wrong_numbers_are_told_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN)
    given = ["power", "--plan", str(tmp_path / "plan.yaml"), "--power", str(tmp_path / "power.tsv")]
    assert run([*given, "--n", "2", "--share", "1.5", "--simulations", "1"]) == 2
    told = capsys.readouterr().err
    assert all(option in told for option in ("--n", "--share", "--simulations"))
    assert not (tmp_path / "power.tsv").exists()
