"""The profile of a searched cutoff: its numbers are those of the row of the test and of the table of cuts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import genes_trial
from biomarkers.report.blocks import single
from biomarkers.report.figures.style import Figure
from biomarkers.report.given import Tables
from biomarkers.report.numbers import estimate, p_phrase
from biomarkers.report.reading import read
from biomarkers.report.sections.cutpoints import cutpoints


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """What `associate` wrote of a trial whose plan lets a cutoff be searched for."""
    folder = genes_trial.made(tmp_path_factory.mktemp("trial")).parent
    names = ("cohort", "results", "cutpoint_profiles")
    return read(Path(folder / "plan.yaml"), **{name: folder / f"{name}.tsv" for name in names})


def test_the_profile_shows_every_cut_and_the_p_of_the_search(given: Tables) -> None:
    response, pfs = [block for block in single(cutpoints(given)) if isinstance(block, Figure)]
    rows = given.tests().query("method == 'maximally_selected'").set_index("endpoint")
    for end, figure in (("response", response), ("pfs", pfs)):
        tried, row = given.cutpoint_profiles.query("endpoint == @end"), rows.loc[end]
        assert f"n = {row['n']}, {len(tried)} cutoffs tried" in figure.caption
        assert f"{len(tried)} cutoffs of TMB for" in figure.alt
        assert f"({estimate(row['statistic'])}) at > {row['cut_at']:.3g}" in figure.caption
        assert f"{p_phrase(row['p_value'])} corrected for the search" in figure.caption
        drawn = max((data for data in figure.spec["datasets"].values() if "cut_at" in data[0]), key=len)
        assert [one["statistic"] for one in drawn] == tried["statistic"].tolist()
        more = {1: "above the cut", 0: "below the cut"}
        assert [one["more"] for one in drawn] == [more[above] for above in tried["more_above"]]
        (ring,) = [data for data in figure.spec["datasets"].values() if len(data) == 1 and "chosen" in data[0]]
        assert ring[0]["cut_at"] == row["cut_at"]


def test_without_a_search_there_is_nothing(given: Tables) -> None:
    assert cutpoints(Tables(pd.DataFrame({"patient": ["A"]}))) == []


def test_a_search_without_the_results_that_tell_of_it_is_not_drawn(given: Tables) -> None:
    assert cutpoints(replace(given, results=None)) == []
