"""Snakemake wrapper of `biomarkers endpoints`.

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
    "patients",
    "assessments",
    "lesions",
    "adverse_events",
    "plan",
]
OUTPUT = [
    "endpoints",
    "rates",
    "visits",
    "adverse_events_summary",
    "adverse_event_times",
    "responses",
    "design",
    "readers",
    "discordant",
    "presets",
]
PARAMS = [
    "confirmed",
    "censoring",
    "data_cutoff",
    "visit_interval_days",
    "response_within_days",
    "pfs_milestones",
    "os_milestones",
    "dor_milestones",
    "ttp_milestones",
    "pfs_horizon_months",
    "os_horizon_months",
    "orr_null",
    "simon_n1",
    "simon_r1",
    "simon_n",
    "simon_r",
    "evaluator",
    "minimum_sd_days",
    "confirmation_days",
    "allow_pr_sd_pr",
    "exclude_non_cr_non_pd",
    "largest_lesion_mm",
    "adverse_event_days",
    "missing_words",
]
REQUIRED = [
    "patients",
    "endpoints",
    "rates",
]
SEVERAL = [
    "pfs_milestones",
    "os_milestones",
    "dor_milestones",
    "ttp_milestones",
    "missing_words",
]

# The option of each name, and what turns one off that is on by default.
OPTIONS = {
    "patients": "--patients",
    "assessments": "--assessments",
    "lesions": "--lesions",
    "adverse_events": "--adverse-events",
    "plan": "--plan",
    "endpoints": "--endpoints",
    "rates": "--rates",
    "visits": "--visits",
    "adverse_events_summary": "--adverse-events-summary",
    "adverse_event_times": "--adverse-event-times",
    "responses": "--responses",
    "design": "--design",
    "readers": "--readers",
    "discordant": "--discordant",
    "presets": "--presets",
    "confirmed": "--confirmed",
    "censoring": "--censoring",
    "data_cutoff": "--data-cutoff",
    "visit_interval_days": "--visit-interval-days",
    "response_within_days": "--response-within-days",
    "pfs_milestones": "--pfs-milestones",
    "os_milestones": "--os-milestones",
    "dor_milestones": "--dor-milestones",
    "ttp_milestones": "--ttp-milestones",
    "pfs_horizon_months": "--pfs-horizon-months",
    "os_horizon_months": "--os-horizon-months",
    "orr_null": "--orr-null",
    "simon_n1": "--simon-n1",
    "simon_r1": "--simon-r1",
    "simon_n": "--simon-n",
    "simon_r": "--simon-r",
    "evaluator": "--evaluator",
    "minimum_sd_days": "--minimum-sd-days",
    "confirmation_days": "--confirmation-days",
    "allow_pr_sd_pr": "--allow-pr-sd-pr",
    "exclude_non_cr_non_pd": "--exclude-non-cr-non-pd",
    "largest_lesion_mm": "--largest-lesion-mm",
    "adverse_event_days": "--adverse-event-days",
    "missing_words": "--missing-words",
}
OFF = {
    "confirmed": "--unconfirmed",
}
PLACED = []

# Files that the command finds beside others: named so that Snakemake knows of them.
BESIDE = {}


def stop(sentence):
    """End the job with one sentence."""
    raise SystemExit(f"biomarkers endpoints, rule {snakemake.rule}: {sentence}.")


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

shell("biomarkers endpoints {options} {log}")
