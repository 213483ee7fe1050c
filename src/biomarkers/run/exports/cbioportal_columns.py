"""Columns of a run's tables as clinical attributes of cBioPortal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.clinical import pdl1_score
from biomarkers.clinical.imports.cbioportal_files import capitals
from biomarkers.clinical.imports.cbioportal_words import ASSAYS
from biomarkers.errors import count, first_few
from biomarkers.io import schemas
from biomarkers.io.headers import IDENTIFYING
from biomarkers.report import described
from biomarkers.report.wording import label

EVENTS = {
    "os": ("LIVING", "DECEASED"),
    "pfs": ("CENSORED", "PROGRESSED"),
    "dfs": ("DiseaseFree", "Recurred/Progressed"),
}
"""Words behind 0 and 1 of a status; cBioPortal asks for those of OS and DFS."""
OTHER_EVENT = ("CENSORED", "EVENT")
TIME = re.compile(r"(\w+?)_months(_\w+)?")
TAKEN = {"PATIENT_ID", "SAMPLE_ID", "MUTATION_COUNT", "FRACTION_GENOME_ALTERED"}
"""Headings that cBioPortal keeps for itself."""
SAMPLE_LEVEL = {
    "METASTATIC_SITE",
    "OTHER_SAMPLE_ID",
    "PRIMARY_SITE",
    "SAMPLE_CLASS",
    "SAMPLE_DISPLAY_NAME",
    "SAMPLE_TYPE",
    "TUMOR_TISSUE_SITE",
    "TUMOR_TYPE",
}
"""Headings that it refuses in the patient file."""
TEXTS = {
    "CANCER_TYPE",
    "CANCER_TYPE_DETAILED",
    "GENDER",
    "HISTOLOGY",
    "KNOWN_MOLECULAR_CLASSIFIER",
    "PATIENT_DISPLAY_NAME",
    "SEX",
    "TUMOR_SITE",
}
"""Headings of which it refuses numbers; AGE is the one of which it refuses text."""
OF_SAMPLES = {"tmb_per_mb": "TMB_NONSYNONYMOUS", "status": "TMB_STATUS"}
NOT_SHOWN = ("patient", "sample", "sequenced", "note", "lower_bound", "calibration")
PDL1 = ("pdl1", "pdl1_low", "pdl1_high")


class Attribute(NamedTuple):
    """A column of a clinical file: heading, display name, description, datatype and cells, empty where missing."""

    heading: str
    name: str
    about: str
    datatype: str
    cells: list[str]


def one_line(text: object) -> str:
    r"""A text without tabs and line ends, which separate cells and rows.

    >>> one_line(" a\tb \n c")
    'a b c'
    """
    return " ".join(str(text).split())


def identifier(heading: str, names: pd.Series) -> Attribute:
    """PATIENT_ID or SAMPLE_ID."""
    shown = heading.replace("_ID", " identifier").capitalize()
    return Attribute(heading, shown, shown, "STRING", [*map(str, names)])


def of_samples(samples: pd.DataFrame) -> Iterator[Attribute]:
    """What is per tumor sample: the burden under the first definition and the others, with what belongs to it."""
    rules = schemas.load("tmb")["properties"] | {"chosen": schemas.load("sample_selection")["properties"]["chosen"]}
    taken = {*TAKEN}
    for column in samples:
        if column not in NOT_SHOWN and samples[column].notna().any():
            rule = rules.get(str(column), rules["tmb_per_mb"])
            yield _attribute(OF_SAMPLES.get(str(column), str(column)), label(column), rule, samples[column], taken)


def of_patients(
    cohort: pd.DataFrame, scores: pd.DataFrame | None, taken: Collection[str], notes: list[str]
) -> list[Attribute]:
    """What the cohort says of each patient, but for what is per sample, dates and what looks like an identifier.

    scores: of PD-L1, one row a patient. taken: headings of the sample file. notes: takes what was left out.
    """
    found, headings = [], {*taken, *TAKEN}
    events = {f"{m[1]}_event{m[2] or ''}": m for name in cohort if (m := TIME.fullmatch(str(name)))}
    pairs = {event: match for event, match in events.items() if event in cohort and {*cohort[event].dropna()} <= {0, 1}}
    statuses = {capitals(f"{m[1]}{m[2] or ''}_status"): event for event, m in pairs.items()}
    score = None if scores is None else _score(scores.set_index("patient").reindex(cohort["patient"]), notes)
    if score is not None:
        found.append(score)
        headings.add(score.heading)
    left: dict[str, list[str]] = {"dates": [], "columns that look like identifiers": []}
    for column in map(str, cohort):
        rule, values = described.rule("cohort", column), cohort[column]
        if column in ("patient", "gene_panel") or values.isna().all() or _is_of_samples(rule):
            continue
        if rule.get("format") == "date" or pd.api.types.is_datetime64_any_dtype(values):
            left["dates"].append(column)
        elif not rule and IDENTIFYING.search(column):
            left["columns that look like identifiers"].append(column)
        elif score is not None and column in PDL1:
            continue
        elif column in pairs:
            found.append(_status(pairs[column], rule, values, headings))
        elif match := TIME.fullmatch(column):
            found.append(_attribute(f"{match[1]}{match[2] or ''}_months", label(column), rule, values, headings))
        else:
            # A status beside a time would be read as that of an endpoint.
            suffix = "_stated" if capitals(column) in statuses else ""
            suffix = "_of_patient" if capitals(column) in SAMPLE_LEVEL else suffix
            found.append(_attribute(column + suffix, label(column), rule, values, headings))
    notes += [f"{what}: {first_few(names, 10)}" for what, names in left.items() if names]
    return found


def _is_of_samples(rule: dict[str, Any]) -> bool:
    sources = {one.partition(".")[0] for one in rule.get("x-from", ())}
    return bool(sources & {"tmb", "sample_selection"})


def _status(match: re.Match[str], rule: dict[str, Any], values: pd.Series, taken: set[str]) -> Attribute:
    """An event as `1:DECEASED`, under the heading that goes with its time."""
    words = EVENTS.get(match[1], OTHER_EVENT)
    coded = values.map(lambda value: None if pd.isna(value) else f"{int(value)}:{words[int(value)]}")
    name = f"{match[1]}{match[2] or ''}_status"
    return _attribute(name, f"{label(match[1] + (match[2] or ''))} status", rule, coded, taken)


def _attribute(column: str, name: str, rule: dict[str, Any], values: pd.Series, taken: set[str]) -> Attribute:
    """A column under a heading of its own, which is added to `taken`."""
    heading = base = _heading(column)
    is_number = pd.api.types.is_numeric_dtype(values) and heading not in TEXTS
    if heading == "AGE" and not is_number:
        heading = base = "AGE_TEXT"
    if base in TAKEN:
        heading = base = f"{base}_STATED"
    number = 1
    while heading in taken:
        number += 1
        heading = f"{base}_{number}"
    taken.add(heading)
    about = described.meaning(rule)
    cells = ["" if pd.isna(value) else _cell(value) for value in values.tolist()]
    return Attribute(heading, one_line(name) or heading, about, "NUMBER" if is_number else "STRING", cells)


def _heading(column: str) -> str:
    """A heading in capitals that has a letter and does not begin with a digit.

    >>> _heading("CA 19-9 (U/ml)"), _heading("2nd_line"), _heading("\u5e74\u9f84")
    ('CA_19_9_U_ML', 'X_2ND_LINE', 'X')
    """
    bare = capitals(column)
    return bare if re.match("[A-Z]", bare) else f"X_{bare}".rstrip("_")


def _cell(value: Any) -> str:
    """A value with every digit; whole numbers without a point."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return one_line(value)


