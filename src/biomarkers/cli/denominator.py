"""`biomarkers denominator` (Variants to burden): measure the callable coding bases that a burden is divided by."""

from __future__ import annotations

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

    Args:
        targets: Capture targets, BED or Picard interval list.
        coding: Gene models as GFF3 or GTF (features CDS and stop_codon), or coding exons as BED; plain or gzip.
        regions: BED to write: the bases whose number is callable_bp.
        denominator: Table to write: one row with target_bp, coding_bp, callable_bp.
        sample: Tumor sample that the row is for; default: the table's name up to its first dot.
        tumor_coverage: mosdepth's per-base.bed.gz of the tumor (default flags, not --fast-mode), or quantized.bed.gz
            with a bound at --min-tumor-depth.
        normal_coverage: The same of the matched normal.
        splice_regions: BED to write: callable target bases within 2 bp of coding sequence, where splice acceptors and
            donors count.
        steps: Table to write: bp left after each step, what the exome loses where.
    """
    from biomarkers.burden import denominator as territory
    from biomarkers.cli import _options as options
    from biomarkers.errors import Problems
    from biomarkers.genome.bed import as_bed
    from biomarkers.io import files, tables

    problems = Problems(*rules.problems())
    name = denominator.name.split(".", 1)[0] if sample is None else sample
    options.check_name("--sample", name, problems)
    found = territory.measure(
        targets,
        coding,
        tumor_coverage=tumor_coverage,
        normal_coverage=normal_coverage,
        rules=rules,
        problems=problems,
    )
    texts = {
        regions: as_bed(found.regions),
        denominator: tables.rows_as_text([territory.row(found, name, rules)], "denominator"),
    }
    if splice_regions is not None:
        texts[splice_regions] = as_bed(found.splice)
    if steps is not None:
        lost = [{"sample": name, "step": step, "bp": bp} for step, bp in found.steps]
        texts[steps] = tables.rows_as_text(lost, "denominator_steps")
    files.write_texts(texts)
