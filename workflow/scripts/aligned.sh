#!/usr/bin/env bash
# A BAM or CRAM that came aligned is looked at and taken over: linked where its format is the one that is kept.
#
#   aligned.sh --alignment FILE --genome FA --fai FAI --dictionary DICT --threads 4 --bam OUT --index OUT
set -euo pipefail
declare alignment genome fai dictionary threads bam index
# shellcheck source=options.sh
. "${BASH_SOURCE%/*}/options.sh"
# shellcheck source=read_groups.sh
. "${BASH_SOURCE%/*}/read_groups.sh"

copy="copy it again and compare checksums"
unreadable="cannot be read to its end; $copy (a CRAM needs the reference that it was made with)"
other="was aligned to another genome than reference.fasta"
# Said last: what still counts reads fails at the same place, and would say so after it.
fail() {
    wait
    echo "$alignment: $1" >&2
    exit 2
}
# Name and length of each contig, and name and checksum of those that have one, from the @SQ lines of a header.
contigs() { sed -n 's/^@SQ.*SN:\([^\t]*\).*LN:\([0-9]*\).*/\1\t\2/p'; }
checksums() { sed -n 's/^@SQ.*SN:\([^\t]*\).*/&\t\1/; s/^@SQ.*M5:\([0-9a-fA-F]*\).*\t\([^\t]*\)$/\2 \1/p' | sort; }

samtools quickcheck "$alignment" || fail "is truncated or no BAM or CRAM; $copy"
names=$(samtools samples "$alignment" | cut -f 1 | sort -u)
[ "$names" != . ] || fail "has no read group with a sample name (SM); add one with samtools addreplacerg"
[ "$(echo "$names" | wc -l)" = 1 ] ||
    fail "holds several samples (${names//$'\n'/ }); give each sample a file of its own"
samtools head "$alignment" | grep -q '^@HD.*SO:coordinate' || fail "is not sorted by coordinate; run samtools sort"
cmp -s <(samtools head "$alignment" | contigs) <(cut -f 1,2 "$fai") ||
    fail "$other (contigs differ in name, length or order)"
different=$(join <(samtools head "$alignment" | checksums) <(checksums <"$dictionary") |
    awk 'tolower($2) != tolower($3) { print $1; exit }')
[ -z "$different" ] || fail "$other ($different has other bases: M5 differs)"

# Reads are counted while the index is made: the file is read from the disk once.
counted=$(mktemp)
trap 'rm -f "$counted"; kill "${counting:-}" 2>/dev/null || true' EXIT
unrated='mapq == 255 && !flag.unmap'
reads_with "$alignment" "$(outside_groups "$alignment") || ($unrated)" >"$counted" &
counting=$!
# Its content says what it is, whatever its name does.
case $(head -c 4 "$alignment" | od -An -tx1 | tr -d ' '),$bam in
1f8b*,*.bam | 4352414d,*.cram)
    # An index is made anew: one that stands beside the file may be older than it.
    "${BASH_SOURCE%/*}/link.sh" "$alignment" "$bam"
    samtools index -@ "$threads" "$alignment" "$index" || fail "$unreadable"
    ;;
*)
    samtools view -@ "$threads" -T "$genome" --write-index -o "$bam##idx##$index" "$alignment" || fail "$unreadable"
    ;;
esac
wait $counting || fail "$unreadable"
[ "$(<"$counted")" != 0 ] || exit 0
outside=$(reads_with "$alignment" "$(outside_groups "$alignment")")
[ "$outside" = 0 ] || fail "$(about_groups "$alignment" "$outside")"
# Mutect2 leaves reads out whose mapping quality is not known; aligners of RNA give 255 to all that map once.
unrated=$(reads_with "$alignment" "$unrated") all=$(reads_with "$alignment" 1)
[ $((unrated * 100)) -le "$all" ] ||
    fail "has $unrated of $all reads of mapping quality 255 (unknown), which would be left out of the calling; was it made\
 by an aligner of RNA? Align it again (reads: {realign: true})"
