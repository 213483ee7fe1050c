"""Facts of a run: what follows from config and samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.io import schemas, yamls
from biomarkers.run.facts import Alignment, Facts, wanted
from biomarkers.run.lanes import Lane
from biomarkers.run.presets import File, Preset
from biomarkers.run.run import Run
from biomarkers.run.samples import Sample, Samples


def lanes(*libraries: str) -> tuple[Lane, ...]:
    return tuple(Lane(str(i), library, f"{i}.fq", None, 2) for i, library in enumerate(libraries))


FROM_READS = [
    Sample("P1", "T1", True, "lanes", lanes("a", "b")),
    Sample("P1", "N1", False, "lanes", lanes("a")),
    Sample("P2", "T2", True, "alignment", file="t2.bam"),
]
FROM_VCF = [
    Sample("P3", "T3", True, "vcf", file="t3.vcf"),
    Sample("P4", "T4", True, "vcf", file="t4.vcf", is_annotated=True),
]


def run_of(samples: list[Sample] = FROM_READS, stated: tuple[str, ...] = (), preset=None, **blocks) -> Run:
    schema = schemas.load("config")
    given = {"reference": {"targets": "targets.bed"} | blocks.pop("reference", {})} | blocks
    config = yamls.with_defaults(given, schema)
    for name, rules in schema["properties"].items():
        if "properties" in rules:
            config.setdefault(name, yamls.with_defaults({}, rules))
    return Run(config, Samples({s.sample: s for s in samples}), frozenset(stated), preset)


def facts(*samples, **settings) -> Facts:
    return Facts.of(run_of(*samples, **settings))


@pytest.fixture(autouse=True)
def _targets(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("targets.bed").write_text("chr1\t1000\t2000\n")


def test_samples_by_what_is_done_with_them():
    found = facts()
    assert (found.tumors, found.normals) == (("T1", "T2"), ("N1",))
    assert found.normal_names == ("N1", ".")
    assert (found.several_libraries, found.one_library, found.aligned) == (("T1",), ("N1",), ("T2",))
    assert facts(FROM_READS + FROM_VCF).unannotated == ("T1", "T2", "T3")


def test_a_stated_territory_serves_only_tumors_that_came_as_vcf():
    samples = FROM_READS + FROM_VCF
    assert facts(samples).measured == ("T1", "T2", "T3", "T4")
    some = facts(samples, stated=("T1", "T4"))
    assert (some.assumed, some.measured) == (("T4",), ("T1", "T2", "T3"))
    every = facts(samples, reference={"assumed_bp": 3e7})
    assert (every.assumed, every.measured) == (("T3", "T4"), ("T1", "T2"))


@pytest.mark.parametrize(
    ("setting", "sites", "expected"),
    [
        ("auto", None, False),
        ("auto", "dbsnp.vcf", True),
        ("off", "dbsnp.vcf", False),
        (False, "dbsnp.vcf", False),
        ("on", "dbsnp.vcf", True),
        (True, ["a.vcf", "b.vcf"], True),
    ],
)
def test_recalibration_and_where_reads_stand_before_it(setting, sites, expected):
    found = facts(reads={"recalibrate": setting, "format": "cram"}, reference={"known_sites": sites})
    assert found.recalibrates is expected
    assert found.reads == Alignment("results/reads/{sample}.cram", "results/reads/{sample}.cram.crai")
    before = Alignment("results/unrecalibrated/{sample}.bam", "results/unrecalibrated/{sample}.bam.bai")
    assert found.marked == (before if expected else found.reads)
    assert found.reads.of("T1").index == "results/reads/T1.cram.crai"


def test_contamination_and_the_search_for_swaps_need_common_variants():
    without = facts()
    assert not without.estimates_contamination and not without.looks_for_swaps
    resource = {"germline_resource": "gnomad.vcf.gz"}
    found = facts(reference=resource)
    assert found.estimates_contamination and found.looks_for_swaps
    found = facts(reference=resource, calling={"contamination": False, "same_person": "off"})
    assert not found.estimates_contamination and not found.looks_for_swaps
    assert facts(reference={"panel_of_normals": "build"}).builds_panel
    assert not facts(reference={"panel_of_normals": "pon.vcf.gz"}).builds_panel


@pytest.mark.parametrize(
    ("intervals", "bases", "setting", "parts"),
    [(1, 1000, "auto", 1), (10, 149799, "auto", 2), (10, 149800, "auto", 3), (100, 100000, "auto", 8), (1, 1000, 5, 5)],
)
def test_parts_of_calling_follow_the_padded_targets(intervals, bases, setting, parts):
    """500,000 bases a part: 10 intervals of 149,800 with 100 bases on both sides are 1,500,000."""
    Path("targets.bed").write_text("".join(f"chr1\t{i * 10**6}\t{i * 10**6 + bases}\n" for i in range(intervals)))
    assert facts(calling={"scatter": setting}).calling_parts == parts
    assert facts(FROM_VCF, calling={"scatter": setting}).calling_parts == 1, "nothing is called"


def test_memory_of_the_aligner_follows_the_genome():
    """GRCh38 of 3.2 GB: bwa's index takes 1.8 bytes a base, that of bwa-mem2 6.2, besides 6 GB for sorting."""
    with Path("genome.fa").open("wb") as fasta:
        fasta.truncate(3_200_000_000)
    found = facts(reference={"fasta": "genome.fa"})
    assert (found.aligner.name, found.aligner_megabytes) == ("bwa", 11_760)
    assert facts(reference={"fasta": "genome.fa"}, reads={"aligner": "bwa-mem2"}).aligner_megabytes == 25_840
    file = File(key="fasta", url="https://example.org/g.fasta", source="a test", bytes=1_000_000_000)
    preset = Preset("own", (file,), {}, {})
    assert facts(reference={"fasta": file.path}, preset=preset).aligner_megabytes == 7_800, "not downloaded yet"
    assert facts(reference={"fasta": None}).aligner_megabytes == 11_940


