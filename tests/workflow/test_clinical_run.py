"""A run of clinical sheets alone: words for missing and the plan's subset reach every command."""

from __future__ import annotations

import os

import pytest

PLAN = """\
primary: {marker: score, endpoint: response}
endpoints: {response: {kind: binary, column: responder}}
markers: {score: {kind: continuous}, stage: {kind: categorical}}
subset: {arm: A}
"""
ARMS = ["A", "A", "B", "fehlt", "A", "A", "B", "A", "A", "A"]


@pytest.fixture
def clinical_run(run_folder):
    """Ten patients, seven of them in arm A; `fehlt` is this trial's own word for missing."""
    names = [f"P{number}" for number in range(10)]
    people = [["patient", "treatment_start", "last_dose", "last_alive_date", "arm", "stage"]]
    visits, scores = [["patient", "date", "response"]], [["patient", "specimen", "collected", "assay", "score_type"]]
    scores[0].append("value")
    features, events = [["patient", "score"]], [["patient", "term", "grade", "onset", "action"]]
    for number, (name, arm) in enumerate(zip(names, ARMS, strict=True)):
        stage = ["II", "IV", "fehlt"][number % 3]
        people.append([name, "2023-01-02", "2023-05-01", "2023-12-01", arm, stage])
        visits += [[name, day, "PR" if number % 2 else "SD"] for day in ("2023-03-01", "2023-04-20")]
        scores.append([name, "s", "2022-12-01", "22C3", "TPS", "fehlt" if number == 4 else "5"])
        features.append([name, "fehlt" if number == 8 else str(number)])
        events.append([name, "Rash", "fehlt" if number == 1 else "3", "2023-02-01", "withheld"])
    sheets = {"patients": people, "assessments": visits, "pdl1": scores, "features": features}
    sheets["adverse_events"] = events
    (run_folder.folder / "plan.yaml").write_text(PLAN)
    run_folder.config = {
        "clinical": {name: run_folder.sheet(f"{name}.tsv", rows) for name, rows in sheets.items()},
        "plan": "plan.yaml",
        "missing_words": ["NA", "fehlt"],
    }
    return run_folder


def test_words_for_missing_and_the_subset_reach_every_command(clinical_run):
    done = clinical_run.run()
    assert done.returncode == 0, done.stdout + done.stderr
    rates = clinical_run.tsv("results/clinical/rates.tsv")
    assert {row["subset"] for row in rates} == {"arm: A"} and rates[0]["n"] == "7"
    events = {(row["category"], row["level"]): row for row in clinical_run.tsv("results/clinical/adverse_events.tsv")}
    overall = events["any", "all"]
    assert [overall[name] for name in ("n", "patients", "grade_3", "grade_unknown")] == ["7", "7", "6", "1"]
    ended = events["discontinuation", "all"]
    assert (ended["patients"], ended["unknown"]) == ("0", "0")
    soon = clinical_run.tsv("results/clinical/adverse_event_times.tsv")
    severe = next(row for row in soon if row["category"] == "grade_3_or_higher" and float(row["time_months"]) == 3)
    assert [severe[name] for name in ("n", "n_events", "n_unknown", "subset")] == ["7", "6", "0", "arm: A"]
    flow = {row["step"]: row for row in clinical_run.tsv("results/flow.tsv") if row["step"] != "unmatched"}
    assert flow["in_subset"]["reason"] == "arm is B: 2; arm is missing: 1"
    assert flow["with_pdl1"]["reason"] == "not tested: 1"
    assert (flow["in_primary_analysis"]["n"], flow["in_subset"]["patients"]) == ("6", "P2,P3,P6")
    primary = next(row for row in clinical_run.tsv("results/association/results.tsv") if row["role"] == "primary")
    assert [primary[name] for name in ("n", "n_missing", "subset")] == ["6", "1", "arm: A"]
    groups = {row["group"] for row in clinical_run.tsv("results/association/groups.tsv") if row["marker"] == "stage"}
    assert groups == {"II", "IV"}
    page = (clinical_run.folder / "results" / "report" / "index.html").read_text("utf-8")
    assert "subset arm: A: 7 of 10 patients in the cohort table" in page and "fehlt" not in page
    assert "cumulative incidence" in page


def replaced(path, old, new):
    """Another file in its place, dated before everything, as `cp -p`, `rsync -a` and `unzip` leave it."""
    path.write_text(path.read_text().replace(old, new))
    os.utime(path, (1_600_000_000, 1_600_000_000))


