"""Same-person check on simulated families of known relations; counts and likelihoods against a slow loop."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from biomarkers.quality import concordance
from biomarkers.quality.concordance import Pileup, called, compare


def unrelated(rng, frequency):
    """Alleles of a person at independent sites in Hardy-Weinberg proportions: sites x 2."""
    return rng.random((len(frequency), 2)) < frequency[:, None]


def child(rng, mother, father):
    rows = np.arange(len(mother))
    return np.stack([parent[rows, rng.integers(0, 2, len(rows))] for parent in (mother, father)], axis=1)


def pileup(rng, alleles, frequency, *, purity=0.0, lost=0.0, depth=60, other=None):
    """Read counts; `lost` of the sites lost one allele, copy-neutral, in `purity` of the cells; `other` is mixed in."""
    n = len(frequency)
    inherited = alleles.mean(axis=1)
    kept = np.where(rng.random(n) < lost, alleles[np.arange(n), rng.integers(0, 2, n)], inherited)
    fraction = purity * kept + (1 - purity) * inherited
    if other is not None:
        fraction = 0.6 * fraction + 0.4 * other.mean(axis=1)
    depths = rng.poisson(depth, n)
    alt = rng.binomial(depths, fraction * 0.998 + (1 - fraction) * 0.002)
    place = {"contig": [f"chr{1 + i % 22}" for i in range(n)], "position": np.arange(n) * 11_000 + 1}
    counts = {"ref_count": depths - alt, "alt_count": alt, "other_alt_count": 0, "allele_frequency": frequency}
    return pd.DataFrame(place | counts)


@pytest.fixture(scope="module")
def frequency():
    """As GetPileupSummaries picks sites: 0.01 to 0.2, rare ones more often."""
    return np.exp(np.random.default_rng(5).uniform(math.log(0.01), math.log(0.2), 3000))


@pytest.fixture(scope="module")
def family(frequency):
    """Samples of siblings A and S, their mother M, and unrelated X and Y (whose tumor is labelled normal)."""
    rng = np.random.default_rng(6)
    mother, father = unrelated(rng, frequency), unrelated(rng, frequency)
    of = {"A": child(rng, mother, father), "S": child(rng, mother, father), "M": mother}
    of |= {"X": unrelated(rng, frequency), "Y": unrelated(rng, frequency)}
    plan = [
        ("A-T", True, {"purity": 0.8, "lost": 0.6}),
        ("A-T2", True, {"purity": 1.0, "lost": 0.9}),
        ("A-T3", True, {"purity": 0.3, "lost": 0.3}),
        ("A-N", False, {}),
        ("S-T", True, {"purity": 0.8, "lost": 0.5}),
        ("S-N", False, {}),
        ("M-N", False, {"depth": 20}),
        ("X-T", True, {}),
        ("X-N", False, {}),
        ("Y-T", True, {}),
        ("Y-N", False, {"purity": 0.9, "lost": 0.5}),
    ]
    made = [(name, tumor, pileup(rng, of[name[0]], frequency, **how)) for name, tumor, how in plan]
    return [Pileup(name[0], name, tumor, called(table)) for name, tumor, table in made]


def by_pair(pairs):
    return {tuple(sorted((row.sample_1, row.sample_2))): row for row in pairs.itertuples()}


def test_every_pair_of_a_family_is_what_it_is(family):
    pairs = compare(family, min_sites=10, distance=10_000)
    assert len(pairs) == len(family) * (len(family) - 1) // 2
    close = {("A", "S"), ("A", "M"), ("M", "S")}
    for row in pairs.itertuples():
        persons = tuple(sorted((row.patient_1, row.patient_2)))
        if row.sample_1 == "Y-T" and row.sample_2 == "Y-N":
            assert (row.outcome, row.verdict) == ("reversed", "reversed")
        elif persons[0] == persons[1]:
            assert (row.outcome, row.verdict) == ("same", "match"), row
        elif persons in close and row.sample_1[2] == row.sample_2[2] == "T":
            # Two tumors that each lost alleles may leave it open, but are not from the same individual.
            assert row.outcome in ("related", "undetermined"), row
        elif persons in close:
            assert (row.outcome, row.verdict) == ("related", "match"), row
        else:
            assert (row.outcome, row.verdict) == ("different", "match"), row


def test_relatedness_of_normals_is_that_of_their_family(family):
    pairs = by_pair(compare(family, min_sites=10, distance=10_000))
    # Expected 0.5 for siblings and for parent and child, 0 for unrelated; 400 heterozygous sites give it within 0.1.
    assert pairs["A-N", "S-N"].relatedness == pytest.approx(0.5, abs=0.12)
    assert pairs["A-N", "M-N"].relatedness == pytest.approx(0.5, abs=0.12)
    assert pairs["A-N", "M-N"].ibs0 <= 1, "parent and child share an allele everywhere"
    assert pairs["A-N", "X-N"].relatedness == pytest.approx(0, abs=0.12)
    assert pairs["A-N", "A-T"].relatedness > 0.95, "lost alleles do not lower it"


def sheet_of(pileups, **patients):
    """The same samples under the patients that a wrong sheet names."""
    return [pileup._replace(patient=patients.get(pileup.sample.replace("-", ""), pileup.patient)) for pileup in pileups]


def test_interchanged_foreign_and_siblings_normals_are_mismatches(family):
    swapped = by_pair(compare(sheet_of(family, AN="X", XN="A", SN="Z"), min_sites=10, distance=10_000))
    assert swapped["A-T", "X-N"].verdict == swapped["A-N", "X-T"].verdict == "mismatch"
    assert swapped["A-N", "A-T"].verdict == swapped["X-N", "X-T"].verdict == "unexpected_match"
    sibling = by_pair(compare(sheet_of(family, SN="A", AN="S"), min_sites=10, distance=10_000))
    assert (sibling["A-T", "S-N"].outcome, sibling["A-T", "S-N"].verdict) == ("related", "mismatch")


def test_a_tumor_mixed_with_unrelated_dna_is_no_match(frequency):
    rng = np.random.default_rng(8)
    own, other = unrelated(rng, frequency), unrelated(rng, frequency)
    tables = [pileup(rng, own, frequency, other=other), pileup(rng, own, frequency)]
    (row,) = compare(
        [Pileup("P", "T", True, called(tables[0])), Pileup("P", "N", False, called(tables[1]))],
        min_sites=10,
        distance=10_000,
    ).itertuples()
    assert row.verdict in ("mismatch", "reversed")


@pytest.mark.parametrize("sites", [0, 1, 12, 60])
def test_few_sites_are_undetermined_and_never_passed(frequency, sites):
    rng = np.random.default_rng(9)
    own, few = unrelated(rng, frequency[:sites]), frequency[:sites]
    pair = [
        Pileup("P", "T", True, called(pileup(rng, own, few))),
        Pileup("P", "N", False, called(pileup(rng, own, few))),
    ]
    (row,) = compare(pair, min_sites=60, distance=10_000).itertuples()
    assert (row.outcome, row.verdict) == ("undetermined", "undetermined")


def test_even_odds_are_undetermined_however_many_sites_are_asked(frequency):
    rng = np.random.default_rng(9)
    own, few = unrelated(rng, frequency[:8]), frequency[:8]
    pair = [
        Pileup("P", "T", True, called(pileup(rng, own, few))),
        Pileup("P", "N", False, called(pileup(rng, own, few))),
    ]
    (row,) = compare(pair, min_sites=1, distance=10_000).itertuples()
    assert abs(row.lod_same) < 3 and row.outcome == "undetermined"


@pytest.mark.parametrize(
    ("ref", "alt", "other", "expected"),
    [
        (10, 0, 0, 0),
        (9, 0, 0, -1),
        (0, 10, 0, 2),
        (5, 5, 0, 1),
        (98, 2, 0, 0),
        (97, 3, 0, -1),
        (81, 19, 0, -1),
        (80, 20, 0, 1),
        (20, 80, 0, 1),
        (19, 81, 0, -1),
        (2, 98, 0, 2),
        (48, 48, 4, 1),
        (48, 47, 5, -1),
        (0, 0, 0, -1),
    ],
)
def test_genotypes_from_counts(ref, alt, other, expected):
    table = pd.DataFrame({"ref_count": [ref], "alt_count": [alt], "other_alt_count": [other]})
    assert concordance.genotype(table).tolist() == [expected]


def test_one_site_of_a_window_the_most_telling_and_none_of_x_y_or_mitochondria():
    place = {"contig": ["chr1"] * 4 + ["chrX", "Y", "MT", "2"], "position": [5, 9999, 10_000, 25_000, 1, 1, 1, 1]}
    counts = {
        "ref_count": [30, 30, 0, 0, 30, 30, 30, 15],
        "alt_count": [0, 0, 30, 30, 0, 0, 0, 15],
        "other_alt_count": 0,
    }
    table = called(pd.DataFrame(place | counts | {"allele_frequency": [0.02, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2]}))
    found = concordance.genotypes([Pileup("P", "T", True, table)], distance=10_000)
    sites = sorted(zip(found.frequency.round(3).tolist(), found.calls[:, 0].tolist(), strict=True))
    assert sites == [(0.1, 0), (0.1, 2), (0.1, 2), (0.2, 1)]
    assert len(concordance.genotypes([Pileup("P", "T", True, table)], distance=0).frequency) == 5


def slow(first, second, frequency, losses):
    """Counts by somalier's definitions and likelihoods summed over inherited genotypes, site by site: an oracle."""

    def read(seen, true, loss):
        plain = lambda inherited: 0.99 if seen == inherited else 0.005  # noqa: E731
        return plain(true) if true != 1 else (1 - loss) * plain(1) + loss / 2 * (plain(0) + plain(2))

    def chances(p):
        """P(both inherited genotypes) of siblings from all matings of four random parental alleles."""
        table = {}
        for alleles in np.ndindex(2, 2, 2, 2):
            weight = math.prod(p if allele else 1 - p for allele in alleles)
            for a, b, c, d in np.ndindex(2, 2, 2, 2):
                pair = (alleles[a] + alleles[2 + b], alleles[c] + alleles[2 + d])
                table[pair] = table.get(pair, 0) + weight / 16
        return table

    out = dict.fromkeys(["sites", "informative", "hets_1", "hets_2", "shared_hets", "ibs0", "ibs2"], 0)
    lod = {"same": 0.0, "related": 0.0, "reversed": 0.0}
    for a, b, p in zip(first.tolist(), second.tolist(), frequency.tolist(), strict=True):
        if a < 0 or b < 0:
            continue
        out["sites"] += 1
        out["informative"] += a + b > 0
        out["hets_1"] += a == 1
        out["hets_2"] += b == 1
        out["shared_hets"] += a == b == 1
        out["ibs0"] += abs(a - b) == 2
        out["ibs2"] += a == b
        one = [(1 - p) ** 2, 2 * p * (1 - p), p * p]
        unrelated = math.prod(
            sum(one[g] * read(seen, g, loss) for g in range(3)) for seen, loss in zip((a, b), losses, strict=True)
        )
        same = sum(one[g] * read(a, g, losses[0]) * read(b, g, losses[1]) for g in range(3))
        turned = sum(one[g] * read(a, g, 0) * read(b, g, 0.5) for g in range(3))
        siblings = sum(w * read(a, g, losses[0]) * read(b, h, losses[1]) for (g, h), w in chances(p).items())
        for hypothesis, likelihood in (("same", same), ("related", siblings), ("reversed", turned)):
            lod[hypothesis] += math.log10(likelihood / unrelated)
    least = min(out["hets_1"], out["hets_2"])
    relatedness = (out["shared_hets"] - 2 * out["ibs0"]) / least if least else math.nan
    return out | {f"lod_{hypothesis}": value for hypothesis, value in lod.items()} | {"relatedness": relatedness}


