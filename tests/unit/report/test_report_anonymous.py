"""A page without names: nobody is named in it or beside it, all numbers stay, and the key is kept apart."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables
from biomarkers.report.anonymous import Named, Texts, anonymous
from biomarkers.report.given import Tables
from biomarkers.report.reading import read
from pages import NAMES, TRIAL, column, rows, store_of

SURNAMES = ["Quillfeather", "Zorkmidian", "Brackwater", "Umberslade", "Vexholme", "Wyrmsley"]


def named(number: int) -> str:
    """A name that is like no word of the page: `P01` becomes `Quillfeather-01`."""
    return f"{SURNAMES[number % len(SURNAMES)]}-{number:02d}"


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small trial with distinctive names of patients and samples, also in notes, sheets and file names."""
    folder = tmp_path_factory.mktemp("named")
    change = lambda text: re.sub(r"\bP(\d\d?)\b", lambda found: named(int(found[1])), text)  # noqa: E731
    for name in NAMES:
        stem = name.replace("-", "_")
        (folder / f"{stem}.tsv").write_text(change((TRIAL / f"{stem}.tsv").read_text()))
    cohort = pd.read_csv(folder / "cohort.tsv", sep="\t", dtype=str, keep_default_na=False)
    people = cohort["patient"]
    cohort["initials"] = [f"{name[:2]}.X" for name in people]
    cohort["comment"] = [f"seen with {name.upper()} on 2023-03-04" for name in people]
    cohort["tumor_sample"] = [f"{name}_FFPE" for name in people]
    cohort["endpoint_note"] = [f"PD of {name} on 2023-03-04 is after death" for name in people]
    cohort.to_csv(folder / "cohort.tsv", sep="\t", index=False)
    tmb = pd.read_csv(folder / "tmb.tsv", sep="\t", dtype=str, keep_default_na=False)
    tmb["sample"] = tmb["patient"] + "_FFPE"
    tmb["note"] = [
        f"few reads in {sample}_R1.fastq.gz of {sample.replace('-', '').lower()}" for sample in tmb["sample"]
    ]
    tmb.to_csv(folder / "tmb.tsv", sep="\t", index=False)
    start = {"patient": people, "treatment_start": "2023-01-02", "last_dose": "2023-06-01", "birth": "1950-02-03"}
    pd.DataFrame(start).assign(phone="0123 456").to_csv(folder / "patients.tsv", sep="\t", index=False)
    events = {"patient": people, "term": [f"rash ({name})" for name in people], "grade": 2, "onset": "2023-01-02"}
    pd.DataFrame(events).to_csv(folder / "events.tsv", sep="\t", index=False)
    pdl1 = {"patient": people, "specimen": people + "-B7", "collected": "2022-12-31", "assay": "22C3",
            "score_type": "TPS", "low": 1, "high": 1, "value": 1, "status": "scored",
            "note": "block of " + people}  # fmt: skip
    pd.DataFrame(pdl1).to_csv(folder / "pdl1.tsv", sep="\t", index=False)
    pairs = {"patient_1": people, "sample_1": people + "_FFPE", "patient_2": people, "sample_2": people + "_BLOOD"}
    said = {"expected": "same", "outcome": "different", "verdict": "mismatch", "lod_same": -9, "lod_related": -9}
    pd.DataFrame(pairs).assign(**said, relatedness=0).to_csv(folder / "concordance.tsv", sep="\t", index=False)
    (folder / "plan.yaml").write_text(
        (TRIAL / "plan.yaml").read_text().replace("of 42 patients", f"of {named(7)} and others")
    )
    return folder


def options(sheets: Path) -> list[str]:
    found = [part for name in NAMES for part in (f"--{name}", f"{sheets}/{name.replace('-', '_')}.tsv")]
    found += [
        part for name in ("patients", "events", "pdl1", "concordance") for part in (f"--{name}", f"{sheets}/{name}.tsv")
    ]
    return ["report", *found, "--plan", f"{sheets}/plan.yaml"]


def texts_below(folder: Path) -> str:
    """Every text in a folder, parts of workbooks included, without the libraries of the page."""
    found = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        found.append(path.name)
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                found += [book.read(part).decode("utf-8", "replace") for part in book.namelist()]
        elif path.suffix in (".html", ".svg", ".txt"):
            found.append(path.read_text("utf-8"))
        else:
            found.append(path.read_bytes().decode("latin-1"))
    return "\n".join(found)


