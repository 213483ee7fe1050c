"""What is said of pairs of samples that are not what the sample sheet says."""

from __future__ import annotations

import pandas as pd

OUTCOMES = {
    "different": "come from different individuals",
    "related": "come from close relatives, or one of them is a mixture of two individuals' DNA",
}


def sentence(pair: pd.Series, compared: pd.DataFrame) -> str:
    """Message on one pair of one patient that does not match, with the remedy.

    pair: row of the table `concordance`; compared: such a table of all samples at hand, for whose samples they may be.
    """
    first, second = pair["sample_1"], pair["sample_2"]
    remedy = "Correct the sample sheet; or `calling: {same_person: warn}` in the config goes on regardless."
    if pair["verdict"] == "reversed":
        return (
            f"patient {pair['patient_1']}: {first} and {second} come from the same individual, but the normal {second} "
            f"lost alleles that the tumor {first} has: a sample swap, or {first} is mixed with another person's DNA "
            f"({_figures(pair)}). {remedy}"
        )
    found = [match for match in (_match(sample, pair["patient_1"], compared) for sample in (first, second)) if match]
    whose = f" {'; '.join(found)}." if found else " Neither matches another sample compared so far."
    told = f"{first} and {second} {OUTCOMES[pair['outcome']]} ({_figures(pair)})"
    return f"patient {pair['patient_1']}: {told}.{whose} {remedy}"


def warnings(pairs: pd.DataFrame, *, most: int) -> list[str]:
    """What is worth telling of a table `concordance`, at most `most` lines of a kind."""
    wrong = pairs[pairs["verdict"].isin(["mismatch", "reversed"])]
    said = [sentence(row, pairs) for _, row in wrong.head(most).iterrows()]
    twice = pairs[pairs["verdict"].eq("unexpected_match")]
    for _, row in twice.head(most).iterrows():
        said.append(
            f"{row['sample_1']} of patient {row['patient_1']} and {row['sample_2']} of patient {row['patient_2']} come "
            f"from the same individual ({_figures(row)}): a sample swap, or one individual has two identifiers"
        )
    unknown = pairs[pairs["expected"].eq("same") & pairs["outcome"].eq("undetermined")]
    for _, row in unknown.head(most).iterrows():
        said.append(
            f"patient {row['patient_1']}: whether {row['sample_1']} and {row['sample_2']} come from the same "
            f"individual is undetermined ({_figures(row)}); it was not checked"
        )
    left = sum(max(0, len(kind) - most) for kind in (wrong, twice, unknown))
    return [*said, *([f"{left} more are in the table"] if left else [])]


def _figures(pair: pd.Series) -> str:
    related = "none" if pd.isna(pair["relatedness"]) else f"{pair['relatedness']:.2f}"
    return (
        f"{pair['informative']} informative sites, relatedness {related} where one individual has about 1, "
        f"log10 odds of the same individual against unrelated ones {pair['lod_same']:.1f}"
    )


def _match(sample: str, patient: str, compared: pd.DataFrame) -> str:
    """`X comes from the same individual as Y of patient P`, for matches with other patients; empty without one."""
    same = compared[compared["verdict"].eq("unexpected_match")]
    ones = same[same["sample_1"].eq(sample)][["sample_2", "patient_2"]].to_numpy().tolist()
    ones += same[same["sample_2"].eq(sample)][["sample_1", "patient_1"]].to_numpy().tolist()
    named = [f"{other} of patient {whose}" for other, whose in ones if whose != patient]
    return f"{sample} comes from the same individual as {' and '.join(named[:3])}" if named else ""
