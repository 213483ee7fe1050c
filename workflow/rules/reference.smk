# The genome and what is known about it, as the tools want it. Indexes that stand beside the user's files are linked.


# The one rule that uses a network, and only with `reference.preset`. It runs where Snakemake does: nodes of a cluster often
# have none. What it downloads is no output of a rule, so that Snakemake never removes it; the link is.
rule download:
    output:
        "resources/preset/{file}",
    log:
        "results/logs/download/{file}.log",
    wildcard_constraints:
        file=one_of(file.name for file in RUN.preset_files),
    localrule: True
    resources:
        mem_mb=growing(500),
        runtime=minutes(240),
    params:
        preset=REFERENCE["preset"],
        folder=REFERENCE["preset_folder"],
    shell:
        "biomarkers download --preset {params.preset:q} --file {wildcards.file:q} --folder {params.folder:q} --link {output:q}"
        " 2> {log}"


rule genes:
    input:
        preset_file("genes"),
    output:
        PRESET_GENES,
    log:
        "results/logs/genes.log",
    group:
        "reference"
    resources:
        mem_mb=growing(500),
        runtime=minutes(10),
    params:
        names=[f"{theirs}={ours}" for theirs, ours in RUN.preset.gene_contigs.items()] if RUN.preset else [],
    shell:
        "genes.sh --genes {input:q} --renamed {output:q} -- {params.names:q} 2> {log:q}"


rule genome:
    input:
        REFERENCE["fasta"] or [],
    output:
        fasta="resources/genome.fa",
        fai="resources/genome.fa.fai",
        dictionary="resources/genome.dict",
    log:
        "results/logs/genome.log",
    group:
        "reference"
    conda:
        "../../envs/samtools.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10, per_gigabyte=10, of=lambda wildcards: [REFERENCE["fasta"]]),
    shell:
        """
        exec 2>{log}
        case {input:q} in
            *.gz) gzip -cd {input:q} >{output.fasta} ;;
            *) link.sh {input:q} {output.fasta} ;;
        esac
        samtools faidx {output.fasta} --fai-idx {output.fai}
        samtools dict {output.fasta} --output {output.dictionary}
        """


rule index_genome:
    input:
        fasta="resources/genome.fa",
        source=REFERENCE["fasta"] or [],
        alternative=preset_file("alt"),
    output:
        multiext("resources/genome.fa", *FACTS.aligner.endings),
    log:
        "results/logs/index_genome.log",
    priority: LONG
    conda:
        f"../../envs/{FACTS.aligner.name}.yaml"
    resources:
        mem_mb=growing(FACTS.aligner_megabytes),
        runtime=minutes(10, per_gigabyte=40, of=lambda wildcards: [REFERENCE["fasta"]]),
    params:
        aligner=FACTS.aligner.name,
        endings=[ending.removeprefix(".") for ending in FACTS.aligner.endings],
    shell:
        # Which contigs are ALT (bwa's .alt file), by whichever name it has beside the FASTA, concerns every index.
        """
        exec 2> {log}
        rm -f {input.fasta}.alt
        for ending in alt 64.alt; do
            if [ -f {input.source:q}.$ending ]; then link.sh {input.source:q}.$ending {input.fasta}.alt; fi
        done
        beside=yes
        for ending in {params.endings}; do [ {input.source:q}.$ending -nt {input.source:q} ] || beside=no; done
        if [ $beside = yes ]; then
            for ending in {params.endings}; do link.sh {input.source:q}.$ending {input.fasta}.$ending; done
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
    group:
        "reference"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    params:
        sums=lambda wildcards: sums(listed(REFERENCE["targets"])),
        options=OPTIONS["targets"],
    shell:
        "biomarkers targets --targets {input.targets:q} --reference {input.genome} --cleaned {output} {params.options}"
        " 2> {log}"


rule coding:
    input:
        REFERENCE["genes"] or [],
    output:
        "resources/coding.bed",
    log:
        "results/logs/coding.log",
    localrule: FEW
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    shell:
        "biomarkers coding --genes {input:q} --coding-bed {output} 2> {log}"


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
    group:
        "reference"
    conda:
        "../../envs/bcftools.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10, per_gigabyte=10, of=lambda wildcards: [known_file(wildcards)]),
    shell:
        """
        exec 2>{log}
        if bcftools view --header-only {input:q} >/dev/null && [ {input:q}.tbi -nt {input:q} ]; then
            link.sh {input:q} {output.vcf}
            link.sh {input:q}.tbi {output.index}
        elif bcftools index --tbi --output {output.index} {input:q}; then
            link.sh {input:q} {output.vcf}
        else
            bcftools view --no-version {input:q} --output-type z --output {output.vcf}
            bcftools index --tbi {output.vcf}
        fi
        """
