#!/usr/bin/env bash
# snakemake --lint, but for the advice to give every rule a conda environment: rules that call `biomarkers` alone need none,
# it stands beside the Python that runs Snakemake.
set -euo pipefail
cd "$(dirname "$0")/../.."
found=$(.venv/bin/snakemake --lint json 2>/dev/null || true)
LINTS=$found .venv/bin/python - <<'PYTHON'
import json
import os
import sys

lints = json.loads(os.environ["LINTS"])
told = 0
for kind in ("snakefiles", "rules"):
    for entry in lints.get(kind, []):
        for lint in entry["lints"]:
            if not lint["title"].startswith("Specify a conda environment"):
                told += 1
                print(f"{entry.get('rule', entry.get('snakefile'))}: {lint['title']}", file=sys.stderr)
print(f"snakemake --lint: {told} to mend")
sys.exit(bool(told))
PYTHON
