# Depth, duplicates and read statistics of each sample, and the page that shows them together.


rule depth:
    # Depth over the targets, read statistics, Picard's capture metrics and checksums of a sample, in one job: each job costs
    # Snakemake milliseconds and a quarter of a megabyte, of which a thousand pairs have enough.
    input:
        bam=FACTS.reads.file,
        index=FACTS.reads.index,
        targets="resources/targets.bed",
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        dictionary="resources/genome.dict",
    output:
        **({"hs_metrics": "results/qc/hs_metrics/{sample}.txt"} if QC["hs_metrics"] else {}),
        quantized="results/qc/depth/{sample}.quantized.bed.gz",
        summary="results/qc/depth/{sample}.mosdepth.summary.txt",
        regions="results/qc/depth/{sample}.regions.bed.gz",
        thresholds="results/qc/depth/{sample}.thresholds.bed.gz",
        distribution="results/qc/depth/{sample}.mosdepth.region.dist.txt",
        stats="results/qc/stats/{sample}.txt",
        versions="results/qc/depth/{sample}.versions.txt",
        sums="results/provenance/reads.{sample}.md5",
    log:
        "results/logs/depth/{sample}.log",
    benchmark:
        "results/benchmarks/depth/{sample}.tsv"
    priority: LONG
    group:
        "tumor"
    conda:
        "../../envs/gatk.yaml"
    threads: beside_others(2)
    resources:
        mem_mb=growing(3500),
        runtime=minutes(20, per_gigabyte=20, of=given_of),
    params:
        summed=summed_of,
        # One boundary is enough to tell callable bases, and keeps the file small.
        enough=lambda wildcards: BURDEN[
            ("tumor_depth" if RUN.samples.by_name[wildcards.sample].is_tumor else "normal_depth")
        ],
        hs_metrics=lambda wildcards, output: output.get("hs_metrics", ""),
        heap=lambda wildcards, resources: heap(resources.mem_mb),
    # Picard's own estimate of sensitivity, which nothing reads, takes longer than all else: one draw is enough. It looks
    # at each base of each read: Java's optimising compiler, 5 s of CPU, pays from a million reads on.
    shell:
        """
        exec 2> {log}
        prefix={output.summary:q}
        mosdepth --threads {threads} --no-per-base --by {input.targets} --quantize 0:{params.enough}: --thresholds 10,25 --fasta {input.genome} \
            "${{prefix%.mosdepth.summary.txt}}" {input.bam:q}
        mosdepth --version > {output.versions:q}
        md5sum {params.summed:q} > {output.sums:q}
        samtools stats -@ {threads} --reference {input.genome} {input.bam:q} > {output.stats:q}
        if [ -n "{params.hs_metrics}" ]; then
            intervals=$(mktemp --suffix .interval_list)
            trap 'rm -f "$intervals"' EXIT
            {{ cat {input.dictionary}; awk -v OFS='\t' '{{ print $1, $2 + 1, $3, "+", "target_" NR }}' {input.targets}; }} > "$intervals"
            gatk --java-options "-Xmx{params.heap}m -XX:+UseSerialGC" CollectHsMetrics -R {input.genome} \
                -I {input.bam:q} --BAIT_INTERVALS "$intervals" --TARGET_INTERVALS "$intervals" --BAIT_SET_NAME targets \
                --SAMPLE_SIZE 1 --VALIDATION_STRINGENCY SILENT -O {params.hs_metrics:q} >&2
            # Identical runs give identical reports.
            sed -i "s#$intervals#targets.interval_list#g; /^# Started on: /d" {params.hs_metrics:q}
        fi
        """


rule qc:
    # All samples at once: the verdict of each, and whether its burden is told.
    input:
        **FACTS.reports,
        samples=SETTINGS["samples"] or [],
    output:
        qc=shown("results/qc/qc.tsv", "Quality"),
        section="results/qc/quality_mqc.tsv",
    log:
        "results/logs/qc.log",
    localrule: FEW
    resources:
        mem_mb=growing(2000),
        runtime=minutes(15),
    params:
        sums=lambda wildcards: sums([SETTINGS["samples"]]),
        files=lambda wildcards, input: [
            word for kind in FACTS.reports for word in (f"--{kind.replace('_', '-')}", *listed(input[kind]))
        ],
        options=OPTIONS["qc"],
    shell:
        """
        biomarkers qc --samples {input.samples:q} {params.files:q} {params.options} \
            --qc {output.qc} --section {output.section} 2>{log}
        """


# Samples up to which MultiQC's page has their curves.
SHOWS_CURVES = len(RUN.samples.sequenced) <= 300


rule multiqc:
    input:
        # Curves of so many samples could not be told apart, and took ten times the memory: 4.1 GB of 2,000 samples.
        [FACTS.reports.get(kind, []) for kind in ("stats", "duplicates")],
        [FACTS.reports.get(kind, []) for kind in ("trimming", "hs_metrics") if SHOWS_CURVES],
        [f"results/qc/depth/{s.sample}.mosdepth.region.dist.txt" for s in RUN.samples.sequenced if SHOWS_CURVES],
        quality="results/qc/quality_mqc.tsv",
        tmb="results/qc/tmb_mqc.tsv",
    output:
        shown("results/qc/multiqc.html", "Quality", "page"),
    log:
        "results/logs/multiqc.log",
    localrule: FEW
    conda:
        "../../envs/multiqc.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=minutes(20),
    params:
        config=WORKFLOW / "multiqc.yaml",
        folder=lambda wildcards, output: os.path.dirname(output[0]),
    shell:
        """
        multiqc --force --no-data-dir --no-version-check --quiet --no-ansi --config {params.config:q} --outdir {params.folder:q} --filename multiqc.html \
            {input:q} >{log} 2>&1
        """
