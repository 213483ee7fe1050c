"""`biomarkers cohort` from files to files: real patients, several samples, bad input."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run

PATIENTS = [
    "patient | treatment_start | age | pd_stage",
    "P1 | 2024-01-01 | 60 | 1",
    "P2 | 2024-01-01 | NA | 2",
    "P3 |  | 71.5 | 3",
]
TMB = (
    "patient | sample | definition | n_variants | callable_bp | callable_mb | denominator_source | tmb_per_mb"
    " | tumor_only | status"
)
BURDENS = [
    "P1 | T1 | merino_wes | 9 | 1500000 | 1.5 | callable | 6.0 | 0 | failed",
    "P1 | T1 | nonsynonymous | 9 | 1500000 | 1.5 | callable | 6.0 | 0 | failed",
    "P1 | T2 | merino_wes | 0 | 1500000 | 1.5 | callable | 0 | 0 | ok",
    "P1 | T2 | nonsynonymous | 3 | 1500000 | 1.5 | callable | 2 | 0 | ok",
    "p-02 | T3 | merino_wes | 3 | 1500000 | 1.5 | callable | 2 | 0 | ok",
]
PLAN = """
primary: {marker: PDL1, endpoint: pfs}
endpoints:
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers:
  PDL1: {kind: continuous}
  pd_stage: {kind: categorical}
"""


class Sheets:
    """Sheets in a temporary folder and the command on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"

    def write(self, name: str, *lines: str) -> Path:
        path = self.folder / name
        path.write_text("".join(line.replace(" | ", "\t") + "\n" for line in lines), "utf-8")
        return path

    def call(self, *options: object, patients: Path | None = None) -> int:
        people = patients or self.write("patients.tsv", *PATIENTS)
        out = ["--cohort", self.out / "cohort.tsv", "--flow", self.out / "flow.tsv"]
        return run([str(o) for o in ["cohort", "--patients", people, *options, *out]])

    def cohort(self) -> pd.DataFrame:
        path = self.out / "cohort.tsv"
        return pd.read_csv(path, sep="\t", keep_default_na=False, na_values=[""]).set_index("patient")

    def flow(self) -> pd.DataFrame:
        path = self.out / "flow.tsv"
        return pd.read_csv(path, sep="\t", keep_default_na=False, na_values=[""]).set_index("step")


@pytest.fixture
def sheets(tmp_path: Path) -> Sheets:
    return Sheets(tmp_path)


def test_rizvi_mutations_are_counted_per_patient_and_joined_by_identifier(sheets: Sheets, shared_data: Path) -> None:
    """Oracle: the column `mutations` of the published cohort; its README names the one patient who differs."""
    folder = shared_data / "cohorts" / "rizvi2015_nsclc"
    options = ["--mutations", folder / "mutations.tsv.gz", "--plan", folder / "plan.yaml"]
    assert sheets.call(*options, "--count", "all", patients=folder / "cohort.tsv") == 0
    cohort, flow = sheets.cohort(), sheets.flow()
    published = pd.read_csv(folder / "cohort.tsv", sep="\t").set_index("patient")
    assert list(cohort.index) == list(published.index)
    different = cohort.index[cohort["n_variants"] != published["mutations"]]
    assert list(different) == ["luad_mskcc_2015_31"]
    assert cohort.loc[different, "n_variants"].tolist() == [44]
    for column in ["durable_benefit", "pfs_months", "pfs_event", "pdl1_low", "pdl1_high", "age", "smoking"]:
        pd.testing.assert_series_equal(cohort[column], published[column], check_dtype=False)
    assert flow.loc["enrolled", "n"] == 34
    assert flow.loc["in_primary_analysis", ["n", "excluded"]].tolist() == [31, 3]
    assert flow.loc["with_pdl1", "n"] == 30
    assert flow.loc["unmatched", "n"].tolist() == [0, 0]

    assert sheets.call(*options, patients=folder / "cohort.tsv") == 0
    assert cohort["n_variants"].sum() - sheets.cohort()["n_variants"].sum() == 265


