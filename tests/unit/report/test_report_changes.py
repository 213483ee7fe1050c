"""Which variants of a sample the page shows: those that count, the others by reason, rejects of the caller last."""

from __future__ import annotations

import pandas as pd

from biomarkers.report.changes import MOST_EXCLUDED, changing, in_order
from biomarkers.report.given import Tables
from biomarkers.report.store import details


def of_sample(sample: str, *reasons: str | None) -> pd.DataFrame:
    return pd.DataFrame({"sample": sample, "exclusion": reasons, "pos": range(1, len(reasons) + 1)})


def test_those_that_count_stand_first_and_rejects_of_the_caller_last() -> None:
    """The second table follows the first; within one reason the order stays."""
    made = in_order([of_sample("T1", "filter", "depth", None, "germline", None), of_sample("T2", None, "filter")])
    assert list(made) == ["sample", "exclusion", "pos"]
    assert list(zip(made["sample"], made["pos"], strict=True)) == [
        *(("T1", pos) for pos in (3, 5, 2, 4, 1)),
        *(("T2", pos) for pos in (1, 2)),
    ]


def test_of_those_that_do_not_count_fifty_of_a_sample_are_shown() -> None:
    """All that count are, and a rule's exclusions go before the caller's rejects."""
    reasons = [*[None] * 60, *["filter"] * 60, *["depth"] * 30]
    made = in_order([of_sample("T1", *reasons), of_sample("T2", *["vaf"] * 51)])
    assert MOST_EXCLUDED == 50 and made["sample"].value_counts().to_dict() == {"T1": 110, "T2": 50}
    counts = made[made["sample"].eq("T1")]["exclusion"].value_counts(dropna=False)
    assert counts.tolist() == [60, 30, 20] and counts.index[1:].tolist() == ["depth", "filter"]


def test_the_store_has_of_a_variant_what_a_patients_entry_tells() -> None:
    """Allele fractions of every digit, which nothing showed, were a sixth of the page of 1,000 patients."""
    row = {
        "patient": "A",
        "sample": "T1",
        "pos": 7,
        "ref": "A",
        "vaf": 1 / 3,
        "gene": "KRAS",
        "hgvsp": "NP_1:p.Gly12Asp",
    }
    one = pd.DataFrame([row | {"exclusion": "depth", "consequence": "missense_variant"}])
    cohort = pd.DataFrame({"patient": ["A"]})
    for given in (Tables(cohort, variants=one), Tables(cohort, mutations=one)):
        [found] = [frame for name, frame in details(given, set()).items() if name != "changes"]
        assert list(found) == ["patient", "pos", "gene", "consequence", "hgvsp", "exclusion"]
        assert found["hgvsp"].tolist() == ["p.Gly12Asp"]


def test_only_changes_of_a_protein_are_shown() -> None:
    words = ["missense_variant", "synonymous_variant", None, "stop_gained"]
    made = changing(pd.DataFrame({"sample": "T1", "consequence": words, "exclusion": [None, None, None, "depth"]}))
    assert made["consequence"].tolist() == ["missense_variant", "stop_gained"] and "hgvsp" in made
