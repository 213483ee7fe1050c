#!/usr/bin/env bash
# A somatic VCF is split, left-aligned, and annotated with population frequency and consequences.
#
#   annotate.sh --vcf VCF [--shown "FILES OF THE USER"] --genome FA [--frequencies VCF] --annotator csq|vep|snpeff --heap 1600 \
#       --annotated OUT --index OUT -- more options of the annotator
set -euo pipefail
declare vcf shown='' genome frequencies='' annotator heap annotated index
# shellcheck source=options.sh
. "${BASH_SOURCE%/*}/options.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "${shown:-$vcf}: $1" >&2
    exit 2
}

# Where no depth is written beside AD, the sum of AD is the depth: it stays what it was, reads of other ALTs go to the first
# number. bcftools refuses to keep it where AD is not declared.
keep_sum() {
    bcftools view --header-only "$vcf" | grep -q '^##FORMAT=<ID=AD,Number=R' &&
        bcftools view --no-header "$vcf" | awk -F '\t' '(":" $9 ":") ~ /:AD:/ && (":" $9 ":") !~ /:DP:/ { found = 1 } END { exit !found }'
}
# AS_FilterStatus holds one entry per allele behind `|`: declared Number=. it survives the split whole, and OLD_REC says
# which of its entries belongs to the allele.
# bcftools norm knows no IUPAC code in REF: where the reference has one, both are N to it. bcftools csq wants what the
# reference has.
iupac_as_n() { awk -F '\t' -v OFS='\t' '!/^#/ && $4 ~ /[RYSWKMBDHVryswkmbdhv]/ { gsub(/[RYSWKMBDHVryswkmbdhv]/, "N", $4) } { print }'; }
n_as_in_genome() {
    bcftools query --include 'REF ~ "N"' --format '%CHROM\t%POS\t%REF\n' "$1" | sort -u |
        while IFS=$'\t' read -r contig pos ref; do
            read -r start bytes < <(awk -F '\t' -v c="$contig" -v p="$pos" -v n=${#ref} '$1 == c {
                print $3 + int((p - 1) / $4) * $5 + (p - 1) % $4 + 1, n + (int(n / $4) + 1) * ($5 - $4) }' "$genome.fai")
            printf '%s\t%s\t%s\t%s\n' "$contig" "$pos" "$ref" \
                "$(tail -c "+$start" "$genome" | head -c "$bytes" | tr -d '\r\n' | cut -c "1-${#ref}")"
        done >"$work/reference_has" || true
    if [ -s "$work/reference_has" ]; then
        bcftools view "$1" | awk -F '\t' -v OFS='\t' '
            FILENAME == ARGV[1] { has[$1, $2, $3] = $4; next }
            !/^#/ && ($1, $2, $4) in has { $4 = has[$1, $2, $4] }
            { print }' "$work/reference_has" -
    else
        cat "$1"
    fi
}
normal() {
    local sum=()
    if keep_sum; then sum=(--keep-sum AD); fi
    bcftools view "$vcf" |
        sed 's/^##INFO=<ID=AS_FilterStatus,Number=A,/##INFO=<ID=AS_FilterStatus,Number=.,/' | iupac_as_n |
        bcftools norm --multiallelics -any --old-rec-tag OLD_REC "${sum[@]}" --fasta-ref "$genome" --output-type u - 2>"$work/norm" |
        bcftools sort --temp-dir "$work/sort" --output-type b --output "$1" -
}
with_frequency() {
    if [ -z "$frequencies" ]; then
        n_as_in_genome "$1"
    else
        # It reads two files side by side, so it wants both indexed.
        bcftools index "$1" &&
            bcftools annotate --annotations "$frequencies" --columns INFO/POPULATION_AF:=INFO/AF --output-type u \
                --output "$work/frequent.bcf" "$1" && n_as_in_genome "$work/frequent.bcf"
    fi
}
with_consequences() {
    case $annotator in
    csq)
        # Consequences of each record stand alone (--local-csq).
        bcftools csq --local-csq --ncsq 64 --samples - --fasta-ref "$genome" "${rest[@]}" -
        ;;
    vep)
        bcftools view - | vep --offline --cache --fasta "$genome" --format vcf --vcf --hgvs --symbol --canonical --mane \
            --biotype --numbers --af_gnomade --no_stats --input_file STDIN --output_file STDOUT "${rest[@]}"
        ;;
    snpeff)
        bcftools view --output "$work/plain.vcf" -
        # Debian's snpEff prints its command line before the VCF.
        snpEff ann "-Xmx${heap}m" -noStats -noLog -nodownload "${rest[@]}" "$work/plain.vcf" |
            awk '$0 ~ "^##fileformat=" { on = 1 } on'
        ;;
    esac
}

bcftools view --header-only "$vcf" >/dev/null || fail "is no VCF or is damaged; copy it again and compare checksums"
normal "$work/normal.bcf" || {
    why=$(grep -v -e '^Lines' -e '^\[W' "$work/norm" | tail -n 1) what=
    case $why in
    *"allele mismatch"*)
        what="; is it of another genome, or are REF and ALT exchanged? bcftools norm --check-ref w --fasta-ref $genome ${shown:-$vcf} lists all such records"
        ;;
    esac
    fail "could not be split and left-aligned: $why$what"
}
cat "$work/norm" >&2
with_frequency "$work/normal.bcf" | with_consequences | "${BASH_SOURCE%/*}/dateless.sh" |
    bcftools view --no-version --output-type z --output "$annotated" - ||
    fail "could not be annotated by $annotator: are its genes those of this genome? its own words stand above"
bcftools index --tbi --output "$index" "$annotated"
