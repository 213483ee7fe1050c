"""A mapping and its tables become sheets: words, units, days, events, joins, several rows of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.clinical.imports import commands, grammar, sheets, sources
from biomarkers.errors import InputError, Problems
from biomarkers.io.headers import IDENTIFYING


def imported(folder: Path, mapping: str, **files: str) -> tuple[dict[str, sheets.Sheet], list[str]]:
    """The sheets and what is wrong. files: text by name, with commas, written as NAME.csv."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    (folder / "mapping.yaml").write_text(mapping)
    problems = Problems()
    declared = problems.catch(grammar.load, folder / "mapping.yaml")
    made = {} if declared is None else sheets.make(declared, sources.reader(folder), problems)
    return made, [str(problem).replace(f"{folder}/", "") for problem in problems.found]


def rows(sheet: sheets.Sheet) -> list[list[str]]:
    return [[row.cells.get(column, "") for column in sheet.header] for row in sheet.rows]


def told(sheet: sheets.Sheet, column: str) -> list[tuple[str | None, str | None, str, int]]:
    return [(t.word, t.meaning, t.status, t.n) for t in sheet.told if t.column == column]


PATIENTS = """
patients:
  file: p.csv
  columns:
    patient: ID
    best_response: {from: BOR, values: {Partial Response: PR, none: null}}
    os_months: {from: OS, unit: days}
    os_event: {from: DEAD, values: {1: 1, 2: 0}}
"""


def test_words_units_and_what_is_not_understood(tmp_path):
    made, wrong = imported(
        tmp_path,
        PATIENTS,
        p="ID,BOR,OS,DEAD\nA, partial  response ,365.25,1\nB,CR,30.4375,2\nC,none,60.875,0\nD,N/A,,\n",
    )
    assert wrong == []
    sheet = made["patients"]
    assert sheet.header == ["patient", "best_response", "os_months", "os_event"]
    # CR is a word of the column itself; 0 is a code that this mapping does not have: its months are left out with it.
    assert rows(sheet) == [["A", "PR", "12", "1"], ["B", "CR", "1", "0"], ["C", "", "", ""], ["D", "", "", ""]]
    assert told(sheet, "best_response") == [
        ("partial  response", "PR", "mapped", 1),
        ("CR", "CR", "read", 1),
        ("none", None, "missing", 1),
        ("N/A", None, "missing", 1),
    ]
    assert ("0", None, "unmapped", 1) in told(sheet, "os_event")
    assert told(sheet, "os_months")[-1] == (None, "without os_event", "left_out", 1)


def test_cnsr_turns_the_event_around(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: ID, pfs_months: AVAL, pfs_event: {from: CNSR, cnsr: true}}}\n"
    made, wrong = imported(tmp_path, mapping, p="ID,AVAL,CNSR\nA,1,0\nB,2,1\nC,3,2\nD,4,x\n")
    assert wrong == []
    assert rows(made["patients"]) == [["A", "1", "1"], ["B", "2", "0"], ["C", "3", "0"], ["D", "", ""]]


def test_a_required_column_stops_with_each_line(tmp_path):
    mapping = "assessments: {file: v.csv, columns: {patient: ID, date: D, response: R}}\n"
    _, wrong = imported(tmp_path, mapping, v="ID,D,R\nA,2021-02-01,NED\n,2021-02-01,PR\nB,,SD\n")
    assert wrong[0].startswith("v.csv:3: ID is empty; expected for patient a value: take the row out")
    assert wrong[1].startswith("v.csv:4: D is empty; expected for date ")
    assert wrong[2].startswith("v.csv:2: R is 'NED'; expected for response one of CR, PR, SD")
    assert "no evidence of disease is CR where there was disease" in wrong[2]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["03/04/2021", "05/06/2021"], "DD/MM/YYYY or MM/DD/YYYY: which is the day cannot be told from them"),
        (["03/04/2021", "14/06/2021"], "DD/MM/YYYY ('14/06/2021' can only be day first)"),
        (["3.4.21", "5.13.21"], "MM.DD.YY (all of them are days in this order only)"),
    ],
)
def test_the_order_of_day_and_month_is_asked_for(tmp_path, cells, said):
    mapping = "patients: {file: p.csv, columns: {patient: ID, treatment_start: S}}\n"
    _, wrong = imported(tmp_path, mapping, p="ID,S\n" + "".join(f"P{n},{c}\n" for n, c in enumerate(cells)))
    assert wrong == [f"p.csv:2: S is '{cells[0]}'; expected date_format in the mapping's treatment_start: {said}"]


def test_several_files_feed_a_sheet_and_one_feeds_several(tmp_path):
    mapping = """
pdl1:
- file: a.csv
  columns: {patient: ID, assay: {value: 22C3}}
  rows:
  - {score_type: {value: TPS}, value: {from: TPS, unit: fraction}}
  - {score_type: {value: CPS}, value: CPS}
- file: b.csv
  columns: {patient: pat, score_type: {value: TAP}, value: tap}
patients: {file: a.csv, columns: {patient: ID}, keep: {sex: {from: S, values: {1: male, 2: female}}}}
"""
    made, wrong = imported(tmp_path, mapping, a="ID,S,TPS,CPS\nA,1,0.5,60\nB,2,<0.01,\nC,,,N/A\n", b="pat,tap\nA,5\n")
    assert wrong == []
    assert made["pdl1"].header == ["patient", "specimen", "collected", "assay", "score_type", "value"]
    assert [row[0::3] + row[4:] for row in rows(made["pdl1"])] == [
        ["A", "22C3", "TPS", "50"],
        ["A", "22C3", "CPS", "60"],
        ["B", "22C3", "TPS", "<1"],
        ["A", "", "TAP", "5"],
    ]
    assert rows(made["patients"]) == [["A", "male"], ["B", "female"], ["C", ""]]


