"""`cdisc` (import): SDTM and ADaM datasets as CSV, XPT, SAS7BDAT or Dataset-JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from biomarkers.clinical.imports import cdisc_lesions, cdisc_subjects, cdisc_times, grammar
from biomarkers.clinical.imports.cdisc_files import Dataset, read_all, with_supplement
from biomarkers.clinical.imports.registry import Prepared
from biomarkers.errors import Problem, Problems, log
from biomarkers.io import yamls

INVESTIGATOR = "INVESTIGATOR"
SUBJECTS, LESIONS = "subjects", "lesions"
"""Names of the tables that are made of several domains."""
STARTS = ("TRTSDT", "TRTSDTM", "RFXSTDTC", "first dose")
"""First dose, the first that is filled (docs/methods.md, 13.8)."""
DATES: dict[str, tuple[str, ...]] = {
    "treatment_start": STARTS,
    "last_dose": ("TRTEDT", "TRTEDTM", "RFXENDTC", "last dose"),
    "death_date": ("DTHDT", "DTHDTC", "death"),
    "last_alive_date": ("LSTALVDT", "LSTALVDTC", "last contact"),
    "new_therapy_date": ("NACTDT", "NEWTRTDT"),
}
DAYS: dict[str, tuple[str, ...]] = {
    "start_day": ("first dose day",),
    "last_dose_day": ("last dose day",),
    "death_day": ("DTHADY", "DTHDY", "death day"),
    "last_alive_day": ("LSTALVDY", "last contact day"),
    "new_therapy_day": ("NACTDY",),
}
NO_COVARIATE = re.compile(
    r"^(STUDYID|DOMAIN|SUBJID|USUBJID|SITEID|INVID|INVNAM|SITEGR\d*|SUBJINIT|INITIALS|DTHFL|VISNUMEN|ITEMGROUPDATASEQ)$|(DTC?|DTM|DTF|TM|TMF|DY|DTHELD)$"
)
"""Columns of the subjects that are no covariates: identifiers, dates and what belongs to them."""
ROLES = {"TARGET": "target", "NON-TARGET": "non_target", "NEW": "new"}
STATES: dict[str, str | None] = {
    **{"ABSENT": "CR", "CR": "CR", "RESOLVED": "CR", "PRESENT": "NON-CR/NON-PD", "STABLE": "NON-CR/NON-PD"},
    **{"NON-CR/NON-PD": "NON-CR/NON-PD", "UNEQUIVOCAL PROGRESSION": "PD", "UNEQUIVOCAL": "PD", "PD": "PD"},
    **{"NOT EVALUABLE": "NE", "NON-EVALUABLE": "NE", "NE": "NE", "NOT ASSESSED": None, "NOT DONE": None},
}
"""States of a lesion (CDISC's terms for TUMSTATE, and RECIST's own)."""
Data = dict[str, Any]


def prepare(source: Path, problems: Problems) -> Prepared | None:
    """The mapping of a study's datasets, made of the columns that they have; see docs/import.md."""
    found = read_all(source, problems)
    if problems.found:
        return None
    for dataset in (dataset for own in found.values() for dataset in own):
        _refuse_numbers(dataset, problems)
    study = _Study(found, problems)
    others = {
        "assessments": study.assessments(),
        "lesions": study.lesions(),
        "adverse_events": study.adverse_events(),
    }
    blocks = {"patients": study.patients()} | others
    data = {name: block for name, block in blocks.items() if block is not None}
    if not data and not problems.found:
        expected = "DM or ADSL, RS or ADRS, TR, AE or ADAE"
        problems.add(Problem.said(str(source), "source", f"has only {', '.join(found)}", expected))
    if problems.found:
        return None
    mapping = grammar.read(str(source), yamls.Settings(data, {}))
    tables = {name: dataset.cells() for name, dataset in study.tables.items()}
    return Prepared(mapping, source, tables, tuple(study.notes))


def _refuse_numbers(dataset: Dataset, problems: Problems) -> None:
    """Add a problem for each date of ADaM that a text file has as a number: SAS counts from 1960, R from 1970."""
    for name in (name for name in dataset.header if re.fullmatch(r"\w{2,}DT", name)):
        for row, line in zip(dataset.rows, dataset.lines, strict=True):
            if re.fullmatch(r"\d{1,6}(\.0*)?", row[name]):
                expected = "a date such as 2024-03-31: whether days count from 1960 (SAS) or 1970 (R) is not told"
                problems.add(Problem(dataset.path, name, row[name], expected, line))
                break


