"""Methods: a paragraph made from the settings in force and the tests that were done, its references, a glossary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import wording
from biomarkers.report.blocks import Block, Column, Heading, Items, Paragraph, table
from biomarkers.report.given import Tables
from biomarkers.report.numbers import missing, number

REFERENCES = {
    "burden": "Merino DM et al. J Immunother Cancer 2020;8:e000147 (harmonization of tumor mutational burden).",
    "response": "Eisenhauer EA et al. Eur J Cancer 2009;45:228-47 (RECIST 1.1).",
    "shares": "Clopper CJ, Pearson ES. Biometrika 1934;26:404-13 (exact intervals of rates).",
    "kaplan_meier": "Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457; Brookmeyer R, Crowley J. Biometrics 1982;38:29.",
    "mann_whitney": "Mann HB, Whitney DR. Ann Math Stat 1947;18:50; Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598.",
    "auc": "DeLong ER et al. Biometrics 1988;44:837-45 (interval of the AUC).",
    "fisher": "Fisher RA. J R Stat Soc 1922;85:87-94 (exact test).",
    "logrank": "Peto R, Peto J. J R Stat Soc A 1972;135:185-207 (log-rank test).",
    "cox": "Cox DR. J R Stat Soc B 1972;34:187-220; Efron B. J Am Stat Assoc 1977;72:557-65 (ties).",
    "firth": "Firth D. Biometrika 1993;80:27-38; Heinze G, Schemper M. Stat Med 2002;21:2409-19.",
    "maximally_selected": "Lausen B, Schumacher M. Biometrics 1992;48:73-85 (maximally selected statistics).",
    "benjamini_hochberg": "Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300 (false discovery rate).",
    "reporting": "McShane LM et al. J Natl Cancer Inst 2005;97:1180-4 (REMARK).",
}
"""By what was used; the rules themselves, with further sources, stand in docs/methods.md."""
GLOSSARY = [
    (
        "AUC",
        "the probability that a patient of the first group has a higher value than one of the second; 0.5 is chance",
    ),
    ("hazard ratio", "how much more often the event happens per time in the first group; above 1 is more"),
    ("odds ratio", "odds of the outcome in the first group over those in the second; above 1 is more"),
    ("q", "p after adjustment for the number of tests of its family"),
    ("95% CI", "a range; of 100 such trials, some 95 have one that contains the true value"),
    ("callable territory", "coding bases with enough depth in tumor and normal: what a burden is divided by"),
    ("lower bound", "a burden of a sample in which variants may have been missed"),
    ("censored", "followed up to that time without the event"),
    ("EMA censoring", "an event counts whatever came before it, such as a new therapy (intention to treat)"),
    ("FDA censoring", "followed up to the last visit before a new therapy or before missed visits"),
    ("mid-point rule", "where the curve is at exactly 50% over a step, its median is the middle of that step"),
]
REMARK = [
    ("1 to 3: marker, objectives, patients", "Result; Who"),
    ("4 to 5: treatment, specimens", "Who; Samples"),
    ("6 to 7: assay and its cutoffs", "Samples; Methods"),
    ("8 to 9: endpoints, candidate variables", "Efficacy; Methods"),
    ("10 to 11: sample size, statistical methods", "Methods; All tests"),
    ("12 to 13: flow of patients, characteristics", "Who"),
    ("14 to 18: relations, univariable and multivariable results", "Compare; Together; All tests"),
    ("19 to 20: interpretation and limits", "the reader; Result (cautions)"),
]
NO_RECORD = "no record tells of which plan they are (`biomarkers associate --record`)"
CENSORING = {
    "ema_itt": "events count whatever came between (EMA's intention to treat)",
    "fda": "patients are censored at new therapy and after two missed visits (FDA)",
}


def methods(given: Tables) -> list[Block]:
    """The paragraph to paste with its references, what words mean, and where REMARK's items stand."""
    said, used = paragraph(given)
    references = [REFERENCES[name] for name in REFERENCES if name in {*used, "reporting"}]
    terms = [Column("Term", lambda row: row[0]), Column("Meaning", lambda row: row[1], room="much")]
    items = [Column("Item of REMARK", lambda row: row[0]), Column("Section", lambda row: row[1])]
    pasted: list[Block] = [Heading("Paragraph to paste"), Paragraph(" ".join(said))]
    return [
        *(pasted if said else []),
        *of_the_plan(given),
        Items(references, "References"),
        table("What the words mean", GLOSSARY, terms, aside=True),
        table("Where the items of REMARK stand", REMARK, items, aside=True),
    ]


def of_the_plan(given: Tables) -> list[Block]:
    """The plan with its day and MD5, and whether the results are of it."""
    if (plan := given.of_plan) is None:
        return []
    day = str(given.plan.get("date") or "") or "not stated (key date of the plan)"
    agrees = {True: "are of this very plan (MD5)", False: f"are not of this plan: {plan.why}", None: NO_RECORD}
    rows = [("File", plan.file), ("Day", day), ("MD5", plan.md5), ("Results", agrees[plan.agrees])]
    columns = [Column("Plan", lambda row: row[0]), Column("What is known", lambda row: row[1], room="much")]
    return [table("Analysis plan", rows, columns, ordered=True)]


