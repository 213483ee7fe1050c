"""Rates and medians over the patients: exact binomial intervals and Kaplan-Meier with log-log intervals.

Rules: docs/methods.md, 3.5, 3.6 and 4.6. Oracles: R binom.test and survival::survfit(conf.type = "log-log").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from biomarkers.clinical.endpoints import derive, evaluable, is_stated
from biomarkers.clinical.time_to_event import Endpoint, endpoints
from biomarkers.io import tables
from biomarkers.settings import Endpoints
from biomarkers.stats.intervals import Interval, joined
from biomarkers.stats.kaplan_meier import Curve, is_midpoint, kaplan_meier, median, survival_at
from biomarkers.stats.proportions import clopper_pearson
from biomarkers.stats.times import TOLERANCE

if TYPE_CHECKING:
    import pandas as pd

MIDPOINT = "S(t) is exactly 0.5 over a step: its mid-point"


def rates(table: pd.DataFrame, rules: Endpoints, *, further: Iterable[Mapping[str, object]] = ()) -> pd.DataFrame:
    """The rates table: response rates, landmark rates and medians of the treated patients.

    table: endpoints as `endpoints.derive` gives them by these rules. further: rows as `agreement` gives them.
    """
    treated = table[table["treated"] == 1]
    rows: list[Mapping[str, object]] = []
    for name, column in (("orr", "responder"), ("dcr", "disease_control"), ("sd_gt_4_months", "sd_gt_4_months")):
        rows += _shares(treated, name, column, rules.confirmed)
    declared = endpoints().values()
    rows += [_at_landmark(treated, one, months, rules.censoring) for one in declared for months in one.landmarks]
    rows += [_median(treated, one, rules.censoring) for one in declared]
    return tables.of_rows([*rows, *further], "rates")


def agreement(
    patients: pd.DataFrame, assessments: pd.DataFrame | None, derived: pd.DataFrame, rules: Endpoints
) -> list[dict[str, object]]:
    """Rows for the rates table: the share of patients whose best response another evaluator reads the same.

    One row per other evaluator, over the patients with assessments by both; the best response that the rules
    follow (confirmed or not). derived: the endpoints by the evaluator of the rules.
    """
    if assessments is None or "evaluator" not in assessments:
        return []
    column = "confirmed_best_response" if rules.confirmed else "best_response"
    spelling = assessments["evaluator"].str.casefold()
    chosen = rules.evaluator.casefold()
    own = set(assessments.loc[spelling == chosen, "patient"])
    rows = []
    for name in sorted(set(spelling.dropna()) - {chosen}):
        theirs = assessments[spelling == name]
        both = patients["patient"].isin(own & set(theirs["patient"])) & (derived["treated"] == 1)
        other = derive(patients[both], theirs, rules)
        pair = f"{rules.evaluator} vs {theirs['evaluator'].iloc[0]}"
        rows.append(_share("best_response_agreement", pair, other[column] == derived.loc[both, column], note=column))
    return rows


def _shares(treated: pd.DataFrame, name: str, column: str, confirmed: bool) -> Iterator[dict[str, object]]:
    """A share of all treated and of the evaluable patients."""
    best = treated["best_response"]
    followed = best if not confirmed else treated["confirmed_best_response"].fillna(best)
    note = "confirmed" if confirmed else "unconfirmed"
    if column == "sd_gt_4_months":
        note = "best response SD, without confirmation"
    as_stated = is_stated(treated, "response")
    for definition, counted in (("all_treated", followed.notna()), ("evaluable", evaluable(followed))):
        yield _share(name, definition, treated.loc[counted, column], note=_claimed(note, as_stated[counted]))


def _claimed(note: str, as_stated: pd.Series) -> str:
    """What a rate may be called: nothing is claimed of what the patients sheet states (docs/methods.md, 4.10).

    as_stated: of each patient counted.
    """
    number = int(as_stated.sum())
    if number == 0:
        return note
    return "as stated" if number == len(as_stated) else joined(note, f"as stated: {number} of {len(as_stated)}")


def _share(endpoint: str, definition: str, found: pd.Series, *, note: str) -> dict[str, object]:
    """A share of the patients of whom it was found (1) or not (0, missing)."""
    events, n = int((found == 1).sum()), len(found)
    about = {"n": n, "events": events, "n_unknown": int(found.isna().sum()), "method": "clopper_pearson"}
    return _row(endpoint, definition, clopper_pearson(events, n), about, note)


def _row(
    endpoint: str, definition: str, interval: Interval, about: Mapping[str, object], note: str
) -> dict[str, object]:
    shown = {"estimate": interval.estimate, "ci_low": interval.low, "ci_high": interval.high}
    return {"endpoint": endpoint, "definition": definition, **shown, **about, "note": note or None}


def _curve(treated: pd.DataFrame, endpoint: Endpoint) -> tuple[Curve, dict[str, Any]]:
    """The curve of an endpoint, and of its row: method, patients with a value, events and patients without a value."""
    months, event, _ = endpoint.columns
    known = treated[treated[months].notna() & treated[event].notna()]
    happened = known[event].to_numpy("float64")
    about = {"n": len(known), "events": int(happened.sum()), "n_unknown": len(treated) - len(known)}
    return kaplan_meier(known[months].to_numpy("float64"), happened), about | {"method": "kaplan_meier_log_log"}


def _preset(chosen: pd.DataFrame, endpoint: Endpoint, censoring: str) -> str:
    """The censoring preset of a curve, where there is one and the times were derived by it."""
    known = chosen[chosen[endpoint.columns[0]].notna()]
    if len(known) == 0 and is_stated(chosen, "response").any():
        return ""
    return _claimed(censoring if endpoint.censored_before_event else "", is_stated(known, endpoint.name))


def _at_landmark(treated: pd.DataFrame, endpoint: Endpoint, months: float, censoring: str) -> dict[str, object]:
    curve, about = _curve(treated, endpoint)
    found = survival_at(curve, months)
    events = int(curve.n_events[curve.time <= months * (1 + TOLERANCE)].sum())
    about |= {"time_months": months, "events": events, "n_at_risk": found.n_at_risk}
    claimed = _preset(treated, endpoint, censoring)
    note = joined(claimed, "" if found.n_at_risk else "nobody at risk")
    return _row(f"{endpoint.name}_rate", "all_treated", found.interval, about, note)


def _median(treated: pd.DataFrame, endpoint: Endpoint, censoring: str) -> dict[str, object]:
    of_responders = endpoint.origin == "first_response"
    chosen = treated[treated["responder"] == 1] if of_responders else treated
    curve, about = _curve(chosen, endpoint)
    note = joined(_preset(chosen, endpoint, censoring), MIDPOINT if is_midpoint(curve) else "")
    definition = "responders" if of_responders else "all_treated"
    return _row(f"{endpoint.name}_median", definition, median(curve), about, note)
