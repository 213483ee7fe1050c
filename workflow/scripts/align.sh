#!/usr/bin/env bash
# From the lanes of a library to its marked BAM or CRAM: nothing is written in between but what sorting spills.
#
#   align.sh --genome FA --aligner bwa --trim True --mark True --optical 100 --threads 8 \
#       --bam OUT --index OUT --duplicates OUT --trimming FOLDER -- LANE GROUP_LINE FILE_1 FILE_2 GROUP ...
#
# Five words for a lane: its name, its @RG line, the file of its reads, the file of their mates or `-`, and the read
# group to take out of a BAM that has several, or `-`.
#
# fastp and `bwa mem -p` take truncated files and strangers for mates without a word: every file is read to its end
# first, and names are compared on the way to the aligner. One aligner serves all lanes: each read carries its read group
# in the comment of its name (bwa mem -C).
set -euo pipefail
declare genome aligner trim mark optical threads bam index duplicates trimming
# shellcheck source=options.sh
. "${BASH_SOURCE%/*}/options.sh"
# shellcheck source=read_groups.sh
. "${BASH_SOURCE%/*}/read_groups.sh"
lanes=("${rest[@]}")

work=$(mktemp -d) status=0
# What is wrong with the reads is said last, after the words of the tools that they fail. No `||` behind the pipeline: it
# would let a function go on after a command of it has failed.
trap 'status=$?; if [ -s "$work/refused" ]; then cat "$work/refused" >&2; status=2; fi; rm -rf "$work"; exit $status' EXIT
copy="copy it again and compare checksums"
again="is truncated or damaged; $copy"
mates="check fastq_1 and fastq_2 of this lane"
fail() {
    wait # for what is read beside it, whose words would follow
    echo "$1: $2" >&2
    exit 2
}
refuse() {
    echo "$1: $2" >"$work/refused"
    exit 2
}

lines() { gzip -cdf <"$1" | wc -l; }
whole() { wait "$1" && [ $(($(<"$2") % 4)) = 0 ]; }

# Both files of a lane have whole records, and as many; their number is kept in `expected`.
check_fastq() {
    local first second one two
    lines "$1" >"$work/1" &
    first=$!
    if [ "$2" = - ]; then echo 0 >"$work/2"; else lines "$2" >"$work/2"; fi &
    second=$!
    whole $first "$work/1" || fail "$1" "$again"
    whole $second "$work/2" || fail "$2" "$again"
    one=$(($(<"$work/1") / 4)) two=$(($(<"$work/2") / 4))
    [ "$2" = - ] || [ $one = $two ] || fail "$1 and $2" "are not mates: $one and $two reads; $mates"
    expected[i]=$((one + two))
}

# A BAM or CRAM can be read to its end, and each read has a group of the header where one is to be selected.
check_bam() {
    local outside
    samtools quickcheck -u "$1" || fail "$1" "is truncated or no BAM; $copy"
    [ "$2" != - ] || return 0
    outside=$(reads_with "$1" "$(outside_groups "$1")") ||
        fail "$1" "cannot be read to its end; $copy (a CRAM needs the reference that it was made with)"
    [ "$outside" = 0 ] || fail "$1" "$(about_groups "$1" "$outside")"
}

# Records of a read group, or all, those of a read side by side.
records() {
    local selected=()
    [ "$2" = - ] || selected=(-r "$2")
    samtools view -u -T "$genome" "${selected[@]}" "$1" | samtools collate -Ouf - "$work/collate"
}

is_paired() { [ "$(samtools view -T "$genome" "$1" | head -n 1 | awk '{ print $2 % 2 }')" = 1 ]; }

# Mates of a BAM side by side, then the reads that have lost theirs: bwa takes neighbors of one name for a pair.
from_bam() {
    local report=$trimming/$3
    if ! is_paired "$1"; then
        records "$1" "$2" | samtools fastq -n -O - | fastp --stdin "${options[@]}" --json "$report.json"
        return
    fi
    records "$1" "$2" | samtools fastq -n -O -s "$work/alone.fq" -0 "$work/other.fq" - |
        fastp --stdin --interleaved_in "${options[@]}" --json "$report.json"
    cat "$work/alone.fq" "$work/other.fq" >"$work/single.fq"
    [ ! -s "$work/single.fq" ] || fastp --in1 "$work/single.fq" "${options[@]}" --json "$report.single.json"
    rm -f "$work/alone.fq" "$work/other.fq" "$work/single.fq"
}

