"""Doors: from each command a wrapper of Snakemake and a module of Nextflow, so that its options are written once."""
