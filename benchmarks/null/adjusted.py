"""Families of genes beside the burden against a time in null cohorts: hits by Wald's p and by the law (rule 6.23).

    .venv/bin/python benchmarks/null/adjusted.py [--cohorts 400] [--patients 60] [--common] [--hastens 0.6]

Genes of at least 3 carriers of 40, mutated the more often the higher the burden is, in 3 to 10 % (--common: to 40 %).
--hastens: log hazard ratio of a standard deviation of the burden; genes have none. Seeded.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy import stats

from biomarkers.stats.cox import cox
from biomarkers.stats.multiplicity import benjamini_hochberg
from biomarkers.stats.risk_tables import exact_beside


def family(random: np.random.Generator, n: int, largest: float, hastens: float) -> tuple[np.ndarray, np.ndarray]:
    """P of each gene of a cohort: of the Cox model, and given the risk sets."""
    burden = random.lognormal(1.6, 0.8, n)
    z = np.log2(burden + 1)
    z = (z - z.mean()) / z.std()
    share = np.exp(random.uniform(np.log(0.03), np.log(largest), 40)) * ((burden / burden.mean()) ** 0.7)[:, None]
    carrier = (random.random((n, 40)) < share).astype(float)
    carrier = carrier[:, carrier.sum(axis=0) >= 3]
    months, until = random.exponential(8 * np.exp(-hastens * z)), random.uniform(1, 24, n)
    time, event = np.minimum(months, until), (months <= until) * 1.0
    fits = [cox(np.column_stack([own, z]), time, event, with_limits=False) for own in carrier.T]
    weight = np.exp(z * np.log(cox(z[:, None], time, event).terms[0].ratio.estimate))
    return np.array([one.terms[0].p_value for one in fits]), exact_beside(time, event, carrier, weight).p_value


def main() -> None:
    """Print the shares."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cohorts", type=int, default=400)
    options.add_argument("--patients", type=int, default=60)
    options.add_argument("--common", action="store_true")
    options.add_argument("--hastens", type=float, default=0.0)
    asked = options.parse_args()
    random = np.random.default_rng([14, asked.patients, asked.common])
    drawn = (asked.patients, 0.4 if asked.common else 0.1, asked.hastens)
    families = [family(random, *drawn) for _ in range(asked.cohorts)]
    for name, of in zip(("model", "exact"), zip(*families, strict=True), strict=True):
        known = [p[~np.isnan(p)] for p in of]
        hits = sum(bool((benjamini_hochberg(p) < 0.05).any()) for p in known)
        low, high = stats.binomtest(hits, len(known)).proportion_ci()
        shares = ", ".join(f"{np.mean(np.concatenate(known) <= limit):.4f}" for limit in (0.05, 0.01, 0.001))
        print(f"{name}: {hits} of {len(known)}: {hits / len(known):.3f} ({low:.3f} to {high:.3f}); p {shares}")


if __name__ == "__main__":
    main()