def _score(scores: pd.DataFrame, notes: list[str]) -> Attribute | None:
    """PD-L1 under a heading that names score type and assay, where all scores have the same; None where they differ.

    An interval is spelled as it is reported, `1-49`.
    """
    scored = scores[scores["status"].eq("scored")]
    kinds = {*scored["score_type"].dropna()} if "score_type" in scored else set()
    if len(kinds) != 1:
        return None
    kind = str(kinds.pop())
    assays = {*scored["assay"].fillna("")} if "assay" in scored else {""}
    named = [heading for heading, assay in ASSAYS.items() if {assay} == assays]
    cells, left = [], 0
    for status, low, high in zip(scores["status"], scores["low"], scores["high"], strict=True):
        told = _spelled(low, high, kind) if status == "scored" else ""
        left += told is None
        cells.append(told or "")
    if left:
        notes.append(f"{count(left, 'PD-L1 score')} that can only be told as an interval")
    heading = "_".join(["PDL1", kind, *named])
    about = f"PD-L1 {kind}, by {', '.join(sorted(filter(None, map(str, assays)))) or 'an assay that is not named'}"
    is_number = all(re.fullmatch(r"[<>]?[\d.]*", cell) for cell in cells)
    return Attribute(heading, f"PD-L1 {kind}", about, "NUMBER" if is_number else "STRING", cells)


def _spelled(low: float, high: float, kind: str) -> str | None:
    """A score as a sheet has it, such that it is read as the same interval; None where no spelling is.

    >>> _spelled(10, 10, "TPS"), _spelled(0, 1, "TPS"), _spelled(1, 50, "TPS"), _spelled(50, 100, "CPS")
    ('10', '<1', '1-49', '>=50')
    """
    ways = [_cell(float(low))] if low == high else []
    ways += [f"<{high:g}", f">={low:g}", f">{low:g}", f"{low:g}-{high - 1:g}", f"{low:g}-{high:g}"]
    for text in ways:
        try:
            read = pdl1_score.score(text, kind)
        except ValueError:
            continue
        if (read.low, read.high) == (low, high):
            return text
    return None