def test_a_sheet_or_plan_that_is_replaced_by_an_older_file_is_noticed(clinical_run):
    tables = ("results/cohort.tsv", "results/association/results.tsv")
    assert clinical_run.run(*tables).returncode == 0
    config = clinical_run.folder / "config"
    replaced(config / "assessments.tsv", "P1\t2023-04-20\tPR", "P1\t2023-04-20\tPD")
    replaced(config / "pdl1.tsv", "P2\ts\t2022-12-01\t22C3\tTPS\t5", "P2\ts\t2022-12-01\t22C3\tTPS\t60")
    replaced(config / "features.tsv", "P0\t0", "P0\t77")
    replaced(clinical_run.folder / "plan.yaml", "arm: A", "stage: II")
    again = clinical_run.start(*tables)
    assert again.returncode == 0, again.stdout + again.stderr
    patients = {row["patient"]: row for row in clinical_run.tsv("results/cohort.tsv")}
    assert [patients["P1"]["responder"], patients["P2"]["pdl1"], patients["P0"]["score"]] == ["0", "60.0", "77"]
    assert {row["subset"] for row in clinical_run.tsv("results/association/results.tsv")} == {"stage: II"}
    last = clinical_run.start(*tables)
    assert last.returncode == 0 and "Nothing to be done" in last.stdout + last.stderr


def test_what_the_settings_ask_of_the_trial_is_written_and_shown(clinical_run):
    clinical_run.config["endpoints"] = {
        "orr_null": 0.1,
        "simon": {"n1": 3, "r1": 0, "n": 7, "r": 2},
        "visit_interval_days": 42,
        "milestones": {"pfs": [1, 2.5], "ttp": [2]},
        "horizon_months": {"os": 9},
    }
    done = clinical_run.run("results/report/index.html")
    assert done.returncode == 0, done.stdout + done.stderr
    rates = clinical_run.tsv("results/clinical/rates.tsv")
    asked = [
        (row["endpoint"], float(row["time_months"])) for row in rates if row["endpoint"] in ("pfs_rate", "ttp_rate")
    ]
    assert asked == [("pfs_rate", 1), ("pfs_rate", 2.5), ("ttp_rate", 2)]
    times = [float(row["os_months"]) for row in clinical_run.tsv("results/clinical/endpoints.tsv")]
    assert times == [9.0] * 10
    design = {row["method"]: row for row in clinical_run.tsv("results/clinical/design.tsv")}
    # All begin on one day, so that nothing tells which of arm A's seven patients were the first three.
    assert design["exact_binomial"]["n"] == "7" and design["simon_stage_1"]["subset"] == "arm: A"
    assert "several patients started on the day of the last one" in design["simon_stage_1"]["note"]
    assert clinical_run.tsv("results/clinical/readers.tsv") == clinical_run.tsv("results/clinical/presets.tsv") == []
    responses = clinical_run.tsv("results/clinical/responses.tsv")
    assert next(row["patients"] for row in responses if row["response"] == "PR") == "4"
    page = (clinical_run.folder / "results" / "report" / "index.html").read_text("utf-8")
    for shown in (
        "Best responses: patients",
        "Response rate against 10.0%",
        "0 of 7 patients with another time or event",
    ):
        assert shown in page


@pytest.mark.parametrize(
    ("subset", "said"),
    [
        ("{arn: A}", "plan.yaml:4: subset.arn is 'arn'; expected a column of the cohort table"),
        ("{arm: C}", "plan.yaml:4: subset.arm is 'C'; expected a level of arm in config/patients.tsv: A, B"),
        ("{score: {min: 10}}", "plan.yaml:4: subset holds no patient of config/features.tsv (score: at least 10)"),
        ("{best_response: {min: 1}}", "plan.yaml:4: subset.best_response"),
    ],
)
def test_check_refuses_a_subset_that_is_not_there(clinical_run, subset, said):
    (clinical_run.folder / "plan.yaml").write_text(PLAN.replace("{arm: A}", subset))
    done = clinical_run.run("--dry-run")
    assert done.returncode != 0
    assert said in done.stderr + done.stdout


def test_gene_sets_of_a_file_are_checked_and_tested_again_when_it_changes(clinical_run):
    folder = clinical_run.folder
    plan = PLAN.replace("subset: {arm: A}\n", "genes: {min_carriers: 1, sets: [ours.gmt, ddr]}\n")
    (folder / "plan.yaml").write_text(plan)
    rows = [["patient", "gene", "consequence"], ["P1", "KRAS", "missense"], ["P3", "TP53", "missense"]]
    clinical_run.config["clinical"]["mutations"] = clinical_run.sheet("mutations.tsv", rows)
    clinical_run.config["clinical"]["sequenced"] = clinical_run.sheet(
        "sequenced.tsv", [["patient"], *[[f"P{number}"] for number in range(10)]]
    )
    refused = clinical_run.run()
    assert refused.returncode != 0
    assert "plan.yaml: genes.sets is 'ours.gmt'; expected a file, or one of ddr" in refused.stdout + refused.stderr
    (folder / "ours.gmt").write_text("ours\thand\tKRAS\n")
    for members, carriers in (("KRAS", "1"), ("KRAS\tTP53", "2")):
        (folder / "ours.gmt").write_text(f"ours\thand\t{members}\n")
        done = clinical_run.run("results/association/groups.tsv")
        assert done.returncode == 0, done.stdout + done.stderr
        groups = clinical_run.tsv("results/association/groups.tsv")
        assert [row["n"] for row in groups if (row["marker"], row["group"]) == ("ours", "mutated")] == [carriers]
