"""Two groups at the months that an endpoint of the plan names: shares without event, and restricted mean times.

`milestones` and `rmst` of a time-to-event endpoint; rule 6.21 of docs/methods.md.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from biomarkers.association.contrasts import Contrast
from biomarkers.association.rows import Row, identifier, new_row
from biomarkers.association.values import Outcome
from biomarkers.errors import count
from biomarkers.stats import survival_differences
from biomarkers.stats.kaplan_meier import kaplan_meier


def rows(outcome: Outcome, marker: str, contrast: Contrast, *, seed: int, start: float = 0.0) -> list[Row]:
    """Rows of each month for the two groups of a contrast; none for other endpoints than times.

    seed: of the permutations in small groups. start: month from which the outcome's time counts (that of a landmark);
    the months of the plan count from treatment.
    """
    endpoint, time = outcome.endpoint, outcome.time
    if time is None or len(contrast.groups) != 2 or not (endpoint.milestones or endpoint.rmst):
        return []
    used = outcome.known & ~np.isnan(contrast.codes)
    members = [used & (contrast.codes == code) for code in (1, 0)]
    found: list[Row] = []
    asked = [("milestone", month) for month in endpoint.milestones] + [("rmst", month) for month in endpoint.rmst]
    for method, month in asked:
        if month <= start:
            continue
        at = count(month, "month")
        text = f"{contrast.text} at {at}" if method == "milestone" else f"{contrast.text} up to {at}"
        named = replace(contrast, text=text, months=float(month))
        name = identifier(outcome, marker, contrast.name, f"{method}_{month:g}")
        made = replace(new_row(outcome, marker, used, method, named, corrected_with="milestones"), test=name)
        if not all(inside.any() for inside in members):
            found.append(made.untested("a group is empty"))
            continue
        curves = [kaplan_meier(time[inside], outcome.event[inside]) for inside in members]
        if method == "milestone":
            compared = survival_differences.milestone(curves[0], curves[1], month - start)
            kinds = [("survival_difference", compared.plain), ("survival_difference_loglog", compared.loglog)]
            test = compared.test
        else:
            means = survival_differences.restricted_means(curves[0], curves[1], month - start)
            kinds, test = [("rmst_difference", means.difference), ("rmst_ratio", means.ratio)], means.test
        test = survival_differences.by_exchange(
            test,
            time[used],
            outcome.event[used],
            members[0][used],
            month - start,
            mean=method == "rmst",
            seed=seed,
        )
        found += [
            replace(made, estimate_type=kind, estimate=value, tested=test).noted(made.tested.note)
            for kind, value in kinds
        ]
    return found
