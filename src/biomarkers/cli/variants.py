"""`biomarkers variants`: VCF in, one row per tumor ALT out."""

from __future__ import annotations

from typing import Literal

from biomarkers.cli._kinds import InputBed, InputList, InputMaf, InputTable, InputVcf, InputYaml, OutputTableAndJson
from biomarkers.settings import Annotation, Counting, Reported


def variants(
    *,
    variants: list[OutputTableAndJson],
    vcf: list[InputVcf] | None = None,
    tumor_sample: list[str] | None = None,
    maf: list[InputMaf] | None = None,
    samples: InputTable | None = None,
    normal_sample: list[str] | None = None,
    patient: list[str] | None = None,
    sample: list[str] | None = None,
    paired: bool = False,
    custom: InputYaml | None = None,
    regions: list[InputBed] | None = None,
    splice_regions: list[InputBed] | None = None,
    annotation: Literal["auto", "BCSQ", "CSQ", "ANN"] = "auto",
    hotspots: InputList | None = None,
    reported: Reported,
    rules: Counting,
    reading: Annotation,
) -> None:
    """List every tumor variant of a VCF with the definitions it counts in, or the first rule that excludes it.

    Nothing is dropped: a variant that does not count keeps its row and says why in the column `exclusion`. The rules,
    in order: filter, target, depth, alt_reads, vaf, germline (tumor-only calls), hotspot (when asked), consequence.
    Several VCFs may be given at once, with as many names and outputs. Beside each table stands a JSON of the same
    name with settings, versions and checksums, which `biomarkers tmb` reads. Instead of VCFs, MAF files (TCGA, GDC,
    cBioPortal) may be given with --maf; docs/maf.md says how they are read.

    Parameters
    ----------
    vcf
        Annotated somatic VCF (plain, gzip, bgzip) or BCF of Mutect2, Strelka, VarScan, FreeBayes, DRAGEN, an ensemble.
    tumor_sample
        Name of the tumor's column; `auto` finds it by the header. A VCF with one column is taken whatever its name.
    maf
        MAF files in place of VCFs, each with one or many samples; one table is written for each.
    samples
        With --maf: every sequenced sample (columns `sample` and `patient`, also as SAMPLE_ID and PATIENT_ID, or a case
        list of cBioPortal). A listed sample without a mutation counts 0; without the list it is missing.
    variants
        Table to write, such as T1.variants.tsv.gz.
    normal_sample
        Name of the matched normal's column. A VCF with a second sample counts as paired anyway.
    patient
        Patient for the table; default: the sample.
    sample
        Sample name for the table; default: the tumor sample.
    paired
        The call was made against a matched normal although the VCF has only the tumor's column.
    custom
        YAML file with `terms`, a list of Sequence Ontology terms, for the definition `custom`.
    regions
        BED of callable coding target bases, as `biomarkers denominator --regions` writes it; one for all or one a VCF.
    splice_regions
        BED of callable target bases within 2 bp of coding sequence; default: within 2 bp of --regions.
    annotation
        INFO field with consequences; auto: the first of CSQ (VEP), BCSQ (bcftools csq), ANN (snpEff) in the header.
    hotspots
        BED, VCF or list (`chr:pos:ref:alt` or `gene p.Arg175His`): not germline however frequent.
    reported
        Which burdens are reported.
    rules
        Which variants count.
    reading
        What is read of the annotation.

    """
    from contextlib import ExitStack

    from biomarkers.cli import _options as options
    from biomarkers.errors import InputError, Problem, Problems
    from biomarkers.genome import tmb_definitions as defined
    from biomarkers.io import files, provenance
    from biomarkers.io.lines import numbered
    from biomarkers.variants import hotspots as spots
    from biomarkers.variants import stream

    # For a small VCF most of the time is start-up: what a call does not need is not imported.
    if maf or samples:
        from biomarkers.variants import maf_files as mafs
    options.check_inputs(vcf, maf, samples, {"--tumor-sample": tumor_sample}, (normal_sample, patient, sample))
    vcf, from_maf, targets = vcf or maf or [], bool(maf), variants
    names = options.same_length(
        "--maf" if from_maf else "--vcf",
        vcf,
        {
            "--tumor-sample": tumor_sample,
            "--variants": variants,
            "--normal-sample": normal_sample,
            "--patient": patient,
            "--sample": sample,
        },
        single={"--regions": regions, "--splice-regions": splice_regions},
    )
    if rules.exclude_hotspots and hotspots is None:
        raise InputError(Problem("command line", "--hotspots", None, "the list that --exclude-hotspots leaves out"))
    beside = [provenance.beside(path) for path in targets]
    problems = Problems(*rules.problems())
    own = problems.catch(options.custom_definition, custom) if custom else None
    wanted = problems.catch(defined.choose, reported.definition, own) or []
    listed = problems.catch(spots.parse, str(hotspots), numbered(hotspots)) if hotspots else None
    sequenced = problems.catch(mafs.read_samples, samples) if samples else None
    problems.stop_if_any()
    territories = options.Territories()
    outputs = [*targets, *beside]
    with ExitStack() as stack:
        temporary = stack.enter_context(files.publish(*outputs))
        for number, path in enumerate(vcf):
            bed, splice = names["--regions"][number], names["--splice-regions"][number]
            territory = problems.catch(territories.of, bed, splice)
            if territory is None:
                continue
            used = [p for p in (path, bed, splice, custom, hotspots, samples) if p is not None]
            if from_maf:
                how = mafs.Reading(sequenced, paired, reading.population_af_field)
                with files.compressed(temporary[number]) as out:
                    told = problems.catch(mafs.write, path, wanted, rules, territory, listed or spots.none(), out, how)
                if told is not None:
                    text = provenance.as_json(provenance.record("variants", how.settings(rules), used, **told))
                    files.fill(temporary[len(vcf) + number], text)
                continue
            tumor, table_sample = names["--tumor-sample"][number], names["--sample"][number]
            if tumor == "auto" and table_sample is None:
                table_sample = problems.catch(stream.tumor_column, path, names["--normal-sample"][number])
            table_sample = table_sample or tumor
            options.check_name("--patient", names["--patient"][number] or table_sample, problems)
            job = stream.Job(
                vcf=str(path),
                tumor=tumor,
                normal=names["--normal-sample"][number],
                sample=table_sample,
                patient=names["--patient"][number] or table_sample,
                paired=paired,
                annotation=annotation,
                transcripts=reading.transcripts,
                population_af_field=reading.population_af_field,
            )
            with files.compressed(temporary[number]) as out:
                summary = problems.catch(stream.write, job, wanted, rules, territory, listed or spots.none(), out)
            if summary is None:
                continue
            text = provenance.as_json(provenance.record("variants", job.settings(rules), used, **summary))
            files.fill(temporary[len(vcf) + number], text)
        problems.stop_if_any()
