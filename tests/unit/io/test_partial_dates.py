"""Which days a partial date may be; oracle: every day of the calendar that agrees with what is written."""

from __future__ import annotations

import datetime
import random

import pytest

from biomarkers.io.partial_dates import NO_DAY, Span, span

ALL_DAYS = [datetime.date(2012, 1, 1) + datetime.timedelta(days=n) for n in range(366 * 4)]
UNKNOWN_WORDS = ["UN", "UNK", "XX", "??", "-", "00", "nk"]


@pytest.mark.parametrize("seed", range(50))
def test_a_partial_date_may_be_every_day_that_agrees_with_it(seed: int) -> None:
    rng = random.Random(seed)
    date = rng.choice(ALL_DAYS)
    month, day = rng.choice([(True, False), (False, False), (False, True)])
    agree = [
        other
        for other in ALL_DAYS
        if other.year == date.year and (not month or other.month == date.month) and (not day or other.day == date.day)
    ]
    word, name = rng.choice(UNKNOWN_WORDS), f"{date:%b}".upper()
    days, months = (f"{date:%d}" if day else word), (f"{date:%m}" if month else word)
    expected = Span(min(agree).isoformat(), max(agree).isoformat())
    assert span(f"{date.year}-{months}-{days}") == expected
    assert span(f"{days}/{name if month else word}/{date.year}") == expected


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2013", "2013-01-01", "2013-12-31"),
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("UNJUL2013", "2013-07-01", "2013-07-31"),
        ("Jul 2013", "2013-07-01", "2013-07-31"),
        ("UN/07/2013", "2013-07-01", "2013-07-31"),
        ("2013-07-03/2013-07-10", "2013-07-03", "2013-07-10"),
        ("2013-12/2014", "2013-12-01", "2014-12-31"),
    ],
)
def test_other_spellings(cell: str, first: str, last: str) -> None:
    assert span(cell) == Span(first, last)


@pytest.mark.parametrize("cell", ["UNK", "UN-UNK-UNKN", "--07-15", "--07", "-----", "un"])
def test_without_a_year_it_may_be_any_day(cell: str) -> None:
    assert span(cell) == NO_DAY


@pytest.mark.parametrize(
    "cell",
    [
        "2013-07-15",
        "2013-13",
        "2013-02-30",
        "07/08/2013",
        "soon",
        "13",
        "201307",
        "1813",
        "2014/2013",
        "July",
        "2013-7",
    ],
)
def test_whole_dates_and_other_texts_are_no_partial_dates(cell: str) -> None:
    assert span(cell) is None
