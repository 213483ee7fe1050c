"""A study folder of cBioPortal: what our importer reads back, and what the portal asks of headings, types, words."""

from __future__ import annotations

import csv
import dataclasses
import math
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biomarkers.cli.app import run
from biomarkers.errors import InputError
from biomarkers.run.exports import cbioportal
from biomarkers.run.exports.finished import Finished

RESPONSES = ["CR", "PR", "SD", "PD", "NE", "MISSING"]


def finished(cohort: pd.DataFrame, **frames: pd.DataFrame) -> Finished:
    return Finished(Path("a run/Trial 1"), {"cohort": cohort, **frames}, (), "A\ttrial", "", "0.1.0", {})


def burdens(rows: list[tuple[str, str, str, float | None]]) -> pd.DataFrame:
    """Rows of patient, sample, status and burden."""
    table = pd.DataFrame(rows, columns=["patient", "sample", "status", "tmb_per_mb"])
    return table.assign(definition="merino_wes", tmb_per_mb=table["tmb_per_mb"].astype("float64"))


def clinical(path: Path) -> tuple[list[list[str]], pd.DataFrame]:
    """The four lines above the headings, and the table."""
    lines = [line.split("\t") for line in path.read_text().splitlines()]
    assert {len(line) for line in lines} == {len(lines[0])} and all(line[0].startswith("#") for line in lines[:4])
    return [[line[0][1:], *line[1:]] for line in lines[:4]], pd.DataFrame(lines[5:], columns=lines[4])


def sheet(folder: Path, name: str) -> dict[str, dict[str, str]]:
    with (folder / f"{name}.tsv").open(encoding="utf-8") as lines:
        return {row["patient"]: row for row in csv.DictReader(lines, delimiter="\t")}


def time_of(name: str) -> Any:
    months = st.one_of(st.none(), st.floats(0, 300, allow_subnormal=False))
    return st.tuples(months, st.integers(0, 1)).map(lambda pair: pair if pair[0] is not None else (None, None))


person = st.fixed_dictionaries(
    {
        "os": time_of("os"),
        "pfs": time_of("pfs"),
        "best_response": st.sampled_from([None, *RESPONSES]),
        "burden": st.one_of(st.none(), st.floats(0, 200, allow_subnormal=False)),
        "status": st.sampled_from(["ok", "warn", "failed", None]),
    }
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(person, min_size=1, max_size=6))
def test_a_study_is_read_back_as_the_same_patients(people: list[dict[str, Any]]) -> None:
    # A column in which nobody has a response is none of responses to the importer.
    people = [{"os": (3.25, 1), "pfs": (None, None), "best_response": "PR", "burden": 0.0, "status": "ok"}, *people]
    names = [f"P.{number}-x_{number}" for number in range(len(people))]
    cohort = pd.DataFrame({"patient": names})
    for name in ("os", "pfs"):
        cohort[f"{name}_months"] = pd.Series([one[name][0] for one in people], dtype="float64")
        cohort[f"{name}_event"] = pd.Series([one[name][1] for one in people], dtype="Int64")
    cohort["best_response"] = pd.Series([one["best_response"] for one in people], dtype="object")
    rows = [
        (name, f"{name}-T", one["status"], None if one["status"] == "failed" else one["burden"])
        for name, one in zip(names, people, strict=True)
        if one["status"]
    ]
    with tempfile.TemporaryDirectory() as place:
        study, back = Path(place, "study"), Path(place, "back")
        cbioportal.write(finished(cohort, tmb=burdens(rows)), study)
        assert run(["import", "cbioportal", str(study), "--out", str(back)]) == 0
        patients = sheet(back, "patients")
        assert [*patients] == names
        for name, one in zip(names, people, strict=True):
            told = patients[name]
            assert told.get("best_response", "") == (one["best_response"] or "")
            for endpoint in ("os", "pfs"):
                months, event = one[endpoint]
                assert told.get(f"{endpoint}_event", "") == ("" if event is None else str(event))
                read = told.get(f"{endpoint}_months", "")
                assert (read == "") if months is None else float(read) == months
        features = sheet(back, "features") if (back / "features.tsv").is_file() else {}
        for name, _, _, burden in rows:
            read = features.get(name, {}).get("tmb_per_mb", "")
            assert (read == "") if burden is None else math.isclose(float(read), burden, rel_tol=0)
        assert (
            (study / "case_lists/cases_all.txt")
            .read_text()
            .endswith("case_list_ids: " + "\t".join(row[1] for row in rows) + "\n")
        )


ODD = pd.DataFrame(
    {
        "patient": ["P1", "P2"],
        "os_months": [1.0, None],
        "os_event": pd.array([1, None], dtype="Int64"),
        "OS_STATUS": ["alive", "dead"],
        "dfs_months": [2.0, 3.0],
        "dfs_event": [0, 1],
        "age": [">89", "40"],
        "sex": [1.0, 2.0],
        "primary_site": ["liver", "a\tb\n=c"],
        "MUTATION_COUNT": [3, 4],
        "SAMPLE_ID": ["x", "y"],
        "CA 19-9": [1.5, 1e30],
        "CA-19.9": [1, 2],
        "年龄": ["#a", "b"],
        "Birth date": ["1950-01-01", "1951-01-01"],
        "best_response_date": pd.to_datetime(["2024-01-01", "2024-01-02"]),
        "empty": [None, None],
        "tmb_per_mb": [1.0, 2.0],
    }
)


