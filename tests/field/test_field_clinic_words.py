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
         "Treatment discontinued, temporarily", "Dose interrupted, not discontinued", "Dose delayed", "dose held", "Study treatment withheld", "withheld", "Withheld", "[WITHHELD]", "No action taken", "None", "Discontinuation: no", "No discontinuation"],
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

    def test_words_for_missing_leave_the_question_open(self, tmp_path: Path) -> None:
        open_ones = ["NOT APPLICABLE", "not available", "unknown", "N/A", "-", "", "NOT EVALUABLE", "not reported"]
        made = self.actions(tmp_path, "withheld", "DRUG WITHDRAWN", *open_ones)
        assert made[["events", "unknown"]].tolist() == [1, len(open_ones)]

    def test_a_word_of_the_column_is_missing_for_no_user(self, tmp_path: Path) -> None:
        patients = table(tmp_path / "p.tsv", *self.PATIENTS)
        rows = ["P1|Rash|3|None|none", "P2|Rash|3|DRUG WITHDRAWN|related", "P3|Rash|3|held|none"]
        events = table(tmp_path / "ae.tsv", "patient|term|grade|action|related", *rows)
        out = tmp_path / "s.tsv"
        given = ["--adverse-events", events, "--adverse-events-summary", out, "--missing-words", "none", "held"]
        assert endpoints(tmp_path, patients, *given) == 0
        made = pd.read_csv(out, sep="\t")
        whole = made[made["level"] == "all"].set_index("category")
        assert whole.loc[["related", "discontinuation"], "unknown"].tolist() == [0, 1]

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


