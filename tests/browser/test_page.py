"""The page in a real browser: every figure is drawn, nothing is complained of, nothing is asked of a network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from biomarkers.cli.app import run

TRIAL = Path(__file__).parents[1] / "unit" / "report" / "trial"
HOSTILE = (
    '</script><script>document.body.dataset.hacked=1</script>"><img src=x onerror="document.body.dataset.hacked=1">'
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=30000",
    "--window-size=1280,900",
]
FLAGS.append("--host-resolver-rules=MAP * ~NOTFOUND")


BROWSERS_OWN = r"https?://[\w.-]+\.(google|googleapis|gstatic)\.com[/:]"
"""What chromium asks for by itself (updates, time, accounts) whatever the page; none of it is reached here."""


@pytest.fixture
def chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        message = "chromium is not installed (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("title", ["A trial", HOSTILE])
def test_page_in_a_browser(chromium: str, title: str, tmp_path: Path) -> None:
    names = ("cohort", "results", "memberships", "rates", "groups", "flow", "tmb", "adverse-events")
    for name in names:
        shutil.copy(TRIAL / f"{name.replace('-', '_')}.tsv", tmp_path / f"{name}.tsv")
    if title == HOSTILE:
        results, quoted = tmp_path / "results.tsv", '"' + HOSTILE.replace('"', '""') + '"'
        results.write_text(results.read_text().replace("\tsmoker\t", f"\t{quoted}\t"))
        cohort = tmp_path / "cohort.tsv"
        cohort.write_text(cohort.read_text().replace("smoker", quoted).replace("\tNE\t", f"\t{quoted}\t"))
    page, log = tmp_path / "index.html", tmp_path / "net.json"
    options = [part for name in names for part in (f"--{name}", f"{tmp_path}/{name}.tsv")]
    assert run(["report", *options, "--title", title, "--page", str(page)]) == 0
    figures = page.read_text("utf-8").count("<figure ")

    started = [
        chromium,
        *FLAGS,
        f"--user-data-dir={tmp_path}/profile",
        f"--log-net-log={log}",
        "--dump-dom",
        page.as_uri(),
    ]
    done = subprocess.run(started, capture_output=True, text=True, timeout=120, check=True)
    drawn = re.sub(r"<script.*?</script>", "", done.stdout, flags=re.DOTALL)
    assert 'data-ready="yes"' in drawn and "data-hacked" not in drawn
    assert drawn.count('data-drawn="yes"') == figures >= 14
    assert len(re.findall(r"<svg[^>]*>", drawn)) == figures
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    asked = {
        event["params"]["url"]
        for event in json.loads(log.read_text())["events"]
        if str(event.get("params", {}).get("url", "")).startswith(("http", "ws"))
        and not re.match(BROWSERS_OWN, event["params"]["url"])
    }
    assert asked == set()
