"""`biomarkers pictures` (Variants to burden): draw what each denominator lost and how far definitions agree."""

from __future__ import annotations

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
    from biomarkers.io import files
    from biomarkers.report import pictures as work

    texts = work.texts(
        tmb,
        agreement,
        steps or (),
        agreement_picture=agreement_picture,
        denominator_picture=denominator_picture,
        tumor_cells_picture=tumor_cells_picture,
        table=table,
    )
    files.write_texts(texts)
