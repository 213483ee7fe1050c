"""Sets of genes as markers: carriers of a counted variant in any member (docs/methods.md, 6.22)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from biomarkers.association import gene_panels, genes
from biomarkers.association.specification import Genes
from biomarkers.association.values import Cohort
from biomarkers.errors import Problem, Problems, count, first_few, nearest
from biomarkers.genome.gene_sets import GeneSet, built_in, made, read

NAMED = 10
"""Members of a set that a note names."""


def chosen(
    plan: Genes, file: Path | None, path: str | Path, problems: Problems, *, taken: Collection[str]
) -> dict[str, GeneSet]:
    """The sets that a plan asks for, and those of a file given beside it, by name.

    path: of the plan, for messages. taken: names of markers and genes, as far as they are known, which no set may have.
    """
    found: list[GeneSet] = []
    for one in plan.sets:
        if not isinstance(one, str):
            found.append(made(*one, Path(path).name))
        elif one in built_in():
            found.append(built_in()[one])
        elif Path(one).is_file():
            found += read(Path(one), problems)
        else:
            known = ", ".join(built_in())
            problems.add(Problem(str(path), "genes.sets", one, f"a file, or one of {known}{nearest(one, built_in())}"))
    found += [] if file is None else read(file, problems)
    sets: dict[str, GeneSet] = {}
    for own in found:
        if own.name in sets and sets[own.name] != own:
            problems.add(Problem(str(path), "genes.sets", own.name, "each set once; two of that name differ"))
        sets[own.name] = own
    for name in sorted(sets.keys() & taken):
        expected = "a name that no marker of the plan and no gene of the mutation table has"
        problems.add(Problem(str(path), "genes.sets", name, expected))
    return sets


def carriers(
    sets: Mapping[str, GeneSet],
    pairs: pd.DataFrame,
    unclear: pd.DataFrame,
    mutations: pd.DataFrame,
    cohort: Cohort,
    assayed: gene_panels.Assayed | None = None,
) -> genes.Carriers:
    """Who carries a counted variant in any member; one row per set, in their order.

    pairs: as `genes.carrying` gives them. unclear: as in `genes.Unclear`; who has one in a member and carries none is
    missing. mutations: all variants, which show the genes that were looked at. assayed: of patients sequenced by
    panels; only members that all of their panels have count, so that the set is one question.
    """
    symbols, seen = pairs["gene"].str.upper(), set(mutations["gene"].str.upper())
    rows, notes, doubtful = [], [], []
    for one in sets.values():
        of_member = {m: {s for s, own in one.genes.items() if own == m} for m in one.members}
        members = gene_panels.on_all(one.members, of_member, assayed)
        names = {s for m in members for s in of_member[m]}
        inside = pairs[symbols.isin(names)]
        doubtful.append(set(unclear.loc[unclear["gene"].str.upper().isin(names), "patient"]))
        rows.append(genes.matrix(inside["patient"], pd.Series(0, index=inside.index), 1, cohort))
        carried = inside["gene"].str.upper().map(one.genes).value_counts()
        unseen = [m for m in members if not of_member[m] & seen]
        said = f"{count(len(one.members), 'gene')} ({one.source})"
        if len(carried):
            said += f"; carried: {first_few((f'{gene} {n}' for gene, n in carried.items()), NAMED)}"
        if lacking := [m for m in one.members if m not in members]:
            without = f"without {count(len(lacking), 'member')} that not every gene panel has"
            said += f"; {without}: {first_few(lacking, NAMED)}"
        if unseen:
            have = count(len(unseen), "member has", "members have")
            said += f"; {have} no variant in the table (not on the panel, or none found)"
        notes.append(said)
    together = np.vstack(rows) if rows else np.zeros((0, len(cohort.patients)), dtype=bool)
    return genes.without(genes.Carriers(tuple(sets), together, tuple(notes)), doubtful, cohort)
