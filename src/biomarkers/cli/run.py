"""`biomarkers run` (Before a run): start the workflow that comes with the program."""

from __future__ import annotations

from biomarkers.cli._kinds import InputConfig


def run(
    *snakemake: str,
    directory: str = ".",
    config: InputConfig | None = None,
    cores: int | None = None,
    profile: str | None = None,
    dry_run: bool = False,
) -> None:
    """Start the workflow that comes with the program: Snakemake on the config of a folder, from its files to the page.

    The same as `snakemake -s PROJECT/workflow/Snakefile --directory RUN --cores N` of a checkout, which need not be
    there. Every sheet is checked first. The same command continues after a stop. Words after `--` go to Snakemake as
    they are: targets such as results/burden/tmb.tsv, and its options, such as
    `biomarkers run --cores 8 -- --software-deployment-method conda --until tmb`.

    Args:
        snakemake: Targets and options of Snakemake, after `--`.
        directory: The run's folder; results/ and resources/ are made in it.
        config: A config whose values win over those of config/config.yaml, which may then be missing.
        cores: Processors to use at once; by default what the profile says, else all that there are.
        profile: A profile of Snakemake: slurm, which comes with the program, or the path of a folder with one.
        dry_run: Only say what would be done.
    """
    from biomarkers.run import launch

    launch.start(launch.command(snakemake, directory, config, cores, profile, dry_run=dry_run), directory)
