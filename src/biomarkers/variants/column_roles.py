"""What the header of a VCF and the names of its columns say: which are tumors, and which normals."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import NamedTuple

from biomarkers.variants.vcf import Header

TUMOR_WORDS = frozenset(
    [
        "tumor",
        "tumour",
        "tumors",
        "tumours",
        "tum",
        "primary",
        "metastasis",
        "metastatic",
        "relapse",
        "recurrent",
        "recurrence",
        "cancer",
        "somatic",
        "mutant",
        "derived",
    ]
)
NORMAL_WORDS = frozenset(
    [
        "normal",
        "normals",
        "norm",
        "germline",
        "blood",
        "pbmc",
        "saliva",
        "control",
        "ctrl",
        "match",
        "matched",
        "reference",
        "healthy",
        "constitutional",
        "wildtype",
        "wild",
        "non",
        "adjacent",
        "original",
    ]
)
TUMOR_LETTERS, NORMAL_LETTERS = frozenset(("t", "tu", "tp", "tm")), frozenset(("n", "no", "nb", "nt", "r", "bl"))
"""Ends of two names that are alike but for them, such as COLO829T and COLO829R."""
TCGA = re.compile(r"TCGA-\w\w-\w{4}-(\d\d)[A-Z]?\b", re.IGNORECASE)
"""A TCGA barcode; its sample type is 01 to 09 for tumors, 10 to 19 for normals."""
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
LAST = re.compile(r"[-_.]?([A-Za-z]+)\d*$")
PAIRS = re.compile(r'(\w+)=("[^"]*"|<[^>]*>|[^,>]*)')
OPTION = re.compile(r"(tumou?r|normal)[\w-]*[ =]+[\"'\[]?([^\s,;\"'<>\]]+)", re.IGNORECASE)
"""A caller's command line as the header quotes it: `--tumor-sample X`, `normal_name=X`, `--tumor-bam-input X.bam`."""


class Roles(NamedTuple):
    """Columns that something says are tumors, and those that it says are normals."""

    tumors: frozenset[str]
    normals: frozenset[str]


def stated_roles(header: Header) -> tuple[dict[str, set[str]], Roles]:
    """What lines of the header say: further names by column, and which columns are tumors and normals."""
    aliases = {column: {column} for column in header.samples}
    tumors: set[str] = set()
    normals: set[str] = set()
    for key, value in header.lines:
        if key == "SAMPLE":
            parts = {name: text.strip('"') for name, text in PAIRS.findall(value)}
            known = {parts.get("ID", ""), parts.get("SampleName", ""), PurePath(parts.get("File", "")).name} - {""}
            described = " ".join(parts.get(part, "") for part in ("ID", "Genomes", "Description"))
            for column in known & aliases.keys():
                aliases[column] |= known
                _sort_in(_role(described), column, tumors, normals)
        elif key == "PEDIGREE":
            parts = dict(PAIRS.findall(value))
            tumors.add(parts.get("Derived", ""))
            normals.add(parts.get("Original", ""))
    for key, value in header.lines:
        if key in ("tumor_sample", "normal_sample"):
            (tumors if key == "tumor_sample" else normals).add(value.strip())
        elif key not in ("SAMPLE", "PEDIGREE"):
            for word, name in OPTION.findall(value):
                for column in header.samples:
                    if name == column or PurePath(name).name.startswith(f"{column}."):
                        _sort_in(word[0].lower(), column, tumors, normals)
    both = tumors & normals
    return aliases, Roles(frozenset(tumors & aliases.keys() - both), frozenset(normals & aliases.keys() - both))


def _sort_in(role: str, column: str, tumors: set[str], normals: set[str]) -> None:
    if role:
        (tumors if role == "t" else normals).add(column)


def spelled_roles(columns: list[str], aliases: dict[str, set[str]]) -> Roles:
    """Roles that the columns' names tell: by a word, or by the letters in which two names differ."""
    roles = {column: _role(" ".join(sorted(aliases[column]))) for column in columns}
    tumors = {column for column, role in roles.items() if role == "t"}
    normals = {column for column, role in roles.items() if role == "n"}
    for column in columns:
        for other in columns:
            if other != column and _ends(other) in NORMAL_LETTERS and not roles[column] and not roles[other]:
                alike = stem(column) if _ends(column) in TUMOR_LETTERS else column
                if alike == stem(other):
                    tumors.add(column)
                    normals.add(other)
    return Roles(frozenset(tumors), frozenset(normals))


def words(text: str) -> set[str]:
    """Words of a name, in small letters: `SomaticSample`, `DNA_TUMOR`, `c-normal`."""
    return {word.lower() for word in WORDS.findall(text)}


def _role(text: str) -> str:
    """`t` or `n` where the words of a text say tumor or normal, empty where they say nothing or both.

    >>> _role("DNA_TUMOR"), _role("abc-match"), _role("NonTumor"), _role("TCGA-BT-A20W-11A-11D-A14W-08"), _role("S1")
    ('t', 'n', 'n', 'n', '')
    """
    if barcode := TCGA.search(text):
        return "t" if barcode[1] < "10" else "n"
    said = words(text)
    if said & {"non", "adjacent"}:
        return "n"
    tumor, normal = bool(said & TUMOR_WORDS), bool(said & NORMAL_WORDS)
    return "" if tumor == normal else "t" if tumor else "n"


def _ends(column: str) -> str:
    match = LAST.search(column)
    found = WORDS.findall(match[1]) if match else []
    return found[-1].lower() if found else ""


def stem(column: str) -> str:
    """A name without the word or letters, and the number, that it ends in.

    >>> stem("P1_P1_T2"), stem("COLO829v003R"), stem("N1"), stem("HCC1395BL"), stem("c-tumor")
    ('P1_P1', 'COLO829v003', '', 'HCC1395', 'c')
    """
    end = _ends(column)
    return re.sub(rf"[-_.]?{re.escape(end)}\d*$", "", column, flags=re.IGNORECASE) if end else column
