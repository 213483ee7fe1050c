"""Rules of cells, as the schemas of tables state them."""

from __future__ import annotations

import math

from biomarkers.io import schemas


def test_every_rule_of_a_cell_is_kept_as_the_validator_tells() -> None:
    """Oracle: jsonschema, for each column of each table and what stands at and beside bounds."""
    values = [None, "", "x", "PASS", "2024-02-30", True, -1, -0.5, 0, 0.0, 1, 1.0, 1.5, 2.0, 100, 101, 10**16]
    values += [math.nan, math.inf, -math.inf]
    for name in schemas.names():
        for column, rule in schemas.load(name).get("properties", {}).items():
            if "$ref" in str(rule):  # Blocks of the config and plan, which are no cells.
                continue
            keeps, check = schemas.checker(rule), schemas.validator(rule)
            told = [(value, keeps(value)) for value in values]
            assert told == [(value, check.is_valid(value)) for value in values], f"{name}.{column}"


def test_what_stands_in_the_same_words_is_looked_at_once_unless_it_is_wrong():
    """Two thousand markers alike beside one that is wrong, twice, and an unknown key: every error with its place."""
    plan = {"primary": {"marker": "f0", "endpoint": "pfs"}, "endpoints": {"pfs": {"kind": "continuous"}}}
    plan["markers"] = {f"f{i}": {"kind": "continuous", "class": "feature"} for i in range(2000)}
    schema = schemas.load("plan")
    assert schemas.errors(plan, schema) == []
    plan["markers"]["f7"] = plan["markers"]["f1900"] = {"kind": "continuos"}
    found = schemas.errors(plan | {"Title": "x"}, schema)
    assert {tuple(error.absolute_path) for error in found} == {
        (),
        ("markers", "f7", "kind"),
        ("markers", "f1900", "kind"),
    }
    assert schemas.errors({**plan, "markers": {"a": {"kind": "binary"}, "b": []}}, schema)
