# BAM -> filtered somatic VCF: Mutect2 with the matched normal where there is one, and a panel of normals where asked.
# Memory in MB of one process of Mutect2: two of them stay within 4 GB. One has more, but its heap does not hang on the cores.
MUTECT2_MEMORY = 2000
LEAST_MEMORY = 3000
ASSEMBLY = settings.Assembly.as_options(SETTINGS)
if not SETTINGS["calling"]["soft_clips"]:
    ASSEMBLY += ["--dont-use-soft-clipped-bases", "true"]
MODEL = "results/calling/{tumor}.orientation.tar.gz"
ORIENTATION = {"orientation": MODEL} if SETTINGS["calling"]["orientation"] else {}


rule call:
    input:
        unpack(pair_of),
        # A foreign normal is told before hours of calling.
        same_person=same_person_of,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        dictionary="resources/genome.dict",
        targets="resources/targets.bed",
        germline_resource=known("germline_resource"),
        panel_of_normals=panel(),
    output:
        **{name: temp(path) for name, path in ORIENTATION.items()},
        vcf=temp("results/calling/{tumor}.unfiltered.vcf.gz"),
        index=temp("results/calling/{tumor}.unfiltered.vcf.gz.tbi"),
        stats=temp("results/calling/{tumor}.unfiltered.vcf.gz.stats"),
    log:
        "results/logs/call/{tumor}.log",
    benchmark:
        "results/benchmarks/call/{tumor}.tsv"
    priority: LONG
    group:
        "call"
    conda:
        "../../envs/gatk.yaml"
    threads: beside_others(FACTS.calling_parts)
    resources:
        mem_mb=growing(MUTECT2_MEMORY, least=LEAST_MEMORY, per_thread=True),
        runtime=minutes(120, per_gigabyte=30, of=given_of),
    params:
        normal=lambda wildcards, input: ["--normal", input.normal] if input.get("normal") else [],
        orientation=lambda wildcards, output: flags({"orientation": output.get("orientation")}),
        options=[
            *option("--germline-resource", "germline_resource"),
            *option("--panel-of-normals", "panel_of_normals"),
            *ASSEMBLY,
        ],
        padding=SETTINGS["calling"]["interval_padding"],
        heap=lambda wildcards, resources, threads: heap(resources.mem_mb, max(threads, LEAST_MEMORY / MUTECT2_MEMORY)),
    shell:
        "call.sh --genome {input.genome:q} --targets {input.targets:q} --padding {params.padding} --tumor {input.tumor:q}"
        " {params.normal:q} --threads {threads} --heap {params.heap} --vcf {output.vcf:q} --index {output.index:q}"
        " --stats {output.stats:q} {params.orientation} -- {params.options:q} > {log:q} 2>&1"


use rule call as call_normal with:
    # A normal as if it were a tumor, for the panel: what is found in several normals is germline or an artefact.
    input:
        tumor=FACTS.reads.of("{normal}").file,
        tumor_index=FACTS.reads.of("{normal}").index,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        dictionary="resources/genome.dict",
        targets="resources/targets.bed",
    output:
        vcf=temp("results/panel/{normal}.vcf.gz"),
        index=temp("results/panel/{normal}.vcf.gz.tbi"),
        stats=temp("results/panel/{normal}.vcf.gz.stats"),
    log:
        "results/logs/call_normal/{normal}.log",
    benchmark:
        "results/benchmarks/call_normal/{normal}.tsv"
    params:
        normal=[],
        orientation="",
        options=["--max-mnp-distance", 0, *ASSEMBLY],
        padding=SETTINGS["calling"]["interval_padding"],
        heap=lambda wildcards, resources, threads: heap(resources.mem_mb, max(threads, LEAST_MEMORY / MUTECT2_MEMORY)),


rule panel_of_normals:
    # The three steps of GATK's manual for CreateSomaticPanelOfNormals; the database lives only as long as the job.
    input:
        vcf=expand("results/panel/{normal}.vcf.gz", normal=FACTS.normals),
        index=expand("results/panel/{normal}.vcf.gz.tbi", normal=FACTS.normals),
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        dictionary="resources/genome.dict",
        targets="resources/targets.bed",
        germline_resource=known("germline_resource"),
    output:
        vcf="results/panel/panel_of_normals.vcf.gz",
        index="results/panel/panel_of_normals.vcf.gz.tbi",
    log:
        "results/logs/panel_of_normals.log",
    conda:
        "../../envs/gatk.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=minutes(
            60,
            per_gigabyte=240,
            of=lambda wildcards: [LAYOUT.place(f"results/panel/{normal}.vcf.gz") for normal in FACTS.normals],
        ),
    params:
        samples=FACTS.normals,
        resource=option("--germline-resource", "germline_resource"),
        padding=SETTINGS["calling"]["interval_padding"],
        # GenomicsDB's own memory lies outside the heap.
        heap=lambda wildcards, resources: heap(resources.mem_mb, 2),
    shell:
        """
        exec > {log} 2>&1
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        paste <(printf '%s\n' {params.samples:q}) <(printf '%s\n' {input.vcf:q}) > "$work/normals.tsv"
        java="-Xmx{params.heap}m -XX:+UseSerialGC"
        # Without file locks, which shared file systems often lack.
        gatk --java-options "$java" GenomicsDBImport -R {input.genome} -L {input.targets} --interval-padding {params.padding} \
            --merge-input-intervals true --batch-size 50 --genomicsdb-shared-posixfs-optimizations true \
            --sample-name-map "$work/normals.tsv" --genomicsdb-workspace-path "$work/database"
        gatk --java-options "$java" CreateSomaticPanelOfNormals -R {input.genome} {params.resource:q} \
            -V "gendb://$work/database" -O "$work/panel.vcf.gz"
        bcftools view --no-version "$work/panel.vcf.gz" | dateless.sh | bcftools view --no-version --output-type z --output {output.vcf} -
        bcftools index --tbi {output.vcf}
        """