def test_joins_stop_where_rows_differ(tmp_path):
    mapping = """
patients:
  file: p.csv
  join: [{file: s.csv, by: {ID: PATIENT}, where: {TYPE: {not: normal}}}]
  columns: {patient: ID}
  keep: [SITE]
"""
    files = {"p": "ID\nA\nB\nC\n", "s": "PATIENT,TYPE,SITE\nA,tumor,lung\nA,Normal,blood\nB,tumor,liver\n"}
    made, wrong = imported(tmp_path, mapping, **files)
    assert wrong == [] and rows(made["patients"]) == [["A", "lung"], ["B", "liver"], ["C", ""]]
    files["s"] += "B,tumor,brain\n"
    _, wrong = imported(tmp_path, mapping, **files)
    assert wrong == ["s.csv:5: SITE is 'brain'; expected the same as in line 4, or many: first (or last) for this join"]
    made, wrong = imported(tmp_path, mapping.replace("by:", "many: last, by:"), **files)
    assert wrong == [] and rows(made["patients"])[1] == ["B", "brain"]


def test_rows_that_a_join_does_not_find_are_named_with_what_is_nearly_the_same(tmp_path):
    mapping = """
patients: {file: a.csv, join: [{file: b.csv, by: {ID: Pat}}], columns: {patient: ID, best_response: R}}
"""
    b = "Pat,R\n7,PR\n8.0,SD\nP-9,CR\n10,PD\n"
    made, wrong = imported(tmp_path, mapping, a="ID\n007\n8\np9\n10\n11\n", b=b)
    assert (wrong, rows(made["patients"])[3]) == ([], ["10", "PD"])
    said = "without a row in b.csv: 007, 8, p9, 11; 007 is nearly 7; 8 is nearly 8.0; p9 is nearly P-9"
    assert (None, said, "left_out", 4) in [
        (word, (meaning or "").replace(f"{tmp_path}/", ""), status, n)
        for word, meaning, status, n in told(made["patients"], "")
    ]


def test_identifiers_of_people_are_not_carried(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: ID}, keep: all}\n"
    made, wrong = imported(tmp_path, mapping, p="ID,Last_Name,birth_date,ECOG\nA,Doe,1950-01-01,1\n")
    assert wrong == []
    assert made["patients"].header == ["patient", "ECOG"]
    assert told(made["patients"], "Last_Name") == [
        (None, "looks like a direct identifier, so not carried", "left_out", 1)
    ]


@pytest.mark.parametrize(
    ("heading", "is_person"),
    [
        ("Last Name", True), ("patient.name", True), ("PatientName", True), ("Date of Birth", True), ("D.O.B.", True),
        ("Geburtsdatum", True), ("Vorname", True), ("Medical Record No", True), ("E-Mail", True), ("MRN", True),
        ("Phone number", True), ("gene_name", False), ("Drug Name", False), ("record_id", False), ("namens", False),
        ("Address of lab", False), ("Birth date", True),
    ],
)  # fmt: skip
def test_headings_that_look_like_identifiers(heading, is_person):
    assert bool(IDENTIFYING.search(heading)) is is_person


def test_everything_wrong_with_a_mapping_is_told_at_once(tmp_path):
    mapping = """
patients:
  fille: p.csv
  columns:
    patient: ID
    best_respons: BOR
    pfs_event: {from: E, values: {x: 3}, cnsr: true}
    pfs_months: {from: M, unit: cm}
    treatment_start: {from: S, date_format: DD.MM}
pdl2: {}
assessments: {file: v.csv, columns: {patient: ID}}
"""
    with pytest.raises(InputError) as raised:
        (tmp_path / "mapping.yaml").write_text(mapping)
        grammar.load(tmp_path / "mapping.yaml")
    found = [str(problem).removeprefix(f"{tmp_path}/") for problem in raised.value.problems]
    assert "mapping.yaml:3: patients.fille: unknown key; did you mean file?" in found
    assert "mapping.yaml:6: patients.columns.best_respons: unknown key; did you mean best_response?" in found
    assert "mapping.yaml:10: pdl2: unknown key; did you mean pdl1?" in found
    (tmp_path / "mapping.yaml").write_text(
        mapping.replace("fille", "file").replace("    best_respons: BOR\n", "").replace("pdl2: {}\n", "")
    )
    with pytest.raises(InputError) as raised:
        grammar.load(tmp_path / "mapping.yaml")
    found = [str(problem).removeprefix(f"{tmp_path}/") for problem in raised.value.problems]
    assert found == [
        "mapping.yaml:6: patients.columns.pfs_event.values.x is '3'; expected one of 0, 1",
        "mapping.yaml:6: patients.columns.pfs_event.cnsr is 'true'; expected either cnsr or values: the words say what"
        " an event is",
        "mapping.yaml:7: patients.columns.pfs_months.unit is 'cm'; expected a unit that can become months: days, weeks,"
        " months, years",
        "mapping.yaml:8: patients.columns.treatment_start.date_format is 'DD.MM'; expected YYYY, YY, MM, M, DD, D or"
        " MON and what stands between them, such as DD.MM.YYYY, or excel",
        "mapping.yaml:9: assessments.columns.date is missing; expected a heading of the file (or {value: ...}):"
        " assessments needs this column",
        "mapping.yaml:9: assessments.columns.response is missing; expected a heading of the file (or {value: ...}):"
        " assessments needs this column",
    ]


