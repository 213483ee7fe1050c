"""Genes in a real browser: each way to choose one shows its changes, its curves and its carriers, as the tables say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import genes_trial
from biomarkers.io.patient_lists import split

pytestmark = pytest.mark.slow


def shown(page: Any, gene: str) -> str:
    """What is said of the gene, once it is shown."""
    page.until("(gene) => document.querySelector('[data-tool=gene]').dataset.gene === gene", gene)
    return " ".join(page.tab.locator("[data-tool=gene]").inner_text().split())


def carriers(page: Path, gene: str) -> list[str]:
    """The carriers as `associate` wrote them."""
    rows = genes_trial.read(page, "memberships").query("marker == @gene and group == 'mutated'")
    return split(rows["patients"].iloc[0])


def ready(opened: Callable[..., Any], path: Path, figure: str) -> tuple[Any, Any]:
    """The page and one of its figures, drawn."""
    page = opened(path)
    chart = page.tab.locator(f"#figure-{figure}")
    chart.scroll_into_view_if_needed()
    chart.locator("svg").wait_for()
    return page, chart


@pytest.mark.parametrize("gene", ["TP53", "MDC1", "STK11"])
def test_a_gene_of_the_table_shows_changes_curves_and_carriers(
    opened: Callable[..., Any], genes_page: Path, gene: str
) -> None:
    page = opened(genes_page)
    page.all_drawn()
    page.tab.locator("[data-table^=one_row_a_gene]").get_by_role("button", name=gene, exact=True).first.press("Enter")
    text, own = shown(page, gene), carriers(genes_page, gene)
    looked = 34 if gene == "MDC1" else 59
    assert f"Mutated in {len(own)} of {looked} patients who were looked at" in text
    assert f"not evaluable: {60 - looked}." in text
    variants = genes_trial.read(genes_page, "mutations").query("gene == @gene and consequence != 'synonymous_variant'")
    placed = variants[variants["hgvsp"].notna()]
    assert f"{len(variants)} variants that count, {len(placed)} with a position in the protein" in text
    if len(placed) < len(variants):
        assert f"without one {len(variants) - len(placed)}: splice donor variant {len(variants) - len(placed)}" in text
    drawn = page.tab.evaluate(
        "[...document.querySelectorAll('[data-tool=gene] .mark-symbol path')].map((one) => one.__data__.datum)"
        ".filter((one) => one.change).map((one) => [one.position, one.n])"
    )
    positions = placed["hgvsp"].str.extract(r"(\d+)")[0].astype(int)
    assert sorted(map(tuple, drawn)) == sorted(positions.value_counts().items())
    row = (
        genes_trial.read(genes_page, "groups")
        .query("marker == @gene and endpoint == 'pfs' and group == 'mutated'")
        .iloc[0]
    )
    assert f"{gene} mutated: n = {row['n']}, {row['n_events']} events" in text
    listed = page.tab.locator("[data-tool=gene] td button")
    assert listed.all_inner_texts() == own
    listed.nth(1).click()
    assert page.tab.locator("#drawer h2").inner_text() == own[1] and page.is_clean()


def test_a_gene_is_chosen_in_the_volcano_by_click_and_by_key(opened: Callable[..., Any], genes_page: Path) -> None:
    page, figure = ready(opened, genes_page, "volcano_response")
    found = genes_trial.read(genes_page, "results").query("endpoint == 'response' and marker_class == 'gene'")
    points = figure.locator("svg .mark-symbol.role-mark path")
    data = points.evaluate_all("found => found.map((one) => one.__data__.datum)")
    heights = {one["gene"]: one["height"] for one in data}
    assert heights == pytest.approx(dict(zip(found["marker"], -np.log10(found["p_value"]), strict=True)))
    points.last.click()
    shown(page, data[-1]["gene"])
    figure.locator(".chart").focus()
    for key in ("ArrowRight", "Enter"):
        page.tab.keyboard.press(key)
    first = figure.evaluate("one => one.querySelector('.at').__data__.datum.gene")
    assert first in shown(page, first) and page.is_clean()


def test_a_gene_is_chosen_in_the_oncoprint_and_a_patient_beside_it(
    opened: Callable[..., Any], genes_page: Path
) -> None:
    page, figure = ready(opened, genes_page, "oncoprint")
    names = figure.locator("svg .mark-text.role-mark text")
    texts = [text.split()[0] for text in names.all_text_contents()]
    names.nth(texts.index("KRAS")).click()
    assert "KRAS mutated" in shown(page, "KRAS") and page.tab.locator("#drawer").is_hidden()
    figure.locator(".chart").focus()
    for key in ("ArrowDown", "Enter"):
        page.tab.keyboard.press(key)
    shown(page, texts[0])
    figure.locator(".chart").focus()
    for key in ("ArrowRight", "Enter"):
        page.tab.keyboard.press(key)
    assert page.tab.locator("#drawer h2").inner_text().startswith("p")
    assert figure.locator(".chosen").count() >= 1 and page.is_clean()
