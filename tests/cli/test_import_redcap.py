"""`biomarkers import redcap`: raw and labelled exports, with and without the data dictionary; made-up records."""

from __future__ import annotations

import csv
import logging
from pathlib import Path

import pytest

from biomarkers.cli.app import run

DICTIONARY = """\
"Variable / Field Name","Form Name","Section Header","Field Type","Field Label",\
"Choices, Calculations, OR Slider Labels","Field Note",\
"Text Validation Type OR Show Slider Number","Text Validation Min","Text Validation Max",Identifier?
record_id,demographics,,text,Record ID,,,,,,
tx_start,demographics,,text,<b>Start of treatment</b>,,,date_ymd,,,y
sex,demographics,,radio,Sex,"1, Female | 2, Male",,,,,
age,demographics,,text,Age,,,integer,0,120,
hospital_no,demographics,,text,Hospital number,,,,,,y
os_event,demographics,,yesno,Died,,,,,,
os_months,demographics,,text,OS,,,number,,,
race,demographics,,checkbox,Race,"1, White | 2, Asian, other",,,,,
pdl1_tps,demographics,,text,PD-L1 TPS (%),,,,,,
story,demographics,,notes,Story,,,,,,
scan_date,response,,text,Scan,,,date_ymd,,,
recist,response,,dropdown,RECIST,"1, Complete response | 2, Partial response | 4, Progressive disease",,,,,
ae_term,adverse_events,,text,Term,,,,,,
ae_grade,adverse_events,,dropdown,Grade,"1, Grade 1 | 3, Grade 3",,,,,
hb,labs,,text,Hb,,,number,,,
"""
HEADINGS = (
    "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,tx_start,sex,age,hospital_no,os_event,"
    "os_months,race___1,race___2,pdl1_tps,story,demographics_complete,scan_date,recist,response_complete,ae_term,ae_grade,"
    "adverse_events_complete,hb,labs_complete"
)
RAW = [
    "P1,baseline_arm_1,,,2023-01-02,1,61,77,1,9.5,1,0,55,told us,2,,,,,,,,",
    "P1,visits_arm_1,response,1,,,,,,,,,,,,2023-03-01,2,2,,,,,",
    "P1,visits_arm_1,response,2,,,,,,,,,,,,2023-05-01,,0,,,,,",
    "P1,visits_arm_1,adverse_events,1,,,,,,,,,,,,,,,Rash,3,2,,",
    "P1,cycle_1_arm_1,,,,,,,,,,,,,,,,,,,,12,2",
    "P1,cycle_2_arm_1,,,,,,,,,,,,,,,,,,,,11,2",
    "P2,baseline_arm_1,,,2023-02-02,5,-99,78,0,4,0,0,<1,,2,,,,,,,,",
    "P2,visits_arm_1,response,1,,,,,,,,,,,,2023-04-01,4,2,,,,,",
]


def written(folder: Path, *rows: str, headings: str = HEADINGS, dictionary: str | None = DICTIONARY) -> Path:
    """A folder with an export and, beside it, a data dictionary."""
    folder.mkdir(exist_ok=True)
    (folder / "Trial_DATA_2024.csv").write_text("\n".join([headings, *rows]) + "\n", "utf-8-sig")
    if dictionary is not None:
        (folder / "Trial_DataDictionary.csv").write_text(dictionary, "utf-8")
    return folder


def imported(tmp_path: Path, source: Path) -> dict[str, list[dict[str, str]]]:
    """The sheets that an import writes, by name."""
    out = tmp_path / "out"
    assert run(["import", "redcap", str(source), "--out", str(out)]) == 0
    sheets = {}
    for path in out.glob("*.tsv"):
        with path.open(encoding="utf-8") as lines:
            sheets[path.stem] = list(csv.DictReader(lines, delimiter="\t"))
    return sheets


