"""A real Chromium without a network, and pages made of the small trial of tests/unit/report."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import genes_trial
from biomarkers.cli.app import run
from pages import NAMES, TRIAL

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser of the system; playwright only steers it."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium-headless-shell")
    if found is None:
        message = "chromium-headless-shell is not installed (envs/setup.sh slow)"
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


SHEETS = {
    "patients": "patient\ttreatment_start\tlast_dose\tdeath_date\nP02\t2023-01-02\t2023-08-01\t2024-02-03\n",
    "assessments": "patient\tdate\tresponse\nP02\t2023-03-01\tSD\nP02\t2023-05-01\tPD\n",
    "events": "patient\tterm\tsoc\tgrade\tonset\tend\trelated\nP02\tRash <b>\tSkin\t3\t2023-02-01\t2023-02-09\tyes\n",
    "pdl1": "patient\tspecimen\tcollected\tassay\tscore_type\tlow\thigh\tvalue\tstatus\tflags\n"
    "P02\tP02-B1\t2022-12-01\tSP263\tTPS\t1\t50\t\tscored\told_block\n",
    "variants": "patient\tsample\tchrom\tpos\tref\talt\tfilter\tdepth\talt_reads\tvaf\tcaller_af\t"
    "gene\ttranscript\tconsequence\thgvsp\tpopulation_af\texclusion\tcounted_in\n"
    "P02\tT2\tchr1\t10\tA\tT\tPASS\t50\t10\t0.2\t\tKRAS\t\tmissense_variant\tp.Gly12Asp\t\t\tmerino_wes\n"
    "P02\tT2\tchr1\t20\tA\tT\tPASS\t9\t4\t0.4\t\tSTK11\t\tstop_gained\tp.Gln37Ter\t\tdepth\t\n"
    "P02\tT2\tchr1\t30\tA\tT\tPASS\t90\t40\t0.4\t\tTP53\t\tsynonymous_variant\tp.Arg1=\t\tconsequence\t\n",
}
"""What is known of one patient beside the small trial."""


@pytest.fixture(scope="session")
def detailed_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the small trial with everything of P02."""
    folder = tmp_path_factory.mktemp("detailed")
    options = [part for name in NAMES for part in (f"--{name}", f"{TRIAL}/{name.replace('-', '_')}.tsv")]
    for name, text in SHEETS.items():
        (folder / f"{name}.tsv").write_text(text)
        options += [f"--{name}", f"{folder}/{name}.tsv"]
    assert run(["report", *options, "--page", f"{folder}/index.html"]) == 0
    return folder / "index.html"


GO_THROUGH = """async () => {
  const waits = ".chart:not([data-drawn]):not(.failed)";
  for (const one of document.querySelectorAll("[data-figure], [data-table], [data-tool]")) {
    const option = one.closest(".option");
    if (option) {
      const place = [...option.parentElement.querySelectorAll(":scope > .option")].indexOf(option);
      option.parentElement.querySelectorAll("input[type=radio]")[place]?.click();
    }
    one.scrollIntoView();
    const open = () => one.querySelector(waits) || (one.dataset.table && !one.dataset.shown);
    for (let i = 0; i < 3 || (i < 400 && open()); i++) await new Promise((next) => setTimeout(next, 25));
  }
  for (const one of document.querySelectorAll(".choice")) one.querySelector("input[type=radio]")?.click();
}"""
"""By timers: a browser that draws no frames any more would leave one that asks for frames waiting for ever."""


@pytest.fixture(scope="session")
def genes_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a trial with genes, sequenced by several panels; its tables are beside it."""
    return genes_trial.made(tmp_path_factory.mktemp("genes"))


class Opened:
    """A page in a browser, with all that it said on the console and asked of a network."""

    def __init__(self, context: Any, path: Path, script: bool) -> None:
        self.tab = context.new_page()
        self.tab.set_default_timeout(300_000)  # a busy machine is slow, not wrong
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
        self.tab.evaluate("document.querySelectorAll('main details.fold').forEach((one) => { one.open = true; })")
        self.tab.evaluate(GO_THROUGH)
        self.until(
            "document.querySelectorAll('[data-figure] .chart:not([data-drawn]):not(.failed)').length === 0"
            " && document.querySelectorAll('[data-table]:not([data-shown])').length === 0"
        )

    def until(self, holds: str, given: Any = None) -> None:
        """Wait until an expression of JavaScript holds; the page's policy forbids playwright to ask for it in there."""
        for _ in range(3_000):
            if self.tab.evaluate(holds, given):
                return
            self.tab.wait_for_timeout(100)
        raise AssertionError(f"never held: {holds}")

    def is_clean(self) -> bool:
        """Nothing said, nothing asked but the page itself."""
        outside = [url for url in self.asked if not url.startswith(("file:", "data:", "blob:"))]
        assert (self.said, outside) == ([], [])
        return True


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[..., Opened]]:
    """Opens a page with the network off; width: of the window in pixels, touched below 600; scheme: light or dark."""
    contexts = []

    def open_page(path: Path, *, width: int = 1280, scheme: str = "light", script: bool = True) -> Opened:
        size = {"width": width, "height": 900}
        context = chromium.new_context(
            viewport=size, color_scheme=scheme, offline=True, java_script_enabled=script, has_touch=width < 600
        )
        contexts.append(context)
        return Opened(context, path, script)

    yield open_page
    for context in contexts:
        context.close()
