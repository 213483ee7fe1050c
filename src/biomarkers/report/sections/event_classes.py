"""Adverse events by class (SOC): any grade against grade 3 and above, and related against not related."""

from __future__ import annotations

from typing import Any

import pandas as pd

from biomarkers.io import schemas
from biomarkers.report import wording
from biomarkers.report.blocks import Block, Choice, Paragraph
from biomarkers.report.figures.style import GRADES, RULE, Figure, finished
from biomarkers.report.figures.tornado import Sides, tornado
from biomarkers.report.numbers import number, percent

NOT_KNOWN = "Grade not known"
OF_GRADE = {**{f"grade_{grade}": f"Grade {grade}" for grade in range(1, 6)}, "grade_unknown": NOT_KNOWN}
"""Parts of the bars by grade: column of the table and name."""
SEVERE = ["grade_3", "grade_4", "grade_5"]
RELATED, NOT_RELATED, UNKNOWN = "Related", "Not related", "Not known"
LEFT, RIGHT = -1, 1


def event_classes(events: pd.DataFrame) -> list[Block]:
    """Both figures, of which the reader chooses; where no event has a class, that is said and nothing is drawn.

    events: as the table of adverse events has them.
    """
    rows = events[events["level"].eq("class") & events["category"].isin(["any", "related"])]
    no_class = schemas.load("adverse_events_summary")["properties"]["soc"]["x-absent"]
    counted = rows[rows["n"].gt(0)].dropna(subset=["soc", "patients", *OF_GRADE])
    if counted["soc"].eq(no_class).all():
        why = "No event has a system organ class (column soc of the sheet)"
        if counted.empty:
            why = "The table of adverse events has no class with its patients by grade"
        return [Paragraph(f"{why}, so there is no figure by class.", "absent")]
    by_class = counted[counted["category"].eq("any")].sort_values("patients", ascending=False, kind="stable")
    options: list[tuple[str, list[Block]]] = [("Grade 3 and above", [_by_grade(by_class)])]
    if (related := _by_relation(events, by_class)) is not None:
        options.append(("Related", [related]))
    return [Choice("What the classes are compared by", options)]


def _by_grade(rows: pd.DataFrame) -> Figure:
    bars = [
        (row.soc, side, OF_GRADE[column], int(getattr(row, column)), getattr(row, column) / row.n)
        for row in wording.each(rows)
        for side, columns in ((LEFT, list(OF_GRADE)), (RIGHT, SEVERE))
        for column in columns
        if getattr(row, column)
    ]
    severe = rows[SEVERE].sum(axis=1)
    labels = pd.DataFrame({
        "label": rows["soc"],
        "left": [_of_all(k, n) for k, n in zip(rows["patients"], rows["n"], strict=True)],
        "right": [_of_all(k, n) for k, n in zip(severe, rows["n"], strict=True)],
    })  # fmt: skip
    unknown = bool(rows["grade_unknown"].gt(0).any())
    parts = [*OF_GRADE.values()] if unknown else [*OF_GRADE.values()][:-1]
    sides = Sides("Any grade", "Grade 3 and above", parts, [*GRADES, RULE][: len(parts)])
    n = number(rows["n"].max())
    caption = f"Each of {n} treated patients counts once in a class, at the highest grade; the most frequent first."
    if unknown:
        caption += " Patients none of whose events in the class has a grade stand on the left only."
    return _figure("ae_by_class", "By class: any grade, and grade 3 and above", caption, bars, labels, sides)


def _by_relation(events: pd.DataFrame, every: pd.DataFrame) -> Figure | None:
    """None where the table does not say who is related, or not of how many that is not known."""
    rows = events[events["level"].eq("class") & events["category"].eq("related")]
    if not events["category"].eq("related").any() or rows["patients_unknown"].isna().any():
        return None
    known = rows.set_index("soc")[["patients", "patients_unknown"]].reindex(every["soc"]).fillna(0).astype(int)
    bars: list[tuple[Any, ...]] = []
    texts = []
    for row, (related, unknown) in zip(wording.each(every), known.itertuples(index=False), strict=True):
        other = int(row.patients) - related - unknown
        counts = ((LEFT, RELATED, related), (RIGHT, NOT_RELATED, other), (RIGHT, UNKNOWN, unknown))
        bars += [(row.soc, side, name, count, count / row.n) for side, name, count in counts if count]
        more = f", {unknown} ?" if unknown else ""
        texts.append((row.soc, _of_all(related, row.n), _of_all(other, row.n) + more))
    labels = pd.DataFrame(texts, columns=["label", "left", "right"])
    parts = [RELATED, NOT_RELATED, *([UNKNOWN] if known["patients_unknown"].any() else [])]
    sides = Sides(RELATED, NOT_RELATED, parts, [GRADES[3], GRADES[0], RULE][: len(parts)])
    caption = (
        f"Of {number(every['n'].max())} treated patients, those with at least one related event in the class, and those"
        " none of whose events there is related."
    )
    if known["patients_unknown"].any():
        caption += " Not known (?): without one known to be related, and with one of which it is not known."
    return _figure("ae_related_by_class", "By class: related and not related", caption, bars, labels, sides)


def _figure(
    name: str, title: str, caption: str, bars: list[tuple[Any, ...]], labels: pd.DataFrame, sides: Sides
) -> Figure:
    drawn = pd.DataFrame(bars, columns=["label", "side", "part", "patients", "share"])
    told = [f"{row.label}: {row.left}; {row.right}" for row in wording.each(labels)]
    alt = f"{title}; {sides.left} first, then {sides.right}. {'. '.join(told)}."
    return Figure(name, title, caption, alt, finished(tornado(drawn, labels, sides), alt, beside=24))


def _of_all(count: float, n: float) -> str:
    """`12 (24.0%)`; no share of nobody."""
    return f"{number(count)} ({percent(count / n)})" if count else "0"
