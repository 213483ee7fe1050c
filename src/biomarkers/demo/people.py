"""The simulated patients: covariates, markers, and courses, with how response and survival truly depend on markers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from biomarkers.demo import liver
from biomarkers.demo.genes import BYSTANDER, DRIVER, NAMED, SUBTYPES
from biomarkers.demo.liver import Liver

RESPONSE_SHARE = 0.28
"""Share of the treated who respond (confirmed CR or PR)."""

RESPONSE_LOG_ODDS = {"tmb_per_mb": 1.6, "pdl1": 0.04, "tls_score": 1.0, DRIVER: 2.0}
"""True log odds of response: per unit of log2(TMB + 1), point of TPS, unit of the score, mutated against wild type."""
PROGRESSION_LOG_HAZARD = {"tmb_per_mb": -0.30, "pdl1": -0.008, "tls_score": -0.20, DRIVER: -0.40}
"""True log hazard of progression on the same scales, beside the effect of responding itself."""
RESPONDER_LOG_HAZARD = -1.2
DEATH_LOG_HAZARD = {"tmb_per_mb": -0.20, "pdl1": -0.005, "albumin_g_l": -0.10}
"""True log hazard of death after progression; of albumin per g/L."""
UNRELATED = {
    "age": "covariate",
    "sex": "covariate",
    "ecog": "covariate",
    "subtype": "covariate",
    "viral_status": "covariate",
    "afp_ng_ml": "covariate",
    "ca19_9_u_ml": "covariate",
    "ic_level": "feature",
    "myeloid_score": "feature",
    BYSTANDER: "gene",
}
"""Markers that nothing depends on."""

VARIANTS, VARIANTS_LOG_SD = 4.2, 0.55
"""Median of the expected number of coding variants, silent ones included, and its deviation on the log scale."""
MSI_SHARE, MSI_VARIANTS = 0.07, (18.0, 45.0)
"""Share of tumors with microsatellite instability, and their expected number of coding variants."""
READ_ENTRY_VARIANTS = 6.0
"""Least expected number of variants of those who enter by reads, so that there is something to call."""

FIRST_START = datetime.date(2022, 3, 1)
ENROLMENT_DAYS = 548
DATA_CUTOFF = datetime.date(2024, 6, 30)
DAILY_PROGRESSION = 1 / 110
"""Hazard of progression per day of an average patient who does not respond."""
DAILY_DEATH = 1 / 260
"""Hazard of death per day after progression."""

NEVER_TREATED, EARLY_DEATH, WITHDREW, SWITCHED = "never_treated", "early_death", "withdrew", "switched"


@dataclass(frozen=True)
class Person:
    """One patient. entry: fastq, bam, vcf or none (not sequenced). pdl1: true TPS, 0-100.

    planted: number of somatic coding variants, of which one lies in each of the genes `mutated`. role: an unusual
    course, or empty.
    """

    patient: str
    number: int
    entry: str
    age: int
    sex: str
    ecog: int
    subtype: str
    viral_status: str
    liver: Liver
    msi: bool
    ic_level: str
    tls_score: float
    myeloid_score: float
    pdl1: float
    purity: float
    planted: int
    mutated: tuple[str, ...]
    role: str


class Ended(NamedTuple):
    """How long something lasted, first and last day included, and whether its event ended it (1) or not (0)."""

    days: int
    event: int


@dataclass(frozen=True)
class Course:
    """Dates of one patient; None where nothing happened.

    visits: (date, overall response). responder: confirmed CR or PR.
    """

    start: datetime.date | None
    last_dose: datetime.date | None
    death: datetime.date | None
    last_alive: datetime.date | None
    new_therapy: datetime.date | None
    visits: tuple[tuple[datetime.date, str], ...]
    responder: bool

    @property
    def progression_free(self) -> Ended | None:
        """To the first PD or death, else to the last evaluable visit, else one day; None when never treated."""
        if self.start is None:
            return None
        seen = {date: answer for date, answer in self.visits if answer != "NE"}
        ends = [date for date, answer in seen.items() if answer == "PD"] + ([self.death] if self.death else [])
        return Ended((min(ends or [max(seen, default=self.start)]) - self.start).days + 1, int(bool(ends)))

    @property
    def overall(self) -> Ended | None:
        """To death, else to the day last known alive; None when never treated."""
        end = self.death or self.last_alive
        if self.start is None or end is None:
            return None
        return Ended((end - self.start).days + 1, int(self.death is not None))


def people(rng: np.random.Generator, count: int) -> list[Person]:
    """`count` patients. The first two enter by reads, the last are not sequenced, all others enter by VCF.

    Reads, in FASTQ or BAM, take most of the time of a run: one patient of each kind is enough to see both.
    """
    width = 3 if count >= 100 else 2
    fastq, bam, unsequenced = 1, 1, (2 if count >= 20 else 0)
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
        "albumin_g_l": np.array([float(p.liver.albumin_g_l) for p in found]),
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


def course(rng: np.random.Generator, person: Person, responds: bool, progression: float, death: float) -> Course:
    """The course of one patient. progression, death: log hazards relative to an average patient."""
    day = datetime.timedelta
    start = FIRST_START + day(days=int(rng.integers(0, ENROLMENT_DAYS)))
    follow_up = (DATA_CUTOFF - start).days
    if person.role == NEVER_TREATED:
        return Course(None, None, None, start + day(days=40), None, (), False)
    if person.role == EARLY_DEATH:
        return Course(start, start, start + day(days=19), start + day(days=12), None, (), False)
    if person.role == WITHDREW:
        return Course(start, start, None, start + day(days=17), None, (), False)

    schedule = np.cumsum(rng.integers(28, 31, follow_up // 28 + 1))
    hazard = DAILY_PROGRESSION * np.exp(progression + (RESPONDER_LOG_HAZARD if responds else 0))
    progressed = int(np.ceil(rng.exponential(1 / hazard)))
    onset = int(rng.choice([0, 1, 2], p=[0.3, 0.45, 0.25]))
    if responds:
        progressed = max(progressed, int(schedule[onset + 3]) + 1)
    if person.role == SWITCHED:
        progressed = int(schedule[4])
    died = progressed + 1 + int(rng.exponential(1 / (DAILY_DEATH * np.exp(death))))
    reached = int(np.searchsorted(schedule, progressed))
    last = min(died, follow_up)
    days = [int(d) for d in schedule[: reached + 1] if d < last]
    answers = _responses(rng, len(days), reached, responds, onset)
    new_therapy = None
    if person.role == SWITCHED:
        answers[:5] = ["SD", "SD", "PR", "PR", "PD"][: len(answers)]
        new_therapy = int(schedule[1]) + 4
    elif answers and answers[-1] == "PD" and rng.random() < 0.5 and days[-1] + 21 < last:
        new_therapy = days[-1] + int(rng.integers(10, 21))

    def date(offset: int | None) -> datetime.date | None:
        return None if offset is None else start + day(days=offset)

    stopped = new_therapy if person.role == SWITCHED else progressed
    last_dose = 21 * (min(int(stopped or 0), last - 1) // 21)
    seen = 0 if died <= follow_up else follow_up - int(rng.integers(0, 15))
    alive_until = max([seen, last_dose, new_therapy or 0, *days])
    return Course(
        start=start,
        last_dose=date(last_dose),
        death=date(died) if died <= follow_up else None,
        last_alive=date(alive_until),
        new_therapy=date(new_therapy),
        visits=tuple((start + day(days=d), answer) for d, answer in zip(days, answers, strict=True)),
        responder=responds,
    )


def _person(rng: np.random.Generator, patient: str, number: int, entry: str, role: str) -> Person:
    subtype = str(rng.choice(list(SUBTYPES), p=list(SUBTYPES.values())))
    viral_status = liver.viral_status(rng, subtype)
    band = rng.random()
    low, high = (0.0, 1.0) if band < 0.45 else (1.0, 50.0) if band < 0.8 else (50.0, 100.0)
    pdl1 = float(np.floor(rng.uniform(low, high)))
    msi = bool(rng.random() < MSI_SHARE)
    expected = 0.0 if rng.random() < 1 / 25 else float(rng.lognormal(np.log(VARIANTS), VARIANTS_LOG_SD))
    if msi:
        expected = float(rng.uniform(*MSI_VARIANTS))
    if entry in ("fastq", "bam"):
        expected = max(expected, READ_ENTRY_VARIANTS)
    planted = int(rng.poisson(expected))
    return Person(
        patient=patient,
        number=number,
        entry=entry,
        age=int(np.clip(rng.normal(60, 10), 29, 84)),
        sex=str(rng.choice(["F", "M"], p=[0.45, 0.55] if subtype != "HCC" else [0.2, 0.8])),
        ecog=int(rng.choice([0, 1, 2], p=[0.4, 0.55, 0.05])),
        subtype=subtype,
        viral_status=viral_status,
        liver=liver.draw(rng, subtype),
        msi=msi,
        ic_level=str(rng.choice(["IC0", "IC1", "IC2", "IC3"], p=[0.35, 0.35, 0.2, 0.1])),
        tls_score=round(float(rng.normal(0, 1)), 3),
        myeloid_score=round(float(rng.normal(0, 1)), 3),
        pdl1=pdl1,
        purity=round(float(rng.uniform(0.5, 0.9)), 2),
        planted=planted,
        mutated=_mutated(rng, subtype, planted),
        role=role,
    )


def _mutated(rng: np.random.Generator, subtype: str, planted: int) -> tuple[str, ...]:
    """Named genes that carry a variant, at most `planted` beside the first two.

    Those variants are a part of all, so that a patient with a mutated gene has no larger burden for it.
    """
    hit = [gene.name for gene in NAMED if rng.random() < gene.share(subtype)]
    first = [name for name in hit if name in (DRIVER, BYSTANDER)]
    others = rng.permutation([name for name in hit if name not in first]).tolist()
    return tuple([*first, *others[: max(0, planted - len(first))]])


def _responses(rng: np.random.Generator, count: int, reached: int, responds: bool, onset: int) -> list[str]:
    """Overall response of each visit; the visit number `reached` is the first after progression.

    A responder's first response is confirmed at the next visit, or at the one after it when that is not evaluable.
    Among the others one response in eight is seen once and never confirmed.
    """
    answers = ["NE" if rng.random() < 0.04 else "SD" for _ in range(count)]
    if responds:
        complete = onset + 3 if rng.random() < 0.2 else count
        answers[onset:complete] = ["PR"] * (min(complete, count) - onset)
        answers[complete:] = ["CR"] * (count - min(complete, count))
        if rng.random() < 0.15:
            answers[onset + 1] = "NE"
    elif reached >= 3 and count >= 3 and rng.random() < 0.125:
        answers[1:3] = ["PR", "SD"]
    if reached < count:
        answers[reached] = "PD"
    return answers
