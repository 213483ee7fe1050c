"""One PD-L1 score per patient from a sheet of specimens, and why the others were not taken.

Rules: docs/pdl1.md. Tables: `pdl1` in, `pdl1_selected` and `pdl1_rejected` out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from biomarkers.clinical import pdl1_score, study_days
from biomarkers.errors import Problem, Problems
from biomarkers.io import schemas
from biomarkers.settings import Pdl1, Unit
from biomarkers.stats import cuts, times

POOLED = ("22C3", "28-8", "SP263")
"""Assays whose TPS agree well enough to stand in one column, preferred first (docs/methods.md, 2.6; Tsao 2018)."""

CLONES = {
    "22C3": r"22-?c3",
    "28-8": r"28[-.]8",
    "SP263": r"sp[- ]?263",
    "SP142": r"sp[- ]?142",
    "73-10": r"73[-.]10",
}
NEVER_POOLED = "SP142"
"""Stains fewer tumor cells than the others (Blueprint phase 2)."""

MIN_VIABLE_CELLS = 100
MIN_VIABLE_CELLS_SP142 = 50
"""Fewest viable tumor cells of an evaluable specimen, where counted (docs/methods.md, 2.5; package inserts)."""

CUTOFFS: dict[str, tuple[float, ...]] = {
    "TPS": (1, 50),
    "TC": (1, 50),
    "CPS": (1, 10),
    "IC": (1, 5, 10),
    "TAP": (1, 5, 10),
}
"""Cutoffs at which specimens of a patient are compared when none are named (docs/methods.md, 2.7)."""

REASONS = {
    "score_type": "another score type was asked for; score types are never pooled",
    "no_value": "no result is given",
    "assay": "this assay is not among those asked for",
    "undated": "without a collection date it is not known to precede treatment",
    "after_treatment_start": "collected after the start of treatment",
    "outside_window": "collected longer before the start of treatment than the window allows",
    "viable_cells": "too few viable tumor cells",
    "not_evaluable": "reported as not evaluable",
    "less_preferred_assay": "eligible, but another assay was preferred",
    "farther_from_start": "eligible, but another specimen is nearer to the start of treatment",
    "tied_value": "eligible and as near as the chosen one, which the tie policy took",
}
FLAGS = {"cytology": r"cytolog", "decalcified": r"decalcif", "partial_date": r"partial_date"}
DENIED = r"\b(?:not|no|non|without)[\s-]+\w+"


class Selection(NamedTuple):
    """selected: one row per patient. rejected: every other row of the sheet, in its order."""

    selected: pd.DataFrame
    rejected: pd.DataFrame


def scored(sheet: pd.DataFrame, *, unit: Unit) -> pd.DataFrame:
    """The sheet's own columns (schema `pdl1`), `low high status note` on a scale of 0 to 100, and `stated`.

    The sheet has passed `pdl1_score.check`. stated: the text of the sheet's further columns, for flags.
    """
    texts = sheet["value"].where(sheet["value"].notna(), None)
    results = [pdl1_score.score(v, t, unit=unit) for v, t in zip(texts, sheet["score_type"], strict=True)]
    read = schemas.columns("pdl1")
    return sheet[[c for c in read if c in sheet]].assign(
        stated=_stated(sheet[[c for c in sheet.columns if c not in read]]),
        **pd.DataFrame(results, index=sheet.index, columns=pdl1_score.Score._fields),
    )


def clone(assay: object) -> str:
    """The antibody clone that an assay name holds, else the name in capitals; empty when there is none.

    >>> clone("Dako 22c3 pharmDx"), clone("js311"), clone(None)
    ('22C3', 'JS311', '')
    """
    if not isinstance(assay, str):
        return ""
    found = [name for name, pattern in CLONES.items() if re.search(rf"(?<!\w){pattern}(?!\w)", assay, re.IGNORECASE)]
    return found[0] if len(found) == 1 else assay.strip().upper()


def assays_to_use(path: str | Path, sheet: pd.DataFrame, rules: Pdl1, problems: Problems) -> list[str]:
    """Clones that may be pooled, in order of preference.

    Those asked for; when none are: of TPS 22C3, 28-8 and SP263 if the sheet has any of them, else its only assay;
    several others are a problem, because nothing says that they agree: of CPS, IC, TC and TAP no two assays do.
    """
    asked = list(dict.fromkeys(clone(assay) for assay in rules.assays or []))
    if NEVER_POOLED in asked and len(asked) > 1:
        expected = f"{NEVER_POOLED} alone: it stains fewer tumor cells than the others"
        problems.add(Problem("command line", "--assays", " ".join(rules.assays or []), expected))
    if asked:
        return asked
    present = sorted(set(sheet.loc[sheet["score_type"] == rules.score_type, "assay"].map(clone)))
    pooled = list(POOLED) if rules.score_type == "TPS" else []
    if len(present) < 2 or set(present) & set(pooled):
        return pooled if set(present) & set(pooled) else present
    shown = ", ".join(name or "(empty)" for name in present)
    expected = f"one assay of {rules.score_type}, or --assays that names the one to use, or those to pool"
    problems.add(Problem.said(str(path), "assay", f"is one of {shown}", expected))
    return present


def check_days(path: str | Path, sheet: pd.DataFrame, patients: pd.DataFrame, problems: Problems) -> None:
    """Add a problem for each specimen farther from the first dose than a study day, as of 1900-01-01 for unknown."""
    starts = patients.reindex(columns=["patient", "treatment_start"]).set_index("patient")["treatment_start"]
    days = times.study_days(sheet["collected"], pd.to_datetime(sheet["patient"].map(starts)))
    for line, day in sheet["collected"][days.abs().gt(schemas.STUDY_DAYS).fillna(False)].items():
        expected = f"a day up to {schemas.STUDY_DAYS} days from treatment_start, or nothing where it is not known"
        problems.add(Problem(str(path), "collected", f"{day:%Y-%m-%d}", expected, int(str(line))))


def select(patients: pd.DataFrame, sheet: pd.DataFrame, rules: Pdl1, *, assays: Sequence[str]) -> Selection:
    """One score per row of `patients` (its column `treatment_start` may be absent: then dates exclude nothing).

    sheet: as from `scored`. assays: as from `assays_to_use`. Cutoffs, at which a patient's specimens are compared, are
    percent or CPS points, side `>=`. Old tissue is flagged (antigens fade: IASLC Atlas of PD-L1 2017).
    """
    rows = sheet.assign(line=sheet.index, clone=sheet["assay"].map(clone)).reset_index(drop=True)
    starts = patients.reindex(columns=["patient", "treatment_start"]).set_index("patient")["treatment_start"]
    rows["start"] = pd.to_datetime(rows["patient"].map(starts))
    rows["collected_day"] = times.study_days(rows["collected"], rows["start"])
    keep_undated = rules.undated == "accept" or "treatment_start" not in patients
    rows["reason"] = _first_failed(rows, rules, assays, keep_undated)
    rows["flags"] = _flags(rows, rules.old_block_years)
    rows = _in_order_of_preference(rows, assays, rules.ties)

    candidates = rows[rows["reason"].isin(["", "viable_cells", "not_evaluable"])]
    chosen = candidates.drop_duplicates("patient")
    rejected = _rejected(rows.drop(chosen.index), chosen)
    discordant = _discordant(rows[rows["reason"] == ""], rules.cutoffs or CUTOFFS[rules.score_type])
    unscored = chosen["reason"] != ""
    selected = chosen.assign(
        status=np.where(unscored, "not_evaluable", "scored"),
        low=chosen["low"].mask(unscored),
        high=chosen["high"].mask(unscored),
        value=chosen["low"].where(~unscored & (chosen["low"] == chosen["high"])),
        level=_levels(chosen.mask(unscored), rules.score_type),
        note=[REASONS.get(r, n) for r, n in zip(chosen["reason"], chosen["note"], strict=True)],
        discordant_at=chosen["patient"].map(discordant),
    )
    selected = patients[["patient"]].merge(selected, on="patient", how="left")
    untested = selected["status"].isna()
    selected["status"] = selected["status"].fillna("not_tested")
    selected["score_type"] = rules.score_type
    selected["n_specimens"] = selected["patient"].map(rows["patient"].value_counts()).fillna(0).astype("Int64")
    reasons = rejected.groupby("patient")["reason"].agg(_counted)
    selected["note"] = selected["note"].mask(untested, selected["patient"].map(reasons)).replace("", None)
    for table in (selected, rejected):
        table["collected"] = table["collected"].mask(table["patient"].isin(study_days.in_days(patients)))
    return Selection(selected[schemas.columns("pdl1_selected")], rejected)


def _levels(chosen: pd.DataFrame, score_type: str) -> pd.Series:
    """The level in which each score lies; None without one."""
    pairs = zip(chosen["low"], chosen["high"], strict=True)
    found = [pdl1_score.level(low, high, score_type) for low, high in pairs]
    return pd.Series(found, index=chosen.index, dtype="object")


def _stated(further: pd.DataFrame) -> pd.Series:
    """Lower-case text of all cells, without what is denied (`not decalcified`); a column's name where it says yes."""
    text = pd.Series("", index=further.index)
    for column in further:
        cells = further[column].astype("string").fillna("").str.lower()
        named = cells.isin(["1", "1.0", "yes", "y", "true"]).map({True: f" {str(column).lower()}", False: ""})
        text = text + " " + cells.str.replace(DENIED, "", regex=True) + named
    return text


