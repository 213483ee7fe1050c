"""What can stand in a clinical sheet and hardly be true: said before anything is derived from it, never changed.

Each function gives sentences for a warning, with the patients whom they concern (docs/methods.md, 3.7 and 4.10).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from biomarkers.clinical import study_days
from biomarkers.clinical.response import BEST_FIRST
from biomarkers.clinical.timeline import LONGEST_DAYS
from biomarkers.errors import count, first_few
from biomarkers.io import plausible, schemas, words

LARGEST_IN_CM = 10.0
"""A patient all of whose diameters are below it may have been measured in cm: a target has 10 mm at least."""

TARGET_MM, NODE_MM = 10.0, 15.0
"""Smallest target lesion, and short axis of a target node, at baseline (RECIST 1.1, section 3.1)."""

TARGETS, TARGETS_OF_AN_ORGAN = 5, 2
"""Most target lesions of a patient, and in an organ (RECIST 1.1, section 3.2)."""

BASELINE_DAYS = 28
"""Oldest baseline scan, in days before the start of treatment (RECIST 1.1, section 3.2)."""

SIDES = re.compile(r"\b(left|right|lt|rt|l|r|bilateral|both)\b")
"""Words beside an organ: both lungs are one."""

AFTER_COMPLETE_RESPONSE = ("PR", "SD", "NON-CR/NON-PD")
"""After a CR disease is gone or back (PD); these need an explanation."""


WEEKS_TO_PROGRESSION, YEARS_TO_PROGRESSION = 5.0, 0.4
"""Whose best response is PD progressed by the first scan, after 6 to 12 weeks (RECIST 1.1, section 4.2): in months 1.4
to 2.8, in weeks above 5, in years below 0.4."""

YEARS_OF_FOLLOW_UP = 6.0
"""Nobody is followed for longer: of months, no trial; of years, most."""

ENOUGH = 5
"""Fewest patients whose times tell the unit."""

MOST_LEVELS = 50
"""Different words of a column up to which they are looked at as levels; more are names or notes."""

DEATH_FLAGS = frozenset(("dthfl", "dead", "died", "deceased", "death", "death flag", "is dead"))
VITAL_STATUS = frozenset(
    ("vital status", "vitalstatus", "survival status", "os status", "patient status", "alive dead")
)
DEAD = re.compile(r"(1:)?\s*(dead|deceased|died|death|expired)", re.IGNORECASE)
"""Headings, without case and marks, of columns that tell who died, and the words that do under the latter ones."""

SAME_MONTHS = 0.05
"""Two stated times that differ by a day and a half at most are one, in months."""


def named(patients: pd.Series) -> str:
    """How many patients, and the first five.

    >>> import pandas as pd
    >>> named(pd.Series(["P1", "P2"]))
    '2 patients (P1, P2)'
    """
    return f"{count(len(patients), 'patient')} ({first_few(patients)})"


def _sentences(found: dict[str, pd.Series]) -> list[str]:
    return [f"{what}: {named(patients.drop_duplicates())}" for what, patients in found.items() if len(patients)]


def of_names(patients: pd.DataFrame) -> list[str]:
    """Sentences about identifiers that differ in case or leading zeros alone, and so may be one person twice.

    >>> import pandas as pd
    >>> of_names(pd.DataFrame({"patient": ["007", "P1", "7", "70"]}))
    ["patients whose names differ in case or leading zeros only count as several: ('007', '7')"]
    """
    found: dict[str, list[str]] = {}
    for name in patients["patient"].dropna().astype(str).drop_duplicates():
        found.setdefault(re.sub(r"(?<![0-9])0+(?=[0-9])", "", name.casefold()), []).append(name)
    twice = [str(tuple(names)) for names in found.values() if len(names) > 1]
    what = "patients whose names differ in case or leading zeros only count as several"
    return [f"{what}: {first_few(twice)}"] if twice else []


def of_deaths(patients: pd.DataFrame) -> list[str]:
    """Sentences about who died by a column that nothing reads, without a day of death or a stated death.

    >>> import pandas as pd
    >>> sheet = pd.DataFrame({"patient": ["P1", "P2", "P3"], "DTHFL": ["Y", "N", "Y"], "death_date": [None, None, "x"]})
    >>> of_deaths(sheet)
    ['DTHFL tells a death, and death_date has no day: by the dates alive at last contact: 1 patient (P1)']
    """
    rows = patients.reindex(columns=[*dict.fromkeys([*patients.columns, "death_date", "os_event"])])
    alive = rows["death_date"].isna() & ~rows["os_event"].eq(1).fillna(False).astype(bool)
    found = {}
    for column in patients.columns.difference(schemas.columns("patients"), sort=False):
        name, cells = words.unmarked(str(column)), rows[column].map(words.level, na_action="ignore")
        if name in DEATH_FLAGS:
            died = cells.map(
                lambda cell: words.read("flag", cell, (0, 1)) == "1" or bool(DEAD.fullmatch(cell)), "ignore"
            )
        elif name in VITAL_STATUS:
            died = cells.map(lambda cell: bool(DEAD.fullmatch(cell)), "ignore")
        else:
            continue
        said = f"{column} tells a death, and death_date has no day: by the dates alive at last contact"
        found[said] = rows.loc[died.eq(True) & alive, "patient"]
    return _sentences(found)


def of_days(sheet: pd.DataFrame, schema: str, patients: pd.DataFrame) -> list[str]:
    """Sentences about days far from those on which this trial's patients began, as 1900-01-01 for no day.

    sheet: read by that schema; patients: the sheet. Study days are not judged.

    >>> began = pd.DataFrame({"patient": ["P1", "P2"], "treatment_start": pd.to_datetime(["2021-03-01", "2021-03-03"])})
    >>> of_days(pd.DataFrame({"patient": ["P2"], "onset": pd.to_datetime(["1921-03-02"])}), "adverse_events", began)
    ['onset is more than 20 years from the median start of treatment, 2021-03-02: 1 patient (P2: 1921-03-02)']
    """
    starts = study_days.without_dates(patients, patients).reindex(columns=["treatment_start"])["treatment_start"]
    if starts.isna().all():
        return []
    middle, dated = pd.to_datetime(starts).median(), study_days.without_dates(sheet, patients)
    rules, found = schemas.load(schema)["properties"], []
    for name in (name for name, rule in rules.items() if rule.get("format") == "date" and name in sheet):
        days = pd.to_datetime(dated[name])
        far = (days - middle).abs() > pd.Timedelta(days=LONGEST_DAYS)
        shown = pd.Series([f"{who}: {day:%Y-%m-%d}" for who, day in zip(sheet["patient"][far], days[far], strict=True)])
        found.append((f"{name} is more than 20 years from the median start of treatment, {middle:%Y-%m-%d}", shown))
    return _sentences(dict(found))


def of_levels(sheet: pd.DataFrame) -> list[str]:
    """A sentence about words of a column that are one word in other letters or marks, and so make several groups.

    >>> import pandas as pd
    >>> of_levels(pd.DataFrame({"patient": ["p1", "P1", "P3"], "msi": ["MSI-H", "msi h", "MSS"]}))
    ["words that differ in case, blanks or marks only count as several levels: msi ('MSI-H', 'msi h')"]
    >>> of_levels(pd.DataFrame({"her2": ["2+", "2-", ">2"], "site": ["1-11", "11-1", "111"]}))
    []
    """
    found: list[str] = []
    for column in sheet.select_dtypes("object").columns.difference(schemas.columns("cohort"), sort=False):
        levels = sheet[column].dropna().astype(str).drop_duplicates()
        alike: dict[str, list[str]] = {}
        for word in levels if len(levels) <= MOST_LEVELS else ():
            alike.setdefault(_bare(word), []).append(word)
        found += [f"{column} ({', '.join(map(repr, several))})" for several in alike.values() if len(several) > 1]
    what = "words that differ in case, blanks or marks only count as several levels"
    return [f"{what}: {first_few(found)}"] if found else []


def _bare(word: str) -> str:
    """A level without case, zeros before a number, and blanks or marks between letters; signs (2+, <1) stay."""
    joined = re.sub(r"(?<=[^\W\d_])([\s_-]+(?=[^\W\d_])|[\s_]+(?=\d))", "", word.casefold())
    return re.sub(r"(?<![\d.,])0+(?=\d)", "", joined)


def of_lesions(lesions: pd.DataFrame, patients: pd.DataFrame) -> list[str]:
    """Sizes, numbers and ages of lesions that RECIST 1.1 does not have; lesions and patients: as in the sheets."""
    if "treatment_start" not in patients:
        return []
    rows = lesions.reindex(columns=[*dict.fromkeys([*lesions.columns, "nodal", "diameter_mm", "site"])])
    rows = rows.dropna(subset=["patient", "date", "role"])
    rows["size"] = rows["diameter_mm"].astype("float64")
    rows["start"] = pd.to_datetime(
        rows["patient"].map(patients.drop_duplicates("patient").set_index("patient")["treatment_start"])
    )
    largest = rows.groupby("patient")["size"].max()
    in_cm = largest[(largest > 0) & (largest < LARGEST_IN_CM)].index
    first = rows.groupby("patient")["date"].transform("min")
    limit = rows["start"].where(rows["start"] >= first, first)
    before = rows[rows["date"] <= limit]
    newest = before.groupby("patient")["date"].max()
    old = before[before["patient"].map(newest) < before["start"] - pd.Timedelta(days=BASELINE_DAYS)]
    last = before.sort_values("date", kind="stable").drop_duplicates(["patient", "lesion"], keep="last")
    targets = last[last["role"] == "target"]
    judged = targets[~targets["patient"].isin(in_cm)]
    is_node = judged["nodal"].fillna(0).astype(float) == 1
    organ = targets["site"].astype("string").str.casefold().str.replace(SIDES, "", regex=True)
    organ = organ.str.replace(r"[\W_]+", " ", regex=True).str.strip()
    many = targets.groupby("patient")["lesion"].nunique()
    crowded = targets.assign(organ=organ).dropna(subset=["organ"]).groupby(["patient", "organ"])["lesion"].nunique()
    crowded_patients = crowded[crowded > TARGETS_OF_AN_ORGAN].index.get_level_values("patient")
    return _sentences(
        {
            "every diameter is below 10 mm, as if measured in cm": pd.Series(in_cm),
            "a target node has a short axis below 15 mm at baseline": judged.loc[
                is_node & (judged["size"] < NODE_MM), "patient"
            ],
            "a target lesion is below 10 mm at baseline": judged.loc[
                ~is_node & (judged["size"] < TARGET_MM), "patient"
            ],
            "more than five target lesions": pd.Series(many[many > TARGETS].index),
            "more than two target lesions of an organ": pd.Series(crowded_patients),
            "the baseline scan is more than 4 weeks before the start of treatment": old["patient"],
        }
    )


def of_visits(visits: pd.DataFrame) -> list[str]:
    """A CR that PR or SD follows before any PD. visits: `patient date response`."""
    found = []
    ordered = visits.dropna(subset=["patient", "date", "response"]).sort_values("date", kind="stable")
    for patient, own in ordered.groupby("patient", sort=False):
        complete = False
        for response in own["response"]:
            if response == "PD":
                break
            if complete and response in AFTER_COMPLETE_RESPONSE:
                found.append(patient)
                break
            complete |= response == "CR"
    what = "PR, SD or NON-CR/NON-PD follows a CR: disease that comes back is PD"
    return _sentences({what: pd.Series(found, dtype="object")})


def of_stated(sheet: pd.DataFrame) -> list[str]:
    """Stated endpoints that contradict one another.

    sheet: `patient` and any of `best_response confirmed_best_response pfs_months pfs_event os_months os_event`; what
    is no number is missing.
    """
    times = ["pfs_months", "pfs_event", "os_months", "os_event"]
    names = ["patient", "best_response", "confirmed_best_response", *times]
    if not set(names[1:]) & set(sheet.columns):
        return []
    rows = sheet.reindex(columns=names)
    for column in times:
        rows[column] = pd.to_numeric(rows[column], errors="coerce").astype("float64")
    known, confirmed = (
        rows[name].map(lambda word: words.read("response", str(word), BEST_FIRST), na_action="ignore")
        for name in ("best_response", "confirmed_best_response")
    )
    best, ids = known.astype("string").fillna(""), rows["patient"]
    order = {word: rank for rank, word in enumerate(BEST_FIRST)}
    pfs, dead, event = rows["pfs_months"], rows["os_event"] == 1, rows["pfs_event"] == 1
    censored, at_once = rows["pfs_event"] == 0, (pfs - rows["os_months"]).abs() <= SAME_MONTHS
    found = {
        "confirmed_best_response is better than best_response": ids[
            confirmed.map(order).astype("float64") < known.map(order).astype("float64")
        ],
        "PFS is longer than OS": ids[pfs > rows["os_months"] + SAME_MONTHS],
        "PFS is censored at the time of death, which is an event of it": ids[censored & dead & at_once],
        "PFS ends with an event when OS is censored, by progression or by a death that OS does not have": ids[
            event & (rows["os_event"] == 0) & at_once
        ],
        "the best response is PD and PFS is censored": ids[(best == "PD") & censored],
        "the best response is NE or MISSING and PFS ends with an event that is no death": ids[
            best.isin(["NE", "MISSING"]) & event & ~(dead & at_once)
        ],
        "the best response is MISSING and PFS was followed": ids[(best == "MISSING") & censored & (pfs > SAME_MONTHS)],
        "a time is 0 months, which leaves no time for an event or an assessment": ids[
            (pfs == 0) | (rows["os_months"] == 0)
        ],
    }
    return [*_sentences(found), *_of_columns(rows, best, censored)]


def _of_columns(rows: pd.DataFrame, best: pd.Series, censored: pd.Series) -> Iterator[str]:
    """Whole columns in another unit, or with the flags of CDISC."""
    for column in ("pfs_months", "os_months"):
        months = rows[column].dropna()
        if plausible.sentences(rows[["patient", column]]):
            continue  # Days, which is said of every column of months.
        if unit := _other_unit(months, months[best.eq("PD") & rows["pfs_event"].eq(1)], column):
            shown = f"{column} has a median of {months.median():g} and reaches {months.max():g}"
            yield f"{shown}: {unit} rather than months?"
    progressed = best.eq("PD") & rows["pfs_event"].notna()
    if progressed.sum() > 1 and censored[progressed].all():
        said = f"pfs_event is 0 for all {progressed.sum()} patients whose best response is PD"
        yield f"{said}: reversed (CDISC's CNSR is 1 where censored)?"


def _other_unit(months: pd.Series, of_progressed: pd.Series, column: str) -> str:
    """The unit in which the times of a column may be stated, empty for months.

    of_progressed: those of patients whose best response is PD, which tell it of PFS.
    """
    first_scan = of_progressed.median() if column == "pfs_months" and len(of_progressed) >= ENOUGH else None
    if first_scan is not None and first_scan > WEEKS_TO_PROGRESSION:
        return "weeks"
    short = column == "os_months" and len(months) >= 2 * ENOUGH and months.max() < YEARS_OF_FOLLOW_UP
    return "years" if short or (first_scan is not None and first_scan < YEARS_TO_PROGRESSION) else ""
