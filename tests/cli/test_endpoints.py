"""`biomarkers endpoints` from files to files: real trial data, ready-made endpoints, bad input, settings."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run

DAYS_PER_MONTH = 30.4375
PATIENTS = "patient\ttreatment_start\tdeath_date\tlast_alive_date\tnew_therapy_date"
VISITS = "patient\tdate\tresponse"


class Trial:
    """Sheets in a temporary folder and the command on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, *lines: str) -> Path:
        path = self.folder / name
        path.write_text("".join(line.replace(" | ", "\t") + "\n" for line in lines))
        return path

    def call(self, *options: object, patients: Path, assessments: Path | None = None) -> int:
        visits = [] if assessments is None else ["--assessments", assessments]
        out = ["--endpoints", self.folder / "endpoints.tsv", "--rates", self.folder / "rates.tsv"]
        return run([str(o) for o in ["endpoints", "--patients", patients, *visits, *options, *out]])

    def endpoints(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "endpoints.tsv", sep="\t", keep_default_na=False, na_values=[""]).set_index(
            "patient"
        )

    def rates(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "rates.tsv", sep="\t")

    def rate(self, endpoint: str, definition: str) -> pd.Series:
        table = self.rates()
        return table[(table["endpoint"] == endpoint) & (table["definition"] == definition)].iloc[0]

    def wrote_nothing(self) -> bool:
        return not any(self.folder.glob("*endpoints.tsv*")) and not any(self.folder.glob("*rates.tsv*"))


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)


@pytest.fixture
def small(trial: Trial) -> tuple[Path, Path]:
    """a: confirmed PR then PD; b: SD 150 days; c: treated, no assessment; d: never treated."""
    patients = trial.write(
        "patients.tsv",
        PATIENTS,
        "a | 2024-01-01 |  | 2024-12-31 | 2024-05-01",
        "b | 2024-01-01 | 2024-06-30 |  | ",
        "c | 2024-01-01 |  | 2024-02-01 | ",
        "d |  |  | 2024-02-01 | ",
    )
    assessments = trial.write(
        "assessments.tsv",
        VISITS,
        "a | 2024-02-15 | PR",
        "a | 2024-04-01 | PR",
        "a | 2024-05-15 | PD",
        "b | 2024-02-15 | SD",
        "b | 2024-05-30 | SD",
    )
    return patients, assessments


def test_every_patient_of_the_pharmaverse_trial_as_admiralonco(trial: Trial, shared_data: Path) -> None:
    folder = shared_data / "pharmaverse_onco"
    expected = pd.read_csv(folder / "expected_endpoints.tsv", sep="\t", keep_default_na=False, na_values=[""])
    expected = expected.set_index("patient")
    sheets = {"patients": folder / "patients.tsv", "assessments": folder / "assessments.tsv"}
    assert trial.call("--unconfirmed", "--minimum-sd-days", 42, "--confirmation-days", 28, **sheets) == 0
    found = trial.endpoints()
    assert len(found) == 254 and found.index.tolist() == pd.read_csv(sheets["patients"], sep="\t")["patient"].tolist()
    expected = expected.loc[found.index]
    for column in ("best_response", "confirmed_best_response"):
        assert found[column].tolist() == expected[column].tolist()
    for name in ("os", "pfs", "dor"):
        days = (found[f"{name}_months"] * DAYS_PER_MONTH).tolist()
        assert days == pytest.approx(expected[f"{name}_days"].tolist(), rel=1e-9, nan_ok=True)
        assert found[f"{name}_event"].fillna(-1).tolist() == expected[f"{name}_event"].fillna(-1).tolist()
        assert found[f"{name}_reason"].notna().all()


def test_small_trial_by_hand(trial: Trial, small: tuple[Path, Path]) -> None:
    assert trial.call(patients=small[0], assessments=small[1]) == 0
    table = trial.endpoints()
    a, b, c, d = (table.loc[patient] for patient in "abcd")
    assert a[["best_response", "best_response_date", "confirmed_best_response"]].tolist() == ["PR", "2024-02-15", "PR"]
    assert a[["responder", "disease_control", "sd_gt_4_months", "pfs_event", "dor_event"]].tolist() == [1, 1, 0, 1, 1]
    assert a["pfs_months"] == pytest.approx(136 / DAYS_PER_MONTH, rel=1e-12)
    assert a["dor_months"] == pytest.approx(91 / DAYS_PER_MONTH, rel=1e-12)
    assert a["pfs_reason"] == "PD (assessments)"
    assert b[["best_response", "responder", "disease_control", "sd_gt_4_months"]].tolist() == ["SD", 0, 1, 1]
    assert b[["pfs_event", "pfs_reason", "os_reason"]].tolist() == [1, "death (patients)", "death (patients)"]
    assert b["os_months"] == pytest.approx(182 / DAYS_PER_MONTH, rel=1e-12)
    assert c[["best_response", "responder", "disease_control", "treated"]].tolist() == ["MISSING", 0, 0, 1]
    assert d["treated"] == 0 and d["pfs_reason"] == "never treated (patients)"
    assert d.drop(["treated", "pfs_reason", "os_reason", "dor_reason", "ttp_reason"]).isna().all()
    assert trial.rate("orr", "all_treated")[["n", "events"]].tolist() == [3, 1]
    assert trial.rate("orr", "evaluable")[["n", "events"]].tolist() == [2, 1]
    assert trial.rate("sd_gt_4_months", "all_treated")[["n", "events", "n_unknown"]].tolist() == [3, 1, 0]


