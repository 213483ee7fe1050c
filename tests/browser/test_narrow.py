"""The page on a telephone, 390 px wide: what is written can be read, and what can be clicked can be tapped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from biomarkers.cli.app import run
from pages import TRIAL

pytestmark = pytest.mark.slow

TEXTS = """() => [...document.querySelectorAll(".chart svg")].flatMap((svg) => {
  const box = svg.getBoundingClientRect();
  const scale = box.width / svg.viewBox.baseVal.width;
  const seen = (one) => one.textContent.trim() && one.checkVisibility({ checkOpacity: true });
  const texts = [...svg.querySelectorAll("text")].filter(seen);
  const boxes = texts.map((one) => one.getBoundingClientRect());
  const name = (svg.closest("[data-figure]") || svg.closest("[data-tool]")).id;
  const across = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const along = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return texts.flatMap((one, place) => {
    const own = boxes[place];
    const inside = across(own, box) > own.width - 1 && along(own, box) > own.height - 1;
    const over = boxes.findIndex((other, of) => of > place && across(own, other) > 3 && along(own, other) > 4);
    const size = parseFloat(getComputedStyle(one).fontSize) * scale;
    const wrong = [inside ? "" : "leaves its figure", over < 0 ? "" : "over " + texts[over].textContent,
      size < 8.5 ? size.toFixed(1) + " px high" : ""].filter(Boolean);
    return wrong.map((why) => [name, one.textContent, why]);
  });
})"""
"""Texts of figures that leave them, lie over another one, or are too small to read."""


SMALL = """() => [...document.querySelectorAll("button, summary, select, input, a")].flatMap((one) => {
  // What is ticked is met by its label; names in a sentence are excepted (WCAG 2.2, 2.5.8).
  const target = one.matches("input[type=radio], input[type=checkbox]") ? one.closest("label") : one;
  if (!one.checkVisibility() || one.matches(".skip") || one.closest(".names, p")) return [];
  const { width, height } = target.getBoundingClientRect();
  const least = one.closest("#bar-tools, .tools, .pages, .drawer-head") && !one.closest(".panel ul") ? 40 : 23.5;
  return width < least || height < least ? [[one.outerHTML.slice(0, 160), Math.round(width), Math.round(height)]] : [];
})"""
"""What is too small for a finger: controls below 40 pixels, in rows of text and of tables below 24."""


@pytest.mark.parametrize("kind", ["trial_page", "genes_page"])
def test_every_text_of_a_figure_is_whole_apart_and_readable(
    opened: Callable[..., Any], request: pytest.FixtureRequest, kind: str
) -> None:
    page = opened(request.getfixturevalue(kind), width=390)
    page.all_drawn()
    if kind == "genes_page":
        page.tab.locator("[data-tool=gene]").get_by_label("Gene").select_option("KRAS")
        page.until("document.querySelector('[data-tool=gene]').dataset.gene === 'KRAS'")
        page.tab.locator("[data-tool=compare]").get_by_label("Marker").select_option(label="TP53")
        page.until("document.querySelector('[data-tool=compare] .said p').textContent.includes('TP53 mutated')")
        page.tab.wait_for_timeout(500)
    assert page.tab.locator(".chart svg text").count() > 200
    assert page.tab.evaluate(TEXTS) == []
    assert page.tab.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [390, 390]
    too_wide = (
        "[...document.querySelectorAll('main *')]"
        ".filter((one) => !one.closest('svg, .tabulator, .static, .chart, .scroll')"
        " && one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML)"
    )
    assert page.tab.evaluate(too_wide) == []
    page.tab.get_by_label("Find a patient").fill("P01" if kind == "trial_page" else "p1")
    page.tab.keyboard.press("Enter")
    page.tab.locator("#drawer h2").wait_for()
    assert page.tab.evaluate(SMALL) == []
    assert page.is_clean()


def test_long_names_are_whole(opened: Callable[..., Any], tmp_path: Path) -> None:
    """Classes and markers of the field's longest names, and numbers of eight digits."""
    long = "Neoplasms benign, malignant and unspecified (including cysts and polyps)"
    head = "category\tlevel\tsoc\tterm\tn\tpatients\tgrade_1\tgrade_2\tgrade_3\tgrade_4\tgrade_5\tgrade_unknown\n"
    rows = f"any\tclass\t{long}\t\t9000\t8123\t4000\t2000\t2000\t100\t0\t23\n"
    rows += "any\tclass\tSkin\t\t9000\t1\t1\t0\t0\t0\t0\t0\n"
    (tmp_path / "ae.tsv").write_text(head + rows)
    results = (TRIAL / "results.tsv").read_text().replace("smoker", "smoking_status_at_the_first_visit_of_the_trial")
    (tmp_path / "results.tsv").write_text(results)
    options = ["--cohort", f"{TRIAL}/cohort.tsv", "--results", f"{tmp_path}/results.tsv"]
    path = tmp_path / "index.html"
    assert run(["report", *options, "--adverse-events", f"{tmp_path}/ae.tsv", "--page", str(path)]) == 0
    page = opened(path, width=390)
    page.all_drawn()
    assert page.tab.evaluate(TEXTS) == []
    text = page.tab.locator("#figure-ae_by_class svg").text_content()
    assert "".join(long.split()) in "".join(text.split()) and "Grade not known" in text


def test_taps_do_what_clicks_do(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page, width=390)
    page.tab.locator("#bar nav a", has_text="Samples").tap()
    page.tab.locator("#bar nav [aria-current]", has_text="Samples").wait_for()
    figure = page.tab.locator("#figure-tmb")
    figure.locator("svg").wait_for()
    figure.locator("svg .mark-symbol path").nth(2).tap()
    drawer = page.tab.get_by_role("complementary", name="Patient")
    assert drawer.is_visible() and drawer.bounding_box()["width"] <= 390
    drawer.get_by_role("button", name="Close").tap()
    assert not drawer.is_visible()
    page.tab.locator("#bar nav a", has_text="Tests").tap()
    table = page.tab.locator("#tests [data-table]").first
    table.locator(".tabulator-row").first.wait_for()
    table.get_by_text("Columns", exact=True).tap()
    panel = table.locator(".panel ul")
    box = panel.bounding_box()
    assert panel.is_visible() and box["x"] >= 0 and box["x"] + box["width"] <= 390
    head = table.get_by_role("button", name="p", exact=True)
    table.get_by_text("Columns", exact=True).tap()
    head.tap()
    assert table.locator("[aria-sort=ascending]").count() == 1
    assert page.is_clean()
