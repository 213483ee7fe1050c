"""The response rate against the null hypothesis of the design: exact binomial and Simon's two stages.

Rules: docs/methods.md, 3.9. Oracles: R's binom.test, enumeration of every outcome, Simon's published designs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from biomarkers.clinical.endpoints import evaluable
from biomarkers.errors import count
from biomarkers.io import tables
from biomarkers.settings import Endpoints
from biomarkers.stats import two_stage
from biomarkers.stats.intervals import joined
from biomarkers.stats.proportions import clopper_pearson


class Responders(NamedTuple):
    """Fewest and most responders among the first patients: they differ where several began on the same day."""

    fewest: int
    most: int


def simon_design(rules: Endpoints) -> two_stage.Design | None:
    """Simon's design of the settings, None where not all of it is given."""
    n1, r1, n, r = rules.simon_n1, rules.simon_r1, rules.simon_n, rules.simon_r
    return None if n1 is None or r1 is None or n is None or r is None else two_stage.Design(n1, r1, n, r)


def design_tests(table: pd.DataFrame, starts: pd.Series, rules: Endpoints) -> pd.DataFrame:
    """Table `design`: each test of the response rate against the null rate of the settings; no rows without one.

    table: endpoints as `endpoints.derive` gives them. starts: start of treatment of each of its rows, by its index.
    """
    rows: list[Mapping[str, object]] = []
    treated = table[(table["treated"] == 1) & table["responder"].notna()]
    if rules.orr_null is not None:
        best = treated["best_response"]
        followed = treated["confirmed_best_response"].fillna(best) if rules.confirmed else best
        for definition, counted in (("all_treated", followed.notna()), ("evaluable", evaluable(followed))):
            found = treated.loc[counted, "responder"]
            rows += _binomial(definition, int(found.sum()), len(found), rules.orr_null)
        design = simon_design(rules)
        if design is not None:
            rows += _simon(treated["responder"].astype(int), starts.reindex(treated.index), design, rules.orr_null)
    return tables.of_rows(rows, "design")


def _binomial(definition: str, responders: int, n: int, null: float) -> Iterator[dict[str, object]]:
    """Both sides of the exact test, the one that the design asks for (more than the null rate) first."""
    from scipy import stats

    share = clopper_pearson(responders, n)
    for side in ("greater", "two-sided"):
        tested = float(stats.binomtest(responders, n, null, alternative=side).pvalue) if n else None
        yield {
            "definition": definition,
            "method": "exact_binomial",
            "null_rate": null,
            "n": n,
            "responders": responders,
            **share.cells,
            "alternative": side,
            "p_value": tested,
            "note": None if n else "nobody is counted",
        }


def _simon(
    responder: pd.Series, starts: pd.Series, design: two_stage.Design, null: float
) -> Iterator[dict[str, object]]:
    """The decision after each stage, and what may be said of the rate when the trial has ended."""
    about = {"definition": "all_treated", "null_rate": null, "alternative": "greater"}
    error = f"type I error of the design {design.probability_of_rejection(null):.4f}"
    undated = int(starts.isna().sum())
    if undated:
        undated_patients = count(undated, "treated patient has", "treated patients have")
        said = f"{undated_patients} no date of the start of treatment, so nothing tells who was first"
        yield about | {"method": "simon_stage_1", "n": None, "note": joined(said, error)}
        return
    row = about | {"method": "simon_stage_1", "n": min(design.n1, len(responder)), "limit": design.r1}
    if len(responder) < design.n1:
        waiting = f"{len(responder)} of {count(design.n1, 'patient')} of the first stage"
        yield row | {"responders": int(responder.sum()), "note": joined(waiting, error)}
        return
    first = among_first(responder, starts, design.n1)
    stops = decided(first, design.r1, "continue", "stop for futility")
    yield row | {"responders": _known(first), "decision": stops, "note": joined(_tied(first), error)}
    if stops is None:
        return
    if stops != "continue":
        beyond = len(responder) - design.n1
        more = f"{beyond} more were treated although the design stopped" if beyond else ""
        yield _final(about, design, first, design.n1, null, stopped=True, note=more)
        return
    if len(responder) < design.n:
        waiting = f"{len(responder)} of {design.n} patients of both stages"
        ongoing = about | {"method": "simon_stage_2", "n": len(responder), "limit": design.r}
        yield ongoing | {"responders": int(responder.sum()), "note": waiting}
        return
    beyond = len(responder) - design.n
    more = f"without the {beyond} treated after the {design.n} of the design" if beyond else ""
    last = among_first(responder, starts, design.n)
    yield _final(about, design, last, design.n, null, stopped=False, note=more)


def _final(
    about: Mapping[str, object],
    design: two_stage.Design,
    found: Responders,
    n: int,
    null: float,
    *,
    stopped: bool,
    note: str,
) -> dict[str, object]:
    """The row of a trial that has ended: the decision, the proper p, the unbiased estimate and its interval."""
    verdict = "not rejected" if stopped else decided(found, design.r, "rejected", "not rejected")
    limit = design.r1 if stopped else design.r
    row = {**about, "method": "simon_final", "n": n, "limit": limit, "responders": _known(found), "decision": verdict}
    if found.fewest != found.most:
        return row | {"note": joined(_tied(found), note)}
    rate = two_stage.estimate(design, found.fewest, stopped=stopped)
    share = found.fewest / n
    bias = two_stage.bias_of_share(design, rate.estimate)
    plain = f"plain share {share:.4f}, whose expected error at this estimate is {bias:+.4f}"
    return row | {
        **rate.cells,
        "p_value": two_stage.tail(design, found.fewest, null, stopped=stopped),
        "share": share,
        "share_bias": bias,
        "note": joined(plain, note),
    }


def among_first(responder: pd.Series, starts: pd.Series, n: int) -> Responders:
    """Responders (1, else 0) among the n patients who started first, of at least n.

    Who started on the day of the n-th patient may or may not be among them, so that there are fewest and most.
    """
    last = starts.sort_values().iloc[n - 1]
    before, on_the_day = responder[starts < last], responder[starts == last]
    places, others = n - len(before), int((on_the_day == 0).sum())
    surely, day = int(before.sum()), int(on_the_day.sum())
    return Responders(surely + max(0, places - others), surely + min(places, day))


def decided(found: Responders, limit: int, beyond: str, within: str) -> str | None:
    """What follows from more responders than the limit, or not; None where it depends on who was first."""
    if (found.fewest > limit) != (found.most > limit):
        return None
    return beyond if found.fewest > limit else within


def _known(found: Responders) -> int | None:
    return found.fewest if found.fewest == found.most else None


def _tied(found: Responders) -> str:
    if found.fewest == found.most:
        return ""
    return f"{found.fewest} to {found.most} responders: several patients started on the day of the last one"