def test_units_that_say_nothing_are_told_with_their_lines(tmp_path):
    mapping = """
patients:
  file: p.csv
  columns:
    patient: ID
    pfs_months:
      from: M
      unit: days
      to: weeks
    os_months:
      from: O
      to: days
    os_event: {from: E, unit: days}
  keep:
    size:
      from: Size
      unit: cm
"""
    (tmp_path / "mapping.yaml").write_text(mapping)
    with pytest.raises(InputError) as raised:
        grammar.load(tmp_path / "mapping.yaml")
    assert [str(problem).removeprefix(f"{tmp_path}/") for problem in raised.value.problems] == [
        "mapping.yaml:9: patients.columns.pfs_months.to is 'weeks'; expected none: pfs_months has its unit (months)",
        "mapping.yaml:12: patients.columns.os_months.to is 'days'; expected unit beside it: that of the file",
        "mapping.yaml:13: patients.columns.os_event.unit is 'days'; expected none: the column has no unit",
        "mapping.yaml:17: patients.keep.size.unit is 'cm'; expected to beside it: the unit of the sheet",
    ]


def test_a_heading_that_is_not_there_is_named(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: Patient Id, os_months: OS}}\n"
    _, wrong = imported(tmp_path, mapping, p="PATIENT ID,OS_MONTHS\nA,1\n")
    assert wrong == ["mapping.yaml:1: patients: os_months is 'OS'; expected a heading of p.csv: PATIENT ID, OS_MONTHS"]


def test_a_column_of_which_nothing_is_understood_is_refused(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: ID, os_event: E}}\n"
    _, wrong = imported(tmp_path, mapping, p="ID,E\n" + "".join(f"P{n},alive\n" for n in range(5)))
    assert wrong == [
        "p.csv:2: E is 'alive'; expected for os_event one of 0, 1; other words need values in the mapping (none of the"
        " 5 filled cells is one)"
    ]


def test_a_day_that_is_not_understood_is_not_taken_for_none(tmp_path):
    mapping = """
patients:
  file: p.csv
  columns:
    patient: ID
    treatment_start: {from: S, missing: [not treated]}
    death_date: D
    last_alive_date: L
"""
    text = "ID,S,D,L\nA,2021-03-01,26.Juni.2022,x\nB,Mar-21,,\nC,not treated,,\nD,NA,2022-06,\n"
    made, wrong = imported(tmp_path, mapping, p=text)
    one = "expected for {} a date such as 2024-03-31; left empty it would say '{}', "
    one += "so a word that means this goes into missing"
    assert wrong == [
        f"p.csv:3: S is 'Mar-21'; {one.format('treatment_start', 'never treated')}",
        f"p.csv:2: D is '26.Juni.2022'; {one.format('death_date', 'not known to have died')}",
    ]
    assert [row[3] for row in rows(made["patients"])] == ["", "", "", ""]  # A last contact is only not known.


def test_a_word_for_missing_that_reads_as_alive_is_told(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: ID, treatment_start: S, death_date: D}}\n"
    made, wrong = imported(
        tmp_path, mapping, p="ID,S,D\nA,2021-03-01,unknown\nB,2021-03-01,NA\nC,2021-03-01,\nD,N/A,\n"
    )
    said = [each.replace(f"{tmp_path}/", "") for each in commands.warnings(made)]
    what = "'unknown' (1; p.csv:2) is taken for an empty cell: not known to have died"
    assert (wrong, said) == ([], [f"patients.death_date from D: {what}"])


def test_a_point_beside_decimal_commas_may_set_thousands_apart(tmp_path):
    mapping = """
patients: {file: p.csv, columns: {patient: ID, os_months: {from: OS, unit: days}, os_event: E}, keep: [X]}
"""
    text = "ID;OS;E;X\nA;730;1;{}\nB;1.461;1;12\n"
    made, _ = imported(tmp_path, mapping, p=text.format("61,5"))
    assert rows(made["patients"]) == [["A", "23.983572895277206", "1", "61.5"], ["B", "", "", "12"]]
    assert ("1.461", None, "unmapped", 1) in told(made["patients"], "os_months")
    made, _ = imported(tmp_path, mapping, p=text.format("61"))
    assert rows(made["patients"])[1][1:3] == ["0.048", "1"]


