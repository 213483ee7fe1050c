"""Every table of `associate` for random cohorts and plans, number by number against R (docs/methods.md, 6).

Small, tied, missing, separated; strata of single patients, levels that leave before the first event: subgroups with
tests of interaction, tests in strata, landmarks, milestones, restricted means, genes, sets and pairs, the sensitivity
table, prediction with its curves, q and the fixed sequence, medians and rates of groups.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from biomarkers.cli.app import run

COHORTS, SEED = 20, 1406
SIZES = (12, 20, 30, 45, 60, 90)
TABLES = ("results", "groups", "sensitivity", "models", "predictions", "curves")
RELATIVE = {"root estimate": 2e-3, "root ci_low": 1e-2, "root ci_high": 1e-2, "penalised estimate": 1e-4}
"""Where R is the less exact: roots of fisher.test and mantelhaen.test, an optimum by Nelder and Mead. Else 1e-5."""

ABSOLUTE = {"fold": 1e-6, "penalised estimate": 1e-4}

needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="no Rscript")
Columns = dict[str, np.ndarray[Any, Any]]


def markers(random: np.random.Generator, n: int) -> Columns:
    """What is known at the start."""
    few = random.random() < 0.5
    levels = random.dirichlet(np.ones(int(random.integers(1, 5))) * 1.2)
    centres = int(random.choice([1, 2, 4, max(3, n // 3)]))
    burden = np.round(random.lognormal(1, 1, n), int(random.choice([0, 1, 3])))
    return {
        "patient": np.array([f"P{i:03d}" for i in range(n)], dtype=object),
        "tmb_per_mb": burden,
        "tmb_per_mb_fda": np.round(burden * random.lognormal(0, 0.2, n), 2),
        "age": np.round(random.normal(60, 10, n)),
        "carrier": (random.random(n) < (random.uniform(0.03, 0.12) if few else 0.4)).astype(float),
        "subtype": np.array(list("abcd"), dtype=object)[random.choice(len(levels), n, p=levels)],
        "sex": np.array(["female", "male"], dtype=object)[random.integers(0, 2, n)],
        "centre": np.array([f"C{i}" for i in random.integers(0, centres, n)], dtype=object),
        "tumor_only": (random.random(n) < 0.1).astype(float),
        "denominator_source": np.where(random.random(n) < 0.15, "assumed", "callable").astype(object),
        "tumor_content": np.round(random.uniform(0.1, 1, n), 2),
        "tmb_status": np.where(random.random(n) < 0.1, "warn", "ok").astype(object),
        "sequenced": (random.random(n) < 0.93).astype(float),
    }


def outcomes(random: np.random.Generator, c: Columns) -> Columns:
    """Response and progression-free survival; carriers may all respond or have no event, a level leave at once."""
    n, carrier = len(c["patient"]), c["carrier"] == 1
    score = 0.6 * (c["tmb_per_mb"] - c["tmb_per_mb"].mean()) / (c["tmb_per_mb"].std() or 1) + 0.8 * carrier
    response = (random.random(n) < 1 / (1 + np.exp(0.8 - score))).astype(float)
    if (kind := random.random()) < 0.3:
        response[carrier] = kind < 0.15
    elif kind < 0.35:
        response[:] = 0
    until = random.uniform(2, 36, n)
    time = random.exponential(12 * np.exp(0.4 * score))
    event = (time <= until).astype(float)
    time = np.maximum(np.round(np.minimum(time, until), int(random.choice([0, 1, 2]))), 0.1)
    gone = c["subtype"] == c["subtype"][0]
    if (kind := random.random()) < 0.25 and gone.mean() < 0.7:
        time[gone], event[gone] = 0.05, 0
    elif kind < 0.4:
        event[carrier] = 0
    elif kind < 0.45:
        event[:] = 0
    best = np.where(response == 1, "PR", np.where(random.random(n) < 0.5, "SD", "PD")).astype(object)
    return {
        "responder": response,
        "pfs_months": time,
        "pfs_event": event,
        "pfs_months_fda": np.maximum(time - random.integers(0, 2, n) * 0.5, 0.05),
        "pfs_event_fda": event * (random.random(n) < 0.9),
        "ttr_months": np.where(response == 1, np.round(time * random.uniform(0.1, 0.9, n), 1), np.nan),
        "best_response": best,
        "confirmed_best_response": np.where((response == 1) & (random.random(n) < 0.3), "SD", best).astype(object),
    }


def plan_of(random: np.random.Generator, c: Columns) -> dict[str, Any]:
    """A plan with every part that has rows; what is primary, adjusted for, stratified and corrected differs."""
    burden, cut = "tmb_per_mb", {"at": float(np.round(np.median(c["tmb_per_mb"]), 1)), "side": ">="}
    primaries: list[dict[str, Any]] = [
        {"marker": burden, "endpoint": "response"},
        {"marker": "carrier", "endpoint": "response"},
        {"marker": burden, "endpoint": "response", "cut": cut},
        {"marker": burden, "endpoint": "pfs"},
        {"marker": "carrier", "endpoint": "pfs", "method": "logrank"},
        {"marker": burden, "endpoint": "pfs", "cut": cut | {"side": ">"}},
    ]
    primary = primaries[int(random.integers(6))]
    named = [("age", "response"), ("carrier", "pfs"), ("age", "pfs")]
    secondary = [{"marker": m, "endpoint": e} for m, e in named if (m, e) != (primary["marker"], primary["endpoint"])]
    cuts = [primary["cut"]] if "cut" in primary else [cut]
    plan: dict[str, Any] = {
        "primary": primary,
        "secondary": secondary,
        "endpoints": {
            "response": {"kind": "binary", "column": "responder"},
            "pfs": {"kind": "time_to_event", "time": "pfs_months", "event": "pfs_event"}
            | {"milestones": [3, 6, 24], "rmst": [6, 12]},
        },
        "markers": {
            burden: {"kind": "continuous", "transform": str(random.choice(["none", "log2p1"])), "cutpoints": cuts},
            "age": {"kind": "continuous"},
            "carrier": {"kind": "binary", "levels": [0, 1]},
        },
        "interactions": [],
        "subgroups": ["sex", "subtype"],
        "landmark": [{"at": 3, "marker": "responder"}, {"at": 5.5, "marker": "responder"}],
        "sensitivity": {"imputations": 2},
        "covariates": [[], ["age", "sex"], ["age", "subtype"]][int(random.integers(3))],
        "strata": [[], ["centre"]][int(random.integers(2))],
        "correction": {"across_endpoints": bool(random.random() < 0.5), "gatekeeping": secondary[::-1]},
        "genes": {"min_carriers": 2, "adjust_for": burden, "co_occurrence": 2}
        | {"sets": {"A": ["G0", "g1"], "B": ["G2", "NOTHING9"], "EMPTY": ["NOTHING8"]}},
    }
    if len(c["patient"]) >= 45:
        endpoint = str(random.choice(["response", "pfs"]))
        small = {"repeats": 2, "permutations": 99, "most_fits": 1000}
        plan["prediction"] = {"features": [burden, "age", "sex"], "endpoint": endpoint} | small
    return plan


def cell(value: object) -> str:
    """A cell of the cohort; empty for a missing value."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.10g}"
    return str(value)


