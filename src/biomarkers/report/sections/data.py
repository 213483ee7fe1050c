"""Which data each patient has, as the tables say it (docs/methods.md, 11.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import wording
from biomarkers.report.blocks import Block, Cell, Column, Paragraph, patient_names, table
from biomarkers.report.given import Tables
from biomarkers.report.numbers import missing, text_of
from biomarkers.report.sections.characteristics import own_columns

PRESENT, CAUTION, NOT_EVALUABLE, MISSING = STATES = ("present", "caution", "not evaluable", "missing")
MEANING = (
    "● present. ◐ present with caution, of which the patient's own entry tells. ⊘ not evaluable: tried without a "
    "result. – missing: not done, or no table tells of it. Names open the patient; columns that differ can be filtered."
)


Row = Mapping[str, Any]
"""A row of the cohort by column."""


class State(NamedTuple):
    """What there is of one kind of data of one patient; short: a word beside the state; why: in full."""

    state: str
    short: str = ""
    why: str = ""


class Kind(NamedTuple):
    """A kind of data: its name, what it means, and the state of a row of the cohort."""

    title: str
    help: str
    state: Callable[[Row], State]


def at_hand(given: Tables) -> list[Block]:
    """How many patients have each kind of data; nothing where no table tells of any."""
    found, states = list(kinds(given)), given.kept("states", _states)
    of_kind = [Column("Data", lambda kind: kind.title), *(_counted(state, states) for state in STATES)]
    return [table(f"Data at hand of the {count(len(given.cohort), 'patient')}", found, of_kind)] if found else []


def data(given: Tables) -> list[Block]:
    """The matrix of patients and data."""
    found, states = list(kinds(given)), given.kept("states", _states)
    if not found:
        return []
    names = given.cohort["patient"].tolist()
    columns = [patient_names()._replace(show=lambda place: str(names[place]))]
    columns += [_of_patient(kind, states[kind.title]) for kind in found]
    caption = f"Data of each patient ({count(len(names), 'patient')})"
    return [table(caption, range(len(names)), columns), Paragraph(MEANING, "note")]


def _states(given: Tables) -> dict[str, list[State]]:
    """By the title of each kind, its state in every patient of the cohort."""
    features = set(_features(given))
    used = [name for name in given.cohort if name not in features]
    rows = [{str(name): value for name, value in row.items()} for row in given.cohort[used].to_dict("records")]
    return {kind.title: [kind.state(row) for row in rows] for kind in kinds(given)}


def _counted(state: str, states: dict[str, list[State]]) -> Column:
    def shown(kind: Kind) -> Cell:
        n = sum(one.state == state for one in states[kind.title])
        return Cell(str(n), float(n))

    return Column(state.capitalize(), shown, True)


def _of_patient(kind: Kind, states: list[State]) -> Column:
    def shown(place: int) -> Cell:
        one = states[place]
        return Cell(": ".join(filter(None, [one.state, one.short])), None, one.why)

    asked = "choice" if len({one.state for one in states}) > 1 else ""
    return Column(kind.title, shown, kind="state", asked=asked, help=kind.help)


def kinds(given: Tables) -> Iterator[Kind]:
    """The kinds of data of which the given tables tell."""
    cohort = given.cohort
    if given.patients is not None:
        yield Kind("Dates", "Start of treatment; caution: a note on the endpoints.", _dates(given.patients))
    if given.qc is not None or "sequenced" in cohort:
        yield Kind("Tumor", "Sequenced tumor, by reads or as a VCF, and its quality.", _tumor(given.qc))
    if "tumor_only" in cohort:
        yield Kind("Normal", "Matched normal of the tumor that stands for the patient.", _normal)
    if "tmb_per_mb" in cohort:
        yield Kind("TMB", "Burden; caution: status warn, a lower bound or no normal.", _burden(given.tmb))
    if given.mutations is not None:
        yield Kind("Mutations", "Variants by gene.", _mutations(given.mutations))
    if "gene_panel" in cohort:
        yield Kind("Gene panel", "Genes that were looked at.", lambda row: _plain(row["gene_panel"], show=True))
    if "pdl1" in cohort or "pdl1_status" in cohort:
        yield Kind("PD-L1", "Score by its assay; caution: flags, or an interval only.", _pdl1(given.pdl1))
    if features := _features(given):
        said = f"{count(len(features), 'column')} of the features: {', '.join(map(wording.label, features[:8]))}."
        yield Kind("Further markers", said, _several(cohort, features))
    yield from _clinical(given)


def _clinical(given: Tables) -> Iterator[Kind]:
    """Visits, lesions, response, times to events and adverse events."""
    if given.assessments is not None:
        visits = given.assessments["patient"].value_counts().to_dict()
        yield Kind("Visits", "Assessments of response.", lambda row: _number(visits.get(row["patient"], 0), "visit"))
    if given.visits is not None:
        measured = set(given.visits.loc[given.visits["change_percent"].notna(), "patient"])
        yield Kind("Lesions", "Measured target lesions.", lambda row: State(_here(row["patient"] in measured)))
    if "best_response" in given.cohort:
        yield Kind("Response", "Best response; NE is not evaluable.", _response)
    for end in given.endpoints().values():
        if end.time is not None:
            title = wording.short_label(end.name)
            yield Kind(title, f"{wording.label(end.name)}: months and event.", _timed(end.time, str(end.event)))
    if given.events is not None:
        of = given.events["patient"].value_counts().to_dict()
        help_ = "Adverse events; a treated patient without any in the sheet has none recorded."
        yield Kind("Adverse events", help_, lambda row: _events(row, of.get(row["patient"], 0)))


def _here(is_there: bool) -> str:
    return PRESENT if is_there else MISSING


def _is(value: Any, number_: int) -> bool:
    return not missing(value) and bool(value == number_)


def _plain(value: Any, *, show: bool = False) -> State:
    return State(MISSING) if missing(value) else State(PRESENT, str(value) if show else "")


def _number(n: int, what: str) -> State:
    return State(PRESENT, "", count(n, what)) if n else State(MISSING)


def _dates(patients: pd.DataFrame) -> Callable[[Row], State]:
    known = pd.Series(False, index=patients.index)
    for name in ("treatment_start", "start_day"):
        known |= patients[name].notna() if name in patients else False
    started = set(patients.loc[known, "patient"])

    def state(row: Row) -> State:
        if not missing(note := row.get("endpoint_note")):
            return State(CAUTION, "", str(note))
        return State(_here(row["patient"] in started), "", "" if row["patient"] in started else "no start of treatment")

    return state


def _tumor(qc: pd.DataFrame | None) -> Callable[[Row], State]:
    """By quality control of the tumor that stands for the patient, else by the cohort's column `sequenced`."""
    rows = {} if qc is None else {one.sample: one for one in wording.each(qc[qc["role"].ne("normal")])}
    by_verdict = {"pass": PRESENT, "warn": CAUTION, "fail": NOT_EVALUABLE}

    def state(row: Row) -> State:
        one = rows.get(row.get("tumor_sample"))
        if one is None:
            return State(_here(_is(row.get("sequenced"), 1)))
        form = "VCF" if missing(getattr(one, "total_reads", None)) else "reads"
        return State(by_verdict.get(one.status, CAUTION), form, text_of(one.reasons))

    return state


