"""A run of the simulated trial finds the truth that it was made with, patient by patient, and in its primary result.

BIOMARKERS_DEMO names the folder of a demo that was run (`make demo` does so with its own). Without it a trial of 30
patients who enter by VCF is made and run; with fewer the association of burden and response need not be significant.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from scipy.stats import mannwhitneyu

from biomarkers.cli.app import run
from biomarkers.demo import people
from builders import RunFolder

pytestmark = pytest.mark.slow
PATIENTS = 30
DAYS_PER_MONTH = 30.4375
CHANGES = {
    "n_variants": lambda cell: int(cell) + 3,
    "tmb_merino_wes": lambda cell: float(cell) * 1.5 + 1,
    "tmb_nonsynonymous": lambda cell: float(cell) * 1.5 + 1,
    "responder": lambda cell: 1 - int(cell),
    "pfs_days": lambda cell: int(cell) + 1,
    "pfs_event": lambda cell: 1 - int(cell),
    "os_days": lambda cell: int(cell) - 1,
    "os_event": lambda cell: 1 - int(cell),
    "pdl1_status": lambda cell: "not_tested" if cell == "scored" else "scored",
    "pdl1_true": lambda cell: (float(cell) + 50) % 100,
}
"""A wrong truth for each column."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory, project):
    """A demo that was run."""
    snakefile = project / "workflow" / "Snakefile"
    if "BIOMARKERS_DEMO" in os.environ:
        return RunFolder(Path(os.environ["BIOMARKERS_DEMO"]), snakefile)
    folder = RunFolder(tmp_path_factory.mktemp("demo") / "run", snakefile)
    drawn = people.people

    def by_vcf(rng, count):
        return [replace(p, entry="vcf") if p.entry != "none" else p for p in drawn(rng, count)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "people", by_vcf)
        assert run(["demo", str(folder.folder), "--patients", str(PATIENTS), "--seed", "1"]) == 0
    done = folder.start("results/cohort.tsv", "results/association/results.tsv")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def truth(finished):
    return {row["patient"]: row for row in finished.tsv("truth/patients.tsv")}


@pytest.fixture(scope="module")
def found(finished):
    """Each patient's row of the cohort."""
    return {row["patient"]: row for row in finished.tsv("results/cohort.tsv")}


def number(text):
    return None if text == "" else float(text)


def differences(true, patient):
    """Columns in which a patient's row of the cohort is not what the truth says of the patient."""
    wrong = []
    treated = true["treated"] == "1"
    if patient["responder"] != (true["responder"] if treated else ""):
        wrong.append("responder")
    for name in ("pfs", "os"):
        months = number(true[f"{name}_days"]) and number(true[f"{name}_days"]) / DAYS_PER_MONTH
        if number(patient[f"{name}_months"]) != (None if months is None else pytest.approx(months, rel=1e-9)):
            wrong.append(f"{name}_days")
        if patient[f"{name}_event"] != true[f"{name}_event"]:
            wrong.append(f"{name}_event")
    if patient["pdl1_status"] != true["pdl1_status"]:
        wrong.append("pdl1_status")
    if patient["pdl1_status"] == "scored":
        low, high, score = float(patient["pdl1_low"]), float(patient["pdl1_high"]), float(true["pdl1_true"])
        if not low <= score <= high:
            wrong.append("pdl1_true")
    return wrong + burden_differences(true, patient)


def burden_differences(true, patient):
    """The burden is exact for calls. Of reads one variant in six, or one, may be missed, and none invented."""
    columns = {"tmb_merino_wes": "tmb_per_mb", "tmb_nonsynonymous": "tmb_per_mb_nonsynonymous"}
    if true["entry"] == "none":
        return [] if patient["n_variants"] == patient["tmb_per_mb"] == "" else ["n_variants"]
    count, planted = int(patient["n_variants"]), int(true["n_variants"])
    missed = max(1, planted // 6) if true["entry"] != "vcf" else 0
    wrong = [] if planted - missed <= count <= planted else ["n_variants"]
    for column, own in columns.items():
        least = float(true[column]) * (1 - missed / max(planted, 1)) * (0.98 if missed else 1 - 1e-6)
        most = float(true[column]) * (1.02 if missed else 1 + 1e-6)
        if not least <= float(patient[own]) <= most:
            wrong.append(column)
    return wrong


def test_every_patient_is_found_as_the_truth_says(truth, found):
    assert list(found) == list(truth)
    assert {p: wrong for p in truth if (wrong := differences(truth[p], found[p]))} == {}


@pytest.mark.parametrize("column", CHANGES)
def test_a_wrong_truth_is_seen(truth, found, column):
    patient = next(
        p for p, row in truth.items() if row["entry"] == "vcf" and row["treated"] == "1" and found[p]["pdl1"]
    )
    false = truth[patient] | {column: str(CHANGES[column](truth[patient][column]))}
    assert column in differences(false, found[patient])


def test_the_primary_result_is_that_of_the_true_burdens_and_responses(finished, truth, found):
    """Oracle: scipy's U of the true burdens, and of the measured ones (bounded above) of those who enter by reads."""
    (primary,) = (row for row in finished.tsv("results/association/results.tsv") if row["role"] == "primary")
    values = {"1": [], "0": []}
    for name, row in truth.items():
        if row["treated"] == "1" and row["entry"] != "none":
            burden = row["tmb_merino_wes"] if row["entry"] == "vcf" else found[name]["tmb_per_mb"]
            values[row["responder"]].append(round(float(burden), 5))
    oracle = mannwhitneyu(values["1"], values["0"], alternative="two-sided")
    assert (primary["marker"], primary["method"]) == ("tmb_per_mb", "mann_whitney")
    assert (int(primary["n"]), int(primary["n_events"])) == (len(values["1"] + values["0"]), len(values["1"]))
    assert float(primary["statistic"]) == pytest.approx(oracle.statistic, rel=1e-9)
    if len(truth) >= PATIENTS:
        assert oracle.pvalue < 0.05 and float(primary["p_value"]) < 0.05 and float(primary["estimate"]) > 0
