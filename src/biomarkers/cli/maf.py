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
        build: NCBI_Build to write; auto: GRCh37 or GRCh38 where the VCF's header told it, else `.`.
        center: Center to write.
    """
    from biomarkers.burden import inputs as burdens
    from biomarkers.cli import _options as options
    from biomarkers.errors import Problems, log
    from biomarkers.io import files, schemas, tables
    from biomarkers.variants import maf_files as mafs
    from biomarkers.variants import maf_out

    given = options.same_length("--variants", variants, {"--normal-sample": normal_sample, "--each": each})
    names = given["--normal-sample"]
    problems = Problems()
    read = burdens.read_variants(variants, problems)
    problems.stop_if_any()
    columns = [*schemas.load("maf")["properties"]]
    header, bodies, samples = "", [], []
    for one, normal in zip(read, names, strict=True):
        mine = [sample for _, sample, _ in burdens.by_sample(one)]
        alone = None if one.origin is None else one.origin.get("tumor_only")
        made = maf_out.as_maf(
            one.table,
            include=include,
            tumor_only=alone,
            normals=dict.fromkeys(mine, normal) if normal not in (None, ".") else {},
            build=mafs.build_of(one.origin) if build == "auto" else build,
            center=center,
        )
        if made.left_out:
            log.warning("%s: %d symbolic alleles do not fit into a MAF and are left out", one.path, made.left_out)
        header, _, rows = tables.rows_as_text(made.rows, "maf", columns).partition("\n")
        bodies.append(rows)
        without = burdens.missing(one).keys() - {row["Tumor_Sample_Barcode"] for row in made.rows}
        samples.append([sample for sample in mine if sample not in without])
    everyone = [sample for mine in samples for sample in mine]
    mafs.check_once(everyone, [str(path) for path in variants])
    texts = {maf: "\n".join([*maf_out.heading(everyone), header, "".join(bodies)])}
    for path, mine, rows in zip(each or [], samples, bodies, strict=bool(each)):
        texts[path] = "\n".join([*maf_out.heading(mine), header, rows])
    files.write_texts(texts)
