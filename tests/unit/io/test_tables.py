"""Reading, checking and writing of tables."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.errors import InputError, Problems
from biomarkers.io import files, schemas, tables

PATIENTS = "patient\ttreatment_start\tage\nP1\t2024-01-31\t55\nP2\t\tNA\n"


def write(folder: Path, text: str | bytes, name: str = "patients.tsv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(path: Path, schema: str = "cohort", **settings) -> list[str]:
    with pytest.raises(InputError) as caught:
        tables.read(path, schema, **settings)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "data",
    [
        PATIENTS.encode(),
        PATIENTS.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + PATIENTS.encode(),
        PATIENTS.replace("\t", ",").encode(),
        PATIENTS.replace("\t", ";").encode(),
        gzip.compress(PATIENTS.encode()),
        PATIENTS.replace("P1\t", " P1 \t").encode(),
        PATIENTS.encode() + b"\n\n",
    ],
    ids=["tsv", "crlf", "bom", "comma", "semicolon", "gzip", "spaces", "blank lines"],
)
def test_spellings_of_one_table_read_the_same(tmp_path, data):
    frame = tables.read(write(tmp_path, data), "cohort")
    assert list(frame["patient"]) == ["P1", "P2"]
    assert frame["treatment_start"].iloc[0] == pd.Timestamp("2024-01-31")
    assert frame["treatment_start"].isna().tolist() == [False, True]
    assert frame["age"].iloc[0] == 55.0 and pd.isna(frame["age"].iloc[1])
    assert frame.index.tolist() == [2, 3]


def test_latin_1_is_read(tmp_path):
    frame = tables.read(write(tmp_path, "patient\tsite\nP1\tMünchen\n".encode("latin-1")), "patients")
    assert frame["site"].tolist() == ["München"]


def test_a_day_outside_the_years_that_are_read_is_told_so(tmp_path):
    found = problems(write(tmp_path, "patient\ttreatment_start\nP1\t1899-12-31\nP2\t2024-13-01\n"))
    assert found == [
        ":2: treatment_start is '1899-12-31'; expected a date such as 2024-03-31, in the years 1900 to 2199",
        ":3: treatment_start is '2024-13-01'; expected a date such as 2024-03-31",
    ]


def test_all_problems_of_a_file_come_at_once_with_line_value_and_remedy(tmp_path):
    text = "patient\ttreatment_start\tage\n../P1\t2024-02-30\t50\nP2\t31.01.2024\tsixty\nP2\t2024-01-01\t61\n"
    found = problems(write(tmp_path, text))
    assert ":2: treatment_start is '2024-02-30'; expected a date such as 2024-03-31" in found
    assert ":3: treatment_start is '31.01.2024'; expected a date such as 2024-03-31" in found
    assert any(line.startswith(":2: patient is '../P1'; expected letters, digits") for line in found)
    assert any(line.startswith(":3: age is 'sixty'; expected a number, as in 2 of the 3") for line in found)
    assert ":4: patient is 'P2'; expected each patient once (first in line 3)" in found
    assert len(found) == 5


def test_ragged_rows_unknown_and_missing_columns(tmp_path):
    assert problems(write(tmp_path, "patient\tage\nP1\n")) == [":2: row has 1 cell; expected 2 cells as in the header"]
    assert problems(write(tmp_path, "patent\tage\nP1\t3\n")) == [
        ":1: patient is missing; expected a column of that name (did you mean 'patent'?)"
    ]
    found = problems(write(tmp_path, "patient\tsample\tstatus\tfastq1\nP1\tT1\ttumor\tx\n"), "samples")
    assert found[0].startswith(":1: column is 'fastq1'; expected one of patient, sample, status")
    assert found[0].endswith("(did you mean 'fastq_1'?)")
    assert problems(write(tmp_path, "patient\tpatient\nP1\tP1\n")) == [
        ":1: column is 'patient'; expected each column name once"
    ]


def test_unreadable_files_are_named(tmp_path):
    assert problems(tmp_path / "absent.tsv") == [": file is missing; expected a file at this path"]
    assert "complete file" in problems(write(tmp_path, gzip.compress(PATIENTS.encode())[:-12]))[0]
    assert "expected text in UTF-8" in problems(write(tmp_path, PATIENTS.encode("utf-16")))[0]
    assert "a header line" in problems(write(tmp_path, ""))[0]
    assert "quotation marks" in problems(write(tmp_path, 'patient,site\nP1,"open\nP2,x\n'))[0]


def test_declared_categories_may_look_like_numbers(tmp_path):
    path = write(tmp_path, "patient\tgrade\nP1\t1\nP2\t2\nP3\t3a\n")
    assert "grade is '3a'" in problems(path)[0]
    assert tables.read(path, "cohort", text_columns=["grade"])["grade"].tolist() == ["1", "2", "3a"]


def test_identifying_columns_are_warned_of(tmp_path, caplog):
    text = "patient\tfirst_name\tbirth_date\tmrn\tgene_name_score\tage\nP1\ta\t2000-01-01\t1\t2\t3\n"
    tables.read(write(tmp_path, text), "patients")
    warned = [record.args[1] for record in caplog.records]
    assert {"first_name", "birth_date", "mrn"} <= set(warned) and "age" not in warned


def test_numbers_keep_every_digit_and_missing_stays_missing(tmp_path):
    frame = pd.DataFrame({"patient": ["P1", "P2"], "score": [0.1 + 0.2, None], "count": pd.array([0, None], "Int64")})
    tables.write_all({"features": frame}, {"features": tmp_path / "out" / "t.tsv"})
    assert (tmp_path / "out" / "t.tsv").read_text() == "patient\tscore\tcount\nP1\t0.30000000000000004\t0\nP2\t\t\n"
    again = tables.read(tmp_path / "out" / "t.tsv", "features")
    assert again["score"].iloc[0] == 0.1 + 0.2 and again["count"].isna().tolist() == [False, True]


def test_rows_have_none_where_a_cell_is_missing():
    rows = [{"sample": "T1", "target_bp": 5, "coding_bp": 4, "callable_bp": 3}, {"sample": "T2", "target_bp": 1}]
    first, second = tables.records(tables.of_rows(rows, "denominator"))
    assert first.items() >= rows[0].items() and type(first["target_bp"]) is int
    assert second["coding_bp"] is None and second["denominator_source"] is None


def test_several_tables_appear_together_or_not_at_all(tmp_path):
    good = pd.DataFrame({"patient": ["P1"]})
    (tmp_path / "old.tsv").write_text("before")
    with pytest.raises(KeyError):
        asked = {"features": tmp_path / "old.tsv", "rates": tmp_path / "b.tsv"}
        tables.write_all({"features": good, "rates": good}, asked)
    assert (tmp_path / "old.tsv").read_text() == "before" and [p.name for p in tmp_path.iterdir()] == ["old.tsv"]
    with pytest.raises(RuntimeError), files.publish(tmp_path / "old.tsv", tmp_path / "c.tsv") as (first, _):
        first.write_text("half")
        raise RuntimeError
    assert (tmp_path / "old.tsv").read_text() == "before" and [p.name for p in tmp_path.iterdir()] == ["old.tsv"]


def test_gzip_output_is_the_same_every_time(tmp_path):
    frame = pd.DataFrame({"patient": ["P1"]})
    for name in ("a.tsv.gz", "b.tsv.gz"):
        tables.write_all({"features": frame}, {"features": tmp_path / name, "rates": None})
    assert (tmp_path / "a.tsv.gz").read_bytes() == (tmp_path / "b.tsv.gz").read_bytes()


@pytest.mark.parametrize("name", schemas.names())
def test_every_property_of_every_schema_is_described(name):
    def undescribed(schema: dict, path: str) -> list[str]:
        found = []
        for key, rule in schema.get("properties", {}).items():
            if "description" not in rule or (name in ("config", "samples", "plan") and "default" not in rule):
                found.append(f"{path}{key}")
            found += undescribed(rule, f"{path}{key}.")
        return found

    assert undescribed(schemas.load(name), "") == []


def test_an_unknown_identifier_is_told_with_the_one_that_differs_in_spelling_only():
    problems, frame = Problems(), pd.DataFrame({"patient": ["1", "P-7", "2", None]}, index=[2, 3, 4, 5])
    tables.check_known("f.tsv", frame, "patient", {"001", "P007", "02", "002"}, "p.tsv", problems)
    assert [str(problem).partition("; ")[2] for problem in problems.found] == [
        "expected a patient of p.tsv (did you mean '001'?)",
        "expected a patient of p.tsv (did you mean 'P007'?)",
        "expected a patient of p.tsv",
    ]


def test_a_date_without_a_year_is_missing_and_said(tmp_path, caplog):
    """MySQL's 0000-00-00 as death_date left its patient alive without a word."""
    rows = "patient\ttreatment_start\tdeath_date\nP1\t2024-01-10\t0000-00-00\nP2\t2024-01-12\tUN-UNK-UNKN\n"
    table = tables.read(write(tmp_path, rows), "patients")
    assert table["death_date"].isna().all() and "column death_date: without a year and missing: 2 dates" in caplog.text
    caplog.clear()
    tables.read(write(tmp_path, rows.replace("0000-00-00", "?").replace("UN-UNK-UNKN", "2024")), "patients")
    assert "without a year" not in caplog.text


