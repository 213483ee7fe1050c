# Annotated VCF -> one row per tumor variant, with what it counts in or why it does not.
COUNTING = {
    "sums": lambda wildcards: sums([BURDEN["custom"], BURDEN["hotspots"]]),
    "options": variants_words,
    "own": flags({name: BURDEN[name] for name in ("custom", "hotspots")}),
}


rule variants:
    # Of a tumor that came as a VCF.
    input:
        unpack(territory_of),
        vcf="results/variants/{tumor}.vcf.gz",
        index="results/variants/{tumor}.vcf.gz.tbi",
        custom=BURDEN["custom"] or [],
        hotspots=BURDEN["hotspots"] or [],
    output:
        table="results/variants/{tumor}.variants.tsv.gz",
        provenance="results/variants/{tumor}.variants.json",
    log:
        "results/logs/variants/{tumor}.log",
    wildcard_constraints:
        tumor=one_of(tumor for tumor in FACTS.tumors if not has_depth(tumor)),
    group:
        "tumor"
    conda:
        # bcftools evaluates the user's expression.
        "../../envs/bcftools.yaml" if SETTINGS["calling"]["somatic"] else None
    resources:
        mem_mb=growing(2000),
        runtime=minutes(15, per_gigabyte=60, of=vcfs_of),
    params:
        **COUNTING,
        territory=from_input("regions", "splice_regions"),
    shell:
        """
        biomarkers variants --vcf {input.vcf:q} {params.options} {params.territory} {params.own} \
            --variants {output.table:q} 2>{log:q}
        """


rule variants_of_reads:
    # Callable coding bases of a tumor that came as reads, and its variants within them: one job, since nothing else waits for
    # the bases, and a job costs Snakemake as much as measuring them takes.
    input:
        unpack(depth_of_pair),
        targets="resources/targets.bed",
        coding="resources/coding.bed",
        coding_targets="resources/coding_targets.bed",
        vcf="results/variants/{tumor}.vcf.gz",
        index="results/variants/{tumor}.vcf.gz.tbi",
        custom=BURDEN["custom"] or [],
        hotspots=BURDEN["hotspots"] or [],
    output:
        regions="results/burden/{tumor}.callable.bed",
        splice="results/burden/{tumor}.splice.bed",
        denominator="results/burden/{tumor}.denominator.tsv",
        steps="results/burden/{tumor}.steps.tsv",
        table="results/variants/{tumor}.variants.tsv.gz",
        provenance="results/variants/{tumor}.variants.json",
    log:
        "results/logs/variants/{tumor}.log",
    wildcard_constraints:
        tumor=one_of(tumor for tumor in FACTS.tumors if has_depth(tumor)),
    group:
        "tumor"
    resources:
        mem_mb=growing(2000),
        runtime=minutes(15),
    params:
        **COUNTING,
        depth=from_input("tumor_coverage", "normal_coverage"),
        least=of_denominator(RUN),
    shell:
        """
        exec 2>{log:q}
        biomarkers denominator --targets {input.targets} --coding {input.coding} --sample {wildcards.tumor:q} {params.least} \
            {params.depth} --regions {output.regions:q} --splice-regions {output.splice:q} \
            --denominator {output.denominator:q} --steps {output.steps:q}
        biomarkers variants --vcf {input.vcf:q} {params.options} {params.own} \
            --regions {output.regions:q} --splice-regions {output.splice:q} --target-regions {input.coding_targets} \
            --variants {output.table:q}
        """