def test_a_raw_export_is_decoded_by_the_dictionary(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "biomarkers"):
        sheets = imported(tmp_path, written(tmp_path / "redcap", *RAW))
    first, second = sheets["patients"]
    assert (first["patient"], first["treatment_start"], first["sex"], first["age"]) == (
        "P1",
        "2023-01-02",
        "Female",
        "61",
    )
    assert (first["os_months"], first["os_event"], second["os_event"]) == ("9.5", "1", "0")
    assert (first["race_white"], first["race_asian_other"]) == ("1", "0")
    assert (second["race_white"], second["race_asian_other"]) == (
        "",
        "",
    )  # nothing ticked: nobody says that it was asked
    assert (second["sex"], second["age"]) == ("", "")  # no choice of the field; beyond its range
    assert not {"hospital_no", "story", "redcap_event_name"} & first.keys()
    assert [(row["patient"], row["date"], row["response"]) for row in sheets["assessments"]] == [
        ("P1", "2023-03-01", "PR"),
        ("P2", "2023-04-01", "PD"),
    ]
    assert [(row["term"], row["grade"]) for row in sheets["adverse_events"]] == [("Rash", "Grade 3")]
    assert [(row["score_type"], row["value"]) for row in sheets["pdl1"]] == [("TPS", "55"), ("TPS", "<1")]
    said = "\n".join(caplog.messages)
    export = tmp_path / "redcap" / "Trial_DATA_2024.csv"
    assert f"patients.sex from sex: not understood and left missing in 1 cell: '5' 1 ({export}:8)" in said
    assert f"{export}: age: '-99' is beyond the range of its field and left missing (1)" in said
    assert f"{export}: the form labs has several rows a record and is none of our sheets; it is not read" in said
    assert f"{export}: identifiers, so not carried: hospital_no" in said
    assert f"{export}: free text or files, so not carried: story" in said
    assert "the form response is assessments" in said


def test_codes_without_a_dictionary_stop_the_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = written(tmp_path / "redcap", *RAW, dictionary=None)
    assert run(["import", "redcap", str(source), "--out", str(tmp_path / "out")]) == 2
    expected = "expected an export with labels, or the project's data dictionary (CSV) beside it\n"
    said = capsys.readouterr().err
    assert "Trial_DATA_2024.csv: file holds codes whose meaning nobody says (sex, " in said and said.endswith(expected)
    assert not (tmp_path / "out").exists()


LABELS = [
    "P1,Baseline,,,2023-01-02,Female,61,77,Yes,9.5,Checked,Unchecked,55,,Complete,,,,,,,,",
    "P1,Visits,Response,1,,,,,,,,,,,,2023-03-01,Partial response,Complete,,,,,",
    "P1,Visits,Adverse events,1,,,,,,,,,,,,,,,Rash,Grade 3,Complete,,",
]
LABEL_HEADINGS = (
    "Record ID,Event Name,Repeat Instrument,Repeat Instance,Start of treatment,Sex,Age,Hospital number,"
    "os_event,os_months,"
    'Race (choice=White),"Race (choice=Asian, other)",PD-L1 TPS (%),Story,Complete?,Scan date,RECIST,Complete?,AE term,'
    "AE grade,Complete?,Hb,Complete?"
)  # fmt: skip


@pytest.mark.parametrize("headings", [HEADINGS, LABEL_HEADINGS])
@pytest.mark.parametrize("dictionary", [DICTIONARY, None])
def test_exports_with_labels(tmp_path: Path, headings: str, dictionary: str | None) -> None:
    if headings == LABEL_HEADINGS and dictionary:
        dictionary = dictionary.replace(",text,Scan,", ",text,Scan date,").replace(",text,Term,", ",text,AE term,")
        dictionary = dictionary.replace(",dropdown,Grade,", ",dropdown,AE grade,").replace(",Died,", ",os_event,")
        dictionary = dictionary.replace(",text,OS,", ",text,os_months,")
        dictionary = dictionary.replace("<b>Start of treatment</b>", "Start of treatment")
    sheets = imported(tmp_path, written(tmp_path / "redcap", *LABELS, headings=headings, dictionary=dictionary))
    (patient,) = sheets["patients"]
    assert (patient["os_event"], patient["sex"]) == ("1", "Female")
    white = next(cell for name, cell in patient.items() if name in ("race_white", "race_1"))
    assert white == "1"
    if headings == LABEL_HEADINGS or dictionary:
        assert patient["treatment_start"] == "2023-01-02"
    assert [(row["date"], row["response"]) for row in sheets["assessments"]] == [("2023-03-01", "PR")]
    assert [(row["term"], row["grade"]) for row in sheets["adverse_events"]] == [("Rash", "Grade 3")]


