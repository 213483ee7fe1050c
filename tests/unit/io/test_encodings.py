"""Which encoding a table is in: never letters that the file does not have."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from biomarkers.errors import InputError
from biomarkers.io import lines, sas

CHINESE = [
    "patient,sex\nP1,男\nP2,女\n",
    "编号,性别,入组日期\n1,男,2024年3月5日\n",
    "patient,best_response\nP1,部分缓解\n",
    "患者,姓名\n1,喆\n",
]
WESTERN = ["für,größe\n", "GRÖßE,x\n", "35 °C;µg/l;1–49\n", "“naïve”,décédé\n", "Año,¿Qué?\n"]
OTHERS = {
    "euc-kr": "환자,성별\nP1,남\n",
    "shift-jis": "患者番号,性別\n部分奏効\n",
    "euc-jp": "のがた,性別\n",
    "cp1251": "Пациент,Пол\n1,Мужской\n",
    "gbk": "dose,≥50\n",
}


@pytest.mark.parametrize("text", CHINESE)
@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
def test_chinese_is_read_in_each_of_its_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    assert lines.whole_text(path) == text


@pytest.mark.parametrize("text", WESTERN)
def test_western_text_stays_that_of_windows(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("cp1252"))
    assert lines.whole_text(path) == text
    path.write_bytes("Müller,".encode() + text.encode("cp1252"))
    assert lines.whole_text(path) == f"Müller,{text}"


@pytest.mark.parametrize("encoding", OTHERS)
def test_what_cannot_be_told_is_refused_with_its_line(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"patient\n" + OTHERS[encoding].encode(encoding))
    expected = r"a\.csv:\d: file is in no encoding that can be told .* expected UTF-8 \(in a spreadsheet: save as CSV"
    with pytest.raises(InputError, match=expected):
        lines.whole_text(path)


def test_a_chinese_letter_cut_in_two_and_two_encodings_in_a_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for data in ("患者,死亡".encode()[:-1], "患者\n".encode() + "男".encode("gbk"), "性别,死亡".encode("gbk")[:-1]):
        path.write_bytes(data)
        with pytest.raises(InputError, match="file is in no encoding"):
            lines.whole_text(path)


TERMS = [("gbk", "皮疹瘙痒"), ("utf-8", "头痛"), ("cp1252", "für"), ("euc-kr", "두통")]


@pytest.mark.parametrize(("encoding", "term"), TERMS)
def test_a_transport_file_of_sas_says_nothing_of_its_encoding(tmp_path: Path, encoding: str, term: str) -> None:
    """Terms in GBK had been read as Windows-1252 (`Æ¤Õî`)."""
    path = tmp_path / "ae.xpt"
    bytes_of_it = term.encode(encoding)
    pyreadstat.write_xport(pd.DataFrame({"USUBJID": ["1"], "AETERM": ["A" * len(bytes_of_it)]}), str(path))
    path.write_bytes(path.read_bytes().replace(b"A" * len(bytes_of_it) + b" ", bytes_of_it + b" "))
    if encoding == "euc-kr":
        with pytest.raises(InputError, match=r"ae\.xpt: file is in no encoding"):
            sas.read(path)
    else:
        assert sas.read(path).rows == [["1", term]]
