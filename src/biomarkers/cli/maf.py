"""`biomarkers maf` (Variants to burden): write the variants as a MAF, for maftools, cBioPortal and others."""

from __future__ import annotations

from typing import Literal

from biomarkers.cli._kinds import InputVariants, OutputMaf, OutputMafs


def maf(
    *,
    variants: list[InputVariants],
    maf: OutputMaf,
    each: list[OutputMafs] | None = None,
    normal_sample: list[str] | None = None,
    include: Literal["eligible", "passed", "all"] = "eligible",
    build: str = "auto",
    center: str = ".",
) -> None:
    """Write variants tables as one MAF, for maftools, cBioPortal, dNdScv and the like.

    The columns of the MAF specification 2.4.1 in its order, then those of vcf2maf (t_depth, HGVSp_Short, ...) and what
    this program decided (exclusion, counted_in). All sequenced samples stand in the comment `#sequenced_samples:`, also
    those without a mutation. `biomarkers variants --maf` reads the file again.

    Args:
        variants: Tables of `biomarkers variants`, any number.
        maf: File to write, such as cohort.maf.gz.
        each: Files to write besides, one MAF for each table.
        normal_sample: Name of the matched normal of each table, `.` for none or unknown; default: NORMAL where the call
            was paired.
        include: Rows: `eligible` passed every rule but that of consequence, `passed` the caller's filters, or `all`;
            the columns FILTER and exclusion say why a row would not count.
        build: NCBI_Build to write; auto: GRCh37 or GRCh38 where the VCF's header told it, else a dot.
        center: Center to write.
    """
    from biomarkers.cli import _options as options
    from biomarkers.io import files
    from biomarkers.run.joins import maf_export

    given = options.same_length("--variants", variants, {"--normal-sample": normal_sample, "--each": each})
    beside, normals = given["--each"], given["--normal-sample"]
    texts = maf_export.texts(variants, maf, beside, normals, include=include, build=build, center=center)
    files.write_texts(texts)
