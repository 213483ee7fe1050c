#!/usr/bin/env bash
# A VCF or BCF of the sheet, or several that are parts of one call, as the tools want it: bgzip, sorted, one file, and every
# contig, INFO, FORMAT and FILTER that a record names declared. Callers leave declarations out, which htslib reads but
# cannot write. Records stay as they are, but for a slash between ALTs (VarScan), which becomes the comma that it means,
# and for a value at a site of several ALTs that has not the numbers which its declaration promises: it is missing then.
#
#   given.sh [--fai FAI] --vcf OUT --index OUT -- FILE [FILE ...]
set -euo pipefail
declare fai=/dev/null vcf index
# shellcheck source=options.sh
. "${BASH_SOURCE%/*}/options.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "$1" >&2
    exit 2
}
text() {
    if [ "$(gzip -cdf "$1" | head -c 3)" = BCF ]; then
        bcftools view "$1"
    else
        gzip -cdf "$1"
    fi | sed $'1s/^\xef\xbb\xbf//; s/\r$//'
}
# Read twice: the first time for what is declared and what is named, the second time for the text.
complete() {
    awk -F '\t' -v OFS='\t' -v shown="$2" '
        function named(kind, id) {
            if (id != "" && id != "." && !((kind, id) in known)) {
                known[kind, id] = 1
                missing[++count] = kind SUBSEP id
            }
        }
        # Whether a value has as many numbers as Number=A, R or G (of one or two copies) promises for so many ALTs.
        function fits(number, value, alts,  found) {
            if (value == "." || number !~ /^[ARG]$/) return 1
            found = gsub(",", ",", value) + 1
            if (number == "G") return found == alts + 1 || found == (alts + 1) * (alts + 2) / 2
            return found == alts + (number == "R")
        }
        function blank_what_does_not_fit(  alts, n, i, j, at, keys, cells) {
            alts = gsub(",", ",", $5) + 1
            n = split($8, cells, ";")
            $8 = ""
            for (i = 1; i <= n; i++) {
                at = index(cells[i], "=")
                if (at && !fits(number["INFO", substr(cells[i], 1, at - 1)], substr(cells[i], at + 1), alts)) blanked++
                else $8 = $8 ($8 == "" ? "" : ";") cells[i]
            }
            if ($8 == "") $8 = "."
            split($9, keys, ":")
            for (j = 10; j <= NF; j++) {
                n = split($j, cells, ":")
                $j = ""
                for (i = 1; i <= n; i++) {
                    if (!fits(number["FORMAT", keys[i]], cells[i], alts)) { cells[i] = "."; blanked++ }
                    $j = $j (i > 1 ? ":" : "") cells[i]
                }
            }
        }
        FILENAME == ARGV[1] { length_of[$1] = $2; next }
        FILENAME != file { file = FILENAME; pass++ }
        pass == 1 && match($0, /^##(INFO|FORMAT|FILTER|contig)=<ID=[^,>]+/) {
            split(substr($0, 3, RLENGTH - 2), part, "=<ID=")
            known[part[1], part[2]] = 1
            if (match($0, /,Number=[ARG],/)) number[part[1], part[2]] = substr($0, RSTART + 8, 1)
        }
        pass == 1 && !/^#/ {
            named("contig", $1)
            if (!($7 in seen)) { seen[$7] = 1; n = split($7, words, ";"); for (i = 1; i <= n; i++) if (words[i] != "PASS") named("FILTER", words[i]) }
            n = split($8, fields, ";")
            for (i = 1; i <= n; i++) {
                at = index(fields[i], "=")
                key = at ? substr(fields[i], 1, at - 1) : fields[i]
                if (!at && !(("INFO", key) in known)) flag[key] = 1
                named("INFO", key)
            }
            if (!($9 in formats)) { formats[$9] = 1; n = split($9, words, ":"); for (i = 1; i <= n; i++) named("FORMAT", words[i]) }
        }
        pass == 1 { next }
        /^#CHROM/ {
            type["FORMAT", "AD"] = "R,Type=Integer"; type["FORMAT", "DP"] = type["INFO", "DP"] = "1,Type=Integer"
            type["FORMAT", "AF"] = type["INFO", "AF"] = "A,Type=Float"; type["FORMAT", "GT"] = "1,Type=String"
            for (i = 1; i <= count; i++) {
                split(missing[i], part, SUBSEP)
                if (part[1] == "contig") print "##contig=<ID=" part[2] (part[2] in length_of ? ",length=" length_of[part[2]] : "") ">"
                else if (part[1] == "FILTER") print "##FILTER=<ID=" part[2] ",Description=\"Not declared by the caller\">"
                else {
                    is = (part[1], part[2]) in type ? type[part[1], part[2]] : (part[1] == "INFO" && part[2] in flag) ? "0,Type=Flag" : ".,Type=String"
                    if (is ~ /^[AR],/) number[part[1], part[2]] = substr(is, 1, 1)
                    print "##" part[1] "=<ID=" part[2] ",Number=" is ",Description=\"Not declared by the caller\">"
                }
            }
        }
        !/^#/ && $5 ~ /^[ACGTNacgtn]+(\/[ACGTNacgtn]+)+$/ { gsub("/", ",", $5) }
        !/^#/ && $5 ~ /,/ { blank_what_does_not_fit() }
        { print }
        END { if (blanked) print shown ": " blanked " values at sites of several ALTs lack a number for each and are missing" > "/dev/stderr" }
    ' "$fai" "$1" "$work/again"
}

number=0
parts=()
for file in "${rest[@]}"; do
    number=$((number + 1))
    part="$work/$number.vcf.gz"
    text "$file" >"$work/text" || fail "$file: is truncated or damaged; copy it again and compare checksums"
    ln -sf "$work/text" "$work/again"
    complete "$work/text" "$file" | bcftools view --no-version --output-type z --output "$part" - ||
        fail "$file: is no VCF or is damaged (htslib's own words stand above); copy it again and compare checksums"
    if ! bcftools index --tbi "$part" 2>"$work/index"; then
        bcftools sort --temp-dir "$work/sort" --output-type z --output "$work/sorted" "$part" ||
            fail "$file: could not be sorted; the words of bcftools stand above"
        mv "$work/sorted" "$part"
        bcftools index --tbi "$part" ||
            fail "$file: could not be indexed (a position beyond its contig?); the words of bcftools stand above"
    fi
    parts+=("$part")
done
if [ ${#parts[@]} -gt 1 ]; then
    bcftools concat --no-version --allow-overlaps --output-type z --output "$work/whole.vcf.gz" "${parts[@]}" ||
        fail "${rest[*]}: could not be joined; are they parts of one call, with the same columns?"
    bcftools index --tbi "$work/whole.vcf.gz"
    parts=("$work/whole.vcf.gz")
fi
mv "${parts[0]}" "$vcf"
mv "${parts[0]}.tbi" "$index"