rule common_sites:
    # What GetPileupSummaries looks at, cut once for all samples: it would walk every base of the targets otherwise. The
    # frequencies reach a little beyond its bounds, which it applies itself: here 0.2 may be 0.20000000298.
    input:
        germline_resource=known("germline_resource"),
        targets="resources/targets.bed",
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
    output:
        vcf="resources/common_sites.vcf.gz",
        index="resources/common_sites.vcf.gz.tbi",
    log:
        "results/logs/common_sites.log",
    group:
        "reference"
    conda:
        "../../envs/gatk.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(30, per_gigabyte=30, of=lambda wildcards: [REFERENCE["germline_resource"]]),
    params:
        padding=SETTINGS["calling"]["interval_padding"],
    shell:
        """
        exec > {log} 2>&1
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        biomarkers targets --targets {input.targets} --reference {input.genome} --padding {params.padding} \
            --cleaned "$work/cleaned.bed" --shard "$work/padded.bed"
        bcftools view --no-version --regions-file "$work/padded.bed" --max-alleles 2 --types snps --include 'INFO/AF > 0.0099 && INFO/AF < 0.201' \
            --output-type z --output {output.vcf} {input.germline_resource[0]}
        bcftools index --tbi {output.vcf}
        """


rule pileups:
    input:
        bam=FACTS.reads.file,
        index=FACTS.reads.index,
        genome="resources/genome.fa",
        dictionary="resources/genome.dict",
        targets="resources/targets.bed",
        sites="resources/common_sites.vcf.gz",
        sites_index="resources/common_sites.vcf.gz.tbi",
    output:
        "results/calling/{sample}.pileups.table",
    log:
        "results/logs/pileups/{sample}.log",
    priority: LONG
    group:
        "reads"
    conda:
        "../../envs/gatk.yaml"
    resources:
        mem_mb=growing(3000),
        runtime=minutes(30, per_gigabyte=10, of=given_of),
    params:
        heap=lambda wildcards, resources: heap(resources.mem_mb),
        short=SHORT,
    shell:
        # Without a common site on the targets the table is empty, but GATK wants somewhere to look.
        """
        exec > {log} 2>&1
        where={input.sites}
        if [ "$(bcftools index --nrecords {input.sites})" = 0 ]; then where={input.targets}; fi
        gatk --java-options "-Xmx{params.heap}m -XX:+UseSerialGC {params.short}" GetPileupSummaries -R {input.genome} -I {input.bam:q} \
            -V {input.sites} -L "$where" -O {output:q}
        """


rule filter:
    input:
        **ORIENTATION,
        vcf="results/calling/{tumor}.unfiltered.vcf.gz",
        index="results/calling/{tumor}.unfiltered.vcf.gz.tbi",
        stats="results/calling/{tumor}.unfiltered.vcf.gz.stats",
        pileups=pileups_of,
        genome="resources/genome.fa",
        dictionary="resources/genome.dict",
    output:
        vcf=temp("results/calling/{tumor}.vcf.gz"),
        index=temp("results/calling/{tumor}.vcf.gz.tbi"),
        stats="results/qc/filtering/{tumor}.tsv",
        contamination="results/qc/contamination/{tumor}.tsv",
    log:
        "results/logs/filter/{tumor}.log",
    priority: LONG
    group:
        "tumor"
    conda:
        "../../envs/gatk.yaml"
    resources:
        mem_mb=growing(3000),
        runtime=minutes(60),
    params:
        orientation=lambda wildcards, input: flags({"orientation": input.get("orientation")}),
        least=SETTINGS["calling"]["contamination_min_sites"],
        heap=lambda wildcards, resources: heap(resources.mem_mb),
    shell:
        "filter.sh --sample {wildcards.tumor:q} --genome {input.genome:q} --calls {input.vcf:q} --stats {input.stats:q}"
        " {params.orientation} --least {params.least} --heap {params.heap} --vcf {output.vcf:q}"
        " --filtering-stats {output.stats:q} --contamination {output.contamination:q} -- {input.pileups:q} > {log:q} 2>&1"