def test_rizvi_counts_give_the_published_p(sheets: Sheets, shared_data: Path) -> None:
    """Oracle: the published p of .0008 and its exact value, both in the cohort's expected.tsv."""
    folder = shared_data / "cohorts" / "rizvi2015_nsclc"
    mutations = folder / "mutations.tsv.gz"
    assert sheets.call("--mutations", mutations, "--count", "all", patients=folder / "cohort.tsv") == 0
    plan = (folder / "plan.yaml").read_text("utf-8").replace("mutations", "n_variants")
    assert "min_carriers: 3" in plan
    plan = plan.replace("min_carriers: 3", "min_carriers: 8")  # TP53 alone is looked at
    written = sheets.write("plan.yaml", plan)
    results = sheets.out / "results.tsv"
    options = ["--plan", written, "--mutations", mutations, "--results", results, "--groups", sheets.out / "groups.tsv"]
    assert run([str(o) for o in ["associate", "--cohort", sheets.out / "cohort.tsv", *options]]) == 0
    table = pd.read_csv(results, sep="\t").set_index("role")
    primary = table.loc["primary"]
    assert (primary["marker"], primary["n"]) == ("n_variants", 31)
    assert primary["p_value"] == pytest.approx(0.0008402061938281944, rel=1e-9)
    assert (table["marker"] == "TP53").any()


def test_the_path_from_visits_and_specimens_to_the_cohort(sheets: Sheets) -> None:
    people = sheets.write("patients.tsv", *PATIENTS)
    visits = ["patient | date | response", "P1 | 2024-03-01 | PR", "P1 | 2024-04-01 | PR", "P2 | 2024-03-01 | PD"]
    scores = ["patient | specimen | collected | assay | score_type | value", "P1 | A | 2023-12-01 | 22C3 | TPS | 1-49"]
    assessments, sheet = sheets.write("assessments.tsv", *visits), sheets.write("pdl1.tsv", *scores)
    ends, rates, chosen = (sheets.folder / name for name in ("endpoints.tsv", "rates.tsv", "selected.tsv"))
    derive = ["endpoints", "--patients", people, "--assessments", assessments, "--endpoints", ends, "--rates", rates]
    choose = [
        "pdl1",
        "--pdl1",
        sheet,
        "--patients",
        people,
        "--selected",
        chosen,
        "--rejected",
        sheets.folder / "r.tsv",
    ]
    assert run([str(o) for o in derive]) == 0
    assert run([str(o) for o in choose]) == 0
    burdens = sheets.write("tmb.tsv", TMB, *BURDENS)
    more = ["--tmb", burdens, "--pdl1", chosen, "--sheets", assessments]
    assert sheets.call("--endpoints", ends, *more, patients=people) == 0
    cohort, flow = sheets.cohort(), sheets.flow()
    assert cohort["responder"].tolist()[:2] == [1, 0]
    assert pd.isna(cohort.loc["P3", "responder"])
    assert cohort.loc["P1", ["tmb_per_mb", "tmb_per_mb_nonsynonymous", "n_variants", "tumor_sample"]].tolist() == [
        0,
        2,
        0,
        "T2",
    ]
    assert cohort["sequenced"].tolist() == [1, 0, 0]
    assert cohort.loc["P1", ["pdl1_low", "pdl1_high", "pdl1_status"]].tolist() == [1, 50, "scored"]
    assert cohort["pdl1"].isna().all()
    assert cohort["pdl1_status"].tolist() == ["scored", "not_tested", "not_tested"]
    assert "treatment_start" not in cohort
    names = ["enrolled", "treated", "evaluable", "sequenced", "with_tmb", "with_pdl1", "in_primary_analysis"]
    assert flow.loc[names, "n"].tolist() == [3, 2, 2, 1, 1, 1, 1]
    assert flow.loc["other_sample", "reason"] == "P1: sample T1 not used; T2 is: its quality control did not fail"
    unmatched = flow.loc["unmatched"].set_index("sheet")
    assert list(unmatched.index.unique()) == ["endpoints", "tmb", "pdl1", "assessments"]
    assert unmatched.loc["tmb", "patients"].tolist() == ["p-02", "P2,P3"]
    assert "p-02 is nearly P2" in unmatched.loc["tmb", "reason"].iloc[0]
    assert unmatched.loc["assessments", "n"].tolist() == [0, 1]
    assert unmatched.loc["pdl1", "patients"].tolist()[1] == "P2,P3"


