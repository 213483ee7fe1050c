"""`xlsx` (export): a workbook with a sheet a table; the first one says what the run is and what each column means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from biomarkers.errors import InputError, Problem, count, log
from biomarkers.io import files, schemas, spreadsheets
from biomarkers.report import beside, changes
from biomarkers.run.exports.finished import Finished

ABOUT = "About"
ENDING = ".xlsx"
OF_VARIANTS = (
    f"Variants that change a protein, as the page shows them: those that count, and of each sample at most "
    f"{changes.MOST_EXCLUDED} others; variants/*.variants.tsv.gz have all."
)


def write(found: Finished, out: Path) -> None:
    """Write the workbook. Raises InputError for a file in its place that is no workbook of an export."""
    if out.exists() and spreadsheets.first_sheet(out) != ABOUT:
        expected = "a name that is not taken, or a workbook that an export wrote"
        raise InputError(Problem.said(str(out), "--out", "is another file", expected))
    tables = dict(found.frames)
    if variants := [changes.changing(frame) for frame in found.variants()]:
        tables["variants"] = changes.in_order(variants)
    left_out = {name: said for name, table in tables.items() if (said := spreadsheets.too_large(table))}
    for name, said in left_out.items():
        log.warning("%s: %s is not in the workbook: it has %s", found.folder, name, said)
    shown = {name: table for name, table in tables.items() if name not in left_out}
    files.write_texts({out: spreadsheets.workbook({ABOUT: about(found, shown, left_out), **shown})})


def about(found: Finished, shown: dict[str, pd.DataFrame], left_out: dict[str, str]) -> pd.DataFrame:
    """`sheet column type meaning`: of the run, then of each sheet and its columns."""
    told = found.told()
    told |= {f"{name} (left out)": f"It has {said}." for name, said in left_out.items()}
    rows = [("", what, "", meaning) for what, meaning in told.items()]
    head = ["sheet", "column", "type", "meaning"]
    columns = beside.dictionary(shown, {name: name for name in shown}, definitions=found.definitions)
    parts = [pd.DataFrame(rows, columns=head)]
    for name, table in shown.items():
        meaning = OF_VARIANTS if name == "variants" else " ".join(schemas.load(name)["description"].split())
        parts.append(pd.DataFrame([(name, "", count(len(table), "row"), meaning)], columns=head))
        parts.append(columns[columns["sheet"].eq(name)])
    return pd.concat(parts, ignore_index=True).replace("", None)
