"""Clinical tables of the ICB portal and PredictioR, made after those of eight cohorts, of which nothing is copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.clinical.imports import commands, icb
from biomarkers.clinical.imports.sheets import Sheet
from biomarkers.errors import Problems
from biomarkers.io import tables

PORTAL = "\n".join(
    "\t".join(line.split())
    for line in """
patientid sex age recist response survival_time_pfs event_occurred_pfs survival_time_os event_occurred_os \
    survival_unit date_birth TMB_perMb
Pt1 F 61 PD NR 1.4 1 8.2 1 month 24925 7.4
Pt2 M NA SD R 12.4 0 17.1 0 month 18496 NA
Pt3 M 50 NA NR NA NA NA 1 month 18497 0.2
Pt4 NA 55 MR NA NA NA NA NA NA NA NA
""".strip().splitlines()
)
PIPELINE = """"patient";"sex";"recist";"response";"t.pfs";"pfs";"t.os";"os"
"A_1";"F";"CR";"R";NA;NA;12;0
"A_2";"M";NA;"NR";NA;NA;3,5;1
"""


def made(source: Path) -> tuple[dict[str, Sheet], list[str]]:
    problems = Problems()
    prepared = icb.prepare(source, problems)
    sheets = {} if prepared is None else commands.made(prepared, problems)
    return sheets, [str(problem).replace(f"{source.parent}/", "") for problem in problems.found]


def rows(sheet: Sheet, *columns: str) -> list[list[str]]:
    return [[row.cells.get(column, "") for column in columns] for row in sheet.rows]


def test_a_table_of_the_portal(tmp_path):
    (tmp_path / "c.tsv").write_text(PORTAL)
    found, wrong = made(tmp_path / "c.tsv")
    assert wrong == []
    sheet = found["patients"]
    ours = ("patient", "best_response", "pfs_months", "pfs_event", "os_months", "os_event", "icb_response", "TMB_perMb")
    assert rows(sheet, *ours) == [
        ["Pt1", "PD", "1.4", "1", "8.2", "1", "0", "7.4"],
        ["Pt2", "SD", "12.4", "0", "17.1", "0", "1", ""],
        ["Pt3", "", "", "", "", "", "0", "0.2"],
        ["Pt4", "", "", "", "", "", "", ""],
    ]
    assert "date_birth" not in sheet.header and "response" not in sheet.header
    # A minor response is no word of RECIST: named, not made stable disease.
    assert [(t.word, t.status) for t in sheet.told if t.status == "unmapped"] == [("MR", "unmapped")]


def test_each_unit_is_its_own(tmp_path):
    text = PORTAL.replace("12.4\t0\t17.1\t0\tmonth", "487\t0\t974\t0\tDays")
    (tmp_path / "c.tsv").write_text(text)
    found, wrong = made(tmp_path / "c.tsv")
    assert wrong == []
    assert {tuple(row) for row in rows(found["patients"], "patient", "pfs_months", "os_months")} == {
        ("Pt1", "1.4", "8.2"),
        ("Pt2", "16", "32"),
        ("Pt3", "", ""),
        ("Pt4", "", ""),
    }


@pytest.mark.parametrize(("unit", "said"), [("fortnight", "is 'fortnight'"), ("NA", "is 'NA'"), ("", "is empty")])
def test_a_time_without_a_unit_is_refused(tmp_path, unit, said):
    (tmp_path / "c.tsv").write_text(PORTAL.replace("8.2\t1\tmonth", f"8.2\t1\t{unit}"))
    _, wrong = made(tmp_path / "c.tsv")
    assert wrong == [f"c.tsv:2: survival_unit {said}; expected day, week, month or year, beside a survival time"]


def test_the_folder_of_a_pipeline(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "CLIN.csv").write_text(PIPELINE)
    (folder / "SNV.csv").write_text("Sample;Gene;Effect\nA_1;TP53;Missense_Mutation\n")
    (folder / "cased_sequenced.csv").write_text("patient;cna;snv;expr\nA_1;0;1;0\nA_2;0;0;1\n")
    found, wrong = made(folder)
    assert wrong == []
    assert rows(found["patients"], "patient", "best_response", "os_months", "os_event", "icb_response") == [
        ["A_1", "CR", "12", "0", "1"],
        ["A_2", "", "3.5", "1", "0"],
    ]
    assert rows(found["mutations"], "patient", "gene", "consequence") == [["A_1", "TP53", "Missense_Mutation"]]
    assert rows(found["sequenced"], "patient", "sequenced") == [["A_1", "1"], ["A_2", "0"]]


def test_another_table_is_refused(tmp_path):
    (tmp_path / "c.csv").write_text("ID,BOR\nA,PD\n")
    _, wrong = made(tmp_path / "c.csv")
    assert wrong == ["c.csv:1: header is ID, BOR; expected a clinical table of the ICB portal: a column patientid"]
    _, wrong = made(tmp_path)
    assert len(wrong) == 1 and wrong[0].endswith("CLIN.csv: file is missing; expected a file at this path")


def test_a_collection_of_studies_is_told(tmp_path):
    lines = PORTAL.splitlines()
    made_of = ["study\t" + lines[0], *(f"S{n % 2}\t{line}" for n, line in enumerate(lines[1:] + lines[1:2]))]
    (tmp_path / "c.tsv").write_text("\n".join(made_of) + "\n")
    _, wrong = made(tmp_path / "c.tsv")
    assert wrong == [
        "c.tsv:1: study has 2 studies, and patients stand in more than one; expected a table of one study, in which"
        " each patient stands once"
    ]


def test_a_further_column_is_written_as_the_numbers_that_it_is_read_back_as(tmp_path):
    text = PORTAL.splitlines()
    unknown = ["crp", "1,5", "unknown", "unknown", "2,25"]
    marked = ["codes", "1,5", "x", "y", "z"]
    lines = [f"{line}\t{one}\t{other}" for line, one, other in zip(text, unknown, marked, strict=True)]
    (tmp_path / "c.tsv").write_text("\n".join(lines) + "\n")
    found, wrong = made(tmp_path / "c.tsv")
    assert (wrong, rows(found["patients"], "crp", "codes")) == (
        [],
        [["1.5", "1,5"], ["", "x"], ["", "y"], ["2.25", "z"]],
    )
    assert ("1,5", "1.5") in [(told.word, told.meaning) for told in found["patients"].told if told.column == "crp"]
    (tmp_path / "patients.tsv").write_text(found["patients"].text())
    back = tables.read(tmp_path / "patients.tsv", "patients")
    assert back["crp"].dropna().tolist() == [1.5, 2.25] and back["codes"].tolist() == ["1,5", "x", "y", "z"]
