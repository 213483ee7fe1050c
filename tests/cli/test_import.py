"""`biomarkers import` and a run whose sheets come by a mapping."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables, yamls

MAPPING = """
patients:
  file: tables/clinic.csv
  columns:
    patient: Pat
    best_response: {from: BOR, values: {Teilremission: PR, Progress: PD}}
    pfs_months: {from: Tage, unit: days}
    pfs_event: {from: Zensiert, cnsr: true}
  keep: {ecog: ECOG}
"""
CLINIC = "Pat;BOR;Tage;Zensiert;ECOG\nA;Teilremission;304,375;1;0\nB;Progress;60,875;0;1\nC;fraglich;30,4375;0;n.d.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config" / "tables").mkdir(parents=True)
    (tmp_path / "config" / "tables" / "clinic.csv").write_text(CLINIC)
    (tmp_path / "config" / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "config" / "config.yaml").write_text("clinical: {mapping: config/mapping.yaml}\n")
    return tmp_path


def test_sheets_report_mapping_and_config_are_written(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert run(["import", "--mapping", "config/mapping.yaml", "--out", "out"]) == 0
    made = pd.read_csv("out/patients.tsv", sep="\t")
    assert made.astype(object).where(made.notna(), None).to_numpy().tolist() == [
        ["A", "PR", 10.0, 0, "0"],
        ["B", "PD", 2.0, 1, "1"],
        ["C", None, 1.0, 1, "n.d."],
    ]
    report = tables.read("out/import.tsv", "import")
    row = report[report["status"] == "unmapped"].iloc[0]
    assert (row["column"], row["word"], row["n"]) == ("best_response", "fraglich", 1)
    assert row["example"] == "config/tables/clinic.csv:4"
    assert (
        "patients.best_response from BOR: not understood and left missing in 1 cell:"
        " 'fraglich' 1 (config/tables/clinic.csv:4); such a word goes into values, as null where it means missing"
        in caplog.messages
    )
    # The mapping beside the sheets makes them again; the folder is one of its own.
    assert yamls.load("out/mapping.yaml").data["patients"]["file"] == "../config/tables/clinic.csv"
    before = Path("out/patients.tsv").read_text()
    assert run(["import", "--mapping", "out/mapping.yaml", "--out", "out"]) == 0
    assert Path("out/patients.tsv").read_text() == before
    assert yamls.load("out/config/config.yaml").data == {"clinical": {"patients": "patients.tsv"}}
    assert run(["endpoints", "--patients", "out/patients.tsv", "--endpoints", "e.tsv", "--rates", "r.tsv"]) == 0


def test_a_folder_of_somebody_else_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine").mkdir()
    Path("mine/patients.tsv").write_text("patient\n")
    assert run(["import", "--mapping", "config/mapping.yaml", "--out", "mine"]) == 2
    assert "mine: --out holds other files; expected an empty folder" in capsys.readouterr().err
    assert Path("mine/patients.tsv").read_text() == "patient\n"


def test_wrong_input_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("config/tables/clinic.csv").write_text(CLINIC.replace("B;", ";").replace("C;", "A;"))
    assert run(["import", "--mapping", "config/mapping.yaml", "--out", "out"]) == 2
    said = capsys.readouterr().err
    assert "config/tables/clinic.csv:3: Pat is empty; expected for patient a value: take" in said
    assert "config/tables/clinic.csv:4: patient is 'A'; expected each patient once in patients (first in" in said
    assert not Path("out").exists()


def test_a_sheet_that_is_no_longer_made_is_removed(folder: Path) -> None:
    extra = "features: {file: tables/clinic.csv, columns: {patient: Pat}, keep: [ECOG]}\n"
    Path("config/mapping.yaml").write_text(MAPPING + extra)
    assert run(["import", "--mapping", "config/mapping.yaml", "--out", "out"]) == 0
    assert Path("out/features.tsv").exists()
    Path("config/mapping.yaml").write_text(MAPPING)
    assert run(["import", "--mapping", "config/mapping.yaml", "--out", "out"]) == 0
    assert not Path("out/features.tsv").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "what to import is missing; expected one of FORMAT SOURCE --out DIR"),
        (["nonsense", "x", "--out", "o"], "FORMAT: unknown format; "),
        (["--mapping", "config/mapping.yaml"], "--out is missing; expected the folder to write"),
        (["--mapping", "nowhere.yaml", "--out", "o"], "nowhere.yaml: file is missing"),
    ],
)
def test_wrong_calls(folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert run(["import", *words]) == 2
    assert said in capsys.readouterr().err


def test_check_reads_a_mapping_and_tells_lines_of_its_files(
    folder: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    Path("config/tables/clinic.csv").write_text(CLINIC.replace("60,875;0", "60,875;1"))
    assert run(["check"]) == 0
    # A warning of a sheet names it as it will be, not where it is checked.
    said = "results/clinical/sheets/patients.tsv: the best response is PD and PFS is censored: 1 patient (B)"
    assert said in caplog.messages
    assert any("'fraglich' 1 (config/tables/clinic.csv:4)" in message for message in caplog.messages)
    assert not Path("results").exists()
    visits = "assessments: {file: tables/v.csv, columns: {patient: P, date: D, response: R}}\n"
    Path("config/mapping.yaml").write_text(MAPPING + visits)
    Path("config/tables/v.csv").write_text("P,D,R\nA,2021-01-02,PR\nX,2021-01-02,PR\n")
    assert run(["check"]) == 2
    assert "config/tables/v.csv:3: assessments.patient is 'X'; expected a patient of" in capsys.readouterr().err
    Path("config/config.yaml").write_text("clinical: {mapping: config/mapping.yaml, patients: p.tsv}\n")
    Path("config/mapping.yaml").write_text(MAPPING.replace("Tage", "Days"))
    assert run(["check"]) == 2
    said = capsys.readouterr().err
    assert "clinical.patients is 'p.tsv'; expected none: config/mapping.yaml makes patients" in said
    assert "config/mapping.yaml:7: patients: pfs_months is 'Days'; expected a heading of" in said


def test_a_workbook_with_our_names(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = openpyxl.Workbook()
    made.active.title = "Patients"
    for row in (["Patient", "treatment start", "Death_Date", "ECOG"], ["A", datetime.datetime(2021, 1, 1), None, 1]):
        made.active.append(row)
    made.create_sheet("Assessments")
    for row in (["patient", "date", "response"], ["A", datetime.datetime(2021, 3, 1), "partial response"]):
        made["Assessments"].append(row)
    made.create_sheet("Legend").append(["CR: complete response"])
    made.save("trial.xlsx")
    assert run(["import", "xlsx", "trial.xlsx", "--out", "out"]) == 0
    assert "trial.xlsx: sheets of other names are not read: Legend" in caplog.messages
    assert Path("out/patients.tsv").read_text() == "patient\ttreatment_start\tdeath_date\tECOG\nA\t2021-01-01\t\t1\n"
    assert Path("out/assessments.tsv").read_text() == "patient\tdate\tresponse\nA\t2021-03-01\tPR\n"
    # The mapping in force reads the same workbook again.
    assert run(["import", "--mapping", "out/mapping.yaml", "--out", "again"]) == 0
    assert Path("again/patients.tsv").read_bytes() == Path("out/patients.tsv").read_bytes()


def test_a_workbook_without_our_names_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    openpyxl.Workbook().save("trial.xlsx")
    assert run(["import", "xlsx", "trial.xlsx", "--out", "out"]) == 2
    assert "trial.xlsx: workbook has the sheets Sheet; expected one of patients, " in capsys.readouterr().err
    assert run(["import", "xlsx", "nowhere.xlsx", "--out", "out"]) == 2
    assert capsys.readouterr().err == "nowhere.xlsx: file is missing; expected a file at this path\n"


def test_a_mapping_that_a_person_keeps_with_the_sheets_is_left_as_it_is(folder: Path) -> None:
    assert run(["import", "--mapping", "config/mapping.yaml", "--out", "out"]) == 0
    Path("out/mapping.yaml").write_text(f"# mine\n{Path('out/mapping.yaml').read_text()}")
    before = Path("out/mapping.yaml").read_text()
    assert run(["import", "--mapping", "out/mapping.yaml", "--out", "out"]) == 0
    assert Path("out/mapping.yaml").read_text() == before


def test_cells_and_headings_do_not_drive_a_terminal(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    Path("config/tables/clinic.csv").write_text(CLINIC.replace("fraglich", "\x1b[31mfraglich"))
    assert run(["import", "--mapping", "config/mapping.yaml", "--out", "out"]) == 0
    assert "\x1b" not in caplog.text and "'\\x1b[31mfraglich' 1" in caplog.text


def test_a_word_that_a_column_keeps_is_missing_only_where_the_mapping_says_so(folder: Path) -> None:
    (folder / "config" / "tables" / "ae.csv").write_text(
        "Pat,Term,Grade,Action\nA,Rash,3,withheld\nB,Rash,3,Withheld\nB,Itch,2,N/A\nC,Rash,1,DRUG WITHDRAWN\n"
    )
    text = """
