"""Who was in which group: of each test, and of each gene, set of genes and feature (docs/methods.md, 6.34).

Of thousands of genes a row for each patient and test would be tens of millions. So a gene's carriers are one row,
whatever the endpoint, and patients who stand in no row are in the group that `others` names, if they were looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from biomarkers.association.genes import CONTRAST, Carriers
from biomarkers.association.rows import Row
from biomarkers.association.values import Cohort
from biomarkers.io import schemas, tables
from biomarkers.io.patient_lists import escaped

NOT_EVALUABLE = "not evaluable"
"""Group of patients of whom it is not known: not sequenced, the gene not on their panel or a variant there not
understood, no value of the feature."""

Names = npt.NDArray[np.object_]


def table(rows: Sequence[Row], cohort: Cohort, found: Mapping[str, Carriers | None]) -> pd.DataFrame:
    """The table of memberships. found: carriers by class of marker, as `gene` and `gene_set`."""
    names = np.array(cohort.patients, dtype=object)
    in_lists = np.array([escaped(name) for name in cohort.patients], dtype=object)
    listed = pd.DataFrame([*_of_features(rows, cohort, in_lists), *_of_genes(cohort, found, in_lists)])
    parts = [*_of_tests(rows, names), *([listed] if len(listed) else [])]
    if not parts:
        return tables.of_rows([], "memberships")
    columns = schemas.columns("memberships")
    return pd.concat(parts, ignore_index=True).reindex(columns=columns).astype({"assayed": "Int64"})


def _of_tests(rows: Sequence[Row], names: Names) -> Iterable[pd.DataFrame]:
    """Of each test of a declared marker who was compared; who is in no group has no row."""
    for row in {row.test: row for row in rows}.values():
        codes = row.contrast.codes
        if row.contrast.groups and row.marker_class == "declared":
            inside = row.used & ~np.isnan(codes)
            if inside.any():
                groups = np.array(row.contrast.groups, dtype=object)[codes[inside].astype(int)]
                cells = {"test": row.test, "patient": names[inside], "group": groups}
                yield pd.DataFrame({**cells, "marker_class": row.marker_class, "marker": row.marker})


def _of_features(rows: Sequence[Row], cohort: Cohort, names: Names) -> Iterable[dict[str, Any]]:
    """Of each feature's groups, by a cut or by level, all but the largest, which is that of the others."""
    done: set[tuple[str, tuple[str, ...]]] = set()
    for row in sorted(rows, key=attrgetter("place")):
        contrast, key = row.contrast, (row.marker, row.contrast.groups)
        if row.marker_class != "feature" or not contrast.groups or key in done:
            continue
        if contrast.cut is None and contrast.codes is not cohort.markers[row.marker].value:
            continue  # the endpoint's groups, not the feature's
        done.add(key)
        members = [contrast.codes == code for code in range(len(contrast.groups))]
        largest = int(np.argmax([inside.sum() for inside in members]))
        groups = [*zip(contrast.groups, members, strict=True), (NOT_EVALUABLE, np.isnan(contrast.codes))]
        others = {"marker_class": row.marker_class, "marker": row.marker, "others": contrast.groups[largest]}
        for place, (group, inside) in enumerate(groups):
            if place != largest and inside.any():
                yield {"group": group, **others, "patients": ",".join(names[inside])}


def _of_genes(cohort: Cohort, found: Mapping[str, Carriers | None], names: Names) -> Iterable[dict[str, Any]]:
    """Carriers of each gene and set; and of each number in `assayed` who was not looked at for its genes."""
    numbers: dict[bytes, int] = {}
    for marker_class, carriers in found.items():
        if carriers is None:
            continue
        everywhere = np.ones_like(carriers.carrier) if carriers.looked is None else carriers.looked
        for gene, carrier, looked in zip(carriers.genes, carriers.carrier, everywhere & cohort.sequenced, strict=True):
            number = numbers.setdefault(looked.tobytes(), len(numbers) + 1)
            cells = {"group": CONTRAST.first, "marker_class": marker_class, "marker": gene, "others": CONTRAST.second}
            yield {**cells, "assayed": number, "patients": ",".join(names[carrier & looked])}
    for pattern, number in numbers.items():
        without = ~np.frombuffer(pattern, dtype=bool)
        if without.any():
            yield {
                "group": NOT_EVALUABLE,
                "marker_class": "gene",
                "assayed": number,
                "patients": ",".join(names[without]),
            }
