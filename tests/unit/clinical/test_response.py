"""Best response by visit: the golden cases of design/methods.md, one case per rule, properties."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biomarkers.clinical import response as derived
from biomarkers.clinical.response import WORST_LAST, BestResponse, Visit, confirmed_on, up_to_progression
from biomarkers.settings import Endpoints

# Start; visits; confirmed best response. Source: admiralonco's unit test of derive_param_confirmed_bor, as listed in
# design/methods.md section 3 (window 28, confirmation 28).
GOLDEN = [
    ("2020-01-01", "PR 2020-01-01, CR 2020-02-01, NE 2020-02-16, CR 2020-03-01, SD 2020-04-01", "CR"),
    ("2019-12-12", "SD 2020-01-01, PR 2020-02-01, SD 2020-03-01, CR 2020-03-13", "SD"),
    ("2019-11-11", "CR 2019-11-12, CR 2019-12-02, SD 2020-01-01", "SD"),
    ("2019-12-30", "PR 2020-01-01, SD 2020-03-01, SD 2020-04-01, PR 2020-05-01", "SD"),
    ("2020-01-01", "PR 2020-01-01, SD 2020-01-10, PR 2020-01-20, NON-CR/NON-PD 2020-05-15", "NON-CR/NON-PD"),
    ("2020-02-02", "PR 2020-02-06, CR 2020-02-16, PR 2020-03-30", "SD"),
    ("2020-02-02", "PR 2020-02-06, CR 2020-02-16, NE 2020-04-01", "NE"),
    ("2020-02-01", "", "MISSING"),
    ("2020-02-02", "PD 2020-02-16, SD 2020-03-06", "PD"),
]


def visits_of(text: str) -> list[Visit]:
    """`"28 PR, 60 CR"` as visits."""
    words = [entry.split() for entry in text.split(",") if entry.strip()]
    return [Visit(int(day), response) for day, response in words]


def best_response(visits: list[Visit], *, confirmed: bool, **settings: Any) -> BestResponse:
    return derived.best_response(visits, Endpoints(**settings), confirmed=confirmed)


def first_response(visits: list[Visit], *, confirmed: bool, **settings: Any) -> int | None:
    found = derived.first_response(visits, Endpoints(confirmed=confirmed, **settings))
    return None if found is None else found.day


def best(text: str, *, confirmed: bool, **settings: int) -> str:
    return best_response(up_to_progression(visits_of(text)), confirmed=confirmed, **settings).response


@pytest.mark.parametrize(("start", "text", "expected"), GOLDEN)
def test_golden_cases_of_admiralonco(start: str, text: str, expected: str) -> None:
    visits = []
    for entry in filter(None, text.split(", ")):
        response, day = entry.split()
        visits.append(Visit((date.fromisoformat(day) - date.fromisoformat(start)).days, response))
    counted = up_to_progression(visits)
    found = best_response(counted, confirmed=True, minimum_sd_days=28, confirmation_days=28)
    assert found.response == expected


def test_the_day_of_confirmation() -> None:
    """The first visit late enough; none where responses need no confirmation."""
    visits = visits_of("20 PR, 30 PR, 60 PR, 100 CR")
    assert derived.first_response(visits, Endpoints()) == (20, 60)
    assert derived.first_response(visits, Endpoints(confirmed=False)) == (20, None)
    assert derived.first_response(visits, Endpoints(confirmation_days=70)) == (20, 100)


@pytest.mark.parametrize(
    ("text", "unconfirmed", "confirmed"),
    [
        ("42 SD", "SD", "SD"),
        ("41 SD", "NE", "NE"),
        ("42 NON-CR/NON-PD", "NON-CR/NON-PD", "NON-CR/NON-PD"),
        ("41 NON-CR/NON-PD", "NE", "NE"),
        ("41 SD, 60 PD", "PD", "PD"),
        ("42 SD, 60 PD", "SD", "SD"),
        ("10 PR", "PR", "NE"),
        ("10 PR, 20 PD", "PR", "PD"),
        ("42 PR, 50 PD", "PR", "SD"),
        ("42 CR", "CR", "SD"),
        ("10 PR, 38 PR", "PR", "PR"),
        ("10 PR, 37 PR", "PR", "NE"),
        ("10 CR, 38 CR", "CR", "CR"),
        ("10 CR, 37 CR", "CR", "NE"),
        ("10 PR, 38 CR", "CR", "PR"),
        ("10 CR, 20 CR, 38 CR", "CR", "CR"),
        ("10 PR, 20 NE, 38 PR", "PR", "PR"),
        ("10 PR, 20 NE, 30 NE, 38 PR", "PR", "NE"),
        ("10 CR, 20 NE, 30 NE, 38 CR", "CR", "NE"),
        ("10 CR, 38 PR", "CR", "NE"),
        ("10 CR, 20 PR, 38 CR", "CR", "NE"),
        ("10 PR, 20 CR, 30 PR, 38 CR", "CR", "NE"),
        ("10 PR, 20 SD, 38 PR", "PR", "NE"),
        ("10 PR, 20 NON-CR/NON-PD, 38 PR", "PR", "NE"),
        ("45 SD, 80 NON-CR/NON-PD", "SD", "SD"),
        ("10 NE", "NE", "NE"),
        ("10 NE, 20 PD", "PD", "PD"),
        ("", "MISSING", "MISSING"),
    ],
)
def test_each_rule_at_its_boundary(text: str, unconfirmed: str, confirmed: str) -> None:
    assert best(text, confirmed=False) == unconfirmed
    assert best(text, confirmed=True) == confirmed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 PR, 20 SD, 38 PR", "PR"),
        ("10 PR, 20 SD, 38 CR", "PR"),
        ("10 PR, 20 SD, 30 SD, 38 PR", "NE"),
        ("10 CR, 20 SD, 38 CR", "NE"),
        ("10 PR, 15 CR, 20 SD, 38 CR", "NE"),
    ],
)
def test_one_stable_visit_may_stand_between_when_asked(text: str, expected: str) -> None:
    visits = up_to_progression(visits_of(text))
    assert best_response(visits, confirmed=True, allow_pr_sd_pr=True).response == expected


def test_the_settings_are_used() -> None:
    assert best("30 SD", confirmed=True, minimum_sd_days=30) == "SD"
    assert best("10 PR, 52 PR", confirmed=True, confirmation_days=42) == "PR"
    assert best("10 PR, 51 PR", confirmed=True, confirmation_days=42) == "SD"


def test_worst_of_a_day_counts_and_progression_ends_the_visits() -> None:
    visits = visits_of("-1 CR, 60 PD, 30 PR, 30 SD, 45 NE, 45 CR, 90 CR")
    assert up_to_progression(visits) == visits_of("30 SD, 45 CR, 60 PD")


def test_an_assessment_on_the_day_of_the_first_dose_counts() -> None:
    assert up_to_progression(visits_of("-1 SD, 0 PR")) == visits_of("0 PR")


def test_date_of_the_best_response_is_the_first_day_it_was_met() -> None:
    visits = visits_of("20 SD, 44 SD, 60 PR, 90 CR, 120 CR")
    assert best_response(visits, confirmed=False) == BestResponse("CR", 90)
    assert best_response(visits[:2], confirmed=False) == BestResponse("SD", 44)
    assert best_response([], confirmed=False) == BestResponse("MISSING", None)


def test_first_response_is_the_first_that_was_confirmed() -> None:
    visits = visits_of("20 PR, 40 SD, 60 PR, 95 CR")
    assert first_response(visits, confirmed=False) == 20
    assert first_response(visits, confirmed=True) == 60
    assert first_response(visits, confirmed=True, allow_pr_sd_pr=True) == 20
    assert first_response(visits, confirmed=True, confirmation_days=36) is None
    assert confirmed_on(visits, 3, Endpoints()) is None


several_visits = st.lists(st.builds(Visit, st.integers(-20, 400), st.sampled_from(WORST_LAST)), max_size=8)


@given(several_visits, st.randoms(), st.booleans())
def test_order_of_the_rows_does_not_matter(visits: list[Visit], random: object, confirmed: bool) -> None:
    shuffled = list(visits)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    both = [best_response(up_to_progression(v), confirmed=confirmed) for v in (visits, shuffled)]
    assert both[0] == both[1]


@given(several_visits, st.sampled_from(WORST_LAST), st.integers(1, 500), st.booleans())
def test_nothing_after_progression_matters(visits: list[Visit], response: str, later: int, confirmed: bool) -> None:
    ended = [*visits, Visit(401, "PD")]
    more = [*ended, Visit(401 + later, response)]
    found = [best_response(up_to_progression(v), confirmed=confirmed) for v in (ended, more)]
    assert found[0] == found[1]


@given(several_visits)
def test_confirmation_never_improves_a_response_and_agrees_with_the_first_response(visits: list[Visit]) -> None:
    counted = up_to_progression(visits)
    unconfirmed, confirmed = (best_response(counted, confirmed=c).response for c in (False, True))
    assert unconfirmed == confirmed or unconfirmed in ("CR", "PR")
    for is_responder, flag in ((unconfirmed in ("CR", "PR"), False), (confirmed in ("CR", "PR"), True)):
        assert (first_response(counted, confirmed=flag) is not None) == is_responder
