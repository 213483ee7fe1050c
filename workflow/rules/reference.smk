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


rule index_genome:
    input:
        fasta="resources/genome.fa",
        source=REFERENCE["fasta"] or [],
    output:
        multiext("resources/genome.fa", *INDEX[ALIGNER]),
    log:
        "results/logs/index_genome.log",
    conda:
        f"../../envs/{ALIGNER}.yaml"
    resources:
        mem_mb=genome_memory,
        runtime=minutes(10, per_gigabyte=40),
    params:
        aligner=ALIGNER,
        endings=[ending.removeprefix(".") for ending in INDEX[ALIGNER]],
    shell:
        """
        exec 2> {log}
        beside=yes
        for ending in {params.endings}; do [ {input.source:q}.$ending -nt {input.source:q} ] || beside=no; done
        if [ $beside = yes ]; then
            for ending in {params.endings}; do ln -sfr {input.source:q}.$ending {input.fasta}.$ending; done
        else
            {params.aligner} index {input.fasta}
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
        "biomarkers targets --targets {input.targets:q} --reference {input.genome} --cleaned {output} 2> {log}"


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
        known_file,
    output:
        vcf="resources/{kind}.vcf.gz",
        index="resources/{kind}.vcf.gz.tbi",
    log:
        "results/logs/{kind}.log",
    wildcard_constraints:
        kind=r"germline_resource|panel_of_normals|known_sites_\d+",
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
