"""`biomarkers pdl1` from files to files: awkward values, bad input, settings."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run

PATIENTS = ["patient | treatment_start", "P1 | 2024-02-01", "P2 | 2024-02-01", "P3 | 2024-02-01"]
HEADER = "patient | specimen | collected | assay | score_type | value | viable_cells"


class Sheets:
    """Sheets in a temporary folder and the command on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.selected = folder / "out" / "selected.tsv"
        self.rejected = folder / "out" / "rejected.tsv"

    def write(self, name: str, *lines: str) -> Path:
        path = self.folder / name
        path.write_text("".join(line.replace(" | ", "\t") + "\n" for line in lines), "utf-8")
        return path

    def call(self, *options: str, rows: list[str], patients: list[str] = PATIENTS, header: str = HEADER) -> int:
        sheet, people = self.write("pdl1.tsv", header, *rows), self.write("patients.tsv", *patients)
        paths = ["--pdl1", sheet, "--patients", people, "--selected", self.selected, "--rejected", self.rejected]
        return run(["pdl1", *map(str, paths), *options])

    def read(self, path: Path) -> pd.DataFrame:
        return pd.read_csv(path, sep="\t", keep_default_na=False, na_values=[""])


@pytest.fixture
def sheets(tmp_path: Path) -> Sheets:
    return Sheets(tmp_path)


AWKWARD = [
    "P1 | A | 2024-01-01 | 22C3 | TPS | 1–49 % | 200",
    "P1 | B | 2023-01-01 | SP263 | TPS | ≥50 | ",
    "P1 | C | 2024-03-01 | 22C3 | TPS | 12,5 | ",
    "P1 | D | 2024-01-01 | SP142 | TPS | <1 | ",
    "P1 | E | 2024-01-01 | 22C3 | CPS | 120 | ",
    "P2 | A | 2024-01-01 | 28-8 | TPS | QNS | ",
]


def test_awkward_values_give_one_row_per_patient_and_a_reason_for_every_other(sheets: Sheets) -> None:
    assert sheets.call("--score-type", "TPS", rows=AWKWARD) == 0
    selected = sheets.read(sheets.selected)
    columns = "patient specimen collected assay score_type low high value status"
    assert " ".join(selected.columns[:9]) == columns
    assert selected["status"].tolist() == ["scored", "not_evaluable", "not_tested"]
    first = selected.iloc[0]
    assert (first["specimen"], first["low"], first["high"]) == ("A", 1, 50)
    assert pd.isna(first["value"])
    assert str(first["collected"]) == "2024-01-01"
    assert selected["discordant_at"].tolist()[0] == 50
    rejected = sheets.read(sheets.rejected)
    assert rejected[["specimen", "reason", "line"]].to_numpy().tolist() == [
        ["B", "less_preferred_assay", 3],
        ["C", "after_treatment_start", 4],
        ["D", "assay", 5],
        ["E", "score_type", 6],
    ]


def test_cps_is_capped(sheets: Sheets) -> None:
    assert sheets.call("--score-type", "CPS", rows=AWKWARD) == 0
    first = sheets.read(sheets.selected).iloc[0]
    assert (first["low"], first["high"], first["value"]) == (100, 100, 100)
    assert first["note"] == "CPS 120 counts as 100 at most"


def test_every_problem_of_both_sheets_comes_at_once_and_nothing_is_written(
    sheets: Sheets, capsys: pytest.CaptureFixture[str]
) -> None:
    status = sheets.call(
        "--score-type",
        "TPS",
        "--assays",
        "SP142",
        "22C3",
        rows=[
            "P1 | A | 2024-13-01 | 22C3 | TPS | 140 | many",
            "P9 | B | 2023-01-01 | 22C3 | TSP | 80 | ",
            "P1 | C | 2023-01-01 | 22C3 | TPS | positive | -1",
            "P1 | C | 2023-01-01 | 22C3 | TPS | positive | -1",
            "../P2 | C | 2023-01-01 | 22C3 | TPS | 5 | ",
        ],
        patients=["patient | treatment_start", "P1 | 2024-02-30"],
    )
    errors = capsys.readouterr().err
    assert status == 2
    for message in [
        "patients.tsv:2: treatment_start is '2024-02-30'; expected a date such as 2024-03-31",
        "pdl1.tsv:2: collected is '2024-13-01'; expected a date such as 2024-03-31",
        "pdl1.tsv:2: viable_cells is 'many'; expected a number of at least 0",
        "pdl1.tsv:4: viable_cells is '-1'; expected a number of at least 0",
        "pdl1.tsv:3: score_type is 'TSP'; expected one of TPS, CPS, IC, TC",
        "pdl1.tsv:2: value is '140'; expected TPS from 0 to 100",
        "pdl1.tsv:4: value is 'positive'; expected the score behind this word, such as <1 or >=1: its cutoff",
        "pdl1.tsv:3: patient is 'P9'; expected a patient of",
        "pdl1.tsv:6: patient is '../P2'; expected letters, digits",
        "(first in line 4)",
        "command line: --assays is 'SP142 22C3'; expected SP142 alone",
    ]:
        assert message in errors
    assert "Traceback" not in errors
    assert not sheets.selected.parent.exists()


