"""A variant whose consequence is not understood makes neither a carrier nor a wild type of its gene."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from biomarkers.association import analysis, inputs
from biomarkers.association.memberships import NOT_EVALUABLE
from biomarkers.io.patient_lists import split

PLAN = """\
primary: {marker: tmb_per_mb, endpoint: response}
endpoints: {response: {kind: binary, column: responder}}
markers: {tmb_per_mb: {kind: continuous}}
genes: {min_carriers: 1, sets: {own: [KRAS, TP53]}, co_occurrence: 1, adjust_for: tmb_per_mb}
"""
N = 24
VARIANTS = [
    *((f"p{i}", "KRAS", "missense_variant") for i in range(1, 8)),
    *((f"p{i}", "TP53", "stop_gained") for i in range(5, 13)),
    ("p13", "KRAS", "fusion"),  # beside a variant of TP53 that is understood
    ("p13", "TP53", "Silent"),
    ("p7", "KRAS", "fusion"),  # carries KRAS anyway
    ("p14", "KRAS", "intron_variant&new_term"),  # part of it may count
    ("p14", "ATM", "intron_variant"),
    ("p15", "APC", "fusion"),  # nothing else is known of p15
]


def given(folder: Path, plan: str = PLAN, **further: list[Any]) -> inputs.Given:
    names = [f"p{i}" for i in range(1, N + 1)]
    responder = [int(i % 3 == 0) for i in range(N)]
    cohort = pd.DataFrame({"patient": names, "responder": responder, "tmb_per_mb": range(N), **further})
    cohort.to_csv(folder / "cohort.tsv", sep="\t", index=False)
    variants = pd.DataFrame(VARIANTS, columns=["patient", "gene", "consequence"])
    variants.to_csv(folder / "mutations.tsv", sep="\t", index=False)
    (folder / "plan.yaml").write_text(plan)
    return inputs.read(folder / "cohort.tsv", folder / "plan.yaml", folder / "mutations.tsv")


def test_who_is_missing_for_which_gene(tmp_path: Path, caplog: Any) -> None:
    """Oracle: Fisher's test by scipy of the patients who are known."""
    made = given(tmp_path, sequenced=[1] * N)
    done = analysis.analyse(made.cohort, made.plan, made.carriers, made.sets)
    results, frame = done.results.set_index("test"), made.frame
    missing = {"KRAS": ["p13", "p14", "p15"], "TP53": ["p15"], "own": ["p13", "p14", "p15"]}
    carried = {"KRAS": range(1, 8), "TP53": range(5, 13), "own": range(1, 13)}
    for gene, without in missing.items():
        known = frame[~frame["patient"].isin(without)]
        carries = known["patient"].isin([f"p{i}" for i in carried[gene]])
        row = results.loc[f"response/{gene}/mutated_fisher"]
        counts = pd.crosstab(carries, known["responder"]).to_numpy()
        assert (row["n"], row["n_missing"]) == (N - len(without), len(without))
        assert row["p_value"] == pytest.approx(stats.fisher_exact(counts).pvalue, rel=1e-9)
        adjusted = results[results["marker"].eq(gene) & results["family"].str.endswith("adjusted")]
        assert adjusted["n"].tolist() == [N - len(without)] and adjusted["adjusted_for"].tolist() == ["tmb_per_mb"]
        assert row["adjusted_for"] == ""
        assert ("2 patients whose consequence there is not understood are missing" in row["note"]) == (gene != "TP53")
        members = done.memberships
        number = members.loc[members["marker"].eq(gene), "assayed"].iloc[0]
        listed = members[members["assayed"].eq(number) & members["group"].eq(NOT_EVALUABLE)]
        assert [name for text in listed["patients"] for name in split(text)] == without
    pair = results[results["family"].eq("exploratory gene pairs")]
    assert pair["n"].tolist() == [N - 3]
    assert "not understood: fusion, intron_variant&new_term; whose gene has one" in caplog.text
    assert "no consequence is known in any row of p15: missing for every gene" in caplog.text


def test_a_patient_with_a_count_was_judged_by_more_than_these_rows(tmp_path: Path) -> None:
    made = given(tmp_path, sequenced=[1] * N, n_variants=[3] * N)
    assert made.cohort.sequenced.all()
    assert made.carriers is not None and made.carriers.genes == ("TP53", "KRAS") and made.carriers.looked is not None
    assert np.array(made.cohort.patients)[~made.carriers.looked[1]].tolist() == ["p13", "p14"]


def test_a_users_own_words_are_understood(tmp_path: Path) -> None:
    """A plan that lists a word of no vocabulary has a vocabulary of its own: what it does not list is no carrier."""
    made = given(tmp_path, PLAN.replace("min_carriers: 1", "min_carriers: 1, consequences: [fusion]"))
    assert made.carriers is not None and made.carriers.genes == ("KRAS", "APC") and made.carriers.looked is None
    listed = given(tmp_path, PLAN.replace("min_carriers: 1", "min_carriers: 1, consequences: [stop_gained]"))
    assert listed.carriers is not None and listed.carriers.genes == ("TP53",)
    every = given(tmp_path, PLAN.replace("min_carriers: 1", "min_carriers: 1, consequences: all"))
    assert every.carriers is not None and every.carriers.looked is None and every.cohort.sequenced.all()
