"""What a run ends with: the files that its workflow is asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from biomarkers.run.check import Run
    from biomarkers.run.facts import Facts


def burden_pictures(burden: dict[str, Any], measured: Collection[str]) -> dict[str, str]:
    """Pictures of the burden, and the table of one of them, by option of `biomarkers pictures`.

    burden: that block of the config; several definitions can be compared. measured: tumors whose denominator is worked
    out, step by step.
    """
    files = {}
    if len({*burden["definitions"], *(["custom"] if burden["custom"] else [])}) > 1:
        files["agreement_picture"] = "results/burden/agreement.svg"
    if measured:
        files["denominator_picture"] = "results/burden/denominator.svg"
        files["table"] = "results/burden/denominator_steps.tsv"
    return files


def wanted(run: Run, facts: Facts) -> list[str]:
    """Files of a whole run.

    Samples end with their burden, sequenced ones with their quality too. Clinical sheets add the cohort, a plan the
    tests and the page.
    """
    files: list[str] = []
    if facts.tumors:
        files += ["results/burden/tmb.tsv", *facts.pictures.values(), "results/burden/cohort.maf.gz"]
        files += [f"results/variants/{tumor}.maf.gz" for tumor in facts.tumors]
    if run.samples.sequenced:
        files += ["results/qc/multiqc.html"]
    if facts.looks_for_swaps and len(run.samples.sequenced) > 1:
        files += ["results/qc/concordance.tsv"]
    if run.config["clinical"]["patients"]:
        files += ["results/cohort.tsv", "results/flow.tsv"]
        if run.config["plan"]:
            files += ["results/association/results.tsv", "results/report/index.html"]
    return files
