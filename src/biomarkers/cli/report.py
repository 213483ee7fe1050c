"""`biomarkers report` (Analysis): make the page: one HTML file that works offline."""

from __future__ import annotations

from typing import Any

from biomarkers.cli._kinds import (
    InputJson,
    InputTable,
    InputYaml,
    OutputFolder,
    OutputPage,
    OutputTable,
    OutputText,
    OutputWorkbook,
)
from biomarkers.settings import Sheets, Shown


def report(
    *,
    cohort: InputTable,
    page: OutputPage,
    results: InputTable | None = None,
    memberships: InputTable | None = None,
    rates: InputTable | None = None,
    groups: InputTable | None = None,
    flow: InputTable | None = None,
    exclusions: InputTable | None = None,
    tmb: InputTable | None = None,
    agreement: InputTable | None = None,
    steps: InputTable | None = None,
    adverse_events: InputTable | None = None,
    responses: InputTable | None = None,
    design: InputTable | None = None,
    readers: InputTable | None = None,
    discordant: InputTable | None = None,
    presets: InputTable | None = None,
    adverse_event_times: InputTable | None = None,
    sensitivity: InputTable | None = None,
    power: InputTable | None = None,
    null_hits: InputTable | None = None,
    models: InputTable | None = None,
    curves: InputTable | None = None,
    cutpoint_profiles: InputTable | None = None,
    patients: InputTable | None = None,
    assessments: InputTable | None = None,
    visits: InputTable | None = None,
    events: InputTable | None = None,
    pdl1: InputTable | None = None,
    mutations: InputTable | None = None,
    variants: list[InputTable] | None = None,
    qc: InputTable | None = None,
    concordance: InputTable | None = None,
    plan: InputYaml | None = None,
    record: InputJson | None = None,
    multiqc: str | None = None,
    in_force: str | None = None,
    title: str | None = None,
    figures: OutputFolder | None = None,
    workbook: OutputWorkbook | None = None,
    readme: OutputText | None = None,
    key: OutputTable | None = None,
    shown: Shown,
    reading: Sheets,
) -> None:
    """Make the page: one HTML file with the primary result, the patients' flow, endpoints, figures and every test.

    The page holds all it needs and may be sent by mail, opened without a network and printed. A table that is not given
    leaves its section empty, and the section says so. The page names patients as the cohort table does, or by
    numbers (--anonymous).

    Args:
        cohort: One row per patient, as `biomarkers cohort` writes it.
        page: The HTML file to write.
        results: One row per test, as `biomarkers associate --results` writes it. Without it nothing is said to be
            associated.
        memberships: Who was in which group of a test, a gene or a feature, as `biomarkers associate --memberships`
            writes it. Without it there are no survival curves by marker and no oncoprint.
        rates: Response rates, medians and landmark rates, as `biomarkers endpoints --rates` writes them.
        groups: The groups that were compared, as `biomarkers associate --groups` writes them.
        flow: Patients at each step with the reasons for exclusion, as `biomarkers cohort --flow` writes them.
        exclusions: Who is not held by a step of the flow, and why, as `biomarkers cohort --exclusions` writes it.
        tmb: One row per sample and definition, as `biomarkers tmb` writes it.
        agreement: How far definitions of the burden agree, as `biomarkers tmb --agreement` writes it.
        steps: Bases left at each step of the denominator, as `biomarkers pictures --table` writes it.
        adverse_events: Patients with adverse events per class and term: the workflow's
            `results/clinical/adverse_events.tsv`.
        responses: Patients with each best response, as `biomarkers endpoints --responses` writes them.
        design: The response rate against the null rate of the design, as `biomarkers endpoints --design` writes it.
        readers: Agreement of readers, as `biomarkers endpoints --readers` writes it.
        discordant: Who was read differently, as `biomarkers endpoints --discordant` writes it.
        presets: Whose times depend on the censoring preset, as `biomarkers endpoints --presets` writes them.
        adverse_event_times: How soon the first events came, as `biomarkers endpoints --adverse-event-times` writes it.
        sensitivity: The primary result under other choices, as `biomarkers associate --sensitivity` writes it.
        power: What so many patients can see, as `biomarkers power` writes it.
        null_hits: Hits to expect by chance, as `biomarkers associate --null-hits` writes them.
        models: The model of the prediction, as `biomarkers associate --models` writes it.
        curves: Its calibration and net benefit, as `biomarkers associate --curves` writes them.
        cutpoint_profiles: The cutoffs that a search tried, as `biomarkers associate --cutpoint-profiles` writes them.
        patients: The patients sheet: dates of each patient.
        assessments: The assessments sheet: visits of each patient.
        visits: Sums of the lesions at each visit, as `biomarkers endpoints --visits` writes them.
        events: The adverse events sheet, one row an event: those of each patient.
        pdl1: The PD-L1 score of each patient, as `biomarkers pdl1 --selected` writes it: assay and specimen.
        mutations: Variants by patient and gene, as `biomarkers tmb --mutations` writes them.
        variants: Variants of each sample, as `biomarkers variants` writes them: what excluded those that do not count.
        qc: What was measured of each sample, as `biomarkers qc` writes it.
        concordance: Which pairs of samples come from one individual, as `biomarkers concordance` writes it.
        plan: The analysis plan; gives the title, the endpoints' columns and the markers' scales.
        record: Of which plan and tables the results are, as `biomarkers associate --record` writes it.
        multiqc: Where MultiQC's page stands, as seen from the page's folder, for a link.
        in_force: The run's config in force as JSON: what the page says of the methods.
        title: Heading of the page; else the plan's title.
        figures: Folder for every figure of the page as SVG, PDF and PNG files.
        workbook: Cohort, endpoints, rates, tests, genes and adverse events for a spreadsheet program, and what each
            column means.
        readme: What to open first in the results of a run, and what its folders hold.
        key: Of an anonymous page which number is who; by default beside the page's folder, as `FOLDER_key.tsv`. Numbers
            of one that is there stay.
    """
    options: dict[str, Any] = {**locals()}  # By their names, which are those of the tables.
    from biomarkers.io import files
    from biomarkers.report import keys
    from biomarkers.report.given import PATHS
    from biomarkers.report.made import Places, made
    from biomarkers.report.reading import read

    given = read(
        plan,
        reading.missing_words,
        record=record,
        multiqc=multiqc,
        variants=variants or (),
        settings_in_force=in_force,
        **{name: options[name] for name in PATHS},
    )
    found = made(given, title, Places(page, figures, workbook, readme, key), anonymous=shown.anonymous)
    files.write_texts(found.files)
    keys.warn(found.key)
