"""SDTM and ADaM datasets become sheets; the studies are made up, their answers are by hand or from the same trial."""

from __future__ import annotations

import gzip
import json
import random
import re
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables


def study(folder: Path, **datasets: str) -> Path:
    """A folder of datasets as CSV: lines of cells that stand apart by blanks; `.` is empty, `~` a blank in a cell."""
    folder.mkdir(exist_ok=True)
    for name, text in datasets.items():
        lines = [line.split() for line in text.strip().splitlines()]
        cells = [["" if cell == "." else cell.replace("~", " ") for cell in line] for line in lines]
        (folder / f"{name}.csv").write_text("\n".join(",".join(line) for line in cells) + "\n")
    return folder


def imported(source: Path, out: Path) -> dict[str, pd.DataFrame]:
    """The sheets that `biomarkers import cdisc` writes, as text by patient."""
    assert run(["import", "cdisc", str(source), "--out", str(out)]) == 0
    return {
        path.stem: pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
        for path in out.glob("*.tsv")
        if path.stem != "import"
    }


def refused(source: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["import", "cdisc", str(source), "--out", str(out)]) == 2
    assert not out.exists()
    return capsys.readouterr().err.replace(f"{source}/", "")


def cells(sheet: pd.DataFrame, *columns: str) -> list[list[str]]:
    return sheet[[*columns]].to_numpy().tolist()


DM = """
USUBJID RFSTDTC RFXSTDTC RFXENDTC DTHDTC DTHFL ARMCD ARM AGE SEX BRTHDTC SUBJID
S-1 2021-03-01 2021-03-01 2021-06-01 2021-09-15 Y A Drug~A 61 F 1960-01-01 1
S-2 2021-03-05 2021-03-05T09:30 2021-05-05 . . A Drug~A 55 M 1966-01-01 2
S-3 . . . . . SCRNFAIL Screen~Failure 70 F 1951-01-01 3
"""
RS = """
USUBJID RSTESTCD RSORRES RSSTRESC RSEVAL RSEVALID RSDTC RSDY RSSTAT
S-1 OVRLRESP PR PR INVESTIGATOR . 2021-04-12 43 .
S-1 TRGRESP PR PR INVESTIGATOR . 2021-04-12 43 .
S-1 OVRLRESP SD SD INDEPENDENT~ASSESSOR RADIOLOGIST~1 2021-04-12 43 .
S-1 OVRLRESP PD PD INVESTIGATOR . 2021-05 . .
S-2 OVRLRESP . . INVESTIGATOR . 2021-04-15 42 NOT~DONE
S-2 OVRLRESP NON-CR/NON-PD NON-CR/NON-PD INVESTIGATOR . 2021-04-20 47 .
"""
AE = """
USUBJID AESEQ AETERM AEDECOD AEBODSYS AESEV AESER AEREL AEACN AEOUT AESTDTC AEENDTC
S-1 1 rash Rash Skin MILD N POSSIBLE DOSE~NOT~CHANGED . 2021-03 .
S-1 2 sepsis Sepsis Infections SEVERE Y NONE DRUG~WITHDRAWN FATAL 2021-09-01 2021-09-15
S-2 1 cough . Chest MODERATE N . . . 2021-02 .
"""
SUPPAE = """
USUBJID RDOMAIN IDVAR IDVARVAL QNAM QVAL
S-1 AE AESEQ 2 AETOXGR 5
S-1 AE AESEQ 1 AETOXGR 2
"""


