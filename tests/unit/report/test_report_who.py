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
from biomarkers.report.given import Tables
from biomarkers.report.numbers import p_value
from biomarkers.report.reading import read
from biomarkers.report.sections.characteristics import table_one
from biomarkers.report.sections.data import STATES, at_hand, data, kinds
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
            sizes_of = [len(each.patients) for each in step.left]
            assert sizes_of == sorted(sizes_of, reverse=True)
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
    failed, note = shown(replace(given, results=given.results.assign(p_value=float("nan"))))
    assert failed["PD-L1"]["p"] == "no result" and {cells["Test"] for cells in failed.values()} == {""}
    assert "a: " not in note and "No result: the plan's test could not be done" in note
    changed = replace(given, results=given.results.assign(p_value=0.123))
    assert {cells["p"] for cells in shown(changed)[0].values()} <= {"", "—", "0.12"}
    assert {cells.get("p") for cells in shown(replace(given, results=None))[0].values()} <= {"", "—"}


CASES: list[tuple[str, list[Any], str, list[str]]] = [
    ("site", [f"site {i}" for i in range(42)], "Neither numbers nor categories, so not shown: Site", []),
    ("stage", ["T10", "T2"] * 21, "", ["Stage", "Stage / T2", "Stage / T10"]),
    ("ecog", [0.0, 1.0, 2.0] * 14, "", ["ECOG", "ECOG / 0", "ECOG / 1", "ECOG / 2"]),
    ("ecog", [0.0, 1.0] * 21, "", ["ECOG", "ECOG / 0", "ECOG / 1"]),
    ("grade", [0.0, 1.0] * 21, "", ["Grade", "Grade / 0", "Grade / 1"]),
    ("frailty", [0.0, 1.0] * 21, "", ["Frailty", "Frailty / 0", "Frailty / 1"]),
    ("ldh", [100.0 + i for i in range(42)], "", ["LDH"]),
    ("seen", [pd.Timestamp("2023-01-01")] * 42, "not shown: Seen", []),
    ("blank", [None] * 42, "Empty, so not shown: Blank", []),
    ("void", [float("nan")] * 42, "Empty, so not shown: Void", []),
    ("dose", [100.0, 200.0] * 21, "", ["Dose", "Dose / 100", "Dose / 200"]),
]


@pytest.mark.parametrize(("name", "values", "said", "lines"), CASES)
def test_what_is_a_characteristic(given: Tables, name: str, values: list[Any], said: str, lines: list[str]) -> None:
    found, note = shown(replace(given, cohort=given.cohort.assign(**{name: values})))
    label = name.upper() if name in ("ecog", "ldh") else name.capitalize()
    assert [key for key in found if key.partition(" / ")[0] == label] == lines
    assert said in note and (said != "" or label not in note)


@pytest.mark.parametrize(
    ("name", "rule", "lines"),
    [
        ("ecog", {"kind": "binary"}, ["yes", "no"]),
        ("ecog", {"kind": "ordinal", "levels": [0, 1]}, ["0", "1"]),
        ("ecog", {"kind": "binary", "levels": [0, 1]}, ["0", "1"]),
        ("smoker", {"kind": "categorical"}, ["0", "1"]),
        ("sequenced", None, ["yes", "no"]),
    ],
)
def test_1_and_0_are_yes_and_no_where_that_is_declared(given: Tables, name: str, rule: Any, lines: list[str]) -> None:
    """Names had decided it: a column called grade was none, one called frailty was yes or no."""
    plan = {"markers": {name: rule}} if rule else {"covariates": [name]}
    found, _ = shown(replace(given, cohort=given.cohort.assign(**{name: [0.0, 1.0] * 21}), plan=plan, patients=None))
    label = "ECOG" if name == "ecog" else name.capitalize()
    assert [key.partition(" / ")[2] for key in found if key.startswith(f"{label} / ")] == lines


def test_what_a_stage_made_is_no_characteristic_and_an_ending_makes_none(given: Tables) -> None:
    """A patients sheet's `smoking_months`, `hemoglobin_low` and `serum_crp` had been left out without a word."""
    own = {"smoking_months": 3.0, "hemoglobin_low": 1.0, "serum_crp": 4.0}
    made = {"pfs_months_fda": 3.0, "os_event_ema_itt": 1.0, "serum_afp_low": 0.0, "tmb_per_mb_nonsynonymous": 2.0}
    cohort = given.cohort.assign(**own, **made)
    found, _ = shown(replace(given, cohort=cohort, patients=cohort[["patient", *own]]))
    assert {"Smoking months", "Hemoglobin low", "Serum crp"} <= {key.partition(" / ")[0] for key in found}
    assert not any(word in key for key in found for word in ("FDA", "fda", "itt", "AFP", "nonsynonymous"))