def write(folder: Path, seed: int) -> list[str]:
    """A cohort, its plan and mutations; the arguments that analyse them."""
    random = np.random.default_rng([SEED, seed])
    n = int(random.choice(SIZES))
    c = markers(random, n)
    c |= outcomes(random, c)
    plan = plan_of(random, c)
    for name in ("tmb_per_mb", "age", "carrier", "subtype", "centre", "sex", "responder", "pfs_months", "ttr_months"):
        gone = random.random(n) < random.choice([0, 0, 0, 0.05, 0.2])
        for column in (name, "pfs_event") if name == "pfs_months" else (name,):
            c[column] = np.where(gone, np.nan, c[column]) if c[column].dtype == float else np.where(gone, "", c[column])
    rows = ["\t".join(c), *("\t".join(cell(column[i]) for column in c.values()) for i in range(n))]
    sequenced = c["patient"][c["sequenced"] == 1]
    found = ["patient\tgene\tconsequence"]
    for gene in range(6):
        who = random.choice(sequenced, int(random.integers(1, max(2, len(sequenced) // 2))), replace=False)
        found += [f"{patient}\tG{gene}\tmissense_variant" for patient in who]
    (folder / "cohort.tsv").write_text("\n".join(rows) + "\n")
    (folder / "mutations.tsv").write_text("\n".join(found) + "\n")
    (folder / "plan.yaml").write_text(yaml.safe_dump(plan, sort_keys=False))
    (folder / "plan.json").write_text(json.dumps(plan))
    arguments = ["associate", "--plan", str(folder / "plan.yaml")]
    for name in ("cohort", "mutations", *TABLES):
        arguments += [f"--{name}", str(folder / f"{name}.tsv")]
    return arguments


def number(value: object) -> float:
    """A number as R's JSON has it."""
    words = {"NA": math.nan, "NaN": math.nan, "Inf": math.inf, "-Inf": -math.inf}
    return (
        words.get(value, math.nan)
        if isinstance(value, str)
        else float(value)
        if isinstance(value, int | float)
        else math.nan
    )


@pytest.mark.slow
@needs_r
def test_every_table_as_in_r(tmp_path: Path) -> None:
    folders = [tmp_path / str(seed) for seed in range(COHORTS)]
    for seed, folder in enumerate(folders):
        folder.mkdir()
        assert run(write(folder, seed)) == 0
    script = Path(__file__).with_name("association.R")
    subprocess.run(["Rscript", str(script), *map(str, folders)], check=True, capture_output=True)
    compared: Counter[str] = Counter()
    wrong = []
    for folder in folders:
        done = json.loads((folder / "checked.json").read_text())
        wrong += [name for name in done["skipped"] if name.startswith("ERROR")]
        for one in done["checked"]:
            what = one["what"]
            known = pytest.approx(
                number(one["want"]), rel=RELATIVE.get(what, 1e-5), abs=ABSOLUTE.get(what, 1e-9), nan_ok=True
            )
            compared[f"{one['table']} {what}"] += 1
            # Both terms of an interaction run to infinity: the likelihood gains nothing, for which R says 1 or, by its
            # control of the iterations, NA.
            if what == "p_value" and one["want"] == "NA" and number(one["got"]) > 0.999:
                continue
            if number(one["got"]) != known:
                wrong.append((folder.name, one))
    assert wrong == []
    assert sum(compared.values()) > 15_000
    few = {"results gate_p": 20, "results doubted": 200, "groups estimate": 500, "sensitivity p_value": 50}
    few |= {"models ridge": 5, "predictions fold": 5, "curves net benefit": 19, "results q_value": 1000}
    assert {name: compared[name] for name, least in few.items() if compared[name] < least} == {}
