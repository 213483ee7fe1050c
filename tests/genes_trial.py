"""A trial of 60 patients sequenced by two panels and exomes, one of them not at all, with variants of four genes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import cohorts
from biomarkers.io import tables

PLAN = cohorts.plan(
    'tmb_per_mb: {kind: continuous, transform: log2p1, cutpoints: [{at: 5, side: ">="}]}',
    "smoker: {kind: binary}",
    "stage: {kind: ordinal, levels: [low, middle, high]}",
    'signature: {kind: continuous, class: feature, cutpoints: [{at: 0.5, side: ">"}]}',
    data_driven_cutpoints="[tmb_per_mb]",
    genes="{min_carriers: 2, sets: {repair: [TP53, MDC1]}}",
)
PANELS = {"SMALL": ["TP53", "KRAS", "STK11"], "LARGE": ["TP53", "KRAS", "STK11", "MDC1"]}
CHANGES = {"TP53": ["p.Arg175His", "p.Arg248Gln", "p.Arg175His", ""], "KRAS": ["p.Gly12Asp"], "STK11": [""],
           "MDC1": ["p.Gln37Ter", "p.Leu900="]}  # fmt: skip
SILENT = {"p.Leu900=": "synonymous_variant", "p.Gln37Ter": "stop_gained", "": "splice_donor_variant"}


def made(folder: Path) -> Path:
    """The page of the trial, in `folder` with all tables that it is made from."""
    random, n = np.random.default_rng(7), 60
    cohort = pd.DataFrame(
        {"patient": [f"p{i}" for i in range(n)], "tmb_per_mb": random.lognormal(1.5, 0.8, n).round(2)}
    )
    cohort["best_response"] = random.choice(["CR", "PR", "SD", "PD"], n)
    cohort["responder"] = cohort["best_response"].isin(["CR", "PR"]).astype(int)
    cohort["pfs_months"], cohort["pfs_event"] = random.integers(1, 20, n), random.integers(0, 2, n)
    cohort["smoker"], cohort["signature"] = random.integers(0, 2, n), random.random(n).round(3)
    cohort["stage"] = ["high", "low", "middle"] * (n // 3)
    cohort["sequenced"] = [1] * 59 + [0]
    cohort["gene_panel"] = ["SMALL"] * 25 + ["LARGE"] * 20 + ["WES"] * 15
    variants: list[dict[str, Any]] = []
    for gene, share in (("TP53", 0.5), ("KRAS", 0.3), ("STK11", 0.15), ("MDC1", 0.35)):
        for place in np.flatnonzero(random.random(n - 1) < share):
            if gene in PANELS.get(cohort["gene_panel"][place], [gene]):
                change = CHANGES[gene][place % len(CHANGES[gene])]
                word = SILENT.get(change, "missense_variant")
                variants.append({"patient": f"p{place}", "gene": gene, "consequence": word, "hgvsp": change})
    of_panel = [{"gene_panel": name, "gene": gene} for name, genes in PANELS.items() for gene in genes]
    cohorts.trial(folder, cohort, PLAN, pd.DataFrame(variants))
    cohorts.written(folder, pd.DataFrame(of_panel), "panels")
    names = ("results", "groups", "memberships", "cutpoint_profiles")
    return cohorts.page(folder, f"--gene-panels={folder}/panels.tsv", names=names)


def read(page: Path, name: str) -> pd.DataFrame:
    """A table of the trial."""
    return tables.read(page.parent / f"{name}.tsv", "cohort" if name == "cohort" else name)
