# Somatic VCF, from Mutect2 or from the user -> split, left-aligned, annotated with consequences and population frequency.


rule given:
    # What the user gave, as one whole and sorted VCF whose header declares what its records name.
    input:
        vcf=lambda wildcards: RUN.samples.by_name[wildcards.tumor].vcfs,
        fai="resources/genome.fa.fai" if REFERENCE["fasta"] else [],
    output:
        vcf=temp("results/given/{tumor}.vcf.gz"),
        index=temp("results/given/{tumor}.vcf.gz.tbi"),
    log:
        "results/logs/given/{tumor}.log",
    wildcard_constraints:
        tumor=one_of(FACTS.unannotated),
    group:
        "tumor"
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(15, per_gigabyte=60, of=given_of),
    params:
        fai=lambda wildcards, input: ["--fai", input.fai] if input.get("fai") else [],
    shell:
        "given.sh {params.fai:q} --vcf {output.vcf:q} --index {output.index:q} -- {input.vcf:q} 2> {log:q}"


use rule given as annotated with:
    # A VCF that carries consequences goes no further way.
    output:
        vcf="results/variants/{tumor}.vcf.gz",
        index="results/variants/{tumor}.vcf.gz.tbi",
    log:
        "results/logs/annotated/{tumor}.log",
    wildcard_constraints:
        tumor=one_of(tumor for tumor in FACTS.tumors if tumor not in FACTS.unannotated),


rule annotate:
    input:
        vcf=calls_of,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        genes=(REFERENCE["genes"] or []) if FACTS.annotator.name == "csq" else [],
        germline_resource=known("germline_resource"),
    output:
        vcf="results/variants/{tumor}.vcf.gz",
        index="results/variants/{tumor}.vcf.gz.tbi",
    log:
        "results/logs/annotate/{tumor}.log",
    wildcard_constraints:
        tumor=one_of(FACTS.unannotated),
    group:
        "tumor"
    conda:
        f"../../envs/{FACTS.annotator.environment}.yaml"
    resources:
        mem_mb=growing(FACTS.annotator.megabytes),
        runtime=minutes(15, per_gigabyte=60, of=vcfs_of),
    params:
        # Calls of this workflow have no file of the user's, and an empty word is none for Snakemake.
        shown=lambda wildcards: (
            ["--shown", " and ".join(vcfs)] if (vcfs := RUN.samples.by_name[wildcards.tumor].vcfs) else []
        ),
        frequencies=option("--frequencies", "germline_resource"),
        annotator=FACTS.annotator.name,
        options=FACTS.annotator.words,
        heap=lambda wildcards, resources: heap(resources.mem_mb),
    shell:
        "annotate.sh --vcf {input.vcf:q} {params.shown:q} --genome {input.genome:q} {params.frequencies:q}"
        " --annotator {params.annotator} --heap {params.heap} --annotated {output.vcf:q} --index {output.index:q}"
        " -- {params.options:q} 2> {log:q}"
