"""`biomarkers provenance` (Variants to burden): write by MD5 from which files, by which programs, each burden came."""

from __future__ import annotations

from pathlib import Path

from biomarkers.cli._kinds import InputConfig, InputList, OutputJson


def provenance(
    *,
    record: OutputJson,
    config: InputConfig = Path("config/config.yaml"),
    in_force: str | None = None,
    sums: list[InputList] | None = None,
    results_folder: str = "results",
    resources_folder: str = "resources",
) -> None:
    """Write the chain of evidence of a finished run: every file from the table of burdens to what the user gave.

    To be called in the run's folder. Each file stands with its MD5, by what it was made, of which files, and with the
    versions of the programs that wrote it; beside them the config in force with every default, the commit of this
    program and the normal of each tumor. `biomarkers explain` reads it.

    Args:
        record: JSON to write, such as results/burden/tmb.tsv.json.
        config: The run's config.
        in_force: The config as JSON where Snakemake was given more than the file (--config).
        sums: What md5sum wrote of large files, which are not read again.
        results_folder: Where the run's results are, when another workflow takes this one with a prefix.
        resources_folder: Where its prepared references are.
    """
    from biomarkers.io import files, yamls
    from biomarkers.io import provenance as records
    from biomarkers.run import chain, given_config
    from biomarkers.run.checks.check import read_run
    from biomarkers.run.facts import Facts
    from biomarkers.run.layout import Layout

    run = read_run(config, None if in_force is None else yamls.Settings(given_config.of_json(in_force), {}))
    told = chain.record(run, Facts.of(run), chain.read_sums(sums or []), Layout(results_folder, resources_folder))
    files.write_texts({record: records.as_json(told)})
