"""Tables of variants as MAF files: all samples in one, and each table in one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from biomarkers.burden import inputs
from biomarkers.errors import Problems, log
from biomarkers.io import schemas, tables
from biomarkers.variants import maf_files, maf_out


def texts(
    variants: Sequence[Path],
    maf: Path,
    each: Sequence[Path | None],
    normals: Sequence[str | None],
    *,
    include: Literal["eligible", "passed", "all"],
    build: str,
    center: str,
) -> dict[Path, str]:
    """The MAF of all tables, and of each table that has a path in `each`, by path.

    normals: name of the matched normal of each table; include, build, center: as `biomarkers maf` has them. Raises
    InputError with every problem of every table.
    """
    problems = Problems()
    read = inputs.read_variants(variants, problems, ("chrom", "pos", "ref", "alt"))
    problems.stop_if_any()
    columns = [*schemas.load("maf")["properties"]]
    header, bodies, samples = "", [], []
    for one, normal in zip(read, normals, strict=True):
        mine = [sample for _, sample, _ in inputs.by_sample(one)]
        made = maf_out.as_maf(
            one.table,
            include=include,
            tumor_only=None if one.origin is None else one.origin.get("tumor_only"),
            normals=dict.fromkeys(mine, normal) if normal not in (None, ".") else {},
            build=maf_files.build_of(one.origin) if build == "auto" else build,
            center=center,
        )
        if made.left_out:
            log.warning(
                "%s: %d alleles that are symbolic (or the letters NA) do not fit into a MAF and are left out",
                one.path,
                made.left_out,
            )
        header, _, rows = tables.rows_as_text(made.rows, "maf", columns).partition("\n")
        bodies.append(rows)
        without = inputs.missing(one).keys() - {row["Tumor_Sample_Barcode"] for row in made.rows}
        samples.append([sample for sample in mine if sample not in without])
    everyone = [sample for mine in samples for sample in mine]
    maf_files.check_once(everyone, [str(path) for path in variants])
    found = {maf: "\n".join([*maf_out.heading(everyone), header, "".join(bodies)])}
    for path, mine, rows in zip(each, samples, bodies, strict=True):
        if path is not None:
            found[path] = "\n".join([*maf_out.heading(mine), header, rows])
    return found
