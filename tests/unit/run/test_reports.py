"""Reports on each sample: which there are, and where."""

from __future__ import annotations

from biomarkers.run.lanes import Lane
from biomarkers.run.quality import ending, expected
from biomarkers.run.samples import Sample, Samples

LANES = tuple(Lane(library, library, "r.fq", None, 2) for library in ("a", "b"))
SAMPLES = [
    Sample("P1", "T1", True, "lanes", LANES),
    Sample("P1", "N1", False, "alignment", file="n1.bam"),
    Sample("P2", "T2", True, "vcf", file="t2.vcf"),
]


def test_each_kind_of_sample_has_its_reports():
    found = expected(Samples({s.sample: s for s in SAMPLES}), hs_metrics=True)
    assert found == {
        "stats": ("results/qc/stats/T1.txt", "results/qc/stats/N1.txt"),
        "duplicates": ("results/qc/duplicates/T1.a.txt", "results/qc/duplicates/T1.b.txt"),
        "trimming": ("results/qc/fastp/T1.a", "results/qc/fastp/T1.b"),
        "depth": ("results/qc/depth/T1.mosdepth.summary.txt", "results/qc/depth/N1.mosdepth.summary.txt"),
        "thresholds": ("results/qc/depth/T1.thresholds.bed.gz", "results/qc/depth/N1.thresholds.bed.gz"),
        "hs_metrics": ("results/qc/hs_metrics/T1.txt", "results/qc/hs_metrics/N1.txt"),
        "contamination": ("results/qc/contamination/T1.tsv",),
        "denominator": ("results/burden/T1.denominator.tsv",),
        "variants": ("results/variants/T1.variants.tsv.gz", "results/variants/T2.variants.tsv.gz"),
    }
    assert ending("thresholds") == ".thresholds.bed.gz"


def test_kinds_without_a_report_are_left_out():
    found = expected(Samples({"T2": SAMPLES[2]}), hs_metrics=True)
    assert found == {"variants": ("results/variants/T2.variants.tsv.gz",)}
    assert "hs_metrics" not in expected(Samples({"N1": SAMPLES[1]}), hs_metrics=False)
    assert expected(Samples({}), hs_metrics=True) == {}
