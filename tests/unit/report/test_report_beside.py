"""What stands beside the page: workbook, guide and figures."""

from __future__ import annotations

import io
import re
import struct
from pathlib import Path
from typing import Any

import altair as alt
import openpyxl
import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables, workers
from biomarkers.report import beside, described, page
from biomarkers.report.blocks import Block, Section
from biomarkers.report.drawing import Drawing, svg
from biomarkers.report.figures.oncoprint import NARROW, oncoprint
from biomarkers.report.figures.style import FULL, Figure, finished
from biomarkers.report.given import Tables
from biomarkers.report.sections.courses import courses
from pages import NAMES, TRIAL


def pictures(figures: list[Figure], folder: Path) -> dict[Path, str | bytes]:
    """The files of the figures, drawn here."""
    with workers.beside(1) as here:
        return Drawing(here).files(figures, folder)


def test_all_beside_the_page(tmp_path: Path) -> None:
    options = [part for name in NAMES for part in (f"--{name}", f"{TRIAL}/{name.replace('-', '_')}.tsv")]
    options += ["--page", f"{tmp_path}/page.html", "--figures", f"{tmp_path}/figures", "--title", "A trial"]
    assert run(["report", *options, "--workbook", f"{tmp_path}/tables.xlsx", "--readme", f"{tmp_path}/README.txt"]) == 0

    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert book.sheetnames == [*beside.SHEETS, "Dictionary"]
    results = tables.read(TRIAL / "results.tsv", "results")
    assert book["Tests"].max_row + book["Genes"].max_row == len(results) + 2
    heads = [cell.value for cell in book["Tests"][1]]
    p = [row[heads.index("p_value")].value for row in book["Tests"].iter_rows(min_row=2)]
    expected = results.loc[~results["marker_class"].isin(["gene", "gene_set"]), "p_value"].dropna().tolist()
    assert pd.Series(p, dtype="float64").dropna().tolist() == pytest.approx(expected, rel=1e-14)
    cohort = tables.read(TRIAL / "cohort.tsv", "cohort")
    assert [cell.value for cell in book["Cohort"]["A"][1:]] == cohort["patient"].tolist()
    assert book["Endpoints"].max_column < book["Cohort"].max_column
    meanings = {(row[0].value, row[1].value): row[3].value for row in book["Dictionary"].iter_rows(min_row=2)}
    assert meanings["Tests", "p_value"].startswith("Two-sided p-value")
    assert meanings["Cohort", "smoker"] == described.OWN
    assert {name for name, _ in meanings} == set(beside.SHEETS) and None not in meanings.values()

    drawn = sorted(path.name for path in (tmp_path / "figures").iterdir())
    stems = {Path(name).stem for name in drawn}
    assert len(stems) * 3 == len(drawn) > 30
    assert {"pfs_all", "pfs_tmb_10", "response_tmb"} <= stems
    assert all(re.fullmatch(r"[a-z0-9_]{1,48}", stem) for stem in stems)
    assert (tmp_path / "figures/pfs_all.pdf").read_bytes().startswith(b"%PDF")
    png = (tmp_path / "figures/pfs_all.png").read_bytes()
    assert png.startswith(b"\x89PNG") and struct.unpack(">I", png[16:20])[0] > 2 * 680

    guide = (tmp_path / "README.txt").read_text()
    assert guide.startswith("A trial\n=======\n")
    assert all(f"  {name} " in guide for name, _, _ in beside.FIRST)


def test_short_names_are_apart_whatever_markers_are_called() -> None:
    names = ["TMB>10", "tmb 10", "tmb>=10", "\u03b2", "../../etc", "x" * 300, "x" * 301, "a_2", "a", "a"]
    figures: list[Block] = [Figure(f"f{n}", "", "", "", {"width": n}, file=name) for n, name in enumerate(names)]
    [section] = page._named_apart([Section("a", "A", figures)])
    files = [block.file for block in section.blocks if isinstance(block, Figure)]
    assert len(set(files)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]{1,48}", file) for file in files)
    assert files[:5] == ["tmb_gt_10", "tmb_10", "tmb_ge_10", "figure", "etc"] and files[7:] == ["a_2", "a", "a_2_2"]


