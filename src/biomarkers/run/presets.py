"""Presets of `reference`: public files by key, with addresses and checksums, that a run may download.

>>> grch38 = load("GRCh38")
>>> grch38.lengths["chr17"], grch38.gene_contigs["17"]
(83257441, 'chr17')
>>> grch38.of("panel_of_normals")[0].name
'1000g_pon.hg38.vcf.gz'
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from biomarkers.declared import listed
from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import yamls
from biomarkers.io.download import Published, size_in_words
from biomarkers.io.files import packaged
from biomarkers.run.layout import Layout

FILES = ("fasta", "targets", "genes", "germline_resource", "known_sites", "panel_of_normals")
"""Keys of `reference` that name files."""
FOLDER = "resources/preset"
"""Where a run finds the files of its preset: links to what was downloaded and checked, and the renamed genes."""
GENES = f"{FOLDER}/genes.gff3.gz"
"""The preset's gene models with their contigs named as in the FASTA."""


@dataclass(frozen=True, kw_only=True)
class File(Published):
    """One file of a preset; `key` is the setting of `reference` that it is for."""

    key: str

    @property
    def path(self) -> str:
        """Where the run finds it."""
        return f"{FOLDER}/{self.name}"


@dataclass(frozen=True)
class Preset:
    """What `reference.preset` stands for."""

    name: str
    files: tuple[File, ...]
    lengths: dict[str, int]
    """Bases of the main contigs, by the FASTA's names."""
    gene_contigs: dict[str, str]
    """The FASTA's name of each contig, by that in the gene models."""

    def of(self, key: str) -> list[File]:
        """Files of a key of `reference`."""
        return [file for file in self.files if file.key == key]


def known() -> list[str]:
    """Names of the presets that are built in."""
    return sorted(path.stem for path in packaged("run/presets").glob("*.yaml"))


def load(name: str) -> Preset:
    """A built-in preset, or that of a YAML file. Raises InputError with everything wrong in it."""
    path = str(packaged(f"run/presets/{name}.yaml")) if name in known() else name
    data = yamls.load_checked(path, "preset").data
    files = tuple(File(key=key, **block) for key, value in data["files"].items() for block in listed(value))
    if repeated := [file for file, count in Counter(file.name for file in files).items() if count > 1]:
        raise InputError(Problem(path, "url", file, "a file name of its own for each file") for file in repeated)
    lengths = {contig: row["bases"] for contig, row in data["contigs"].items()}
    return Preset(name, files, lengths, {row["genes"]: contig for contig, row in data["contigs"].items()})


def take(path: str | Path, settings: yamls.Settings, config: dict[str, Any]) -> Preset | None:
    """The preset that the config names. Its files are filled in for every key that the user did not name.

    A key that stands in the user's config with null leaves the file out. Raises InputError for an unknown preset.
    """
    name = config["reference"]["preset"]
    if name is None:
        return None
    if name not in known() and not Path(name).is_file():
        expected = f"{' or '.join(known())}, or the path of a YAML file"
        raise InputError(yamls.problem(path, settings, ("reference", "preset"), name, expected))
    preset = load(name)
    config["reference"] = dict(config["reference"])
    for key in FILES:
        files = preset.of(key)
        if files and key not in settings.data["reference"]:
            paths = [GENES] if key == "genes" else [file.path for file in files]
            config["reference"][key] = paths if key == "known_sites" else paths[0]
    return preset


def used(config: dict[str, Any], preset: Preset | None) -> list[File]:
    """Files of the preset that stand for a key which the user did not name."""
    if preset is None:
        return []
    named = {file for key in FILES for file in listed(config["reference"][key])}
    keys = {file.key for file in preset.files if file.path in named}
    keys |= {"genes"} if GENES in named else set()
    keys |= {"alt"} if "fasta" in keys else set()
    return [file for file in preset.files if file.key in keys]


def is_awaited(file: str, files: list[File]) -> bool:
    """True for a path that a rule makes of the preset's files, whether or not it is there."""
    return file == GENES or any(file == each.path for each in files)


def check_places(config: dict[str, Any], files: list[File], layout: Layout, problems: Problems) -> None:
    """A file that was put where the run keeps its links would be used unchecked, and lost when the link is made."""
    for file in files:
        place = Path(layout.place(file.path))
        if place.exists() and not place.is_symlink():
            there = Path(config["reference"]["preset_folder"]) / file.name
            expected = f"nothing here; move it to {there}, where it is checked"
            problems.add(Problem.said(str(place), "file", "is not a link", expected))


def check_fasta(
    path: str | Path, settings: yamls.Settings, preset: Preset, fasta: str, lengths: dict[str, int], problems: Problems
) -> None:
    """A FASTA of the user's must be of the preset's genome, by the names and lengths of the contigs that both have."""
    shared = [name for name in preset.lengths if name in lengths]
    other = [name for name in shared if lengths[name] != preset.lengths[name]]
    if shared and not other:
        return
    name = (other or list(preset.lengths))[0]
    has = f"{lengths[name]} in {fasta}" if other else f"{fasta} has {next(iter(lengths))}"
    expected = f"a genome with {name} of {preset.lengths[name]} bases ({has}); "
    expected += "leave out reference.fasta, or name every other file too"
    problems.add(yamls.problem(path, settings, ("reference", "preset"), preset.name, expected))


def announcement(config: dict[str, Any], files: list[File]) -> str:
    """What is to be downloaded, how large it is and from where; empty when all is there."""
    folder = Path(config["reference"]["preset_folder"])
    absent = [file for file in files if not (folder / file.name).is_file()]
    if not absent:
        return ""
    hosts = " and ".join(sorted({urlsplit(file.url).netloc for file in absent}))
    known = sum(file.bytes or 0 for file in absent)
    more = "" if all(file.bytes for file in absent) else " or more"
    names = ", ".join(f"{file.name} ({size_in_words(file.bytes)})" if file.bytes else file.name for file in absent)
    return (
        f"reference.preset: of {len(files)} files {len(absent)} are not in {folder} yet; those that a rule needs are "
        f"downloaded from {hosts}, {size_in_words(known)}{more} in all: {names}"
    )
