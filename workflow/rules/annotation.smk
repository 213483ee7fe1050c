# Somatic VCF, from Mutect2 or from the user -> split, left-aligned, annotated with consequences and population frequency.
ANNOTATION = SETTINGS["annotation"]
ANNOTATOR = ANNOTATION["tool"]
# Memory in MB: csq holds its genes, VEP a part of its cache for each process, snpEff the whole database of a genome.
ANNOTATOR_MEMORY = {"csq": 2000, "vep": 4000, "snpeff": 6000}[ANNOTATOR]


rule annotate:
    input:
        vcf=calls_of,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        genes=(REFERENCE["genes"] or []) if ANNOTATOR == "csq" else [],
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
        f"../../envs/{'bcftools' if ANNOTATOR == 'csq' else ANNOTATOR}.yaml"
    resources:
        mem_mb=growing(ANNOTATOR_MEMORY),
        runtime=minutes(15, per_gigabyte=60),
    params:
        resource=option("--annotations", "germline_resource"),
        annotator=ANNOTATOR,
        options=annotator_options(),
        heap=lambda wildcards, resources: heap(resources),
    shell:
        # AS_FilterStatus holds one entry per allele behind `|`: declared Number=. it survives the split whole, and OLD_REC
        # says which of its entries belongs to the allele. Consequences of each record stand alone (--local-csq).
        # Debian's snpEff prints its command line before the VCF.
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
        consequences() {{
            case {params.annotator} in
            csq)
                bcftools csq --local-csq --ncsq 64 --samples - --fasta-ref {input.genome} {params.options} -
                ;;
            vep)
                bcftools view - | vep --offline --cache --fasta {input.genome} --format vcf --vcf --hgvs --symbol --canonical --mane \
                    --biotype --numbers --af_gnomade --no_stats --input_file STDIN --output_file STDOUT {params.options}
                ;;
            snpeff)
                bcftools view --output "$work/plain.vcf" -
                snpEff ann -Xmx{params.heap}m -noStats -noLog -nodownload {params.options} "$work/plain.vcf" \
                    | awk '$0 ~ "^##fileformat=" {{ on = 1 }} on'
                ;;
            esac
        }}
        frequency "$work/normal.bcf" | consequences | bcftools view --output-type z --output {output.vcf:q} - \
            || fail "could not be annotated by {params.annotator}: are its genes those of this genome? see {log}"
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