@pytest.mark.parametrize(("ages", "line"), [([63.0], "Age, median (IQR)"), ([61.0, 63.0, 70.0], "Age, median (IQR)")])
def test_ages_of_few_patients_are_numbers_and_their_grades_are_grades(ages: list[float], line: str) -> None:
    cohort = pd.DataFrame({"patient": [f"P{i}" for i in range(len(ages))], "age": ages, "ecog": 1.0})
    one, _ = table_one(Tables(cohort=cohort))
    assert isinstance(one, Table)
    names = [row[0].text.strip() for row in one.rows]
    assert names == [line, "ECOG, n (%)", "1"]


def of_patient(given: Tables, title: str, patient: str = "A") -> tuple[str, str, str]:
    """State, word beside it and reason of one kind of data of a patient."""
    kind = next(kind for kind in kinds(given) if kind.title == title)
    rows = given.cohort.to_dict("records")
    return tuple(kind.state(next(row for row in rows if row["patient"] == patient)))  # type: ignore[arg-type]


def one_patient(**columns: object) -> pd.DataFrame:
    return pd.DataFrame([{"patient": "A", **columns}])


BURDEN = {"tumor_sample": "T", "tmb_per_mb": 3.0, "tmb_status": "ok", "tumor_only": 0, "sequenced": 1}
QC = {"sample": "T", "role": "tumor", "status": "pass", "reasons": None, "total_reads": 1e6}
SCORE = {"patient": "A", "assay": "22C3", "flags": None, "note": None, "discordant_at": None}
STATED: list[tuple[str, dict[str, Any], dict[str, Any], tuple[str, str, str]]] = [
    ("TMB", BURDEN, {}, ("present", "", "")),
    ("TMB", BURDEN | {"tmb_per_mb": 0.0}, {}, ("present", "", "")),
    ("TMB", BURDEN | {"tmb_status": "warn"}, {"tmb": {"sample": "T", "note": "few"}}, ("caution", "", "few")),
    ("TMB", BURDEN | {"tumor_only": 1}, {}, ("caution", "", "no matched normal")),
    # Of several definitions the first one.
    (
        "TMB",
        BURDEN,
        {"tmb": [{"sample": "T", "lower_bound": 1, "note": None}, {"sample": "T", "lower_bound": 0, "note": None}]},
        ("caution", "", "lower bound"),
    ),
    ("TMB", BURDEN, {"tmb": {"sample": "T", "note": None, "lower_bound": 1}}, ("caution", "", "lower bound")),
    ("TMB", BURDEN | {"tmb_per_mb": None, "tmb_status": "failed"}, {}, ("not evaluable", "", "failed")),
    ("TMB", BURDEN | {"tmb_per_mb": None, "tmb_status": None}, {}, ("missing", "", "")),
    ("Tumor", BURDEN, {"qc": QC}, ("present", "reads", "")),
    ("Tumor", BURDEN, {"qc": QC | {"status": "warn", "total_reads": None}}, ("caution", "VCF", "")),
    ("Tumor", BURDEN, {"qc": QC | {"status": "fail", "reasons": "few"}}, ("not evaluable", "reads", "few")),
    ("Tumor", BURDEN | {"tumor_sample": None, "sequenced": 0}, {"qc": QC}, ("missing", "", "")),
    ("Tumor", BURDEN | {"sequenced": pd.NA}, {}, ("missing", "", "")),
    ("Normal", BURDEN | {"tumor_only": 1}, {}, ("missing", "", "called without a matched normal")),
    ("Mutations", BURDEN, {"mutations": {"patient": "B"}}, ("present", "", "0 variants")),
    ("Mutations", BURDEN | {"sequenced": 0}, {"mutations": {"patient": "B"}}, ("missing", "", "")),
    (
        "Mutations",
        BURDEN | {"tmb_status": "failed"},
        {"mutations": {"patient": "B"}},
        ("not evaluable", "", "sample failed"),
    ),
    ("PD-L1", {"pdl1": 0.0, "pdl1_status": "scored"}, {"pdl1": SCORE}, ("present", "22C3", "")),
    ("PD-L1", {"pdl1": 5.0}, {"pdl1": SCORE | {"flags": "old_block"}}, ("caution", "22C3", "old block")),
    ("PD-L1", {"pdl1": None, "pdl1_low": 1.0}, {"pdl1": SCORE}, ("caution", "22C3", "known as an interval only")),
    ("PD-L1", {"pdl1": None, "pdl1_status": "not_evaluable"}, {"pdl1": SCORE}, ("not evaluable", "22C3", "")),
    ("PD-L1", {"pdl1": None, "pdl1_status": "not_tested"}, {}, ("missing", "", "not tested")),
    ("Response", {"best_response": "NE"}, {}, ("not evaluable", "", "NE")),
    ("Response", {"best_response": None}, {}, ("missing", "", "")),
    ("PFS", {"pfs_months": 0.0, "pfs_event": 0}, {}, ("present", "", "")),
    ("PFS", {"pfs_months": 1.0, "pfs_event": float("nan")}, {}, ("missing", "", "")),
    ("Adverse events", {"treated": 1}, {"events": {"patient": "B"}}, ("present", "none recorded", "")),
    ("Adverse events", {"treated": 0}, {"events": {"patient": "B"}}, ("missing", "", "not treated")),
    ("Visits", {}, {"assessments": {"patient": "A"}}, ("present", "", "1 visit")),
    ("Lesions", {}, {"visits": {"patient": "A", "change_percent": None}}, ("missing", "", "")),
    ("Dates", {"endpoint_note": "late"}, {"patients": {"patient": "A"}}, ("caution", "", "late")),
    ("Dates", {}, {"patients": {"patient": "A", "start_day": 1}}, ("present", "", "")),
    ("Further markers", {"a b": 1.0, "1c": None}, {"patients": {"patient": "A"}}, ("caution", "", "1 of 2")),
]


