"""Clinical words as the field writes them: adverse events, PD-L1, lesions and stated endpoints.

Read by a rule, or named and counted; never guessed. The right answers are by hand (field_cases/README.md).
"""
# ruff: noqa: E501 (rows and messages stand on one line)

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run


def table(path: Path, *rows: str) -> Path:
    """A TSV of rows whose cells `|` separates."""
    path.write_text("".join("\t".join(cell.strip() for cell in row.split("|")) + "\n" for row in rows))
    return path


@pytest.fixture
def clinic(shared_data: Path) -> Path:
    return shared_data / "field_cases" / "clinic"


def endpoints(folder: Path, patients: Path, *options: object) -> int:
    written = ["--endpoints", folder / "e.tsv", "--rates", folder / "r.tsv"]
    return run(["endpoints", "--patients", str(patients), *map(str, [*options, *written])])


class TestAdverseEvents:
    PATIENTS = ("patient|treatment_start|last_dose", *(f"P{n}|2023-01-01|2023-03-01" for n in range(1, 10)))

    def summary(self, folder: Path, patients: Path, events: Path) -> pd.DataFrame:
        out = folder / "s.tsv"
        assert endpoints(folder, patients, "--adverse-events", events, "--adverse-events-summary", out) == 0
        return pd.read_csv(out, sep="\t")

    def actions(self, folder: Path, *words: str) -> pd.Series:
        rows = (f"P{n % 9 + 1}|Rash|3|{word}" for n, word in enumerate(words))
        patients = table(folder / "p.tsv", *self.PATIENTS)
        made = self.summary(folder, patients, table(folder / "ae.tsv", "patient|term|grade|action", *rows))
        row = made[(made["category"] == "discontinuation") & (made["level"] == "all")]
        return row.iloc[0] if len(row) else pd.Series({"events": None})

    def test_the_field_case(self, clinic: Path, tmp_path: Path) -> None:
        made = self.summary(tmp_path, clinic / "ae_action" / "p.tsv", clinic / "ae_action" / "ae.tsv")
        ended = made[made["category"] == "discontinuation"]
        assert ended[["level", "soc", "term", "patients", "unknown"]].fillna("").to_numpy().tolist() == [
            ["all", "", "", 4, 0],
            ["class", "GI", "", 4, 0],
            ["term", "GI", "Colitis", 4, 0],
        ]
        assert made.loc[made["category"] == "any", "patients"].tolist() == [8, 8, 8]

    @pytest.mark.parametrize(
        "word",
        ["DRUG WITHDRAWN", "drug_withdrawn", "Study drug(s) permanently discontinued", "Permanently discontinued", "Permanent discontinuation of treatment", "Off study treatment", "Treatment stopped permanently",
         "withdrawn from study", "Dose reduced; drug withdrawn", "Hospitalization, treatment discontinued", "Discontinued", "DISCONTINUATION: YES"],
    )  # fmt: skip
    def test_the_treatment_ended(self, tmp_path: Path, word: str) -> None:
        assert self.actions(tmp_path, word)[["events", "unknown"]].tolist() == [1, 0]

    @pytest.mark.parametrize(
        "word",
        ["DOSE NOT CHANGED", "DRUG INTERRUPTED", "DOSE REDUCED", "DOSE RATE REDUCED", "DOSE INCREASED", "Drug not withdrawn", "Not withdrawn", "temporarily discontinued", "Discontinued temporarily", "Drug withdrawn (temporarily)",
         "Treatment discontinued, temporarily", "Dose interrupted, not discontinued", "Dose delayed", "dose held", "Study treatment withheld", "No action taken", "None", "Discontinuation: no", "No discontinuation"],
    )  # fmt: skip
    def test_the_treatment_went_on(self, tmp_path: Path, word: str) -> None:
        assert self.actions(tmp_path, word)[["events", "unknown"]].tolist() == [0, 0]

    @pytest.mark.parametrize(
        "word",
        ["Rechallenge", "Discontinued then resumed", "MULTIPLE", "Drug withdrawn?", "Permanently discontinued, no", "Axitinib withdrawn", "2", "stopped", "study drug withdrawn, rechallenged"],
    )  # fmt: skip
    def test_other_words_are_named_with_their_count(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture, word: str
    ) -> None:
        made = self.actions(tmp_path, word, "DRUG WITHDRAWN", word, "DOSE REDUCED", "UNKNOWN")
        assert made[["events", "unknown"]].tolist() == [1, 3]
        said = caplog.text
        assert f"not known whether they ended the treatment: '{word}' (2)" in said

    def test_words_that_nobody_knows_are_no_zero(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        assert self.actions(tmp_path, "abgebrochen", "fortgesetzt")["events"] is None
        assert "action is not understood in 2 of" in caplog.text

    def test_grades_and_answers_in_words(self, tmp_path: Path) -> None:
        patients = table(tmp_path / "p.tsv", *self.PATIENTS)
        events = table(
            tmp_path / "ae.tsv",
            "patient|term|soc|grade|related|serious|immune_related",
            "P1|Rash|Skin|G3|PROBABLE|Y|1",
            "P2|RASH|SKIN |Grade 3|POSSIBLY RELATED|No|0",
            "P3|rash|skin|3.0|NOT RELATED|1|Y",
            "P4|Rash|Skin|III|Unlikely|0|yes",
            "P5|Rash|Skin|CTCAE Grade 4|1|TRUE|N",
            "P6|Rash|Skin|MODERATE|REMOTE|n|",
            "P7|Rash|Skin|Grade 5 (death)|||",
        )
        made = self.summary(tmp_path, patients, events)
        overall = made[made["level"] == "all"].set_index("category")
        assert overall["patients"].to_dict() == {
            "any": 7,
            "grade_3_or_higher": 6,
            "related": 3,
            "serious": 3,
            "fatal": 1,
            "immune_related": 3,
        }
        assert overall["unknown"].to_dict() == {
            "any": 0,
            "grade_3_or_higher": 0,
            "related": 1,
            "serious": 1,
            "fatal": 0,
            "immune_related": 2,
        }
        assert overall.loc["any", [f"grade_{n}" for n in range(1, 6)]].tolist() == [0, 1, 4, 1, 1]
        assert made.loc[made["category"] == "any", ["soc", "term"]].fillna("").to_numpy().tolist() == [
            ["", ""],
            ["Skin", ""],
            ["Skin", "Rash"],
        ]

    @pytest.mark.parametrize(
        ("column", "word"),
        [("grade", ">=3"), ("grade", "3-4"), ("grade", "0"), ("grade", "-3"), ("grade", "3?"), ("grade", "Grade 3 (mild)"), ("grade", "bad"), ("related", "maybe"), ("serious", "Y?"), ("immune_related", "2")],
    )  # fmt: skip
    def test_other_answers_are_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], column: str, word: str
    ) -> None:
        patients = table(tmp_path / "p.tsv", *self.PATIENTS)
        extra = f"|{column}", f"|{word}"
        if column == "grade":
            events = table(tmp_path / "ae.tsv", "patient|term|grade", f"P1|Rash|{word}")
        else:
            events = table(tmp_path / "ae.tsv", f"patient|term|grade{extra[0]}", f"P1|Rash|3{extra[1]}")
        assert endpoints(tmp_path, patients, "--adverse-events", events) == 2
        assert f"ae.tsv:2: {column} is '{word}'; expected" in capsys.readouterr().err

    def test_severities_have_no_fatal(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        patients = table(tmp_path / "p.tsv", *self.PATIENTS)
        events = table(tmp_path / "ae.tsv", "patient|term|grade", "P1|Rash|SEVERE", "P2|Rash|MILD")
        assert endpoints(tmp_path, patients, "--adverse-events", events) == 0
        assert "grade is a word of severity in 2 events" in caplog.text
