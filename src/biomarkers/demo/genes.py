"""The genes of the simulated exome: those of hepatobiliary tumors by name and length, the others only by a number.

Sequences are drawn at random: a gene shares its name and the length of its coding sequence with the real one, and how
often it is mutated by subtype: round numbers after public cohorts (TCGA, MSK-IMPACT, Nakamura 2015 of the bile ducts).
"""

from __future__ import annotations

from dataclasses import dataclass

SUBTYPES = {"intrahepatic": 0.45, "extrahepatic": 0.15, "gallbladder": 0.2, "HCC": 0.2}
"""Subtypes of hepatobiliary carcinoma (cholangiocarcinoma within and outside the liver), and their shares."""
DRIVER = "ARID1A"
"""Mutated in a quarter of the patients of each subtype, and truly associated with response."""
BYSTANDER = "TP53"
"""Mutated in a third of the patients, and associated with nothing."""


@dataclass(frozen=True)
class Named:
    """A gene with the length of its coding sequence in bp, and the share of carriers in the order of `SUBTYPES`."""

    name: str
    length: int
    shares: tuple[float, float, float, float]

    def share(self, subtype: str) -> float:
        """Share of the patients with this subtype who carry a protein-changing variant, 0 to 1."""
        return self.shares[list(SUBTYPES).index(subtype)]


_TABLE = """
ARID1A   6858 .25 .25 .25 .25
TP53     1182 .23 .40 .55 .32
KRAS      567 .18 .36 .10 .01
IDH1     1245 .15 .03 .01 .01
FGFR2    2466 .07 .01 .02 .01
BAP1     2190 .13 .02 .02 .05
PBRM1    4749 .12 .04 .05 .04
ERBB2    3768 .03 .08 .12 .01
CTNNB1   2346 .02 .03 .06 .28
TERT     3399 .01 .01 .01 .02
SMAD4    1659 .05 .20 .16 .01
PIK3CA   3207 .05 .07 .11 .03
CDKN2A    471 .05 .08 .07 .03
BRAF     2301 .05 .02 .03 .01
NRAS      570 .04 .03 .02 .01
IDH2     1359 .04 .01 .01 .01
AXIN1    2589 .01 .01 .01 .08
ARID2    5508 .05 .05 .05 .09
ALB      1830 .01 .01 .01 .11
APC      8532 .02 .05 .05 .02
ELF3     1116 .02 .10 .06 .01
KMT2C   14736 .05 .06 .06 .05
KMT2D   16614 .04 .05 .07 .04
RB1      2787 .02 .02 .05 .05
STK11    1302 .02 .03 .03 .01
NF1      8457 .03 .03 .03 .02
NFE2L2   1818 .01 .01 .02 .06
PTEN     1212 .02 .02 .03 .02
RNF43    2352 .03 .05 .03 .01
TGFBR2   1704 .02 .04 .03 .01
ACVR2A   1542 .01 .01 .01 .05
TSC2     5424 .01 .01 .01 .05
ATM      9171 .04 .04 .04 .03
BRCA1    5592 .01 .01 .01 .01
BRCA2   10257 .03 .03 .03 .02
PALB2    3561 .01 .01 .01 .01
CHEK2    1632 .01 .01 .01 .01
RAD51C   1131 .00 .00 .01 .00
ERCC2    2283 .01 .01 .01 .01
MLH1     2271 .01 .01 .01 .00
MSH2     2805 .01 .01 .01 .01
MSH6     4083 .01 .01 .01 .01
PMS2     2589 .01 .01 .01 .00
POLE     6861 .01 .01 .01 .01
"""
NAMED = tuple(
    Named(name, int(length), (float(a), float(b), float(c), float(d)))
    for name, length, a, b, c, d in (line.split() for line in _TABLE.split("\n") if line)
)
"""Genes of hepatobiliary tumors, then those of DNA damage response and mismatch repair. A change of the promoter of
TERT, as half of the HCC have, is not coding and not here; nor are fusions of FGFR2."""
