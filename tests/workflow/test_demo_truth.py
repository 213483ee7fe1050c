"""A run of the simulated trial finds the truth that it was made with, patient by patient, and in its primary result.

BIOMARKERS_DEMO names the folder of a demo that was run (`make demo` does so with its own). Without it a trial of 30
patients who enter by VCF is made and run; with fewer the association of burden and response need not be significant.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from scipy.stats import mannwhitneyu

from biomarkers.cli.app import run
from biomarkers.demo import people
from builders import RunFolder

pytestmark = pytest.mark.slow
PATIENTS = 30
MIN_CARRIERS = 3
"""Of a gene that is tested, as in the plan of the demo."""
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
ORR = ("orr", "all_treated")
"""Endpoint and definition of the rate."""


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
        assert run(["demo", str(folder.folder), "--patients", str(PATIENTS), "--seed", "2"]) == 0
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


def test_rates_are_those_of_the_true_responders(finished, truth):
    """Oracle: the counts of the truth; the objective response rate of all treated and of it as a fraction."""
    (row,) = (r for r in finished.tsv("results/clinical/rates.tsv") if (r["endpoint"], r["definition"]) == ORR)
    treated = [r for r in truth.values() if r["treated"] == "1"]
    responders = sum(r["responder"] == "1" for r in treated)
    assert (int(row["n"]), int(row["events"])) == (len(treated), responders)
    assert float(row["estimate"]) == pytest.approx(responders / len(treated), rel=1e-12)


def test_carriers_of_each_gene_are_those_planted(finished, truth):
    """Of those who enter by VCF exactly; of reads one variant in six, or one a patient, may be missed."""
    planted = {(r["gene"], r["patient"]) for r in finished.tsv("truth/variants.tsv") if counted(r)}
    groups = finished.tsv("results/association/groups.tsv")
    found = {r["marker"]: int(r["n"]) for r in groups if (r["endpoint"], r["group"]) == ("response", "mutated")}
    sure = Counter(gene for gene, p in planted if truth[p]["treated"] == "1" and truth[p]["entry"] == "vcf")
    tested = {r["gene"] for r in finished.tsv("truth/genes.tsv") if sure[r["gene"]] >= MIN_CARRIERS}
    assert tested and tested <= found.keys()
    for gene, carriers in found.items():
        patients = [p for g, p in planted if g == gene and truth[p]["treated"] == "1"]
        missed = sum(truth[p]["entry"] != "vcf" for p in patients)
        assert len(patients) - missed <= carriers <= len(patients), gene


def counted(row):
    return row["kind"] == "somatic" and not row["exclusion"] and "nonsynonymous" in row["counts_in"].split(",")


def points(value, first, second):
    """Child-Pugh's 1, 2 or 3 points of a value that is worse the higher it is."""
    return 1 + (value >= first) + (value > second)


def test_scores_of_the_liver_are_those_of_the_sheet(finished, found):
    """By hand: ALBI of Johnson 2015; Child-Pugh of Pugh 1973, 1 mg/dL of bilirubin being 17.104 micromol/L."""
    words = {"none": 1, "mild": 2, "moderate": 3, "grade 1-2": 2}
    for row in finished.tsv("config/patients.tsv"):
        albumin, bilirubin, inr = (float(row[name]) for name in ("albumin_g_l", "bilirubin_umol_l", "inr"))
        patient = found[row["patient"]]
        assert float(patient["albi_score"]) == pytest.approx(0.66 * math.log10(bilirubin) - 0.085 * albumin, rel=1e-9)
        score = points(bilirubin, 2 * 17.104, 3 * 17.104) + points(-albumin, -35, -28) + points(inr, 1.7, 2.3)
        score += words[row["ascites"]] + words[row["encephalopathy"]]
        assert int(patient["child_pugh_score"]) == score, row["patient"]


def test_adverse_events_are_counted_as_they_were_drawn(finished, truth):
    treated = sum(r["treated"] == "1" for r in truth.values())
    found = {}
    for row in finished.tsv("results/clinical/adverse_events.tsv"):
        if row["level"] == "term":
            assert int(row["n"]) == treated
            found[row["category"], row["term"]] = int(row["patients"])
    terms = finished.tsv("truth/adverse_events.tsv")
    assert len(terms) > 20
    for row in terms:
        for category, column in (("any", "patients"), ("grade_3_or_higher", "grade_3_or_higher")):
            assert found.get((category, row["term"]), 0) == int(row[column]), row["term"]


def test_the_burden_of_an_exome_is_not_warned_of(finished, truth):
    """docs/methods.md, 1.11: at least 1 Mb; the note of a burden from a VCF says nothing of its size."""
    rows = [r for r in finished.tsv("results/burden/tmb.tsv") if truth[r["patient"]]["entry"] == "vcf"]
    assert len(rows) == 2 * sum(patient["entry"] == "vcf" for patient in truth.values())
    assert all(float(r["callable_mb"]) >= 1 for r in rows)
    assert not any("1 Mb" in r["note"] for r in rows)
    assert sum(r["status"] == "ok" for r in rows) > len(rows) / 2
