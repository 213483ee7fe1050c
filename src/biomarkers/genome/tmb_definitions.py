"""Named definitions of tumor mutation burden: which Sequence Ontology terms count. They are data, not code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import Problem, Problems, nearest
from biomarkers.genome.consequence_terms import RANK, terms_in, terms_of, unknown_words, worst_term
from biomarkers.io.files import packaged_toml

CUSTOM = "custom"
FDA_CUTOFF = 10.0
"""Per Mb: FDA approval of pembrolizumab for TMB-high tumors (2020), for FoundationOne CDx alone."""
LOW_TUMOR_CONTENT = 0.3
"""Share of tumor cells below which a burden is a lower bound (docs/methods.md, 1.16)."""


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
    found: dict[str, Definition] = {}
    for name, entry in packaged_toml("genome/tmb_definitions.toml").items():
        base = found[entry["extends"]].terms if "extends" in entry else frozenset()
        found[name] = Definition(name, entry["description"], base | frozenset(entry["terms"]))
    return found


def make_carriers(consequences: Iterable[str], wanted: str | Sequence[str]) -> dict[str, bool]:
    """For each consequence as a table writes it, whether a variant with it makes its patient a carrier of the gene.

    wanted: `all`, the name of a definition, or terms and words that are wanted, in any spelling.

    >>> make_carriers(["missense_variant", "Silent"], ["Missense_Mutation"])
    {'missense_variant': True, 'Silent': False}
    """
    if wanted == "all":
        return dict.fromkeys(consequences, True)
    if isinstance(wanted, str):
        return {text: built_in()[wanted].counts(text) for text in consequences}
    chosen = {term for word in wanted for term in terms_of(word) or (word,)}
    return {text: not chosen.isdisjoint([*terms_in(text), *unknown_words([text])]) for text in consequences}


def not_understood(consequences: Iterable[str], wanted: str | Sequence[str]) -> set[str]:
    """Consequences of which it is not known whether they make a carrier (docs/methods.md, 6.9); wanted: as above.

    Where the user lists a word of no vocabulary, the words are the user's own, and those not listed are no carriers.

    >>> texts = ["missense_variant&new_term", "Silent", "new_term", "."]
    >>> sorted(not_understood(texts, "nonsynonymous")), sorted(not_understood(texts, ["new_term"]))
    (['.', 'new_term'], ['.'])
    """
    makes = make_carriers(set(consequences), wanted)
    own = not isinstance(wanted, str) and not all(terms_of(word) for word in wanted)
    doubtful = set()
    for text, counted in makes.items():
        strange = unknown_words([text])
        empty = not strange and not terms_in(text)
        if not counted and (empty or (strange and not own)):
            doubtful.add(text)
    return doubtful


def read_custom(path: Path) -> Definition:
    """The definition `custom` in a YAML file. Raises InputError with everything wrong in it."""
    from biomarkers.io import yamls

    settings = yamls.load_checked(path, "definition")
    problems = Problems()
    for position, term in enumerate(settings.data["terms"]):
        if term not in RANK:
            expected = "a Sequence Ontology term such as missense_variant" + nearest(term, RANK)
            line = yamls.line_of(settings.lines, ("terms", position))
            problems.add(Problem(str(path), "terms", term, expected, line))
    problems.stop_if_any()
    return Definition(CUSTOM, str(settings.data.get("description", "")), frozenset(settings.data["terms"]))


def choose(names: Sequence[str], own: Definition | None) -> list[Definition]:
    """Definitions by name, in the order asked for. Raises InputError for a name that is not defined."""
    known = built_in() | ({} if own is None else {CUSTOM: own})
    problems = Problems()
    for name in names:
        if name == CUSTOM and own is None:
            expected = "a YAML file with `terms` for the definition custom"
            problems.add(Problem("command line", "--custom", None, expected))
        elif name not in known:
            expected = f"one of {', '.join([*built_in(), CUSTOM])}{nearest(name, known)}"
            problems.add(Problem("command line", "--definition", name, expected))
    problems.stop_if_any()
    return [known[name] for name in dict.fromkeys([*names, *([] if own is None else [CUSTOM])])]