def test_sdtm_becomes_sheets(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    source = study(tmp_path / "sdtm", dm=DM, rs=RS, ae=AE, suppae=SUPPAE)
    made = imported(source, tmp_path / "out")
    people = made["patients"]
    columns = ["patient", "treatment_start", "last_dose", "death_date", "last_alive_date"]
    assert cells(people, *columns) == [
        ["S-1", "2021-03-01", "2021-06-01", "2021-09-15", "2021-09-15"],
        ["S-2", "2021-03-05", "2021-05-05", "", "2021-05-05"],
        ["S-3", "", "", "", ""],
    ]
    assert [*people.columns[5:]] == ["armcd", "arm", "age", "sex"]
    assert cells(people, "arm")[2] == ["Screen Failure"]
    assert cells(made["assessments"], "patient", "date", "response", "evaluator") == [
        ["S-1", "2021-04-12", "PR", "INVESTIGATOR"],
        ["S-1", "2021-04-12", "SD", "RADIOLOGIST 1"],
        ["S-1", "2021-05", "PD", "INVESTIGATOR"],
        ["S-2", "2021-04-20", "NON-CR/NON-PD", "INVESTIGATOR"],
    ]
    assert cells(made["adverse_events"], "term", "grade", "onset", "end", "action") == [
        ["Rash", "2", "2021-03", "", "DOSE NOT CHANGED"],
        ["Sepsis", "5", "2021-09-01", "2021-09-15", "DRUG WITHDRAWN"],
        ["cough", "MODERATE", "2021-02", "", ""],
    ]


def test_the_same_study_in_each_container(tmp_path: Path) -> None:
    """CSV, XPT by pyreadstat (days and numbers as SAS has them) and Dataset-JSON of both versions give one answer."""
    csv = study(tmp_path / "csv", dm=DM, rs=RS, ae=AE, suppae=SUPPAE)
    xpt, newer, older, lines = (tmp_path / name for name in ("xpt", "newer", "older", "lines"))
    for folder in (xpt, newer, older, lines):
        folder.mkdir()
    for path in csv.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        typed = frame.assign(**{name: frame[name].astype(float) for name in ("AGE", "AESEQ") if name in frame})
        pyreadstat.write_xport(typed, str(xpt / f"{path.stem.upper()}.xpt"), table_name=path.stem.upper())
        names = [{"name": name, "itemOID": name} for name in frame.columns]
        values = typed.astype(object).to_numpy().tolist()
        (newer / f"{path.stem}.json").write_text(json.dumps({"columns": names, "rows": values}))
        rows = [json.dumps(row) for row in [{"columns": names}, *values]]
        (lines / f"{path.stem}.ndjson").write_text("\n".join(rows) + "\n")
        counted = [[n, *row] for n, row in enumerate(values, 1)]
        own = {"items": [{"name": "ITEMGROUPDATASEQ"}, *names], "itemData": counted}
        group = {"itemGroupData": {path.stem: own}}
        (older / f"{path.stem}.json").write_text(json.dumps({"clinicalData": group}))
    expected = imported(csv, tmp_path / "out_csv")
    for folder in (xpt, newer, older, lines):
        made = imported(folder, tmp_path / f"out_{folder.name}")
        assert set(made) == set(expected)
        for name, sheet in expected.items():
            pd.testing.assert_frame_equal(made[name], sheet)


def test_first_and_last_dose_and_death_come_from_other_domains(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A dose of 0 is none unless it is placebo; deaths by DS and SS; last contact is the last day alive."""
    source = study(
        tmp_path / "sdtm",
        dm="""
        USUBJID RFSTDTC RFPENDTC DTHFL ARMCD
        A 2021-01-01 2021-08-01 . X
        B 2021-01-01 . Y X
        C 2021-01-01 . Y X
        D 2021-01-01 . . X
        E 2021-01-01 . . Scrnfail
        F 2021-01-01 . Y X
        G 2021-01-01 . . X
        H 2021-01-01 . . X
        """,
        ex="""
        USUBJID EXTRT EXDOSE EXSTDTC EXENDTC EXOCCUR
        A DRUG 0 2021-01-03 2021-01-03 .
        A DRUG 10 2021-01-05 2021-01-06 .
        A DRUG 10 2021-02-05 2021-02 .
        A DRUG 10 2021-03-05 2021-03-06 N
        B PLACEBO 0 2021-01-02 2021-01-20 .
        C DRUG 5 2021-01-04 . .
        D DRUG 5 2021-01-04 . .
        F DRUG 5 2021-01-04 . .
        G DRUG 5 2021-01-04 . .
        H DRUG 5 2021-01-04 . .
        """,
        ae="USUBJID AEDECOD AEOUT AEENDTC\nH Sepsis FATAL .",
        ds="USUBJID DSDECOD DSSTDTC\nG DEATH .\nB DEATH .\nB DEATH 2021-05\nD COMPLETED 2021-06-30\nD ALIVE 2021-07",
        ss="USUBJID SSTESTCD SSSTRESC SSDTC\nC SURVSTAT DEAD 2021-06-06\nD SURVSTAT ALIVE 2021-09-09",
    )
    people = imported(source, tmp_path / "out")["patients"]
    assert cells(people, "treatment_start", "last_dose", "death_date", "last_alive_date") == [
        ["2021-01-05", "2021-02-05", "", "2021-08-01"],
        ["2021-01-02", "2021-01-20", "2021-05", "2021-01-20"],
        ["2021-01-04", "2021-01-04", "2021-06-06", "2021-01-04"],
        ["2021-01-04", "2021-01-04", "", "2021-09-09"],
        ["", "", "", ""],
        *[["2021-01-04", "2021-01-04", "", "2021-01-04"]] * 3,
    ]
    said = [record.getMessage() for record in caplog.records if "DTHFL" in record.getMessage()]
    assert len(said) == 1 and said[0].endswith("count as alive at last contact: F, G, H")


def test_lesions_of_tr_and_tu(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nodes by their short axis, in cm, too small to measure, gone, new without a size; one reader; one day a visit."""
    source = study(
        tmp_path / "sdtm",
        tu="""
        USUBJID TUSEQ TULNKID TUTESTCD TUSTRESC TULOC TUEVAL VISITNUM TUDTC
        A 1 T1 TUMIDENT TARGET LIVER INVESTIGATOR 1 2021-01-01
        A 2 T2 TUMIDENT TARGET LYMPH~NODE INVESTIGATOR 1 2021-01-01
        A 3 N1 TUMIDENT NON-TARGET BONE INVESTIGATOR 1 2021-01-01
        A 4 NEW1 TUMIDENT NEW BRAIN INVESTIGATOR 3 2021-05-05
        A 5 NEW9 TUMIDENT NEW BRAIN INDEPENDENT~ASSESSOR 2 2021-03-01
        """,
        tr="""
        USUBJID TRLNKID TRGRPID TRTESTCD TRORRES TRSTRESC TRSTRESN TRSTRESU TREVAL VISITNUM TRDTC
        A T1 TARGET LDIAM 2.5 2.5 2.5 cm INVESTIGATOR 1 2021-01-01
        A T1 TARGET LPERP 1.5 1.5 1.5 cm INVESTIGATOR 1 2021-01-01
        A T2 TARGET LDIAM 3.0 3.0 3.0 cm INVESTIGATOR 1 2021-01-01
        A T2 TARGET SAXIS 1.6 1.6 1.6 cm INVESTIGATOR 1 2021-01-02
        A N1 NON-TARGET TUMSTATE PRESENT PRESENT . . INVESTIGATOR 1 2021-01-01
        A . TARGET SUMDIAM 4.1 4.1 4.1 cm INVESTIGATOR 1 2021-01-01
        A T1 TARGET LDIAM 9.9 9.9 9.9 cm INDEPENDENT~ASSESSOR 2 2021-03-01
        A T1 TARGET LDIAM TOO~SMALL~TO~MEASURE TOO~SMALL~TO~MEASURE . . INVESTIGATOR 2 2021-03-01
        A T2 TARGET TUMSTATE ABSENT ABSENT . . INVESTIGATOR 2 2021-03-01
        A N1 NON-TARGET TUMSTATE ABSENT ABSENT . . INVESTIGATOR 2 2021-03-01
        A T2 TARGET TUMSTATE PRESENT PRESENT . . INVESTIGATOR 3 2021-05-05
        """,
    )
    lesions = imported(source, tmp_path / "out")["lesions"]
    assert cells(lesions, "date", "lesion", "role", "nodal", "diameter_mm", "status") == [
        ["2021-01-02", "T1", "target", "0", "25", ""],
        ["2021-01-02", "T2", "target", "1", "16", ""],
        ["2021-01-02", "N1", "non_target", "0", "", "NON-CR/NON-PD"],
        ["2021-03-01", "T1", "target", "0", "5", ""],
        ["2021-03-01", "T2", "target", "1", "0", ""],
        ["2021-03-01", "N1", "non_target", "0", "", "CR"],
        ["2021-05-05", "T2", "target", "1", "", ""],
        ["2021-05-05", "NEW1", "new", "0", "", ""],
    ]


def test_a_new_lesion_of_nobody_in_particular_is_one(tmp_path: Path) -> None:
    """TU without an evaluator holds the lesions of all; one that another reader alone saw is not the investigator's."""
    source = study(
        tmp_path / "sdtm",
        tu="""
        USUBJID TUSEQ TULNKID TUTESTCD TUSTRESC TULOC TUEVAL TUDTC
        A 1 T1 TUMIDENT TARGET LIVER . 2021-01-01
        A 2 NEW1 TUMIDENT NEW BRAIN . 2021-03-01
        A 3 NEW2 TUMIDENT NEW BONE INDEPENDENT~ASSESSOR 2021-02-01
        """,
        tr="""
        USUBJID TRLNKID TRGRPID TRTESTCD TRSTRESC TRSTRESN TRSTRESU TREVAL TRDTC
        A T1 TARGET LDIAM 25 25 mm INVESTIGATOR 2021-01-01
        A T1 TARGET LDIAM 25 25 mm INVESTIGATOR 2021-03-01
        """,
    )
    lesions = imported(source, tmp_path / "out")["lesions"]
    assert cells(lesions, "date", "lesion", "role") == [
        ["2021-01-01", "T1", "target"],
        ["2021-03-01", "T1", "target"],
        ["2021-03-01", "NEW1", "new"],
    ]


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".csv.gz", ".tsv.gz", ".CSV", ".TSV.GZ"])
def test_a_dataset_whose_name_tells_nothing_is_known_by_its_domain(tmp_path: Path, ending: str) -> None:
    source = study(tmp_path / "sdtm", dm=DM)
    rows = ["DOMAIN USUBJID RSTESTCD RSSTRESC RSDTC", "RS S-1 OVRLRESP PR 2021-04-12"]
    text = "".join(",\t"["tsv" in ending.lower()].join(row.split()) + "\n" for row in rows).encode()
    (source / f"visits{ending}").write_bytes(gzip.compress(text) if ending.lower().endswith("gz") else text)
    assert cells(imported(source, tmp_path / "out")["assessments"], "patient", "response") == [["S-1", "PR"]]