@pytest.mark.parametrize("word", ["Total", "Summe", "Mean", "n=60", "Gesamt (60)", "* not yet evaluated", "Note: all"])
def test_a_row_below_the_table_is_no_patient(tmp_path, word):
    wrong = "a row of totals or a note below the table is none, so take it out of the file"
    for schema, header, row in (
        ("patients", "patient\tage", "{}\t61"),
        ("pdl1", "patient\tspecimen\tcollected\tassay\tscore_type\tvalue", "{}\t\t\t22C3\tTPS\t50"),
        ("features", "patient\tF1", "{}\t1.5"),
    ):
        lines = [header, row.format("P1"), row.format(word)]
        with pytest.raises(InputError) as refused:
            tables.read(write(tmp_path, "\n".join(lines) + "\n"), schema)
        assert [(one.line, one.value, one.expected) for one in refused.value.problems] == [
            (3, word, f"an identifier of a patient: {wrong}")
        ]


def test_a_sum_of_diameters_is_no_lesion(tmp_path):
    text = "patient\tdate\tlesion\trole\tdiameter_mm\nP1\t2024-01-01\tRight upper lobe of the lung 1\ttarget\t30\n"
    table = tables.read(write(tmp_path, text), "lesions")
    assert table["lesion"].tolist() == ["Right upper lobe of the lung 1"]
    with pytest.raises(InputError, match=r":3: lesion is 'Sum of diameters'; expected the name of one lesion: a row"):
        tables.read(write(tmp_path, text + "P1\t2024-01-01\tSum of diameters\ttarget\t30\n"), "lesions")


