"""Families against PFS in null cohorts: declared markers, pairs, features. As bench.py, without genes and tables.

    .venv/bin/python benchmarks/null/survival.py [--cohorts 400] [--patients 30 60 200] [--single]

Printed for each family: cohorts with a hit (q < 0.05), their share and its exact 95 % interval. --single: beside them
of each test the share of p at most 0.05, 0.01 and 0.001. Seeded: the same numbers on every machine.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from bench import BINARIES, NUMBERS, PLAN, cohort
from scipy import stats

from biomarkers.association import comparisons, inputs, interaction, results, values
from biomarkers.association.rows import Row
from biomarkers.association.specification import Plan
from biomarkers.errors import Problems


def plan_of(frame: pd.DataFrame) -> Plan:
    """The plan of bench.py with PFS alone."""
    plan = PLAN | {"endpoints": {"pfs": PLAN["endpoints"]["pfs"]}}
    extra = {f"number{i}": {"kind": "continuous", "class": "feature"} for i in range(NUMBERS)}
    extra |= {f"yes{i}": {"kind": "binary", "class": "feature"} for i in range(BINARIES)}
    plan["markers"] = PLAN["markers"] | extra
    with tempfile.TemporaryDirectory() as folder:
        frame.to_csv(Path(folder) / "cohort.tsv", sep="\t", index=False)
        (Path(folder) / "plan.yaml").write_text(yaml.safe_dump(plan))
        return inputs.read(Path(folder) / "cohort.tsv", Path(folder) / "plan.yaml", None).plan


def rows_of(frame: pd.DataFrame, plan: Plan) -> list[Row]:
    """Every row of markers and pairs, with families and q."""
    given = values.read_cohort(frame, plan, "cohort.tsv", Problems())
    outcome, markers = given.outcomes["pfs"], given.markers
    alike = comparisons.batches(given, plan, outcome)
    rows = [row for some in alike for row in comparisons.compare(given, plan, outcome, some).rows]
    for pair in plan.interactions:
        rows += interaction.compare_pair(given, plan, outcome, *(markers[name] for name in pair)).rows
    return results.with_q_values(results.with_roles(rows, plan.primary, plan.secondary))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cohorts", type=int, default=400)
    options.add_argument("--patients", type=int, nargs="+", default=[30, 60, 200])
    options.add_argument("--single", action="store_true")
    options.add_argument("--seed", type=int, default=15)
    asked = options.parse_args()
    logging.getLogger("biomarkers").setLevel(logging.ERROR)
    print("| n | family | cohorts | with a hit | share (95 %) |\n|---|---|---|---|---|", flush=True)
    for n in asked.patients:
        random = np.random.default_rng([asked.seed, n])
        plan = plan_of(cohort(random, n, False)[0])
        hits: dict[str, list[bool]] = defaultdict(list)
        single: dict[tuple[str, str], list[float]] = defaultdict(list)
        for _ in range(asked.cohorts):
            rows = rows_of(cohort(random, n, False)[0], plan)
            for family in {row.family for row in rows}:
                hits[family].append(any(row.q_value < 0.05 for row in rows if row.family == family))
            for row in {row.test: row for row in rows if not np.isnan(row.tested.p_value)}.values():
                name = "features" if row.marker_class == "feature" else row.test
                single[name, row.method].append(row.tested.p_value)
        for family, found in sorted(hits.items()):
            low, high = stats.binomtest(sum(found), len(found)).proportion_ci()
            share = f"{np.mean(found):.3f} ({low:.3f} to {high:.3f})"
            print(f"| {n} | {family} | {len(found)} | {sum(found)} | {share} |", flush=True)
        for (name, method), p in sorted(single.items() if asked.single else ()):
            shares = ", ".join(f"{np.mean(np.array(p) <= limit):.4f}" for limit in (0.05, 0.01, 0.001))
            print(f"{n} {name} {method}: {len(p)} tests, {shares}", flush=True)


if __name__ == "__main__":
    main()
