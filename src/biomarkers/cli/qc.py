"""`biomarkers qc` (Variants to burden): judge each sample by what the tools measured: pass, warn or fail."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from biomarkers.cli._kinds import InputReport, InputTable, InputVariants, OutputTable
from biomarkers.settings import Quality


def qc(
    *,
    samples: InputTable,
    qc: OutputTable,
    stats: list[InputReport] | None = None,
    duplicates: list[InputReport] | None = None,
    trimming: list[InputReport] | None = None,
    depth: list[InputReport] | None = None,
    thresholds: list[InputReport] | None = None,
    hs_metrics: list[InputReport] | None = None,
    contamination: list[InputTable] | None = None,
    variants: list[InputVariants] | None = None,
    denominator: list[InputTable] | None = None,
    orientation: Annotated[bool, Parameter(negative="--no-orientation")] = True,
    realign: bool = False,
    limit: list[str] | None = None,
    section: OutputTable | None = None,
    rules: Quality,
) -> None:
    """Gather what the tools measured of each sample, and judge it: pass, warn or fail.

    Every sample of the sheet has a row. A number that was not measured is empty and not judged; one that was looked
    at and cannot be told is empty too, or told and not judged, and named under `undetermined`. Reports belong to a
    sample by their file's name: SAMPLE or SAMPLE.LIBRARY before the usual ending.

    Args:
        samples: Sheet of the run's samples.
        qc: Table to write; `biomarkers tmb --qc` reads it.
        stats: Reports of `samtools stats`, SAMPLE.txt.
        duplicates: Reports of `samtools markdup -f`, SAMPLE.txt or SAMPLE.LIBRARY.txt.
        trimming: Folders SAMPLE or SAMPLE.LIBRARY with fastp's JSON of each lane.
        depth: mosdepth's SAMPLE.mosdepth.summary.txt, run with --by targets.
        thresholds: mosdepth's SAMPLE.thresholds.bed.gz, run with --thresholds 10,25; one for each --depth.
        hs_metrics: Reports of Picard's CollectHsMetrics, SAMPLE.txt.
        contamination: Tables with sample, contamination, error, sites and applied, as the workflow writes them.
        variants: Tables of `biomarkers variants`.
        denominator: Tables of `biomarkers denominator`.
        orientation: Whether the read orientation filter ran for the samples with reads.
        realign: Whether alignments of the sheet were aligned again, so that their libraries have reports of their own.
        limit: METRIC=WARN,FAIL for each limit that differs from the default; an empty value is not judged.
        section: Table of the verdicts to write for MultiQC.
    """
    options: dict[str, Any] = {**locals()}  # By their names, which are those of the reports.
    from biomarkers.io import files, tables
    from biomarkers.quality import page
    from biomarkers.run import quality

    reports = {kind: options[kind] for kind in quality.REPORTS}
    frame = quality.judged(samples, reports, limit or (), rules=rules, orientation=orientation, realign=realign)
    texts = {qc: tables.as_text(frame, "qc")}
    files.write_texts(texts | ({} if section is None else {section: page.verdicts(frame)}))
