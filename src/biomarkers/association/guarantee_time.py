"""Which columns become known only after treatment has started (docs/methods.md, 6.16).

Who has such a value has lived long enough to get it: against a time to an event the test is biased by that time.

>>> named_later("irAE_any"), named_later("sd_gt_4_months"), named_later("prior_response"), named_later("age")
(True, True, False, False)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from biomarkers.association.specification import Plan
from biomarkers.association.values import Outcome

AT_START = re.compile(r"(^|_)(prior|previous|pre|baseline|history|before|family|at_start)(_|$)")
"""Names of what is known at the start, whatever else they say."""

LATER = re.compile(
    r"^response$|(^|_)("
    # how the tumor responds
    r"(non_?)?responders?|(best|objective|overall|confirmed|clinical|tumou?r|complete|partial|radiological)_response"
    r"|ttr_(months|weeks|days)|time_to_(response|confirmation)|confirmation_months"
    r"|recist|bor|orr|dcr|dcb|ndb|dor|durable(_\w+)?|clinical_benefit|disease_control|stable_disease"
    r"|sd_(gt|ge|over)_\w+|best_(percent_|tumou?r_)?change|shrinkage|nadir|depth_of_response"
    r"|progress(ed|ion)|pseudo_?progression"
    # what the treatment does
    r"|ir_?s?aes?|te_?s?aes?|tr_?s?aes?|s?aes?|adverse_events?|immune_related(_\w+)?|toxicit(y|ies)"
    r"|pneumonitis|vitiligo|rash"
    # how long, how much and what after it
    r"|(n|number_of|treatment)_cycles|cycles(_\w+)?|(n|number_of)_doses|doses(_\w+)?|dose_(reduction|delay)s?"
    r"|(treatment|therapy)_duration|duration_of_(treatment|therapy)|time_on_(treatment|therapy)|on_treatment(_\w+)?"
    r"|discontinu\w+|subsequent(_\w+)?|next_(line|therapy|treatment)|crossover|post_(progression|treatment)(_\w+)?"
    r"|last_(dose|visit|contact)\w*|follow_?up(_\w+)?|dead|death|died"
    r")(_|$)"
)
"""Names by which columns of what happens during follow-up go in published tables, in lower case."""


def named_later(name: str) -> bool:
    """Whether a column's name says that it becomes known during follow-up; CamelCase counts as words."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", name)
    spellings = {words.lower(), re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words).lower()}
    return any(LATER.search(s) for s in spellings) and not any(AT_START.search(s) for s in spellings)


def known_later(plan: Plan, outcome: Outcome, names: Sequence[str]) -> list[str]:
    """Those of the markers and covariates that become known during follow-up; none unless the outcome is a time.

    A column that the plan has as an endpoint is one whatever its name; a feature (an expression score) is not judged
    by its name.
    """
    if outcome.time is None:
        return []
    columns = {c for e in plan.endpoints.values() for c in (e.column, e.time, e.event) if c}
    # thousands of features ask this one by one, so that all of them are not listed for each
    features = {n for n in names if n in plan.markers and plan.markers[n].feature}
    return [n for n in dict.fromkeys(names) if n in columns or (n not in features and named_later(n))]


def note(plan: Plan, outcome: Outcome, names: Sequence[str]) -> str:
    """What a row with these markers and covariates, or in the plan's strata, must say; empty when nothing."""
    found = known_later(plan, outcome, [*names, *plan.strata, *(one.column for one in plan.subset)])
    if not found:
        return ""
    become = "becomes" if len(found) == 1 else "become"
    return (
        f"guarantee-time bias: {', '.join(found)} {become} known only during follow-up, a landmark analysis is needed"
    )
