"""Names of what is known at the start and of what comes after it, as published tables have them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import cohorts
from biomarkers.association import guarantee_time

LATER = """responder ttr_months time_to_response confirmation_months
Best_Response best.response BOR ORR sd_gt_4_months durable_clinical_benefit DCB irae irAE
IrAE_grade3 any_irAE immune_related_ae TRAE AE_grade toxicity pneumonitis treatment_cycles
cycles_received doses dose_reduction
discontinued discontinuation treatment_duration TimeOnTreatment subsequent_therapy crossover progression last_dose
disease_control response confirmed_response best_change nonresponder died"""

AT_START = """age sex ecog histology tmb_per_mb pdl1 prior_response previous_irae baseline_toxicity
history_of_pneumonitis smoking liver_metastases stage prior_cycles cell_cycle aesthetic
bore lines response_to_interferon inflammatory_response
TTR serum_ttr ascites rashid lactate dorsal pre_treatment_ldh first_line"""


@pytest.mark.parametrize("name", LATER.split())
def test_known_during_follow_up(name: str) -> None:
    assert guarantee_time.named_later(name)


@pytest.mark.parametrize("name", AT_START.split())
def test_known_at_the_start(name: str) -> None:
    assert not guarantee_time.named_later(name)


def test_what_is_said_of_one_and_of_several_and_of_a_time_alone(study: Any) -> None:
    """A column that is an endpoint is one whatever its name; a feature is not judged by its name."""
    made = study(cohorts.plan("tmb_per_mb: {kind: continuous}", "depth: {kind: continuous, class: feature}"))
    pfs, response = made.cohort.outcomes["pfs"], made.cohort.outcomes["response"]
    said = "known only during follow-up, a landmark analysis is needed"
    one, two = ["tmb_per_mb", "responder"], ["irae", "responder", "depth"]
    assert guarantee_time.note(made.plan, pfs, one) == f"guarantee-time bias: responder becomes {said}"
    assert guarantee_time.note(made.plan, pfs, two) == f"guarantee-time bias: irae, responder become {said}"
    assert guarantee_time.note(made.plan, pfs, ["tmb_per_mb", "age"]) == ""
    assert guarantee_time.note(made.plan, response, two) == ""
    later = replace(made.plan, markers={"irae": replace(made.plan.markers["depth"], name="irae")})
    assert guarantee_time.note(later, pfs, ["irae"]) == ""
