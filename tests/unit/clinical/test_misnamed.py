"""Columns whose heading is another name of one that a sheet lacks."""

import pandas as pd
import pytest

from biomarkers.clinical import misnamed
from biomarkers.errors import Problems


def found(sheet: str, **columns: str) -> list[str]:
    problems = Problems()
    misnamed.check("x.tsv", sheet, pd.DataFrame({name: [cell or None] for name, cell in columns.items()}), problems)
    return [str(problem) for problem in problems.found]


@pytest.mark.parametrize(
    ("sheet", "column", "cell", "meant"),
    [
        ("patients", "date_of_death", "2024-05-01", "death_date"),
        ("patients", "DTHDT", "01.05.2024", "death_date"),
        ("patients", "Last_Contact", "2024-05-01", "last_alive_date"),
        ("patients", "OS_Months", "3", "os_months"),
        ("patients", "death_dat", "", "death_date"),
        ("assessments", "reader", "BICR", "evaluator"),
        ("adverse_events", "start_date", "2024-05-01", "onset"),
        ("adverse_events", "SAE", "yes", "serious"),
        ("lesions", "Lymph node", "1", "nodal"),
        ("lesions", "Status", "CR", "status"),
        ("pdl1", "Viable tumor cells", "60", "viable_cells"),
    ],
)
def test_a_column_that_means_one_that_is_not_there_is_a_problem(sheet: str, column: str, cell: str, meant: str) -> None:
    expected = f"x.tsv:1: column is '{column}'; expected {meant}, or a name that is less like it"
    assert found(sheet, patient="P1", **{column: cell}) == [expected]


@pytest.mark.parametrize(
    ("sheet", "columns"),
    [
        ("patients", {"date_of_death": "2024-05-01", "death_date": "2024-05-01"}),
        ("patients", {"date_of_death": "2024-05-01", "death_day": "12"}),
        ("patients", {"response": "CR", "status": "alive", "death": "1", "last contact": "by phone"}),
        ("patients", {"diagnosis_date": "2020-01-01"}),
        ("assessments", {"date": "2024-05-01", "study day": "12"}),
        ("adverse_events", {"onset_day": "3", "start_date": "2024-05-01", "narrative": "a rash"}),
    ],
)
def test_a_column_beside_the_one_that_is_read_is_no_problem(sheet: str, columns: dict[str, str]) -> None:
    assert found(sheet, patient="P1", **columns) == []
