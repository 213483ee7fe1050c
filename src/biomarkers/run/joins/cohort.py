"""Tables of every stage joined to one row per patient: read and checked together, joined, and what to warn of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import pandas as pd

from biomarkers.association import plan as plans
from biomarkers.clinical import cohort as joining
from biomarkers.clinical import cohort_columns, inputs, liver, plausibility
from biomarkers.clinical.flow import Primary, exclusions
from biomarkers.clinical.flow import flow as flow_of
from biomarkers.clinical.selection import BY_NAME
from biomarkers.errors import InputError, Problem, Problems, log
from biomarkers.io import many_tables, plausible, spellings, subset, tables, yamls
from biomarkers.io.cells import MISSING, MISSING_WORDS
from biomarkers.run.joins import sequenced as listing

RANK_TESTS = ("mann_whitney", "spearman", "kruskal_wallis")
"""Tests that rank values known as an interval only (docs/methods.md, 6.3)."""


@dataclass(frozen=True)
class Joined:
    """Tables by schema (`cohort`, `flow`, `exclusions`, `sample_selection`), and patients in the mutation table."""

    tables: Mapping[str, pd.DataFrame]
    mutated: set[str]


def join(
    patients: Path,
    *,
    endpoints: Path | None,
    tmb: Sequence[Path],
    definition: str | None,
    pdl1: Path | None,
    features: Path | None,
    samples: Path | None,
    mutations: Path | None,
    count: Literal["nonsynonymous", "all"],
    plan: Path | None,
    sheets: Sequence[Path],
    sequenced: Path | None = None,
    missing: Collection[str] = MISSING_WORDS,
) -> Joined:
    """One row per patient, the flow of patients, and which samples stand for them.

    See `biomarkers cohort` for what each table is; count: which rows of the mutation table count; missing: words for
    missing. The tables are checked alone and against one another; raises InputError with every problem.
    """
    problems = Problems()
    settings = None if plan is None else problems.catch(yamls.load, plan)
    primary, categories, used = _read_plan(plan, settings, problems)

    def table(path: Path | None, schema: str, text_columns: Collection[str] = ()) -> pd.DataFrame | None:
        read = partial(tables.read, text_columns=text_columns, missing=missing, used=used)
        return None if path is None else problems.catch(read, path, schema)

    # The schema `cohort` leaves a ready-made best response as the trial words it.
    people = table(patients, "cohort", categories)
    if people is not None:
        people = liver.completed(people, patients, problems)
        inputs.check_some(patients, people, problems)
        if endpoints is None:
            inputs.say(patients, [*plausibility.of_names(people), *plausibility.of_stated(people)])
    derived, scores = table(endpoints, "endpoints"), table(pdl1, "pdl1_selected")
    markers, variants = table(features, "features", categories), table(mutations, "mutations")
    _say_of_values({patients: people, features: markers})
    sheet = None if samples is None else problems.catch(listing.samples, samples, missing)
    collected, normals = sheet or listing.Samples(None, frozenset())
    listed = None if sequenced is None else problems.catch(listing.patients, sequenced, missing)
    starts = None if people is None else people.set_index("patient").get("treatment_start")
    burdens = many_tables.read_several(tmb, "tmb", ("patient", "sample", "definition"), problems)
    name, n_variants, burden, selection = "", None, None, None
    if burdens is not None:
        name = problems.catch(joining.primary_definition, tmb[0], burdens, definition) or ""
    if variants is not None:
        if burdens is None:
            variants, selection = joining.one_sample(variants, collected=collected, starts=starts, normals=normals)
        n_variants = problems.catch(joining.counts, variants, counted=count, path=str(mutations))
    # Of the scores, patients who had one in the sheet that they were chosen from.
    tested = scores[scores["n_specimens"] != 0] if scores is not None and "n_specimens" in scores else scores
    named = {"endpoints": derived, "tmb": burdens, "pdl1": tested, "features": markers, "mutations": variants}
    identifiers = {kind: set(frame["patient"]) for kind, frame in named.items() if frame is not None}
    paths = {"endpoints": endpoints, "tmb": next(iter(tmb), None), "features": features, "mutations": mutations}
    check_any_known(patients, people, {paths.get(kind): frame for kind, frame in named.items()}, problems)
    others = {path.name.split(".")[0]: _identifiers(path, problems) for path in sheets}
    identifiers |= {kind: ids for kind, ids in others.items() if ids is not None}
    if listed is not None:
        identifiers["sequenced"] = set(listed)
    if people is not None and sequenced is not None and "sequenced" in people:
        expected = "one of the two: this column or the list of --sequenced"
        problems.add(Problem.said(str(patients), "sequenced", "is given beside a list", expected, 1))
    if people is not None:
        joined = ["tmb"] if burdens is not None else ["mutations"] if variants is not None else []
        joined += ["sample_selection"] if selection is not None else []
        joined += ["pdl1_selected"] if scores is not None else []
        definitions = [] if burdens is None else [d for d in dict.fromkeys(burdens["definition"]) if d != name]
        made = cohort_columns.made(joined, definitions=definitions)
        if burdens is None:
            made = [column for column in made if column != "sequenced"]  # The patients' own is completed.
        brought = cohort_columns.by_file(
            made,
            patients=(str(patients), list(people.columns)),
            endpoints=None if derived is None else (str(endpoints), list(derived.columns)),
            features=None if markers is None else (str(features), list(markers.columns)),
        )
        problems.add(*cohort_columns.collisions(brought))
    problems.stop_if_any()
    if people is None:
        raise InputError(problems.found)
    if burdens is not None:
        burden, selection = joining.burden(
            burdens, definition=name, collected=collected, starts=starts, normals=normals
        )
    if selection is None:
        selection = tables.of_rows([], "sample_selection")
    cohort = joining.join(
        people,
        endpoints=derived,
        burden=burden,
        n_variants=n_variants,
        tumor_sample=None if selection.empty else selection[selection["chosen"] == 1].set_index("patient")["sample"],
        pdl1=scores,
        features=markers,
        listed=listed,
    )
    if plan is not None and settings is not None and primary is not None:
        subset.check_all(primary.subset, cohort, "the cohort", plan, settings)
    left = selection[selection["chosen"] == 0]
    steps = flow_of(cohort, people, sheets=identifiers, others=left, primary=primary)
    left_out = exclusions(cohort, people, primary=primary)
    found = {"cohort": cohort, "flow": steps, "exclusions": left_out, "sample_selection": selection}
    return Joined(found, identifiers.get("mutations", set()))


def warn(made: Joined) -> None:
    """Say on the terminal what a reader of the tables could overlook."""
    table, steps, selection = (made.tables[name] for name in ("cohort", "flow", "sample_selection"))
    for row in steps[(steps["step"] == "unmatched") & (steps["excluded"] > 0)].itertuples():
        log.warning("%s: %s", row.reason, row.patients)
    tied = selection.loc[
        selection["rule"].eq(BY_NAME) & selection["patient"].isin(table["patient"]), "patient"
    ].drop_duplicates()
    if len(tied):
        said = "nothing but the name chose the tumor sample of %s: a column collected (--samples) says which is nearest"
        log.warning(said + " to treatment", plausibility.named(tied))
    if "tumor_only" in table and {0, 1} <= set(table["tumor_only"].dropna()):
        log.warning("some burdens are from tumor-only calls, others from pairs: see column tumor_only")
    if "denominator_source" in table and table["denominator_source"].dropna().unique().size > 1:
        log.warning("burdens stand over denominators of several kinds: see column denominator_source")
    if "sequenced" in table:
        unknown = table.loc[table["sequenced"].isna(), "patient"]
        if len(unknown):
            said = (
                "patients without variants (%d): nothing says that they were sequenced, so they are missing, not zero"
            )
            said += " and not wild type (a column sequenced or a list, --sequenced, says it): %s"
            log.warning(said, len(unknown), ", ".join(unknown))
        odd = table.loc[(table["sequenced"] == 0) & table["patient"].isin(made.mutated), "patient"]
        if len(odd):
            log.warning("not sequenced, yet with mutations: %s", ", ".join(odd))
    counts = steps[steps["step"].isin(["unmatched", "other_sample"]) == 0]
    shown = counts["step"] + " " + counts["n"].astype("string").fillna("unknown")
    log.info(", ".join(shown))


def check_any_known(
    sheet: Path, people: pd.DataFrame | None, named: Mapping[Path | None, pd.DataFrame | None], problems: Problems
) -> None:
    """Add a problem for each table none of whose patients is in the sheet, which would leave everybody without a value.

    Some strangers are no error: samples are often measured before or without enrolment (docs/cohort.md).
    """
    for path, frame in named.items():
        if (
            people is None
            or path is None
            or frame is None
            or frame.empty
            or frame["patient"].isin(people["patient"]).any()
        ):
            continue
        first = frame["patient"].iloc[0]
        turned = "; its columns are patients: it must have them as rows" if {*people["patient"]} & {*frame} else ""
        hint = spellings.nearly([first], people["patient"])
        expected = f"at least one patient of {sheet}{turned}{f' ({hint[0]})' if hint else ''}"
        line = int(frame.index[0]) or None  # Of several tables no line is known.
        problems.add(Problem(str(path), "patient", first, expected, line))


def _say_of_values(sheets: Mapping[Path | None, pd.DataFrame | None]) -> None:
    """Warn of numbers that can hardly be true and of words that are one in other letters, where they stand."""
    for path, sheet in sheets.items():
        if path is not None and sheet is not None:
            inputs.say(path, [*plausible.sentences(sheet), *plausibility.of_levels(sheet)])


def _read_plan(
    path: Path | None, settings: yamls.Settings | None, problems: Problems
) -> tuple[Primary | None, set[str], set[str]]:
    """What the plan's primary analysis needs, the columns that it declares as categories, and all that it names."""
    if path is None or settings is None:
        return None, set(), set()
    plan = plans.read_plan(settings, path, problems=problems)
    if plan is None:
        return None, plans.text_columns(settings), plans.used_columns(settings)
    test, endpoint = plan.primary, plan.endpoints[plan.primary.endpoint]
    columns = (endpoint.time, endpoint.event) if endpoint.kind == "time_to_event" else (endpoint.column,)
    at = None if test.cut is None or isinstance(test.cut.at, str) else float(test.cut.at)
    side = ">=" if test.cut is None else test.cut.side
    by_rank = test.cut is None and test.method in RANK_TESTS and plan.markers[test.marker].kind == "continuous"
    return (
        Primary(test.marker, columns, at, side, plan.subset, by_rank),
        plans.text_columns(settings),
        plans.used_columns(settings),
    )


def _identifiers(path: Path, problems: Problems) -> set[str] | None:
    """The identifiers in a sheet's column `patient`, or a problem for each row without one."""
    found = problems.catch(tables.read_cells, path)
    if found is None:
        return None
    if "patient" not in found.header:
        problems.add(Problem(str(path), "patient", None, "a column of that name", 1))
        return None
    names = found.column("patient")
    for line, name in zip(found.lines, names, strict=True):
        if name in MISSING:
            problems.add(Problem.said(str(path), "patient", "is empty", "the patient of this row", line))
    return set(names)
