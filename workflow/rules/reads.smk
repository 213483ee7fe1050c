# FASTQ or unaligned BAM -> one BAM per sample, duplicates marked within each library.


rule align:
    # One job from the lanes of a library to its marked BAM: nothing is written in between but what sorting spills.
    input:
        reads=reads_of,
        genome="resources/genome.fa",
        index=multiext("resources/genome.fa", *INDEX[ALIGNER]),
    output:
        bam=kept(MARKED),
        index=kept(f"{MARKED}.bai"),
        duplicates="results/qc/duplicates/{sample}.txt",
        trimming=directory("results/qc/fastp/{sample}"),
    log:
        "results/logs/align/{sample}.log",
    benchmark:
        "results/benchmarks/align/{sample}.tsv"
    wildcard_constraints:
        sample=one_of(ONE_LIBRARY),
    conda:
        f"../../envs/{ALIGNER}.yaml"
    threads: 8
    resources:
        mem_mb=genome_memory,
        runtime=minutes(30, per_gigabyte=60),
    params:
        lanes=lane_words,
        trim=SETTINGS["reads"]["trim"],
        mark=SETTINGS["reads"]["mark_duplicates"],
        optical=SETTINGS["reads"]["optical_distance"],
        aligner=ALIGNER,
    shell:
        # fastp and `bwa mem -p` take truncated files and strangers for mates without a word, so both are looked for first.
        # One aligner serves all lanes: each read carries its read group in the comment of its name (bwa mem -C).
        """
        exec 2> {log}
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        mkdir -p {output.trimming:q}
        fail() {{ echo "$1: $2" >&2; exit 1; }}
        names() {{
            gzip -cdf "$1" | awk 'NR % 4 == 1 {{ name = $1; sub(/\\/[12]$/, "", name); print name }}
                NR % 4 == 2 {{ bases = length($0) }}
                NR % 4 == 0 && length($0) != bases {{ bad = 3; exit }}
                END {{ exit (NR % 4) ? 3 : bad }}'
        }}
        check_fastq() {{
            again="is truncated or damaged; copy it again and compare checksums"
            if [ "$2" = - ]; then names "$1" > /dev/null || fail "$1" "$again"; return; fi
            rm -f "$work/1" "$work/2"; mkfifo "$work/1" "$work/2"
            names "$1" > "$work/1" & first=$!
            names "$2" > "$work/2" & second=$!
            same=yes; cmp "$work/1" "$work/2" >&2 || same=no
            # A reader that cmp left early ends by SIGPIPE (141), which says nothing of its file.
            wait $first || [ $? = 141 ] || fail "$1" "$again"
            wait $second || [ $? = 141 ] || fail "$2" "$again"
            [ $same = yes ] || fail "$1 and $2" "are not mates: their read names differ; check fastq_1 and fastq_2 of this lane"
        }}
        check_bam() {{
            samtools quickcheck -u "$1" || fail "$1" "is truncated or no BAM; copy it again and compare checksums"
        }}
        lanes=({params.lanes:q})
        for ((i = 0; i < ${{#lanes[@]}}; i += 4)); do
            printf "${{lanes[i + 1]}}\n" >> "$work/read_groups"
            case "${{lanes[i + 2]}}" in
            *.bam | *.cram) check_bam "${{lanes[i + 2]}}" ;;
            *) check_fastq "${{lanes[i + 2]}}" "${{lanes[i + 3]}}" ;;
            esac
        done
        # Adapters only: no read is dropped for its quality, which Mutect2 weighs itself.
        options=(--stdout --thread 3 --disable_quality_filtering --length_required 20 --html /dev/null)
        [ {params.trim} = True ] || options+=(--disable_adapter_trimming)
        trimmed() {{
            case "$1,$2" in
            *.bam,- | *.cram,-)
                samtools collate -Ouf "$1" "$work/collate" | samtools fastq -n - | fastp --stdin --interleaved_in "${{options[@]}}" --json "$3" ;;
            *,-) fastp --in1 "$1" "${{options[@]}}" --json "$3" ;;
            *) fastp --in1 "$1" --in2 "$2" --detect_adapter_for_pe "${{options[@]}}" --json "$3" ;;
            esac
        }}
        reads() {{
            for ((i = 0; i < ${{#lanes[@]}}; i += 4)); do
                group=${{lanes[i + 1]#*ID:}}
                report={output.trimming:q}/${{lanes[i]}}.json
                trimmed "${{lanes[i + 2]}}" "${{lanes[i + 3]}}" "$report" \
                    | awk -v tag="\tRG:Z:${{group%%\\\\t*}}" 'NR % 4 == 1 {{ print $1 tag; next }} {{ print }}'
            done
        }}
        marked() {{
            if [ {params.mark} = True ]; then
                samtools markdup -@ {threads} -d {params.optical} -f {output.duplicates:q} -T "$work/markdup" --write-index - "$1"
            else
                echo "duplicates were not marked (reads: mark_duplicates is false)" > {output.duplicates:q}
                samtools view -@ {threads} -b --write-index -o "$1" -
            fi
        }}
        reads \
            | {params.aligner} mem -t {threads} -K 100000000 -Y -p -C -H "$work/read_groups" {input.genome} - \
            | samtools fixmate -m -u - - \
            | samtools sort -u -@ 2 -m 512M -T "$work/sort" - \
            | marked {output.bam:q}##idx##{output.index:q}
        """


