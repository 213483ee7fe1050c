"""Presets of `reference`: public files by key, with addresses and checksums, that a run may download.

>>> grch38 = load("GRCh38")
>>> grch38.lengths["chr17"], grch38.gene_contigs["17"]
(83257441, 'chr17')
>>> grch38.of("panel_of_normals")[0].name
'1000g_pon.hg38.vcf.gz'
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from biomarkers.errors import Problem, Problems
from biomarkers.io import schemas, yamls
from biomarkers.io.download import Published
from biomarkers.io.files import packaged

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
    path = name
    if name in known():
        path = str(packaged(f"run/presets/{name}.yaml"))
    settings = yamls.load(path)
    problems = Problems()
    yamls.check(path, settings, schemas.load("preset"), problems)
    problems.stop_if_any()
    files = [
        File(key=key, **block)
        for key, value in settings.data["files"].items()
        for block in (value if isinstance(value, list) else [value])
    ]
    for name_of_file in {file.name for file in files if [other.name for other in files].count(file.name) > 1}:
        problems.add(Problem(path, "url", name_of_file, "a file name of its own for each file"))
    problems.stop_if_any()
    contigs = settings.data["contigs"]
    return Preset(
        name,
        tuple(files),
        {contig: row["bases"] for contig, row in contigs.items()},
        {row["genes"]: contig for contig, row in contigs.items()},
    )


def fill(reference: dict[str, Any], named: Collection[str], preset: Preset) -> dict[str, Any]:
    """`reference` with the preset's files for every key that the user did not name.

    named: keys that stand in the user's config, even with null, which leaves the file out.
    """
    filled = dict(reference)
    for key in ("fasta", "genes", "germline_resource", "panel_of_normals", "known_sites"):
        files = preset.of(key)
        if key in named or not files:
            continue
        paths = [GENES] if key == "genes" else [file.path for file in files]
        filled[key] = paths if key == "known_sites" else paths[0]
    return filled
