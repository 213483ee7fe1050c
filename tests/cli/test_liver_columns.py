"""Hepatobiliary columns of a run: foretold by check, in the cohort, named by the plan."""

# ruff: noqa: E501 (rows and messages stand on one line)

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest
import yaml

from biomarkers.cli.app import run

PLAN = """\
primary: {marker: serum_afp, endpoint: response, cut: {at: 400, side: ">="}, method: fisher}
endpoints: {response: {kind: binary, column: responder}}
markers:
  serum_afp: {kind: continuous, transform: log2p1, cutpoints: [{at: 400, side: ">="}]}
  albi_grade: {kind: ordinal, levels: [1, 2, 3]}
  child_pugh_class: {kind: categorical}
covariates: [albi_score]
subset: {hepatobiliary_subtype: [intrahepatic, hepatocellular]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sixty patients with labs in American units; AFP has bounds and one value without a meaning for anybody."""
    draw = random.Random(11)
    rows = []
    for number in range(60):
        afp = draw.choice(["<2", ">60500", str(draw.randint(3, 3000)), ""])
        subtype = draw.choice(["iCCA", "HCC", "HCC", "GBC", "C22.1", "cholangiocarcinoma"])
        response = "PR" if number % 3 == 0 else "SD"
        labs = [round(draw.uniform(2.5, 4.8), 1), round(draw.uniform(0.3, 3.5), 1), round(draw.uniform(0.9, 2.0), 1)]
        signs = [draw.choice(["none", "slight", ""]), draw.choice(["none", "grade 1"])]
        rows.append([f"P{number}", "2023-01-02", response, subtype, afp, *labs, *signs])
    names = ["patient", "treatment_start", "best_response", "subtype", "AFP (ng/mL)", "albumin_g_dl"]
    names += ["total_bilirubin_mg_dl", "INR", "ascites", "encephalopathy"]
    pd.DataFrame(rows, columns=names).to_csv(tmp_path / "p.tsv", sep="\t", index=False)
    (tmp_path / "plan.yaml").write_text(PLAN)
    config = {"clinical": {"patients": "p.tsv"}, "plan": "plan.yaml"}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_from_the_sheet_to_the_tests(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert run(["check", "--config", "config.yaml"]) == 0
    assert (
        run(["endpoints", "--patients", "p.tsv", "--plan", "plan.yaml", "--endpoints", "e.tsv", "--rates", "r.tsv"])
        == 0
    )
    caplog.clear()
    made = "--plan plan.yaml --cohort c.tsv --flow f.tsv"
    assert run(f"cohort --patients p.tsv --endpoints e.tsv {made}".split()) == 0
    assert "p.tsv: subtype is not understood in" in caplog.text and "'cholangiocarcinoma'" in caplog.text
    assert "Child-Pugh is missing for" in caplog.text
    assert (
        run(["associate", "--cohort", "c.tsv", "--plan", "plan.yaml", "--results", "res.tsv", "--groups", "g.tsv"]) == 0
    )
    cohort, flow = pd.read_csv("c.tsv", sep="\t"), pd.read_csv("f.tsv", sep="\t").set_index("step")
    raw = pd.read_csv("p.tsv", sep="\t", dtype=str)
    known = {"iCCA": "intrahepatic", "C22.1": "intrahepatic", "HCC": "hepatocellular", "GBC": "gallbladder"}
    assert cohort["hepatobiliary_subtype"].fillna("").tolist() == raw["subtype"].map(known).fillna("").tolist()
    inside = cohort["hepatobiliary_subtype"].isin(["intrahepatic", "hepatocellular"])
    rates = pd.read_csv("r.tsv", sep="\t")
    assert (rates["n"].iloc[0], flow.loc["in_subset", "n"]) == (inside.sum(), inside.sum())
    results = pd.read_csv("res.tsv", sep="\t")
    primary = results[results["role"] == "primary"].iloc[0]
    told = raw["AFP (ng/mL)"].notna() & inside
    assert (primary["n"], primary["n_missing"]) == (told.sum(), (~raw["AFP (ng/mL)"].notna() & inside).sum())
    assert flow.loc["in_primary_analysis", "n"] == told.sum()
    high = raw["AFP (ng/mL)"].map(lambda cell: cell == ">60500" or (str(cell).isdigit() and int(cell) >= 400))
    groups = pd.read_csv("g.tsv", sep="\t")
    own = groups[groups["marker"] == "serum_afp"].set_index("group")["n"]
    assert own[">= 400"] == (high & inside).sum() and own["< 400"] == (told & ~high).sum()
    assert {"albi_grade", "child_pugh_class"} <= set(results["marker"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("albi_score", "meld", "plan.yaml:7: covariates[0] is 'meld'; expected a column of the cohort table"),
        ("intrahepatic", "ampullary", "hepatobiliary_subtype is 'ampullary'; expected a level of hepatobiliary_subtype in p.tsv"),
    ],
)  # fmt: skip
def test_check_knows_them(folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str) -> None:
    (folder / "plan.yaml").write_text(PLAN.replace(old, new))
    assert run(["check", "--config", "config.yaml"]) == 2
    assert said in capsys.readouterr().err


def test_check_refuses_another_unit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = (folder / "p.tsv").read_text()
    (folder / "p.tsv").write_text(sheet.replace("albumin_g_dl", "albumin_g_l"))
    for command in (
        "check --config config.yaml",
        "cohort --patients p.tsv --plan plan.yaml --cohort c.tsv --flow f.tsv",
    ):
        assert run(command.split()) == 2
        assert capsys.readouterr().err.count("p.tsv:1: albumin_g_l has a median of") == 1
    assert not (folder / "c.tsv").exists()
