# Callable coding bases of each tumor, and the burden of the whole cohort.


rule denominator:
    input:
        unpack(coverage_of),
        targets="resources/targets.bed",
        coding="resources/coding.bed",
    output:
        regions="results/burden/{tumor}.callable.bed",
        splice="results/burden/{tumor}.splice.bed",
        denominator="results/burden/{tumor}.denominator.tsv",
    log:
        "results/logs/denominator/{tumor}.log",
    group:
        "burden"
    resources:
        mem_mb=growing(2000),
        runtime=minutes(15, per_gigabyte=30),
    params:
        tumor=lambda wildcards, input: (f"--tumor-coverage {shlex.quote(input.tumor)}" if input.get("tumor") else ""),
        normal=lambda wildcards, input: (
            f"--normal-coverage {shlex.quote(input.normal)}" if input.get("normal") else ""
        ),
        tumor_depth=BURDEN["tumor_depth"],
        normal_depth=BURDEN["normal_depth"],
    shell:
        """
        biomarkers denominator --targets {input.targets} --coding {input.coding} --sample {wildcards.tumor:q} \
            {params.tumor} {params.normal} --min-tumor-depth {params.tumor_depth} --min-normal-depth {params.normal_depth} \
            --regions {output.regions:q} --splice-regions {output.splice:q} --denominator {output.denominator:q} 2>{log}
        """


rule tmb:
    input:
        variants=expand("results/variants/{tumor}.variants.tsv.gz", tumor=TUMORS),
        provenance=expand("results/variants/{tumor}.variants.json", tumor=TUMORS),
        denominators=[f"results/burden/{tumor}.denominator.tsv" for tumor in TUMORS if tumor not in ASSUMED],
    output:
        tmb="results/burden/tmb.tsv",
        provenance="results/burden/tmb.json",
        mutations="results/burden/mutations.tsv.gz",
    log:
        "results/logs/tmb.log",
    resources:
        mem_mb=growing(4000),
        runtime=minutes(15, per_gigabyte=60),
    params:
        definitions=BURDEN["definitions"],
        denominators=lambda wildcards, input: (
            ["--denominator", *map(shlex.quote, input.denominators)] if input.denominators else []
        ),
        assumed=flags({"assumed_bp": REFERENCE["assumed_bp"]}),
        custom=flags({"custom": BURDEN["custom"]}),
    shell:
        """
        biomarkers tmb --variants {input.variants:q} {params.denominators} {params.assumed} {params.custom} \
            --definition {params.definitions} --tmb {output.tmb} --provenance {output.provenance} \
            --mutations {output.mutations} 2>{log}
        """
