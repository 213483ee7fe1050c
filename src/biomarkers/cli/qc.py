"""`biomarkers qc`: reports of the tools in, one row per sample with its verdict out."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from biomarkers.cli._kinds import InputReport, InputTable, OutputTable
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
    variants: list[InputTable] | None = None,
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

    Parameters
    ----------
    samples
        Sheet of the run's samples.
    qc
        Table to write; `biomarkers tmb --qc` reads it.
    stats
        Reports of `samtools stats`, SAMPLE.txt.
    duplicates
        Reports of `samtools markdup -f`, SAMPLE.txt or SAMPLE.LIBRARY.txt.
    trimming
        Folders SAMPLE or SAMPLE.LIBRARY with fastp's JSON of each lane.
    depth
        mosdepth's SAMPLE.mosdepth.summary.txt, run with --by targets.
    thresholds
        mosdepth's SAMPLE.thresholds.bed.gz, run with --thresholds 10,25; one for each --depth.
    hs_metrics
        Reports of Picard's CollectHsMetrics, SAMPLE.txt.
    contamination
        Tables `sample contamination error sites applied`.
    variants
        Tables of `biomarkers variants`.
    denominator
        Tables of `biomarkers denominator`.
    orientation
        Whether the read orientation filter ran for the samples with reads.
    realign
        Whether alignments of the sheet were aligned again, so that their libraries have reports of their own.
    limit
        METRIC=WARN,FAIL for each limit that differs from the default; an empty value is not judged.
    section
        Table of the verdicts to write for MultiQC.
    rules
        What a sample is judged by besides the limits.

    """
    from biomarkers.errors import Problem, Problems
    from biomarkers.io import tables
    from biomarkers.io.files import write_texts
    from biomarkers.quality import page, tools
    from biomarkers.run import quality
    from biomarkers.run.check import read_samples

    given = {"stats": stats, "duplicates": duplicates, "trimming": trimming}
    given |= {"depth": depth, "thresholds": thresholds, "hs_metrics": hs_metrics}
    problems = Problems()
    # The workflow has checked the pairs already; here a tumor may stand alone.
    config = {"samples": str(samples), "calling": {"tumor_only": True}, "reads": {"realign": realign}}
    known = read_samples(config, problems)
    wrong = [*problems.found]
    problems.add(*rules.problems())
    if wrong:
        problems.stop_if_any()
    if len(depth or []) != len(thresholds or []):
        expected = f"as many files as --depth: {len(depth or [])}"
        problems.add(Problem("command line", "--thresholds", f"{len(thresholds or [])} files", expected))
    bounds = problems.catch(quality.limits, limit or [], quality.default_limits(rules.tumor_depth, rules.normal_depth))
    files = {kind: problems.catch(quality.by_sample, kind, paths or [], known) or {} for kind, paths in given.items()}
    estimates = problems.catch(quality.contamination, contamination or []) or {}
    shares = problems.catch(quality.callable_share, denominator or []) or {}
    called = {sample.sample for sample in known.called} if orientation else set()
    settings = {"vaf": rules.ffpe_vaf, "excess": rules.ffpe_excess, "least": rules.ffpe_least}
    counts = problems.catch(quality.variants, variants or [], orientation=called, **settings) or {}
    found: dict[str, list[tools.Measured]] = {}
    for name in known.by_name:
        of = {kind: paths.get(name, []) for kind, paths in files.items()}
        parts = []
        if of["stats"]:
            parts.append(problems.catch(quality.measured, tools.of_reads, of["stats"][0], of["duplicates"]))
        if of["trimming"]:
            parts.append(problems.catch(quality.measured, tools.of_trimming, quality.lanes(of["trimming"])))
        if of["depth"] and of["thresholds"]:
            parts.append(problems.catch(quality.measured, tools.of_depth, of["depth"][0], of["thresholds"][0]))
        if of["hs_metrics"]:
            parts.append(problems.catch(quality.measured, tools.of_capture, of["hs_metrics"][0]))
        if name in estimates:
            parts.append(tools.of_contamination(estimates[name]))
        parts += [table[name] for table in (shares, counts) if name in table]
        found[name] = [part for part in parts if part is not None]
    problems.stop_if_any()
    frame = quality.frame(quality.rows(known, found, bounds or {}))
    texts = {qc: tables.as_text(frame, "qc")}
    if section is not None:
        texts[section] = page.verdicts(frame)
    write_texts(texts)
