"""Firth's models of random cohorts against R: brglm2, and climbs of the likelihoods (docs/methods.md, 6.6, 6.7)."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biomarkers.stats.cox import cox
from biomarkers.stats.logistic import logistic
from biomarkers.stats.regression import Fit

COHORTS, SEED = 20, 1402
FALL = 1.9207294103470
"""Half the quantile .95 of chi-squared: how much lower the profile is at a limit."""

Floats = np.ndarray[Any, Any]
needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="no Rscript")


def column(random: np.random.Generator, n: int) -> Floats:
    """Rare carriers, a number, a skewed one, few tied values, or a number of another size."""
    number = random.normal(size=n)
    kinds = [(random.random(n) < random.uniform(0.05, 0.5)) * 1.0, number, np.exp(1.2 * number)]
    kinds += [random.integers(0, 4, n) * 1.0, 1e5 * number + 1e3]
    return kinds[int(random.integers(len(kinds)))]


def cohort(random: np.random.Generator) -> dict[str, Any]:
    """8 to 60 patients, one to four terms; the outcome may be separated, nearly or by one term, or happen once."""
    n, terms = int(random.integers(8, 60)), int(random.integers(1, 5))
    x = np.column_stack([column(random, n) for _ in range(terms)])
    if terms > 1 and random.random() < 0.2:
        x[:, -1] = x[:, 0] + 0.05 * (x[:, 0].std() or 1) * random.normal(size=n)
    score = (x - x.mean(axis=0)) @ (random.normal(size=terms) / np.maximum(x.std(axis=0), 1e-9))
    event = (random.random(n) < 1 / (1 + np.exp(0.7 - score))) * 1.0
    if (kind := random.random()) < 0.15:
        event = (score > np.quantile(score, 0.6)) * 1.0
    elif kind < 0.6:
        event[x[:, 0] > np.median(x[:, 0])] = 0
    elif kind < 0.7:
        event = (np.arange(n) == 0) * 1.0
    time = np.ceil(random.exponential(9 * np.exp(-score.clip(-3, 3))) * 2) / 2
    return {"x": x, "event": event, "time": time, "stratum": random.integers(0, 2, n) * (random.random() < 0.4) * 1.0}


def asked(given: dict[str, Any], fit: Fit) -> dict[str, Any]:
    """What R is asked: the terms in the model, and at which coefficients the falls are wanted."""
    kept = [j for j, term in enumerate(fit.terms) if not term.left_out]
    for j in kept:
        assert not any(map(math.isnan, (*fit.terms[j].logarithm, fit.terms[j].p_value)))
    at = [[0.0, fit.terms[j].logarithm.low, fit.terms[j].logarithm.high] for j in kept]
    survival = ("time", "stratum") if fit.method == "firth_cox" else ()
    parts = {key: given[key].tolist() for key in ("event", *survival)}
    return parts | {"x": [given["x"][:, j].tolist() for j in kept], "at": at}


@pytest.mark.slow
@needs_r
def test_random_cohorts_as_in_r(tmp_path: Path) -> None:
    random = np.random.default_rng(SEED)
    fits, questions = [], []
    for turn in range(COHORTS):
        given = cohort(random)
        x, event = given["x"], given["event"]
        fit = logistic(x, event, penalised=True) if turn % 3 else cox(x, given["time"], event, given["stratum"])
        if fit.method.startswith("firth"):
            fits.append(fit)
            questions.append(asked(given, fit))
    path = tmp_path / "cohorts.json"
    path.write_text(json.dumps(questions))
    script = Path(__file__).with_name("firth.R")
    done = subprocess.run(["Rscript", str(script), str(path)], check=True, capture_output=True, text=True)
    compared = {"firth_logistic": 0, "firth_cox": 0, "brglm2": 0}
    short = 0
    for fit, question, known in zip(fits, questions, json.loads(done.stdout), strict=True):
        for j, term in enumerate(one for one in fit.terms if not one.left_out):
            sd = np.std(question["x"][j], ddof=1)
            assert term.logarithm.estimate * sd == pytest.approx(known["coefficient"][j] * sd, rel=1e-4, abs=1e-5)
            missed = np.array(known["falls"][j]) - [term.statistic / 2, FALL, FALL]
            # a climb of R may stop short of the profile, and then it falls further; it is never above ours
            assert missed.min() > -1e-5
            short += int((missed > 1e-5).sum())
            compared[fit.method] += 1
            if known.get("brglm2"):
                assert term.logarithm.estimate * sd == pytest.approx(known["brglm2"][j] * sd, rel=1e-4, abs=1e-5)
                compared["brglm2"] += 1
    assert compared["firth_logistic"] > 20 and compared["firth_cox"] > 2 and compared["brglm2"] > 10, compared
    assert short <= 0.05 * 3 * (compared["firth_logistic"] + compared["firth_cox"])
