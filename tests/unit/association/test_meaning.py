"""Names and columns that tell patients apart, and those that do not."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.association import meaning
from biomarkers.association.specification import Endpoint

WORDS = [f"R{i}" for i in range(12)]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("patient_id", list(range(12)), True),
        ("PatientID", list(range(12)), True),
        ("MRN", list(range(12)), True),
        ("record", WORDS, True),
        ("anything", WORDS, True),
        ("anything", [*WORDS[:7], *["R0"] * 5], True),
        ("anything", [*WORDS[:6], *["R0"] * 6], False),
        ("histology", WORDS[:9], False),
        ("age", list(range(50, 62)), False),
        ("sample_id", [1] * 12, False),
        ("covid", list(range(12)), False),
        ("grid", list(range(12)), False),
    ],
)
def test_an_identifier(name: str, values: list[object], expected: bool) -> None:
    assert meaning._is_identifier(name, pd.Series(values)) == expected


def test_an_endpoint_is_its_own_columns() -> None:
    timed = Endpoint("os", "time_to_event", "os", "os_months", "os_event")
    assert [meaning.is_own(timed, name) for name in ("os_months", "os_event", "age")] == [True, True, False]
    assert meaning.is_own(Endpoint("response", "binary", "responder"), "responder")
