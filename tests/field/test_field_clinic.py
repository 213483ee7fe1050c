"""Clinical tables as the field writes them: missing stays missing, one time is one time, a sheet is read or refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.errors import InputError
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


@pytest.mark.parametrize(("column", "shown"), [("tmb_per_mb", 7), ("age", 5)])
def test_everybody_of_a_cohort_given_directly_counts_as_sequenced_and_doubts_are_said(
    clinic: Path, tmp_path: Path, column: str, shown: int, caplog: pytest.LogCaptureFixture
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
    assert set(found.loc[found["marker_class"] == "gene", "n"]) == {8}
    assert f"without variants ({8 - shown}): nothing says" in caplog.text
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


# Other spellings


def test_decimal_commas_are_numbers(clinic: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """By hand: the age of the first patient is 63.33; a covariate of numbers has one row, not one for each value."""
    folder = clinic / "decimal_comma"
    caplog.set_level("INFO")
    frame = tables.read(folder / "de2.csv", "cohort")
    assert frame["age"].iloc[0] == 63.33 and frame["age"].between(50, 75).all()
    assert "column age: decimal commas are read as points (40 cells)" in caplog.text
    found = associate(tmp_path, folder / "de2.csv", folder / "plan.yaml")
    assert set(found.loc[found["marker"] == "age", "contrast"]) == {"per unit of x"}
    both = found[found["marker"] == "smoking"]
    assert both["contrast"].str.contains("unknown|N/A").sum() == 0 and len(both)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["63,5", "7", "8.25"], [63.5, 7, 8.25]),
        (["0,512", "1,250"], [0.512, 1.25]),
        ([",5", "-1,25"], [0.5, -1.25]),
        (["1,234", "12,500"], None),
        (["1.234", "63,5"], None),
        (["1.234,5", "7"], None),
    ],
)
def test_a_comma_is_a_decimal_one_or_refused_and_never_makes_a_group(
    tmp_path: Path, cells: list[str], expected: list[float] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    for column, kind in (("age", "cohort"), ("tmb_per_mb", "cohort"), ("pfs_months", "patients")):
        lines = [f"patient;{column}", *(f"P{i};{cell.replace('-', '')}" for i, cell in enumerate(cells))]
        path = tmp_path / "c.csv"
        path.write_text("\n".join(lines) + "\n")
        if expected is None:
            with pytest.raises(InputError) as caught:
                tables.read(path, kind)
            assert f"{column} is '" in str(caught.value)
        else:
            assert tables.read(path, kind)[column].tolist() == [abs(number) for number in expected]
    plan = "primary: {marker: age, endpoint: r}\nmarkers: {age: {kind: continuous}}\nendpoints: {r: {kind: binary}}\n"
    (tmp_path / "plan.yaml").write_text(plan)
    rows = [f"P{i};{cell};{i % 2}" for i, cell in enumerate(cells * 3)]
    path.write_text("\n".join(["patient;age;r", *rows]) + "\n")
    command = ["associate", "--cohort", str(path), "--plan", str(tmp_path / "plan.yaml")]
    status = run([*command, "--results", str(tmp_path / "r.tsv"), "--groups", str(tmp_path / "g.tsv")])
    assert status == (2 if expected is None else 0)


def test_text_in_a_column_that_nobody_uses_is_a_note(
    clinic: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = clinic / "unused_text"
    text = (folder / "cohort.tsv").read_text().replace("unknown", "hemolyzed")
    (tmp_path / "given.tsv").write_text(text)
    caplog.set_level("INFO")
    found = associate(tmp_path, tmp_path / "given.tsv", folder / "plan.yaml")
    pd.testing.assert_frame_equal(found, associate(tmp_path, folder / "cohort.tsv", folder / "plan.yaml"))
    notes = [record.levelname for record in caplog.records if "column ldh is read as text" in record.getMessage()]
    assert notes == ["INFO"]
    command = [
        "cohort",
        "--patients",
        tmp_path / "given.tsv",
        "--cohort",
        tmp_path / "c.tsv",
        "--flow",
        tmp_path / "f.tsv",
    ]
    assert run([str(word) for word in command]) == 0
    assert pd.read_table(tmp_path / "c.tsv")["ldh"].tolist() == [line.split("\t")[3] for line in text.splitlines()[1:]]
    (tmp_path / "plan.yaml").write_text((folder / "plan.yaml").read_text() + "covariates: [ldh]\n")
    command = ["associate", "--cohort", str(tmp_path / "given.tsv"), "--plan", str(tmp_path / "plan.yaml")]
    assert run([*command, "--results", str(tmp_path / "r.tsv"), "--groups", str(tmp_path / "g.tsv")]) == 2
    assert "given.tsv:5: ldh is 'hemolyzed'; expected a number" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("day", "read"),
    [
        ("2024-03-01T00:00:00", "2024-03-01"),
        ("2024-03-01 23:59", "2024-03-01"),
        ("2024-03-01T08:30:15.5Z", "2024-03-01"),
        ("2024-03-01T23:30+02:00", "2024-03-01"),
        ("2024-02-30T08:00", None),
        ("2024-03-01T", None),
        ("2024-03-01 noon", None),
    ],
)
def test_of_a_day_with_a_time_the_day_is_taken(tmp_path: Path, day: str, read: str | None) -> None:
    path = tmp_path / "p.tsv"
    path.write_text(f"patient\ttreatment_start\nP1\t{day}\nP2\t2024-01-01\n")
    if read is None:
        with pytest.raises(InputError, match="treatment_start is '2024"):
            tables.read(path, "patients")
    else:
        assert tables.read(path, "patients")["treatment_start"].iloc[0] == pd.Timestamp(read)


def test_columns_without_a_name_and_quotes_in_cells(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "p.tsv"
    path.write_text('patient\tsite\tage\t\t\nP1\t"5"" node"\t61\t\t\nP2\t5" node\t62\nP3\t"left" lung\t63\t\t\t\t\n')
    frame = tables.read(path, "patients")
    assert frame["site"].tolist() == ['5" node', '5" node', '"left" lung'] and list(frame) == ["patient", "site", "age"]
    assert "no name" not in caplog.text and frame["age"].tolist() == [61, 62, 63]
    path.write_text('patient\tnote\tage\nP1\t"one\ntwo\tthree"\t61\nP2\tx\t62\n')
    frame = tables.read(path, "patients")
    assert frame["note"].tolist() == ["one\ntwo\tthree", "x"] and frame.index.tolist() == [2, 4]
    path.write_text('patient\tnote\tage\nP1\t"x\t61\nP2\ty"\t62\n')
    assert tables.read(path, "patients")["note"].tolist() == ['"x', 'y"']
    path.write_text(",patient,age,\n1,P1,61,\n2,P2,62,see chart\n")
    assert list(tables.read(path, "patients")) == ["patient", "age"]
    assert "column 1 has no name and is not read (filled cells: 2)" in caplog.text
    assert "column 4 has no name and is not read (filled cells: 1)" in caplog.text
    path.write_text("patient\tage\nP1\t61\t7\n")
    with pytest.raises(InputError, match="row has 3 cells; expected 2"):
        tables.read(path, "patients")


@pytest.mark.parametrize("number", ["1e999", "9" * 30, "9" * 5000, "1e308"])
def test_a_number_too_large_is_refused_in_words(tmp_path: Path, number: str) -> None:
    path = write(tmp_path / "c.tsv", f"patient n_variants tmb_per_mb\nP1 {number} {number}\nP2 1 1")
    with pytest.raises(InputError) as caught:
        tables.read(path, "cohort")
    assert "n_variants is '" in str(caught.value)


@pytest.mark.parametrize(
    "option", ["--adverse-event-days", "--visit-interval-days", "--response-within-days", "--minimum-sd-days"]
)
def test_a_large_setting_is_refused_or_works(tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    patients = write(
        tmp_path / "p.tsv", "patient treatment_start last_dose last_alive_date\nP1 2199-01-01 2199-12-31 NA"
    )
    visits = write(tmp_path / "a.tsv", "patient date response\nP1 2199-03-01 PR\nP1 2199-06-01 PD")
    events = write(tmp_path / "e.tsv", "patient term grade onset\nP1 rash 2 2199-02-01")
    command = ["endpoints", "--patients", patients, "--assessments", visits, "--adverse-events", events]
    command += ["--endpoints", tmp_path / "o.tsv", "--rates", tmp_path / "r.tsv", "--censoring", "fda"]
    command += ["--adverse-events-summary", tmp_path / "s.tsv"]
    if option != "--visit-interval-days":
        command += ["--visit-interval-days", 56]
    for value, status in ((36500, 0), (100000, 2), (10**30, 2)):
        assert run([str(word) for word in [*command, option, value]]) == status
    assert f"{option} is '100000'; expected a whole number from" in capsys.readouterr().err
