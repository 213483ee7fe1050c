"""Which column of a VCF is the tumor's, and which its matched normal's (docs/methods.md, 1.15).

`check`, the workflow's rules and `biomarkers variants` ask here, so that a file is read alike everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePath
from typing import NamedTuple

from biomarkers.errors import InputError, Problem, nearest
from biomarkers.variants.vcf import Header

AUTO, NONE = "auto", "none"
"""Words in place of a column's name: found by header and names; no column is a matched normal."""
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


class Columns(NamedTuple):
    """Columns of a VCF by name; normal: None where the file has no matched normal."""

    tumor: str
    normal: str | None


class Names(NamedTuple):
    """What the sheet calls the tumor, its normal, and the other tumors of the patient."""

    tumor: tuple[str, ...] = ()
    normal: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @classmethod
    def of_sheet(cls, patient: str, sample: str, normal: str | None = None, others: Iterable[str] = ()) -> Names:
        """Names by which callers may know samples of a sheet; nf-core/sarek writes `patient_sample`, `T1_vs_N1`."""
        tumor, versus, control = sample.partition("_vs_")
        tumors = (sample, tumor) if versus else (sample,)
        normals = [name for name in (normal, control) if name]
        own = [name.partition("_vs_")[0] for name in others]
        return cls(*(tuple(_spellings(patient, names)) for names in (tumors, normals, own)))


NAMELESS = Names()


class Ask(NamedTuple):
    """Where a question stands and what it asks for: options of a command, or a sheet's columns in a line."""

    file: str
    tumor: str = "--tumor-sample"
    normal: str = "--normal-sample"
    line: int | None = None
    value: str | None = AUTO
    """What stands there where nothing was given."""


class Roles(NamedTuple):
    """Columns that something says are tumors, and those that it says are normals."""

    tumors: frozenset[str]
    normals: frozenset[str]


def choose(
    header: Header, tumor: str = AUTO, normal: str = AUTO, names: Names = NAMELESS, ask: Ask | None = None
) -> Columns:
    """The columns of a tumor and its normal: those given, else found; a name that is given must be there.

    Found, in this order, is what the sheet calls it, what a line of the header says, and what the columns' names
    say; the first that names any column must name one. A single column is the tumor's unless something says that it
    is a normal's. Columns of RNA are nobody's. A file without columns is of one tumor, whose column is the empty name.
    Raises InputError that lists the columns.
    """
    if not header.samples:
        return Columns("", None)
    ask = ask or Ask(header.path)
    columns = header.samples
    aliases, stated = _stated(header)
    _check_given(columns, tumor, normal, ask)
    sheet = Roles(_called(aliases, names.tumor), _called(aliases, names.normal))
    dna = [column for column in columns if "rna" not in _words(column)]
    spelled = _spelled(dna, aliases)
    if tumor == AUTO:
        known_normals = stated.normals | ({normal} if normal not in (AUTO, NONE) else sheet.normals - sheet.tumors)
        tumor = _tumor(header, dna, known_normals, sheet, stated, spelled, ask)
    if normal == NONE:
        return Columns(tumor, None)
    if normal == AUTO:
        tumors = {tumor} | stated.tumors | spelled.tumors | _called(aliases, names.others)
        left = [column for column in dna if column not in tumors]
        return Columns(tumor, _normal(tumor, columns, left, (sheet.normals, stated.normals, spelled.normals), ask))
    return Columns(tumor, normal)


def _check_given(columns: list[str], tumor: str, normal: str, ask: Ask) -> None:
    """Raise InputError for names that are no columns."""
    problems = []
    for asked, name in ((ask.normal, normal), (ask.tumor, tumor)):
        if name not in (AUTO, *columns) and not (name == NONE and asked == ask.normal):
            expected = f"one of {', '.join(columns)}{nearest(name, columns)}"
            problems.append(Problem(ask.file, asked, name, expected, ask.line))
    if tumor == normal != AUTO:
        problems.append(Problem(ask.file, ask.normal, normal, "another column than the tumor's", ask.line))
    if problems:
        raise InputError(problems)


