"""Gene panels of a cBioPortal study: whose panel it is, from the matrix, and which genes each has (rule 6.32)."""

from __future__ import annotations

import pandas as pd

from biomarkers.clinical.imports import cbioportal_files as files
from biomarkers.clinical.imports.cbioportal_files import Attribute, Clinical, Study
from biomarkers.io import tables

FILE = "gene_panels.tsv"
HEADING = "GENE_PANEL"


def add_to(sample: Clinical, study: Study) -> None:
    """The panel of each sample as a column of the sample file, where the matrix says it and the file does not."""
    found, cells = files.panels(study), sample.cells
    if HEADING in cells.header or not found:
        return
    own = cells.header.index("SAMPLE_ID")
    cells.header.append(HEADING)
    for row in cells.rows:
        row.append(found.get(row[own], ""))
    sample.told[HEADING] = Attribute("Gene panel", "of the gene panel matrix")


def table(study: Study) -> str:
    """The genes of the study's panels as a table; empty without panel files."""
    listed = files.listed_panels(study)
    rows = [(name, gene) for name, genes in listed.items() for gene in genes]
    return tables.as_text(pd.DataFrame(rows, columns=["gene_panel", "gene"]), "gene_panels") if rows else ""