def test_a_note_in_one_cell_is_told_as_one(tmp_path):
    with pytest.raises(InputError, match="2 cells as in the header; a row of totals or a note below a table is no row"):
        tables.read(write(tmp_path, "patient\tage\nP1\t61\n* age at first dose\n"), "patients")


def test_a_point_that_may_set_thousands_apart_is_named(tmp_path, caplog):
    text = "patient\tldh\tafp\nP1\t245\t{}\nP2\t1.050\t12\n"
    assert tables.read(write(tmp_path, text.format("7.5")), "patients")["ldh"].tolist() == [245, 1.05]
    said = "column ldh: '1.050' is read as 1.05 (1 such cell); where the point sets thousands apart, take it out"
    assert [record.message for record in caplog.records] == [f"{tmp_path / 'patients.tsv'}: {said}"]
    expected = (
        "a number that can be read in one way: write thousands without a mark, and decimals of all columns with a"
        " point, since others have decimal commas (or import it: decimal in a mapping)"
    )
    wrong = problems(write(tmp_path, text.format("7,5")), "patients")
    assert wrong == [f":3: ldh is '1.050'; expected {expected}"]
    caplog.clear()
    mended = text.format("7.5").replace("1.050", "1050")
    assert tables.read(write(tmp_path, mended), "patients")["ldh"].tolist() == [245, 1050]
    assert not caplog.records


@pytest.mark.parametrize("cell", ["1 050", "1'050", "1\u202f050", "1.050,5"])
def test_marks_between_thousands_are_told_with_what_to_write(tmp_path, cell):
    wrong = problems(write(tmp_path, f"patient\tldh\nP1\t245\nP2\t{cell}\nP3\t3\n"), "patients")
    assert len(wrong) == 1 and wrong[0].endswith(
        "; write it without marks between thousands (or import it: thousands in a mapping)"
    )


def test_a_comma_beside_decimal_points_and_commas_is_not_told(tmp_path):
    wrong = problems(write(tmp_path, "patient\tldh\nP1\t63,33\nP2\t63.3\nP3\t1,050\n"), "patients")
    assert len(wrong) == 1 and wrong[0].startswith(":4: ldh is '1,050'") and "write it with a point" in wrong[0]


