"""The section of adverse events says what its tables hold. Oracle: the rows, by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.report.blocks import Block, Choice, Paragraph, Table
from biomarkers.report.figures.style import Figure
from biomarkers.report.given import Tables
from biomarkers.report.reading import read
from biomarkers.report.sections.safety import safety


def made(folder: Path, patients: str, events: str) -> Tables:
    """What the page is given of these sheets by `biomarkers endpoints`."""
    (folder / "p.tsv").write_text(patients)
    (folder / "ae.tsv").write_text(events)
    (folder / "c.tsv").write_text("patient\na\nb\n")
    outputs = {"endpoints": "e", "rates": "r", "adverse-events-summary": "s", "adverse-event-times": "t"}
    sheets = ["--patients", str(folder / "p.tsv"), "--adverse-events", str(folder / "ae.tsv")]
    assert run(["endpoints", *sheets, *(f"--{name}={folder / file}.tsv" for name, file in outputs.items())]) == 0
    paths = {"cohort": "c", "adverse_events": "s", "adverse_event_times": "t"}
    return read(None, **{name: folder / f"{file}.tsv" for name, file in paths.items()})


@pytest.fixture
def given(tmp_path: Path) -> Tables:
    """Two years of watch of two patients; the second has a related colitis of grade 3 after a year."""
    return made(
        tmp_path,
        "patient\ttreatment_start\tlast_alive_date\na\t2021-01-01\t2022-12-31\nb\t2021-01-01\t2022-12-31\nc\t\t\n",
        "patient\tterm\tsoc\tgrade\tonset\trelated\n"
        "a\tRash\tSkin\t1\t2021-01-10\tN\n"
        "b\tRash\tSkin\t2\t2021-07-01\tN\nb\tColitis\tGut\t3\t2021-12-31\tY\nb\tColitis\tGut\t1\t2021-01-31\tN\n",
    )


def cells(block: object) -> list[dict[str, str]]:
    assert isinstance(block, Table)
    return [{c.title: cell.text for c, cell in zip(block.columns, row, strict=True)} for row in block.rows]


def options(block: Block) -> dict[str, list[Block]]:
    assert isinstance(block, Choice)
    return dict(block.options)


def bars(figure: object) -> set[tuple[str, int, str, int]]:
    """(class, side, part, patients) of what a figure of classes draws."""
    assert isinstance(figure, Figure)
    rows = [row for data in figure.spec["datasets"].values() for row in data if "part" in row]
    return {(row["label"], row["side"], row["part"], row["patients"]) for row in rows}


def test_the_tables(given: Tables) -> None:
    text, kinds, untold, grid, classes_by, soon = safety(given)
    times, share = (blocks[0] for blocks in options(soon).values())
    assert isinstance(text, Paragraph) and "each of the 2 treated patients" in text.text
    assert isinstance(untold, Paragraph) and "does not say which are immune-related." in untold.text
    severe = next(row for row in cells(kinds) if row["Kind"] == "Grade 3 or higher")
    # One event in 365 days of b and 730 of a: 3.0 years at risk, four years of watch.
    assert severe["Patients"] == "1 (50.0%)" and severe["Events"] == "1"
    assert severe["Patients per 100 patient-years (95% CI)"] == "33.4 (0.845 to 186)"
    assert severe["Events per 100 patient-years (95% CI)"].startswith("25.0 (")
    (terms, classes), (related, _) = options(grid)["All events"], options(grid)["Related"]
    assert list(options(grid)) == ["All events", "Related"]
    skin = cells(classes)[0]
    grades = [skin[f"Grade {grade}"] for grade in ("1", "2", "3", "4", "5", "≥ 3")]
    assert (skin["Class"], skin["Any grade"], grades) == ("Skin", "2 (100%)", ["1 (50.0%)"] * 2 + ["0"] * 4)
    colitis = next(row for row in cells(terms) if row["Term"] == "Colitis")
    assert [colitis[name] for name in ("Any grade", "Grade 1", "Grade 3")] == ["1 (50.0%)", "0", "1 (50.0%)"]
    assert [row["Term"] for row in cells(related)] == ["Colitis"] and "related only" in related.caption  # type: ignore[union-attr]
    within = [row for row in cells(share) if row["Kind"] == "Grade 3 or higher"]
    assert [(row["Estimate"], row["With an event"]) for row in within] == [("50.0%", "1")]
    curve = [row["Estimate"] for row in cells(times) if row["Kind"] == "Any"]
    assert curve == ["50.0%", "100%", "100%", "100%"]
    of_grade, of_relation = (blocks[0] for blocks in options(classes_by).values())
    skin_bars = {("Skin", -1, "Grade 1", 1), ("Skin", -1, "Grade 2", 1)}
    assert bars(of_grade) == skin_bars | {("Gut", -1, "Grade 3", 1), ("Gut", 1, "Grade 3", 1)}
    assert bars(of_relation) == {("Skin", 1, "Not related", 2), ("Gut", -1, "Related", 1)}


def test_what_is_not_known_has_a_column_and_a_part_of_its_own(tmp_path: Path) -> None:
    """a: a graded and an ungraded rash, of the second nothing is told; b: a rash without a grade, perhaps related."""
    given = made(
        tmp_path,
        "patient\ttreatment_start\na\t2021-01-01\nb\t2021-01-01\n",
        "patient\tterm\tsoc\tgrade\trelated\timmune_related\n"
        "a\tRash\tSkin\t1\tY\tN\na\tRash\tSkin\t\t\tN\nb\tRash\tSkin\t\t\tN\nb\tCough\tChest\t3\t\tN\n",
    )
    _, _, grid, classes_by, *_ = safety(given)
    rash = cells(options(grid)["All events"][0])[0]
    shown = [rash[name] for name in ("Any grade", "Grade 1", "Grade ≥ 3", "Grade not known", "May be higher")]
    assert shown == ["2 (100%)", "1 (50.0%)", "0", "1 (50.0%)", "1 (50.0%)"]
    related = {row["Term"]: (row["Any grade"], row["Relation not known"]) for row in cells(options(grid)["Related"][0])}
    assert related == {"Rash": ("1 (50.0%)", "1 (50.0%)"), "Cough": ("0", "1 (50.0%)")}
    of_grade, of_relation = (blocks[0] for blocks in options(classes_by).values())
    left = {("Skin", -1, "Grade 1", 1), ("Skin", -1, "Grade not known", 1), ("Chest", -1, "Grade 3", 1)}
    assert bars(of_grade) == left | {("Chest", 1, "Grade 3", 1)}
    unknown = {("Skin", 1, "Not known", 1), ("Chest", 1, "Not known", 1)}
    assert bars(of_relation) == unknown | {("Skin", -1, "Related", 1)}
    assert "Skin: 1 (50.0%); 0, 1 ?" in of_relation.alt  # type: ignore[union-attr]


@pytest.mark.parametrize("soc", ["", "soc\t"])
def test_without_classes_nothing_is_drawn_by_class(tmp_path: Path, soc: str) -> None:
    cell = "\t" if soc else ""
    given = made(
        tmp_path,
        "patient\ttreatment_start\na\t2021-01-01\nb\t2021-01-01\n",
        f"patient\tterm\t{soc}grade\na\tRash\t{cell}1\n",
    )
    said = [block.text for block in safety(given) if isinstance(block, Paragraph)]
    assert any("no figure by class" in text for text in said)
    assert any("does not say which are related or immune-related" in text for text in said)
    assert not any(isinstance(block, Figure) for block in safety(given))


def test_tables_of_an_older_version(given: Tables) -> None:
    old = given.adverse_events
    assert old is not None
    begin = ("incidence", "event_rate", "n_at", "years", "exposure", "grade_3_or", "patients_unknown", "grade_may")
    later = [column for column in old if column.startswith(begin)]
    section = safety(Tables(given.cohort, adverse_events=old.assign(**dict.fromkeys(later, float("nan")))))
    terms, classes = options(section[3])["All events"]
    tables = [section[1], terms, classes]
    assert not any("ate" in column.title and "CI" in column.title for block in tables for column in block.columns)  # type: ignore[union-attr]
    colitis = next(row for row in cells(terms) if row["Term"] == "Colitis")
    assert colitis["Grade ≥ 3"] == "1 (50.0%)"
    assert list(options(section[4])) == ["Grade 3 and above"]  # who is not related cannot be told
    assert isinstance(safety(Tables(given.cohort))[0], Paragraph)


def test_a_category_without_events_has_a_rate_of_zero(given: Tables) -> None:
    fatal = next(row for row in cells(safety(given)[1]) if row["Kind"] == "Fatal")
    assert fatal["Patients"] == "0" and fatal["Patients per 100 patient-years (95% CI)"].startswith("0 (0 to ")
    assert pd.notna(given.adverse_events.iloc[0]["incidence"])  # type: ignore[union-attr]
