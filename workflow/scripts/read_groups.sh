# shellcheck shell=bash
# Sourced by the files that take a BAM or CRAM over: which of its reads belong to none of the read groups of its header.
#
# Mutect2 leaves such reads out without a word, so does a lane that takes one group's reads, while mosdepth counts them:
# variants are lost and the bases seem callable. Uses $genome and $threads.
declare genome threads

# Number of reads that pass an expression of samtools.
reads_with() { samtools view -@ "$threads" -T "$genome" -c -e "$2" "$1"; }

# The expression for reads without a group, or with one that the header does not have. A comparison with a missing RG is
# neither true nor false, so that it is asked for first.
outside_groups() {
    samtools head "$1" | awk -F '\t' '
        /^@RG\t/ {
            for (i = 2; i <= NF; i++) if (sub(/^ID:/, "", $i)) {
                gsub(/[\\"]/, "\\\\&", $i)
                known = known (known == "" ? "" : " || ") "[RG] == \"" $i "\""
            }
        }
        END { print "![RG]" (known == "" ? "" : " || !(" known ")") }'
}

# What is wrong with a file of which this many reads belong to no group, and the remedy, which is not ours to choose: the
# reads may come from another file.
about_groups() {
    local all none groups more=
    [[ $1 != *.cram ]] || more=" --reference $genome"
    all=$(reads_with "$1" 1)
    none=$(reads_with "$1" '![RG]')
    groups=$(samtools head "$1" | sed -n 's/^@RG\t\(.*\t\)\?ID:\([^\t]*\).*/\2/p')
    if [ "$none" != 0 ]; then
        [ -n "$groups" ] && [ "$(echo "$groups" | wc -l)" = 1 ] || groups=ID
        echo "has $none of $all reads without a read group (RG), which would be left out of the calling;" \
            "give each its group, as with samtools addreplacerg -m orphan_only -R $groups -o NEW.bam$more $1"
    else
        echo "has $2 of $all reads whose read group (RG) is not in its header," \
            "such as $(samtools view -T "$genome" -e "$(outside_groups "$1")" "$1" | sed -n '1s/.*\tRG:Z:\([^\t]*\).*/\1/p;1q')," \
            "which would be left out of the calling; add the @RG line with samtools reheader"
    fi
}
