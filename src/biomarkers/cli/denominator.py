"""`biomarkers denominator`: targets, genes and depth in, callable coding bases out."""

from __future__ import annotations

from pathlib import Path

from biomarkers.cli._kinds import InputBed, InputGenes, InputReport, OutputBed, OutputTable
from biomarkers.settings import CallableBases


def denominator(
    *,
    targets: InputBed,
    coding: InputGenes,
    regions: OutputBed,
    denominator: OutputTable,
    sample: str | None = None,
    tumor_coverage: InputReport | None = None,
    normal_coverage: InputReport | None = None,
    splice_regions: OutputBed | None = None,
    steps: OutputTable | None = None,
    rules: CallableBases,
) -> None:
    """Measure the callable coding bases that a burden is divided by.

    The denominator is target ∩ coding sequence ∩ deep enough, every base once, in bp. Without coverage the depth is
    taken for granted and the result is labelled `assumed`.

    Parameters
    ----------
    targets
        Capture targets, BED.
    coding
        Gene models as GFF3 or GTF (features CDS), or coding exons as BED; plain or gzip.
    regions
        BED to write: the bases whose number is callable_bp.
    denominator
        Table to write: one row with target_bp, coding_bp, callable_bp.
    sample
        Tumor sample that the row is for; default: the table's name up to its first dot.
    tumor_coverage
        mosdepth's per-base.bed.gz of the tumor (default flags, not --fast-mode), or quantized.bed.gz with a bound at
        --min-tumor-depth.
    normal_coverage
        The same of the matched normal.
    splice_regions
        BED to write: callable target bases within 2 bp of coding sequence, where splice acceptors and donors count.
    steps
        Table to write: bp left after each step, what the exome loses where.
    rules
        Which bases are deep enough.

    """
    import pandas as pd

    from biomarkers.burden import coding as genes
    from biomarkers.burden import coverage
    from biomarkers.burden import denominator as territory
    from biomarkers.cli import _options as options
    from biomarkers.errors import Problem, Problems
    from biomarkers.genome import regions as intervals
    from biomarkers.io import files, tables
    from biomarkers.io.lines import numbered

    problems = Problems(*rules.problems())
    if normal_coverage is not None and tumor_coverage is None:
        problems.add(Problem("command line", "--tumor-coverage", None, "the tumor's depth beside the normal's"))
    name = denominator.name.split(".", 1)[0] if sample is None else sample
    options.check_name("--sample", name, problems)
    target = problems.catch(intervals.read_bed, targets)
    exons = problems.catch(genes.coding_bases, str(coding), numbered(coding))
    tumor = problems.catch(coverage.deep, tumor_coverage, rules.tumor_depth) if tumor_coverage else None
    normal = problems.catch(coverage.deep, normal_coverage, rules.normal_depth) if normal_coverage else None
    if target is not None:
        known = [(str(coding), list(exons or {}))]
        known += [(str(p), c[1]) for p, c in ((tumor_coverage, tumor), (normal_coverage, normal)) if c]
        for file, contigs in known:
            found = intervals.naming_problem(str(targets), target, file, contigs)
            problems.add(*([found] if found else []))
    problems.stop_if_any()
    assert target is not None and exons is not None
    result = territory.denominator(target, exons, tumor and tumor[0], normal and normal[0])
    if result.coding_bp == 0:
        expected = f"bases of {coding} (same build?)"
        problems.add(Problem.said(str(targets), "file", "holds no base of coding sequence", expected))
    problems.stop_if_any()
    row = pd.DataFrame(
        {
            "sample": [name],
            "target_bp": [result.target_bp],
            "coding_bp": [result.coding_bp],
            "callable_bp": [result.callable_bp],
            "denominator_source": [result.source],
            "min_tumor_depth": pd.array([rules.tumor_depth if tumor else None], dtype="Int64"),
            "min_normal_depth": pd.array([rules.normal_depth if normal else None], dtype="Int64"),
        }
    )
    lost = pd.DataFrame(result.steps, columns=["step", "bp"]).assign(sample=name)
    texts: dict[Path, str] = {
        regions: intervals.as_bed(result.regions),
        denominator: tables.as_text(row, "denominator"),
    }
    if splice_regions is not None:
        texts[splice_regions] = intervals.as_bed(result.splice)
    if steps is not None:
        texts[steps] = tables.as_text(lost, "denominator_steps")
    files.write_texts(texts)
