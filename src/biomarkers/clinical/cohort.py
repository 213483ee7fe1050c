"""One row per enrolled patient: endpoints, burden, PD-L1, covariates and features side by side, nobody dropped.

Rules: docs/cohort.md. A value that a patient lacks stays empty: 0 is written only where 0 was measured.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import pandas as pd

from biomarkers.clinical import cohort_columns
from biomarkers.clinical.selection import STATUS, select
from biomarkers.errors import InputError, Problem, first_few, log, nearest
from biomarkers.genome.consequence_terms import terms_in, unknown_words, unread
from biomarkers.genome.tmb_definitions import built_in

SEQUENCED = ("ok", "warn")

Counted = Literal["nonsynonymous", "all"]


class Burden(NamedTuple):
    """columns: the cohort's burden columns, patient as index. selection: table `sample_selection`."""

    columns: pd.DataFrame
    selection: pd.DataFrame


def burden(
    tmb: pd.DataFrame,
    *,
    definition: str,
    collected: pd.Series | None = None,
    starts: pd.Series | None = None,
    normals: Collection[str] = (),
) -> Burden:
    """One sample per patient and its burden under every definition; `tmb_per_mb` is that of `definition`.

    tmb: rows of `tmb` tables (patient, sample, definition, ...). collected: date by sample; starts: treatment start by
    patient; normals: samples that are no tumors; the rule stands in `selection.select`. A failed sample has no burden.
    """
    taken = {column: own for column, own in cohort_columns.from_table("tmb").items() if own}
    tmb = tmb.reindex(columns=list(dict.fromkeys([*tmb.columns, *taken.values(), "callable_bp"])))
    rows = tmb.assign(
        status=pd.Categorical(tmb["status"], STATUS, ordered=True),
        tumor_only=tmb["tumor_only"].astype("string").str.lower().map({"1": 1, "true": 1, "0": 0, "false": 0}),
    )
    judged = ["status", "tumor_only", "callable_bp"]
    samples = rows.groupby(["patient", "sample"], as_index=False)[judged].max()
    samples = samples.astype({"status": object, "tumor_only": "Int64", "callable_bp": "Int64"})
    selection = select(samples, collected=collected, starts=starts, normals=normals)
    chosen = selection[selection["chosen"] == 1].set_index("patient")

    rows = rows[rows["sample"] == rows["patient"].map(chosen["sample"])]
    failed = rows["patient"].map(chosen["status"]) == "failed"
    rows = rows.assign(tmb_per_mb=rows["tmb_per_mb"].mask(failed))
    rows["n_variants"] = rows["n_variants"].astype("Int64").mask(failed)
    per_definition = {column: own for column, own in taken.items() if cohort_columns.PER_DEFINITION in column}
    first = rows[rows["definition"] == definition].set_index("patient").reindex(chosen.index)
    first = first.assign(**chosen[["sample", "status", "tumor_only"]], definition=definition)
    columns = pd.DataFrame({column: first[own] for column, own in taken.items() if column not in per_definition})
    for name in dict.fromkeys(rows["definition"]):
        if name != definition:
            further = rows[rows["definition"] == name].set_index("patient")
            for column, own in per_definition.items():
                columns[column.replace(cohort_columns.PER_DEFINITION, name)] = further[own]
    return Burden(columns, selection)