@pytest.mark.parametrize("cell", ["20-30", ">90", "~40", "≤5", "ca. 40", "90+", "20 bis 30"])
def test_what_is_about_a_number_is_none(tmp_path, cell, caplog):
    text = "patient\tage\n" + "".join(f"P{n}\t{age}\n" for n, age in enumerate((61, 62, 63, cell)))
    wrong = problems(write(tmp_path, text), "patients")
    said = "a range, bound or approximate value is no number: write one that is known, or leave the cell empty"
    assert len(wrong) == 1 and wrong[0].startswith(f":5: age is '{cell}'; expected") and wrong[0].endswith(f"; {said}")
    assert tables.read(write(tmp_path, text), "patients", used=())["age"].tolist() == ["61", "62", "63", cell]
    assert [(record.levelname, record.message.split(": ", 1)[1]) for record in caplog.records] == [
        (
            "WARNING",
            f"column age of numbers is read as text for '{cell}' (1 such cell); a range, bound or approximate value is"
            " no number: write one, or leave it empty",
        )
    ]
    for schema, row in (("lesions", "2024-01-01\tT1\ttarget"), ("purity", "")):
        head = {"lesions": "patient\tdate\tlesion\trole\tdiameter_mm", "purity": "sample\tpurity"}[schema]
        line = "\t".join(filter(None, ["P1", row, cell]))
        assert problems(write(tmp_path, f"{head}\n{line}\n"), schema)[0].endswith(said)


def test_characters_that_cannot_be_seen_make_no_other_word_or_lesion(tmp_path, caplog):
    path = tmp_path / "a.tsv"
    path.write_text("patient\tdate\tresponse\tevaluator\nA\t2020-01-01\tPR\tx\nA\t2020-02-01\tPD\tx\u200b\n", "utf-8")
    with caplog.at_level("INFO"):
        assert tables.read(path, "assessments")["evaluator"].tolist() == ["x", "x"]
    assert caplog.messages == [f"{path}: characters that cannot be seen are left out (1 cell)"]
    row = "A\t2020-01-01\tL1{}\ttarget\t0\t30\n"
    path.write_text(
        "patient\tdate\tlesion\trole\tnodal\tdiameter_mm\n" + row.format("") + row.format("\u00ad"), "utf-8"
    )
    with pytest.raises(InputError, match=r"a\.tsv:3: patient\+date\+lesion is 'A 2020-01-01 L1'"):
        tables.read(path, "lesions")
    path.write_text("patient\tage\nA\u200b\t50\nB\t5\u00a0\n", "utf-8")
    with pytest.raises(InputError, match=r"patient is 'A.u200b'"):
        tables.read(path, "patients")


def test_a_carriage_return_ends_a_line_and_is_never_written_bare(tmp_path):
    path = tmp_path / "f.tsv"
    path.write_bytes(b"patient\tscore\rA\t5\rB\t6\r")
    frame = tables.read(path, "features")
    assert frame["score"].tolist() == [5, 6] and list(frame.index) == [2, 3]
    path.write_bytes(b"patient\tscore\tw\nA\t5\ta\rb\nB\t6\tc\n")
    with pytest.raises(InputError, match=r"f\.tsv:3: row has 1 cell; expected 3 cells"):
        tables.read(path, "features")
    path.write_text(tables.as_text(frame.assign(w=["a\rb", 'c"d']), "features"), "utf-8", newline="")
    assert path.read_bytes() == b'patient\tscore\tw\nA\t5.0\t"a\rb"\nB\t6.0\t"c""d"\n'
    assert tables.read(path, "features")["w"].tolist() == ["a\nb", 'c"d']


def test_a_dash_is_the_allele_of_an_insertion_or_deletion_as_in_a_maf(tmp_path, caplog):
    path = tmp_path / "mutations.tsv"
    path.write_text(
        "patient\tgene\tconsequence\tref\talt\nP1\tKRAS\tFrame_Shift_Del\tA\t-\nP2\tKRAS\tIn_Frame_Ins\t-\tCAG\n"
    )
    table = tables.read(path, "mutations")
    assert [*table["ref"], *table["alt"]] == ["A", "-", "-", "CAG"]
    assert "read as missing" not in caplog.text
