"""Clinical tables as the field writes them: missing stays missing, one time is one time, a sheet is read or refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import cells, tables


@pytest.fixture
def clinic(shared_data: Path) -> Path:
    return shared_data / "field_cases" / "clinic"


def write(path: Path, text: str) -> Path:
    """A table whose cells stand here apart by blanks; `~` is a blank within a cell."""
    lines = [line.split() for line in text.strip().splitlines()]
    path.write_text("".join("\t".join(cell.replace("~", " ") for cell in line) + "\n" for line in lines))
    return path


def associate(folder: Path, cohort: Path, plan: Path, *options: str) -> pd.DataFrame:
    """The table of results."""
    written = folder / "results.tsv"
    command = ["associate", "--cohort", str(cohort), "--plan", str(plan), "--results", str(written)]
    assert run([*command, "--groups", str(folder / "groups.tsv"), *options]) == 0
    return tables.read(written, "results")


# Words for missing

WORDS = [
    "N/A",
    "n.a.",
    "nan",
    ".",
    "-",
    "--",
    "'--",
    "\u2013",
    "?",
    "#N/A",
    "<NA>",
    "null",
    "[Discrepancy]",
    "(unknown)",
]
WORDS += ["NOT_DONE", "Missing", "Unknown"]


def test_words_for_missing_are_no_groups(clinic: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Oracle: R's fisher.test on `right.tsv`, p 0.0604; 10 missing."""
    folder = clinic / "missing_words"
    found = associate(tmp_path, folder / "cohort.tsv", folder / "plan.yaml")
    right = associate(tmp_path, folder / "right.tsv", folder / "plan.yaml")
    pd.testing.assert_frame_equal(found, right)
    first = found.iloc[0]
    assert first["method"] == "fisher" and first["n_missing"] == 10
    assert first["p_value"] == pytest.approx(0.0604, abs=5e-5)
    assert sum("read as missing" in record.getMessage() for record in caplog.records) == 1


@pytest.mark.parametrize(
    "word",
    [*WORDS, "not  tested", "[Not Available]", "[Not Applicable]", "not reported", "Not Evaluated"],
)
@pytest.mark.parametrize("column", ["age", "smoking", "os_months", "death_date", "best_response"])
def test_a_word_for_missing_is_missing_in_every_kind_of_column(
    tmp_path: Path, word: str, column: str, caplog: pytest.LogCaptureFixture
) -> None:
    if column == "best_response" and word == "Missing":
        word = "not evaluated"
    good = {"age": "61", "smoking": "ever", "os_months": "3.5", "death_date": "2024-01-31", "best_response": "CR"}
    rows = ["\t".join(["patient", *good]), "\t".join(["P1", *good.values()])]
    rows.append("\t".join(["P2", *(good | {column: word}).values()]))
    path = tmp_path / "patients.tsv"
    path.write_text("\n".join(rows) + "\n")
    frame = tables.read(path, "patients")
    assert frame[column].isna().tolist() == [False, True] and frame.drop(columns=column).notna().all(axis=None)
    assert f"patients.tsv: read as missing: '{word}' 1 (columns: {column};" in caplog.text


def test_words_that_mean_something_stay(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path / "p.tsv", "patient best_response hbv prior\nP1 MISSING + None\nP2 NE - ND\nP3 PD - negative")
    frame = tables.read(path, "patients")
    assert frame["best_response"].tolist() == ["MISSING", "NE", "PD"]
    assert tables.read(path, "cohort")["best_response"].tolist() == ["MISSING", "NE", "PD"]
    assert frame["hbv"].tolist() == ["+", "-", "-"] and frame["prior"].tolist() == ["None", "ND", "negative"]
    assert "read as missing" not in caplog.text


def test_the_words_are_a_setting(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path / "p.tsv", "patient best_response site\nP1 CR none\nP2 PD -\nP3 SD unknown\nP4 SD liver")
    given = ["cohort", "--patients", str(path), "--cohort", str(tmp_path / "c.tsv"), "--flow", str(tmp_path / "f.tsv")]
    for options, missing in (
        ([], [False, True, True, False]),
        (["--missing-words", "NONE"], [True, False, False, False]),
        (["--missing-words=-", "--missing-words=none"], [True, True, False, False]),
    ):
        assert run([*given, *options]) == 0
        assert pd.read_table(tmp_path / "c.tsv", keep_default_na=False)["site"].eq("").tolist() == missing
    assert "read as missing: '-' 1, 'unknown' 1 (columns: site" in caplog.text