def test_rows_of_one_patient_are_told_with_what_they_differ_in(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: ID, os_months: OS, os_event: E}}\n"
    many = "".join(f"C,{n},1\n" for n in range(12))
    _, wrong = imported(tmp_path, mapping, p=f"ID,OS,E\nA,1,1\nA,1,1\nB,1,0\nB,2,1\n{many}")
    once = "expected each patient once in patients (first in p.csv:{})"
    assert (
        wrong[0]
        == f"p.csv:3: patient is 'A'; {once.format(2)}; they say the same, so distinct: true in the mapping takes one"
    )
    differ = "they differ in os_months, os_event: where in the mapping takes some of the rows"
    assert wrong[1] == f"p.csv:5: patient is 'B'; {once.format(4)}; {differ}"
    assert wrong[-1] == "p.csv: patient is repeated in 3 more rows; expected each once in patients"
    assert len(wrong) == 11
    _, wrong = imported(tmp_path, mapping.replace("ID", "Pat"), p="ID,OS,E\nA,1,1\nB,1,1\n")
    assert wrong == ["mapping.yaml:1: patients: patient is 'Pat'; expected a heading of p.csv: ID, OS, E"]


def test_an_event_without_its_time_is_no_column(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: ID, os_event: V, pfs_months: P, best_response: B}}\n"
    made, wrong = imported(tmp_path, mapping, p="ID,V,P,B\nA,1,3,PR\nB,0,,SD\n")
    assert (wrong, made["patients"].header) == ([], ["patient", "best_response"])
    assert rows(made["patients"]) == [["A", "PR"], ["B", "SD"]]
    assert told(made["patients"], "os_event")[-1] == (None, "without os_months", "left_out", 2)
    assert told(made["patients"], "pfs_months")[-1] == (None, "without pfs_event", "left_out", 1)


def test_whole_numbers_with_a_point_are_the_words_without_it(tmp_path):
    mapping = PATIENTS.replace("file: p.csv", "file: p.csv\n  where: {ARM: 1}")
    made, wrong = imported(
        tmp_path, mapping, p="ID,BOR,OS,DEAD,ARM\nA,,30.4375,1.0,1.0\nB,,30.4375,2.0,1.0\nC,,1,2,2.0\n"
    )
    assert wrong == []
    assert [row[0] + row[3] for row in rows(made["patients"])] == ["A1", "B0"]


def test_a_line_that_names_the_separator_and_marks_within_quotes(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: ID}, keep: all}\n"
    for text in ("sep=;\nID;Age\nA;61\n", '"sep=,"\nID,Age\nA,61\n', "sep=\t\nID\tAge\nA\t61\n", '"ID";"Age"\nA;61\n'):
        made, wrong = imported(tmp_path, mapping, p=text)
        assert (wrong, rows(made["patients"])) == ([], [["A", "61"]])
    made, wrong = imported(tmp_path, mapping, p='"ID";"OS, months";"PFS, months"\nA;1;2\n')
    assert (wrong, rows(made["patients"])) == ([], [["A", "1", "2"]])


def test_study_days_and_partial_dates(tmp_path):
    mapping = """
assessments: {file: v.csv, columns: {patient: ID, day: {from: DY, first_day: 0}, date: DTC, response: R}}
"""
    made, wrong = imported(tmp_path, mapping, v="ID,DY,DTC,R\nA,0,,SD\nA,-3,,SD\nB,,2013-07,PR\nB,7.5,2014-02-03,PR\n")
    assert wrong == []
    assert made["assessments"].header == ["patient", "date", "day", "response"]
    assert [row[1:3] for row in rows(made["assessments"])] == [
        ["", "1"],
        ["", "-3"],
        ["2013-07", ""],
        ["2014-02-03", ""],
    ]
    assert ("7.5", None, "unmapped", 1) in told(made["assessments"], "day")
    _, wrong = imported(tmp_path, mapping, v="ID,DY,DTC,R\nA,,,SD\n")
    assert wrong == ["v.csv:2: assessments.day is empty; expected a study day such as 15, or a date in date"]
    only = "assessments: {file: v.csv, columns: {patient: ID, day: DY, response: R}}\n"
    made, wrong = imported(tmp_path, only, v="ID,DY,R\nA,1,SD\n")
    assert (wrong, made["assessments"].header) == ([], ["patient", "day", "response"])
    _, wrong = imported(tmp_path, only, v="ID,DY,R\nA,0,SD\n")
    assert len(wrong) == 1 and wrong[0].startswith("v.csv:2: DY is '0'; expected for day a study day: 1 is the day of")


def test_words_that_a_column_knows_are_not_missing(tmp_path):
    mapping = """
adverse_events: {file: a.csv, columns: {patient: ID, term: T, grade: G, action: A}}
patients: {file: p.csv, columns: {patient: ID, best_response: B}, keep: [M]}
"""
    made, wrong = imported(
        tmp_path, mapping, a="ID,T,G,A\nA,Rash,1,withheld\nA,Rash,1,unknown\n", p="ID,B,M\nA,missing,+\nB,n/a,-\n"
    )
    assert wrong == []
    assert [row[3:] for row in rows(made["adverse_events"])] == [["withheld"], [""]]
    # Beside + a - is a mark, elsewhere it is missing.
    assert rows(made["patients"]) == [["A", "MISSING", "+"], ["B", "", "-"]]


