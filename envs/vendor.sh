#!/usr/bin/env bash
# Fetches the table library of the page from npm, checks it against its pin, and puts what the page needs beside the code.
#   envs/vendor.sh          as src/biomarkers/report/vendor/tabulator/VERSION pins it: version and npm's integrity (SHA-512)
# A new version: write its number and `npm view tabulator-tables@NUMBER dist.integrity` into VERSION, run this, look at the page.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=src/biomarkers/report/vendor/tabulator
read -r version integrity <"$folder/VERSION"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
archive=$(cd "$work" && npm pack --silent "tabulator-tables@$version")
found="sha512-$(openssl dgst -sha512 -binary "$work/$archive" | openssl base64 -A)"
[ "$found" = "$integrity" ] || { echo "vendor: $archive is $found, expected $integrity" >&2; exit 1; }
tar -xzf "$work/$archive" -C "$work"
cp "$work/package/LICENSE" "$work/package/dist/js/tabulator.min.js" "$work/package/dist/css/tabulator_simple.min.css" "$folder/"
(cd "$folder" && sha256sum LICENSE tabulator.min.js tabulator_simple.min.css >SHA256SUMS)
