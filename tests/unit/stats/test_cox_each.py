"""Models side by side against the same models one by one, which have R as their oracle."""

from __future__ import annotations

import numpy as np
import pytest

from biomarkers.stats import cox_each as module
from biomarkers.stats.cox import cox
from biomarkers.stats.cox_each import cox_each


@pytest.mark.parametrize("seed, n, strata", [(1, 60, False), (2, 120, True), (3, 12, False)])
def test_as_one_by_one(seed: int, n: int, strata: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers, carriers (some separated, some without events), outliers, columns of one value; ties."""
    random = np.random.default_rng(seed)
    time, event = np.ceil(random.exponential(9, n) * 2) / 2, (random.random(n) < 0.6).astype(float)
    carriers = random.random((n, 40)) < random.uniform(0.02, 0.6, 40)
    x = np.column_stack([random.normal(size=(n, 15)), carriers, np.exp(3 * random.normal(size=(n, 15))), np.ones(n)])
    stratum = random.integers(0, 3, n).astype(float) if strata else None
    alone = [cox(x[:, [j]], time, event, stratum) for j in range(x.shape[1])]
    left: list[int] = []
    monkeypatch.setattr(module, "cox", lambda *given: left.append(1) or cox(*given))
    together = cox_each(x, time, event, stratum)
    assert len(left) < len(alone) / 2 or n == 12
    for one, other in zip(together, alone, strict=True):
        assert (one.method, one.note, one.terms[0].note) == (other.method, other.note, other.terms[0].note)
        assert one.terms[0].ratio == pytest.approx(other.terms[0].ratio, rel=1e-6, nan_ok=True)
        assert one.terms[0].p_value == pytest.approx(other.terms[0].p_value, rel=1e-6, nan_ok=True)
        assert one.terms[0].statistic == pytest.approx(other.terms[0].statistic, rel=1e-6, nan_ok=True)
        ratios = one.terms[0].likelihood_ratio, other.terms[0].likelihood_ratio
        assert ratios[0] == pytest.approx(ratios[1], rel=1e-6, abs=1e-9, nan_ok=True)
        assert np.isnan(ratios[0]) == (one.method != "cox" or np.isnan(one.terms[0].p_value))


def test_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(4)
    x, time, event = random.normal(size=(40, 7)), random.exponential(9, 40), np.ones(40)
    whole = cox_each(x, time, event)
    monkeypatch.setattr(module, "CHUNK", 3)
    for part, one in zip(cox_each(x, time, event), whole, strict=True):
        assert part.terms[0].ratio == pytest.approx(one.terms[0].ratio, rel=1e-12)


def test_no_events() -> None:
    (fit,) = cox_each(np.arange(5.0)[:, None], np.arange(5.0), np.zeros(5))
    assert "all or none had the event" in fit.note


def test_drift_is_said() -> None:
    random = np.random.default_rng(2)
    group = np.repeat([0.0, 1.0], 150)
    time = np.where(group == 1, random.weibull(4, 300), random.weibull(0.6, 300)) + 0.01
    (fit,) = cox_each(group[:, None], time, np.ones(300))
    assert "Schoenfeld p" in fit.terms[0].note


def alone_and_together(monkeypatch: pytest.MonkeyPatch, steps: int | None = None) -> tuple[int, float, float]:
    """How many of two columns are left to `cox`, and the ratio of the second by both ways."""
    random = np.random.default_rng(6)
    time, event = random.exponential(9, 40), np.ones(40)
    x = np.column_stack([random.normal(size=40), random.normal(size=40) - 0.1 * time])
    left: list[int] = []
    monkeypatch.setattr(module, "cox", lambda *given: left.append(1) or cox(*given))
    if steps is not None:
        monkeypatch.setattr(module, "STEPS", steps)
    fits = cox_each(x, time, event)
    return len(left), fits[1].terms[0].ratio.estimate, cox(x[:, [1]], time, event).terms[0].ratio.estimate


def test_a_model_that_has_not_arrived_is_fitted_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """After two steps none is at its maximum; both are left to the fit that goes on."""
    left, ratio, known = alone_and_together(monkeypatch, steps=2)
    assert left == 2 and ratio == pytest.approx(known, rel=1e-9)


def test_a_model_that_overshoots_is_fitted_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that lowers the likelihood ends the fit side by side, though later steps may arrive."""
    assert alone_and_together(monkeypatch)[0] == 0
    at, seen = module._at, []

    def lowered(strata: list[module._Stratum], beta: np.ndarray) -> module._Point:
        seen.append(1)
        point = at(strata, beta)
        # as if the first step of the second model had gone too far
        return point._replace(value=point.value - np.array([0.0, 100.0])) if len(seen) == 2 else point

    monkeypatch.setattr(module, "_at", lowered)
    left, ratio, known = alone_and_together(monkeypatch)
    assert left == 1 and ratio == pytest.approx(known, rel=1e-9)


def test_risk_sets_are_filled_up_with_patients_of_their_own_stratum() -> None:
    """With others a column that ranks every event first would not be seen to."""
    time, stratum = np.arange(1.0, 11), np.repeat([0.0, 1.0], 5)
    sets, _ = module._risk_sets(time, np.ones(10), stratum)
    assert [np.unique(stratum[own.rows]).tolist() for own in sets] == [[0.0], [1.0]]