def test_other_words_are_kept_or_refused_where_the_mapping_says_so(tmp_path):
    mapping = (
        "patients: {file: p.csv, columns: {patient: ID}, keep: {sex: {from: S, values: {1: male}, other: keep}}}\n"
    )
    made, wrong = imported(tmp_path, mapping, p="ID,S\nA,1\nB,diverse\n")
    assert (wrong, rows(made["patients"])) == ([], [["A", "male"], ["B", "diverse"]])
    _, wrong = imported(tmp_path, mapping.replace("keep}", "refuse}"), p="ID,S\nA,1\nB,diverse\n")
    remedy = "other: keep beside values reads further words as if there were none"
    assert wrong == [f"p.csv:3: S is 'diverse'; expected for sex a word of the mapping's values; {remedy}"]


def test_years_of_two_digits_and_days_without_a_year(tmp_path):
    mapping = """
patients: {file: p.csv, columns: {patient: ID, treatment_start: {from: S, date_format: DD.MM.YY}, death_date: D}}
"""
    made, wrong = imported(tmp_path, mapping, p="ID,S,D\nA,01.02.68,UN-UNK-UNKN\nB,01.02.69,2070-01-01\n")
    assert wrong == []
    assert rows(made["patients"]) == [["A", "2068-02-01", ""], ["B", "1969-02-01", "2070-01-01"]]
    assert ("UN-UNK-UNKN", None, "missing", 1) in told(made["patients"], "death_date")


def test_rows_by_whether_a_cell_is_filled(tmp_path):
    mapping = "patients: {file: p.csv, where: {S: {filled: true}}, columns: {patient: ID}}\n"
    made, _ = imported(tmp_path, mapping, p="ID,S\nA,x\nB,\n")
    assert rows(made["patients"]) == [["A"]]
    made, _ = imported(tmp_path, mapping.replace("true", "false"), p="ID,S\nA,x\nB,\n")
    assert rows(made["patients"]) == [["B"]]
    words = "ID,S\nA,x\nB,N/A\nC,[Not Available]\nD,99\n"
    made, _ = imported(tmp_path, f'missing: ["99"]\n{mapping}', p=words)
    assert rows(made["patients"]) == [["A"]]


def test_a_heading_of_two_files_needs_a_prefix(tmp_path):
    mapping = """
patients:
  file: p.csv
  join: [{file: t.csv, by: ID, where: {P: PFS}, prefix: PFS_}, {file: t.csv, by: ID, where: {P: OS}}]
  columns: {patient: ID, pfs_months: PFS_AVAL, pfs_event: PFS_EV, os_months: AVAL, os_event: EV}
"""
    files = {"p": "ID,AVAL\nA,9\n", "t": "ID,P,AVAL,EV\nA,PFS,1,1\nA,OS,2,0\n"}
    _, wrong = imported(tmp_path, mapping, **files)
    assert wrong == [
        "mapping.yaml:5: patients: os_months is 'AVAL'; expected a heading that stands once in these files (or prefix,"
        " in a join, to tell them apart)"
    ]
    files["p"] = "ID,x\nA,9\n"
    made, wrong = imported(tmp_path, mapping, **files)
    assert (wrong, rows(made["patients"])) == ([], [["A", "1", "1", "2", "0"]])


def test_a_heading_is_found_in_another_case_where_only_one_is_meant(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: id}}\n"
    made, wrong = imported(tmp_path, mapping, p="ID,x\nA,1\n")
    assert (wrong, rows(made["patients"])) == ([], [["A"]])
    _, wrong = imported(tmp_path, mapping, p="ID,Id\nA,1\n")
    assert wrong[0].startswith("mapping.yaml:1: patients: patient is 'id'; expected a heading of p.csv")


def test_cleaned_identifiers_must_stay_apart(tmp_path):
    mapping = "patients: {file: p.csv, clean: true, columns: {patient: ID}}\n"
    made, wrong = imported(tmp_path, mapping, p="ID\nPt 1/a\n(2)\n")
    assert (wrong, rows(made["patients"])) == ([], [["Pt_1_a"], ["2"]])
    _, wrong = imported(tmp_path, mapping, p="ID\nPt 1\nPt_1\n")
    assert (
        wrong[0] == "p.csv:3: ID is 'Pt_1'; expected an identifier that does not become 'Pt_1' as 'Pt 1' in line 2 does"
    )
    _, wrong = imported(tmp_path, mapping.replace("clean: true, ", ""), p="ID\nPt 1\n")
    assert "; clean: true in the mapping makes such identifiers so" in wrong[0]


def test_the_first_of_several_headings_that_is_filled(tmp_path):
    mapping = """
patients: {file: p.csv, columns: {patient: ID, os_months: {from: [death, last], unit: days}, os_event: E}}
"""
    made, wrong = imported(tmp_path, mapping, p="ID,death,last,E\nA,30.4375,,1\nB,n/a,60.875,0\n")
    assert (wrong, rows(made["patients"])) == ([], [["A", "1", "1"], ["B", "2", "0"]])


