"""Annotators: what each of them needs of a machine, and the words of its command line that the config gives."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple


class Annotator(NamedTuple):
    """An annotator as a run uses it.

    environment: its conda environment in envs/; megabytes: memory, csq for its genes, VEP for a part of its cache,
    snpEff for the whole database of a genome; words: options that tell it its genes.
    """

    name: str
    environment: str
    megabytes: int
    words: tuple[str, ...]


def chosen(config: dict[str, Any]) -> Annotator:
    """The annotator that the config names."""
    setting = config["annotation"]
    if setting["tool"] == "vep":
        return Annotator("vep", "vep", 4_000, _vep(setting))
    if setting["tool"] == "snpeff":
        return Annotator("snpeff", "snpeff", 6_000, _snpeff(setting))
    genes = config["reference"]["genes"]
    return Annotator("csq", "bcftools", 2_000, ("--gff-annot", genes) if genes else ())


def _vep(setting: dict[str, Any]) -> tuple[str, ...]:
    cache = ("--dir_cache", setting["vep_cache"] or "")
    return (*cache, "--species", setting["vep_species"], "--assembly", setting["vep_assembly"])


def _snpeff(setting: dict[str, Any]) -> tuple[str, ...]:
    """A folder of databases is read as that, and with its own config where it has one."""
    words = []
    if setting["snpeff_data"]:
        folder = Path(os.path.abspath(setting["snpeff_data"]))
        if (folder / "snpEff.config").is_file():
            words += ["-c", str(folder / "snpEff.config")]
        words += ["-dataDir", str(folder)]
    return (*words, setting["snpeff_genome"] or "")
