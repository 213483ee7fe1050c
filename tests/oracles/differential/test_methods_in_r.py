"""Random cohorts through the methods that test_association_in_r.py does not reach, against R (docs/methods.md).

Curves and follow-up by the reversed curve, restricted means with their variances, cumulative incidence, exact binomial
tests and Simon's designs, nested models, ridge models, forecasts, imputed tables pooled, corrected p, formulas.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from biomarkers.association.score import Formula
from biomarkers.clinical.design import design_tests
from biomarkers.settings import Endpoints
from biomarkers.stats import forecasts, imputation, multiplicity, nested, proportions, ranks, ridge
from biomarkers.stats.cumulative_incidence import cumulative_incidence, incidence_at
from biomarkers.stats.kaplan_meier import kaplan_meier, median, survival_at
from biomarkers.stats.logistic import logistic
from biomarkers.stats.survival_differences import restricted_mean

COHORTS, SEED = 60, 1426
SIZES = (3, 5, 8, 12, 20, 40)
RELATIVE = {"simon": 1e-6, "ridge logistic": 1e-4, "ridge cox": 1e-5, "pooled": 1e-6, "nested far": 1e-2}
ABSOLUTE = {"ridge logistic": 1e-5, "nested": 2e-7, "nested far": 2e-2, "calibration": 1e-6}
"""Where R is the less exact: glm's errors are those before its last step, an optimum by BFGS, sums in other order."""
needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="no Rscript")
Floats = np.ndarray[Any, Any]
Compared = Iterator[tuple[str, object, object]]


def formula(random: np.random.Generator, depth: int = 3) -> str:
    """A formula of the plan, which R reads as well."""
    if depth == 0 or random.random() < 0.15:
        return str(random.choice(["age", "tmb", "ecog", "2", "0.5", "1e-3", "10", '(sex == "male")', "(age >= tmb)"]))
    a, b = (formula(random, depth - 1) for _ in range(2))
    ways = [f"{a} + {b}", f"{a} - {b}", f"{a} * {b}", f"({a}) / ({b})", f"-{a}", f"({a}) ** 2", f"-({a}) ** ({b})"]
    ways += [f"{name}({a})" for name in ("log", "log2", "log10", "exp", "sqrt", "abs")]
    ways += [f"min({a}, {b})", f"max({a}, {b})", f"({a} < {b})", f"({a} != {b})", f"({a}) ** -({b})"]
    return str(random.choice(ways))


def columns(random: np.random.Generator, n: int) -> Floats:
    """Four terms: number, carriers, few values; the last may be the same for all, or hang on those before it."""
    number, carrier = random.normal(size=n), (random.random(n) < 0.3) * 1.0
    last = [carrier * number, np.ones(n), number - 2 * carrier, np.exp(2 * number)]
    return np.column_stack([number, carrier, random.integers(0, 3, n), last[int(random.integers(4))]])


def cohort(random: np.random.Generator) -> dict[str, Any]:
    """Tied times, some 0; nobody or everybody with the event; levels of one patient; separated outcomes."""
    n = int(random.choice(SIZES))
    x = columns(random, n)
    time = np.round(random.exponential(8, n), int(random.integers(0, 3)))
    state = random.choice(3, n, p=random.dirichlet([1, 1, 1]))
    y = (random.random(n) < 1 / (1 + np.exp(-x[:, 0] * random.choice([0, 1, 20])))) * 1.0
    n1 = int(random.integers(1, 12))
    whole = n1 + int(random.integers(1, 20))
    limits = np.sort(random.integers(0, n1, 2))
    design = {"n1": n1, "r1": int(limits[0]), "n": whole, "r": int(limits[1])}
    flags = (random.random(whole + int(random.integers(0, 3))) < random.uniform(0, 0.9)).astype(int)
    age = np.where(random.random(n) < 0.2, np.nan, random.integers(40, 80, n))
    frame = {"age": age, "tmb": np.round(random.lognormal(1, 1, n) - 1, 1), "ecog": random.integers(0, 3, n) * 1.0}
    given: dict[str, Any] = {
        "x": x, "time": time, "state": state, "event": (state > 0) * 1.0, "y": y, "level": random.integers(0, 4, n),
        "stratum": random.integers(0, 3, n), "months": [0.5, 3.0, 7.0, 30.0],
        "strength": float(random.choice([0.01, 0.1, 1])),
        "forecast": np.round(random.uniform(0.02, 0.98, n), int(random.integers(1, 4))).clip(0.01, 0.99),
        "p": np.round(random.random(n) ** 3, int(random.integers(1, 4))),
        "design": design | {"flags": flags, "null": 0.2},
        "frame": frame | {"sex": random.choice(["male", "female"], n)}, "tables": [],
    }  # fmt: skip
    scores = [formula(random) for _ in range(12)]
    given["scores"] = [text for text in scores if any(name in text for name in ("age", "tmb", "ecog", "sex"))]
    if n >= 20 and 4 < y.sum() < n - 4:
        part = np.column_stack([x[:, :2], y])
        part[random.random(n) < 0.2, 0] = np.nan
        tables = [*imputation.imputed(part, [False, True, True], tables=4, seed=3)]
        apart = [logistic(table[:, :2], y).method == "logistic" for table in tables]
        given["tables"] = [table[:, :2] for table in tables] if all(apart) else []
    return given


