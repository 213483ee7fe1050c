"""One specimen per patient. Oracle: shared design/methods.md section 2; each rule has a row that fails only it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biomarkers.clinical import pdl1
from biomarkers.clinical.pdl1 import Selection, clone, scored
from biomarkers.errors import Problems
from biomarkers.settings import Pdl1

PATIENTS = pd.DataFrame(
    {"patient": ["P1", "P2"], "treatment_start": pd.to_datetime(["2024-02-01", "2024-02-01"])}, index=[2, 3]
)
POOL = ["22C3", "28-8", "SP263"]
GOOD = {
    "patient": "P1",
    "specimen": "good",
    "collected": "2024-01-01",
    "assay": "22C3",
    "score_type": "TPS",
    "value": "60",
    "viable_cells": 100.0,
}


def sheet(*changes: dict[str, Any]) -> pd.DataFrame:
    """Rows like GOOD with changes; the specimen's name tells them apart."""
    frame = pd.DataFrame([{**GOOD, **change} for change in changes])
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    frame["collected"] = pd.to_datetime(frame["collected"])
    return scored(frame, unit="percent")


def select(patients: pd.DataFrame, frame: pd.DataFrame, *, assays: list[str], **settings: Any) -> Selection:
    return pdl1.select(patients, frame, Pdl1(**settings), assays=assays)


def assays_to_use(
    path: str, frame: pd.DataFrame, *, score_type: Any, assays: list[str], problems: Problems
) -> list[str]:
    return pdl1.assays_to_use(path, frame, Pdl1(score_type=score_type, assays=assays), problems)


def chosen(frame: pd.DataFrame, patient: str = "P1", **settings: Any) -> pd.Series:
    result = select(PATIENTS, frame, **{"score_type": "TPS", "assays": POOL, **settings})
    return result.selected.set_index("patient").loc[patient]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"score_type": "CPS"}, "score_type"),
        ({"value": None}, "no_value"),
        ({"assay": "SP142"}, "assay"),
        ({"assay": "73-10"}, "assay"),
        ({"assay": None}, "assay"),
        ({"collected": None}, "undated"),
        ({"collected": "2024-02-02"}, "after_treatment_start"),
        ({"value": "NE"}, "not_evaluable"),
        ({"viable_cells": 99.0}, "viable_cells"),
        ({"assay": "28-8", "collected": "2024-01-31"}, "less_preferred_assay"),
        ({"collected": "2023-12-31"}, "farther_from_start"),
        ({"value": "59"}, "tied_value"),
    ],
)
def test_each_rule_rejects_the_row_that_fails_only_it(change: dict[str, Any], reason: str) -> None:
    result = select(PATIENTS, sheet({"specimen": "bad", **change}, {}), score_type="TPS", assays=POOL)
    assert list(result.rejected["specimen"]) == ["bad"]
    assert list(result.rejected["reason"]) == [reason]
    assert list(result.rejected["line"]) == [2]
    assert result.selected["specimen"].iloc[0] == "good"
    assert result.selected["value"].iloc[0] == 60


def test_the_day_of_the_first_dose_and_a_missing_cell_count_are_good_enough() -> None:
    row = chosen(sheet({"collected": "2024-02-01", "viable_cells": float("nan")}))
    assert row["status"] == "scored"


def test_sp142_needs_fewer_cells() -> None:
    assert chosen(sheet({"assay": "SP142", "viable_cells": 50.0}), assays=["SP142"])["status"] == "scored"
    assert chosen(sheet({"assay": "SP142", "viable_cells": 49.0}), assays=["SP142"])["status"] == "not_evaluable"


def test_untested_and_not_evaluable_patients_keep_a_row_without_a_score() -> None:
    result = select(PATIENTS, sheet({"value": "QNS"}), score_type="TPS", assays=POOL)
    assert list(result.selected["patient"]) == ["P1", "P2"]
    assert list(result.selected["status"]) == ["not_evaluable", "not_tested"]
    assert result.selected[["low", "high", "value"]].isna().all(axis=None)
    assert list(result.selected["n_specimens"]) == [1, 0]
    assert result.rejected.empty


def test_a_specimen_with_too_few_cells_gives_no_score() -> None:
    row = chosen(sheet({"viable_cells": 10.0}))
    assert (row["status"], row["note"]) == ("not_evaluable", "too few viable tumor cells")
    assert row[["low", "high", "value"]].isna().all()


