"""Genes beside their own test: adjusted for the burden, and in pairs (docs/methods.md, 6.23)."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, repeat

import numpy as np

from biomarkers.association import interval_markers, multivariable
from biomarkers.association.genes import BURDENS, CONTRAST, Carriers
from biomarkers.association.rows import Row, identifier, new_row
from biomarkers.association.specification import Endpoint, Genes, Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.errors import count, log
from biomarkers.stats import proportions, regression
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.intervals import Tested, joined
from biomarkers.stats.logrank import EXACT_BELOW, EXACT_TAIL
from biomarkers.stats.risk_tables import Beside, exact_beside

BY_LAW = "p exact given the risk sets and the fitted hazard of the others, twice the smaller tail"

MOST_IN_PAIRS = 100
"""Genes with most carriers that are tested in pairs: 4,950 of them."""


def adjusted(cohort: Cohort, plan: Plan, outcome: Outcome, found: Carriers, marker_class: str) -> list[Row]:
    """Each gene or set in a model with the plan's `adjust_for`: one row, that of the gene."""
    names = () if plan.genes is None else plan.genes.adjust_for
    if not names or outcome.endpoint.kind not in ("binary", "time_to_event"):
        return []
    others = [_on_scale(plan, cohort.covariates[name]) for name in names]
    used = cohort.usable(outcome, *(one.value for one in others)) & cohort.sequenced
    columns = [column.values for one in others for column in multivariable.terms(one, used)]
    method = multivariable.method_of(outcome)
    right = " + ".join(multivariable.in_model(one.marker) for one in others)
    without = interval_markers.left_out(cohort, outcome, others)
    exact = _by_the_law(cohort, outcome, used, found, columns)
    rows = []
    for place, (name, carrier, of_gene) in enumerate(
        zip(found.genes, found.carrier, found.notes or repeat(""), strict=False)
    ):
        fitted = multivariable.fit(cohort, outcome, used, np.column_stack([carrier[used].astype(float), *columns]))
        term, by_law = fitted.terms[0], ""
        if exact and (exact.expected[place] < EXACT_BELOW or term.p_value < EXACT_TAIL) and not np.isnan(term.p_value):
            term, by_law = term._replace(p_value=float(exact.p_value[place])), BY_LAW
        model = f"{fitted.method}: {outcome.endpoint.name} ~ {name} + {right}"
        doubt = regression.doubt(term, fitted)
        note = joined(model, doubt, by_law, without, of_gene)
        row = new_row(
            outcome,
            name,
            used,
            fitted.method,
            CONTRAST,
            term.ratio,
            multivariable.ESTIMATE[method],
            Tested(term.statistic, term.p_value, note, doubt),
            marker_class=marker_class,
            corrected_with=f"{marker_class}s adjusted",
        )
        test = identifier(outcome, name, CONTRAST.name, "adjusted", method)
        rows.append(replace(row, test=test, adjusted_for=", ".join(names)))
    return rows


def _by_the_law(
    cohort: Cohort, outcome: Outcome, used: Booleans, found: Carriers, columns: list[Floats]
) -> Beside | None:
    """Of a time the p of each gene given the risk sets, in which the hazard is that of the columns alone."""
    if outcome.time is None or not outcome.event[used].any():
        return None
    x = np.column_stack(columns) if columns else np.zeros((int(used.sum()), 1))
    # As of an exchanged cohort, whose ratios need no limits.
    alone = multivariable.fit(replace(cohort, is_exchanged=True), outcome, used, x)
    score = (x - x.mean(axis=0)) @ np.nan_to_num(np.log([term.ratio.estimate for term in alone.terms]))
    weight = np.exp(np.maximum(score - score.max(), -500))
    time, event, stratum = cohort.survival(outcome, used)
    return exact_beside(time, event, found.carrier[:, used].T.astype(float), weight, stratum)


def pairs(cohort: Cohort, genes: Genes, found: Carriers) -> list[Row]:
    """Fisher's test of every two genes with enough carriers: whether they are mutated together or instead of another.

    The endpoint is the second gene; an odds ratio above 1 means together. All pairs are one family.
    """
    if genes.pairs_from is None:
        return []
    number = (found.carrier & cohort.sequenced).sum(axis=1)
    kept = [i for i in range(len(found.genes)) if number[i] >= genes.pairs_from]
    if len(kept) > MOST_IN_PAIRS:
        log.warning("pairs of genes: the %d with most carriers of %d are tested", MOST_IN_PAIRS, len(kept))
        kept = kept[:MOST_IN_PAIRS]
    rows = []
    for one, other in combinations(kept, 2):
        a, b = (found.carrier[i].astype(float) for i in (one, other))
        looked = (
            cohort.sequenced if found.looked is None else cohort.sequenced & found.looked[one] & found.looked[other]
        )
        outcome = Outcome(Endpoint(found.genes[other], "binary", found.genes[other]), b)
        odds, test = proportions.fisher_of(a[looked], b[looked])
        both = int((a * b)[looked].sum())
        row = new_row(
            outcome,
            found.genes[one],
            looked,
            "fisher",
            replace(CONTRAST, name="co_occurrence"),
            odds,
            "odds_ratio",
            test,
            marker_class="gene",
            corrected_with="gene pairs",
        )
        rows.append(
            replace(
                row.noted(f"{count(both, 'patient carries', 'patients carry')} both"), family="exploratory gene pairs"
            )
        )
    return rows


def _on_scale(plan: Plan, measured: Measured) -> Measured:
    """A covariate on the scale of models: burdens on the logarithmic one, unless the plan declares the marker."""
    marker = measured.marker
    if marker.name in plan.markers or marker.kind != "continuous" or not BURDENS.fullmatch(marker.name):
        return measured
    return replace(measured, marker=replace(marker, transform="log2p1"))
