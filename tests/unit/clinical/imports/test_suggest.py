"""A proposed mapping: what is known is filled in, what is not stands as CONFIRM and is refused, nothing is applied."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from biomarkers.clinical.imports import grammar, sheets, sources, suggest
from biomarkers.errors import InputError, Problems
from biomarkers.io import yamls


def proposal(folder: Path, **files: str) -> str:
    paths = []
    for name, text in files.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text)
    return suggest.proposed(paths).replace(f"{folder}/", "")


def applied(folder: Path, text: str) -> dict[str, sheets.Sheet]:
    (folder / "mapping.yaml").write_text(text)
    problems = Problems()
    made = sheets.make(grammar.load(folder / "mapping.yaml"), sources.reader(folder), problems)
    problems.stop_if_any()
    return made


def test_a_proposal_as_it_is_printed(tmp_path):
    text = proposal(
        tmp_path,
        clinic=(
            "Pat ID,Therapiebeginn,Ansprechen,PFS (days),PFS_Status,"
            "OS_MONTHS,OS_STATUS,OS.cnsr,ECOG,date_of_birth,TPS\n"
            "A,01.02.2021,Teilremission,304,1,10.5,1:DECEASED,0,1,1950,<1\n"
            "B,13.02.2021,gemischt,60,0,2.5,0:LIVING,1,0,1960,50\n"
        ),
    )
    assert text.splitlines()[3:] == [
        "pdl1:",
        '- file: "clinic.csv"',
        "  columns:",
        "    patient: Pat ID  # likely",
        "    # collected: no heading is known for it; undated specimens need `pdl1: {undated: accept}` in a run",
        "    assay: {value: CONFIRM}  # such as 22C3, 28-8, SP263, SP142; take the line away if unknown",
        "  rows:",
        "  - score_type: {value: TPS}  # of TPS, CPS, IC, TC, TAP",
        "    value: TPS",
        "patients:",
        '- file: "clinic.csv"',
        "  columns:",
        "    patient: Pat ID  # likely",
        "    treatment_start: {from: Therapiebeginn, date_format: CONFIRM}  # likely; DD.MM.YYYY ('13.02.2021' can only"
        " be day first)",
        "    best_response: {from: Ansprechen, values: {Teilremission: PR, gemischt: CONFIRM}}  # likely; CR, PR, SD,"
        " NON-CR/NON-PD, PD, NE, MISSING or null: 'gemischt' 1",
        '    pfs_months: {from: "PFS (days)", unit: days}  # sure',
        "    pfs_event: PFS_Status  # sure; 1 is taken for the event",
        "    os_months: OS_MONTHS  # sure",
        '    os_event: {from: OS_STATUS, values: {"0:LIVING": 0, "1:DECEASED": 1}}  # sure; or OS.cnsr',
        "  keep:",
        "  - OS.cnsr",
        "  - ECOG",
        "  # not carried, as it looks like a direct identifier: date_of_birth",
    ]
    with pytest.raises(InputError) as raised:
        applied(tmp_path, text)
    assert {problem.value for problem in raised.value.problems} == {"CONFIRM"}
    right = text.replace("assay: {value: CONFIRM}", "assay: {value: 22C3}").replace("gemischt: CONFIRM", "gemischt: SD")
    made = applied(tmp_path, right.replace("date_format: CONFIRM", "date_format: DD.MM.YYYY"))
    assert [row.cells["treatment_start"] for row in made["patients"].rows] == ["2021-02-01", "2021-02-13"]
    assert [row.cells["os_event"] for row in made["patients"].rows] == ["1", "0"]
    assert [row.cells["value"] for row in made["pdl1"].rows] == ["<1", "50"]


@pytest.mark.parametrize(
    ("heading", "cells", "line"),
    [
        ("CNSR", "0 1", None),  # Of what?
        ("OS_CNSR", "0 1 2", "os_event: {from: OS_CNSR, cnsr: true}  # sure; CDISC: 0 is the event"),
        ("OS_CNSR", "0 1", 'os_event: {from: OS_CNSR, values: {"0": CONFIRM, "1": CONFIRM}}  # sure; 1 where it'
         " happened, 0 where not ('0' 1, '1' 1); cnsr: true in place of values where 0 is the event, as in CDISC's"),
        ("OS_censored", "0 1", None),
        ("OS status", "1 2", 'os_event: {from: OS status, values: {"1": CONFIRM, "2": CONFIRM}}  # sure; 1 where it'
         " happened, 0 where not ('1' 1, '2' 1)"),
        ("alive", "0 1", 'os_event: {from: alive, values: {"0": CONFIRM, "1": CONFIRM}}  # likely; 1 where it happened,'
         " 0 where not ('0' 1, '1' 1)"),
        ("time", "306 1022", "os_months: {from: time, unit: CONFIRM}  # likely; no unit in the heading, largest"),
        ("vital_status", "Dead Alive", "os_event: {from: vital_status, values: {Alive: 0, Dead: 1}}  # sure"),
        ("OS", "100 200", "os_months: {from: OS, unit: CONFIRM}  # likely; no unit in the heading, largest value 200:"
         " days, weeks, months, years?"),
        ("overall survival (weeks)", "10 20", 'os_months: {from: "overall survival (weeks)", unit: weeks}  # likely'),
        ("BOR", "pr Stable~Disease", "best_response: BOR  # sure"),
        ("RECIST 1.1", "PR SD", 'best_response: RECIST 1.1  # likely'),
        ("response", "R NR", "best_response: {from: response, values: {NR: CONFIRM, R: CONFIRM}}"),
        ("RFSTDTC", "2021-01-02 2021-01-03T08:00", "treatment_start: RFSTDTC  # sure"),
        ("start date", "44269 44270", "treatment_start: {from: start date, date_format: CONFIRM}  # likely; numbers:"
         " excel, for days of a spreadsheet?"),
    ],
)  # fmt: skip
def test_what_is_proposed_for_a_column(tmp_path, heading, cells, line):
    rows = "".join(f"P{n},{cell.replace('~', ' ')}\n" for n, cell in enumerate(cells.split()))
    text = proposal(tmp_path, p=f"ID,{heading}\n{rows}")
    lines = [each.strip() for each in text.splitlines()]
    assert (f"- {heading}" in lines or "CONFIRM" in text) if line is None else any(e.startswith(line) for e in lines)


def test_the_event_of_a_time_is_the_one_that_begins_as_it(tmp_path):
    text = "PATIENT_ID,VITAL_STATUS,OS_STATUS,OS_MONTHS\nA,Alive,0:LIVING,3\nB,Dead,1:DECEASED,4\n"
    assert "os_event: {from: OS_STATUS, values:" in proposal(tmp_path, clinic=text)


def test_an_event_without_a_time_is_told_of(tmp_path):
    text = proposal(tmp_path, clinic="patient,first dose,last contact,vital_status\nA,2021-01-02,2021-05-05,Dead\n")
    assert "    # os_event is left out while there is no os_months (no heading is known for it)" in text


def test_each_kind_of_table_goes_to_its_sheet(tmp_path):
    text = proposal(
        tmp_path,
        visits="USUBJID,RSDTC,RSSTRESC\nA,2021-01-01,SD\nA,2021-02-01,PR\n",
        events="USUBJID,AEDECOD,AETOXGR,AEACN\nA,Rash,2,DOSE NOT CHANGED\n",
        maf="Hugo_Symbol,Variant_Classification,Tumor_Sample_Barcode\nTP53,Missense_Mutation,A\n",
        lesions="Patient,Date,Lesion,Size (cm),Organ\nA,2021-01-01,T1,1.2,liver\nA,2021-02-01,T1,1,liver\n",
        samples="Patient,Sample,OS,OS.time\nA,S1,1,30\nA,S2,1,30\nB,S3,0,60\n",
        other="gene,length\nTP53,100\n",
    )
    data = yamls.load(_saved(tmp_path, text)).data
    assert {name: [block["file"] for block in blocks] for name, blocks in data.items()} == {
        "assessments": ["visits.csv"],
        "adverse_events": ["events.csv"],
        "mutations": ["maf.csv"],
        "lesions": ["lesions.csv"],
        "patients": ["samples.csv"],
    }
    # A time of 0 and 1 is an event; the sample differs within a patient.
    assert data["patients"][0] == {
        "file": "samples.csv",
        "distinct": True,
        "columns": {
            "patient": "Patient",
            "os_months": {"from": "OS.time", "unit": "CONFIRM"},
            "os_event": "OS",
        },
    }
    assert "# not taken, as they differ within a patient: Sample" in text and "identifier" not in text
    assert data["lesions"][0]["columns"]["diameter_mm"] == {"from": "Size (cm)", "unit": "cm"}
    assert data["lesions"][0]["columns"]["role"] == "CONFIRM"
    assert "# other.csv: no heading is known for a patient, so nothing is proposed" in text


def test_visits_that_are_called_so_are_no_patients_though_each_has_one(tmp_path):
    table = "Patient,Date,Response\nA,2021-01-01,SD\nB,2021-02-01,PR\n"
    data = yamls.load(_saved(tmp_path, proposal(tmp_path, Assessments=table))).data
    assert data == {
        "assessments": [
            {"file": "Assessments.csv", "columns": {"patient": "Patient", "date": "Date", "response": "Response"}}
        ]
    }
    data = yamls.load(_saved(tmp_path, proposal(tmp_path, people=table))).data
    assert [*data] == ["patients"]
    book = openpyxl.Workbook()
    book.active.title = "Assessments"
    for row in table.splitlines():
        book.active.append(row.split(","))
    book.save(tmp_path / "book.xlsx")
    assert [*yamls.load(_saved(tmp_path, suggest.proposed([tmp_path / "book.xlsx"]))).data] == ["assessments"]


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ("0.6 0.05 0", "{from: TPS, unit: CONFIRM}"),
        ("0 1 1", "TPS"),
        ("60 0.5 0", "TPS"),
        ("<1 0.6", "{from: TPS, unit: CONFIRM}"),
    ],
)
def test_scores_that_may_be_fractions_are_asked_about(tmp_path, cells, value):
    text = proposal(tmp_path, p="ID,TPS\n" + "".join(f"P{n},{cell}\n" for n, cell in enumerate(cells.split())))
    assert f"    value: {value}" in [line.partition("  #")[0] for line in text.splitlines()]


def test_headings_that_would_drive_yaml_or_a_terminal(tmp_path):
    bad = ["yes", "null", "a: b", "- x", "{y}", "#c", "'q", '"d""e"', "\x1b[31mred", "*a", "no", "1", "~", "a\u2028b"]
    text = proposal(tmp_path, p="ID," + ",".join(bad) + "\nA" + ",1" * len(bad) + "\n")
    assert all(char.isprintable() for char in text.replace("\n", "")) or "\\u001b" in text
    assert "\x1b" not in text
    made = applied(tmp_path, text)
    assert len(made["patients"].header) == 1 + len(bad)


def test_sheets_of_a_workbook_and_formats_with_an_importer(tmp_path):
    made = openpyxl.Workbook()
    made.active.title = "Clinic"
    for row in (["patientid", "recist", "survival_time_os", "event_occurred_os"], ["A", "PD", 1.5, 1]):
        made.active.append(row)
    made.create_sheet("Notes")
    made.save(tmp_path / "b.xlsx")
    text = suggest.proposed([tmp_path / "b.xlsx"])
    assert "  sheet: Clinic" in text
    assert "b.xlsx[Clinic] looks like icb: `biomarkers import icb ...` knows its columns and words" in text


def test_visits_side_by_side_are_no_best_response(tmp_path):
    """The response of the first visit had been proposed as the patient's best one."""
    header = "Patient ID,Scan date 1,Overall response 1,Scan date 2,Overall response 2"
    text = proposal(tmp_path, clinic=f"{header}\nA,2021-01-02,SD,2021-03-02,PR\n")
    assert "best_response" not in text and "keep" not in text
    told = "Scan date 1, Overall response 1, Scan date 2, Overall response 2"
    assert f"# side by side, each an entry of rows (docs/import.md): {told}\n" in text
    assert "best_response: Response 1" in proposal(tmp_path, clinic="Patient ID,Response 1\nA,SD\nB,PR\n")


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv: file is missing"):
        suggest.proposed([tmp_path / "nowhere.csv"])


