"""Named definitions of tumor mutation burden: which Sequence Ontology terms count. They are data, not code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from biomarkers.errors import Problem, Problems, nearest
from biomarkers.genome.consequence_terms import RANK, worst_term
from biomarkers.io.files import packaged_text

CUSTOM = "custom"


class Definition(NamedTuple):
    """name: as in the column `definition`. terms: Sequence Ontology terms; a variant counts by its worst one."""

    name: str
    description: str
    terms: frozenset[str]

    def counts(self, consequence: str) -> bool:
        """Whether a variant counts; consequence: as an annotator or a MAF writes it (`consequence_terms.terms_in`).

        >>> nonsynonymous = built_in()["nonsynonymous"]
        >>> [nonsynonymous.counts(text) for text in ("MISSENSE_MUTATION", "inframe_altering", "Start_Codon_SNP")]
        [True, True, True]
        >>> [nonsynonymous.counts(text) for text in ("splice_region_variant&synonymous_variant", "Silent", "unknown")]
        [False, False, False]
        """
        return worst_term(consequence) in self.terms


@cache
def built_in() -> dict[str, Definition]:
    """The definitions that come with the program, by name."""
    import tomllib

    found: dict[str, Definition] = {}
    for name, entry in tomllib.loads(packaged_text("genome/tmb_definitions.toml")).items():
        base = found[entry["extends"]].terms if "extends" in entry else frozenset()
        found[name] = Definition(name, entry["description"], base | frozenset(entry["terms"]))
    return found


def read_custom(path: Path) -> Definition:
    """The definition `custom` in a YAML file. Raises InputError with everything wrong in it."""
    from biomarkers.io import schemas, yamls

    settings = yamls.load(path)
    problems = Problems()
    yamls.check(path, settings, schemas.load("definition"), problems)
    problems.stop_if_any()
    return custom(str(path), settings.data, lambda i: yamls.line_of(settings.lines, ("terms", i)))


def custom(file: str, data: dict[str, Any], line_of: Callable[[int], int | None]) -> Definition:
    """The definition `custom` from the content of a YAML file; line_of: line of term number i.

    Raises InputError with every term that is not a Sequence Ontology term.
    """
    problems = Problems()
    for position, term in enumerate(data["terms"]):
        if term not in RANK:
            expected = "a Sequence Ontology term such as missense_variant" + nearest(term, RANK)
            problems.add(Problem(file, "terms", term, expected, line_of(position)))
    problems.stop_if_any()
    return Definition(CUSTOM, str(data.get("description", "")), frozenset(data["terms"]))


def choose(names: Sequence[str], own: Definition | None) -> list[Definition]:
    """Definitions by name, in the order asked for. Raises InputError for a name that is not defined."""
    known = dict(built_in())
    if own is not None:
        known[CUSTOM] = own
    problems = Problems()
    for name in names:
        if name == CUSTOM and own is None:
            problems.add(
                Problem("command line", "--custom", None, "a YAML file with `terms` for the definition custom")
            )
        elif name not in known:
            expected = f"one of {', '.join([*built_in(), CUSTOM])}{nearest(name, known)}"
            problems.add(Problem("command line", "--definition", name, expected))
    problems.stop_if_any()
    wanted = list(dict.fromkeys(names))
    if own is not None and CUSTOM not in wanted:
        wanted.append(CUSTOM)
    return [known[name] for name in wanted]
