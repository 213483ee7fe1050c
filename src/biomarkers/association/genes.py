"""Genes: patients with a counted variant against those without, for every gene with enough carriers.

A sequenced patient without a counted variant is wild type; a patient who was not sequenced is missing.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from biomarkers.association.contrasts import Contrast
from biomarkers.association.groups import describe
from biomarkers.association.results import Compared, Group, Row, identifier
from biomarkers.association.specification import Genes, Plan
from biomarkers.association.values import Cohort, Outcome
from biomarkers.errors import InputError, Problem, nearest
from biomarkers.stats import logrank as survival
from biomarkers.stats import proportions
from biomarkers.stats.cox import cox
from biomarkers.stats.intervals import Interval, Tested, joined

log = logging.getLogger("biomarkers")

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

CONTRAST = Contrast("mutated vs wild type", "mutated", "wild type")

AT_ONCE = 1000
"""Genes per block, so that the arrays (event times x genes) stay small whatever the number of genes."""

NONSYNONYMOUS = {
    # Sequence Ontology terms of the definition `nonsynonymous` (methods.md, 1)
    *("missense_variant", "stop_gained", "frameshift_variant", "inframe_insertion", "inframe_deletion", "start_lost"),
    *("stop_lost", "splice_acceptor_variant", "splice_donor_variant", "protein_altering_variant"),
    # the same as bcftools csq writes them
    *("missense", "frameshift", "splice_acceptor", "splice_donor", "inframe_altering"),
    # the same as classes of the Mutation Annotation Format
    *("missense_mutation", "nonsense_mutation", "nonstop_mutation", "translation_start_site", "splice_site"),
    *("frame_shift_del", "frame_shift_ins", "in_frame_del", "in_frame_ins"),
}
"""Consequences of `nonsynonymous`, lower case."""

OTHERS = {
    *("synonymous_variant", "synonymous", "stop_retained_variant", "stop_retained", "start_retained_variant"),
    *("splice_region_variant", "splice_region", "intron_variant", "intron", "intergenic_variant", "non_coding"),
    *("5_prime_utr_variant", "3_prime_utr_variant", "5_prime_utr", "3_prime_utr", "upstream_gene_variant"),
    *("downstream_gene_variant", "silent", "rna", "igr", "5'utr", "3'utr", "5'flank", "3'flank", "targeted_region"),
}
"""Common consequences that are known and not nonsynonymous, lower case."""


class Carriers(NamedTuple):
    """Genes, most carriers first, and who carries them: one row per gene, one column per patient of the cohort."""

    genes: tuple[str, ...]
    carrier: Booleans


def carriers(mutations: pd.DataFrame, cohort: Cohort, genes: Genes, path: str | Path) -> Carriers:
    """Who carries a counted variant in which gene; genes below the minimum are left out.

    mutations: columns patient, gene, consequence. path: used in messages. Raises InputError when no patient of the
    table is in the cohort, or when no consequence of the table is known.
    """
    counted = mutations[_counted(mutations["consequence"], genes.consequences, path)]
    position = {patient: i for i, patient in enumerate(cohort.patients)}
    strangers = sorted(set(mutations["patient"]) - position.keys())
    if strangers and len(strangers) == mutations["patient"].nunique():
        raise InputError(Problem(str(path), "patient", strangers[0], "at least one patient of the cohort table"))
    if strangers:
        log.warning("%s: %d patients are not in the cohort table: %s", path, len(strangers), _listed(strangers))
    unsequenced = {p for p, done in zip(cohort.patients, cohort.sequenced, strict=True) if not done}
    contradicting = sorted(unsequenced & set(mutations["patient"]))
    if contradicting:
        log.warning(
            "%s: %d patients have variants but do not count as sequenced: %s",
            path,
            len(contradicting),
            _listed(contradicting),
        )
    pairs = counted.loc[counted["patient"].isin(position.keys() - unsequenced), ["patient", "gene"]].drop_duplicates()
    number = pairs["gene"].value_counts()
    kept = sorted(number.index[number >= genes.min_carriers], key=lambda gene: (-number[gene], gene))
    row = {gene: i for i, gene in enumerate(kept)}
    pairs = pairs[pairs["gene"].isin(kept)]
    carrier = np.zeros((len(kept), len(cohort.patients)), dtype=bool)
    carrier[pairs["gene"].map(row).to_numpy(int), pairs["patient"].map(position).to_numpy(int)] = True
    return Carriers(tuple(kept), carrier)


def of_chosen(mutations: pd.DataFrame, chosen: pd.Series, path: str | Path) -> pd.DataFrame:
    """Rows of each patient's chosen sample; rows that name no sample, or whose patient has none chosen, are kept.

    mutations: with a column sample, else all rows are kept. chosen: sample by patient. path: used in messages. Raises
    InputError when no row is of a chosen sample, since every gene would then look unmutated.
    """
    if "sample" not in mutations:
        return mutations
    wanted = mutations["patient"].map(chosen)
    known = mutations["sample"].notna() & wanted.notna()
    other = known & (mutations["sample"] != wanted)
    if other.any() and not (known & ~other).any():
        line, first = int(mutations.index[other][0]), mutations[other].iloc[0]
        expected = f"samples as in the cohort's tumor_sample, such as {wanted[other].iloc[0]}"
        raise InputError(Problem(str(path), "sample", first["sample"], expected, line))
    if other.any():
        names = sorted(set(mutations.loc[other, "sample"]))
        log.warning("%s: %d variants of samples not chosen are left out: %s", path, int(other.sum()), _listed(names))
    return mutations[~other]


def compare_genes(cohort: Cohort, plan: Plan, outcome: Outcome, found: Carriers) -> Compared:
    """Rows of both tables: Fisher (binary), log-rank and Cox (time to event); no gene test of other endpoints."""
    used = outcome.known & cohort.sequenced
    kind = outcome.endpoint.kind
    if kind not in ("binary", "time_to_event"):
        log.warning("genes are not tested against %s: it is %s", outcome.endpoint.name, kind)
        return Compared([], [])
    if kind == "time_to_event" and cohort.stratum is not None:
        used &= ~np.isnan(cohort.stratum)
    rows: list[Row] = []
    groups: list[Group] = []
    for start in range(0, len(found.genes), AT_ONCE):
        names, carrier = found.genes[start : start + AT_ONCE], found.carrier[start : start + AT_ONCE]
        test = _fisher_rows if kind == "binary" else _survival_rows
        rows += test(cohort, plan, outcome, names, carrier, used)
        for name, carries in zip(names, carrier, strict=True):
            groups += describe(outcome, name, [("mutated", carries & used), ("wild type", ~carries & used)])
    return Compared(rows, groups)


def _fisher_rows(
    cohort: Cohort, plan: Plan, outcome: Outcome, names: tuple[str, ...], carrier: Booleans, used: Booleans
) -> list[Row]:
    event = outcome.event[used] == 1
    n, events = len(event), int(event.sum())
    mutated = carrier[:, used]
    with_event, without = (mutated & event).sum(axis=1), (mutated & ~event).sum(axis=1)
    rows = []
    for name, a, b in zip(names, with_event.tolist(), without.tolist(), strict=True):
        odds, test = proportions.fisher(a, b, events - a, n - events - b)
        note = joined(test.note, "not stratified" if plan.strata else "")
        rows.append(_row(outcome, name, "fisher", used, odds, "odds_ratio", test._replace(note=note)))
    return rows


def _survival_rows(
    cohort: Cohort, plan: Plan, outcome: Outcome, names: tuple[str, ...], carrier: Booleans, used: Booleans
) -> list[Row]:
    if outcome.time is None:
        raise ValueError("a survival test needs a time")
    time, event, member = outcome.time[used], outcome.event[used], carrier[:, used].T.astype(float)
    stratum = None if cohort.stratum is None else cohort.stratum[used]
    tests = survival.logrank_each(time, event, member, stratum)
    rows = []
    for name, tested, carries in zip(names, tests, member.T, strict=True):
        rows.append(_row(outcome, name, "logrank", used, tested.ratio, "hazard_ratio_mh", tested.test))
        fit = cox(carries[:, None], time, event, stratum)
        term = fit.terms[0]
        test = Tested(term.statistic, term.p_value, fit.note)
        rows.append(_row(outcome, name, fit.method, used, term.ratio, "hazard_ratio", test))
    return rows


def _row(
    outcome: Outcome, gene: str, method: str, used: Booleans, estimate: Interval, estimate_type: str, tested: Tested
) -> Row:
    test = identifier(outcome, gene, "mutated", method.removeprefix("firth_"))
    return Row(test, outcome, gene, method, CONTRAST, used, estimate, estimate_type, tested, "gene", "genes")


def _counted(consequence: pd.Series, wanted: tuple[str, ...] | str, path: str | Path) -> pd.Series:
    """True for each variant that makes a carrier; several terms of one variant are joined by & or comma."""
    if wanted == "all":
        return pd.Series(True, index=consequence.index)
    terms = {text: {t.strip().lower() for t in re.split("[&,]", text)} for text in consequence.unique()}
    present = set().union(*terms.values())
    if isinstance(wanted, str):
        chosen = set(NONSYNONYMOUS)
        if len(consequence) and not present & (NONSYNONYMOUS | OTHERS):
            expected = "Sequence Ontology terms or MAF classes such as missense_variant or Missense_Mutation"
            raise InputError(
                Problem(str(path), "consequence", consequence.iloc[0], expected, int(consequence.index[0]))
            )
    else:
        chosen = {term.lower() for term in wanted}
        for term in sorted(chosen - present):
            log.warning("%s: no variant has the plan's consequence '%s'%s", path, term, nearest(term, present))
    return consequence.map({text: bool(found & chosen) for text, found in terms.items()}).astype(bool)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
