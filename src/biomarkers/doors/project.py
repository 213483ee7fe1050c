"""Name and version under which the package is installed, as pyproject.toml has them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biomarkers import __version__
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