adverse_events:
  file: tables/ae.csv
  columns: {patient: Pat, term: Term, grade: Grade, action: ACTION}
"""
    for action, kept in (
        ("Action", ["withheld", "Withheld", ""]),
        ("{from: Action, missing: [withheld]}", ["", "", ""]),
    ):
        (folder / "config" / "mapping.yaml").write_text(MAPPING + text.replace("ACTION", action))
        assert run(["import", "--mapping", "config/mapping.yaml", "--out", "out"]) == 0
        made = pd.read_csv("out/adverse_events.tsv", sep="\t", keep_default_na=False)
        assert made["action"].tolist() == [*kept, "DRUG WITHDRAWN"]


@pytest.mark.parametrize(
    ("marks", "cells", "read"),
    [
        ("decimal: ',', thousands: .", ["1.250,5", 1.234, 0.125, "2.500"], ["1250.5", "1.234", "0.125", "2500"]),
        ("keep: []", ["10,2", 1.234, 3], ["10.2", "1.234", "3"]),
        ("keep: []", [1.234, 12, 3], ["1.234", "12", "3"]),
        ("decimal: ',', thousands: .", ["0.125", "7"], ["", "7"]),
    ],
)
def test_a_cell_of_a_workbook_that_holds_a_number_has_a_decimal_point_whatever_the_texts_have(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, marks: str, cells: list[str | float], read: list[str]
) -> None:
    book = openpyxl.Workbook()
    for row in [["ID", "OS", "E"], *([f"P{n}", cell, 1] for n, cell in enumerate(cells))]:
        book.active.append(row)
    book.save(tmp_path / "p.xlsx")
    columns = "{patient: ID, os_months: OS, os_event: E}"
    (tmp_path / "m.yaml").write_text(f"patients: {{file: p.xlsx, {marks}, columns: {columns}}}\n")
    assert run(["import", "--mapping", str(tmp_path / "m.yaml"), "--out", str(tmp_path / "out")]) == 0
    made = pd.read_csv(tmp_path / "out" / "patients.tsv", sep="\t", dtype=str, keep_default_na=False)
    assert [*made["os_months"]] == read
    assert "thousands" not in caplog.text or "" in read
