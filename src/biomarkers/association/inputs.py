"""The cohort, its plan and its mutations as given: read, checked alone and against one another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from biomarkers.association import gene_panels, gene_sets, genes, meaning, score, values
from biomarkers.association import plan as plans
from biomarkers.association.specification import Plan
from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import cells, subset, tables, yamls


class Given(NamedTuple):
    """What the tests need. untested: why genes are not tested though the plan or a table asks for it, else empty.

    frame: the table of the cohort's patients; everybody: the same without the plan's subset.
    """

    cohort: values.Cohort
    frame: pd.DataFrame
    plan: Plan
    carriers: genes.Carriers | None
    untested: str
    everybody: pd.DataFrame
    sets: genes.Carriers | None = None


def read(
    cohort: Path,
    plan: Path,
    mutations: Path | None,
    missing: Collection[str] = cells.MISSING_WORDS,
    listed: Mapping[str, bool] | None = None,
    sets_file: Path | None = None,
    panel_files: Collection[Path] = (),
) -> Given:
    """The three files of an analysis; missing: words for missing; listed: who was sequenced; sets_file: sets of genes.

    panel_files: genes of the panels that the cohort's column gene_panel names.

    Raises InputError with every problem, what two checks refuse once.
    """
    problems = Problems()
    settings = problems.catch(yamls.load, plan)
    texts = plans.text_columns(settings) if settings else set()
    used = plans.used_columns(settings) if settings else None
    frame = problems.catch(tables.read, cohort, "cohort", text_columns=texts, missing=missing, used=used)
    if frame is None:
        frame = _refused(cohort, texts, missing, used)
    variants = None if mutations is None else problems.catch(tables.read, mutations, "mutations", missing=missing)
    columns = None if frame is None else list(frame.columns)
    chosen = plans.read_plan(settings, plan, columns=columns, problems=problems) if settings else None
    arrays, everybody = None, frame
    if settings is not None and frame is not None and chosen is not None:
        frame = score.added(frame, chosen, cohort, problems)
        frame = _restricted(frame, chosen, cohort, plan, settings, problems)
        arrays = values.read_cohort(frame, chosen, cohort, problems)
    if settings is not None and chosen is not None and frame is not None:
        meaning.check(settings, plan, chosen, frame, cohort, problems)
    if settings is not None and chosen is not None:
        _check_levels(plan, settings, chosen, missing, problems)
    sets = {}
    if chosen is not None and chosen.genes:
        taken = {*chosen.markers, *(() if variants is None else variants["gene"])}
        sets = gene_sets.chosen(chosen.genes, sets_file, plan, problems, taken=taken)
    panels = gene_panels.read(panel_files, problems)
    if problems.found or frame is None or everybody is None or chosen is None or arrays is None:
        raise InputError(_once(problems.found))
    if chosen.genes is not None and variants is not None:
        variants = variants[~variants["patient"].isin(set(everybody["patient"]) - set(frame["patient"]))]
        if "tumor_sample" in frame:
            variants = genes.of_chosen(variants, frame.set_index("patient")["tumor_sample"], str(mutations))
        arrays = genes.with_sequenced(arrays, frame, variants, listed, str(mutations))
        arrays, assayed, why = gene_panels.assayed(frame, arrays, panels, cohort)
        if why:
            return Given(arrays, frame, chosen, None, why, everybody)
        pairs = genes.carrying(variants, arrays, chosen.genes, str(mutations))
        unclear = genes.unclear(variants, arrays, frame, chosen.genes, pairs, str(mutations))
        arrays = replace(arrays, sequenced=arrays.sequenced & ~np.isin(arrays.patients, unclear.silent))
        pairs = gene_panels.on_panel(pairs, arrays, assayed, str(mutations))
        of_sets = gene_sets.carriers(sets, pairs, unclear.pairs, variants, arrays, assayed) if sets else None
        of_genes = gene_panels.with_looked(genes.of_pairs(pairs, arrays, chosen.genes), assayed)
        of_genes = genes.without_unclear(of_genes, unclear.pairs, arrays)
        return Given(arrays, frame, chosen, of_genes, "", everybody, of_sets)
    if chosen.genes is None and variants is None:
        return Given(arrays, frame, chosen, None, "", everybody)
    lacking = "no --mutations were given" if variants is None else f"{plan} has no `genes` block"
    return Given(arrays, frame, chosen, None, lacking, everybody)


def _restricted(
    frame: pd.DataFrame, plan: Plan, cohort: Path, path: Path, settings: yamls.Settings, problems: Problems
) -> pd.DataFrame:
    """The patients of the plan's subset, all where it cannot be applied; a problem for each thing wrong with it."""
    if not plan.subset:
        return frame
    found = Problems()
    subset.check(plan.subset, frame, cohort, path, settings, found)
    problems.add(*found.found)
    return frame if found.found else frame[subset.reasons(frame, plan.subset).eq("")]


def _check_levels(
    path: Path, settings: yamls.Settings, plan: Plan, missing: Collection[str], problems: Problems
) -> None:
    """Add a problem for each level of the plan that is a word for missing, no group (docs/methods.md, 11.4)."""
    words = {cells.plain(word) for word in missing}
    for name, marker in plan.markers.items():
        for level in marker.levels:
            if cells.plain(level) in words:
                expected = "no word for missing; take it out, or give missing_words without it"
                problems.add(yamls.problem(path, settings, ("markers", name, "levels"), level, expected))


def _refused(
    path: Path, texts: Collection[str], missing: Collection[str], used: Collection[str] | None
) -> pd.DataFrame | None:
    """A table that was refused without its bad cells, so that the plan's demands on it are told in the same run.

    Its other columns are numbers where they are: what is wrong in one cell makes no words of them.
    """
    try:
        found = tables.read_cells(path)
    except InputError:
        return None
    told = Problems()
    frame = tables.from_cells(
        found, "cohort", text_columns=texts, missing=missing, used=used, problems=told, quiet=True
    )
    return frame if "patient" in frame else None


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """The first problem of each cell; what the table's schema and the plan both refuse is told once."""
    places: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        place = (problem.file, problem.column, problem.line) if problem.line else (problem,)
        places.setdefault(place, problem)
    return list(places.values())
