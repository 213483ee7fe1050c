"""Markers whose names are words and signs that the program writes itself: tables, page and comparison read none."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import cohorts
import pages
from biomarkers.io import tables

PER, PAIR, CUT, SIGNS, LEVELS, ARM = (
    *("per unit of x", "a x b", "PD-L1 >= 1", "a=b|c: d, e + f"),
    *("low vs high", "arm, A: x"),
)
PLAN = cohorts.plan(
    f"{PER!r}: {{kind: continuous, transform: log2p1, cutpoints: [{{at: median, side: '>'}}]}}",
    f"{PAIR!r}: {{kind: continuous, cutpoints: [{{at: 5.123456, side: '>='}}]}}",
    f"{CUT!r}: {{kind: binary}}",
    f"{SIGNS!r}: {{kind: continuous, per: 10}}",
    f"{LEVELS!r}: {{kind: categorical}}",
    "grade: {kind: ordinal, levels: [per level, SD (2)]}",
    primary=f"marker: {PER!r}, endpoint: response",
    covariates=f"[{SIGNS!r}, age]",
    subgroups=f"[{ARM!r}]",
    interactions=f"[[{PAIR!r}, {CUT!r}], [{PAIR!r}, {SIGNS!r}]]",
    prediction=f"{{features: [{PER!r}, {LEVELS!r}], endpoint: response, repeats: 1, most_fits: 1000}}",
    landmark=f"{{at: 3, marker: {CUT!r}, endpoints: [pfs]}}",
).replace("event: pfs_event}", "event: pfs_event, milestones: [6, 12], rmst: [12]}")
COHORT = cohorts.drawn(
    90,
    5,
    **{
        PER: lambda random, _: random.lognormal(1, 1, 90).round(2),
        PAIR: lambda random, _: random.normal(5, 2, 90).round(2),
        CUT: lambda random, _: random.integers(0, 2, 90),
        SIGNS: lambda random, _: random.normal(0, 1, 90).round(3),
        LEVELS: cohorts.chosen("a vs b", "c: d", "e, f"),
        ARM: cohorts.chosen("x: y", "z, w"),
        "grade": cohorts.chosen("per level", "SD (2)"),
    },
)
NAMES = ("results", "groups", "memberships", "models")
Shown = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = cohorts.trial(tmp_path_factory.mktemp("signs"), COHORT, PLAN)
    cohorts.page(made, names=NAMES)
    return made


@pytest.fixture(scope="module")
def shown(folder: Path) -> Shown:
    store = pages.store_of((folder / "index.html").read_text())
    return {one["caption"]: pages.all_rows(store, one["caption"]) for one in store["tables"].values()}


def comparisons(shown: Shown, marker: str, method: str) -> list[str]:
    """What the page says was compared, once each."""
    rows = [row for row in shown["All tests: one row a question"] if row["Method"] == method]
    return list(dict.fromkeys(row["Comparison"] for row in rows if row["Marker"] == marker))


def test_the_page_says_what_a_ratio_is_per_by_columns(shown: Shown, folder: Path) -> None:
    results = tables.read(folder / "results.tsv", "results")
    of_sd = results[results["marker"].eq(PAIR) & results["per_named"].eq("sd")]["per"].unique()
    assert of_sd == pytest.approx([COHORT[PAIR].std()])
    assert comparisons(shown, "A x b", "Cox model") == [
        "per unit", f"per SD ({of_sd[0]:.3g})", ">= 5.12 vs < 5.12",
    ]  # fmt: skip
    assert comparisons(shown, "Per unit of x", "Cox model")[0] == "per doubling of Per unit of x + 1"
    assert comparisons(shown, "Per unit of x", "Cox model")[1].endswith("of log2(Per unit of x + 1)")
    assert comparisons(shown, "A=b|c: d, e + f", "Cox model") == ["per unit", "per 10"]
    assert comparisons(shown, "Grade", "Cox model") == ["per level"]
    assert comparisons(shown, "Low vs high", "Cox model") == ["c: d vs a vs b", "e, f vs a vs b"]


def test_the_page_says_at_which_month_and_in_whom_groups_were_compared(shown: Shown) -> None:
    """Two months had the same words; a subgroup stood in the words of a contrast per unit only."""
    assert comparisons(shown, "PD-L1 >= 1", "Kaplan-Meier at a month") == [
        "yes vs no at 6 months", "yes vs no at 12 months",
    ]  # fmt: skip
    assert comparisons(shown, "PD-L1 >= 1", "Restricted mean time") == ["yes vs no up to 12 months"]
    assert comparisons(shown, "Per unit of x", "Mann-Whitney") == [
        "responder vs non-responder",
        "responder vs non-responder in arm, A: x: x: y",
        "responder vs non-responder in arm, A: x: z, w",
    ]
    of_groups = [row["Comparison"] for row in shown["The primary association in each group"]]
    assert set(of_groups) == {"responder vs non-responder", "per doubling of Per unit of x + 1"}


def test_the_markers_of_a_row_stand_in_columns(folder: Path) -> None:
    """`compare` asks for them: the name of a landmark or of a pair is none of a marker."""
    results = tables.read(folder / "results.tsv", "results")
    assert set(results.loc[results["landmark_months"].notna(), "of_marker"]) == {CUT}
    pairs = results.loc[results["with_marker"].notna(), ["method", "of_marker", "with_marker"]]
    assert {tuple(row) for row in pairs.to_numpy()} == {
        *((method, PAIR, CUT) for method in ("fisher", "logrank", "logistic", "cox")),
        *((method, PAIR, SIGNS) for method in ("logistic", "cox", "spearman")),
    }


def test_a_marker_s_kind_stands_beside_it_and_not_beside_a_name_made_of_two(folder: Path, shown: Shown) -> None:
    results = tables.read(folder / "results.tsv", "results")
    alone = results["with_marker"].isna() & results["landmark_months"].isna()
    kinds = results[alone].groupby("marker")["marker_kind"].agg(lambda kinds: set(kinds.dropna()))
    assert kinds[[PER, CUT, LEVELS, "grade", "age"]].tolist() == [
        {"continuous"}, {"binary"}, {"categorical"}, {"ordinal"}, set(),
    ]  # fmt: skip
    assert results.loc[~alone, "marker_kind"].isna().all()
    groups = {row["Group"] for row in shown["The groups that were compared"] if row["Marker"] == "PD-L1 >= 1"}
    assert groups == {"yes", "no"}


def test_what_limits_a_result_stands_apart_from_the_names_in_its_note(folder: Path) -> None:
    """Ten events and one for each parameter: said of every model of response, and of none of its rank tests."""
    results = tables.read(folder / "results.tsv", "results")
    models = results["method"].isin(["logistic", "firth_logistic"]) & results["adjusted_for"].notna()
    said = set(results.loc[models, "doubt"].dropna())
    assert said and all("patients of the smaller class per parameter" in one for one in said)
    assert not any(name in one for one in said for name in (PER, PAIR, CUT, SIGNS, LEVELS, "age"))
    assert results.loc[results["method"].eq("mann_whitney"), "doubt"].isna().all()


def test_the_terms_of_a_model_are_named_by_columns(shown: Shown) -> None:
    assert [row["Term"] for row in shown["The model"]] == [
        "intercept",
        "Per unit of x: per doubling of Per unit of x + 1",
        "Low vs high: c: d vs a vs b",
        "Low vs high: e, f vs a vs b",
    ]


def test_tables_of_version_0_1_are_shown_in_their_own_words(folder: Path, tmp_path: Path) -> None:
    for name in ("results", "models"):
        frame = pd.read_csv(folder / f"{name}.tsv", sep="\t", dtype=str)
        added = ["per", "per_named", "transform", "months"] + ["marker", "first", "second"] * (name == "models")
        cohorts.written(tmp_path, frame.drop(columns=[c for c in added if c in frame]), name)
    from biomarkers.cli.app import run

    files = {"cohort": folder, "plan": folder, "groups": folder, "results": tmp_path, "models": tmp_path}
    words = [f"--{name}={at / name}.{'yaml' if name == 'plan' else 'tsv'}" for name, at in files.items()]
    assert run(["report", *words, f"--page={tmp_path}/index.html"]) == 0
    store = pages.store_of((tmp_path / "index.html").read_text())
    assert [row["Term"] for row in pages.all_rows(store, "The model")][1] == f"{PER}: per unit of log2(x + 1)"
    said = [row["Comparison"] for row in pages.all_rows(store, "All tests") if row["Marker"] == "A x b"]
    assert "per unit of x" in said