@pytest.mark.parametrize("column", ["PARCAT1", "PARCAT2"])
def test_a_category_of_parameters_tells_who_read_a_visit(tmp_path: Path, column: str) -> None:
    """Both read one PARAMCD; of the categories the one that names a reader counts."""
    other = "PARCAT2" if column == "PARCAT1" else "PARCAT1"
    rows = f"""
    USUBJID PARAMCD PARAM AVALC ADT {column} {other}
    A OVRLRESP Overall~Response PR 2021-02-01 Investigator RECIST~1.1
    A OVRLRESP Overall~Response SD 2021-02-01 Independent~review RECIST~1.1
    """
    source = study(tmp_path / "adam", adsl="USUBJID TRTSDT SAFFL\nA 2021-01-01 Y", adrs=rows)
    made = imported(source, tmp_path / "out")["assessments"]
    assert cells(made, "response", "evaluator") == [["PR", "Investigator"], ["SD", "Independent review"]]


ADSL = """
USUBJID TRTSDT TRTEDT DTHDT LSTALVDT SAFFL TRT01P TRT01PN AGE ECOGBL
A 2021-01-01 2021-03-01 . 2021-12-31 Y Drug 1 60 1
B 2021-01-01 2021-03-01 2021-06-30 . Y Drug 1 50 0
C . . . . N . . 40 1
"""
ADTTE = """
USUBJID PARAMCD PARAM AVAL CNSR STARTDT ADT ANL01FL
A PFSINV PFS~by~investigator~(months) 5.5 2 . . Y
B PFSINV PFS~by~investigator~(months) 2.5 0 . . Y
C PFSINV PFS~by~investigator~(months) 9.9 0 . . Y
A PFSIRC PFS~by~IRC~(months) 7.5 1 . . Y
A PFS2 Second~progression~(months) 9 0 . . Y
A OS Overall~Survival 365 1 2021-01-01 2021-12-31 Y
B OS Overall~Survival 181 0 2021-01-01 2021-06-30 Y
B OS Overall~Survival 100 1 2021-01-01 2021-04-10 .
"""
ADRS = """
USUBJID PARAMCD PARAM AVALC ADT RSEVAL
A BOR Best PR 2021-02-01 INVESTIGATOR
A CBOR Best~confirmed SD 2021-02-01 INVESTIGATOR
B BOR Best PD 2021-02-01 INVESTIGATOR
C BOR Best MISSING . INVESTIGATOR
"""