class TestPdl1:
    def scores(self, folder: Path, patients: Path, sheet: Path, *options: str) -> int:
        written = ["--selected", str(folder / "sel.tsv"), "--rejected", str(folder / "rej.tsv")]
        return run(["pdl1", "--patients", str(patients), "--pdl1", str(sheet), *written, *options])

    def test_the_field_case_stops_and_asks(
        self, clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        patients, sheet = clinic / "ic_codes" / "p.tsv", clinic / "ic_codes" / "ic_codes.tsv"
        assert self.scores(tmp_path, patients, sheet, "--score-type", "IC") == 2
        said = capsys.readouterr().err
        assert "ic_codes.tsv:2: value is '1'; expected to know what it means: every number of this IC is whole" in said
        assert "say --unit level if they are levels (IC0 to IC3), --unit percent if they are percents" in said
        assert not (tmp_path / "sel.tsv").exists()

    def test_the_answer_decides(self, clinic: Path, tmp_path: Path) -> None:
        patients, sheet = clinic / "ic_codes" / "p.tsv", clinic / "ic_codes" / "ic_codes.tsv"
        assert self.scores(tmp_path, patients, sheet, "--score-type", "IC", "--unit", "level") == 0
        made = pd.read_csv(tmp_path / "sel.tsv", sep="\t")
        assert made["level"].tolist() == ["IC1", "IC2", "IC3", "IC0"] * 3
        assert made["low"].tolist() == [1, 5, 10, 0] * 3
        assert self.scores(tmp_path, patients, sheet, "--score-type", "IC", "--unit", "percent") == 0
        made = pd.read_csv(tmp_path / "sel.tsv", sep="\t")
        assert made["value"].tolist() == [1, 2, 3, 0] * 3
        assert made["level"].tolist() == ["IC1", "IC1", "IC1", "IC0"] * 3

    def test_words_are_read_or_named_all_at_once(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        values = ["negative", "positive", "~50", "TPS 50%", "<1%", ">=50%", "5-10", "50 %", "CPS 10", "negative (<1%)"]
        patients = table(
            tmp_path / "p.tsv", "patient|treatment_start", *(f"P{n}|2023-02-01" for n in range(len(values)))
        )
        rows = [f"P{n}|S{n}|2023-01-01|22C3|TPS|{value}" for n, value in enumerate(values)]
        header = "patient|specimen|collected|assay|score_type|value"
        assert self.scores(tmp_path, patients, table(tmp_path / "s.tsv", header, *rows)) == 2
        said = capsys.readouterr().err.splitlines()
        assert [line.split("s.tsv:")[1].split(";")[0] for line in said if "s.tsv:" in line] == [
            "2: value is 'negative'", "3: value is 'positive'", "4: value is '~50'", "10: value is 'CPS 10'",
        ]  # fmt: skip

    def test_tumor_area_positivity_is_a_type_of_its_own(self, tmp_path: Path) -> None:
        patients = table(tmp_path / "p.tsv", "patient|treatment_start", "P1|2023-02-01", "P2|2023-02-01")
        rows = ["P1|S1|2023-01-01|SP263|TAP|5%", "P1|S1|2023-01-01|SP263|TPS|60", "P2|S2|2023-01-01|SP263|TPS|70"]
        sheet = table(tmp_path / "s.tsv", "patient|specimen|collected|assay|score_type|value", *rows)
        assert self.scores(tmp_path, patients, sheet, "--score-type", "TAP") == 0
        made = pd.read_csv(tmp_path / "sel.tsv", sep="\t")
        assert made["status"].tolist() == ["scored", "not_tested"]
        assert made["value"].tolist()[0] == 5
        assert pd.read_csv(tmp_path / "rej.tsv", sep="\t")["reason"].tolist() == ["score_type", "score_type"]

    @pytest.mark.parametrize("marker", ["pdl1", "pdl1_level"])
    def test_levels_are_tested_as_ordinal(self, tmp_path: Path, marker: str) -> None:
        """Cochran-Armitage by hand: with scores 0 to 3, z = T / sqrt(p q (sum n s^2 - (sum n s)^2 / n))."""
        levels, responders = ["IC0", "IC1", "IC2", "IC3"] * 3, [0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1]
        header, ids = "patient|specimen|collected|assay|score_type|value", range(len(levels))
        patients = table(
            tmp_path / "p.tsv", "patient|treatment_start|responder", *(f"P{n}|2023-02-01|{responders[n]}" for n in ids)
        )
        sheet = table(tmp_path / "s.tsv", header, *(f"P{n}|S{n}|2023-01-01|SP142|IC|{levels[n]}" for n in ids))
        assert self.scores(tmp_path, patients, sheet, "--score-type", "IC") == 0
        cohort = [
            "--pdl1",
            str(tmp_path / "sel.tsv"),
            "--cohort",
            str(tmp_path / "c.tsv"),
            "--flow",
            str(tmp_path / "f.tsv"),
        ]
        assert run(["cohort", "--patients", str(patients), *cohort]) == 0
        (tmp_path / "plan.yaml").write_text(
            f"primary: {{marker: {marker}, endpoint: response}}\nendpoints: {{response: {{kind: binary, column: responder}}}}\n"
            f"markers: {{{marker}: {{kind: ordinal, levels: [IC0, IC1, IC2, IC3]}}}}\n"
        )
        tests = ["--results", str(tmp_path / "r.tsv"), "--groups", str(tmp_path / "g.tsv")]
        assert (
            run(["associate", "--cohort", str(tmp_path / "c.tsv"), "--plan", str(tmp_path / "plan.yaml"), *tests]) == 0
        )
        row = pd.read_csv(tmp_path / "r.tsv", sep="\t").query("method == 'cochran_armitage'").iloc[0]
        assert row["n"] == 12
        scores, share = [int(level[2]) for level in levels], sum(responders) / 12
        trend = sum(s * (r - share) for s, r in zip(scores, responders, strict=True))
        spread = share * (1 - share) * (sum(s * s for s in scores) - sum(scores) ** 2 / 12)
        assert row["statistic"] == pytest.approx(trend / spread**0.5, rel=1e-9)


class TestLesions:
    HEADER = "patient|date|lesion|role|site|nodal|diameter_mm|status"

    def said(self, folder: Path, caplog: pytest.LogCaptureFixture, *rows: str) -> str:
        """What is said of lesions of patients whose treatment began on 2023-01-10."""
        ids = dict.fromkeys(row.split("|")[0] for row in rows)
        patients = table(
            folder / "p.tsv",
            "patient|treatment_start|last_alive_date",
            *(f"{name}|2023-01-10|2023-12-31" for name in ids),
        )
        caplog.clear()
        assert endpoints(folder, patients, "--lesions", table(folder / "l.tsv", self.HEADER, *rows)) == 0
        return caplog.text

    def test_the_field_case(self, clinic: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        folder = clinic / "cm_lesions"
        assert endpoints(tmp_path, folder / "p.tsv", "--lesions", folder / "l.tsv", "--visits", tmp_path / "v.tsv") == 0
        assert "l.tsv: every diameter is below 10 mm, as if measured in cm: 1 patient (P1)" in caplog.text
        assert "P2" not in caplog.text
        visits = pd.read_csv(tmp_path / "v.tsv", sep="\t").set_index("patient")
        assert visits.loc["P2", "response"].tolist() == ["PD", "PD"]
        assert visits.loc["P1", "response"].tolist() == ["SD", "SD"]

    def test_what_recist_does_not_have(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        said = self.said(
            tmp_path, caplog,
            "N|2023-01-02|T1|target|node|1|14.9|", "N|2023-01-02|T2|target|liver|0|30|",
            "S|2023-01-02|T1|target|liver|0|9.9|", "S|2023-01-02|T2|target|lung|0|30|",
            *(f"M|2023-01-02|T{n}|target|{site}|0|30|" for n, site in enumerate(["liver", "liver", "lung", "lung", "skin", "bone"])),
            *(f"O|2023-01-02|T{n}|target|{site}|0|30|" for n, site in enumerate(["Left lung", "lung, right", "LUNG"])),
            "A|2022-12-12|T1|target|liver|0|30|",
            "G|2023-01-02|T1|target|node|1|15|", "G|2022-12-13|T2|target|liver|0|10|", "G|2023-01-02|T2|target|liver|0|10|",
            "B|2022-12-13|T1|target|liver|0|10|",
        )  # fmt: skip
        for sentence in (
            "a target node has a short axis below 15 mm at baseline: 1 patient (N)",
            "a target lesion is below 10 mm at baseline: 1 patient (S)",
            "more than five target lesions: 1 patient (M)",
            "more than two target lesions of an organ: 1 patient (O)",
            "the baseline scan is more than 4 weeks before the start of treatment: 1 patient (A)",
        ):
            assert sentence in said, sentence
        assert said.count("l.tsv: ") == 5

    def test_disease_after_a_complete_response(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        regrown = [
            "R|2023-01-02|T1|target|liver|0|30|",
            "R|2023-03-02|T1|target|liver|0|0|",
            "R|2023-05-02|T1|target|liver|0|4|",
        ]
        back = [row.replace("R|", "B|").replace("|4|", "|30|") for row in regrown]
        assert (
            "responses from lesions: PR, SD or NON-CR/NON-PD follows a CR: disease that comes back is PD: 1 patient (R)"
            in self.said(tmp_path, caplog, *regrown, *back)
        )
        rows = [
            "P1|2023-03-02|CR",
            "P1|2023-05-02|SD",
            "P2|2023-03-02|CR",
            "P2|2023-05-02|PD",
            "P2|2023-07-02|PR",
            "P3|2023-03-02|CR",
            "P3|2023-05-02|NE",
            "P3|2023-07-02|PR",
        ]
        patients = table(tmp_path / "p.tsv", "patient|treatment_start", *(f"P{n}|2023-01-10" for n in (1, 2, 3)))
        sheet = table(tmp_path / "a.tsv", "patient|date|response", *rows)
        caplog.clear()
        assert endpoints(tmp_path, patients, "--assessments", sheet) == 0
        assert (
            "a.tsv: PR, SD or NON-CR/NON-PD follows a CR: disease that comes back is PD: 2 patients (P1, P3)"
            in caplog.text
        )


class TestResponses:
    @pytest.mark.parametrize(
        ("word", "means"),
        [("Partial Response", "PR"), ("pr", "PR"), ("PR (partial response)", "PR"), ("COMPLETE RESPONSE", "CR"), ("Complete remission", "CR"), ("Stable disease", "SD"), ("SD - Stable Disease", "SD"),
         ("Progressive Disease", "PD"), ("progression", "PD"), ("non-CR/non-PD", "NON-CR/NON-PD"), ("NON CR/NON PD", "NON-CR/NON-PD"), ("NonCR/NonPD", "NON-CR/NON-PD"), ("Not evaluable", "NE"), ("Inevaluable", "NE"), ("ne", "NE")],
    )  # fmt: skip
    def test_words_of_a_visit(self, tmp_path: Path, word: str, means: str) -> None:
        patients = table(tmp_path / "p.tsv", "patient|treatment_start|last_alive_date", "P1|2023-01-10|2023-12-01")
        sheet = table(tmp_path / "a.tsv", "patient|date|response", f"P1|2023-05-02|{word}")
        assert endpoints(tmp_path, patients, "--assessments", sheet, "--unconfirmed") == 0
        assert pd.read_csv(tmp_path / "e.tsv", sep="\t")["best_response"].tolist() == [means]

    @pytest.mark.parametrize(
        ("word", "hint"),
        [("NED", " (no evidence of disease is CR where there was disease at baseline, and not evaluable otherwise)"), ("uCR", " (of a visit write CR: later visits confirm it or do not; CRu of lymphoma is no response of RECIST)"),
         ("uPR", " (of a visit write PR: later visits confirm it or do not)"), ("iUPD", " (iRECIST; write the response by RECIST 1.1)"), ("Responder", " (CR and PR both are: write which)"), ("Partial respone", " (did you mean 'PR'?)"),
         ("DCR", ""), ("PDX", ""), ("CRT", ""), ("X", ""), ("mixed", "")],
    )  # fmt: skip
    def test_other_words_have_the_right_hint_or_none(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str, hint: str
    ) -> None:
        patients = table(tmp_path / "p.tsv", "patient|treatment_start|best_response", f"P1|2023-01-10|{word}")
        sheet = table(tmp_path / "a.tsv", "patient|date|response", f"P1|2023-05-02|{word}")
        assert endpoints(tmp_path, patients, "--assessments", sheet) == 2
        said = capsys.readouterr().err
        assert f"a.tsv:2: response is '{word}'; expected one of CR, PR, SD, NON-CR/NON-PD, PD, NE{hint}\n" in said
        assert f"p.tsv:2: best_response is '{word}'; expected" in said

    def test_words_of_stated_responses_and_lesions(self, tmp_path: Path) -> None:
        patients = table(
            tmp_path / "p.tsv", "patient|best_response", "P1|Partial Response", "P2|stable disease", "P3|MISSING"
        )
        assert endpoints(tmp_path, patients) == 0
        assert pd.read_csv(tmp_path / "e.tsv", sep="\t")["best_response"].tolist() == ["PR", "SD", "MISSING"]
        patients = table(tmp_path / "p.tsv", "patient|treatment_start", "P1|2023-01-10")
        rows = [
            "P1|2023-01-02|L1|TARGET|liver|0|30|",
            "P1|2023-01-02|L2|Non-Target|lung|0||",
            "P1|2023-03-02|L1|target|liver|0|0|",
            "P1|2023-03-02|L2|NON-TARGET|lung|0||Complete response",
        ]
        assert (
            endpoints(
                tmp_path, patients, "--lesions", table(tmp_path / "l.tsv", TestLesions.HEADER, *rows), "--unconfirmed"
            )
            == 0
        )
        assert pd.read_csv(tmp_path / "e.tsv", sep="\t")["best_response"].tolist() == ["CR"]


class TestStatedEndpoints:
    NAMES = "patient|best_response|pfs_months|pfs_event|os_months|os_event"

    def flow(self, folder: Path, patients: Path, *options: object) -> pd.DataFrame:
        written = ["--cohort", folder / "c.tsv", "--flow", folder / "f.tsv"]
        assert run(["cohort", "--patients", str(patients), *map(str, [*options, *written])]) == 0
        return pd.read_csv(folder / "f.tsv", sep="\t").set_index("step")

    def test_the_field_case_of_the_flow(self, clinic: Path, tmp_path: Path) -> None:
        patients = clinic / "evaluable" / "patients.tsv"
        assert endpoints(tmp_path, patients) == 0
        for options in ([], ["--endpoints", tmp_path / "e.tsv"]):
            made = self.flow(tmp_path, patients, *options)
            assert made.loc["evaluable", ["n", "patients"]].tolist() == [3, "P4"]

    def test_words_that_are_no_response_are_not_evaluable(self, tmp_path: Path) -> None:
        rows = ["P1|Partial Response", "P2|Not Evaluable", "P3|great", "P4|"]
        made = self.flow(tmp_path, table(tmp_path / "p.tsv", "patient|best_response", *rows))
        assert made.loc["evaluable", "n"] == 1
        assert (
            made.loc["evaluable", "reason"]
            == "best response not understood: 1; no best response: 1; not evaluable or no assessment: 1"
        )

    def test_the_field_case_of_plausibility(
        self, clinic: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        sheet = clinic / "plausibility" / "c.tsv"
        assert endpoints(tmp_path, sheet) == 0
        for sentence in (
            "PFS is longer than OS: 1 patient (P2)",
            "the best response is PD and PFS is censored: 1 patient (P1)",
            "the best response is NE or MISSING and PFS ends with an event that is no death: 1 patient (P3)",
            "PFS ends with an event when OS is censored, by progression or by a death that OS does not have: 1 patient (P3)",
            "a time is 0 months, which leaves no time for an event or an assessment: 1 patient (P4)",
            "the best response is MISSING and PFS was followed: 1 patient (P5)",
            "PFS is censored at the time of death, which is an event of it: 1 patient (P5)",
        ):
            assert f"c.tsv: {sentence}" in caplog.text, sentence
        assert caplog.text.count("c.tsv: ") == 7

    @pytest.mark.parametrize("command", ["cohort", "associate", "both"])
    def test_it_is_said_once_wherever_the_sheet_enters(
        self, clinic: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, command: str
    ) -> None:
        sheet = clinic / "plausibility" / "c.tsv"
        (tmp_path / "plan.yaml").write_text(
            "primary: {marker: age, endpoint: os}\nendpoints: {os: {kind: time_to_event, time: os_months, event: os_event}}\nmarkers: {age: {kind: continuous}}\n"
        )
        if command == "both":
            assert endpoints(tmp_path, sheet) == 0
            self.flow(tmp_path, sheet, "--endpoints", tmp_path / "e.tsv")
        elif command == "cohort":
            self.flow(tmp_path, sheet)
        else:
            lines = [
                f"{line}\t{'age' if not n else 50 + n}" for n, line in enumerate(sheet.read_text().split("\n")) if line
            ]
            own = tmp_path / "own.tsv"
            own.write_text("\n".join(lines).replace("\t0\t0\t1\t", "\t0\t1\t1\t") + "\n")
            run(
                [
                    "associate",
                    "--cohort",
                    str(own),
                    "--plan",
                    str(tmp_path / "plan.yaml"),
                    "--results",
                    str(tmp_path / "r.tsv"),
                    "--groups",
                    str(tmp_path / "g.tsv"),
                ]
            )
        assert caplog.text.count("PFS is longer than OS: 1 patient (P2)") == 1

    def test_a_plausible_sheet_is_silent(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        rows = [
            "P1|PD|2|1|30|1",
            "P2|CR|20|0|20|0",
            "P3|NE|1|1|1|1",
            "P4|PR|8|1|12.5|0",
            "P5|MISSING|0.03|0|3|1",
            "P6|SD||||",
            "P7|PD|1.9|1|15|0",
        ]
        assert endpoints(tmp_path, table(tmp_path / "p.tsv", self.NAMES, *rows)) == 0
        assert caplog.text == ""

    def test_days_and_reversed_flags(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        rows = ["P1|PD|61|0|300|1", "P2|PD|45|0|400|1", "P3|PR|200|1|500|0"]
        assert endpoints(tmp_path, table(tmp_path / "p.tsv", self.NAMES, *rows)) == 0
        assert "os_months has a median of 400 and reaches 500: days or a date rather than months?" in caplog.text
        assert "pfs_months has a median of 61 and reaches 200: days or a date rather than months?" in caplog.text
        assert (
            "pfs_event is 0 for all 2 patients whose best response is PD: reversed (CDISC's CNSR is 1 where censored)?"
            in caplog.text
        )

    def test_a_day_far_from_the_trial_is_named_in_every_sheet(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        people = table(
            tmp_path / "p.tsv",
            *("patient|treatment_start|last_alive_date", "P1|2021-03-01|2021-09-01", "P2|2021-04-01|2099-09-01"),
        )
        events = table(tmp_path / "ae.tsv", "patient|term|grade|onset", "P1|rash|1|1900-01-01", "P2|rash|1|2021-05-01")
        summary = ["--adverse-events", events, "--adverse-events-summary", tmp_path / "s.tsv"]
        assert endpoints(tmp_path, people, *summary) == 0
        said = "is more than 20 years from the median start of treatment, 2021-03-16: 1 patient"
        assert f"p.tsv: last_alive_date {said} (P2: 2099-09-01)" in caplog.text
        assert f"ae.tsv: onset {said} (P1: 1900-01-01)" in caplog.text and caplog.text.count(said) == 2

    @pytest.mark.parametrize(
        ("pfs", "os", "said"),
        [
            (["6", "7.5", "8", "12", "11.9"], ["30", "20", "44", "52", "61"], "pfs_months has a median of 8 and reaches 12: weeks"),
            (["0.12", "0.15", "0.2", "0.23", "0.5"], ["0.5", "0.8", "7", "2", "1"], "pfs_months has a median of 0.2 and reaches 0.5: years"),
            (["1.4", "1.8", "2", "2.8", "3.1"], ["5.9", "1", "2", "3", "5"], "os_months has a median of 3 and reaches 5.9: years"),
            (["1.4", "1.8", "2", "2.8", "3.1"], ["6", "1", "2", "3", "5"], ""),
            (["4.9", "4.9", "5", "5.1", "5.2"], ["9", "8", "7", "6", "6"], ""),
            (["0.4", "0.3", "0.5", "0.4", "1"], ["9", "8", "7", "6", "6"], ""),
        ],
    )  # fmt: skip
    def test_other_units(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture, pfs: list[str], os: list[str], said: str
    ) -> None:
        times = zip(pfs * 2, os * 2, strict=True)
        rows = [f"P{n}|PD|{first}|1|{last}|1" for n, (first, last) in enumerate(times)]
        assert endpoints(tmp_path, table(tmp_path / "p.tsv", self.NAMES, *rows)) == 0
        assert caplog.text.count("rather than months?") == bool(said)
        assert not said or f"{said} rather than months?" in caplog.text

    def test_rates_claim_nothing_of_what_is_stated(self, tmp_path: Path) -> None:
        rows = ["P1|PD|2|1|30|1", "P2|CR|20|0|20|0", "P3|SD|5|1|12|1"]
        assert endpoints(tmp_path, table(tmp_path / "p.tsv", self.NAMES, *rows)) == 0
        made = pd.read_csv(tmp_path / "r.tsv", sep="\t")
        assert set(
            made.loc[made["endpoint"].isin(["orr", "dcr", "pfs_rate", "pfs_median", "os_rate", "os_median"]), "note"]
        ) == {"as stated"}
        assert not made["note"].fillna("").str.contains("confirmed|ema_itt|fda").any()
        assert made.query("endpoint == 'orr'")[["n", "events"]].to_numpy().tolist() == [[3, 1], [3, 1]]
        patients = table(
            tmp_path / "p.tsv",
            "patient|treatment_start|last_alive_date|best_response|pfs_months|pfs_event",
            "P1|2023-01-10|2023-12-01|||",
            "P2||| PR|4|1",
        )
        visits = table(tmp_path / "a.tsv", "patient|date|response", "P1|2023-03-02|PR", "P1|2023-05-02|PR")
        assert endpoints(tmp_path, patients, "--assessments", visits) == 0
        mixed = pd.read_csv(tmp_path / "r.tsv", sep="\t").query("definition == 'all_treated'")
        notes = mixed.drop_duplicates("endpoint").set_index("endpoint")["note"]
        assert notes["orr"] == "confirmed; as stated: 1 of 2"
        assert notes["pfs_median"].startswith("ema_itt; as stated: 1 of 2")
        assert pd.read_csv(tmp_path / "e.tsv", sep="\t")["endpoints_stated"].fillna("").tolist() == ["", "response,pfs"]
