"""Agreement of readers against scikit-learn, and who is read differently."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from biomarkers.clinical.inputs import of_evaluator
from biomarkers.clinical.readers import LEVELS, agreement, discordant, pairs, statistics
from biomarkers.settings import Endpoints

START = pd.Timestamp("2024-01-01")


def patients(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"patient": names, "treatment_start": START})


def visits(*rows: tuple[str, int, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["patient", "day", "response", "evaluator"])
    return frame.assign(date=START + pd.to_timedelta(frame["day"], unit="D"))


TWO = visits(
    ("A", 50, "PR", "Investigator"),
    ("A", 90, "PR", "investigator"),
    ("A", 50, "SD", "BICR"),
    ("A", 90, "PR", "BICR"),
    ("B", 50, "PD", "investigator"),
    ("B", 50, "PD", "BICR"),
    ("B", 50, "SD", "BICR"),
    ("C", 50, "SD", "investigator"),
    ("D", -5, "SD", "investigator"),
    ("D", -5, "PD", "BICR"),
    ("D", 60, "SD", "investigator"),
    ("D", 61, "NE", "BICR"),
)


def test_who_is_compared_and_who_differs() -> None:
    people = patients("A", "B", "C", "D", "E")
    found = pairs(people, TWO, Endpoints())
    assert [(pair.first, pair.second, pair.subject) for pair in found] == [
        ("investigator", "BICR", "best_response"),
        ("investigator", "BICR", "confirmed_best_response"),
        ("investigator", "BICR", "visit"),
    ]
    best, confirmed, visit = (pair.readings for pair in found)
    assert best[["patient", "first", "second"]].to_numpy().tolist() == [
        ["A", "PR", "PR"],
        ["B", "PD", "PD"],
        ["D", "SD", "NE"],
    ]
    assert confirmed["second"].tolist() == ["SD", "PD", "NE"]
    # The worst of two readings of a day; the visit before the start is none.
    assert visit[["patient", "first", "second"]].to_numpy().tolist() == [
        ["A", "PR", "SD"],
        ["A", "PR", "PR"],
        ["B", "PD", "PD"],
    ]
    listed = discordant(found)
    assert listed[["patient", "subject", "reading", "other_reading"]].to_numpy().tolist() == [
        ["D", "best_response", "SD", "NE"],
        ["A", "confirmed_best_response", "PR", "SD"],
        ["D", "confirmed_best_response", "SD", "NE"],
        ["A", "visit", "PR", "SD"],
    ]
    assert listed["date"].iloc[-1] == START + pd.Timedelta(days=50) and listed["date"].iloc[:3].isna().all()
    rows = agreement(found, Endpoints())
    assert [(row["definition"], row["n"], row["events"]) for row in rows] == [("investigator vs BICR", 3, 1)]
    assert (rows[0]["reader"], rows[0]["other"]) == ("investigator", "BICR")
    assert agreement(found, Endpoints(confirmed=False))[0]["events"] == 2


def test_the_data_cutoff_and_the_chosen_reader_are_followed() -> None:
    found = pairs(patients("A", "B", "D"), TWO, Endpoints(data_cutoff="2024-02-20", evaluator="bicr"))
    assert {(pair.first, pair.second) for pair in found} == {("bicr", "Investigator")}
    assert found[2].readings["patient"].tolist() == ["A", "B"]
    assert found[0].readings[["first", "second"]].to_numpy().tolist()[0] == ["SD", "PR"]


def test_a_patient_never_treated_is_not_compared() -> None:
    people = patients("A", "B")
    people["treatment_start"] = people["treatment_start"].where(people["patient"] == "A")
    found = pairs(people, TWO[TWO["patient"].isin(["A", "B"])], Endpoints())
    assert [pair.readings["patient"].unique().tolist() for pair in found] == [["A"], ["A"], ["A"]]


def test_one_reader_or_none_named_gives_empty_tables() -> None:
    for sheet in (None, TWO.drop(columns="evaluator"), TWO[TWO["evaluator"].str.casefold() == "investigator"]):
        found = pairs(patients("A", "B", "C", "D"), sheet, Endpoints())
        assert (
            found == [] and statistics(found).empty and discordant(found).empty and agreement(found, Endpoints()) == []
        )


@pytest.mark.parametrize("seed", range(8))
def test_statistics_as_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    words = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]
    names = [f"P{i}" for i in range(40)]
    first = random.choice(words, 40)
    second = np.where(random.random(40) < 0.6, first, random.choice(words, 40))
    rows = [
        (n, 50, w, r) for ws, r in ((first, "investigator"), (second, "BICR")) for n, w in zip(names, ws, strict=True)
    ]
    found = pairs(patients(*names), visits(*rows), Endpoints(confirmed=False))
    table = statistics(found).set_index(["subject", "statistic"])["estimate"]
    assert table["visit", "agreement"] == pytest.approx((first == second).mean(), rel=1e-12)
    assert table["visit", "kappa"] == pytest.approx(cohen_kappa_score(first, second), rel=1e-9)
    assert table["best_response", "kappa"] == pytest.approx(cohen_kappa_score(first, second), rel=1e-9)
    both = [(LEVELS[a], LEVELS[b]) for a, b in zip(first, second, strict=True) if "NE" not in (a, b)]
    expected = cohen_kappa_score(*zip(*both, strict=True), labels=[0, 1, 2, 3], weights="linear")
    assert table["visit", "weighted_kappa"] == pytest.approx(expected, rel=1e-9)
    row = statistics(found).set_index(["subject", "statistic"]).loc[("visit", "weighted_kappa")]
    assert row["n"] == len(both) and row["note"] == f"{40 - len(both)} with NE or MISSING by a reader left out"
    assert row["agreeing"] == sum(a == b for a, b in both)


def test_what_does_not_exist_is_missing_and_says_why() -> None:
    same = visits(("A", 50, "SD", "investigator"), ("A", 50, "SD", "BICR"), ("B", 50, "NE", "investigator"))
    table = statistics(pairs(patients("A", "B"), same, Endpoints())).set_index(["subject", "statistic"])
    assert table.loc[("visit", "kappa"), "note"] == "both readers use one category only"
    assert pd.isna(table.loc[("visit", "kappa"), "estimate"])
    two = visits(("A", 50, "NE", "investigator"), ("A", 50, "NE", "BICR"))
    table = statistics(pairs(patients("A"), two, Endpoints())).set_index(["subject", "statistic"])
    assert table.loc[("visit", "weighted_kappa"), "note"] == (
        "1 with NE or MISSING by a reader left out; nothing was read by both"
    )
    always = visits(*[(p, 50, w, r) for p, w in (("A", "SD"), ("B", "PD")) for r in ("investigator", "BICR")])
    row = (
        statistics(pairs(patients("A", "B"), always, Endpoints()))
        .set_index(["subject", "statistic"])
        .loc[("visit", "kappa")]
    )
    assert row["estimate"] == 1 and pd.isna(row["ci_low"]) and row["note"] == "no interval: the readers agree always"


def test_one_patient_read_differently_is_no_agreement() -> None:
    two = visits(("A", 50, "PD", "investigator"), ("A", 50, "SD", "BICR"))
    row = statistics(pairs(patients("A"), two, Endpoints())).set_index(["subject", "statistic"]).loc[("visit", "kappa")]
    assert row["estimate"] == 0 and pd.isna(row["ci_low"])
    assert row["note"] == "no interval: these readings have no variance"


def test_how_many_visits_are_of_others_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        used = of_evaluator("a.tsv", TWO, "Investigator")
    others = TWO["evaluator"][TWO["evaluator"].str.casefold() != "investigator"]
    shown = ", ".join(f"{name} {(others == name).sum()}" for name in sorted(set(others)))
    assert len(used) + len(others) == len(TWO)
    assert caplog.messages == [f"a.tsv: visits of evaluators other than Investigator, not used: {shown}"]