def test_adam_states_endpoints(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """CNSR is reversed; PARAM or dates tell the unit; the investigator's parameter; nobody untreated responds."""
    caplog.set_level("INFO")
    source = study(tmp_path / "adam", adsl=ADSL, adtte=ADTTE, adrs=ADRS)
    made = imported(source, tmp_path / "out")
    people = made["patients"]
    stated = ["best_response", "confirmed_best_response", "pfs_months", "pfs_event", "os_event"]
    assert cells(people, *stated) == [["PR", "SD", "5.5", "0", "0"], ["PD", "", "2.5", "1", "1"], [""] * 5]
    assert [float(cell) * 30.4375 for cell in people["os_months"][:2]] == pytest.approx([365, 181])
    assert [*people.columns[-4:]] == ["saffl", "trt01p", "age", "ecogbl"] and "assessments" not in made
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "PFSINV is read as PFS; not PFSIRC" in said and "PFS2 1" in said
    assert (
        run(
            [
                "endpoints",
                f"--patients={tmp_path}/out/patients.tsv",
                f"--endpoints={tmp_path}/e.tsv",
                f"--rates={tmp_path}/r.tsv",
            ]
        )
        == 0
    )
    assert tables.read(tmp_path / "e.tsv", "endpoints")["treated"].tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("code", "told"), [("PFS", None), ("PFSIRC", "PFSIRC is read as PFS"), ("PFSINV", "PFSINV is read as PFS")]
)
def test_pfs_of_one_reader_is_said_to_be_that(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, code: str, told: str | None
) -> None:
    caplog.set_level("INFO")
    rows = f"USUBJID PARAMCD PARAM AVAL CNSR\nA {code} PFS~(months) 7.5 1\nB {code} PFS~(months) 2.5 0"
    source = study(tmp_path / "adam", adsl="USUBJID TRTSDT SAFFL\nA 2021-01-01 Y\nB 2021-01-01 Y", adtte=rows)
    people = imported(source, tmp_path / "out")["patients"]
    assert cells(people, "pfs_months", "pfs_event") == [["7.5", "0"], ["2.5", "1"]]
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "is read as PFS" not in said if told is None else told in said


