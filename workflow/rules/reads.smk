# Reads -> one BAM or CRAM per sample, duplicates marked within each library.
UNREADABLE = (
    "cannot be read to its end; copy it again and compare checksums (a CRAM needs the reference that it was made with)"
)


rule align:
    # One job from the lanes of a library to its marked BAM: nothing is written in between but what sorting spills.
    input:
        reads=reads_of,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        index=multiext("resources/genome.fa", *INDEX[ALIGNER]),
    output:
        bam=kept(MARKED),
        index=kept(MARKED_INDEX),
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
        unreadable=UNREADABLE,
    shell:
        # fastp and `bwa mem -p` take truncated files and strangers for mates without a word: every file is read to its end
        # first, and names are compared on the way to the aligner.
        # One aligner serves all lanes: each read carries its read group in the comment of its name (bwa mem -C).
        """
        exec 2> {log}
        work=$(mktemp -d)
        # What is wrong with the reads is said last, after the words of the tools that they fail. No `||` behind the
        # pipeline: it would let a function go on after a command of it has failed.
        trap '[ ! -s "$work/refused" ] || cat "$work/refused" >&2; rm -rf "$work"' EXIT
        mkdir -p {output.trimming:q}
        fail() {{ echo "$1: $2" >&2; exit 1; }}
        again="is truncated or damaged; copy it again and compare checksums"
        mates="check fastq_1 and fastq_2 of this lane"
        lines() {{ gzip -cdf "$1" | wc -l; }}
        check_fastq() {{
            lines "$1" > "$work/1" & first=$!
            if [ "$2" = - ]; then echo 0 > "$work/2"; else lines "$2" > "$work/2"; fi & second=$!
            wait $first && [ $(($(< "$work/1") % 4)) = 0 ] || fail "$1" "$again"
            wait $second && [ $(($(< "$work/2") % 4)) = 0 ] || fail "$2" "$again"
            [ "$2" = - ] || cmp -s "$work/1" "$work/2" \
                || fail "$1 and $2" "are not mates: $(($(< "$work/1") / 4)) and $(($(< "$work/2") / 4)) reads; $mates"
            expected[i]=$((($(< "$work/1") + $(< "$work/2")) / 4))
        }}
        check_bam() {{
            samtools quickcheck -u "$1" || fail "$1" "is truncated or no BAM; copy it again and compare checksums"
            [ "$2" != - ] || return 0
            none=$(samtools view -@ {threads} -T {input.genome} -c -e '![RG]' "$1") || fail "$1" "{params.unreadable}"
            [ "$none" = 0 ] \
                || fail "$1" "has several read groups and reads of none; give each read its group with samtools addreplacerg"
        }}
        # Records of a read group, or all, those of a read side by side.
        records() {{
            if [ "$2" = - ]; then samtools view -u -T {input.genome} "$1"
            else samtools view -u -T {input.genome} -r "$2" "$1"; fi | samtools collate -Ouf - "$work/collate"
        }}
        lanes=({params.lanes:q})
        read_groups=() expected=()
        for ((i = 0; i < ${{#lanes[@]}}; i += 5)); do
            # As words of the command, not as a file, so that the header names no temporary folder.
            read_groups+=(-H "${{lanes[i + 1]}}")
            case "${{lanes[i + 2]}}" in
            *.bam | *.cram) check_bam "${{lanes[i + 2]}}" "${{lanes[i + 4]}}" ;;
            *) check_fastq "${{lanes[i + 2]}}" "${{lanes[i + 3]}}" ;;
            esac
        done
        # Adapters only: no read is dropped for its quality, which Mutect2 weighs itself.
        options=(--stdout --thread 3 --disable_quality_filtering --length_required 20 --html /dev/null)
        [ {params.trim} = True ] || options+=(--disable_adapter_trimming)
        # Mates of a BAM side by side, then the reads that have lost theirs: bwa takes neighbors of one name for a pair.
        from_bam() {{
            if [ "$(samtools view -T {input.genome} "$1" | head -n 1 | awk '{{ print $2 % 2 }}')" = 1 ]; then
                records "$1" "$3" | samtools fastq -n -O -s "$work/alone.fq" -0 "$work/other.fq" - \
                    | fastp --stdin --interleaved_in "${{options[@]}}" --json "$2/$4.json"
                cat "$work/alone.fq" "$work/other.fq" > "$work/single.fq"
                [ ! -s "$work/single.fq" ] || fastp --in1 "$work/single.fq" "${{options[@]}}" --json "$2/$4.single.json"
                rm -f "$work/alone.fq" "$work/other.fq" "$work/single.fq"
            else
                records "$1" "$3" | samtools fastq -n -O - | fastp --stdin "${{options[@]}}" --json "$2/$4.json"
            fi
        }}
        trimmed() {{
            case "$1,$2" in
            *.bam,- | *.cram,-) from_bam "$1" {output.trimming:q} "$4" "$5" ;;
            *,-) fastp --in1 "$1" "${{options[@]}}" --json "$3" ;;
            # Adapters of pairs show where mates overlap; looking for their sequence first costs 10 s of CPU a lane.
            *) fastp --in1 "$1" --in2 "$2" "${{options[@]}}" --json "$3" ;;
            esac
        }}
        # Each read with its group; where they came from two files, neighbors must be mates (status 3).
        tagged() {{
            awk -v tag="$1" -v pairs="$2" 'NR % 4 != 1 {{ print; next }}
                pairs != "-" {{
                    name = $1; sub(/\\/[12]$/, "", name)
                    if (NR % 8 == 5 && name != before) exit 3
                    before = name
                }}
                {{ print $1 tag }}' \
                || {{ [ $? != 3 ] || echo "$3 and $2: are not mates: their read names differ; $mates" > "$work/refused"; exit 1; }}
        }}
        reads() {{
            for ((i = 0; i < ${{#lanes[@]}}; i += 5)); do
                group=${{lanes[i + 1]#*ID:}}
                report={output.trimming:q}/${{lanes[i]}}.json
                trimmed "${{lanes[i + 2]}}" "${{lanes[i + 3]}}" "$report" "${{lanes[i + 4]}}" "${{lanes[i]}}" \
                    | tagged "\tRG:Z:${{group%%\\\\t*}}" "${{lanes[i + 3]}}" "${{lanes[i + 2]}}"
                # fastp stops at a damaged record as if its file ended there.
                [ -z "${{expected[i]:-}}" ] || [ "$(grep -m 1 '"total_reads"' "$report" | tr -dc 0-9)" = "${{expected[i]}}" ] \
                    || {{ echo "${{lanes[i + 2]}} or its mate: $again" > "$work/refused"; exit 1; }}
            done
        }}
        marked() {{
            if [ {params.mark} = True ]; then
                samtools markdup -@ {threads} -d {params.optical} -f {output.duplicates:q} --reference {input.genome} \
                    --write-index - "$1"
            else
                echo "duplicates were not marked (reads: mark_duplicates is false)" > {output.duplicates:q}
                samtools view -@ {threads} -T {input.genome} --write-index -o "$1" -
            fi
        }}
        reads \
            | {params.aligner} mem -t {threads} -K 100000000 -Y -p -C "${{read_groups[@]}}" {input.genome} - \
            | samtools fixmate -m -u - - \
            | (cd "$work" && samtools sort -u -@ 2 -m 512M -T sort -) \
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
        libraries=libraries_of,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
    output:
        bam=kept(MARKED),
        index=kept(MARKED_INDEX),
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
        "samtools merge -@ {threads} --reference {input.genome} --write-index -o {output.bam:q}##idx##{output.index:q} {input.libraries:q} 2> {log}"


rule aligned:
    input:
        alignment=lambda wildcards: RUN.samples.by_name[wildcards.sample].file,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        dictionary="resources/genome.dict",
    output:
        bam=kept(MARKED),
        index=kept(MARKED_INDEX),
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
    params:
        unreadable=UNREADABLE,
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
        # Checksums of the contigs, where the header has them.
        checksums() {{ sed -n 's/^@SQ.*SN:\\([^\\t]*\\).*/&\\t\\1/; s/^@SQ.*M5:\\([0-9a-fA-F]*\\).*\\t\\([^\\t]*\\)$/\\2 \\1/p'; }}
        different=$(join <(samtools head {input.alignment:q} | checksums | sort) <(checksums < {input.dictionary} | sort) \
            | awk 'tolower($2) != tolower($3) {{ print $1; exit }}')
        [ -z "$different" ] || fail "was aligned to another genome than reference.fasta ($different has other bases: M5 differs)"
        # An index is made anew: one that stands beside the file may be older than it.
        case {input.alignment:q},{output.bam:q} in
        *.bam,*.bam | *.cram,*.cram)
            ln -sfr {input.alignment:q} {output.bam:q}
            samtools index -@ {threads} {input.alignment:q} {output.index:q} || fail "{params.unreadable}" ;;
        *) samtools view -@ {threads} -T {input.genome} --write-index -o {output.bam:q}##idx##{output.index:q} {input.alignment:q} \
            || fail "{params.unreadable}" ;;
        esac
        """


rule recalibrate:
    input:
        bam="results/unrecalibrated/{sample}.bam",
        index="results/unrecalibrated/{sample}.bam.bai",
        genome="resources/genome.fa",
        dictionary="resources/genome.dict",
        targets="resources/targets.bed",
        fai="resources/genome.fa.fai",
        known=expand("resources/known_sites_{number}.vcf.gz", number=range(len(KNOWN_SITES))),
        known_indexes=expand("resources/known_sites_{number}.vcf.gz.tbi", number=range(len(KNOWN_SITES))),
    output:
        bam=READS,
        index=READS_INDEX,
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
        known=lambda wildcards, input: [f"--known-sites {site}" for site in input.known],
        padding=SETTINGS["calling"]["interval_padding"],
        heap=lambda wildcards, resources: heap(resources),
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
