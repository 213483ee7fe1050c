"""Which column of a VCF is the tumor's, and which its matched normal's (docs/methods.md, 1.15).

`check`, the workflow's rules and `biomarkers variants` ask here, so that a file is read alike everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePath
from typing import NamedTuple

from biomarkers.errors import InputError, Problem, log, nearest
from biomarkers.variants import column_roles
from biomarkers.variants.vcf import Header

AUTO, NONE = "auto", "none"
"""Words in place of a column's name: found by header and names; no column is a matched normal."""


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
    aliases, stated = column_roles.stated_roles(header)
    _check_given(columns, tumor, normal, ask)
    sheet = column_roles.Roles(_called(aliases, names.tumor), _called(aliases, names.normal))
    if tumor in sheet.normals - sheet.tumors:
        expected = f"the tumor's column of {header.path}; {tumor} is that of the sheet's normal"
        raise InputError(Problem(ask.file, ask.tumor, tumor, expected, ask.line))
    if tumor in stated.normals:
        log.warning("%s: the header calls %s, which is given as the tumor, a normal", header.path, tumor)
    dna = [column for column in columns if "rna" not in column_roles.words(column)]
    spelled = column_roles.spelled_roles(dna, aliases)
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
    sheet: column_roles.Roles,
    stated: column_roles.Roles,
    spelled: column_roles.Roles,
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
        alike = [column for column in found if column_roles.stem(column) == column_roles.stem(tumor)]
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
