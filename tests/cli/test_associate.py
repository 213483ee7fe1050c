"""`biomarkers associate` on published cohorts, and what it says about wrong input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cohorts
from biomarkers.cli.app import run

COHORTS = ("hellmann2018_nsclc", "rizvi2015_nsclc")


@pytest.fixture(scope="module")
def published(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, pd.DataFrame]]:
    """Tables of both cohorts: cohort -> table -> frame."""
    done = {}
    for cohort in COHORTS:
        source, out = shared_data / "cohorts" / cohort, tmp_path_factory.mktemp(cohort)
        paths = {"results": out / "results.tsv", "groups": out / "groups.tsv"}
        arguments = ["associate", "--cohort", str(source / "cohort.tsv"), "--plan", str(source / "plan.yaml")]
        assert run([*arguments, "--results", str(paths["results"]), "--groups", str(paths["groups"])]) == 0
        done[cohort] = {name: pd.read_csv(path, sep="\t") for name, path in paths.items()}
    return done


@pytest.mark.parametrize("cohort", COHORTS)
def test_published_figures(cohort: str, shared_data: Path, published: dict[str, dict[str, pd.DataFrame]]) -> None:
    """Every figure of expected.tsv; the oracle is the paper and the table's own note."""
    expected = pd.read_csv(shared_data / "cohorts" / cohort / "expected.tsv", sep="\t", keep_default_na=False)
    assert len(expected) == {"hellmann2018_nsclc": 15, "rizvi2015_nsclc": 12}[cohort]
    wrong = []
    for figure in expected.to_dict("records"):
        table = published[cohort][figure["table"]]
        method, label = ("method", "contrast") if figure["table"] == "results" else ("estimate_type", "group")
        rows = table[
            (table["endpoint"] == figure["endpoint"])
            & (table["marker"] == figure["marker"])
            & (table[method] == figure["method"])
            & table[label].str.contains(figure["contrast_contains"], regex=False)
        ]
        found = rows[figure["column"]].tolist()
        close = [value == pytest.approx(float(figure["value"]), rel=float(figure["rel_tolerance"])) for value in found]
        if not close or not all(close):
            wrong.append((figure, found))
    assert wrong == []


WRONG_COHORT = (
    "patient\tresponder\tpfs_months\tpfs_event\ttmb_per_mb\tsmoker\np1\t2\t1\t1\t5\tYes\np2\t0\t-1\t0\t6\tNo\n"
)
WRONG_PLAN = """\
primary: {marker: tmb, endpoint: respons}
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers:
  tmb_per_mb: {kind: continous}
  nosuch: {kind: binary}
  smoker: {kind: binary}
genes: {min_carrier: 3}
"""


def test_all_problems_at_once_and_nothing_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cohort.tsv").write_text(WRONG_COHORT)
    (tmp_path / "plan.yaml").write_text(WRONG_PLAN)
    paths = {name: str(tmp_path / name) for name in ("cohort.tsv", "plan.yaml", "r.tsv", "g.tsv")}
    arguments = ["associate", "--cohort", paths["cohort.tsv"], "--plan", paths["plan.yaml"]]
    arguments += ["--results", paths["r.tsv"], "--groups", paths["g.tsv"]]
    assert run(arguments) == 2
    told = capsys.readouterr().err.replace(str(tmp_path) + "/", "")
    for message in (
        "cohort.tsv:2: responder is '2'; expected",
        "cohort.tsv:3: pfs_months is '-1'; expected",
        "plan.yaml:1: primary.marker is 'tmb'; expected a marker of this plan",
        "plan.yaml:1: primary.endpoint is 'respons'; expected an endpoint of this plan: response, pfs (did you mean",
        "plan.yaml:6: markers.tmb_per_mb.kind is 'continous'; expected one of continuous",
        "plan.yaml:7: markers.nosuch is 'nosuch'; expected a column of the cohort table",
        "plan.yaml:9: genes.min_carrier: unknown key; did you mean min_carriers?",
    ):
        assert message in told
    right = (
        WRONG_PLAN.replace("tmb,", "tmb_per_mb,").replace("respons}", "response}").replace("continous", "continuous")
    )
    (tmp_path / "plan.yaml").write_text(
        right.replace("min_carrier:", "min_carriers:").replace("  nosuch: {kind: binary}\n", "")
    )
    assert run(arguments) == 2
    assert "cohort.tsv:2: smoker is 'Yes'; expected 0, 1 or NA" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"cohort.tsv", "plan.yaml"}


