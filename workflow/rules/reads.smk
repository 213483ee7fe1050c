# Reads -> one BAM or CRAM per sample, duplicates marked within each library.


rule align:
    # One job from the lanes of a library to its marked BAM.
    input:
        reads=reads_of,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        index=multiext("resources/genome.fa", *FACTS.aligner.endings),
    output:
        bam=kept(FACTS.marked.file),
        index=kept(FACTS.marked.index),
        duplicates="results/qc/duplicates/{sample}.txt",
        trimming=directory("results/qc/fastp/{sample}"),
    log:
        "results/logs/align/{sample}.log",
    benchmark:
        "results/benchmarks/align/{sample}.tsv"
    wildcard_constraints:
        sample=one_of(FACTS.one_library),
    priority: LONG
    group:
        "reads"
    conda:
        f"../../envs/{FACTS.aligner.name}.yaml"
    threads: beside_others(8)
    resources:
        mem_mb=growing(FACTS.aligner_megabytes),
        runtime=minutes(30, per_gigabyte=60, of=given_of),
    params:
        lanes=lane_words,
        trim=SETTINGS["reads"]["trim"],
        mark=SETTINGS["reads"]["mark_duplicates"],
        optical=SETTINGS["reads"]["optical_distance"],
        aligner=FACTS.aligner.name,
    shell:
        "align.sh --genome {input.genome:q} --aligner {params.aligner} --trim {params.trim} --mark {params.mark}"
        " --optical {params.optical} --threads {threads} --bam {output.bam:q} --index {output.index:q}"
        " --duplicates {output.duplicates:q} --trimming {output.trimming:q} -- {params.lanes:q} 2> {log:q}"


use rule align as align_library with:
    output:
        bam=temp("results/libraries/{sample}/{library}.bam"),
        index=temp("results/libraries/{sample}/{library}.bam.bai"),
        duplicates="results/qc/duplicates/{sample}.{library}.txt",
        trimming=directory("results/qc/fastp/{sample}.{library}"),
    log:
        "results/logs/align/{sample}.{library}.log",
    benchmark:
        "results/benchmarks/align_library/{sample}.{library}.tsv"
    wildcard_constraints:
        sample=one_of(FACTS.several_libraries),
        library="[A-Za-z0-9][A-Za-z0-9._-]*",


rule merge_libraries:
    input:
        libraries=libraries_of,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
    output:
        bam=kept(FACTS.marked.file),
        index=kept(FACTS.marked.index),
    log:
        "results/logs/merge_libraries/{sample}.log",
    wildcard_constraints:
        sample=one_of(FACTS.several_libraries),
    priority: LONG
    group:
        "reads"
    conda:
        "../../envs/samtools.yaml"
    threads: beside_others(4)
    resources:
        mem_mb=growing(2000),
        runtime=minutes(20, per_gigabyte=10, of=given_of),
    shell:
        "samtools merge -@ {threads} --reference {input.genome} --write-index -o {output.bam:q}##idx##{output.index:q} {input.libraries:q} 2> {log}"


rule aligned:
    input:
        alignment=lambda wildcards: RUN.samples.by_name[wildcards.sample].file,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        dictionary="resources/genome.dict",
    output:
        bam=kept(FACTS.marked.file),
        index=kept(FACTS.marked.index),
    log:
        "results/logs/aligned/{sample}.log",
    wildcard_constraints:
        sample=one_of(FACTS.aligned),
    priority: LONG
    group:
        "reads"
    conda:
        "../../envs/samtools.yaml"
    threads: beside_others(4)
    resources:
        mem_mb=growing(2000),
        runtime=minutes(20, per_gigabyte=10, of=given_of),
    shell:
        "aligned.sh --alignment {input.alignment:q} --genome {input.genome:q} --fai {input.fai:q}"
        " --dictionary {input.dictionary:q} --threads {threads} --bam {output.bam:q} --index {output.index:q} 2> {log:q}"


rule recalibrate:
    input:
        bam="results/unrecalibrated/{sample}.bam",
        index="results/unrecalibrated/{sample}.bam.bai",
        genome="resources/genome.fa",
        dictionary="resources/genome.dict",
        targets="resources/targets.bed",
        fai="resources/genome.fa.fai",
        known=expand("resources/known_sites_{number}.vcf.gz", number=range(len(FACTS.known_sites))),
        known_indexes=expand("resources/known_sites_{number}.vcf.gz.tbi", number=range(len(FACTS.known_sites))),
    output:
        bam=FACTS.reads.file,
        index=FACTS.reads.index,
        table="results/qc/recalibration/{sample}.table",
    log:
        "results/logs/recalibrate/{sample}.log",
    benchmark:
        "results/benchmarks/recalibrate/{sample}.tsv"
    wildcard_constraints:
        sample=one_of(s.sample for s in RUN.samples.sequenced if FACTS.recalibrates),
    priority: LONG
    group:
        "reads"
    conda:
        "../../envs/gatk.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=minutes(60, per_gigabyte=45, of=given_of),
    params:
        known=lambda wildcards, input: [f"--known-sites {site}" for site in input.known],
        padding=SETTINGS["calling"]["interval_padding"],
        heap=lambda wildcards, resources: heap(resources.mem_mb),
    shell:
        """
        exec 2> {log}
        java="-Xmx{params.heap}m -XX:+UseSerialGC"
        if samtools head {input.bam:q} | grep -qi '^@PG.*ApplyBQSR'; then
            # A file that came recalibrated: twice would move its qualities away from what was observed.
            echo "not done: recalibrated before (@PG ApplyBQSR)" > {output.table:q}
            samtools view -@ {threads} -T {input.genome} --no-PG --write-index -o {output.bam:q}##idx##{output.index:q} {input.bam:q}
            exit
        fi
        gatk --java-options "$java" BaseRecalibrator -I {input.bam:q} -R {input.genome} -L {input.targets} \
            --interval-padding {params.padding} {params.known} -O {output.table:q}
        gatk --java-options "$java" ApplyBQSR -I {input.bam:q} -R {input.genome} --bqsr-recal-file {output.table:q} \
            --create-output-bam-index false -O {output.bam:q}
        samtools index -@ {threads} {output.bam:q} {output.index:q}
        """