def test_a_patient_whose_every_row_was_rejected_is_not_tested_and_told_why() -> None:
    row = chosen(sheet({"score_type": "CPS"}, {"collected": "2024-03-01"}, {"assay": "SP142"}))
    assert row["status"] == "not_tested"
    assert row["note"] == "rejected: 1 score_type, 1 assay, 1 after_treatment_start"


def test_an_evaluable_specimen_farther_away_beats_one_that_is_not() -> None:
    row = chosen(sheet({"value": "NE", "specimen": "near"}, {"collected": "2020-01-01", "specimen": "far"}))
    assert (row["specimen"], row["status"]) == ("far", "scored")


def test_an_interval_has_no_value() -> None:
    row = chosen(sheet({"value": "1-49%"}))
    assert (row["low"], row["high"]) == (1, 50)
    assert pd.isna(row["value"])


def test_the_window_is_counted_from_the_start_and_includes_its_end() -> None:
    frame = sheet({})
    assert chosen(frame, window_days=31)["status"] == "scored"
    result = select(PATIENTS, frame, score_type="TPS", assays=POOL, window_days=30)
    assert list(result.rejected["reason"]) == ["outside_window"]


@pytest.mark.parametrize(("ties", "value"), [("max", 60), ("min", 20)])
def test_ties_follow_the_policy(ties: str, value: float) -> None:
    frame = sheet({"value": "20", "specimen": "a"}, {"value": "60", "specimen": "b"}, {"value": "40", "specimen": "c"})
    assert chosen(frame, ties=ties)["value"] == value


def test_undated_specimens_can_be_accepted_as_the_last_choice() -> None:
    undated = {"collected": None, "specimen": "undated", "value": "80"}
    row = chosen(sheet(undated), undated="accept")
    assert (row["value"], row["flags"]) == (80, "undated")
    assert chosen(sheet(undated, {}), undated="accept")["specimen"] == "good"


def test_without_treatment_start_dates_exclude_nothing() -> None:
    result = select(PATIENTS[["patient"]], sheet({"collected": "2030-01-01"}), score_type="TPS", assays=POOL)
    assert result.selected["status"].iloc[0] == "scored"


def test_a_patient_who_was_never_treated_gets_the_latest_specimen() -> None:
    patients = PATIENTS.assign(treatment_start=pd.NaT)
    frame = sheet({"collected": "2023-01-01", "specimen": "old"}, {"collected": "2024-06-01", "specimen": "new"})
    result = select(patients, frame, score_type="TPS", assays=POOL)
    assert result.selected["specimen"].iloc[0] == "new"


def test_disagreement_across_a_cutoff_names_the_cutoff() -> None:
    frame = sheet({"value": "60"}, {"value": "1-49", "collected": "2023-01-01"})
    assert chosen(frame)["discordant_at"] == "50"
    assert chosen(frame, cutoffs=[1, 60])["discordant_at"] == "60"


@pytest.mark.parametrize(
    "other",
    [
        {"value": "50"},
        {"value": "NE"},
        {"value": "0", "score_type": "CPS"},
        {"value": "0", "collected": "2024-03-01"},
        {"value": "0", "assay": "SP142"},
        {"value": "0", "patient": "P2"},
    ],
)
def test_no_disagreement_on_the_same_side_or_with_a_row_that_is_not_eligible(other: dict[str, Any]) -> None:
    assert pd.isna(chosen(sheet({}, {"collected": "2023-12-01", **other}))["discordant_at"])


def test_an_indeterminate_interval_does_not_disagree() -> None:
    frame = sheet({"value": "1-60"}, {"value": "0", "collected": "2023-01-01"})
    assert pd.isna(chosen(frame, cutoffs=[50])["discordant_at"])
    assert chosen(frame, cutoffs=[1])["discordant_at"] == "1"


@pytest.mark.parametrize(
    ("further", "flags"),
    [
        ({"note": "Cytology cell block"}, "cytology"),
        ({"preparation": "bone, decalcified"}, "decalcified"),
        ({"preparation": "not decalcified"}, None),
        ({"preparation": "non-cytology"}, None),
        ({"decalcified": "yes"}, "decalcified"),
        ({"decalcified": "no"}, None),
        ({"status": "cytology"}, "cytology"),
        ({"collected": "2021-01-31"}, "old_block"),
        ({"collected": "2021-02-02"}, None),
    ],
)
def test_flags_say_what_the_sheet_states(further: dict[str, str], flags: str | None) -> None:
    assert chosen(sheet(further))["flags"] == flags or (flags is None and pd.isna(chosen(sheet(further))["flags"]))