def test_shifting_every_date_and_the_order_of_rows_change_no_month(trial: Trial, small: tuple[Path, Path]) -> None:
    trial.call(patients=small[0], assessments=small[1])
    before = trial.endpoints().drop(columns="best_response_date")
    for number, path in enumerate(small):
        frame = pd.read_csv(path, sep="\t", dtype=str).iloc[::-1]
        for column in frame.columns[frame.columns.str.contains("date|start")]:
            shifted = pd.to_datetime(frame[column]) + pd.Timedelta(days=1234)
            frame[column] = shifted.dt.strftime("%Y-%m-%d")
        frame.to_csv(trial.folder / f"shifted{number}.tsv", sep="\t", index=False)
    assert trial.call(patients=trial.folder / "shifted0.tsv", assessments=trial.folder / "shifted1.tsv") == 0
    pd.testing.assert_frame_equal(trial.endpoints().drop(columns="best_response_date").loc[before.index], before)


def test_responder_and_duration_follow_the_confirmation(trial: Trial) -> None:
    patients = trial.write("p.tsv", PATIENTS, "a | 2024-01-01 |  |  | ", "b | 2024-01-01 |  |  | ")
    visits = trial.write(
        "v.tsv",
        VISITS,
        *("a | 2024-02-01 | PR", "a | 2024-03-01 | SD", "a | 2024-04-01 | PR", "a | 2024-05-01 | PR"),
        *("b | 2024-03-01 | PR", "b | 2024-04-01 | PD"),
    )
    for option, responders, days in (("--confirmed", [1, 0], 31), ("--unconfirmed", [1, 1], 91)):
        assert trial.call(option, patients=patients, assessments=visits) == 0
        table = trial.endpoints()
        assert table["responder"].tolist() == responders
        assert table.loc["a", "dor_months"] == pytest.approx(days / DAYS_PER_MONTH, rel=1e-12)
        assert pd.isna(table.loc["b", "dor_months"]) == (option == "--confirmed")


def test_what_happens_on_the_day_of_the_data_cutoff_is_known(trial: Trial) -> None:
    patients = trial.write(
        "p.tsv",
        PATIENTS,
        "visit | 2024-01-01 |  |  | ",
        "death | 2024-01-01 | 2024-06-01 |  | ",
        "starts | 2024-06-01 |  | 2024-06-01 | ",
        "later | 2024-06-02 |  | 2024-07-01 | ",
    )
    visits = trial.write("v.tsv", VISITS, "visit | 2024-06-01 | SD", "later | 2024-06-20 | PR")
    assert trial.call("--data-cutoff", "2024-06-01", patients=patients, assessments=visits) == 0
    table = trial.endpoints()
    assert table["treated"].tolist() == [1, 1, 1, 0]
    assert table.loc["visit", "best_response"] == "SD"
    assert table.loc["death", ["pfs_event", "os_event"]].tolist() == [1, 1]
    assert table.loc["later", "pfs_reason"] == "treatment started after the data cutoff (patients)"


def test_a_visit_before_the_start_proves_nothing_about_survival(trial: Trial) -> None:
    patients = trial.write("p.tsv", PATIENTS, "a | 2024-01-01 |  |  | ")
    visits = trial.write("v.tsv", VISITS, "a | 2023-12-01 | SD")
    assert trial.call(patients=patients, assessments=visits) == 0
    a = trial.endpoints().loc["a"]
    assert a["os_months"] == pytest.approx(1 / DAYS_PER_MONTH, rel=1e-12)
    assert a["best_response"] == "MISSING"


def test_fda_censors_at_the_new_therapy(trial: Trial, small: tuple[Path, Path]) -> None:
    options = ("--censoring", "fda", "--visit-interval-days", 60)
    assert trial.call(*options, patients=small[0], assessments=small[1]) == 0
    a = trial.endpoints().loc["a"]
    assert a["pfs_event"] == 0 and a["pfs_months"] == pytest.approx(92 / DAYS_PER_MONTH, rel=1e-12)
    assert a["dor_event"] == 0 and a["dor_months"] == pytest.approx(47 / DAYS_PER_MONTH, rel=1e-12)
    assert "new therapy" in a["pfs_reason"]
    assert a[["pfs_event_ema_itt", "dor_event_ema_itt"]].tolist() == [1, 1]
    assert a["pfs_months_ema_itt"] == pytest.approx(136 / DAYS_PER_MONTH, rel=1e-12)
    assert trial.rate("pfs_median", "all_treated")["note"].startswith("fda")
    assert trial.call("--visit-interval-days", 60, patients=small[0], assessments=small[1]) == 0
    assert trial.endpoints().loc["a", ["pfs_event", "pfs_event_fda"]].tolist() == [1, 0]