TR = "USUBJID TRLNKID TRTESTCD TRSTRESC {} TRDTC\nA T1 LDIAM 10 {} 2021-01-01\nA {} LDIAM 12 {} 2021-01-01"
OTHER_WORDS = re.sub(" (SD|PR|PD|NON-CR/NON-PD)(?= )", " GOOD", RS)
RS_BY = "USUBJID RSTESTCD RSCAT RSSTRESC RSDTC\nA OVRLRESP {} CR 2021-01-01\nA OVRLRESP {} CR 2021-01-01"


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (
            {"adsl": "USUBJID TRTSDT\nA 19725"},
            "adsl.csv:2: TRTSDT is '19725'; expected a date such as 2024-03-31: whether days count from 1960 (SAS)",
        ),
        ({"rs": RS, "rs_irc": RS}, "rs_irc.csv: file is RS; expected one file of RS: rs.csv is another"),
        ({"notes": "A B\n1 2"}, "has no dataset of CDISC; expected datasets such as dm.xpt, rs.csv, adsl.xpt"),
        (
            {
                "adsl": ADSL,
                "adtte": ADTTE.replace("2021-06-30 Y", ". Y").replace("Overall~Survival 365", "Survival 999"),
            },
            "adtte.csv: AVAL of OS has no unit that is known; expected days, weeks, months or years in AVALU or PARAM",
        ),
        (
            {"tr": TR.format("TREVALID", "R1", "T1", "R2")},
            "tr.csv: TREVAL is 'R1, R2'; expected INVESTIGATOR among them, or one evaluator",
        ),
        (
            {"tr": TR.format("TRSTRESU", "mm", "T2", "in")},
            "tr.csv: TRSTRESU is 'in, mm'; expected mm or cm in all rows",
        ),
        (
            {"tr": TR.format("TRSTRESU", "mm", "T1", "mm")},
            "tr.csv:3: TRSTRESC is '12'; expected one LDIAM of T1 on 2021-01-01 by one evaluator ('10' stands before)",
        ),
        (
            {"rs": RS_BY.format("LUGANO", "IMWG")},
            "rs.csv: RSCAT is 'IMWG, LUGANO'; expected RECIST 1.1 among them",
        ),
        (
            {"rs": "USUBJID RSTESTCD RSSTRESC\nA OVRLRESP CR"},
            "rs.csv: file has no day of any response; expected a column of dates or study days",
        ),
        (
            {"rs": re.sub(" (SD|PR|PD|NON-CR/NON-PD)(?= )", " GOOD", RS)},
            "rs.csv:2: RSSTRESC is 'GOOD'; expected for response one of CR, PR",
        ),
    ],
)
def test_what_is_refused(
    what: dict[str, str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert expected in refused(study(tmp_path / "in", **what), tmp_path / "out", capsys)


def test_broken_containers_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = study(tmp_path / "in", dm=DM)
    (source / "rs.xpt").write_bytes(b"no transport file")
    (source / "ae.json").write_text('{"columns": [{"name": "USUBJID"}], "rows": [["A", "B"]]}')
    told = refused(source, tmp_path / "out", capsys)
    assert "rs.xpt: file cannot be read" in told and "expected a whole SAS transport file (XPT)" in told
    assert "ae.json: file has no columns and rows of one dataset; expected Dataset-JSON, version 1.1" in told


def random_study(seed: int) -> tuple[dict[str, str], dict[str, str]]:
    """The same trial as sheets of ours and as SDTM with dates and study days (RFSTDTC is 7 days before the dose)."""
    rng = random.Random(seed)
    start = pd.Timestamp("2020-05-01")
    sheets = {"patients": ["patient treatment_start last_dose death_date last_alive_date"]}
    sheets |= {"assessments": ["patient date response"], "adverse_events": ["patient term grade onset end"]}
    sdtm = {"dm": ["USUBJID RFSTDTC ARMCD"], "rs": ["USUBJID RSTESTCD RSSTRESC RSDTC RSDY"]}
    sdtm |= {"ae": ["USUBJID AEDECOD AETOXGR AESTDTC AEENDTC AESTDY AEENDY"]}
    sdtm |= {"ex": ["USUBJID EXSTDTC EXENDTC EXSTDY EXENDY"], "ds": ["USUBJID DSDECOD DSSTDTC DSSTDY"]}

    def shown(after: int) -> tuple[str, int]:
        """A day after the first dose: date, and study day from RFSTDTC."""
        return f"{start + pd.Timedelta(days=after):%Y-%m-%d}", after + 8 if after >= -7 else after + 7

    for number in range(15):
        name, last, dead = f"P{number}", rng.randrange(0, 30), rng.random() < 0.5
        end, stop, first = shown(rng.randrange(90, 500)), shown(last), shown(0)
        visits = sorted(rng.sample(range(10, 90), rng.randrange(5)))
        sheets["patients"].append(f"{name} {first[0]} {stop[0]} {end[0] if dead else '.'} {'.' if dead else end[0]}")
        sdtm["dm"].append(f"{name} {shown(-7)[0]} X")
        sdtm["ex"].append(f"{name} {first[0]} {stop[0]} {first[1]} {stop[1]}")
        sdtm["ds"].append(f"{name} {'DEATH' if dead else 'COMPLETED'} {end[0]} {end[1]}")
        for after in visits:
            date, day = shown(after)
            word = rng.choice(["CR", "PR", "SD", "PD", "NE"])
            sheets["assessments"].append(f"{name} {date} {word}")
            sdtm["rs"].append(f"{name} OVRLRESP {word} {date} {day}")
        for _ in range(rng.randrange(3)):
            at = rng.randrange(-10, 60)
            onset, over = shown(at), shown(at + rng.randrange(20))
            grade = rng.randrange(1, 6)
            sheets["adverse_events"].append(f"{name} Rash {grade} {onset[0]} {over[0]}")
            sdtm["ae"].append(f"{name} Rash {grade} {onset[0]} {over[0]} {onset[1]} {over[1]}")
    return {n: "\n".join(r) for n, r in sheets.items()}, {n: "\n".join(r) for n, r in sdtm.items()}


def without_dates(sdtm: dict[str, str]) -> dict[str, str]:
    """The study as it is shared where dates must not be: every --DTC is empty."""
    found = {}
    for name, text in sdtm.items():
        header, *rows = (line.split() for line in text.splitlines())
        blank = [place for place, heading in enumerate(header) if heading.endswith("DTC")]
        rows = [["." if place in blank else cell for place, cell in enumerate(row)] for row in rows]
        found[name] = "\n".join(" ".join(row) for row in [header, *rows])
    return found


@pytest.mark.parametrize("seed", range(3))
def test_sdtm_gives_what_the_sheets_give_by_dates_and_by_study_days(seed: int, tmp_path: Path) -> None:
    """Oracle: the same trial in our own sheets. Study days of SDTM count from RFSTDTC, a week before the first dose."""
    sheets, sdtm = random_study(seed)
    direct = study(tmp_path / "direct", **sheets)
    results = {}
    for way, datasets in (("dates", sdtm), ("days", without_dates(sdtm))):
        imported(study(tmp_path / way, **datasets), tmp_path / f"{way}_out")
        results[way] = derived(tmp_path / f"{way}_out", ".tsv")
    expected = derived(direct, ".csv")
    for found in results.values():
        for name, table in expected.items():
            pd.testing.assert_frame_equal(found[name], table)


def derived(folder: Path, ending: str) -> dict[str, pd.DataFrame]:
    """Endpoints without dates and notes, rates, and the table of adverse events."""
    given = [
        f"--{name.replace('_', '-')}={folder / name}{ending}" for name in ("patients", "assessments", "adverse_events")
    ]
    out = {name: folder / f"made_{name}.tsv" for name in ("endpoints", "rates", "adverse_events_summary")}
    assert run(["endpoints", *given, *(f"--{name.replace('_', '-')}={path}" for name, path in out.items())]) == 0
    made = {name: pd.read_csv(path, sep="\t") for name, path in out.items()}
    made["endpoints"] = made["endpoints"].drop(columns=["best_response_date", "endpoint_note"])
    return made


def test_a_word_that_is_no_response_is_named_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """CHECK, as it stands in a public RS; and a response of which no day is known."""
    text = RS.replace("SD SD", "CHECK CHECK").replace("PD PD INVESTIGATOR . 2021-05 ", "PD PD INVESTIGATOR . . ")
    made = imported(study(tmp_path / "sdtm", dm=DM, rs=text), tmp_path / "out")
    assert cells(made["assessments"], "response") == [["PR"], ["NON-CR/NON-PD"]]
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "RSSTRESC is not understood, so these assessments are left out: 'CHECK' 1" in said
    assert "responses without a day are not used (rows: 1)" in said


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        ("iRECIST", ("PR", "iUPD")),  # one word is enough where the criterion is another one
        ("LUGANO~2014", ("CMR", "PD")),
        (".", ("sCR", "VGPR")),  # no criterion is told, and most words are no responses
    ],
)
def test_responses_of_another_scale_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], criterion: str, words: tuple[str, str]
) -> None:
    """What it shares with RECIST (PD, NE) would be all that is read, and its responders would be none."""
    rows = [f"S-1 OVRLRESP {criterion} {word} 2021-0{month}-12" for month, word in enumerate((*words, "NE"), 4)]
    text = "\n".join(("", "USUBJID RSTESTCD RSCAT RSSTRESC RSDTC", *rows, ""))
    source = study(tmp_path / "sdtm", dm=DM, rs=text)
    assert run(["import", "cdisc", str(source), "--out", str(tmp_path / "out")]) == 2
    assert "expected responses of RECIST 1.1" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_responses_of_another_criterion_in_the_words_of_recist_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for criterion, told in (("mRECIST", 1), ("RECIST~1.1", 1), (".", 1)):
        rs = f"USUBJID RSTESTCD RSCAT RSSTRESC RSDTC\nS-1 OVRLRESP {criterion} PR 2021-04-12"
        imported(study(tmp_path / "sdtm", dm=DM, rs=rs), tmp_path / f"out{len(criterion)}")
        assert caplog.text.count("RSCAT is mRECIST: its responses are read as those of RECIST 1.1") == told


