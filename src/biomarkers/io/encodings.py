"""In which encoding a text is: UTF-8, else GB18030 (GBK) where its bytes show Chinese, else Windows-1252.

In Western text a byte beyond ASCII stands alone between letters; in Chinese (and other languages of two bytes a letter,
or of another alphabet) such bytes stand together. What shows neither is refused, since letters of a wrong encoding
would pass for words (docs/methods.md, 11.12).
"""

from __future__ import annotations

import re

from biomarkers.errors import InputError, Problem

RUN = re.compile(rb"(?<![\x80-\xff])[\x80-\xff]+")
UTF_8 = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}")
UTF_8_OF_THREE = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
"""Chinese, Japanese or Korean letters in UTF-8."""
TELLING = ("男", "女", "缓解")
"""Male, female and remission: words of short sheets whose letters Korean has, too."""
LEAST_COMMON, MOST_KANA = 0.7, 0.1
"""Shares of the letters of a Chinese text: common ones, and Japanese syllables, which it has none of."""


def of(data: bytes, shown: str, line: int | None = None) -> str:
    """The encoding of bytes that are no UTF-8, by the name that Python and iconv have for it.

    shown, line: of the file, for the message. Raises InputError for an encoding that cannot be told.
    """
    found = other_than_utf_8(data)
    if found is None:
        said = "is in no encoding that can be told from its bytes"
        raise InputError(Problem.said(shown, "file", said, "UTF-8 (in a spreadsheet: save as CSV UTF-8)", line))
    return found


def other_than_utf_8(data: bytes) -> str | None:
    r"""The encoding of bytes that are no UTF-8; None where they show none that is known.

    >>> other_than_utf_8("für".encode("latin-1")), other_than_utf_8("性别".encode("gbk"))
    ('windows-1252', 'gb18030')
    >>> other_than_utf_8("성별".encode("euc-kr"))
    """
    if _is_chinese(data):
        return "gb18030"
    strays = UTF_8.sub(b" ", data)  # Files that were put together of two hold both.
    return None if UTF_8_OF_THREE.search(data) or not _stand_alone(strays) else "windows-1252"


def _is_chinese(data: bytes) -> bool:
    """Whether bytes are GB18030 of Chinese: mostly letters of GB2312's first level, and some that no other code has.

    Rows from 0xC9 on are hardly used in Korean (EUC-KR), whose letters are the Chinese ones of the rows before.
    """
    if _stand_alone(data):
        return False
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    codes = [letter.encode("gb18030") for letter in text if letter > "\x7f"]
    levels = [code[0] for code in codes if len(code) == 2 and code[1] >= 0xA1]
    common = sum(lead <= 0xA3 or 0xB0 <= lead <= 0xD7 for lead in levels)
    kana = sum(lead in (0xA4, 0xA5) for lead in levels)
    is_telling = any(0xC9 <= lead <= 0xD7 for lead in levels) or any(word in text for word in TELLING)
    return is_telling and common >= LEAST_COMMON * len(codes) and kana <= MOST_KANA * len(codes)


def _stand_alone(data: bytes) -> bool:
    """Whether most bytes beyond ASCII are letters of Western text: alone, or between two letters of ASCII."""
    alone = together = 0
    for found in RUN.finditer(data):
        around = data[max(found.start() - 1, 0) : found.start()] + data[found.end() : found.end() + 1]
        is_within = len(around) == 2 and around.isalpha()
        alone, together = (
            (alone + len(found[0]), together)
            if len(found[0]) == 1 or (is_within and len(found[0]) == 2)
            else (alone, together + len(found[0]))
        )
    return alone >= together
