"""Counts of a definition, and the rows' rules."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.burden.tmb import Calibration, Sample, count, counted, rows
from biomarkers.genome.tmb_definitions import built_in


def sample(**changes: object) -> Sample:
    values = {
        "patient": "P",
        "sample": "T",
        "counts": {"merino_wes": 20},
        "tumor_only": False,
        "callable_bp": 2_000_000,
        "denominator_source": "callable",
    }
    return Sample(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(("definition", "number"), [("missense_only", 3), ("merino_wes", 3), ("all_coding", 4)])
def test_the_worst_term_decides_where_the_table_does_not_know_the_definition(definition: str, number: int) -> None:
    """Terms stand worst first; a splice region variant is counted nowhere, whatever follows it; an MNV is n events."""
    table = pd.DataFrame(
        [
            ("missense_variant&splice_region_variant", None, 2),
            ("splice_region_variant&synonymous_variant", "consequence", 1),
            ("missense_variant", None, None),
            ("missense_variant", "vaf", 1),
            ("synonymous_variant", "consequence", 1),
            (None, "consequence", 1),
        ],
        columns=["consequence", "exclusion", "n_events"],
    )
    assert count(table, counted(table, built_in()[definition], evaluated=False)) == number
    told = table.assign(counted_in=["merino_wes,all_coding", "all_coding", "all_codings", None, "x", None])
    assert count(told, counted(told, built_in()["all_coding"], evaluated=True)) == 3


def test_a_word_of_a_maf_counts_and_the_worst_term_need_not_stand_first() -> None:
    table = pd.DataFrame({"consequence": ["synonymous_variant&missense_variant", "Missense_Mutation"]})
    passed = table.assign(exclusion=None)
    assert count(passed, counted(passed, built_in()["missense_only"], evaluated=False)) == 2


def test_failed_quality_wins_over_a_good_territory() -> None:
    frame = rows([sample(quality="fail"), sample(quality="warn"), sample()], [built_in()["merino_wes"]])
    assert frame["status"].tolist() == ["failed", "warn", "ok"]
    assert frame["tmb_per_mb"].isna().tolist() == [True, False, False]


def test_a_failed_sample_keeps_its_warnings_and_what_is_not_known_stays_empty() -> None:
    frame = rows([sample(quality="fail", warnings=["odd"], remarks=["x"], tumor_only=None)], [built_in()["merino_wes"]])
    assert frame["note"].tolist() == ["quality control failed; odd; x"]
    assert frame["tumor_only"].isna().all()


def test_an_absent_denominator_is_missing_not_zero() -> None:
    frame = rows([sample(callable_bp=None)], [built_in()["merino_wes"]])
    assert frame["status"].tolist() == ["failed"] and frame["tmb_per_mb"].isna().all()


def test_calibration_stands_beside_the_value() -> None:
    frame = rows([sample()], [built_in()["merino_wes"]], Calibration("kit", 0.5, 1.0, "us"))
    assert frame["tmb_per_mb"].tolist() == [10.0] and frame["tmb_per_mb_calibrated"].tolist() == [6.0]


def test_the_same_variants_over_published_territories() -> None:
    """methods.md: 330 variants are 6.6 to 11.0 per Mb over 50 and 30 Mb."""
    counts = {"merino_wes": 330}
    frame = rows([sample(counts=counts, callable_bp=bp) for bp in (50_000_000, 30_000_000)], [built_in()["merino_wes"]])
    assert frame["tmb_per_mb"].tolist() == pytest.approx([6.6, 11.0], rel=1e-12)
    assert frame["note"].str.contains("not the FDA-approved test").tolist() == [False, True]


def test_twice_the_territory_is_half_the_burden_and_half_its_interval() -> None:
    frame = rows([sample(), sample(callable_bp=4_000_000)], [built_in()["merino_wes"]])
    assert frame["n_variants"].tolist() == [20, 20]
    for column in ("tmb_per_mb", "ci_low", "ci_high"):
        assert frame[column][1] == pytest.approx(frame[column][0] / 2, rel=1e-12), column