def _saved(folder: Path, text: str) -> Path:
    (folder / "proposed.yaml").write_text(text)
    return folder / "proposed.yaml"


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("Table S1: patients\nPatient,OS_MONTHS\nA,1\n", {"header": 2}),
        ('"Patient" "OS_MONTHS"\n"1" "A x" 1\n"2" "B" 2\n', {"separator": "blanks"}),
        ("#Patient\tMonths\n#STRING\tNUMBER\nPatient\tOS_MONTHS\nA\t1\n", {"comment": "#"}),
    ],
)
def test_what_stands_around_a_table(tmp_path, text, head):
    (tmp_path / "t.txt").write_text(text)
    data = yamls.load(_saved(tmp_path, suggest.proposed([tmp_path / "t.txt"]))).data
    block = data["patients"][0]
    assert {name: block[name] for name in head} == head
    assert block["columns"] == {"patient": "Patient", "os_months": "OS_MONTHS"}


def test_a_workbook_with_a_title_and_a_sheet_that_cannot_be_read(tmp_path):
    made = openpyxl.Workbook()
    made.active.title = "S1"
    for row in (["Table S1. Clinical data"], ["Patient", "OS (days)"], ["A", 30]):
        made.active.append(row)
    made.create_sheet("S2").append(["a", None, "b"])
    made["S2"].append([1, 2, 3])
    made["S2"].merge_cells("A1:B1")
    made.save(tmp_path / "b.xlsx")
    text = suggest.proposed([tmp_path / "b.xlsx"])
    assert "  sheet: S1" in text and "  header: 2" in text
    assert "b.xlsx[S2]: A1:B1 is a merged heading; expected" in text


