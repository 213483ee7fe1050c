"""Study days in place of dates, and partial dates, from sheets to tables: the same numbers, or a refusal."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run

DAYS = {
    "patients": {
        "treatment_start": "start_day",
        "last_dose": "last_dose_day",
        "death_date": "death_day",
        "last_alive_date": "last_alive_day",
        "new_therapy_date": "new_therapy_day",
    },
    "assessments": {"date": "day"},
    "lesions": {"date": "day"},
    "adverse_events": {"onset": "onset_day", "end": "end_day"},
    "pdl1": {"collected": "collected_day"},
}
RESPONSES = ["CR", "PR", "SD", "SD", "NON-CR/NON-PD", "PD", "NE"]
Sheet = list[dict[str, object]]
ANY_DAY = datetime.date(2021, 6, 1)


def random_trial(seed: int) -> dict[str, Sheet]:
    """Sheets with dates (of the library datetime), twenty patients of whom some were never treated."""
    rng = random.Random(seed)
    sheets: dict[str, Sheet] = {name: [] for name in DAYS}
    for number in range(20):
        patient, start = f"P{number}", datetime.date(2021, 1, 1) + datetime.timedelta(days=rng.randrange(700))
        treated = rng.random() < 0.9

        def after(low: int, high: int, start: datetime.date = start) -> datetime.date:
            return start + datetime.timedelta(days=rng.randrange(low, high))

        death = after(20, 900) if rng.random() < 0.5 else None
        row: dict[str, object] = {"patient": patient, "treatment_start": start if treated else None, "age": 60}
        row |= {"last_dose": after(0, 20) if rng.random() < 0.8 else None, "death_date": death}
        row |= {"last_alive_date": after(-5, 900) if death is None else None}
        row |= {"new_therapy_date": after(30, 900) if rng.random() < 0.3 else None}
        sheets["patients"].append(row)
        visits = sorted({after(-30, 700) for _ in range(rng.randrange(7))})
        if rng.random() < 0.4:
            scans = [start - datetime.timedelta(days=9), *(day for day in visits if day > start)]
            for day in scans:
                for lesion in ("T1", "T2"):
                    size = rng.choice([0, 8, 12, 20, 30]) if day > start else 25
                    sheets["lesions"].append(
                        {"patient": patient, "date": day, "lesion": lesion, "role": "target", "diameter_mm": size}
                    )
        sheets["assessments"] += [
            {"patient": patient, "date": day, "response": rng.choice(RESPONSES)} for day in visits
        ]
        for _ in range(rng.randrange(4)):
            onset = after(-20, 80) if rng.random() < 0.9 else None
            end = None if onset is None or rng.random() < 0.5 else onset + datetime.timedelta(days=rng.randrange(30))
            event = {
                "patient": patient,
                "term": rng.choice(["Rash", "Colitis"]),
                "soc": "X",
                "grade": rng.randrange(1, 6),
            }
            sheets["adverse_events"].append({**event, "onset": onset, "end": end})
        for specimen in range(rng.randrange(3)):
            row = {"patient": patient, "specimen": f"S{specimen}", "collected": after(-1500, 40), "assay": "22C3"}
            sheets["pdl1"].append({**row, "score_type": "TPS", "value": rng.choice([0, 1, 40, 80])})
    return sheets


def in_days(sheets: dict[str, Sheet], who: Callable[[str], bool]) -> dict[str, Sheet]:
    """The sheets with CDISC study days in place of the dates of some patients; the never treated count from any day."""
    starts = {str(row["patient"]): row["treatment_start"] or ANY_DAY for row in sheets["patients"]}
    found: dict[str, Sheet] = {}
    for name, rows in sheets.items():
        found[name] = []
        for row in rows:
            new, start = dict(row), starts[str(row["patient"])]
            for column, day in DAYS[name].items():
                date = new[column]
                new[day] = None
                if who(str(row["patient"])):
                    new[column] = None
                    if isinstance(date, datetime.date) and isinstance(start, datetime.date):
                        elapsed = (date - start).days
                        new[day] = elapsed + 1 if elapsed >= 0 else elapsed
            found[name].append(new)
    return found


def write(folder: Path, sheets: dict[str, Sheet], *, without_empty_columns: bool = False) -> None:
    """Each sheet as TSV."""
    for name, rows in sheets.items():
        frame = pd.DataFrame(rows)
        if without_empty_columns:
            frame = frame.drop(columns=[column for column in DAYS[name] if frame[column].isna().all()])
        frame.to_csv(folder / f"{name}.tsv", sep="\t", index=False)


def derive(folder: Path, *sheets: str, options: tuple[str, ...] = ()) -> int:
    """`biomarkers endpoints` on the sheets of a folder."""
    given = [f"--{name.replace('_', '-')}={folder / name}.tsv" for name in ("patients", *sheets)]
    out = [f"--endpoints={folder}/endpoints.tsv", f"--rates={folder}/rates.tsv"]
    out += [f"--visits={folder}/visits.tsv"] if "lesions" in sheets else []
    out += [f"--adverse-events-summary={folder}/ae.tsv"] if "adverse_events" in sheets else []
    return run(["endpoints", *given, *out, *options])


def choose(folder: Path) -> int:
    """`biomarkers pdl1` on the sheets of a folder."""
    given = [f"--pdl1={folder}/pdl1.tsv", f"--patients={folder}/patients.tsv"]
    return run(["pdl1", *given, f"--selected={folder}/selected.tsv", f"--rejected={folder}/rejected.tsv"])


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t")


WRITTEN = ["endpoints", "rates", "visits", "ae", "selected", "rejected"]
DATES = ["best_response_date", "date", "baseline_date", "collected"]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("who", ["all", "some"])
def test_study_days_give_what_dates_give(seed: int, who: str, tmp_path: Path) -> None:
    """Durations, rates, events and specimens are the same, and so are the study days of the tables."""
    trial = random_trial(seed)
    by_day = (lambda _: True) if who == "all" else lambda patient: int(patient[1:]) % 3 == 0
    for name, sheets in (("dates", trial), ("days", in_days(trial, by_day))):
        (tmp_path / name).mkdir()
        write(tmp_path / name, sheets, without_empty_columns=name == "days")
        assert derive(tmp_path / name, "assessments", "lesions", "adverse_events") == 0
        assert choose(tmp_path / name) == 0
    for table in WRITTEN:
        dated, counted = (read(tmp_path / name / f"{table}.tsv") for name in ("dates", "days"))
        for column in set(DATES) & set(dated):
            in_day = dated["patient"].map(by_day)
            assert counted.loc[in_day, column].isna().all()
            assert (counted.loc[~in_day, column].fillna("") == dated.loc[~in_day, column].fillna("")).all()
        kept = [column for column in dated if column not in DATES]
        pd.testing.assert_frame_equal(counted[kept], dated[kept], check_exact=True)


def refusal(capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    return capsys.readouterr().err.replace(f"{folder}/", "")


def test_days_tell_who_was_treated(tmp_path: Path) -> None:
    """Without any column of a start, whoever has a study day was treated: days count from the first dose."""
    write_text(tmp_path, "patients", "patient last_alive_day death_day", "A 100 .", "B . 40", "C -3 .", "D . .")
    write_text(tmp_path, "assessments", "patient day response", "A 43 SD", "D 60 PD")
    assert derive(tmp_path, "assessments") == 0
    found = read(tmp_path / "endpoints.tsv").set_index("patient")
    assert found["treated"].tolist() == [1, 1, 1, 1]
    assert (found["os_months"] * 30.4375).round(6).tolist() == [100, 40, 1, 60]
    assert found["best_response_day"].dropna().tolist() == [43, 60] and found["best_response_date"].isna().all()


def test_days_may_count_from_another_day_than_the_first_dose(tmp_path: Path) -> None:
    """Enrolled on day 1, treated from day 8: progression on day 50 is 43 days after the start."""
    write_text(tmp_path, "patients", "patient start_day last_alive_day", "A 8 100", "B . 90", "C -1 1")
    write_text(tmp_path, "assessments", "patient day response", "A 50 PD")
    assert derive(tmp_path, "assessments") == 0
    found = read(tmp_path / "endpoints.tsv").set_index("patient")
    assert found["treated"].tolist() == [1, 0, 1]
    assert found["pfs_months"]["A"] * 30.4375 == pytest.approx(43)
    assert found["best_response_day"]["A"] == 43
    assert found["os_months"]["C"] * 30.4375 == pytest.approx(2)


def test_a_start_joins_dates_and_days_and_contradictions_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_text(tmp_path, "patients", "patient treatment_start last_alive_date", "A 2024-01-10 2024-12-31", "B . .")
    write_text(tmp_path, "assessments", "patient date day response", "A 2024-02-10 32 SD", "A . 60 PD")
    assert derive(tmp_path, "assessments") == 0
    assert read(tmp_path / "endpoints.tsv")["pfs_months"][0] * 30.4375 == pytest.approx(60)
    write_text(
        tmp_path, "assessments", "patient date day response", "A 2024-02-10 33 SD", "A . 0 PD", "B 2024-02-01 . SD"
    )
    write_text(tmp_path, "lesions", "patient date day lesion role", "B . 5 T1 target", "A . . T1 target")
    assert derive(tmp_path, "assessments", "lesions") == 2
    told = refusal(capsys, tmp_path).splitlines()
    expected = [
        "assessments.tsv:3: day is '0'; expected a study day: 1 is the day of the first dose, -1 the day before, and"
        " there is no day 0 (of days that count from 0, add 1 to those from 0 on)",
        "assessments.tsv:2: day is '33'; expected the study day of 2024-02-10 in date; day 33 is 2024-02-11",
        "assessments.tsv:4: date is '2024-02-01'; expected a study day in day: B has no treatment_start, which would"
        " join dates and days",
        "lesions.tsv:3: day is empty; expected a study day such as 15, or a date in date",
    ]
    assert [line for line in told if any(text in line for text in expected)] and all(
        any(text in line for line in told) for text in expected
    ), told


def test_what_study_days_leave_open_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_text(tmp_path, "patients", "patient last_alive_day last_dose_day death_day", "A 100 -4 .", "B . . .")
    assert derive(tmp_path, options=("--data-cutoff", "2024-01-01")) == 2
    told = refusal(capsys, tmp_path)
    assert "patients.tsv:3: start_day is missing; expected that column beside the study days" in told
    assert "patients.tsv:2: last_dose_day is '-4'; expected a day not before start_day, 1" in told
    assert "--data-cutoff is '2024-01-01'; expected none, or treatment_start" in told and "1 patient (A)" in told
    assert "2000-" not in told and "1999-" not in told
    write_text(tmp_path, "assessments", "patient response", "A SD")
    assert derive(tmp_path, "assessments") == 2
    assert "assessments.tsv:1: date is missing; expected a column of that name" in refusal(capsys, tmp_path)


def write_text(folder: Path, name: str, *lines: str) -> None:
    """A sheet whose cells stand apart by blanks; `.` is an empty one."""
    rows = ["\t".join("" if cell == "." else cell for cell in line.split(" ")) for line in lines]
    (folder / f"{name}.tsv").write_text("\n".join(rows) + "\n")


def test_partial_dates_stand_for_a_day_by_rule(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Assessments at the end, death and last contact at the start but not before the patient was last seen alive."""
    write_text(
        tmp_path,
        "patients",
        "patient treatment_start death_date last_alive_date",
        "A 2013-01-10 2013-07 .",
        "B 2013-01-10 . 2013-07-UN",
        "C 2013-01-10 2013 .",
        "D 2013-01-10 UN/MAY/2013 .",
        "E 2013-01-10 UNK 2013---15",
        "F 2013-01-10 2013-05 .",
    )
    write_text(
        tmp_path,
        "assessments",
        "patient date response",
        *("A 2013-03 SD", "A 2013-07-20 SD", "B 2013-03 PD", "C 2013-01-30 SD", "D 2013-05 PD", "F 2013-06-20 SD"),
    )
    assert derive(tmp_path, "assessments") == 0
    found = read(tmp_path / "endpoints.tsv").set_index("patient")
    days = {name: (found[f"{name}_months"] * 30.4375).round(6) for name in ("os", "pfs")}

    def day(text: str) -> float:
        return (datetime.date.fromisoformat(text) - datetime.date(2013, 1, 10)).days + 1

    # F was seen alive after the month of death: a contradiction, which moves no date.
    ends = ["2013-07-20", "2013-07-01", "2013-01-30", "2013-05-01", "2013-01-15", "2013-05-01"]
    assert days["os"].tolist() == [day(text) for text in ends]
    assert days["pfs"]["B"] == day("2013-03-31") and days["pfs"]["D"] == day("2013-05-01")
    assert found["endpoint_note"]["A"] == (
        "death_date 2013-07-20 stands for a partial date; date 2013-03-31 stands for a partial date"
    )
    said = [record.getMessage() for record in caplog.records if "partial date" in record.getMessage()]
    assert len(said) == 3
    assert said[-1].endswith(
        "assessments.tsv: date: 3 partial dates stand for the last day that they may be, not after death"
        " (lines 2, 4, 6)"
    )


