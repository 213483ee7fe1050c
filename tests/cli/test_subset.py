"""A plan's subset: the same numbers as from tables that hold nobody else, and named in each of them."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import subset, tables

PLAN = """\
primary: {marker: marker, endpoint: response}
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers:
  marker: {kind: continuous, cutpoints: [{at: median, side: ">"}]}
  stage: {kind: categorical}
covariates: [age]
strata: [site]
genes: {min_carriers: 3}
subgroups: [stage]
landmark: {at: 3, marker: responder}
"""
SUBSET = "subset: {arm: [A, C], age: {min: 40, max: 75}, site: 1}\n"
TEXT = "arm: A or C; age: 40 to 75; site: 1"


class Trial:
    """Sheets of 90 patients in a folder; `inside` are the patients of the subset, by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder, draw = folder, random.Random(7)
        people, visits, events, mutations = [], [], [], []
        for number in range(90):
            name, start = f"P{number}", "2023-01-02"
            death = draw.choice(["", "2023-09-01", "2023-11-20"])
            arm, site = draw.choice(["A", "A", "B", "C", ""]), draw.choice([1, 1, 1, 2])
            people.append(
                [name, start, "2023-06-01", death, "2023-12-24", arm, site, draw.randint(30, 85),
                 round(draw.expovariate(0.2), 2), draw.choice(["II", "III", "IV"])]
            )  # fmt: skip
            response = draw.choice(["PR", "SD", "PD"])
            visits += [[name, day, response] for day in ("2023-03-01", "2023-04-20")]
            events += [[name, "Rash", "Skin", draw.randint(1, 4), "2023-02-01"]] * (number % 2)
            mutations += [[name, gene, "missense_variant"] for gene in ("KRAS", "TP53") if draw.random() < 0.5]
        dates = ["treatment_start", "last_dose", "death_date", "last_alive_date"]
        header = ["patient", *dates, "arm", "site", "age", "marker", "stage"]
        self.people = pd.DataFrame(people, columns=header)
        self.inside = {row[0] for row in people if row[5] in ("A", "C") and 40 <= int(row[7]) <= 75 and row[6] == 1}
        sheets = {
            "patients": self.people,
            "assessments": pd.DataFrame(visits, columns=["patient", "date", "response"]),
            "adverse_events": pd.DataFrame(events, columns=["patient", "term", "soc", "grade", "onset"]),
            "mutations": pd.DataFrame(mutations, columns=["patient", "gene", "consequence"]),
        }
        for kind in ("all", "inside"):
            (folder / kind).mkdir()
            for name, sheet in sheets.items():
                kept = sheet if kind == "all" else sheet[sheet["patient"].isin(self.inside)]
                kept.to_csv(folder / kind / f"{name}.tsv", sep="\t", index=False)
        (folder / "all" / "plan.yaml").write_text(PLAN + SUBSET)
        (folder / "inside" / "plan.yaml").write_text(PLAN)

    def call(self, kind: str, command: str, *options: str) -> int:
        """A command whose option values without a blank are files of the folder."""
        words = [str(self.folder / kind / word) if "." in word else word for word in options]
        return run([command, *words])

    def whole(self, kind: str) -> None:
        """Every command from the sheets to the page."""
        plan = ("--plan", "plan.yaml")
        sheets = ("--patients", "patients.tsv", "--assessments", "assessments.tsv")
        events = ("--adverse-events", "adverse_events.tsv", "--adverse-events-summary", "events.tsv")
        assert (
            self.call(kind, "endpoints", *sheets, *events, *plan, "--endpoints", "e.tsv", "--rates", "rates.tsv") == 0
        )
        made = ("--cohort", "cohort.tsv", "--flow", "flow.tsv")
        given = ("--patients", "patients.tsv", "--endpoints", "e.tsv", "--mutations", "mutations.tsv")
        assert self.call(kind, "cohort", *given, *plan, *made) == 0
        written = ("--results", "results.tsv", "--groups", "groups.tsv", "--memberships", "memberships.tsv")
        further = ("--sensitivity", "sensitivity.tsv")
        tested = ("--cohort", "cohort.tsv", *plan, "--mutations", "mutations.tsv")
        assert self.call(kind, "associate", *tested, *written, *further) == 0
        shown = ("--rates", "rates.tsv", "--flow", "flow.tsv", "--adverse-events", "events.tsv")
        assert self.call(kind, "report", "--cohort", "cohort.tsv", *plan, *written, *shown, "--page", "page.html") == 0

    def table(self, kind: str, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / kind / f"{name}.tsv", sep="\t")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    made = Trial(tmp_path_factory.mktemp("subset"))
    for kind in ("all", "inside"):
        made.whole(kind)
    return made


