"""Genes and features against response and PFS: this program, and the loop of scipy and lifelines, in the same run.

    .venv/bin/python benchmarks/association/bench.py [--genes 20000] [--features 5000] [--patients 1000] [--folder OUT]

`biomarkers associate` as a program (its start and its tables included), twice: the cohort with the genes, and with the
features. The loop is what one writes by hand: per gene `scipy.stats.fisher_exact`, `lifelines.statistics.logrank_test`
and `lifelines.CoxPHFitter().fit`; per feature `scipy.stats.mannwhitneyu` and `CoxPHFitter`. It is run on every so
many-th gene or feature and its time is scaled up. The second loop computes what our rows have as far as these
libraries do: per gene also the odds ratio's exact interval, Kaplan-Meier medians of both groups with their limits and
the check of proportional hazards; per feature also a logistic model (statsmodels), the AUC (scikit-learn) and that
check. Neither has Hodges-Lehmann shifts, DeLong's intervals or exact log-rank tests. Times are processor seconds of one
core, since other programs on the machine disturb wall time more; peak memory is that of the program. The hazard ratios
of both are compared.
"""

from __future__ import annotations

import argparse
import compileall
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

import biomarkers

BINARY = Path(sys.executable).with_name("biomarkers")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""A program that is installed has its byte code; one in a folder of its own would be compiled at each start."""


class Cost(NamedTuple):
    """Processor and wall seconds, and peak memory in MB."""

    processor: float
    wall: float
    megabytes: float


def made(folder: Path, genes: int, features: int, n: int) -> tuple[pd.DataFrame, np.ndarray]:
    """A cohort with its features, who carries which gene, and the files of both."""
    random = np.random.default_rng(14)
    months, until = random.exponential(8, n), random.uniform(1, 24, n)
    cohort = pd.DataFrame({"patient": [f"P{i}" for i in range(n)], "responder": (random.random(n) < 0.3) * 1})
    cohort["pfs_event"] = (months <= until) * 1
    cohort["pfs_months"] = np.maximum(np.round(np.minimum(months, until) * 30.4375), 1) / 30.4375
    cohort["tmb_per_mb"] = random.lognormal(1.6, 0.8, n)
    numbers = pd.DataFrame(random.normal(size=(n, features)), columns=[f"F{i}" for i in range(features)])
    carrier = random.random((genes, n)) < np.exp(random.uniform(np.log(0.005), np.log(0.3), genes))[:, None]
    gene, patient = np.nonzero(carrier)
    variants = pd.DataFrame({"patient": cohort["patient"].to_numpy()[patient], "gene": [f"G{i}" for i in gene]})
    variants.assign(consequence="missense_variant").to_csv(folder / "mutations.tsv", sep="\t", index=False)
    plan = "primary: {marker: tmb_per_mb, endpoint: response}\nendpoints:\n"
    plan += "  response: {kind: binary, column: responder}\n"
    plan += "  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}\nmarkers:\n"
    plan += "  tmb_per_mb: {kind: continuous}\n"
    cohort.to_csv(folder / "genes.tsv", sep="\t", index=False)
    (folder / "genes.yaml").write_text(plan + "genes: {min_carriers: 3}\n")
    whole = pd.concat([cohort, numbers], axis=1)
    whole.to_csv(folder / "features.tsv", sep="\t", index=False)
    rows = "".join(f"  F{i}: {{kind: continuous, class: feature}}\n" for i in range(features))
    (folder / "features.yaml").write_text(plan + rows)
    return whole, carrier


def program(folder: Path, what: str, *more: str) -> Cost:
    """What `biomarkers associate` costs."""
    arguments = ["associate", "--cohort", f"{folder}/{what}.tsv", "--plan", f"{folder}/{what}.yaml"]
    arguments += ["--results", f"{folder}/{what}.results.tsv", "--groups", f"{folder}/{what}.groups.tsv", *more]
    start = time.perf_counter()
    child = os.posix_spawn(str(BINARY), [str(BINARY), *arguments], ENVIRONMENT)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"biomarkers associate ended with {status}")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024)


def loop(
    frame: pd.DataFrame, values: dict[str, np.ndarray], *, groups: bool, same: bool
) -> tuple[float, dict[str, float]]:
    """Processor seconds of the loop by hand, and its hazard ratios; same: with what else our rows have."""
    from lifelines import CoxPHFitter, KaplanMeierFitter
    from lifelines.statistics import logrank_test, proportional_hazard_test
    from lifelines.utils import median_survival_times
    from scipy.stats import fisher_exact, mannwhitneyu
    from scipy.stats.contingency import odds_ratio
    from sklearn.metrics import roc_auc_score
    from statsmodels.api import Logit, add_constant

    event, months, responder = (frame[c].to_numpy() for c in ("pfs_event", "pfs_months", "responder"))
    ratios = {}
    start = time.process_time()
    for name, value in values.items():
        if groups:
            table = np.array([[np.sum((value == v) & (responder == r)) for r in (1, 0)] for v in (1, 0)])
            fisher_exact(table)
            members = [value == 1, value == 0]
            logrank_test(*(months[m] for m in members), *(event[m] for m in members))
            if same:
                odds_ratio(table).confidence_interval()
                for member in members:
                    median_survival_times(KaplanMeierFitter().fit(months[member], event[member]).confidence_interval_)
        else:
            mannwhitneyu(value[responder == 1], value[responder == 0])
            if same:
                Logit(responder, add_constant(value)).fit(disp=0).conf_int()
                roc_auc_score(responder, value)
        cells = pd.DataFrame({"x": value, "t": months, "e": event})
        fitted = CoxPHFitter().fit(cells, "t", "e")
        if same:
            proportional_hazard_test(fitted, cells)
        ratios[name] = float(fitted.hazard_ratios_["x"])
    return time.process_time() - start, ratios


def compared(folder: Path, what: str, ratios: dict[str, float]) -> float:
    """Largest relative difference of a hazard ratio."""
    table = pd.read_csv(folder / f"{what}.results.tsv", sep="\t", low_memory=False)
    rows = table[table["method"].eq("cox") & table["estimate_type"].eq("hazard_ratio")].set_index("marker")["estimate"]
    return max((abs(rows[name] / known - 1) for name, known in ratios.items() if name in rows.index), default=np.nan)


def main() -> None:
    """Print one line for genes and one for features."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("genes", 20000), ("features", 5000), ("patients", 1000), ("sample", 60)):
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--folder", type=Path, default=Path("results/benchmarks/association"))
    asked = options.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    compileall.compile_dir(biomarkers.__path__[0], quiet=1)
    frame, carrier = made(asked.folder, asked.genes, asked.features, asked.patients)
    print("| what | tests | CPU s | wall s | MB | loop, CPU s (scaled) | times as fast |", end="")
    print(" loop of the same, CPU s (scaled) | times as fast | largest difference |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for what, count in (("genes", asked.genes), ("features", asked.features)):
        step = max(count // asked.sample, 1)
        if what == "genes":
            values = {f"G{i}": carrier[i] * 1.0 for i in range(0, count, step) if carrier[i].sum() >= 3}
            cost = program(asked.folder, what, "--mutations", f"{asked.folder}/mutations.tsv")
        else:
            values = {f"F{i}": frame[f"F{i}"].to_numpy() for i in range(0, count, step)}
            cost = program(asked.folder, what)
        row = f"| {what} | {count} | {cost.processor:.1f} | {cost.wall:.1f} | {cost.megabytes:.0f} |"
        for same in (False, True):
            seconds, ratios = loop(frame, values, groups=what == "genes", same=same)
            scaled = seconds * count / len(values)
            row += f" {scaled:.0f} | {scaled / cost.processor:.0f} |"
        print(f"{row} {compared(asked.folder, what, ratios):.1e} |", flush=True)


if __name__ == "__main__":
    main()
