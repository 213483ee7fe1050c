"""How many patients the trial has at each step, and who left before it and why."""

from __future__ import annotations

from typing import Any

import pandas as pd

from biomarkers.report import wording
from biomarkers.report.blocks import (
    Beside,
    Block,
    Column,
    Flow,
    Items,
    Name,
    Step,
    absent,
    numbers,
    table,
    texts,
)
from biomarkers.report.given import Tables
from biomarkers.report.numbers import text_of
from biomarkers.report.sections.data import at_hand
from biomarkers.report.trunk import PRIMARY, trunk


def patients(given: Tables) -> list[Block]:
    """The flow of patients and identifiers without a match, beside them how many patients have which data."""
    counted = at_hand(given)
    if given.flow is None:
        return [absent("The flow of patients", "--flow"), *counted]
    flow = [*_flow(given), *_unmatched(given.flow)]
    return [Beside([flow, counted])] if counted else flow


def _flow(given: Tables) -> list[Block]:
    """The trunk with who left at each step, and what is said of steps that cannot be drawn."""
    found, here = trunk(given), set(given.cohort["patient"])
    names = [step.name for step in found.steps]
    within = names.index(PRIMARY) if PRIMARY in names else len(names)
    steps = [
        Step(
            _said(step.name, within=place > within),
            f"{step.n:,}",
            sum(len(leaving.patients) for leaving in step.left),
            [(leaving.reason, [Name(one, one in here) for one in leaving.patients]) for leaving in step.left],
        )
        for place, step in enumerate(found.steps)
    ]
    return [*([Flow(steps)] if steps else []), *([Items(found.unknown)] if found.unknown else [])]


def _said(step: str, *, within: bool) -> str:
    """A step in words; within: behind the primary analysis, whose part it is."""
    said = wording.STEPS[step]
    return f"Of these {said[0].lower()}{said[1:]}" if within else said


def _identifiers(row: Any) -> str:
    """The identifiers of a row of the flow, which are joined by commas, so that a line can end between two."""
    return text_of(row.patients).replace(", ", ",").replace(",", ", ")


def _unmatched(flow: pd.DataFrame) -> list[Block]:
    rows = flow[~flow["step"].isin(list(wording.STEPS)) & flow["n"].fillna(0).gt(0)]
    if rows.empty:
        return []
    columns = [
        Column("What", lambda row: wording.label(row.step)),
        *([texts("Sheet", "sheet")] if "sheet" in rows else []),
        numbers("n", "n"),
        texts("Reason", "reason"),
        Column("Identifiers", _identifiers, room="much"),
    ]
    return [table("Identifiers in one sheet only, and samples not used", wording.each(rows), columns)]
