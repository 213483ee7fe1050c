"""One row per enrolled patient. Oracle: shared design/contract.md (cohort.tsv) and methods.md sections 1 and 6."""

from __future__ import annotations

import copy
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biomarkers.clinical.cohort import burden, counts, join, primary_definition
from biomarkers.clinical.cohort_columns import collisions
from biomarkers.clinical.cohort_columns import made as columns_made
from biomarkers.errors import InputError
from biomarkers.io import schemas

PATIENTS = pd.DataFrame({"patient": ["P1", "P2", "P3"], "age": [60.0, None, 71.5], "site": [1.0, 2.0, None]})
ROW = {
    "patient": "P1",
    "sample": "T1",
    "definition": "merino_wes",
    "n_variants": 20,
    "callable_bp": 2_000_000,
    "callable_mb": 2.0,
    "denominator_source": "callable",
    "tmb_per_mb": 10.0,
    "tumor_only": 0,
    "status": "ok",
}


def tmb(*changes: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([{**ROW, **change} for change in changes])
    return frame.astype({"n_variants": "Int64", "callable_bp": "Int64", "tumor_only": "Int64"})


def joined(*changes: dict[str, Any], definition: str = "merino_wes") -> pd.DataFrame:
    return join(PATIENTS, burden=burden(tmb(*changes), definition=definition).columns).set_index("patient")


def test_nobody_is_dropped_and_a_patient_without_a_sample_has_no_burden() -> None:
    cohort = joined({})
    assert list(cohort.index) == ["P1", "P2", "P3"]
    assert cohort.loc["P1", ["tmb_per_mb", "n_variants", "callable_mb", "tumor_only"]].tolist() == [10, 20, 2, 0]
    assert cohort["sequenced"].tolist() == [1, 0, 0]
    assert cohort.loc[["P2", "P3"], ["tmb_per_mb", "n_variants", "callable_mb"]].isna().all(axis=None)


def test_zero_is_a_value_and_a_failed_sample_is_missing() -> None:
    zero = {"n_variants": 0, "tmb_per_mb": 0.0}
    cohort = joined(zero, {"patient": "P2", "sample": "T2", "status": "failed", **zero})
    assert cohort.loc["P1", ["tmb_per_mb", "n_variants", "sequenced"]].tolist() == [0, 0, 1]
    assert pd.isna(cohort.loc["P2", "tmb_per_mb"])
    assert pd.isna(cohort.loc["P2", "n_variants"])
    assert cohort.loc["P2", "sequenced"] == 0
    assert cohort.loc["P2", "tmb_status"] == "failed"


def test_a_sample_with_a_warning_counts_as_sequenced() -> None:
    assert joined({"status": "warn"}).loc["P1", ["sequenced", "tmb_per_mb"]].tolist() == [1, 10]


def test_the_first_definition_is_the_burden_and_the_others_carry_their_name() -> None:
    other = {"definition": "nonsynonymous", "n_variants": 22, "tmb_per_mb": 11.0}
    cohort = joined({}, other)
    assert cohort.loc["P1", ["tmb_per_mb", "tmb_per_mb_nonsynonymous", "n_variants"]].tolist() == [10, 11, 20]
    assert cohort.loc["P1", "tmb_definition"] == "merino_wes"
    cohort = joined({}, other, definition="nonsynonymous")
    assert cohort.loc["P1", ["tmb_per_mb", "tmb_per_mb_merino_wes", "n_variants"]].tolist() == [11, 10, 22]


@pytest.mark.parametrize(
    ("worse", "reason"),
    [
        ({"status": "warn", "callable_bp": 9_000_000}, "its status is ok, not warn"),
        ({"status": "failed"}, "its quality control did not fail"),
        ({"tumor_only": 1, "callable_bp": 9_000_000}, "it has a matched normal"),
        ({"callable_bp": 1_900_000}, "it has more callable bases"),
        ({"sample": "T2"}, "its name is first"),
    ],
)
@pytest.mark.parametrize("first", [0, 1])
def test_the_better_of_two_samples_is_taken_wherever_it_stands(worse: dict[str, Any], reason: str, first: int) -> None:
    rows = [{}, {"sample": "A0", "tmb_per_mb": 99.0, **worse}]
    result = burden(tmb(*rows[first:], *rows[:first]), definition="merino_wes")
    assert result.columns.loc["P1", ["tumor_sample", "tmb_per_mb"]].tolist() == ["T1", 10]
    other = rows[1]["sample"]
    assert list(result.selection.query("chosen == 0")["reason"]) == [f"P1: sample {other} not used; T1 is: {reason}"]


def test_a_sample_has_the_worst_status_of_its_definitions() -> None:
    other = {"definition": "nonsynonymous", "status": "failed"}
    cohort = joined({}, other, {"sample": "T2", "status": "warn", "tmb_per_mb": 7.0})
    assert cohort.loc["P1", ["tumor_sample", "tmb_per_mb"]].tolist() == ["T2", 7]


def test_a_burden_table_with_the_needed_columns_only_is_enough() -> None:
    frame = tmb({})[["patient", "sample", "definition", "tmb_per_mb", "status"]]
    columns = burden(frame, definition="merino_wes").columns
    assert columns.loc["P1", "tmb_per_mb"] == 10
    assert columns[["n_variants", "callable_mb", "tumor_only"]].isna().all(axis=None)


def test_the_definition_asked_for_must_exist() -> None:
    frame = tmb({}, {"definition": "all_coding"})
    assert primary_definition("t.tsv", frame, None) == "merino_wes"
    assert primary_definition("t.tsv", frame, "all_coding") == "all_coding"
    with pytest.raises(InputError, match=r"--definition is 'all'; expected a definition of t.tsv: merino_wes, all_c"):
        primary_definition("t.tsv", frame, "all")


@pytest.mark.parametrize(
    ("consequence", "counted"),
    [
        ("missense_variant", 1),
        ("missense", 1),
        ("splice_region_variant&stop_gained", 1),
        ("splice_acceptor_variant,intron_variant", 1),
        ("Frame_Shift_Del", 1),
        ("Splice_Site", 1),
        ("Translation_Start_Site", 1),
        ("MISSENSE_MUTATION", 1),
        ("inframe_altering", 1),
        ("Start_Codon_SNP", 1),
        ("disruptive_inframe_deletion", 1),
        ("synonymous_variant", 0),
        ("splice_region_variant", 0),
        ("Splice_Region", 0),
        ("Silent", 0),
        ("3'UTR", 0),
        ("RNA", 0),
        ("missense variant", 1),
    ],
)
def test_which_consequences_are_nonsynonymous(consequence: str, counted: int) -> None:
    rows = pd.DataFrame({"patient": ["P1", "P2"], "consequence": ["Missense_Mutation", consequence]})
    assert counts(rows, counted="nonsynonymous", path="m.tsv").to_dict() == {"P1": 1, "P2": counted}
    assert counts(rows, counted="all", path="m.tsv").to_dict() == {"P1": 1, "P2": 1}


def test_consequences_that_nobody_knows_are_an_error_and_not_zero() -> None:
    rows = pd.DataFrame({"patient": ["P1"], "consequence": ["nonsyn."]}, index=[7])
    with pytest.raises(
        InputError, match=r"m.tsv:7: consequence is 'nonsyn\.'; expected Sequence Ontology terms or MAF classes"
    ):
        counts(rows, counted="nonsynonymous", path="m.tsv")


def test_a_patient_none_of_whose_rows_is_understood_has_no_count(caplog: pytest.LogCaptureFixture) -> None:
    """The count was 0, as if nothing had been found."""
    rows = pd.DataFrame({"patient": ["P1", "P1", "P2"], "consequence": ["Silent", "nonsyn.", "nonsyn."]})
    found = counts(rows, counted="nonsynonymous", path="m.tsv")
    assert found["P1"] == 0 and pd.isna(found["P2"])
    assert "m.tsv: no consequence is known in any row of P2: n_variants is missing, not 0" in caplog.text
    people = pd.DataFrame({"patient": ["P1", "P2"], "sequenced": [1, 1]})
    assert join(people, n_variants=found)["n_variants"].isna().tolist() == [False, True]


def test_a_table_of_silent_variants_is_understood_and_counts_zero() -> None:
    rows = pd.DataFrame({"patient": ["P1", "P2"], "consequence": ["Silent", "synonymous_variant"]})
    assert counts(rows, counted="nonsynonymous", path="m.tsv").to_dict() == {"P1": 0, "P2": 0}


def test_counts_become_zero_for_the_sequenced_and_stay_missing_for_the_others() -> None:
    n_variants = pd.Series({"P1": 5}, dtype="Int64")
    assert join(PATIENTS, n_variants=n_variants)["n_variants"].tolist() == [5, pd.NA, pd.NA]
    listed = join(PATIENTS, n_variants=n_variants, listed={"P1": True, "P2": True, "P3": False})
    assert listed["n_variants"].tolist() == [5, 0, pd.NA] and listed["sequenced"].tolist() == [1, 1, 0]
    patients = PATIENTS.assign(sequenced=pd.array([1, 0, None], dtype="Int64"))
    assert join(patients, n_variants=n_variants)["n_variants"].tolist() == [5, pd.NA, pd.NA]


def test_pdl1_and_features_are_joined_and_the_untested_said_so() -> None:
    pdl1 = pd.DataFrame(
        {"patient": ["P2", "P1"], "value": [None, 5.0], "low": [1.0, 5.0], "high": [50.0, 5.0], "status": "scored"}
    )
    features = pd.DataFrame({"patient": ["P3", "X"], "ifng": [0.0, 1.0]})
    cohort = join(PATIENTS, pdl1=pdl1, features=features).set_index("patient")
    assert list(cohort.index) == ["P1", "P2", "P3"]
    assert cohort.loc["P1", ["pdl1", "pdl1_low", "pdl1_high", "pdl1_status"]].tolist() == [5, 5, 5, "scored"]
    assert pd.isna(cohort.loc["P2", "pdl1"])
    assert cohort.loc["P2", ["pdl1_low", "pdl1_high"]].tolist() == [1, 50]
    assert cohort.loc["P3", "pdl1_status"] == "not_tested"
    assert cohort.loc["P3", "ifng"] == 0
    assert cohort.loc[["P1", "P2"], "ifng"].isna().all()


def test_endpoints_replace_those_of_the_patients_sheet_and_dates_stay_there() -> None:
    patients = PATIENTS.assign(treatment_start=pd.Timestamp("2024-01-01"), responder=1)
    endpoints = pd.DataFrame({"patient": ["P1", "P3", "P2"], "responder": [0, 1, 0]})
    cohort = join(patients, endpoints=endpoints)
    assert cohort["responder"].tolist() == [0, 0, 1]
    assert "treatment_start" not in cohort
    assert join(patients)["responder"].tolist() == [1, 1, 1]
    assert join(patients, endpoints=endpoints[:2])["patient"].tolist() == ["P1", "P2", "P3"]


def test_codes_are_written_as_the_sheet_has_them() -> None:
    cohort = join(PATIENTS.assign(huge=1e300))
    assert cohort["site"].tolist() == [1, 2, pd.NA]
    assert cohort["age"].tolist()[0] == 60.0
    assert str(cohort["age"].dtype) == "float64"
    assert str(cohort["huge"].dtype) == "float64"


def test_each_column_comes_from_one_file() -> None:
    problems = collisions([("patients.tsv", ["age", "tmb_per_mb"]), ("tmb.tsv", ["tmb_per_mb"]), ("f.tsv", ["x"])])
    assert [str(p) for p in problems] == [
        "tmb.tsv:1: column is 'tmb_per_mb'; expected a name that patients.tsv does not bring"
    ]


def test_the_columns_announced_are_those_that_are_made() -> None:
    rows = tmb({}, {"definition": "b"})
    pdl1 = pd.DataFrame({"patient": ["P1"], "value": [1.0], "low": [1.0], "high": [1.0], "status": ["scored"]})
    made = join(PATIENTS[["patient"]], burden=burden(rows, definition="merino_wes").columns, pdl1=pdl1)
    assert set(columns_made(["tmb", "pdl1_selected"], definitions=["b"])) == set(made.columns) - {"patient"}
    made = join(PATIENTS[["patient"]], n_variants=pd.Series({"P1": 1}, dtype="Int64"))
    assert set(columns_made(["mutations"])) == set(made.columns) - {"patient"}


def test_a_column_that_is_declared_is_joined_and_foretold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one file that a column of the cohort needs is the schema."""
    load, schema = schemas.load, copy.deepcopy(schemas.load("cohort"))
    schema["properties"] |= {"tmb_ci_low": {"type": "number", "x-from": ["tmb.ci_low"]}}
    load = schemas.load
    monkeypatch.setattr(schemas, "load", lambda name: schema if name == "cohort" else load(name))
    assert joined({"ci_low": 7.5}).loc["P1", "tmb_ci_low"] == 7.5
    assert "tmb_ci_low" in columns_made(["tmb"])


changes = st.fixed_dictionaries(
    {
        "patient": st.sampled_from(["P1", "P2", "X"]),
        "sample": st.sampled_from(["T1", "T2", "T3"]),
        "definition": st.sampled_from(["merino_wes", "nonsynonymous"]),
        "status": st.sampled_from(["ok", "warn", "failed"]),
        "tumor_only": st.sampled_from([0, 1]),
        "callable_bp": st.sampled_from([1_000_000, 2_000_000]),
        "tmb_per_mb": st.sampled_from([0.0, 5.0]),
    }
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(changes, min_size=1, max_size=8, unique_by=lambda r: (r["patient"], r["sample"], r["definition"])),
    st.randoms(),
)
def test_the_order_of_rows_changes_nothing(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    one, other = joined(*rows), joined(*shuffled)
    pd.testing.assert_frame_equal(one, other, check_like=True)