def test_one_primary_row_and_families(published: dict[str, dict[str, pd.DataFrame]]) -> None:
    """q recomputed here by the definition of Benjamini and Hochberg (1995), a hypothesis' p counting once.

    Log-rank and Cox of the same groups are one hypothesis: the Cox row has no q.
    """
    for tables in published.values():
        results = tables["results"]
        assert results["role"].eq("primary").sum() == 1
        assert results["role"].iloc[0] == "primary" and results["estimate_type"].iloc[0] == "hodges_lehmann"
        for _, family in results.groupby("family"):
            models = family["method"].eq("cox") & family["contrast"].str.contains(" vs ")
            assert family.loc[models, "q_value"].isna().all() and family.loc[models, "p_value"].notna().all()
            tests = family[~models].drop_duplicates("test").sort_values("p_value")
            p = tests["p_value"].tolist()
            q = [min(len(p) * later / (k + 1) for k, later in enumerate(p) if k >= i) for i in range(len(p))]
            assert tests["q_value"].tolist() == pytest.approx(q, rel=1e-9)


def test_intervals_of_pdl1_are_called_only_on_one_side(tmp_path: Path) -> None:
    """`1-49` is neither above nor below 10; it is left out and counted."""
    rows = ["p1\t1\t1\t50", "p2\t0\t0\t1", "p3\t1\t50\t100", "p4\t0\t2\t2", "p5\t1\t\t"]
    (tmp_path / "cohort.tsv").write_text("patient\tresponder\tpdl1_low\tpdl1_high\n" + "\n".join(rows) + "\n")
    (tmp_path / "plan.yaml").write_text(
        "primary: {marker: pdl1, endpoint: response, cut: {at: 10, side: '>='}}\n"
        "endpoints: {response: {kind: binary, column: responder}}\nmarkers: {pdl1: {kind: continuous}}\n"
    )
    arguments = ["associate", "--cohort", str(tmp_path / "cohort.tsv"), "--plan", str(tmp_path / "plan.yaml")]
    assert run([*arguments, "--results", str(tmp_path / "r.tsv"), "--groups", str(tmp_path / "g.tsv")]) == 0
    primary = pd.read_csv(tmp_path / "r.tsv", sep="\t").iloc[0]
    assert (primary["role"], primary["method"], primary["contrast"]) == ("primary", "fisher", ">= 10 vs < 10")
    assert (primary["n"], primary["n_missing"]) == (3, 2)
    assert "1 indeterminate" in primary["note"]


def grouped_trial(tmp_path: Path) -> list[str]:
    """61 patients whose median burden has more digits than a contrast shows, one of them missing a category."""
    rows = []
    for i in range(61):
        burden = 7.123456789012345 if i == 30 else 7.1 + (i - 30) * 0.01 + (0.023456789 if i > 30 else 0)
        level = ["low", "middle", "high"][i % 3] if i else ""
        rows.append(f"p{i}\t{burden!r}\t{level}\t{i % 2}\t{(i * 7) % 23 + 1}\t{int(i % 3 > 0)}")
    header = "patient\ttmb_per_mb\tlevel\tresponder\tos_months\tos_event\n"
    (tmp_path / "cohort.tsv").write_text(header + "\n".join(rows) + "\n")
    (tmp_path / "plan.yaml").write_text(
        "primary: {marker: tmb_per_mb, endpoint: response}\n"
        "endpoints: {response: {kind: binary, column: responder}, "
        "os: {kind: time_to_event, time: os_months, event: os_event}}\n"
        "markers: {tmb_per_mb: {kind: continuous, cutpoints: [{at: median, side: '>'}, {at: median, side: '>='}]}, "
        "level: {kind: categorical}}\n"
    )
    paths = {name: str(tmp_path / name) for name in ("cohort.tsv", "plan.yaml", "r.tsv", "g.tsv", "m.tsv.gz")}
    options = ("--cohort", "--plan", "--results", "--groups", "--memberships")
    return ["associate", *(word for pair in zip(options, paths.values(), strict=True) for word in pair)]


