"""The analysis plan: read, completed with defaults, and checked against itself and the cohort's columns.

A plan that was accepted names only things that exist, and every key in it is acted on.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from biomarkers.association import plan_parts, score
from biomarkers.association.specification import (
    METHODS,
    POINT_COLUMNS,
    Correction,
    Cut,
    Endpoint,
    Marker,
    Named,
    Plan,
    comparison_class,
    default_method,
)
from biomarkers.errors import Problems, nearest
from biomarkers.io import schemas, subset, yamls


def read_plan(
    settings: yamls.Settings,
    path: str | Path,
    *,
    problems: Problems,
    columns: Collection[str] | None = None,
    texts: Collection[str] = (),
) -> Plan | None:
    """The plan in `settings`, or None after its problems were added.

    path: used in messages. columns: column names of the cohort table; None when the table is not there yet, then
    only the plan itself is checked. texts: those that will hold words, not numbers, where no cells are there yet.
    """
    found = Problems()
    yamls.check(path, settings, schemas.load("plan"), found)
    problems.add(*found.found)
    data = settings.data if not found.found else _repaired(settings.data)
    if data is None:
        return None
    plan = _build(data)
    for key, value, expected in [
        *_wrong_names(plan, data),
        *score.wrong(plan, columns),
        *_wrong_columns(plan, columns, data),
        *_wrong_kinds(plan, texts),
    ]:
        if data is not settings.data and not _is_name(key):
            continue
        problems.add(yamls.problem(path, settings, key, value, expected))
        found.add(problems.found[-1])
    return None if found.found else plan


def text_columns(settings: yamls.Settings) -> set[str]:
    """Columns whose cells are categories even when they look like numbers; safe on a plan with mistakes."""
    data = settings.data
    names = {str(name) for name in data.get("strata") or [] if isinstance(data.get("strata"), list)}
    for block, kinds in (("markers", ("categorical", "ordinal")), ("endpoints", ("categorical",))):
        entries = data.get(block)
        for name, rule in entries.items() if isinstance(entries, dict) else ():
            if isinstance(rule, dict) and (rule.get("kind") in kinds or rule.get("levels")):
                names.add(str(rule.get("column", name)))
    return names


def used_columns(settings: yamls.Settings) -> set[str]:
    """Columns of the cohort that the plan names; safe on a plan with mistakes."""
    data, names = settings.data, subset.named_columns(settings.data.get("subset"))
    prediction = data.get("prediction")
    lists = [data.get("covariates"), data.get("strata"), data.get("subgroups")]
    lists += [prediction.get("features")] if isinstance(prediction, dict) else []
    for listed in lists:
        names |= {str(name) for name in listed} if isinstance(listed, list) else set()
    names |= set(plan_parts.as_list(data["genes"].get("adjust_for"))) if isinstance(data.get("genes"), dict) else set()
    names |= {
        str(rule[key]) for rule in plan_parts.blocks(data.get("landmark")) for key in ("marker", "since") if key in rule
    }
    for block in ("markers", "endpoints"):
        entries = data.get(block)
        for name, rule in entries.items() if isinstance(entries, dict) else ():
            told = rule if isinstance(rule, dict) else {}
            names |= set(score.columns(told))
            names |= {str(told.get("column", name)), *(str(told[key]) for key in ("time", "event") if key in told)}
    return names


def _repaired(data: dict[str, Any]) -> dict[str, Any] | None:
    """A copy without what breaks the schema, so that names in the rest can be checked; None if none is left."""
    if yamls.no_texts(data):
        return None
    repaired = copy.deepcopy(data)
    for _ in range(200):
        error = next(schemas.validator(schemas.load("plan")).iter_errors(repaired), None)
        if error is None:
            return repaired
        holder: Any = repaired
        path = list(error.absolute_path)
        for part in path[:-1]:
            holder = holder[part]
        if error.validator == "additionalProperties":
            for name in set(error.instance) - set(error.schema["properties"]):
                del error.instance[name]
        elif error.validator == "required":
            rules = error.schema["properties"]
            for name in set(error.validator_value) - set(error.instance):
                error.instance[name] = copy.deepcopy(rules[name]["default"])
        elif not path or (len(path) == 1 and path[0] in ("primary", "endpoints", "markers")):
            return None
        else:
            del holder[path[-1]]
    return None


def _is_name(key: yamls.Key) -> bool:
    """True where a key names a marker, endpoint or column, which stays wrong whatever else is."""
    return (
        key[-1] in ("marker", "endpoint", "column", "time", "event")
        or key[0] in ("covariates", "strata", "subgroups", "subset")
        or len(key) == 2
    )


def _build(data: dict[str, Any]) -> Plan:
    complete = {name: data.get(name, rule.get("default")) for name, rule in schemas.load("plan")["properties"].items()}
    markers = {str(name): _marker(str(name), rule) for name, rule in complete["markers"].items()}
    endpoints = {str(name): plan_parts.endpoint(str(name), rule) for name, rule in complete["endpoints"].items()}
    pairs = complete["interactions"]
    if pairs is None:
        pairs = [["tmb_per_mb", "pdl1"]] if {"tmb_per_mb", "pdl1"} <= markers.keys() else []
    return Plan(
        title=complete["title"],
        seed=complete["seed"],
        primary=_named(complete["primary"], markers, endpoints),
        secondary=tuple(_named(rule, markers, endpoints) for rule in complete["secondary"]),
        endpoints=endpoints,
        markers=markers,
        covariates=tuple(complete["covariates"]),
        strata=tuple(complete["strata"]),
        genes=plan_parts.genes(complete["genes"]),
        mann_whitney=complete["mann_whitney"],
        data_driven_cutpoints=tuple(complete["data_driven_cutpoints"]),
        interactions=tuple((str(a), str(b)) for a, b in pairs),
        prediction=plan_parts.prediction(complete["prediction"]),
        subset=subset.restrictions(complete["subset"]),
        subgroups=tuple(complete["subgroups"]),
        imputations=complete["sensitivity"].get("imputations", 20),
        imputation_seed=complete["sensitivity"].get("seed"),
        landmarks=plan_parts.landmarks(complete["landmark"], endpoints),
        permutations=complete["permutations"],
        correction=Correction(
            complete["correction"].get("across_endpoints", False),
            tuple(_named(rule, markers, endpoints) for rule in complete["correction"].get("gatekeeping", [])),
        ),
    )


def _marker(name: str, rule: dict[str, Any]) -> Marker:
    cuts = tuple(Cut(cut["at"], cut["side"]) for cut in rule.get("cutpoints", []))
    levels = tuple(f"{level:g}" if isinstance(level, int | float) else level for level in rule.get("levels", []))
    return Marker(
        name,
        rule["kind"],
        rule.get("transform", "none"),
        cuts,
        levels,
        rule.get("class") == "feature",
        rule.get("per", "sd"),
        rule.get("score", ""),
    )


def _named(rule: dict[str, Any], markers: dict[str, Marker], endpoints: dict[str, Endpoint]) -> Named:
    """A named test; the method stays empty when marker or endpoint are unknown, which is told elsewhere."""
    marker, endpoint = markers.get(rule["marker"]), endpoints.get(rule["endpoint"])
    cut = Cut(rule["cut"]["at"], rule["cut"]["side"]) if "cut" in rule else None
    method = rule.get("method", "")
    if not method and marker and endpoint:
        method = default_method(marker.kind, endpoint.kind, cut=cut is not None)
    return Named(rule["marker"], rule["endpoint"], method, cut)


Complaint = tuple[yamls.Key, object, str]


def _wrong_names(plan: Plan, data: dict[str, Any]) -> Iterator[Complaint]:
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


def _wrong_kinds(plan: Plan, texts: Collection[str]) -> Iterator[Complaint]:
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


def _wrong_columns(plan: Plan, columns: Collection[str] | None, data: dict[str, Any]) -> Iterator[Complaint]:
    """Names that stand for columns which the cohort table lacks."""
    if columns is None:
        return
    columns = {*columns, *(marker.name for marker in plan.markers.values() if marker.score)}
    named: list[tuple[yamls.Key, str]] = []
    for name, endpoint in plan.endpoints.items():
        parts = ("time", "event") if endpoint.kind == "time_to_event" else ("column",)
        named += [(("endpoints", name, part), getattr(endpoint, part)) for part in parts]
    for name in plan.markers:
        if not (name in POINT_COLUMNS and set(POINT_COLUMNS[name]) <= set(columns)):
            named.append((("markers", name), name))
    for block in ("covariates", "strata", "subgroups"):
        named += [((block, position), name) for position, name in enumerate(getattr(plan, block))]
    named += [(("subset", one.column), one.column) for one in plan.subset]
    named += plan_parts.gene_columns(plan.genes, data)
    named += plan_parts.landmark_columns(plan.landmarks, data, columns)
    if plan.prediction:
        named += [(("prediction", "features", i), name) for i, name in enumerate(plan.prediction.features)]
    for key, column in named:
        if column and column not in columns and not (key[0] == "prediction" and column in plan.markers):
            yield key, column, f"a column of the cohort table{nearest(column, columns)}"