def test_headings_types_and_words_are_those_that_the_portal_takes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """validateData.py of cbioportal-core finds no fault in this study."""
    caplog.set_level("INFO")
    cbioportal.write(finished(ODD, tmb=burdens([("P1", "T1", "ok", 1.0)])), tmp_path / "study")
    above, table = clinical(tmp_path / "study/data_clinical_patient.txt")
    kinds = dict(zip(table, above[2], strict=True))
    assert kinds == {
        "PATIENT_ID": "STRING",
        "OS_MONTHS": "NUMBER",
        "OS_STATUS": "STRING",
        "OS_STATUS_STATED": "STRING",
        "DFS_MONTHS": "NUMBER",
        "DFS_STATUS": "STRING",
        "AGE_TEXT": "STRING",
        "SEX": "STRING",
        "PRIMARY_SITE_OF_PATIENT": "STRING",
        "MUTATION_COUNT_STATED": "NUMBER",
        "SAMPLE_ID_STATED": "STRING",
        "CA_19_9": "NUMBER",
        "CA_19_9_2": "NUMBER",
        "X": "STRING",
    }
    assert all(cell.strip() for line in above for cell in line) and {*above[3]} == {"1"}
    assert table.loc[0].tolist()[1:8] == ["1", "1:DECEASED", "alive", "2", "0:DiseaseFree", ">89", "1"]
    assert table.loc[1].tolist()[1:8] == ["", "", "dead", "3", "1:Recurred/Progressed", "40", "2"]
    assert table.loc[1, "PRIMARY_SITE_OF_PATIENT"] == "a b =c" and table.loc[1, "CA_19_9"] == "1e+30"
    said = caplog.text.partition("not in the study: ")[2]
    assert "1 patient without a tumor sample" in said and "dates: best_response_date" in said
    assert "columns that look like identifiers: Birth date" in said
    _, samples = clinical(tmp_path / "study/data_clinical_sample.txt")
    assert samples.to_dict("records") == [
        {"PATIENT_ID": "P1", "SAMPLE_ID": "T1", "TMB_STATUS": "ok", "TMB_NONSYNONYMOUS": "1"}
    ]


def test_the_burden_is_that_of_the_first_definition_of_the_run(tmp_path: Path) -> None:
    """tmb.tsv may have the definitions in any order; the config tells which is the first."""
    tmb = pd.concat(
        [burdens([("P1", "T1", "ok", 5.0)]).assign(definition="all_coding"), burdens([("P1", "T1", "ok", 2.0)])]
    )
    run = finished(pd.DataFrame({"patient": ["P1"], "tmb_per_mb": [2.0], "tmb_per_mb_all_coding": [5.0]}), tmb=tmb)
    settings = {"burden.definitions": ["merino_wes", "all_coding"]}
    cbioportal.write(dataclasses.replace(run, settings=settings), tmp_path / "study")
    _, table = clinical(tmp_path / "study/data_clinical_sample.txt")
    assert table.loc[0, ["TMB_NONSYNONYMOUS", "TMB_PER_MB_ALL_CODING"]].tolist() == ["2", "5"]
    assert [*clinical(tmp_path / "study/data_clinical_patient.txt")[1]] == ["PATIENT_ID"]


def test_scores_are_spelled_as_they_are_reported(tmp_path: Path) -> None:
    rows = [(0, 1, "scored"), (1, 50, "scored"), (50, 100, "scored"), (7.5, 7.5, "scored"), (None, None, "not_tested")]
    names = [f"P{number}" for number in range(len(rows))]
    scores = pd.DataFrame(rows, columns=["low", "high", "status"]).assign(patient=names, score_type="CPS", assay="22C3")
    cohort = pd.DataFrame({"patient": names, "pdl1": [None, None, None, 7.5, None], "pdl1_low": scores["low"]})
    cbioportal.write(finished(cohort, pdl1_selected=scores), tmp_path / "study")
    _, table = clinical(tmp_path / "study/data_clinical_patient.txt")
    assert table["PDL1_CPS_22C3"].tolist() == ["<1", "1-49", ">=50", "7.5", ""]
    assert not {"PDL1", "PDL1_LOW"} & {*table}


def test_scores_of_several_types_stay_apart(tmp_path: Path) -> None:
    scores = pd.DataFrame({"patient": ["P1", "P2"], "low": 1.0, "high": 1.0, "status": "scored"})
    scores["score_type"] = ["TPS", "CPS"]
    cohort = pd.DataFrame({"patient": ["P1", "P2"], "pdl1": [1.0, 1.0]})
    cbioportal.write(finished(cohort, pdl1_selected=scores), tmp_path / "study")
    _, table = clinical(tmp_path / "study/data_clinical_patient.txt")
    assert [*table] == ["PATIENT_ID", "PDL1"]


def test_a_run_without_patients_and_samples_makes_no_study(tmp_path: Path) -> None:
    empty = Finished(tmp_path, {"rates": pd.DataFrame()}, (), "t", "", "", {})
    with pytest.raises(InputError, match="has neither a cohort nor burdens; expected a run with one of them"):
        cbioportal.write(empty, tmp_path / "study")
    assert not [*tmp_path.iterdir()]


def test_a_panel_goes_with_its_samples(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    cohort = pd.DataFrame({"patient": ["P1", "P2", "P3"], "gene_panel": ["IMPACT468", "panel2", "WES"]})
    samples = pd.DataFrame(
        {"patient": ["P1", "P2", "P3"], "sample": ["T1", "T2", "T3"], "sequenced": [True, False, True]}
    )
    notes: list[str] = []
    panels = cbioportal._panels(finished(cohort), samples, notes)
    assert panels == {"data_gene_panel_matrix.txt": "SAMPLE_ID\tmutations\nT1\tIMPACT468\nT2\tNA\nT3\tWXS\n"}
    assert notes == ["the genes of the panels IMPACT468, which must be loaded into the portal before"]
