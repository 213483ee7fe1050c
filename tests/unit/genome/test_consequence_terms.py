"""One vocabulary: the same word gives the same terms, and so the same answer, wherever it is read."""

from __future__ import annotations

import pytest

from biomarkers.genome.consequence_terms import (
    ALIASES,
    LOWER,
    RANK,
    TERMS,
    TERMS_OF_CLASS,
    terms_in,
    terms_of,
    unknown_words,
)
from biomarkers.genome.tmb_definitions import built_in


@pytest.mark.parametrize("change_case", [str, str.lower, str.upper, str.title])
def test_every_word_is_understood_in_any_case(change_case) -> None:  # type: ignore[no-untyped-def]
    for word, term in [*zip(TERMS, TERMS, strict=True), *ALIASES.items()]:
        assert terms_of(change_case(word)) == (term,)
    for word, terms in TERMS_OF_CLASS.items():
        assert terms_of(change_case(word)) == terms


def test_terms_and_classes_never_contradict_each_other() -> None:
    assert {word for word in LOWER if TERMS_OF_CLASS.get(word, (LOWER[word],)) != (LOWER[word],)} == set()
    assert {term for terms in TERMS_OF_CLASS.values() for term in terms} <= set(RANK)


@pytest.mark.parametrize("separator", ["&", ",", ";", ", "])
def test_a_cell_of_several_words_is_sorted_and_holds_each_term_once(separator: str) -> None:
    cell = separator.join(["intron_variant", "Splice_Region", "splice_region_variant", "nonsense", "stop_gained"])
    assert terms_in(cell) == ("stop_gained", "splice_region_variant", "intron_variant")


def test_unknown_words_are_named_and_not_guessed() -> None:
    assert terms_of("missens") == terms_of("nonsynonymous") == terms_of("") == ()
    assert unknown_words(["missens&missense", "Fusion", "Fusion", ""]) == ["Fusion", "missens"]


NONSYNONYMOUS = [
    *("MISSENSE_MUTATION", "Missense_Mutation", "missense", "inframe_altering", "Start_Codon_SNP", "stop_lost_variant"),
    *("Start_Codon_Del", "De_novo_Start_InFrame&start_lost", "Splice_Site", "frame_shift_ins", "Nonstop_Mutation"),
    *("disruptive_inframe_deletion", "Frame-Shift Del", "intron_variant&splice_acceptor"),
]
OTHERS = ["Silent", "5'UTR", "synonymous", "splice_region_variant", "RNA", "initiator_codon_variant", "Fusion", "", "."]


def test_nonsynonymous_has_one_answer() -> None:
    counts = built_in()["nonsynonymous"].counts
    assert [word for word in NONSYNONYMOUS if not counts(word)] == []
    assert [word for word in OTHERS if counts(word)] == []


def test_the_worst_term_decides_as_in_the_burden() -> None:
    assert not built_in()["merino_wes"].counts("missense_variant&splice_donor_variant")
    assert built_in()["nonsynonymous"].counts("missense_variant&splice_donor_variant")
    assert built_in()["missense_only"].counts("splice_region_variant,missense_variant")
