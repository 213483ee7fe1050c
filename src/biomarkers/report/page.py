"""One HTML file from the tables: nothing is fetched, and the page's own policy forbids it to try.

Scripts run by their hash only (Content-Security-Policy): text of a table that found its way into the markup could not.
 Vega interprets its expressions (`ast`) instead of compiling them, so no `unsafe-eval` is needed. Styles
are allowed inline, because Vega sets them on what it draws.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from biomarkers.errors import count
from biomarkers.io.files import packaged_text
from biomarkers.report import drawing, reasons
from biomarkers.report.blocks import Block, Heading, Section, Table, inside, side_by_side, single
from biomarkers.report.figures.style import Figure, short_name, slug
from biomarkers.report.given import Tables
from biomarkers.report.sections.associations import associations
from biomarkers.report.sections.burden import bases, burden
from biomarkers.report.sections.characteristics import table_one
from biomarkers.report.sections.compare import compare
from biomarkers.report.sections.courses import courses
from biomarkers.report.sections.cutpoints import cutpoints
from biomarkers.report.sections.data import data
from biomarkers.report.sections.endpoints import endpoints
from biomarkers.report.sections.genes import genes
from biomarkers.report.sections.landmarks import landmarks
from biomarkers.report.sections.markers import markers, survival
from biomarkers.report.sections.methods import methods
from biomarkers.report.sections.notes import notes
from biomarkers.report.sections.patients import patients
from biomarkers.report.sections.power import power
from biomarkers.report.sections.prediction import prediction
from biomarkers.report.sections.result import overview, result
from biomarkers.report.sections.safety import safety
from biomarkers.report.sections.sensitivity import sensitivity
from biomarkers.report.sections.subgroups import subgroups
from biomarkers.report.sections.swaps import swaps
from biomarkers.report.sections.together import together
from biomarkers.report.store import DIRECTIONAL, neutral, store

Part = Callable[[Tables], list[Block]]
SECTIONS: dict[str, tuple[str, str, list[tuple[str, Part]]]] = {
    "summary": ("Result", "", [("", result)]),
    "who": ("Who", "Who was in the trial", [("", patients), ("Characteristics", table_one), ("Data", data)]),
    "efficacy": (
        "Efficacy",
        "Response and survival",
        [("", endpoints), ("Course of each patient", courses), ("From a landmark on", landmarks)],
    ),
    "compare": (
        "Compare",
        "Groups compared",
        [("", compare), ("+Markers by response", markers), ("+Survival by marker", survival)],
    ),
    "together": (
        "Together",
        "Markers together",
        [
            ("", together),
            ("Cutoffs searched for", cutpoints),
            ("Groups of patients", subgroups),
            ("+Prediction", prediction),
            ("Sensitivity of the primary result", sensitivity),
            ("What so many patients could show", power),
        ],
    ),
    "genes": ("Genes", "Genes", [("", genes)]),
    "safety": ("Safety", "Adverse events", [("", safety)]),
    "tests": ("Tests", "All tests", [("", associations)]),
    "samples": ("Samples", "TMB and sample quality", [("", burden), ("", bases), ("Sample swaps", swaps)]),
    "methods": ("Methods", "Methods and provenance", [("", methods), ("Notes", notes)]),
}
"""By anchor, in the order of the page: name in the navigation, title, and its parts with their headings (+: folded)."""
ON_PAPER = ("summary", "who", "efficacy", "together", "safety")
"""Sections that a reader takes along printed."""
VENDORED = "report/vendor/tabulator"
SCRIPTS = ("store", "tables", "figures", "choices", "patients", "compare", "genes", "shell")
"""The page's own script, in the order of its parts."""
PLAIN_ROWS = 30
"""Tables up to so many rows stand in the page as they are too: for print, and where no script runs."""
IN_SCRIPT = {
    **{"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"},
    **dict.fromkeys(DIRECTIONAL, ""),
}
"""What stands in a script element for characters that could end it, or turn the direction of text."""


class Page(NamedTuple):
    """The page's text and the figures on it, in order."""

    html: str
    figures: list[Figure]


def page(
    given: Tables,
    *,
    title: str,
    begin: Callable[[Figure], None] | None = None,
    bundle: Callable[[], str] = drawing.bundle,
) -> Page:
    """The whole page. title: heading, plain text. begin: called with each figure as soon as it is there.

    bundle: gives Vega's script. Altair checks each part of a figure by its schema as it is made, which takes longer
    than the making: a test does it.
    """
    from altair.utils.schemapi import debug_mode

    given = in_words(given)
    sections = []
    with debug_mode(False):
        for anchor, (_, head, made) in SECTIONS.items():
            sections.append(Section(anchor, head, _blocks(given, made)))
            if begin is not None:
                for figure in _figures(sections[-1:]):
                    begin(figure)
    parts = _named_apart(sections)
    return Page(_rendered(title, parts, given, bundle()), _figures(parts))


