"""What contradicts itself in a plan, and what the cohort's columns do not have: key, value, what was expected."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from biomarkers.association import plan_parts
from biomarkers.association.specification import METHODS, POINT_COLUMNS, Endpoint, Marker, Named, Plan, comparison_class
from biomarkers.errors import nearest
from biomarkers.io import subset, yamls

Complaint = tuple[yamls.Key, object, str]


def names(plan: Plan, data: dict[str, Any]) -> Iterator[Complaint]:
    """Every place where the plan contradicts itself: key, value, what was expected."""
    tests: list[tuple[yamls.Key, Named]] = [(("primary",), plan.primary)]
    tests += [(("secondary", position), named) for position, named in enumerate(plan.secondary)]
    for key, named in tests:
        yield from _wrong_test(key, named, plan)
    seen: dict[Named, yamls.Key] = {}
    for key, named in tests:
        if named in seen:
            yield key, f"{named.marker} by {named.endpoint}", f"a test not yet named as {yamls.dotted(seen[named])}"
        seen.setdefault(named, key)
    yield from plan_parts.wrong_gates(plan)
    yield from plan_parts.wrong_months(plan.endpoints)
    for name, endpoint in plan.endpoints.items():
        yield from _wrong_endpoint(name, endpoint, data["endpoints"][name])
    for marker in plan.markers.values():
        yield from _wrong_marker(marker)
    for column, value, expected in subset.wrong_ranges(plan.subset):
        yield ("subset", column), value, expected
    for position, name in enumerate(plan.data_driven_cutpoints):
        if name not in plan.markers or plan.markers[name].kind != "continuous":
            known = [m.name for m in plan.markers.values() if m.kind == "continuous"]
            yield ("data_driven_cutpoints", position), name, f"a continuous marker of this plan{nearest(name, known)}"
    for position, pair in enumerate(plan.interactions):
        for place, name in enumerate(pair):
            if name not in plan.markers or plan.markers[name].kind not in ("continuous", "binary"):
                key = ("interactions", position, place)
                yield key, name, f"a continuous or binary marker of this plan{nearest(name, plan.markers)}"
    yield from plan_parts.wrong_landmarks(plan.landmarks, data, plan.endpoints)
    yield from plan_parts.wrong_prediction(plan.prediction, plan.endpoints)


def _wrong_test(key: yamls.Key, named: Named, plan: Plan) -> Iterator[Complaint]:
    known = ", ".join(plan.markers)
    if named.marker not in plan.markers:
        yield (*key, "marker"), named.marker, f"a marker of this plan: {known}{nearest(named.marker, plan.markers)}"
    if named.endpoint not in plan.endpoints:
        hint = nearest(named.endpoint, plan.endpoints)
        yield (*key, "endpoint"), named.endpoint, f"an endpoint of this plan: {', '.join(plan.endpoints)}{hint}"
    if named.marker not in plan.markers or named.endpoint not in plan.endpoints:
        return
    marker, endpoint = plan.markers[named.marker], plan.endpoints[named.endpoint]
    if named.cut and marker.kind != "continuous":
        yield (
            (*key, "cut"),
            named.cut.at,
            f"no cut: {marker.name} is {marker.kind}, and only continuous markers are cut",
        )
        return
    fitting = METHODS[comparison_class(marker.kind, named.cut is not None), endpoint.kind]
    if named.method not in fitting:
        what = f"a {marker.kind} marker{' that is cut' if named.cut else ''} by a {endpoint.kind} endpoint"
        hint = "; with a cut, groups can be compared" if marker.kind == "continuous" and not named.cut else ""
        yield (*key, "method"), named.method, f"one of {', '.join(fitting)} for {what}{hint}"


def _wrong_endpoint(name: str, endpoint: Endpoint, rule: dict[str, Any]) -> Iterator[Complaint]:
    needed = ("time", "event") if endpoint.kind == "time_to_event" else ()
    for part in needed:
        if part not in rule:
            yield (
                ("endpoints", name, part),
                None,
                f"the column with the {part}, as in {part}: pfs_{'months' if part == 'time' else part}",
            )
    for part in {"time", "event", "column"} - set(needed or ("column",)):
        if part in rule:
            yield ("endpoints", name, part), rule[part], f"no such key in a {endpoint.kind} endpoint"


def _wrong_marker(marker: Marker) -> Iterator[Complaint]:
    key = ("markers", marker.name)
    if marker.kind != "continuous":
        if marker.cutpoints:
            cuts = ", ".join(f"{cut.side} {cut.at}" for cut in marker.cutpoints)
            yield (*key, "cutpoints"), cuts, f"no cutpoints: {marker.name} is {marker.kind}"
        if marker.transform != "none":
            yield (*key, "transform"), marker.transform, f"no transform: {marker.name} is {marker.kind}"
    if marker.kind == "ordinal" and not marker.levels:
        yield (*key, "levels"), None, "the levels from low to high, as in levels: [IC0, IC1, IC2, IC3]"
    if marker.kind == "binary" and marker.levels and len(marker.levels) != 2:
        yield (*key, "levels"), ", ".join(marker.levels), "two levels, the reference first"
    if marker.kind in ("continuous", "categorical") and marker.levels:
        yield (*key, "levels"), ", ".join(marker.levels), f"no levels: {marker.name} is {marker.kind}"
    for position, cut in enumerate(marker.cutpoints):
        if cut in marker.cutpoints[:position]:
            yield (*key, "cutpoints", position), f"{cut.side} {cut.at}", "each cut once"


def kinds(plan: Plan, texts: Collection[str]) -> Iterator[Complaint]:
    """Columns of words where the plan's kind needs numbers."""
    for one in plan.subset:
        if not one.levels and one.column in texts:
            yield ("subset", one.column), one.text, f"levels, since {one.column} holds words"
    for name, endpoint in plan.endpoints.items():
        for part in ("time", "event", "column"):
            column = getattr(endpoint, part)
            if endpoint.kind != "categorical" and column in texts:
                yield ("endpoints", name, part), column, f"a column of numbers for kind: {endpoint.kind}"
    for name, marker in plan.markers.items():
        if name in texts and (marker.kind == "continuous" or (marker.kind == "binary" and not marker.levels)):
            yield ("markers", name, "kind"), marker.kind, f"categorical, since {name} holds words"


def columns(plan: Plan, known: Collection[str] | None, data: dict[str, Any]) -> Iterator[Complaint]:
    """Names that stand for columns which the cohort table lacks."""
    if known is None:
        return
    known = {*known, *(marker.name for marker in plan.markers.values() if marker.score)}
    named: list[tuple[yamls.Key, str]] = []
    for name, endpoint in plan.endpoints.items():
        parts = ("time", "event") if endpoint.kind == "time_to_event" else ("column",)
        named += [(("endpoints", name, part), getattr(endpoint, part)) for part in parts]
    for name in plan.markers:
        if not (name in POINT_COLUMNS and set(POINT_COLUMNS[name]) <= set(known)):
            named.append((("markers", name), name))
    for block in ("covariates", "strata", "subgroups"):
        named += [((block, position), name) for position, name in enumerate(getattr(plan, block))]
    named += [(("subset", one.column), one.column) for one in plan.subset]
    named += plan_parts.gene_columns(plan.genes, data)
    named += plan_parts.landmark_columns(plan.landmarks, data, known)
    if plan.prediction:
        named += [(("prediction", "features", i), name) for i, name in enumerate(plan.prediction.features)]
    for key, column in named:
        if column and column not in known and not (key[0] == "prediction" and column in plan.markers):
            yield key, column, f"a column of the cohort table{nearest(column, known)}"
