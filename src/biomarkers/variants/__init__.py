"""Variants stage: a somatic VCF becomes one row per tumor ALT, with the reason it was excluded."""
