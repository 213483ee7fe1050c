"""`biomarkers check` (Before a run): find every problem of the config, the sheets and the plan at once."""

from __future__ import annotations

from pathlib import Path

from biomarkers.cli._kinds import InputConfig, Printed


def check(*, config: InputConfig = Path("config/config.yaml")) -> Printed:
    """Find every problem of the config, the sample sheet, the clinical sheets and the plan, all at once.

    Run it in the run's folder. It reads only sheets and headers, so it takes seconds; the workflow runs it first. When
    nothing is wrong it says what the run consists of and exits with 0; otherwise every problem is listed with its file
    and line, and the exit status is 2.

    Args:
        config: The run's config; the paths in it are relative to the current folder.
    """
    from biomarkers.run.check import check_run

    run = check_run(config)
    if run.samples.by_name or not run.config["clinical"]["maf"]:
        print(f"samples: {len(run.samples.by_name)} of {len({tumor.patient for tumor in run.samples.tumors})} patients")
    if run.config["clinical"]["maf"]:
        print(f"MAF: {run.config['clinical']['maf']}")
    if run.config["clinical"]["patients"]:
        print("clinical sheets and plan: nothing wrong")
