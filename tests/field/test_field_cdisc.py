"""SDTM of the pharmaverse by the importer: the answers of 254 patients that admiralonco derived in R."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run

DAYS_PER_MONTH = 30.4375


@pytest.fixture(scope="module")
def imported(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Assessments and lesions out of sdtm_rs, sdtm_tr and sdtm_tu."""
    out = tmp_path_factory.mktemp("cdisc") / "sheets"
    assert run(["import", "cdisc", str(shared_data / "pharmaverse_onco"), "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize("sheets", [["assessments"], ["lesions"], ["assessments", "lesions"]])
def test_sdtm_gives_the_answers_of_every_patient(
    sheets: list[str], imported: Path, shared_data: Path, tmp_path: Path
) -> None:
    """Best response, confirmed or not, PFS, OS and duration of response, by stated responses and by measurements.

    Oracle: admiralonco (expected_endpoints.tsv). Of three readers the investigator; partial dates are month ends.
    """
    study = shared_data / "pharmaverse_onco"
    given = [f"--patients={study}/patients.tsv", *(f"--{name}={imported}/{name}.tsv" for name in sheets)]
    out = [f"--endpoints={tmp_path}/endpoints.tsv", f"--rates={tmp_path}/rates.tsv"]
    assert run(["endpoints", *given, *out, "--unconfirmed"]) == 0
    found = pd.read_csv(tmp_path / "endpoints.tsv", sep="\t").set_index("patient")
    expected = pd.read_csv(study / "expected_endpoints.tsv", sep="\t").set_index("patient")
    assert len(expected) == 254 and [*found.index] == [*expected.index]
    for column in ("best_response", "confirmed_best_response"):
        pd.testing.assert_series_equal(found[column], expected[column])
    for name in ("os", "pfs", "dor"):
        days = found[f"{name}_months"] * DAYS_PER_MONTH
        assert days.to_numpy() == pytest.approx(expected[f"{name}_days"].to_numpy(), rel=1e-12, nan_ok=True)
        events = found[f"{name}_event"].to_numpy(dtype=float)
        assert events == pytest.approx(expected[f"{name}_event"].to_numpy(dtype=float), nan_ok=True)


def test_the_datasets_are_what_is_read(imported: Path) -> None:
    """By hand: 22 responses by each of three readers; 91 lesions at visits by the investigator."""
    visits = pd.read_csv(imported / "assessments.tsv", sep="\t")
    assert visits["evaluator"].value_counts().to_dict() == {
        "RADIOLOGIST 1": 22,
        "RADIOLOGIST 2": 22,
        "INVESTIGATOR": 22,
    }
    lesions = pd.read_csv(imported / "lesions.tsv", sep="\t")
    assert len(lesions) == 91 and lesions.loc[lesions["nodal"] == 1, "site"].unique().tolist() == ["LYMPH NODE"]
    assert not (imported / "patients.tsv").exists()
