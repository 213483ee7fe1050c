"""Do samples come from the same individual? Genotypes at common sites, read from pileups, compared for every pair.

Three hypotheses are weighed by their likelihood, as Picard's CrosscheckFingerprints weighs two of them: the samples
are of one individual, of full siblings, or of unrelated individuals. Genotypes follow Hardy-Weinberg at the site's
population frequency; a tumor's heterozygous site may have lost either allele. For a tumor and a normal there is a
fourth: one individual, but the normal lost alleles, so that the two are swapped. Sites in one window of the genome
are inherited together, so only one of them is used; the likelihoods of those multiply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

import numpy as np
import pandas as pd

MIN_DEPTH = 10
"""Fewest reads for a genotype: a heterozygous site shows one allele only in 2 of 1024 cases (docs/methods.md, 9.1)."""
HOMOZYGOUS, HETEROZYGOUS, MAX_OTHER = 0.02, 0.2, 0.04
"""Fraction of the rarer allele up to which a site is homozygous and from which it is heterozygous (between them it is
unknown: contamination, or a tumor's lost allele among normal cells), and of third alleles up to which it is used.
The scheme and the last figure are somalier's (docs/methods.md, 9.1; Pedersen 2020, doi:10.1186/s13073-020-00761-2)."""
ERROR = 0.01
"""Probability of a wrong genotype; Picard's former default (docs/methods.md, 9.3)."""
LOSSES = (0.1, 0.5)
"""Probabilities that a tumor lost one allele of a heterozygous site; the one that suits its genotypes is used.
The second is Picard's LOSS_OF_HET_RATE: higher than in most tumors, since sites are taken to lose their alleles
independently. Used for a tumor without losses it would take the tumors of two siblings for one individual's."""
LOD = 3.0
"""log10 of the likelihood ratio from which a hypothesis is accepted (docs/methods.md, 9.3; linkage: Morton 1955)."""
UNCOUNTED = ("X", "Y", "M", "MT")
"""Contigs (with or without `chr`) of which people do not have two copies."""
CHUNK, TILE = 4096, 256
"""Sites, and samples with all others, compared at a time."""
ALL_PAIRS_UP_TO = 300
"""Samples up to which the table has every pair, 44,850 of them; 2,000 have two million (docs/methods.md, 9.6)."""


class Pileup(NamedTuple):
    """One sample. sites: as `called` gives them."""

    patient: str
    sample: str
    is_tumor: bool
    sites: pd.DataFrame


class Genotypes(NamedTuple):
    """calls: sites x samples, 0, 1 or 2 of the second allele, -1 unknown; frequency: of the second allele, by site."""

    calls: np.ndarray
    frequency: np.ndarray


def genotype(table: pd.DataFrame) -> np.ndarray:
    """Genotype of each site of a pileup: 0, 1 or 2 times the second allele, -1 where it cannot be told."""
    ref, alt, other = (table[name].to_numpy(float) for name in ("ref_count", "alt_count", "other_alt_count"))
    depth = ref + alt
    fraction = alt / np.maximum(depth, 1)
    known = (depth >= MIN_DEPTH) & (other <= MAX_OTHER * (depth + other))
    called = np.full(len(table), -1, dtype=np.int8)
    called[known & (fraction <= HOMOZYGOUS)] = 0
    called[known & (fraction >= HETEROZYGOUS) & (fraction <= 1 - HETEROZYGOUS)] = 1
    called[known & (fraction >= 1 - HOMOZYGOUS)] = 2
    return called


def called(table: pd.DataFrame) -> pd.DataFrame:
    """Sites of a pileup with a genotype, each once: contig, position (1-based), genotype, frequency; small in memory.

    table: a row per site as GATK's GetPileupSummaries writes it.
    """
    contig = table["contig"].astype("category")
    paired = np.array([str(name).removeprefix("chr") not in UNCOUNTED for name in contig.cat.categories], dtype=bool)
    found, frequency = genotype(table), table["allele_frequency"].to_numpy(np.float32)
    used = (found >= 0) & (frequency > 0) & (frequency < 1) & paired[contig.cat.codes]
    columns = {
        "contig": contig,
        "position": table["position"].astype("int32"),
        "genotype": found,
        "frequency": frequency,
    }
    sites: pd.DataFrame = pd.DataFrame(columns)[used]
    return sites.drop_duplicates(["contig", "position"])


def genotypes(pileups: Sequence[Pileup], *, distance: int) -> Genotypes:
    """Genotypes at sites that are inherited apart: one in each window of `distance` bp (all when it is 0).

    Of a window that site is taken which tells most: by the expected heterozygosity times the samples that have it.
    """
    codes: dict[str, int] = {}
    columns = [_keyed(pileup.sites, codes) for pileup in pileups]
    keys = np.empty(0, dtype=np.int64)
    for column in columns:
        keys = np.union1d(keys, column[0])
    samples, frequency = np.zeros(len(keys)), np.zeros(len(keys))
    for key, _, frequencies in columns:
        at = np.searchsorted(keys, key)
        samples[at] += 1
        frequency[at] = frequencies
    kept = np.arange(len(keys))
    if distance:
        window = (keys >> 32 << 32) | ((keys & 0xFFFFFFFF) // distance)
        best = np.lexsort((keys, -samples * frequency * (1 - frequency), window))
        kept = np.sort(best[np.unique(window[best], return_index=True)[1]])
    calls = np.full((len(kept), len(columns)), -1, dtype=np.int8)
    for i, (key, own, _) in enumerate(columns):
        _, at, mine = np.intersect1d(keys[kept], key, assume_unique=True, return_indices=True)
        calls[at, i] = own[mine]
    return Genotypes(calls, frequency[kept])


def _keyed(sites: pd.DataFrame, codes: dict[str, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sites as sorted numbers (contig, then position), genotypes and frequencies; `codes` numbers the contigs."""
    names = sites["contig"].cat.categories
    number = np.array([codes.setdefault(str(name), len(codes)) for name in names], dtype=np.int64)
    key = (number[sites["contig"].cat.codes] << 32) | sites["position"].to_numpy(np.int64)
    order = np.argsort(key, kind="stable")
    return key[order], sites["genotype"].to_numpy()[order], sites["frequency"].to_numpy(float)[order]


def compare(pileups: Sequence[Pileup], *, min_sites: int, distance: int) -> pd.DataFrame:
    """The pairs of samples (schema `concordance`), tumors before normals, else in the given order.

    All of them up to `ALL_PAIRS_UP_TO` samples; of more, those of one patient and those of two that are not simply of
    different individuals, or not known to be (docs/methods.md, 9.6).
    min_sites: fewest sites at which one of the two carries the second allele, below which nothing is concluded.
    distance: see `genotypes`. Time grows with sites x samples squared: matrix products, no loop over pairs.
    """
    found = genotypes(pileups, distance=distance)
    lost = np.where([pileup.is_tumor for pileup in pileups], losses(found), 0.0)
    groups = [(np.flatnonzero(lost == loss), loss) for loss in (*LOSSES, 0.0)]
    blocks = []
    for (rows, row_loss), other in combinations_with_replacement(groups, 2):
        for start in range(0, max(len(rows), 1), TILE):
            block = _named(_block(found, rows[start : start + TILE], row_loss, *other), pileups, min_sites)
            if len(pileups) > ALL_PAIRS_UP_TO:
                block = block[block["expected"].eq("same") | block["outcome"].isin(["same", "reversed", "related"])]
            blocks.append(block)
    pairs = pd.concat([block for block in blocks if len(block)] or blocks[:1])
    pairs = pairs.sort_values(["first", "second"], ignore_index=True).drop(columns=["first", "second"])
    least = pairs[["hets_1", "hets_2"]].min(axis=1)
    pairs["relatedness"] = ((pairs["shared_hets"] - 2 * pairs["ibs0"]) / least).where(least > 0)
    return pairs


def left_out(pileups: Sequence[Pileup], pairs: pd.DataFrame) -> int:
    """Pairs of these samples that are not in the table."""
    return len(pileups) * (len(pileups) - 1) // 2 - len(pairs)


def _named(pairs: pd.DataFrame, pileups: Sequence[Pileup], min_sites: int) -> pd.DataFrame:
    """Pairs (`_block`) with samples, patients, and what is concluded of them."""
    patient = np.array([pileup.patient for pileup in pileups], dtype=object)
    sample = np.array([pileup.sample for pileup in pileups], dtype=object)
    first, second = pairs["first"].to_numpy(), pairs["second"].to_numpy()
    pairs["patient_1"], pairs["sample_1"] = patient[first], sample[first]
    pairs["patient_2"], pairs["sample_2"] = patient[second], sample[second]
    pairs["expected"] = np.where(patient[first] == patient[second], "same", "different")
    pairs["outcome"] = outcome(pairs, min_sites=min_sites)
    pairs["verdict"] = verdict(pairs)
    return pairs


def outcome(pairs: pd.DataFrame, *, min_sites: int) -> np.ndarray:
    """`same`, `reversed`, `related`, `different` or `undetermined` for each pair, from its likelihoods."""
    same, related = pairs["lod_same"].to_numpy(float), pairs["lod_related"].to_numpy(float)
    turned = pairs["lod_reversed"].fillna(-np.inf).to_numpy(float)
    one, two = np.maximum(same, turned), np.maximum(related, 0.0)
    enough = pairs["informative"].to_numpy() >= min_sites
    choices = [~enough, (one - two >= LOD) & (turned - same >= LOD), one - two >= LOD]
    choices += [(two - one >= LOD) & (related >= LOD), two - one >= LOD]
    return np.select(choices, ["undetermined", "reversed", "same", "related", "different"], "undetermined")


def verdict(pairs: pd.DataFrame) -> np.ndarray:
    """Each pair's outcome against the sample sheet: match, mismatch, reversed, unexpected_match or undetermined."""
    found, expected = pairs["outcome"], pairs["expected"].eq("same")
    one = found.isin(["same", "reversed"])
    choices = [found.eq("undetermined"), expected & found.eq("reversed"), expected & ~one, ~expected & one]
    return np.select(choices, ["undetermined", "reversed", "mismatch", "unexpected_match"], "match")


def losses(found: Genotypes) -> np.ndarray:
    """Which of `LOSSES` makes each sample's genotypes likeliest, as if all were tumors."""
    p = found.frequency[:, None]
    inherited = np.hstack([(1 - p) ** 2, 2 * p * (1 - p), p**2])
    likelihoods = [_weights(found.calls, np.log(inherited @ reading(loss))).sum(axis=0) for loss in LOSSES]
    return np.asarray(np.array(LOSSES)[np.argmax(likelihoods, axis=0)])


def reading(loss: float) -> np.ndarray:
    """Probability of each genotype read (column) given the inherited one (row).

    loss: probability that a heterozygous site lost one allele; 0 for a normal.
    """
    right = np.full((3, 3), ERROR / 2) + np.eye(3) * (1 - 1.5 * ERROR)
    return np.stack([right[0], (1 - loss) * right[1] + loss / 2 * (right[0] + right[2]), right[2]])


def log_ratios(frequency: np.ndarray, losses: tuple[float, float], hypothesis: str) -> np.ndarray:
    """log10 of how much likelier a hypothesis makes two genotypes than `unrelated`: sites x genotype x genotype.

    frequency: of the second allele; losses: of the two samples, 0 for a normal; hypothesis: same, related or reversed
    (the same individual, but the second sample is the tumor).
    """
    first, second = (reading(loss) for loss in losses)
    p, q = frequency, 1 - frequency
    one = np.stack([q * q, 2 * p * q, p * p], axis=1)
    same = one[:, :, None] * np.eye(3)
    unrelated = one[:, :, None] * one[:, None, :]
    none = np.zeros_like(p)
    # Genotypes of two people who share one allele by descent.
    half = [[q**3, p * q * q, none], [p * q * q, p * q, p * p * q], [none, p * p * q, p**3]]
    siblings = same / 4 + np.moveaxis(np.array(half), 2, 0) / 2 + unrelated / 4
    inherited = siblings if hypothesis == "related" else same
    read = (reading(0.0), reading(max(LOSSES))) if hypothesis == "reversed" else (first, second)
    return np.asarray(np.log10((read[0].T @ inherited @ read[1]) / (first.T @ unrelated @ second)))


def _block(
    found: Genotypes, rows: np.ndarray, row_loss: float, columns: np.ndarray, column_loss: float
) -> pd.DataFrame:
    """Counts and likelihoods of every pair of a row's and a column's sample, each pair once within one kind.

    rows, columns: positions of samples of one kind; row_loss, column_loss: the probability of loss of that kind.
    """
    totals: dict[str, np.ndarray] = {}
    is_pair = row_loss > 0 and column_loss == 0
    hypotheses = ["same", "related", *(["reversed"] if is_pair else [])]
    for a, b, frequency in _chunks(found, rows, columns):
        parts = _counts(a, b)
        for hypothesis in hypotheses:
            ratios = log_ratios(frequency, (row_loss, column_loss), hypothesis)
            parts[f"lod_{hypothesis}"] = sum(_weights(a, ratios[:, :, g]).T @ (b == g).astype(float) for g in range(3))
        for name, part in parts.items():
            totals[name] = totals[name] + part if name in totals else part
    shape = (len(rows), len(columns))
    once = columns[None, :] > rows[:, None] if row_loss == column_loss else np.ones(shape, dtype=bool)
    row, column = np.nonzero(once)
    table = {name: total[row, column] for name, total in totals.items()}
    pairs = pd.DataFrame(table | {"first": rows[row], "second": columns[column]})
    whole = [name for name in totals if not name.startswith("lod_")]
    pairs[whole] = pairs[whole].astype("int64")
    return pairs if is_pair else pairs.assign(lod_reversed=np.nan)


def _chunks(
    found: Genotypes, rows: np.ndarray, columns: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Genotypes of the row and of the column samples, and frequencies, `CHUNK` sites at a time, once if none."""
    for start in range(0, max(len(found.frequency), 1), CHUNK):
        part = slice(start, start + CHUNK)
        yield found.calls[part][:, rows], found.calls[part][:, columns], found.frequency[part]


def _counts(a: np.ndarray, b: np.ndarray) -> dict[str, np.ndarray]:
    """Sites of each kind for each pair of columns of `a` and `b`; single precision is exact up to 2^24."""
    ref_a, het_a, alt_a = ((a == g).astype(np.float32).T for g in range(3))
    ref_b, het_b, alt_b = ((b == g).astype(np.float32) for g in range(3))
    known_a, known_b = ref_a + het_a + alt_a, ref_b + het_b + alt_b
    sites, both_ref, shared = known_a @ known_b, ref_a @ ref_b, het_a @ het_b
    return {
        "sites": sites,
        "informative": sites - both_ref,
        "hets_1": het_a @ known_b,
        "hets_2": known_a @ het_b,
        "shared_hets": shared,
        "ibs0": ref_a @ alt_b + alt_a @ ref_b,
        "ibs2": both_ref + shared + alt_a @ alt_b,
    }


def _weights(calls: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """Of a table sites x genotype, the entry of each site's genotype, by sample; 0 where that is unknown."""
    return np.where(calls >= 0, np.take_along_axis(ratio, np.maximum(calls, 0), axis=1), 0.0)
