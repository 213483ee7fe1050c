"""The table of best responses: how many patients had each, with and without confirmation (docs/methods.md, 3.8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from biomarkers.clinical.endpoints import evaluable, is_stated
from biomarkers.clinical.response import BEST_FIRST, NOT_EVALUABLE
from biomarkers.io import tables
from biomarkers.stats.proportions import clopper_pearson

if TYPE_CHECKING:
    import pandas as pd

CONFIRMATIONS = {"confirmed": "confirmed_best_response", "unconfirmed": "best_response"}
"""Both ways to tell a best response, with their columns."""


def best_responses(table: pd.DataFrame) -> pd.DataFrame:
    """Table `responses`: patients with each best response of all treated and of the evaluable patients.

    table: endpoints as `endpoints.derive` gives them. A response that the patients sheet states is called confirmed
    only where the sheet says so; what is stated by all is `as_stated`, since nothing tells whether it was confirmed.
    """
    treated = table[table["treated"] == 1]
    stated = is_stated(treated, "response")
    rows: list[dict[str, object]] = []
    for name, column in CONFIRMATIONS.items():
        known = treated[column].notna()
        if name == "confirmed" and not known.any() and len(treated):
            continue
        is_as_stated = name == "unconfirmed" and bool(known.any()) and bool(stated[known].all())
        rows += _rows("as_stated" if is_as_stated else name, treated[column], stated)
    return tables.of_rows(rows, "responses")


def _rows(confirmation: str, best: pd.Series, stated: pd.Series) -> Iterator[dict[str, object]]:
    """The rows of one way to tell a best response. best, stated: of each treated patient."""
    for definition, counted in (("all_treated", best.notna()), ("evaluable", evaluable(best))):
        number, as_stated = int(counted.sum()), int((counted & stated).sum())
        note = f"as stated: {as_stated} of {number}" if as_stated and confirmation != "as_stated" else None
        for response in BEST_FIRST:
            if definition == "evaluable" and response in NOT_EVALUABLE:
                continue
            patients = int((best[counted] == response).sum())
            share = clopper_pearson(patients, number)
            yield {
                "confirmation": confirmation,
                "definition": definition,
                "response": response,
                "n": number,
                "patients": patients,
                "estimate": share.estimate,
                "ci_low": share.low,
                "ci_high": share.high,
                "n_unknown": int(best.isna().sum()),
                "note": note,
            }
