"""Annotators: what each of them needs, and the words of its command line that the config gives."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from biomarkers.errors import InputError, Problems, nearest
from biomarkers.io import yamls


class Annotator(NamedTuple):
    """An annotator; `workflow/scripts/annotate.sh` calls it.

    command: its program; environment: its conda environment in envs/; megabytes: memory, csq for its genes, VEP for a
    part of its cache, snpEff for the whole database of a genome; needs: settings that it cannot do without, and what
    they are; transcripts: which ones it marks; frequencies: the field in which it writes population frequencies, if it
    does; words: options that tell it its genes.
    """

    name: str
    command: str
    environment: str
    megabytes: int
    needs: Mapping[str, str]
    transcripts: tuple[str, ...] = ("worst",)
    frequencies: str = ""
    words: tuple[str, ...] = ()


ANNOTATORS = {
    "csq": Annotator("csq", "bcftools", "bcftools", 2_000, {}),
    "vep": Annotator(
        "vep", "vep", "vep", 4_000, {"vep_cache": "the folder of VEP's cache"}, ("worst", "mane", "canonical"), "CSQ"
    ),
    "snpeff": Annotator("snpeff", "snpEff", "snpeff", 6_000, {"snpeff_genome": "the name of a database"}),
}


def chosen(config: dict[str, Any]) -> Annotator:
    """The annotator that the config names, with its words."""
    setting = config["annotation"]
    if setting["tool"] == "vep":
        cache = os.path.abspath(setting["vep_cache"]) if setting["vep_cache"] else ""
        named = {"--dir_cache": cache, "--species": setting["vep_species"], "--assembly": setting["vep_assembly"]}
        words = tuple(word for pair in named.items() for word in pair)
    elif setting["tool"] == "snpeff":
        words = (setting["snpeff_genome"] or "",)
        if setting["snpeff_data"] is not None:
            folder = Path(os.path.abspath(setting["snpeff_data"]))
            own = folder / "snpEff.config"
            words = (*(("-c", str(own)) if own.is_file() else ()), "-dataDir", str(folder), *words)
    else:
        genes = config["reference"]["genes"]
        words = ("--gff-annot", genes) if genes else ()
    return ANNOTATORS[setting["tool"]]._replace(words=words)


def check_known(path: str | Path, tool: str, settings: yamls.Settings) -> None:
    """Raise InputError for an annotator that is none of these."""
    if tool not in ANNOTATORS:
        expected = f"one of {', '.join(ANNOTATORS)}{nearest(tool, ANNOTATORS)}"
        raise InputError(yamls.problem(path, settings, ("annotation", "tool"), tool, expected))


def check(path: str | Path, setting: dict[str, Any], settings: yamls.Settings, problems: Problems) -> None:
    """What the annotator needs must be given, folders that are named must exist. setting: the block `annotation`."""
    for key, expected in ANNOTATORS[setting["tool"]].needs.items():
        if setting[key] is None:
            expected = f"{expected}, for tool: {setting['tool']}"
            at = ("annotation", "tool")
            problems.add(yamls.problem(path, settings, ("annotation", key), None, expected, at))
    for key in ("vep_cache", "snpeff_data"):
        if setting[key] is not None and not Path(setting[key]).is_dir():
            problems.add(yamls.problem(path, settings, ("annotation", key), setting[key], "a folder that exists"))
