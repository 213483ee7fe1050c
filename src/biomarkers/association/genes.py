"""Genes: patients with a counted variant against those without, for every gene with enough carriers.

A sequenced patient without a counted variant is wild type; a patient who was not sequenced is missing, and so is one
with a variant in the gene whose consequence is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from biomarkers.association.contrasts import Contrast
from biomarkers.association.groups import group_row, summaries
from biomarkers.association.results import Compared, Group
from biomarkers.association.rows import Row, new_rows
from biomarkers.association.specification import Genes, Plan
from biomarkers.association.values import Cohort, Outcome, numbers
from biomarkers.errors import InputError, Problem, count, first_few, log, nearest
from biomarkers.genome.consequence_terms import terms_in, terms_of, unknown_words, unread
from biomarkers.genome.gene_names import of_genes
from biomarkers.genome.tmb_definitions import make_carriers, not_understood
from biomarkers.io.progress import Progress
from biomarkers.stats import proportions, regression
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.cox_each import cox_each
from biomarkers.stats.intervals import Interval, Tested, joined
from biomarkers.stats.logrank import logrank_each

AT_ONCE = 2500
"""Genes tested side by side, so that memory does not grow with their number."""

CONTRAST = Contrast("mutated vs wild type", "mutated", "wild type", name="mutated")


BURDENS = re.compile("(tmb_per_mb(_.*)?|n_variants|callable_mb|tumor_sample)")
"""Columns of a cohort that only a sequenced patient has."""


class Carriers(NamedTuple):
    """Genes, most carriers first, and who carries them: one row per gene, one column per patient of the cohort.

    notes: what must be said of each, in the same order; empty where nothing. looked: who was looked at for which gene,
    as `carrier`; None where everybody who was sequenced.
    """

    genes: tuple[str, ...]
    carrier: Booleans
    notes: tuple[str, ...] = ()
    looked: Booleans | None = None


def carriers(mutations: pd.DataFrame, cohort: Cohort, genes: Genes, path: str | Path) -> Carriers:
    """Who carries a counted variant in which gene; genes below the minimum are left out. As `carrying`."""
    return of_pairs(carrying(mutations, cohort, genes, path), cohort, genes)


def of_pairs(pairs: pd.DataFrame, cohort: Cohort, genes: Genes) -> Carriers:
    """The genes of `pairs` (see `carrying`) that enough patients carry."""
    number = pairs["gene"].value_counts()
    kept = sorted(number.index[number >= genes.min_carriers], key=lambda gene: (-number[gene], gene))
    row = {gene: i for i, gene in enumerate(kept)}
    pairs = pairs[pairs["gene"].isin(kept)]
    return Carriers(tuple(kept), matrix(pairs["patient"], pairs["gene"].map(row), len(kept), cohort))


class Unclear(NamedTuple):
    """Variants whose consequence is not understood, so that it is not known whether they count.

    pairs: each patient and gene of them, without those of a variant that counts. silent: patients of whom nothing else
    is known, sorted.
    """

    pairs: pd.DataFrame
    silent: list[str]


def unclear(
    mutations: pd.DataFrame, cohort: Cohort, frame: pd.DataFrame, genes: Genes, carried: pd.DataFrame, path: str | Path
) -> Unclear:
    """Of which sequenced patients it is not known whether they carry which gene (docs/methods.md, 6.9); says so.

    mutations: as in `carrying`, which gives `carried`. frame: the cohort table; who has a count of variants there was
    judged by more than these rows. path: used in messages.
    """
    sequenced = {patient for patient, done in zip(cohort.patients, cohort.sequenced, strict=True) if done}
    doubtful = not_understood(set(mutations["consequence"]), genes.consequences)
    own = mutations[mutations["patient"].isin(sequenced)]
    strange = own["consequence"].isin(doubtful)
    pairs = own.loc[strange, ["patient", "gene"]].drop_duplicates()
    if pairs.empty:
        return Unclear(pairs, [])
    pairs = of_genes(pairs[~pd.MultiIndex.from_frame(pairs).isin(pd.MultiIndex.from_frame(carried))])
    judged = set(own.loc[~strange, "patient"])
    judged |= set(frame.loc[frame["n_variants"].notna(), "patient"]) if "n_variants" in frame else set()
    rows = own[~own["patient"].isin(judged)]
    silent = sorted(unread(rows["patient"], rows["consequence"]))
    said = "%s: consequences that are not understood: %s; whose gene has one and no variant that counts is missing"
    said += " there, not wild type"
    log.warning(said, path, first_few(sorted(set(own.loc[strange, "consequence"]))))
    if silent:
        log.warning("%s: no consequence is known in any row of %s: missing for every gene", path, first_few(silent))
    return Unclear(pairs, silent)


def without_unclear(found: Carriers, unclear: pd.DataFrame, cohort: Cohort) -> Carriers:
    """Genes with who is missing for them; unclear: as in `Unclear`."""
    of = unclear.groupby("gene")["patient"].agg(set).to_dict()
    return without(found, [of.get(gene, set()) for gene in found.genes], cohort)


def without(found: Carriers, unclear: Sequence[Collection[str]], cohort: Cohort) -> Carriers:
    """Genes or sets with who is missing for them, counted in their notes; unclear: of each, who is not known."""
    if not any(unclear):
        return found
    missing = np.vstack([np.isin(cohort.patients, sorted(own)) for own in unclear]) & ~found.carrier
    looked = np.ones_like(missing) if found.looked is None else found.looked
    without_it = "whose consequence there is not understood"
    said = [
        count(n, f"patient {without_it} is", f"patients {without_it} are") + " missing" if n else ""
        for n in (missing & looked & cohort.sequenced).sum(axis=1).tolist()
    ]
    notes = tuple(joined(*both) for both in zip(found.notes or [""] * len(said), said, strict=True))
    return found._replace(looked=looked & ~missing, notes=notes)


def matrix(patients: pd.Series, rows: pd.Series, count: int, cohort: Cohort) -> Booleans:
    """True at each row and patient named; rows: 0 to count - 1; columns as the cohort has its patients."""
    position = {patient: i for i, patient in enumerate(cohort.patients)}
    found = np.zeros((count, len(cohort.patients)), dtype=bool)
    found[rows.to_numpy(int), patients.map(position).to_numpy(int)] = True
    return found


def carrying(mutations: pd.DataFrame, cohort: Cohort, genes: Genes, path: str | Path) -> pd.DataFrame:
    """Each patient and gene of a counted variant, once, of the sequenced patients of the cohort.

    mutations: columns patient, gene, consequence. path: used in messages. Raises InputError when no patient of the
    table is in the cohort, or when no consequence of the table is known.
    """
    counted = mutations[_counted(mutations["consequence"], genes.consequences, path)]
    position = {patient: i for i, patient in enumerate(cohort.patients)}
    strangers = sorted(set(mutations["patient"]) - position.keys())
    if strangers and len(strangers) == mutations["patient"].nunique():
        raise InputError(Problem(str(path), "patient", strangers[0], "at least one patient of the cohort table"))
    if strangers:
        who = count(len(strangers), "patient is", "patients are")
        log.warning("%s: %s not in the cohort table: %s", path, who, first_few(strangers))
    unsequenced = {p for p, done in zip(cohort.patients, cohort.sequenced, strict=True) if not done}
    contradicting = sorted(unsequenced & set(mutations["patient"]))
    if contradicting:
        who = count(len(contradicting), "patient has variants but does", "patients have variants but do")
        log.warning("%s: %s not count as sequenced: %s", path, who, first_few(contradicting))
    own = of_genes(counted[counted["patient"].isin(position.keys() - unsequenced)])
    return own[["patient", "gene"]].drop_duplicates()


def with_sequenced(
    cohort: Cohort, frame: pd.DataFrame, mutations: pd.DataFrame, listed: Mapping[str, bool] | None, path: str | Path
) -> Cohort:
    """The cohort with who was sequenced: as its column or the list says; without either, everybody.

    frame: the cohort table. Where a column or a list is there, a patient of whom neither says it and who has no variant
    is missing in tests of genes, not wild type. Patients whom neither variants nor burdens show to have been sequenced
    are warned of in both cases (docs/methods.md, 6.9).
    """
    patient = frame["patient"]
    stated = numbers(frame["sequenced"]) if "sequenced" in frame else np.full(len(frame), np.nan)
    if listed is not None:
        own = patient.map(lambda name: float(listed.get(name, False))).to_numpy()
        stated = np.where(np.isnan(stated), own, stated)
    everybody = "sequenced" not in frame and listed is None
    mutated = patient.isin(mutations["patient"]).to_numpy()
    doubtful = np.isnan(stated) & ~mutated
    if everybody:
        burdens = [column for column in frame if BURDENS.fullmatch(str(column))]
        doubtful &= frame[burdens].isna().all(axis=1).to_numpy()
    if doubtful.any():
        counted_as = "wild type" if everybody else "missing, not wild type"
        said = "%s: patients without variants (%d): nothing says that they were sequenced: in tests of genes they are"
        said += " %s (a column sequenced or a list, --sequenced, says it): %s"
        log.warning(said, path, doubtful.sum(), counted_as, first_few(list(patient[doubtful])))
    sequenced = np.where(np.isnan(stated), mutated | everybody, stated == 1).astype(bool)
    return replace(cohort, sequenced=sequenced)


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
        left = count(int(other.sum()), "variant of a sample not chosen is", "variants of samples not chosen are")
        log.warning("%s: %s left out: %s", path, left, first_few(names))
    return mutations[~other]


def compare_genes(
    cohort: Cohort, plan: Plan, outcome: Outcome, found: Carriers, *, marker_class: str = "gene"
) -> Compared:
    """Rows of both tables: Fisher (binary), log-rank and Cox (time to event); no gene test of other endpoints."""
    kind = outcome.endpoint.kind
    if kind not in ("binary", "time_to_event"):
        log.warning("genes are not tested against %s: it is %s", outcome.endpoint.name, kind)
        return Compared([], [])
    used = cohort.usable(outcome) & cohort.sequenced
    described = outcome.known & cohort.sequenced  # a median is not of strata, as that of any other group
    rows: list[Row] = []
    groups: list[Group] = []
    classes = {"marker_class": marker_class, "corrected_with": f"{marker_class}s"}
    progress = Progress(f"{marker_class.replace('_', ' ')}s against {outcome.endpoint.name}", len(found.genes))
    for start in range(0, len(found.genes), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        names, carrier, notes = found.genes[part], found.carrier[part].T, found.notes[part] or repeat("")
        for methods, estimates, kind, tests in _tests(cohort, plan, outcome, used, carrier[used].astype(float)):
            noted = [test._replace(note=joined(test.note, note)) for test, note in zip(tests, notes, strict=False)]
            rows.append(new_rows(outcome, names, methods, CONTRAST, estimates, kind, noted, used=used, **classes))
        sides = [summaries(outcome, side & described[:, None]) for side in (carrier, ~carrier)]
        for name, *found_of in zip(names, *sides, strict=True):
            groups += [
                group_row(outcome, name, *side, marker_class=marker_class)
                for side in zip(("mutated", "wild type"), found_of, strict=True)
            ]
        progress.add(len(names))
    return Compared(rows, groups)


class _Tests(NamedTuple):
    """What the rows of genes have beside their names, an entry for each gene."""

    methods: str | Sequence[str]
    estimates: Sequence[Interval]
    estimate_type: str
    tested: Sequence[Tested]


def _tests(cohort: Cohort, plan: Plan, outcome: Outcome, used: Booleans, member: Floats) -> list[_Tests]:
    """The tests of genes against a binary endpoint or a time, side by side; member: patients used x genes."""
    if outcome.time is None:
        note = "not stratified" if plan.strata else ""
        odds, tests = zip(*proportions.fisher_each(member, outcome.event[used]), strict=True)
        return [_Tests("fisher", odds, "odds_ratio", [test._replace(note=joined(test.note, note)) for test in tests])]
    time, event, stratum = cohort.survival(outcome, used)
    one_step = logrank_each(time, event, member, stratum, many=True)
    fits = cox_each(member, time, event, stratum)
    terms = [fit.terms[0] for fit in fits]
    doubts = [regression.doubt(term, fit) for term, fit in zip(terms, fits, strict=True)]
    of_model = [Tested(term.statistic, term.p_value, said, said) for term, said in zip(terms, doubts, strict=True)]
    return [
        _Tests("logrank", [one.ratio for one in one_step], "hazard_ratio_mh", [one.test for one in one_step]),
        _Tests([fit.method for fit in fits], [term.ratio for term in terms], "hazard_ratio", of_model),
    ]


def _counted(consequence: pd.Series, wanted: tuple[str, ...] | str, path: str | Path) -> pd.Series:
    """True for each variant that makes a carrier; `nonsynonymous` is the definition of burden of that name."""
    if wanted == "all":
        return pd.Series(True, index=consequence.index)
    texts = set(consequence)
    if isinstance(wanted, str):
        if texts and not any(terms_in(text) for text in texts):
            expected = "Sequence Ontology terms or MAF classes such as missense_variant or Missense_Mutation"
            raise InputError(
                Problem(str(path), "consequence", consequence.iloc[0], expected, int(consequence.index[0]))
            )
    else:
        found = {word for text in texts for word in (*terms_in(text), *unknown_words([text]))}
        for word in wanted:
            if not {*terms_of(word), word} & found:
                log.warning("%s: no variant has the plan's consequence '%s'%s", path, word, nearest(word, found))
    return consequence.map(make_carriers(texts, wanted)).astype(bool)
