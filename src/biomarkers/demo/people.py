"""The simulated patients: covariates, markers, and how response and survival truly depend on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from biomarkers.demo.mutations import BYSTANDER, DRIVER

RESPONSE_SHARE = 0.28
"""Share of the treated who respond (confirmed CR or PR)."""

RESPONSE_LOG_ODDS = {"tmb_per_mb": 1.6, "pdl1": 0.04, "tls_score": 1.0, DRIVER: 2.0}
"""True log odds of response: per unit of log2(TMB + 1), point of TPS, unit of the score, mutated against wild type."""
PROGRESSION_LOG_HAZARD = {"tmb_per_mb": -0.30, "pdl1": -0.008, "tls_score": -0.20, DRIVER: -0.40}
"""True log hazard of progression on the same scales, beside the effect of responding itself."""
RESPONDER_LOG_HAZARD = -1.2
READ_ENTRY_VARIANTS = 6.0
"""Least expected number of somatic variants of those who enter by reads, so that there is something to call."""
DEATH_LOG_HAZARD = {"tmb_per_mb": -0.20, "pdl1": -0.005}
"""True log hazard of death after progression."""
UNRELATED = {
    "age": "covariate",
    "sex": "covariate",
    "ecog": "covariate",
    "smoker": "covariate",
    "histology": "feature",
    "ic_level": "feature",
    "myeloid_score": "feature",
    BYSTANDER: "gene",
}
"""Markers that nothing depends on."""

NEVER_TREATED, EARLY_DEATH, WITHDREW, SWITCHED = "never_treated", "early_death", "withdrew", "switched"


@dataclass(frozen=True)
class Person:
    """One patient. entry: fastq, bam, vcf or none (not sequenced). pdl1: true TPS, 0-100.

    expected_variants: mean number of somatic variants beside the marker genes. mutated: marker genes that carry one.
    role: an unusual course, or empty.
    """

    patient: str
    number: int
    entry: str
    age: int
    sex: str
    ecog: int
    smoker: int
    histology: str
    ic_level: str
    tls_score: float
    myeloid_score: float
    pdl1: float
    purity: float
    expected_variants: float
    mutated: tuple[str, ...]
    role: str


def people(rng: np.random.Generator, count: int) -> list[Person]:
    """`count` patients. The first enter by reads, the last are not sequenced, all others enter by VCF."""
    width = 3 if count >= 100 else 2
    fastq, bam, unsequenced = (4, 3, 2) if count >= 20 else (1, 1, 0)
    entries = np.repeat(["fastq", "bam", "vcf", "none"], [fastq, bam, count - fastq - bam - unsequenced, unsequenced])
    unusual = [EARLY_DEATH, NEVER_TREATED, WITHDREW, SWITCHED][: 4 if count >= 20 else 1]
    chosen = rng.choice(np.arange(fastq + bam, count), len(unusual), replace=False).tolist()
    roles = dict(zip(chosen, unusual, strict=True))
    return [
        _person(rng, f"DEMO-{number + 1:0{width}d}", number, entry, roles.get(number, ""))
        for number, entry in enumerate(entries.tolist())
    ]


def predictor(found: list[Person], tmb: np.ndarray, coefficients: dict[str, float]) -> np.ndarray:
    """Sum of coefficient times marker of each patient, shape (n,); tmb: true burden per Mb, shape (n,)."""
    values = {
        "tmb_per_mb": np.log2(tmb + 1),
        "pdl1": np.array([p.pdl1 for p in found]),
        "tls_score": np.array([p.tls_score for p in found]),
        DRIVER: np.array([float(DRIVER in p.mutated) for p in found]),
    }
    terms = [coefficient * (values[k] - values[k].mean()) for k, coefficient in coefficients.items()]
    return np.asarray(np.sum(terms, axis=0))


def responders(rng: np.random.Generator, found: list[Person], tmb: np.ndarray) -> np.ndarray:
    """Who responds, shape (n,): a logistic model whose intercept makes the share exactly `RESPONSE_SHARE`, rounded."""
    tendency = predictor(found, tmb, RESPONSE_LOG_ODDS) + rng.logistic(size=len(found))
    tendency[[bool(p.role) for p in found]] = -np.inf
    treated = sum(p.role != NEVER_TREATED for p in found)
    answer = np.zeros(len(found), dtype=bool)
    answer[np.argsort(-tendency)[: round(RESPONSE_SHARE * treated)]] = True
    return answer


def _person(rng: np.random.Generator, patient: str, number: int, entry: str, role: str) -> Person:
    mutated = tuple(gene for gene, share in ((DRIVER, 0.25), (BYSTANDER, 0.33)) if rng.random() < share)
    band = rng.random()
    low, high = (0.0, 1.0) if band < 0.35 else (1.0, 50.0) if band < 0.7 else (50.0, 100.0)
    pdl1 = float(np.floor(rng.uniform(low, high)))
    expected = 0.0 if rng.random() < 1 / 15 else float(np.clip(np.exp(rng.normal(np.log(5), 1.1)), 0, 80))
    if entry in ("fastq", "bam"):
        expected = max(expected, READ_ENTRY_VARIANTS)
    return Person(
        patient=patient,
        number=number,
        entry=entry,
        age=int(np.clip(rng.normal(64, 9), 31, 88)),
        sex=str(rng.choice(["F", "M"])),
        ecog=int(rng.choice([0, 1, 2], p=[0.45, 0.45, 0.1])),
        smoker=int(rng.random() < 0.6),
        histology=str(rng.choice(["adenocarcinoma", "squamous", "other"], p=[0.6, 0.3, 0.1])),
        ic_level=str(rng.choice(["IC0", "IC1", "IC2", "IC3"], p=[0.35, 0.35, 0.2, 0.1])),
        tls_score=round(float(rng.normal(0, 1)), 3),
        myeloid_score=round(float(rng.normal(0, 1)), 3),
        pdl1=pdl1,
        purity=round(float(rng.uniform(0.5, 0.9)), 2),
        expected_variants=expected,
        mutated=mutated,
        role=role,
    )
