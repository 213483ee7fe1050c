"""Who was in the trial: the trunk and its side boxes add up, Table 1 has the counts of the cohort and the tests' p."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from biomarkers.clinical.flow import Primary, exclusions, flow
from biomarkers.report.blocks import Paragraph, Table
from biomarkers.report.given import Tables, read
from biomarkers.report.numbers import p_value
from biomarkers.report.sections.characteristics import table_one
from biomarkers.report.trunk import not_evaluable, trunk

TRIAL = Path(__file__).parent / "trial"
NAMES = ("cohort", "results", "groups", "flow")


@pytest.fixture(scope="module")
def given() -> Tables:
    return read(TRIAL / "plan.yaml", **{name: TRIAL / f"{name}.tsv" for name in NAMES})


def random_cohort(seed: int, n: int = 40) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A cohort in which anything may be missing of anybody, and its patients sheet."""
    random = np.random.default_rng(seed)
    some = lambda share: random.random(n) < share  # noqa: E731
    best = pd.Series(random.choice(["CR", "PR", "SD", "PD", "NE"], n), dtype="object").mask(some(0.1), None)
    burden = pd.Series(random.gamma(1, 5, n)).mask(some(0.3))
    cohort = pd.DataFrame(
        {
            "patient": [f"X{i}" for i in range(n)],
            "best_response": best,
            "responder": best.isin(["CR", "PR"]).astype("float").mask(best.isna()),
            "sequenced": burden.notna().astype("float"),
            "tmb_per_mb": burden,
            "tmb_status": np.where(burden.notna(), "ok", np.where(some(0.5), "failed", None)),
            "pdl1": pd.Series(random.integers(0, 100, n), dtype="float").mask(some(0.3)),
            "age": random.integers(30, 80, n).astype("float"),
        }
    )
    starts = pd.Series(pd.Timestamp("2023-01-02"), index=cohort.index).mask(some(0.1))
    return cohort, pd.DataFrame({"patient": cohort["patient"], "treatment_start": starts})


PRIMARIES = [None, Primary("pdl1", ("responder",)), Primary("age", ("responder",)), Primary("tmb_per_mb", ("age",))]


@pytest.mark.parametrize("seed", range(12))
def test_trunk_and_side_boxes_add_up(seed: int) -> None:
    """Oracle: the sets of the flow, cut with one another one after the other."""
    cohort, people = random_cohort(seed)
    primary = PRIMARIES[seed % len(PRIMARIES)]
    steps = flow(cohort, people, sheets={}, primary=primary)
    out = exclusions(cohort, people, primary=primary)
    of_step = out.groupby("step")["patient"].agg(set).to_dict()
    assert {row.step: row.excluded for row in steps.itertuples()} == {
        step: len(of_step.get(step, ())) for step in steps["step"]
    }
    for with_reasons in (True, False):
        given = Tables(cohort, flow=steps, exclusions=out if with_reasons else None)
        found = trunk(given)
        assert found.unknown == [] and found.steps[0].name == "enrolled"
        still = set(cohort["patient"])
        for step in found.steps:
            leaving = [name for each in step.left for name in each.patients]
            assert len(leaving) == len(set(leaving)) and set(leaving) <= still
            still &= set(cohort["patient"]) - of_step.get(step.name, set())
            assert step.n == len(still)
        sizes = {step.name: step.n for step in found.steps}
        assert sizes["in_primary_analysis"] == int(steps.set_index("step").loc["in_primary_analysis", "n"])


def test_each_patient_leaves_for_his_own_reason() -> None:
    cohort, people = random_cohort(3)
    found = trunk(Tables(cohort, flow=flow(cohort, people, sheets={}), exclusions=exclusions(cohort, people)))
    reasons = {name: each.reason for step in found.steps for each in step.left for name in each.patients}
    failed = cohort.loc[cohort["tmb_status"].eq("failed"), "patient"]
    said = {reasons[name] for name in failed if name in reasons}
    assert "failed QC" in said and said <= {"failed QC", "never treated", "no treatment_start", "no response known"}


def test_a_step_without_names_is_told_and_not_drawn(given: Tables) -> None:
    assert given.flow is not None
    flow_ = given.flow.assign(patients=given.flow["patients"].where(given.flow["step"].ne("sequenced")))
    found = trunk(replace(given, flow=flow_))
    assert "sequenced" not in [step.name for step in found.steps]
    assert found.unknown == ["Sequenced: 39, 3 left out: 2 without a tumor sample; 1 sample failed."]


