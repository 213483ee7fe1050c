"""The tables of a run that is finished: where each stands, by the name of its schema."""

from __future__ import annotations

from typing import NamedTuple


class Written(NamedTuple):
    """A table of a run. name: of its schema; place: below the run's folder.

    of: inputs of the config of which one must be given for the table to be made; none: it hangs on more than one can
    tell from the config.
    """

    name: str
    place: str
    of: tuple[str, ...] = ()


OF_SAMPLES = ("samples", "maf")
WRITTEN = (
    Written("cohort", "results/cohort.tsv", ("patients",)),
    Written("endpoints", "results/clinical/endpoints.tsv", ("patients",)),
    Written("rates", "results/clinical/rates.tsv", ("patients",)),
    Written("results", "results/association/results.tsv", ("plan",)),
    Written("groups", "results/association/groups.tsv", ("plan",)),
    Written("memberships", "results/association/memberships.tsv.gz", ("plan",)),
    Written("sensitivity", "results/association/sensitivity.tsv", ("plan",)),
    Written("cutpoint_profiles", "results/association/cutpoint_profiles.tsv", ("plan",)),
    Written("predictions", "results/association/predictions.tsv", ("plan",)),
    Written("models", "results/association/models.tsv", ("plan",)),
    Written("curves", "results/association/curves.tsv", ("plan",)),
    Written("null_hits", "results/association/null_hits.tsv", ("plan",)),
    Written("power", "results/association/power.tsv", ("plan",)),
    Written("tmb", "results/burden/tmb.tsv", OF_SAMPLES),
    Written("agreement", "results/burden/agreement.tsv", OF_SAMPLES),
    Written("denominator_steps", "results/burden/denominator_steps.tsv", OF_SAMPLES),
    Written("mutations", "results/burden/mutations.tsv.gz", OF_SAMPLES),
    Written("sample_selection", "results/clinical/sample_selection.tsv", ("patients",)),
    Written("pdl1_selected", "results/clinical/pdl1.tsv", ("pdl1",)),
    Written("pdl1_rejected", "results/clinical/pdl1_rejected.tsv", ("pdl1",)),
    Written("responses", "results/clinical/responses.tsv", ("patients",)),
    Written("design", "results/clinical/design.tsv", ("patients",)),
    Written("presets", "results/clinical/presets.tsv", ("patients",)),
    Written("readers", "results/clinical/readers.tsv", ("patients",)),
    Written("discordant", "results/clinical/discordant.tsv", ("patients",)),
    Written("visits", "results/clinical/visits.tsv", ("lesions",)),
    Written("adverse_events_summary", "results/clinical/adverse_events.tsv", ("adverse_events",)),
    Written("adverse_event_times", "results/clinical/adverse_event_times.tsv", ("adverse_events",)),
    Written("flow", "results/flow.tsv", ("patients",)),
    Written("exclusions", "results/clinical/exclusions.tsv", ("patients",)),
    Written("qc", "results/qc/qc.tsv", ("samples",)),
    Written("concordance", "results/qc/concordance.tsv", ("samples",)),
)
PLACE = {one.name: one.place for one in WRITTEN}
