"""Other people's clinical tables in the forms in which they come, from a mapping to the endpoints."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from biomarkers.cli.app import run

HELLMANN = """
patients:
  file: {folder}/data_clinical_patient.txt
  comment: "#"
  join: [{{file: {folder}/data_clinical_sample.txt, comment: "#", by: PATIENT_ID}}]
  columns:
    patient: PATIENT_ID
    best_response: BEST_OVERALL_RESPONSE
    pfs_months: PFS_MONTHS
    pfs_event: {{from: PFS_STATUS, values: {{"1:Event": 1, "0:Censor": 0}}}}
  keep: {{age: AGE_YRS, sex: SEX, tmb: TMB_NONSYNONYMOUS}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def imported(mapping: str) -> pd.DataFrame:
    """The patients sheet that a mapping makes."""
    Path("m.yaml").write_text(mapping)
    assert run(["import", "--mapping", "m.yaml", "--out", "out"]) == 0
    return pd.read_csv("out/patients.tsv", sep="\t", dtype=str, keep_default_na=False)


def test_a_published_cohort_by_a_mapping(folder: Path, shared_data: Path) -> None:
    """Oracle: the cohort that was brought into shape by hand; 75 patients."""
    cohort = shared_data / "cohorts" / "hellmann2018_nsclc"
    made = imported(HELLMANN.format(folder=cohort / "native"))
    right = pd.read_csv(cohort / "cohort.tsv", sep="\t", dtype=str, keep_default_na=False)
    columns = ["patient", "best_response", "pfs_months", "pfs_event", "age", "sex"]
    pd.testing.assert_frame_equal(made[columns], right[columns])


def test_a_german_spreadsheet(folder: Path) -> None:
    """Latin-1, semicolons, decimal commas, the day first, words of German."""
    Path("klinik.csv").write_bytes(
        "Patientennr;Therapiebeginn;Ansprechen;Gesamtüberleben (Wochen);Verstorben;Größe (cm)\n"
        "001;03.04.2021;Teilremission;52,5;ja;1,8\n002;13.12.2020;Progress;8,5;nein;2,25\n".encode("latin-1")
    )
    made = imported(
        """
patients:
  file: klinik.csv
  columns:
    patient: patientennr
    treatment_start: {from: Therapiebeginn, date_format: DD.MM.YYYY}
    best_response: {from: Ansprechen, values: {teilremission: PR, progress: PD}}
    os_months: {from: Gesamtüberleben (Wochen), unit: weeks}
    os_event: {from: Verstorben, values: {ja: 1, nein: 0}}
  keep: {size_mm: {from: Größe (cm), unit: cm, to: mm}}
"""
    )
    assert made["patient"].tolist() == ["001", "002"]
    assert made["treatment_start"].tolist() == ["2021-04-03", "2020-12-13"]
    assert made["best_response"].tolist() == ["PR", "PD"]
    # By hand: 52.5 weeks are 367.5 days, at 30.4375 days a month.
    assert made["os_months"].astype(float).tolist() == pytest.approx([367.5 / 30.4375, 59.5 / 30.4375], rel=1e-12)
    assert made["size_mm"].astype(float).tolist() == pytest.approx([18, 22.5], rel=1e-12)


def test_a_supplementary_table_of_a_paper(folder: Path) -> None:
    """A title, two rows of headings with merged cells, percents, a footnote in a row of its own."""
    made = openpyxl.Workbook()
    sheet = made.active
    rows = [
        ["Supplementary Table 3. Patients", None, None, None, None],
        [None, "Overall survival", None, "PD-L1", "Response"],
        ["Patient", "months", "event", "TPS", None],
        ["P-01", 10.5, 1, 0.45, "Partial response"],
        ["P-02", 3, 0, 0, "Progressive disease"],
    ]
    for row in rows:
        sheet.append(row)
    for line in (4, 5):
        sheet.cell(line, 4).number_format = "0%"
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("B2:C2")
    made.save("supplement.xlsx")
    found = imported(
        """
patients:
  file: supplement.xlsx
  header: [2, 3]
  columns:
    patient: Patient
    best_response: Response
    os_months: Overall survival months
    os_event: Overall survival event
pdl1:
  file: supplement.xlsx
  header: [2, 3]
  columns: {patient: Patient, score_type: {value: TPS}, value: PD-L1 TPS, assay: {value: 22C3}}
"""
    )
    assert found.to_numpy().tolist() == [["P-01", "PR", "10.5", "1"], ["P-02", "PD", "3", "0"]]
    assert pd.read_csv("out/pdl1.tsv", sep="\t")["value"].tolist() == ["45%", "0%"]
    sheets = ["--pdl1", "out/pdl1.tsv", "--patients", "out/patients.tsv"]
    assert run(["pdl1", *sheets, "--selected", "s.tsv", "--rejected", "r.tsv"]) == 0
    assert pd.read_csv("s.tsv", sep="\t")["value"].tolist() == [45, 0]


def test_a_table_of_r(folder: Path) -> None:
    """write.table with row names: quoted, blanks between cells, a heading less than cells."""
    Path("t.txt").write_text('"OS" "OS.time" "group"\n"TCGA-01" 1 365.25 "a b"\n"TCGA-02" 0 NA "c"\n')
    made = imported(
        """
patients:
  file: t.txt
  separator: blanks
  columns: {patient: row names, os_months: {from: OS.time, unit: days}, os_event: OS}
  keep: [group]
"""
    )
    assert made.to_numpy().tolist() == [["TCGA-01", "12", "1", "a b"], ["TCGA-02", "", "", "c"]]


def test_visits_side_by_side(folder: Path) -> None:
    """One row a patient with a date and a response for each visit, as investigators keep them."""
    Path("v.csv").write_text("ID,CT1,R1,CT2,R2\nA,2021-02-01,SD,2021-04-01,PR\nB,2021-02-03,PD,,\n")
    mapping = """
patients: {file: v.csv, columns: {patient: ID}}
assessments:
  file: v.csv
  columns: {patient: ID}
  rows:
  - {date: CT1, response: R1}
  - {date: CT2, response: R2}
"""
    Path("m.yaml").write_text(mapping)
    assert run(["import", "--mapping", "m.yaml", "--out", "out"]) == 0
    visits = pd.read_csv("out/assessments.tsv", sep="\t")
    assert visits.to_numpy().tolist() == [
        ["A", "2021-02-01", "SD"],
        ["A", "2021-04-01", "PR"],
        ["B", "2021-02-03", "PD"],
    ]
