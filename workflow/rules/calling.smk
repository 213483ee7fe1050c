# BAM -> filtered somatic VCF: Mutect2 with the matched normal where there is one, and a panel of normals where asked.
SCATTER = scatter()
# Memory in MB of one process of Mutect2: two of them stay within 4 GB.
MUTECT2_MEMORY = 2000


rule call:
    input:
        unpack(pair_of),
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        dictionary="resources/genome.dict",
        targets="resources/targets.bed",
        germline_resource=known("germline_resource"),
        panel_of_normals=panel(),
    output:
        vcf=temp("results/calling/{tumor}.unfiltered.vcf.gz"),
        index=temp("results/calling/{tumor}.unfiltered.vcf.gz.tbi"),
        stats=temp("results/calling/{tumor}.unfiltered.vcf.gz.stats"),
        orientation=temp("results/calling/{tumor}.orientation.tar.gz"),
    log:
        "results/logs/call/{tumor}.log",
    benchmark:
        "results/benchmarks/call/{tumor}.tsv"
    conda:
        "../../envs/gatk.yaml"
    threads: SCATTER
    resources:
        mem_mb=growing(MUTECT2_MEMORY, least=3000, per_thread=True),
        runtime=minutes(120, per_gigabyte=60),
    params:
        normal=lambda wildcards, input: f"-I {shlex.quote(input.normal)}" if input.get("normal") else "",
        resource=option("--germline-resource", "germline_resource"),
        panel=option("--panel-of-normals", "panel_of_normals"),
        mode="",
        clips=flags({"dont_use_soft_clipped_bases": None if SETTINGS["calling"]["soft_clips"] else "true"}),
        padding=SETTINGS["calling"]["interval_padding"],
        heap=lambda wildcards, resources, threads: heap(resources, threads),
        short=SHORT,
    shell:
        # The parts end between targets, so that their number changes no call. Each part is one process with one thread for
        # the pair-HMM: together they use the job's cores, which more threads in fewer processes would not.
        """
        exec > {log} 2>&1
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        parts=($(printf "$work/%02d.bed " $(seq {threads})))
        biomarkers targets --targets {input.targets} --reference {input.genome} --padding {params.padding} \
            --cleaned "$work/cleaned.txt" --shard "${{parts[@]}}"
        normal=({params.normal})
        # The name of the normal with each byte as %XX, which Mutect2 undoes: a header may hold any name, and Java reads
        # its bytes as Latin-1 but those of a command line as UTF-8.
        encoded() {{ tr -d '\\n' | iconv -f LATIN1 -t UTF-8 | od -An -v -tx1 | tr -d '\\n' | tr ' ' %; }}
        if [ ${{#normal[@]}} != 0 ]; then normal+=(-normal "$(samtools samples "${{normal[1]}}" | cut -f 1 | encoded)"); fi
        java="-Xmx{params.heap}m -XX:+UseSerialGC"
        mutect2() {{
            gatk --java-options "$java" Mutect2 -R {input.genome} -I {input.tumor:q} "${{normal[@]}}" \
                {params.resource} {params.panel} {params.mode} {params.clips} -L "$1" --f1r2-tar-gz "${{1%.bed}}.f1r2.tar.gz" -O "${{1%.bed}}.vcf.gz" \
                --native-pair-hmm-threads 1 > "${{1%.bed}}.log" 2>&1
        }}
        for part in "${{parts[@]}}"; do mutect2 "$part" & done
        failed=
        for part in "${{parts[@]}}"; do wait -n || failed=yes; done
        cat "$work"/*.log >&2
        [ -z "$failed" ] || exit 1
        bcftools concat "$work"/*.vcf.gz --output-type z --output {output.vcf:q}
        bcftools index --tbi {output.vcf:q}
        if [ ${{#parts[@]}} = 1 ]; then cp "$work"/*.stats {output.stats:q}
        else gatk --java-options "$java {params.short}" MergeMutectStats $(printf -- '--stats %s ' "$work"/*.stats) -O {output.stats:q}; fi
        gatk --java-options "$java {params.short}" LearnReadOrientationModel $(printf -- '-I %s ' "$work"/*.f1r2.tar.gz) \
            -O {output.orientation:q}
        """


use rule call as call_normal with:
    # A normal as if it were a tumor, for the panel: what is found in several normals is germline or an artefact.
    input:
        tumor=READS.replace("sample", "normal"),
        tumor_index=READS_INDEX.replace("sample", "normal"),
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        dictionary="resources/genome.dict",
        targets="resources/targets.bed",
    output:
        vcf=temp("results/panel/{normal}.vcf.gz"),
        index=temp("results/panel/{normal}.vcf.gz.tbi"),
        stats=temp("results/panel/{normal}.vcf.gz.stats"),
        orientation=temp("results/panel/{normal}.orientation.tar.gz"),
    log:
        "results/logs/call_normal/{normal}.log",
    benchmark:
        "results/benchmarks/call_normal/{normal}.tsv"
    params:
        normal="",
        resource="",
        panel="",
        mode="--max-mnp-distance 0",
        clips=flags({"dont_use_soft_clipped_bases": None if SETTINGS["calling"]["soft_clips"] else "true"}),
        padding=SETTINGS["calling"]["interval_padding"],
        heap=lambda wildcards, resources, threads: heap(resources, threads),
        short=SHORT,


