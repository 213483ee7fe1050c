# Depth, duplicates and read statistics of each sample, and the page that shows them together.


rule depth:
    input:
        bam="results/reads/{sample}.bam",
        index="results/reads/{sample}.bam.bai",
        targets="resources/targets.bed",
    output:
        quantized="results/qc/depth/{sample}.quantized.bed.gz",
        summary="results/qc/depth/{sample}.mosdepth.summary.txt",
        regions="results/qc/depth/{sample}.regions.bed.gz",
        distribution="results/qc/depth/{sample}.mosdepth.region.dist.txt",
    log:
        "results/logs/depth/{sample}.log",
    benchmark:
        "results/benchmarks/depth/{sample}.tsv"
    conda:
        "../../envs/mosdepth.yaml"
    threads: 2
    resources:
        mem_mb=growing(2000),
        runtime=minutes(15, per_gigabyte=5),
    params:
        # One boundary is enough to tell callable bases, and keeps the file small.
        enough=lambda wildcards: SETTINGS["burden"][
            ("tumor_depth" if RUN.samples.by_name[wildcards.sample].is_tumor else "normal_depth")
        ],
    shell:
        """
        prefix={output.summary:q}
        mosdepth --threads {threads} --no-per-base --by {input.targets} --quantize 0:{params.enough}: \
            "${{prefix%.mosdepth.summary.txt}}" {input.bam:q} 2>{log}
        """


rule read_statistics:
    input:
        bam="results/reads/{sample}.bam",
        index="results/reads/{sample}.bam.bai",
        targets="resources/targets.bed",
    output:
        "results/qc/stats/{sample}.txt",
    log:
        "results/logs/read_statistics/{sample}.log",
    conda:
        "../../envs/samtools.yaml"
    threads: 2
    resources:
        mem_mb=growing(1000),
        runtime=minutes(15, per_gigabyte=5),
    shell:
        "samtools stats -@ {threads} --target-regions {input.targets} {input.bam:q} > {output:q} 2> {log}"


rule multiqc:
    input:
        qc_files,
        tmb="results/burden/tmb.tsv",
    output:
        "results/qc/multiqc.html",
    log:
        "results/logs/multiqc.log",
    conda:
        "../../envs/multiqc.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=minutes(20),
    params:
        python=shlex.quote(sys.executable),
    shell:
        """
        multiqc --force --no-data-dir --quiet --no-ansi --outdir results/qc --filename multiqc.html \
            {input:q} >{log} 2>&1
        """
