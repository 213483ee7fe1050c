"""The page in a real browser: all of it is drawn, nothing is complained of, nothing is asked of a network."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables
from biomarkers.report.figures.kaplan_meier import at_risk, steps
from biomarkers.report.numbers import interval, median
from pages import NAMES, TRIAL, chooser, data_of, store_of

HOSTILE = (
    '</script><script>document.body.dataset.hacked=1</script>"><img src=x onerror="document.body.dataset.hacked=1">'
)
pytestmark = pytest.mark.slow


def csv_of(opened: Any, button: Any) -> list[list[str]]:
    """The rows of the CSV file that a button gives."""
    with opened.tab.expect_download() as waiting:
        button.click()
    text = Path(waiting.value.path()).read_text("utf-8")
    assert text.startswith("\ufeff")  # without it Excel reads the file as Latin-1
    return list(csv.reader(text[1:].splitlines()))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_everything_is_drawn_and_fits(opened: Callable[..., Any], trial_page: Path, width: int, scheme: str) -> None:
    page = opened(trial_page, width=width, scheme=scheme)
    page.all_drawn()
    store = store_of(trial_page.read_text("utf-8"))
    drawn = page.tab.eval_on_selector_all("[data-figure] .chart[data-drawn=yes] svg", "found => found.length")
    assert drawn == len(store["figures"]) >= 14
    assert len(page.tab.query_selector_all(".tabulator")) == len(store["tables"])
    assert page.tab.evaluate("document.documentElement.scrollWidth") == width
    assert page.is_clean()


@pytest.mark.parametrize("name", [HOSTILE, 'a\\"b', "it's {{7*7}} ${x} \\", "=HYPERLINK(1)", "\u202eegap"])
def test_hostile_names_stay_text(opened: Callable[..., Any], tmp_path: Path, name: str) -> None:
    for one in NAMES:
        shutil.copy(TRIAL / f"{one.replace('-', '_')}.tsv", tmp_path / f"{one}.tsv")
    results, quoted = tmp_path / "results.tsv", '"' + name.replace('"', '""') + '"'
    results.write_text(results.read_text().replace("\tsmoker\t", f"\t{quoted}\t"))
    cohort = tmp_path / "cohort.tsv"
    cohort.write_text(cohort.read_text().replace("smoker", quoted).replace("\tNE\t", f"\t{quoted}\t"))
    memberships = tmp_path / "memberships.tsv"
    memberships.write_text(memberships.read_text().replace("\tever\n", f"\t{quoted}\n"))
    path = tmp_path / "index.html"
    options = [part for one in NAMES for part in (f"--{one}", f"{tmp_path}/{one}.tsv")]
    assert run(["report", *options, "--title", name, "--page", str(path)]) == 0
    page = opened(path)
    page.all_drawn()
    assert page.tab.query_selector(".failed, [data-hacked], main img") is None
    assert len(page.tab.query_selector_all("[data-figure] .chart svg")) == len(
        store_of(path.read_text("utf-8"))["figures"]
    )
    assert page.is_clean()


def test_a_table_sorts_finds_chooses_columns_and_keeps_what_it_shows(
    opened: Callable[..., Any], trial_page: Path
) -> None:
    page = opened(trial_page)
    store = store_of(trial_page.read_text("utf-8"))
    name = next(name for name, one in store["tables"].items() if one["caption"].startswith("All tests"))
    holder = page.tab.locator(f"#table-{name}")
    holder.scroll_into_view_if_needed()
    holder.locator(".tabulator-row").first.wait_for()
    heads = [one["title"] for one in store["tables"][name]["columns"]]

    def shown(column: str) -> list[str]:
        return holder.locator(f".tabulator-row [tabulator-field=c{heads.index(column)}]").all_inner_texts()

    # By key: the heading is a button. Numbers as numbers, empty cells last both ways.
    head = holder.get_by_role("button", name="p", exact=True)
    holder.locator('[aria-label="Endpoint"]').select_option("PFS")
    for reverse in (False, True):
        head.focus()
        page.tab.keyboard.press("Enter")
        values = [float(text.replace("< ", "")) for text in shown("p") if text]
        assert values == sorted(values, reverse=reverse) and len(values) > 2
    assert head.get_attribute("title").startswith("Two-sided p-value")

    holder.get_by_placeholder("find rows").fill("log-rank pfs")
    assert set(shown("Method")) == {"Log-rank"}
    holder.get_by_text("Columns", exact=True).click()
    holder.get_by_label("Missing", exact=True).uncheck()
    holder.get_by_label("Note", exact=True).check()
    page.tab.keyboard.press("Escape")
    rows = csv_of(page, holder.get_by_role("button", name="CSV"))
    assert rows[0] == [head for head in heads if head != "Missing"]
    results = tables.read(TRIAL / "results.tsv", "results").query("endpoint == 'pfs' and method == 'logrank'")
    assert {float(row[heads.index("p")]) for row in rows[1:] if row[heads.index("Method")] == "Log-rank"} == set(
        results["p_value"]
    )
    # Filters, and what is folded under a question: by key.
    holder.get_by_placeholder("find rows").fill("")
    holder.locator('[aria-label="Endpoint"]').select_option("")
    holder.locator('[aria-label="Role"]').select_option("primary")
    assert set(shown("Role")) == {"primary"}
    fold = holder.get_by_role("button", name="Show the further estimates").first
    fold.focus()
    page.tab.keyboard.press("Enter")
    assert len(shown("Role")) > 1 and "AUC" in shown("Estimate of")
    holder.locator('[aria-label="Role"]').select_option("")
    holder.locator('[aria-label="p at most"]').fill("0.05")
    assert all(float(text.replace("< ", "")) <= 0.05 for text in shown("p"))
    assert page.is_clean()


def test_rows_sort_within_their_kind_and_folded_ones_are_found_and_kept(
    opened: Callable[..., Any], trial_page: Path
) -> None:
    page = opened(trial_page)
    about = store_of(trial_page.read_text("utf-8"))["tables"]
    name = next(name for name, one in about.items() if one["caption"].startswith("All tests"))
    heads = [one["title"] for one in about[name]["columns"]]
    holder = page.tab.locator(f"#table-{name}")
    holder.scroll_into_view_if_needed()
    holder.locator(".tabulator-row").first.wait_for()
    holder.get_by_label("Page Size").select_option("100")

    def shown(title: str) -> list[str]:
        return holder.locator(f".tabulator-row [tabulator-field=c{heads.index(title)}]").all_inner_texts()

    for _ in ("up", "down"):
        holder.get_by_role("button", name="Estimate", exact=True).click()
        kinds = [kind for kind, _ in groupby(shown("Estimate of"))]
        assert len(kinds) == len(set(kinds)) > 2
    holder.get_by_placeholder("find rows").fill("auc")
    found = shown("Estimate of")
    assert found and "AUC" not in found  # it is the estimate of folded rows
    rows = csv_of(page, holder.get_by_role("button", name="CSV"))
    assert [row[heads.index("Estimate of")] for row in rows].count("AUC") == len(found) < len(rows) - 1
    assert page.is_clean()


NEEDED = """rows => rows.filter(row => row.checkVisibility()).map(row => {
  const cells = [...row.querySelectorAll(".tabulator-cell")].map(cell => {
    const inside = document.createRange();
    inside.selectNodeContents(cell);
    return inside.getBoundingClientRect().height;
  });
  return [row.getBoundingClientRect().height, Math.max(...cells)];
})"""
"""Height of each row, and of the text of its tallest cell."""


def test_rows_are_as_tall_as_their_text(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page)
    page.all_drawn()
    heights = page.tab.eval_on_selector_all(".tabulator-row", NEEDED)
    assert len(heights) > 80
    assert [(tall, needed) for tall, needed in heights if not needed < tall < needed + 14] == []


def test_no_row_is_cut_off_in_a_low_window(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page)
    page.tab.set_viewport_size({"width": 1280, "height": 300})
    page.all_drawn()
    below = """[...document.querySelectorAll(".tabulator")].map((grid) => {
      const rows = [...grid.querySelectorAll(".tabulator-row")];
      return rows.at(-1).getBoundingClientRect().bottom - grid.getBoundingClientRect().bottom;
    })"""
    assert max(page.tab.evaluate(below)) < 1


def test_a_figure_can_be_kept(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page)
    figure = page.tab.locator("#figure-pfs_all")
    figure.scroll_into_view_if_needed()
    figure.locator("svg").wait_for()
    for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.tab.expect_download() as waiting:
            figure.get_by_role("button", name=kind).click()
        assert Path(waiting.value.path()).read_bytes().startswith(begins)
    rows = csv_of(page, figure.get_by_role("button", name="CSV"))
    cohort = tables.read(TRIAL / "cohort.tsv", "cohort")
    assert {"time", "survival", "at_risk"} <= set(rows[0])
    time = rows[0].index("time")
    assert max(float(row[time]) for row in rows[1:] if row[time]) == cohort["pfs_months"].max()
    assert page.is_clean()


def test_a_formula_is_no_formula_in_a_spreadsheet(opened: Callable[..., Any], tmp_path: Path) -> None:
    """OWASP, CSV injection: a cell that begins with = + - @ is preceded by a quote, numbers are not."""
    cohort = tmp_path / "cohort.tsv"
    cohort.write_text('patient\tsite\tscore\nP1\t"=HYPERLINK(""http://x"")"\t-1.5\nP2\t@SUM(A1)\t2\n')
    path = tmp_path / "index.html"
    assert run(["report", "--cohort", str(cohort), "--page", str(path)]) == 0
    page = opened(path)
    page.tab.get_by_text("Export").click()
    rows = csv_of(page, page.tab.get_by_role("button", name="Patients (CSV)"))
    assert rows[1] == ["P1", '\'=HYPERLINK("http://x")', "-1.5"] and rows[2] == ["P2", "'@SUM(A1)", "2"]


def test_the_navigation_shows_where_one_reads(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page)
    assert page.tab.locator("#bar nav [aria-current]").inner_text() == "Result"
    page.tab.locator("#bar nav a", has_text="Safety").click()
    page.until("document.querySelector('#bar nav [aria-current]').textContent === 'Safety'")
    assert page.tab.locator("#bar").bounding_box()["y"] == 0


def test_the_main_numbers_are_read_without_a_script(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page, script=False)
    text = " ".join(page.tab.locator("body").inner_text().split())
    rate = tables.read(TRIAL / "rates.tsv", "rates").query("endpoint == 'orr' and definition == 'all_treated'").iloc[0]
    assert f"{rate['events']:.0f} of {rate['n']:.0f} treated" in text and "Objective response rate" in text
    assert "No association of response with TMB" in text and "p = 0.066" in text
    assert "Objective response rate (ORR)" in text
    assert "Enrolled n = 42" in text


CONTRASTS = """() => {
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((one) => one / 255)
    .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const paper = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll(".chart svg text")]
    .filter((one) => one.textContent.trim() && one.checkVisibility())
    .map((one) => [one.textContent, light(getComputedStyle(one).fill)])
    .map(([text, own]) => [text, (Math.max(own, paper) + 0.05) / (Math.min(own, paper) + 0.05)])
    .filter(([, contrast]) => contrast < 4.5);
}"""
"""Texts of figures, which axe does not judge, whose contrast to the page is below that of WCAG 2.1, 1.4.3."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["trial_page", "genes_page"])
def test_nothing_serious_for_who_cannot_see_or_point(
    opened: Callable[..., Any], request: pytest.FixtureRequest, kind: str, scheme: str
) -> None:
    """axe-core's rules of WCAG 2.1, A and AA, its own of headings and landmarks: everything drawn,
    a gene shown and compared, the drawer open."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened(request.getfixturevalue(kind), scheme=scheme)
    page.all_drawn()
    if kind == "genes_page":
        page.tab.locator("[data-tool=gene]").get_by_label("Gene").select_option("KRAS")
        page.until("document.querySelector('[data-tool=gene]').dataset.gene === 'KRAS'")
        tool = page.tab.locator("[data-tool=compare]")
        tool.get_by_label("Endpoint").select_option("pfs")
        tool.get_by_label("Marker").select_option(label="KRAS")
        page.until("document.querySelector('[data-tool=compare] .said p').textContent.includes('KRAS mutated')")
        tool.locator("svg").first.wait_for()
        assert page.tab.locator("[id^=figure-cutoffs] svg").count() >= 1
    assert page.tab.evaluate(CONTRASTS) == []
    page.tab.get_by_label("Find a patient").fill("P01" if kind == "trial_page" else "p1")
    page.tab.keyboard.press("Enter")
    assert page.tab.get_by_role("complementary", name="Patient").is_visible()
    found = Axe().run(page.tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    serious = [one for one in found.response["violations"] if one["impact"] != "minor"]
    told = [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in serious]
    assert told == []


def test_colours_of_the_reader_leave_what_is_current_to_be_seen(opened: Callable[..., Any], trial_page: Path) -> None:
    """Forced colours (Windows' high contrast) take backgrounds away, by which alone the section one reads was told."""
    page = opened(trial_page)
    page.tab.emulate_media(forced_colors="active")
    grounds = "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    current, *others = page.tab.eval_on_selector_all("#bar nav a", grounds)
    assert current not in others
    assert page.is_clean()


def test_a_patient_is_marked_everywhere_and_opened(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page)
    page.all_drawn()
    page.tab.get_by_label("Find a patient").fill("P02")
    drawer = page.tab.get_by_role("complementary", name="Patient")
    assert drawer.is_visible() and drawer.locator("h2").inner_text() == "P02"
    assert page.tab.locator(".chart .chosen").count() >= 5
    marked = page.tab.eval_on_selector_all(".chart .chosen", "found => found.map((one) => one.__data__.datum.patient)")
    assert set(marked) == {"P02"}
    page.tab.keyboard.press("Escape")
    assert not drawer.is_visible() and page.tab.locator(".chart .chosen").count() == 0
    # A table turns to the page on which the patient stands.
    page.tab.get_by_label("Find a patient").fill("P35")
    page.tab.locator("[id^=table-data_of_each] .tabulator-row.chosen", has_text="P35").wait_for()
    page.tab.keyboard.press("Escape")
    # From a figure: by key and by click.
    chart = page.tab.locator("#figure-tmb .chart")
    chart.focus()
    page.tab.keyboard.press("ArrowRight")
    page.tab.keyboard.press("Enter")
    first = drawer.locator("h2").inner_text()
    chart.locator("svg path.chosen, svg line.chosen").first.wait_for(state="attached")
    page.tab.get_by_role("button", name="Close").click()
    page.tab.locator("#figure-tmb_per_mb_by_response svg .mark-symbol path").nth(3).click()
    assert drawer.is_visible() and drawer.locator("h2").inner_text() not in ("", first)
    assert page.is_clean()


def test_a_name_that_begins_another_ones_does_not_take_the_keys(opened: Callable[..., Any], tmp_path: Path) -> None:
    """Who typed P10 got the drawer of P1, which took the last key."""
    cohort = tmp_path / "cohort.tsv"
    cohort.write_text("patient\ttmb_per_mb\nP1\t3\nP10\t7\nP2\t8\n")
    assert run(["report", "--cohort", str(cohort), "--page", f"{tmp_path}/index.html"]) == 0
    page = opened(tmp_path / "index.html")
    name = page.tab.locator("#drawer h2")
    for typed, found in (("P10", "P10"), ("p2", "P2")):
        page.tab.get_by_label("Find a patient").fill("")
        page.tab.get_by_label("Find a patient").press_sequentially(typed)
        assert name.inner_text() == found
        page.tab.keyboard.press("Escape")
    page.tab.get_by_label("Find a patient").fill("")
    page.tab.get_by_label("Find a patient").press_sequentially("P1")
    assert not name.is_visible()
    page.tab.keyboard.press("Enter")
    assert name.inner_text() == "P1" and page.is_clean()


def test_the_drawer_tells_all_of_a_patient(opened: Callable[..., Any], detailed_page: Path) -> None:
    page = opened(detailed_page)
    page.tab.get_by_label("Find a patient").fill("p02")
    drawer = page.tab.get_by_role("complementary", name="Patient")
    text = " ".join(drawer.inner_text().split())
    tmb = tables.read(TRIAL / "tmb.tsv", "tmb").query("patient == 'P02'").iloc[0]
    for said in (
        "Treatment start 2023-01-02", "Last dose 2023-08-01", "Death 2024-02-03", "2023-03-01 SD", "2023-05-01 PD",
        f"{tmb['tmb_per_mb']:.3g} per Mb (95% CI {tmb['ci_low']:.3g} to {tmb['ci_high']:.3g})",
        "TPS 1 to below 50", "Assay SP263", "P02-B1, collected 2022-12-01", "old_block",
        "Rash <b> 3 2023-02-01 2023-02-09 yes",
        "KRAS p.Gly12Asp missense", "STK11 p.Gln37Ter depth",
    ):  # fmt: skip
        assert said in text, said
    assert "TP53" not in text  # silent: nothing that could have counted
    drawer.get_by_role("button", name="Next patient").click()
    assert drawer.locator("h2").inner_text() == "P03" and "2023-01-02" not in drawer.inner_text()
    assert page.is_clean()


def test_a_click_on_a_course_opens_the_patient(opened: Callable[..., Any], tmp_path: Path) -> None:
    visits = tmp_path / "visits.tsv"
    lines = [f"P0{place}\t57\tSD\t{10 * place - 60}" for place in range(1, 9)]
    visits.write_text("\n".join(["patient\tday\tresponse\tchange_percent", *lines]) + "\n")
    path = tmp_path / "index.html"
    options = ["--cohort", f"{TRIAL}/cohort.tsv", "--visits", str(visits), "--page", str(path)]
    assert run(["report", *options]) == 0
    page = opened(path)
    for name in ("waterfall", "spider", "time_on_study"):
        figure = page.tab.locator(f"#figure-{name}")
        figure.scroll_into_view_if_needed()
        figure.locator("svg").wait_for()
        marks = ".mark-rect.role-mark path" if name != "spider" else ".mark-symbol.role-mark path"
        figure.locator(marks).nth(1).click()
        page.tab.locator("#drawer h2").wait_for()
        patient = page.tab.locator("#drawer h2").inner_text()
        assert patient.startswith("P") and figure.locator(".chosen").count() >= 1
        page.tab.keyboard.press("Escape")
    assert page.is_clean()


def test_who_clicks_points_that_lie_over_one_another_chooses_among_them(
    opened: Callable[..., Any], trial_page: Path
) -> None:
    """The uppermost one was opened, and nobody saw that there were others."""
    page = opened(trial_page)
    figure = page.tab.locator("#figure-tmb_per_mb_and_pdl1")
    figure.scroll_into_view_if_needed()
    points = figure.locator("svg .mark-symbol.role-mark path")
    points.first.wait_for()
    heaped = """found => found.slice(0, 3).map((one) => {
      one.setAttribute("transform", found.at(-1).getAttribute("transform"));
      return one.__data__.datum.patient;
    }).concat(found.at(-1).__data__.datum.patient)"""
    names = points.evaluate_all(heaped)
    assert len(set(names)) == 4
    among, name = page.tab.get_by_role("group", name="Several marks lie here"), page.tab.locator("#drawer h2")
    points.last.click()
    assert sorted(among.get_by_role("button").all_inner_texts()) == sorted(names) and not name.is_visible()
    assert among.get_by_role("button").first.inner_text() == names[-1]
    page.tab.keyboard.press("Escape")
    page.until("document.querySelector('.among') === null")
    points.last.click()
    among.get_by_role("button", name=names[1], exact=True).click()
    assert name.inner_text() == names[1] and among.count() == 0
    page.tab.keyboard.press("Escape")
    points.last.click()
    page.tab.keyboard.press("Enter")
    assert name.inner_text() == names[-1] and page.is_clean()


def test_names_of_the_flow_open_by_click_and_by_key(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page, width=390)
    out = page.tab.locator(".flow details", has_text="without a tumor sample").first
    names = out.locator("button.patient")
    assert not names.first.is_visible()
    out.locator("summary").focus()
    page.tab.keyboard.press("Enter")
    assert names.all_inner_texts() == ["P06", "P12", "P31"]
    names.nth(1).click()
    drawer = page.tab.get_by_role("complementary", name="Patient")
    assert drawer.locator("h2").inner_text() == "P12"
    page.tab.keyboard.press("Escape")
    names.nth(2).focus()
    page.tab.keyboard.press("Enter")
    assert drawer.locator("h2").inner_text() == "P31"
    assert page.is_clean()


def test_table_1_stands_whole_and_in_its_order(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page)
    store = store_of(trial_page.read_text("utf-8"))
    name = next(name for name, one in store["tables"].items() if one["caption"].startswith("Table 1"))
    holder = page.tab.locator(f"#table-{name}")
    holder.scroll_into_view_if_needed()
    holder.locator(".tabulator-row").first.wait_for()
    assert holder.locator(".tabulator-row").count() == store["tables"][name]["rows"]
    assert holder.locator("button.sort").count() == 0
    holder.get_by_text("Columns", exact=True).click()
    holder.get_by_label("Not evaluable, n = 1", exact=True).check()
    page.tab.keyboard.press("Escape")
    heads, *lines = csv_of(page, holder.get_by_role("button", name="CSV"))
    assert (
        heads[0] == "Characteristic" and "Not evaluable, n = 1" in heads and len(lines) == store["tables"][name]["rows"]
    )
    assert page.is_clean()


def test_the_data_of_each_patient_have_signs_of_four_shapes(opened: Callable[..., Any], detailed_page: Path) -> None:
    page = opened(detailed_page)
    holder = page.tab.locator("[id^=table-data_of_each]")
    holder.scroll_into_view_if_needed()
    holder.locator(".tabulator-row").first.wait_for()
    holder.get_by_label("Page Size").select_option("50")
    signs = holder.locator(".state [role=img]")
    words = [label.partition(":")[0] for label in signs.evaluate_all("f => f.map((one) => one.ariaLabel)")]
    pairs = set(zip(words, signs.all_inner_texts(), strict=True))
    assert len(pairs) == len({sign for _, sign in pairs}) == len(set(words)) >= 3
    holder.locator('[aria-label="Response"]').select_option("not evaluable")
    row = holder.locator(".tabulator-row")
    assert row.count() == 1
    row.get_by_role("button", name="P30").focus()
    page.tab.keyboard.press("Enter")
    assert page.tab.locator("#drawer h2").inner_text() == "P30" and "chosen" in row.get_attribute("class")
    assert page.is_clean()


def test_groups_are_compared_as_the_plan_cut_them_or_as_the_reader_does(
    opened: Callable[..., Any], trial_page: Path
) -> None:
    page = opened(trial_page)
    tool = chooser(page)
    said, badge = tool.locator(".said"), tool.locator(".badge")
    assert badge.inner_text() == "primary" and "AUC 0.674" in said.inner_text() and tool.locator("svg").count() == 2
    tool.get_by_label("Endpoint").select_option("pfs")
    groups = tables.read(TRIAL / "groups.tsv", "groups").query("endpoint == 'pfs' and marker == 'tmb_per_mb'")
    page.until("document.querySelector('.said').textContent.includes('months')")
    text, results = said.inner_text(), tables.read(TRIAL / "results.tsv", "results")
    for row in groups[groups["group"].str.contains("10")].itertuples():
        shown = median(row.estimate, row.ci_low, row.ci_high)
        assert f"n = {row.n}, {row.n_events} events, median {shown}" in text
    cox = results.query("endpoint == 'pfs' and marker == 'tmb_per_mb' and method == 'cox' and first == '>= 10'").iloc[0]
    assert f"hazard ratio {interval(cox['estimate'], cox['ci_low'], cox['ci_high'])}" in text and "p = " in text
    tool.get_by_label("Groups").select_option("own")
    tool.get_by_label("Own cutoff").fill("5")
    page.until("document.querySelector('.badge').textContent === 'not in the plan'")
    assert "p = " not in said.inner_text() and "no p" in said.inner_text()
    cohort = tables.read(TRIAL / "cohort.tsv", "cohort").dropna(subset=["tmb_per_mb", "pfs_months"])
    assert f"n = {int((cohort['tmb_per_mb'] >= 5).sum())}," in said.inner_text()
    tool.locator("svg").first.wait_for()
    # Curves, intervals and numbers at risk are those of the program's own estimator.
    heads, *lines = csv_of(page, tool.get_by_role("button", name="CSV of this figure"))
    numbers = [name for name in heads if name != "group"]
    drawn = pd.DataFrame(lines, columns=heads).replace("", None).astype(dict.fromkeys(numbers, "float64"))
    for group, rows in ((" ≥ 5", cohort["tmb_per_mb"] >= 5), (" < 5", cohort["tmb_per_mb"] < 5)):
        own, times = drawn[drawn["group"].str.endswith(group)], cohort[rows]
        expected = steps(times["pfs_months"], times["pfs_event"])
        curve = own[own["survival"].notna()]
        for column in ("time", "survival", "low", "high", "at_risk", "censored"):
            assert curve[column].tolist() == pytest.approx(expected[column].tolist(), rel=1e-6), column
        risk = own[own["n"].notna()]
        assert risk["n"].tolist() == at_risk(times["pfs_months"], risk["time"].tolist())
    assert page.is_clean()


def test_shares_and_sensitivities_of_a_cutoff_are_those_of_the_cohort(
    opened: Callable[..., Any], trial_page: Path
) -> None:
    """Of PD-L1, too, of which some are known as an interval: who is on neither side of a cutoff is in no group."""
    page = opened(trial_page)
    tool = chooser(page)
    cohort = tables.read(TRIAL / "cohort.tsv", "cohort").dropna(subset=["responder"])
    known = cohort.dropna(subset=["tmb_per_mb"])
    yes, no = (known.loc[known["responder"].eq(one), "tmb_per_mb"] for one in (1, 0))
    at = sorted(known["tmb_per_mb"].unique(), reverse=True)
    shares = [(float((no >= cut).mean()), float((yes >= cut).mean())) for cut in at]
    heads, *points = csv_of(page, tool.get_by_role("button", name="CSV of this figure").nth(1))
    drawn = [dict(zip(heads, row, strict=True)) for row in points]
    found = [(float(row["specificity"]), float(row["sensitivity"])) for row in drawn if row["at"]]
    assert [one for pair in found for one in pair] == pytest.approx([one for pair in shares for one in pair])
    tool.get_by_label("Marker").select_option(label="PD-L1")
    tool.get_by_label("Groups").select_option("own")
    low, high = cohort["pdl1_low"], cohort["pdl1_high"]
    tool.get_by_label("Own cutoff").fill("50")
    page.until("document.querySelector('.said').textContent.includes('≥ 50')")
    sides = {"≥ 50": low >= 50, "< 50": (high < 50) | ((high == 50) & (low < 50))}
    for name, rows in sides.items():
        n, events = int(rows.sum()), int(cohort.loc[rows, "responder"].sum())
        assert f"{name}: {events}/{n}, " in tool.locator(".said").inner_text(), tool.locator(".said").inner_text()
    assert page.is_clean()


def test_a_patient_of_four_groups_is_opened_by_click_and_by_key(opened: Callable[..., Any], trial_page: Path) -> None:
    page = opened(trial_page)
    figure = page.tab.locator("#figure-tmb_per_mb_and_pdl1")
    figure.scroll_into_view_if_needed()
    figure.locator("svg").wait_for()
    figure.locator("svg .mark-symbol.role-mark path").last.click()  # the one on top of others
    name = page.tab.locator("#drawer h2")
    name.wait_for()
    clicked = name.inner_text()
    drawn = {row["patient"] for rows in data_of(store_of(trial_page.read_text("utf-8")), "tmb_per_mb_and_pdl1")
             for row in rows if "patient" in row}  # fmt: skip
    assert clicked in drawn and figure.locator(".chosen").count() == 1
    page.tab.keyboard.press("Escape")
    figure.locator(".chart").focus()
    for key in ("ArrowRight", "Enter"):
        page.tab.keyboard.press(key)
    assert name.inner_text() in drawn
    assert page.is_clean()
