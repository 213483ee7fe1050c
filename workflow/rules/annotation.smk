# Somatic VCF, from Mutect2 or from the user -> split, left-aligned, annotated with consequences and population frequency.


rule annotate:
    input:
        vcf=calls_of,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        genes=REFERENCE["genes"] or [],
        germline_resource=known("germline_resource"),
    output:
        vcf="results/variants/{tumor}.vcf.gz",
        index="results/variants/{tumor}.vcf.gz.tbi",
    log:
        "results/logs/annotate/{tumor}.log",
    wildcard_constraints:
        tumor=one_of(s.sample for s in RUN.samples.tumors if not s.is_annotated),
    group:
        "burden"
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=minutes(15, per_gigabyte=60),
    params:
        resource=option("--annotations", "germline_resource"),
    shell:
        # AS_FilterStatus holds one entry per allele behind `|`: declared Number=. it survives the split whole, and OLD_REC
        # says which of its entries belongs to the allele. Consequences of each record stand alone (--local-csq).
        """
        exec 2>{log}
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        fail() {{ echo {input.vcf:q}": $1" >&2; exit 1; }}
        bcftools view --header-only {input.vcf:q} >/dev/null || fail "is no VCF or is damaged; copy it again and compare checksums"
        bcftools view {input.vcf:q} \
            | sed 's/^##INFO=<ID=AS_FilterStatus,Number=A,/##INFO=<ID=AS_FilterStatus,Number=.,/' \
            | bcftools norm --multiallelics -any --old-rec-tag OLD_REC --fasta-ref {input.genome} --output-type u - \
            | bcftools sort --temp-dir "$work/sort" --output-type b --output "$work/normal.bcf" - \
            || fail "could not be split and left-aligned: is it on the genome of reference.fasta?"
        # bcftools annotate reads two files side by side, so it wants both indexed.
        bcftools index "$work/normal.bcf"
        frequency() {{
            if [ -n "{params.resource}" ]; then
                bcftools annotate {params.resource} --columns INFO/POPULATION_AF:=INFO/AF --output-type u "$1"
            else cat "$1"; fi
        }}
        frequency "$work/normal.bcf" \
            | bcftools csq --local-csq --ncsq 64 --samples - --fasta-ref {input.genome} --gff-annot {input.genes:q} \
                --output-type z --output {output.vcf:q} - \
            || fail "could not be annotated: are reference.genes the genes of this genome, in Ensembl's GFF3?"
        bcftools index --tbi {output.vcf:q}
        """


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
        tumor=one_of(s.sample for s in RUN.samples.tumors if s.is_annotated),
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
