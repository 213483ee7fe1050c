"""Who is in which group of a figure, in which colour, on which side: read from the data that the chart draws."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd
import pytest

from biomarkers.report.blocks import Paragraph, Table
from biomarkers.report.figures.style import GROUPS, OUTCOMES, Figure
from biomarkers.report.given import Tables
from biomarkers.report.sections.associations import associations, forests
from biomarkers.report.sections.markers import MOST, by_group, by_response, drawn, survival
from biomarkers.report.sections.result import picture

ROW = {
    "role": "exploratory", "endpoint": "pfs", "marker": "tmb_per_mb", "method": "logrank", "contrast": "",
    "n": 5, "n_events": 3, "n_missing": 0, "estimate": 0.25, "estimate_type": "hazard_ratio_mh", "ci_low": 0.125,
    "ci_high": 0.5, "p_value": 0.03125, "q_value": 0.0625, "note": None, "test": "t", "marker_class": "declared",
    "first": "> 9.87654321", "second": "<= 9.87654321", "cut_at": 9.87654321, "cut_side": ">",
    "per": None, "months": None, "marker_kind": None,
}  # fmt: skip
COHORT = pd.DataFrame(
    {
        "patient": ["A", "B", "C", "D", "E"],
        "responder": [1, 0, 1, 0, None],
        "tmb_per_mb": [20.0, 1.0, 30.0, 2.0, 5.0],
        "pfs_months": [1.0, 2.0, 3.0, 4.0, 5.0],
        "pfs_event": [1, 0, 1, 0, 1],
    }
)


def memberships(groups: dict[str, str], test: str = "t") -> pd.DataFrame:
    return pd.DataFrame({"test": test, "patient": list(groups), "group": list(groups.values())})


def rows(spec: dict[str, Any], *columns: str) -> list[dict[str, Any]]:
    """The data of a figure that have these columns."""
    return [row for data in spec["datasets"].values() for row in data if set(columns) <= set(row)]


def colours(part: Any) -> Iterator[dict[str, str]]:
    """The colour of each group, for every mark of a figure that has one."""
    if isinstance(part, dict):
        scale = part.get("color", {}).get("scale") if isinstance(part.get("color"), dict) else None
        if scale:
            yield dict(zip(scale["domain"], scale["range"], strict=True))
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from colours(inner)


def test_responders_are_drawn_as_responders() -> None:
    tested = ROW | {"endpoint": "response", "method": "mann_whitney", "first": "responder", "second": "non-responder"}
    with_results = Tables(COHORT, results=pd.DataFrame([tested | {"cut_at": None}]))
    for given in (with_results, Tables(COHORT)):
        (figure,) = (draw() for draw in by_response(given))
        drawn = {(row["patient"], row["middle"], row["group"]) for row in rows(figure.spec, "patient", "group")}
        assert drawn == {
            ("A", 20.0, "Responders"),
            ("B", 1.0, "Non-responders"),
            ("C", 30.0, "Responders"),
            ("D", 2.0, "Non-responders"),
        }
        boxes = {row["group"]: (row["lower"], row["median"], row["upper"]) for row in rows(figure.spec, "median")}
        assert boxes == {"Responders": (22.5, 25, 27.5), "Non-responders": (1.25, 1.5, 1.75)}
        found = list(colours(figure.spec))
        assert found and all(c == {"Responders": OUTCOMES[0], "Non-responders": OUTCOMES[1]} for c in found)
        assert "2 responders, 2 non-responders" in figure.caption and "medians 25 and 1.5" in figure.alt
        assert "1 without outcome" in figure.caption


def test_a_test_that_gave_no_p_says_so_beneath_its_figure() -> None:
    """It said `Mann-Whitney: .`, and the median of nobody was a blank."""
    test = ROW | {"endpoint": "response", "method": "mann_whitney", "cut_at": None, "doubt": "a group is empty"}
    test |= {"first": "responder", "second": "non-responder", "p_value": None, "estimate": None}
    cohort = COHORT.assign(responder=[1, None, None, None, None])
    (figure,) = (draw() for draw in by_response(Tables(cohort, results=pd.DataFrame([test]))))
    assert (
        figure.caption.endswith("Mann-Whitney: no p (a group is empty).")
        and "(1 responder, 0 non-responders)" in figure.caption
    )
    assert figure.alt.endswith("medians 20 and of nobody")


def test_no_more_figures_are_drawn_than_the_page_shows() -> None:
    """Of 1,000 patients every second curve was worked out and thrown away."""
    made: list[int] = []

    def one(n: int) -> Figure:
        made.append(n)
        return Figure(str(n), "", "", "", {})

    figures = [partial(one, n) for n in range(MOST + 3)]
    *shown, said = drawn(figures)
    assert made == list(range(MOST)) and [block.name for block in shown if isinstance(block, Figure)] == [
        *map(str, made)
    ]
    assert isinstance(said, Paragraph) and said.text.startswith("3 further comparisons tested but not drawn")


def test_curves_take_their_groups_from_the_memberships_not_from_the_values() -> None:
    high, low = ROW["first"], ROW["second"]
    of_test = memberships({"A": low, "B": high, "C": low, "D": high})
    other = memberships({"A": high, "E": high}, test="another test")
    cohort = pd.concat([COHORT, pd.DataFrame({"patient": ["F"]})], ignore_index=True)  # without follow-up
    given = Tables(cohort, results=pd.DataFrame([ROW]), memberships=pd.concat([of_test, other]))
    (figure,) = (draw() for draw in by_group(given))
    at_zero = {row["group"]: row["n"] for row in rows(figure.spec, "n") if row["time"] == 0}
    assert at_zero == {"TMB > 9.88": 2, "TMB <= 9.88": 2}
    steps = {(row["group"], row["time"]): row["survival"] for row in rows(figure.spec, "survival") if row["time"]}
    # Those above are B and D, both censored; those below are A and C, both with an event.
    assert steps == {
        **{("TMB > 9.88", 2): 1, ("TMB > 9.88", 4): 1},
        **{("TMB <= 9.88", 1): 0.5, ("TMB <= 9.88", 3): 0},
    }
    found = list(colours(figure.spec))
    assert found and all(c == {"TMB > 9.88": GROUPS[0], "TMB <= 9.88": GROUPS[1]} for c in found)
    assert "> 9.88: 2 patients, 0 events; <= 9.88: 2 patients, 2 events" in figure.caption
    assert "Log-rank: p = 0.031, Peto one-step hazard ratio 0.250 (95% CI 0.125 to 0.500)." in figure.caption
    assert "Left out: 1 without a group, 1 without follow-up." in figure.caption


@pytest.mark.parametrize(("contrast", "drawn"), [("high vs low", 1), ("per unit of x", 0)])
def test_the_picture_of_the_primary_result_is_of_its_groups_or_none(contrast: str, drawn: int) -> None:
    """It was found by the beginning of a figure's name: that of another cut, none of a marker with a blank."""
    test = ROW | {"marker": "tumor burden", "contrast": "high vs low"}
    primary = test | {"role": "primary", "method": "cox", "contrast": contrast, "test": "model"}
    primary |= {"cut_at": None} if contrast.startswith("per") else {}
    other = test | {"contrast": "other", "cut_at": 3.0, "test": "other"}
    who = memberships({"A": "<= 9.87654321", "B": "> 9.87654321", "C": "<= 9.87654321", "D": "> 9.87654321"})
    both = pd.concat([who, who.assign(test="other")])
    figures = picture(Tables(COHORT, results=pd.DataFrame([primary, other, test]), memberships=both))
    assert [figure.name for figure in figures] == ["primary"] * drawn
    assert all(figure.title.endswith("> 9.88 vs <= 9.88") for figure in figures)


