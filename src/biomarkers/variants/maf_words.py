"""Words of a MAF: what a row says against itself, and the names of builds and contigs, each spelt in several ways."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from biomarkers.genome.consequence_terms import plain

KEPT = 1_000
"""Distinct words that are remembered: the same few come in every row."""
SOMATIC = frozenset({"", "_", "somatic", "likely_somatic", "strongsomatic", "likelysomatic", "unknown", "untested"})
"""Values of Mutation_Status that name a somatic mutation, or say nothing (vcf2maf leaves it empty; `_` is a dash)."""
GERMLINE = frozenset({"germline", "likely_germline", "loh", "likely_loh", "strongloh", "likelyloh", "germline_loh"})
NOT_SOMATIC = frozenset({"wildtype", "none", "post_transcriptional_modification", "redacted"})
"""Values (MAF specification 2.4.1, cBioPortal) that name no mutation of the tumor's DNA, or a refuted one."""
NOT_VALID = frozenset({"invalid", "wildtype", "redacted"})
BUILDS = {"36": "GRCh36 (hg18)", "18": "GRCh36 (hg18)", "37": "GRCh37 (hg19)", "19": "GRCh37 (hg19)", "38": "GRCh38"}


class Mark(NamedTuple):
    """What the row itself says against it: text for the column `filter`, whether germline, a word not understood."""

    status: str = ""
    germline: bool = False
    unknown: str = ""


@lru_cache(maxsize=KEPT)
def place_of(chrom: str) -> str:
    """A contig by the name that it has without a prefix, so that `chr17` and `17` of one file are one place.

    >>> place_of("chr17"), place_of("M"), place_of("MT")
    ('17', 'MT', 'MT')
    """
    bare = chrom.lower().removeprefix("chr").upper()
    return "MT" if bare == "M" else bare


@lru_cache(maxsize=KEPT)
def build_name(text: str) -> str:
    """One name for the spellings of a genome build in NCBI_Build.

    >>> build_name("36.1"), build_name("hg19"), build_name("GRCh37-lite"), build_name("mm10")
    ('GRCh36 (hg18)', 'GRCh37 (hg19)', 'GRCh37 (hg19)', 'mm10')
    """
    found = re.fullmatch(r"(?:grch|ncbi|hg|b|build)?[ _-]?(18|19|36|37|38)(?:\D.*)?", text, re.IGNORECASE)
    return BUILDS[found[1]] if found else text


@lru_cache(maxsize=KEPT)
def mark_of(status: str, validation: str, judgement: str) -> Mark:
    """What Mutation_Status, Validation_Status and MuTect's judgement say of a row."""
    word = plain(status)
    if word in GERMLINE:
        return Mark(germline=True)
    if word not in SOMATIC:
        return Mark(f"Mutation_Status={status}", unknown="" if word in NOT_SOMATIC else status)
    if plain(validation) in NOT_VALID:
        return Mark(f"Validation_Status={validation}")
    return Mark("judgement=REJECT") if plain(judgement) == "reject" else Mark()