@pytest.mark.parametrize("name", ["rates", "events", "results", "groups", "sensitivity"])
def test_the_numbers_are_those_of_the_patients_of_the_subset_alone(trial: Trial, name: str) -> None:
    found = trial.table("all", name)
    assert found.pop("subset").eq(TEXT).all() and 10 < len(trial.inside) < 60
    pd.testing.assert_frame_equal(found, trial.table("inside", name), check_exact=True)


def test_memberships_are_of_the_subset(trial: Trial) -> None:
    found = trial.table("all", "memberships")
    listed = {name for cell in found["patients"].dropna() for name in cell.split(",")}
    assert {*found["patient"].dropna(), *listed} <= trial.inside and len(listed) > 10
    pd.testing.assert_frame_equal(found, trial.table("inside", "memberships"))


def test_the_cohort_and_the_flow_keep_everybody_with_the_reason(trial: Trial) -> None:
    assert len(trial.table("all", "cohort")) == 90 and len(trial.table("all", "e")) == 90
    flow = trial.table("all", "flow").set_index("step")
    own = flow.loc["in_subset"]
    outside = set(trial.people["patient"]) - trial.inside
    assert (own["n"], own["excluded"]) == (len(trial.inside), len(outside))
    assert set(own["patients"].split(",")) == outside
    people = trial.people.set_index("patient")
    other, missing = (people["arm"] == "B").sum(), (people["arm"] == "").sum()
    kept = people[people["arm"].isin(["A", "C"])]
    young, old = (kept["age"] < 40).sum(), (kept["age"] > 75).sum()
    elsewhere = (kept["age"].between(40, 75) & (kept["site"] == 2)).sum()
    assert own["reason"] == (
        f"age is above 75: {old}; age is below 40: {young}; arm is B: {other}; arm is missing: {missing};"
        f" site is 2: {elsewhere}"
    )
    primary = flow.loc["in_primary_analysis"]
    assert primary["n"] == trial.table("inside", "flow").set_index("step").loc["in_primary_analysis", "n"]
    assert f"not in the subset ({TEXT}): {len(outside)}" in primary["reason"]
    assert "in_subset" not in set(trial.table("inside", "flow")["step"])


def test_the_page_names_it(trial: Trial) -> None:
    page = (trial.folder / "all" / "page.html").read_text("utf-8")
    n = len(trial.inside)
    assert f"subset {TEXT}: {n} of 90 patients in the cohort table" in page
    assert f"The plan restricts the analysis to a subset ({TEXT}): {n} patients of 90." in page
    assert "of all patients, not of the subset" not in page and "In the subset of the plan" in page
    assert "subset" not in (trial.folder / "inside" / "page.html").read_text("utf-8").split("<script")[0].lower()


def report(trial: Trial, page: Path, *options: tuple[str, str, str]) -> int:
    """The page of the cohort of everybody; options: name, whose folder, table."""
    words = ["report", "--cohort", str(trial.folder / "all" / "cohort.tsv"), "--page", str(page)]
    for option, kind, name in options:
        words += [f"--{option}", str(trial.folder / kind / name)]
    return run(words)


def test_the_page_says_whose_other_numbers_are(trial: Trial, tmp_path: Path) -> None:
    own = [("results", "all", "results.tsv"), ("plan", "all", "plan.yaml")]
    for option, name, said in (("rates", "rates.tsv", 2), ("adverse-events", "events.tsv", 1)):
        page = tmp_path / f"{option}.html"
        assert report(trial, page, *own, (option, "inside", name)) == 0
        assert page.read_text("utf-8").count(f"of all patients, not of the subset ({TEXT})") == said


