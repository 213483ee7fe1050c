"""A file of the user that was replaced by an older one (`cp -p`) is noticed by every job that reads it."""

from __future__ import annotations

import pytest
import yaml

from biomarkers.cli.app import run as command
from builders import RunFolder

pytestmark = pytest.mark.slow

LOOK = """
include: "{snakefile}"

import hashlib
import os

from biomarkers.run.chain import links as linked
from biomarkers.run.progress.events import event_of


def look(record, workflow=workflow, run=RUN, facts=FACTS, links=linked, given=GIVEN):
    if event_of(record) == "run_info":
        warned = {{path for path, link in links(run, facts).items() if link.by == given}}
        made = {{str(file) for job in workflow.dag.jobs for file in job.output}}
        for job in workflow.dag.jobs:
            for file in {{*map(str, job.input)}} - made:
                with open(file, "rb") as data:
                    md5 = hashlib.md5(data.read()).hexdigest()
                how = "sum" if md5 in (job.params.get("sums") or []) else "warning" if file in warned else "none"
                print("read", how, job.rule.name, file)
    return True


logger.addFilter(look)
"""
"""A dry run of our workflow that tells how each job would notice another file of the user."""


def test_every_job_knows_the_sum_of_each_small_file_that_it_reads(project, tmp_path):
    """Of reads, VCFs and references, which are large, a warning is given."""
    assert command(["demo", str(tmp_path), "--patients", "8"]) == 0
    config, own = tmp_path / "config", tmp_path / "config" / "config.yaml"
    settings = yaml.safe_load(own.read_text())
    for name, text in {
        "custom.yaml": "terms: [missense_variant]\n",
        "calibration.tsv": "assay\tslope\tintercept\tsource\nA\t1.1\t0.2\tmine\n",
        "panels.tsv": "gene_panel\tgene\nWES\tTP53\n",
        "sets.gmt": "MINE\tmine\tTP53\tARID1A\n",
        "hotspots.bed": f"{(tmp_path / 'data/reference.fa.fai').read_text().split()[0]}\t1000\t1001\n",
    }.items():
        (config / name).write_text(text)
    settings["burden"] |= {
        "custom": "config/custom.yaml", "hotspots": "config/hotspots.bed", "calibration": "config/calibration.tsv",
        "assay": "A",
    }  # fmt: skip
    settings["clinical"]["gene_panels"] = "config/panels.tsv"
    settings["analysis"] = {"power": True}
    own.write_text(yaml.safe_dump(settings))
    features = (config / "features.tsv").read_text().splitlines()
    (config / "features.tsv").write_text(
        "".join(f"{line}\t{'WES' if number else 'gene_panel'}\n" for number, line in enumerate(features))
    )
    plan = yaml.safe_load((config / "analysis_plan.yaml").read_text())
    plan["genes"]["sets"] = ["config/sets.gmt"]
    (config / "analysis_plan.yaml").write_text(yaml.safe_dump(plan))
    (tmp_path / "Snakefile").write_text(LOOK.format(snakefile=project / "workflow" / "Snakefile"))
    done = RunFolder(tmp_path, tmp_path / "Snakefile").start("all", "--dry-run", "--workflow-profile", "none")
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    lines = {line for line in said.splitlines() if line.startswith("read ")}
    found = [line.split()[1:] for line in sorted(lines)]
    # The page shows what `endpoints`, of which it is made too, read of these.
    shown = [["none", "report", f"config/{name}.tsv"] for name in ("adverse_events", "assessments", "patients")]
    assert [each for each in found if each[0] == "none"] == shown
    warned = {file for how, _, file in found if how == "warning"}
    assert warned and not [file for file in warned if not file.startswith("data/")]
    summed = {file for how, _, file in found if how == "sum"}
    assert summed == {"data/targets.bed", *(f"config/{path.name}" for path in config.iterdir() if path != own)}
