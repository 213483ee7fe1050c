"""The check of proportional hazards on random cohorts against cox.zph of R survival (docs/methods.md, 6.14)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biomarkers.stats.cox import cox
from biomarkers.stats.partial_likelihood import Proportional, maximum

COHORTS, SEED = 44, 147

needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="no Rscript")


def cohort(random: np.random.Generator) -> dict[str, Any]:
    """25 to 90 patients, no, some or many ties, a number that may be skewed, a hazard that may change with time."""
    n = int(random.integers(25, 90))
    carrier = (random.random(n) < 0.4).astype(float)
    number = random.normal(size=n)
    shape = np.where(carrier == 1, random.choice([1.0, 2.5]), 1.0)
    time = np.ceil(10 * random.weibull(shape) * np.exp(-0.4 * number) * 2) / 2 + 0.5
    ties = random.integers(0, 3)
    time = [time, np.ceil(time / 2), time + 1e-3 * random.random(n)][ties]
    number = np.exp(1.2 * number) if random.random() < 0.3 else number
    parts = {
        "time": time,
        "event": (random.random(n) < 0.75).astype(float),
        "number": number,
        "carrier": carrier,
        "level": random.integers(0, 3, n),
        "stratum": random.integers(0, 3, n),
    }
    return {key: np.asarray(value).tolist() for key, value in parts.items()}


def found(given: dict[str, Any], names: list[str], stratum: str = "") -> list[float]:
    """P per term and GLOBAL."""
    columns, of_term = [], []
    for index, name in enumerate(names):
        values = np.array(given[name], float)
        for column in [values == 1, values == 2] if name == "level" else [values]:
            columns.append(column.astype(float))
            of_term.append(index)
    x = np.column_stack(columns)
    strata = np.array(given[stratum], float) if stratum else None
    time, event = np.array(given["time"]), np.array(given["event"])
    p: Proportional = maximum((x - x.mean(axis=0)) / x.std(axis=0), time, event, strata, of_term).proportional
    notes = [term.note for term in cox(x, time, event, strata, of_term).terms]
    assert [("Schoenfeld p" in note) for note in notes] == [p.terms[index] < 0.05 for index in of_term]
    return [*p.terms, p.overall]


@pytest.mark.slow
@needs_r
def test_random_cohorts_as_cox_zph(tmp_path: Path) -> None:
    random = np.random.default_rng(SEED)
    cohorts = [cohort(random) for _ in range(COHORTS)]
    path = tmp_path / "cohorts.json"
    path.write_text(json.dumps(cohorts))
    script = Path(__file__).with_name("proportional.R")
    done = subprocess.run(["Rscript", str(script), str(path)], check=True, capture_output=True, text=True)
    flagged = 0
    for given, known in zip(cohorts, json.loads(done.stdout), strict=True):
        three = ["number", "level", "carrier"]
        assert found(given, ["number"]) == pytest.approx(known["one"], rel=1e-6)
        assert found(given, ["carrier"]) == pytest.approx(known["carrier"], rel=1e-6)
        assert found(given, three) == pytest.approx(known["several"], rel=1e-6)
        assert found(given, three, "stratum") == pytest.approx(known["strata"], rel=1e-6)
        assert found(given, ["carrier"], "stratum") == pytest.approx(known["carrier_strata"], rel=1e-6)
        flagged += known["carrier"][0] < 0.05
    # 220 models; notes of the same rows were compared above
    assert 5 < flagged < COHORTS - 5