@pytest.mark.parametrize(
    ("assay", "name"),
    [
        ("22C3", "22C3"),
        ("Dako 22c3 pharmDx", "22C3"),
        ("28-8", "28-8"),
        ("28.8 pharmDx", "28-8"),
        ("VENTANA PD-L1 (SP263)", "SP263"),
        ("SP 142", "SP142"),
        ("73-10", "73-10"),
        ("js311", "JS311"),
        ("22C3/SP142", "22C3/SP142"),
        ("128-8", "128-8"),
        (None, ""),
    ],
)
def test_clones_are_found_in_names_of_kits(assay: str | None, name: str) -> None:
    assert clone(assay) == name


def _assays(rows: list[tuple[str, str]], asked: list[str], score_type: str = "TPS") -> tuple[list[str], list[str]]:
    frame = pd.DataFrame(rows, columns=["assay", "score_type"])
    problems = Problems()
    used = assays_to_use("s.tsv", frame, score_type=score_type, assays=asked, problems=problems)  # type: ignore[arg-type]
    return used, [str(problem) for problem in problems.found]


def test_the_three_interchangeable_assays_are_pooled_and_no_other() -> None:
    assert _assays([("SP142", "TPS"), ("28-8", "TPS"), ("JS311", "TPS")], []) == (POOL, [])


def test_the_only_assay_of_a_score_type_is_used_whatever_its_name() -> None:
    assert _assays([("JS311", "TPS"), ("SP142", "IC")], []) == (["JS311"], [])
    assert _assays([("22C3", "TPS"), ("SP142", "IC")], [], "IC") == (["SP142"], [])


@pytest.mark.parametrize("score_type", ["CPS", "TC", "TAP", "IC"])
def test_only_tps_of_the_three_is_pooled(score_type: str) -> None:
    rows = [("22C3", score_type), ("28-8", score_type), ("SP263", "TPS")]
    assert _assays(rows, [], score_type)[1] == [
        f"s.tsv: assay is one of 22C3, 28-8; expected one assay of {score_type}, or --assays that names the one to use,"
        " or those to pool"
    ]
    assert _assays(rows, ["28-8"], score_type) == (["28-8"], [])
    assert _assays(rows[:1], [], score_type) == (["22C3"], [])


def test_several_other_assays_are_pooled_only_when_asked() -> None:
    rows = [("JS311", "TPS"), ("73-10", "TPS")]
    assert _assays(rows, [])[1] == [
        "s.tsv: assay is one of 73-10, JS311; expected one assay of TPS, or --assays that names the one to use, or"
        " those to pool"
    ]
    assert _assays(rows, ["js311", "73-10"]) == (["JS311", "73-10"], [])


def test_sp142_is_never_pooled() -> None:
    assert "SP142 alone" in _assays([], ["22C3", "SP142"])[1][0]
    assert _assays([], ["SP142"]) == (["SP142"], [])


rows = st.fixed_dictionaries(
    {
        "patient": st.sampled_from(["P1", "P2"]),
        "specimen": st.sampled_from(["a", "b", "c"]),
        "collected": st.sampled_from([None, "2024-01-01", "2023-06-01", "2024-03-01"]),
        "assay": st.sampled_from([*POOL, "SP142"]),
        "value": st.sampled_from(["0", "<1", "1-49", "55", "NE", None]),
        "viable_cells": st.sampled_from([50.0, 200.0]),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(rows, min_size=1, max_size=8, unique_by=lambda r: tuple(str(v) for v in r.values())), st.randoms())
def test_the_order_of_the_sheet_changes_nothing_and_no_row_is_lost(changes: list[dict[str, Any]], random: Any) -> None:
    one = select(PATIENTS, sheet(*changes), score_type="TPS", assays=POOL)
    shuffled = random.sample(changes, len(changes))
    other = select(PATIENTS, sheet(*shuffled), score_type="TPS", assays=POOL)
    pd.testing.assert_frame_equal(one.selected, other.selected)
    assert len(one.rejected) + (one.selected["status"] != "not_tested").sum() == len(changes)
    key = ["patient", "specimen", "collected", "assay", "value", "viable_cells", "reason"]
    by_key = [frame.rejected[key].astype(str).sort_values(key).to_numpy().tolist() for frame in (one, other)]
    assert by_key[0] == by_key[1]