def test_counts_and_likelihoods_are_those_of_a_slow_loop(family, monkeypatch):
    monkeypatch.setattr(concordance, "CHUNK", 37)
    some = [p._replace(sites=p.sites[p.sites["position"] < 11_000 * 150]) for p in family]
    found = concordance.genotypes(some, distance=10_000)
    levels = np.where([p.is_tumor for p in some], concordance.losses(found), 0.0)
    assert set(levels) == {0.0, 0.1, 0.5}, "tumors with and without lost alleles, and normals"
    place = {p.sample: i for i, p in enumerate(some)}
    for row in compare(some, min_sites=10, distance=10_000).to_dict("records"):
        i, j = place[row["sample_1"]], place[row["sample_2"]]
        expected = slow(found.calls[:, i], found.calls[:, j], found.frequency, (levels[i], levels[j]))
        if not (some[i].is_tumor and not some[j].is_tumor):
            assert math.isnan(row["lod_reversed"])
            del expected["lod_reversed"]
        for name, value in expected.items():
            assert row[name] == pytest.approx(value, rel=1e-6, abs=1e-6, nan_ok=True), (name, row)


@pytest.mark.parametrize(
    ("same", "related", "turned", "informative", "expected"),
    [
        (5, 1.9, math.nan, 10, "same"),
        (5, 1.9, math.nan, 9, "undetermined"),
        (5, 2.1, math.nan, 10, "undetermined"),
        (2.9, -9, math.nan, 10, "undetermined"),
        (5, 1, 7.9, 10, "same"),
        (5, 1, 8, 10, "reversed"),
        (-9, 1, 4, 10, "reversed"),
        (-9, 3, -9, 10, "related"),
        (1, 3.9, math.nan, 10, "undetermined"),
        (-9, 2.9, -9, 10, "different"),
        (-9, -2, -2.9, 10, "undetermined"),
    ],
)
def test_outcomes_of_odds(same, related, turned, informative, expected):
    row = {"lod_same": [same], "lod_related": [related], "lod_reversed": [turned], "informative": [informative]}
    assert concordance.outcome(pd.DataFrame(row), min_sites=10).tolist() == [expected]