def test_an_attribute_is_found_in_whichever_column_it_stands(tmp_path):
    mapping = """
patients:
  file: p.csv
  columns:
    patient: geo
    best_response: {from: [ch1, ch1.1, ch1.2], extract: "response: (.*)"}
  keep: {age: {from: [ch1, ch1.1, ch1.2], extract: "age: (.*)"}}
"""
    text = "geo,ch1,ch1.1,ch1.2\nA,age: 61,response: PR,sex: F\nB,response: SD,sex: M,\nC,sex: F,age: 70,response: NA\n"
    made, wrong = imported(tmp_path, mapping, p=f"{text}D,age: unknown,response: [Not Available],\n")
    assert wrong == []
    assert rows(made["patients"]) == [["A", "PR", "61"], ["B", "SD", ""], ["C", "", "70"], ["D", "", ""]]
    assert ("response: NA", None, "missing", 1) in told(made["patients"], "best_response")


def test_headings_in_several_lines_with_a_line_between(tmp_path):
    mapping = (
        "patients: {file: p.csv, header: [2, 4], columns: {patient: ID, os_months: OS months, os_event: OS event}}\n"
    )
    made, wrong = imported(tmp_path, mapping, p="Table 1,,\n,OS,OS\nunits,,\nID,months,event\nA,1,0\n")
    assert (wrong, rows(made["patients"])) == ([], [["A", "1", "0"]])


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("{from: A, extract: abc}", "extract is 'abc'; expected a regular expression with one group in round brackets"),
        ("{from: A, extract: '('}", "extract is '('; expected a regular expression ("),
        ("{from: A, cnsr: true}", "cnsr is 'true'; expected none: the column is no event of 0 and 1"),
        ("{from: A, unit: days}", "unit is 'days'; expected none: the column has no unit"),
        ("{from: A, value: PR}", "best_response is 'best_response'; expected either from (a heading) or value"),
        ("{from: A, first_day: 0}", "first_day is '0'; expected none: the column holds no study days"),
        ("{from: A, values: {pr: PR, ' PR ': SD}}", "values. PR  is ' PR '; expected each word once"),
    ],
)
def test_what_a_column_may_not_say(tmp_path, column, said):
    _, wrong = imported(tmp_path, f"patients: {{file: p.csv, columns: {{patient: ID, best_response: {column}}}}}\n")
    assert len(wrong) == 1 and said in wrong[0]


def test_days_of_a_workbook_stand_among_days_of_text(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: ID, treatment_start: {from: S, date_format: %s}}}\n"
    cells = "ID,S\nP1,2023-01-30\nP2,11.03.2023\n"
    made, wrong = imported(tmp_path, mapping % "DD.MM.YYYY", p=cells)
    assert (wrong, rows(made["patients"])) == ([], [["P1", "2023-01-30"], ["P2", "2023-03-11"]])
    _, wrong = imported(tmp_path, mapping % "YYYY-DD-MM", p="ID,S\nP1,2023-01-30\n")
    assert "expected for treatment_start a day written YYYY-DD-MM" in wrong[0]


@pytest.mark.parametrize("word", ["Summe", "TOTAL", "Mean", "Gesamt", "Moyenne", '"* n.d.: not done"'])
@pytest.mark.parametrize("clean", ["true", "false"])
def test_a_row_of_totals_is_no_patient(tmp_path, word, clean):
    mapping = f"patients: {{file: p.csv, clean: {clean}, columns: {{patient: ID}}}}\n"
    _, wrong = imported(tmp_path, mapping, p=f"ID\nP1\n{word}\n")
    expected = (
        "for patient an identifier of a patient, and no row of totals or note below the table:"
        f" take the row out of the file, or write where: {{ID: {{not: {word}}}}} beside file in the mapping"
    )
    bare = word.strip('"')
    assert wrong == [f"p.csv:3: ID is '{bare}'; expected {expected}"]
    made, wrong = imported(
        tmp_path, mapping.replace("p.csv", f"p.csv, where: {{ID: {{not: {word}}}}}"), p=f"ID\nP1\n{word}\n"
    )
    assert (wrong, rows(made["patients"])) == ([], [["P1"]])


def test_a_bound_of_viable_cells_is_not_left_out_in_silence(tmp_path):
    mapping = "pdl1: {file: p.csv, columns: {patient: ID, score_type: {value: TPS}, value: V, viable_cells: N}}\n"
    _, wrong = imported(tmp_path, mapping, p="ID,V,N\nP1,60,<100\n")
    assert len(wrong) == 1 and "left empty it would say 'not counted, taken as enough'" in wrong[0]
    words = mapping.replace("viable_cells: N", "viable_cells: {from: N, other: keep, values: {'<100': 99}}")
    made, wrong = imported(tmp_path, words, p="ID,V,N\nP1,60,<100\n")
    assert (wrong, made["pdl1"].rows[0].cells["viable_cells"]) == ([], "99")


NUMBERS = """
patients:
  file: p.csv
  separator: semicolon
  columns: {patient: ID, os_months: OS, os_event: E}
  keep: [LDH]
"""


