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
    tumor_cells_picture: OutputPicture | None = None,
    table: OutputTable | None = None,
) -> None:
    """Draw the bases left at each step of the denominator, how far definitions agree, and what tumor cells do.

    Pictures are SVG files that a browser opens; the page of `biomarkers report` holds the same ones.

    Args:
        tmb: Table of `biomarkers tmb`, for --agreement-picture and --tumor-cells-picture.
        agreement: Table of `biomarkers tmb --agreement`; adds rank correlations to the picture.
        steps: Tables of `biomarkers denominator --steps`, any number, for --denominator-picture and --table.
        agreement_picture: SVG to write: each sample's burden under the other definitions against the first, with the
            cutoff.
        denominator_picture: SVG to write: bases left at each step, for every sample and for the cohort.
        tumor_cells_picture: SVG to write: the burden of each sample against its share of tumor cells.
        table: Table to write: the steps of all samples in one.
    """
    from biomarkers.errors import Problem, Problems
    from biomarkers.io import files, many_tables, tables
    from biomarkers.report.drawing import svg
    from biomarkers.report.sections import burden, tumor_cells

    problems = Problems()
    of_burdens = {"--agreement-picture": agreement_picture, "--tumor-cells-picture": tumor_cells_picture}
    for option, path in of_burdens.items():
        if path is not None and tmb is None:
            problems.add(Problem("command line", "--tmb", None, f"the burden table that {option} is drawn from"))
    if (denominator_picture is not None or table is not None) and not steps:
        problems.add(Problem("command line", "--steps", None, "the tables that --denominator-picture and --table need"))
    if denominator_picture is None and table is None and not any(of_burdens.values()):
        expected = "something to write: --agreement-picture or --denominator-picture"
        problems.add(Problem("command line", "--denominator-picture", None, expected))
    values = problems.catch(tables.read, tmb, "tmb") if tmb else None
    pairs = problems.catch(tables.read, agreement, "agreement") if agreement else None
    every = many_tables.read_several(steps or [], "denominator_steps", ("sample", "step"), problems)
    problems.stop_if_any()
    texts: dict[Path, str] = {}
    if table is not None and every is not None:
        texts[table] = tables.as_text(every, "denominator_steps")
    if denominator_picture is not None and every is not None:
        texts[denominator_picture] = svg(burden.or_nothing(burden.denominators(every), denominator_picture.stem).spec)
    if agreement_picture is not None and values is not None:
        texts[agreement_picture] = svg(burden.or_nothing(burden.agreements(values, pairs), agreement_picture.stem).spec)
    if tumor_cells_picture is not None and values is not None:
        found = tumor_cells.pictures(tumor_cells.placed(values)) if len(values) else []
        texts[tumor_cells_picture] = svg(burden.or_nothing(found, tumor_cells_picture.stem).spec)
    files.write_texts(texts)
