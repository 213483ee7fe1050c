"""Names and columns that tell patients apart, and those that do not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.association import inputs, meaning
from biomarkers.association.specification import Endpoint
from biomarkers.errors import InputError

PLAN = """\
primary: {marker: tmb_per_mb, endpoint: response}
endpoints: {response: {kind: binary, column: responder}}
markers: {tmb_per_mb: {kind: continuous}}
"""
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


@pytest.mark.parametrize(
    "part, key, said",
    [
        ("genes: {adjust_for: patient}", "genes.adjust_for", "not one that tells patients apart"),
        ("genes: {adjust_for: [responder]}", "genes.adjust_for[0]", "responder is the endpoint response itself"),
        ("genes: {sets: {tmb_per_mb: [TP53]}}", "genes.sets", "a name that no marker of the plan"),
        ("genes: {sets: {TP53: [TP53, KRAS]}}", "genes.sets", "no gene of the mutation table has"),
    ],
)
def test_parts_that_mean_nothing(part: str, key: str, said: str, tmp_path: Path) -> None:
    """An identifier or an outcome beside genes, a set that is called as something else."""
    plan = PLAN + part
    (tmp_path / "plan.yaml").write_text(plan)
    (tmp_path / "m.tsv").write_text("patient\tgene\tconsequence\np01\tTP53\tmissense_variant\n")
    rows = [f"p{i:02d}\t{i % 2}\t{i % 7}" for i in range(12)]
    (tmp_path / "cohort.tsv").write_text("\n".join(["patient\tresponder\ttmb_per_mb", *rows]) + "\n")
    with pytest.raises(InputError) as found:
        inputs.read(tmp_path / "cohort.tsv", tmp_path / "plan.yaml", tmp_path / "m.tsv")
    assert any(key in str(one) and said in str(one) for one in found.value.problems)
