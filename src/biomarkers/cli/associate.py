"""`biomarkers associate`: every test that the analysis plan asks for."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from biomarkers.cli._kinds import InputTable, InputYaml, OutputTable

if TYPE_CHECKING:
    import pandas as pd

    from biomarkers.errors import Problem

log = logging.getLogger("biomarkers")


def associate(
    *,
    cohort: InputTable,
    plan: InputYaml,
    results: OutputTable,
    groups: OutputTable,
    mutations: InputTable | None = None,
    memberships: OutputTable | None = None,
) -> None:
    """Run every test of the analysis plan: which markers are associated with which endpoints.

    One row of the result table is the primary test; tests named in advance are secondary; all else is exploratory.
    A test that could not be done keeps its row and says why. In one treated arm a marker is "associated" with an
    outcome; whether it predicts the benefit of the treatment needs a comparison arm.

    Parameters
    ----------
    cohort
        One row per patient: as `biomarkers cohort` writes it, or any table with `patient` and what the plan names.
    plan
        The analysis plan (YAML): endpoints, markers with their cuts, and the one primary test.
    results
        Where to write one row per test: estimate with 95 % interval, p, q (corrected for many tests) and a note.
    groups
        Where to write one row per group compared: median time, rate, or median of the marker.
    mutations
        Variants as `patient gene consequence`, one row each; needed when the plan has a `genes` block. Where they have
        a column `sample` and the cohort `tumor_sample`, only the chosen sample of a patient counts.
    memberships
        Where to write who was in which group of each test of a declared marker, as `test patient group`.

    """
    from biomarkers.association import analysis, genes, values
    from biomarkers.association import plan as plans
    from biomarkers.errors import InputError, Problems
    from biomarkers.io import tables, yamls

    problems = Problems()
    settings = problems.catch(yamls.load, plan)
    texts = plans.text_columns(settings) if settings else set()
    frame = problems.catch(tables.read, cohort, "cohort", text_columns=texts)
    if frame is None:
        frame = _as_text(cohort)
    variants = None if mutations is None else problems.catch(tables.read, mutations, "mutations")
    columns = None if frame is None else list(frame.columns)
    chosen = plans.read_plan(settings, plan, columns=columns, problems=problems) if settings else None
    arrays = None
    if frame is not None and chosen is not None:
        arrays = values.read_cohort(frame, chosen, cohort, problems)
    if problems.found or chosen is None or arrays is None:
        raise InputError(_once(problems.found))
    carriers = None
    if chosen.genes is not None and variants is not None:
        if frame is not None and "tumor_sample" in frame:
            variants = genes.of_chosen(variants, frame.set_index("patient")["tumor_sample"], str(mutations))
        carriers = genes.carriers(variants, arrays, chosen.genes, str(mutations))
    elif chosen.genes is not None or variants is not None:
        lacking = "no --mutations were given" if variants is None else f"{plan} has no `genes` block"
        log.warning("genes are not tested: %s", lacking)
    done = analysis.analyse(arrays, chosen, carriers)
    written: dict[str | Path, tuple[pd.DataFrame, str]] = {
        results: (done.results, "results"),
        groups: (done.groups, "groups"),
    }
    if memberships is not None:
        written[memberships] = (done.memberships, "memberships")
    tables.write_all(written)


def _as_text(path: Path) -> pd.DataFrame | None:
    """A table that was refused, as text, so that the plan's own demands on it can be told in the same run."""
    import pandas as pd

    from biomarkers.errors import InputError
    from biomarkers.io import cells, tables

    try:
        header, rows, lines = tables.read_cells(path)
    except InputError:
        return None
    frame = pd.DataFrame(rows, columns=header, index=lines, dtype=object)
    frame = frame.mask(frame.isin(cells.MISSING))
    return frame if "patient" in frame else None


def _once(problems: list[Problem]) -> list[Problem]:
    """The first problem of each cell; what the table's schema and the plan both refuse is told once."""
    places: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        place = (problem.file, problem.column, problem.line) if problem.line else (problem,)
        places.setdefault(place, problem)
    return list(places.values())