def shown(given: Tables) -> tuple[dict[str, dict[str, str]], str]:
    """Cells of Table 1 by line and column (a level by `characteristic / level`), and its footnote."""
    one, note = table_one(given)
    assert isinstance(one, Table) and isinstance(note, Paragraph) and one.name == "table_1"
    found, above = {}, ""
    for row in one.rows:
        name = row[0].text
        above = above if name.startswith("\u2003") else name.rpartition(",")[0]
        key = f"{above} / {name.strip()}" if name.startswith("\u2003") else above
        found[key] = {column.title: cell.text for column, cell in zip(one.columns, row, strict=True)}
    return found, note.text


def test_table_1_counts_the_cohort(given: Tables) -> None:
    """Oracle: pandas on the cohort as it is read."""
    found, _ = shown(given)
    cohort = pd.read_csv(TRIAL / "cohort.tsv", sep="\t")
    low, middle, high = cohort.loc[cohort["responder"].eq(1), "age"].quantile([0.25, 0.5, 0.75])
    heads = {
        "All patients, n = 42",
        "Responders, n = 18",
        "Non-responders, n = 24",
        "Not evaluable, n = 1",
        "p",
        "Test",
    }
    assert heads <= set(found["Age"])
    assert found["Age"]["Responders, n = 18"] == f"{middle:.3g} ({low:.3g} to {high:.3g})"
    smokers = cohort.groupby("responder")["smoker"].agg(["sum", "count"])
    n, of = smokers.loc[0]
    assert found["Smoker / yes"]["Non-responders, n = 24"] == f"{n} ({100 * n / of:.1f}%)"
    not_tested = cohort["pdl1_status"].eq("not_tested")
    assert found["PD-L1 / not tested"]["All patients, n = 42"] == str(not_tested.sum())
    missing = cohort["tmb_per_mb"].isna().groupby(cohort["responder"]).sum()
    assert found["TMB (mutations per Mb) / missing"]["Responders, n = 18"] == str(missing[1])
    for name in ("Smoker", "PD-L1", "TMB (mutations per Mb)"):  # levels and reasons of each add up to everybody
        lines = [cells for key, cells in found.items() if key.startswith(f"{name} / ")]
        counted = sum(int(cells["All patients, n = 42"].split(" ")[0]) for cells in lines)
        column = {"Smoker": "smoker", "PD-L1": "pdl1"}.get(name, "tmb_per_mb")
        assert counted == (42 if name == "Smoker" else int(cohort[column].isna().sum()))


def test_every_p_of_table_1_is_one_of_the_table_of_tests(given: Tables) -> None:
    found, note = shown(given)
    assert given.results is not None
    rows = given.results.query("endpoint == 'response' and method in ['mann_whitney', 'fisher']")
    rows = rows[rows["cut_at"].isna()].drop_duplicates("marker").set_index("marker")["p_value"]
    assert found["TMB (mutations per Mb)"]["p"] == p_value(rows["tmb_per_mb"])
    assert found["PD-L1"]["p"] == p_value(rows["pdl1"])
    assert found["Age"]["p"] == "—" and found["Age"]["Test"] == ""
    assert found["TMB (mutations per Mb)"]["Test"] == "a" and "a: Mann-Whitney" in note
    changed = replace(given, results=given.results.assign(p_value=0.123))
    assert {cells["p"] for cells in shown(changed)[0].values()} <= {"", "—", "0.12"}
    assert {cells.get("p") for cells in shown(replace(given, results=None))[0].values()} <= {"", "—"}


CASES: list[tuple[str, list[Any], str, list[str]]] = [
    ("site", [f"site {i}" for i in range(42)], "Neither numbers nor categories, so not shown: Site", []),
    ("stage", ["T10", "T2"] * 21, "", ["Stage", "Stage / T2", "Stage / T10"]),
    ("ecog", [0.0, 1.0, 2.0] * 14, "", ["ECOG", "ECOG / 0", "ECOG / 1", "ECOG / 2"]),
    ("ldh", [100.0 + i for i in range(42)], "", ["LDH"]),
    ("seen", [pd.Timestamp("2023-01-01")] * 42, "not shown: Seen", []),
    ("empty", [None] * 42, "not shown: Empty", []),
]


@pytest.mark.parametrize(("name", "values", "said", "lines"), CASES)
def test_what_is_a_characteristic(given: Tables, name: str, values: list[Any], said: str, lines: list[str]) -> None:
    found, note = shown(replace(given, cohort=given.cohort.assign(**{name: values})))
    label = name.upper() if name in ("ecog", "ldh") else name.capitalize()
    assert [key for key in found if key.partition(" / ")[0] == label] == lines
    assert said in note and (said != "" or label not in note)


def test_who_is_not_evaluable_is_told_by_the_flow_else_by_the_best_response(given: Tables) -> None:
    assert given.cohort.loc[not_evaluable(given), "patient"].tolist() == ["P30"]
    best = given.cohort["best_response"]
    assert not_evaluable(replace(given, flow=None)).tolist() == (best.isna() | best.eq("NE")).tolist()
