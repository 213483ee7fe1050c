"""Study days and dates on one axis."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.clinical import study_days
from biomarkers.errors import InputError
from biomarkers.io import tables
from biomarkers.stats import times


@pytest.mark.parametrize(("elapsed", "day"), [(-2, -2), (-1, -1), (0, 1), (1, 2), (300, 301)])
def test_there_is_no_day_0(elapsed: int, day: int) -> None:
    start = pd.Timestamp("2021-03-01")
    date = start + pd.Timedelta(days=elapsed)
    assert times.study_day(date, start) == day
    assert times.study_days(pd.Series([date]), pd.Series([start])).tolist() == [day]
    assert study_days.elapsed(pd.Series([day])).tolist() == [elapsed]


def test_what_is_missing_has_no_day() -> None:
    dates = pd.Series([pd.NaT, pd.Timestamp("2021-03-01")])
    starts = pd.Series([pd.Timestamp("2021-03-01"), pd.NaT])
    assert times.study_days(dates, starts).isna().all()
    assert study_days.elapsed(pd.Series([pd.NA], dtype="Int64")).isna().all()


def test_tables_do_not_show_the_axis_as_dates() -> None:
    patients = pd.DataFrame({"patient": ["A", "B"], study_days.IN_DAYS: [1, 0]})
    table = pd.DataFrame({"patient": ["A", "B"], "date": pd.to_datetime(["2000-01-05", "2021-01-01"]), "n": [1, 2]})
    shown = study_days.without_dates(table, patients)
    assert shown["date"].isna().tolist() == [True, False] and shown["n"].tolist() == [1, 2]


def test_a_word_for_missing_is_no_day_of_a_visit(tmp_path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(
        "patient\tday\tdate\tresponse\nA\t15\t\tPR\nA\t--\t\tPR\nA\t\tUN-UNK-UNK\tPD\nA\t\t\tPD\nA\t.\t2020-01-01\tPD\n"
    )
    with pytest.raises(InputError) as refused:
        tables.read(path, "assessments")
    expected = "expected a study day such as 15, or a date in date"
    assert str(refused.value).splitlines() == [
        f"{path}:3: day is '--'; {expected}: -- means that it is missing",
        f"{path}:4: date is 'UN-UNK-UNK'; {expected}: UN-UNK-UNK means that it is missing",
        f"{path}:5: day is empty; {expected}",
    ]
