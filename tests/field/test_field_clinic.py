"""Clinical tables as the field writes them: missing stays missing, one time is one time, a sheet is read or refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import cells, tables

pytestmark = pytest.mark.filterwarnings("error")


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
