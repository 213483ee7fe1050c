"""Reports on each sample that `biomarkers qc` reads: where the workflow has them, by which name a sample is known."""

from __future__ import annotations

from typing import Literal, NamedTuple

from biomarkers.run.samples import Sample, Samples


class Report(NamedTuple):
    """A kind of report.

    place: its path; `{}` stands for the sample, or for sample.library where each library has its own. of: the samples
    that have one, by library those of them that are aligned here.
    """

    place: str
    of: Literal["sequenced", "called", "tumors"]
    by_library: bool = False


REPORTS = {
    "stats": Report("results/qc/stats/{}.txt", "sequenced"),
    "duplicates": Report("results/qc/duplicates/{}.txt", "sequenced", by_library=True),
    "trimming": Report("results/qc/fastp/{}", "sequenced", by_library=True),
    "depth": Report("results/qc/depth/{}.mosdepth.summary.txt", "sequenced"),
    "thresholds": Report("results/qc/depth/{}.thresholds.bed.gz", "sequenced"),
    "hs_metrics": Report("results/qc/hs_metrics/{}.txt", "sequenced"),
    "contamination": Report("results/qc/contamination/{}.tsv", "called"),
    "denominator": Report("results/burden/{}.denominator.tsv", "called"),
    "variants": Report("results/variants/{}.variants.tsv.gz", "tumors"),
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
    >>> [names_of(Sample("P1", "T1", True, "lanes", lanes[:number])) for number in range(3)]
    [[], ['T1'], ['T1.a', 'T1.b']]
    """
    names = [f"{sample.sample}.{library}" for library in sample.libraries]
    return [sample.sample] if len(names) == 1 else names


def expected(samples: Samples, *, hs_metrics: bool) -> dict[str, tuple[str, ...]]:
    """Paths of a run's reports by kind; a kind without any is left out. hs_metrics: whether those are made."""
    found = {}
    for kind, report in REPORTS.items():
        owners: list[Sample] = getattr(samples, report.of)
        names = [name for each in owners for name in (names_of(each) if report.by_library else [each.sample])]
        if names and (hs_metrics or kind != "hs_metrics"):
            found[kind] = tuple(report.place.format(name) for name in names)
    return found
