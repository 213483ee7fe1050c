"""Counts and signs of formalin from tables typed here, so that every figure can be counted by eye."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.quality import tools

SETTINGS = {"vaf": 0.1, "excess": 0.6, "least": 20}


def table(*rows):
    """Rows (ref, alt, filter, vaf, exclusion)."""
    frame = pd.DataFrame(rows, columns=["ref", "alt", "filter", "vaf", "exclusion"])
    return frame.astype({"exclusion": object}).where(frame.notna(), None)


def many(n, change, vaf, filter="PASS", exclusion=None):
    return [(change[0], change[1], filter, vaf, exclusion)] * n


def test_counts_and_ti_tv():
    frame = table(
        ("C", "T", "PASS", 0.4, None),
        ("g", "a", "PASS", 0.4, "consequence"),
        ("T", "C", "PASS", 0.4, "vaf"),
        ("A", "G", "PASS", 0.4, "vaf"),
        ("C", "A", "PASS", 0.4, "target"),
        ("A", "AT", "PASS", 0.4, None),
        ("ATG", "A", "PASS", 0.4, "depth"),
        ("AC", "GT", "PASS", 0.4, None),
        ("C", "A", "orientation;strand_bias", 0.4, "filter"),
        ("C", "A", "weak_evidence", 0.4, "filter"),
    )
    numbers = tools.of_variants(frame, orientation=True, **SETTINGS).numbers
    assert (numbers["n_pass"], numbers["n_snv"], numbers["n_indel"], numbers["n_mnv"]) == (8, 5, 2, 1)
    assert numbers["ti_tv"] == 4.0 and numbers["n_counted"] == 3
    assert (numbers["excluded_filter"], numbers["excluded_target"], numbers["excluded_vaf"]) == (2, 1, 2)
    assert numbers["n_orientation_filtered"] == 1


def test_nothing_called_is_zero_and_its_ratios_are_undetermined():
    found = tools.of_variants(table(), orientation=True, **SETTINGS)
    assert (found.numbers["n_pass"], found.numbers["n_orientation_filtered"]) == (0, 0)
    assert found.numbers["ti_tv"] is None and {"ti_tv", "ffpe_like"} <= set(found.undetermined)
    unknown = tools.of_variants(table(), orientation=False, **SETTINGS)
    assert unknown.numbers["n_orientation_filtered"] is None


# Clopper-Pearson 95 % of 45/50 is (0.782, 0.967), of 10/50 (0.100, 0.337), of 33/50 (0.512, 0.788): R's binom.test.
@pytest.mark.parametrize(
    ("rows", "flag"),
    [
        (many(45, "CT", 0.05) + many(5, "AC", 0.05), "yes"),
        (many(45, "GA", 0.05) + many(5, "AC", 0.05), "yes"),
        (many(10, "CT", 0.05) + many(40, "AC", 0.05), "no"),
        (many(33, "CT", 0.05) + many(17, "AC", 0.05), "undetermined"),
        (many(19, "CT", 0.05), "undetermined"),
        (many(20, "CT", 0.05), "yes"),
        # At the boundary a variant is high.
        (many(45, "CT", 0.1), "undetermined"),
        # Ultraviolet: C>T at every fraction is no sign of formalin.
        (many(45, "CT", 0.05) + many(5, "AC", 0.05) + many(97, "CT", 0.4) + many(3, "AC", 0.4), "no"),
        (many(45, "CT", 0.05) + many(5, "AC", 0.05) + many(30, "CT", 0.4) + many(70, "AC", 0.4), "yes"),
        # The share at higher fraction is a bound from 20 variants on; of all 20 it is 1, which no interval lies above.
        (many(45, "CT", 0.05) + many(5, "AC", 0.05) + many(19, "CT", 0.4), "yes"),
        (many(50, "CT", 0.05) + many(20, "CT", 0.4), "undetermined"),
        # Artefacts that the orientation filter alone removed are seen, those of other filters and germline are not.
        (many(45, "CT", 0.05, "orientation", "filter") + many(5, "AC", 0.05), "yes"),
        (many(45, "CT", 0.05, "orientation;weak_evidence", "filter") + many(5, "AC", 0.05), "undetermined"),
        (many(45, "CT", 0.05, "PASS", "germline") + many(5, "AC", 0.05), "undetermined"),
        # A joint call lists variants of its other tumors, of which this one has no read.
        (many(45, "CT", 0.0, "PASS", "alt_reads") + many(5, "AC", 0.05), "undetermined"),
    ],
)
def test_signs_of_formalin(rows, flag):
    assert tools.ffpe(table(*rows), **SETTINGS).numbers["ffpe_like"] == flag


def test_shares_of_deamination():
    numbers = tools.ffpe(table(*many(3, "CT", 0.05), *many(1, "AC", 0.05), *many(1, "GA", 0.5)), **SETTINGS).numbers
    assert (numbers["n_low_vaf"], numbers["deamination_low_vaf_percent"]) == (4, 75.0)
    assert numbers["deamination_high_vaf_percent"] == 100.0
