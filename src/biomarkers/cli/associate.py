"""`biomarkers associate` (Analysis): run every test that the analysis plan asks for."""

from __future__ import annotations

from typing import Any

from biomarkers.cli._kinds import InputList, InputTable, InputYaml, OutputJson, OutputLargeTable, OutputTable
from biomarkers.settings import Sheets


def associate(
    *,
    cohort: InputTable,
    plan: InputYaml,
    results: OutputTable,
    groups: OutputTable,
    mutations: InputTable | None = None,
    sequenced: InputTable | None = None,
    gene_sets: InputList | None = None,
    gene_panels: list[InputList] | None = None,
    memberships: OutputLargeTable | None = None,
    sensitivity: OutputTable | None = None,
    null_hits: OutputTable | None = None,
    models: OutputTable | None = None,
    predictions: OutputTable | None = None,
    curves: OutputTable | None = None,
    cutpoint_profiles: OutputTable | None = None,
    record: OutputJson | None = None,
    reading: Sheets,
) -> None:
    """Run every test of the analysis plan: which markers are associated with which endpoints.

    One row of the result table is the primary test; tests named in advance are secondary; all else is exploratory.
    A test that could not be done keeps its row and says why. In one treated arm a marker is "associated" with an
    outcome; whether it predicts the benefit of the treatment needs a comparison arm.

    Args:
        cohort: One row per patient: as `biomarkers cohort` writes it, or any table with `patient` and what the plan
            names.
        plan: The analysis plan (YAML): endpoints, markers with their cutoffs, and the one primary test.
        results: Where to write one row per estimate of a test, with 95 % interval, p, q (corrected for many tests) and
            a note.
        groups: Where to write one row per group compared: median time, rate, or median of the marker.
        mutations: Variants as `patient gene consequence`, one row each; needed when the plan has a `genes` block. Where
            they have a column `sample` and the cohort `tumor_sample`, only the chosen sample of a patient counts.
        sequenced: List of who was sequenced, as `biomarkers cohort` takes it; used where the cohort does not
            say it.
        gene_sets: Sets of genes beside those of the plan, each tested as one marker: a GMT file, YAML (names with
            lists of genes) or a table with `set` and `gene`; needs a `genes` block in the plan.
        gene_panels: Genes of the panels that the cohort's column gene_panel names: tables with `gene_panel` and `gene`,
            or panel files of cBioPortal. A gene that a patient's panel lacks is missing in that patient, not wild type.
        memberships: Where to write who was in which group: of each test of a declared marker as `test patient group`,
            and of each gene, set of genes and feature who is in its groups and who is not evaluable.
        sensitivity: Where to write the primary result under other choices (confirmation, censoring, definitions of the
            burden, exclusions, missing values imputed, single patients left out), one row each.
        null_hits: Where to write how many hits to expect where nothing is associated, by the plan's `permutations`.
        models: Where to write the model of the plan's prediction: coefficients, and how they vary over the folds.
        predictions: Where to write its out-of-fold predictions, one row per patient and repeat.
        curves: Where to write its calibration and its net benefit, one row a point.
        cutpoint_profiles: Where to write every cutoff that a search for the best one tried (`data_driven_cutpoints` of
            the plan), with its statistic and what the largest one must exceed.
        record: Where to write, as JSON, of which plan and tables the results are, by MD5.
    """
    options: dict[str, Any] = {**locals()}  # By their names, which are those of the tables.
    from biomarkers.io import files, provenance, tables
    from biomarkers.run.joins import analysis

    asked = {name: options[name] for name in analysis.TABLES}
    made = analysis.analyse(
        cohort,
        plan,
        asked,
        mutations=mutations,
        sequenced=sequenced,
        gene_sets=gene_sets,
        gene_panels=gene_panels or (),
        missing=reading.missing_words,
    )
    texts = tables.as_texts(made, asked)
    if record is not None:
        read = [path for path in (cohort, plan, mutations, sequenced, gene_sets, *(gene_panels or ())) if path]
        told = provenance.record("associate", {}, read, results=files.md5_of(texts[results]))
        texts[record] = provenance.as_json(told)
    files.write_texts(texts)