def _tumor(
    header: Header,
    dna: list[str],
    normals: Collection[str],
    sheet: Roles,
    stated: Roles,
    spelled: Roles,
    ask: Ask,
) -> str:
    """The tumor's column; normals: those that sheet, header or user call so. Raises InputError where it is a guess."""
    free = [column for column in dna if column not in normals]
    if len(header.samples) == 1 and free and (free[0] not in spelled.normals or free[0] in sheet.tumors):
        return free[0]
    found: list[str] = []
    contrary = sheet.tumors & stated.normals if sheet.tumors <= stated.normals else frozenset()
    if contrary and ask.value is None:
        # A sheet is about these files. The name of a table (--sample) may be one that the laboratory gave the normal.
        free = []
    for named in (sheet.tumors, stated.tumors, spelled.tumors, frozenset(free) - spelled.normals):
        found = [column for column in free if column in named]
        if found:
            break
    if len(found) == 1 and (len(header.samples) > 1 or found[0] in sheet.tumors | stated.tumors):
        return found[0]
    columns = ", ".join(header.samples)
    if contrary:
        why = f"the sheet calls {min(contrary)} the tumor, the header a normal"
    elif len(found) > 1:
        why = f"{' and '.join(found)} may be it" if len(found) < len(header.samples) else "nothing says which"
    else:
        why = "none is a tumor's by sheet, header or name"
    expected = f"the tumor's column of {header.path}, one of {columns} ({why})"
    raise InputError(Problem(ask.file, ask.tumor, ask.value, expected, ask.line))


def _normal(tumor: str, columns: list[str], left: list[str], ways: Iterable[Collection[str]], ask: Ask) -> str | None:
    """The matched normal's column among those that are no tumor's; None where there are none."""
    for named in ways:
        found = [column for column in left if column in named]
        alike = [column for column in found if _stem(column) == _stem(tumor)]
        if found:
            left = alike if len(alike) == 1 else found
            break
    if not left:
        return None
    if len(left) > 1:
        shown = f"one of {', '.join(columns)}; {' and '.join(left)} may be it"
        expected = f"the column of the matched normal of {tumor}, {shown} (`{NONE}` without one)"
        raise InputError(Problem(ask.file, ask.normal, ask.value, expected, ask.line))
    return left[0]


def _spellings(patient: str, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield name
        yield f"{patient}_{name}"


def _called(aliases: dict[str, set[str]], names: Iterable[str]) -> frozenset[str]:
    """Columns known by one of these names; where none is exactly so, in any capitals and as the file of a BAM."""
    wanted = list(names)
    for name in wanted:
        if exact := {column for column, known in aliases.items() if name in known}:
            return frozenset(exact)
    for name in wanted:
        near = {column for column, known in aliases.items() if any(_is_file_of(other, name) for other in known)}
        if near:
            return frozenset(near)
    return frozenset()


def _is_file_of(text: str, name: str) -> bool:
    """Whether a text is a name but for capitals, a folder before it and endings behind it, such as `x/T1.md.bam`."""
    file, name = PurePath(text).name.lower(), name.lower()
    return file == name or file.startswith(f"{name}.")


def _stated(header: Header) -> tuple[dict[str, set[str]], Roles]:
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


def _spelled(columns: list[str], aliases: dict[str, set[str]]) -> Roles:
    """Roles that the columns' names tell: by a word, or by the letters in which two names differ."""
    roles = {column: _role(" ".join(sorted(aliases[column]))) for column in columns}
    tumors = {column for column, role in roles.items() if role == "t"}
    normals = {column for column, role in roles.items() if role == "n"}
    for column in columns:
        for other in columns:
            if other != column and _ends(other) in NORMAL_LETTERS and not roles[column] and not roles[other]:
                alike = _stem(column) if _ends(column) in TUMOR_LETTERS else column
                if alike == _stem(other):
                    tumors.add(column)
                    normals.add(other)
    return Roles(frozenset(tumors), frozenset(normals))


def _words(text: str) -> set[str]:
    """Words of a name, in small letters: `SomaticSample`, `DNA_TUMOR`, `c-normal`."""
    return {word.lower() for word in WORDS.findall(text)}


def _role(text: str) -> str:
    """`t` or `n` where the words of a text say tumor or normal, empty where they say nothing or both.

    >>> _role("DNA_TUMOR"), _role("abc-match"), _role("NonTumor"), _role("TCGA-BT-A20W-11A-11D-A14W-08"), _role("S1")
    ('t', 'n', 'n', 'n', '')
    """
    if barcode := TCGA.search(text):
        return "t" if barcode[1] < "10" else "n"
    words = _words(text)
    if words & {"non", "adjacent"}:
        return "n"
    tumor, normal = bool(words & TUMOR_WORDS), bool(words & NORMAL_WORDS)
    return "" if tumor == normal else "t" if tumor else "n"


def _ends(column: str) -> str:
    match = LAST.search(column)
    words = WORDS.findall(match[1]) if match else []
    return words[-1].lower() if words else ""


def _stem(column: str) -> str:
    """A name without the word or letters, and the number, that it ends in.

    >>> _stem("P1_P1_T2"), _stem("COLO829v003R"), _stem("N1"), _stem("HCC1395BL"), _stem("c-tumor")
    ('P1_P1', 'COLO829v003', '', 'HCC1395', 'c')
    """
    end = _ends(column)
    return re.sub(rf"[-_.]?{re.escape(end)}\d*$", "", column, flags=re.IGNORECASE) if end else column
