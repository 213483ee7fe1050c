# FASTQ or unaligned BAM -> one BAM per sample, duplicates marked within each library.
import gzip

from biomarkers.samples import read_group

KNOWN_SITES = REFERENCE["known_sites"] if isinstance(REFERENCE["known_sites"], list) else [REFERENCE["known_sites"]]
RECALIBRATE = SETTINGS["reads"]["recalibrate"] in ("on", True) or (
    SETTINGS["reads"]["recalibrate"] == "auto" and REFERENCE["known_sites"] is not None
)
LIBRARY = "[A-Za-z0-9][A-Za-z0-9._-]*"
ALIGNER = SETTINGS["reads"]["aligner"]


def lane_of(wildcards):
    return next(lane for lane in RUN.samples.by_name[wildcards.sample].lanes if lane.lane == wildcards.lane)


def lane_files(wildcards):
    lane = lane_of(wildcards)
    return [lane.read_1, lane.read_2] if lane.read_2 else [lane.read_1]


def first_read_name(file):
    """Name of a FASTQ's first read, empty for a BAM or an unreadable file (the rule's own check then speaks)."""
    try:
        with gzip.open(file, "rt") if file.endswith(".gz") else open(file) as reads:
            return reads.readline().removeprefix("@").split()[0]
    except (OSError, EOFError, IndexError, UnicodeDecodeError):
        return ""


def read_group_of(wildcards):
    lane = lane_of(wildcards)
    return read_group(wildcards.sample, lane.lane, lane.library, first_read_name(lane.read_1))


def lanes_of(wildcards):
    """BAMs of the lanes of a sample, or of one of its libraries."""
    lanes = RUN.samples.by_name[wildcards.sample].lanes
    library = getattr(wildcards, "library", None)
    return [f"results/lanes/{wildcards.sample}/{lane.lane}.bam" for lane in lanes if library in (None, lane.library)]


def libraries_of(wildcards):
    return [
        f"results/libraries/{wildcards.sample}/{library}.bam"
        for library in RUN.samples.by_name[wildcards.sample].libraries
    ]


SEVERAL_LIBRARIES = [s.sample for s in RUN.samples.sequenced if len(s.libraries) > 1]
ONE_LIBRARY = [s.sample for s in RUN.samples.sequenced if len(s.libraries) == 1]
ALIGNED = [s.sample for s in RUN.samples.sequenced if s.entry == "alignment"]
# Where a sample's BAM stands before base quality recalibration, if that is done.
BEFORE = "results/unrecalibrated" if RECALIBRATE else "results/reads"


def kept(path):
    """A BAM that is temporary when recalibration makes the final one."""
    return temp(path) if RECALIBRATE else path


rule align:
    input:
        reads=lane_files,
        genome="resources/genome.fa",
        index=multiext("resources/genome.fa", ".amb", ".ann", ".bwt", ".pac", ".sa"),
        checked=ancient("results/checked.txt"),
    output:
        bam=temp("results/lanes/{sample}/{lane}.bam"),
        trimming="results/qc/fastp/{sample}.{lane}.json",
    params:
        read_group=read_group_of,
        trim=SETTINGS["reads"]["trim"],
        aligner=ALIGNER,
    log:
        "results/logs/align/{sample}.{lane}.log",
    benchmark:
        "results/benchmarks/align/{sample}.{lane}.tsv"
    threads: 8
    resources:
        mem_mb=lambda wildcards, input, attempt: int(4000 + 2 * Path(input.genome).stat().st_size / 1e6) * 2 ** (attempt - 1)
        if Path(input.genome).exists()
        else 12000 * 2 ** (attempt - 1),
        runtime=minutes(30, per_gigabyte=60),
    conda:
        f"../../envs/{ALIGNER}.yaml"
    shell:
        # fastp and `bwa mem -p` accept truncated files and strangers as mates without a word, so both are looked for first.
        """
        exec 2> {log}
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        fail() {{ echo "$1: $2" >&2; exit 1; }}
        names() {{
            gzip -cdf "$1" | awk 'NR % 4 == 1 {{ name = $1; sub(/\\/[12]$/, "", name); print name }}
                NR % 4 == 2 {{ bases = length($0) }} NR % 4 == 0 && length($0) != bases {{ exit 3 }}
                END {{ if (NR % 4) exit 3 }}'
        }}
        set -- {input.reads:q}
        case "$1" in
        *.bam|*.cram)
            samtools quickcheck -u "$1" || fail "$1" "is truncated or no BAM; copy it again and compare checksums"
            interleaved() {{ samtools collate -Ouf "$1" "$work/collate" | samtools fastq -n - 2>> {log}; }} ;;
        *)
            mkfifo "$work/1" "$work/2"
            names "$1" > "$work/1" & first=$!
            second=
            if [ $# = 2 ]; then names "$2" > "$work/2" & second=$!; else cat "$work/1" > /dev/null; fi
            same=yes
            [ $# = 1 ] || cmp "$work/1" "$work/2" > "$work/differ" || same=no
            again="is truncated or damaged; copy it again and compare checksums"
            wait $first || [ $? = 141 ] || fail "$1" "$again"
            [ -z "$second" ] || wait $second || [ $? = 141 ] || fail "$2" "$again"
            [ $same = yes ] || fail "$1 and $2" "are not mates of each other: read names differ from read $(( $(grep -o '[0-9]*$' "$work/differ" || echo 1) )) on; check fastq_1 and fastq_2 of this lane" ;;
        esac
        report="--json {output.trimming} --html /dev/null --thread 3"
        # Adapters only: no read is dropped for its quality, which Mutect2 weighs itself.
        adapters="--disable_quality_filtering --length_required 20"
        [ {params.trim} = True ] || adapters="$adapters --disable_adapter_trimming"
        case "$1,$#" in
        *.bam,*|*.cram,*) pairs=-p; trimmed() {{ interleaved "$1" | fastp --stdin --interleaved_in --stdout $adapters $report; }} ;;
        *,2) pairs=-p; trimmed() {{ fastp --in1 "$1" --in2 "$2" --detect_adapter_for_pe --stdout $adapters $report; }} ;;
        *) pairs=; trimmed() {{ fastp --in1 "$1" --stdout $adapters $report; }} ;;
        esac
        trimmed "$@" \
            | {params.aligner} mem -t {threads} -K 100000000 -Y $pairs -R {params.read_group:q} {input.genome} - \
            | samtools fixmate -m -u - - \
            | samtools sort -u -@ 2 -m 512M -T "$work/sort" -o {output.bam} -
        """