@pytest.mark.parametrize(("title", "columns", "tables_", "expected"), STATED)
def test_zero_missing_and_not_evaluable_stay_apart(
    title: str, columns: dict[str, Any], tables_: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    frames = {name: pd.DataFrame(row if isinstance(row, list) else [row]) for name, row in tables_.items()}
    assert of_patient(Tables(one_patient(**columns), **frames), title) == expected


def test_the_counts_of_the_data_are_those_of_the_matrix(given: Tables) -> None:
    [counts], (matrix, _) = at_hand(given), data(given)
    assert isinstance(counts, Table) and isinstance(matrix, Table)
    assert [row[0].text for row in matrix.rows] == given.cohort["patient"].tolist()
    for place, row in enumerate(counts.rows, start=1):
        assert matrix.columns[place].title == row[0].text
        found = [line[place].text.partition(":")[0] for line in matrix.rows]
        assert [cell.text for cell in row[1:]] == [str(found.count(state)) for state in STATES]
        assert set(found) <= set(STATES)
    nobody = Tables(pd.DataFrame({"patient": ["A"]}))
    assert at_hand(nobody) == data(nobody) == []


def test_who_is_not_evaluable_is_told_by_the_flow_else_by_the_best_response(given: Tables) -> None:
    assert given.cohort.loc[not_evaluable(given), "patient"].tolist() == ["P30"]
    best = given.cohort["best_response"].where(given.cohort["patient"].ne("P05"))
    without = replace(given, flow=None, cohort=given.cohort.assign(best_response=best))
    assert not_evaluable(without).tolist() == (best.isna() | best.eq("NE")).tolist()
    assert best.isna().any() and best.eq("NE").any()


def test_table_1_adds_up_where_response_and_levels_are_not_known(given: Tables) -> None:
    """Shares are of those whose level is known; who has no response has a column; levels are in the plan's order."""
    stage = ["III", "II", None] * 14
    outcome = given.cohort["responder"].where(given.cohort["patient"].ne("P01"))
    plan = {"markers": {"stage": {"kind": "ordinal", "levels": ["III", "II"]}}}
    best = given.cohort["best_response"].where(outcome.notna())
    cohort = given.cohort.assign(stage=stage, responder=outcome, best_response=best)
    found, note = shown(replace(given, cohort=cohort, plan=plan, flow=None))
    assert [key for key in found if key.startswith("Stage / ")] == ["Stage / III", "Stage / II", "Stage / missing"]
    assert found["Stage / III"]["All patients, n = 42"] == "14 (50.0%)"
    assert found["Stage / III"]["Not known, n = 1"] == "1 (100%)"
    unclear = int((best.eq("NE") & outcome.eq(0)).sum())
    assert f"Of the non-responders {unclear} could not be evaluated" in note and best.isna().any()


def test_a_test_of_a_cutoff_is_no_test_of_the_characteristic(given: Tables) -> None:
    assert given.results is not None
    cut = given.results[given.results["cut_at"].notna() & given.results["endpoint"].eq("response")].head(1)
    row = cut.assign(marker="age", method="fisher", p_value=0.001)
    assert len(row) and shown(replace(given, results=row))[0]["Age"]["p"] == "—"
