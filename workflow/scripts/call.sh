#!/usr/bin/env bash
# Mutect2 over the padded targets in as many parts as the job has threads.
#
#   call.sh --genome FA --targets BED --padding 100 --tumor BAM [--normal BAM] --threads 4 --heap 1600 \
#       --vcf OUT --index OUT --stats OUT [--orientation OUT] -- more options of Mutect2
#
# The parts end between targets, so that their number changes no call. Each part is one process with one thread for the
# pair-HMM: together they use the job's cores, which more threads in fewer processes would not.
set -euo pipefail
declare genome targets padding tumor normal='' threads heap vcf index stats orientation=''
# shellcheck source=options.sh
. "${BASH_SOURCE%/*}/options.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Several JVMs at once: each collects its garbage in one thread. Tools that run for seconds spend them on compiling: one
# pass of the compiler is enough for them.
java="-Xmx${heap}m -XX:+UseSerialGC"
short="$java -XX:TieredStopAtLevel=1"
# Mutect2 runs for long, but each of its processes would give 17 s of CPU to Java's optimising compiler, whatever it has to
# call. Sixteen times the thresholds leave it the code that is hot indeed (benchmarks/calling/README.md).
long="$java -XX:Tier4InvocationThreshold=80000 -XX:Tier4MinInvocationThreshold=9600"
long+=" -XX:Tier4CompileThreshold=240000 -XX:Tier4BackEdgeThreshold=640000"

# The name of a sample with each byte as %XX, which Mutect2 undoes: a header may hold any name, and Java reads its bytes as
# Latin-1 but those of a command line as UTF-8.
encoded() { tr -d '\n' | iconv -f LATIN1 -t UTF-8 | od -An -v -tx1 | tr -d '\n' | tr ' ' %; }
matched=()
if [ -n "$normal" ]; then
    matched=(-I "$normal" -normal "$(samtools samples "$normal" | cut -f 1 | encoded)")
fi
mutect2() {
    local model=()
    # What Mutect2 counts at each base for the model of orientation, and nothing else reads.
    [ -z "$orientation" ] || model=(--f1r2-tar-gz "${1%.bed}.f1r2.tar.gz")
    gatk --java-options "$long" Mutect2 -R "$genome" -I "$tumor" "${matched[@]}" "${rest[@]}" -L "$1" \
        "${model[@]}" -O "${1%.bed}.vcf.gz" --native-pair-hmm-threads 1 >"${1%.bed}.log" 2>&1
}

parts=()
for ((part = 1; part <= threads; part++)); do parts+=("$(printf '%s/%02d.bed' "$work" $part)"); done
biomarkers targets --targets "$targets" --reference "$genome" --padding "$padding" --cleaned "$work/cleaned.bed" \
    --shard "${parts[@]}"
for part in "${parts[@]}"; do mutect2 "$part" & done
failed=
for part in "${parts[@]}"; do wait -n || failed=yes; done
cat "$work"/*.log >&2
[ -z "$failed" ] || exit 1

bcftools concat "$work"/*.vcf.gz --output-type z --output "$vcf"
bcftools index --tbi --output "$index" "$vcf"
counts=() orientations=()
for part in "${parts[@]%.bed}"; do
    counts+=(--stats "$part.vcf.gz.stats")
    orientations+=(-I "$part.f1r2.tar.gz")
done
if [ "$threads" = 1 ]; then
    cp "${counts[1]}" "$stats"
else
    gatk --java-options "$short" MergeMutectStats "${counts[@]}" -O "$stats"
fi
[ -z "$orientation" ] || gatk --java-options "$short" LearnReadOrientationModel "${orientations[@]}" -O "$orientation"
