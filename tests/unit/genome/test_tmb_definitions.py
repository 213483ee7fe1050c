"""The definitions are the frozen lists of methods.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.errors import InputError
from biomarkers.genome.consequence_terms import CODING, RANK
from biomarkers.genome.tmb_definitions import built_in, choose, read_custom

MERINO = {"missense_variant", "stop_gained", "frameshift_variant", "inframe_insertion", "inframe_deletion"}
NONSYNONYMOUS = MERINO | {
    "start_lost",
    "stop_lost",
    "splice_acceptor_variant",
    "splice_donor_variant",
    "protein_altering_variant",
}
ALL = NONSYNONYMOUS | {
    "synonymous_variant",
    "stop_retained_variant",
    "start_retained_variant",
    "incomplete_terminal_codon_variant",
}


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("merino_wes", MERINO),
        ("nonsynonymous", NONSYNONYMOUS),
        ("all_coding", ALL),
        ("missense_only", {"missense_variant"}),
    ],
)
def test_terms(name: str, terms: set[str]) -> None:
    assert built_in()[name].terms == terms


def test_every_term_has_its_place_in_the_order() -> None:
    assert set(RANK) >= ALL
    assert ALL == CODING


def test_choice_keeps_the_order_and_says_what_is_wrong() -> None:
    assert [d.name for d in choose(["all_coding", "merino_wes", "all_coding"], None)] == ["all_coding", "merino_wes"]
    with pytest.raises(InputError, match="did you mean 'merino_wes'"):
        choose(["merino_wess"], None)
    with pytest.raises(InputError, match="--custom is missing"):
        choose(["custom"], None)


def test_custom_terms_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("terms:\n- missense_variant\n")
    own = read_custom(path)
    assert [d.name for d in choose(["merino_wes"], own)] == ["merino_wes", "custom"]
    with pytest.raises(InputError, match="yaml:3: terms is 'x'"):
        path.write_text("terms:\n- missense_variant\n- x\n")
        read_custom(path)
