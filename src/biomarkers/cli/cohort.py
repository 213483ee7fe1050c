"""`biomarkers cohort` (Clinical data): join endpoints, burden, PD-L1 and covariates, one row per patient."""

from __future__ import annotations

from typing import Literal

from biomarkers.cli._kinds import InputTable, InputYaml, OutputTable
from biomarkers.settings import Sheets


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
    sequenced: InputTable | None = None,
    cohort: OutputTable,
    flow: OutputTable,
    exclusions: OutputTable | None = None,
    selection: OutputTable | None = None,
    reading: Sheets,
) -> None:
    """Join endpoints, burden, PD-L1 and covariates, one row per enrolled patient; nobody is dropped.

    Zero, missing and not evaluable stay apart: a burden of 0 is a value, a failed or absent sample leaves it empty. Of
    several tumor samples one is taken: not failed, collected on or before treatment start, nearest to it, ok before
    warn, with a matched normal, more callable bases. A patient of another table who
    is not in the patients sheet is left out with a warning and a row in the flow, since sequencing often starts before
    enrolment; the flow also lists patients who are missing from a table, and identifiers that nearly match.

    Args:
        patients: Patients sheet. Columns that are not dates are covariates; endpoints that were derived elsewhere may
            stand here.
        endpoints: Table of `biomarkers endpoints`; replaces endpoint columns of the patients sheet.
        tmb: Tables of `biomarkers tmb`, one or many.
        definition: Definition whose burden becomes tmb_per_mb, the others becoming tmb_per_mb_DEFINITION; by default
            the first.
        pdl1: Chosen scores of `biomarkers pdl1` (its --selected).
        features: Further markers: patient and any columns.
        samples: Sample sheet; its column `collected` (dates) tells which of a patient's samples is nearest to
            treatment, and `status` which are normals; cBioPortal's data_clinical_sample.txt tells normals, too.
        mutations: One row per variant: patient, gene, consequence. Without --tmb their number becomes n_variants; a
            column sample then tells several samples of a patient apart, one of which is counted.
        count: Which rows of the mutation table count.
        plan: Analysis plan; its primary marker and endpoint decide who is in the primary analysis. Without it:
            tmb_per_mb and responder.
        sheets: Further sheets with a column patient (assessments, adverse events, ...) whose identifiers are compared.
        sequenced: List of who was sequenced: a table with patient and, where not all were, sequenced (1 or 0), or a
            list of samples as in `biomarkers variants --samples`. Without it, a column sequenced or --tmb, a patient
            without variants is missing, not zero.
        cohort: Table to write: one row per patient.
        flow: Table to write: counts at each step and identifiers that do not match.
        exclusions: Table to write: who is not held by a step of the flow, and why.
        selection: Table to write: every tumor sample, whether it stands for its patient, and why.
    """
    from biomarkers.io import tables
    from biomarkers.run.joins import cohort as joining

    made = joining.join(
        patients,
        endpoints=endpoints,
        tmb=tmb or [],
        definition=definition,
        pdl1=pdl1,
        features=features,
        samples=samples,
        mutations=mutations,
        count=count,
        plan=plan,
        sheets=sheets or [],
        sequenced=sequenced,
        missing=reading.missing_words,
    )
    asked = {"cohort": cohort, "flow": flow, "exclusions": exclusions, "sample_selection": selection}
    tables.write_all(made.tables, asked)
    joining.warn(made)
