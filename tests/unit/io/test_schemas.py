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
