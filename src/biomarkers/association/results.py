"""Rows of the tables, roles, families and the correction for many tests."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from biomarkers.association.contrasts import Contrast
from biomarkers.association.specification import Named
from biomarkers.association.values import Outcome
from biomarkers.stats import multiplicity
from biomarkers.stats.intervals import NAN, NO_ESTIMATE, UNTESTED, Interval, Tested, joined

RANK = {"primary": 0, "secondary": 1, "exploratory": 2}
"""Order of the roles in the result table."""

ALPHA = 0.05
"""Level at which the plan's fixed sequence goes on (docs/methods.md, 6.29)."""

METHOD_NAMES = {
    "logrank_permutation": "the log-rank test by permutation",
    "logrank": "the log-rank test",
    "cox_likelihood_ratio": "the likelihood-ratio test",
    "cox": "the Cox model",
}
"""How a note calls the other test of the same hypothesis; of tests that the plan does not name the first counts."""


@dataclass(frozen=True)
class Row:
    """One estimate of one test.

    test: identifies the test; its estimates share a p-value. used: patients of the cohort who are in the test.
    marker_class: declared, covariate, gene, gene_set, feature. corrected_with: the tests that are corrected together,
    beside role and endpoint; role, family (where it is not given) and q are added later. landmark: month from which
    time counts, if not the start. counted: whether its p enters the family; not where another test asks the same.
    subgroup: column and level of the patients, if not all. gate, gate_p: place in the plan's fixed sequence, and the p
    corrected for it.
    """

    test: str
    outcome: Outcome
    marker: str
    method: str
    contrast: Contrast
    used: npt.NDArray[np.bool_] = field(compare=False, repr=False)
    estimate: Interval = NO_ESTIMATE
    estimate_type: str = ""
    tested: Tested = UNTESTED
    marker_class: str = "declared"
    corrected_with: str = "declared"
    role: str = "exploratory"
    family: str = ""
    q_value: float = NAN
    landmark: float = NAN
    counted: bool = True
    subgroup: str = ""
    gate: int | None = None
    gate_p: float = NAN

    @property
    def hypothesis(self) -> tuple[str, ...]:
        """What the test asks; tests of one hypothesis count once in a family (docs/methods.md, 6.2).

        A log-rank test and a Cox model of the same groups ask the same, and so do the Wald and the likelihood-ratio
        test of a feature's Cox model; every other test asks for itself.
        """
        contrast, method = self.contrast, self.method.removeprefix("firth_")
        if method not in METHOD_NAMES or self.corrected_with == "adjusted" or self.marker_class == "covariate":
            return (self.test,)
        what = (self.outcome.endpoint.name, self.marker, contrast.name, self.corrected_with)
        of_groups = method.startswith("logrank")
        if len(contrast.groups) > 2 and (contrast.first or of_groups):
            return (*what, "groups")
        if contrast.first:
            return (*what, contrast.text)
        return (*what, "per unit") if self.corrected_with == "features" and not of_groups else (self.test,)

    @property
    def named(self) -> Named | None:
        """The test of a plan that would be this one; none where a plan cannot name it."""
        if self.corrected_with not in ("declared", "features"):
            return None
        method = self.method.removeprefix("firth_")
        return Named(self.marker, self.outcome.endpoint.name, method, self.contrast.cut)

    def changed(self, **changes: Any) -> Row:
        """A copy with other values; `dataclasses.replace` takes ten times as long, for which thousands of rows wait."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__, **changes)
        return made

    def noted(self, *notes: str) -> Row:
        """The row with more to say."""
        if not any(notes):
            return self
        return self.changed(tested=self.tested._replace(note=joined(self.tested.note, *notes)))

    def counts(self) -> dict[str, int | None]:
        """Patients in the test, those of them with the event (None where the endpoint has none), and those not in."""
        counted, n = self.outcome.endpoint.kind in ("binary", "time_to_event"), int(np.count_nonzero(self.used))
        events = int(self.outcome.event[self.used].sum()) if counted else None
        return {"n": n, "n_events": events, "n_missing": len(self.used) - n}

    def cells(self) -> dict[str, object]:
        """The row as the result table has it."""
        return dict(zip(CELLS, CELLS_OF(self), strict=True)) | self.counts()


CELLS = {
    **{name: name for name in ("family", "role", "marker", "method", "estimate_type", "q_value")},
    **{name: name for name in ("test", "marker_class", "subgroup", "gate", "gate_p")},
    **{name: f"contrast.{name}" for name in ("first", "second", "cut_at", "cut_side")},
    **{name: f"tested.{name}" for name in ("statistic", "p_value", "note")},
    "endpoint": "outcome.endpoint.name",
    "contrast": "contrast.text",
    "estimate": "estimate.estimate",
    "ci_low": "estimate.low",
    "ci_high": "estimate.high",
    "landmark_months": "landmark",
}
"""Columns of the result table, beside the counts of patients, and where a row has them."""

CELLS_OF = attrgetter(*CELLS.values())

NUMBERS = {"estimate", "ci_low", "ci_high", "statistic", "p_value", "q_value", "cut_at", "gate_p", "landmark_months"}


def identifier(outcome: Outcome, marker: str, *parts: str) -> str:
    """Identifies a test in the result table, as in `response/tmb_per_mb/gt_median_fisher`; the plan decides it."""
    return path_of(outcome.endpoint.name, marker, "_".join(part for part in parts if part))


def path_of(*names: str) -> str:
    """Names joined by `/`; one that stands in a name is written %2F, so that no two tests share an identifier."""
    named = [*filter(None, names)]
    path = "/".join(named)
    if "%" in path or path.count("/") >= len(named) > 0:
        return "/".join(name.replace("%", "%25").replace("/", "%2F") for name in named)
    return path


def new_row(
    outcome: Outcome,
    marker: str,
    used: npt.NDArray[np.bool_],
    method: str,
    contrast: Contrast,
    estimate: Interval = NO_ESTIMATE,
    estimate_type: str = "",
    tested: Tested = UNTESTED,
    *,
    marker_class: str = "declared",
    corrected_with: str = "declared",
) -> Row:
    """A row whose test is identified by its contrast and method; all else as in `Row`."""
    test = identifier(outcome, marker, contrast.name, method.removeprefix("firth_"))
    row = Row(
        test, outcome, marker, method, contrast, used, estimate, estimate_type, tested, marker_class, corrected_with
    )
    return row.noted(contrast.note)


@dataclass(frozen=True)
class Group:
    """One row of the group table."""

    endpoint: str
    marker: str
    group: str
    n: int
    n_events: int | None
    estimate: float
    estimate_type: str
    ci_low: float = NAN
    ci_high: float = NAN


class Compared(NamedTuple):
    """Rows for both tables."""

    rows: list[Row]
    groups: list[Group]


class Association(NamedTuple):
    """The tables of `biomarkers associate`; models, predictions and curves are of the prediction, empty without one."""

    results: pd.DataFrame
    groups: pd.DataFrame
    memberships: pd.DataFrame
    models: pd.DataFrame
    predictions: pd.DataFrame
    curves: pd.DataFrame
    cutpoint_profiles: pd.DataFrame


def with_roles(
    rows: Iterable[Row], primary: Named, secondary: Sequence[Named], *, across_endpoints: bool = False
) -> list[Row]:
    """Rows with role and family.

    The first row of the primary test is primary; its further estimates are exploratory but stay in its family, so
    that their p counts once. Of tests that ask the same, the one that the plan names counts, else the first of
    METHOD_NAMES with a p; the others stay in their family without a q. A family is role x endpoint x marker class
    (docs/methods.md, 6.2); across_endpoints: role x marker class (6.29).
    """
    counting: dict[tuple[str, ...], tuple[tuple[int, int], Row]] = {}
    done: list[Row] = []
    asked: list[tuple[str, ...]] = []
    primary_test, places = "", {method: place for place, method in enumerate(METHOD_NAMES)}
    in_plan = {(test.marker, test.endpoint) for test in (primary, *secondary)}
    for row in rows:
        role = family_role = "exploratory"
        # thousands of rows are of tests that no plan names
        named = row.named if (row.marker, row.outcome.endpoint.name) in in_plan else None
        if named == primary and not primary_test:
            primary_test, role, family_role = row.test, "primary", "primary"
        elif row.test == primary_test:
            family_role = "primary"
            row = row.noted("further estimate of the primary test")
        elif named in secondary:
            role = family_role = "secondary"
        endpoint = "all endpoints" if across_endpoints else row.outcome.endpoint.name
        family = row.family or f"{family_role} {endpoint} {row.corrected_with}"
        done.append(row.changed(role=role, family=family))
        place = places.get(row.method.removeprefix("firth_"), 0)
        rank = (2 * RANK[family_role] + math.isnan(row.tested.p_value), place)
        asked.append(row.hypothesis)
        if asked[-1] not in counting or rank < counting[asked[-1]][0]:
            counting[asked[-1]] = (rank, done[-1])
    return [_counted_once(row, counting[hypothesis][1]) for row, hypothesis in zip(done, asked, strict=True)]


def _counted_once(row: Row, leading: Row) -> Row:
    """The row; it does not count, in the family of `leading`, where that is another test that asks the same."""
    if row.test == leading.test:
        return row
    other = METHOD_NAMES[leading.method.removeprefix("firth_")]
    said = "" if math.isnan(row.tested.p_value) else f"one hypothesis with {other}, where its q stands"
    return row.changed(family=leading.family, counted=False).noted(said)


def with_gates(rows: Sequence[Row], gates: Sequence[Named]) -> list[Row]:
    """Rows with the plan's fixed sequence: the primary test, then these in order (docs/methods.md, 6.29).

    The corrected p of each is the largest p up to it; a test without a p ends the sequence. Nothing without gates.
    """
    done, largest = list(rows), 0.0
    for place, named in enumerate([None, *gates] if gates else [], start=1):
        position = next(
            (i for i, row in enumerate(done) if (row.role == "primary" if named is None else row.named == named)), None
        )
        own = NAN if position is None else done[position].tested.p_value
        reached, largest = largest <= ALPHA, max(largest, 1.0 if np.isnan(own) else own)
        if position is not None:
            decision = f"rejected at {ALPHA:g}" if largest <= ALPHA else "not rejected"
            said = decision if reached else "not tested, since one before it was not rejected"
            gated = done[position].changed(gate=place, gate_p=largest)
            done[position] = gated.noted(f"fixed sequence, {place} of {len(gates) + 1}: {said}")
    return done


def with_q_values(rows: Sequence[Row]) -> list[Row]:
    """Rows with q: Benjamini-Hochberg within each family, Holm over the primary; a test's p counts once.

    An estimate without a p of its own, such as a Brier score, has no q.
    """
    families: dict[str, dict[str, float]] = {}
    corrected = [row.counted and not math.isnan(row.tested.p_value) for row in rows]
    for row in itertools.compress(rows, corrected):
        families.setdefault(row.family, {})[row.test] = row.tested.p_value
    q_values: dict[tuple[str, str], float] = {}
    for family, tests in families.items():
        correct = multiplicity.holm if family.startswith("primary ") else multiplicity.benjamini_hochberg
        adjusted = correct(np.array(list(tests.values())))
        q_values.update({(family, test): q for test, q in zip(tests, adjusted.tolist(), strict=True)})
    pairs = zip(rows, corrected, strict=True)
    return [row.changed(q_value=q_values[row.family, row.test]) if of_family else row for row, of_family in pairs]


def as_frame(rows: Sequence[Row]) -> pd.DataFrame:
    """The result table: primary first, then secondary, then exploratory, each in the order in which it was made."""
    ordered = sorted(rows, key=lambda row: RANK[row.role])
    patients = [(id(row.outcome), id(row.used)) for row in ordered]
    counted = {shared: row.counts() for shared, row in dict(zip(patients, ordered, strict=True)).items()}
    columns = zip(CELLS, zip(*map(CELLS_OF, ordered), strict=True), strict=True)
    cells = {name: np.array(column, dtype=float if name in NUMBERS else object) for name, column in columns}
    counts = {name: [counted[shared][name] for shared in patients] for name in ("n", "n_events", "n_missing")}
    return pd.DataFrame(cells | counts).astype({name: "Int64" for name in (*counts, "gate")})


def group_frame(groups: Iterable[Group]) -> pd.DataFrame:
    """The group table; a group that several tests share stands once, one of nobody does not stand."""
    unique = [group for group in dict.fromkeys(groups) if group.n]
    names = [f.name for f in fields(Group)]
    return pd.DataFrame(list(map(attrgetter(*names), unique)), columns=names)
