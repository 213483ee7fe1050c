"""The check of sample swaps on the page; oracle: what `concordance` itself concludes of the same likelihoods."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from biomarkers.io import schemas
from biomarkers.quality import concordance as quality
from biomarkers.report.blocks import Table
from biomarkers.report.drawing import svg
from biomarkers.report.figures.style import Figure
from biomarkers.report.given import Tables
from biomarkers.report.sections import swaps
from biomarkers.report.sections.cautions import of_swaps

COHORT = pd.DataFrame({"patient": ["P1", "P2", "P3", "P4"]})


def pair(one: str, other: str, outcome: str = "", **columns: Any) -> dict[str, Any]:
    """Samples are called P1-T; by default each is of one individual with its like, and of nobody else's."""
    patients = [name.split("-")[0] for name in (one, other)]
    expected = "same" if patients[0] == patients[1] else "different"
    outcome = outcome or expected
    is_one = outcome in ("same", "reversed")
    lods = {"same": (90, 50, 60), "reversed": (60, 50, 90), "different": (-90, -20, -95), "related": (-9, 30, -9)}
    same, related, turned = lods.get(outcome, (2, 1, 2))
    row = dict(patient_1=patients[0], sample_1=one, patient_2=patients[1], sample_2=other, expected=expected)
    row |= dict(outcome=outcome, informative=200, relatedness=1.0 if is_one else 0.0, lod_same=same)
    row |= dict(lod_related=related, lod_reversed=turned)
    return row | columns


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    found = pd.DataFrame(rows).reindex(columns=schemas.columns("concordance"))
    return found.assign(verdict=quality.verdict(found))


def parts(given: pd.DataFrame, qc: pd.DataFrame | None = None) -> tuple[Table, list[Figure], Table]:
    counted, *figures, pairs = swaps.swaps(Tables(cohort=COHORT, concordance=given, qc=qc))
    assert isinstance(counted, Table) and isinstance(pairs, Table)
    return counted, [figure for figure in figures if isinstance(figure, Figure)], pairs


def cells(block: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in block.rows]


WRONG = table(
    pair("P1-T", "P1-N"),
    pair("P1-T", "P2-T"),
    pair("P2-T", "P2-N", "different"),
    pair("P2-T", "P3-N", "same"),
    pair("P3-T", "P3-N", "reversed"),
    pair("P4-T", "P4-N", "undetermined", informative=4, relatedness=float("nan")),
)


def test_the_line_is_where_the_command_decides() -> None:
    """Every pair with enough sites lies above, below or between the lines as `concordance` concluded."""
    numbers = np.random.default_rng(5)
    lods = pd.DataFrame(numbers.normal(0, 6, (4000, 3)), columns=["lod_same", "lod_related", "lod_reversed"])
    lods.loc[::3, "lod_reversed"] = np.nan
    lods["informative"] = 50
    outcome = quality.outcome(lods, min_sites=10)
    odds = swaps.compared(lods.assign(expected="same", verdict="match"))["odds"]
    assert swaps.LINE == quality.LOD
    assert (np.isin(outcome, ["same", "reversed"]) <= (odds >= swaps.LINE)).all()
    assert (np.isin(outcome, ["related", "different"]) <= (odds <= -swaps.LINE)).all()
    assert ((outcome == "undetermined") == (odds.abs() < swaps.LINE)).all()
    assert set(outcome) == set(swaps.OUTCOMES)


def test_pairs_are_counted_by_what_the_sheet_and_the_genotypes_say() -> None:
    counted, (figure,), pairs = parts(WRONG)
    assert cells(counted) == [
        ["one patient's", "4", "1", "1", "1", "0", "1"],
        ["two patients'", "2", "1", "0", "0", "1", "0"],
    ]
    assert "Not what the sheet says: 3 (P2-T and P2-N: not one individual; " in figure.caption
    assert "1 pair without a heterozygous site not drawn" in figure.caption and figure.caption.startswith("n = 5 pairs")
    assert [row[1] + " " + row[3] + ": " + row[4] for row in cells(pairs)] == [
        "P2-T P2-N: not one individual",
        "P3-T P3-N: tumor and normal exchanged",
        "P2-T P3-N: one individual, two patients",
        "P4-T P4-N: undetermined",
        "P1-T P1-N: as the sheet says",
    ]
    assert "(3 such pairs); 0 samples in no pair" in pairs.caption and svg(figure.spec).startswith("<svg")


def test_who_has_no_result_is_named() -> None:
    names = ["P1-T", "P1-N", "P5-T", "P6-T"]
    qc = pd.DataFrame({"patient": [name[:2] for name in names], "sample": names, "total_reads": [9.0, 9.0, None, 9.0]})
    _, _, pairs = parts(table(pair("P1-T", "P1-N")), qc)
    alone = [(row[1].text, row[4].text, row[4].hint) for row in pairs.rows[1:]]
    assert [each[:2] for each in alone] == [("P5-T", "in no pair"), ("P6-T", "in no pair")]
    assert "came as calls" in alone[0][2] and "lacks it" in alone[1][2] and "2 samples in no pair" in pairs.caption


def test_the_first_screen_warns_of_what_is_wrong_or_undecided_and_of_nothing_else() -> None:
    wrong, unknown = of_swaps(WRONG)
    assert wrong.startswith("3 pairs of samples are not what the sample sheet says (P2-T and P2-N: not one individual;")
    assert unknown.startswith("Of 1 pair of one patient's samples it is undetermined")
    right = table(pair("P1-T", "P1-N"), pair("P1-T", "P2-T", "related"), pair("P1-N", "P2-T", "undetermined"))
    assert of_swaps(right) == [] == of_swaps(None)


@pytest.mark.parametrize("patients", [2, 30, 400])
def test_any_number_of_patients(patients: int) -> None:
    """Of more than 300 samples the command leaves out pairs of two patients, which the page then counts."""
    names = [f"P{i}-{kind}" for i in range(patients) for kind in "TN"]
    every = itertools.combinations(names, 2) if len(names) <= 300 else zip(names[::2], names[1::2], strict=True)
    found = table(*(pair(one, other) for one, other in every))
    counted, (figure,), pairs = parts(found)
    assert len(pairs.rows) == patients
    assert ("more of two patients" in counted.caption) == (len(names) > 300)
    drawn = [row for rows in figure.spec["datasets"].values() for row in rows if "kind" in row]
    assert sum(row["kind"].startswith("One patient's") for row in drawn) == patients


def test_without_the_table_a_sentence_says_so() -> None:
    (said,) = swaps.swaps(Tables(cohort=COHORT))
    assert "--concordance" in said.text


@pytest.mark.parametrize(("n", "more"), [(3, ""), (5, " and 2 more")])
def test_three_pairs_are_named_and_the_others_counted(n: int, more: str) -> None:
    pairs = pd.DataFrame({"sample_1": [f"T{i}" for i in range(n)], "sample_2": "N", "verdict": "mismatch"})
    said = [f"T{i} and N: not one individual" for i in range(3)]
    assert swaps.named(pairs) == "; ".join(said) + more


def test_a_run_without_reads_is_told_why_nothing_is_compared() -> None:
    """An option of a command is no help to who starts a run."""
    (said,) = swaps.swaps(Tables(pd.DataFrame({"patient": ["A"]})))
    assert "enter as reads (FASTQ, BAM or CRAM) where its config names a germline resource" in said.text
