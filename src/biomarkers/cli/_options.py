"""What commands that take lists of files ask of their options."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.genome import regions
from biomarkers.genome import tmb_definitions as definitions
from biomarkers.variants import stream

PLAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
"""As `schemas.NAME`, without what it takes to read schemas."""


def same_length(
    first: str,
    values: Sequence[Any],
    others: Mapping[str, Sequence[Any] | None],
    *,
    single: Mapping[str, Sequence[Any] | None] | None = None,
) -> dict[str, list[Any]]:
    """Each option as a list as long as `values`; absent ones hold None, those in `single` may be one for all.

    Raises InputError for every list of another length.
    """
    problems = Problems()
    filled: dict[str, list[Any]] = {}
    for name, given in [*others.items(), *(single or {}).items()]:
        listed = list(given or [])
        if single and name in single and len(listed) == 1:
            listed *= len(values)
        if listed and len(listed) != len(values):
            expected = f"as many values as {first}: {len(values)}"
            problems.add(Problem("command line", name, f"{len(listed)} values", expected))
        filled[name] = listed or [None] * len(values)
    problems.stop_if_any()
    return filled


def fraction(name: str, value: float) -> None:
    """Raise InputError unless 0 <= value <= 1."""
    if not 0 <= value <= 1:
        raise InputError(Problem("command line", name, value, "a number from 0 to 1"))


def not_negative(name: str, value: int) -> None:
    """Raise InputError for a negative count."""
    if value < 0:
        raise InputError(Problem("command line", name, value, "a whole number of at least 0"))


def check_inputs(
    vcf: Sequence[Path] | None,
    maf: Sequence[Path] | None,
    samples: Path | None,
    needed: Mapping[str, Sequence[str] | None],
    names: Sequence[Sequence[str] | None],
) -> None:
    """Raise InputError unless either VCFs with their tumors (`needed`) or MAFs are given.

    names: options that name the one sample of a VCF; a MAF names its own.
    """
    problems = []
    if bool(vcf) == bool(maf):
        found = "both --vcf and --maf" if vcf else None
        problems.append(Problem("command line", "--vcf", found, "either --vcf or --maf"))
    for option, value in needed.items():
        if vcf and not value:
            problems.append(Problem("command line", option, None, "the tumor's column of each VCF, or auto"))
    if samples and not maf:
        problems.append(Problem("command line", "--samples", samples, "--maf with it"))
    if maf and (any(needed.values()) or any(names)):
        found = next(value[0] for value in (*needed.values(), *names) if value)
        problems.append(Problem("command line", "--maf", found, "no name of a sample: the MAF and --samples name them"))
    if problems:
        raise InputError(problems)


def custom_definition(path: Path) -> definitions.Definition:
    """The definition `custom` in a YAML file. Raises InputError with everything wrong in it."""
    from biomarkers.io import schemas, yamls

    settings = yamls.load(path)
    problems = Problems()
    yamls.check(path, settings, schemas.load("definition"), problems)
    problems.stop_if_any()
    return definitions.custom(str(path), settings.data, lambda i: yamls.line_of(settings.lines, ("terms", i)))


class Territories:
    """Reads each pair of BED files once, however many VCFs share it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], stream.Area] = {}

    def of(self, bed: Path | None, splice: Path | None) -> stream.Area:
        """The territory of a regions BED and a splice-regions BED (default: within 2 bp of the former)."""
        key = (str(bed), str(splice))
        if key not in self._known:
            inside = None if bed is None else regions.read_bed(bed, may_be_empty=True)
            near = None if splice is None else regions.read_bed(splice, may_be_empty=True)
            if inside is not None and near is None:
                near = regions.padded(inside, 2)
            self._known[key] = stream.area(inside, near, str(bed))
        return self._known[key]


def check_name(option: str, name: str, problems: Problems) -> None:
    """Add a problem for a name that may not reach a shell or a path."""
    if not PLAIN.match(name):
        from biomarkers.io import schemas

        rule = {"type": "string", "pattern": schemas.NAME}
        problems.add(Problem("command line", option, name, schemas.expected(rule)))
