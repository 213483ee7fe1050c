"""The tables with numbers in place of the names of patients and samples, and days in place of dates.

What is not understood is not shown: of columns that a user brought only those stay that the plan names and the usual
characteristics; names are sought in every text (docs/methods.md, 11.10). Rows are in the order of the numbers, which is
drawn by chance, since the order of a sheet tells who is who.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from secrets import SystemRandom
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.io import schemas
from biomarkers.report import hidden_readers
from biomarkers.report.given import SCHEMAS, Tables
from biomarkers.report.numbers import missing, text_of
from biomarkers.stats import times

PATIENT, SAMPLE, READER = "patient", "sample", "reader"
PATIENT_COLUMNS = (PATIENT, "patient_1", "patient_2")
WHOSE = {"sample_1": "patient_1", "sample_2": "patient_2"}
SAMPLE_COLUMNS = ("sample", "tumor_sample", "normal_sample", "specimen", *WHOSE)
"""Columns that name a tumor, a normal or a specimen, and those with another column than `patient` of whose it is."""
SAME_ELSEWHERE = ("test", "marker", "group", "others")
"""Words by which a table of patients refers to tables that are of nobody."""
LISTS = {"flow": "patients"}
"""Columns that hold patients with commas between them."""
USUAL = re.compile(
    r"age|sex|gender|race|ethnicity|ecog|kps|karnofsky|smok\w*|tobacco|(tumou?r|cancer)_(type|site)|histolog\w*|subtype|"
    r"grade|(\w+_)?stage|(line|prior_lines)\w*|arm|cohort|dose_level|bmi|liver_metastases|brain_metastases|gene_panel|"
    r"hepatobiliary_subtype|viral_status|albi_\w+|child_pugh_\w+|(serum_)?(afp|ca19_9|albumin|bilirubin)\w*|treated|"
    r"endpoint_note|\w+_(months|event|reason)_(fda|ema_itt)|tmb_per_mb_\w+",
    re.IGNORECASE,
)
"""Columns beside those of the schemas and of the plan that name nobody."""
OF_VARIANTS = ("variants", "maf")
"""Schemas whose columns a table of mutations may have."""
TOKEN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
DATE = re.compile(r"(?<!\d)(?:\d{4}-\d{2}(?:-\d{2})?|\d{1,2}[./]\d{1,2}[./]\d{4})(?!\d)")
LONG = 4
"""Names of fewer signs are sought in whole cells, and in notes of people: `T2` may be a stage, `12` a count."""
OF_PEOPLE = ("sensitivity",)
"""Tables without a column of patients whose notes name some."""
LEFT_OUT = re.compile(r"(?<=\bwithout )([A-Za-z0-9._-]*[A-Za-z0-9])(?=;|$)")
"""Who was left out of a repeated test, whatever the name looks like."""
IN_NOTES = re.compile(r"(^|_)(note|notes|reason|reasons)$")


class Named(NamedTuple):
    """A name of the key: its kind, the name as it was given, and the number that stands for it."""

    kind: str
    original: str
    number: str


def anonymous(given: Tables, known: Iterable[Named] = ()) -> tuple[Tables, list[Named]]:
    """The tables without names, and the whole key. known: the key of an earlier page, whose numbers stay."""
    known = list(known)
    readers = hidden_readers.numbered(
        hidden_readers.names(given), {one.original: one.number for one in known if one.kind == READER}
    )
    given = hidden_readers.hidden(given, readers)
    key = [*numbered(given, known), *(Named(READER, name, number) for name, number in readers.items())]
    texts, starts = Texts(key), _starts(given.patients)
    allowed = _allowed(given)
    frames = given.frames()
    made = {name: _frame(name, frame, texts, starts, allowed) for name, frame in frames.items()}
    left = sum(len(set(frame) - set(made[name]) - _dates(name, frame)) for name, frame in frames.items())
    sources = [one._replace(file=texts.anywhere(one.file)) for one in given.sources]
    told = replace(
        given,
        **made,  # type: ignore[arg-type]
        plan=texts.within(given.plan),
        settings=texts.within(given.settings),
        sources=sources,
        subset=texts.anywhere(given.subset),
        of_plan=given.of_plan and given.of_plan._replace(file=texts.anywhere(given.of_plan.file)),
        multiqc="",  # It names samples.
        anonymous=True,
        left_out=left,
    )
    return told, key


def numbered(given: Tables, known: list[Named]) -> list[Named]:
    """The key with a number for every name of the tables; new ones are drawn by chance, samples by their patient."""
    frames = given.frames()
    patients = {one.original: one.number for one in known if one.kind == PATIENT}
    fresh = sorted({name for name in _patients(frames) if name not in patients})
    SystemRandom().shuffle(fresh)
    width = max(3, len(str(len(patients) + len(fresh))))
    taken = {number for number in patients.values()}
    free = (number for place in range(1, len(taken) + len(fresh) + 1) if (number := f"P{place:0{width}}") not in taken)
    patients |= dict(zip(fresh, free, strict=False))
    samples = {one.original: one.number for one in known if one.kind == SAMPLE}
    used = set(samples.values())
    for sample, patient in sorted(_samples(frames).items()):
        if sample not in samples:
            whose = f"{patients[patient]}-S" if patient in patients else "S"
            place = next(place for place in range(1, len(used) + 2) if f"{whose}{place}" not in used)
            samples[sample] = f"{whose}{place}"
            used.add(samples[sample])
    return [
        *(Named(PATIENT, name, number) for name, number in sorted(patients.items(), key=lambda pair: pair[1])),
        *(Named(SAMPLE, name, number) for name, number in sorted(samples.items(), key=lambda pair: pair[1])),
    ]


class Texts:
    """Replaces names in texts. Of a name in pieces (`P-07_T.bam`) the longest run of pieces that is a name counts."""

    def __init__(self, key: Iterable[Named]) -> None:
        """key: of `numbered`; where a sample is called as its patient, the text means the patient."""
        names = sorted(key, key=lambda one: one.kind == PATIENT)
        self.whole = {(one.kind, one.original): one.number for one in names}
        self.folded = {_folded(one.original): one.number for one in names}
        self.seen: dict[tuple[str, bool], str] = {}

    def name(self, value: Any, kind: str) -> Any:
        """A cell that names a patient or a sample."""
        return value if missing(value) else self.whole.get((kind, str(value)), self.anywhere(str(value)))

    def anywhere(self, text: str, *, in_notes: bool = False) -> str:
        """A text in which names may stand; in_notes: of people, where short names and numbers are sought as well."""
        if (text, in_notes) not in self.seen:
            parts = LEFT_OUT.split(text) if in_notes else [text]  # At odd places who was left out.
            parts[1::2] = [self.whole.get((PATIENT, name), self._tokens(name, True)) for name in parts[1::2]]
            parts[::2] = [self._tokens(part, in_notes) for part in parts[::2]]
            self.seen[text, in_notes] = "".join(parts)
        return self.seen[text, in_notes]

    def within(self, value: Any) -> Any:
        """Every text in mappings and lists."""
        if isinstance(value, str):
            return self.anywhere(value)
        if isinstance(value, Mapping):
            return {self.within(name): self.within(inner) for name, inner in value.items()}
        return [self.within(inner) for inner in value] if isinstance(value, list | tuple) else value

    def _tokens(self, text: str, in_notes: bool) -> str:
        return TOKEN.sub(lambda found: self._token(found[0], in_notes), text)

    def _token(self, token: str, in_notes: bool) -> str:
        pieces = re.split(r"([._-]+)", token)  # At even places words, at odd ones what stands between them.
        found, place = "", 0
        while place < len(pieces):
            ends = range(len(pieces), place, -2) if place % 2 == 0 else ()
            runs = {end: "".join(pieces[place:end]) for end in ends}
            named = (end for end, run in runs.items() if _folded(run) in self.folded and _is_name(run, in_notes))
            end = next(named, 0)
            found += self.folded[_folded(runs[end])] if end else pieces[place]
            place = end or place + 1
        return found


def _is_name(run: str, in_notes: bool) -> bool:
    """Whether a text that is called as somebody means that person, and not a stage, a word or a count.

    >>> [_is_name(run, True) for run in ("P1", "12", "1203", "12.03", "NE", "MILLER")]
    [True, False, True, False, False, True]
    >>> [_is_name(run, False) for run in ("P1", "1203", "P-001")]
    [False, False, True]
    """
    plain = _folded(run)
    if plain.isdecimal():
        return in_notes and len(plain) >= LONG and "." not in run
    return len(run) >= LONG or (in_notes and not plain.isalpha())


def _folded(name: str) -> str:
    return re.sub(r"[._-]+", "", name).casefold()


def _patients(frames: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    for name, frame in frames.items():
        for column in [column for column in PATIENT_COLUMNS if column in frame]:
            yield from map(str, frame[column].dropna().unique())
        if LISTS.get(name) in frame:
            for cell in frame[LISTS[name]].dropna():
                yield from filter(None, map(str.strip, str(cell).split(",")))


def _samples(frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """The patient of each sample, empty where no table tells."""
    found: dict[str, str] = {}
    for frame in frames.values():
        for column in [name for name in SAMPLE_COLUMNS if name in frame]:
            whose = WHOSE.get(column, PATIENT)
            of = frame[whose] if whose in frame else pd.Series("", index=frame.index)
            pairs = pd.DataFrame({"sample": frame[column], "of": of}).drop_duplicates()
            for sample, patient in zip(pairs["sample"], pairs["of"], strict=True):
                if not missing(sample) and not found.get(str(sample)):
                    found[str(sample)] = text_of(patient)
    return found


def _starts(patients: pd.DataFrame | None) -> dict[str, pd.Timestamp]:
    if patients is None or "treatment_start" not in patients:
        return {}
    start = pd.to_datetime(patients["treatment_start"], errors="coerce")
    return {name: day for name, day in zip(patients[PATIENT], start, strict=True) if not missing(day)}


def _allowed(given: Tables) -> set[str]:
    """Columns that the plan names, by whatever way: they are what the analysis is about."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, str):
            found.update({value, *(part.strip() for part in re.split(r"[x+,:]", value))})
        elif isinstance(value, Mapping):
            found.update(map(str, value))
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                walk(inner)

    walk({name: block for name, block in given.plan.items() if name != "title"})
    return found


