"""Tables of a trial that are written only when asked for: best responses, design, readers, and censoring presets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from biomarkers.clinical.design import design_tests
from biomarkers.clinical.endpoints import evaluable, is_stated, other_preset
from biomarkers.clinical.readers import Pair, discordant, statistics
from biomarkers.clinical.response import BEST_FIRST, NOT_EVALUABLE
from biomarkers.clinical.study_days import IN_DAYS, without_dates
from biomarkers.clinical.time_to_event import CENSORING, endpoints
from biomarkers.io import tables
from biomarkers.settings import Endpoints
from biomarkers.stats.proportions import clopper_pearson

PARTS = ("months", "event", "reason")
"""What is told of an endpoint under each preset."""


def differences(table: pd.DataFrame, rules: Endpoints) -> pd.DataFrame:
    """Table `presets`: each patient and endpoint of whom `ema_itt` and `fda` give another time or event.

    table: endpoints as `endpoints.derive_both` gives them; without the visit interval there is no other preset and
    there are no rows.
    """
    other = other_preset(rules.censoring, rules.visit_interval_days)
    rows: list[dict[str, object]] = []
    by_preset = [] if other is None else [one for one in endpoints().values() if one.censored_before_event]
    for endpoint in by_preset:
        for record in tables.records(table):
            suffix = {rules.censoring: "", other: f"_{other}"}
            told = {preset: [record[f"{c}{suffix[preset]}"] for c in endpoint.columns] for preset in CENSORING}
            first, second = told.values()
            if first[:2] != second[:2]:
                row: dict[str, object] = {"patient": record["patient"], "endpoint": endpoint.name}
                for preset, values in told.items():
                    row |= {f"{preset}_{part}": value for part, value in zip(PARTS, values, strict=True)}
                rows.append(row)
    return tables.of_rows(rows, "presets")


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
                **share.cells,
                "n_unknown": int(best.isna().sum()),
                "note": note,
            }


def trial_tables(
    asked: Mapping[str, Path | None],
    patients: pd.DataFrame,
    derived: pd.DataFrame,
    read_by: Sequence[Pair],
    rules: Endpoints,
) -> dict[str, pd.DataFrame]:
    """Those of the tables that were asked for, by schema.

    asked: path by schema, None where it is not asked for. patients: the sheet. derived: as `endpoints.derive_both`
    gives them. read_by: as `readers.pairs` gives them.
    """
    starts = without_dates(patients.reindex(columns=["patient", "treatment_start", IN_DAYS]), patients)
    made: dict[str, Callable[[], pd.DataFrame]] = {
        "responses": lambda: best_responses(derived),
        "design": lambda: design_tests(derived, starts["treatment_start"], rules),
        "readers": lambda: statistics(read_by),
        "discordant": lambda: without_dates(discordant(read_by), patients),
        "presets": lambda: differences(derived, rules),
    }
    return {name: make() for name, make in made.items() if asked[name] is not None}
