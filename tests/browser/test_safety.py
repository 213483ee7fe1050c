"""The adverse events in a real browser: switches by click and key, and what they leave. Oracle: the table itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables
from pages import TRIAL

pytestmark = pytest.mark.slow
EVENTS = """P01 Rash Skin 1 yes no
P01 Fatigue General 2 no no
P02 Rash Skin 3 yes yes
P02 Fatigue General - - no
P03 Rash Skin 2 no no
P03 Nausea Gut 1 no no
P04 Colitis Gut 4 yes yes
P04 Nausea Gut 1 - no
"""


@pytest.fixture(scope="module")
def page_and_table(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """The page of four patients with events, and the table that it is made from."""
    folder = tmp_path_factory.mktemp("events")
    (folder / "p.tsv").write_text("patient\ttreatment_start\n" + "".join(f"P0{n}\t2023-01-02\n" for n in range(1, 6)))
    head = "patient term soc grade related immune_related\n"
    (folder / "ae.tsv").write_text((head + EVENTS).replace(" -", " ").replace(" ", "\t"))
    made = [f"--{name}={folder}/{name}.tsv" for name in ("endpoints", "rates", "adverse-events-summary")]
    assert run(["endpoints", "--patients", f"{folder}/p.tsv", "--adverse-events", f"{folder}/ae.tsv", *made]) == 0
    summary = folder / "adverse-events-summary.tsv"
    options = ["--cohort", f"{TRIAL}/cohort.tsv", "--adverse-events", str(summary), "--page", f"{folder}/index.html"]
    assert run(["report", *options]) == 0
    return folder / "index.html", tables.read(summary, "adverse_events_summary")


def shown(grid: Any) -> list[list[str]]:
    """Term, patients of any grade and of grade 3 and above of each row."""
    grid.locator(".tabulator-row").first.wait_for()
    rows = grid.locator(".tabulator-row").all()
    return [row.locator(".tabulator-cell").all_inner_texts()[:3] for row in rows]


def expected(table: pd.DataFrame, category: str, *, severe: bool = False) -> list[list[str]]:
    rows = table[table["category"].eq(category) & table["level"].eq("term")]
    by = "grade_3_or_higher" if severe else "patients"
    rows = rows[rows["grade_3_or_higher"].gt(0)] if severe else rows
    rows = rows.sort_values(by, ascending=False, kind="stable")

    def of_all(count: int) -> str:
        return f"{count} ({100 * count / 5:.1f}%)" if count else "0"

    return [[row.term, of_all(row.patients), of_all(row.grade_3_or_higher)] for row in rows.itertuples()]


def test_the_grid_follows_its_switches(opened: Callable[..., Any], page_and_table: tuple[Path, pd.DataFrame]) -> None:
    path, table = page_and_table
    page = opened(path)
    choice = page.tab.locator("#safety .choice").first
    choice.scroll_into_view_if_needed()
    grid = choice.locator(".option:not([hidden]) [data-table]").first
    assert shown(grid) == expected(table, "any")
    # By click: another kind of events; the switch of grades holds for it, too.
    choice.get_by_text("Grade ≥ 3 only").click()
    assert shown(grid) == expected(table, "any", severe=True)
    choice.get_by_text("Related", exact=True).click()
    assert shown(grid) == expected(table, "related", severe=True)
    choice.get_by_text("Grade ≥ 3 only").click()
    assert shown(grid) == expected(table, "related")
    assert "Relation not known" in grid.locator(".tabulator-header").inner_text()
    # By key: arrows walk through the options, blanks switch.
    choice.get_by_role("radio", name="Related", exact=True).focus()
    page.tab.keyboard.press("ArrowRight")
    assert shown(grid) == expected(table, "immune_related")
    page.tab.keyboard.press("Tab")
    page.tab.keyboard.press("Space")
    assert shown(grid) == expected(table, "immune_related", severe=True)
    assert page.is_clean()


def test_classes_are_compared_by_grade_or_by_relation(
    opened: Callable[..., Any], page_and_table: tuple[Path, pd.DataFrame]
) -> None:
    page = opened(page_and_table[0], width=390)
    choice = page.tab.locator("#safety .choice").last
    choice.scroll_into_view_if_needed()
    choice.locator("#figure-ae_by_class svg").wait_for()
    assert not choice.locator("#figure-ae_related_by_class").is_visible()
    choice.get_by_role("radio", name="Grade 3 and above").focus()
    page.tab.keyboard.press("ArrowRight")
    drawn = choice.locator("#figure-ae_related_by_class svg")
    drawn.wait_for()
    text = drawn.text_content()
    # Of fatigue P01's is not related, of P02's nothing is told.
    general = table_row(page_and_table[1], "General")
    assert (general["patients"], general["patients_unknown"]) == (0, 1)
    assert "1 (20.0%), 1 ?" in text and "Not known" in text
    assert page.is_clean()


def table_row(table: pd.DataFrame, soc: str) -> pd.Series:
    rows = table[table["category"].eq("related") & table["level"].eq("class") & table["soc"].eq(soc)]
    return rows.iloc[0]


def test_hostile_terms_and_classes_stay_text(opened: Callable[..., Any], tmp_path: Path) -> None:
    names = [
        "<img src=x onerror=document.body.dataset.hacked=1>",
        'a\\"b',
        "it's {{7*7}} ${x} \\",
        "=HYPERLINK(1)",
        "datum.x",
    ]
    head = "category\tlevel\tsoc\tterm\tn\tpatients\tgrade_1\tgrade_2\tgrade_3\tgrade_4\tgrade_5\tgrade_unknown\n"
    rows = [
        f"any\t{level}\t{cell}\t{cell if level == 'term' else ''}\t9\t2\t1\t0\t1\t0\t0\t0\n"
        for level in ("class", "term")
        for cell in ('"' + name.replace('"', '""') + '"' for name in names)
    ]
    (tmp_path / "ae.tsv").write_text(head + "".join(rows))
    path = tmp_path / "index.html"
    options = ["--cohort", f"{TRIAL}/cohort.tsv", "--adverse-events", f"{tmp_path}/ae.tsv", "--page", str(path)]
    assert run(["report", *options]) == 0
    page = opened(path)
    page.all_drawn()
    grid = page.tab.locator("#safety .choice [data-table]").first
    assert {row[0] for row in shown(grid)} == set(names)
    text = "".join(page.tab.locator("#figure-ae_by_class svg").text_content().split())
    assert all("".join(name.split()) in text for name in names)
    assert page.tab.query_selector(".failed, [data-hacked], main img") is None
    assert page.is_clean()
