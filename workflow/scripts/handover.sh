#!/usr/bin/env bash
# nf-core/sarek from the reads of a sheet to its results, and the sheet of these. Nextflow goes on where it was stopped.
#
#   handover.sh --samples SHEET --folder DIR --revision 3.5.1 --profile docker --config FILE|- --parameters JSON
set -euo pipefail
declare samples folder revision profile config parameters
# shellcheck source=options.sh
. "${BASH_SOURCE%/*}/options.sh"

biomarkers handover --samples "$samples" --outdir "$folder/results" --parameters "$parameters" --out "$folder"
further=()
[ "$config" = - ] || further=(-c "$config")
nextflow -log "$folder/nextflow.log" run nf-core/sarek -r "$revision" -profile "$profile" ${further[@]+"${further[@]}"} \
    -params-file "$folder/params.json" -work-dir "$folder/work" -ansi-log false -resume >&2
biomarkers import sarek "$folder/results" --out "$folder/sheet" --sheets-only
