"""Rows of tests, of one marker or of thousands that are alike, and the same as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import starmap
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from biomarkers.association.contrasts import Contrast, Unit
from biomarkers.association.specification import Named
from biomarkers.association.values import Outcome
from biomarkers.stats.intervals import NAN, NO_ESTIMATE, UNTESTED, Interval, Tested, joined

METHOD_NAMES = {
    "logrank_permutation": "the log-rank test by permutation",
    "logrank": "the log-rank test",
    "cox_likelihood_ratio": "the likelihood-ratio test",
    "cox": "the Cox model",
}
"""How a note calls the other test of the same hypothesis; of tests that the plan does not name the first counts."""


@dataclass(frozen=True)
class Row:
    """One estimate of one test, of one marker or of each of many that are alike.

    test: identifies the test; its estimates share a p-value. used: patients of the cohort who are in the test.
    marker_class: declared, covariate, gene, gene_set, feature. corrected_with: the tests that are corrected together,
    beside role and endpoint; from them the family is made where it is not given. landmark: month from which time
    counts, if not the start. subgroup: column and level of the patients, if not all. adjusted_for: what else the model
    has, names joined by commas. of_marker: the marker that the test asks about, where `marker` is another name (another
    term of its model, or two markers); with_marker: the second of two. place: where the row stands among those beside
    it. each: what differs between many markers, by column of the result table, one entry a marker (the
    fields themselves are then empty, and method has no `firth_`); nothing of one marker.
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
    family: str = ""
    landmark: float = NAN
    subgroup: str = ""
    adjusted_for: str = ""
    of_marker: str = ""
    with_marker: str = ""
    place: int = 0
    each: Mapping[str, Sequence[Any]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def asks(self) -> tuple[str, ...]:
        """What the test asks of its marker and endpoint; tests that ask the same count once (docs/methods.md, 6.2).

        A log-rank test and a Cox model of the same groups ask the same, and so do the Wald and the likelihood-ratio
        test of a feature's Cox model; every other test asks for itself, and this is empty.
        """
        contrast, method = self.contrast, self.method.removeprefix("firth_")
        if method not in METHOD_NAMES or self.corrected_with == "adjusted" or self.marker_class == "covariate":
            return ()
        what, of_groups = (contrast.name, self.corrected_with), method.startswith("logrank")
        if len(contrast.groups) > 2 and (contrast.first or of_groups):
            return (*what, "groups")
        if contrast.first:
            return (*what, contrast.text)
        return (*what, "per unit") if self.corrected_with == "features" and not of_groups else ()

    @property
    def named(self) -> Named | None:
        """The test of a plan that would be this one; none where a plan cannot name it."""
        if self.each or self.corrected_with not in ("declared", "features"):
            return None
        method = self.method.removeprefix("firth_")
        return Named(self.marker, self.outcome.endpoint.name, method, self.contrast.cut)

    def changed(self, **changes: Any) -> Row:
        """A copy with other values; `dataclasses.replace` takes ten times as long."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__, **changes)
        return made

    def noted(self, *notes: str) -> Row:
        """The row with more to say."""
        if not any(notes):
            return self
        if self.each:
            return self.changed(each={**self.each, "note": [joined(own, *notes) for own in self.each["note"]]})
        return self.changed(tested=self.tested._replace(note=joined(self.tested.note, *notes)))

    def untested(self, why: str, *notes: str) -> Row:
        """The row as one whose test cannot be done, and why."""
        return self.changed(tested=Tested(note=joined(self.tested.note, why, *notes), doubt=why))

    def placed(self, places: Mapping[str, int]) -> Row:
        """The row at the place of its marker."""
        if self.each:
            return self.changed(each={**self.each, "place": [places[name] for name in self.each["marker"]]})
        return self.changed(place=places[self.marker])

    def counts(self) -> dict[str, int | None]:
        """Patients in the test, those of them with the event (None where the endpoint has none), and those not in."""
        counted, n = self.outcome.endpoint.kind in ("binary", "time_to_event"), int(np.count_nonzero(self.used))
        events = int(self.outcome.event[self.used].sum()) if counted else None
        return {"n": n, "n_events": events, "n_missing": len(self.used) - n}

    def cells(self) -> dict[str, Any]:
        """The cells of one marker's row."""
        return dict(zip(CELLS, CELLS_OF(self), strict=True)) | self.counts()


CELLS = {
    **{name: name for name in ("test", "family", "marker", "method", "estimate_type", "marker_class")},
    **{name: name for name in ("subgroup", "adjusted_for", "of_marker", "with_marker")},
    **{name: f"contrast.{name}" for name in ("first", "second", "cut_at", "cut_side", "cut_named", "months")},
    **{name: f"tested.{name}" for name in ("statistic", "p_value", "note", "doubt")},
    "endpoint": "outcome.endpoint.name",
    "contrast": "contrast.text",
    **{"per": "contrast.unit.per", "per_named": "contrast.unit.named", "transform": "contrast.unit.transform"},
    "estimate": "estimate.estimate",
    "ci_low": "estimate.low",
    "ci_high": "estimate.high",
    "landmark_months": "landmark",
    **{name: name for name in ("corrected_with", "named", "asks", "place")},
}
"""Columns of the result table, beside the counts of patients, and where a row has them; the last only order it."""

CELLS_OF = attrgetter(*CELLS.values())

Columns = dict[str, list[Any]]
"""Rows by column, those of many markers side by side with the others."""


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


class Cells(NamedTuple):
    """What the same test of several markers has for one of them; unit: what its contrast is per, if it is its own."""

    marker: str
    test: str
    method: str
    estimate: Interval
    tested: Tested
    unit: Unit | None = None


def row_of(cells: Sequence[Cells], **shared: Any) -> Row:
    """The same estimate of several markers; shared: the fields of `Row` that they have in common.

    Who is in which group of a contrast differs between many markers, so that their row does not know it.
    """
    contrast = shared.pop("contrast")
    if len(cells) == 1:
        [(marker, test, method, estimate, tested, unit)] = cells
        contrast = replace(contrast, text=str(unit), unit=unit) if unit else contrast
        return Row(test, marker=marker, method=method, contrast=contrast, estimate=estimate, tested=tested, **shared)
    markers, tests, methods, estimates, tested_of, units = zip(*cells, strict=True)
    each = {"marker": markers, "test": tests, "method": methods}
    each |= zip(("estimate", "ci_low", "ci_high"), zip(*estimates, strict=True), strict=True)
    each |= zip(Tested._fields, zip(*tested_of, strict=True), strict=True)
    if units[0] is not None:
        each |= {"contrast": tuple(map(str, units))}
        each |= zip(("per", "per_named", "transform"), zip(*units, strict=True), strict=True)
    contrast = replace(contrast, groups=(), codes=np.array([]))
    return Row("", method=methods[0].removeprefix("firth_"), marker="", contrast=contrast, each=each, **shared)


def new_rows(
    outcome: Outcome,
    markers: Sequence[str],
    methods: str | Sequence[str],
    contrast: Contrast,
    estimates: Sequence[Interval] | None = None,
    estimate_type: str = "",
    tested: Sequence[Tested] | None = None,
    *,
    used: npt.NDArray[np.bool_],
    **classes: str,
) -> Row:
    """`new_row` of several markers."""
    n = len(markers)
    methods = [methods] * n if isinstance(methods, str) else methods
    tests = [identifier(outcome, marker, contrast.name, methods[0].removeprefix("firth_")) for marker in markers]
    cells = zip(markers, tests, methods, estimates or [NO_ESTIMATE] * n, tested or [UNTESTED] * n, strict=True)
    shared = {"outcome": outcome, "contrast": contrast, "used": used, "estimate_type": estimate_type}
    return row_of([*starmap(Cells, cells)], **shared, **classes).noted(contrast.note)


def columns_of(sections: Iterable[Sequence[Row]]) -> Columns:
    """The rows as columns: section after section, those of each by their places."""
    columns: Columns = {name: [] for name in (*CELLS, "n", "n_events", "n_missing")}
    order: list[tuple[int, int]] = []
    counted: dict[tuple[int, int], dict[str, int | None]] = {}
    for section, rows in enumerate(sections):
        for row in rows:
            shared = id(row.outcome), id(row.used)
            counts = counted[shared] if shared in counted else counted.setdefault(shared, row.counts())
            size = len(row.each["marker"]) if row.each else 1
            for name, cell in (*zip(CELLS, CELLS_OF(row), strict=True), *counts.items()):
                columns[name] += row.each[name] if name in row.each else [cell] * size
            order += [(section, place) for place in columns["place"][-size:]]
    places = sorted(range(len(order)), key=order.__getitem__)
    return {name: [cells[place] for place in places] for name, cells in columns.items()}
