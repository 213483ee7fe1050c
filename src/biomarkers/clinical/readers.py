"""How far other readers agree with the one that is used: shares, Cohen's kappa, and who is read differently.

Rules: docs/methods.md, 3.10. Oracles: scikit-learn's cohen_kappa_score, published examples for the interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from biomarkers.clinical.endpoints import derive
from biomarkers.clinical.response import BEST_FIRST, WORST_LAST
from biomarkers.clinical.timeline import data_cutoff
from biomarkers.io import tables
from biomarkers.settings import Endpoints
from biomarkers.stats import times
from biomarkers.stats.intervals import Interval, joined
from biomarkers.stats.proportions import clopper_pearson, kappa

LEVELS = {"CR": 0, "PR": 1, "SD": 2, "NON-CR/NON-PD": 2, "PD": 3}
"""Order of the responses for weights: NON-CR/NON-PD is the SD of a patient without targets; NE and MISSING have no
place in it (docs/methods.md, 3.10)."""

BEST_RESPONSES = ("best_response", "confirmed_best_response")
"""What a reader's visits of a patient come to, without and with confirmation."""


class Pair(NamedTuple):
    """Readings of one thing by two readers, one row a patient or visit: patient, date, study day, first and second."""

    first: str
    second: str
    subject: str
    readings: pd.DataFrame


def pairs(patients: pd.DataFrame, assessments: pd.DataFrame | None, rules: Endpoints) -> list[Pair]:
    """Best responses and visits read by the reader that is used and by each other one.

    patients, assessments: as `endpoints.derive` takes them, with the column `evaluator`. Best responses of the treated
    patients whom both assessed; visits of both on one day from the start of treatment to the data cutoff, the worst
    response of each where a reader has several. Both as the readers say, also where lesions decide the endpoints.
    """
    if assessments is None or "evaluator" not in assessments:
        return []
    spelling = assessments["evaluator"].str.casefold()
    chosen = rules.evaluator.casefold()
    own = assessments[spelling == chosen]
    found = []
    for name in sorted(set(spelling.dropna()) - {chosen}):
        theirs = assessments[spelling == name]
        both = patients[patients["patient"].isin({*own["patient"]} & {*theirs["patient"]})]
        first, second = (derive(both, sheet, rules) for sheet in (own, theirs))
        label = str(theirs["evaluator"].iloc[0])
        for column in BEST_RESPONSES:
            readings = first[["patient"]].assign(date=None, day=None, first=first[column], second=second[column])
            found.append(Pair(rules.evaluator, label, column, readings[first["treated"] == 1]))
        visits = _visits(*(_on_treatment(patients, sheet, rules) for sheet in (own, theirs)))
        found.append(Pair(rules.evaluator, label, "visit", visits))
    return found


def _on_treatment(patients: pd.DataFrame, assessments: pd.DataFrame, rules: Endpoints) -> pd.DataFrame:
    """The assessments between the start of treatment and the data cutoff, with their study day."""
    starts = patients.set_index("patient").reindex(columns=["treatment_start"])["treatment_start"]
    start, cutoff = pd.to_datetime(assessments["patient"].map(starts)), data_cutoff(rules)
    counted = assessments["date"] >= start
    counted &= True if cutoff is None else assessments["date"] <= cutoff
    return assessments.assign(day=times.study_days(assessments["date"], start))[counted]


def _visits(own: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """The days on which both assessed a patient."""
    worst = []
    for sheet in (own, theirs):
        rank = sheet["response"].map(WORST_LAST.index)
        ordered = sheet.assign(rank=rank).sort_values("rank", kind="stable")
        last = ordered.drop_duplicates(["patient", "date"], keep="last")
        worst.append(last[["patient", "date", "day", "response"]])
    both = worst[0].merge(worst[1], on=["patient", "date", "day"], suffixes=("_first", "_second"))
    names = {"response_first": "first", "response_second": "second"}
    return both.rename(columns=names).sort_values(["patient", "date"], ignore_index=True)


def agreement(found: Sequence[Pair], rules: Endpoints) -> list[dict[str, object]]:
    """Rows for the rates table: the share of patients whose best response another reader reads the same."""
    column = "confirmed_best_response" if rules.confirmed else "best_response"
    rows: list[dict[str, object]] = []
    for pair in found:
        if pair.subject != column:
            continue
        same, n = _agreeing(pair), len(pair.readings)
        about = {"n": n, "events": same, "n_unknown": 0, "method": "clopper_pearson", "note": column}
        name = {"endpoint": "best_response_agreement", "definition": f"{pair.first} vs {pair.second}"}
        name |= {"reader": pair.first, "other": pair.second}
        rows.append({**name, **clopper_pearson(same, n).cells, **about})
    return rows


def statistics(found: Sequence[Pair]) -> pd.DataFrame:
    """Table `readers`: share, kappa and weighted kappa of each pair of readers and of what they read."""
    return tables.of_rows([row for pair in found for row in _statistics(pair)], "readers")


def _statistics(pair: Pair) -> Iterator[Mapping[str, object]]:
    about: dict[str, object] = {"reader": pair.first, "other": pair.second, "subject": pair.subject}
    n, same = len(pair.readings), _agreeing(pair)
    yield {**about, "n": n, "agreeing": same, "statistic": "agreement", **clopper_pearson(same, n).cells}
    named = {word: place for place, word in enumerate(BEST_FIRST)}
    for statistic, levels in (("kappa", named), ("weighted_kappa", LEVELS)):
        first, second = (pair.readings[column].map(levels) for column in ("first", "second"))
        placed = first.notna() & second.notna()
        table = _crossed(first[placed], second[placed])
        value = kappa(table, linear=statistic == "weighted_kappa")
        agreeing = int((first[placed] == second[placed]).sum())
        why = _without(value, int(placed.sum()), agreeing)
        left = n - int(placed.sum())
        apart = f"{left} with NE or MISSING by a reader left out" if left else ""
        yield {
            **about,
            "n": int(placed.sum()),
            "agreeing": agreeing,
            "statistic": statistic,
            **value.cells,
            "note": joined(apart, why) or None,
        }


def _crossed(first: pd.Series, second: pd.Series) -> npt.NDArray[np.int64]:
    """How many have each pair of levels."""
    table = np.zeros((len(BEST_FIRST), len(BEST_FIRST)), dtype=np.int64)
    np.add.at(table, (first.astype(int).to_numpy(), second.astype(int).to_numpy()), 1)
    return table


def _without(value: Interval, n: int, agreeing: int) -> str:
    """Why an estimate or its limits do not exist; empty where they do."""
    if n == 0:
        return "nothing was read by both"
    if math.isnan(value.estimate):
        return "both readers use one category only"
    if not math.isnan(value.low):
        return ""
    return "no interval: the readers agree always" if agreeing == n else "no interval: these readings have no variance"


def discordant(found: Sequence[Pair]) -> pd.DataFrame:
    """Table `discordant`: each patient and visit that two readers read differently, with both readings."""
    rows = []
    for pair in found:
        differ = pair.readings[pair.readings["first"] != pair.readings["second"]]
        for row in tables.records(differ):
            rows.append(
                {
                    "patient": row["patient"],
                    "subject": pair.subject,
                    "date": row["date"],
                    "day": row["day"],
                    "reader": pair.first,
                    "reading": row["first"],
                    "other": pair.second,
                    "other_reading": row["second"],
                }
            )
    return tables.of_rows(rows, "discordant")


def _agreeing(pair: Pair) -> int:
    return int((pair.readings["first"] == pair.readings["second"]).sum())
