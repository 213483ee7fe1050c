"""What an analysis can be asked for and what would mean nothing (docs/methods.md, 6.17).

An outcome that stands for itself on the other side, an identifier as a group, a cohort of nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from biomarkers.association import plan_parts
from biomarkers.association.specification import Endpoint, Plan
from biomarkers.errors import Problem, Problems
from biomarkers.io import yamls

Named = Sequence[tuple[yamls.Key, str]]
"""Columns that a plan names, each with its key."""

IDENTIFIER = re.compile(
    r"^(patient|subject|case|sample|specimen|record|person|participant|usubjid|subjid|mrn)s?$"
    r"|(^|_)(id|ids|identifier|mrn|barcode|uuid|initials)$|^id_|(patient|subject|case|sample|record)_(no|nr|number|code)$"
)
"""Names of columns that tell patients apart, in lower case and with words joined by `_`."""

FEWEST = 10
"""Patients from which a column of words counts as an identifier when more than half of the words differ."""


def is_own(endpoint: Endpoint, name: str) -> bool:
    """Whether a marker or covariate of this name is the endpoint itself."""
    used = (endpoint.time, endpoint.event) if endpoint.kind == "time_to_event" else (endpoint.column,)
    return name in used


def check(
    settings: yamls.Settings, path: str | Path, plan: Plan, frame: pd.DataFrame, cohort: str | Path, problems: Problems
) -> None:
    """Add a problem for everything in the plan that means nothing with this cohort table, and for an empty one."""
    if frame.empty:
        problems.add(Problem.said(str(cohort), "table", "has no patients", "a row for each patient", 1))
        return
    adjusting = list(plan_parts.gene_columns(plan.genes, settings.data))
    for key, name, expected in [*_own_outcomes(plan, adjusting), *_identifiers(plan, frame, adjusting)]:
        problems.add(yamls.problem(path, settings, key, name, expected))


def _own_outcomes(plan: Plan, adjusting: Named) -> Iterator[tuple[yamls.Key, str, str]]:
    """adjusting: columns that genes are adjusted for."""
    for key, test in [(("primary",), plan.primary), *((("secondary", i), t) for i, t in enumerate(plan.secondary))]:
        if is_own(plan.endpoints[test.endpoint], test.marker):
            expected = f"another marker: {test.marker} is the endpoint {test.endpoint} itself"
            yield (*key, "marker"), test.marker, expected
    for key, name in [*((("covariates", position), name) for position, name in enumerate(plan.covariates)), *adjusting]:
        for endpoint in plan.endpoints.values():
            if is_own(endpoint, name):
                yield key, name, f"a covariate known before treatment: {name} is the endpoint {endpoint.name} itself"
    if plan.prediction:
        for position, name in enumerate(plan.prediction.features):
            if is_own(plan.endpoints[plan.prediction.endpoint], name):
                expected = f"another feature: {name} is the endpoint {plan.prediction.endpoint} itself"
                yield ("prediction", "features", position), name, expected


def _identifiers(plan: Plan, frame: pd.DataFrame, adjusting: Named) -> Iterator[tuple[yamls.Key, str, str]]:
    asked: list[tuple[yamls.Key, str]] = [
        *((("markers", m.name), m.name) for m in plan.markers.values() if m.kind == "categorical"),
        *((("covariates", position), name) for position, name in enumerate(plan.covariates)),
        *adjusting,
    ]
    if plan.prediction:
        asked += [(("prediction", "features", i), name) for i, name in enumerate(plan.prediction.features)]
    for key, name in asked:
        continuous = name in plan.markers and plan.markers[name].kind == "continuous"
        if name in frame and not continuous and _is_identifier(name, frame[name]):
            different = frame[name].nunique()
            expected = f"a column of groups or numbers, not one that tells patients apart ({different} values)"
            yield key, name, expected


def _is_identifier(name: str, column: pd.Series) -> bool:
    """By its name, where its values differ; or words of which more than half differ."""
    known = column.dropna()
    words = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    if IDENTIFIER.search(words) and known.is_unique and len(known) > 1:
        return True
    return not pd.api.types.is_numeric_dtype(column) and len(known) >= FEWEST and 2 * known.nunique() > len(known)
