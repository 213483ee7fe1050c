"""What a table holds that is hardly true: units and words, told before anything is computed of it."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.clinical.plausibility import MOST_LEVELS, of_deaths, of_levels, of_stated


@pytest.mark.parametrize(("of_pd", "said"), [(6.0, ["weeks"]), (1.8, []), (0.15, ["years"])])
def test_the_unit_of_stated_pfs_is_told_by_patients_with_progression(of_pd: float, said: list[str]) -> None:
    """A first scan is after 6 to 12 weeks (RECIST 1.1, section 4.2); the median of all is one of months."""
    sheet = pd.DataFrame(
        {
            "patient": [f"P{n}" for n in range(12)],
            "best_response": ["PD"] * 6 + ["PR"] * 6,
            "pfs_months": [of_pd] * 6 + [11.5] * 6,
            "pfs_event": 1,
        }
    )
    assert [
        sentence.split(": ")[1].split()[0] for sentence in of_stated(sheet) if "rather than months" in sentence
    ] == said


@pytest.mark.parametrize(("others", "n_said"), [(MOST_LEVELS - 2, 1), (MOST_LEVELS - 1, 0)])
def test_words_of_a_column_of_notes_are_no_levels(others: int, n_said: int) -> None:
    column = ["Low", "low", *("abcdefghijklmnopqrstuvwxyz"[n // 26] * 3 + chr(97 + n % 26) for n in range(others))]
    assert len(of_levels(pd.DataFrame({"note": column}))) == n_said


@pytest.mark.parametrize(
    ("column", "cell", "os_event", "told"),
    [
        ("DTHFL", "Y", None, True),
        ("Dead", "dead", None, True),
        ("DTHFL", "Y", 1, False),
        ("DTHFL", "N", None, False),
        ("vital_status", "Dead", None, True),
        ("vital_status", "dead or alive?", None, False),
        ("vital_status", "1:DECEASED", 0, True),
    ],
)
def test_a_death_is_told_once_and_by_a_whole_word(column: str, cell: str, os_event: int | None, told: bool) -> None:
    """A stated death is one already (it counts in OS); half a sentence in a column of words says nothing."""
    sheet = pd.DataFrame({"patient": ["P1"], column: [cell], "os_event": pd.array([os_event], "Int64")})
    assert bool(of_deaths(sheet)) == told
