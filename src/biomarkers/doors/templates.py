"""Templates of the generated files, as jinja2 fills them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from biomarkers.io import files


def rendered(names: Iterable[str], told: Mapping[str, Any]) -> dict[str, str]:
    """Text of each file, by its path; its template has the file's name."""
    return {name: filled(name.split("/")[-1], told) for name in names}


def filled(template: str, told: Mapping[str, Any]) -> str:
    """A template's text."""
    return str(_environment().get_template(f"{template}.j2").render(told))


def quoted(text: object) -> str:
    r"""A text as Python and Groovy read it.

    >>> print(quoted("it's"))
    'it\'s'
    """
    return "'" + str(text).replace("\\", "\\\\").replace("'", "\\'") + "'"


@cache
def _environment() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        loader=FunctionLoader(lambda name: files.packaged_text(f"doors/templates/{name}")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    made.filters["quoted"] = quoted
    made.filters["yaml"] = lambda value: json.dumps(value, ensure_ascii=False)
    return made
