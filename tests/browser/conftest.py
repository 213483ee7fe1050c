"""A real Chromium without a network, and pages made of the small trial of tests/unit/report."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from biomarkers.cli.app import run
from pages import NAMES, TRIAL

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser of the system; playwright only steers it."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium")
    if found is None:
        message = "chromium is not installed (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as steered:
        browser = steered.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def trial_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the small trial."""
    page = tmp_path_factory.mktemp("trial") / "index.html"
    options = [part for name in NAMES for part in (f"--{name}", f"{TRIAL}/{name.replace('-', '_')}.tsv")]
    assert run(["report", *options, "--plan", f"{TRIAL}/plan.yaml", "--title", "A trial", "--page", str(page)]) == 0
    return page


class Opened:
    """A page in a browser, with all that it said on the console and asked of a network."""

    def __init__(self, context: Any, path: Path, script: bool) -> None:
        self.tab = context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.goto(path.as_uri())
        if script:
            self.tab.wait_for_selector("body[data-ready=yes]")

    def all_drawn(self) -> None:
        """Go through the page, so that all is drawn."""
        for place in self.tab.query_selector_all("[data-figure], [data-table]"):
            place.scroll_into_view_if_needed()
        self.tab.wait_for_function(
            "document.querySelectorAll('[data-figure] .chart:not([data-drawn]):not(.failed)').length === 0"
            " && document.querySelectorAll('[data-table]:not([data-shown])').length === 0"
        )

    def is_clean(self) -> bool:
        """Nothing said, nothing asked but the page itself."""
        outside = [url for url in self.asked if not url.startswith(("file:", "data:", "blob:"))]
        assert (self.said, outside) == ([], [])
        return True


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[..., Opened]]:
    """Opens a page with the network off; width: of the window in pixels; scheme: light or dark."""
    contexts = []

    def open_page(path: Path, *, width: int = 1280, scheme: str = "light", script: bool = True) -> Opened:
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, color_scheme=scheme, offline=True, java_script_enabled=script)
        contexts.append(context)
        return Opened(context, path, script)

    yield open_page
    for context in contexts:
        context.close()