def _first_failed(rows: pd.DataFrame, rules: Pdl1, assays: Sequence[str], keep_undated: bool) -> np.ndarray:
    """The first rule that each row fails, empty for eligible rows. Not evaluable comes last: it passed all others."""
    limit = np.where(rows["clone"] == "SP142", MIN_VIABLE_CELLS_SP142, MIN_VIABLE_CELLS)
    cells = rows["viable_cells"] if "viable_cells" in rows else pd.Series(np.nan, index=rows.index)
    too_early = pd.Series(False, index=rows.index)
    if rules.window_days is not None:
        too_early = rows["collected"] < rows["start"] - pd.Timedelta(days=rules.window_days)
    failed = {
        "score_type": rows["score_type"] != rules.score_type,
        "no_value": rows["status"] == "not_tested",
        "assay": ~rows["clone"].isin(assays),
        "undated": rows["collected"].isna() & (not keep_undated),
        "after_treatment_start": rows["collected"] > rows["start"],
        "outside_window": too_early,
        "not_evaluable": rows["status"] == "not_evaluable",
        "viable_cells": cells < limit,
    }
    return np.select(list(failed.values()), list(failed), default="")


def _in_order_of_preference(rows: pd.DataFrame, assays: Sequence[str], ties: str) -> pd.DataFrame:
    """Rows sorted so that the first eligible one of a patient is to be taken, whatever the order of the sheet."""
    rows["tier"] = (rows["reason"] != "").astype(int)
    rows["rank"] = rows["clone"].map({name: i for i, name in enumerate(assays)})
    texts = ["specimen", "assay", "value"]
    keys = rows[texts].fillna("").add_prefix("text_")
    by = ["tier", "rank", "collected", "low", "high", *keys.columns]
    ascending = [True, True, False, ties == "min", ties == "min", *[True] * len(texts)]
    if "viable_cells" in rows:
        by, ascending = [*by, "viable_cells"], [*ascending, False]
    order = rows.join(keys).sort_values(by, ascending=ascending, na_position="last", kind="stable")
    return rows.loc[order.index]


