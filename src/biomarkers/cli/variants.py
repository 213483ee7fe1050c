"""`biomarkers variants` (Variants to burden): list every tumor variant, what it counts in or why it does not."""

from __future__ import annotations

from typing import Literal

from biomarkers.cli._kinds import InputBed, InputList, InputMaf, InputTable, InputVcf, InputYaml, OutputVariants
from biomarkers.settings_variants import Annotation, Counting, Reported


def variants(
    *,
    variants: list[OutputVariants],
    vcf: list[InputVcf] | None = None,
    tumor_sample: list[str] | None = None,
    maf: list[InputMaf] | None = None,
    samples: InputTable | None = None,
    patients: InputTable | None = None,
    normal_sample: list[str] | None = None,
    patient: list[str] | None = None,
    sample: list[str] | None = None,
    paired: bool = False,
    tumor_only: bool = False,
    custom: InputYaml | None = None,
    regions: list[InputBed] | None = None,
    splice_regions: list[InputBed] | None = None,
    target_regions: list[InputBed] | None = None,
    annotation: Literal["auto", "BCSQ", "CSQ", "ANN"] = "auto",
    hotspots: InputList | None = None,
    reported: Reported,
    rules: Counting,
    reading: Annotation,
) -> None:
    """List every tumor variant of a VCF with the definitions it counts in, or the first rule that excludes it.

    Nothing is dropped: a variant that does not count keeps its row and says why in the column `exclusion`. The rules,
    in order: filter, target, callable, depth, alt_reads, vaf, germline, hotspot (when asked), consequence. Several VCFs
    may be given at once, with as many names and outputs. Beside each table stands a JSON of the same name with
    settings, versions and checksums, which `biomarkers tmb` reads. Instead of VCFs, MAF files (TCGA, GDC, cBioPortal)
    may be given with --maf; docs/maf.md says how they are read.

    Args:
        vcf: Annotated somatic VCF (plain, gzip, bgzip) or BCF of Mutect2, Strelka, VarScan, FreeBayes, DRAGEN, an
            ensemble.
        tumor_sample: Name of the tumor's column; `auto` finds it by --sample and --patient, the header and the columns'
            names, or lists them. A VCF with one column is taken whatever its name.
        maf: MAF files in place of VCFs, each with one or many samples; one table is written for each.
        samples: With --maf: every sequenced sample (columns `sample` and `patient`, also as SAMPLE_ID and PATIENT_ID, a
            case list of cBioPortal, or a list of patients alone). A listed sample without a mutation counts 0; without
            the list it is missing. Normals (by SAMPLE_TYPE or TCGA barcode) and what SEQUENCED says no of are left out.
        patients: With --maf: the patients sheet; a sample belongs to the patient whose name it has or begins with,
            unless the MAF or --samples say whose it is.
        variants: Table to write, such as T1.variants.tsv.gz.
        normal_sample: Name of the matched normal's column; found like the tumor's by default. `none`: further columns
            are no matched normal. A VCF with the normal's column counts as paired.
        patient: Patient for the table; default: the sample.
        sample: Sample name for the table; default: the tumor sample.
        paired: The call was made against a matched normal although the VCF has only the tumor's column.
        tumor_only: With --maf: the calls were made without a matched normal although the MAF does not say so; common
            variants are germline.
        custom: YAML file with `terms`, a list of Sequence Ontology terms, for the definition `custom`.
        regions: BED of callable coding target bases, as `biomarkers denominator --regions` writes it; one for all or
            one a VCF.
        splice_regions: BED of callable target bases within 2 bp of coding sequence; default: within 2 bp of --regions.
        target_regions: BED of coding target bases whatever their depth, as `biomarkers denominator --regions` writes it
            without coverage: a variant there but outside --regions is excluded as `callable`, any other outside as
            `target`; without it all are `target`.
        annotation: INFO field with consequences; auto: the first of CSQ (VEP), BCSQ (bcftools csq), ANN (snpEff) in the
            header.
        hotspots: BED, VCF or list (`chr:pos:ref:alt` or `gene p.Arg175His`): not germline however frequent.
    """
    from biomarkers.cli import _options as options
    from biomarkers.errors import InputError, Problem, Problems
    from biomarkers.genome import tmb_definitions as defined
    from biomarkers.io.lines import numbered
    from biomarkers.variants import columns, listing, stream
    from biomarkers.variants import hotspots as spots

    options.check_inputs(
        vcf, maf, {"--samples": samples, "--patients": patients}, tumor_sample, (normal_sample, patient, sample)
    )
    paths = vcf or maf or []
    each = options.same_length(
        "--maf" if maf else "--vcf",
        paths,
        {
            "--tumor-sample": tumor_sample,
            "--variants": variants,
            "--normal-sample": normal_sample,
            "--patient": patient,
            "--sample": sample,
        },
        single={"--regions": regions, "--splice-regions": splice_regions, "--target-regions": target_regions},
    )
    if target_regions and not regions:
        raise InputError(Problem("command line", "--regions", None, "the callable bases beside --target-regions"))
    if rules.exclude_hotspots and hotspots is None:
        raise InputError(Problem("command line", "--hotspots", None, "the list that --exclude-hotspots leaves out"))
    alone = options.stated_pairing(maf, paired=paired, tumor_only=tumor_only)
    problems = Problems(*rules.problems())
    own = problems.catch(defined.read_custom, custom) if custom else None
    wanted = problems.catch(defined.choose, reported.definition, own) or []
    listed = problems.catch(spots.parse, str(hotspots), numbered(hotspots)) if hotspots else spots.Hotspots()
    if maf:
        from biomarkers.run.joins import sequenced
        from biomarkers.variants import maf_files

        told = problems.catch(sequenced.for_maf, samples, patients) or sequenced.Told(None, None)
    problems.stop_if_any()
    inputs = []
    for number, path in enumerate(paths):
        tumor, normal, name, owner = (
            each[option][number] for option in ("--tumor-sample", "--normal-sample", "--sample", "--patient")
        )
        how: stream.Job | maf_files.Reading
        if maf:
            how = maf_files.Reading(told.listed, alone, reading.population_af_field, told.people)
        else:
            if tumor == "auto" and name is None:
                name = problems.catch(stream.tumor_column, path, normal or columns.AUTO)
            name = name or tumor
            options.check_name("--patient" if owner else "--sample", owner or name, problems)
            how = stream.Job(
                vcf=str(path),
                tumor=tumor,
                normal=normal or columns.AUTO,
                sample=name,
                patient=owner or name,
                paired=paired,
                annotation=annotation,
                transcripts=reading.transcripts,
                population_af_field=reading.population_af_field,
            )
        beds = [each[option][number] for option in ("--regions", "--splice-regions", "--target-regions")]
        inputs.append(listing.Input(path, how, each["--variants"][number], *beds))
    used = [file for file in (custom, hotspots, samples, patients) if file is not None]
    listing.write(inputs, listing.Wanted(wanted, rules, listed or spots.Hotspots(), used), problems)
