"""Snakemake wrapper of `biomarkers report`.

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
    "results",
    "memberships",
    "rates",
    "groups",
    "flow",
    "exclusions",
    "tmb",
    "agreement",
    "steps",
    "adverse_events",
    "responses",
    "design",
    "readers",
    "discordant",
    "presets",
    "adverse_event_times",
    "sensitivity",
    "power",
    "null_hits",
    "models",
    "curves",
    "cutpoint_profiles",
    "patients",
    "assessments",
    "visits",
    "events",
    "pdl1",
    "mutations",
    "variants",
    "qc",
    "concordance",
    "plan",
    "record",
]
OUTPUT = [
    "page",
    "figures",
    "workbook",
    "readme",
    "key",
]
PARAMS = [
    "multiqc",
    "in_force",
    "title",
    "anonymous",
    "missing_words",
]
REQUIRED = [
    "cohort",
    "page",
]
SEVERAL = [
    "variants",
    "missing_words",
]

# The option of each name, and what turns one off that is on by default.
OPTIONS = {
    "cohort": "--cohort",
    "page": "--page",
    "results": "--results",
    "memberships": "--memberships",
    "rates": "--rates",
    "groups": "--groups",
    "flow": "--flow",
    "exclusions": "--exclusions",
    "tmb": "--tmb",
    "agreement": "--agreement",
    "steps": "--steps",
    "adverse_events": "--adverse-events",
    "responses": "--responses",
    "design": "--design",
    "readers": "--readers",
    "discordant": "--discordant",
    "presets": "--presets",
    "adverse_event_times": "--adverse-event-times",
    "sensitivity": "--sensitivity",
    "power": "--power",
    "null_hits": "--null-hits",
    "models": "--models",
    "curves": "--curves",
    "cutpoint_profiles": "--cutpoint-profiles",
    "patients": "--patients",
    "assessments": "--assessments",
    "visits": "--visits",
    "events": "--events",
    "pdl1": "--pdl1",
    "mutations": "--mutations",
    "variants": "--variants",
    "qc": "--qc",
    "concordance": "--concordance",
    "plan": "--plan",
    "record": "--record",
    "multiqc": "--multiqc",
    "in_force": "--in-force",
    "title": "--title",
    "figures": "--figures",
    "workbook": "--workbook",
    "readme": "--readme",
    "key": "--key",
    "anonymous": "--anonymous",
    "missing_words": "--missing-words",
}
OFF = {}
PLACED = []

# Files that the command finds beside others: named so that Snakemake knows of them.
BESIDE = {}


def stop(sentence):
    """End the job with one sentence."""
    raise SystemExit(f"biomarkers report, rule {snakemake.rule}: {sentence}.")


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

shell("biomarkers report {options} {log}")
