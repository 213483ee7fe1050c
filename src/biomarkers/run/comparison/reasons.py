"""Why a value is not what it was: which rows of the sheets, files, settings or versions it hangs on have changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from biomarkers.association.specification import LEVEL_COLUMNS, POINT_COLUMNS
from biomarkers.clinical.cohort_columns import from_table
from biomarkers.errors import count, first_few
from biomarkers.io import schemas
from biomarkers.run.comparison.sources import (
    OF_BURDENS,
    PATIENTS,
    SAMPLES,
    Difference,
    Place,
    Row,
    Side,
    changed_files,
    differences,
)
from biomarkers.run.comparison.tables import Cell, Kind

SETTINGS = {
    "endpoints": ("endpoints.", "missing_words"),
    "tmb": tuple(f"{block}." for block in OF_BURDENS),
    "pdl1_selected": ("pdl1.", "missing_words"),
}
"""Beginnings of the settings that each table hangs on."""
SHEETS = {
    "endpoints": (PATIENTS, "assessments", "lesions"),
    "tmb": (SAMPLES,),
    "pdl1_selected": ("pdl1", PATIENTS),
}
"""Sheets that each table hangs on."""
BESIDE = {"tmb": ("status", "note"), "pdl1_selected": ("status",)}
"""Columns of a table that say how its values came about."""
REASON = re.compile("_(months|event)(?=_|$)")
"""What a column of times or events has in place of which its reason stands: `pfs_months_fda`, `pfs_reason_fda`."""
OF_METHODS = {
    "data_driven_cutpoints": ("maximally_selected",),
    "prediction": ("nested_cv",),
    "seed": ("maximally_selected", "nested_cv", "fisher"),
    "mann_whitney": ("mann_whitney",),
    **dict.fromkeys(("title", "date", "sensitivity"), ()),
    "permutations": (),
}
"""Keys of the plan that only some methods read."""
IN_STRATA = ("likelihood_ratio", "mantel_haenszel", "mantel_haenszel_exact", "breslow_day", "woolf")
"""Tests of what differs between subgroups or strata."""
UNEXPLAINED = "nothing that it hangs on has changed as far as the folders tell"


class Reasons:
    """Asked for each change; what is the same for all patients is worked out once."""

    def __init__(self, old: Side, new: Side, endpoints: Collection[str] = ()) -> None:
        """endpoints: columns of the tables of endpoints, which the cohort has, too."""
        self.old, self.new = old, new
        self.endpoints = {*schemas.load("endpoints")["properties"], *endpoints}

    @cached_property
    def settings(self) -> list[Difference]:
        """Settings that differ."""
        return differences(self.old.settings, self.new.settings)

    @cached_property
    def plan(self) -> list[Difference]:
        """Keys of the plan that differ."""
        return differences(self.old.plan, self.new.plan)

    @cached_property
    def files(self) -> list[Difference]:
        """Files behind the burdens that differ."""
        return changed_files(self.old, self.new)

    @property
    def version(self) -> str | None:
        """That the program is another one; None where it is the same or not known."""
        a, b = self.old.version, self.new.version
        return f"another version of the program: {a} -> {b}" if a and b and a != b else None

    def of_value(self, kind: Kind, cell: Cell, before: Row, after: Row) -> str:
        """Why a patient's cell changed; before, after: the whole rows."""
        patient = cell.key[0]
        table = self.table_of(kind, cell.column)
        found = list(self._of_row(table, cell.column, before, after))
        if table is None:
            found += self._of_rows(self.home(cell.column), patient, [cell.column])
        else:
            for sheet in SHEETS[table]:
                found += self._of_rows(sheet, patient, self._columns(table, sheet))
            if table == "tmb":
                found += self._of_files(before, after)
            found += [f"setting {one}" for one in self.settings if one.name.startswith(SETTINGS[table])]
        return self._told(found)

    def of_test(self, cohort: Sequence[Cell], before: Row, after: Row) -> str:
        """Why a test says something else. cohort: changes of the cohort; before, after: the rows of the test."""
        people = {cell.key[0] for cell in cohort if not cell.column}
        row = after or before
        markers = self._markers(row)
        found = [f"plan {one}" for one in self.plan if _concerns(one.place, row, markers)]
        if people:
            found.append(f"patients added or removed: {len(people)}")
        for columns in (self._read_by(row, markers), self._adjusted_for(row)):
            cells = [cell for cell in cohort if cell.column in columns]
            if cells:
                names = ", ".join(dict.fromkeys(cell.column for cell in cells))
                found.append(f"{names} changed, patients: {len({cell.key[0] for cell in cells})}")
            if found:
                break
        alike = before.get("p_value", "") == after.get("p_value", "")
        if not found and alike and before.get("q_value", "") != after.get("q_value", ""):
            found.append("other tests of its family changed")
        return self._told(found)

    def of_summary(self, cohort: Sequence[Cell], table: str) -> str:
        """Why a rate or a count of all patients changed: by how many of them."""
        people = {cell.key[0] for cell in cohort if not cell.column}
        found = [f"patients added or removed: {len(people)}"] if people else []
        if table == "rates":
            changed = {cell.key[0] for cell in cohort if cell.column in self.endpoints}
            found += [f"endpoints changed, patients: {len(changed)}"] if changed else []
        settings = ("endpoints.", "missing_words")
        found += [f"setting {one}" for one in self.settings if table != "flow" and one.name.startswith(settings)]
        found += [f"{sheet} changed, patients: {n}" for sheet, n in self.sheets().items() if not found or n]
        return self._told(found)

    def of_column(self, column: str) -> str:
        """Why a table has a column in one run only."""
        here = {
            side.folder: [sheet for sheet, patients in side.sheets.items() if _has(patients, column)]
            for side in (self.old, self.new)
        }
        if here[self.old.folder] != here[self.new.folder]:
            sheet = next(iter(here[self.new.folder] + here[self.old.folder]))
            path = self.new.paths.get(sheet) or self.old.paths[sheet]
            return f"only one of the runs has it in {path}"
        found = [f"setting {one}" for one in self.settings]
        return self._told(found)

    def sheets(self) -> dict[str, int]:
        """By path of a sheet: how many patients have other rows in it."""
        found = {}
        for sheet in dict.fromkeys([*self.old.sheets, *self.new.sheets]):
            old, new = (side.sheets.get(sheet, {}) for side in (self.old, self.new))
            differing = sum(_differ(old.get(one, []), new.get(one, [])) for one in old.keys() | new.keys())
            if differing:
                found[self.new.paths.get(sheet) or self.old.paths[sheet]] = differing
        return found

    def _markers(self, row: Row) -> set[str]:
        """Markers that a test is of: those of its row, of whose model it may be another term, and of a prediction."""
        own = {row.get(name, "") for name in ("marker", "of_marker", "with_marker")} - {""}
        return own | self._named("prediction", "features") if row.get("method") == "nested_cv" else own

    def _read_by(self, row: Row, markers: Collection[str]) -> set[str]:
        """Columns of the cohort that a test reads: those of its markers, of its endpoint, of its patients."""
        own = {*markers}
        for marker in markers:
            own |= {*POINT_COLUMNS.get(marker, ()), LEVEL_COLUMNS.get(marker, marker), *self._scored_by(marker)}
        if row.get("marker_class") in ("gene", "gene_set"):
            own |= {"n_variants", "sequenced"}
        if _of_subgroups(row):
            own |= self._named("subgroups")
        places = [*self.old.plan.items(), *self.new.plan.items()]
        own |= {place[1] for place, _ in places if place[:1] == ("subset",) and len(place) > 1}
        return own | {str(value) for place, value in places if place[:2] == ("endpoints", row.get("endpoint"))}

    def _adjusted_for(self, row: Row) -> set[str]:
        """Columns that a test is adjusted for, or made within; tables of version 0.1 do not tell which one is."""
        strata = self._named("strata")
        if row.get("adjusted_for") == "":
            return strata
        return strata | self._named("covariates") | self._named("genes", "adjust_for")

    def _scored_by(self, marker: str) -> list[str]:
        """Columns of the formula that a marker's values come from; none of a marker that is a column."""
        plans, place = (self.old.plan, self.new.plan), ("markers", marker, "score")
        formulas = [plan[place] for plan in plans if place in plan]
        if not formulas:
            return []
        from biomarkers.association import score

        return [column for formula in formulas for column in score.columns({"score": formula})]

    def _named(self, *place: str) -> set[str]:
        """The names that the plans list at a place."""
        plans = (self.old.plan, self.new.plan)
        return {str(name) for plan in plans for name in plan.get(place) or ()}

    def of_patient(self, patient: str, *, added: bool) -> str:
        """Why a patient stands in one run only."""
        side, other = (self.new, self.old) if added else (self.old, self.new)
        sheet = side.paths.get(PATIENTS, "the patients sheet")
        here, there = (patient in each.sheets.get(PATIENTS, {}) for each in (side, other))
        if here and not there:
            return f"{'new in' if added else 'no longer in'} {sheet}"
        plan = [f"plan {one}" for one in self.plan if one.place[:1] == ("subset",)]
        return self._told(plan)

    def table_of(self, kind: Kind, column: str) -> str | None:
        """The table that a column comes from: `endpoints`, `tmb`, `pdl1_selected`; None for a column of the user's."""
        if kind.name in SHEETS:
            return kind.name
        if column in self.endpoints:
            return "endpoints"
        if column.startswith("tmb_per_mb") or column in from_table("tmb"):
            return "tmb"
        return "pdl1_selected" if column in from_table("pdl1_selected") else None

    def home(self, column: str) -> str:
        """The sheet in which a column of the user's stands."""
        for side in (self.new, self.old):
            for sheet, patients in side.sheets.items():
                if _has(patients, column):
                    return sheet
        return PATIENTS

    def _told(self, found: Sequence[str]) -> str:
        """Reasons as a sentence; the version in full where there is no other, since every change may be due to it."""
        if self.version:
            found = [*found, "another version of the program"] if found else [self.version]
        return "; ".join(dict.fromkeys(found)) or UNEXPLAINED

    def _columns(self, table: str, sheet: str) -> Collection[str] | None:
        """Columns of a sheet that matter to a table; None: all."""
        if sheet != PATIENTS:
            return None
        known = schemas.load(PATIENTS)["properties"]
        return ["treatment_start", "treatment_start_day"] if table == "pdl1_selected" else list(known)

    def _of_row(self, table: str | None, column: str, before: Row, after: Row) -> Iterator[str]:
        """What the table itself says beside the value."""
        beside = (REASON.sub("_reason", column),) if table == "endpoints" else BESIDE.get(table or "", ())
        for name in beside:
            a, b = before.get(name, ""), after.get(name, "")
            if name != column and a != b:
                yield f"{name}: {a or '(none)'} -> {b or '(none)'}"

    def _of_rows(self, sheet: str, patient: str, columns: Collection[str] | None) -> Iterator[str]:
        """How the patient's rows of a sheet differ."""
        old, new = (self._rows(side, sheet, patient, columns) for side in (self.old, self.new))
        gone, come = _without(old, new), _without(new, old)
        path = self.new.paths.get(sheet) or self.old.paths.get(sheet) or sheet
        if len(gone) == len(come) == 1:
            changed = differences(gone[0], come[0])
            yield f"{path}: {first_few(changed)}"
            return
        for rows, word in ((come, "added"), (gone, "removed")):
            if rows:
                shown = first_few((" ".join(row.values()) for row in rows), apart="; ")
                yield f"{path}: {count(len(rows), 'row')} {word} ({shown})"

    def _rows(self, side: Side, sheet: str, patient: str, columns: Collection[str] | None) -> list[Row]:
        rows = side.sheets.get(sheet, {}).get(patient, [])
        if columns is None:
            return rows
        return [{column: cell for column, cell in row.items() if column in columns} for row in rows]

    def _of_files(self, before: Row, after: Row) -> Iterator[str]:
        """Files behind the patient's burden that differ."""
        names = {row.get("sample") or row.get("tumor_sample") or "" for row in (before, after)} - {""}
        behind = {path for side in (self.old, self.new) for name in names for path in side.made_from.get(name, ())}
        changed = [one.name for one in self.files if one.name in behind]
        if changed:
            yield f"changed files: {first_few(changed)}"