@pytest.mark.parametrize(
    ("marks", "cells", "read"),
    [
        ("decimal: ','\n  thousands: .", "12,5 1.050 3.200,5 <2,5", "12.5 1050 3200.5 <2.5"),
        ("thousands: .", "12,5 1.050 3.200,5 n.d.", "12.5 1050 3200.5 n.d."),
        ("thousands: ','", "12.5 1,050 3,200.5 245", "12.5 1050 3200.5 245"),
        ("thousands: ' '", "12.5 1\u202f050 3\u00a0200.5 245", "12.5 1050 3200.5 245"),
        ('thousands: "\'"', "12.5 1'050 3\u2019200.5 245", "12.5 1050 3200.5 245"),
        ("decimal: .", "12.5 1.050 245 3", "12.5 1.050 245 3"),
    ],
)
def test_marks_of_numbers_are_those_that_the_mapping_declares(tmp_path, marks, cells, read):
    cells, read = cells.split(" "), read.split(" ")
    text = "ID;OS;E;LDH\n" + "".join(f"P{n};{cell};1;{cell}\n" for n, cell in enumerate(cells))
    own = NUMBERS.replace("  columns", f"  {marks}\n  columns")
    made, wrong = imported(tmp_path, own, p=text)
    assert (wrong, [row[3] for row in rows(made["patients"])]) == ([], read)
    numbers = [cell if cell.replace(".", "").isdigit() else "" for cell in read]
    assert [row[1] for row in rows(made["patients"])] == numbers
    key = marks.replace("\n  ", ", ")
    of_column = NUMBERS.replace("os_months: OS", f"os_months: {{from: OS, {key}}}").replace("keep: [LDH]", "keep: []")
    made, wrong = imported(tmp_path, of_column, p=text)
    assert (wrong, [row[1] for row in rows(made["patients"])]) == ([], numbers)


def test_both_marks_may_not_be_the_same(tmp_path):
    _, wrong = imported(tmp_path, NUMBERS.replace("  columns", "  decimal: .\n  thousands: .\n  columns"), p="ID\n")
    assert wrong == ["mapping.yaml:6: patients.thousands is '.'; expected another mark than decimal"]


def test_a_number_that_may_be_two_is_named_with_what_settles_it(tmp_path):
    made, _ = imported(tmp_path, NUMBERS, p="ID;OS;E;LDH\nA;7;1;245\nB;1.050;1;1.050\nC;3;1;1'050\n")
    said = [each.replace(f"{tmp_path}/", "") for each in commands.warnings(made)]
    remedy = "decimal and thousands in the mapping say what a point or comma of a number is"
    read = "a point is read as the decimal mark, though it may set thousands apart, in 1 cell: '1.050' 1 (p.csv:3)"
    assert said == [
        f"patients.os_months from OS: {read}; {remedy}",
        f"patients.LDH from LDH: {read}; {remedy}",
        f"patients.LDH from LDH: not understood and left missing in 1 cell: '1'050' 1 (p.csv:4); {remedy}",
    ]
    assert rows(made["patients"]) == [["A", "7", "1", "245"], ["B", "1.050", "1", "1.050"], ["C", "3", "1", ""]]
    made, _ = imported(tmp_path, NUMBERS, p="ID;OS;E;LDH\nA;7;1;24,5\nB;8;1;1.050\nC;9;1;3\n")
    assert [row[3] for row in rows(made["patients"])] == ["", "", "3"]
    made, _ = imported(tmp_path, NUMBERS, p="ID;OS;E;LDH\nA;7,5;1;245\nB;8;1;1.050\nC;9;1;3\n")
    assert [row[3] for row in rows(made["patients"])] == ["245", "", "3"]
    assert [row[1] for row in rows(made["patients"])] == ["7.5", "8", "9"]


def test_words_of_the_column_are_themselves_beside_translations(tmp_path):
    mapping = """
patients:
  file: p.csv
  columns:
    patient: ID
    best_response: {from: B, values: {Teilremission: PR, PD: SD}}
    os_months: M
    os_event: {from: E, values: {2: 1}}
"""
    text = "ID,B,M,E\n" + "".join(
        f"P{n},{word},7,{event}\n"
        for n, (word, event) in enumerate(
            [("Teilremission", 2), ("SD", 2), ("cr", 2), ("PD", 2), ("Stable disease", 2), ("Remission", 1)]
        )
    )
    made, wrong = imported(tmp_path, mapping, p=text)
    assert (wrong, [row[1] for row in rows(made["patients"])]) == ([], ["PR", "SD", "CR", "SD", "SD", ""])
    assert [row[3] for row in rows(made["patients"])] == ["1"] * 5 + [""]
    null = "such a word goes into values, as null where it means missing"
    keep = "other: keep beside values reads further words as if there were none"
    assert [each.replace(f"{tmp_path}/", "") for each in commands.warnings(made)] == [
        "patients.os_months: without os_event (1; p.csv:7)",
        f"patients.best_response from B: not understood and left missing in 1 cell: 'Remission' 1 (p.csv:7); {null}",
        f"patients.os_event from E: not understood and left missing in 1 cell: '1' 1 (p.csv:7); {keep}",
    ]
    kept = mapping.replace("values: {2: 1}", "values: {2: 1}, other: keep")
    made, _ = imported(tmp_path, kept, p=text)
    assert [row[3] for row in rows(made["patients"])] == ["1"] * 6


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        (
            "P 7",
            "clean: true in the mapping makes such identifiers so, if it is one:"
            " else take the row out of the file, or write where: {ID: {not: P 7}} beside file in the mapping",
        ),
        ("", "take the row out of the file, or write where: {ID: {filled: true}} beside file in the mapping"),
        ("NA", "take the row out of the file, or write where: {ID: {filled: true}} beside file in the mapping"),
        ("***", ""),
    ],
)
def test_a_remedy_that_is_named_helps_when_it_is_followed(tmp_path, cell, remedy):
    mapping = "patients: {file: p.csv, columns: {patient: ID}}\n"
    _, wrong = imported(tmp_path, mapping, p=f"ID,A\nP1,60\n{cell},61\n")
    assert len(wrong) == 1 and wrong[0].endswith(remedy or "beginning with a letter or digit")
    if "where" in remedy:
        where = remedy[remedy.index("where") : remedy.index(" beside")]
        made, wrong = imported(tmp_path, mapping.replace("p.csv", f"p.csv, {where}"), p=f"ID,A\nP1,60\n{cell},61\n")
        assert (wrong, rows(made["patients"])) == ([], [["P1"]])
    if "clean" in remedy:
        made, wrong = imported(tmp_path, mapping.replace("p.csv", "p.csv, clean: true"), p=f"ID,A\nP1,60\n{cell},61\n")
        assert (wrong, rows(made["patients"])) == ([], [["P1"], ["P_7"]])


