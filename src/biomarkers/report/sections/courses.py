"""The course of each patient: best change and every visit of the lesions, time on treatment with its events."""

from __future__ import annotations

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import wording
from biomarkers.report.blocks import Block, Paragraph
from biomarkers.report.figures.lesions import spider, waterfall
from biomarkers.report.figures.style import UNKNOWN, Figure, finished
from biomarkers.report.figures.swimmer import swimmer
from biomarkers.report.given import Tables
from biomarkers.report.sections.markers import left_out
from biomarkers.stats.times import DAYS_PER_MONTH

MOST = 160
"""Patients of whom a figure shows each; of more it shows every second, third, ..., so that its shape stays."""
UNTIL = "up to the first progression, before a new therapy and the data cutoff"
CUT = "Bars and lines are cut at +100%."


def courses(given: Tables) -> list[Block]:
    """Waterfall and spider where there are measured lesions, and the swimmer plot."""
    found = [*lesions(given), *swimmers(given)]
    return found or [Paragraph("Neither dates nor lesions of the patients were given.", "absent")]


def lesions(given: Tables) -> list[Block]:
    """The two figures of the measured lesions; none without a visit at which the sum is known."""
    if given.visits is None:
        return []
    visits = until_progression(given.visits[given.visits["patient"].isin(given.cohort["patient"])])
    if "for_response" in visits:  # A sum that shrank under the next therapy is no change under this one.
        visits = visits[visits["for_response"].ne(0)]
    visits = visits[visits["change_percent"].notna()]
    if visits.empty:
        return []
    best = visits.groupby("patient", sort=False)["change_percent"].min().rename("change").reset_index()
    best["response"] = best["patient"].map(_responses(given)).fillna(UNKNOWN)
    return [
        _waterfall(given, best),
        _spider(given, visits.drop(columns="response").merge(best[["patient", "response"]], on="patient")),
    ]


def until_progression(visits: pd.DataFrame) -> pd.DataFrame:
    """The visits of each patient up to and including the first with PD (docs/methods.md, 3.2), in order of days."""
    visits = visits.sort_values(["patient", "day"], kind="stable")
    is_pd = visits["response"].eq("PD").astype(int)
    earlier = is_pd.groupby(visits["patient"]).cumsum() - is_pd
    return visits[earlier.eq(0)]


def _waterfall(given: Tables, best: pd.DataFrame) -> Figure:
    tracks = {}
    for marker in ("tmb_per_mb", "pdl1"):
        span = given.values(marker)
        if span.notna().all(axis=1).any():
            values = pd.Series(span.mean(axis=1).to_numpy(), index=given.cohort["patient"])
            best[marker], tracks[marker] = best["patient"].map(values), wording.short_label(marker)
    shown = thinned(best.sort_values("change", ascending=False, kind="stable"))
    n, shrunk, grown = len(best), int(best["change"].le(-30).sum()), int(best["change"].ge(20).sum())
    alt = f"Best change of the target lesions of {count(n, 'patient')}: {shrunk} shrank by 30% or more, "
    alt += f"{grown} grew by 20%"
    confirmed = "confirmed_best_response" in given.cohort
    parts = [
        f"n = {n}; {shrunk} with a decrease of at least 30%, {grown} with an increase of at least 20% as the best.",
        left_out(len(given.cohort), n, 0, "", "a measured sum after baseline"),
        f"Best change of the sum of target diameters from baseline, {UNTIL}. {CUT}",
        f"Colours: {'confirmed ' if confirmed else ''}best response. Cells left empty are not known."
        if tracks
        else f"Colours: {'confirmed ' if confirmed else ''}best response.",
        thinning(n, len(shown)),
    ]
    logs = frozenset(marker for marker in tracks if given.on_log_scale(marker))
    spec = finished(waterfall(shown, tracks, logs=logs), alt)
    return Figure("waterfall", "Best change of the target lesions", " ".join(filter(None, parts)), alt, spec)


def _spider(given: Tables, visits: pd.DataFrame) -> Figure:
    points = visits.rename(columns={"change_percent": "change"})
    points = points.assign(months=points["day"].astype("float64") / DAYS_PER_MONTH)
    columns = ["patient", "months", "change", "response"]
    start = points.drop_duplicates("patient").assign(months=0.0, change=0.0)
    names = thinned(points[["patient"]].drop_duplicates())["patient"]
    data = pd.concat([start, points])[columns].sort_values(["patient", "months"], kind="stable")
    n = data["patient"].nunique()
    alt = f"Change of the target lesions of {count(n, 'patient')} at {count(len(points), 'visit')}"
    parts = [
        f"n = {n} with {count(len(points), 'visit')} {UNTIL}.",
        left_out(len(given.cohort), n, 0, "", "a measured sum after baseline"),
        f"Change of the sum of target diameters from baseline. {CUT}",
        thinning(n, len(names)),
    ]
    spec = finished(spider(data[data["patient"].isin(names)]), alt)
    return Figure("spider", "Target lesions over time", " ".join(filter(None, parts)), alt, spec)


