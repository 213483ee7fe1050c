# Somatic VCF, from Mutect2 or from the user -> split, left-aligned, annotated with consequences and population frequency.


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
        "burden"
    conda:
        f"../../envs/{FACTS.annotator.environment}.yaml"
    resources:
        mem_mb=growing(FACTS.annotator.megabytes),
        runtime=minutes(15, per_gigabyte=60),
    params:
        frequencies=option("--frequencies", "germline_resource"),
        annotator=FACTS.annotator.name,
        options=FACTS.annotator.words,
        heap=lambda wildcards, resources: heap(resources.mem_mb),
    shell:
        "annotate.sh --vcf {input.vcf:q} --genome {input.genome:q} {params.frequencies:q}"
        " --annotator {params.annotator} --heap {params.heap} --annotated {output.vcf:q} --index {output.index:q}"
        " -- {params.options:q} 2> {log:q}"


rule annotated:
    # A VCF that carries consequences is left as it is.
    input:
        lambda wildcards: RUN.samples.by_name[wildcards.tumor].file,
    output:
        vcf="results/variants/{tumor}.vcf.gz",
        index="results/variants/{tumor}.vcf.gz.tbi",
    log:
        "results/logs/annotated/{tumor}.log",
    wildcard_constraints:
        tumor=one_of(tumor for tumor in FACTS.tumors if tumor not in FACTS.unannotated),
    group:
        "burden"
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(15, per_gigabyte=30),
    shell:
        """
        exec 2> {log}
        bcftools view {input:q} --output-type z --output {output.vcf:q}
        bcftools index --tbi {output.vcf:q}
        """
