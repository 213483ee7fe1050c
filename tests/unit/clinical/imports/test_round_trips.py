"""Random sheets, written as somebody else would by the inverse of a random mapping, come back as they were."""

from __future__ import annotations

import datetime
import math

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from biomarkers.clinical.imports import grammar, sheets, sources
from biomarkers.errors import Problems
from biomarkers.io import spellings, yamls

RESPONSES = ["CR", "PR", "SD", "PD", "NE", ""]
FORMATS = {"DD.MM.YYYY": "%d.%m.%Y", "MM/DD/YYYY": "%m/%d/%Y", "YYYYMMDD": "%Y%m%d", "DDMONYYYY": "%d%b%Y"}
PER_MONTH = {"days": 30.4375, "weeks": 30.4375 / 7, "months": 1.0, "years": 1 / 12}
"""Oracle: how many of a unit make a month of 30.4375 days."""

words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=8)
patients = st.lists(
    st.tuples(
        st.dates(datetime.date(1970, 1, 1), datetime.date(2060, 1, 1)) | st.none(),
        st.sampled_from(RESPONSES),
        st.floats(0.01, 400) | st.none(),
        st.sampled_from([0, 1]),
    ),
    min_size=1,
    max_size=12,
)


def louder(word: str) -> str:
    """The word in large letters, where that is the same word."""
    return word.upper() if word.upper().casefold() == word.casefold() else word


@st.composite
def vocabularies(draw: st.DrawFn) -> dict[str, str]:
    """A foreign word for each response and for both events; no two are alike without case and blanks."""
    found = draw(st.lists(words, min_size=7, max_size=7, unique_by=lambda word: " ".join(word.split()).casefold()))
    found = [f"x{word.strip()}" for word in found]
    return dict(zip([*RESPONSES[:-1], "0", "1"], found, strict=True))


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=patients,
    words=vocabularies(),
    format=st.sampled_from(sorted(FORMATS)),
    unit=st.sampled_from(sorted(PER_MONTH)),
    turned=st.booleans(),
    comma=st.booleans(),
    separator=st.sampled_from(["\t", ";", "|"]),
)
def test_sheets_come_back(tmp_path, people, words, format, unit, turned, comma, separator):
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if separator in text or '"' in text else text

    def day(date: datetime.date | None) -> str:
        return "n/a" if date is None else date.strftime(FORMATS[format]).upper()

    def time(months: float | None) -> str:
        text = "" if months is None else repr(months * PER_MONTH[unit])
        return text.replace(".", ",") if comma else text

    def event(months: float | None, happened: int) -> str:
        if months is None:
            return "unknown"
        return str(1 - happened) if turned else cell(words[str(happened)])

    # Commas before three digits in every cell may set thousands apart: those are left missing and named.
    times = [time(months) for _, _, months, _ in people if months is not None]
    assume(not comma or not times or not all(spellings.THOUSANDS.fullmatch(text) for text in times))
    lines = [separator.join(["ID", "Start day", "Best", "Time", "End"])]
    for number, (start, response, months, happened) in enumerate(people):
        best = cell(louder(words[response])) if response else "-"
        lines.append(separator.join([f"P{number}", day(start), best, time(months), event(months, happened)]))
    (tmp_path / "t.txt").write_text("\n".join(lines) + "\n")
    spelt = {words[response]: response for response in RESPONSES[:-1]}
    end = {"cnsr": True} if turned else {"values": {words["0"]: 0, words["1"]: 1}}
    columns = {
        "patient": "ID",
        "treatment_start": {"from": "Start day", "date_format": format},
        "best_response": {"from": "Best", "values": {word: meaning for word, meaning in spelt.items()}},
        "pfs_months": {"from": "Time", "unit": unit},
        "pfs_event": {"from": "End", **end},
    }
    text = yamls.dumped({"patients": {"file": "t.txt", "columns": columns}})
    (tmp_path / "m.yaml").write_text(text)
    problems = Problems()
    made = sheets.make(grammar.load(tmp_path / "m.yaml"), sources.reader(tmp_path), problems)
    assert [str(found) for found in problems.found] == []
    for row, (start, response, months, happened) in zip(made["patients"].rows, people, strict=True):
        assert row.cells.get("treatment_start", "") == ("" if start is None else start.isoformat())
        assert row.cells.get("best_response", "") == response
        if months is None:
            assert not {"pfs_months", "pfs_event"} & row.cells.keys()
        else:
            assert math.isclose(float(row.cells["pfs_months"]), months, rel_tol=1e-12)
            assert row.cells["pfs_event"] == str(happened)
    assert not [told for told in made["patients"].told if told.status == "unmapped"]