def test_figures_that_show_the_same_have_one_file(tmp_path: Path) -> None:
    """The figure of the primary result was drawn and written again as that of its marker, `response_tmb_2`."""
    spec = finished(alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x:Q"), "A point")
    other = spec | {"description": "Another one"}
    figures: list[Block] = [Figure(name, "", "", "", own) for name, own in (("a", spec), ("b", other), ("a", spec))]
    [section] = page._named_apart([Section("a", "A", figures)])
    named = [block for block in section.blocks if isinstance(block, Figure)]
    assert [(one.name, one.file) for one in named] == [("a", "a"), ("b", "b"), ("a_2", "a")]
    assert {path.name for path in pictures(named, tmp_path)} == {
        f"{stem}.{kind}" for stem in "ab" for kind in ("svg", "pdf", "png")
    }


def test_the_columns_of_many_patients_have_no_seams(tmp_path: Path) -> None:
    """Of 1,000 patients of one response the bar was a hatching, as each column ends between two pixels."""
    image = pytest.importorskip("PIL.Image")
    n = 5 * NARROW
    patients = pd.DataFrame({"patient": [f"P{i:04}" for i in range(n)], "tmb": None, "response": "PR"})
    variants = patients[["patient"]].assign(gene="TP53", label="TP53", kind="missense", change="")
    chart = oncoprint(variants, variants.head(0), patients, {"TP53": "TP53"}, title="Response")
    spec = finished(chart, "Who carries what", edged=True)
    found = pictures([Figure("oncoprint", "", "", "", spec)], tmp_path)
    drawn = image.open(io.BytesIO(found[tmp_path / "oncoprint.png"])).convert("RGB")
    row = [drawn.getpixel((x, drawn.height - 20)) for x in range(drawn.width)]
    assert row.count((0x00, 0x79, 0x5A)) == 2 * FULL
    gaps = [part["encoding"]["x"].get("scale") for part in oncoprint_parts(spec)]
    assert gaps and all(scale == {"padding": 0} for scale in gaps)
    few = oncoprint(variants.head(NARROW), variants.head(0), patients.head(NARROW), {"TP53": "TP53"}, title="")
    assert all("scale" not in part["encoding"]["x"] for part in oncoprint_parts(finished(few, "")))


def test_names_that_are_words_of_javascript_are_drawn() -> None:
    """A patient called constructor left the whole run without its page."""
    patients = pd.DataFrame({"patient": ["constructor", "A"], "tmb": [1.0, 2.0], "response": "PR"})
    variants = patients[["patient"]].assign(gene="toString", label="toString 50%", kind="missense", change="")
    labels = {"toString": "toString 50%", "TP53": "TP53 0%"}
    spec = finished(oncoprint(variants, variants.head(1), patients, labels, title="Response"), "Who carries what")
    assert svg(spec).count("Patient: constructor; Gene: toString") == 1


def oncoprint_parts(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The layers of a figure that have a column a patient."""
    layers = [layer for part in spec["vconcat"] for layer in part.get("layer", [part])]
    return [layer for layer in layers if layer["encoding"]["x"].get("field") == "column"]


def test_the_same_figures_give_the_same_bytes(tmp_path: Path) -> None:
    """The converter's PDF has the entries of its dictionaries in another order each time."""
    swimmer = [
        block for block in courses(Tables(tables.read(TRIAL / "cohort.tsv", "cohort"))) if block.kind == "picture"
    ]
    first, again = (pictures(swimmer, tmp_path) for _ in range(2))
    assert first == again and len(first) == 3


def test_the_guide_names_only_what_there_is() -> None:
    guide = beside.guide(Tables(pd.DataFrame({"patient": ["A"]})), title="A")
    assert "cohort.tsv" in guide
    assert not any(word in guide for word in ("association", "burden", "rates.tsv", "multiqc"))


def test_only_sheets_of_given_tables_are_there() -> None:
    assert list(beside.sheets(Tables(pd.DataFrame({"patient": ["A"]})))) == ["Cohort", "Endpoints", "Dictionary"]


def test_a_column_that_the_program_made_is_not_said_to_be_of_the_sheets() -> None:
    cohort = pd.DataFrame({"patient": ["A"], "treated": [1], "pfs_months_fda": [2.5], "tmb_per_mb_wes": [1.0]})
    made = beside.sheets(Tables(cohort, tmb=pd.DataFrame({"definition": ["wes"]})))["Dictionary"]
    told = made[made["sheet"].eq("Cohort")].set_index("column")["meaning"]
    assert told["treated"] == "1 when treatment started (the denominator all_treated), else 0."
    assert told["pfs_months_fda"] == "Progression-free survival in months; under the censoring preset fda."
    assert told["tmb_per_mb_wes"] == "The burden under the definition wes."
