"""Cox models against R (coxph) and Firth's against profiles worked out in R."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biomarkers.stats.cox import cox, ever_at_risk, separated
from biomarkers.stats.regression import Fit, one_sided

SURVIVAL: dict[str, Any] = json.loads((Path(__file__).parents[2] / "oracles" / "survival.json").read_text())
TIME, EVENT, GROUP, AGE, CENTRE = (np.array(SURVIVAL[k], float) for k in ("time", "event", "group", "age", "centre"))


def check(fit: Fit, known: dict[str, Any], rel: float = 1e-6) -> None:
    for j, term in enumerate(fit.terms):
        expected = [np.atleast_1d(known[key])[j] for key in ("ratio", "low", "high")]
        assert term.ratio == pytest.approx(expected, rel=rel)
        assert term.p_value == pytest.approx(np.atleast_1d(known["p"])[j], rel=rel)
        alone = known.get("likelihood_ratio", np.nan) if len(fit.terms) == 1 else np.nan
        assert term.likelihood_ratio == pytest.approx(alone, rel=rel, nan_ok=True)


def test_cox_as_in_r() -> None:
    check(cox(GROUP[:, None], TIME, EVENT), SURVIVAL["cox"])
    check(cox(np.column_stack([GROUP, AGE]), TIME, EVENT), SURVIVAL["cox_two"])
    check(cox(GROUP[:, None], TIME, EVENT, CENTRE), SURVIVAL["cox_strata"])


def test_swapped_groups_invert_the_hazard_ratio() -> None:
    there, back = (cox(x[:, None], TIME, EVENT).terms[0] for x in (GROUP, 1 - GROUP))
    assert back.p_value == pytest.approx(there.p_value, rel=1e-9)
    assert 1 / back.ratio.estimate == pytest.approx(there.ratio.estimate, rel=1e-9)


def test_a_group_without_events_is_firths() -> None:
    known = SURVIVAL["firth"]
    time, event, group = (np.array(known[key], float) for key in ("time", "event", "group"))
    fit = cox(group[:, None], time, event)
    assert fit.method == "firth_cox" and "no maximum" in fit.note
    check(fit, known, rel=1e-4)


def test_separation_by_two_terms_together() -> None:
    """Neither term alone orders the events, their sum does."""
    x = np.array([[3, 0], [0, 3], [2, 0], [0, 2], [1, 0], [0, 1], [0, 0], [0, 0.0]])
    time, event = np.array([1, 1, 2, 2, 3, 3, 4, 4.0]), np.array([1, 1, 1, 1, 1, 1, 0, 0.0])
    assert separated(x, time, event)
    assert not separated(x[:, [0]], time, event)
    assert not separated(np.column_stack([GROUP, AGE]), TIME, EVENT)


def test_separated_strata_are_firths_too() -> None:
    time, event, group = (np.array(SURVIVAL["firth"][key], float) for key in ("time", "event", "group"))
    fit = cox(group[:, None], time, event, np.tile([0.0, 1.0], 6))
    assert fit.method == "firth_cox" and fit.terms[0].ratio.estimate < 1 and fit.terms[0].p_value < 0.05
    one = cox(group[:, None], time, event, np.ones(12))
    assert one.terms[0].ratio == pytest.approx(cox(group[:, None], time, event).terms[0].ratio, rel=1e-9)


def test_crossing_hazards_are_noted() -> None:
    random = np.random.default_rng(2)
    group = np.repeat([0.0, 1.0], 150)
    time = np.where(group == 1, random.weibull(4, 300), random.weibull(0.6, 300)) + 0.01
    alone = cox(group[:, None], time, np.ones(300))
    assert "Schoenfeld p" in alone.terms[0].note and "GLOBAL" not in alone.note
    fit = cox(np.column_stack([random.normal(size=300), group]), time, np.ones(300))
    assert [("Schoenfeld p" in term.note) for term in fit.terms] == [False, True] and "GLOBAL p" in fit.note


def test_no_event_while_both_groups_were_at_risk() -> None:
    """The likelihood is level, so nothing can be estimated, by Firth's penalty neither."""
    time, event, group = np.array([1.0, 2, 3, 4, 5]), np.array([0.0, 0, 1, 1, 1]), np.array([1.0, 1, 0, 0, 0])
    fit = cox(group[:, None], time, event)
    assert fit.method == "cox" and "while both groups were at risk" in fit.note
    assert math.isnan(fit.terms[0].ratio.estimate) and math.isnan(fit.terms[0].p_value)


def test_separation_is_that_of_every_event_against_its_whole_risk_set() -> None:
    """300 small cohorts with ties and strata; of nested risk sets only some are compared. The definition in full."""
    random, found = np.random.default_rng(6), []
    for _ in range(300):
        n, terms = int(random.integers(5, 14)), int(random.integers(1, 4))
        x, stratum = random.integers(0, 3, (n, terms)).astype(float), random.integers(0, 2, n).astype(float)
        time, event = random.integers(1, 6, n).astype(float), (random.random(n) < 0.5) * 1.0
        if not event.any():
            continue
        pairs = [(i, j) for i in np.flatnonzero(event) for j in range(n) if stratum[i] == stratum[j]]
        differences = np.array([x[i] - x[j] for i, j in pairs if time[j] >= time[i]])
        known = one_sided(differences)
        if terms == 1:
            known = bool((differences >= 0).all() or (differences <= 0).all())
        assert separated(x, time, event, stratum) == separated(x / 10, time, event, stratum) == known
        found.append(known)
    assert 60 < sum(found) < 240


def test_few_events_for_a_model_are_noted() -> None:
    few = np.flatnonzero(EVENT == 1)[:8]
    event = np.zeros(len(EVENT))
    event[few] = 1
    assert cox(AGE[:, None], TIME, event).note.startswith("8 events per parameter, fewer than 10: unstable")


def test_who_leaves_at_the_first_event_is_at_risk_at_it() -> None:
    time, event = np.array([1.0, 3 * 1.1, 3.3000000000000003 - 1e-15, 5.0]), np.array([0.0, 1, 0, 1])
    assert ever_at_risk(time, event).tolist() == [False, True, True, True]


def test_a_term_that_is_the_same_within_each_stratum_is_left_out() -> None:
    """It differs between strata only, which are never compared."""
    fit = cox(np.column_stack([GROUP, CENTRE]), TIME, EVENT, CENTRE)
    assert fit.terms[1].left_out == "no event while patients at risk differed in it"
    alone = cox(GROUP[:, None], TIME, EVENT, CENTRE)
    assert fit.terms[0].ratio == pytest.approx(alone.terms[0].ratio, rel=1e-9)
