"""Pictures of the burden and its denominator as files of their own; the page has the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from biomarkers.errors import Problem, Problems
from biomarkers.io import many_tables, tables
from biomarkers.report.drawing import svg
from biomarkers.report.sections import burden, tumor_cells


def texts(
    tmb: Path | None,
    agreement: Path | None,
    steps: Sequence[Path],
    *,
    agreement_picture: Path | None,
    denominator_picture: Path | None,
    tumor_cells_picture: Path | None,
    table: Path | None,
) -> dict[Path, str]:
    """The pictures that have a path, and the steps of all samples in one table, by path.

    tmb, agreement, steps: the tables that they are drawn from. Raises InputError with every problem of every table.
    """
    problems = Problems()
    of_burdens = {"--agreement-picture": agreement_picture, "--tumor-cells-picture": tumor_cells_picture}
    for option, path in of_burdens.items():
        if path is not None and tmb is None:
            problems.add(Problem("command line", "--tmb", None, f"the burden table that {option} is drawn from"))
    if (denominator_picture is not None or table is not None) and not steps:
        problems.add(Problem("command line", "--steps", None, "the tables that --denominator-picture and --table need"))
    if denominator_picture is None and table is None and not any(of_burdens.values()):
        expected = "something to write: --agreement-picture or --denominator-picture"
        problems.add(Problem("command line", "--denominator-picture", None, expected))
    values = problems.catch(tables.read, tmb, "tmb") if tmb else None
    pairs = problems.catch(tables.read, agreement, "agreement") if agreement else None
    every = many_tables.read_several(steps, "denominator_steps", ("sample", "step"), problems)
    problems.stop_if_any()
    found: dict[Path, str] = {}
    figures = {}
    if every is not None:
        found = {} if table is None else {table: tables.as_text(every, "denominator_steps")}
        figures[denominator_picture] = burden.denominators(every)
    if values is not None:
        figures[agreement_picture] = burden.agreements(values, pairs)
        figures[tumor_cells_picture] = tumor_cells.pictures(tumor_cells.placed(values)) if len(values) else []
    for path, drawn in figures.items():
        if path is not None:
            found[path] = svg(burden.or_nothing(drawn, path.stem).spec)
    return found