rule panel_of_normals:
    # The three steps of GATK's manual for CreateSomaticPanelOfNormals; the database lives only as long as the job.
    input:
        vcf=expand("results/panel/{normal}.vcf.gz", normal=NORMALS),
        index=expand("results/panel/{normal}.vcf.gz.tbi", normal=NORMALS),
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
        runtime=minutes(60, per_gigabyte=240),
    params:
        samples=NORMALS,
        resource=option("--germline-resource", "germline_resource"),
        padding=SETTINGS["calling"]["interval_padding"],
        # GenomicsDB's own memory lies outside the heap.
        heap=lambda wildcards, resources: heap(resources, 2),
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
        gatk --java-options "$java" CreateSomaticPanelOfNormals -R {input.genome} {params.resource} \
            -V "gendb://$work/database" -O "$work/panel.vcf.gz"
        mv "$work/panel.vcf.gz" {output.vcf}
        mv "$work/panel.vcf.gz.tbi" {output.index}
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
    conda:
        "../../envs/gatk.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(30, per_gigabyte=30),
    params:
        padding=SETTINGS["calling"]["interval_padding"],
    shell:
        """
        exec > {log} 2>&1
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        biomarkers targets --targets {input.targets} --reference {input.genome} --padding {params.padding} \
            --cleaned "$work/cleaned.bed" --shard "$work/padded.bed"
        bcftools view --regions-file "$work/padded.bed" --max-alleles 2 --types snps --include 'INFO/AF > 0.0099 && INFO/AF < 0.201' \
            --output-type z --output {output.vcf} {input.germline_resource[0]}
        bcftools index --tbi {output.vcf}
        """


rule pileups:
    input:
        bam=READS,
        index=READS_INDEX,
        genome="resources/genome.fa",
        dictionary="resources/genome.dict",
        targets="resources/targets.bed",
        sites="resources/common_sites.vcf.gz",
        sites_index="resources/common_sites.vcf.gz.tbi",
    output:
        "results/calling/{sample}.pileups.table",
    log:
        "results/logs/pileups/{sample}.log",
    conda:
        "../../envs/gatk.yaml"
    resources:
        mem_mb=growing(3000),
        runtime=minutes(30, per_gigabyte=30),
    params:
        heap=lambda wildcards, resources: heap(resources),
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
        vcf="results/calling/{tumor}.unfiltered.vcf.gz",
        index="results/calling/{tumor}.unfiltered.vcf.gz.tbi",
        stats="results/calling/{tumor}.unfiltered.vcf.gz.stats",
        orientation="results/calling/{tumor}.orientation.tar.gz",
        pileups=pileups_of,
        same_person=same_person_of,
        genome="resources/genome.fa",
        dictionary="resources/genome.dict",
    output:
        vcf=temp("results/calling/{tumor}.vcf.gz"),
        index=temp("results/calling/{tumor}.vcf.gz.tbi"),
        stats="results/qc/filtering/{tumor}.tsv",
        contamination="results/qc/contamination/{tumor}.tsv",
    log:
        "results/logs/filter/{tumor}.log",
    conda:
        "../../envs/gatk.yaml"
    resources:
        mem_mb=growing(3000),
        runtime=minutes(30, per_gigabyte=60),
    params:
        orientation=SETTINGS["calling"]["orientation"],
        least=SETTINGS["calling"]["contamination_min_sites"],
        heap=lambda wildcards, resources: heap(resources),
        short=SHORT,
    shell:
        # An estimate of contamination from few sites is noise: it is reported, but no call is filtered by it.
        # Read and written in one encoding, names of samples beyond ASCII stay what they are in the header of the BAM.
        """
        exec > {log} 2>&1
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        java="-Xmx{params.heap}m -XX:+UseSerialGC {params.short} -Dfile.encoding=ISO-8859-1"
        options=()
        if [ {params.orientation} = True ]; then options+=(--ob-priors {input.orientation:q}); fi
        set -- {input.pileups:q}
        sites=NA estimate=NA error=NA applied=no
        if [ $# != 0 ]; then
            sites=$(grep -vc -e '^"*#' -e '^contig' "$1" || true)
            if gatk --java-options "$java" CalculateContamination -I "$1" ${{2:+-matched "$2"}} -O "$work/contamination.table" \
                --tumor-segmentation "$work/segments.table"; then
                read -r estimate error < <(tail -n 1 "$work/contamination.table" | cut -f 2,3)
                if [ "$sites" -ge {params.least} ]; then
                    applied=yes
                    options+=(--contamination-table "$work/contamination.table" --tumor-segmentation "$work/segments.table")
                fi
            fi
        fi
        {{ printf 'sample\tcontamination\terror\tsites\tapplied\n'
            printf '%s\t%s\t%s\t%s\t%s\n' {wildcards.tumor:q} "$estimate" "$error" "$sites" $applied
        }} > {output.contamination:q}
        gatk --java-options "$java" FilterMutectCalls -R {input.genome} -V {input.vcf:q} --stats {input.stats:q} \
            "${{options[@]}}" --filtering-stats {output.stats:q} -O {output.vcf:q}
        """
