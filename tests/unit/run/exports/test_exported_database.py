"""A database of DuckDB: names that SQL does not tell apart, keys, what is told of columns."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from biomarkers.errors import InputError
from biomarkers.io import databases
from biomarkers.report import described
from biomarkers.run.exports import duckdb as export
from biomarkers.run.exports.finished import Finished

COHORT = pd.DataFrame(
    {
        "patient": ["P1", "P2"],
        "Age": [1.5, None],
        "AGE": ["a", "b"],
        "age_2": [1, 2],
        'it\'s; "DROP" -- TABLE': ["'); DROP TABLE cohort; --", None],
        "responder": pd.array([1, None], dtype="Int64"),
        "best_response_date": pd.to_datetime(["2024-02-29", None]),
        "inf": [float("inf"), 0.1 + 0.2],
        "empty": pd.Series([None, None], dtype="object"),
    }
)


def opened(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as database:
        return database.execute(query).fetchall()


def written(path: Path, **frames: pd.DataFrame) -> Path:
    export.write(Finished(path.parent, frames, (), "it's", "", "0.1.0", {}), path)
    return path


def test_what_the_program_joins_to_the_cohort_is_told_as_what_it_is(tmp_path: Path) -> None:
    """Not as a column that the user gave; only what has such a name by chance is the user's."""
    cohort = pd.DataFrame({"patient": ["P1"], "pfs_event_fda": [1], "treated": ["yes"], "albi_grade": [2]})
    cohort = cohort.assign(tmb_per_mb_nonsynonymous=1.5, tmb_per_mb_blood=2.5)
    tmb = pd.DataFrame({"sample": ["T1"], "patient": ["P1"], "definition": ["nonsynonymous"]})
    path = written(tmp_path / "a.duckdb", cohort=cohort, tmb=tmb)
    query = "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = 'cohort'"
    told = {name: (kind, comment) for name, kind, comment in opened(path, query)}
    fda = "1 when progression or death ended it, 0 when censored; under the censoring preset fda."
    assert told["pfs_event_fda"] == ("BOOLEAN", fda)
    assert told["tmb_per_mb_nonsynonymous"] == ("DOUBLE", "The burden under the definition nonsynonymous.")
    assert told["tmb_per_mb_blood"] == ("DOUBLE", described.OWN)
    assert told["albi_grade"] == ("BIGINT", "1 to -2.60, 2 to -1.39, 3 above.")
    assert told["treated"][0] == "VARCHAR"


def test_types_names_and_cells_of_any_kind(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(tmp_path / "a.duckdb", cohort=COHORT)
    kinds = opened(path, "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'cohort'")
    assert kinds == [
        ("patient", "VARCHAR"),
        ("Age", "DOUBLE"),
        ("AGE_3", "VARCHAR"),
        ("age_2", "BIGINT"),
        ('it\'s; "DROP" -- TABLE', "VARCHAR"),
        ("responder", "BOOLEAN"),
        ("best_response_date", "DATE"),
        ("inf", "DOUBLE"),
        ("empty", "VARCHAR"),
    ]
    first, second = opened(path, "SELECT * FROM cohort")
    assert first[:6] == ("P1", 1.5, "a", 1, "'); DROP TABLE cohort; --", True)
    assert str(first[6]) == "2024-02-29" and first[7:] == (float("inf"), None)
    assert second == ("P2", None, "b", 2, None, None, None, 0.1 + 0.2, None)
    assert "cohort: the column AGE is AGE_3 in the database" in caplog.text
    assert opened(path, "SELECT meaning FROM about WHERE item = 'title'") == [("it's",)]


def test_a_key_holds_where_no_part_of_it_is_missing(tmp_path: Path) -> None:
    visits = pd.DataFrame({"patient": ["P1", "P1"], "date": pd.to_datetime(["2024-01-01", None])})
    path = written(tmp_path / "a.duckdb", cohort=COHORT, visits=visits)
    keys = dict(opened(path, "SELECT table_name, has_primary_key FROM duckdb_tables()"))
    assert keys == {"about": True, "cohort": True, "visits": False}


def test_the_view_has_the_burdens_of_the_sample_that_stands_for_a_patient(tmp_path: Path) -> None:
    tmb = pd.DataFrame(
        {"patient": ["P1"] * 3, "sample": ["T1", "T1", "T2"], "definition": ["a", "b", "a"], "tmb_per_mb": [1.0, 2, 9]}
    )
    cohort = COHORT.assign(tumor_sample=["T1", None], tmb_per_mb=[1.0, None])
    path = written(tmp_path / "a.duckdb", cohort=cohort, tmb=tmb)
    rows = opened(path, "SELECT patient, definition, tmb_per_mb, age_2 FROM cohort_burdens ORDER BY ALL")
    assert rows == [("P1", "a", 1.0, 1), ("P1", "b", 2.0, 1), ("P2", None, None, 2)]
    comments = opened(path, "SELECT comment FROM duckdb_views() WHERE view_name = 'cohort_burdens'")
    assert comments == [("The cohort beside each definition of the burden of the sample that stands for a patient.",)]


def test_nothing_is_left_of_a_database_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = export.table("cohort", COHORT)
    twice = pd.concat([table.frame, table.frame])
    with pytest.raises(duckdb.Error):
        databases.write(tmp_path / "a.duckdb", {"cohort": table._replace(frame=twice)}, {})
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(InputError, match="duckdb is not installed; expected DuckDB beside this program: pip install"):
        written(tmp_path / "a.duckdb", cohort=COHORT)
    assert not [*tmp_path.iterdir()]
