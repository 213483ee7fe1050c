"""Share of null cohorts in which a family has a hit (q < 0.05), for every family of an analysis.

    .venv/bin/python benchmarks/null/bench.py [--cohorts 400] [--patients 30 60 200] [--unequal] [--folder OUT]

Each cohort is drawn without any association: response and PFS do not hang on any marker. It goes through the whole
`biomarkers associate`, in this process. Printed for each family: cohorts with a hit, their share, and the interval in
which 95 % of such counts lie if the share is 0.05; a share below it is a discrete (conservative) test, one above an
error. --unequal: carriers of the first gene and those with a declared binary marker are followed three times as long.
Seeded: the same numbers on every machine.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy import stats

from biomarkers.association import analysis, inputs
from biomarkers.association.genes import Carriers

GENES, NUMBERS, BINARIES = 100, 30, 30

PLAN = {
    "title": "null",
    "seed": 1,
    "primary": {"marker": "tmb_per_mb", "endpoint": "pfs", "cut": {"at": "median", "side": ">"}, "method": "logrank"},
    "endpoints": {
        "response": {"kind": "binary", "column": "responder"},
        "pfs": {"kind": "time_to_event", "time": "pfs_months", "event": "pfs_event"},
    },
    "markers": {
        "tmb_per_mb": {"kind": "continuous", "transform": "log2p1", "cutpoints": [{"at": 10, "side": ">="}]},
        "pdl1": {"kind": "continuous", "cutpoints": [{"at": 1, "side": ">="}, {"at": 50, "side": ">="}]},
        "smoker": {"kind": "binary"},
        "rare": {"kind": "binary"},
        "sex": {"kind": "categorical"},
        "histology": {"kind": "categorical"},
        "ic": {"kind": "ordinal", "levels": ["IC0", "IC1", "IC2", "IC3"]},
    },
}


def cohort(random: np.random.Generator, n: int, unequal: bool) -> tuple[pd.DataFrame, np.ndarray]:
    """A cohort without any association, and who carries which gene (genes x patients)."""
    carriers = random.random((GENES, n)) < np.exp(random.uniform(np.log(0.03), np.log(0.5), GENES))[:, None]
    carriers = carriers[carriers.sum(axis=1) >= 3]
    frame = pd.DataFrame({"patient": [f"P{i}" for i in range(n)], "responder": (random.random(n) < 0.3) * 1})
    frame["tmb_per_mb"] = np.round(random.lognormal(1.6, 0.8, n), 2)
    frame["pdl1"] = np.where(random.random(n) < 0.35, 0, np.round(100 * random.beta(0.6, 1.2, n)))
    frame["smoker"], frame["rare"] = (random.random(n) < 0.5) * 1, (random.random(n) < 0.1) * 1
    frame["sex"] = random.choice(["male", "female"], n)
    frame["histology"] = random.choice(["adeno", "squamous", "other"], n, p=[0.6, 0.3, 0.1])
    frame["ic"] = random.choice(["IC0", "IC1", "IC2", "IC3"], n, p=[0.4, 0.3, 0.2, 0.1])
    features = {f"number{i}": random.lognormal(0, 0.1 + i / 20, n) for i in range(NUMBERS)}
    features |= {f"yes{i}": (random.random(n) < 0.03 + i / 60) * 1 for i in range(BINARIES)}
    frame = pd.concat([frame, pd.DataFrame(features)], axis=1)
    limit = np.full(n, 24.0)
    if unequal:
        # nobody's time to the event hangs on it, but how long each is followed does
        limit = np.where(carriers[0] | (frame["smoker"] == 1) | (frame["rare"] == 1), 48.0, 16.0)
    months, until = random.exponential(8, n), random.uniform(1, limit)
    frame["pfs_event"] = (months <= until) * 1
    frame["pfs_months"] = np.maximum(np.round(np.minimum(months, until) * 30.4375), 1) / 30.4375
    return frame, carriers


def families(frame: pd.DataFrame, carriers: np.ndarray, folder: Path) -> dict[str, bool]:
    """Whether each family of the analysis has a hit."""
    plan = dict(PLAN)
    extra = {f"number{i}": {"kind": "continuous", "class": "feature"} for i in range(NUMBERS)}
    extra |= {f"yes{i}": {"kind": "binary", "class": "feature"} for i in range(BINARIES)}
    plan["markers"] = PLAN["markers"] | extra
    frame.to_csv(folder / "cohort.tsv", sep="\t", index=False)
    (folder / "plan.yaml").write_text(yaml.safe_dump(plan))
    given = inputs.read(folder / "cohort.tsv", folder / "plan.yaml", None)
    found = Carriers(tuple(f"G{i}" for i in range(len(carriers))), carriers)
    results = analysis.analyse(given.cohort, given.plan, found).results
    return results.groupby("family")["q_value"].apply(lambda q: bool((q < 0.05).any())).to_dict()


def shares(cohorts: int, n: int, *, unequal: bool, seed: int, folder: Path) -> dict[str, tuple[int, int]]:
    """Of each family: cohorts with a hit, and cohorts that have the family."""
    random = np.random.default_rng([seed, n, int(unequal)])
    hits: Counter[str] = Counter()
    done: Counter[str] = Counter()
    try:
        for _ in range(cohorts):
            for family, hit in families(*cohort(random, n, unequal), folder).items():
                hits[family] += hit
                done[family] += 1
    except KeyboardInterrupt:
        print(f"stopped after {max(done.values(), default=0)} cohorts", file=sys.stderr)
    return {family: (hits[family], done[family]) for family in sorted(done)}


def within(done: int) -> tuple[int, int]:
    """The counts between which 95 % of the counts lie whose share is 0.05."""
    low, high = stats.binom.interval(0.95, done, 0.05)
    return int(low), int(high)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cohorts", type=int, default=400)
    options.add_argument("--patients", type=int, nargs="+", default=[30, 60, 200])
    options.add_argument("--unequal", action="store_true")
    options.add_argument("--seed", type=int, default=14)
    options.add_argument("--folder", type=Path, default=Path("results/benchmarks/null"))
    asked = options.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("biomarkers").setLevel(logging.ERROR)
    print(
        "| n | family | cohorts | with a hit | share | 95 % of counts at 0.05 |\n|---|---|---|---|---|---|", flush=True
    )
    for n in asked.patients:
        found = shares(asked.cohorts, n, unequal=asked.unequal, seed=asked.seed, folder=asked.folder)
        for family, (hits, done) in found.items():
            low, high = within(done)
            said = "" if low <= hits <= high else " below" if hits < low else " **above**"
            row = f"| {n} | {family} | {done} | {hits}{said} | {hits / done:.3f} | {low} to {high} |"
            print(row, flush=True)


if __name__ == "__main__":
    main()
