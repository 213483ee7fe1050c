"""Families of genes against survival in null cohorts: hits by the program's p and by chi-squared's alone.

    .venv/bin/python benchmarks/null/genes.py [--cohorts 1000]

As bench.py, but only the log-rank tests of 100 genes with 3 carriers and more, so that many cohorts are quick. Followed
alike, and (`unequal`) carriers of each gene three times as long as others, one gene at a time. Seeded.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy import stats

from biomarkers.stats.logrank import logrank_each
from biomarkers.stats.multiplicity import benjamini_hochberg

GENES = 100


def family(random: np.random.Generator, n: int, unequal: bool) -> tuple[bool, bool]:
    """Whether a family of genes has a q below 0.05: by the program's p, and by chi-squared's."""
    carriers = random.random((n, GENES)) < np.exp(random.uniform(np.log(0.03), np.log(0.5), GENES))
    carriers = carriers[:, (carriers.sum(axis=0) >= 3) & (carriers.sum(axis=0) < n)].astype(float)
    event_at, share = random.exponential(8, n), random.random(n)
    tests = []
    for columns in carriers.T[:, :, None] if unequal else [carriers]:
        until = 1 + share * np.where(columns[:, 0] == 1, 47, 15) if unequal else 1 + share * 23
        time = np.ceil(np.minimum(event_at, until) * 30.4375) / 30.4375
        tests += [one.test for one in logrank_each(time, (event_at <= until) * 1.0, columns, many=True)]
    tests = [test for test in tests if not np.isnan(test.p_value)]
    plain = stats.chi2.sf([test.statistic for test in tests], 1)
    q_values = (benjamini_hochberg(np.array(p)) for p in ([test.p_value for test in tests], plain))
    own, other = (bool((q < 0.05).any()) for q in q_values)
    return own, other


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cohorts", type=int, default=1000)
    options.add_argument("--patients", type=int, nargs="+", default=[30, 60, 200])
    asked = options.parse_args()
    low, high = stats.binom.interval(0.95, asked.cohorts, 0.05)
    print(f"95 % of counts at a share of 0.05: {low:.0f} to {high:.0f} of {asked.cohorts}\n")
    print("| n | followed | with a hit | share | by chi-squared | share |\n|---|---|---|---|---|---|", flush=True)
    for n in asked.patients:
        for unequal in (False, True):
            random = np.random.default_rng([14, n, int(unequal)])
            runs = asked.cohorts // 4 if unequal else asked.cohorts
            own, other = np.sum([family(random, n, unequal) for _ in range(runs)], axis=0)
            followed = f"unequally ({runs} cohorts)" if unequal else "alike"
            print(f"| {n} | {followed} | {own} | {own / runs:.3f} | {other} | {other / runs:.3f} |", flush=True)


if __name__ == "__main__":
    main()
