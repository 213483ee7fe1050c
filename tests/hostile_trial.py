"""A trial of 170 patients in which stands whatever once broke a page: names that are code, numbers without an end."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from biomarkers.cli.app import run

SCRIPT = '</script><script>document.body.dataset.hacked=1</script><img src=x onerror="document.body.dataset.hacked=1">'
FORMULA = '=HYPERLINK("http://example.org","open")'
TURNED = "\u202egnp.exe"
QUOTED = 'say \\"hi\\" {{7*7}} ${x}'
LONG = "Expression of the interferon gamma related signature in the tumor, normalised to the housekeeping genes, "
ENDS = ("before treatment", "after treatment")
TITLE = f"A trial {TURNED} {QUOTED} {SCRIPT}"
PATIENTS = ["x" * 120, "constructor", "toString", "1e5", "007"]
"""Names of patients are letters, digits and few signs; these are words of JavaScript, numbers, or long."""
PLAN = """\
title: a trial
seed: 1
primary: {marker: tmb_per_mb, endpoint: response, method: mann_whitney}
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
  os: {kind: time_to_event, time: os_months, event: os_event}
covariates: [age]
markers:
  tmb_per_mb: {kind: continuous, transform: log2p1, cutpoints: [{at: 23.26663566, side: ">"}, {at: median, side: ">"}]}
  pdl1: {kind: continuous, cutpoints: [{at: 1, side: ">="}]}
  tls_score: {kind: continuous}
  smoker: {kind: binary}
  all_respond: {kind: binary}
  one_value: {kind: binary}
  ic_level: {kind: ordinal, levels: [IC0, IC1, IC2]}
"""


def sheets(n: int = 170) -> dict[str, pd.DataFrame]:
    """The user's sheets and the tables of samples, by name."""
    random = np.random.default_rng(16)
    names = [*PATIENTS, *(f"P{place:03d}" for place in range(n - len(PATIENTS)))]
    start = pd.Timestamp("2022-01-03")
    # All progress, each on a day of his own: the curve is at one half over a step.
    days = random.permutation(np.arange(40, 40 + 3 * n, 3))
    patients = pd.DataFrame(
        {"patient": names, "treatment_start": start, "last_alive_date": start + pd.Timedelta(days=900)}
    )
    patients["last_dose"] = [start + pd.Timedelta(days=int(day)) for day in days]
    patients["death_date"] = pd.Series([start + pd.Timedelta(days=int(day) + 90) for day in days]).where(days % 2 == 0)
    patients["age"] = random.integers(35, 85, n)
    patients["smoker"] = random.integers(0, 2, n)
    patients["void"] = None
    visits = [(name, start + pd.Timedelta(days=int(day)), "PD") for name, day in zip(names, days, strict=True)]
    for place in np.flatnonzero(random.random(n) < 0.3):
        visits += [(names[place], start + pd.Timedelta(days=at), "PR") for at in (5, 36) if at < 40]
    assessments = pd.DataFrame(visits, columns=["patient", "date", "response"])
    responding = patients["patient"].isin(assessments.loc[assessments["response"].eq("PR"), "patient"])
    features = patients[["patient"]].assign(
        tls_score=random.normal(0, 1, n).round(3),
        all_respond=(responding & (random.random(n) < 0.5)).astype(int),
        one_value=1,
        ic_level=random.choice(["IC0", "IC1", "IC2"], n),
    )
    features[QUOTED] = random.choice([SCRIPT, FORMULA, TURNED], n)
    for end in ENDS:
        features[LONG + end] = random.integers(0, 2, n)
    burdens = random.lognormal(2, 0.9, n)
    value = {
        "patient": names,
        "sample": [f"{name[:40]}-T" for name in names],
        "callable_bp": 1_200_000,
        "callable_mb": 1.2,
    }
    value |= {
        "denominator_source": "callable",
        "tumor_only": 0,
        "status": "ok",
        "n_variants": (burdens * 1.2).astype(int),
    }
    tmb = pd.DataFrame(value).assign(tmb_per_mb=lambda rows: rows["n_variants"] / 1.2)
    tmb = tmb.assign(ci_low=tmb["tmb_per_mb"] * 0.7, ci_high=tmb["tmb_per_mb"] * 1.4)
    tmb.loc[3, ["tmb_per_mb", "ci_low", "ci_high", "n_variants", "status", "note"]] = [
        None,
        None,
        None,
        None,
        "failed",
        "no alt_reads",
    ]
    both = pd.concat([tmb.assign(definition=name) for name in ("merino_wes", "nonsynonymous")])
    pdl1 = pd.DataFrame({"patient": names, "specimen": "B1", "collected": "2021-12-01", "assay": "22C3"})
    pdl1 = pdl1.assign(score_type="TPS", value=random.choice(["<1", "1-49", ">=50", "NE"], n))
    events = {
        "patient": names[:60],
        "term": FORMULA,
        "soc": SCRIPT,
        "grade": 3,
        "onset": "2022-02-01",
    }
    qc = tmb[["patient", "sample"]].assign(
        role="tumor", status="warn", reasons="mean_target_depth 40 is below 50 (warn)"
    )
    qc["mean_target_depth"] = random.gamma(9, 9, n)
    return {"patients": patients, "assessments": assessments, "features": features, "tmb": both, "pdl1": pdl1,
            "adverse_events": pd.DataFrame(events), "qc": qc.assign(total_reads=1000)}  # fmt: skip