def test_fda_refuses_to_guess_the_visit_interval(
    trial: Trial, small: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert trial.call("--censoring", "fda", patients=small[0], assessments=small[1]) == 2
    assert "--visit-interval-days is missing; expected the planned days" in capsys.readouterr().err
    assert trial.wrote_nothing()


def test_assessments_from_the_new_therapy_on_do_not_count_for_response(trial: Trial) -> None:
    patients = trial.write("p.tsv", PATIENTS, "a | 2024-01-01 |  | 2024-12-31 | 2024-03-01")
    visits = trial.write("v.tsv", VISITS, "a | 2024-02-29 | SD", "a | 2024-03-01 | PR", "a | 2024-04-01 | PR")
    assert trial.call(patients=patients, assessments=visits) == 0
    a = trial.endpoints().loc["a"]
    assert a["best_response"] == "SD"
    assert a["pfs_months"] == pytest.approx(92 / DAYS_PER_MONTH, rel=1e-12)


def test_response_within_days_bounds_response_but_not_progression(trial: Trial) -> None:
    patients = trial.write("p.tsv", PATIENTS, "a | 2024-01-01 |  | 2026-01-01 | ")
    visits = trial.write("v.tsv", VISITS, "a | 2024-03-01 | SD", "a | 2024-12-31 | PR", "a | 2025-03-01 | PR")
    for days, expected in ((364, "SD"), (365, "PR")):
        assert trial.call("--response-within-days", days, patients=patients, assessments=visits) == 0
        a = trial.endpoints().loc["a"]
        assert (a["best_response"], a["confirmed_best_response"]) == (expected, "SD")
        assert a["pfs_months"] == pytest.approx(426 / DAYS_PER_MONTH, rel=1e-12)


def test_the_data_cutoff_hides_what_came_later(trial: Trial, small: tuple[Path, Path]) -> None:
    assert trial.call("--data-cutoff", "2024-05-14", patients=small[0], assessments=small[1]) == 0
    table = trial.endpoints()
    assert table["pfs_event"].tolist()[:3] == [0, 0, 0] and table["os_event"].tolist()[:3] == [0, 0, 0]
    assert table.loc["a", "os_months"] == pytest.approx(135 / DAYS_PER_MONTH, rel=1e-12)
    assert table.loc["b", "pfs_months"] == pytest.approx(46 / DAYS_PER_MONTH, rel=1e-12)
    assert pd.isna(table.loc["b", "sd_gt_4_months"])
    assert table.loc["a", "endpoint_note"] == "1 assessment after the data cutoff, not used"
    assert table.loc["c", "os_reason"] == "censored: last known alive (patients)"


def test_visits_before_start_and_after_death_are_not_used_and_noted(trial: Trial) -> None:
    patients = trial.write("p.tsv", PATIENTS, "a | 2024-01-01 | 2024-03-01 |  | ")
    visits = trial.write("v.tsv", VISITS, "a | 2023-12-31 | PD", "a | 2024-02-01 | PR", "a | 2024-03-02 | CR")
    assert trial.call("--unconfirmed", patients=patients, assessments=visits) == 0
    a = trial.endpoints().loc["a"]
    assert (a["best_response"], a["pfs_reason"]) == ("PR", "death (patients)")
    assert a["endpoint_note"] == "1 assessment before treatment start, not used; 1 assessment after death, not used"


def test_non_cr_non_pd_is_disease_control_unless_excluded(trial: Trial) -> None:
    patients = trial.write("p.tsv", PATIENTS, "a | 2024-01-01 |  | 2024-12-31 | ")
    visits = trial.write("v.tsv", VISITS, "a | 2024-06-01 | NON-CR/NON-PD")
    for options, expected in (([], 1), (["--exclude-non-cr-non-pd"], 0)):
        assert trial.call(*options, patients=patients, assessments=visits) == 0
        assert trial.endpoints().loc["a", "disease_control"] == expected
        assert trial.endpoints().loc["a", "sd_gt_4_months"] == 0


def test_one_evaluator_is_used_and_agreement_reported(trial: Trial) -> None:
    patients = trial.write(
        "p.tsv", PATIENTS, "a | 2024-01-01 |  |  | ", "b | 2024-01-01 |  |  | ", "c | 2024-01-01 |  |  | "
    )
    visits = trial.write(
        "v.tsv",
        VISITS + "\tevaluator",
        "a | 2024-03-01 | SD | Investigator",
        "a | 2024-03-01 | PD | BICR",
        "b | 2024-03-01 | SD | Investigator",
        "b | 2024-03-01 | SD | BICR",
        "c | 2024-03-01 | PD | BICR",
    )
    assert trial.call(patients=patients, assessments=visits) == 0
    assert trial.endpoints()["best_response"].tolist() == ["SD", "SD", "MISSING"]
    assert trial.rate("best_response_agreement", "investigator vs BICR")[["n", "events"]].tolist() == [2, 1]
    assert trial.call("--evaluator", "BICR", patients=patients, assessments=visits) == 0
    assert trial.endpoints()["best_response"].tolist() == ["PD", "SD", "PD"]


def test_ready_made_endpoints_pass_through(trial: Trial) -> None:
    patients = trial.write(
        "p.tsv",
        "patient | best_response | pfs_months | pfs_event | os_months | os_event | age",
        "a | CR | 12.5 | 0 | 20 | 0 | 60",
        "b | SD | 4.1 | 1 | 9 | 1 | 61",
        "c | SD | 3.9 | 0 |  |  | 62",
        "d | NE | 0.5 | 1 | 0.5 | 1 | 63",
        "e |  | 3 | 1 | 4 | 1 | 64",
        "f |  |  |  |  |  | 65",
    )
    assert trial.call(patients=patients) == 0
    table = trial.endpoints()
    assert table["responder"].fillna(-1).tolist() == [1, 0, 0, 0, -1, -1]
    assert table["best_response"].fillna("").tolist() == ["CR", "SD", "SD", "NE", "", ""]
    assert table["sd_gt_4_months"].fillna(-1).tolist() == [0, 1, -1, 0, -1, -1]
    assert table["pfs_months"].fillna(-1).tolist() == [12.5, 4.1, 3.9, 0.5, 3, -1]
    assert table["os_event"].fillna(-1).tolist() == [0, 1, -1, 1, 1, -1]
    assert table.loc["a", "os_reason"] == "stated (patients)"
    assert trial.rate("orr", "all_treated")[["n", "events", "n_unknown"]].tolist() == [4, 1, 1]
    assert trial.rate("orr", "evaluable")[["n", "events"]].tolist() == [3, 1]
    assert trial.rate("os_median", "all_treated")[["n", "events", "n_unknown"]].tolist() == [4, 3, 1]


def test_stated_values_fill_in_where_nothing_can_be_derived(trial: Trial) -> None:
    patients = trial.write(
        "p.tsv",
        "patient | treatment_start | death_date | best_response | pfs_months | pfs_event | os_months | os_event",
        "a | 2024-01-01 | 2024-12-31 | PD | 1 | 1 | 1 | 1",
        "b | 2024-01-01 |  | CR | 9 | 0 | 9 | 0",
    )
    visits = trial.write("v.tsv", VISITS, "a | 2024-03-01 | SD")
    assert trial.call(patients=patients, assessments=visits) == 0
    table = trial.endpoints()
    assert table["best_response"].tolist() == ["SD", "CR"] and table["responder"].tolist() == [0, 1]
    assert table["pfs_reason"].tolist() == ["death (patients)", "stated (patients)"]
    assert table["os_months"].tolist() == pytest.approx([366 / DAYS_PER_MONTH, 9], rel=1e-12)


def test_four_months_of_stable_disease_are_not_longer_than_four(trial: Trial) -> None:
    patients = trial.write("p.tsv", "patient | best_response | pfs_months | pfs_event", "a | SD | 4 | 1")
    assert trial.call(patients=patients) == 0
    assert trial.endpoints().loc["a", "sd_gt_4_months"] == 0


def test_stated_response_without_stated_pfs_leaves_pfs_empty(trial: Trial) -> None:
    patients = trial.write("p.tsv", "patient | treatment_start | best_response", "a | 2024-01-01 | CR")
    visits = trial.write("v.tsv", VISITS)
    assert trial.call(patients=patients, assessments=visits) == 0
    a = trial.endpoints().loc["a"]
    assert a["responder"] == 1 and pd.isna(a["pfs_months"])
    assert a["pfs_reason"] == "not derived: no assessments given"


def test_survival_without_assessments_leaves_response_empty(trial: Trial, small: tuple[Path, Path]) -> None:
    assert trial.call(patients=small[0]) == 0
    table = trial.endpoints()
    assert table[["best_response", "responder", "pfs_months"]].isna().all(axis=None)
    assert table["os_months"].notna().tolist() == [True, True, True, False]
    assert trial.rate("orr", "all_treated")["n"] == 0


def test_every_problem_of_every_sheet_at_once(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    patients = trial.write(
        "p.tsv",
        PATIENTS + "\tpfs_months\tpfs_event\tage",
        "a | 2024-01-01 | 2023-12-31 |  |  |  |  | 60",
        "b | 2024-02-30 |  |  |  | -1 | 2 | 61",
        "c | 2024-01-01 |  |  | 2023-06-01 | 3 |  | old",
    )
    visits = trial.write(
        "v.tsv",
        VISITS,
        "a | 2024-02-31 | SD",
        "aa | 2024-02-01 | SD",
        "b | 2024-02-01 | CRX",
        "b |  | worse",
    )
    assert (
        trial.call("--data-cutoff", "tomorrow", "--minimum-sd-days", "-1", patients=patients, assessments=visits) == 2
    )
    said = capsys.readouterr().err
    for place in (
        "--data-cutoff is 'tomorrow'; expected a date",
        "--minimum-sd-days is '-1'; expected",
        "p.tsv:3: treatment_start is '2024-02-30'; expected a date",
        "p.tsv:3: pfs_months is '-1'; expected a number of at least 0",
        "p.tsv:3: pfs_event is '2'; expected one of 0, 1",
        "p.tsv:2: death_date is '2023-12-31'; expected a day not before",
        "p.tsv:4: pfs_event is empty; expected a value wherever pfs_months has one",
        "v.tsv:2: date is '2024-02-31'; expected a date",
        "v.tsv:3: patient is 'aa'; expected a patient of",
        "v.tsv:4: response is 'CRX'; expected one of CR, PR, SD, NON-CR/NON-PD, PD, NE\n",
        "v.tsv:5: date is empty; expected a date",
        "v.tsv:5: response is 'worse'; expected one of",
    ):
        assert place in said, place
    assert len(said.strip().splitlines()) == 13
    assert trial.wrote_nothing()


def test_contradictions_between_columns_and_sheets(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    patients = trial.write(
        "p.tsv",
        PATIENTS + "\tpfs_months\tpfs_event",
        "a | 2024-01-01 | 2023-12-31 |  |  |  | ",
        "b | 2024-01-01 |  |  | 2023-06-01 | 3 | ",
        "c | 2024-01-01 |  |  |  |  | 1",
    )
    visits = trial.write("v.tsv", VISITS + "\tevaluator", "cc | 2024-02-01 | SD | BICR", "c | 2024-02-01 | SD | ")
    assert trial.call(patients=patients, assessments=visits) == 2
    said = capsys.readouterr().err
    for place in (
        "p.tsv:2: death_date is '2023-12-31'; expected a day not before treatment_start, 2024-01-01",
        "p.tsv:3: new_therapy_date is '2023-06-01'; expected a day not before treatment_start, 2024-01-01",
        "p.tsv:3: pfs_event is empty; expected a value wherever pfs_months has one",
        "p.tsv:4: pfs_months is empty; expected a value wherever pfs_event has one",
        "v.tsv:2: patient is 'cc'; expected a patient of",
        "v.tsv:3: evaluator is empty; expected a name",
        "v.tsv: evaluator is 'investigator'; expected an evaluator of this sheet: BICR;"
        " which one counts is set by endpoints.evaluator of the config (of the command: --evaluator)",
    ):
        assert place in said, place
    assert trial.wrote_nothing()


def test_lesions_give_the_visits_and_adverse_events_their_tables(
    trial: Trial, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    patients = trial.write("p.tsv", PATIENTS, "a | 2024-01-01 |  | 2024-12-31 | ", "b | 2024-01-01 |  | 2024-12-31 | ")
    assessments = trial.write("v.tsv", VISITS, "a | 2024-03-01 | PD", "b | 2024-03-01 | SD")
    lesions = trial.write(
        "l.tsv",
        "patient | date | lesion | role | nodal | diameter_mm | status",
        "a | 2023-12-20 | T1 | target | 0 | 50 | ",
        "a | 2023-12-20 | N1 | non_target | 0 |  | ",
        "a | 2024-03-01 | T1 | target | 0 | 20 | ",
        "a | 2024-03-01 | N1 | non_target | 0 |  | NON-CR/NON-PD",
        "a | 2024-05-01 | T1 | target | 0 | 19 | ",
        "a | 2024-05-01 | X1 | new |  |  | ",
    )
    events = trial.write("ae.tsv", "patient | term | grade | onset", "a | Rash | 3 | 2024-01-05", "b | Rash |  | ")
    options = ("--lesions", lesions, "--visits", trial.folder / "visits.tsv", "--adverse-events", events)
    options = (*options, "--adverse-events-summary", trial.folder / "ae_summary.tsv")
    assert trial.call(*options, patients=patients, assessments=assessments) == 0
    table = trial.endpoints()
    assert table["best_response"].tolist() == ["PR", "SD"]
    assert table["pfs_reason"].tolist() == ["PD (lesions)", "censored: last evaluable assessment (assessments)"]
    assert "differs from the assessment at 1 of 1 visits: 1 patient (a)" in caplog.text
    visits = pd.read_csv(trial.folder / "visits.tsv", sep="\t")
    assert visits["response"].tolist() == ["PR", "PD"] and visits["change_percent"].tolist() == [-60, -62]
    counts = pd.read_csv(trial.folder / "ae_summary.tsv", sep="\t").set_index(["category", "level"])
    assert counts["patients"].to_dict()["any", "all"] == 2
    assert counts["patients"].to_dict()["grade_3_or_higher", "term"] == 1
    assert trial.call("--lesions", lesions, patients=patients) == 0
    assert trial.endpoints()["best_response"].tolist() == ["PR", "MISSING"]


def test_problems_of_lesions_and_adverse_events(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    patients = trial.write("p.tsv", PATIENTS, "a | 2024-01-01 |  | 2024-12-31 | ")
    lesions = trial.write(
        "l.tsv",
        "patient | date | lesion | role | diameter_mm | status",
        "a | 2023-12-20 | T1 | target | 50 | ",
        "a | 2023-12-20 | T1 | target | 51 | ",
        "a | 2024-02-01 | T1 | targt | -3 | ",
        "aa | 2024-02-01 | N1 | non_target |  | PRESENT",
        "a | 2024-02-01 | T2 | target | 5 | ",
    )
    events = trial.write(
        "ae.tsv",
        "patient | term | grade | onset | end | related",
        "a | Rash | 6 | 2024-02-01 | 2024-01-31 | maybe",
        "z |  | 1 | 2024-13-01 |  | Y",
        "a | Itch | 1 | 2024-02-01 | 2024-02-01 | N",
    )
    assert trial.call("--lesions", lesions, "--adverse-events", events, patients=patients) == 2
    said = capsys.readouterr().err
    for place in (
        "l.tsv:3: patient+date+lesion is 'a 2023-12-20 T1'; expected each",
        "l.tsv:4: role is 'targt'; expected one of target, non_target, new (did you mean 'target'?)",
        "l.tsv:4: diameter_mm is '-3'; expected a number of at least 0",
        "l.tsv:5: patient is 'aa'; expected a patient of",
        "l.tsv:5: status is 'PRESENT'; expected one of CR",
        "l.tsv:6: lesion is 'T2'; expected a diameter_mm of this target lesion at baseline",
        "ae.tsv:2: grade is '6'; expected a CTCAE grade from 1 to 5",
        "ae.tsv:2: related is 'maybe'; expected one of Y, N, yes, no",
        "ae.tsv:2: end is '2024-01-31'; expected a day not before onset, 2024-02-01",
        "ae.tsv:3: patient is 'z'; expected a patient of",
        "ae.tsv:3: term is empty; expected a text",
        "ae.tsv:3: onset is '2024-13-01'; expected a date",
    ):
        assert place in said, place
    assert "ae.tsv:4" not in said
    assert trial.wrote_nothing()


def test_help_explains_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    run(["endpoints", "--help"])
    said = capsys.readouterr().out
    for option in ("--unconfirmed", "--censoring", "--visit-interval-days", "--evaluator", "--rates"):
        assert option in said


def test_a_misspelt_column_is_not_taken_for_a_covariate(tmp_path, capsys):
    from biomarkers.cli.app import run

    path = tmp_path / "p.tsv"
    outputs = ["--endpoints", str(tmp_path / "e.tsv"), "--rates", str(tmp_path / "r.tsv")]
    path.write_text("patient\ttreatment_strat\tdeathdate\na\t2024-01-01\t\n")
    assert run(["endpoints", "--patients", str(path), *outputs]) == 2
    said = capsys.readouterr().err
    assert "p.tsv:1: column is 'treatment_strat'; expected treatment_start" in said
    assert "p.tsv:1: column is 'deathdate'; expected death_date" in said
    assert "p.tsv:1: treatment_start is missing" in said
    assert not list(tmp_path.glob("[er].tsv"))


def test_a_sheet_of_no_patients_and_tables_that_nothing_makes_are_refused(
    trial: Trial, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = trial.write("p.tsv", "patient | treatment_start")
    asked = ["--visits", trial.folder / "v.tsv", "--adverse-events-summary", trial.folder / "s.tsv"]
    assert trial.call(*asked, patients=empty) == 2
    told = capsys.readouterr().err
    assert "p.tsv: file has no rows; expected at least one patient" in told
    assert "--lesions is missing; expected the measurements that --visits is made from" in told
    assert "--adverse-events is missing; expected the sheet that --adverse-events-summary is made from" in told
    assert not (trial.folder / "endpoints.tsv").exists()


class TestTablesOfTheTrial:
    """What is written only when asked for."""

    @pytest.fixture
    def read_twice(self, trial: Trial) -> tuple[Path, Path]:
        patients = trial.write(
            "p.tsv",
            PATIENTS,
            "a | 2024-01-01 |  | 2025-01-31 | ",
            "b | 2024-01-02 |  | 2025-01-31 | 2024-03-02",
            "c | 2024-01-03 | 2024-04-01 |  | ",
            "d |  |  | 2025-01-31 | ",
        )
        assessments = trial.write(
            "v.tsv",
            VISITS + "\tevaluator",
            "a | 2024-03-01 | PR | investigator",
            "a | 2024-05-01 | PR | investigator",
            "a | 2024-03-01 | SD | BICR",
            "b | 2024-03-01 | SD | investigator",
            "b | 2024-04-01 | PD | investigator",
            "b | 2024-03-01 | SD | BICR",
            "b | 2024-04-01 | PD | BICR",
        )
        return patients, assessments

    def table(self, trial: Trial, name: str) -> pd.DataFrame:
        return pd.read_csv(trial.folder / f"{name}.tsv", sep="\t")

    def test_all_of_them(self, trial: Trial, read_twice: tuple[Path, Path]) -> None:
        names = ("responses", "design", "readers", "discordant", "presets")
        asked = [word for name in names for word in (f"--{name}", trial.folder / f"{name}.tsv")]
        settings = ["--orr-null", 0.1, "--visit-interval-days", 60]
        settings += ["--simon-n1", 2, "--simon-r1", 0, "--simon-n", 3, "--simon-r", 1]
        assert trial.call(*asked, *settings, patients=read_twice[0], assessments=read_twice[1]) == 0
        responses = self.table(trial, "responses").set_index(["confirmation", "definition", "response"])
        assert responses.loc[("confirmed", "all_treated", "PR"), ["n", "patients"]].tolist() == [3, 1]
        assert responses.loc[("confirmed", "all_treated", "MISSING"), "patients"] == 1
        design = self.table(trial, "design")
        assert design["method"].tolist() == ["exact_binomial"] * 4 + ["simon_stage_1", "simon_final"]
        assert design["decision"].tolist()[-2:] == ["continue", "not rejected"]
        assert self.table(trial, "discordant")["patient"].tolist() == ["a", "a", "a"]
        readers = self.table(trial, "readers").set_index(["subject", "statistic"])
        assert readers.loc[("visit", "agreement"), ["n", "agreeing"]].tolist() == [3, 2]
        presets = self.table(trial, "presets")
        assert presets[["patient", "endpoint"]].to_numpy().tolist() == [["b", "pfs"], ["b", "ttp"]]

    def test_study_days_are_no_dates_and_tell_nobody_first(self, trial: Trial) -> None:
        patients = trial.write("p.tsv", "patient | start_day", "a | 1", "b | 1", "c | 1")
        visits = trial.write(
            "v.tsv",
            "patient | day | response | evaluator",
            "a | 50 | SD | investigator",
            "a | 50 | PD | BICR",
            "b | 50 | SD | investigator",
        )
        asked = [word for name in ("design", "discordant") for word in (f"--{name}", trial.folder / f"{name}.tsv")]
        settings = ["--orr-null", 0.1, "--simon-n1", 2, "--simon-r1", 0, "--simon-n", 3, "--simon-r", 1]
        assert trial.call(*asked, *settings, patients=patients, assessments=visits) == 0
        visit = self.table(trial, "discordant").set_index("subject").loc["visit"]
        assert visit["day"] == 50 and pd.isna(visit["date"])
        design = self.table(trial, "design").set_index("method")
        assert design.loc["simon_stage_1", "note"].startswith("3 treated patients have no date of the start")
        assert "simon_final" not in design.index

    def test_a_table_whose_setting_is_missing_is_refused(
        self, trial: Trial, read_twice: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        asked = ["--design", trial.folder / "design.tsv", "--presets", trial.folder / "presets.tsv"]
        assert trial.call(*asked, patients=read_twice[0], assessments=read_twice[1]) == 2
        said = capsys.readouterr().err
        assert "--orr-null is missing; expected the response rate that --design tests against" in said
        assert "--visit-interval-days is missing; expected the planned days between assessments" in said
        assert trial.wrote_nothing()

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--simon-n1", 9], "--simon-r1 is missing; expected all four numbers of Simon's design, or none"),
            (
                ["--simon-n1", 9, "--simon-r1", 0, "--simon-n", 17, "--simon-r", 2],
                "--orr-null is missing; expected the response rate that Simon's design tests against",
            ),
            (
                ["--orr-null", 0.1, "--simon-n1", 17, "--simon-r1", 0, "--simon-n", 9, "--simon-r", 2],
                "--simon is 'n1 17, r1 0, n 9, r 2'; expected n1 of at least 1 and below n",
            ),
            (["--orr-null", 1], "--orr-null is '1.0'; expected a rate between 0 and 1"),
            (["--orr-null", 10], "--orr-null is '10.0'; expected a number from 0 to 1"),
        ],
    )
    def test_a_design_that_cannot_be(
        self,
        trial: Trial,
        read_twice: tuple[Path, Path],
        capsys: pytest.CaptureFixture[str],
        options: list[object],
        said: str,
    ) -> None:
        assert trial.call(*options, patients=read_twice[0], assessments=read_twice[1]) == 2
        assert said in capsys.readouterr().err
        assert trial.wrote_nothing()


def test_times_to_response_and_to_progression_and_follow_up(trial: Trial, small: tuple[Path, Path]) -> None:
    assert trial.call(patients=small[0], assessments=small[1]) == 0
    table = trial.endpoints()
    assert table.loc["a", "ttr_months"] == pytest.approx(46 / DAYS_PER_MONTH, rel=1e-12)
    assert table.loc["a", "confirmation_months"] >= table.loc["a", "ttr_months"] + 28 / DAYS_PER_MONTH
    assert table.loc[["b", "c", "d"], ["ttr_months", "confirmation_months"]].isna().all(axis=None)
    assert table.loc["a", ["ttp_event", "ttp_reason"]].tolist() == [1, "PD (assessments)"]
    assert table.loc["b", ["ttp_event", "ttp_reason"]].tolist() == [0, "censored: death (patients)"]
    assert table.loc["b", "ttp_months"] == pytest.approx(182 / DAYS_PER_MONTH, rel=1e-12)
    row = trial.rate("ttr_median", "responders")
    assert row[["n", "events", "note"]].tolist() == [1, 1, "confirmed"]
    assert row["estimate"] == pytest.approx(46 / DAYS_PER_MONTH, rel=1e-12)
    row = trial.rate("follow_up_median", "all_treated")
    assert row[["n", "events"]].tolist() == [3, 2]
    # Followed 366, 182 (died) and 32 days: 1 - 1/3, then nobody leaves by death; the last one ends it.
    assert row["estimate"] == pytest.approx(366 / DAYS_PER_MONTH, rel=1e-12)


def test_milestones_take_the_place_of_the_usual_months(trial: Trial, small: tuple[Path, Path]) -> None:
    options = ["--pfs-milestones", 4.5, 1, 4.5, "--dor-milestones", 2]
    assert trial.call(*options, patients=small[0], assessments=small[1]) == 0
    table = trial.rates().set_index("endpoint")
    assert table.loc["pfs_rate", "time_months"].tolist() == [1, 4.5]
    assert table.loc["os_rate", "time_months"].tolist() == [6, 12]
    assert table.loc["dor_rate", ["definition", "time_months", "n", "n_at_risk"]].tolist() == ["responders", 2, 1, 1]
    assert "ttp_rate" not in table.index


def test_horizons_censor_who_is_followed_longer_and_stable_disease_stays_what_it_was(
    trial: Trial, small: tuple[Path, Path]
) -> None:
    options = ["--pfs-horizon-months", 3, "--os-horizon-months", 182 / DAYS_PER_MONTH]
    assert trial.call(*options, patients=small[0], assessments=small[1]) == 0
    table = trial.endpoints()
    assert table.loc["b", ["pfs_months", "pfs_event"]].tolist() == [3, 0]
    assert table.loc["b", "pfs_reason"] == "censored: followed beyond 3 months (endpoints.horizon_months)"
    assert table.loc["b", "sd_gt_4_months"] == 1
    assert table.loc["b", ["os_event", "os_reason"]].tolist() == [1, "death (patients)"]  # On the very day: it counts.
    assert table.loc["a", "os_months"] == pytest.approx(182 / DAYS_PER_MONTH, rel=1e-12)
    assert table.loc["c", "os_reason"] == "censored: last known alive (patients)"
    assert table.loc["a", "dor_event"] == 1
    row = trial.rates().set_index("endpoint").loc["pfs_rate"].iloc[0]
    assert row[["time_months", "n_at_risk", "events"]].tolist() == [3, 2, 0]


def test_stated_months_end_at_the_horizon_too(trial: Trial) -> None:
    patients = trial.write("p.tsv", "patient | os_months | os_event", "a | 30 | 1", "b | 24 | 1", "c | 7.1 | 0")
    assert trial.call("--os-horizon-months", 24, patients=patients) == 0
    assert trial.endpoints()[["os_months", "os_event"]].to_numpy().tolist() == [[24, 0], [24, 1], [7.1, 0]]


def test_what_the_data_cutoff_hides_is_counted_and_said(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    patients = trial.write(
        "p.tsv",
        PATIENTS + " | best_response",
        "a | 2024-01-01 | 2024-09-01 |  | 2024-08-01 | ",
        "b | 2024-01-01 |  |  |  | ",
        "c | 2024-07-01 |  | 2024-12-31 |  | ",
        "d |  |  |  |  | PR",
    )
    visits = trial.write(
        "v.tsv", VISITS, "a | 2024-03-01 | SD", "a | 2024-07-01 | PD", "a | 2024-08-15 | PD", "b | 2024-08-01 | SD"
    )
    with caplog.at_level("WARNING"):
        assert trial.call("--data-cutoff", "2024-06-30", patients=patients, assessments=visits) == 0
    table = trial.endpoints()
    assert table.loc["a", "endpoint_note"] == (
        "2 assessments after the data cutoff, not used; death after the data cutoff, not used;"
        " new therapy after the data cutoff, not used"
    )
    assert table.loc["a", ["os_event", "os_reason"]].tolist() == [0, "censored: alive at the data cutoff (patients)"]
    assert table.loc["b", "os_reason"] == "censored: alive at the data cutoff, assessed later (assessments)"
    assert (table.loc[["a", "b"], "os_months"] * DAYS_PER_MONTH).tolist() == pytest.approx([182, 182], rel=1e-12)
    assert table.loc["c", "treated"] == 0
    for said in (
        "assessments after the data cutoff, not used: 2 patients (a, b)",
        "death after the data cutoff, not used: 1 patient (a)",
        "new therapy after the data cutoff, not used: 1 patient (a)",
        "started after the data cutoff, counted as not treated: 1 patient (c)",
        "stated responses and months are as they are, whatever the data cutoff: 1 patient (d)",
    ):
        assert said in caplog.text


def test_a_sheet_of_stated_responses_claims_no_confirmation_for_an_empty_cell(trial: Trial) -> None:
    patients = trial.write("p.tsv", "patient | best_response | os_months | os_event", "a | PR | 3 | 1", "b |  | 2 | 1")
    responses = trial.folder / "responses.tsv"
    assert trial.call("--responses", responses, "--data-cutoff", "2024-01-01", patients=patients) == 0
    assert trial.endpoints()["endpoints_stated"].tolist() == ["response,os", "os"]
    assert trial.rate("orr", "all_treated")["note"] == "as stated"
    assert set(pd.read_csv(responses, sep="\t")["confirmation"]) == {"as_stated"}


def test_what_a_stated_sheet_does_not_tell_is_in_no_rate_and_said(
    trial: Trial, caplog: pytest.LogCaptureFixture
) -> None:
    patients = trial.write(
        "p.tsv",
        "patient | best_response | confirmed_best_response | os_months | os_event",
        "a | PR | PR | 3 | 1",
        "b | NA |  | 2 | 1",
        "c | SD | PR | 5 | 0",
        "d | MISSING |  | 1 | 0",
    )
    assert trial.call(patients=patients) == 0
    assert trial.rate("orr", "all_treated")[["n", "events", "n_unknown"]].tolist() == [3, 2, 1]
    assert trial.rate("sd_gt_4_months", "all_treated")[["n", "events", "n_unknown"]].tolist() == [0, 0, 4]
    assert "best_response is empty, so the response is not known and in no rate" in caplog.text
    assert "confirmed_best_response is better than best_response: 1 patient (c)" in caplog.text


def test_rows_of_the_never_treated_and_events_given_twice_are_said(
    trial: Trial, caplog: pytest.LogCaptureFixture
) -> None:
    patients = trial.write("p.tsv", "patient | treatment_start | death_date", "a | 2021-01-01 | 2021-06-01", "d |  | ")
    visits = trial.write("v.tsv", "patient | date | response", "a | 2021-03-01 | SD", "d | 2021-03-01 | PR")
    rows = ["a | Rash | 3 | 2021-07-01", "a | Rash | 3 | 2021-07-01", "d | Rash | 2 | 2021-02-01"]
    events = trial.write("e.tsv", "patient | term | grade | onset", *rows)
    assert trial.call("--adverse-events", events, patients=patients, assessments=visits) == 0
    for said in (
        "begins after death, so a day is wrong; counted, and in rates as on the day of death: 1 patient (a)",
        "1 row is the same as an earlier one in every cell (line 3); each counts as an event",
        "assessments, yet no treatment_start, counted as never treated: 1 patient (d)",
        "adverse events, yet no treatment_start, counted as never treated: 1 patient (d)",
    ):
        assert said in caplog.text


@pytest.mark.parametrize("words", [("Y", "N"), ("yes", "No"), ("TRUE", "false"), ("1.0", "0")])
def test_a_lymph_node_is_told_in_the_words_of_the_field(trial: Trial, words: tuple[str, str]) -> None:
    """CDISC writes Y and N; a node of 8 mm is gone where a lung lesion of 0 mm is, so that both together are CR."""
    patients = trial.write("patients.tsv", PATIENTS, "a | 2024-01-01 |  | 2024-12-31 | ")
    node, other = words
    rows = [f"a | {day} | N1 | target | {node} | {mm}" for day, mm in (("2023-12-20", 22), ("2024-03-01", 8))]
    rows += [f"a | {day} | T1 | target | {other} | {mm}" for day, mm in (("2023-12-20", 30), ("2024-03-01", 0))]
    lesions = trial.write("lesions.tsv", "patient | date | lesion | role | nodal | diameter_mm", *rows)
    assert trial.call("--lesions", lesions, "--unconfirmed", patients=patients) == 0
    assert trial.endpoints().loc["a", "best_response"] == "CR"


@pytest.mark.parametrize("word", ["Y?", "-1", "(-1)", "lymph", "2"])
def test_a_word_that_is_no_answer_is_no_lymph_node(trial: Trial, capsys: pytest.CaptureFixture[str], word: str) -> None:
    patients = trial.write("patients.tsv", PATIENTS, "a | 2024-01-01 |  | 2024-12-31 | ")
    rows = ["patient | date | lesion | role | nodal | diameter_mm", f"a | 2023-12-20 | N1 | target | {word} | 22"]
    assert trial.call("--lesions", trial.write("lesions.tsv", *rows), patients=patients) == 2
    assert (
        f"lesions.tsv:2: nodal is '{word}'; expected one of 0, 1" in capsys.readouterr().err and trial.wrote_nothing()
    )


def test_a_stated_death_without_its_day_is_a_death(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    """ADTTE tells OS of a patient of whom no dataset has the day of death: a was alive at last contact by the dates."""
    patients = trial.write(
        "patients.tsv",
        "patient | treatment_start | death_date | last_alive_date | os_months | os_event",
        "a | 2024-01-01 |  | 2024-04-01 | 3.0226 | 1",
        "b | 2024-01-01 |  | 2024-04-01 | 3.0226 | 0",
        "c | 2024-01-01 | 2024-04-01 | 2024-03-01 | 3.0226 | 0",
        "d | 2024-01-01 | 2024-04-01 |  | 3.0226 | 1",
    )
    assert trial.call(patients=patients) == 0
    table = trial.endpoints()
    assert table["os_event"].tolist() == [1, 0, 1, 1]
    assert table["os_reason"].eq("stated (patients)").tolist() == [True, False, False, False]
    assert table.loc["a", "os_months"] == 3.0226
    assert table.loc["d", "os_reason"] == "death (patients)"
    assert "os_event is stated and differs from that of the dates, which is used: 1 patient (c)" in caplog.text


def test_a_stated_progression_without_its_visit_is_not_the_visits(
    trial: Trial, caplog: pytest.LogCaptureFixture
) -> None:
    """Visits tell PFS where they are known, also of a patient without a day of death; its own reason is a covariate."""
    patients = trial.write(
        "patients.tsv",
        "patient | treatment_start | last_alive_date | pfs_months | pfs_event | os_months | os_event | os_reason",
        "a | 2024-01-01 | 2024-12-31 | 4 | 1 | 12.0246 | 0 | of the disease",
        "b | 2024-01-01 | 2024-12-31 | 3.0226 | 0 | 12.0246 | 0 | ",
    )
    visits = trial.write("visits.tsv", VISITS, "a | 2024-04-01 | SD", "b | 2024-04-01 | SD")
    assert trial.call(patients=patients, assessments=visits) == 0
    table = trial.endpoints()
    assert table["pfs_event"].tolist() == [0, 0] and table["pfs_months"].round(4).tolist() == [3.0226, 3.0226]
    assert table["pfs_reason"].ne("stated (patients)").all()
    for column in ("pfs_months", "pfs_event"):
        assert f"{column} is stated and differs from that of the dates, which is used: 1 patient (a)" in caplog.text


def test_a_death_that_only_an_unread_column_tells_is_said(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    """The patient is alive by every column that is read; CDISC's DTHFL and a registry's vital status say otherwise."""
    patients = trial.write(
        "patients.tsv",
        "patient | treatment_start | death_date | last_alive_date | DTHFL | vital_status",
        "a | 2024-01-01 |  | 2024-04-01 | Y | Alive",
        "b | 2024-01-01 | 2024-04-01 |  | Y | Deceased",
        "c | 2024-01-01 |  | 2024-04-01 | N | DECEASED",
    )
    assert trial.call(patients=patients) == 0
    said = "tells a death, and death_date has no day: by the dates alive at last contact: 1 patient"
    assert f"DTHFL {said} (a)" in caplog.text and f"vital_status {said} (c)" in caplog.text