def test_several_burden_tables_are_one(sheets: Sheets) -> None:
    one, two = sheets.write("a.tsv", TMB, *BURDENS[:2]), sheets.write("b.tsv", TMB, *BURDENS[2:])
    assert sheets.call("--tmb", two, one, "--definition", "nonsynonymous") == 0
    assert sheets.cohort().loc["P1", ["tmb_per_mb", "tmb_per_mb_merino_wes"]].tolist() == [2, 0]
    whole = sheets.cohort()
    assert sheets.call("--tmb", one, "--tmb", two, "--definition", "nonsynonymous") == 0
    pd.testing.assert_frame_equal(sheets.cohort(), whole)


def test_ready_made_endpoints_and_the_plan_decide_the_primary_analysis(sheets: Sheets) -> None:
    lines = ["patient | best_response | pfs_months | pfs_event | pd_stage", "P1 | POD | 3 | 1 | 1", "P2 | NE |  |  | 2"]
    people = sheets.write("patients.tsv", *lines)
    features = sheets.write("features.tsv", "patient | PDL1", "P1 | 5", "P2 | 7")
    plan = sheets.write("plan.yaml", PLAN)
    assert sheets.call("--features", features, "--plan", plan, patients=people) == 0
    flow = sheets.flow()
    assert flow.loc["in_primary_analysis", ["n", "patients", "reason"]].tolist() == [1, "P2", "no pfs_months: 1"]
    assert flow.loc["evaluable", "patients"] == "P2"
    assert (sheets.out / "cohort.tsv").read_text().splitlines()[1].split("\t") == ["P1", "POD", "3", "1", "1", "5"]


def test_every_problem_of_every_table_comes_at_once_and_nothing_is_written(
    sheets: Sheets, capsys: pytest.CaptureFixture[str]
) -> None:
    people = sheets.write(
        "people.tsv",
        "patient | age | pfs_event | pfs_months",
        "P1 | 60 | 2 | -1",
        "P2 | 61 | 1 | 3",
        "../P3 | old | 1 | 3",
    )
    burdens = sheets.write("tmb.tsv", TMB, BURDENS[0], BURDENS[0], BURDENS[1].replace("failed", "fine"))
    scores = sheets.write("selected.tsv", "patient | low | high | value | status", "P1 | 140 | 140 | 140 | scored")
    features = sheets.write("features.tsv", "patient | x", "P1 | 1", "P1 | 2")
    mutations = sheets.write("mutations.tsv", "patient | gene | consequence", "P1 | TP53 | nonsyn.")
    plan = sheets.write("plan.yaml", PLAN.replace("marker: PDL1", "marker: PDL2") + "covariates: [age]\n")
    more = ["--tmb", burdens, "--pdl1", scores, "--features", features, "--mutations", mutations, "--plan", plan]
    assert sheets.call(*more, "--endpoints", sheets.folder / "none.tsv", patients=people) == 2
    errors = capsys.readouterr().err
    for message in [
        "people.tsv:2: pfs_event is '2'; expected one of 0, 1",
        "people.tsv:2: pfs_months is '-1'; expected a number of at least 0",
        "people.tsv:4: patient is '../P3'; expected letters, digits",
        "people.tsv:4: age is 'old'; expected a number",
        "tmb.tsv:3: sample+definition is 'T1 merino_wes'",
        "tmb.tsv:4: status is 'fine'; expected one of ok, warn, failed",
        "selected.tsv:2: low is '140'; expected a number from 0 to 100",
        "features.tsv:3: patient is 'P1'; expected each patient once",
        "mutations.tsv:2: consequence is 'nonsyn.'; expected Sequence Ontology terms",
        "plan.yaml:2: primary.marker is 'PDL2'; expected a marker of this plan",
        "none.tsv: file is missing",
    ]:
        assert message in errors
    assert "Traceback" not in errors
    assert not sheets.out.exists()


