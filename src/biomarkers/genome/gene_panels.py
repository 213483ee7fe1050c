"""Which genes a panel looks at: a table `gene_panel gene`, or the panel files of cBioPortal (docs/methods.md, 6.32).

>>> whole("WES"), whole("whole_genome"), whole("IMPACT468")
(True, True, False)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import lines, tables

Panels = Mapping[str, frozenset[str]]
"""By the name of a panel in capitals: the symbols of its genes, in capitals."""

WHOLE = re.compile(r"(w[eg]s|wxs|(whole[-_ ]?)?(exome|genome))([-_ ]?seq(uencing)?)?", re.IGNORECASE)
CBIOPORTAL = re.compile(r"(stable_id|description|gene_list)\s*:(.*)", re.IGNORECASE)


def whole(name: str) -> bool:
    """Whether a name is that of an exome or a genome, which has every gene."""
    return WHOLE.fullmatch(name.strip()) is not None


def read(path: Path, problems: Problems) -> dict[str, frozenset[str]]:
    """The panels of a file; a problem, and none, where it is neither of both."""
    try:
        if (found := of_cbioportal(path)) is not None:
            if not all(found):
                problems.add(Problem(str(path), "gene_list", None, "stable_id and gene_list, each with a value"))
                return {}
            return {found[0].upper(): frozenset(gene.upper() for gene in found[1])}
        frame = tables.read(path, "gene_panels")
    except InputError as error:
        problems.add(*error.problems)
        return {}
    genes = frame["gene"].str.upper().groupby(frame["gene_panel"].str.upper(), sort=False)
    return {str(name): frozenset(part) for name, part in genes}


def of_cbioportal(path: Path) -> tuple[str, list[str]] | None:
    """Name and genes of a panel file of cBioPortal (`stable_id: NAME`, `gene_list: A B C`); None for another file."""
    fields: dict[str, str] = {}
    for _, line in lines.numbered(path):
        if line.strip() and not line.startswith("#"):
            if (found := CBIOPORTAL.match(line.strip())) is None:
                break
            fields[found[1].lower()] = found[2].strip()
    return (fields.get("stable_id", ""), fields.get("gene_list", "").split()) if fields else None