def test_a_file_of_several_parameters_tells_once_whom_it_lacks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """ADTTE is joined for PFS and for OS; its subject without a row is one."""
    adtte = "USUBJID PARAMCD AVAL AVALU CNSR\nA PFS 65 DAYS 1\nA OS 182 DAYS 1"
    source = study(tmp_path / "adam", adsl="USUBJID TRTSDT\nA 2021-01-01\nB 2021-01-02", adtte=adtte)
    imported(source, tmp_path / "out")
    assert caplog.text.count("without a row in") == 1


def test_adam_by_study_days(tmp_path: Path) -> None:
    """Without any date the safety population was treated from day 1 on; best responses by their label."""
    source = study(
        tmp_path / "adam",
        adsl="USUBJID SAFFL DTHADY AGE\nA Y . 60\nB Y 200 50\nC N . 40",
        adrs="""
        USUBJID PARAMCD PARAM AVALC ADY
        A OVRINV Overall~response~by~investigator PR 43
        A OVRIRC Overall~response~by~IRC PD 43
        A OVRINV Overall~response~by~investigator PR 85
        A BESRSPI Best~Confirmed~Overall~Response~by~Investigator PR 43
        B OVRINV Overall~response~by~investigator PD 43
        """,
        adae="USUBJID AEDECOD AETOXGR ASTDY TRTEMFL\nA Rash 1 5 Y\nA Cough 1 -3 .\nB Rash 2 . .\nB Colitis 2 . Y",
    )
    made = imported(source, tmp_path / "out")
    assert cells(made["patients"], "start_day", "death_day", "confirmed_best_response") == [
        ["1", "", "PR"],
        ["1", "200", ""],
        ["", "", ""],
    ]
    assert cells(made["assessments"], "day", "response") == [["43", "PR"], ["85", "PR"], ["43", "PD"]]
    assert made["adverse_events"]["treatment_emergent"].tolist() == ["1", "0", "0", "1"]
    found = derived(tmp_path / "out", ".tsv")
    assert found["endpoints"]["responder"].tolist()[:2] == [1, 0] and found["endpoints"]["treated"].tolist() == [
        1,
        1,
        0,
    ]
    assert (found["endpoints"]["os_months"][1] * 30.4375) == pytest.approx(200)
    summary = found["adverse_events_summary"]
    events = summary[(summary["category"] == "any") & (summary["level"] == "term")]
    assert dict(zip(events["term"], events["events"], strict=True)) == {"Rash": 1, "Colitis": 1}


