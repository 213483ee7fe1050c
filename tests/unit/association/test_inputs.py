"""The three files of an analysis, read and checked against one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.association import inputs
from biomarkers.errors import InputError

PLAN = """\
primary: {marker: tmb_per_mb, endpoint: response}
endpoints: {response: {kind: binary, column: responder}}
markers: {tmb_per_mb: {kind: continuous}}
"""
GENES = "genes: {min_carriers: 1}\n"
COHORT = "patient\tresponder\ttmb_per_mb\ttumor_sample\np1\t1\t3\tp1-T\np2\t0\t4\tp2-T\n"
MUTATIONS = "patient\tsample\tgene\tconsequence\np1\tp1-T\tKRAS\tmissense_variant\np2\tp2-X\tTP53\tmissense_variant\n"


def given(folder: Path, plan: str = PLAN, cohort: str = COHORT, mutations: str | None = MUTATIONS) -> inputs.Given:
    paths = [folder / name for name in ("cohort.tsv", "plan.yaml", "mutations.tsv")]
    for path, text in zip(paths, (cohort, plan, mutations or ""), strict=True):
        path.write_text(text)
    return inputs.read(paths[0], paths[1], paths[2] if mutations else None)


def test_carriers_of_the_chosen_sample(tmp_path: Path) -> None:
    made = given(tmp_path, PLAN + GENES)
    assert made.carriers is not None and made.carriers.genes == ("KRAS",) and made.untested == ""
    assert made.cohort.patients == ("p1", "p2") and made.plan.primary.method == "mann_whitney"


def test_why_genes_are_not_tested(tmp_path: Path) -> None:
    assert given(tmp_path, PLAN + GENES, mutations=None).untested == "no --mutations were given"
    assert given(tmp_path, PLAN).untested.endswith("plan.yaml has no `genes` block")
    without = given(tmp_path, PLAN, mutations=None)
    assert without.untested == "" and without.carriers is None


def test_a_cell_that_two_checks_refuse_is_told_once_and_all_files_are_told(tmp_path: Path) -> None:
    """A responder of 2 is refused by the cohort's schema and by the plan; the plan is checked all the same."""
    with pytest.raises(InputError) as refused:
        given(tmp_path, PLAN.replace("marker: tmb_per_mb", "marker: tmb"), COHORT.replace("p1\t1", "p1\t2"))
    told = [str(problem).replace(f"{tmp_path}/", "") for problem in refused.value.problems]
    assert sum(text.startswith("cohort.tsv:2: responder is '2'") for text in told) == 1
    assert any(text.startswith("plan.yaml:1: primary.marker is 'tmb'") for text in told)


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cohort\.tsv"):
        given(tmp_path, cohort="")


def test_a_bad_cell_makes_no_words_of_other_columns(tmp_path: Path) -> None:
    """Ages beside a wrong cell of the burden stay numbers: no range of words, no names of patients."""
    rows = [f"p{i}\t{i % 2}\t{'abc' if i == 7 else i}\t{40 + i}\n" for i in range(14)]
    plan = PLAN + "covariates: [age]\nsubset: {age: {min: 42}}\n"
    with pytest.raises(InputError) as refused:
        given(tmp_path, plan, "patient\tresponder\ttmb_per_mb\tage\n" + "".join(rows), mutations=None)
    told = [str(problem).replace(f"{tmp_path}/", "") for problem in refused.value.problems]
    assert len(told) == 1 and told[0].startswith("cohort.tsv:9: tmb_per_mb is 'abc'; expected a number")


@pytest.mark.parametrize(("rows", "said"), [("", "table has no patients"), ("p1\t1\t3\t\n", "holds no patient")])
def test_a_column_without_values_holds_no_words(tmp_path: Path, rows: str, said: str) -> None:
    plan = PLAN + "subset: {age: {min: 42}}\n"
    with pytest.raises(InputError) as refused:
        given(tmp_path, plan, "patient\tresponder\ttmb_per_mb\tage\n" + rows, mutations=None)
    assert len(refused.value.problems) == 1 and said in str(refused.value)
