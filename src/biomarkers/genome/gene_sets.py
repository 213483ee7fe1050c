"""Sets of genes: those that come with the program, and those of a file (GMT, a table `set gene`, YAML).

>>> [len(built_in()[name].members) for name in ("ddr", "swi_snf", "chromatin_remodeling")]
[34, 29, 43]
>>> built_in()["ddr"].genes["MRE11A"]
'MRE11'
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import files, lines, tables, yamls

MEMBER = re.compile(r"([^\s()]+)(?:\(([^\s()]+)\))?")


class GeneSet(NamedTuple):
    """A set: its members by every symbol that stands for one, in capitals; source: where the list comes from."""

    name: str
    genes: Mapping[str, str]
    source: str

    @property
    def members(self) -> tuple[str, ...]:
        """Each member once, by its own symbol."""
        return tuple(dict.fromkeys(self.genes.values()))


@cache
def built_in() -> dict[str, GeneSet]:
    """The sets of gene_sets.yaml, by name."""
    found: dict[str, GeneSet] = {}
    given = yamls.load(files.packaged("genome/gene_sets.yaml")).data
    for name, rule in given.items():
        genes = dict(found[rule["extends"]].genes) if "extends" in rule else {}
        for symbol, older in MEMBER.findall(rule["genes"]):
            genes |= {symbol: symbol} | ({older: symbol} if older else {})
        found[name] = GeneSet(name, genes, rule["source"])
    return found


def made(name: str, symbols: Collection[Any], source: str) -> GeneSet:
    """A set of a user: its symbols as they stand."""
    return GeneSet(name, {str(s).strip().upper(): str(s).strip() for s in symbols if str(s).strip()}, source)


def read(path: Path, problems: Problems) -> list[GeneSet]:
    """The sets of a GMT file (.gmt), of YAML (.yaml, .yml: names with lists of genes) or of a table `set gene`."""
    ending = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    try:
        if ending == "gmt":
            return list(_gmt(path, problems))
        if ending in ("yaml", "yml"):
            return list(_yaml(path, problems))
        frame = tables.read(path, "gene_sets")
    except InputError as error:
        problems.add(*error.problems)
        return []
    return [made(str(name), list(part["gene"]), path.name) for name, part in frame.groupby("set", sort=False)]


def _gmt(path: Path, problems: Problems) -> Iterator[GeneSet]:
    for number, text in lines.numbered(path):
        if not text.strip():
            continue
        name, *rest = text.rstrip("\r\n").split("\t")
        genes = [gene for gene in rest[1:] if gene.strip()]
        if not name.strip() or not genes:
            expected = "a name, a description and at least one gene, with tabs between them"
            problems.add(Problem(str(path), "set", name or None, expected, number))
            continue
        described = rest[0].strip()
        yield made(name.strip(), genes, f"{path.name}: {described}" if described else path.name)


def _yaml(path: Path, problems: Problems) -> Iterator[GeneSet]:
    settings = yamls.load(path)
    for name, genes in settings.data.items():
        if not isinstance(genes, list) or not genes:
            problems.add(yamls.problem(path, settings, (name,), genes, "a list of genes such as [BRCA1, BRCA2]"))
        else:
            yield made(str(name), genes, path.name)
