"""What the stages of a whole cohort cost, of a thousand patients with 200 to 400 variants each.

    .venv/bin/python benchmarks/cohort/stages.py [--patients 1000] [--demo DEMO] [--folder OUT] [--stages maf tmb ...]

The cohort is made of a finished demo (`make demo`): its patients again and again under other names, each with rows drawn
from all tables of variants of the demo. Each stage is its command with the options of the workflow's rule, and reads what
the stages before it wrote. Seconds are those of the processor (user and system), megabytes the peak of the command.
"""

# ruff: noqa: E501

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

PROJECT = Path(__file__).resolve().parents[2]
SHEETS = ("patients", "assessments", "pdl1", "features", "adverse_events")


def read(path: Path) -> pd.DataFrame:
    """A table, every cell as text."""
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)


def write(frame: pd.DataFrame, path: Path) -> None:
    """A table as the program writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Of little compression: nothing here is measured.
    packed = {"method": "gzip", "compresslevel": 1} if path.suffix == ".gz" else None
    frame.to_csv(path, sep="\t", index=False, compression=packed)


def cohort_of(folder: Path, demo: Path, patients: int) -> None:
    """Sheets, plan, tables of variants and of callable bases of so many patients."""
    random = np.random.default_rng(17)
    people = read(demo / "config/patients.tsv")["patient"]
    copies = {f"P{number:05}": people[number % len(people)] for number in range(patients)}
    for name in SHEETS:
        sheet = read(demo / f"config/{name}.tsv")
        rows = dict(list(sheet.groupby("patient", sort=False)))
        write(
            pd.concat([rows[old].assign(patient=new) for new, old in copies.items() if old in rows]),
            folder / f"{name}.tsv",
        )
    plan = (demo / "config/analysis_plan.yaml").read_text()
    (folder / "plan.yaml").write_text(plan)
    pool = pd.concat([read(path) for path in sorted((demo / "results/variants").glob("*.variants.tsv.gz"))])
    record = json.loads(next((demo / "results/variants").glob("*.variants.json")).read_text())
    sheet = []
    for new in copies:
        drawn = pool.iloc[np.sort(random.choice(len(pool), random.integers(200, 400)))]
        drawn = drawn.assign(patient=new, sample=f"{new}-T").drop_duplicates(["chrom", "pos", "ref", "alt"])
        write(drawn, folder / f"variants/{new}-T.variants.tsv.gz")
        own = record | {"tumor_only": False, "sample": f"{new}-T", "patient": new}
        (folder / f"variants/{new}-T.variants.json").write_text(json.dumps(own))
        row = {"sample": f"{new}-T", "target_bp": 32_000_000, "coding_bp": 31_000_000, "callable_bp": 30_000_000}
        (folder / "burden").mkdir(exist_ok=True)
        write(pd.DataFrame([row | {"denominator_source": "callable"}]), folder / f"burden/{new}-T.denominator.tsv")
        steps = [(f"{new}-T", step, bp) for step, bp in (("target", 32_000_000), ("coding", 31_000_000))]
        write(pd.DataFrame(steps, columns=["sample", "step", "bp"]), folder / f"burden/{new}-T.steps.tsv")
        sheet.append({"patient": new, "sample": f"{new}-T", "status": "tumor", "vcf": f"{new}.vcf.gz"})
    write(pd.DataFrame(sheet), folder / "samples.tsv")
    quality = read(demo / "results/qc/qc.tsv")
    rows = dict(list(quality[quality["role"] == "tumor"].groupby("patient")))
    mine = [rows[old].head(1).assign(patient=new, sample=f"{new}-T") for new, old in copies.items() if old in rows]
    write(pd.concat(mine), folder / "qc.tsv")


def stages(folder: Path) -> dict[str, list[str]]:
    """Options of each command, in the order of the workflow."""
    out = folder / "out"
    (out / "maf").mkdir(parents=True, exist_ok=True)
    tables = [str(path) for path in sorted((folder / "variants").glob("*.variants.tsv.gz"))]
    each = [str(out / "maf" / f"{Path(table).name.split('.')[0]}.maf.gz") for table in tables]
    burden = folder / "burden"
    denominators = [str(path) for path in sorted(burden.glob("*.denominator.tsv"))]
    steps = [str(path) for path in sorted(burden.glob("*.steps.tsv"))]

    def given(**files: str) -> list[str]:
        return [word for name, file in files.items() for word in (f"--{name.replace('_', '-')}", str(folder / file))]

    people = given(patients="patients.tsv", assessments="assessments.tsv", adverse_events="adverse_events.tsv")
    clinical = {name: f"out/{name}.tsv" for name in ("responses", "readers", "discordant", "presets")}
    burdens = given(tmb="out/tmb.tsv", agreement="out/agreement.tsv")
    tests = ("results", "groups", "sensitivity", "null_hits", "models", "curves")
    associated = given(**{name: f"out/{name}.tsv" for name in tests}, memberships="out/memberships.tsv.gz")
    events = {"adverse_events_summary": "out/events.tsv", "adverse_event_times": "out/event_times.tsv"}
    return {
        "maf": ["--variants", *tables, "--maf", str(out / "cohort.maf.gz"), "--each", *each],
        "tmb": [
            *("--variants", *tables, "--denominator", *denominators, *given(qc="qc.tsv"), *burdens),
            *given(mutations="out/mutations.tsv.gz", general_statistics="out/tmb_mqc.tsv"),
        ],
        "pictures": [
            *burdens,
            "--steps",
            *steps,
            *given(table="out/steps.tsv", denominator_picture="out/denominator.svg"),
        ],
        "pdl1": [
            *given(pdl1="pdl1.tsv", patients="patients.tsv", selected="out/pdl1.tsv", rejected="out/pdl1_rejected.tsv"),
            *("--score-type", "TPS", "--assays", "JS311", "22C3"),
        ],
        "endpoints": [
            *(
                *people,
                *given(plan="plan.yaml", **events, **clinical, endpoints="out/endpoints.tsv", rates="out/rates.tsv"),
            ),
            *("--data-cutoff", "2024-06-30", "--visit-interval-days", "29"),
        ],
        "cohort": given(
            patients="patients.tsv",
            features="features.tsv",
            endpoints="out/endpoints.tsv",
            tmb="out/tmb.tsv",
            pdl1="out/pdl1.tsv",
            plan="plan.yaml",
            samples="samples.tsv",
            cohort="out/cohort.tsv",
            flow="out/flow.tsv",
            selection="out/selection.tsv",
        ),
        "associate": [
            *given(cohort="out/cohort.tsv", plan="plan.yaml", mutations="out/mutations.tsv.gz"),
            *(*associated, *given(predictions="out/predictions.tsv")),
        ],
        "report": [
            *given(cohort="out/cohort.tsv", flow="out/flow.tsv", rates="out/rates.tsv", **clinical, plan="plan.yaml"),
            *(
                *associated,
                *burdens,
                *given(adverse_events="out/events.tsv", adverse_event_times="out/event_times.tsv"),
            ),
            *given(
                patients="patients.tsv", assessments="assessments.tsv", events="adverse_events.tsv", pdl1="out/pdl1.tsv"
            ),
            *(*given(mutations="out/mutations.tsv.gz", qc="qc.tsv"), "--variants", *tables),
            *given(page="out/index.html", figures="out/figures", workbook="out/tables.xlsx", readme="out/README.txt"),
        ],
    }


def measured(command: str, options: list[str]) -> tuple[float, float]:
    """Processor seconds and megabytes of a command, which must succeed."""
    program = Path(sys.executable).with_name("biomarkers")
    child = subprocess.Popen([str(program), command, *options], stderr=subprocess.PIPE, text=True)
    said = child.stderr.read() if child.stderr else ""
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command} ended with {status}:\n{said[-3000:]}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Print one line for each stage, and their sum."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--patients", type=int, default=1000)
    options.add_argument("--demo", type=Path, default=PROJECT / "demo")
    options.add_argument("--folder", type=Path, default=Path("results/benchmarks/cohort/stages"))
    options.add_argument("--stages", nargs="*", help="these only, of a folder in which all ran before")
    asked = options.parse_args()
    if not (asked.demo / "results/variants").is_dir():
        raise SystemExit(f"no {asked.demo}/results: run `make demo` first, or name a finished demo by --demo")
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not asked.stages:
        cohort_of(folder, asked.demo, asked.patients)
    print(f"load {os.getloadavg()[0]:.1f}\n| stage | CPU s | wall s | MB |\n|---|---|---|---|", flush=True)
    total, most = 0.0, 0.0
    for name, words in stages(folder).items():
        if asked.stages and name not in asked.stages:
            continue
        start = time.perf_counter()
        seconds, megabytes = measured(name, words)
        total, most = total + seconds, max(most, megabytes)
        print(f"| {name} | {seconds:.1f} | {time.perf_counter() - start:.1f} | {megabytes:.0f} |", flush=True)
    print(f"| together | {total:.1f} | | {most:.0f} |")


if __name__ == "__main__":
    main()
