#!/usr/bin/env bash
# The preset's gene models with their contigs named as in the FASTA; Ensembl names them 1, 2, ... X, MT. Whatever lies on a
# contig that is not named is left out, and counted.
#
#   genes.sh --genes GFF3 --renamed OUT -- 1=chr1 2=chr2 ...
set -euo pipefail
declare genes renamed
# shellcheck source=options.sh
. "${BASH_SOURCE%/*}/options.sh"

gzip -cdf "$genes" | awk -F '\t' -v OFS='\t' -v names="${rest[*]}" '
    BEGIN {
        n = split(names, pairs, " ")
        for (i = 1; i <= n; i++) { split(pairs[i], pair, "="); name[pair[1]] = pair[2] }
    }
    /^##sequence-region/ {
        split($0, w, " ")
        if (w[2] in name) print w[1] " " name[w[2]] " " w[3] " " w[4]
        next
    }
    /^#/ { print; next }
    $1 in name { $1 = name[$1]; print; kept++; next }
    { left++; if (!seen[$1]++) others++ }
    END {
        said = "%d lines renamed; %d lines on %d other contigs left out\n"
        printf said, kept, left, others | "cat >&2"
    }
' | gzip -n >"$renamed"
