"""The table of best responses, counted by hand; limits as R's binom.test prints them."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.clinical.response import BEST_FIRST
from biomarkers.clinical.trial_tables import best_responses


def endpoints_table(best: list[str | None], confirmed: list[str | None], stated: list[str | None]) -> pd.DataFrame:
    columns = {"best_response": best, "confirmed_best_response": confirmed, "endpoints_stated": stated}
    return pd.DataFrame(columns, dtype="object").assign(treated=1)


def counts(table: pd.DataFrame, confirmation: str, definition: str) -> dict[str, int]:
    rows = table[(table["confirmation"] == confirmation) & (table["definition"] == definition)]
    assert len(set(rows["n"])) <= 1
    return dict(zip(rows["response"], rows["patients"], strict=True))


def test_both_ways_and_both_denominators() -> None:
    best = ["PR", "PR", "CR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING", "SD", "SD", None]
    confirmed = ["PR", "SD", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING", "SD", "NE", None]
    frame = endpoints_table(best, confirmed, [None] * 11).assign(treated=[1] * 10 + [0])
    table = best_responses(frame)
    assert counts(table, "confirmed", "all_treated") == dict(zip(BEST_FIRST, [0, 2, 3, 1, 1, 2, 1], strict=True))
    assert counts(table, "unconfirmed", "all_treated") == dict(zip(BEST_FIRST, [1, 2, 3, 1, 1, 1, 1], strict=True))
    assert counts(table, "confirmed", "evaluable") == dict(zip(BEST_FIRST[:5], [0, 2, 3, 1, 1], strict=True))
    assert counts(table, "unconfirmed", "evaluable") == dict(zip(BEST_FIRST[:5], [1, 2, 3, 1, 1], strict=True))
    row = table[(table["confirmation"] == "confirmed") & (table["response"] == "SD")].set_index("definition")
    assert row["n"].to_dict() == {"all_treated": 10, "evaluable": 7}
    # binom.test(3, 10) and binom.test(3, 7)
    assert row.loc["all_treated", ["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx(
        [0.3, 0.06673951, 0.65245285], rel=1e-6
    )
    assert row.loc["evaluable", ["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx(
        [3 / 7, 0.09898828, 0.81594843], rel=1e-6
    )
    assert (table["n_unknown"] == 0).all() and table["note"].isna().all()


def test_shares_of_all_treated_add_up_to_one() -> None:
    table = best_responses(endpoints_table([*BEST_FIRST, "PD"], [*BEST_FIRST, "NE"], [None] * 8))
    sums = table.groupby(["confirmation", "definition"])["estimate"].sum()
    assert sums.tolist() == pytest.approx([1.0] * 4, rel=1e-12)


def test_what_is_stated_is_not_called_confirmed_or_unconfirmed() -> None:
    table = best_responses(endpoints_table(["PR", "SD"], [None, None], ["response", "response,pfs"]))
    assert table["confirmation"].unique().tolist() == ["as_stated"]
    assert counts(table, "as_stated", "all_treated")["PR"] == 1


def test_who_is_stated_among_others_is_said_and_who_is_unknown_is_counted() -> None:
    table = best_responses(endpoints_table(["PR", "SD", None], ["PR", None, None], [None, "response", None]))
    unconfirmed = table[table["confirmation"] == "unconfirmed"]
    assert set(unconfirmed["note"]) == {"as stated: 1 of 2"} and set(unconfirmed["n_unknown"]) == {1}
    confirmed = table[table["confirmation"] == "confirmed"]
    assert set(confirmed["n"]) == {1} and set(confirmed["n_unknown"]) == {2} and confirmed["note"].isna().all()


def test_nobody_treated_gives_rows_without_shares() -> None:
    table = best_responses(endpoints_table(["PR"], ["PR"], [None]).assign(treated=0))
    assert (table["n"] == 0).all() and table["estimate"].isna().all() and table["ci_low"].isna().all()
    assert set(table["confirmation"]) == {"confirmed", "unconfirmed"}
