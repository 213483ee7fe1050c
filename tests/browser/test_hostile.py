"""Every fault that a reader once found on the page, in one trial: names that are code, infinity, 170 people.

Oracle of the numbers: the tables that the page was made from.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import hostile_trial
from biomarkers.io import tables
from biomarkers.report.figures.style import GROUPS, OUTCOMES
from biomarkers.report.numbers import bounds, estimate, interval, number, p_value, percent
from biomarkers.report.store import DIRECTIONAL
from pages import all_rows, data_of, shown_texts, store_of

pytestmark = pytest.mark.slow
RAW = re.compile(
    r"(?<![\w./-])[a-zA-Z][a-zA-Z0-9]*(?:_[a-zA-Z0-9]+)+(?![\w.(/])|\b(?:nan|NaN|None|NaT|inf|undefined)\b|<NA>"
)
"""A code, or a value that a program writes where there is none."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_trial.made(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def page(made: Path) -> str:
    return made.read_text("utf-8")


@pytest.fixture(scope="module")
def results(made: Path) -> pd.DataFrame:
    return tables.read(made.parent / "results.tsv", "results")


def captions(page: str) -> dict[str, tuple[str, str]]:
    """Title and caption of each figure, by name."""
    found = re.findall(
        r'<figure id="figure-([^"]*)".*?<h3>(.*?)</h3>.*?<figcaption>(.*?)</figcaption>', page, re.DOTALL
    )
    return {html.unescape(name): (html.unescape(title), html.unescape(said)) for name, title, said in found}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_all_is_drawn_and_nothing_runs(opened: Callable[..., Any], made: Path, width: int, scheme: str) -> None:
    shown = opened(made, width=width, scheme=scheme)
    shown.all_drawn()
    figures = store_of(made.read_text("utf-8"))["figures"]
    assert len(shown.tab.query_selector_all("[data-figure] .chart[data-drawn=yes] svg")) == len(figures) >= 20
    assert shown.tab.query_selector(".failed, [data-hacked], main img") is None
    text = shown.tab.evaluate("document.title + document.body.innerText + document.body.innerHTML")
    assert not set(DIRECTIONAL) & set(text)
    assert shown.tab.evaluate("document.documentElement.scrollWidth") == width
    for name in hostile_trial.PATIENTS:
        shown.tab.get_by_label("Find a patient").fill(name)
        assert shown.tab.get_by_role("complementary", name="Patient").locator("h2").inner_text() == name
        shown.tab.keyboard.press("Escape")
    assert shown.is_clean()


def test_every_tile_is_a_row_of_its_table(page: str, made: Path) -> None:
    parts = [f'<dd class="{name}"[^>]*>(.*?)</dd>' for name in ("value", "interval", "how")]
    found = re.findall("<div><dt>(.*?)</dt>" + "".join(parts), page)
    tiles = {name: (value, limits, how) for name, value, limits, how in found}
    rates = tables.read(made.parent / "rates.tsv", "rates").query("definition == 'all_treated'").set_index("endpoint")
    for endpoint, name in (("orr", "Objective response rate (confirmed)"), ("dcr", "Disease control rate (confirmed)")):
        row = rates.loc[endpoint]
        said = (
            percent(row.estimate),
            f"95% CI {bounds(row.ci_low, row.ci_high, percent)}",
            f"{row.events} of {row.n} treated",
        )
        assert tiles[name] == said
    for endpoint, name in (("pfs_median", "Median PFS (months)"), ("os_median", "Median OS (months)")):
        row = rates.loc[endpoint]
        value, limits, how = tiles[name]
        assert value == estimate(row.estimate) and how.startswith(f"{row.n} patients, {row.events} events")
        assert [number(float(one)) for one in re.findall(r"\d+\.\d+|\d+(?= )", limits.removeprefix("95% CI "))] == [
            number(float(estimate(one))) for one in (row.ci_low, row.ci_high) if not pd.isna(one)
        ]
    assert "mid-point rule" in tiles["Median PFS (months)"][2] and len(tiles) == 5
    assert tiles["Grade ≥ 3 adverse events"][2].startswith("60 of 170")


