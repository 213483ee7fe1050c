"""Groups compared in a real browser: who is in them is what the tests counted, numbers are those of the tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import genes_trial
from biomarkers.report.numbers import interval, median, p_phrase, percent
from pages import chooser

pytestmark = pytest.mark.slow


def told(page: Any, tool: Any, endpoint: str, marker: str) -> str:
    """What is said of a marker at an endpoint."""
    tool.get_by_label("Endpoint").select_option(endpoint)
    tool.get_by_label("Marker").select_option(label=marker)
    of_time = "events" if endpoint == "pfs" else "/"
    page.until(
        "([marker, word]) => { const said = document.querySelector('.said p').textContent;"
        " return said.startsWith(marker) && said.includes(word); }", [marker, of_time],
    )  # fmt: skip
    return " ".join(tool.locator(".said").inner_text().split())


def expected(page: Path, endpoint: str, marker: str, group: str) -> pd.Series:
    return (
        genes_trial.read(page, "groups")
        .query("endpoint == @endpoint and marker == @marker and group == @group")
        .iloc[0]
    )


def of_time(row: pd.Series) -> str:
    """The sentence of a group's row."""
    written = median(row["estimate"], row["ci_low"], row["ci_high"])
    return f"n = {row['n']}, {row['n_events']} events, median {written}"


@pytest.mark.parametrize("marker", ["TP53", "MDC1", "repair"])
def test_a_gene_or_set_shows_whom_its_test_compared(opened: Callable[..., Any], genes_page: Path, marker: str) -> None:
    """MDC1 is not on the small panel: its 25 patients, whom the page took for wild type, are not evaluable."""
    page = opened(genes_page)
    tool = chooser(page)
    response, pfs = (told(page, tool, endpoint, marker) for endpoint in ("response", "pfs"))
    results = genes_trial.read(genes_page, "results").query("marker == @marker").set_index("test")
    for group in ("mutated", "wild type"):
        rate, time = (expected(genes_page, endpoint, marker, group) for endpoint in ("response", "pfs"))
        written = interval(rate["estimate"], rate["ci_low"], rate["ci_high"], percent)
        assert f"{marker} {group}: {rate['n_events']}/{rate['n']}, {written}" in response
        assert f"{marker} {group}: {of_time(time)}" in pfs
    assert p_phrase(results.loc[f"response/{marker}/mutated_fisher", "p_value"]) in response
    assert p_phrase(results.loc[f"pfs/{marker}/mutated_logrank", "p_value"]) in pfs
    assert f"Not evaluable: {26 if marker == 'MDC1' else 1} " in pfs
    assert tool.locator(".badge").inner_text() == "exploratory"
    tool.get_by_label("Endpoint").press("ArrowUp")
    page.until("!document.querySelector('.said p').textContent.includes('events')")
    assert " ".join(tool.locator(".said").inner_text().split()) == response and page.is_clean()


def test_features_and_binary_markers_have_their_groups(opened: Callable[..., Any], genes_page: Path) -> None:
    page = opened(genes_page)
    tool = chooser(page)
    assert tool.locator(".badge").inner_text() == "primary"
    area = genes_trial.read(genes_page, "results").query("estimate_type == 'auc' and marker == 'tmb_per_mb'").iloc[0]
    assert f"AUC {interval(area['estimate'], area['ci_low'], area['ci_high'])}" in " ".join(
        tool.locator("svg").nth(1).text_content().split()
    )
    for marker, groups in {"Signature": ("> 0.5", "<= 0.5"), "Smoker": ("1", "0")}.items():
        text = told(page, tool, "pfs", marker)
        for group in groups:
            row = expected(genes_page, "pfs", marker.lower(), group)
            assert of_time(row) in text
    assert page.is_clean()


def test_who_chooses_faster_than_figures_are_drawn_sees_the_last_choice_alone(
    opened: Callable[..., Any], genes_page: Path
) -> None:
    """The curve of sensitivity of the first marker was drawn beside the figures of the second one."""
    page = opened(genes_page)
    tool = chooser(page)
    page.tab.evaluate(
        """() => {
          const tool = document.querySelector("[data-tool=compare]");
          const say = (label, value) => {
            const box = tool.querySelector(`[aria-label=${label}]`);
            box.value = value;
            box.dispatchEvent(new Event("change", { bubbles: true }));
          };
          const first = tool.querySelector("[aria-label=Marker]").value;
          say("Marker", first);
          say("Endpoint", "pfs");
        }"""
    )
    page.until("document.querySelector('.said').textContent.includes('events')")
    page.tab.wait_for_timeout(1500)
    assert tool.locator(".chart").count() == 1 and tool.locator("svg").count() == 1 and page.is_clean()


def test_without_a_number_there_is_no_cutoff(opened: Callable[..., Any], genes_page: Path) -> None:
    """An empty field was a cutoff of 0, with everybody above it."""
    page = opened(genes_page)
    tool = chooser(page)
    tool.get_by_label("Groups").select_option("own")
    for text, said in (("", "Write a number"), ("5", "≥ 5"), ("", "Write a number")):
        tool.get_by_label("Own cutoff").fill(text)
        page.until("said => document.querySelector('.said').textContent.includes(said)", said)
    assert tool.locator(".chart").count() == 0 and "≥" not in tool.locator(".said").inner_text() and page.is_clean()


def test_levels_stand_from_low_to_high(opened: Callable[..., Any], genes_page: Path) -> None:
    """They stood as patients came in the table: IC1, IC0, IC2, IC3."""
    page = opened(genes_page)
    text = told(page, chooser(page), "pfs", "Stage")
    places = [text.index(f"Stage: {level}:") for level in ("low", "middle", "high")]
    assert places == sorted(places) and page.is_clean()
