"""The table of words of adverse events says one thing of each word."""

from __future__ import annotations

from collections import defaultdict

import pytest

from biomarkers.clinical import event_words
from biomarkers.io import schemas
from biomarkers.io.cells import MISSING_WORDS
from biomarkers.io.files import packaged_toml


@pytest.mark.parametrize("column", event_words.QUESTIONS)
def test_no_word_answers_twice(column: str) -> None:
    entry = packaged_toml(event_words.WORDS)[column]
    said = defaultdict(set)
    for kind in ("yes", "no", "untold"):
        for word in event_words._filled(entry[kind], entry.get("drug", ())):
            said[event_words.plain(word)].add(kind)
    assert {word: kinds for word, kinds in said.items() if len(kinds) > 1} == {}


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("DRUG WITHDRAWN", "yes"),
        ("DOSE NOT CHANGED", "no"),
        ("DOSE REDUCED", "no"),
        ("DOSE RATE REDUCED", "no"),
        ("DOSE INCREASED", "no"),
        ("DRUG INTERRUPTED", "no"),
        ("NOT APPLICABLE", "untold"),
        ("UNKNOWN", "untold"),
        ("NOT EVALUABLE", "untold"),
        ("withdrawn from", "unknown"),
        ("off", "unknown"),
        (";", "unknown"),
    ],
)
def test_the_codelist_of_actions(word: str, answer: str) -> None:
    """CDISC codelist C66767."""
    assert event_words.verdict("action", word) == answer


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("Permanently discontinued", "yes"),
        ("treatment permanently discontinued", "yes"),
        ("not withdrawn", "no"),
        ("temporarily held", "no"),
        ("reduced", "no"),
        ("off", "unknown"),  # of what?
        ("off treatment", "yes"),
    ],
)
def test_an_action_without_a_word_for_the_drug(word: str, answer: str) -> None:
    assert event_words.verdict("action", word) == answer


@pytest.mark.parametrize("column", event_words.QUESTIONS)
def test_no_word_for_missing_takes_an_answer(column: str) -> None:
    """What answers the column's question is no missing cell, unless the column says that it keeps the word."""
    kept = {event_words.plain(word) for word in schemas.load("adverse_events")["properties"][column].get("x-known", [])}
    words = {event_words.plain(word) for word in MISSING_WORDS}
    answered = {word for word in words if event_words.verdict(column, word) in ("yes", "no")}
    assert answered <= kept


@pytest.mark.parametrize("text", ["-1", "- 1", "\u22121", "<1", "\u22651", ">0", "\u00b9", "\u2460"])
@pytest.mark.parametrize("column", ["related", "serious", "immune_related"])
def test_a_code_for_missing_a_bound_and_a_footnote_are_not_yes(column: str, text: str) -> None:
    assert event_words.verdict(column, "1") == event_words.verdict(column, "\uff11") == "yes"
    assert event_words.verdict(column, text) == "unknown"


@pytest.mark.parametrize("text", ["\u00b3", "3\u00b9", "\u2462", "-3", "<3"])
def test_a_footnote_is_no_grade(text: str) -> None:
    assert event_words.grade("\uff13") == 3
    with pytest.raises(ValueError, match="a CTCAE grade"):
        event_words.grade(text)


@pytest.mark.parametrize("text", ["5%", "5 %", "3\uff05", "(3%)"])
def test_a_share_is_no_grade_and_no_answer(text: str) -> None:
    assert event_words.verdict("serious", text.replace("5", "1").replace("3", "1")) == "unknown"
    with pytest.raises(ValueError, match="a CTCAE grade"):
        event_words.grade(text)
