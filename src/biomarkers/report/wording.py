"""Numbers and sentences as a reader sees them; every function takes plain values and returns text.

>>> p_value(0.00084), p_value(0.0312), p_value(0.4), p_value(3e-7)
('0.0008', '0.031', '0.40', '< 0.0001')
>>> interval(0.19, 0.0712, 17.06)
'0.19 (95% CI 0.071 to 17.1)'
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

LABELS = {
    "tmb_per_mb": "TMB (mutations per Mb)",
    "pdl1": "PD-L1",
    "pfs": "Progression-free survival",
    "os": "Overall survival",
    "dor": "Duration of response",
    "response": "Response",
    "responder": "Response",
    "orr": "Objective response rate (ORR)",
    "dcr": "Disease control rate (DCR)",
    "sd_gt_4_months": "Stable disease for more than 4 months",
    "pfs_rate": "Free of progression",
    "os_rate": "Alive",
    "pfs_median": "Median progression-free survival",
    "os_median": "Median overall survival",
    "dor_median": "Median duration of response",
    "all_treated": "all treated",
    "evaluable": "evaluable",
    "grade_3_or_higher": "grade 3 or higher",
    "discontinuation": "led to discontinuation",
    "best_response_agreement": "Agreement on best response",
}
ACRONYMS = {"pdl1": "PD-L1", "tmb": "TMB", "ecog": "ECOG", "ldh": "LDH", "orr": "ORR", "pfs": "PFS", "os": "OS"}
METHODS = {
    "mann_whitney": "Mann-Whitney",
    "fisher": "Fisher's exact",
    "kruskal_wallis": "Kruskal-Wallis",
    "cochran_armitage": "Cochran-Armitage trend",
    "spearman": "Spearman",
    "logistic": "Logistic model",
    "firth_logistic": "Firth logistic model",
    "logrank": "Log-rank",
    "cox": "Cox model",
    "firth_cox": "Firth Cox model",
    "maximally_selected": "Maximally selected statistic",
    "nested_cv": "Nested cross-validation",
}
ESTIMATES = {
    "hodges_lehmann": "Hodges-Lehmann shift",
    "odds_ratio": "odds ratio",
    "hazard_ratio": "hazard ratio",
    "hazard_ratio_mh": "hazard ratio (one-step)",
    "auc": "AUC",
    "rho": "rank correlation",
    "cutpoint": "cutpoint",
    "brier": "Brier score",
    "calibration_slope": "calibration slope",
}
ABBREVIATIONS = {
    "hodges_lehmann": "HL shift",
    "odds_ratio": "OR",
    "hazard_ratio": "HR",
    "hazard_ratio_mh": "HR, one-step",
    "auc": "AUC",
    "rho": "rho",
}
NOT_REACHED = "not reached"
STEPS = {
    "enrolled": "Enrolled",
    "treated": "Treated",
    "evaluable": "Evaluable for response",
    "sequenced": "Sequenced",
    "with_tmb": "With a TMB",
    "with_pdl1": "With a PD-L1 score",
    "in_primary_analysis": "In the primary analysis",
}


def label(name: object) -> str:
    """The reader's name of an endpoint, marker, rate or definition: known names in words, others as they are.

    >>> label("pfs"), label("transversion_high"), label("KRAS")
    ('Progression-free survival', 'Transversion high', 'KRAS')
    """
    if str(name) in LABELS:
        return LABELS[str(name)]
    words = [ACRONYMS.get(word, word) for word in str(name).replace("_", " ").split(" ")]
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


def number(value: Any, *, digits: int = 3) -> str:
    """A number to `digits` significant figures without exponents for usual sizes; empty when missing.

    >>> number(0.190408), number(17.0513), number(1234.0), number(float("nan")), number(float("inf")), number(0.0)
    ('0.19', '17.1', '1,234', '', '∞', '0')
    """
    if missing(value):
        return ""
    value = float(value)
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= 6 or size < -4:
        return f"{value:.{digits - 1}e}".replace("-", "−")
    decimals = max(0, digits - 1 - size)
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def effect(value: Any) -> str:
    """An estimate or its limit as journals print it: three figures, at most two decimals, two figures below 0.1.

    >>> effect(9), effect(0.366), effect(17.06), effect(178.2), effect(0.0712), effect(-0.5), effect(0)
    ('9.00', '0.37', '17.1', '178', '0.071', '−0.50', '0')
    """
    if missing(value) or not math.isfinite(float(value)) or float(value) == 0:
        return number(value)
    size = math.floor(math.log10(abs(float(value))))
    if not -4 <= size < 6:
        return number(value, digits=2)
    return f"{float(value):,.{max(0, 2 - max(size, 0)) if size >= -1 else 1 - size}f}".replace("-", "−")


def percent(value: Any) -> str:
    """A fraction as percent with one decimal.

    >>> percent(30 / 102), percent(None)
    ('29.4%', '')
    """
    return "" if missing(value) else f"{100 * float(value):.1f}%"


def p_value(value: Any) -> str:
    """A p or q value as journals print it; empty when missing."""
    if missing(value):
        return ""
    value = float(value)
    if value < 0.0001:
        return "< 0.0001"
    return f"{value:.{4 if value < 0.001 else 3 if value < 0.0995 else 2}f}"


def p_phrase(value: Any, letter: str = "p") -> str:
    """`p = 0.031`, or `p < 0.0001`; empty when missing.

    >>> p_phrase(0.031), p_phrase(1e-9, "q")
    ('p = 0.031', 'q < 0.0001')
    """
    text = p_value(value)
    return "" if not text else f"{letter} {text}" if text.startswith("<") else f"{letter} = {text}"


def bounds(low: Any, high: Any) -> str:
    """Limits of an effect, as `0.071 to 0.51`; a side without a value is `not reached`; empty when both are missing."""
    return "" if missing(low) and missing(high) else f"{effect(low) or NOT_REACHED} to {effect(high) or NOT_REACHED}"


def percent_bounds(low: Any, high: Any) -> str:
    """`bounds` of a share, in percent."""
    return "" if missing(low) and missing(high) else f"{percent(low) or NOT_REACHED} to {percent(high) or NOT_REACHED}"


def interval(estimate: Any, low: Any, high: Any) -> str:
    """An effect with its limits."""
    limits = bounds(low, high)
    return effect(estimate) + (f" (95% CI {limits})" if limits else "")


def share(estimate: Any, low: Any, high: Any) -> str:
    """A share with its limits, in percent.

    >>> share(0.2941, 0.208, 0.393)
    '29.4% (95% CI 20.8% to 39.3%)'
    """
    limits = percent_bounds(low, high)
    return percent(estimate) + (f" (95% CI {limits})" if limits else "")


def months(value: Any) -> str:
    """A duration with its unit.

    >>> months(7.25)
    '7.2 months'
    """
    return "" if missing(value) else f"{float(value):.1f} months"


def month_bounds(low: Any, high: Any) -> str:
    """Limits of a median time, one decimal as the median; an upper limit that is not known was not reached."""
    if missing(low) and missing(high):
        return ""
    return " to ".join(NOT_REACHED if missing(v) else f"{float(v):.1f}" for v in (low, high))


def median(estimate: Any, low: Any, high: Any) -> str:
    """A median time with its interval.

    >>> median(17.0513, 4.1, None)
    '17.1 months (95% CI 4.1 to not reached)'
    """
    limits = month_bounds(low, high)
    return (months(estimate) or NOT_REACHED) + (f" (95% CI {limits})" if limits else "")


def estimates(rows: pd.DataFrame) -> list[str]:
    """The estimates of a test with their intervals, as `hazard ratio 0.20 (95% CI 0.07 to 0.51)`.

    rows: of the result table, with `estimate estimate_type ci_low ci_high`; those without an estimate say nothing.
    """
    return [
        f"{estimate_type(row.estimate_type)} {interval(row.estimate, row.ci_low, row.ci_high)}"
        for row in rows.itertuples()
        if not missing(row.estimate)
    ]


def estimate_type(name: Any) -> str:
    """The kind of an estimate in words; empty when missing."""
    return "" if missing(name) else ESTIMATES.get(str(name), str(name).replace("_", " "))


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples; their cells are typed by the table's schema, which a type checker cannot know."""
    return iter(frame.itertuples())


def count(n: int, one: str, many: str | None = None) -> str:
    """`1 patient`, `2 patients`.

    >>> count(1, "patient"), count(1234, "patient")
    ('1 patient', '1,234 patients')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def missing(value: Any) -> bool:
    """True for None, NaN, NA and NaT."""
    return value is None or bool(pd.isna(value))