def _normal(row: Row) -> State:
    if missing(row["tumor_only"]):
        return State(MISSING)
    return State(PRESENT) if _is(row["tumor_only"], 0) else State(MISSING, "", "called without a matched normal")


def _burden(tmb: pd.DataFrame | None) -> Callable[[Row], State]:
    # Of several definitions the first one of the table, as in the cohort: it is the last to be set.
    rows = {} if tmb is None else {one.sample: one for one in wording.each(tmb.iloc[::-1])}

    def state(row: Row) -> State:
        one = rows.get(row.get("tumor_sample"))
        status = row.get("tmb_status")
        note = text_of(getattr(one, "note", None))
        if missing(row["tmb_per_mb"]):
            return State(NOT_EVALUABLE, "", note or "failed") if status == "failed" else State(MISSING)
        doubts = ["lower bound"] if _is(getattr(one, "lower_bound", None), 1) else []
        doubts += ["no matched normal"] if _is(row.get("tumor_only"), 1) else []
        if status == "warn" or doubts:
            return State(CAUTION, "", "; ".join(filter(None, [*doubts, note])))
        return State(PRESENT, "", note)

    return state


def _mutations(mutations: pd.DataFrame) -> Callable[[Row], State]:
    of = mutations["patient"].value_counts().to_dict()

    def state(row: Row) -> State:
        if row.get("tmb_status") == "failed":
            return State(NOT_EVALUABLE, "", "sample failed")
        n = int(of.get(row["patient"], 0))
        if n or _is(row.get("sequenced"), 1):
            return State(PRESENT, "", count(n, "variant"))
        return State(MISSING)

    return state


def _pdl1(pdl1: pd.DataFrame | None) -> Callable[[Row], State]:
    rows = {} if pdl1 is None else {one.patient: one for one in wording.each(pdl1)}

    def state(row: Row) -> State:
        one = rows.get(row["patient"])
        assay = text_of(getattr(one, "assay", None))
        low = row.get("pdl1_low")
        value = row.get("pdl1")
        if missing(value) and missing(low):
            if row.get("pdl1_status") == "not_evaluable":
                return State(NOT_EVALUABLE, assay, text_of(getattr(one, "note", None)))
            return State(MISSING, "", "not tested" if row.get("pdl1_status") == "not_tested" else "")
        doubts = [text_of(getattr(one, name, None)).replace("_", " ") for name in ("flags", "note")]
        at = getattr(one, "discordant_at", None)
        doubts += [] if missing(at) else [f"specimens differ at {at}"]
        doubts += ["known as an interval only"] if missing(value) else []
        said = "; ".join(filter(None, doubts))
        return State(CAUTION if said else PRESENT, assay, said)

    return state


def _features(given: Tables) -> list[str]:
    """Columns of the cohort that neither a stage nor the patients sheet made; none where that sheet was not given."""
    if given.patients is None:
        return []
    others = own_columns(given.cohort, given.results)
    return [name for name in others if name not in given.patients]


def _several(cohort: pd.DataFrame, names: list[str]) -> Callable[[Row], State]:
    known = dict(zip(cohort["patient"], cohort[names].notna().sum(axis=1), strict=True))

    def state(row: Row) -> State:
        n = int(known[row["patient"]])
        return State(CAUTION, "", f"{n} of {len(names)}") if 0 < n < len(names) else State(_here(n > 0))

    return state


def _response(row: Row) -> State:
    best = row["best_response"]
    if missing(best) or best == "MISSING":
        return State(MISSING)
    return State(NOT_EVALUABLE, "", "NE") if best == "NE" else State(PRESENT, "", str(best))


def _timed(time: str, event: str) -> Callable[[Row], State]:
    def state(row: Row) -> State:
        known = not missing(row[time]) and not missing(row[event])
        return State(_here(known))

    return state


def _events(row: Row, n: int) -> State:
    if n:
        return State(PRESENT, "", count(n, "event"))
    if not _is(row.get("treated", 1), 1):
        return State(MISSING, "", "not treated")
    return State(PRESENT, "none recorded")
