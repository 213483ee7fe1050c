"""Sheets as hospitals in China write them: headings, words, days, digits of full width, GBK."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.clinical import event_words, misnamed, pdl1_score
from biomarkers.clinical.imports import dates, headings
from biomarkers.clinical.imports.commands import by_mapping
from biomarkers.clinical.imports.suggest import proposed
from biomarkers.errors import InputError, Problems
from biomarkers.io import below, partial_dates, tables, words

HEADINGS = (
    "受试者编号,姓名,性别,年龄（岁）,诊断,首次给药日期,"
    "死亡日期,末次随访日期,白蛋白（g/L）,总胆红素（μmol/L）,PD-L1 CPS,PD-L1 TPS（％）"
)
PATIENTS = f"""{HEADINGS}
B001,张三,男,５６,肝内胆管癌,2022年3月5日,2023年1月2日,2023年1月2日,４１．５,12,１０,５％
B002,李四,女,61,胆囊癌,2022.03.12,,20230601,38,20,＜1,1～49％
B003,王五,男,48,肝细胞癌,2022/4/3,/,2022年7月,不详,15,无法评价,未检测
"""
VISITS = """受试者编号,评估日期,疗效评价,评估者
B001,2022年5月1日,PR（部分缓解）,研究者
B001,2022年6月30日,ＣＲ,研究者
B002,2022.05.07,SD部分,研究者
B002,2022.07.03,疾病进展(PD),研究者
B003,2022/5/30,非CR/非PD,研究者
"""
EVENTS = """受试者编号,不良反应名称,CTCAE分级,发生日期,与研究药物关系,是否SAE,采取措施
B001,高血压,３级,2022年3月20日,肯定有关,否,减量
B002,蛋白尿,Ⅱ度,2022-04,可能无关,是,永久停药
"""
LESIONS = """受试者编号,检查日期,病灶编号,病灶类型,是否淋巴结,直径（毫米）
B001,2022年3月1日,T1,靶病灶,否,５２
B001,2022年3月1日,N1,非靶病灶,是,
"""
FILES = {"患者": PATIENTS, "疗效": VISITS.replace("SD部分", "SD（疾病稳定）"), "不良事件": EVENTS, "病灶": LESIONS}


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
def test_a_proposal_for_chinese_sheets_needs_one_word_and_makes_every_sheet(tmp_path: Path, encoding: str) -> None:
    paths = []
    for name, text in FILES.items():
        paths.append(tmp_path / f"{name}.csv")
        paths[-1].write_bytes(text.encode(encoding))
    text = proposed(paths).replace(f"{tmp_path}/", "")
    assert text.count("CONFIRM") == 3  # twice in the remarks above it, and the assay, which no column tells
    assert "not carried, as it looks like a direct identifier: 姓名" in text
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(text.replace("{value: CONFIRM}", "{value: 22C3}"))
    by_mapping(mapping, tmp_path / "out")
    made = {path.stem: pd.read_csv(path, sep="\t", dtype=str) for path in (tmp_path / "out").glob("*.tsv")}
    people = made["patients"]
    assert list(people["treatment_start"]) == ["2022-03-05", "2022-03-12", "2022-04-03"]
    assert list(people["death_date"].fillna("")) == ["2023-01-02", "", ""]
    assert list(people["last_alive_date"]) == ["2023-01-02", "2023-06-01", "2022年7月"]
    assert list(people["albumin_g_l"].fillna("")) == ["41.5", "38", ""]
    assert [*people.columns[4:]] == ["sex", "age", "diagnosis", "albumin_g_l", "bilirubin_umol_l"]
    assert list(people["age"]) == ["56", "61", "48"]
    assert list(made["assessments"]["response"]) == ["PR", "CR", "SD", "PD", "NON-CR/NON-PD"]
    assert list(made["pdl1"]["value"]) == ["10", "5%", "<1", "1~49%", "无法评价"]
    assert list(made["lesions"]["role"]) == ["target", "non_target"]
    assert list(made["lesions"]["nodal"]) == ["0", "1"]
    assert list(made["lesions"]["diameter_mm"].fillna("")) == ["52", ""]
    assert list(made["adverse_events"]["onset"]) == ["2022-03-20", "2022-04"]


def test_a_chinese_word_that_is_not_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(VISITS)
    columns = "{patient: 受试者编号, date: 评估日期, response: 疗效评价}"
    (tmp_path / "m.yaml").write_text(f"assessments: {{file: v.csv, columns: {columns}}}\n")
    with pytest.raises(InputError, match=r"v\.csv:4: 疗效评价 is 'SD部分'; expected for response one of CR"):
        by_mapping(tmp_path / "m.yaml", tmp_path / "out")


@pytest.mark.parametrize(
    ("heading", "sheet", "target"),
    [
        ("受试者编号", "patients", "patient"),
        ("首次用药时间", "patients", "treatment_start"),
        ("首次给药日期（年-月-日）", "patients", "treatment_start"),
        ("末次给药日期(YYYY-MM-DD)", "patients", "last_dose"),
        ("死亡时间", "patients", "death_date"),
        ("末次随访的日期", "patients", "last_alive_date"),
        ("PFS（月）", "patients", "pfs_months"),
        ("无进展生存期(天)", "patients", "pfs_months"),
        ("OS时间", "patients", "os_months"),
        ("生存状态", "patients", "os_event"),
        ("疗效评价（RECIST 1.1）", "assessments", "response"),
        ("CTCAE 分级", "adverse_events", "grade"),
        ("最长径mm", "lesions", "diameter_mm"),
    ],
)
def test_chinese_headings_are_known(heading: str, sheet: str, target: str) -> None:
    assert (sheet, target) in {(one.sheet, one.target) for one in headings.meanings(heading)}


@pytest.mark.parametrize(
    "heading",
    ["出生日期", "入组日期", "知情同意日期", "诊断日期", "手术日期", "序号", "中心", "化疗周期数", "性别", "吸烟史"],
)
def test_headings_that_mean_something_else_are_taken_for_nothing(heading: str) -> None:
    assert headings.meanings(heading) == []


def test_a_sheet_of_ours_with_a_chinese_heading_of_a_day_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_bytes("patient,treatment_start,死亡日期\nP1,2022-03-05,2022年5月1日\n".encode("gbk"))
    problems = Problems()
    misnamed.check(path, "patients", tables.read(path, "patients"), problems)
    assert "column is '死亡日期'; expected death_date, or a name that is less like it" in str(problems.found[0])


def test_days_are_read_where_they_can_be_read_in_one_way() -> None:
    texts = [
        "2024年3月5日",
        "2024 年 03 月 05 号 08:30",
        "20240305",
        "24年3月5日",
        "20241305",
        "2024年13月5日",
        "24/03/05",
    ]
    assert [dates.clear(text) for text in texts] == ["2024-03-05"] * 3 + [None] * 4
    assert partial_dates.span("2024年2月") == ("2024-02-01", "2024-02-29")
    assert partial_dates.span("2024年2月UK日") == ("2024-02-01", "2024-02-29")
    assert partial_dates.span("2024年2月5日") is None


def test_a_year_of_two_digits_may_stand_first_and_is_asked_for() -> None:
    """Who followed "DD/MM/YY ('24/03/05' can only be day first)" read the year 2005."""
    assert dates.proposal(["24/03/05"]) == "DD/MM/YY or YY/MM/DD: which is the day cannot be told from them"
    assert dates.is_unsure("24/3/5")
    assert dates.proposal(["24/3/5"]).startswith("YY/MM/DD (all of them")


def test_words_and_grades() -> None:
    allowed = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")
    said = ["完全缓解", "ＰＲ", "PD疾病进展", "疾病稳定（SD）", "不可评价", "有效", "SD可能", "－１"]
    assert [words.read("response", word, allowed) for word in said] == ["CR", "PR", "PD", "SD", "NE", None, None, None]
    assert [words.read("flag", word, (0, 1)) for word in ("是", "否", "１", "待定")] == ["1", "0", "1", None]
    assert [event_words.grade(text) for text in ("3级", "Ⅲ度", "４级", "2级（中度）", "重度", "G5")] == [
        3,
        3,
        4,
        2,
        3,
        5,
    ]
    for text in ("≥3级", "0级", "3级以上", "3-4级"):
        with pytest.raises(ValueError, match="CTCAE grade"):
            event_words.grade(text)
    answers = {"可能有关": "yes", "可能无关": "no", "无法判定": "untold", "永久停药": "unknown"}
    assert {word: event_words.verdict("related", word) for word in answers} == answers
    actions = {"永久停药": "yes", "暂停用药": "no", "停药": "unknown", "减量，永久停药": "yes"}
    assert {word: event_words.verdict("action", word) for word in actions} == actions


def test_scores() -> None:
    assert pdl1_score.score("１～４９％", "TPS")[:2] == (1.0, 50.0)
    assert pdl1_score.score("阴性（＜1％）", "TPS")[:2] == (0.0, 1.0)
    assert pdl1_score.score("标本量不足", "TPS").status == "not_evaluable"
    for text in ("阴性", "低表达", "约50"):
        with pytest.raises(ValueError, match=r"number|score"):
            pdl1_score.score(text, "TPS")


def test_a_row_of_totals_or_a_note_is_no_lesion() -> None:
    rows = ["合计", "直径总和（mm）", "注：n.d.为未做", "T1", "肝右叶"]
    assert [below.is_total(cell) or below.is_note(cell) for cell in rows] == [True, True, True, False, False]


def test_of_labels_above_names_of_sdtm_the_names_are_the_headings(tmp_path: Path) -> None:
    """As data listings have it; the names had been the first patient of the proposal."""
    path = tmp_path / "ae.csv"
    rows = ["21001,头痛,1级,2026-03-09,可能有关", "21001,发热,2级,2026-03-19,无关"]
    named = ["受试者编号,不良事件名称,严重程度,开始日期,与试验药物关系", "SUBJID,AETERM,AESEV,AESTDTC,AEREL"]
    path.write_text("\n".join([*named, *rows]))
    text = proposed([path])
    assert "  header: 2\n" in text
    assert "    patient: SUBJID  # likely\n" in text
    path.write_text("\n".join([named[0], *rows]))
    assert "header:" not in proposed([path])


def test_a_second_row_of_headings_is_no_patient(tmp_path: Path) -> None:
    """`SUBJID` had been a patient who was never treated, without a word."""
    (tmp_path / "dm.csv").write_text("受试者编号,年龄\nSUBJID,AGE\n21001,44\n21002,54\n")
    given = "patients: {file: dm.csv, columns: {patient: 受试者编号}"
    (tmp_path / "m.yaml").write_text(f"{given}, keep: {{age: 年龄}}}}\n")
    expected = (
        r"dm\.csv:2: 受试者编号 is 'SUBJID'; expected for patient an identifier of a patient, and no second row of"
    )
    with pytest.raises(InputError, match=expected):
        by_mapping(tmp_path / "m.yaml", tmp_path / "out")
    joined = given.replace("dm.csv", "dm.csv, header: [1, 2]").replace("受试者编号", "受试者编号 SUBJID")
    (tmp_path / "m.yaml").write_text(f"{joined}}}\n")
    by_mapping(tmp_path / "m.yaml", tmp_path / "out")
    assert (tmp_path / "out" / "patients.tsv").read_text().split() == ["patient", "21001", "21002"]
    (tmp_path / "patients.tsv").write_text("patient\tage\nSUBJID\t7\n")
    with pytest.raises(InputError, match="patient is 'SUBJID'; expected an identifier of a patient: a second row of"):
        tables.read(tmp_path / "patients.tsv", "patients")


@pytest.mark.parametrize(
    ("heading", "cells", "given"),
    [
        ("生存状态", ("死亡", "存活"), 'values: {"存活": 0, "死亡": 1}'),
        ("生存状态", ("0", "1"), 'values: {"0": CONFIRM, "1": CONFIRM}'),
        ("是否存活", ("是", "否"), 'values: {"否": CONFIRM, "是": CONFIRM}'),
        ("Survival status", ("0", "1"), 'values: {"0": CONFIRM, "1": CONFIRM}'),
    ],
)
def test_whether_1_is_death_is_asked_where_the_heading_leaves_it_open(
    tmp_path: Path, heading: str, cells: tuple[str, str], given: str
) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f"编号,OS（月）,{heading}\nP1,5.5,{cells[0]}\nP2,7,{cells[1]}\n")
    assert f"{given}}}" in next(line for line in proposed([path]).splitlines() if "os_event:" in line)
