"""What generated files say of the project, and their templates, as jinja2 fills them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from biomarkers import __version__
from biomarkers.io import files
from biomarkers.io.lines import whole_text

CHANNEL = "bioconda"
"""Channel of conda from which the package comes; without one it is built by the recipe of this project."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """The package: name, version, licence, authors, and its address where pyproject.toml has one."""

    package: str
    version: str
    licence: str
    description: str
    authors: tuple[str, ...]
    url: str

    @property
    def pinned(self) -> str:
        """The package as an environment of conda names it."""
        return f"{CHANNEL}::{self.package}={self.version}"

    @property
    def image(self) -> str:
        """The container's name and tag."""
        return f"{self.package}:{self.version}"


def read(folder: Path) -> Project:
    """The package whose pyproject.toml stands in a folder."""
    told: dict[str, Any] = tomllib.loads(whole_text(folder / "pyproject.toml"))["project"]
    urls = {name.lower(): url for name, url in told.get("urls", {}).items()}
    return Project(
        package=told["name"],
        version=told.get("version", __version__),
        licence=told["license"],
        description=told["description"],
        authors=tuple(one["name"] for one in told.get("authors", [])) or ("The biomarkers developers",),
        url=next((urls[name] for name in ("documentation", "repository", "homepage") if name in urls), ""),
    )


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
