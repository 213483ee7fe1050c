"""Best overall response of a patient from the responses at the visits (RECIST 1.1).

Days here count from the start of treatment: 0 is the day of the first dose, so an assessment "at least 42 days after
start" has day >= 42. Rules: docs/endpoints.md; Eisenhauer 2009 (RECIST 1.1), table 1 to 3 and section 4.6.

>>> visits = [Visit(28, "PR"), Visit(58, "CR"), Visit(88, "CR"), Visit(118, "PD"), Visit(148, "CR")]
>>> best_response(up_to_progression(visits), Endpoints(), confirmed=True)
BestResponse(response='CR', day=58)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from biomarkers.settings import Endpoints

WORST_LAST = ("NE", "CR", "PR", "SD", "NON-CR/NON-PD", "PD")
"""Responses at a visit; of two on one day the later in this list is taken (docs/methods.md, 3.2)."""

BEST_FIRST = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING")
"""Best overall responses, the best first (docs/methods.md, 3.3)."""

RESPONSE = ("CR", "PR")
"""What makes a responder (docs/methods.md, 3.5)."""

NOT_EVALUABLE = ("NE", "MISSING")
"""Best responses of patients outside the evaluable denominator."""

MAXIMUM_NE_BETWEEN = 1
"""At most one NE between a response and its confirmation (docs/methods.md, 3.4, as in admiralonco)."""


class Visit(NamedTuple):
    """One assessment: days after the start of treatment (0 = first dose) and the overall response that day."""

    day: int
    response: str


class BestResponse(NamedTuple):
    """Best overall response and the first day on which it was met; day None when MISSING."""

    response: str
    day: int | None


def up_to_progression(visits: Iterable[Visit]) -> list[Visit]:
    """The visits that count: from day 0 on, in order, one a day (the worst), up to and including the first PD."""
    worst: dict[int, Visit] = {}
    for visit in visits:
        known = worst.setdefault(visit.day, visit)
        if WORST_LAST.index(visit.response) > WORST_LAST.index(known.response):
            worst[visit.day] = visit
    counted: list[Visit] = []
    for day in sorted(day for day in worst if day >= 0):
        counted.append(worst[day])
        if worst[day].response == "PD":
            break
    return counted


def best_response(visits: Sequence[Visit], rules: Endpoints, *, confirmed: bool) -> BestResponse:
    """Best overall response of visits as `up_to_progression` gives them.

    confirmed: CR and PR need a confirming visit (see `is_confirmed`); without one the visit counts as SD if it lies on
    day `minimum_sd_days` or later. SD and NON-CR/NON-PD need a visit on that day or later; CR and PR have no minimum.
    Patients with nothing better than an early SD are NE.
    """
    met: list[tuple[int, int]] = []
    for position, (day, response) in enumerate(visits):
        supported = ["PD"] if response == "PD" else ["NE"]
        if _responds(visits, position, rules, confirmed=confirmed):
            supported.append(response)
        if day >= rules.minimum_sd_days and response in (*RESPONSE, "SD"):
            supported.append("SD")
        if day >= rules.minimum_sd_days and response == "NON-CR/NON-PD":
            supported.append(response)
        met += [(BEST_FIRST.index(word), day) for word in supported]
    if not met:
        return BestResponse("MISSING", None)
    rank, day = min(met)
    return BestResponse(BEST_FIRST[rank], day)


class FirstResponse(NamedTuple):
    """Days of the first CR or PR that counts and of the visit that confirmed it; confirmed: None where none need to."""

    day: int
    confirmed: int | None


def first_response(visits: Sequence[Visit], rules: Endpoints) -> FirstResponse | None:
    """The first CR or PR, by rule the first that was confirmed later; None for non-responders."""
    for position, (day, response) in enumerate(visits):
        confirmed = confirmed_on(visits, position, rules) if rules.confirmed and response in RESPONSE else None
        if response in RESPONSE and not (rules.confirmed and confirmed is None):
            return FirstResponse(day, confirmed)
    return None


def _responds(visits: Sequence[Visit], position: int, rules: Endpoints, *, confirmed: bool) -> bool:
    """Whether the visit at `position` is a CR or PR that counts."""
    return visits[position].response in RESPONSE and (
        not confirmed or confirmed_on(visits, position, rules) is not None
    )


def confirmed_on(visits: Sequence[Visit], position: int, rules: Endpoints) -> int | None:
    """Day of the later visit that confirms the CR or PR at `position`, None where none does.

    CR: a CR at least `confirmation_days` later, with only CR or NE between. PR: a CR or PR that much later, with
    only CR, PR or NE between, and no PR after a CR. At most one NE between. `allow_pr_sd_pr`: one SD may stand between
    a PR and its confirmation (RECIST 1.1 leaves this to the protocol).
    """
    start, first = visits[position]
    between_ne = between_sd = 0
    seen_cr = first == "CR"
    for day, response in visits[position + 1 :]:
        if response == "NE" and between_ne < MAXIMUM_NE_BETWEEN:
            between_ne += 1
        elif response == "SD" and rules.allow_pr_sd_pr and not seen_cr and between_sd == 0:
            between_sd += 1
        elif response == "CR" or (response == "PR" and not seen_cr):
            if day - start >= rules.confirmation_days:
                return day
            seen_cr |= response == "CR"
        else:
            return None
    return None
