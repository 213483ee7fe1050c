"""Parts of a plan beside its markers and endpoints: landmarks. Each is built, and checked against the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from biomarkers.association import guarantee_time
from biomarkers.association.specification import TIME_OF_RESPONSE, Endpoint, Genes, Landmark, Plan, Prediction
from biomarkers.errors import nearest
from biomarkers.io import yamls

Complaint = tuple[yamls.Key, object, str]


def endpoint(name: str, rule: Mapping[str, Any]) -> Endpoint:
    """An endpoint as its block has it."""
    months = (tuple(map(float, rule.get(key, ()))) for key in ("milestones", "rmst"))
    return Endpoint(name, rule["kind"], rule.get("column", name), rule.get("time", ""), rule.get("event", ""), *months)


def genes(rule: Mapping[str, Any] | None) -> Genes | None:
    """What makes a gene a marker, as its block with every default has it; None where the plan asks for no genes."""
    if rule is None:
        return None
    chosen, sets = rule["consequences"], rule["sets"]
    listed = tuple((str(k), tuple(v)) for k, v in sets.items()) if isinstance(sets, dict) else as_list(sets)
    return Genes(
        rule["min_carriers"],
        chosen if isinstance(chosen, str) else tuple(chosen),
        listed,
        as_list(rule["adjust_for"]),
        rule["co_occurrence"],
    )


def as_list(given: Any) -> tuple[str, ...]:
    """A word, or several, as several; none of what is neither."""
    return (given,) if isinstance(given, str) else tuple(map(str, given)) if isinstance(given, list) else ()


def gene_columns(found: Genes | None, data: Mapping[str, Any]) -> Iterator[tuple[yamls.Key, str]]:
    """Columns that genes are adjusted for, with the key that names them."""
    for position, name in enumerate(found.adjust_for if found else ()):
        single = isinstance(data["genes"].get("adjust_for"), str)
        yield ("genes", "adjust_for") if single else ("genes", "adjust_for", position), name


def prediction(rule: Mapping[str, Any] | None) -> Prediction | None:
    """The model that is judged, as its block with every default has it; None where the plan asks for none."""
    if rule is None:
        return None
    numbers = {name: rule[name] for name in ("repeats", "permutations", "most_fits")}
    return Prediction(tuple(rule["features"]), rule["endpoint"], **numbers)


def wrong_prediction(found: Prediction | None, endpoints: Mapping[str, Endpoint]) -> Iterator[Complaint]:
    """An endpoint that no model foretells, or none of the plan."""
    known = [one.name for one in endpoints.values() if one.kind in ("binary", "time_to_event")]
    if found and found.endpoint not in known:
        expected = f"a binary or time-to-event endpoint of this plan{nearest(found.endpoint, known)}"
        yield ("prediction", "endpoint"), found.endpoint, expected


def wrong_gates(plan: Plan) -> Iterator[Complaint]:
    """Tests of the fixed sequence that are no secondary ones, or stand twice."""
    gates = plan.correction.gatekeeping
    for position, named in enumerate(gates):
        key, shown = ("correction", "gatekeeping", position), f"{named.marker} by {named.endpoint}"
        if named not in plan.secondary:
            yield key, shown, "a test of the plan's list secondary, named as there (marker, endpoint, cut, method)"
        elif named in gates[:position]:
            yield key, shown, "each test once"


def wrong_months(endpoints: Mapping[str, Endpoint]) -> Iterator[Complaint]:
    """Months of endpoints that have no time."""
    for name, one in endpoints.items():
        for key, months in (("milestones", one.milestones), ("rmst", one.rmst)):
            if months and one.kind != "time_to_event":
                shown = ", ".join(f"{month:g}" for month in months)
                yield ("endpoints", name, key), shown, f"no {key}: {name} is {one.kind} and has no time"


def landmarks(given: Any, endpoints: Mapping[str, Endpoint]) -> tuple[Landmark, ...]:
    """The landmarks of a plan's block or list."""
    times = tuple(name for name, endpoint in endpoints.items() if endpoint.kind == "time_to_event")
    found = []
    for rule in blocks(given):
        since = rule.get("since", TIME_OF_RESPONSE if rule["marker"] == "responder" else "")
        found.append(Landmark(float(rule["at"]), rule["marker"], since, tuple(rule.get("endpoints", times))))
    return tuple(found)


def blocks(given: Any) -> list[Mapping[str, Any]]:
    """The landmarks as they stand; none of what is no block."""
    listed = given if isinstance(given, list) else [given]
    return [rule for rule in listed if isinstance(rule, dict)]


def landmark_key(data: Mapping[str, Any], position: int) -> yamls.Key:
    """Where a landmark stands in the plan."""
    return ("landmark", position) if isinstance(data.get("landmark"), list) else ("landmark",)


def wrong_landmarks(
    found: tuple[Landmark, ...], data: Mapping[str, Any], endpoints: Mapping[str, Endpoint]
) -> Iterator[Complaint]:
    """What contradicts the plan: unknown endpoints, none at all, one month twice, a marker without its time."""
    times = [name for name, endpoint in endpoints.items() if endpoint.kind == "time_to_event"]
    columns = {c for e in endpoints.values() for c in (e.column, e.time, e.event) if c}
    seen: list[tuple[float, str]] = []
    for position, landmark in enumerate(found):
        key = landmark_key(data, position)
        for place, name in enumerate(landmark.endpoints):
            if name not in times:
                yield (*key, "endpoints", place), name, f"a time-to-event endpoint of this plan{nearest(name, times)}"
        if not landmark.endpoints:
            yield (*key, "marker"), landmark.marker, "a plan with a time-to-event endpoint to compare from a month on"
        if (landmark.at, landmark.marker) in seen:
            yield (*key, "at"), f"{landmark.at:g}", f"each month of {landmark.marker} once"
        seen.append((landmark.at, landmark.marker))
        if not landmark.since and (landmark.marker in columns or guarantee_time.named_later(landmark.marker)):
            expected = "the column with the months from the start at which it became known, as in since: irae_months"
            yield (*key, "since"), None, expected


def landmark_columns(
    found: tuple[Landmark, ...], data: Mapping[str, Any], columns: Collection[str]
) -> Iterator[tuple[yamls.Key, str]]:
    """Columns that landmarks need, with the key that names them."""
    for position, landmark in enumerate(found):
        key = landmark_key(data, position)
        yield (*key, "marker"), landmark.marker
        if landmark.since and not (landmark.since == TIME_OF_RESPONSE and {"pfs_months", "dor_months"} <= set(columns)):
            yield (*key, "since"), landmark.since
