"""Reports on each sample that `biomarkers qc` reads: where the workflow has them, by which name a sample is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from biomarkers.run.samples import Sample, Samples


class Report(NamedTuple):
    """A kind of report, and `has`, which tells the samples that have one.

    place: its path; `{}` stands for the sample, or for sample.library where each library has its own.
    """

    place: str
    has: Callable[[Sample], bool]
    by_library: bool = False


def _is_sequenced(sample: Sample) -> bool:
    return sample.entry != "vcf"


def _is_aligned_here(sample: Sample) -> bool:
    return sample.entry == "lanes"


def _is_called_here(sample: Sample) -> bool:
    return sample.is_tumor and sample.entry != "vcf"


def _is_tumor(sample: Sample) -> bool:
    return sample.is_tumor


REPORTS = {
    "stats": Report("results/qc/stats/{}.txt", _is_sequenced),
    "duplicates": Report("results/qc/duplicates/{}.txt", _is_aligned_here, by_library=True),
    "trimming": Report("results/qc/fastp/{}", _is_aligned_here, by_library=True),
    "depth": Report("results/qc/depth/{}.mosdepth.summary.txt", _is_sequenced),
    "thresholds": Report("results/qc/depth/{}.thresholds.bed.gz", _is_sequenced),
    "hs_metrics": Report("results/qc/hs_metrics/{}.txt", _is_sequenced),
    "contamination": Report("results/qc/contamination/{}.tsv", _is_called_here),
    "denominator": Report("results/burden/{}.denominator.tsv", _is_called_here),
    "variants": Report("results/variants/{}.variants.tsv.gz", _is_tumor),
}
"""By the option of `biomarkers qc`."""


def ending(kind: str) -> str:
    """What stands behind the sample in a report's name.

    >>> ending("depth"), ending("trimming")
    ('.mosdepth.summary.txt', '')
    """
    return REPORTS[kind].place.partition("{}")[2]


def names_of(sample: Sample) -> list[str]:
    """What reports by library are named by: the sample, or `sample.library` where it has several.

    >>> from biomarkers.run.lanes import Lane
    >>> lanes = tuple(Lane(library, library, "r.fq", None, 2) for library in ("a", "b"))
    >>> names_of(Sample("P1", "T1", True, "lanes", lanes[:1])), names_of(Sample("P1", "T1", True, "lanes", lanes))
    (['T1'], ['T1.a', 'T1.b'])
    """
    several = len(sample.libraries) > 1
    return [f"{sample.sample}.{library}" for library in sample.libraries] if several else [sample.sample]


def expected(samples: Samples, *, hs_metrics: bool) -> dict[str, tuple[str, ...]]:
    """Paths of a run's reports by kind; a kind without any is left out. hs_metrics: whether those are made."""
    found = {}
    for kind, report in REPORTS.items():
        owners = [sample for sample in samples.by_name.values() if report.has(sample)]
        names = [name for owner in owners for name in (names_of(owner) if report.by_library else [owner.sample])]
        if names and (hs_metrics or kind != "hs_metrics"):
            found[kind] = tuple(report.place.format(name) for name in names)
    return found
