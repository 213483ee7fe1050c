# Annotated VCF -> one row per tumor variant, with what it counts in or why it does not.
rule variants:
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
    group:
        "tumor"
    conda:
        # bcftools evaluates the user's expression.
        "../../envs/bcftools.yaml" if SETTINGS["calling"]["somatic"] else None
    resources:
        mem_mb=growing(2000),
        runtime=minutes(15, per_gigabyte=60, of=vcfs_of),
    params:
        sums=lambda wildcards: sums([BURDEN["custom"], BURDEN["hotspots"]]),
        options=variants_words,
        territory=lambda wildcards, input: (
            f"--regions {shlex.quote(input.callable)} --splice-regions {shlex.quote(input.splice)}"
            if input.get("callable")
            else ""
        ),
        coding_targets=lambda wildcards, input: (
            f"--target-regions {input.coding_targets}" if input.get("coding_targets") else ""
        ),
        custom=f"--custom {shlex.quote(BURDEN['custom'])}" if BURDEN["custom"] else "",
        hotspots=(f"--hotspots {shlex.quote(BURDEN['hotspots'])}" if BURDEN["hotspots"] else ""),
    shell:
        """
        biomarkers variants --vcf {input.vcf:q} {params.options} {params.territory} {params.coding_targets} \
            {params.custom} {params.hotspots} --variants {output.table:q} 2>{log}
        """
