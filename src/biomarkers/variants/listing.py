"""Tables of variants with the records beside them: all inputs of a call listed, all of their files written or none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from biomarkers.errors import Problems
from biomarkers.genome import regions
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.io import files, provenance
from biomarkers.settings_variants import Counting
from biomarkers.variants import stream
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.stream import Area, Job

if TYPE_CHECKING:
    from biomarkers.variants.maf_files import Reading


class Wanted(NamedTuple):
    """What counts, for every input of a call; used: files that told it, for the record."""

    definitions: Sequence[Definition]
    rules: Counting
    hotspots: Hotspots
    used: Sequence[Path]


class Input(NamedTuple):
    """One VCF (`how` is a Job) or MAF, the BED files of its territory, and the table to write."""

    path: Path
    how: Job | Reading
    table: Path
    regions: Path | None
    splice_regions: Path | None
    target_regions: Path | None = None

    @property
    def beds(self) -> tuple[Path | None, Path | None, Path | None]:
        """The files of its territory."""
        return self.regions, self.splice_regions, self.target_regions


def write(inputs: Sequence[Input], wanted: Wanted, problems: Problems) -> None:
    """Write the table of each input and the JSON beside it.

    problems: what is wrong already. Raises InputError with that and what is wrong with the inputs.
    """
    read = cache(area)  # Many VCFs may share a BED.
    places = [place for one in inputs for place in (one.table, provenance.beside(one.table))]
    with files.publish(*places) as temporary:
        for one, table, record in zip(inputs, temporary[::2], temporary[1::2], strict=True):
            where = problems.catch(read, *one.beds)
            summary = None if where is None else problems.catch(_write, one, wanted, where, table)
            if summary is not None:
                used = [p for p in (one.path, *one.beds, *wanted.used) if p is not None]
                told = provenance.record("variants", one.how.settings(wanted.rules), used, **summary)
                files.fill(record, provenance.as_json(told))
        problems.stop_if_any()


def area(bed: Path | None, splice: Path | None, targets: Path | None = None) -> Area:
    """The territory of a regions BED and a splice-regions BED (default: within 2 bp of the former).

    targets: BED of the coding targets whatever their depth.
    """
    inside, near, whole = map(_intervals, (bed, splice, targets))
    if inside is not None and near is None:
        near = regions.padded(inside, regions.SPLICE_BASES)
    return stream.area(inside, near, str(bed), whole)


def _intervals(bed: Path | None) -> regions.Regions | None:
    if bed is None:
        return None
    from biomarkers.genome.bed import read_bed

    return read_bed(bed, may_be_empty=True)


def _write(one: Input, wanted: Wanted, where: Area, table: Path) -> dict[str, object]:
    definitions, rules, hotspots, _ = wanted
    if isinstance(one.how, Job):
        return stream.write(one.how, definitions, rules, where, hotspots, partial(files.compressed, table))
    from biomarkers.variants import maf_files

    with files.compressed(table) as out:
        return maf_files.write(one.path, definitions, rules, where, hotspots, out, one.how)