def test_who_was_compared_is_written_and_no_text_needs_to_be_read_back(tmp_path: Path) -> None:
    """The median patient is `<=` of a cut `>`, by the number of the cut and by the groups that were tested."""
    assert run(grouped_trial(tmp_path)) == 0
    results = pd.read_csv(tmp_path / "r.tsv", sep="\t")
    members = pd.read_csv(tmp_path / "m.tsv.gz", sep="\t").set_index("test")
    burdens = pd.read_csv(tmp_path / "cohort.tsv", sep="\t").set_index("patient")["tmb_per_mb"]
    for sign, above in ((">", 30), (">=", 31)):
        row = results[(results["method"] == "logrank") & (results["cut_side"] == sign)].iloc[0]
        assert row["cut_at"] == 7.123456789012345 and row["marker_class"] == "declared"
        assert (row["first"], row["second"]) == tuple(row["contrast"].split(" vs "))
        group = members.loc[row["test"]].set_index("patient")["group"]
        assert group.value_counts().to_dict() == {row["first"]: above, row["second"]: 61 - above}
        assert set(group.index[group == row["first"]]) == set(
            burdens.index[burdens >= row["cut_at"]] if sign == ">=" else burdens.index[burdens > row["cut_at"]]
        )


def test_every_test_has_one_identifier_one_p_and_its_patients(tmp_path: Path) -> None:
    assert run(grouped_trial(tmp_path)) == 0
    results = pd.read_csv(tmp_path / "r.tsv", sep="\t")
    members = pd.read_csv(tmp_path / "m.tsv.gz", sep="\t").groupby("test")["group"].agg(["size", set])
    assert len(results.drop_duplicates(["test", "p_value"])) == results["test"].nunique()
    tests = results.drop_duplicates("test").set_index("test")
    assert tests.loc[members.index, "n"].eq(members["size"]).all()
    for name, row in tests[tests["first"].notna()].iterrows():
        assert {row["first"], row["second"]} <= members["set"][name]
    assert members["set"]["os/level/logrank"] == {"low", "middle", "high"}
    assert tests["n"]["os/level/logrank"] == 60
    assert {"response/tmb_per_mb/mann_whitney", "os/tmb_per_mb/gt_median_logrank", "os/level/cox/low"} <= set(
        tests.index
    )


def test_a_score_is_a_marker_and_the_prediction_has_its_tables(tmp_path: Path) -> None:
    """The AUC of a score is that of the column that it equals; forecasts of all repeats and the model are written."""
    n = 60
    table = cohorts.drawn(n, 3, site=cohorts.chosen("bile duct", "liver"))
    table["same"] = 0.3 * table["age"] + np.log2(table["tmb_per_mb"] + 1) - 2 * (table["site"] == "liver")
    plan = cohorts.plan(
        "loris: {kind: continuous, score: \"0.3 * age + log2(tmb_per_mb + 1) - 2 * (site == 'liver')\"}",
        "same: {kind: continuous}",
        primary="marker: loris, endpoint: response",
        prediction="{features: [loris, site], endpoint: response, repeats: 2, most_fits: 1000}",
    )
    names = ("results", "groups", "models", "predictions", "curves")
    made = cohorts.associated(cohorts.trial(tmp_path, table, plan), names=names)
    area = made["results"][made["results"]["estimate_type"].eq("auc")].set_index("test")["estimate"]
    assert area["response/loris/mann_whitney"] == pytest.approx(area["response/same/mann_whitney"], rel=1e-12)
    assert made["models"]["term"].tolist() == ["intercept", "loris: per unit of x", "site: liver vs bile duct"]
    terms = made["models"][["marker", "first", "second", "per"]].fillna("").to_numpy().tolist()
    assert terms == [["", "", "", ""], ["loris", "", "", 1.0], ["site", "liver", "bile duct", ""]]
    assert made["predictions"].groupby("repeat")["patient"].nunique().tolist() == [n, n]
    assert set(made["curves"]["curve"]) == {"calibration", "net_benefit"}
