"""What the page is made from, and what of it a section may ask: tests, groups, endpoints, values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import pandas as pd

Found = TypeVar("Found")
ROLES = ("primary", "secondary", "exploratory")
GENES = ("gene", "gene_set")
"""Classes of markers that have a section of their own, as the result table names them."""
COUNTED_ON_LOG_SCALE = re.compile(r"tmb|mutations|neoantigens|n_variants|burden")
"""Columns that users call so hold counts or rates of mutations: drawn as log2(x + 1) unless the plan says otherwise."""
SCHEMAS = {
    "adverse_events": "adverse_events_summary",
    "steps": "denominator_steps",
    "events": "adverse_events",
    "pdl1": "pdl1_selected",
}
"""Schemas of tables that have another name on the page."""


def is_burden(column: str) -> bool:
    """Whether a column of the cohort is a burden that this program counted, by the first definition or another one.

    >>> [is_burden(column) for column in ("tmb_per_mb", "tmb_per_mb_nonsynonymous", "n_variants", "tmb_signature")]
    [True, True, True, False]
    """
    return column in ("tmb_per_mb", "n_variants") or column.startswith("tmb_per_mb_")


class Endpoint(NamedTuple):
    """An endpoint and its columns in the cohort: `column` when binary, `time` (months) and `event` (0, 1) else."""

    name: str
    column: str | None = None
    time: str | None = None
    event: str | None = None


class Source(NamedTuple):
    """An input file as the page names it: which table, the file's name without folders, its rows and SHA-256."""

    table: str
    file: str
    rows: int | None
    sha256: str


class OfPlan(NamedTuple):
    """The plan's file with its MD5, and whether the results are of it: None where no record tells; why: if not."""

    file: str
    md5: str
    agrees: bool | None
    why: str = ""


DETAILS = ("patients", "assessments", "events", "pdl1", "tmb", "mutations", "variants", "qc")
"""Tables of the patients themselves, which the page shows of the one that is chosen."""


