"""Headings and words of cBioPortal's clinical files."""

from __future__ import annotations

import pytest

from biomarkers.clinical.imports import cbioportal_words as words
from biomarkers.clinical.imports.cbioportal_words import Time


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["VITAL_STATUS", "OS_STATUS", "OS_MONTHS"], [Time("os", "OS_MONTHS", "months", "OS_STATUS")]),
        (["VITAL_STATUS", "OS_MONTHS"], [Time("os", "OS_MONTHS", "months", "VITAL_STATUS")]),
        (["OS_DAYS", "OS_MONTHS", "OS_STATUS"], [Time("os", "OS_MONTHS", "months", "OS_STATUS")]),
        (["OS_DAYS", "OS_STATUS"], [Time("os", "OS_DAYS", "days", "OS_STATUS")]),
        (
            ["MONTHS_OF_DISEASE_SPECIFIC_SURVIVAL", "DISEASE_SPECIFIC_SURVIVAL_STATUS"],
            [Time("dss", "MONTHS_OF_DISEASE_SPECIFIC_SURVIVAL", "months", "DISEASE_SPECIFIC_SURVIVAL_STATUS")],
        ),
        (["DFS_MONTHS", "PFS_STATUS"], []),  # a time of one endpoint, the status of another
        (["OS_MONTHS"], []),
        (["X_MONTHS", "X_STATUS"], [Time("x", "X_MONTHS", "months", "X_STATUS")]),
    ],
)
def test_a_time_and_a_status_of_one_prefix_are_an_endpoint(headings: list[str], expected: list[Time]) -> None:
    assert words.times(headings) == expected


@pytest.mark.parametrize(
    ("word", "event"),
    [
        ("1:DECEASED", "1"),
        ("0:LIVING", "0"),
        ("0 : ALIVE OR DEAD TUMOR FREE", "0"),
        ("1:DEAD WITH TUMOR", "1"),
        ("1:Recurred/Progressed", "1"),
        ("1:whatever", "1"),
        ("0:whatever", "0"),
        ("DECEASED", "1"),
        ("Not Progressed", "0"),
        ("1", "1"),
        ("0", "0"),
        ("1:LIVING", None),
        ("0:DECEASED", None),
        ("2:DECEASED", None),
        ("lost", None),
        ("2", None),
        ("yes", None),
    ],
)
def test_an_event_is_what_code_and_word_say_together(word: str, event: str | None) -> None:
    assert words.events([word]).get(word) == event


def test_words_for_missing_are_no_events() -> None:
    assert words.events(["[Not Available]", "NA", "", "unknown"]) == {}


@pytest.mark.parametrize(
    ("cells", "is_one"),
    [
        (["CR", "PD", "NE"], True),
        (["Partial Response", "Stable Disease"], True),
        (["PD", "X"], True),  # half of the words; X is named and missing
        (["POD", "SD", "x", "y", "z"], False),
        (["R", "NR"], False),
        (["YES", "NO"], False),
        (["Primary", "Metastasis"], False),
        (["NA", ""], False),
    ],
)
def test_a_column_is_a_response_by_its_words(cells: list[str], is_one: bool) -> None:
    assert words.is_response(cells) == is_one


def test_benefit_in_words_and_codes() -> None:
    assert words.benefits(["DCB", "NDB", "NR", "Durable Clinical Benefit", "No Durable Benefit", "YES", "0"]) == {
        "DCB": "1",
        "NDB": "0",
        "Durable Clinical Benefit": "1",
        "No Durable Benefit": "0",
        "YES": "1",
        "0": "0",
    }


@pytest.mark.parametrize(
    ("heading", "display", "score"),
    [
        ("PDL1_TPS", "", ("TPS", None)),
        ("PD_L1_CPS_28_8", "", ("CPS", "28-8")),
        ("PDL1_SCORE", "PD-L1 IC (SP142)", ("IC", "SP142")),
        ("PDL1_TPS_CPS", "", None),  # which of both?
        ("PDL1_EXP", "PD-L1 expression (Percentage)", None),
        ("TPS", "", None),
        ("TOPICS_PDL1X", "", None),
    ],
)
def test_a_score_type_is_stated_or_none(heading: str, display: str, score: tuple[str, str | None] | None) -> None:
    assert words.score_of(heading, display) == score
