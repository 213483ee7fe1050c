"""What a cBioPortal study says of mutations: genes of its MAF, who was sequenced, by which panels (rule 6.32)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from biomarkers.clinical.imports import cbioportal_files as files
from biomarkers.clinical.imports.cbioportal_files import Attribute, Clinical, Study
from biomarkers.errors import Problem, Problems, count, log
from biomarkers.genome import gene_names, gene_panels
from biomarkers.genome.consequence_terms import terms_in
from biomarkers.io import tables
from biomarkers.io.cells import MISSING, Cells

NOT_SOMATIC = ["germline", "loh", "none", "wildtype"]
"""Values of Mutation_Status of rows that are no somatic mutation."""
NO_ENTREZ = frozenset({*MISSING, "0", "-1", "-2", "-", "."})
"""Values of Entrez_Gene_Id that name no gene."""


class Genes:
    """Blocks of the mapping, and their tables.

    whose: patient by tumor sample. stated: samples that were sequenced by the sample file itself.
    """

    def __init__(self, study: Study, whose: Mapping[str, str], stated: Sequence[str]) -> None:
        self.study, self.whose, self.stated = study, dict(whose), list(stated)
        self.tables: dict[str, Cells] = {}
        self.notes: list[str] = []

    def blocks(self, problems: Problems) -> dict[str, Any]:
        """Genes of the MAF, and who was sequenced."""
        blocks: dict[str, Any] = {}
        samples, told_by = files.sequenced(self.study)
        if told_by is None and self.stated:
            samples, told_by = self.stated, self.study.sample
        if told_by is not None and self.whose:
            blocks["sequenced"] = self.sequenced_block(samples, told_by)
        path = self.study.mutations
        if path is not None and self.whose and (found := files.mutations(path, self.whose, problems)):
            cells, strangers = found
            if strangers:
                rows = count(strangers, "row is", "rows are")
                log.warning("%s: %s of samples that are no tumors of the study", path, rows)
            _name_no_gene(cells)
            known = {row[cells.header.index("Variant_Classification")] for row in cells.rows}
            if known and not any(map(terms_in, known)):
                expected = f"classes such as Missense_Mutation; {files.WITHOUT}"
                problems.add(Problem(str(path), "Variant_Classification", min(known), expected, cells.lines[0]))
                return blocks
            status = cells.header.index("Mutation_Status") if "Mutation_Status" in cells.header else None
            if any(status is None or row[status].casefold() not in NOT_SOMATIC for row in cells.rows):
                self.tables[path.name] = cells
                columns = {"patient": "PATIENT_ID", "gene": "Hugo_Symbol", "consequence": "Variant_Classification"}
                keep = {"sample": "Tumor_Sample_Barcode"}
                block: dict[str, Any] = {"file": path.name, "columns": columns, "keep": keep, "clean": True}
                if "Mutation_Status" in cells.header:
                    block["where"] = {"Mutation_Status": {"not": NOT_SOMATIC}}
                blocks["mutations"] = block
                self.notes.append(
                    f"{path}: genes only; for a burden name it as clinical.maf in place of clinical.mutations, with "
                    "reference.assumed_bp (docs/running.md)"
                )
        self.say_panels()
        return blocks

    def sequenced_block(self, samples: list[str], told_by: Path) -> dict[str, Any]:
        """Patients with a tumor sample on the list are 1, others of the study 0."""
        listed = set(samples) & self.whose.keys()
        if strangers := set(samples) - self.whose.keys():
            said = "%s: %s no tumors of the study, such as %s"
            log.warning(said, told_by, count(len(strangers), "sample is", "samples are"), min(strangers))
        whose = {self.whose[sample] for sample in listed}
        rows = [[patient, str(int(patient in whose))] for patient in dict.fromkeys(self.whose.values())]
        name = f"{told_by.parent.name}/{told_by.name}"
        self.tables[name] = Cells(str(told_by), ["PATIENT_ID", "SEQUENCED"], rows, [1] * len(rows))
        return {"file": name, "columns": {"patient": "PATIENT_ID", "sequenced": "SEQUENCED"}, "clean": True}

    @property
    def mutated(self) -> bool:
        """Whether there are genes."""
        return any(path is not None and path.name in self.tables for path in [self.study.mutations])

    def say_panels(self) -> None:
        """Which panels there are; a gene that one lacks is missing in its samples, so their genes must be known."""
        counts = Counter(panel for sample, panel in files.panels(self.study).items() if sample in self.whose)
        if counts:
            shown = ", ".join(f"{panel} ({n})" for panel, n in counts.most_common())
            said = f"{self.study.panels}: samples by gene panel: {shown}"
            unlisted = [panel for panel in counts if panel not in files.listed_panels(self.study)]
            unlisted = [panel for panel in unlisted if not gene_panels.whole(panel)]
            if len(counts) > 1 and unlisted:
                sentence = (
                    "%s; genes are not tested without the genes of %s: data_gene_panel_NAME.txt in the study, or "
                )
                sentence += "a table of them as clinical.gene_panels (docs/methods.md, 6.32)"
                log.warning(sentence, said, ", ".join(unlisted))
            else:
                self.notes.append(said)


def _name_no_gene(cells: Cells) -> None:
    """`Unknown` in place of an empty symbol, in the table itself.

    Where an Entrez identifier names a gene it stays empty, which is refused: its carriers would be wild type in it.
    """
    symbol = cells.header.index("Hugo_Symbol")
    entrez = cells.header.index("Entrez_Gene_Id") if "Entrez_Gene_Id" in cells.header else None
    nameless = [row for row in cells.rows if row[symbol] in MISSING and (entrez is None or row[entrez] in NO_ENTREZ)]
    for row in nameless:
        row[symbol] = gene_names.NO_GENE
    if nameless:
        rows = count(len(nameless), "row has", "rows have")
        log.warning("%s: %s no Hugo_Symbol: kept, as of no gene (%s)", cells.path, rows, gene_names.NO_GENE)


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