def test_the_four_groups_of_a_pair_of_markers_are_those_of_its_test() -> None:
    names = [f"tmb {a} and pdl1 {b}" for a in (">= 10", "< 10.12345") for b in (">= 1", "< 1")]
    pair = ROW | {"marker": "tmb x pdl1", "first": None, "second": None, "cut_at": None, "cut_side": None}
    pair |= {"of_marker": "tmb", "with_marker": "pdl1"}
    table = pd.DataFrame([{"marker": "tmb x pdl1", "marker_class": "declared", "group": name} for name in names])
    who = memberships(dict(zip("CADB", names, strict=True)))
    (found,) = by_group(Tables(COHORT, results=pd.DataFrame([pair]), memberships=who, groups=table))
    figure = found()
    ends = {row["group"]: row["time"] for row in rows(figure.spec, "survival") if row["time"]}
    shown = list(ends)
    assert shown == [f"TMB {a} and PD-L1 {b}" for a in (">= 10", "< 10.1") for b in (">= 1", "< 1")]
    assert list(ends.values()) == [3, 1, 4, 2]
    assert all(list(c.items()) == list(zip(shown, GROUPS, strict=False)) for c in colours(figure.spec))


def test_the_forest_names_the_first_group_first() -> None:
    first = ROW | {"method": "cox", "estimate_type": "hazard_ratio"}
    second = first | {"marker": "sex", "first": "M", "second": "F", "cut_at": None, "estimate": 4.0, "ci_high": 8.0}
    adjusted = first | {"estimate": 0.3, "test": "adjusted"}
    (figure,) = forests(pd.DataFrame([first, second, adjusted, first | {"marker": "age", "first": None}]))
    drawn = {row["label"]: (row["estimate"], row["ci_low"], row["ci_high"]) for row in rows(figure.spec, "estimate")}
    assert drawn == {
        "TMB > 9.88 vs <= 9.88, PFS": (0.25, 0.125, 0.5),
        "Sex M vs F, PFS": (4.0, 0.125, 8.0),
    }
    assert "right of 1: more events in the first group" in str(figure.spec)


