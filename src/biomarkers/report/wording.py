"""Names as a reader sees them: endpoints, markers, methods, groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from biomarkers.errors import count
from biomarkers.report.numbers import estimate, interval, missing, number

LABELS = {
    "tmb_per_mb": "TMB (mutations per Mb)",
    "pdl1": "PD-L1",
    "albumin_g_l": "Albumin (g/L)",
    "bilirubin_umol_l": "Bilirubin (µmol/L)",
    "afp_ng_ml": "AFP (ng/mL)",
    "ca19_9_u_ml": "CA 19-9 (U/mL)",
    "serum_afp": "AFP (ng/mL)",
    "serum_ca19_9": "CA 19-9 (U/mL)",
    "serum_albumin": "Albumin (g/L)",
    "serum_bilirubin": "Bilirubin (µmol/L)",
    "child_pugh_class": "Child-Pugh class",
    "child_pugh_score": "Child-Pugh score",
    "pfs": "Progression-free survival",
    "os": "Overall survival",
    "dor": "Duration of response",
    "response": "Response",
    "responder": "Response",
    "n_variants": "Number of variants",
    "orr": "Objective response rate (ORR)",
    "dcr": "Disease control rate (DCR)",
    "sd_gt_4_months": "Stable disease for more than 4 months",
    "pfs_median": "Median progression-free survival",
    "os_median": "Median overall survival",
    "dor_median": "Median duration of response",
    "dor_rate": "Rate of lasting response",
    "ttp": "Time to progression",
    "ttp_median": "Median time to progression",
    "ttp_rate": "Rate without progression",
    "follow_up_median": "Median follow-up (reverse Kaplan-Meier)",
    "ttr_median": "Median time to response",
    "ttr_minimum": "Shortest time to response",
    "ttr_maximum": "Longest time to response",
    "all_treated": "All treated",
    "discontinuation": "Led to discontinuation",
    "immune_related": "Immune-related",
    "best_response_agreement": "Agreement on best response",
    "merino_wes": "Merino WES",
}
OTHER_PRESET = re.compile(r"(.+_(?:median|rate))_(fda|ema_itt)")
"""An estimate of times by the censoring preset that is not the trial's own."""
ACRONYMS = {
    "tls": "TLS",
    "ic": "IC",
    "msi": "MSI",
    "albi": "ALBI",
    "inr": "INR",
    "hbv": "HBV",
    "hcv": "HCV",
    "pdl1": "PD-L1",
    "tmb": "TMB",
    "ecog": "ECOG",
    "ldh": "LDH",
    "orr": "ORR",
    "pfs": "PFS",
    "os": "OS",
}
METHODS = {
    "mann_whitney": "Mann-Whitney",
    "fisher": "Fisher's exact",
    "kruskal_wallis": "Kruskal-Wallis",
    "cochran_armitage": "Cochran-Armitage trend",
    "spearman": "Spearman",
    "logistic": "Logistic model",
    "firth_logistic": "Firth logistic model",
    "logrank": "Log-rank",
    "logrank_permutation": "Log-rank, permutation",
    "cox": "Cox model",
    "cox_likelihood_ratio": "Cox model, likelihood ratio",
    "firth_cox": "Firth Cox model",
    "maximally_selected": "Maximally selected statistic",
    "nested_cv": "Nested cross-validation",
    "likelihood_ratio": "Likelihood ratio",
    "mantel_haenszel": "Cochran-Mantel-Haenszel",
    "mantel_haenszel_exact": "Exact conditional test in strata",
    "breslow_day": "Breslow-Day (strata agree)",
    "woolf": "Woolf (strata agree)",
    "milestone": "Kaplan-Meier at a month",
    "rmst": "Restricted mean time",
}
AS_STATED = "per the unit stated"
ESTIMATES = {
    "hodges_lehmann": "Hodges-Lehmann shift",
    "odds_ratio": "odds ratio",
    "hazard_ratio": "hazard ratio",
    "hazard_ratio_mh": "Peto one-step hazard ratio",
    "odds_ratio_mh": "Mantel-Haenszel odds ratio",
    "survival_difference": "difference of shares",
    "survival_difference_loglog": "difference of shares, log-log limits",
    "rmst_difference": "difference in months",
    "rmst_ratio": "ratio of mean times",
    "odds_ratio_rescaled": f"odds ratio {AS_STATED}",
    "hazard_ratio_rescaled": f"hazard ratio {AS_STATED}",
    "auc": "AUC",
    "rho": "rank correlation",
    "cutpoint": "cutoff",
    "concordance": "concordance (Harrell's C)",
    "brier": "Brier score",
    "calibration_intercept": "calibration intercept",
    "calibration_slope": "calibration slope",
}
ABBREVIATIONS = {
    "hodges_lehmann": "HL shift",
    "odds_ratio": "OR",
    "hazard_ratio": "HR",
    "hazard_ratio_mh": "HR, Peto one-step",
    "odds_ratio_rescaled": "OR",
    "hazard_ratio_rescaled": "HR",
    "auc": "AUC",
    "rho": "rho",
}
OTHER_SIDE = {">": "<=", ">=": "<"}
"""Side of a cutoff on which the second group lies, by that of the first."""
STEPS = {
    "enrolled": "Enrolled",
    "treated": "Treated",
    "evaluable": "Evaluable for response",
    "sequenced": "Sequenced",
    "with_tmb": "With a TMB",
    "with_pdl1": "With a PD-L1 score",
    "in_subset": "In the subset of the plan",
    "in_primary_analysis": "In the primary analysis",
}


