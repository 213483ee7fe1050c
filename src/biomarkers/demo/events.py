"""Adverse events of the simulated trial: those of axitinib and of toripalimab, in CTCAE terms."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from biomarkers.demo.people import DATA_CUTOFF, Course, Person

MODERATE, SEVERE = 0.4, 0.1
"""Share of the events of `Kind` that are grade 2 and, where it says nothing else, grade 3."""


class Kind(NamedTuple):
    """A CTCAE term with its class (SOC). share: of the treated who have it. severe: share of its events of grade 3.

    immune: counts as immune-related.
    """

    term: str
    soc: str
    share: float
    severe: float = SEVERE
    immune: bool = False


INVESTIGATIONS = "Investigations"
SKIN = "Skin and subcutaneous tissue disorders"
GUT = "Gastrointestinal disorders"
CHEST = "Respiratory, thoracic and mediastinal disorders"
KINDS = (
    Kind("Hypertension", "Vascular disorders", 0.42, 0.35),
    Kind("Palmar-plantar erythrodysesthesia syndrome", SKIN, 0.38, 0.2),
    Kind("Diarrhea", GUT, 0.36, 0.15),
    Kind("Proteinuria", "Renal and urinary disorders", 0.34),
    Kind("Hypothyroidism", "Endocrine disorders", 0.3, 0.02, immune=True),
    Kind("Fatigue", "General disorders and administration site conditions", 0.34),
    Kind("Aspartate aminotransferase increased", INVESTIGATIONS, 0.32, 0.15),
    Kind("Alanine aminotransferase increased", INVESTIGATIONS, 0.28, 0.15),
    Kind("Blood bilirubin increased", INVESTIGATIONS, 0.24, 0.15),
    Kind("Platelet count decreased", INVESTIGATIONS, 0.2),
    Kind("Weight loss", INVESTIGATIONS, 0.16, 0.03),
    Kind("Anorexia", "Metabolism and nutrition disorders", 0.24, 0.05),
    Kind("Hoarseness", CHEST, 0.16, 0.01),
    Kind("Mucositis oral", GUT, 0.14),
    Kind("Rash maculo-papular", SKIN, 0.2, 0.1, immune=True),
    Kind("Pruritus", SKIN, 0.14, 0.02, immune=True),
    Kind("Biliary tract infection", "Infections and infestations", 0.08, 0.6),
    Kind("Immune-related hepatitis", "Hepatobiliary disorders", 0.06, 0.6, immune=True),
    Kind("Upper gastrointestinal hemorrhage", GUT, 0.04, 0.5),
    Kind("Pneumonitis", CHEST, 0.04, 0.3, immune=True),
    Kind("Adrenal insufficiency", "Endocrine disorders", 0.03, 0.2, immune=True),
    Kind("Myocarditis", "Cardiac disorders", 0.02, 0.5, immune=True),
)
HEADER = "patient term soc grade onset end related serious action immune_related"
RELATED = {"Hypertension", "Palmar-plantar erythrodysesthesia syndrome", "Proteinuria", "Hoarseness"}
"""What axitinib does: always called related, as what is immune-related is; of the rest half."""
GRAVE = {
    "Biliary tract infection",
    "Immune-related hepatitis",
    "Upper gastrointestinal hemorrhage",
    "Pneumonitis",
    "Myocarditis",
    "Adrenal insufficiency",
    "Diarrhea",
}
"""What leads to hospital at grade 3 already, so that it is serious."""
STOPPING = {"Immune-related hepatitis", "Pneumonitis", "Myocarditis", "Upper gastrointestinal hemorrhage"}
"""What ends the treatment at grade 3 already."""


def rows(rng: np.random.Generator, people: Sequence[Person], courses: Sequence[Course]) -> list[list[object]]:
    """Rows of adverse_events.tsv in the order of `HEADER`; at most one a patient and term, unrelated to the response.

    Each begins within 30 days of the last dose, or its onset is not known, so that all are treatment-emergent (5.1).
    """
    found: list[list[object]] = []
    for person, course in zip(people, courses, strict=True):
        if course.start is None or course.last_dose is None:
            continue
        watched = course.death or course.last_alive or DATA_CUTOFF
        window = max(1, min((course.last_dose - course.start).days + 30, (watched - course.start).days))
        found += [
            [person.patient, *_event(rng, kind, course.start, window, watched)]
            for kind in KINDS
            if rng.random() < kind.share
        ]
    return found


def truth(found: list[list[object]]) -> list[list[object]]:
    """By term: its class, the share that it was drawn with, and how many have it, and how many at grade 3 or 4."""
    grades = {kind.term: [grade for _, term, _, grade, *_ in found if term == kind.term] for kind in KINDS}
    return [
        [kind.term, kind.soc, kind.share, len(grades[kind.term]), sum(int(str(g)) >= 3 for g in grades[kind.term])]
        for kind in KINDS
    ]


def _event(
    rng: np.random.Generator, kind: Kind, start: datetime.date, window: int, watched: datetime.date
) -> list[object]:
    """Cells of one event, without the patient's."""
    mild = 1 - MODERATE * (1 - kind.severe) - kind.severe
    shares = [mild, MODERATE * (1 - kind.severe), 0.9 * kind.severe, 0.1 * kind.severe]
    grade = int(rng.choice([1, 2, 3, 4], p=shares))
    onset = start + datetime.timedelta(days=int(rng.integers(0, window)))
    end = min(onset + datetime.timedelta(days=int(rng.integers(3, 60))), watched)
    actions = {1: "dose not changed", 2: "dose not changed", 3: "drug interrupted", 4: "drug withdrawn"}
    action = "dose reduced" if grade == 3 and kind.term in RELATED else actions[grade]
    action = "drug withdrawn" if grade == 3 and kind.term in STOPPING else action
    serious = grade >= 4 or (grade == 3 and kind.term in GRAVE)
    related = kind.immune or kind.term in RELATED or rng.random() < 0.5
    shown_onset = None if rng.random() < 0.03 else onset
    shown_end = None if rng.random() < 0.15 else end
    said = ["yes" if answer else "no" for answer in (related, serious, kind.immune)]
    return [kind.term, kind.soc, grade, shown_onset, shown_end, said[0], said[1], action, said[2]]