class _Study:
    """The datasets of a study, and the blocks of a mapping that they make."""

    def __init__(self, found: Mapping[str, Sequence[Dataset]], problems: Problems) -> None:
        self.problems, self.notes = problems, list[str]()
        self.found = {
            name: [with_supplement(each, found.get(f"SUPP{name}", ())) for each in own]
            for name, own in found.items()
            if not name.startswith("SUPP")
        }
        exposed = any(each.has("EXSTDTC") for each in self.found.get("EX", ()))
        base = [*self.found.get("ADSL", ()), *self.found.get("DM", ())]
        dated = exposed or any(each.has(name) for each in base for name in (*STARTS, "RFSTDTC"))
        self.in_days = bool(base) and not dated
        self.has_days = self.in_days
        self.tables: dict[str, Dataset] = {}
        self.subjects = self._subjects()

    def one(self, name: str) -> Dataset | None:
        """A dataset of which there is one file."""
        return next(iter(self.found.get(name, ())), None)

    def _subjects(self) -> Dataset | None:
        """The rows of DM with what ADSL adds, or those of ADSL, with doses, death and last contact of other domains."""
        demographics, level = self.one("DM"), self.one("ADSL")
        base = demographics or level
        if base is None:
            self.notes.append("without DM or ADSL no patients sheet is made; treatment starts must come from elsewhere")
            return None
        if demographics is not None and level is not None:
            added = [name for name in level.header if name not in demographics.header]
            by_subject = {row["USUBJID"]: row for row in level.rows}
            nothing = dict.fromkeys(added, "")
            rows = [
                row | {name: by_subject.get(row["USUBJID"], nothing)[name] for name in added}
                for row in demographics.rows
            ]
            base = demographics._replace(header=[*demographics.header, *added], rows=rows)
        made = cdisc_subjects.enriched(
            base, cdisc_subjects.seen(self.found, in_days=self.in_days), in_days=self.in_days
        )
        if not self.in_days and not any(made.has(name) for name in STARTS):
            self.notes.append("RFSTDTC is taken as the first dose: there is no RFXSTDTC, EX or ADSL")
            rows = [
                row | {"first dose": "" if cdisc_subjects.was_not_treated(row) else row.get("RFSTDTC", "")}
                for row in made.rows
            ]
            made = made._replace(rows=rows)
        self._say_deaths(made)
        return made

    def _say_deaths(self, made: Dataset) -> None:
        """Warn of deaths without a day, which would count as alive."""
        names = [*DATES["death_date"], *DAYS["death_day"]]
        without = [
            row["USUBJID"]
            for row in made.rows
            if "Y" in (row.get("DTHFL"), row.get("died"), row.get("died day"))
            and not any(row.get(name) for name in names)
        ]
        if without:
            said = "no dataset has the day of a death that one tells (DTHFL, DS, SS, AE)"
            log.warning("%s; without a stated OS these count as alive at last contact: %s", said, ", ".join(without))

    def treated(self) -> set[str] | None:
        """Subjects with a first dose; None where no dataset says it."""
        if self.subjects is None:
            return None
        names = DAYS["start_day"] if self.in_days else STARTS
        if not any(name in self.subjects.header for name in names):
            return None
        return {row["USUBJID"] for row in self.subjects.rows if any(row.get(name) for name in names)}

    def patients(self) -> Data | None:
        """The subjects, with best responses and times that ADRS and ADTTE state."""
        if self.subjects is None:
            return None
        self.tables[SUBJECTS] = self.subjects
        columns: Data = {"patient": "USUBJID"}
        columns |= _first(self.subjects, DAYS if self.in_days else DATES)
        if self.has_days and not self.in_days and self.subjects.has("RFSTDTC") and self.one("ADSL") is None:
            self.tables[SUBJECTS] = cdisc_subjects.with_start_day(self.subjects, STARTS)
            columns["start_day"] = cdisc_subjects.START_DAY
        joins: list[Data] = []
        treated = self.treated()
        responses, times = self.one("ADRS"), self.one("ADTTE")
        if responses is not None:
            stated = cdisc_times.best_responses(responses, treated, self.notes)
            self.tables |= stated.tables
            joins, columns = [*joins, *stated.joins], columns | stated.columns
        if times is not None:
            stated = cdisc_times.times(times, treated, self.notes, self.problems)
            self.tables |= stated.tables
            joins, columns = [*joins, *stated.joins], columns | stated.columns
        used = {name for given in columns.values() for name in _headings(given)}
        keep = {
            name.lower(): name
            for name in self.subjects.header
            if name.isupper() and name not in used and not NO_COVARIATE.search(name) and self._is_covariate(name)
        }
        return {"file": SUBJECTS, "columns": columns, "keep": keep, "clean": True} | ({"join": joins} if joins else {})

    def _is_covariate(self, name: str) -> bool:
        """Whether a column is filled, and no number that stands beside its words (TRT01PN beside TRT01P)."""
        of = self.subjects
        return of is not None and of.has(name) and not (name.endswith("N") and name[:-1] in of.header)

    def when(self, dataset: Dataset, dates: Mapping[str, Sequence[str]], days: Mapping[str, Sequence[str]]) -> Data:
        """Columns of dates, or of study days where the study has no dates or this dataset none."""
        found = {} if self.in_days else _first(dataset, dates)
        if not found:
            found = _first(dataset, days)
            self.has_days |= bool(found)
        return found

    def assessments(self) -> Data | None:
        """Overall responses at the visits: of ADRS, else of RS."""
        analysis, results = self.one("ADRS"), self.one("RS")
        if analysis is not None and (visits := cdisc_times.of_adrs(analysis, self.notes)) is not None:
            dataset = visits
            columns = self.when(dataset, {"date": ("ADT", "ADTM", "RSDTC")}, {"day": ("ADY", "RSDY")})
            named, response = cdisc_times.evaluators(dataset), "AVALC"
        elif results is not None:
            dataset = cdisc_times.overall(results, self.notes, self.problems)
            columns = self.when(dataset, {"date": ("RSDTC",)}, {"day": ("RSDY",)})
            named = [name for name in ("RSEVALID", "RSEVAL") if dataset.has(name)]
            response = "RSSTRESC" if "RSSTRESC" in dataset.header else "RSORRES"
        else:
            return None
        if not dataset.rows:
            return None
        if not columns:
            expected = "a column of dates or study days (RSDTC, RSDY, ADT, ADY)"
            self.problems.add(Problem.said(dataset.path, "file", "has no day of any response", expected))
            return None
        days = [name for given in columns.values() for name in _headings(given)]
        self.tables["assessments"] = cdisc_times.usable(dataset, response, days, self.problems)
        words = {"from": response, "values": cdisc_times.RESPONSE, "other": "keep"}
        columns |= {"patient": "USUBJID", "response": words}
        if named:
            columns["evaluator"] = {"from": named}
        return {"file": "assessments", "columns": columns, "clean": True, "distinct": True}

    def lesions(self) -> Data | None:
        """Measurements of TR and lesions of TU."""
        tr = self.one("TR")
        if tr is None:
            return None
        names = Counter(cdisc_lesions.evaluator_of(row, "TR") for row in tr.rows if row.get("TRLNKID"))
        if len(names) > 1 and INVESTIGATOR not in names:
            expected = f"{INVESTIGATOR} among them, or one evaluator: a lesions sheet is read by one"
            self.problems.add(Problem(tr.path, "TREVAL", ", ".join(sorted(names)), expected))
            return None
        evaluator = INVESTIGATOR if INVESTIGATOR in names else next(iter(names), None)
        if len(names) > 1:
            others = ", ".join(f"{name or '(empty)'} {n}" for name, n in names.items() if name != evaluator)
            self.notes.append(f"lesions as the investigator measured them; other readers are left out ({others} rows)")
        made = cdisc_lesions.make(tr, self.one("TU"), evaluator, self.problems)
        self.notes += made.notes
        table = made.table
        columns = self.when(table, {"date": ("TRDTC",)}, {"day": ("TRDY",)})
        if not table.rows or not columns:
            return None
        self.tables[LESIONS] = table
        columns |= {"patient": "USUBJID", "lesion": "TRLNKID", "site": "TULOC", "nodal": "NODAL"}
        columns["role"] = {"from": "TUSTRESC", "values": ROLES}
        columns["diameter_mm"] = {"from": "DIAMETER"} | ({"unit": made.unit} if made.unit else {})
        columns["status"] = {"from": "TUMSTATE", "values": STATES}
        return {"file": LESIONS, "columns": columns, "clean": True}

    def adverse_events(self) -> Data | None:
        """Events of ADAE, else of AE."""
        dataset = self.one("ADAE") or self.one("AE")
        if dataset is None:
            return None
        columns: Data = {"patient": "USUBJID"}
        if dataset.has("TRTEMFL"):
            rows = [row | {"TRTEMFL": row["TRTEMFL"] or "N"} for row in dataset.rows]
            dataset, columns["treatment_emergent"] = dataset._replace(rows=rows), "TRTEMFL"
        elif dataset.has("AETRTEM"):
            columns["treatment_emergent"] = "AETRTEM"
        self.tables["adverse events"] = dataset
        wanted = {
            "term": ("AEDECOD", "AETERM"),
            "soc": ("AEBODSYS", "AESOC"),
            "grade": ("ATOXGR", "AETOXGR", "ASEV", "AESEV"),
            "related": ("AREL", "AEREL"),
            "serious": ("AESER",),
            "action": ("AEACN",),
        }
        columns |= _first(dataset, wanted)
        columns |= self.when(
            dataset,
            {"onset": ("AESTDTC", "ASTDT", "ASTDTM"), "end": ("AEENDTC", "AENDT", "AENDTM")},
            {"onset_day": ("AESTDY", "ASTDY"), "end_day": ("AEENDY", "AENDY")},
        )
        return {"file": "adverse events", "columns": columns, "clean": True}


def _first(dataset: Dataset, wanted: Mapping[str, Sequence[str]]) -> Data:
    """Columns of a sheet with the headings that a dataset has filled, in the order in which they count."""
    found: Data = {}
    for target, names in wanted.items():
        filled = [name for name in names if dataset.has(name)]
        if filled:
            found[target] = filled[0] if len(filled) == 1 else {"from": filled}
    return found


def _headings(given: Any) -> list[str]:
    """The headings that a column of a mapping names."""
    names = given.get("from", []) if isinstance(given, dict) else given
    return [names] if isinstance(names, str) else list(names)