def _figures(sections: Iterable[Section]) -> list[Figure]:
    return [block for section in sections for block in single(section.blocks) if isinstance(block, Figure)]


NOTES = ("note", "reasons", "endpoint_note", "term", "contrast", "subgroup")
"""Columns of texts that commands wrote, in which columns of tables are named."""


def in_words(given: Tables) -> Tables:
    """The tables with what notes say in words; the files beside the page have them as they were written."""
    columns = frozenset(map(str, given.cohort))
    changed: dict[str, Any] = {}
    for name, frame in given.frames().items():
        noted = [column for column in NOTES if column in frame and name != "rates"]
        if noted:
            said = {text: reasons.plain(text, columns) for column in noted for text in frame[column].dropna().unique()}
            changed[name] = frame.assign(**{column: frame[column].map(said) for column in noted})
    return replace(given, **changed)


def as_script_data(value: Any) -> str:
    r"""JSON that can stand inside a script element whatever text it holds.

    >>> as_script_data("</script><!-- & \u2028")
    '"\\u003c/script\\u003e\\u003c!-- \\u0026 \\u2028"'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub(f"[{''.join(IN_SCRIPT)}]", lambda found: IN_SCRIPT[found[0]], text)


def script_hash(script: str) -> str:
    """The source expression by which a Content-Security-Policy allows this very inline script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode('utf-8')).digest()).decode()}'"


def subtitle(given: Tables) -> str:
    """Who the page is about, in the line below its title."""
    whole = overview(given)
    if not given.subset:
        return whole or f"{count(len(given.cohort), 'patient')} in the cohort table"
    told = f"subset {given.subset}: {len(given.cohort)} of {count(given.everybody, 'patient')} in the cohort table"
    return "; ".join(filter(None, [whole, told]))


def _blocks(given: Tables, parts: list[tuple[str, Part]]) -> list[Block]:
    """The blocks of a section; a part's heading stands only above what is there."""
    found: list[Block] = []
    for heading, make in parts:
        made = side_by_side(make(given))
        found += [Heading(heading.removeprefix("+"), heading.startswith("+")), *made] if heading and made else made
    return found


def own_script() -> str:
    """The page's own script, of its parts."""
    parts = [packaged_text(f"report/scripts/{name}.js") for name in SCRIPTS]
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"


@cache
def _library(name: str) -> str:
    """A vendored file as it can stand in the page: without the address of its map, and not ending the script."""
    text = re.sub(
        r"(?m)^(//# sourceMappingURL=.*|/\*# sourceMappingURL=.*\*/)$", "", packaged_text(f"{VENDORED}/{name}")
    )
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _rendered(title: str, parts: list[Section], given: Tables, bundle: str) -> str:
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    templates = {name: packaged_text(f"report/templates/{name}") for name in ("page.html.j2", "page.css")}
    environment = Environment(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: neutral(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
    )
    scripts = [bundle, _library("tabulator.min.js"), own_script()]
    policy = (
        f"default-src 'none'; script-src {' '.join(map(script_hash, scripts))}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return environment.get_template("page.html.j2").render(
        title=title,
        subtitle=subtitle(given),
        sections=parts,
        names={anchor: name for anchor, (name, _, _) in SECTIONS.items()},
        on_paper=ON_PAPER,
        plain_rows=PLAIN_ROWS,
        policy=policy,
        styles=[Markup(_library("tabulator_simple.min.css")), Markup(templates["page.css"])],
        scripts=[Markup(script) for script in scripts],
        store=Markup(as_script_data(store(given, parts))),
    )


def _named_apart(parts: list[Section]) -> list[Section]:
    """The same sections with the name of every figure and table unique, so that files and anchors do not clash.

    Figures that show the same, as the primary result and that of its marker, have one file.
    """
    names: Counter[str] = Counter()
    files: Counter[str] = Counter()
    known: list[Figure] = []

    def apart(name: str, seen: Counter[str]) -> str:
        seen[name] += 1
        return apart(f"{name}_{seen[name]}", seen) if seen[name] > 1 else name

    def name_all(blocks: list[Block]) -> None:
        for place, block in enumerate(blocks):
            for held in inside(block):
                name_all(held)
            if isinstance(block, Table):
                blocks[place] = replace(
                    block, name=apart(block.name or slug(block.caption).lower()[:40].strip("_"), names)
                )
            elif isinstance(block, Figure):
                asked = short_name(block.file or block.name)
                same = [one.file for one in known if one.spec == block.spec]
                file = same[0] if same else apart(asked, files)
                known.append(block._replace(name=apart(block.name, names), file=file))
                blocks[place] = known[-1]

    for section in parts:
        name_all(section.blocks)
    return parts