def swimmers(given: Tables) -> list[Block]:
    """A lane a patient with a known PFS; its bar is the treatment where last doses are known, else the PFS."""
    cohort = given.cohort
    if not {"pfs_months", "pfs_event", "best_response"} <= set(cohort):
        return []
    rows = cohort[cohort["pfs_months"].notna() & cohort["pfs_event"].notna()].set_index("patient")
    if rows.empty:
        return []
    treated = from_start(given, "last_dose", "last_dose_day").reindex(rows.index)
    by_treatment = bool(treated.notna().any())
    bar = treated if by_treatment else rows["pfs_months"]
    followed = rows["os_months"] if "os_months" in rows else pd.Series(float("nan"), rows.index)
    lanes = pd.DataFrame({"response": _responses(given).reindex(rows.index), "bar": bar, "followed": followed})
    happened = events(given, rows, ends=treated if by_treatment else None)
    going_on = happened[happened["what"].eq("Treatment ongoing")].set_index("patient")["time"]
    lanes["bar"] = lanes["bar"].fillna(going_on)
    lanes["length"] = lanes[["bar", "followed"]].max(axis=1)
    lanes = lanes.rename_axis("patient").reset_index()
    lanes = lanes.sort_values(["length", "patient"], ascending=[False, True], kind="stable").drop(columns="length")
    shown = thinned(lanes)
    what = "time on treatment" if by_treatment else "time without progression"
    counts = happened["what"].value_counts(sort=False)
    told = ", ".join(f"{name.lower()}: {counts[name]}" for name in counts.index)
    alt = f"Lanes of {count(len(rows), 'patient')}: {what}, {told}"
    going = len(going_on)
    parts = [
        f"n = {len(rows)}. {left_out(len(cohort), len(rows), 0, '', 'follow-up')}",
        f"Coloured bar: {what}, by best response; thin line: followed until death or last contact.",
        f"Arrow: on treatment when last seen ({going}: the sheet has no last dose, no death and no new therapy)."
        if going
        else "",
        f"Marks: {told}." if told else "",
        thinning(len(rows), len(shown)),
    ]
    spec = finished(swimmer(shown, happened, bar=f"Months: {what}"), alt)
    title = f"Swimmer plot: each patient's {what}"
    return [Figure("time_on_study", title, " ".join(filter(None, parts)), alt, spec)]


def events(given: Tables, rows: pd.DataFrame, *, ends: pd.Series | None) -> pd.DataFrame:
    """`patient what time` of what the tables say; times in months. rows: of the cohort, by patient.

    ends: months to the last dose; None where the treatment is not drawn. Without a time to progression, a PFS event
    that is no death is one.
    """
    empty = pd.Series(float("nan"), rows.index)

    def column(name: str) -> pd.Series:
        return rows[name].astype("float64") if name in rows else empty

    died = column("os_months").where(column("os_event").eq(1))
    progressed = column("ttp_months").where(column("ttp_event").eq(1))
    if "ttp_months" not in rows:
        progressed = column("pfs_months").where(column("pfs_event").eq(1) & column("pfs_months").ne(died))
    other = from_start(given, "new_therapy_date", "new_therapy_day").reindex(rows.index)
    found = {"First response": column("ttr_months"), "Progression": progressed, "New therapy": other, "Death": died}
    if ends is not None:
        on = ends.isna() & died.isna() & other.isna() & column("os_months").notna()
        found["Treatment ongoing"] = column("os_months").where(on)
    parts = [pd.DataFrame({"patient": rows.index, "what": what, "time": time}) for what, time in found.items()]
    return pd.concat(parts, ignore_index=True).dropna(subset=["time"])


def from_start(given: Tables, date: str, day: str) -> pd.Series:
    """Months from the first dose to a day of the sheet, by patient, both days counted (docs/methods.md, 4.1).

    A day after the data cutoff, at which the times of the endpoints end, is not known.
    """
    if given.patients is None:
        return pd.Series(dtype="float64")
    columns = ["patient", "treatment_start", "start_day", date, day]
    sheet = given.patients.reindex(columns=columns).set_index("patient")
    dates = pd.to_datetime(sheet[date])
    if cutoff := (given.settings.get("endpoints") or {}).get("data_cutoff"):
        dates = dates.where(dates <= pd.Timestamp(cutoff))
    by_date = (dates - pd.to_datetime(sheet["treatment_start"])).dt.days + 1
    by_day = sheet[day].astype("float64") - sheet["start_day"].astype("float64") + 1
    months: pd.Series = by_date.astype("float64").fillna(by_day) / DAYS_PER_MONTH
    return months.where(months > 0)


def thinned(rows: pd.DataFrame) -> pd.DataFrame:
    """Of more than `MOST` rows every second, third, ...: at most so many, in their order."""
    return rows.iloc[:: -(-len(rows) // MOST) or 1]


def thinning(all_of: int, shown: int) -> str:
    """Says that not all are drawn; empty when they are."""
    if all_of == shown:
        return ""
    return f"{shown} of the {all_of} patients are drawn, evenly over their order; the search finds every patient."


def _responses(given: Tables) -> pd.Series:
    """The best response of each patient, the confirmed one where the cohort has it."""
    cohort = given.cohort.set_index("patient")
    names = [name for name in ("confirmed_best_response", "best_response") if name in cohort]
    empty = pd.Series(None, index=cohort.index, dtype="object")
    found: pd.Series = cohort[names[0]] if names else empty
    return found.fillna(cohort[names[-1]]) if names else found
