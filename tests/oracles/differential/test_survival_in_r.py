"""Random cohorts, made so that levels leave before the first event, against R survival (docs/methods.md, 6.7, 6.15)."""

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
from biomarkers.stats.logrank import logrank
from biomarkers.stats.regression import Fit

COHORTS, SEED = 20, 14

needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="no Rscript")


def cohort(random: np.random.Generator) -> dict[str, Any]:
    """60 patients with ties; one of three levels or none leaves before the first event, one term may double another."""
    n = 60
    level = random.integers(0, 3, n)
    time = np.ceil(random.exponential(10, n) * 4) / 4 + 1
    event = (random.random(n) < 0.7).astype(float)
    gone = level == random.integers(0, 5)
    time[gone], event[gone] = 0.5, 0.0
    number = random.normal(size=n)
    carrier = (random.random(n) < 0.5).astype(float)
    twin = np.where(random.random() < 0.5, 2 * number, random.normal(size=n))
    x = {"level1": (level == 1) * 1.0, "number": number, "level2": (level == 2) * 1.0, "twin": twin, "carrier": carrier}
    parts = {"time": time, "event": event, "group": level, "stratum": random.integers(0, 3, n)}
    return {key: np.asarray(v).tolist() for key, v in parts.items()} | {"x": {k: v.tolist() for k, v in x.items()}}


def agree(fit: Fit, known: dict[str, Any]) -> int:
    """Terms that R drops are dropped, the others have its coefficient and p; the number dropped."""
    assert fit.method == "cox" and len(fit.terms) == len(known["p"])
    for term, coefficient, p in zip(fit.terms, known["coefficient"], known["p"], strict=True):
        if coefficient == "NA":
            assert math.isnan(term.p_value) and term.left_out
        else:
            assert math.log(term.ratio.estimate) == pytest.approx(coefficient, rel=1e-6, abs=1e-9)
            assert term.p_value == pytest.approx(p, rel=1e-6)
    return known["coefficient"].count("NA")


@pytest.mark.slow
@needs_r
def test_random_cohorts_as_in_r(tmp_path: Path) -> None:
    random = np.random.default_rng(SEED)
    cohorts = [cohort(random) for _ in range(COHORTS)]
    path = tmp_path / "cohorts.json"
    path.write_text(json.dumps(cohorts))
    script = Path(__file__).with_name("survival.R")
    done = subprocess.run(["Rscript", str(script), str(path)], check=True, capture_output=True, text=True)
    dropped = 0
    for given, known in zip(cohorts, json.loads(done.stdout), strict=True):
        time, event, group, stratum = (np.array(given[key], float) for key in ("time", "event", "group", "stratum"))
        x = np.column_stack([np.array(column, float) for column in given["x"].values()])
        dropped += agree(cox(x, time, event), known["cox"]) + agree(cox(x, time, event, stratum), known["strata"])
        test = logrank(time, event, group).test
        assert test.statistic == pytest.approx(known["statistic"][0], rel=1e-9)
        assert test.p_value == pytest.approx(known["p"][0], rel=1e-9)
    assert dropped > COHORTS // 2
