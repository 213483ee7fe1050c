"""The page as text: policy, escaping, sections that say what is missing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.io import schemas, tables
from biomarkers.io.files import packaged
from biomarkers.report.drawing import svg
from biomarkers.report.given import Tables
from biomarkers.report.page import Page, as_script_data, page
from biomarkers.report.reading import read
from biomarkers.report.store import DIRECTIONAL
from pages import data_of, rows, store_of, table

TRIAL = Path(__file__).parent / "trial"
NAMES = ("cohort", "results", "memberships", "groups", "rates", "flow")
HOSTILE = '</script><script>alert(1)</script><!--\u2028"><img src=x onerror=alert(2)>{{7*7}}'


class Elements(HTMLParser):
    """Elements of a page in order: (tag, attributes, text until its end when it is a script)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.inside = tag
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.found and self.inside == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)
        elif getattr(self, "inside", "") != "style":
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""


@pytest.fixture(scope="module")
def full() -> Page:
    return page(read(None, **{name: TRIAL / f"{name}.tsv" for name in NAMES}), title="A trial")


@pytest.fixture(scope="module")
def hostile() -> Page:
    cohort = pd.DataFrame(
        {
            "patient": [f"{HOSTILE}{i}" for i in range(8)],
            "responder": [1, 0] * 4,
            "best_response": [HOSTILE, "PD"] * 4,
            HOSTILE: [float(i) for i in range(8)],
            "tmb_per_mb": [float(i) for i in range(8)],
            "arm": [HOSTILE, "b"] * 4,
            "pfs_months": [float(i + 1) for i in range(8)],
            "pfs_event": [1, 0] * 4,
        }
    )
    row = {
        "family": HOSTILE, "role": "primary", "endpoint": "response", "marker": HOSTILE, "method": "mann_whitney",
        "contrast": f"{HOSTILE} vs b", "n": 8, "n_events": 4, "n_missing": 0, "estimate": 1.0,
        "estimate_type": "hodges_lehmann", "ci_low": 0.5, "ci_high": float("inf"), "statistic": 1.0, "p_value": 0.01,
        "q_value": 0.01, "note": HOSTILE, "test": "t", "marker_class": "declared", "first": HOSTILE, "second": "b",
    }  # fmt: skip
    curve = row | {"role": "exploratory", "endpoint": "pfs", "marker": "arm", "method": "logrank", "test": "u"}
    members = pd.DataFrame({"test": "u", "patient": cohort["patient"], "group": cohort["arm"]})
    flow = pd.DataFrame({"step": ["enrolled"], "n": [8], "excluded": [1], "reason": [HOSTILE], "patients": [HOSTILE]})
    results = pd.DataFrame([row, curve]).reindex(columns=schemas.columns("results"))
    given = Tables(cohort, results=results, memberships=members, flow=flow, plan={"seed": HOSTILE})
    return page(given, title=HOSTILE)


def test_nothing_is_loaded_from_anywhere(full: Page) -> None:
    for tag, attributes in Elements(full.html).found:
        assert tag not in ("link", "iframe", "object", "embed", "base", "img", "form"), tag
        assert "src" not in attributes
        assert not (attributes.get("href") or "#").lstrip("#").startswith(("http", "//", "data", "javascript"))


def test_policy_forbids_connections_and_allows_the_page_s_scripts_by_hash_only(full: Page) -> None:
    elements = Elements(full.html)
    policy = next(a["content"] for t, a in elements.found if t == "meta" and a.get("http-equiv"))
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in rules["script-src"] and "connect-src" not in rules
    code = [text for attributes, text in elements.scripts if attributes.get("type") != "application/json"]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in code]
    assert rules["script-src"].split() == [f"'sha256-{value}'" for value in hashes]
    assert len(code) == 3


