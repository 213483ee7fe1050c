"""Rates and medians over the patients: exact binomial intervals and Kaplan-Meier with log-log intervals.

Rules: design/methods.md sections 3 and 4. Oracles: R binom.test and survival::survfit(conf.type = "log-log").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from biomarkers.clinical.endpoints import evaluable
from biomarkers.clinical.time_to_event import Endpoint, endpoints
from biomarkers.stats.intervals import Interval, joined
from biomarkers.stats.kaplan_meier import Curve, is_midpoint, kaplan_meier, median, survival_at
from biomarkers.stats.proportions import clopper_pearson

if TYPE_CHECKING:
    import pandas as pd

MIDPOINT = "S(t) is exactly 0.5 over a step: its mid-point"


def rates(
    table: pd.DataFrame, *, confirmed: bool, censoring: str, further: Iterable[Mapping[str, object]] = ()
) -> pd.DataFrame:
    """The rates table: response rates, landmark rates and medians of the treated patients.

    table: endpoints as `endpoints.derive` gives them. confirmed, censoring: the choices behind them, for the `note`.
    """
    import pandas as pd

    treated = table[table["treated"] == 1]
    rows = []
    for name, column in (("orr", "responder"), ("dcr", "disease_control"), ("sd_gt_4_months", "sd_gt_4_months")):
        rows += _share_rows(treated, name, column, confirmed)
    declared = endpoints().values()
    rows += [_landmark_row(treated, one, months, censoring) for one in declared for months in one.landmarks]
    rows += [_median_row(treated, one, censoring) for one in declared]
    frame = pd.DataFrame([*rows, *further])
    return frame.astype({"n": "Int64", "events": "Int64", "n_at_risk": "Int64", "n_unknown": "Int64"})


def _share_rows(treated: pd.DataFrame, name: str, column: str, confirmed: bool) -> list[dict[str, Any]]:
    best = treated["best_response"]
    followed = best if not confirmed else treated["confirmed_best_response"].fillna(best)
    note = "confirmed" if confirmed else "unconfirmed"
    if column == "sd_gt_4_months":
        note = "best response SD, without confirmation"
    rows = []
    for definition, counted in (("all_treated", followed.notna()), ("evaluable", evaluable(followed))):
        events, n = int((treated.loc[counted, column] == 1).sum()), int(counted.sum())
        unknown = int(treated.loc[counted, column].isna().sum())
        rows.append(
            _row(name, definition, None, n, events, None, clopper_pearson(events, n), "clopper_pearson", note, unknown)
        )
    return rows


def _known(treated: pd.DataFrame, name: str) -> tuple[Curve, int, int, int]:
    """The curve of an endpoint, how many patients it has, how many events, and how many have no value."""
    known = treated[treated[f"{name}_months"].notna() & treated[f"{name}_event"].notna()]
    event = known[f"{name}_event"].to_numpy("float64")
    curve = kaplan_meier(known[f"{name}_months"].to_numpy("float64"), event)
    return curve, len(known), int(event.sum()), len(treated) - len(known)


def _landmark_row(treated: pd.DataFrame, endpoint: Endpoint, months: float, censoring: str) -> dict[str, Any]:
    curve, n, _, unknown = _known(treated, endpoint.name)
    interval, at_risk = survival_at(curve, months)
    events = int(curve.n_events[curve.time <= months].sum())
    notes = [censoring if endpoint.censored_before_event else "", "" if at_risk else "nobody at risk"]
    row = (f"{endpoint.name}_rate", "all_treated", months, n, events, at_risk, interval)
    return _row(*row, "kaplan_meier_log_log", joined(*notes), unknown)


def _median_row(treated: pd.DataFrame, endpoint: Endpoint, censoring: str) -> dict[str, Any]:
    of_responders = endpoint.origin == "first_response"
    counted = treated[treated["responder"] == 1] if of_responders else treated
    curve, n, events, unknown = _known(counted, endpoint.name)
    notes = [censoring if endpoint.censored_before_event else "", MIDPOINT if is_midpoint(curve) else ""]
    definition = "responders" if of_responders else "all_treated"
    row = (f"{endpoint.name}_median", definition, None, n, events, None, median(curve))
    return _row(*row, "kaplan_meier_log_log", joined(*notes), unknown)


def _row(
    endpoint: str,
    definition: str,
    time_months: float | None,
    n: int,
    events: int,
    n_at_risk: int | None,
    interval: Interval,
    method: str,
    note: str,
    n_unknown: int,
) -> dict[str, Any]:
    return {
        "endpoint": endpoint,
        "definition": definition,
        "time_months": time_months,
        "n": n,
        "events": events,
        "n_at_risk": n_at_risk,
        "estimate": interval.estimate,
        "ci_low": interval.low,
        "ci_high": interval.high,
        "method": method,
        "n_unknown": n_unknown,
        "note": note or None,
    }