def test_every_row_of_all_tests_is_one_of_the_table_of_results(page: str, results: pd.DataFrame) -> None:
    rows = all_rows(store_of(page), "All tests")
    expected = Counter(
        (estimate(row.estimate), bounds(row.ci_low, row.ci_high), p_value(row.p_value) or "none", number(row.n))
        for row in results[results["marker_class"].ne("covariate")].itertuples()
    )
    assert Counter((row["Estimate"], row["95% CI"], row["p"], row["n"]) for row in rows) == expected
    assert "∞" in {row["Estimate"] for row in rows}


def test_every_caption_has_the_numbers_of_its_own_test(page: str, results: pd.DataFrame) -> None:
    checked = 0
    names = {"> 23.3": 23.26663566, "> 7.5": 7.5, ">= 1": 1.0}
    for name, (_, said) in captions(page).items():
        by = re.fullmatch(r"(response|pfs|os)_by_(.*)|(.*)_by_response", name)
        if name == "primary" or by is None or name.startswith(("ae_", "models")):
            continue
        if by[3]:
            rows = results[results["marker"].eq(by[3]) & results["method"].eq("mann_whitney")]
        else:
            marker = next(one for one in ("tmb_per_mb", "pdl1", "smoker") if by[2].startswith(one))
            of = results["endpoint"].eq(by[1]) & results["marker"].eq(marker) & results["first"].notna()
            cut = next((at for words, at in names.items() if f", {words} vs" in captions(page)[name][0]), None)
            of &= results["cut_at"].isna() if cut is None else results["cut_at"].sub(cut).abs().lt(0.01)
            rows = results[of & results["method"].isin(["logrank", "cox"])]
        first = rows.iloc[0]
        assert said.startswith(f"n = {first.n} "), name
        shown = rows[
            rows["estimate_type"].isin(["hazard_ratio", "auc"]) & ~rows["note"].fillna("").str.contains(" \\+ age")
        ]
        for row in shown.head(1).itertuples():
            assert interval(row.estimate, row.ci_low, row.ci_high) in said and p_value(row.p_value) in said, name
            checked += 1
        assert said.count("azard ratio") <= 1 and "Peto" not in said
    assert checked >= 9


def test_no_code_and_no_long_number_is_read(page: str) -> None:
    texts = shown_texts(page)
    own = (hostile_trial.QUOTED, hostile_trial.SCRIPT)
    assert [text for text in texts if RAW.search(text) and not any(one in text for one in own)] == []
    assert "23.266" not in " ".join(f"{name} {' '.join(said)}" for name, said in captions(page).items())
    store = store_of(page)
    assert {row["p"] for row in all_rows(store, "All tests")} >= {"none"} and "" not in {
        row["p"] for row in all_rows(store, "All tests")
    }
    assert "One line is one patient" in captions(page)["pdl1_by_response"][1]


def test_pictures_tell_their_rows_groups_and_bounds_apart(page: str) -> None:
    store = store_of(page)
    labels = [row["name"] for rows in data_of(store, "hazard_ratio") for row in rows if "name" in row]
    assert len(labels) == len(set(labels)) >= 10 and any("before treatment" in " ".join(one.split()) for one in labels)
    assert "triangle-right" in json.dumps(store["figures"]["odds_ratio"])
    assert captions(page)["time_on_study"][1].startswith("n = 170.")
    for name, spec in store["figures"].items():
        for colours in re.findall(r'"range": \[([^\]]*)\]', json.dumps(spec)):
            used = {colour.lower() for colour in re.findall(r'"(#[0-9A-Fa-f]{6})"', colours)}
            assert not (used & {one.lower() for one in GROUPS} and used & {one.lower() for one in OUTCOMES}), name
    about = next(one for one in store["tables"].values() if one["caption"].startswith("All tests"))
    for head, cells in zip(about["columns"], about["cells"], strict=True):
        if head["title"] in ("Estimate", "95% CI"):
            assert "s" in cells


def test_a_spreadsheet_runs_nothing_of_the_workbook(made: Path) -> None:
    book = openpyxl.load_workbook(made.parent / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert cells and all(cell.data_type == "s" for cell in cells)