def label(name: object) -> str:
    """The reader's name of an endpoint, marker, rate or definition: known names in words, others as they are.

    >>> label("pfs"), label("transversion_high"), label("KRAS"), label("tmb_per_mb x pdl1")
    ('Progression-free survival', 'Transversion high', 'KRAS', 'TMB x PD-L1')

    What the other censoring preset gave has that preset's name behind it:

    >>> label("pfs_median_fda"), label("pfs_rate_ema_itt")
    ('Median progression-free survival (FDA censoring)', 'PFS rate (EMA censoring)')
    """
    if str(name) in LABELS:
        return LABELS[str(name)]
    if preset := OTHER_PRESET.fullmatch(str(name)):
        return f"{label(preset[1])} ({SHORT_NOTES[preset[2]]})"
    words = [ACRONYMS.get(word, word) for word in str(name).replace("tmb_per_mb", "tmb").replace("_", " ").split(" ")]
    if words[0].islower():
        words[0] = words[0].capitalize()
    return " ".join(words)


def short_label(name: object) -> str:
    """`label` for a place with little room: abbreviations for what has one.

    >>> short_label("tmb_per_mb"), short_label("pfs"), short_label("smoker")
    ('TMB', 'PFS', 'Smoker')
    """
    text = str(name)
    return {"tmb_per_mb": "TMB", "pfs": "PFS", "os": "OS", "dor": "DOR"}.get(text, label(text))


def sentence_label(name: object) -> str:
    """`label` for use inside a sentence: a capital that it was given goes, an abbreviation stays.

    >>> sentence_label("pfs"), sentence_label("durable_benefit"), sentence_label("KRAS"), sentence_label("pdl1")
    ('progression-free survival', 'durable benefit', 'KRAS', 'PD-L1')
    """
    text = label(name)
    keeps_its_capital = text == str(name) or text[:2].isupper()
    return text if keeps_its_capital else text[0].lower() + text[1:]


def enumerated(texts: Sequence[str]) -> str:
    """Texts as a sentence names them.

    >>> enumerated(["JS311"]), enumerated(["JS311", "22C3"]), enumerated(["a", "b", "c"])
    ('JS311', 'JS311 and 22C3', 'a, b and c')
    """
    return " and ".join([*filter(None, [", ".join(texts[:-1])]), *texts[-1:]])


SHORT_NOTES = {
    "ema_itt": "EMA censoring",
    "fda": "FDA censoring",
    "S(t) is exactly 0.5 over a step: its mid-point": "mid-point rule",
}
"""Notes of the table of rates where there is little room; the page's glossary explains them."""


