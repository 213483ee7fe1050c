"""`biomarkers export`: what a run has, whole, in each format; what is no finished run is refused."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest

import finished_run
from biomarkers.cli.app import run
from biomarkers.io import schemas, spreadsheets
from biomarkers.run.exports.finished import SHEETS
from biomarkers.run.progress.earlier_pages import MARK
from biomarkers.run.written import WRITTEN

HAS = {
    "cohort": "cohort.tsv",
    "endpoints": "clinical/endpoints.tsv",
    "rates": "clinical/rates.tsv",
    "results": "association/results.tsv",
    "groups": "association/groups.tsv",
    "memberships": "association/memberships.tsv.gz",
    "tmb": "burden/tmb.tsv",
    "mutations": "burden/mutations.tsv.gz",
    "sample_selection": "clinical/sample_selection.tsv",
    "pdl1_selected": "clinical/pdl1.tsv",
    "pdl1_rejected": "clinical/pdl1_rejected.tsv",
    "responses": "clinical/responses.tsv",
    "flow": "flow.tsv",
    "exclusions": "clinical/exclusions.tsv",
}
"""Tables of the run of these tests, below its results."""


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    """A finished run; nobody may change it."""
    return finished_run.make(project, tmp_path_factory.mktemp("finished") / "run")


@pytest.fixture
def copied(finished: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return shutil.copytree(finished, tmp_path / "run")


def export(kind: str, folder: Path, out: Path) -> int:
    return run(["export", kind, "--run", str(folder), "--out", str(out)])


def tsv(folder: Path, name: str) -> pd.DataFrame:
    """A table as pandas reads it, every cell as it stands in the file."""
    path = folder / "results" / HAS[name]
    return pd.read_csv(path, sep="\t", keep_default_na=False, na_values=["", "NA"], dtype=str)


def sheet_of(book: openpyxl.Workbook, name: str) -> pd.DataFrame:
    header, *rows = book[name].iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=list(header))


def same(made: pd.DataFrame, right: pd.DataFrame, schema: str) -> None:
    """Cell by cell: missing is missing, numbers are numbers to the last digit, dates days, all else the same text."""
    assert list(made) == list(right) and len(made) == len(right)
    rules = schemas.load(schema)["properties"]
    for column in right:
        is_number = rules.get(column, {}).get("type") in ("number", "integer")
        for one, other in zip(made[column], right[column], strict=True):
            if pd.isna(other):
                assert pd.isna(one), (column, one)
            elif isinstance(one, str):
                assert one == other and (not is_number or one == "inf"), (column, one)
            elif hasattr(one, "isoformat"):
                assert one.isoformat()[:10] == other, column
            else:
                assert one == float(other), (column, one, other)


def test_a_workbook_has_every_table_whole(finished: Path, tmp_path: Path) -> None:
    assert export("xlsx", finished, tmp_path / "trial.xlsx") == 0
    book = openpyxl.load_workbook(tmp_path / "trial.xlsx")
    assert book.sheetnames == ["About", *HAS, "patients", "variants"]
    for name in HAS:
        same(sheet_of(book, name), tsv(finished, name), name)
        assert book[name].freeze_panes == "B2" and (book[name].auto_filter.ref or book[name].max_row == 1)
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_its_first_sheet_says_what_the_run_and_each_column_is(finished: Path, tmp_path: Path) -> None:
    export("xlsx", finished, tmp_path / "trial.xlsx")
    book = openpyxl.load_workbook(tmp_path / "trial.xlsx")
    about = sheet_of(book, "About")
    told = about[about["sheet"].isna()].set_index("column")["meaning"]
    assert told["title"] == "Twelve \t made-up patients: =1+1" and told["biomarkers"].startswith("0.")
    assert "confidential" in told["patients"] and "denominator_steps" in told["not in this run"]
    for name in book.sheetnames[1:]:
        of = about[about["sheet"].eq(name)]
        assert of["column"].tolist()[1:] == [cell.value for cell in book[name][1]]
        assert of["meaning"].notna().all() and of["type"].iloc[0].split()[0] == str(book[name].max_row - 1)


def test_of_a_sheet_only_the_columns_of_its_schema_are_exported(finished: Path, tmp_path: Path) -> None:
    """The cohort carries what the user left in the sheet; the sheet itself is no way round what it does not carry."""
    export("xlsx", finished, tmp_path / "trial.xlsx")
    header = [cell.value for cell in openpyxl.load_workbook(tmp_path / "trial.xlsx")["patients"][1]]
    assert header and set(header) <= {*schemas.columns("patients")}


def test_what_a_sheet_cannot_hold_is_told(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 30)
    monkeypatch.setattr(spreadsheets, "MOST_CHARACTERS", 60)
    assert export("xlsx", finished, tmp_path / "trial.xlsx") == 0
    rows = len(tsv(finished, "results"))
    assert f"results is not in the workbook: it has {rows} rows, and a sheet holds 29" in caplog.text
    book = openpyxl.load_workbook(tmp_path / "trial.xlsx")
    cut = sheet_of(book, "About")["meaning"].str.len().eq(60).sum()
    said = re.search(r"sheet About, column meaning: (\d+) texts cut after 60 characters", caplog.text)
    assert said and 50 < int(said[1]) <= cut
    assert "results" not in book.sheetnames
    about = sheet_of(book, "About").set_index("column")["meaning"]
    assert about["results (left out)"] == f"It has {rows} rows, and a sheet holds 29."


def test_every_table_of_the_page_is_exported(project: Path) -> None:
    rule = (project / "workflow/rules/report.smk").read_text()
    read = set(re.findall(r'"(results/[\w/]+\.tsv(?:\.gz)?)"', rule.partition("output:")[0]))
    facts = (project / "src/biomarkers/run/facts.py").read_text()
    trial = re.search(r"trial_tables=\[(.*?)\]", facts, re.S)
    assert read and read <= {each.place for each in WRITTEN}
    assert trial is None or set(re.findall(r'"(\w+)"', trial[1])) <= {each.name for each in WRITTEN}


def journal(folder: Path, *lines: dict[str, object]) -> None:
    first = {"at": "2024-03-31 12:00:00", "jobs": {"1": ["cohort", [], []]}, "patients": {}, "process": {}}
    (folder / ".snakemake").mkdir()
    text = "".join(json.dumps({"at": "2024-03-31 12:05:00"} | line) + "\n" for line in (first, *lines))
    (folder / ".snakemake/journal.jsonl").write_text(text)


@pytest.mark.parametrize("kind", ["cbioportal", "duckdb", "xlsx"])
def test_what_is_no_finished_run_is_refused_with_all_that_is_wrong(
    kind: str, copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal(copied, {"begun": 1}, {"ended": True})
    results = copied / "results"
    (results / "cohort.tsv").write_text((results / "cohort.tsv").read_text().replace("19.5", "19.6"))
    (results / "report").mkdir()
    (results / "report/index.html").write_text('<body>\n<div id="earlier-run" role="alert">old</div></body>')
    assert MARK.search((results / "report/index.html").read_text())
    config = copied / "config/config.yaml"
    config.write_text(config.read_text().replace("  pdl1: config/pdl1.tsv\n", ""))
    (results / "clinical/rates.tsv").write_text("endpoint\tn\nos_median\tmany\n")
    out = tmp_path / f"trial.{kind}"
    assert export(kind, copied, out) == 2 and not out.exists()
    said = capsys.readouterr().err
    for sentence in (
        f"{copied}: folder has a run of which 0 of 1 jobs are done; expected a finished run",
        f"{results}/cohort.tsv: file is not the one that the results were made of; expected that of the last run",
        f"{results}/report/index.html: file is of an earlier run",
        f"{results}/clinical/pdl1.tsv: file is of an earlier run: config/config.yaml names no pdl1; expected",
        f"{results}/clinical/rates.tsv:2: n is 'many'",
    ):
        assert sentence in said


@pytest.mark.parametrize("kind", ["cbioportal", "duckdb", "xlsx"])
def test_a_folder_that_is_no_run_is_refused(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(kind, tmp_path, tmp_path / f"a.{kind}") == 2
    assert "has no tables of a run; expected the folder of a run that has results" in capsys.readouterr().err
    assert export(kind, tmp_path / "absent", tmp_path / f"a.{kind}") == 2
    assert not [*tmp_path.iterdir()]


def test_a_run_whose_jobs_are_done_says_when(copied: Path, tmp_path: Path) -> None:
    journal(copied, {"done": 1}, {"ended": True})
    assert export("xlsx", copied, tmp_path / "trial.xlsx") == 0
    about = sheet_of(openpyxl.load_workbook(tmp_path / "trial.xlsx"), "About").set_index("column")["meaning"]
    assert about["finished"] == "2024-03-31 12:05:00"


def test_a_sheet_that_was_changed_since_is_named(
    copied: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (copied / "config/pdl1.tsv").touch()
    os.utime(copied / "results/cohort.tsv", (1e9, 1e9))
    export("xlsx", copied, tmp_path / "trial.xlsx")
    assert "config/pdl1.tsv is newer than the results" in caplog.text


@pytest.mark.parametrize("kind", ["duckdb", "xlsx"])
def test_only_an_export_of_its_own_kind_is_replaced(
    kind: str, finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.xlsx"
    other = openpyxl.Workbook()
    other.active["A1"] = "mine"
    other.save(own)
    before = own.read_bytes()
    text = tmp_path / f"text.{kind}"
    text.write_text("mine")
    for path in (own, text):
        assert export(kind, finished, path) == 2
    assert f"{text}: --out is another file; expected a name that is not taken, or" in capsys.readouterr().err
    assert own.read_bytes() == before and text.read_text() == "mine"
    for _ in range(2):
        assert export(kind, finished, tmp_path / f"again.{kind}") == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({"again." + kind, "own.xlsx", f"text.{kind}"})


def test_the_name_of_a_file_tells_its_kind(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export("xlsx", finished, tmp_path / "trial.csv") == 2
    assert "--out is" in capsys.readouterr().err and not [*tmp_path.iterdir()]


def test_a_run_without_clinical_sheets_or_without_burdens_is_exported_as_far_as_it_goes(
    copied: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shutil.rmtree(copied / "results/association")
    shutil.rmtree(copied / "results/clinical")
    for name in ("cohort.tsv", "flow.tsv"):
        (copied / "results" / name).unlink()
    (copied / "config/config.yaml").write_text("clinical: {maf: config/mutations.maf}\n")
    assert export("xlsx", copied, tmp_path / "burden.xlsx") == 0
    assert "not in this run: cohort, endpoints, rates, results" in caplog.text
    assert openpyxl.load_workbook(tmp_path / "burden.xlsx").sheetnames == ["About", "tmb", "mutations", "variants"]


def test_a_run_of_clinical_sheets_alone_is_exported(copied: Path, tmp_path: Path) -> None:
    """Its cohort comes with the table of samples, which has no rows."""
    for name in ("association", "burden", "variants"):
        shutil.rmtree(copied / "results" / name)
    for name in ("pdl1", "pdl1_rejected"):
        (copied / "results/clinical" / f"{name}.tsv").unlink()
    selection = copied / "results/clinical/sample_selection.tsv"
    selection.write_text(selection.read_text().partition("\n")[0] + "\n")
    (copied / "config/config.yaml").write_text("clinical: {patients: config/patients.tsv}\n")
    assert export("xlsx", copied, tmp_path / "trial.xlsx") == 0
    book = openpyxl.load_workbook(tmp_path / "trial.xlsx")
    assert book.sheetnames[:2] == ["About", "cohort"] and book["sample_selection"].max_row == 1
    assert export("duckdb", copied, tmp_path / "trial.duckdb") == export("cbioportal", copied, tmp_path / "study") == 0


def test_a_database_has_every_table_whole(finished: Path, tmp_path: Path) -> None:
    """Read back by SQL, beside the file as pandas reads it."""
    assert export("duckdb", finished, tmp_path / "trial.duckdb") == 0
    with duckdb.connect(str(tmp_path / "trial.duckdb"), read_only=True) as database:
        names = [row[0] for row in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        assert sorted(names) == sorted(["about", *HAS, "patients", "variants"])
        for name in HAS:
            rows = database.execute(f"SELECT * FROM {name}")
            made = pd.DataFrame(rows.fetchall(), columns=[each[0] for each in rows.description], dtype="object")
            same(made, tsv(finished, name), name)
        told = "SELECT comment FROM duckdb_columns() WHERE NOT internal AND table_name <> 'cohort_burdens'"
        comments = database.execute(told).fetchall()
        assert comments and all(comment for (comment,) in comments)
        file = finished / "results/variants/maf/cohort.variants.tsv.gz"
        assert database.execute("SELECT count(*) FROM variants").fetchall() == [(len(pd.read_csv(file, sep="\t")),)]


def test_a_study_of_a_run_is_read_back(finished: Path, tmp_path: Path) -> None:
    """Patients, times, responses, PD-L1, who was sequenced, genes: what the sheets of the run said."""
    assert export("cbioportal", finished, tmp_path / "study") == 0
    assert run(["import", "cbioportal", str(tmp_path / "study"), "--out", str(tmp_path / "back")]) == 0
    back = {path.stem: pd.read_csv(path, sep="\t", dtype=str) for path in (tmp_path / "back").glob("*.tsv")}
    given = pd.read_csv(finished / "config/patients.tsv", sep="\t", dtype=str)
    columns = ["patient", "best_response", "pfs_event", "os_event", "age", "sex", "site"]
    pd.testing.assert_frame_equal(back["patients"][columns], given[columns])
    times = ["pfs_months", "os_months"]
    pd.testing.assert_frame_equal(back["patients"][times].astype(float), given[times].astype(float), rtol=0)
    assert "birth" not in " ".join(back["patients"]).lower()
    assert dict(zip(back["pdl1"]["patient"], back["pdl1"]["value"], strict=True)) == {
        "P1": "10", "P2": "<1", "P3": "1-49", "P4": ">=50", "P6": "60"
    }  # fmt: skip
    assert back["sequenced"]["patient"].tolist() == [f"P{number}" for number in range(1, 12)]
    mutations = tsv(finished, "mutations")
    genes = back["mutations"].sort_values(["patient", "gene"])[["patient", "gene"]].to_numpy().tolist()
    assert genes == mutations.sort_values(["patient", "gene"])[["patient", "gene"]].to_numpy().tolist()
    burden = tsv(finished, "cohort").set_index("patient")["tmb_per_mb"].dropna().astype(float)
    assert burden.to_dict() == back["features"].set_index("patient")["tmb_per_mb"].astype(float).to_dict()


def test_a_failed_sample_is_not_among_the_sequenced(copied: Path, tmp_path: Path) -> None:
    place = copied / "results/burden/tmb.tsv"
    table = pd.read_csv(place, sep="\t", dtype=str)
    failed = table["sample"].eq("P3-T1")
    table.loc[failed, "status"] = "failed"
    table.loc[failed, "tmb_per_mb"] = None
    table.to_csv(place, sep="\t", index=False)
    assert export("cbioportal", copied, tmp_path / "study") == 0
    study = tmp_path / "study"
    assert "P3-T1" in (study / "case_lists/cases_all.txt").read_text()
    assert "P3-T1" not in (study / "case_lists/cases_sequenced.txt").read_text()
    assert "P3-T1" not in (study / "data_mutations.txt").read_text()
    assert "3 variants of samples that failed" in (study / "biomarkers_export.txt").read_text()


def test_only_a_study_that_an_export_wrote_is_replaced(
    finished: Path, copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "study"
    (study / "case_lists").mkdir(parents=True)
    (study / "meta_study.txt").write_text("theirs")
    assert export("cbioportal", finished, study) == 2
    assert "--out holds other files; expected an empty folder" in capsys.readouterr().err
    assert [path.name for path in study.rglob("*") if path.is_file()] == ["meta_study.txt"]
    assert export("cbioportal", finished, tmp_path / "own") == 0
    for path in (copied / "results/burden", copied / "results/variants"):
        shutil.rmtree(path)
    assert export("cbioportal", copied, tmp_path / "own") == 0
    left = {str(path.relative_to(tmp_path / "own")) for path in (tmp_path / "own").rglob("*") if path.is_file()}
    assert left == {
        "biomarkers_export.txt", "case_lists/cases_all.txt", "data_clinical_patient.txt", "data_clinical_sample.txt",
        "meta_clinical_patient.txt", "meta_clinical_sample.txt", "meta_study.txt",
    }  # fmt: skip


def test_variants_of_several_files_without_samples_that_left_the_run(copied: Path, tmp_path: Path) -> None:
    variants = copied / "results/variants"
    whole = pd.read_csv(variants / "maf/cohort.variants.tsv.gz", sep="\t", dtype=str)
    own, gone = whole["sample"].eq("P3-T1"), whole.head(2).assign(sample="GONE-T", patient="GONE")
    whole[~own].to_csv(variants / "maf/cohort.variants.tsv.gz", sep="\t", index=False)
    # A file without a column that only some have.
    whole[own].drop(columns=["hgvsp"]).to_csv(variants / "P3-T1.variants.tsv.gz", sep="\t", index=False)
    gone.to_csv(variants / "GONE-T.variants.tsv.gz", sep="\t", index=False)
    assert export("duckdb", copied, tmp_path / "trial.duckdb") == 0
    with duckdb.connect(str(tmp_path / "trial.duckdb"), read_only=True) as database:
        found = database.execute("SELECT sample, pos, hgvsp FROM variants ORDER BY ALL").fetchall()
    assert [row[:2] for row in found] == sorted(zip(whole["sample"], whole["pos"].astype(int), strict=True))
    assert export("xlsx", copied, tmp_path / "trial.xlsx") == 0
    sheet = sheet_of(openpyxl.load_workbook(tmp_path / "trial.xlsx"), "variants")
    assert sorted(sheet["sample"]) == sorted(whole["sample"])


@pytest.mark.parametrize("kind", ["duckdb", "xlsx"])
def test_nothing_is_written_where_a_table_of_variants_is_damaged(
    kind: str, copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / "results/variants/P3-T1.variants.tsv.gz").write_text("patient\tsample\nP3\n")
    before = {*tmp_path.iterdir()}
    assert export(kind, copied, tmp_path / f"trial.{kind}") == 2
    assert "P3-T1.variants.tsv.gz" in capsys.readouterr().err and {*tmp_path.iterdir()} == before


def test_every_sheet_that_is_exported_has_a_schema() -> None:
    assert {*SHEETS, *(each.name for each in WRITTEN)} <= {*schemas.names()}