def test_a_page_of_two_kinds_of_patients_is_refused(
    trial: Trial, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "p.html"
    assert report(trial, page, ("results", "all", "results.tsv"), ("plan", "inside", "plan.yaml")) == 2
    assert f"subset is '{TEXT}'; expected the subset of the plan (none)" in capsys.readouterr().err
    assert report(trial, page, ("results", "inside", "results.tsv"), ("plan", "all", "plan.yaml")) == 2
    assert f"subset is missing; expected the subset of the plan ({TEXT})" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("subset", "said"),
    [
        ("{ram: A}", "subset.ram is 'ram'; expected a column of the cohort table"),
        ("{arm: a}", "subset.arm is 'a'; expected a level of arm in"),
        ("{arm: [A, D]}", "subset.arm is 'D'; expected a level of arm in"),
        ("{arm: {min: 1}}", "subset.arm is 'at least 1'; expected levels: arm of"),
        ("{age: {min: 60, max: 50}}", "subset.age is '60 to 50'; expected a range whose min is at most its max"),
        ("{age: {min: 120}}", "subset holds no patient of"),
        ("{arm: yes}", "subset.arm is 'True'; expected a level, a list of levels, or a range"),
        ("{age: {least: 60}}", "subset.age"),
        ("{arm: []}", "subset.arm"),
        ("[arm]", "subset"),
    ],
)
def test_what_cannot_be_is_refused(
    trial: Trial, capsys: pytest.CaptureFixture[str], tmp_path: Path, subset: str, said: str
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(f"{PLAN}subset: {subset}\n")
    folder = trial.folder / "all"
    written = [f"--{name}={tmp_path / name}.tsv" for name in ("results", "groups")]
    mutations = ["--mutations", str(folder / "mutations.tsv")]
    assert run(["associate", "--cohort", str(folder / "cohort.tsv"), "--plan", str(plan), *mutations, *written]) == 2
    assert f"plan.yaml:13: {said}" in capsys.readouterr().err
    assert not (tmp_path / "results.tsv").exists()
    made = [f"--{name}={tmp_path / name}.tsv" for name in ("cohort", "flow")]
    stated = ["--patients", str(folder / "patients.tsv"), "--endpoints", str(folder / "e.tsv")]
    assert run(["cohort", *stated, "--plan", str(plan), *made]) == 2
    assert f"plan.yaml:13: {said.replace('the cohort table', 'the cohort')}" in capsys.readouterr().err


def test_a_subset_that_the_patients_sheet_cannot_tell_is_warned_of(
    trial: Trial, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN + "subset: {tmb_per_mb: {min: 10}}\n")
    folder = trial.folder / "inside"
    written = [f"--{name}={tmp_path / name}.tsv" for name in ("endpoints", "rates")]
    sheets = ["--patients", str(folder / "patients.tsv"), "--assessments", str(folder / "assessments.tsv")]
    assert run(["endpoints", *sheets, "--plan", str(plan), *written]) == 0
    assert "the subset needs tmb_per_mb" in caplog.text and "of all patients" in caplog.text
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "rates.tsv", sep="\t"), trial.table("inside", "rates"))


def test_what_becomes_known_later_is_warned_of(trial: Trial, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN + "subset: {responder: 1}\n")
    written = [f"--{name}={tmp_path / name}.tsv" for name in ("results", "groups")]
    given = ["--cohort", str(trial.folder / "all" / "cohort.tsv"), "--plan", str(plan), "--mutations"]
    assert run(["associate", *given, str(trial.folder / "all" / "mutations.tsv"), *written]) == 0
    assert "responder by pfs: guarantee-time bias: responder becomes known only during follow-up" in caplog.text
    made = tables.read(tmp_path / "results.tsv", "results")
    of_time = made[made["endpoint"] == "pfs"]
    assert len(of_time) and of_time["note"].str.contains("responder becomes known").all()


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"min": 50}, ["age is below 50", "", "", "age is missing"]),
        ({"max": 50}, ["", "", "age is above 50", "age is missing"]),
        ({"min": 45, "max": 60}, ["age is below 45", "", "age is above 60", "age is missing"]),
    ],
)
def test_a_range_may_have_one_bound(rule: dict[str, int], why: list[str]) -> None:
    ages = pd.DataFrame({"age": [40.0, 50.0, 61.0, None]})
    assert subset.reasons(ages, subset.restrictions({"age": rule})).tolist() == why