@pytest.mark.parametrize(
    ("options", "header", "message"),
    [
        (["--score-type", "TSP"], HEADER, "TSP"),
        (["--window-days", "-1"], HEADER, "--window-days is '-1'; expected a whole number from 0 to 36500"),
        (["--window-days", "3000000"], HEADER, "--window-days is '3000000'; expected a whole number from 0 to 36500"),
        (["--old-block-years", "1e300"], HEADER, "--old-block-years is '1e+300'; expected a number from 0 to 100"),
        ([], HEADER.replace("score_type", "scoretype"), "score_type is missing; expected a column of that name"),
        ([], HEADER.replace("value", "valu"), "did you mean 'valu'?"),
    ],
)
def test_wrong_options_and_columns_are_told(
    sheets: Sheets, capsys: pytest.CaptureFixture[str], options: list[str], header: str, message: str
) -> None:
    assert sheets.call(*options, rows=AWKWARD, header=header) == 2
    assert message in capsys.readouterr().err
    assert not sheets.selected.exists()


def test_percents_that_may_be_fractions_are_asked_about(sheets: Sheets, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["P1 | A | 2024-01-01 | 22C3 | TPS | 0.4 | ", "P2 | A | 2024-01-01 | 22C3 | TPS | 0 | "]
    assert sheets.call(rows=rows) == 2
    assert "pdl1.tsv:2: value is '0.4'; expected percent, but no TPS is above 1" in capsys.readouterr().err
    assert sheets.call("--unit", "fraction", rows=rows) == 0
    assert sheets.read(sheets.selected)["value"].tolist()[:2] == [40, 0]
    assert sheets.call("--unit", "percent", rows=rows) == 0
    assert sheets.read(sheets.selected)["value"].tolist()[:2] == [0.4, 0]


def test_an_empty_sheet_leaves_everybody_untested(sheets: Sheets) -> None:
    assert sheets.call(rows=[]) == 0
    assert sheets.read(sheets.selected)["status"].tolist() == ["not_tested"] * 3
    assert sheets.read(sheets.rejected).empty


def test_what_a_reader_could_overlook_is_said(sheets: Sheets, caplog: pytest.LogCaptureFixture) -> None:
    rows = ["P1 | A |  | 22C3 | TPS | 5 | ", "P2 | A | 2024-01-01 | JS311 | TPS | 5 | "]
    assert sheets.call("--assays", "SP263", rows=rows) == 0
    assert "nobody is scored with SP263; the sheet also has 22C3, JS311" in caplog.text
    assert sheets.call("--assays", "22C3", "JS311", rows=rows) == 0
    assert "--undated accept" in caplog.text
    assert "not known to agree: 22C3, JS311" in caplog.text
    assert sheets.call(rows=AWKWARD, patients=["patient", "P1", "P2"]) == 0
    assert "no treatment_start" in caplog.text
    assert "P1: eligible specimens disagree at cutoff 50" in caplog.text


def test_a_sheet_in_csv_latin_1_with_hostile_text_is_read(sheets: Sheets) -> None:
    sheet = sheets.folder / "pdl1.csv"
    lines = [
        "patient,specimen,collected,assay,score_type,value,remark",
        'P1,"<script>;$(rm)",2024-01-01,22C3,TPS,"12,5",Zytologie von Müller',
    ]
    sheet.write_bytes("\r\n".join(lines).encode("latin-1"))
    people = sheets.write("patients.tsv", *PATIENTS)
    paths = ["--pdl1", sheet, "--patients", people, "--selected", sheets.selected, "--rejected", sheets.rejected]
    assert run(["pdl1", *map(str, paths)]) == 0
    first = sheets.read(sheets.selected).iloc[0]
    assert (first["specimen"], first["value"]) == ("<script>;$(rm)", 12.5)


def test_a_date_that_stands_for_an_unknown_one_is_told(sheets: Sheets, capsys: pytest.CaptureFixture[str]) -> None:
    """The table of selected specimens had a study day that no table may have, so that the next command refused it."""
    assert sheets.call(rows=["P1 | A | 1900-01-01 | 22C3 | TPS | 5 | ", "P2 | B | 1980-01-01 | 22C3 | TPS | 5 | "]) == 2
    said = "pdl1.tsv:2: collected is '1900-01-01'; expected a day up to 20000 days from treatment_start"
    assert said in capsys.readouterr().err and not sheets.selected.exists()
