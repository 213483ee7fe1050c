"""A finished run of twelve made-up patients, made by the commands that its rules call."""

from __future__ import annotations

import os
import shutil
from contextlib import chdir
from pathlib import Path

from biomarkers.cli.app import run

PDL1 = """patient\tspecimen\tcollected\tassay\tscore_type\tvalue
P1\tS1\t2023-12-01\t22C3\tTPS\t10
P2\tS2\t2023-12-05\t22C3\tTPS\t<1
P3\tS3\t2023-12-01\t22C3\tTPS\t1-49
P4\tS4\t2023-12-01\t22C3\tTPS\t>=50
P5\tS5\t2023-12-01\t22C3\tTPS\tNE
P6\tS6\t2023-12-01\t28-8\tTPS\t60
"""
CONFIG = """clinical:
  patients: config/patients.tsv
  pdl1: config/pdl1.tsv
  maf: config/mutations.maf
  sequenced: config/sequenced.tsv
plan: config/analysis_plan.yaml
reference: {assumed_bp: 2000000}
report: {title: "Twelve \\t made-up patients: =1+1"}
"""
PLACES = {
    "endpoints": ("endpoints", "rates", "responses"),
    "pdl1": ("selected", "rejected"),
    "cohort": ("exclusions", "selection"),
}


def command(*words: object) -> None:
    """Call a command, which must succeed."""
    assert run([str(word) for word in words]) == 0


def make(project: Path, folder: Path) -> Path:
    """Make the run in a folder: P12 is not sequenced, P11 has neither a response nor a time."""
    shutil.copytree(project / ".test" / "config", folder / "config")
    config = folder / "config"
    patients = [line.split("\t") for line in (config / "patients.tsv").read_text().splitlines()]
    rows = [[*patients[0], "os_months", "os_event", "age", "sex", "site", "Birth date"]]
    for number, row in enumerate(patients[1:], 1):
        os_months = repr(float(row[2]) + number / 3)
        rows.append([*row, os_months, str(number % 2), str(40 + number), "FM"[number % 2], f"=site {number}", "x"])
    rows[11][1:6] = [""] * 5
    (config / "patients.tsv").write_text("\n".join(map("\t".join, rows)) + "\n")
    (config / "sequenced.tsv").write_text("patient\n" + "".join(f"P{number}\n" for number in range(1, 12)))
    maf = (config / "mutations.maf").read_text().splitlines()
    (config / "mutations.maf").write_text("\n".join(line for line in maf if "P12-T1" not in line) + "\n")
    (config / "pdl1.tsv").write_text(PDL1)
    (config / "config.yaml").write_text(CONFIG)
    with chdir(folder):
        _results()
    return folder


def _results() -> None:
    for name in ("variants/maf", "burden", "clinical", "association"):
        os.makedirs(f"results/{name}")
    sheets = ["--patients", "config/patients.tsv"]
    table = "results/variants/maf/cohort.variants.tsv.gz"
    said = ["--maf", "config/mutations.maf", "--samples", "config/sequenced.tsv", "--variants", table]
    command("variants", *said, "--definition", "merino_wes", "--definition", "nonsynonymous")
    said = ["--variants", table, "--assumed-bp", 2_000_000, "--tmb", "results/burden/tmb.tsv"]
    said += ["--mutations", "results/burden/mutations.tsv.gz"]
    command("tmb", *said, "--definition", "merino_wes", "--definition", "nonsynonymous")
    said = [word for name in PLACES["endpoints"] for word in (f"--{name}", f"results/clinical/{name}.tsv")]
    command("endpoints", *sheets, *said)
    said = ["--selected", "results/clinical/pdl1.tsv", "--rejected", "results/clinical/pdl1_rejected.tsv"]
    command("pdl1", "--pdl1", "config/pdl1.tsv", *sheets, *said, "--assays", "22C3", "--assays", "28-8")
    said = ["--endpoints", "results/clinical/endpoints.tsv", "--tmb", "results/burden/tmb.tsv"]
    said += ["--mutations", "results/burden/mutations.tsv.gz", "--pdl1", "results/clinical/pdl1.tsv"]
    said += ["--exclusions", "results/clinical/exclusions.tsv", "--plan", "config/analysis_plan.yaml"]
    said += ["--selection", "results/clinical/sample_selection.tsv"]
    command("cohort", *sheets, *said, "--cohort", "results/cohort.tsv", "--flow", "results/flow.tsv")
    said = ["--cohort", "results/cohort.tsv", "--plan", "config/analysis_plan.yaml"]
    said += ["--mutations", "results/burden/mutations.tsv.gz"]
    places = {"results": "results.tsv", "groups": "groups.tsv", "memberships": "memberships.tsv.gz"}
    places["record"] = "record.json"
    said += [word for name, place in places.items() for word in (f"--{name}", f"results/association/{place}")]
    command("associate", *said)
