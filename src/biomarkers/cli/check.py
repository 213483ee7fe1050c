"""`biomarkers check` (Before a run): find every problem of the config, the sheets and the plan at once."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from biomarkers.cli._kinds import InputConfig, OutputJson, Printed
from biomarkers.errors import shown


def check(
    *,
    config: InputConfig = Path("config/config.yaml"),
    in_force: str | None = None,
    programs: Literal["here", "elsewhere", "deployed"] | None = None,
    jobs: OutputJson | None = None,
) -> Printed:
    """Find every problem of the config, the sample sheet, the clinical sheets and the plan, all at once.

    Run it in the run's folder. It reads only sheets and headers, so it takes seconds; the workflow runs it first. When
    nothing is wrong it says what the run consists of and exits with 0; otherwise every problem is listed with its file
    and line, and the exit status is 2.

    Args:
        config: The run's config; the paths in it are relative to the current folder.
        in_force: The config as JSON where a workflow was given more than the file.
        programs: Where the jobs find their programs: on this machine, on others, or in environments of their own;
            by default as far as can be told.
        jobs: JSON to write: files, options and tumors of the run, as the pipeline of Nextflow takes them.
    """
    from biomarkers.errors import InputError, Problem
    from biomarkers.io import files, provenance
    from biomarkers.run import given_config
    from biomarkers.run import jobs as handed
    from biomarkers.run.checks import check as work
    from biomarkers.run.facts import Facts

    if in_force is None and not config.exists():
        expected = "the run's config: call this in the run's folder, or name it by --config"
        raise InputError(Problem.said(str(config), "file", "is missing", expected))
    given = None if in_force is None else given_config.told(config, in_force)
    run = work.check_run(config, given, programs)
    if jobs is not None:
        files.write_texts({jobs: provenance.as_json(handed.of(config, run, Facts.of(run)))})
    print(shown("\n".join(work.summary(run))))
