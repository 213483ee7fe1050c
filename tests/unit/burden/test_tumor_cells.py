"""Tumor cells by the variants' fractions, and what falls to the thresholds (docs/methods.md, 1.16)."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.burden.tmb import Sample, rows
from biomarkers.burden.tumor_cells import Hidden, TumorCells, estimate, few, hidden, lower_bound, too_shallow
from biomarkers.genome.tmb_definitions import built_in

MERINO = built_in()["merino_wes"]


def listed(*entries: tuple[str, str | None, float | None, int | None]) -> pd.DataFrame:
    """Rows of (consequence, exclusion, fraction, passes_otherwise)."""
    return pd.DataFrame(entries, columns=["consequence", "exclusion", "vaf", "passes_otherwise"])


COUNTED = ("missense_variant", None, 0.10, None)


def test_the_median_is_of_coding_variants_that_only_low_fractions_exclude() -> None:
    """By hand: 0.01, 0.02, 0.10, 0.10, 0.30 are taken, twice their median is 0.2."""
    table = listed(
        COUNTED,
        COUNTED,
        ("synonymous_variant", "consequence", 0.30, None),
        ("missense_variant", "vaf", 0.01, 1),
        ("stop_gained", "alt_reads", 0.02, 1),
        ("missense_variant", "vaf", 0.9, 0),  # germline too
        ("missense_variant", "depth", 0.9, 1),
        ("missense_variant", "filter", 0.9, None),
        ("intron_variant", "consequence", 0.9, None),
        ("intron_variant", "vaf", 0.9, 1),
        ("missense_variant", None, None, None),
    )
    assert estimate(table, 0.6) == TumorCells(0.6, pytest.approx(0.2), 5)
    assert hidden(table, MERINO) == Hidden(below=2, shallow=1)
    assert hidden(table.assign(n_events=2), MERINO) == Hidden(4, 2)


def test_what_a_joint_call_found_in_another_tumor_is_not_hidden_in_this_one() -> None:
    """By hand: five of fraction 0.4 are this tumor's, twice the median is 0.8; twenty without a read are another's."""
    others = [("missense_variant", "alt_reads", 0.0, 1)] * 20 + [("missense_variant", "depth", 0.0, 1)] * 20
    table = listed(*[("missense_variant", None, 0.4, None)] * 5, *others)
    assert estimate(table) == TumorCells(None, pytest.approx(0.8), 5)
    assert hidden(table, MERINO) == Hidden(below=0, shallow=0)
    row = rows([sample(table, 5)], [MERINO]).iloc[0]
    assert (row["n_threshold_free"], "lower bound" in row["note"]) == (5, False)


def test_four_variants_tell_nothing_and_no_content_is_above_1() -> None:
    assert estimate(listed(*[COUNTED] * 4)) == TumorCells(None, None, 4)
    assert estimate(listed(*[("stop_gained", None, 0.9, None)] * 5)).estimated == 1
    assert estimate(listed()) == TumorCells(None, None, 0)


def test_an_older_table_does_not_tell_what_falls_to_the_thresholds() -> None:
    older = listed(*[COUNTED] * 5, ("missense_variant", "vaf", 0.01, 1)).drop(columns="passes_otherwise")
    assert hidden(older, MERINO) is None
    assert estimate(older) == TumorCells(None, 0.2, 5)
    frame = rows([sample(older, 5)], [MERINO])
    assert frame[["n_below_threshold", "n_threshold_free"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("cells", "counted", "below", "said"),
    [
        (TumorCells(0.3, 0.3, 9), 80, 20, None),
        (TumorCells(0.29, None, 0), 0, 0, "stated purity 0.29: the burden is a lower bound"),
        (TumorCells(None, 0.29, 9), 80, 0, "tumor cells about 29% (twice the median fraction of 9 variants): the"),
        (TumorCells(), 79, 21, "21 of 100 variants fall to alt_reads or vaf: the burden is a lower bound"),
        (TumorCells(), 1, 3, None),
        (TumorCells(), 0, 5, "5 of 5 variants fall to alt_reads or vaf"),
        (TumorCells(0.1, 0.2, 5), 1, 9, "stated purity 0.10, tumor cells about 20% (twice the median fraction of 5 "),
    ],
)
def test_when_a_burden_is_a_lower_bound(cells: TumorCells, counted: int, below: int, said: str | None) -> None:
    found = lower_bound(cells, counted, Hidden(below, 7))
    assert found is None if said is None else str(found).startswith(said)


def test_few_variants_are_told_without_a_verdict() -> None:
    assert few(1, Hidden(3, 0)) == "3 of 4 variants fall to alt_reads or vaf: too few to judge"
    assert few(2, Hidden(3, 0)) is few(4, Hidden(0, 9)) is few(0, None) is None


def test_a_territory_that_was_not_measured_is_doubted_from_five_variants_on() -> None:
    """More than a fifth of them fall to depth: 2 of 5 do, 1 of 5 and 2 of 4 do not."""
    said = "2 of 5 variants fall to depth, but the assumed territory has their bases: the burden is a lower bound"
    assert too_shallow(3, Hidden(0, 2), "assumed") == said
    assert too_shallow(4, Hidden(0, 1), "assumed") is too_shallow(2, Hidden(0, 2), "assumed") is None
    assert too_shallow(3, Hidden(0, 2), None) is too_shallow(3, None, "assumed") is None


def sample(table: pd.DataFrame, counted: int) -> Sample:
    return Sample(
        patient="P",
        sample="T",
        counts={"merino_wes": counted},
        tumor_only=False,
        callable_bp=2_000_000,
        denominator_source="callable",
        cells=estimate(table),
        hidden={"merino_wes": hidden(table, MERINO)},
    )


def test_the_row_says_it() -> None:
    low = listed(*[COUNTED] * 6, *[("missense_variant", "vaf", 0.04, 1)] * 3, ("missense_variant", "depth", 0.2, 1))
    row = rows([sample(low, 6)], [MERINO]).iloc[0]
    assert row[["n_variants", "n_below_threshold", "n_threshold_free", "status"]].tolist() == [6, 3, 10, "warn"]
    assert row["tumor_content"] == pytest.approx(0.2)
    one = rows([sample(listed(("missense_variant", "vaf", 0.04, 1)), 0)], [MERINO]).iloc[0]
    assert (one["status"], one["note"]) == ("ok", "1 of 1 variant falls to alt_reads or vaf: too few to judge")