def test_a_sample_that_stands_in_two_burden_tables_is_refused(
    sheets: Sheets, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = sheets.write("a.tsv", TMB, *BURDENS), sheets.write("b.tsv", TMB, BURDENS[2])
    assert sheets.call("--tmb", one, two) == 2
    errors = capsys.readouterr().err
    assert (
        "b.tsv:2: patient+sample+definition is 'P1 T2 merino_wes'; expected each sample and definition once" in errors
    )
    assert "a.tsv:4)" in errors


@pytest.mark.parametrize(("column", "option"), [("age", "features"), ("tmb_per_mb", "tmb"), ("pdl1_low", "features")])
def test_a_column_that_two_tables_bring_is_refused(
    sheets: Sheets, capsys: pytest.CaptureFixture[str], column: str, option: str
) -> None:
    people = sheets.write("patients.tsv", f"patient | {column}", "P1 | 1")
    tables = {"features": [f"patient | {column}", "P1 | 2"], "tmb": [TMB, *BURDENS]}
    other = sheets.write(f"{option}.tsv", *tables[option])
    assert sheets.call(f"--{option}", other, patients=people) == 2
    assert f"column is '{column}'; expected a name that" in capsys.readouterr().err


def test_a_table_of_other_patients_alone_is_refused(sheets: Sheets, capsys: pytest.CaptureFixture[str]) -> None:
    """Everybody was without a value: of samples in place of patients, and of a table with patients as columns."""
    by_sample = sheets.write("f.tsv", "patient | score", "P1_T | 1", "P2_T | 2")
    turned = sheets.write("m.tsv", "patient | gene | consequence | P1", "TP53 | G | Silent | 3")
    burdens = sheets.write("tmb.tsv", TMB, *BURDENS[4:])
    assert sheets.call("--features", by_sample, "--mutations", turned, "--tmb", burdens) == 2
    told = capsys.readouterr().err
    people = f"at least one patient of {sheets.folder}/patients.tsv"
    assert f"f.tsv:2: patient is 'P1_T'; expected {people}\n" in told
    assert f"m.tsv:2: patient is 'TP53'; expected {people}; its columns are patients: it must have them as rows" in told
    assert f"tmb.tsv: patient is 'p-02'; expected {people} (p-02 is nearly P2)" in told


def test_a_row_without_its_patient_is_refused(sheets: Sheets, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheets.write("visits.tsv", "patient | x", "\u00a0 | 1", "NA | 2")
    assert sheets.call("--sheets", path) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{path}:{line}: patient is empty; expected the patient of this row" for line in (2, 3)
    ]


def test_an_empty_patients_sheet_is_refused(sheets: Sheets, capsys: pytest.CaptureFixture[str]) -> None:
    assert sheets.call(patients=sheets.write("patients.tsv", "patient")) == 2
    assert "patients.tsv: file has no rows; expected at least one patient" in capsys.readouterr().err


def test_what_a_reader_could_overlook_is_said(sheets: Sheets, caplog: pytest.LogCaptureFixture) -> None:
    mixed = "P2 | T9 | merino_wes | 3 | 1500000 | 1.5 | assumed | 2 | 1 | ok"
    tied = mixed.replace("T9", "T8").replace("2 | 1 | ok", "9 | 1 | ok")
    burdens = sheets.write("tmb.tsv", TMB, *BURDENS, mixed, tied)
    mutations = sheets.write("mutations.tsv", "patient | gene | consequence", "P3 | TP53 | missense")
    features = sheets.write("f.tsv", "patient | msi | site", "P1 | MSI-H | 1-11", "P2 | msi_h | 11-1", "P3 | MSS | 111")
    assert sheets.call("--tmb", burdens, "--mutations", mutations, "--features", features) == 0
    for message in [
        "in tmb, not in patients; p-02 is nearly P2: p-02",
        "some burdens are from tumor-only calls",
        "denominators of several kinds",
        "not sequenced, yet with mutations: P3",
        "nothing but the name chose the tumor sample of 1 patient (P2)",
        "f.tsv: words that differ in case, blanks or marks only count as several levels: msi ('MSI-H', 'msi_h')",
    ]:
        assert message in caplog.text
    assert "site" not in caplog.text


SAMPLES = ["patient,sample,status,vcf,collected", "P1,T1,tumor,a.vcf,2023-12-20", "P1,T2,tumor,b.vcf,2024-01-05"]
OK = ["P1 | T1 | merino_wes | 9 | 1500000 | 1.5 | callable | 6.0 | 0 | ok", BURDENS[2]]


def test_the_sample_before_treatment_stands_for_the_patient_and_nothing_is_lost(sheets: Sheets) -> None:
    listed, burdens = sheets.write("samples.csv", *SAMPLES), sheets.write("tmb.tsv", TMB, *OK)
    out = sheets.out / "selection.tsv"
    assert sheets.call("--tmb", burdens, "--samples", listed, "--selection", out) == 0
    assert sheets.cohort().loc["P1", ["tumor_sample", "tmb_per_mb"]].tolist() == ["T1", 6]
    table = pd.read_csv(out, sep="\t")
    assert table[["sample", "chosen", "collected", "days_from_start"]].to_numpy().tolist() == [
        ["T1", 1, "2023-12-20", -12],
        ["T2", 0, "2024-01-05", 4],
    ]
    why = "P1: sample T2 not used; T1 is: it was collected on or before treatment start"
    assert table["reason"][1] == sheets.flow().loc["other_sample", "reason"] == why
    later = [line.replace("2023-12-20", "2024-01-09") for line in SAMPLES]
    assert sheets.call("--tmb", burdens, "--samples", sheets.write("samples.csv", *later)) == 0
    assert sheets.cohort().loc["P1", "tumor_sample"] == "T2"


def test_without_burdens_the_mutations_of_one_sample_count(sheets: Sheets) -> None:
    header = "patient | gene | consequence | sample"
    rows = [f"P1 | G{i} | missense_variant | {'T1' if i < 2 else 'T2'}" for i in range(7)]
    mutations = sheets.write("mutations.tsv", header, *rows, "P2 | G | missense_variant | ")
    assert sheets.call("--mutations", mutations, "--samples", sheets.write("samples.csv", *SAMPLES)) == 0
    assert sheets.cohort().loc["P1", ["n_variants", "tumor_sample"]].tolist() == [2, "T1"]
    assert sheets.cohort().loc["P2", "n_variants"] == 1
    later = [line.replace("2023-12-20", "2024-01-09") for line in SAMPLES]
    assert sheets.call("--mutations", mutations, "--samples", sheets.write("samples.csv", *later)) == 0
    assert sheets.cohort().loc["P1", ["n_variants", "tumor_sample"]].tolist() == [5, "T2"]


def test_two_dates_of_one_sample_are_refused(sheets: Sheets, capsys: pytest.CaptureFixture[str]) -> None:
    lanes = [SAMPLES[0], *SAMPLES[1:], "P1,T2,tumor,c.vcf,2024-01-06", "P1,T3,tumor,d.vcf,2024-13-01"]
    listed, burdens = sheets.write("samples.csv", *lanes[:-1]), sheets.write("tmb.tsv", TMB, *OK)
    assert sheets.call("--tmb", burdens, "--samples", listed) == 2
    told = capsys.readouterr().err
    assert "samples.csv:4: collected is '2024-01-06'; expected 2024-01-05, as in another row of sample T2" in told
    assert sheets.call("--tmb", burdens, "--samples", sheets.write("samples.csv", *lanes)) == 2
    assert "samples.csv:5: collected is '2024-13-01'" in capsys.readouterr().err