def _stays(table: str, column: str, allowed: Collection[str]) -> bool:
    schema = SCHEMAS.get(table, table)
    kinds = (schema, *OF_VARIANTS) if table == "mutations" else (schema,)
    if any(column in schemas.load(kind)["properties"] for kind in kinds):
        return True
    return column in allowed or bool(USUAL.fullmatch(column))


def _dates(table: str, frame: pd.DataFrame) -> set[str]:
    rules = schemas.load(SCHEMAS.get(table, table))["properties"]
    of_schema = {str(name) for name in frame if rules.get(str(name), {}).get("format") == "date"}
    return of_schema | {str(name) for name in frame if pd.api.types.is_datetime64_any_dtype(frame[name])}


def _frame(
    table: str, frame: pd.DataFrame, texts: Texts, starts: Mapping[str, pd.Timestamp], allowed: Collection[str]
) -> pd.DataFrame:
    """One table without names and dates, in the order of the numbers."""
    about_people = PATIENT in frame or any(name in frame for name in SAMPLE_COLUMNS) or table in LISTS
    has_names = about_people or table in OF_PEOPLE
    kept = [name for name in frame if not about_people or _stays(table, str(name), allowed)]
    made = frame[kept].drop(columns=[name for name in _dates(table, frame) if name in kept]).copy()
    if table == "variants" or (table == "mutations" and "exclusion" in made):
        made = made[~made["exclusion"].fillna("").eq("germline")].copy()  # They would tell who it is.
    if table == "flow":
        made["reason"] = made["reason"].mask(made["step"].eq("unmatched"), "in one of two sheets only")
    of_row = made[PATIENT].map(starts) if PATIENT in made else pd.Series(pd.NaT, index=made.index)
    for name in _dates(table, frame) if PATIENT in frame else ():
        day = _day_column(table, str(name))
        days = times.study_days(pd.to_datetime(frame.loc[made.index, name], errors="coerce"), of_row).astype("float64")
        made[day] = made[day].fillna(days) if day in made else days
    rules = schemas.load(SCHEMAS.get(table, table))["properties"]
    for name in map(str, made):
        if pd.api.types.is_numeric_dtype(made[name]) or "enum" in rules.get(name, {}):
            continue
        if name in PATIENT_COLUMNS or name in SAMPLE_COLUMNS:
            kind = PATIENT if name in PATIENT_COLUMNS else SAMPLE
            made[name] = [texts.name(value, kind) for value in made[name]]
        elif name == LISTS.get(table):
            made[name] = made[name].map(_of_list(texts), na_action="ignore")
        else:
            in_notes = has_names and bool(IN_NOTES.search(name))
            clean = _cleaner(texts, in_notes, about_people and name not in SAME_ELSEWHERE)
            made[name] = [clean(cell, start) for cell, start in zip(made[name], of_row, strict=True)]
    first = next((name for name in (PATIENT, *SAMPLE_COLUMNS) if name in made and table != "flow"), None)
    return made if first is None else made.sort_values(first, kind="stable").reset_index(drop=True)


def _of_list(texts: Texts) -> Callable[[str], str]:
    def names(cell: str) -> str:
        return ",".join(sorted(texts.name(name.strip(), PATIENT) for name in cell.split(",")))

    return names


def _cleaner(texts: Texts, in_notes: bool, has_dates: bool) -> Callable[[Any, Any], Any]:
    """What takes names, and days of people, out of a cell; start: of its patient's treatment."""

    def clean(cell: Any, start: Any) -> Any:
        if not isinstance(cell, str):
            return cell
        said = DATE.sub(lambda found: _said_day(found[0], start), cell) if has_dates else cell
        return texts.anywhere(said, in_notes=in_notes)

    return clean


def _said_day(date: str, start: Any) -> str:
    day: Any = pd.to_datetime(date, format="%Y-%m-%d", errors="coerce")
    return "(date)" if missing(day) or missing(start) else f"day {times.study_day(day, start)}"


def _day_column(table: str, name: str) -> str:
    """The column that holds the study day of a column of dates."""
    rule = schemas.load(SCHEMAS.get(table, table))["properties"].get(name, {})
    stem = re.sub(r"_?date$", "", name)
    return str(rule.get("x-day", "start_day" if name == "treatment_start" else f"{stem}_day".lstrip("_")))