def test_a_level_of_the_plan_is_no_word_for_missing(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    plan = (clinic / "missing_words" / "plan.yaml").read_text().replace("categorical", "categorical, class: feature")
    plan = plan.replace("kind: categorical", "kind: ordinal, levels: [Unknown, Never, Ever]")
    (tmp_path / "plan.yaml").write_text(plan)
    command = ["associate", "--cohort", str(clinic / "missing_words" / "cohort.tsv"), "--plan"]
    command += [str(tmp_path / "plan.yaml"), "--results", str(tmp_path / "r.tsv"), "--groups", str(tmp_path / "g.tsv")]
    assert run(command) == 2
    assert "smoking.levels is 'Unknown'; expected no word for missing" in capsys.readouterr().err


def test_every_word_of_the_list_is_one() -> None:
    plain = [cells.plain(word) for word in cells.MISSING_WORDS]
    assert len(set(plain)) == len(plain) and all(plain)


# Zero is not missing


def cohort_of(folder: Path, patients: Path, *options: object) -> pd.DataFrame:
    """The cohort by patient."""
    command = ["cohort", "--patients", patients, "--cohort", folder / "cohort.tsv", "--flow", folder / "flow.tsv"]
    assert run([str(word) for word in [*command, *options]]) == 0
    return tables.read(folder / "cohort.tsv", "cohort").set_index("patient")


STATED = {
    "nothing": [0, 0, 0],
    "a column": [1, 1, 0],
    "a list of patients": [1, 1, 0],
    "a list with answers": [1, 1, 0],
    "a list of samples": [1, 1, 0],
    "features": [0, 0, 0],
}
"""Who of P6, P7 and P8, of whom there is no mutation, is known to have been sequenced."""


@pytest.mark.parametrize("how", STATED)
def test_a_patient_without_rows_is_missing_unless_somebody_says_otherwise(
    clinic: Path, tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    """By hand: TP53 in P1, P2 and P4, KRAS in P1 and P5, so that n is 5, or 7 with P6 and P7."""
    folder = clinic / "unsequenced"
    patients, options = pd.read_table(folder / "patients.tsv").assign(responder=[1, 0, 0, 1, 0, 0, 1, 0]), []
    names = [f"P{number}" for number in range(1, 8)]
    if how == "a column":
        patients["sequenced"] = ["1", "1", "NA", "1", "1", "1", "1", "0"]
    elif how == "features":
        options = ["--features", write(tmp_path / "e.tsv", "patient score\n" + "\n".join(f"{n} 1.5" for n in names))]
    elif how != "nothing":
        texts = {
            "a list of patients": "\n".join(["patient", *names]),
            "a list with answers": "\n".join(["patient\tsequenced", *(f"{n}\tyes" for n in names), "P8\tno"]),
            "a list of samples": "\n".join(["#made by hand", "SAMPLE_ID\tPATIENT_ID", *(f"{n}-T\t{n}" for n in names)]),
        }
        (tmp_path / "list.txt").write_text(texts[how] + "\n")
        options = ["--sequenced", tmp_path / "list.txt"]
    patients.to_csv(tmp_path / "p.tsv", sep="\t", index=False)
    cohort = cohort_of(tmp_path, tmp_path / "p.tsv", "--mutations", folder / "mutations.tsv", *options)
    assert cohort.loc["P1":"P5", "n_variants"].tolist() == [2, 1, 1, 3, 1]
    told = STATED[how]
    assert cohort.loc["P6":, "n_variants"].notna().tolist() == [bool(one) for one in told]
    assert (cohort.loc["P6":, "n_variants"].dropna() == 0).all()
    warned = [text for text in caplog.text.splitlines() if "nothing says" in text]
    assert len(warned) == (how in ("nothing", "features")) and all("without variants (3)" in text for text in warned)
    flow = tables.read(tmp_path / "flow.tsv", "flow").set_index("step")
    assert flow.loc["sequenced", "n"] == 5 + sum(told)

    plan = tmp_path / "plan.yaml"
    plan.write_text((folder / "plan.yaml").read_text() + "mann_whitney: exact\n")
    found = associate(tmp_path, tmp_path / "cohort.tsv", plan, "--mutations", str(folder / "mutations.tsv"))
    genes = found[found["marker_class"] == "gene"]
    assert set(genes["marker"]) == {"TP53", "KRAS"} and set(genes["n"]) == {5 + sum(told)}
    of_count = found[(found["marker"] == "n_variants") & (found["method"] == "cox")]
    assert set(of_count["n"]) == {5 + sum(told)}


@pytest.mark.parametrize(("column", "n"), [("tmb_per_mb", 7), ("age", 5)])
def test_a_cohort_given_directly_says_by_a_burden_who_was_sequenced(
    clinic: Path, tmp_path: Path, column: str, n: int, caplog: pytest.LogCaptureFixture
) -> None:
    values = zip(range(1, 9), [1, 0, 0, 1, 0, 0, 1, 0], [4, 2, 2, 6, 2, 0, 0, "NA"], strict=True)
    rows = "\n".join(f"P{i} {r} {v}" for i, r, v in values)
    cohort = write(tmp_path / "c.tsv", f"patient responder {column}\n{rows}")
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        f"primary: {{marker: {column}, endpoint: response}}\nmarkers: {{{column}: {{kind: continuous}}}}\n"
        "endpoints: {response: {kind: binary, column: responder}}\ngenes: {min_carriers: 2}\n"
    )
    found = associate(tmp_path, cohort, plan, "--mutations", str(clinic / "unsequenced" / "mutations.tsv"))
    assert set(found.loc[found["marker_class"] == "gene", "n"]) == {n}
    assert f"without variants ({8 - n}): nothing says" in caplog.text
    listed = write(tmp_path / "list.tsv", "patient\n" + "\n".join(f"P{i}" for i in range(1, 7)))
    more = ["--mutations", str(clinic / "unsequenced" / "mutations.tsv"), "--sequenced", str(listed)]
    found = associate(tmp_path, cohort, plan, *more)
    assert set(found.loc[found["marker_class"] == "gene", "n"]) == {6}


@pytest.mark.parametrize("sheet", ["data_clinical_sample.txt", "samples.tsv", None])
def test_a_normal_stands_for_nobody(clinic: Path, tmp_path: Path, sheet: str | None) -> None:
    """The burden of `P1_N` is 0 and its name comes first; by list or, without one, by name it is no tumor."""
    folder = clinic / "normals"
    rows = "P1 P1_N merino_wes 0\nP1 P1_T merino_wes 1\nP2 P2_N merino_wes 0\nP2 P2_T merino_wes 2\n"
    burdens = pd.read_csv(write(tmp_path / "b.tsv", "patient sample definition n_variants\n" + rows), sep="\t")
    burdens = burdens.assign(
        **dict.fromkeys(["callable_mb", "tmb_per_mb", "ci_low", "ci_high"], 1.0), callable_bp=1_000_000
    ).assign(tmb_per_mb=burdens["n_variants"], denominator_source="assumed", tumor_only=0, status="ok", note="")
    options: list[object] = []
    if sheet == "samples.tsv":
        text = "patient sample status\nP1 P1_N normal\nP1 P1_T tumor\nP2 P2_N 0\nP2 P2_T 1"
        options = ["--samples", write(tmp_path / sheet, text)]
    elif sheet:
        options = ["--samples", folder / sheet]
    for kept, expected in (([1, 2, 0, 3], {"P1": 1, "P2": 2}), ([0, 3], {"P1": None if sheet else 0, "P2": 2})):
        burdens.iloc[kept].to_csv(tmp_path / "tmb.tsv", sep="\t", index=False)
        cohort = cohort_of(tmp_path, folder / "patients.tsv", "--tmb", tmp_path / "tmb.tsv", *options)
        assert {p: None if pd.isna(n) else n for p, n in cohort["n_variants"].items()} == expected
    mutations = "P1 TP53 missense_variant P1_N\nP1 TP53 missense_variant P1_T\nP1 KRAS missense_variant P1_T"
    path = write(tmp_path / "m.tsv", f"patient gene consequence sample\n{mutations}\nP2 TP53 missense_variant P2_N")
    cohort = cohort_of(tmp_path, folder / "patients.tsv", "--mutations", path, *options)
    counted = {p: None if pd.isna(n) else n for p, n in cohort["n_variants"].items()}
    assert counted == {"P1": 2, "P2": None if sheet else 1}


# One time


def test_one_day_with_two_roundings_is_a_tie(clinic: Path, tmp_path: Path) -> None:
    """Oracle: R survival 3.5, coxph and survdiff on days.tsv, and on cohort.tsv with the default timefix."""
    folder = clinic / "near_ties"
    found = associate(tmp_path, folder / "cohort.tsv", folder / "plan.yaml").set_index("method")
    assert found.loc["cox", "estimate"] == pytest.approx(0.5239683392, rel=1e-9)
    assert found.loc["cox", "p_value"] == pytest.approx(0.0458436, abs=5e-8)
    assert found.loc["logrank", "p_value"] == pytest.approx(0.0421011, abs=5e-8)
    days = pd.read_table(folder / "days.tsv").rename(columns={"days": "os_months", "event": "os_event"})
    days.to_csv(tmp_path / "days.tsv", sep="\t", index=False)
    same = associate(tmp_path, tmp_path / "days.tsv", folder / "plan.yaml").set_index("method")
    columns = ["estimate", "p_value", "ci_low", "ci_high", "statistic"]
    pd.testing.assert_frame_equal(found[columns], same[columns], rtol=1e-9)
