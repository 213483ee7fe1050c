"""Liver function, viral hepatitis and tumor markers of the simulated patients, by the subtype of their tumor.

Medians are round numbers as trials of second-line treatment have them; those who entered had little ascites at most.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

HCC = "HCC"


class Liver(NamedTuple):
    """What was measured before treatment; names of fields are columns of the sheet, with their unit.

    ascites: none, mild or moderate. encephalopathy: none or grade 1-2. Both as the Child-Pugh score has them.
    """

    afp_ng_ml: float
    ca19_9_u_ml: float
    albumin_g_l: float
    bilirubin_umol_l: float
    inr: float
    ascites: str
    encephalopathy: str


def viral_status(rng: np.random.Generator, subtype: str) -> str:
    """HBV, HCV or none; hepatitis B is behind most hepatocellular carcinomas where toripalimab is used."""
    shares = [0.72, 0.08, 0.2] if subtype == HCC else [0.22, 0.02, 0.76]
    return str(rng.choice(["HBV", "HCV", "none"], p=shares))


def draw(rng: np.random.Generator, subtype: str) -> Liver:
    """The values of one patient, rounded as laboratories print them."""
    is_hcc = subtype == HCC
    afp = rng.lognormal(np.log(90), 2.2) if is_hcc else rng.lognormal(np.log(3.5), 0.6)
    ca19_9 = rng.lognormal(np.log(18), 0.8) if is_hcc else rng.lognormal(np.log(150), 1.8)
    blocked = 1.5 if subtype == "extrahepatic" else 1.0
    return Liver(
        afp_ng_ml=round(float(np.clip(afp, 0.9, 60_500)), 1),
        ca19_9_u_ml=round(float(np.clip(ca19_9, 0.8, 12_000)), 1),
        albumin_g_l=round(float(np.clip(rng.normal(39.5, 4.2), 27, 49)), 1),
        bilirubin_umol_l=round(float(np.clip(rng.lognormal(np.log(13 * blocked), 0.45), 4, 60)), 1),
        inr=round(float(np.clip(rng.normal(1.07, 0.09), 0.88, 1.6)), 2),
        ascites=str(rng.choice(["none", "mild", "moderate"], p=[0.84, 0.13, 0.03])),
        encephalopathy=str(rng.choice(["none", "grade 1-2"], p=[0.985, 0.015])),
    )
