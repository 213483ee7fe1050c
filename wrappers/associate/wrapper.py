"""Snakemake wrapper of `biomarkers associate`.

Written by `make doors` from the command itself; never edited.
"""

__author__ = "The biomarkers developers"
__copyright__ = "Copyright, The biomarkers developers"
__license__ = "MIT"

import re
from difflib import get_close_matches
from shlex import quote

from snakemake.shell import shell

INPUT = [
    "cohort",
    "plan",
    "mutations",
    "sequenced",
    "gene_sets",
    "gene_panels",
]
OUTPUT = [
    "results",
    "groups",
    "memberships",
    "sensitivity",
    "null_hits",
    "models",
    "predictions",
    "curves",
    "cutpoint_profiles",
    "record",
]
PARAMS = [
    "missing_words",
]
REQUIRED = [
    "cohort",
    "plan",
    "results",
    "groups",
]
SEVERAL = [
    "gene_panels",
    "missing_words",
]

# The option of each name, and what turns one off that is on by default.
OPTIONS = {
    "cohort": "--cohort",
    "plan": "--plan",
    "results": "--results",
    "groups": "--groups",
    "mutations": "--mutations",
    "sequenced": "--sequenced",
    "gene_sets": "--gene-sets",
    "gene_panels": "--gene-panels",
    "memberships": "--memberships",
    "sensitivity": "--sensitivity",
    "null_hits": "--null-hits",
    "models": "--models",
    "predictions": "--predictions",
    "curves": "--curves",
    "cutpoint_profiles": "--cutpoint-profiles",
    "record": "--record",
    "missing_words": "--missing-words",
}
OFF = {}
PLACED = []

# Files that the command finds beside others: named so that Snakemake knows of them.
BESIDE = {}


def stop(sentence):
    """End the job with one sentence."""
    raise SystemExit(f"biomarkers associate, rule {snakemake.rule}: {sentence}.")


def values(value):
    """One value, several or none as a list."""
    if isinstance(value, (list, tuple)):
        return [each for each in value if each is not None and each != ""]
    return [] if value is None or value == "" else [value]


def named(block, given, known):
    """Values by name of a block of the rule; what the command does not know stops it."""
    found = {name: values(value) for name, value in given.items()}
    for name in [name for name in found if name not in known]:
        near = get_close_matches(name, known, 1, 0.4) or [", ".join(known) or "none"]
        stop(f"{block} has the unknown name '{name}'; expected {near[0]}")
    is_flat = block != "params"
    held = [len(v) if is_flat and isinstance(v, list) else 1 for _, v in given.items()]
    if len(given) > sum(held):
        names = ", ".join(known) or "none"
        stop(f"{block} has '{given[0]}' without a name; expected NAME=..., of {names}")
    for name in known:
        if name in REQUIRED and not found.get(name):
            stop(f"{block} lacks {name}")
        if name not in SEVERAL and len(found.get(name, [])) > 1:
            stop(f"{block} has {len(found[name])} values of {name}; expected one")
    return found


def beside(path, ending):
    """Where the command looks for what stands beside a file."""
    if ending == ".json":
        path = re.sub(r"(\.(tsv|csv|txt))?(\.gz)?$", "", path)
    return path + ending


def words(name, given):
    """An option with its values, each quoted for the shell."""
    if given and isinstance(given[0], bool):
        return [OPTIONS[name]] if given[0] else [OFF[name]] if name in OFF else []
    return [f"{OPTIONS[name]}={quote(str(value))}" for value in given]


found = {
    **named("input", snakemake.input, INPUT),
    **named("output", snakemake.output, OUTPUT),
    **named("params", snakemake.params, PARAMS),
}
for name, (option, ending) in BESIDE.items():
    places = [beside(path, ending) for path in found.get(option, [])]
    for path in found.get(name, []):
        if path not in places:
            stop(f"{name} is '{path}'; expected {' or '.join(places) or option}")

options = " ".join(
    word for name in OPTIONS for word in words(name, found.get(name, []))
)
placed = [quote(str(value)) for name in PLACED for value in found.get(name, [])]
if placed:
    options += " -- " + " ".join(placed)
log = quote(str(snakemake.log[0])) if snakemake.log else ""
log = f"> {log} 2>&1" if log else ""

shell("biomarkers associate {options} {log}")
