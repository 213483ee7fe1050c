# Somatic VCF, from Mutect2 or from the user -> split, left-aligned, annotated with consequences and population frequency.


rule annotate:
    input:
        vcf=calls_of,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        genes=REFERENCE["genes"] or [],
        germline_resource=known("germline_resource"),
        checked=ancient("results/checked.txt"),
    output:
        vcf="results/variants/{tumor}.vcf.gz",
        index="results/variants/{tumor}.vcf.gz.tbi",
    log:
        "results/logs/annotate/{tumor}.log",
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
        fail() {{ echo {input.vcf:q}": $1" >&2; exit 1; }}
        bcftools view --header-only {input.vcf:q} >/dev/null || fail "is no VCF or is damaged; copy it again and compare checksums"
        if bcftools view --header-only {input.vcf:q} | grep -qE '^##INFO=<ID=(BCSQ|CSQ|ANN),'; then
            bcftools view {input.vcf:q} --output-type z --output {output.vcf:q}
        else
            frequency() {{
                        if [ -n "{params.resource}" ]; then
                            bcftools annotate {params.resource} --columns INFO/POPULATION_AF:=INFO/AF --output-type u -
                        else cat; fi
                    }}
            bcftools view {input.vcf:q} \
                | sed 's/^##INFO=<ID=AS_FilterStatus,Number=A,/##INFO=<ID=AS_FilterStatus,Number=.,/' \
                | bcftools norm --multiallelics -any --old-rec-tag OLD_REC --fasta-ref {input.genome} --output-type u - \
                | frequency \
                | bcftools csq --local-csq --ncsq 64 --samples - --fasta-ref {input.genome} --gff-annot {input.genes:q} \
                    --output-type z --output {output.vcf:q} - \
                || fail "could not be annotated: is it on the genome of reference.fasta, and are reference.genes its genes (GFF3 of Ensembl)?"
        fi
        bcftools index --tbi {output.vcf:q}
        """