def made(folder: Path) -> Path:
    """The page of the trial, in `folder` with all tables that it is made from, through the commands themselves."""
    for name, frame in sheets().items():
        frame.to_csv(folder / f"{name}.tsv", sep="\t", index=False, quoting=csv.QUOTE_MINIMAL, date_format="%Y-%m-%d")
    (folder / "plan.yaml").write_text(
        PLAN
        + "".join(f"  {one!r}: {{kind: binary}}\n" for one in (LONG + "before treatment", LONG + "after treatment"))
        + f"  '{QUOTED}': {{kind: categorical}}\n"
    )

    def call(command: str, **files: str) -> None:
        words = [
            word for option, file in files.items() for word in (f"--{option.replace('_', '-')}", f"{folder}/{file}")
        ]
        assert run([command, *words]) == 0, command

    given: dict[str, Any] = {"patients": "patients.tsv", "assessments": "assessments.tsv"}
    call("endpoints", **given, adverse_events="adverse_events.tsv", endpoints="endpoints.tsv", rates="rates.tsv",
         adverse_events_summary="events.tsv", responses="responses.tsv")  # fmt: skip
    call("pdl1", pdl1="pdl1.tsv", patients="patients.tsv", selected="selected.tsv", rejected="rejected.tsv")
    call("cohort", patients="patients.tsv", endpoints="endpoints.tsv", tmb="tmb.tsv", pdl1="selected.tsv",
         plan="plan.yaml", features="features.tsv", cohort="cohort.tsv", flow="flow.tsv",
         exclusions="exclusions.tsv")  # fmt: skip
    tests = {name: f"{name}.tsv" for name in ("results", "groups", "memberships")}
    call("associate", cohort="cohort.tsv", plan="plan.yaml", **tests)
    words = ["--title", TITLE, "--workbook", f"{folder}/tables.xlsx"]
    shown = dict(cohort="cohort.tsv", plan="plan.yaml", flow="flow.tsv", exclusions="exclusions.tsv", rates="rates.tsv",
                 responses="responses.tsv", tmb="tmb.tsv", pdl1="selected.tsv", qc="qc.tsv",
                 adverse_events="events.tsv", events="adverse_events.tsv", **given, **tests)  # fmt: skip
    words += [word for option, file in shown.items() for word in (f"--{option.replace('_', '-')}", f"{folder}/{file}")]
    assert run(["report", *words, "--page", f"{folder}/index.html"]) == 0
    return folder / "index.html"