def test_study_days_of_a_dataset_without_dates_join_the_dates_of_others(tmp_path: Path) -> None:
    """RS has days from RFSTDTC (consent, 10 days before the dose), the rest dates: PD on study day 60 is day 50."""
    source = study(
        tmp_path / "sdtm",
        dm="USUBJID RFSTDTC RFXSTDTC RFPENDTC\nA 2021-01-01 2021-01-11 2021-12-31",
        rs="USUBJID RSTESTCD RSSTRESC RSDY\nA OVRLRESP SD 30\nA OVRLRESP PD 60",
    )
    made = imported(source, tmp_path / "out")
    assert cells(made["patients"], "treatment_start", "start_day") == [["2021-01-11", "11"]]
    paths = [f"--{name}={tmp_path}/out/{name}.tsv" for name in ("patients", "assessments")]
    assert run(["endpoints", *paths, f"--endpoints={tmp_path}/e.tsv", f"--rates={tmp_path}/r.tsv"]) == 0
    assert tables.read(tmp_path / "e.tsv", "endpoints")["pfs_months"].iloc[0] * 30.4375 == pytest.approx(50)


def test_days_that_sas_counts_are_dates_where_their_format_says_so(tmp_path: Path) -> None:
    """19725 days after 1960-01-01 are 2014-01-02 (SAS); 2 in AGE stays a number."""
    source = tmp_path / "adam"
    source.mkdir()
    columns = [{"name": "USUBJID"}, {"name": "TRTSDT", "displayFormat": "DATE9."}, {"name": "AGE"}]
    (source / "adsl.json").write_text(json.dumps({"columns": columns, "rows": [["A", 19725, 2], ["B", None, 3]]}))
    people = imported(source, tmp_path / "out")["patients"]
    assert cells(people, "treatment_start", "age") == [["2014-01-02", "2"], ["", "3"]]


