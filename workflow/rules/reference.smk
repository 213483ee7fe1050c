# The genome and what is known about it, as the tools want it. Indexes that stand beside the user's files are linked.


rule genome:
    input:
        REFERENCE["fasta"] or [],
    output:
        fasta="resources/genome.fa",
        fai="resources/genome.fa.fai",
        dictionary="resources/genome.dict",
    log:
        "results/logs/genome.log",
    conda:
        "../../envs/samtools.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10, per_gigabyte=10),
    shell:
        """
        exec 2>{log}
        case {input:q} in
            *.gz) gzip -cd {input:q} >{output.fasta} ;;
            *) ln -sfr {input:q} {output.fasta} ;;
        esac
        samtools faidx {output.fasta} --fai-idx {output.fai}
        samtools dict {output.fasta} --output {output.dictionary}
        """


rule bwa_index:
    input:
        fasta="resources/genome.fa",
        source=REFERENCE["fasta"] or [],
    output:
        multiext("resources/genome.fa", ".amb", ".ann", ".bwt", ".pac", ".sa"),
    log:
        "results/logs/bwa_index.log",
    conda:
        "../../envs/bwa.yaml"
    resources:
        mem_mb=lambda wildcards, input, attempt: int(1000 + 2 * input.size_mb)
        * 2 ** (attempt - 1),
        runtime=minutes(10, per_gigabyte=40),
    shell:
        """
        exec 2>{log}
        if [ {input.source:q}.bwt -nt {input.source:q} ] && [ -e {input.source:q}.sa ]; then
            for ending in amb ann bwt pac sa; do ln -sfr {input.source:q}.$ending resources/genome.fa.$ending; done
        else
            bwa index {input.fasta}
        fi
        """


rule targets:
    input:
        targets=REFERENCE["targets"] or [],
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
    output:
        "resources/targets.bed",
    log:
        "results/logs/targets.log",
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    shell:
        "{biomarkers} targets --targets {input.targets:q} --reference {input.genome} --cleaned {output} 2> {log}"


rule coding:
    input:
        REFERENCE["genes"] or [],
    output:
        "resources/coding.bed",
    log:
        "results/logs/coding.log",
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    shell:
        """
        gzip -cdf {input:q} 2>{log} \
            | awk -F '\\t' -v OFS='\\t' '$3 == "CDS" {{ print $1, $4 - 1, $5 }}' \
            | LC_ALL=C sort -k1,1 -k2,2n -u >{output} 2>>{log}
        """


rule known_variants:
    input:
        lambda wildcards: REFERENCE[wildcards.kind],
    output:
        vcf="resources/{kind}.vcf.gz",
        index="resources/{kind}.vcf.gz.tbi",
    log:
        "results/logs/{kind}.log",
    wildcard_constraints:
        kind="germline_resource|panel_of_normals",
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10, per_gigabyte=10),
    shell:
        """
        exec 2>{log}
        if bcftools view --header-only {input:q} >/dev/null && [ {input:q}.tbi -nt {input:q} ]; then
            ln -sfr {input:q} {output.vcf}
            ln -sfr {input:q}.tbi {output.index}
        else
            bcftools view {input:q} --output-type z --output {output.vcf}
            bcftools index --tbi {output.vcf}
        fi
        """