rule mark_duplicates:
    input:
        lanes_of,
    output:
        bam=kept(BEFORE + "/{sample}.bam"),
        index=kept(BEFORE + "/{sample}.bam.bai"),
        duplicates="results/qc/duplicates/{sample}.txt",
    params:
        optical=SETTINGS["reads"]["optical_distance"],
        mark=SETTINGS["reads"]["mark_duplicates"],
    log:
        "results/logs/mark_duplicates/{sample}.log",
    benchmark:
        "results/benchmarks/mark_duplicates/{sample}.tsv"
    wildcard_constraints:
        sample=one_of(ONE_LIBRARY),
    threads: 4
    resources:
        mem_mb=growing(4000),
        runtime=minutes(30, per_gigabyte=15),
    conda:
        "../../envs/samtools.yaml"
    shell:
        """
        exec 2> {log}
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        set -- {input:q}
        merged() {{ if [ $# = 1 ]; then cat "$1"; else samtools merge -u -o - "$@"; fi; }}
        if [ {params.mark} = True ]; then
            merged "$@" | samtools markdup -@ {threads} -d {params.optical} -f {output.duplicates} -T "$work/markdup" \
                --write-index - {output.bam:q}##idx##{output.index:q}
        else
            merged "$@" | samtools view -@ {threads} -b --write-index -o {output.bam:q}##idx##{output.index:q} -
            echo "duplicates were not marked (reads: mark_duplicates is false)" > {output.duplicates}
        fi
        """


use rule mark_duplicates as mark_library_duplicates with:
    output:
        bam=temp("results/libraries/{sample}/{library}.bam"),
        index=temp("results/libraries/{sample}/{library}.bam.bai"),
        duplicates="results/qc/duplicates/{sample}.{library}.txt",
    log:
        "results/logs/mark_duplicates/{sample}.{library}.log",
    benchmark:
        "results/benchmarks/mark_duplicates/{sample}.{library}.tsv"
    wildcard_constraints:
        sample=one_of(SEVERAL_LIBRARIES),
        library=LIBRARY,


rule merge_libraries:
    input:
        libraries_of,
    output:
        bam=kept(BEFORE + "/{sample}.bam"),
        index=kept(BEFORE + "/{sample}.bam.bai"),
    log:
        "results/logs/merge_libraries/{sample}.log",
    wildcard_constraints:
        sample=one_of(SEVERAL_LIBRARIES),
    threads: 4
    resources:
        mem_mb=growing(2000),
        runtime=minutes(20, per_gigabyte=10),
    conda:
        "../../envs/samtools.yaml"
    shell:
        "samtools merge -@ {threads} --write-index -o {output.bam:q}##idx##{output.index:q} {input:q} 2> {log}"


rule aligned:
    input:
        alignment=lambda wildcards: RUN.samples.by_name[wildcards.sample].file,
        genome="resources/genome.fa",
        fai="resources/genome.fa.fai",
        checked=ancient("results/checked.txt"),
    output:
        bam=kept(BEFORE + "/{sample}.bam"),
        index=kept(BEFORE + "/{sample}.bam.bai"),
    log:
        "results/logs/aligned/{sample}.log",
    wildcard_constraints:
        sample=one_of(ALIGNED),
    threads: 4
    resources:
        mem_mb=growing(2000),
        runtime=minutes(20, per_gigabyte=10),
    conda:
        "../../envs/samtools.yaml"
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
        known=[site for site in KNOWN_SITES if site],
    output:
        bam="results/reads/{sample}.bam",
        index="results/reads/{sample}.bam.bai",
        table="results/qc/recalibration/{sample}.table",
    params:
        known=lambda wildcards, input: [f"--known-sites {shlex.quote(site)}" for site in input.known],
        padding=SETTINGS["calling"]["interval_padding"],
        heap=lambda wildcards, resources: heap(resources),
    log:
        "results/logs/recalibrate/{sample}.log",
    benchmark:
        "results/benchmarks/recalibrate/{sample}.tsv"
    wildcard_constraints:
        sample=one_of(s.sample for s in RUN.samples.sequenced) if RECALIBRATE else "(?!)",
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=minutes(60, per_gigabyte=60),
    conda:
        "../../envs/gatk.yaml"
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
