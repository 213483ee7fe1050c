"""`biomarkers pictures` (Variants to burden): draw what each denominator lost and how far definitions agree."""

from __future__ import annotations

from pathlib import Path

from biomarkers.cli._kinds import InputTable, OutputPicture, OutputTable


def pictures(
    *,
    tmb: InputTable | None = None,
    agreement: InputTable | None = None,
    steps: list[InputTable] | None = None,
    agreement_picture: OutputPicture | None = None,
    denominator_picture: OutputPicture | None = None,
    table: OutputTable | None = None,
) -> None:
    """Draw the bases left at each step of the denominator, and how far the definitions of burden agree.

    Pictures are SVG files that a browser opens; the page of `biomarkers report` holds the same ones.

    Args:
        tmb: Table of `biomarkers tmb`, for --agreement-picture.
        agreement: Table of `biomarkers tmb --agreement`; adds rank correlations to the picture.
        steps: Tables of `biomarkers denominator --steps`, any number, for --denominator-picture and --table.
        agreement_picture: SVG to write: each sample's burden under the other definitions against the first, with the
            cutoff.
        denominator_picture: SVG to write: bases left at each step, for every sample and for the cohort.
        table: Table to write: the steps of all samples in one.
    """
    from biomarkers.errors import Problem, Problems
    from biomarkers.io import files, tables
    from biomarkers.report.page import svg
    from biomarkers.report.sections import burden

    problems = Problems()
    if agreement_picture is not None and tmb is None:
        problems.add(Problem("command line", "--tmb", None, "the burden table that --agreement-picture is drawn from"))
    if (denominator_picture is not None or table is not None) and not steps:
        problems.add(Problem("command line", "--steps", None, "the tables that --denominator-picture and --table need"))
    if agreement_picture is None and denominator_picture is None and table is None:
        expected = "something to write: --agreement-picture or --denominator-picture"
        problems.add(Problem("command line", "--denominator-picture", None, expected))
    values = problems.catch(tables.read, tmb, "tmb") if tmb else None
    pairs = problems.catch(tables.read, agreement, "agreement") if agreement else None
    every = tables.read_several(steps or [], "denominator_steps", ("sample", "step"), problems)
    problems.stop_if_any()
    texts: dict[Path, str] = {}
    if table is not None and every is not None:
        texts[table] = tables.as_text(every, "denominator_steps")
    if denominator_picture is not None and every is not None:
        texts[denominator_picture] = svg(burden.or_nothing(burden.denominators(every), denominator_picture.stem))
    if agreement_picture is not None and values is not None:
        texts[agreement_picture] = svg(burden.or_nothing(burden.agreements(values, pairs), agreement_picture.stem))
    files.write_texts(texts)
