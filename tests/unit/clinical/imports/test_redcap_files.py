"""Exports of REDCap: choices, headings, codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.clinical.imports import redcap_files
from biomarkers.errors import Problems
from biomarkers.io import foreign

DICTIONARY = """\
field_name,form_name,field_type,field_label,select_choices_or_calculations,text_validation_min,text_validation_max,identifier
id,one,text,ID,,,,
sex,one,radio,Sex,"1, Female | 2, Male",,,
sites,one,checkbox,Sites,"1, Liver | -9, Other, any",,,
dead,one,yesno,Dead,,,,
hb,two,text,Hb,,5,20,
"""


def exported(tmp_path: Path, text: str, dictionary: str | None = DICTIONARY) -> redcap_files.Export | None:
    """An export as it is read with a dictionary of the API."""
    (tmp_path / "e.csv").write_text(text)
    cells = foreign.read(tmp_path / "e.csv")
    listed = None
    if dictionary:
        (tmp_path / "d.csv").write_text(dictionary)
        listed = foreign.read(tmp_path / "d.csv")
        assert redcap_files.is_dictionary(listed) and not redcap_files.is_dictionary(cells)
    return redcap_files.read(cells, listed, Problems())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1, A | 2, B", {"1": "A", "2": "B"}),
        ("1,A|2,B, or C", {"1": "A", "2": "B, or C"}),
        ("-1, None | a_b, Text", {"-1": "None", "a_b": "Text"}),
        ("", {}),
        ("[sum]", {}),
    ],
)
def test_choices_are_codes_and_labels(text: str, expected: dict[str, str]) -> None:
    assert redcap_files.choices(text) == expected


def test_codes_checkboxes_and_ranges(tmp_path: Path) -> None:
    heading = "id,sex,sites___1,sites____9,dead,one_complete,hb,two_complete"
    found = exported(tmp_path, f"{heading}\n1,2,0,1,1,2,12,2\n2,7,0,0,0,2,99,0\n")
    assert found is not None and found.forms == ["one", "two"]
    first, second = found.rows
    assert first.cells == {"sex": "Male", "sites_liver": "0", "sites_other_any": "1", "dead": "Yes", "hb": "12"}
    assert second.cells == {"sex": "7", "dead": "No"}  # nothing ticked; 99 is beyond the range
    assert found.told == ["hb: '99' is beyond the range of its field and left missing (1)"]


def test_the_record_is_the_first_field_of_the_dictionary_wherever_it_stands(tmp_path: Path) -> None:
    found = exported(tmp_path, "sex,one_complete,hb,id,two_complete\n1,2,12,P1,2\n")
    assert found is not None and found.rows[0].record == "P1"
    assert found.rows[0].cells == {"sex": "Female", "hb": "12"}
    labelled = exported(tmp_path, "Sex,ID,Complete?\nMale,P1,Complete\n")
    assert labelled is not None and labelled.rows[0].record == "P1"
    renamed = exported(tmp_path, "record,sex,one_complete\nP1,1,2\n")
    assert renamed is not None and renamed.rows[0].record == "P1"


def test_a_field_that_is_not_the_record_names_no_patient(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(DICTIONARY)
    (tmp_path / "e.csv").write_text("sex,one_complete\n1,2\n")
    problems = Problems()
    assert redcap_files.read(foreign.read(tmp_path / "e.csv"), foreign.read(tmp_path / "d.csv"), problems) is None
    (told,) = map(str, problems.found)
    assert told.endswith(
        "e.csv:1: first column is 'sex'; expected id, the record, which is the first field of the data dictionary"
    )


def test_forms_follow_from_the_columns_without_a_dictionary(tmp_path: Path) -> None:
    text = "ID,Event Name,Name A,Name B,Complete?,Name C,Complete?\n1,x,p,q,Complete,r,Complete\n"
    found = exported(tmp_path, text, None)
    assert found is not None
    assert [(each.name, each.form) for each in found.fields] == [
        ("name_a", "form_1"),
        ("name_b", "form_1"),
        ("name_c", "form_2"),
    ]
    assert found.rows[0].event == "x"


@pytest.mark.parametrize(("sex", "is_refused"), [("1", True), ("99", True), ("34", False), ("Female", False)])
def test_only_codes_ask_for_a_dictionary(tmp_path: Path, sex: str, is_refused: bool) -> None:
    assert (exported(tmp_path, f"id,sex,one_complete\n1,{sex},2\n", None) is None) == is_refused


def test_a_label_of_several_forms_is_the_field_of_its_place(tmp_path: Path) -> None:
    dictionary = (
        "field_name,form_name,field_type,field_label,select_choices_or_calculations,identifier\n"
        "id,one,text,ID,,\nscan_date,scan,text,Date,,\nae_date,ae,text,Date,,\n"
    )
    text = "ID,Event Name,Date,Complete?,Date,Complete?\n1,x,2024-01-01,Complete,,\n1,y,,,2024-02-01,Complete\n"
    found = exported(tmp_path, text, dictionary)
    assert found is not None
    assert [row.cells for row in found.rows] == [{"scan_date": "2024-01-01"}, {"ae_date": "2024-02-01"}]
    without = exported(tmp_path, text, None)
    assert without is not None and [row.cells for row in without.rows] == [
        {"date": "2024-01-01"},
        {"date_2": "2024-02-01"},
    ]
