"""Which patients were looked at for a gene, where they were sequenced by panels of genes (docs/methods.md, 6.32).

A gene that a patient's panel lacks is missing in that patient, neither mutated nor wild type. The panel alone decides,
so that carriers and others are left out alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from biomarkers.association.genes import Carriers
from biomarkers.association.values import Cohort
from biomarkers.errors import Problem, Problems, count, first_few, log
from biomarkers.genome import gene_panels
from biomarkers.genome.gene_panels import Panels
from biomarkers.stats.arrays import Booleans

COLUMN = "gene_panel"
"""Column of the cohort with the panel that a patient was sequenced by."""


class Assayed(NamedTuple):
    """Who was looked at for which gene. panel: of each patient of the cohort, in capitals; genes: of each panel.

    A panel without genes here is an exome or a genome.
    """

    panel: npt.NDArray[np.object_]
    genes: Panels

    def looked(self, symbol: str) -> Booleans:
        """Whether each patient's panel has the gene."""
        lacking = [name for name, genes in self.genes.items() if symbol.upper() not in genes]
        return np.asarray(~np.isin(self.panel, lacking), dtype=np.bool_)


def read(paths: Collection[Path], problems: Problems) -> Panels:
    """The panels of all files; a problem for one of which two files say different genes."""
    found: dict[str, frozenset[str]] = {}
    for path in paths:
        for name, symbols in gene_panels.read(path, problems).items():
            if found.setdefault(name, symbols) != symbols:
                problems.add(Problem(str(path), COLUMN, name, "each panel with the same genes in every file"))
    return found


def assayed(
    frame: pd.DataFrame, cohort: Cohort, panels: Panels, path: str | Path
) -> tuple[Cohort, Assayed | None, str]:
    """The cohort, in which who has no panel counts as not sequenced; who was looked at; why genes cannot be tested.

    frame: the cohort table. path: of it, for messages. None where everybody was looked at for the same genes.
    """
    if COLUMN not in frame or frame[COLUMN].isna().all():
        return cohort, None, ""
    names = frame[COLUMN].astype("string").str.strip().str.upper()
    used = sorted(set(names[cohort.sequenced].dropna()))
    unknown = [name for name in used if name not in panels and not gene_panels.whole(name)]
    if unknown and len(used) > 1:
        lacking = ", ".join(unknown)
        why = f"{path} has several panels in {COLUMN} ({', '.join(used)}), and nothing says which genes {lacking} has: "
        why += "a gene that it lacks would count as wild type; name its genes as clinical.gene_panels (--gene-panels)"
        return cohort, None, why
    unsaid = names.isna().to_numpy() & cohort.sequenced
    if unsaid.any():
        log.warning(
            "%s: %d sequenced patients have no %s: they are missing in tests of genes", path, unsaid.sum(), COLUMN
        )
    told = {name: panels[name] for name in used if name in panels}
    kept = replace(cohort, sequenced=cohort.sequenced & ~unsaid)
    return kept, Assayed(names.fillna("").to_numpy(dtype=object), told) if told else None, ""


def on_panel(pairs: pd.DataFrame, cohort: Cohort, found: Assayed | None, path: str | Path) -> pd.DataFrame:
    """Patients and genes (as `genes.carrying` gives them) of which the patient's own panel has the gene."""
    if found is None:
        return pairs
    place = {patient: i for i, patient in enumerate(cohort.patients)}
    of = pairs["patient"].map(place).to_numpy(int)
    inside = np.zeros(len(pairs), dtype=bool)
    for gene in pairs["gene"].unique():
        own = pairs["gene"].eq(gene).to_numpy()
        inside[own] = found.looked(gene)[of[own]]
    if not inside.all():
        shown = first_few(sorted(set(pairs.loc[~inside, "gene"])))
        why = f"since the patient's panel ({COLUMN}) lacks"
        one, many = f"gene of a patient is left out, {why} it", f"genes of patients are left out, {why} them"
        log.warning("%s: %s: %s", path, count(int((~inside).sum()), one, many), shown)
    return pairs[inside]


def with_looked(carriers: Carriers, found: Assayed | None) -> Carriers:
    """Genes with who was looked at for them; a gene that a panel lacks says how many are missing for it."""
    if found is None or not carriers.genes:
        return carriers
    looked = np.vstack([found.looked(gene) for gene in carriers.genes])
    lacking = "whose gene panel lacks it"
    notes = tuple(
        "" if own.all() else count(int((~own).sum()), f"patient {lacking} is", f"patients {lacking} are") + " missing"
        for own in looked
    )
    return carriers._replace(looked=looked, notes=notes)


def on_all(members: Collection[str], symbols: dict[str, set[str]], found: Assayed | None) -> list[str]:
    """Members that every panel in use has, by any of their symbols."""
    if found is None:
        return list(members)
    return [m for m in members if all(symbols[m] & genes for genes in found.genes.values())]


def alike(carriers: Carriers, cohort: Cohort) -> Iterator[tuple[Carriers, Cohort]]:
    """Genes for which the same patients were looked at, with the cohort in which only those count as sequenced."""
    if carriers.looked is None:
        yield carriers, cohort
        return
    patterns, code = np.unique(carriers.looked, axis=0, return_inverse=True)
    for number in dict.fromkeys(np.ravel(code).tolist()):
        own = np.flatnonzero(np.ravel(code) == number)
        genes, notes = (tuple(words[i] for i in own) for words in (carriers.genes, carriers.notes or carriers.genes))
        part = Carriers(genes, carriers.carrier[own], notes if carriers.notes else ())
        yield part, replace(cohort, sequenced=cohort.sequenced & patterns[number])
