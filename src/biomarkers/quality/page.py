"""What MultiQC shows besides the tools' own reports: TMB in its general statistics, the verdicts as a section.

Both are MultiQC custom content: a table whose first lines, as comments, say in YAML how it is shown.
"""

from __future__ import annotations

import pandas as pd

TMB_HEAD = """\
# id: tmb
# plot_type: generalstats
# headers:
#   tmb_per_mb:
#     {title: TMB, description: "Mutations per Mb (%s), empty when the sample failed", format: "{:,.2f}", min: 0,
#      scale: Oranges, placement: 1}
#   n_variants:
#     {title: Mutations, description: "Counted mutations (%s)", format: "{:,.0f}", min: 0, hidden: true, placement: 2}
#   callable_mb:
#     {title: Callable Mb, description: Megabases that the count is divided by, format: "{:,.2f}", min: 0, hidden: true,
#      placement: 3}
"""
QC_HEAD = """\
# id: quality
# section_name: Verdict of each sample
# description: Judged against the limits of the setting qc. An empty cell was not measured; all columns stand in qc.tsv.
# plot_type: table
# pconfig: {id: quality_table, title: Verdict of each sample, col1_header: Sample, no_violin: true, scale: false}
"""
SHOWN = [
    *("sample", "patient", "role", "status", "reasons", "mapped_percent", "duplicate_percent", "mean_target_depth"),
    *("callable_percent", "on_target_percent", "fold_80", "contamination", "n_pass", "ti_tv", "ffpe_like"),
]


def general_statistics(tmb: pd.DataFrame, definition: str) -> str:
    """The columns TMB, mutations and callable Mb for one definition of the table `tmb`; failed samples stay empty."""
    rows = tmb[tmb["definition"] == definition][["sample", "tmb_per_mb", "n_variants", "callable_mb"]]
    return TMB_HEAD % (definition, definition) + _text(rows)


def verdicts(qc: pd.DataFrame) -> str:
    """The main columns of the table `qc`."""
    return QC_HEAD + _text(qc[SHOWN])


def _text(frame: pd.DataFrame) -> str:
    return str(frame.to_csv(sep="\t", index=False, na_rep="", float_format="%.6g", lineterminator="\n"))
