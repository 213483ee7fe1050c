"""`biomarkers tmb` (Variants to burden): divide the counts by the callable megabases, with exact intervals."""

from __future__ import annotations

from biomarkers.cli._kinds import (
    InputTable,
    InputVariants,
    InputYaml,
    OutputJson,
    OutputLargeTable,
    OutputTable,
    OutputTableAndJson,
)


def tmb(
    *,
    variants: list[InputVariants],
    tmb: OutputTableAndJson,
    denominator: list[InputTable] | None = None,
    shared_denominator: InputTable | None = None,
    assumed_bp: int | None = None,
    definition: list[str] | None = None,
    custom: InputYaml | None = None,
    qc: InputTable | None = None,
    purity: InputTable | None = None,
    calibration: InputTable | None = None,
    assay: str | None = None,
    provenance: OutputJson | None = None,
    mutations: OutputLargeTable | None = None,
    agreement: OutputTable | None = None,
    general_statistics: OutputTable | None = None,
) -> None:
    """Divide the counted variants by the callable megabases, with exact Poisson intervals.

    One row per sample and definition. A burden of 0 is a value; a sample without territory or with failed quality
    control keeps its row, `status` failed and an empty burden. A JSON beside the table says which terms and
    thresholds, annotation, versions and files each value came from.

    Args:
        variants: Tables of `biomarkers variants`, any number.
        tmb: Table to write.
        denominator: Tables of `biomarkers denominator`, joined to the variants by sample.
        shared_denominator: Table of `biomarkers denominator` whose one row stands for every sample without one in
            --denominator: the targets of an exome whose calls came as a MAF.
        assumed_bp: Territory in bp for samples without a row in --denominator; labelled `assumed`.
        definition: Definitions to report, of those that `biomarkers variants` knows. Default: those of the variants
            tables.
        custom: YAML file with `terms` for the definition `custom`.
        qc: Table with `sample` and `status` (pass, warn, fail); the burden of a failed sample is missing.
        purity: Table with `sample` and `purity`, the share of tumor cells (0 to 1) that a pathologist or a program
            states, such as the sheet of samples; beside it stands what the variants' fractions tell.
        calibration: Table with `assay slope intercept source`; both the raw and the calibrated value are written.
        assay: Row of the calibration table that applies.
        provenance: JSON to write; default: the table's name with .json.
        mutations: Table to write for tests of genes: `patient gene consequence`, one row per variant and gene.
        agreement: Table to write: how far the definitions agree over the samples, one row per pair.
        general_statistics: Table of the first definition to write for the general statistics of MultiQC.
    """
    from biomarkers.burden import agreement as pairs
    from biomarkers.burden import given
    from biomarkers.burden import mutations as genes
    from biomarkers.burden import tmb as burden
    from biomarkers.genome.tmb_definitions import FDA_CUTOFF
    from biomarkers.io import files, tables
    from biomarkers.io import provenance as records
    from biomarkers.quality import page

    found = given.read(
        variants,
        denominators=denominator or (),
        shared_denominator=shared_denominator,
        assumed_bp=assumed_bp,
        definitions=definition,
        custom=custom,
        qc=qc,
        purity=purity,
        calibration=calibration,
        assay=assay,
        genes=mutations is not None,
    )
    frame = burden.rows(found.samples, found.definitions, found.calibration)
    texts = {tmb: tables.as_text(frame, "tmb"), provenance or records.beside(tmb): records.as_json(found.record)}
    if mutations is not None:
        texts[mutations] = tables.as_text(genes.mutations([one.table for one in found.tables]), "mutations")
    if agreement is not None:
        texts[agreement] = tables.as_text(pairs.agreement(frame, cut=FDA_CUTOFF), "agreement")
    if general_statistics is not None:
        texts[general_statistics] = page.general_statistics(frame, found.definitions[0].name)
    files.write_texts(texts)
