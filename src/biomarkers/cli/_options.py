"""What commands that take lists of files ask of their options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import schemas


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
            problems.add(Problem.said("command line", name, f"has {len(listed)} values", expected))
        filled[name] = listed or [None] * len(values)
    problems.stop_if_any()
    return filled


def check_inputs(
    vcf: Sequence[Path] | None,
    maf: Sequence[Path] | None,
    of_maf: Mapping[str, Path | None],
    tumor_sample: Sequence[str] | None,
    others: Iterable[Sequence[str] | None],
) -> None:
    """Raise InputError unless either VCFs with their tumors or MAFs are given.

    of_maf: files by option that only a MAF needs. others: options that name the one sample of a VCF too; a MAF names
    its own.
    """
    problems = Problems()
    if bool(vcf) == bool(maf):
        found = "is given beside --maf" if vcf else "is missing"
        problems.add(Problem.said("command line", "--vcf", found, "either --vcf or --maf"))
    if vcf and not tumor_sample:
        problems.add(Problem("command line", "--tumor-sample", None, "the tumor's column of each VCF, or auto"))
    for option, file in of_maf.items():
        if file and not maf:
            problems.add(Problem.said("command line", option, "is given without --maf", "both, or neither"))
    if maf and (names := [name for given in (tumor_sample, *others) for name in given or []]):
        expected = "neither: the MAF and --samples name them"
        problems.add(Problem.said("command line", "--maf", f"is given beside the sample's name {names[0]}", expected))
    problems.stop_if_any()


def stated_pairing(maf: Sequence[Path] | None, *, paired: bool, tumor_only: bool) -> bool | None:
    """Whether the user says that the calls are tumor-only; None when nothing is said. Raises InputError for both."""
    if tumor_only and paired:
        raise InputError(Problem.said("command line", "--tumor-only", "is given beside --paired", "one of the two"))
    if tumor_only and not maf:
        raise InputError(Problem.said("command line", "--tumor-only", "is given without --maf", "a MAF"))
    return tumor_only if paired or tumor_only else None


def check_name(option: str, name: str, problems: Problems) -> None:
    """Add a problem for a name that may not reach a shell or a path."""
    if not re.match(schemas.NAME, name):
        problems.add(Problem("command line", option, name, schemas.expected({"pattern": schemas.NAME})))
