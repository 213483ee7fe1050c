"""What to be careful about, from the status, notes and columns of the tables that the primary result rests on."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd

from biomarkers.errors import count
from biomarkers.io import plausible
from biomarkers.report.given import Tables, is_burden
from biomarkers.report.numbers import number
from biomarkers.report.sections import swaps
from biomarkers.report.summary import primary_rows

SMALL = 30.0
"""Mb of a territory below which one variant more or less moves a burden by more than 0.03 per Mb: no exome."""
MODEL = [
    *("endpoint", "marker_class", "marker", "cut_at", "cut_side"),
    *("adjusted_for", "with_marker", "subgroup", "landmark_months"),
]
"""What tells one model from another."""


def cautions(given: Tables) -> list[str]:
    """Sentences, the gravest first; none where nothing is to be said."""
    rows = primary_rows(given.results)
    marker = "" if rows.empty else str(rows["marker"].iloc[0])
    found = []
    if given.of_plan is not None and given.of_plan.agrees is False:
        found.append(f"The results are not of the plan that this page shows: {given.of_plan.why}.")
    if given.tmb is not None and (rows.empty or is_burden(marker)):
        found += of_burden(given.tmb)
    if given.pdl1 is not None:
        found += of_pdl1(given.pdl1)
    found += of_tests(given.results, rows)
    found += of_quality(given.qc)
    found += of_swaps(given.concordance)
    found += [f"Of the cohort, {sentence}" for sentence in plausible.sentences(given.cohort)]
    return [*found, *of_flow(given)]


def of_burden(tmb: pd.DataFrame) -> list[str]:
    """Failed and doubtful samples of the first definition, its denominators, its territory, tumor cells."""
    rows = tmb[tmb["definition"].eq(tmb["definition"].iloc[0])]
    valued, found = rows[rows["tmb_per_mb"].notna()], []
    sources = valued["denominator_source"].value_counts()
    if len(sources) > 1:
        parts = ", ".join(f"{n} {name}" for name, n in sources.items())
        found.append(f"The burdens have denominators of several kinds ({parts}); they are not quite comparable.")
    territory = valued["callable_mb"].median()
    if territory < SMALL:
        found.append(
            f"The territory is small: a median of {number(territory)} Mb, so that one variant more or less moves a "
            f"burden by {number(1 / territory)} per Mb."
        )
    if "lower_bound" in valued and (low := int(valued["lower_bound"].eq(1).sum())):
        found.append(
            f"{count(low, 'burden is a lower bound', 'burdens are lower bounds')} "
            "(few tumor cells, or variants below thresholds)."
        )
    if alone := int(valued["tumor_only"].eq(1).sum()):
        found.append(
            f"{count(alone, 'sample was', 'samples were')} called without a matched normal: "
            "rare germline variants may count."
        )
    for status, what in (("failed", "failed and has no burden"), ("warn", "is marked warn")):
        marked = rows[rows["status"].eq(status)]
        if len(marked):
            many = what.replace("has", "have").replace("is ", "are ")
            said = f"{count(len(marked), f'sample {what}', f'samples {many}')}"
            why = marked["doubt"].combine_first(marked["note"]) if "doubt" in marked else marked["note"]
            found.append(f"{said}: {_reasons(why)}" if why.notna().any() else f"{said}.")
    return found


def _reasons(notes: pd.Series) -> str:
    """The two most frequent reasons, numbers in them left apart, with how many have them, as sentences."""
    first: dict[str, str] = {}
    differ: set[str] = set()
    counted: Counter[str] = Counter()
    for note in notes.dropna():
        for part in str(note).split("; "):
            kind = re.sub(r"\d+", "#", part)
            if first.setdefault(kind, part) != part:
                differ.add(kind)
            counted[kind] += 1
    shown = []
    for kind, n in counted.most_common(2):
        figures = ", each with figures of its own" if kind in differ else ""
        shown.append(first[kind] + (f" ({n} of them{figures})" if n > 1 else ""))
    more = len(counted) - len(shown)
    others = f" There {'is' if more == 1 else 'are'} {count(more, 'other reason')} besides." if more else ""
    return f"{'; '.join(shown)}.{others}"


def of_pdl1(pdl1: pd.DataFrame) -> list[str]:
    """Assays pooled in one column, scores without a number, flags."""
    scored, found = pdl1[pdl1["status"].eq("scored")], []
    assays = scored["assay"].dropna().value_counts() if "assay" in scored else pd.Series(dtype="int64")
    if len(assays) > 1:
        parts = ", ".join(f"{name} {n}" for name, n in assays.items())
        found.append(f"PD-L1 pools {len(assays)} assays ({parts}).")
    if "flags" in scored and scored["flags"].notna().any():
        flags = Counter(flag for cell in scored["flags"].dropna() for flag in str(cell).split(","))
        parts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in flags.most_common())
        found.append(f"PD-L1 specimens are flagged: {parts}.")
    return found


def of_tests(results: pd.DataFrame | None, primary: pd.DataFrame) -> list[str]:
    """What notes say of the primary test, and how many tests gave no result or an unstable one."""
    if results is None:
        return []
    found = []
    results = results[results["marker_class"].ne("covariate")]
    doubts: list[str] = [] if primary.empty else primary["doubt"].dropna().unique().tolist()
    if doubts:
        found.append(f"Of the primary test: {'; '.join(doubts)}.")
    failed = results[results["p_value"].isna() & results["estimate"].isna()]
    if len(failed):
        said = f"{count(failed['test'].nunique(), 'test')} could not be done"
        found.append(f"{said}: {_reasons(failed['doubt'])}" if failed["doubt"].notna().any() else f"{said}.")
    doubtful = results[results["doubt"].notna() & results["p_value"].notna()].drop_duplicates(MODEL)
    if len(doubtful):
        said = f"{count(len(doubtful), 'result is', 'results are')} doubtful"
        found.append(f"{said} (column Note of All tests): {_reasons(doubtful['doubt'])}")
    return found


def of_quality(qc: pd.DataFrame | None) -> list[str]:
    """Samples that failed quality control, with why."""
    if qc is None:
        return []
    failed = qc[qc["status"].eq("fail")]
    said = count(len(failed), "sample failed", "samples failed")
    return [f"{said} quality control: {_reasons(failed['reasons'])}"] if len(failed) else []


def of_swaps(concordance: pd.DataFrame | None) -> list[str]:
    """Pairs of samples that are not what the sheet says, and those of one patient of which nothing is decided."""
    if concordance is None:
        return []
    wrong = concordance[concordance["verdict"].isin(swaps.DOUBTED)]
    unknown = concordance[concordance["expected"].eq("same") & concordance["verdict"].eq("undetermined")]
    pair = count(len(wrong), "pair of samples is", "pairs of samples are")
    found = [f"{pair} not what the sample sheet says ({swaps.named(wrong)})."] if len(wrong) else []
    pair = count(len(unknown), "pair of one patient's samples", "pairs of one patient's samples")
    told = f"Of {pair} it is undetermined whether they are of one individual"
    return [*found, f"{told} ({swaps.named(unknown)})."] if len(unknown) else found


def of_flow(given: Tables) -> list[str]:
    """Patients whose endpoints carry a note."""
    if "endpoint_note" not in given.cohort or given.cohort["endpoint_note"].isna().all():
        return []
    noted = given.cohort["endpoint_note"].dropna()
    return [f"The endpoints of {count(len(noted), 'patient')} carry a note: {_reasons(noted)}"]