def paragraph(given: Tables) -> tuple[list[str], set[str]]:
    """Sentences of the settings in force and of the tests that were done, and the names of their references."""
    said: list[str] = []
    used: set[str] = set()
    if given.tmb is not None and "burden" in given.settings:
        said += of_burden(given.settings["burden"], given.tmb)
        used.add("burden")
    if "endpoints" in given.settings and given.rates is not None:
        said += of_endpoints(given.settings["endpoints"])
        used |= {"response", "shares", "kaplan_meier"}
    if given.pdl1 is not None and "pdl1" in given.settings:
        said += of_pdl1(given.settings["pdl1"])
    tests, of_tests = _tests(given)
    return said + tests, used | of_tests


def of_burden(burden: Mapping[str, Any], tmb: pd.DataFrame) -> list[str]:
    """How variants were counted, and over what: what was not asked for or not measured is not claimed."""
    definition = tmb["definition"].iloc[0] if len(tmb) else ""
    limits = {
        "tumor_depth": f"a tumor depth of at least {burden['tumor_depth']}",
        "alt_reads": f"at least {count(burden['alt_reads'], 'supporting read')}",
        "vaf": f"a variant allele fraction of at least {number(100 * burden['vaf'])}%",
    }
    asked = [said for name, said in limits.items() if burden[name]]
    rules = f"with {wording.enumerated(asked)}" if asked else "without a threshold of depth, reads or fraction"
    depths = f"a depth of at least {burden['tumor_depth']} in the tumor and {burden['normal_depth']} in the normal"
    territories = {
        "callable": f"coding bases with {depths}",
        "assumed": "an assumed size, since no depth was measured",
        "stated": "a size stated for the sample",
    }
    found = tmb.loc[tmb["definition"].eq(definition) & tmb["tmb_per_mb"].notna(), "denominator_source"].value_counts()
    over = [f"{said} ({count(int(found[kind]), 'sample')})" for kind, said in territories.items() if kind in found]
    return [
        f"Tumor mutational burden is the number of somatic variants counted by the definition "
        f"{wording.label(definition)}, {rules}, per megabase of {' or of '.join(over) or 'territory'}; its 95% "
        "interval is the exact one of a Poisson count."
    ]


def of_endpoints(settings: Mapping[str, Any]) -> list[str]:
    """How response and times to events were derived."""
    confirmed = (
        f"confirmed by a second assessment at least {settings['confirmation_days']} days later"
        if settings["confirmed"]
        else "not required to be confirmed"
    )
    cutoff = settings.get("data_cutoff")
    censoring = CENSORING.get(settings["censoring"], settings["censoring"])
    return [
        f"Response followed RECIST 1.1 as read by the {settings['evaluator']}, {confirmed}; patients without "
        "an evaluable assessment count as non-responders.",
        f"Times run from the first dose; in progression-free survival {censoring}"
        + (f"; the data cutoff was {cutoff}." if cutoff else "."),
        "Rates have exact 95% intervals; medians are Kaplan-Meier estimates with log-log intervals.",
    ]


def of_pdl1(settings: Mapping[str, Any]) -> list[str]:
    """Which score and which assays."""
    assays = wording.enumerated(settings["assays"] or [])
    pooled = f" by {assays}" + (", pooled" if len(settings["assays"] or []) > 1 else "") if assays else ""
    said = f"PD-L1 is the {settings['score_type']}{pooled}"
    return [f"{said}; a patient is on a side of a cutoff only with the whole reported range."]


def _tests(given: Tables) -> tuple[list[str], set[str]]:
    """Which tests were done, in which roles and families."""
    if given.results is None or given.results.empty:
        return [], set()
    results = given.results
    kinds = list(dict.fromkeys(results["method"].dropna()))
    names = "; ".join(wording.METHODS.get(kind, kind.replace("_", " ")) for kind in kinds)
    said = [f"Tests and models were {names}."]
    primary = results[results["role"].eq("primary")]
    for row in wording.each(primary.head(1)):
        how, end = wording.METHODS.get(str(row.method), str(row.method)), wording.sentence_label(row.endpoint)
        said.append(
            f"The primary hypothesis was {wording.short_label(row.marker)} and {end} ({how}), two-sided at 0.05."
        )
    families = int(results["family"].nunique())
    said.append(
        f"P-values are two-sided; within each of {count(families, 'family', 'families')} of tests q controls the "
        "false discovery rate (Benjamini-Hochberg). Associations beside the primary and the secondary hypotheses are "
        "exploratory."
    )
    if not missing(seed := given.plan.get("seed")):
        said.append(f"Random numbers start at seed {seed}.")
    used = {kind for kind in kinds if kind in REFERENCES} | {"benjamini_hochberg"}
    used |= {"firth"} if any(kind.startswith("firth") for kind in kinds) else set()
    used |= {"cox"} if "firth_cox" in kinds else set()
    return said, used | ({"auc"} if results["estimate_type"].eq("auc").any() else set())