def unit(name: object) -> str:
    """The unit in a marker's label; empty without one.

    >>> unit("tmb_per_mb"), unit("afp_ng_ml"), unit("age")
    ('mutations per Mb', 'ng/mL', '')
    """
    return label(name).partition(" (")[2].rstrip(")")


def estimates(rows: pd.DataFrame) -> list[str]:
    """The estimates of a test with their intervals, as `hazard ratio 0.20 (95% CI 0.07 to 0.51)`.

    rows: of the result table, with `estimate estimate_type ci_low ci_high`; those without an estimate say nothing.
    """
    return [
        f"{_kind(row)} {interval(row.estimate, row.ci_low, row.ci_high)}"
        for row in rows.itertuples()
        if not missing(row.estimate)
    ]


def _kind(row: Any) -> str:
    """The kind of a row's estimate in a sentence, which has no column for what a rescaled ratio is per."""
    kind = estimate_type(row.estimate_type)
    return kind.replace(AS_STATED, in_units(row) or AS_STATED) if kind.endswith(AS_STATED) else kind


def estimate_type(name: Any) -> str:
    """The kind of an estimate in words; empty when missing."""
    return "" if missing(name) else ESTIMATES.get(str(name), str(name).replace("_", " "))


def groups(row: Any) -> tuple[str, str] | None:
    """Names of a test's groups, the first first, a cutoff with three digits; None when it compares no two groups.

    row: of the result table, as `each` gives it.
    """
    if missing(row.first) or missing(row.second):
        return None
    if row.marker_kind == "binary" and (str(row.first), str(row.second)) == ("1", "0"):
        return "yes", "no"
    if missing(row.cut_at) or row.cut_side not in OTHER_SIDE:
        return str(row.first), str(row.second)
    return f"{row.cut_side} {number(row.cut_at)}", f"{OTHER_SIDE[row.cut_side]} {number(row.cut_at)}"


def comparison(row: Any) -> str:
    """What a test compared: its groups' names, or what its ratio is per, else the table's own words for it.

    row: of the result table, as `each` gives it. Tables of version 0.1 do not say what a ratio is per but in words.
    """
    if names := groups(row):
        return " vs ".join(names) + _at(row)
    return in_units(row) or ("" if missing(row.contrast) else str(row.contrast))


def _at(row: Any) -> str:
    """The month of a comparison at, or up to, a month; empty for any other."""
    if missing(row.months):
        return ""
    return f" {'at' if row.method == 'milestone' else 'up to'} {count(float(row.months), 'month')}"


def in_units(row: Any) -> str:
    """What the ratio or coefficient of a row is per; empty between groups. row: of the results or of the models.

    >>> from types import SimpleNamespace as Row
    >>> in_units(Row(marker="age", per=10.0, per_named=None, transform=None))
    'per 10'
    >>> in_units(Row(marker="afp", per=1.0, per_named=None, transform="log2p1"))
    'per doubling of Afp + 1'
    >>> in_units(Row(marker="tmb_per_mb", per=0.4512, per_named="sd", transform="log2p1"))
    'per SD (0.451) of log2(TMB + 1)'
    """
    if missing(row.per):
        return ""
    if row.per_named == "level":
        return "per level"
    marker, per_sd, as_logarithm = short_label(row.marker), row.per_named == "sd", row.transform == "log2p1"
    if as_logarithm and row.per == 1 and not per_sd:
        return f"per doubling of {marker} + 1"
    size = f"SD ({number(row.per)})" if per_sd else "unit" if row.per == 1 else f"{row.per:g}"
    return f"per {size}" + (f" of log2({marker} + 1)" if as_logarithm else "")


def exact(row: Any) -> str:
    """The cutoff of a test with every digit that the table has; empty without one or where `comparison` shows all."""
    if missing(row.cut_at) or f"{row.cut_at:g}" == number(row.cut_at):
        return ""
    return f"cutoff {row.cut_at}"


def short_estimate(row: Any) -> str:
    """An estimate with its kind, as `HR 0.200`; row of the result table."""
    kind = ABBREVIATIONS.get(str(row.estimate_type), estimate_type(row.estimate_type))
    return f"{kind} {estimate(row.estimate)}"


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples; their cells are typed by the table's schema, which a type checker cannot know."""
    return iter(frame.itertuples())