# A FASTQ under a name that fits its content: fastp asks the name alone whether a file is gzip. $2: a name of its own.
named() {
    local packed='' called=''
    [ "$(head -c 2 "$1" | od -An -tx1)" != " 1f 8b" ] || packed=.gz
    [[ $1 != *.gz ]] || called=.gz
    if [ "$packed" = "$called" ]; then
        echo "$1"
    else
        ln -s "$(realpath "$1")" "$work/$2.fastq$packed"
        echo "$work/$2.fastq$packed"
    fi
}

trimmed() {
    local first second
    case "$1,$2" in
    *.bam,- | *.cram,-)
        from_bam "$1" "$3" "$4"
        return
        ;;
    esac
    first=$(named "$1" "$4.1")
    if [ "$2" = - ]; then
        fastp --in1 "$first" "${options[@]}" --json "$trimming/$4.json"
    else
        # Adapters of pairs show where mates overlap; looking for their sequence first costs 10 s of CPU a lane.
        second=$(named "$2" "$4.2")
        fastp --in1 "$first" --in2 "$second" "${options[@]}" --json "$trimming/$4.json"
    fi
}

# Each read with its group; where they came from two files, neighbors must be mates (status 3).
tagged() {
    awk -v tag="$1" -v pairs="$2" '
        NR % 4 != 1 { print; next }
        pairs != "-" {
            name = $1; sub(/\/[12]$/, "", name)
            if (NR % 8 == 5 && name != before) exit 3
            before = name
        }
        { print $1 tag }' ||
        { [ $? != 3 ] || refuse "$3 and $2" "are not mates: their read names differ; $mates"; exit 1; }
}

reads() {
    local id first second selected
    for ((i = 0; i < ${#lanes[@]}; i += 5)); do
        # Reports are named by the read group, sample.lane: names of files and lanes are repeated in a run.
        id=${lanes[i + 1]#*ID:} id=${id%%\\t*} first=${lanes[i + 2]} second=${lanes[i + 3]} selected=${lanes[i + 4]}
        trimmed "$first" "$second" "$selected" "$id" | tagged "\tRG:Z:$id" "$second" "$first"
        # fastp stops at a damaged record as if its file ended there.
        [ -z "${expected[i]:-}" ] ||
            [ "$(grep -m 1 '"total_reads"' "$trimming/$id.json" | tr -dc 0-9)" = "${expected[i]}" ] ||
            refuse "$first or its mate" "$again"
    done
}

marked() {
    if [ "$mark" = True ]; then
        samtools markdup -@ "$threads" -d "$optical" -f "$duplicates" --reference "$genome" --write-index - "$1"
    else
        echo "duplicates were not marked (reads: mark_duplicates is false)" >"$duplicates"
        samtools view -@ "$threads" -T "$genome" --write-index -o "$1" -
    fi
}

mkdir -p "$trimming"
read_groups=() expected=()
for ((i = 0; i < ${#lanes[@]}; i += 5)); do
    # As words of the command, not as a file, so that the header names no temporary folder.
    read_groups+=(-H "${lanes[i + 1]}")
    case "${lanes[i + 2]}" in
    *.bam | *.cram) check_bam "${lanes[i + 2]}" "${lanes[i + 4]}" ;;
    *) check_fastq "${lanes[i + 2]}" "${lanes[i + 3]}" ;;
    esac
done
# Adapters only: no read is dropped for its quality, which Mutect2 weighs itself. One thread: with several the order of
# the reads depends on which of them was faster, and the alignments with it.
options=(--stdout --thread 1 --disable_quality_filtering --length_required 20 --html /dev/null)
[ "$trim" = True ] || options+=(--disable_adapter_trimming)
reads |
    "$aligner" mem -t "$threads" -K 100000000 -Y -p -C "${read_groups[@]}" "$genome" - |
    samtools fixmate -m -u - - |
    (cd "$work" && samtools sort -u -@ 2 -m 512M -T sort -) |
    marked "$bam##idx##$index"
