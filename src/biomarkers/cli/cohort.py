"""`biomarkers cohort`: one row per patient, and the flow of patients into it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from biomarkers.cli._kinds import InputTable, InputYaml, OutputTable

if TYPE_CHECKING:
    import pandas as pd

    from biomarkers.clinical.flow import Primary
    from biomarkers.errors import Problems

log = logging.getLogger("biomarkers")


def cohort(
    *,
    patients: InputTable,
    endpoints: InputTable | None = None,
    tmb: list[InputTable] | None = None,
    definition: str | None = None,
    pdl1: InputTable | None = None,
    features: InputTable | None = None,
    samples: InputTable | None = None,
    mutations: InputTable | None = None,
    count: Literal["nonsynonymous", "all"] = "nonsynonymous",
    plan: InputYaml | None = None,
    sheets: list[InputTable] | None = None,
    cohort: OutputTable,
    flow: OutputTable,
    selection: OutputTable | None = None,
) -> None:
    """Join endpoints, burden, PD-L1 and covariates, one row per enrolled patient; nobody is dropped.

    Zero, missing and not evaluable stay apart: a burden of 0 is a value, a failed or absent sample leaves it empty. Of
    several tumor samples one is taken: not failed, collected on or before treatment start, nearest to it, ok before
    warn, with a matched normal, more callable bases. A patient of another table who
    is not in the patients sheet is left out with a warning and a row in the flow, since sequencing often starts before
    enrolment; the flow also lists patients who are missing from a table, and identifiers that nearly match.

    Parameters
    ----------
    patients
        Patients sheet. Columns that are not dates are covariates; endpoints that were derived elsewhere may stand here.
    endpoints
        Table of `biomarkers endpoints`; replaces endpoint columns of the patients sheet.
    tmb
        Tables of `biomarkers tmb`, one or many.
    definition
        Definition whose burden becomes tmb_per_mb, the others becoming tmb_per_mb_DEFINITION; by default the first.
    pdl1
        Chosen scores of `biomarkers pdl1` (its --selected).
    features
        Further markers: patient and any columns.
    samples
        Sample sheet; its column `collected` (dates) tells which of a patient's samples is nearest to treatment.
    mutations
        One row per variant: patient, gene, consequence. Without --tmb their number becomes n_variants; a column sample
        then tells several samples of a patient apart, one of which is counted.
    count
        Which rows of the mutation table count.
    plan
        Analysis plan; its primary marker and endpoint decide who is in the primary analysis. Without it: tmb_per_mb and
        responder.
    sheets
        Further sheets with a column patient (assessments, adverse events, ...) whose identifiers are compared.
    cohort
        Table to write: one row per patient.
    flow
        Table to write: counts at each step and identifiers that do not match.
    selection
        Table to write: every tumor sample, whether it stands for its patient, and why.

    """
    import pandas as pd

    from biomarkers.clinical import cohort as joining
    from biomarkers.clinical import cohort_columns
    from biomarkers.clinical.flow import flow as flow_of
    from biomarkers.clinical.selection import COLUMNS as SELECTION
    from biomarkers.errors import Problem, Problems
    from biomarkers.io import tables

    problems = Problems()
    primary, categories = _read_plan(plan, problems)
    # The schema `cohort` leaves a ready-made best response as the trial words it.
    people = problems.catch(tables.read, patients, "cohort", text_columns=categories)
    if people is not None and people.empty:
        problems.add(Problem(str(patients), "file", "no rows", "at least one patient"))
    derived = None if endpoints is None else problems.catch(tables.read, endpoints, "endpoints")
    scores = None if pdl1 is None else problems.catch(tables.read, pdl1, "pdl1_selected")
    markers = None if features is None else problems.catch(tables.read, features, "features", text_columns=categories)
    variants = None if mutations is None else problems.catch(tables.read, mutations, "mutations")
    collected = None if samples is None else problems.catch(_read_collected, samples)
    starts = (
        people.set_index("patient")["treatment_start"] if people is not None and "treatment_start" in people else None
    )
    rows = _read_burden(tmb or [], problems)
    name, burden, n_variants = "", None, None
    if rows is not None:
        name = problems.catch(joining.primary_definition, tmb[0] if tmb else "", rows, definition) or ""
    chosen = None
    if variants is not None:
        if rows is None:
            variants, chosen = joining.one_sample(variants, collected=collected, starts=starts)
        n_variants = problems.catch(joining.counts, variants, counted=count, path=str(mutations))
    found = {
        name: ids
        for name, ids in {
            "endpoints": None if derived is None else set(derived["patient"]),
            "tmb": None if rows is None else set(rows["patient"]),
            "pdl1": None if scores is None else _tested(scores),
            "features": None if markers is None else set(markers["patient"]),
            "mutations": None if variants is None else set(variants["patient"]),
            **{path.name.split(".")[0]: _identifiers(path, problems) for path in sheets or []},
        }.items()
        if ids is not None
    }
    if people is not None:
        tables_joined = ["tmb"] if rows is not None else ["mutations"] if variants is not None else []
        tables_joined += ["sample_selection"] if rows is None and chosen is not None else []
        tables_joined += ["pdl1_selected"] if scores is not None else []
        definitions = [] if rows is None else [d for d in dict.fromkeys(rows["definition"]) if d != name]
        brought = cohort_columns.by_file(
            cohort_columns.made(tables_joined, definitions=definitions),
            patients=(str(patients), list(people.columns)),
            endpoints=None if derived is None else (str(endpoints), list(derived.columns)),
            features=None if markers is None else (str(features), list(markers.columns)),
        )
        problems.add(*cohort_columns.collisions(brought))
    problems.stop_if_any()
    if people is None:
        return
    others = None
    if rows is not None:
        made_of = joining.burden(rows, definition=name, collected=collected, starts=starts)
        burden, chosen = made_of.columns, made_of.selection
    taken = None
    if chosen is not None:
        others = chosen[chosen["chosen"] == 0]
        taken = chosen[chosen["chosen"] == 1].set_index("patient")["sample"]
    table = joining.join(
        people,
        endpoints=derived,
        burden=burden,
        n_variants=n_variants,
        tumor_sample=taken,
        pdl1=scores,
        features=markers,
    )
    steps = flow_of(table, people, sheets=found, others=others, primary=primary)
    written: dict[str | Path, tuple[pd.DataFrame, str]] = {cohort: (table, "cohort"), flow: (steps, "flow")}
    if selection is not None:
        listed = pd.DataFrame(columns=SELECTION) if chosen is None else chosen
        written[selection] = (listed, "sample_selection")
    tables.write_all(written)
    _warn(table, steps, found.get("mutations", set()))


def _read_plan(path: Path | None, problems: Problems) -> tuple[Primary | None, set[str]]:
    """What the plan's primary analysis needs, and the columns that it declares as categories."""
    from biomarkers.association import plan as plans
    from biomarkers.clinical.flow import Primary
    from biomarkers.io import yamls

    settings = None if path is None else problems.catch(yamls.load, path)
    if path is None or settings is None:
        return None, set()
    plan = plans.read_plan(settings, path, problems=problems)
    if plan is None:
        return None, plans.text_columns(settings)
    test, endpoint = plan.primary, plan.endpoints[plan.primary.endpoint]
    columns = (endpoint.time, endpoint.event) if endpoint.kind == "time_to_event" else (endpoint.column,)
    at = None if test.cut is None or isinstance(test.cut.at, str) else float(test.cut.at)
    side = ">=" if test.cut is None else test.cut.side
    return Primary(test.marker, columns, at, side), plans.text_columns(settings)