def test_a_mapping_beside_the_export_goes_before_names(tmp_path: Path) -> None:
    source = written(tmp_path / "redcap", *RAW)
    (source / "mapping.yaml").write_text(
        "patients: {file: records, columns: {patient: record}, join: [{file: labs, by: record, many: last}],"
        " keep: [hb]}\n"
        "assessments: {file: response, columns: {patient: record, date: scan_date, response: recist},"
        " where: {recist: {filled: true}}}\n",
        "utf-8",
    )
    sheets = imported(tmp_path, source)
    assert [row["hb"] for row in sheets["patients"]] == ["11", ""]
    assert [row["response"] for row in sheets["assessments"]] == ["PR", "PD"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "source has no export; expected a CSV export of records (Data Exports, Reports, and Stats"),
        ({"a.csv": "x,y\n1,2\n"}, "a.csv:1: file is no export of REDCap; expected a column redcap_event_name,"),
        ({"a.csv": "r,b_complete\n1,2\n", "b.csv": "r,c_complete\n1,2\n"}, "folder has 2: a.csv, b.csv; expected one "),
        ({"a.csv": "r,name,f_complete\n,x,Complete\n"}, "a.csv:2: r is missing; expected the record that the row"),
    ],
)  # fmt: skip
def test_what_is_no_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], message: str
) -> None:
    source = tmp_path / "redcap"
    source.mkdir()
    for name, text in files.items():
        (source / name).write_text(text)
    assert run(["import", "redcap", str(source), "--out", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err


def test_a_form_filled_in_over_several_events_is_one_row_unless_it_contradicts_itself(tmp_path: Path) -> None:
    """P1's age came later; P2 has two weights, so that the form `body` is none of a patient."""
    lines = [
        "P1,a,F,,Complete,70,Complete",
        "P1,b,,61,Complete,,",
        "P2,a,M,50,Complete,80,Complete",
        "P2,b,M,,,81,Complete",
    ]
    moved = "Record ID,Event Name,Sex,Age,Complete?,Weight,Complete?"
    sheets = imported(tmp_path, written(tmp_path / "redcap", *lines, headings=moved, dictionary=None))
    assert [(row["sex"], row["age"]) for row in sheets["patients"]] == [("F", "61"), ("M", "50")]
    assert "weight" not in sheets["patients"][0]


def test_what_is_not_read_of_a_form_that_is_a_sheet_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without a dictionary all fields are of one form, which became the adverse events: the scans were lost unsaid."""
    headings = "Record ID,Repeat Instrument,Repeat Instance,Date of first dose,AE term,Grade,Scan,RECIST"
    rows = ["1,,,2023-01-05,,,,", "1,ae,1,,Rash,3,,", "1,scans,1,,,,2023-03-01,Partial response"]
    with caplog.at_level(logging.INFO):
        imported(tmp_path, written(tmp_path / "redcap", *rows, headings=headings, dictionary=None))
    assert "is adverse_events; not read of it: date_of_first_dose, scan, recist" in "\n".join(caplog.messages)


def test_labels_in_another_language_name_forms_and_days(tmp_path: Path) -> None:
    rows = [
        '"Record ID","Event Name","Repeat Instrument","Repeat Instance","Datum der ersten Gabe","Alter",'
        '"Verstorben am","Start date","Complete?","Datum der Bildgebung","Beurteilung (RECIST 1.1)","Complete?"',
        "1,Baseline,,,2021-01-05,61,,2019-01-01,Complete,,,",
        "1,Verlauf,Bildgebung,1,,,,,,2021-03-01,PR,Complete",
        "1,Verlauf,Bildgebung,2,,,,,,2021-05-01,PD,Complete",
        "2,Baseline,,,2021-02-05,66,2021-08-01,,Complete,,,",
    ]
    (tmp_path / "labels.csv").write_text("\n".join(rows) + "\n")
    made = imported(tmp_path, tmp_path / "labels.csv")
    assert [(row["treatment_start"], row["death_date"], row["alter"]) for row in made["patients"]] == [
        ("2021-01-05", "", "61"),
        ("2021-02-05", "2021-08-01", "66"),
    ]
    assert made["patients"][0]["start_date"] == "2019-01-01"  # Of what, nobody says.
    assert [(row["date"], row["response"]) for row in made["assessments"]] == [
        ("2021-03-01", "PR"),
        ("2021-05-01", "PD"),
    ]