def test_an_empty_response_is_left_out_as_the_message_says(tmp_path):
    mapping = "assessments: {file: p.csv, columns: {patient: ID, date: D, response: R}}\n"
    text = "ID,D,R\nP1,2024-01-01,PR\nP1,2024-02-01,\n"
    _, wrong = imported(tmp_path, mapping, p=text)
    where = "where: {R: {filled: true}}"
    expected = f"for response a value: take the row out of the file, or write {where} beside file in the mapping"
    assert wrong == [f"p.csv:3: R is empty; expected {expected}"]
    made, wrong = imported(tmp_path, mapping.replace("p.csv", f"p.csv, {where}"), p=text)
    assert (wrong, len(made["assessments"].rows)) == ([], 1)


def test_an_empty_cell_of_an_entry_of_rows_is_left_out_without_the_other_entries_of_its_row(tmp_path):
    first, second = "date: D1, response: R1", "date: D2, response: R2"
    block = "{file: p.csv, columns: {patient: ID}, rows: [%s]}"
    text = "ID,D1,R1,D2,R2\nP1,2024-01-01,PR,2024-02-01,\n"
    _, wrong = imported(tmp_path, f"assessments: {block % f'{{{first}}}, {{{second}}}'}\n", p=text)
    where = "where: {R2: {filled: true}}"
    own = f"give this entry of rows a block of its own, with {where} beside file"
    expected = f"for response a value: empty the other cells of the entry in the file, or {own}"
    assert wrong == [f"p.csv:2: R2 is empty; expected {expected}"]
    apart = [block % f"{{{first}}}", (block % f"{{{second}}}").replace("p.csv", f"p.csv, {where}")]
    made, wrong = imported(tmp_path, f"assessments: [{', '.join(apart)}]\n", p=text)
    assert (wrong, rows(made["assessments"])) == ([], [["P1", "2024-01-01", "PR"]])


def test_a_bound_of_a_time_is_told_with_what_settles_it(tmp_path):
    mapping = "patients: {file: p.csv, columns: {patient: ID, os_months: OS, os_event: E}}\n"
    text = "ID,OS,E\nP1,12,1\nP2,>24,0\n"
    made, _ = imported(tmp_path, mapping, p=text)
    said = "a range, bound or approximate value is no number: values say which one it stands for, beside other: keep"
    assert any(each.endswith(f"'>24' 1 ({tmp_path}/p.csv:3); {said}") for each in commands.warnings(made))
    settled = mapping.replace("os_months: OS", "os_months: {from: OS, other: keep, values: {'>24': 24}}")
    made, wrong = imported(tmp_path, settled, p=text)
    assert (wrong, [row[1] for row in rows(made["patients"])]) == ([], ["12", "24"])


@pytest.mark.parametrize("cell", ["1'05{}", "1 05{}", "1.05{},25"])
def test_a_covariate_of_nothing_but_marked_numbers_is_no_text(tmp_path, cell):
    text = "ID;OS;E;LDH\n" + "".join(f"P{n};7;1;{cell.format(n)}\n" for n in range(6))
    made, wrong = imported(tmp_path, NUMBERS, p=text)
    assert (wrong, {row[3] for row in rows(made["patients"])}) == ([], {""})
    (said,) = commands.warnings(made)
    assert said.startswith("patients.LDH from LDH: not understood and left missing in 6 cells")
    assert said.endswith("; decimal and thousands in the mapping say what a point or comma of a number is")
    marks = f'  thousands: "{cell[1]}"\n  columns'
    made, wrong = imported(tmp_path, NUMBERS.replace("  columns", marks), p=text)
    assert wrong == [] and rows(made["patients"])[3][3] == cell.format(3).replace(cell[1], "", 1).replace(",", ".")
