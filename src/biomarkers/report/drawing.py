"""What Vega's converter makes, while the page is made: pictures of its figures, and the script that draws them there.

Processes that do this work import this module, so it imports nothing that takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import Executor, Future
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from biomarkers.report.figures.style import Figure

LISTED = re.compile(rb"(?:^ +/[A-Za-z]+\d+ \d+ 0 R\n)+", re.MULTILINE)
"""Resources of a PDF's page, as /gs1 9 0 R, a line each."""
PIXELS = 2
"""Of the PNG files, for one of the screen."""
FAR_EAST = re.compile("[\u2e80-\udfff]")
PRIVATE, FAMILY = "\ue000", "sans-serif"
"""A letter that stands for nothing, and where fonts are looked for at last."""
BUNDLE = "window.vegaEmbed = vegaEmbed;"
"""What the bundle hands to the page's script."""


class Picture(NamedTuple):
    """A figure as files."""

    svg: str
    pdf: bytes
    png: bytes


class Drawing:
    """Pictures of figures, each begun as soon as its figure is there, and the script of the page.

    others: what does the work, as of `io.workers`.
    """

    def __init__(self, others: Executor) -> None:
        self._others = others
        self._bundle = others.submit(bundle)
        self._begun: list[tuple[dict[str, Any], Future[Picture]]] = []

    def begin(self, figure: Figure) -> None:
        """Draw a figure, unless the same one is drawn already."""
        if self._of(figure) is None:
            self._begun.append((figure.spec, self._others.submit(picture, figure.spec)))

    def bundle(self) -> str:
        """`bundle`, when it is there."""
        return self._bundle.result()

    def files(self, figures: Iterable[Figure], folder: Path) -> dict[Path, str | bytes]:
        """Each figure as SVG, PDF and PNG (twice the size of the screen), by file; of figures of one file the first."""
        found: dict[Path, str | bytes] = {}
        for figure in figures:
            name = figure.file or figure.name
            if folder / f"{name}.svg" in found:
                continue
            self.begin(figure)
            drawn = self._of(figure)
            assert drawn is not None
            found |= {folder / f"{name}.{kind}": content for kind, content in drawn.result()._asdict().items()}
        if letter := undrawn(content for content in found.values() if isinstance(content, str)):
            from biomarkers.errors import log

            said = "figures: no font of this machine has letters such as '%s', so PNG and PDF files have boxes for them"
            log.warning(said + "; the page and SVG files do not (Chinese: Debian's package fonts-noto-cjk)", letter)
        return found

    def _of(self, figure: Figure) -> Future[Picture] | None:
        return next((drawn for spec, drawn in self._begun if spec == figure.spec), None)


def svg(spec: dict[str, Any]) -> str:
    """A figure's specification as an SVG document; needs no network."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))


def picture(spec: dict[str, Any]) -> Picture:
    """A figure's specification as files."""
    import vl_convert

    drawn = svg(spec)
    edged = spec.get("usermeta", {}).get("edged")
    sharp = drawn.replace("<svg ", '<svg shape-rendering="crispEdges" ', 1) if edged else drawn
    return Picture(drawn, _in_order(vl_convert.svg_to_pdf(drawn)), vl_convert.svg_to_png(sharp, scale=PIXELS))


def undrawn(drawn: Iterable[str]) -> str | None:
    """The first Chinese or other letter of the Far East in SVG documents, if no font here has it; else None.

    Such a letter is drawn as one of no meaning, which no font has, is.
    """
    import vl_convert

    def alone(letter: str) -> bytes:
        text = f'<text y="30" font-size="30" font-family="{FAMILY}">{letter}</text>'
        return vl_convert.svg_to_png(f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{text}</svg>')

    letter = min((letter for text in drawn for letter in FAR_EAST.findall(text)), default=None)
    return letter if letter and alone(letter) == alone(PRIVATE) else None


def _in_order(pdf: bytes) -> bytes:
    """The same PDF with its resources listed in order, which the converter lists by chance.

    Any order means the same (ISO 32000-1, 7.3.7), and no byte moves that an offset of the file's own table leads to.
    """
    return LISTED.sub(lambda found: b"".join(sorted(found[0].splitlines(keepends=True))), pdf)


@cache
def bundle() -> str:
    """Vega, Vega-Lite and vega-embed as one script that can stand in a page."""
    import vl_convert

    return str(vl_convert.javascript_bundle(BUNDLE)).replace("</script", "<\\/script").replace("<!--", "<\\!--")
