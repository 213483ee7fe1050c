"""Kinds of path that options take: what is read or written there, and how the name of an output ends.

Every path option of a command has one of these types, so that outputs are checked against inputs in one place, and a
tool that wraps a command knows its files from the signature alone. An option has the same kind in every command.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_type_hints

from biomarkers.declared import listed
from biomarkers.errors import InputError, Problem
from biomarkers.io import provenance


class Kind(NamedTuple):
    """What stands at a path. endings: of an output's name, the usual one first; empty for an input, folder and link.

    beside: a JSON of the same name is written too, unless the option of this name says where. usual: how the name of an
    input mostly ends. beside_it: ending of a file that is read too where it stands beside the input. names_files: of an
    input that names further files, to what their paths are relative. each_of: options of which each file gives one file
    of this output.
    """

    what: str
    is_output: bool = False
    endings: tuple[str, ...] = ()
    beside: str | None = None
    usual: str = ""
    beside_it: str = ""
    names_files: Literal["", "its folder", "the run's folder"] = ""
    each_of: tuple[str, ...] = ()


InputTable = Annotated[Path, Kind("table", usual=".tsv")]
InputVariants = Annotated[Path, Kind("table", usual=".variants.tsv.gz", beside_it=".json")]
"""Of `biomarkers variants`, with its JSON."""
InputYaml = Annotated[Path, Kind("YAML", usual=".yaml")]
InputConfig = Annotated[Path, Kind("YAML", usual=".yaml", names_files="the run's folder")]
InputMapping = Annotated[Path, Kind("YAML", usual=".yaml", names_files="its folder")]
InputVcf = Annotated[Path, Kind("VCF", usual=".vcf.gz")]
InputMaf = Annotated[Path, Kind("MAF", usual=".maf.gz")]
InputBed = Annotated[Path, Kind("BED", usual=".bed")]
InputGenes = Annotated[Path, Kind("gene models", usual=".gff3.gz")]
InputFasta = Annotated[Path, Kind("FASTA", usual=".fasta", beside_it=".fai")]
InputJson = Annotated[Path, Kind("JSON", usual=".json")]
InputFolder = Annotated[Path, Kind("folder")]
InputSource = Annotated[Path, Kind("file or folder")]
InputReport = Annotated[Path, Kind("report", usual=".txt")]
"""What a tool (samtools, mosdepth, fastp, GATK) wrote of a sample."""
InputList = Annotated[Path, Kind("list", usual=".txt")]
"""BED, VCF or text."""

TABLE_ENDINGS = (".tsv", ".tsv.gz", ".txt", ".txt.gz")
"""Tables are written with tabs: not .csv, which other programs split at commas."""
LARGE = (".tsv.gz", ".tsv", ".txt", ".txt.gz")
MAF_ENDINGS = (".maf.gz", ".maf", ".txt", ".txt.gz")

OutputTable = Annotated[Path, Kind("table", True, TABLE_ENDINGS)]
OutputLargeTable = Annotated[Path, Kind("table", True, LARGE)]
OutputTableAndJson = Annotated[Path, Kind("table", True, TABLE_ENDINGS, "provenance")]
OutputVariants = Annotated[Path, Kind("table", True, LARGE, "provenance", each_of=("vcf", "maf"))]
OutputBed = Annotated[Path, Kind("BED", True, (".bed", ".bed.gz"))]
OutputMaf = Annotated[Path, Kind("MAF", True, MAF_ENDINGS)]
OutputMafs = Annotated[Path, Kind("MAF", True, MAF_ENDINGS, each_of=("variants",))]
OutputJson = Annotated[Path, Kind("JSON", True, (".json",))]
OutputPicture = Annotated[Path, Kind("picture", True, (".svg",))]
OutputPage = Annotated[Path, Kind("page", True, (".html", ".htm"))]
OutputWorkbook = Annotated[Path, Kind("workbook", True, (".xlsx",))]
OutputText = Annotated[Path, Kind("text", True, (".txt",))]
OutputAny = Annotated[Path, Kind("file or folder", True)]
"""Of which the format tells whether it is a file or a folder."""
OutputFolder = Annotated[Path, Kind("folder", True)]
OutputLink = Annotated[Path, Kind("link", True)]

Printed = Annotated[None, Kind("text", True, (".txt",))]
"""What a command returns that prints its result."""


def kinds(function: Callable[..., None]) -> dict[str, Kind]:
    """The kind of each path option of a command, by parameter; lists and options that may be left out included."""
    hints = get_type_hints(function, include_extras=True)
    hints.pop("return", None)
    return {name: kind for name, hint in hints.items() for kind in _found(hint)}


def printed(function: Callable[..., None]) -> Kind | None:
    """The kind of what a command prints as its result, None for one that writes files."""
    return next(_found(get_type_hints(function, include_extras=True).get("return")), None)


def check_files(function: Callable[..., None], given: Mapping[str, Any]) -> None:
    """Raise InputError for each output that would replace what it must not, or whose ending is of another kind.

    An output may not be a file that is read, another output, a folder or a device. given: values by parameter. Paths
    are compared as the files that they lead to.
    """
    problems = []
    known = kinds(function)
    paths = [(name, path) for name in known for path in listed(given.get(name))]
    read = {os.path.realpath(path) for name, path in paths if not known[name].is_output}
    seen: dict[str, str] = {}
    for name, path in paths:
        kind, option = known[name], f"--{name.replace('_', '-')}"
        if not kind.endings:
            continue
        if not path.name.lower().endswith(kind.endings):
            expected = f"a name for a {kind.what}, which ends in {' or '.join(kind.endings)}"
            problems.append(Problem("command line", option, str(path), expected))
        problems += _replaced(option, path, read, seen)
        if kind.beside and given.get(kind.beside) is None:
            problems += _replaced(f"the JSON beside {option}", provenance.beside(path), read, seen)
    if problems:
        raise InputError(problems)


def _replaced(option: str, path: Path, read: set[str], seen: dict[str, str]) -> Iterator[Problem]:
    """What writing this output would replace; `seen` takes its option by the file that its path leads to."""
    place = os.path.realpath(path)
    if place in read:
        yield Problem("command line", option, str(path), "another file than those that are read")
    elif place in seen:
        other = "each output once" if seen[place] == option else f"another file than {seen[place]}"
        yield Problem("command line", option, str(path), other)
    elif os.path.exists(place) and not os.path.isfile(place):
        yield Problem("command line", option, str(path), "a file, not a folder or device")
    seen.setdefault(place, option)


def _found(hint: Any) -> Iterator[Kind]:
    """The kinds within a type: one for a path, none for anything else."""
    for part in get_args(hint):
        if isinstance(part, Kind):
            yield part
        else:
            yield from _found(part)