@pytest.mark.parametrize(
    ("expected", "outcome", "verdict"),
    [
        ("same", "same", "match"),
        ("same", "reversed", "reversed"),
        ("same", "related", "mismatch"),
        ("same", "different", "mismatch"),
        ("same", "undetermined", "undetermined"),
        ("different", "same", "unexpected_match"),
        ("different", "reversed", "unexpected_match"),
        ("different", "related", "match"),
        ("different", "different", "match"),
        ("different", "undetermined", "undetermined"),
    ],
)
def test_verdict_of_every_outcome(expected, outcome, verdict):
    pairs = pd.DataFrame({"expected": [expected], "outcome": [outcome]})
    assert concordance.verdict(pairs).tolist() == [verdict]


def test_of_many_samples_those_that_matter_are_in_the_table(family, monkeypatch):
    """The same rows without two patients' pairs of different individuals, whatever part is compared at a time."""
    whole = compare(family, min_sites=10, distance=10_000)
    monkeypatch.setattr(concordance, "ALL_PAIRS_UP_TO", 2)
    monkeypatch.setattr(concordance, "TILE", 2)
    part = compare(family, min_sites=10, distance=10_000)
    matter = whole["expected"].eq("same") | whole["outcome"].isin(["same", "reversed", "related"])
    assert 0 < len(part) < len(whole)
    pd.testing.assert_frame_equal(part, whole[matter].reset_index(drop=True))
    assert concordance.left_out(family, part) == len(whole) - len(part)
    assert concordance.left_out(family, whole) == 0
