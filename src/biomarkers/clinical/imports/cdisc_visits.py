"""Overall responses at the visits of a CDISC study: RS, and the parameter OVR of ADRS."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Sequence

from biomarkers.clinical.imports.cdisc_files import Dataset
from biomarkers.clinical.imports.cdisc_times import chosen_code
from biomarkers.clinical.imports.mapping import bare
from biomarkers.errors import Problem, Problems
from biomarkers.io import schemas, words

log = logging.getLogger("biomarkers")

VISITS = "OVR"
"""PARAMCD of overall responses at visits, also with a suffix for the evaluator."""
RESPONSE = {"NON-CR/NON-PD": "NON-CR/NON-PD", "NON-CR / NON-PD": "NON-CR/NON-PD", "NN": "NON-CR/NON-PD"}
"""Words that need a meaning of their own; others are read as in every sheet."""
KNOWN = {bare(word) for word in RESPONSE}
RESPONSES = tuple(schemas.load("assessments")["properties"]["response"]["enum"])


def of_adrs(dataset: Dataset, notes: list[str]) -> Dataset | None:
    """The rows of ADRS that are overall responses at visits; None where it has none."""
    chosen = chosen_code(dataset, VISITS, notes)
    return None if chosen is None else dataset.taken(row.get("PARAMCD") == chosen for row in dataset.rows)


def evaluators(dataset: Dataset) -> list[str]:
    """The columns of ADRS that tell who read a visit."""
    names = [name for name in ("RSEVALID", "RSEVAL", "AEVAL", "EVAL") if dataset.has(name)]
    by_category = [
        name
        for name in ("PARCAT2", "PARCAT1")
        if any(re.search(r"investigator|independent|central|bicr|irc", row.get(name, ""), re.I) for row in dataset.rows)
    ]
    return names or by_category[:1]


def overall(results: Dataset, notes: list[str], problems: Problems) -> Dataset:
    """Overall responses of RS, by RECIST 1.1 where it has several criteria."""
    dataset = results.taken(row.get("RSTESTCD", "").upper() == "OVRLRESP" for row in results.rows)
    criteria = Counter(row.get("RSCAT", "") for row in dataset.rows)
    if len(criteria) < 2:
        return dataset
    recist = next((name for name in criteria if re.fullmatch(r"RECIST(\s*1\.1)?", name.upper())), None)
    if recist is None:
        problems.add(Problem(results.path, "RSCAT", ", ".join(sorted(criteria)), "RECIST 1.1 among them"))
        return dataset
    others = ", ".join(f"{name or '(empty)'} {n}" for name, n in criteria.items() if name != recist)
    notes.append(f"responses by {recist} are taken, not those by other criteria ({others})")
    return dataset.taken(row.get("RSCAT", "") == recist for row in dataset.rows)


def usable(dataset: Dataset, response: str, days: Sequence[str]) -> Dataset:
    """The rows with a response that is known and a day; the others are said. All rows where no response is known."""
    undated, kept = 0, []
    strange: Counter[str] = Counter()
    for row in dataset.rows:
        cell, is_dated = row.get(response, ""), any(row.get(name) for name in days)
        known = bare(cell) in KNOWN or words.read("response", cell, RESPONSES) is not None
        if cell and not known:
            strange[cell] += 1
        undated += known and not is_dated
        kept.append(known and is_dated)
    if not any(kept):  # The words of another scale: the mapping's own message says what was expected.
        return dataset
    empty = len(kept) - sum(kept) - undated - strange.total()
    if undated:
        log.warning("%s: responses without a day are not used (rows: %d)", dataset.path, undated)
    if empty:
        log.info("%s: rows without a response (not done) are left out: %d", dataset.path, empty)
    if strange:
        listed = ", ".join(f"'{word}' {n}" for word, n in strange.most_common())
        log.warning("%s: %s is not understood, so these assessments are left out: %s", dataset.path, response, listed)
    return dataset.taken(kept)