use rule align as align_library with:
    output:
        bam=temp("results/libraries/{sample}/{library}.bam"),
        index=temp("results/libraries/{sample}/{library}.bam.bai"),
        duplicates="results/qc/duplicates/{sample}.{library}.txt",
        trimming=directory("results/qc/fastp/{sample}.{library}"),
    log:
        "results/logs/align/{sample}.{library}.log",
    benchmark:
        "results/benchmarks/align/{sample}.{library}.tsv"
    wildcard_constraints:
        sample=one_of(SEVERAL_LIBRARIES),
        library="[A-Za-z0-9][A-Za-z0-9._-]*",


rule merge_libraries:
    input:
        libraries_of,
    output:
        bam=kept(MARKED),
        index=kept(f"{MARKED}.bai"),
    log:
        "results/logs/merge_libraries/{sample}.log",
    wildcard_constraints:
        sample=one_of(SEVERAL_LIBRARIES),
    conda:
        "../../envs/samtools.yaml"
    threads: 4
    resources:
        mem_mb=growing(2000),
        runtime=minutes(20, per_gigabyte=10),
    shell:
        "samtools merge -@ {threads} --write-index -o {output.bam:q}##idx##{output.index:q} {input:q} 2> {log}"


rule aligned:
    input:
        alignment=lambda wildcards: RUN.samples.by_name[wildcards.sample].file,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
    output:
        bam=kept(MARKED),
        index=kept(f"{MARKED}.bai"),
    log:
        "results/logs/aligned/{sample}.log",
    wildcard_constraints:
        sample=one_of(ALIGNED),
    conda:
        "../../envs/samtools.yaml"
    threads: 4
    resources:
        mem_mb=growing(2000),
        runtime=minutes(20, per_gigabyte=10),
    shell:
        """
        exec 2> {log}
        fail() {{ echo {input.alignment:q}": $1" >&2; exit 1; }}
        samtools quickcheck {input.alignment:q} || fail "is truncated or no BAM or CRAM; copy it again and compare checksums"
        names=$(samtools samples {input.alignment:q} | cut -f 1 | sort -u)
        [ "$names" != . ] || fail "has no read group with a sample name (SM); add one with samtools addreplacerg"
        [ "$(echo "$names" | wc -l)" = 1 ] || fail "holds several samples ($(echo $names)); give each sample a file of its own"
        samtools head {input.alignment:q} | grep -q '^@HD.*SO:coordinate' || fail "is not sorted by coordinate; run samtools sort"
        # Contigs of the alignment, in the order in which the genome has them.
        cmp -s <(samtools head {input.alignment:q} | sed -n 's/^@SQ.*SN:\\([^\\t]*\\).*LN:\\([0-9]*\\).*/\\1 \\2/p') \
            <(awk '{{ print $1, $2 }}' {input.fai}) \
            || fail "was aligned to another genome than reference.fasta (contigs differ in name, length or order)"
        case {input.alignment:q} in
        *.cram) samtools view -@ {threads} -T {input.genome} -b --write-index -o {output.bam:q}##idx##{output.index:q} {input.alignment:q} ;;
        *)
            ln -sfr {input.alignment:q} {output.bam:q}
            samtools index -@ {threads} {input.alignment:q} {output.index:q} ;;
        esac
        """


rule recalibrate:
    input:
        bam="results/unrecalibrated/{sample}.bam",
        index="results/unrecalibrated/{sample}.bam.bai",
        genome="resources/genome.fa",
        dictionary="resources/genome.dict",
        targets="resources/targets.bed",
        known=KNOWN_SITES,
    output:
        bam="results/reads/{sample}.bam",
        index="results/reads/{sample}.bam.bai",
        table="results/qc/recalibration/{sample}.table",
    log:
        "results/logs/recalibrate/{sample}.log",
    benchmark:
        "results/benchmarks/recalibrate/{sample}.tsv"
    wildcard_constraints:
        sample=one_of(s.sample for s in RUN.samples.sequenced) if RECALIBRATE else "(?!)",
    conda:
        "../../envs/gatk.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=minutes(60, per_gigabyte=60),
    params:
        known=lambda wildcards, input: [f"--known-sites {shlex.quote(site)}" for site in input.known],
        padding=SETTINGS["calling"]["interval_padding"],
        heap=lambda wildcards, resources: heap(resources),
    shell:
        """
        exec 2> {log}
        java="-Xmx{params.heap}m -XX:+UseSerialGC"
        gatk --java-options "$java" BaseRecalibrator -I {input.bam:q} -R {input.genome} -L {input.targets} \
            --interval-padding {params.padding} {params.known} -O {output.table:q}
        gatk --java-options "$java" ApplyBQSR -I {input.bam:q} -R {input.genome} --bqsr-recal-file {output.table:q} \
            -O {output.bam:q}
        bai={output.bam:q}
        mv "${{bai%.bam}}.bai" {output.index:q}
        """
