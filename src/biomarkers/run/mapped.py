"""A run whose clinical sheets are made of other people's tables by a mapping (`clinical.mapping`)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biomarkers.errors import Problem, Problems, log
from biomarkers.io import folders, yamls
from biomarkers.run.checks import sheet_rows

if TYPE_CHECKING:
    from biomarkers.clinical.imports.sheets import Sheet

FOLDER = "results/clinical/sheets"
"""Where the rule `import` writes the sheets."""


@dataclass(frozen=True)
class Mapped:
    """A mapping of a run: its path, the sheets that it makes, and every file that it reads (paths from the run)."""

    path: str
    sheets: tuple[str, ...]
    files: tuple[str, ...]

    def place(self, name: str) -> str:
        """Where a sheet will be."""
        return f"{FOLDER}/{name}.tsv"


def take(path: str | Path, settings: yamls.Settings, config: dict[str, Any], problems: Problems) -> Mapped | None:
    """The mapping that the config names; the sheets that it makes are filled in.

    A sheet that the config names as well, and what is wrong with the mapping, is added to `problems`.
    """
    from biomarkers.clinical.imports import grammar

    given = config["clinical"]["mapping"]
    if given is None or not Path(given).is_file():  # The latter is told with all other files.
        return None
    declared = problems.catch(grammar.load, given)
    if declared is None:
        return None
    folder = Path(given).parent
    found = Mapped(given, tuple(declared.sheets), tuple(str(folder / file) for file in declared.files))
    for file in found.files:
        if sheet_rows.UNSPEAKABLE.search(file):
            problems.add(Problem(given, "file", file, sheet_rows.SPEAKABLE))
    for name in found.sheets:
        if config["clinical"].get(name) is not None:
            key = ("clinical", name)
            problems.add(yamls.problem(path, settings, key, config["clinical"][name], f"none: {given} makes {name}"))
        if name in config["clinical"]:
            config["clinical"] = config["clinical"] | {name: found.place(name)}
    return found


def is_awaited(file: str, mapping: Mapped | None) -> bool:
    """Whether a file is a sheet that the rule `import` will make."""
    return mapping is not None and file in {mapping.place(name) for name in mapping.sheets}


@contextmanager
def staged(config: dict[str, Any], mapping: Mapped | None, problems: Problems) -> Iterator[dict[str, Any]]:
    """The config with the sheets that the mapping makes in a temporary folder, to be checked like any other.

    What is found wrong with them is told of the file and line that they come from. What is wrong with the mapping and
    its files is added to `problems`; sheets that could not be made are not in the config, nor are any without patients.
    """
    from biomarkers.clinical.imports import commands, grammar, registry

    declared = None if mapping is None else problems.catch(grammar.load, mapping.path)
    if mapping is None or declared is None:
        yield config
        return
    prepared = registry.Prepared(declared, Path(mapping.path).parent)
    sheets = commands.made(prepared, problems, config["missing_words"])
    for sentence in commands.warnings(sheets):
        log.warning("%s: %s", mapping.path, sentence)
    with folders.temporary({f"{name}.tsv": sheet.text() for name, sheet in sheets.items()}) as folder:
        made = {name: f"{folder}/{name}.tsv" if name in sheets else None for name in mapping.sheets}
        if mapping.sheets and made.get("patients", "") is None:
            made = dict.fromkeys(config["clinical"])
        renamed = _Renamed(str(folder))
        log.addFilter(renamed)
        known = len(problems.found)
        try:
            clinical = {name: made.get(name, path) for name, path in config["clinical"].items()}
            yield config | {"clinical": clinical}
        finally:
            log.removeFilter(renamed)
            problems.found[known:] = [_told(found, str(folder), sheets) for found in problems.found[known:]]


class _Renamed(logging.Filter):
    """Messages that name a file of the temporary folder name the sheet that will be."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every message pass, with the final name."""
        record.msg, record.args = record.getMessage().replace(self.folder, FOLDER), ()
        return True


def _told(problem: Problem, folder: str, sheets: dict[str, Sheet]) -> Problem:
    """A problem of a temporary sheet as one of the file and line that the row comes from."""
    problem = problem._replace(expected=problem.expected.replace(folder, FOLDER))
    if not problem.file.startswith(folder):
        return problem
    sheet = sheets[Path(problem.file).stem]
    line = problem.line if isinstance(problem.line, int) else 1
    if line < 2 or line - 2 >= len(sheet.rows):
        return problem._replace(file=problem.file.replace(folder, FOLDER))
    row = sheet.rows[line - 2]
    return problem._replace(file=row.file, line=row.line, column=f"{sheet.name}.{problem.column}")