@dataclass(frozen=True)
class Tables:
    """The tables with their schemas' names (steps: `denominator_steps`), and from which files they came.

    As `tables.read` gives them, and with every column of the schema; None: not given. plan: the content of the plan
    file, settings: the run's config in force, both empty when not given. variants: of every sample, those that change a
    protein. subset: in words, the patients to whom the plan restricts the analysis; cohort holds them only, of so many
    in the table (everybody). anonymous: numbers stand for names; left_out: so many columns could name somebody.
    of_plan: whether the results are of this plan. multiqc: address of MultiQC's page.
    """

    cohort: pd.DataFrame
    results: pd.DataFrame | None = None
    memberships: pd.DataFrame | None = None
    groups: pd.DataFrame | None = None
    rates: pd.DataFrame | None = None
    flow: pd.DataFrame | None = None
    exclusions: pd.DataFrame | None = None
    tmb: pd.DataFrame | None = None
    agreement: pd.DataFrame | None = None
    steps: pd.DataFrame | None = None
    adverse_events: pd.DataFrame | None = None
    responses: pd.DataFrame | None = None
    design: pd.DataFrame | None = None
    readers: pd.DataFrame | None = None
    discordant: pd.DataFrame | None = None
    presets: pd.DataFrame | None = None
    adverse_event_times: pd.DataFrame | None = None
    sensitivity: pd.DataFrame | None = None
    power: pd.DataFrame | None = None
    null_hits: pd.DataFrame | None = None
    models: pd.DataFrame | None = None
    curves: pd.DataFrame | None = None
    cutpoint_profiles: pd.DataFrame | None = None
    patients: pd.DataFrame | None = None
    assessments: pd.DataFrame | None = None
    visits: pd.DataFrame | None = None
    events: pd.DataFrame | None = None
    pdl1: pd.DataFrame | None = None
    mutations: pd.DataFrame | None = None
    variants: pd.DataFrame | None = None
    qc: pd.DataFrame | None = None
    concordance: pd.DataFrame | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    sources: Sequence[Source] = ()
    subset: str = ""
    everybody: int = 0
    of_plan: OfPlan | None = None
    multiqc: str = ""
    anonymous: bool = False
    left_out: int = 0

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each patient in the cohort."""
        return {patient: place for place, patient in enumerate(self.cohort["patient"])}

    def kept(self, name: str, make: Callable[[Tables], Found]) -> Found:
        """What `make` finds in these tables, worked out when it is first asked for by this name."""
        if name not in self._found:
            self._found[name] = make(self)
        found: Found = self._found[name]
        return found

    @cached_property
    def _found(self) -> dict[str, Any]:
        return {}

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables that were given, by name."""
        return {name: frame for name, frame in vars(self).items() if isinstance(frame, pd.DataFrame)}

    def details(self) -> dict[str, pd.DataFrame]:
        """What is known of each patient beside the cohort, by table, without empty columns: for a patient's drawer."""
        known = {name: f.dropna(axis=1, how="all") for name, f in self.frames().items() if name in DETAILS}
        return {name: frame for name, frame in known.items() if "patient" in frame}

    def tests(self, *, of_genes: bool = False) -> pd.DataFrame:
        """Rows of the result table on genes, or on all else, by role: primary first; without a table, none."""
        if self.results is None:
            columns = ["role", "endpoint", "marker", "method", "landmark_months", "subgroup", "adjusted_for"]
            columns += ["cut_at", "cut_side", "cut_named", "of_marker", "with_marker"]
            return pd.DataFrame(columns=columns)
        rows = self.results[self.results["marker_class"].isin(GENES) == of_genes]
        empty: dict[str, Any] = dict.fromkeys(("subgroup", "adjusted_for", "of_marker", "with_marker"))
        empty["landmark_months"] = float("nan")
        rows = rows.assign(**{name: value for name, value in empty.items() if name not in rows})
        return rows.sort_values("role", key=lambda roles: roles.map(ROLES.index), kind="stable")

    def by_marker(self) -> pd.DataFrame:
        """The tests that are not on genes, together by marker, the primary marker's first, within a marker by role."""
        rows = self.tests()
        return rows.sort_values("marker", key=lambda markers: markers.factorize()[0], kind="stable")

    def members(self, test: str) -> pd.Series:
        """The group of each patient of the cohort in a test, as the test has it; missing for who is in none."""
        if self.memberships is None:
            return pd.Series(None, index=self.cohort.index, dtype="object")
        rows = self.memberships[self.memberships["test"].eq(test)]
        return self.cohort["patient"].map(rows.set_index("patient")["group"])

    def groups_of(self, row: Any) -> pd.DataFrame:
        """Rows of the table of groups, which must be there, of the marker of a test."""
        assert self.groups is not None
        own = self.groups["marker"].eq(row.marker) & self.groups["marker_class"].eq(row.marker_class)
        return self.groups[own]

    def order(self, row: Any, members: pd.Series) -> list[str]:
        """The groups of a test that have members: first, second, then as the table of groups lists them."""
        listed = [] if self.groups is None else self.groups_of(row)["group"].tolist()
        present = sorted(members.dropna().unique())
        return [name for name in dict.fromkeys([row.first, row.second, *listed, *present]) if name in present]

    def endpoints(self) -> dict[str, Endpoint]:
        """Every endpoint whose columns the cohort has, by name: the plan's, those tested, then response, PFS and OS.

        The usual ones are left out where one of another name has their columns. A correlation names a second marker as
        its endpoint, which is none.
        """
        found: dict[str, Endpoint] = {}
        for name, rule in (self.plan.get("endpoints") or {}).items():
            if rule.get("kind") == "time_to_event":
                found[name] = Endpoint(name, time=rule.get("time"), event=rule.get("event"))
            else:
                found[name] = Endpoint(name, column=rule.get("column", name))
        results = self.tests()
        markers = {*(self.plan.get("markers") or {}), *results["marker"]}
        tested = [name for name in results["endpoint"].dropna().unique() if name not in markers]
        for name in tested:
            found.setdefault(name, self._by_convention(name))
        for one in map(self._by_convention, ("response", "pfs", "os")):
            if one[1:] not in [other[1:] for other in found.values()]:
                found.setdefault(one.name, one)
        return {name: endpoint for name, endpoint in found.items() if self._has(endpoint)}

    def response(self) -> Endpoint | None:
        """The endpoint of responders against others, whatever the plan calls it."""
        return next((end for end in self.endpoints().values() if end.column == "responder"), None)

    def values(self, marker: str) -> pd.DataFrame:
        """`low` and `high` of the marker per patient, equal for a number; PD-L1 may be an interval [low, high)."""
        names = [f"{marker}_low", f"{marker}_high"]
        if not set(names) <= set(self.cohort):
            is_number = marker in self.cohort and pd.api.types.is_numeric_dtype(self.cohort[marker])
            names = [marker, marker] if is_number else []
        columns = [self.cohort[name].astype("float64") for name in names]
        low, high = columns or [pd.Series(float("nan"), index=self.cohort.index)] * 2
        return pd.DataFrame({"low": low, "high": high})

    def on_log_scale(self, marker: str) -> bool:
        """Whether charts of this marker use log2(x + 1): as the plan says, else for counts and rates of mutations."""
        rule = (self.plan.get("markers") or {}).get(marker) or {}
        if "transform" in rule:
            return bool(rule["transform"] == "log2p1")
        return bool(COUNTED_ON_LOG_SCALE.search(marker))

    def _by_convention(self, name: str) -> Endpoint:
        if f"{name}_months" in self.cohort:
            return Endpoint(name, time=f"{name}_months", event=f"{name}_event")
        return Endpoint(name, column="responder" if name == "response" else name)

    def _has(self, endpoint: Endpoint) -> bool:
        columns = [endpoint.time, endpoint.event] if endpoint.time else [endpoint.column]
        return all(c in self.cohort and pd.api.types.is_numeric_dtype(self.cohort[c]) for c in columns)


PATHS = tuple(each.name for each in fields(Tables) if "DataFrame" in str(each.type) and each.name != "variants")
"""Tables of which each is one file, by the name that it has as an option of `biomarkers report`, too."""