def sent(value: object) -> Any:
    """A cohort as JSON has it: columns of a table as lists, NaN as null."""
    if isinstance(value, dict):
        return {key: sent(part) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        return sent([*value.T]) if value.ndim == 2 else sent(value.tolist())
    if isinstance(value, list):
        return [sent(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def of_curves(given: dict[str, Any], known: dict[str, Any]) -> Compared:
    """Median, shares, restricted means; the same of the follow-up; cumulative incidence."""
    for name, event in (("curve", given["event"]), ("follow_up", 1 - given["event"])):
        curve, r = kaplan_meier(given["time"], event), known[name]
        rates = [survival_at(curve, month).interval for month in given["months"]]
        means = [restricted_mean(curve, month) for month in given["months"]]
        yield f"{name} median", median(curve), r["median"]
        yield f"{name} share", rates, [*zip(r["share"], r["low"], r["high"], strict=True)]
        yield "restricted mean", means, [*zip(r["means"], r["variances"], strict=True)]
    found, r = cumulative_incidence(given["time"], given["state"]), known["incidence"]
    shares = [incidence_at(found, month).interval for month in given["months"]]
    yield "cumulative incidence", shares, [*zip(r["incidence"], r["low"], r["high"], strict=True)]


def of_design(given: dict[str, Any], known: dict[str, Any]) -> Compared:
    """Both sides of the exact binomial test with its interval, and the end of a design of Simon."""
    plan = given["design"]
    best = ["PR" if flag else "SD" for flag in plan["flags"]]
    frame = pd.DataFrame({"responder": plan["flags"], "best_response": best, "confirmed_best_response": best})
    rules = {f"simon_{name}": plan[name] for name in ("n1", "r1", "n", "r")}
    starts = pd.Series(pd.date_range("2024-01-01", periods=len(frame)))
    table = design_tests(frame.assign(treated=1), starts, Endpoints(orr_null=plan["null"], **rules))
    exact, end = table[table["method"] == "exact_binomial"], table[table["method"] == "simon_final"].iloc[0]
    yield "binomial", [*exact["p_value"][:2], *exact.iloc[0][["ci_low", "ci_high"]]], known["binomial"]
    yield "simon", [*end[["p_value", "estimate", "ci_low", "ci_high", "share_bias"]]], known["simon"]
    first = table[table["method"] == "simon_stage_1"].iloc[0]
    yield "simon error", float(first["note"].split()[-1]), round(known["error"][0], 4)
    assert (first["decision"] == "stop for futility") == known["stopped"][0]


def of_models(given: dict[str, Any], known: dict[str, Any]) -> Compared:
    """Nested, ridge and imputed models; forecasts; several groups."""
    x, y, time, level = given["x"], given["y"], given["time"], given["level"]
    tests = [nested.logistic_test(x[:, :2], x[:, 2:], y)]
    tests.append(nested.cox_test(x[:, :2], x[:, 2:], time, y, given["stratum"] * 1.0))
    for test, (right, far) in zip(tests, (known["nested"]["logistic"], known["nested"]["cox"]), strict=True):
        yield "nested far" if far else "nested", test.statistic, right
    everybody, strength = np.ones(len(x), dtype=bool), given["strength"]
    fitted = ridge.fitted(x, y, None, everybody[None], np.array([[strength]]))
    yield "ridge logistic", [*fitted.intercept, *fitted.coefficients[0]], known["ridge"]["logistic"]
    timed = ridge.fitted(x, y, time, everybody[None], np.array([[strength]]))
    yield "ridge cox", timed.coefficients[0], known["ridge"]["cox"]
    r, forecast = known["forecasts"], given["forecast"]
    yield "concordance", forecasts.concordance(forecast, time, y), r["concordance"]
    yield "calibration", forecasts.calibration_intercept(np.log(forecast / (1 - forecast)), y), r["intercept"]
    yield "net benefit", [p.observed.estimate for p in forecasts.decision_curve(forecast, y)], r["benefit"]
    groups = [time[level == code] for code in np.unique(level)]
    if len(groups) > 1 and len(np.unique(time)) > 1:
        yield "kruskal", ranks.kruskal_wallis(groups)[:2], known["kruskal"]
        counts = proportions.cross_table(level, y, (4, 2))
        yield "fisher", proportions.fisher_table(counts, seed=1).p_value, known["fisher"][0]
        trend = proportions.cochran_armitage(counts[:, 1], counts.sum(axis=1))
        by_chi_squared = math.erfc(abs(trend.statistic) / math.sqrt(2))
        yield "trend", [trend.statistic**2, by_chi_squared], known["trend"]
    if len(given["tables"]):
        terms = [logistic(table, y).terms[0] for table in given["tables"]]
        errors = [(term.logarithm.high - term.logarithm.low) / 2 / 1.959963984540054 for term in terms]
        found = imputation.rubin([term.logarithm.estimate for term in terms], errors, max(1.0, len(y) - 3))
        yield "pooled", [*found.estimate, found.test.p_value], known["pooled"]


def of_plan(given: dict[str, Any], known: dict[str, Any]) -> Compared:
    """Corrected p, and scores."""
    yield "q", multiplicity.benjamini_hochberg(given["p"]), known["adjusted"][0]
    yield "holm", multiplicity.holm(given["p"]), known["adjusted"][1]
    for text, values in zip(given["scores"], known["scores"], strict=True):
        yield f"score {text}", Formula(text).values(pd.DataFrame(given["frame"]))[0], values


def numbers(value: object) -> list[float]:
    """All numbers in order; R's words for what is none."""
    if isinstance(value, str | int | float):
        return [math.nan if value in ("NA", "NaN") else float(value)]
    return [number for part in value for number in numbers(part)]  # type: ignore[attr-defined]


@pytest.mark.slow
@needs_r
def test_methods_as_in_r(tmp_path: Path) -> None:
    random = np.random.default_rng(SEED)
    cohorts = [cohort(random) for _ in range(COHORTS)]
    (tmp_path / "cohorts.json").write_text(json.dumps(sent(cohorts)))
    script = [str(Path(__file__).with_name("methods.R")), str(tmp_path / "cohorts.json")]
    done = subprocess.run(["Rscript", *script], check=True, capture_output=True, text=True, timeout=600)
    compared: Counter[str] = Counter()
    wrong = []
    for turn, (given, known) in enumerate(zip(cohorts, json.loads(done.stdout), strict=True)):
        parts = [of_curves(given, known), of_design(given, known["design"]), of_plan(given, known)]
        parts += [of_models(given, known)] if "nested" in known else []
        for what, got, want in (one for part in parts for one in part):
            kind = what.split(" ")[0] if what.startswith("score") else what
            found, right = numbers(got), numbers(want)
            compared[kind] += len(right)
            close = pytest.approx(right, rel=RELATIVE.get(kind, 1e-7), abs=ABSOLUTE.get(kind, 1e-9), nan_ok=True)
            if found != close:
                wrong.append((turn, what, found, right))
    assert wrong == []
    few = {
        "curve median": 150,
        "simon": 250,
        "score": 4000,
        "nested": 40,
        "nested far": 40,
        "ridge cox": 150,
        "pooled": 20,
        "trend": 60,
    }
    assert {name: compared[name] for name, least in few.items() if compared[name] < least} == {}