def _read_burden(paths: list[Path], problems: Problems) -> pd.DataFrame | None:
    """The rows of all burden tables; a sample and definition that stand in two of them are a problem."""
    import pandas as pd

    from biomarkers.errors import Problem
    from biomarkers.io import tables

    read = [(path, problems.catch(tables.read, path, "tmb")) for path in paths]
    good = [(path, frame) for path, frame in read if frame is not None]
    if not good:
        return None
    seen: dict[tuple[str, ...], str] = {}
    key = ["patient", "sample", "definition"]
    for path, frame in good:
        for line, *cells in frame[key].itertuples():
            place = f"{path}:{line}"
            if tuple(cells) in seen:
                expected = f"each sample and definition once (first in {seen[tuple(cells)]})"
                problems.add(Problem(str(path), "+".join(key), " ".join(cells), expected, int(line)))
            seen.setdefault(tuple(cells), place)
    return pd.concat([frame for _, frame in good], ignore_index=True)


def _read_collected(path: Path) -> pd.Series | None:
    """Date of collection by sample; None without such a column. Raises InputError for two dates of one sample."""
    from biomarkers.errors import Problem, Problems
    from biomarkers.io import tables

    sheet = tables.read(path, "samples")
    if "collected" not in sheet:
        return None
    problems = Problems()
    dated = sheet[sheet["collected"].notna()]
    first = dated.drop_duplicates("sample").set_index("sample")["collected"]
    for line, sample, date in dated[["sample", "collected"]].itertuples():
        if date != first[sample]:
            expected = f"{first[sample]:%Y-%m-%d}, as in another row of sample {sample}"
            problems.add(Problem(str(path), "collected", f"{date:%Y-%m-%d}", expected, int(line)))
    problems.stop_if_any()
    return first


def _tested(scores: pd.DataFrame) -> set[str]:
    """Patients who had a row in the sheet that the scores were chosen from."""
    if "n_specimens" in scores:
        scores = scores[scores["n_specimens"] != 0]
    return set(scores["patient"])


def _identifiers(path: Path, problems: Problems) -> set[str] | None:
    """The identifiers in a sheet's column `patient`."""
    from biomarkers.errors import Problem
    from biomarkers.io import tables

    found = problems.catch(tables.read_cells, path)
    if found is None:
        return None
    header, rows, _ = found
    if "patient" not in header:
        problems.add(Problem(str(path), "patient", None, "a column of that name", 1))
        return None
    return {row[header.index("patient")] for row in rows}


def _warn(table: pd.DataFrame, steps: pd.DataFrame, mutated: set[str]) -> None:
    """Say on the terminal what a reader of the tables could overlook."""
    for row in steps[(steps["step"] == "unmatched") & (steps["excluded"] > 0)].itertuples():
        log.warning("%s: %s", row.reason, row.patients)
    if "tumor_only" in table and {0, 1} <= set(table["tumor_only"].dropna()):
        log.warning("some burdens are from tumor-only calls, others from pairs: see column tumor_only")
    if "denominator_source" in table and table["denominator_source"].dropna().unique().size > 1:
        log.warning("burdens stand over denominators of several kinds: see column denominator_source")
    if "sequenced" in table:
        odd = table.loc[(table["sequenced"] == 0) & table["patient"].isin(mutated), "patient"]
        if len(odd):
            log.warning("not sequenced, yet with mutations: %s", ", ".join(odd))
    counts = steps[steps["step"].isin(["unmatched", "other_sample"]) == 0]
    shown = counts["step"] + " " + counts["n"].astype("string").fillna("unknown")
    log.info(", ".join(shown))
