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
    from biomarkers.burden import inputs as burdens
    from biomarkers.burden import mutations as genes
    from biomarkers.burden import tmb as burden
    from biomarkers.errors import InputError, Problem, Problems
    from biomarkers.genome import tmb_definitions as defined
    from biomarkers.io import files, schemas, tables
    from biomarkers.io import provenance as records
    from biomarkers.quality import page

    problems = Problems()
    if not denominator and shared_denominator is None and assumed_bp is None:
        expected = "--denominator, --shared-denominator or --assumed-bp"
        problems.add(Problem("command line", "--denominator", None, expected))
    territory = schemas.load("config")["properties"]["reference"]["properties"]["assumed_bp"]
    if not schemas.validator(territory).is_valid(assumed_bp):
        problems.add(Problem("command line", "--assumed-bp", assumed_bp, schemas.expected(territory)))
    if (calibration is None) != (assay is None):
        problems.add(Problem("command line", "--assay", assay, "--calibration and --assay together"))
    own = problems.catch(defined.read_custom, custom) if custom else None
    listed = burdens.read_variants(variants, problems)
    names = definition or burdens.default_definitions(listed)
    wanted = problems.catch(defined.choose, names, own) or []
    sizes = problems.catch(burdens.read_denominators, denominator or [])
    if shared_denominator is not None and sizes is not None:
        sizes = problems.catch(burdens.shared, shared_denominator, listed, sizes)
    status = problems.catch(burdens.read_status, qc) if qc else None
    stated = problems.catch(burdens.read_purity, purity) if purity else None
    rule = problems.catch(burdens.read_calibration, calibration, assay) if calibration and assay else None
    problems.stop_if_any()
    samples = burdens.samples(listed, wanted, sizes=sizes or {}, assumed_bp=assumed_bp, status=status, purity=stated)
    if purity is not None and stated and stated.keys().isdisjoint(one.sample for one in samples):
        expected = f"a sample of the variants tables, such as {samples[0].sample}" if samples else "a sample"
        raise InputError(Problem(str(purity), "sample", next(iter(stated)), expected))
    frame = burden.rows(samples, wanted, rule)
    used = [
        *variants,
        *(denominator or []),
        *(p for p in (shared_denominator, custom, qc, purity, calibration) if p is not None),
    ]
    text = records.as_json(
        burdens.origin(listed, wanted, used, sizes=sizes or {}, assumed_bp=assumed_bp, calibration=rule)
    )
    texts = {tmb: tables.as_text(frame, "tmb"), provenance or records.beside(tmb): text}
    if mutations is not None:
        texts[mutations] = tables.as_text(genes.mutations([one.table for one in listed]), "mutations")
    if agreement is not None:
        texts[agreement] = tables.as_text(pairs.agreement(frame, cut=defined.FDA_CUTOFF), "agreement")
    if general_statistics is not None:
        texts[general_statistics] = page.general_statistics(frame, wanted[0].name)
    files.write_texts(texts)
