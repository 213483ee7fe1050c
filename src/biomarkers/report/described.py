"""What a column of a table holds, also where the program makes it and the table's own schema does not list it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from biomarkers.io import schemas

OWN = "Column of the patients sheet or of the features, as it was given."
FURTHER = {"cohort": ("endpoints", "hepatobiliary")}
"""Schemas of columns that a table takes over though its own schema does not list them."""
OF_PRESET = re.compile(r"(\w+)_(fda|ema_itt)")
OF_DEFINITION = "tmb_per_mb_{definition}"


def rule(table: str, column: str, *, definitions: Collection[str] = ()) -> dict[str, Any]:
    """The schema's rule of a column; empty for one that the user gave.

    definitions: of burden that the run has, since a user's own column may be named like theirs.

    >>> rule("cohort", "pfs_event_fda")["description"]
    '1 when progression or death ended it, 0 when censored; under the censoring preset fda.'
    >>> rule("cohort", "tmb_per_mb_merino_wes", definitions=["merino_wes"])["description"]
    'The burden under the definition merino_wes.'
    >>> rule("cohort", "tmb_per_mb_blood", definitions=["merino_wes"]), rule("tmb", "treated")
    ({}, {})
    """
    known: dict[str, dict[str, dict[str, Any]]] = {
        name: schemas.load(name)["properties"] for name in (table, *FURTHER.get(table, ()))
    }
    for rules in known.values():
        if column in rules:
            return dict(rules[column])
    own = known[table]
    if table in ("cohort", "endpoints") and (match := OF_PRESET.fullmatch(column)) and match[1] in own:
        told = f"{own[match[1]]['description'].rstrip('.')}; under the censoring preset {match[2]}."
        return own[match[1]] | {"description": told}
    for name in definitions:
        if OF_DEFINITION in own and column == OF_DEFINITION.format(definition=name):
            return own[OF_DEFINITION] | {"description": f"The burden under the definition {name}."}
    return {}


def meaning(found: dict[str, Any]) -> str:
    """The description of a rule on one line."""
    return " ".join(str(found.get("description", OWN)).split())