def one_sample(
    mutations: pd.DataFrame,
    *,
    collected: pd.Series | None = None,
    starts: pd.Series | None = None,
    normals: Collection[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Rows of the chosen sample of each patient, and the table `sample_selection`; None without a column `sample`.

    For a run without burdens: date, then name, decide. Rows that name no sample are kept.
    """
    if "sample" not in mutations or mutations["sample"].isna().all():
        return mutations, None
    samples = mutations.loc[mutations["sample"].notna(), ["patient", "sample"]].drop_duplicates()
    empty = pd.array([None] * len(samples), dtype="Int64")
    samples = samples.assign(status="ok", tumor_only=empty, callable_bp=empty)
    selection = select(samples, collected=collected, starts=starts, normals=normals)
    chosen = selection[selection["chosen"] == 1].set_index("patient")["sample"]
    kept = mutations["sample"].isna() | (mutations["sample"] == mutations["patient"].map(chosen))
    return mutations[kept], selection


def counts(mutations: pd.DataFrame, *, counted: Counted, path: str | Path) -> pd.Series:
    """Variants per patient that has rows (0 when none counts, missing when none is understood), patient as index.

    counted: `nonsynonymous` takes the rows that the definition of that name counts; `all` takes every row.
    Raises InputError when no row at all has a consequence that is known, since 0 would then mean nothing.
    """
    words = mutations["consequence"].fillna("").astype(str)
    hits, nobody_read = pd.Series(True, index=mutations.index), list[str]()
    if counted == "nonsynonymous":
        definition = built_in()[counted]
        hits = words.map(definition.counts).astype(bool)
        if len(words) and not any(terms_in(text) for text in set(words)):
            known = "Sequence Ontology terms or MAF classes such as missense_variant or Missense_Mutation"
            cell, line = words.iloc[0], int(mutations.index[0])
            raise InputError(Problem(str(path), "consequence", cell, f"{known}, or --count all", line))
        if unknown := unknown_words(words):
            log.warning("%s: consequences that nobody knows are not counted: %s", path, ", ".join(unknown))
        nobody_read = unread(mutations["patient"], words)
    found = hits.groupby(mutations["patient"]).sum().astype("Int64")
    if nobody_read:
        said = "%s: no consequence is known in any row of %s: n_variants is missing, not 0"
        log.warning(said, path, first_few(sorted(nobody_read)))
    return found.mask(found.index.isin(nobody_read))


def join(
    patients: pd.DataFrame,
    *,
    endpoints: pd.DataFrame | None = None,
    burden: pd.DataFrame | None = None,
    n_variants: pd.Series | None = None,
    tumor_sample: pd.Series | None = None,
    pdl1: pd.DataFrame | None = None,
    features: pd.DataFrame | None = None,
    listed: Mapping[str, bool] | None = None,
) -> pd.DataFrame:
    """The cohort table, in the order of `patients`; rows of other tables without a patient there are left out.

    endpoints: schema `endpoints`; when given, its columns replace those of the same name in `patients`. burden: as
    from `burden`. n_variants: as from `counts`, and tumor_sample, the sample by patient that they come from, are used
    without `burden`. listed: by patient, whether a list says that they were sequenced. pdl1: schema `pdl1_selected`.
    """
    unwritten = [column for column in cohort_columns.not_written() if column in patients]
    cohort = _as_written(patients.drop(columns=unwritten)).reset_index(drop=True)
    if endpoints is not None:
        own = [c for c in endpoints if c != "patient"]
        cohort = cohort.drop(columns=[c for c in own if c in cohort]).merge(endpoints, on="patient", how="left")
    if burden is not None:
        cohort = cohort.join(burden, on="patient")
        cohort["sequenced"] = cohort["tmb_status"].isin(SEQUENCED).astype("Int64")
    elif n_variants is not None or listed is not None:
        cohort["sequenced"] = _sequenced(cohort, n_variants, listed)
    if burden is None and n_variants is not None:
        found = cohort["patient"].map(n_variants).astype("Int64").where(cohort["patient"].isin(n_variants.index), 0)
        cohort["n_variants"] = found.where((cohort["sequenced"] == 1).fillna(False).astype(bool))
        if tumor_sample is not None:
            cohort["tumor_sample"] = cohort["patient"].map(tumor_sample)
    if pdl1 is not None:
        taken = cohort_columns.from_table("pdl1_selected")
        scores = pdl1.reindex(columns=["patient", *taken.values()]).set_axis(["patient", *taken], axis=1)
        cohort = cohort.merge(scores, on="patient", how="left")
        cohort["pdl1_status"] = cohort["pdl1_status"].fillna("not_tested")
    if features is not None:
        cohort = cohort.merge(_as_written(features), on="patient", how="left")
    return cohort


def _sequenced(cohort: pd.DataFrame, n_variants: pd.Series | None, listed: Mapping[str, bool] | None) -> pd.Series:
    """1 or 0 by the list, else by the patients' own column, else 1 where variants say so; missing where nobody does.

    A patient without variants is no patient with zero: perhaps nobody looked (docs/methods.md, 11.2).
    """
    patient = cohort["patient"]
    if listed is not None:
        return patient.map(lambda name: int(listed.get(name, False))).astype("Int64")
    stated = cohort["sequenced"] if "sequenced" in cohort else pd.Series(pd.NA, index=cohort.index)
    stated = stated.astype("Int64")
    return stated if n_variants is None else stated.mask(stated.isna() & patient.isin(n_variants.index), 1)


def _as_written(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of whole numbers as integers, so that a code 1 of a category is not written as 1.0."""
    numbers = frame.select_dtypes("float")
    whole = [c for c in numbers if ((numbers[c] % 1 == 0) & (numbers[c].abs() < 2**53) | numbers[c].isna()).all()]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def primary_definition(path: str | Path, tmb: pd.DataFrame, definition: str | None) -> str:
    """The definition that becomes `tmb_per_mb`: the one asked for, else the first of the table."""
    known = list(dict.fromkeys(tmb["definition"]))
    if definition is None:
        return known[0] if known else ""
    if definition not in known:
        expected = f"a definition of {path}: {', '.join(known)}{nearest(definition, known)}"
        raise InputError(Problem("command line", "--definition", definition, expected))
    return definition
