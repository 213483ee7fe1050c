"""Results of an earlier run that this one does not make: they stay as they were, and that is told.

A sample may have left the sheet, or the config may ask for less than before.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from biomarkers.errors import first_few, printable
from biomarkers.run.layout import USUAL, Layout
from biomarkers.run.written import PLACE

WHOLE = (
    PLACE["tmb"],
    "results/qc/multiqc.html",
    PLACE["concordance"],
    PLACE["cohort"],
    PLACE["results"],
    "results/report/index.html",
)
"""What a run can make of all its samples and sheets."""
OF_SAMPLES = (("results/variants", ".variants.tsv.gz"), ("results/reads", ".bam"), ("results/reads", ".cram"))


def left(wanted: Collection[str], samples: Collection[str], layout: Layout = USUAL) -> list[str]:
    """A warning for what stays of samples that are no longer there, and one for what is no longer asked for.

    wanted: files of a whole run. samples: all names of the sheet.
    """
    warnings = []
    files = [(path, end) for folder, end in OF_SAMPLES for path in Path(layout.place(folder)).glob(f"*{end}")]
    if names := sorted({path.name.removesuffix(end) for path, end in files} - set(samples)):
        warnings.append(
            f"{layout.results}: has files of {first_few(map(printable, names))} from an earlier run, which the sheet "
            "does not name; they count nowhere and stay until you remove them"
        )
    whole = [layout.place(path) for path in WHOLE if path not in wanted]
    if old := [path for path in whole if Path(path).is_file()]:
        warnings.append(
            f"{first_few(map(printable, old))}: from an earlier run; this config asks for no such file, so that it is "
            "not made anew"
        )
    return warnings
