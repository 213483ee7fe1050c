"""The section of adverse events says what its tables hold. Oracle: the rows, by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.report.blocks import Paragraph, Table
from biomarkers.report.given import Tables, read
from biomarkers.report.sections.safety import safety


@pytest.fixture
def given(tmp_path: Path) -> Tables:
    """Two years of watch of two patients; the second has a related colitis of grade 3 after a year."""
    (tmp_path / "p.tsv").write_text(
        "patient\ttreatment_start\tlast_alive_date\na\t2021-01-01\t2022-12-31\nb\t2021-01-01\t2022-12-31\nc\t\t\n"
    )
    (tmp_path / "ae.tsv").write_text(
        "patient\tterm\tsoc\tgrade\tonset\trelated\n"
        "a\tRash\tSkin\t1\t2021-01-10\tN\n"
        "b\tRash\tSkin\t2\t2021-07-01\tN\nb\tColitis\tGut\t3\t2021-12-31\tY\nb\tColitis\tGut\t1\t2021-01-31\tN\n"
    )
    (tmp_path / "c.tsv").write_text("patient\na\nb\n")
    made = {"endpoints": "e", "rates": "r", "adverse-events-summary": "s", "adverse-event-times": "t"}
    sheets = ["--patients", str(tmp_path / "p.tsv"), "--adverse-events", str(tmp_path / "ae.tsv")]
    assert run(["endpoints", *sheets, *(f"--{name}={tmp_path / file}.tsv" for name, file in made.items())]) == 0
    paths = {"cohort": "c", "adverse_events": "s", "adverse_event_times": "t"}
    return read(None, **{name: tmp_path / f"{file}.tsv" for name, file in paths.items()})


def cells(block: object) -> list[dict[str, str]]:
    assert isinstance(block, Table)
    return [{c.title: cell.text for c, cell in zip(block.columns, row, strict=True)} for row in block.rows]


def test_the_tables(given: Tables) -> None:
    text, kinds, times, share, classes, terms, related = safety(given)
    assert isinstance(text, Paragraph) and "each of the 2 treated patients" in text.text
    severe = next(row for row in cells(kinds) if row["Kind"] == "Grade 3 or higher")
    # One event in 365 days of b and 730 of a: 3.0 years at risk, four years of watch.
    assert severe["Patients"] == "1 (50.0%)" and severe["Events"] == "1"
    assert severe["Patients per 100 patient-years (95% CI)"] == "33.4 (0.845 to 186)"
    assert severe["Events per 100 patient-years (95% CI)"].startswith("25.0 (")
    skin = cells(classes)[0]
    grades = [skin[f"Grade {grade}"] for grade in ("1", "2", "3", "4", "5", "≥ 3")]
    assert (skin["Class"], skin["Any grade"], grades) == ("Skin", "2 (100%)", ["1 (50.0%)"] * 2 + ["0"] * 4)
    colitis = next(row for row in cells(terms) if row["Term"] == "Colitis")
    assert [colitis[name] for name in ("Any grade", "Grade 1", "Grade 3")] == ["1 (50.0%)", "0", "1 (50.0%)"]
    assert [row["Term"] for row in cells(related)] == ["Colitis"] and "related events only" in related.caption  # type: ignore[union-attr]
    within = [row for row in cells(share) if row["Kind"] == "Grade 3 or higher"]
    assert [(row["Estimate"], row["With an event"]) for row in within] == [("50.0%", "1")]
    curve = [row["Estimate"] for row in cells(times) if row["Kind"] == "Any"]
    assert curve == ["50.0%", "100%", "100%", "100%"]


def test_tables_of_an_older_version(given: Tables) -> None:
    old = given.adverse_events
    assert old is not None
    rates = [c for c in old if c.startswith(("incidence", "event_rate", "n_at", "years", "exposure", "grade_3_or"))]
    section = safety(Tables(given.cohort, adverse_events=old.assign(**dict.fromkeys(rates, float("nan")))))
    assert not any("ate" in column.title and "CI" in column.title for block in section[1:] for column in block.columns)  # type: ignore[union-attr]
    colitis = next(row for row in cells(section[3]) if row["Term"] == "Colitis")
    assert colitis["Grade ≥ 3"] == "1 (50.0%)"
    assert isinstance(safety(Tables(given.cohort))[0], Paragraph)


def test_a_category_without_events_has_a_rate_of_zero(given: Tables) -> None:
    fatal = next(row for row in cells(safety(given)[1]) if row["Kind"] == "Fatal")
    assert fatal["Patients"] == "0" and fatal["Patients per 100 patient-years (95% CI)"].startswith("0 (0 to ")
    assert pd.notna(given.adverse_events.iloc[0]["incidence"])  # type: ignore[union-attr]