def test_every_figure_is_data_with_words_beside_it(full: Page) -> None:
    specs = store_of(full.html)["figures"]
    assert list(specs) == [figure.name for figure in full.figures] and len(specs) >= 12
    assert all(spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/") for spec in specs.values())
    labels = [a["aria-label"] for _, a in Elements(full.html).found if a.get("class") == "chart"]
    assert labels == [figure.alt for figure in full.figures]
    assert all(re.match(r"(n = \d|\d+ of \d)", figure.caption) for figure in full.figures)
    assert not any("url" in data for spec in specs.values() for data in [spec.get("data", {})])
    for figure in full.figures:  # the store has every row of the data that the figure was made with
        assert sum(map(len, data_of(store_of(full.html), figure.name))) == sum(
            map(len, figure.spec["datasets"].values())
        )


def test_hostile_text_stays_text(hostile: Page) -> None:
    elements = Elements(hostile.html)
    assert not [t for t, _ in elements.found if t == "img"]
    assert not [a for _, a in elements.found if any(name.startswith("on") for name in a)]
    code = [text for attributes, text in elements.scripts if attributes.get("type") != "application/json"]
    assert len(code) == 3 and not any("alert(1)" in text for text in code)
    assert HOSTILE in elements.text and "{{7*7}}" in elements.text
    assert len(store_of(hostile.html)["figures"]) == len(hostile.figures) >= 3
    assert all("<" not in text for a, text in elements.scripts if a.get("type") == "application/json")


def test_text_cannot_turn_its_direction() -> None:
    r"""A name with U+202E shows its end backwards: x\u202Egpj.exe reads as xexe.jpg (Unicode TR 36, 3.1)."""
    cohort = pd.DataFrame({"patient": ["A\u202eB", "C"], "responder": [1, 0], "tmb_per_mb": [1.0, 2.0]})
    made = page(Tables(cohort, plan={"markers": {"arm\u2067": {"kind": "binary"}}}), title="Trial \u202eegap \u200f")
    assert "Trial egap" in made.html and rows(store_of(made.html)["patients"])[0]["patient"] == "AB"
    data = Elements(made.html)
    assert not DIRECTIONAL & set(data.text) and not DIRECTIONAL & set("".join(text for _, text in data.scripts))


def test_hostile_text_is_escaped_in_svg_and_kept_out_of_file_names(hostile: Page) -> None:
    for figure in hostile.figures:
        assert re.fullmatch(r"[A-Za-z0-9._]+", figure.name)
        text = svg(figure.spec)
        assert text.startswith("<svg") and "<script" not in text and "<img" not in text


def test_script_data_round_trips() -> None:
    text = as_script_data({HOSTILE: [HOSTILE, None, 1.5]})
    assert json.loads(text) == {HOSTILE: [HOSTILE, None, 1.5]}
    assert not set("<>&\u2028\u2029") & set(text)


def test_missing_inputs_are_said_in_their_sections() -> None:
    made = page(Tables(pd.DataFrame({"patient": ["A"], "age": [50.0]})), title="Nothing much")
    for option in ("--flow", "--rates", "--results", "--tmb"):
        assert f"(option {option})" in made.html
    assert "(clinical.adverse_events of a run's config, option --adverse-events)" in Elements(made.html).text
    assert made.figures == []


def test_what_a_plan_did_not_ask_for_is_not_said_to_be_a_lack_of_options() -> None:
    """Whoever reads the page of a run gave no options."""
    given = Tables(pd.DataFrame({"patient": ["A"], "age": [50.0]}), plan={"markers": {"age": {"kind": "continuous"}}})
    text = " ".join(Elements(page(given, title="No genes").html).text.split())
    assert "No genes are drawn: the plan asks for none (its block `genes`)." in text
    assert "No genes are drawn: that needs" not in text and "(option --plan)" not in text


def test_flow_shows_counts_reasons_and_identifiers(full: Page) -> None:
    text = " ".join(Elements(full.html).text.split())
    assert "Enrolled n = 42" in text and "Sequenced n = 39" in text
    assert (
        "3 left out 2 without a tumor sample; 1 sample failed: 3P06, P12, P31" in text
        and "in pdl1.tsv, not in patients.tsv; nearly P07" in text
    )


def test_roles_stand_apart_and_every_p_has_its_estimate_and_interval(full: Page) -> None:
    rows_ = table(store_of(full.html), "All tests")
    roles = [row["Role"] for row in rows_]
    assert roles == sorted(roles, key=["primary", "secondary", "exploratory"].index) and len(set(roles)) == 3
    row = tables.read(TRIAL / "results.tsv", "results").query("role == 'primary'").iloc[0]
    first = rows_[0]
    assert (first["Estimate of"], first["Estimate"]) == ("Hodges-Lehmann shift", f"{row['estimate']:.2f}")
    assert f"{row['ci_high']:.2f}" in first["95% CI"] and first["p"] == f"{row['p_value']:.3f}"
    assert "STK11" in {row["Marker"] for row in rows_} and first["Family"] == row["family"]


def test_words_are_honest(full: Page) -> None:
    visible = Elements(full.html).text.lower()
    assert "associated" in visible or "association" in visible
    assert "predictive" not in visible and "prognostic" not in visible


def test_notes_name_columns_in_words_and_people_as_they_are(full: Page) -> None:
    """On the page, the drawer and the comparisons of its store included; the tables themselves stay as they are."""
    note = "firth_logistic: response ~ tmb_per_mb + smoking_years; without dna_t1"
    read_in = read(None, cohort=TRIAL / "cohort.tsv", results=TRIAL / "results.tsv")
    assert read_in.results is not None
    results = read_in.results.assign(note=note)
    results.loc[results.index[-1], "subgroup"] = "smoking_years: 3"
    cohort = tables.read(TRIAL / "cohort.tsv", "cohort").assign(smoking_years=3, endpoint_note="no last_alive_date")
    given = Tables(cohort=cohort, results=results)
    store = json.dumps(store_of(page(given, title="A trial").html))
    assert "Firth logistic model: response ~ TMB + smoking years; without dna_t1" in store and note not in store
    assert "smoking years: 3" in store and "smoking_years: 3" not in store
    assert "no last alive date" in store and given.results is not None and set(given.results["note"]) == {note}


def test_same_input_gives_the_same_page(full: Page) -> None:
    again = page(read(None, **{name: TRIAL / f"{name}.tsv" for name in NAMES}), title="A trial")
    assert again.html == full.html


def test_page_is_small_enough_to_mail(full: Page) -> None:
    assert len(full.html.encode()) < 3_000_000


def test_a_step_that_no_table_tells_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "flow.tsv").write_text(
        "step\tn\texcluded\treason\tpatients\nenrolled\t8\t0\t\t\nwith_pdl1\t\t\tno table gives PD-L1\t\n", "utf-8"
    )
    given = Tables(pd.DataFrame({"patient": ["A"]}), flow=tables.read(tmp_path / "flow.tsv", "flow"))
    text = " ".join(Elements(page(given, title="No PD-L1").html).text.split())
    assert "not known" in text and "no table gives PD-L1" in text


def test_the_table_library_is_the_pinned_one() -> None:
    """envs/vendor.sh fetches it and writes the sums; its licence asks that its notice goes along."""
    folder = packaged("report/vendor/tabulator")
    sums = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert {"LICENSE", "tabulator.min.js"} <= set(sums)
    for name, expected in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected, name
    version, _ = (folder / "VERSION").read_text().split()
    assert f"Tabulator v{version}" in (folder / "tabulator.min.js").read_text()[:80]


def test_every_heading_that_stands_for_a_column_explains_itself(full: Page) -> None:
    tables_ = store_of(full.html)["tables"].values()
    helped = {one["title"] for about in tables_ for one in about["columns"] if one.get("help")}
    assert {"Estimate", "95% CI", "p", "q", "n", "Note", "Endpoint"} <= helped


def test_every_figure_of_the_page_keeps_vega_lites_schema(full, hostile):
    """The page itself is made without altair's check of each part."""
    import altair as alt

    figures = [*full.figures, *hostile.figures]
    assert len(figures) > 10
    for figure in figures:
        alt.TopLevelSpec.validate(figure.spec)
