#!/usr/bin/env bash
# Lint of the shell files and of the rules. Left out is the advice to give every rule a conda environment: rules that call
# `biomarkers` alone need none, it stands beside the Python that runs Snakemake.
set -euo pipefail
cd "$(dirname "$0")/../.."
shellcheck --external-sources --source-path=workflow/scripts workflow/scripts/*.sh tests/workflow/*.sh envs/*.sh
advice=$(.venv/bin/snakemake --lint 2>&1 || true)
grep -q '^Lints for\|Congratulations' <<<"$advice" || { echo "$advice" >&2; exit 1; }
if grep '^    \* ' <<<"$advice" | grep -v 'Specify a conda environment'; then
    exit 1
fi
echo "shellcheck, snakemake --lint: nothing to mend"