def test_without_memberships_there_are_no_curves_and_the_page_says_so() -> None:
    (block,) = survival(Tables(COHORT, results=pd.DataFrame([ROW])))
    assert "--memberships" in block.text


def test_only_a_median_of_times_is_not_reached() -> None:
    """A median of values of which many are known as ranges is open: nobody waits for it."""
    group = {"n": 15, "n_events": 15, "estimate": None, "ci_low": 0.0, "ci_high": 61.0, "marker_class": "declared"}
    kinds = {"response": "median", "pfs": "median_months"}
    groups = [
        group | {"endpoint": end, "marker": "pdl1", "group": "a", "estimate_type": kind} for end, kind in kinds.items()
    ]
    given = Tables(COHORT, results=pd.DataFrame([ROW | {"family": "f"}]), groups=pd.DataFrame(groups))
    (shown,) = (b for b in associations(given) if isinstance(b, Table) and b.caption == "The groups that were compared")
    at = [column.title for column in shown.columns].index("Estimate")
    assert [cells[at].text for cells in shown.rows] == ["not known", "not reached"]


def test_a_strip_shows_whom_its_test_compared_and_no_other() -> None:
    test = ROW | {"endpoint": "response", "method": "mann_whitney", "cut_at": None}
    test |= {"first": "responder", "second": "non-responder"}
    who = memberships({"A": "responder", "D": "non-responder"})
    (draw,) = by_response(Tables(COHORT, results=pd.DataFrame([test]), memberships=who))
    assert {row["patient"] for row in rows(draw().spec, "patient", "middle")} == {"A", "D"}


def test_a_caption_has_one_hazard_ratio_that_of_cox() -> None:
    cox = ROW | {"method": "cox", "estimate_type": "hazard_ratio", "estimate": 0.3, "test": "c"}
    others = [cox | {"subgroup": "sex: F", "estimate": 0.9}, cox]
    who = memberships({"A": "<= 9.87654321", "B": "> 9.87654321"})
    (draw,) = by_group(Tables(COHORT, results=pd.DataFrame([ROW, *others]), memberships=who))
    said = draw().caption
    assert "Log-rank: p = 0.031. Cox model: p = 0.031, hazard ratio 0.300 (95% CI" in said and "Peto" not in said


def test_curves_of_a_landmark_count_from_it() -> None:
    test = ROW | {"landmark_months": 2.0, "marker": "response by 2", "cut_at": None}
    test |= {"first": "responder", "second": "non-responder"}
    who = memberships({"C": "responder", "D": "non-responder"})
    (draw,) = by_group(Tables(COHORT, results=pd.DataFrame([test]), memberships=who), landmarks=True)
    times = {row["group"]: row["time"] for row in rows(draw().spec, "survival") if row["time"]}
    assert times == {"responder": 1.0, "non-responder": 2.0} and "from 2 months on" in draw().title