def _concerns(place: Place, row: Row, markers: Collection[str]) -> bool:
    """Whether a test of these markers hangs on what stands at a place of the plan.

    >>> row, places = {"endpoint": "pfs", "method": "cox"}, [("markers", "tmb", "kind"), ("markers", "a.b", "kind")]
    >>> [_concerns(place, row, ["tmb"]) for place in [*places, ("endpoints", "os", "time"), ("covariates",)]]
    [True, False, False, True]
    """
    block, name = (*place, "")[:2]
    of_block = {
        "markers": name in markers,
        "endpoints": name == row.get("endpoint", ""),
        "subgroups": _of_subgroups(row),
        "interactions": bool(row.get("with_marker")),
        "landmark": bool(row.get("landmark_months")),
        "genes": row.get("marker_class") in ("gene", "gene_set"),
    }
    return of_block.get(block, block not in OF_METHODS or row.get("method", "") in OF_METHODS[block])


def _of_subgroups(row: Row) -> bool:
    """Whether a test is of a subgroup, or of what differs between them."""
    return bool(row.get("subgroup")) or row.get("method") in IN_STRATA


def _has(patients: dict[str, list[Row]], column: str) -> bool:
    return any(column in row for rows in patients.values() for row in rows)


def _differ(rows: list[Row], others: list[Row]) -> bool:
    return bool(_without(rows, others) or _without(others, rows))


def _without(rows: list[Row], others: list[Row]) -> list[Row]:
    """Rows that the others lack; of equal ones as many as there are more."""
    left = list(others)
    found = []
    for row in rows:
        if row in left:
            left.remove(row)
        else:
            found.append(row)
    return found