def asked(samples: list[Sample], **settings) -> list[str]:
    run = run_of(samples, **settings)
    return wanted(run, Facts.of(run))


SAMPLES_END = [
    "results/burden/tmb.tsv",
    "results/burden/tmb.tsv.json",
    "results/burden/tumor_cells.svg",
    "results/burden/denominator.svg",
    "results/burden/denominator_steps.tsv",
]
ONE_DEFINITION = {"definitions": ["merino_wes"]}


def test_what_a_run_ends_with():
    mafs = ["results/burden/cohort.maf.gz", "results/variants/T3.maf.gz", "results/variants/T4.maf.gz"]
    assert asked(FROM_VCF, burden=ONE_DEFINITION) == SAMPLES_END + mafs
    assert asked([], clinical={"patients": None}) == []
    cohort = ["results/cohort.tsv", "results/flow.tsv"]
    assert asked([], clinical={"patients": "p.tsv"}) == cohort
    answers = ["results/association/results.tsv", "results/report/index.html"]
    assert asked([], clinical={"patients": "p.tsv"}, plan="plan.yaml") == cohort + answers
    assert asked([], clinical={"patients": None}, plan="plan.yaml") == []
    reads = asked(FROM_READS, reference={"germline_resource": "gnomad.vcf.gz"})
    assert reads[-2:] == ["results/qc/multiqc.html", "results/qc/concordance.tsv"]
    assert asked(FROM_READS)[-1] == "results/qc/multiqc.html"
    alone = asked(FROM_READS[2:], reference={"germline_resource": "gnomad.vcf.gz"})
    assert "results/qc/concordance.tsv" not in alone, "nothing to be compared with"


def test_pictures_need_their_data():
    both = {"definitions": ["merino_wes"], "custom": "own.txt"}
    assert [*facts(burden=both).pictures] == [
        "tumor_cells_picture",
        "agreement_picture",
        "denominator_picture",
        "table",
    ]
    assert [*facts(burden=ONE_DEFINITION).pictures] == ["tumor_cells_picture", "denominator_picture", "table"]
    assumed = facts(FROM_VCF, burden=ONE_DEFINITION, reference={"assumed_bp": 3e7})
    assert [*assumed.pictures] == ["tumor_cells_picture"]
    assert facts([]).pictures.get("tumor_cells_picture") is None