def test_an_event_that_lies_before_the_first_dose_is_before_it(tmp_path: Path) -> None:
    """By hand: the first dose is 19 July. Events that may have begun after it, and those without a date, count."""
    last_of_month = "B 2013-07-31 2013-09-30"
    write_text(tmp_path, "patients", "patient treatment_start last_dose", "A 2013-07-19 2013-09-30", last_of_month)
    events = {
        "before": ("2013-06", ".", 0),
        "same_month": ("2013-07", ".", 1),
        "same_month_ended": ("2013-07", "2013-07-10", 0),
        "same_year": ("2013", ".", 1),
        "year_before": ("2012", ".", 0),
        "unknown_month": ("2013---20", ".", 1),
        "undated": (".", ".", 1),
        "undated_ended_before": (".", "2013-07-01", 0),
        "undated_ended_maybe": (".", "2013-07", 1),
        "no_year": ("--07-20", ".", 1),
        "soon_after": ("2013-10", ".", 1),
        "long_after": ("2013-11", ".", 0),
        "interval": ("2013-07-10/2013-07-25", ".", 1),
        "edc": ("UN-JUL-2013", ".", 1),
    }
    rows = [f"A {term} 1 {onset} {end}" for term, (onset, end, _) in events.items()]
    rows.append("B first_dose_is_the_last_day 1 2013-07 .")
    write_text(tmp_path, "adverse_events", "patient term grade onset end", *rows)
    assert derive(tmp_path, "adverse_events") == 0
    table = read(tmp_path / "ae.tsv")
    counted = set(table.loc[(table["category"] == "any") & (table["level"] == "term"), "term"])
    expected = {term for term, (_, _, emergent) in events.items() if emergent}
    assert counted == {*expected, "first_dose_is_the_last_day"}