def _rejected(rows: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Rows not chosen, in the sheet's order; eligible ones get the rule by which another was preferred."""
    best = rows[["patient"]].join(chosen.set_index("patient")[["rank", "collected"]], on="patient")
    same_day = (rows["collected"] == best["collected"]) | (rows["collected"].isna() & best["collected"].isna())
    passed_over = np.select(
        [rows["rank"] != best["rank"], ~same_day],
        ["less_preferred_assay", "farther_from_start"],
        default="tied_value",
    )
    reason = np.where(rows["reason"] == "", passed_over, rows["reason"])
    rows = rows.assign(reason=reason, note=[REASONS[word] for word in reason]).sort_values("line")
    return rows.drop(columns=["stated", "clone", "start", "flags", "tier", "rank"])


def _discordant(eligible: pd.DataFrame, cutoffs: Sequence[float]) -> dict[str, str]:
    """Patient -> the cutoffs, comma-separated, that have eligible specimens of the patient on both sides."""
    found: dict[str, str] = {}
    several = eligible[eligible.duplicated("patient", keep=False)]
    for patient, group in several.groupby("patient"):
        low, high = group["low"].to_numpy(), group["high"].to_numpy()
        split = [f"{at:g}" for at in cutoffs if {0.0, 1.0} <= set(cuts.sides(low, high, at=at, side=">="))]
        if split:
            found[str(patient)] = ",".join(split)
    return found


def _flags(rows: pd.DataFrame, old_block_years: float) -> pd.Series:
    """Comma-separated flags from what the sheet states and from the dates; None when there are none."""
    flags = {name: rows["stated"].str.contains(pattern, regex=True) for name, pattern in FLAGS.items()}
    flags["old_block"] = rows["collected"] < rows["start"] - pd.Timedelta(days=times.DAYS_PER_YEAR * old_block_years)
    flags["undated"] = rows["collected"].isna()
    table = pd.DataFrame(flags)
    named = [",".join(table.columns[row]) or None for row in table.to_numpy(dtype=bool)]
    return pd.Series(named, index=rows.index, dtype="object")


def _counted(reasons: pd.Series) -> str:
    """How often each reason stands, in the order of the rules: `1 score_type, 2 assay`."""
    counts = Counter(reasons)
    return "rejected: " + ", ".join(f"{counts[word]} {word}" for word in REASONS if word in counts)
