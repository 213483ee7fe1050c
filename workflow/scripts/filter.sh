#!/usr/bin/env bash
# FilterMutectCalls, with the orientation model and the contamination that pileups tell.
#
#   filter.sh --sample NAME --genome FA --calls VCF --stats FILE [--orientation FILE] --least 50 --heap 2400 \
#       --vcf OUT --filtering-stats OUT --contamination OUT -- PILEUPS_OF_TUMOR [PILEUPS_OF_NORMAL]
#
# An estimate of contamination from fewer sites than --least is noise: it is reported, but no call is filtered by it.
set -euo pipefail
declare sample genome calls stats orientation='' least heap vcf filtering_stats contamination
# shellcheck source=options.sh
. "${BASH_SOURCE%/*}/options.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Read and written in one encoding, names of samples beyond ASCII stay what they are in the header of the BAM.
java="-Xmx${heap}m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dfile.encoding=ISO-8859-1"
filters=()
[ -z "$orientation" ] || filters+=(--ob-priors "$orientation")
sites=NA estimate=NA error=NA applied=no
if [ ${#rest[@]} != 0 ]; then
    sites=$(grep -vc -e '^"*#' -e '^contig' "${rest[0]}" || true)
    matched=()
    [ ${#rest[@]} = 1 ] || matched=(-matched "${rest[1]}")
    if gatk --java-options "$java" CalculateContamination -I "${rest[0]}" "${matched[@]}" \
        -O "$work/contamination.table" --tumor-segmentation "$work/segments.table"; then
        read -r estimate error < <(tail -n 1 "$work/contamination.table" | cut -f 2,3)
        if [ "$sites" -ge "$least" ]; then
            applied=yes
            filters+=(--contamination-table "$work/contamination.table" --tumor-segmentation "$work/segments.table")
        fi
    fi
fi
printf '%s\t%s\t%s\t%s\t%s\n' sample contamination error sites applied \
    "$sample" "$estimate" "$error" "$sites" "$applied" >"$contamination"
gatk --java-options "$java" FilterMutectCalls -R "$genome" -V "$calls" --stats "$stats" "${filters[@]}" \
    --filtering-stats "$filtering_stats" -O "$vcf"
