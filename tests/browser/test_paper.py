"""The page on paper: A4, the sections that are taken along, whole tables with their heads, letters as on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
TAKEN = ["summary", "who", "efficacy", "together", "safety"]
INNER = 710
"""Pixels between the margins of a page: 188 mm at 96 per inch."""


SEEN = "const seen = (all) => [...document.querySelectorAll(all)].filter((one) => one.checkVisibility());"


def of_page(page: Any, found: str) -> Any:
    """What an expression gives that may ask `seen(SELECTOR)` for the elements that are shown."""
    return page.tab.evaluate(f"() => {{ {SEEN} return {found}; }}")


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_trial_takes_at_most_eight_pages(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page)
    page.all_drawn()
    before = page.tab.evaluate("document.querySelector('#figure-pfs_all svg').viewBox.baseVal.width")
    pdf = page.tab.pdf(prefer_css_page_size=True)
    assert 2 <= pages_of(pdf) <= 8
    assert re.findall(rb"/MediaBox\s*\[0 0 (\d+)[\d.]* (\d+)", pdf)[0] == (b"594", b"841")  # A4 in points
    # As it was on the screen.
    assert page.tab.evaluate("document.querySelector('#figure-pfs_all svg').viewBox.baseVal.width") == before
    assert page.is_clean()


def test_nothing_is_cut_and_heads_are_repeated(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page, width=INNER)
    page.all_drawn()
    page.tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.tab.emulate_media(media="print")
    shown = of_page(page, "seen('main > section').map((one) => one.id)")
    assert shown == TAKEN
    right = f"one.getBoundingClientRect().right > {INNER + 1}"
    wide = f"seen('main *').filter((one) => !one.closest('svg') && {right}).map((one) => one.outerHTML.slice(0, 200))"
    assert of_page(page, wide) == []
    heads = page.tab.eval_on_selector_all(".static thead", "all => all.map((one) => getComputedStyle(one).display)")
    assert set(heads) == {"table-header-group"}
    # Two figures beside one another whose letters are not much smaller than on the screen.
    scale = "one.getBoundingClientRect().width / one.viewBox.baseVal.width"
    scales = of_page(page, f"seen('figure svg').map((one) => {scale})")
    assert len(scales) >= 3 and min(scales) > 0.7
    assert of_page(page, "seen('.tools, .pages, #bar, .grid').length") == 0
    page.tab.evaluate("dispatchEvent(new Event('afterprint'))")


def test_what_was_never_scrolled_to_is_printed_drawn(opened: Callable[..., Any], trial_page: Path) -> None:
    """As by Ctrl+P: the browser waits for what a listener of `beforeprint` began, timers excepted."""
    page = opened(trial_page)
    taken = ".on-paper [data-figure] .chart"
    assert page.tab.locator(f"{taken}:not([data-drawn])").count() >= 3
    assert 2 <= pages_of(page.tab.pdf(prefer_css_page_size=True)) <= 8
    assert page.tab.locator(f"{taken}:not([data-drawn])").count() == 0
    # As it was: one option of each choice, nothing more open.
    assert page.tab.locator(".choice").count() >= 3
    more = "[...document.querySelectorAll('.choice')].filter((one) => "
    more += "one.querySelectorAll(':scope > .option:not([hidden])').length !== 1).length"
    assert page.tab.evaluate(more) == 0 and page.tab.locator("main details[open]").count() == 0
    page.tab.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    page.tab.get_by_text("Export").click()
    page.tab.get_by_role("button", name="Print").click()
    page.tab.wait_for_selector("body[data-printed=yes]")
    assert page.is_clean()


def test_figures_are_light_on_paper_whatever_the_screen_is(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page, scheme="dark")
    page.all_drawn()
    light = """() => [...document.querySelectorAll(".on-paper [data-figure] svg .role-axis-label text")]
      .filter((one) => one.checkVisibility()).every((one) => {
        const colour = getComputedStyle(one).fill.match(/\\d+/g).map(Number);
        return Math.max(...colour.slice(0, 3)) < 120;
      })"""
    assert not page.tab.evaluate(light)
    page.tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.until(f"({light})()")
    page.tab.evaluate("dispatchEvent(new Event('afterprint'))")
    page.until(f"!({light})()")
    assert page.is_clean()


def test_no_heading_ends_a_page(opened: Callable[..., Any], trial_page: Path) -> None:
    """What is not shown leaves no place between a heading and its table at which a page could end."""
    page = opened(trial_page, width=INNER)
    page.tab.emulate_media(media="print")
    empty = "seen('.table-block > *').filter((one) => !one.offsetHeight).length"
    assert of_page(page, "seen('.table-block').length") > 5 and of_page(page, empty) == 0