@pytest.fixture(scope="module")
def made(sheets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is sent on: page, figures, workbook and README, in one folder."""
    folder = tmp_path_factory.mktemp("made") / "report"
    beside = [
        "--figures",
        f"{folder}/figures",
        "--workbook",
        f"{folder}/tables.xlsx",
        "--readme",
        f"{folder}/README.txt",
    ]
    assert run([*options(sheets), "--anonymous", "--page", f"{folder}/index.html", *beside]) == 0
    return folder


def test_nobody_is_named_in_what_is_sent_on(made: Path) -> None:
    text = texts_below(made).casefold()
    for surname in SURNAMES:
        place = text.find(surname.casefold())
        assert place < 0, text[place - 80 : place + 40]
    assert len(list((made / "figures").glob("*.svg"))) > 5
    store = json.dumps(store_of((made / "index.html").read_text("utf-8")))
    for hidden in ("FFPE", "BLOOD", "0123 456", "1950-", "2023-", "2022-12-31", "initials", "seen with"):
        assert hidden not in store, hidden
    assert "do not send them on" in (made / "README.txt").read_text()


def test_the_key_stands_beside_the_folder_and_tells_who_is_who(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [path.name for path in sorted(made.parent.iterdir())] == ["report", "report_key.tsv"]
    key = tables.read(made.parent / "report_key.tsv", "report_key")
    people = key[key["kind"].eq("patient")]
    assert people["number"].tolist() == [f"P{place:03d}" for place in range(1, 43)]
    of = dict(zip(key["original"], key["number"], strict=True))
    assert of[f"{named(1)}_FFPE"].startswith(of[named(1)] + "-S") and of[f"{named(1)}-B7"].startswith(of[named(1)])
    assert of[f"{named(1)}_BLOOD"].startswith(of[named(1)] + "-S")


def test_numbers_stay_and_the_order_of_the_sheet_is_gone(made: Path, sheets: Path) -> None:
    """Oracle: the page with names."""
    path = made.parent / "names" / "index.html"
    path.parent.mkdir()
    assert run([*options(sheets), "--page", str(path)]) == 0
    with_names, without = (store_of(one.read_text("utf-8")) for one in (path, made / "index.html"))
    key = tables.read(made.parent / "report_key.tsv", "report_key")
    of = dict(zip(key["original"], key["number"], strict=True))
    before = {of[row["patient"]]: row for row in rows(with_names["patients"])}
    after = rows(without["patients"])
    order = [row["patient"] for row in after]
    assert order == sorted(order) and order != list(before)
    for row in after:
        for name in ("responder", "pfs_months", "os_event", "tmb_per_mb", "pdl1", "smoker", "age"):
            assert row[name] == before[row["patient"]][name], name
    assert with_names["tests"]["columns"]["p_value"] == without["tests"]["columns"]["p_value"]
    for test, members in with_names["memberships"].items():
        groups = dict(zip(order, without["memberships"][test]["of"], strict=True))
        named_groups = [without["memberships"][test]["groups"][int(groups[one], 36)] if groups[one] != "-" else None
                        for one in before]  # fmt: skip
        marks = members["of"]
        assert named_groups == [members["groups"][int(mark, 36)] if mark != "-" else None for mark in marks]


def test_dates_are_study_days(made: Path) -> None:
    store = store_of((made / "index.html").read_text("utf-8"))
    sheet = store["details"]["patients"]["columns"]
    assert set(column(sheet["start_day"])) == {1} and set(column(sheet["last_dose_day"])) == {151}
    assert set(column(store["details"]["events"]["columns"]["onset_day"])) == {1}
    assert set(column(store["details"]["pdl1"]["columns"]["collected_day"])) == {-2}
    assert "treatment_start" not in sheet and "phone" not in sheet and "birth" not in sheet
    notes = column(store["patients"]["columns"]["endpoint_note"])
    assert all(re.fullmatch(r"PD of P\d{3} on day 62 is after death", note) for note in notes)


def test_numbers_of_an_earlier_key_stay(sheets: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    key = tmp_path / "key.tsv"
    key.write_text(f"kind\toriginal\tnumber\npatient\t{named(5)}\tP900\npatient\tgone\tP002\n")
    line = [*options(sheets), "--anonymous", "--key", str(key), "--page", f"{tmp_path}/page/index.html"]
    assert run(line) == 0
    assert "stays where they may be named" in caplog.text and str(key) in caplog.text
    first = key.read_text()
    assert f"patient\t{named(5)}\tP900" in first and "patient\tgone\tP002" in first
    assert run(line) == 0 and key.read_text() == first


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--anonymous", "--key", "page/key.tsv"], "another folder than that of the page"),
        (["--anonymous", "--figures", "pictures", "--key", "pictures/more/key.tsv"], "another folder than"),
        (["--key", "key.tsv"], "beside --anonymous only"),
    ],
)
def test_a_key_that_would_be_sent_on_is_refused(
    sheets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    more: list[str], said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run([*options(sheets), "--page", "page/index.html", *more]) == 2
    assert said in capsys.readouterr().err and list(tmp_path.iterdir()) == []


KEY = [Named("patient", "S-07", "P001"), Named("patient", "1203", "P002"), Named("patient", "T2", "P003"),
       Named("patient", "12", "P004"), Named("sample", "S-07_T", "P001-S1"), Named("patient", "MILLER", "P005"),
       Named("patient", "S-071", "P006")]  # fmt: skip
TEXTS = [
    ("S-07_T.bam and s07t", "P001-S1.bam and P001-S1", "P001-S1.bam and P001-S1"),
    ("S-07, S-071; S_07", "P001, P006; P001", "P001, P006; P001"),
    ("1203 of 12.03", "P002 of 12.03", "1203 of 12.03"),
    ("T2, 12 of 14", "P003, 12 of 14", "T2, 12 of 14"),
    ("Mr Miller's", "Mr P005's", "Mr P005's"),
    ("MILLERS and XS-07X", "MILLERS and XS-07X", "MILLERS and XS-07X"),
]


@pytest.mark.parametrize(("text", "in_notes", "elsewhere"), TEXTS)
def test_names_in_texts(text: str, in_notes: str, elsewhere: str) -> None:
    texts = Texts(KEY)
    assert (texts.anywhere(text, in_notes=True), texts.anywhere(text)) == (in_notes, elsewhere)
    assert texts.name("12", "patient") == "P004" and texts.name("T2", "patient") == "P003"


def test_who_is_left_out_of_a_repeated_test_is_not_named() -> None:
    notes = ["exact; without 12; p from 0.1 to 0.6 over 12 patients", "without T2", "without 14 patients"]
    cohort = pd.DataFrame({"patient": ["12", "T2"]})
    told, key = anonymous(Tables(cohort, sensitivity=pd.DataFrame({"analysis": "influence", "note": notes})))
    of = {one.original: one.number for one in key}
    assert told.sensitivity is not None
    expected = [f"exact; without {of['12']}; p from 0.1 to 0.6 over 12 patients", f"without {of['T2']}", notes[2]]
    assert told.sensitivity["note"].tolist() == expected
    texts = Texts([Named("patient", "9", "P001"), Named("patient", "P001", "P002")])  # a name that looks like a number
    assert texts.anywhere("without 9; as P001", in_notes=True) == "without P001; as P002"


def test_a_rare_germline_variant_tells_who_it_is() -> None:
    variants = pd.DataFrame({"patient": "A", "sample": "T", "gene": ["TP53", "BRCA1"], "exclusion": [None, "germline"]})
    told, _ = anonymous(Tables(pd.DataFrame({"patient": ["A"]}), variants=variants))
    assert told.variants is not None and told.variants["gene"].tolist() == ["TP53"]


def test_columns_that_the_plan_names_stay_and_others_do_not() -> None:
    given = read(TRIAL / "plan.yaml", cohort=TRIAL / "cohort.tsv")
    cohort = given.cohort.assign(site="Ghent", mrn=range(42), ecog=1, born=pd.Timestamp("1950-01-01"))
    told, key = anonymous(replace(given, cohort=cohort))
    assert {"smoker", "age", "ecog", "pdl1_low"} <= set(told.cohort) and told.left_out == 2
    assert not {"site", "mrn", "born"} & set(told.cohort)
    assert sorted(told.cohort["tmb_per_mb"].dropna()) == sorted(given.cohort["tmb_per_mb"].dropna())
    assert len(key) == 42


def test_readers_are_told_by_what_they_are_and_not_by_name() -> None:
    cohort = pd.DataFrame({"patient": ["A"]})
    pair = {"subject": "visit", "reader": "investigator", "other": "Dr. Quillfeather"}
    given = Tables(
        cohort,
        assessments=pd.DataFrame(
            {"patient": "A", "response": "PR", "evaluator": ["investigator", "Dr. Quillfeather", "BICR"]}
        ),
        readers=pd.DataFrame([pair | {"note": "n"}]),
        discordant=pd.DataFrame([pair | {"patient": "A", "other": "QX"}]),
        rates=pd.DataFrame(
            [
                {"endpoint": "best_response_agreement", "definition": "investigator vs Dr. Quillfeather"},
                {"endpoint": "best_response_agreement", "definition": "BICR vs QX", "reader": "BICR", "other": "QX"},
                {"endpoint": "orr", "definition": "all_treated"},
            ]
        ),
        settings={"endpoints": {"evaluator": "QX", "confirmed": True}},
    )
    told, key = anonymous(given, [Named("reader", "QX", "reader 1")])
    assert [tuple(one) for one in key if one.kind == "reader"] == [
        ("reader", "QX", "reader 1"),
        ("reader", "Dr. Quillfeather", "reader 2"),
    ]
    assert told.assessments is not None and told.assessments["evaluator"].tolist() == [
        "investigator",
        "reader 2",
        "BICR",
    ]
    assert told.readers is not None and told.readers["other"].tolist() == ["reader 2"]
    assert told.discordant is not None and told.discordant["other"].tolist() == ["reader 1"]
    assert told.rates is not None and told.rates["definition"].tolist() == [
        "two readers",
        "BICR vs reader 1",
        "all_treated",
    ]
    assert told.settings["endpoints"] == {"evaluator": "reader 1", "confirmed": True}