def test_a_part_of_the_start_is_not_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_text(tmp_path, "patients", "patient treatment_start last_alive_date", "A 2013-07 2014-01-01")
    assert derive(tmp_path) == 2
    assert (
        "patients.tsv:2: treatment_start is '2013-07'; expected a date such as 2024-03-31; a part of a date is not"
        " enough here" in refusal(capsys, tmp_path)
    )


def test_a_specimen_that_may_precede_the_start_is_undated(tmp_path: Path) -> None:
    write_text(tmp_path, "patients", "patient treatment_start", "A 2013-07-19", "B 2013-07-19")
    row = "{} S1 {} 22C3 TPS 50"
    write_text(
        tmp_path,
        "pdl1",
        "patient specimen collected assay score_type value",
        row.format("A", "2013-07"),
        row.format("B", "2013-06"),
    )
    assert choose(tmp_path) == 0
    found = read(tmp_path / "selected.tsv").set_index("patient")
    assert found["status"].tolist() == ["not_tested", "scored"] and found["collected"]["B"] == "2013-06-30"
    assert found["flags"]["B"] == "partial_date"
    assert read(tmp_path / "rejected.tsv")["reason"].tolist() == ["undated"]


def test_a_stated_time_that_the_dates_contradict_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Two months stated where the dates give three; a difference of a day is rounding."""
    header = "patient treatment_start last_alive_date os_months os_event"
    write_text(tmp_path, "patients", header, "A 2021-01-01 2021-04-01 2 0", "B 2021-01-01 2021-04-01 2.97 0")
    assert derive(tmp_path) == 0
    said = [record.getMessage() for record in caplog.records if "is stated and differs" in record.getMessage()]
    assert said == ["os_months is stated and differs from that of the dates, which is used: 1 patient (A)"]


def test_study_days_under_another_name(tmp_path: Path) -> None:
    """treatment_start_day of patients and start_day of an event: never a covariate, never an event without an onset."""
    write_text(tmp_path, "patients", "patient treatment_start_day last_alive_day", "A 1 100", "B . .")
    write_text(tmp_path, "adverse_events", "patient term grade start_day", "A Rash 1 -5", "A Cough 1 5")
    assert derive(tmp_path, "adverse_events") == 0
    assert read(tmp_path / "endpoints.tsv")["treated"].tolist() == [1, 0]
    table = read(tmp_path / "ae.tsv")
    assert set(table["term"].dropna()) == {"Cough"}
    out = [f"--cohort={tmp_path}/cohort.tsv", f"--flow={tmp_path}/flow.tsv"]
    assert run(["cohort", f"--patients={tmp_path}/patients.tsv", f"--endpoints={tmp_path}/endpoints.tsv", *out]) == 0
    assert not {"treatment_start_day", "start_day"} & set(read(tmp_path / "cohort.tsv"))
    assert read(tmp_path / "flow.tsv").set_index("step").loc["treated", "n"] == 1


def test_a_partial_last_contact_is_not_before_a_visit_that_shows_the_patient_alive(tmp_path: Path) -> None:
    """A year of last contact took the day of the first dose, so that survival ended before the patient progressed."""
    people = ("A 2021-01-10 2021", "B 2021-01-10 2021", "C 2021-01-10 2021-04")
    write_text(tmp_path, "patients", "patient treatment_start last_alive_date", *people)
    visits = ("A 2021-04-20 SD", "A 2021-06-30 PD", "B 2022-02-01 SD", "C 2021-04-20 SD", "C 2021-05-18 PD")
    write_text(tmp_path, "assessments", "patient date response", *visits)
    assert derive(tmp_path, "assessments") == 0
    days = (read(tmp_path / "endpoints.tsv").set_index("patient")["os_months"] * 30.4375).round(6)
    assert days.tolist() == [172, 1, 101]  # B: the visit lies in another year; C: the last of those within the month
