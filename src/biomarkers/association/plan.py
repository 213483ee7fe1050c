"""The analysis plan: read, completed with defaults, and checked against itself and the cohort's columns.

A plan that was accepted names only things that exist, and every key in it is acted on.
"""

from __future__ import annotations

import copy
from collections.abc import Collection
from pathlib import Path
from typing import Any

from biomarkers.association import plan_checks, plan_parts, score
from biomarkers.association.specification import (
    Correction,
    Cut,
    Endpoint,
    Marker,
    Named,
    Plan,
    default_method,
)
from biomarkers.errors import Problems
from biomarkers.io import schemas, subset, words, yamls


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
        *plan_checks.names(plan, data),
        *score.wrong(plan, columns),
        *plan_checks.columns(plan, columns, data),
        *plan_checks.kinds(plan, texts),
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
    schema = schemas.load("plan")
    complete = yamls.with_defaults(data, schema)
    own = schema["properties"]["markers"]["additionalProperties"]
    rules = {str(name): yamls.with_defaults(rule, own) for name, rule in complete["markers"].items()}
    markers = {name: _marker(name, rule) for name, rule in rules.items()}
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
        imputations=complete["sensitivity"]["imputations"],
        imputation_seed=complete["sensitivity"]["seed"],
        landmarks=plan_parts.landmarks(complete["landmark"], endpoints),
        permutations=complete["permutations"],
        correction=Correction(
            complete["correction"]["across_endpoints"],
            tuple(_named(rule, markers, endpoints) for rule in complete["correction"]["gatekeeping"]),
        ),
    )


def _marker(name: str, rule: dict[str, Any]) -> Marker:
    cuts = tuple(Cut(cut["at"], cut["side"]) for cut in rule["cutpoints"])
    levels = tuple(map(words.level, rule["levels"]))
    is_feature = rule["class"] == "feature"
    return Marker(name, rule["kind"], rule["transform"], cuts, levels, is_feature, rule["per"], rule["score"])


def _named(rule: dict[str, Any], markers: dict[str, Marker], endpoints: dict[str, Endpoint]) -> Named:
    """A named test; the method stays empty when marker or endpoint are unknown, which is told elsewhere."""
    marker, endpoint = markers.get(rule["marker"]), endpoints.get(rule["endpoint"])
    cut = Cut(rule["cut"]["at"], rule["cut"]["side"]) if "cut" in rule else None
    method = rule.get("method", "")
    if not method and marker and endpoint:
        method = default_method(marker.kind, endpoint.kind, cut=cut is not None)
    return Named(rule["marker"], rule["endpoint"], method, cut)
