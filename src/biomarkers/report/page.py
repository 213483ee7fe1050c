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
from collections.abc import Callable
from typing import Any, NamedTuple

from biomarkers.io.files import packaged_text
from biomarkers.report.blocks import Block, Section
from biomarkers.report.figures.style import Figure
from biomarkers.report.given import Tables
from biomarkers.report.numbers import count
from biomarkers.report.sections.associations import associations, genes
from biomarkers.report.sections.burden import burden
from biomarkers.report.sections.endpoints import endpoints
from biomarkers.report.sections.landmarks import landmarks
from biomarkers.report.sections.markers import markers, survival
from biomarkers.report.sections.notes import notes
from biomarkers.report.sections.patients import patients
from biomarkers.report.sections.prediction import prediction
from biomarkers.report.sections.safety import safety
from biomarkers.report.sections.sensitivity import sensitivity
from biomarkers.report.sections.subgroups import subgroups
from biomarkers.report.summary import summary

SECTIONS: dict[str, tuple[str, Callable[[Tables], list[Block]]]] = {
    "patients": ("Patients", patients),
    "endpoints": ("Response and survival", endpoints),
    "markers": ("Markers by response", markers),
    "survival": ("Survival by marker", survival),
    "landmarks": ("Landmark analyses", landmarks),
    "subgroups": ("Groups of patients", subgroups),
    "prediction": ("Prediction", prediction),
    "sensitivity": ("Sensitivity of the primary result", sensitivity),
    "association": ("All associations tested", associations),
    "genes": ("Genes", genes),
    "burden": ("Tumor mutation burden", burden),
    "safety": ("Adverse events", safety),
    "notes": ("Notes and provenance", notes),
}
"""Title and content by anchor, in the order of the page."""
BUNDLE = "window.vegaEmbed = vegaEmbed;"
"""What the bundle hands to the page's script."""
IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Page(NamedTuple):
    """The page's text and the figures on it, in order."""

    html: str
    figures: list[Figure]


def page(given: Tables, *, title: str) -> Page:
    """The whole page. title: heading, plain text."""
    parts = _named_apart([Section(anchor, head, blocks(given)) for anchor, (head, blocks) in SECTIONS.items()])
    figures = [block for section in parts for block in section.blocks if isinstance(block, Figure)]
    return Page(_rendered(title, parts, given), figures)


def svg(figure: Figure) -> str:
    """The figure as an SVG document; needs no network."""
    import vl_convert

    text: str = vl_convert.vegalite_to_svg(figure.spec, allowed_base_urls=[])
    return text


def as_script_data(value: Any) -> str:
    r"""JSON that can stand inside a script element whatever text it holds.

    >>> as_script_data("</script><!-- & \u2028")
    '"\\u003c/script\\u003e\\u003c!-- \\u0026 \\u2028"'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: IN_SCRIPT[found[0]], text)


def script_hash(script: str) -> str:
    """The source expression by which a Content-Security-Policy allows this very inline script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode('utf-8')).digest()).decode()}'"


def subtitle(given: Tables) -> str:
    """Who the page is about, in the line below its title."""
    if not given.subset:
        return f"{count(len(given.cohort), 'patient')} in the cohort table"
    return f"Subset {given.subset}: {len(given.cohort)} of {count(given.everybody, 'patient')} in the cohort table"


def _rendered(title: str, parts: list[Section], given: Tables) -> str:
    import vl_convert
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    templates = {name: packaged_text(f"report/templates/{name}") for name in ("page.html.j2", "page.css", "page.js")}
    environment = Environment(
        loader=DictLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["js_number"] = lambda value: str(value).replace("inf", "Infinity")
    environment.filters["script_data"] = lambda value: Markup(as_script_data(value))
    bundle = vl_convert.javascript_bundle(BUNDLE).replace("</script", "<\\/script").replace("<!--", "<\\!--")
    own = templates["page.js"]
    policy = (
        f"default-src 'none'; script-src {script_hash(bundle)} {script_hash(own)}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return environment.get_template("page.html.j2").render(
        title=title,
        subtitle=subtitle(given),
        summary=summary(given),
        sections=parts,
        policy=policy,
        style=Markup(templates["page.css"]),
        bundle=Markup(bundle),
        script=Markup(own),
    )


def _named_apart(parts: list[Section]) -> list[Section]:
    """The same sections with every figure's name unique, so that files and anchors do not clash."""
    seen: Counter[str] = Counter()
    for section in parts:
        for place, block in enumerate(section.blocks):
            if isinstance(block, Figure):
                seen[block.name] += 1
                if seen[block.name] > 1:
                    section.blocks[place] = block._replace(name=f"{block.name}_{seen[block.name]}")
    return parts
