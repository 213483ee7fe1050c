"""Rates and medians over the patients: exact binomial intervals and Kaplan-Meier with log-log intervals.

Rules: docs/methods.md, 3.5, 3.6 and 4.6. Oracles: R binom.test and survival::survfit(conf.type = "log-log").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from biomarkers.clinical.endpoints import evaluable, is_stated, other_preset
from biomarkers.clinical.time_to_event import Endpoint, endpoints
from biomarkers.io import tables
from biomarkers.settings import Endpoints
from biomarkers.stats.intervals import NO_ESTIMATE, Interval, joined
from biomarkers.stats.kaplan_meier import Curve, is_midpoint, kaplan_meier, median, survival_at
from biomarkers.stats.proportions import clopper_pearson, median_interval
from biomarkers.stats.times import TOLERANCE

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
    rows += [
        _at_landmark(treated, one, months, rules.censoring) for one in declared for months in one.milestones(rules)
    ]
    rows += [_median(treated, one, rules.censoring) for one in declared]
    rows += [_follow_up(treated), *_time_to_response(treated, rules.confirmed)]
    rows += _by_other_preset(treated, rules)
    return tables.of_rows([*rows, *further], "rates")


def _shares(treated: pd.DataFrame, name: str, column: str, confirmed: bool) -> Iterator[dict[str, object]]:
    """A share of all treated and of the evaluable patients."""
    best = treated["best_response"]
    followed = best if not confirmed else treated["confirmed_best_response"].fillna(best)
    note = "confirmed" if confirmed else "unconfirmed"
    if column == "sd_gt_4_months":
        note = "best response SD, without confirmation"
        lasted = treated["pfs_months"].notna()
        # Without the PFS of anybody nothing tells the share.
        followed = followed.where(lasted | (best.ne("SD") & bool(lasted.any())))
    untold = int(followed.isna().sum())
    as_stated = is_stated(treated, "response")
    for definition, counted in (("all_treated", followed.notna()), ("evaluable", evaluable(followed))):
        yield _share(name, definition, treated.loc[counted, column], untold, note=_claimed(note, as_stated[counted]))


def _claimed(note: str, as_stated: pd.Series) -> str:
    """What a rate may be called: nothing is claimed of what the patients sheet states (docs/methods.md, 4.10).

    as_stated: of each patient counted.
    """
    number = int(as_stated.sum())
    if number == 0:
        return note
    return "as stated" if number == len(as_stated) else joined(note, f"as stated: {number} of {len(as_stated)}")


def _share(endpoint: str, definition: str, found: pd.Series, untold: int, *, note: str) -> dict[str, object]:
    """A share of the patients of whom it was found (1) or not (0, missing). untold: treated, in no denominator."""
    events, n = int((found == 1).sum()), len(found)
    about = {"n": n, "events": events, "n_unknown": untold + int(found.isna().sum()), "method": "clopper_pearson"}
    return _row(endpoint, definition, clopper_pearson(events, n), about, note)


def _row(
    endpoint: str, definition: str, interval: Interval, about: Mapping[str, object], note: str
) -> dict[str, object]:
    return {"endpoint": endpoint, "definition": definition, **interval.cells, **about, "note": note or None}


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


def _counted(treated: pd.DataFrame, endpoint: Endpoint) -> tuple[str, pd.DataFrame]:
    """Of whom an endpoint is told, and their rows: of the responders where it counts from the response."""
    if endpoint.origin == "first_response":
        return "responders", treated[treated["responder"] == 1]
    return "all_treated", treated


def _at_landmark(treated: pd.DataFrame, endpoint: Endpoint, months: float, censoring: str) -> dict[str, object]:
    definition, chosen = _counted(treated, endpoint)
    curve, about = _curve(chosen, endpoint)
    found = survival_at(curve, months)
    events = int(curve.n_events[curve.time <= months * (1 + TOLERANCE)].sum())
    about |= {"time_months": months, "events": events, "n_at_risk": found.n_at_risk}
    claimed = _preset(chosen, endpoint, censoring)
    note = joined(claimed, "" if found.n_at_risk else "nobody at risk")
    return _row(f"{endpoint.name}_rate", definition, found.interval, about, note)


def _median(treated: pd.DataFrame, endpoint: Endpoint, censoring: str) -> dict[str, object]:
    definition, chosen = _counted(treated, endpoint)
    curve, about = _curve(chosen, endpoint)
    note = joined(_preset(chosen, endpoint, censoring), MIDPOINT if is_midpoint(curve) else "")
    return _row(f"{endpoint.name}_median", definition, median(curve), about, note)


def _by_other_preset(treated: pd.DataFrame, rules: Endpoints) -> Iterator[dict[str, object]]:
    """The same rates and medians by the other censoring preset, where the table has it; its name ends theirs."""
    other = other_preset(rules.censoring, rules.visit_interval_days)
    for one in endpoints().values():
        theirs = {f"{column}_{other}": column for column in one.columns}
        if other is None or not one.censored_before_event or not set(theirs) <= set(treated.columns):
            continue
        table = treated.drop(columns=one.columns).rename(columns=theirs)
        made = [_at_landmark(table, one, months, other) for months in one.milestones(rules)]
        for row in [*made, _median(table, one, other)]:
            yield row | {"endpoint": f"{row['endpoint']}_{other}"}


def _follow_up(treated: pd.DataFrame) -> dict[str, object]:
    """Median follow-up: survival with death and censoring exchanged (docs/methods.md, 4.13)."""
    known = treated[treated["os_months"].notna() & treated["os_event"].notna()]
    followed = 1 - known["os_event"].to_numpy("float64")
    curve = kaplan_meier(known["os_months"].to_numpy("float64"), followed)
    about: dict[str, object] = {"n": len(known), "events": int(followed.sum())}
    about |= {"n_unknown": len(treated) - len(known), "method": "reverse_kaplan_meier_log_log"}
    claimed = _claimed("OS, censoring counted as the event", is_stated(known, "os"))
    note = joined(claimed, MIDPOINT if is_midpoint(curve) else "")
    return _row("follow_up_median", "all_treated", median(curve), about, note)


def _time_to_response(treated: pd.DataFrame, confirmed: bool) -> Iterator[dict[str, object]]:
    """Median and range of the time to response of the responders (docs/methods.md, 4.14)."""
    responders = treated[treated["responder"] == 1]
    known = responders["ttr_months"].dropna().to_numpy("float64")
    about = {"n": len(known), "events": len(known), "n_unknown": len(responders) - len(known)}
    note = _claimed("confirmed" if confirmed else "unconfirmed", is_stated(responders, "response"))
    middle = median_interval(known)
    yield _row("ttr_median", "responders", middle, about | {"method": "order_statistics"}, note)
    for name, of in (("ttr_minimum", min), ("ttr_maximum", max)):
        extreme = Interval(float(of(known))) if len(known) else NO_ESTIMATE
        yield _row(name, "responders", extreme, about | {"method": "observed"}, note)