def test_cells_that_name_what_they_hold(tmp_path):
    """As in the tables of samples that GEO gives."""
    text = proposal(
        tmp_path,
        gse="geo_accession,characteristics_ch1,characteristics_ch1.1,characteristics_ch1.2,title\n"
        "GSM1,patient id: P1,response: PD,age (yrs): 61,a: b\nGSM2,patient id: P2,response: PR,age (yrs): 50,c: d\n",
    )
    made = applied(tmp_path, text)
    assert made["patients"].header == ["patient", "best_response", "geo_accession", "age (yrs)", "title"]
    assert [row.cells["best_response"] for row in made["patients"].rows] == ["PD", "PR"]
    assert [row.cells["patient"] for row in made["patients"].rows] == ["P1", "P2"]
    assert [row.cells["age (yrs)"] for row in made["patients"].rows] == ["61", "50"]


def test_an_export_of_openclinica_has_its_headings_below_many_titles(tmp_path):
    titles = "".join(f"Title {n}\tX\n" for n in range(9)) + "CRF\tDemographics\tC1\n"
    head = "Study Subject ID\tSex\tTreatmentStart_E1_C1\tOverallResponse_E2_1_C2\tOverallResponse_E2_2_C2\n"
    (tmp_path / "p.tsv").write_text(titles + head + "T-1\tm\t2021-01-05\tPR\tPD\n")
    text = suggest.proposed([tmp_path / "p.tsv"])
    assert "header: 11" in text and "treatment_start: TreatmentStart_E1_C1" in text
    assert "best_response" not in text  # The response of a visit is not the best one.


def test_an_export_of_castor(tmp_path):
    text = "Participant Id;treat_start;weight;death_date\n1;15-03-2021;72.5;##USER_MISSING_96##\n"
    text += "2;22-03-2021;##USER_MISSING_99##;30-06-2021\n"
    (tmp_path / "p.csv").write_text(text)
    mapping = suggest.proposed([tmp_path / "p.csv"]).replace("CONFIRM}", "DD-MM-YYYY}")
    made = applied(tmp_path, mapping)["patients"]
    names = ("patient", "treatment_start", "death_date", "weight")
    assert [[row.cells.get(name, "") for name in names] for row in made.rows] == [
        ["1", "2021-03-15", "", "72.5"],
        ["2", "2021-03-22", "2021-06-30", ""],
    ]