def test_a_dataset_that_is_nested_without_end_is_refused(tmp_path, capsys):
    (tmp_path / "dm.json").write_text('{"columns": ' + "[" * 100_000)
    assert run(["import", "cdisc", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    said = "dm.json: file has no columns and rows of one dataset; expected Dataset-JSON, version 1.1"
    assert said in capsys.readouterr().err


def test_dm_has_what_adsl_adds_of_each_subject(tmp_path: Path) -> None:
    """Whom ADSL does not have stays, without what it would add."""
    source = study(
        tmp_path / "both",
        dm="USUBJID RFXSTDTC SEX\nA 2021-01-01 F\nB 2021-02-01 M",
        adsl="USUBJID SEX STRATUM\nB F low",
    )
    people = imported(source, tmp_path / "out")["patients"]
    assert cells(people, "patient", "treatment_start", "sex", "stratum") == [
        ["A", "2021-01-01", "F", ""],
        ["B", "2021-02-01", "M", "low"],
    ]


def test_subjects_have_one_name_in_all_sheets(tmp_path: Path) -> None:
    source = study(
        tmp_path / "sdtm",
        dm="USUBJID RFXSTDTC\nX/01 2021-01-01",
        ae="USUBJID AEDECOD AETOXGR AESTDTC\nX/01 Rash 2 2021-02-01",
    )
    made = imported(source, tmp_path / "out")
    assert cells(made["adverse_events"], "patient") == cells(made["patients"], "patient") == [["X_01"]]


def test_the_number_of_a_size_goes_before_its_text(tmp_path: Path) -> None:
    source = study(
        tmp_path / "sdtm",
        tr="""
        USUBJID TRLNKID TRGRPID TRTESTCD TRORRES TRSTRESC TRSTRESN TRSTRESU TRDTC
        A T1 TARGET LDIAM 25~mm 25~mm 25 mm 2021-01-01
        """,
    )
    assert cells(imported(source, tmp_path / "out")["lesions"], "diameter_mm") == [["25"]]
