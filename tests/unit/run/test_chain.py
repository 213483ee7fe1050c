"""The chain of evidence: every file leads to what the user gave (docs/methods.md, 12.1)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from biomarkers.errors import InputError
from biomarkers.io import schemas, yamls
from biomarkers.run import chain, presets
from biomarkers.run.facts import Facts
from biomarkers.run.lanes import Lane
from biomarkers.run.layout import Layout
from biomarkers.run.presets import File, Preset
from biomarkers.run.run import Run
from biomarkers.run.samples import Sample, Samples

REFERENCES = {"fasta": "g.fa", "targets": "targets.bed", "genes": "g.gff", "germline_resource": "af.vcf.gz"}


@pytest.fixture(autouse=True)
def _targets(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("targets.bed").write_text("chr1\t1000\t2000\n")


FROM_READS = [
    Sample("P1", "T1", True, "lanes", (Lane("0", "a", "0.fq", None, 2), Lane("1", "b", "1.fq", None, 3))),
    Sample("P1", "N1", False, "lanes", (Lane("0", "a", "n.fq", None, 4),)),
    Sample("P2", "T2", True, "alignment", file="t2.bam"),
]
FROM_VCF = [
    Sample("P3", "T3", True, "vcf", file="t3.vcf"),
    Sample("P4", "T4", True, "vcf", file="t4.vcf", is_annotated=True),
]


def run_of(samples: list[Sample], **blocks) -> Run:
    schema = schemas.load("config")
    config = yamls.with_defaults({"samples": "samples.tsv"} | blocks, schema)
    for name, rules in schema["properties"].items():
        if "properties" in rules:
            config.setdefault(name, yamls.with_defaults({}, rules))
    return Run(config, Samples({s.sample: s for s in samples}))


def chain_of(samples: list[Sample], **settings) -> dict[str, chain.Link]:
    run = run_of(samples, **{"reference": REFERENCES} | settings)
    return chain.links(run, Facts.of(run))


def leads_to(links: dict[str, chain.Link], path: str) -> set[str]:
    """Everything that a file was made of, near and far."""
    found: set[str] = set()
    waiting = [path]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += links[here].sources
    return found


def test_a_burden_leads_to_every_file_that_was_given():
    links = chain_of(FROM_READS + FROM_VCF)
    reached = leads_to(links, chain.TMB)
    given = {path for path in reached if links[path].by == chain.GIVEN}
    assert given == {"0.fq", "1.fq", "n.fq", "t2.bam", "t3.vcf", "t4.vcf", "samples.tsv", *REFERENCES.values()}
    own = leads_to(links, "results/variants/T1.variants.tsv.gz")
    assert chain.CODING_TARGETS in own
    assert {"results/reads/N1.bam", "results/qc/depth/N1.quantized.bed.gz", "results/burden/T1.callable.bed"} <= own
    assert not {"t2.bam", "t3.vcf", "results/reads/T2.bam"} & own, "another patient's"
    assert not {"g.gff", "results/reads/T1.bam"} & set(links["results/variants/T4.vcf.gz"].sources)
    assert next(iter(links)) == chain.TMB


def test_nothing_is_named_that_is_not_used():
    links = chain_of(FROM_VCF[1:], reference={"assumed_bp": 3e7, "targets": "targets.bed"})
    assert set(links) == {
        chain.TMB,
        "results/qc/qc.tsv",
        "results/variants/T4.variants.tsv.gz",
        "results/variants/T4.vcf.gz",
        "t4.vcf",
        "samples.tsv",
    }


def test_panel_and_known_sites_stand_where_they_are_used():
    normals = [*FROM_READS, Sample("P2", "N2", False, "lanes", (Lane("0", "a", "m.fq", None, 5),))]
    built = REFERENCES | {"panel_of_normals": "build", "known_sites": ["dbsnp.vcf"]}
    links = chain_of(normals, reference=built)
    assert links[chain.PANEL].sources[:2] == ("results/reads/N1.bam", "results/reads/N2.bam")
    assert chain.PANEL in links["results/variants/T1.vcf.gz"].sources
    assert "dbsnp.vcf" in links["results/reads/T1.bam"].sources and "recalibration" in links["results/reads/T1.bam"].by
    given = chain_of(FROM_READS, reference=REFERENCES | {"panel_of_normals": "pon.vcf.gz"})
    assert "pon.vcf.gz" in given["results/variants/T1.vcf.gz"].sources


def test_large_files_are_summed_once():
    run = run_of(FROM_READS, reference=REFERENCES)
    assert chain.summed(run, Facts.of(run)) == {
        "reference": ("g.fa", "af.vcf.gz"),
        "reads.T1": ("0.fq", "1.fq", "results/reads/T1.bam"),
        "reads.N1": ("n.fq", "results/reads/N1.bam"),
        "reads.T2": ("t2.bam",),  # the file in results/ is a link to it
    }
    cram = run_of(FROM_READS, reference=REFERENCES, reads={"format": "cram"})
    assert chain.summed(cram, Facts.of(cram))["reads.T2"] == ("t2.bam", "results/reads/T2.cram")
    none = run_of([])
    assert chain.summed(none, Facts.of(none)) == {}


def test_sums_of_md5sum(tmp_path):
    sums = tmp_path / "a.md5"
    sums.write_text(f"{'0' * 32}  a  b.fq\n\\{'1' * 32}  back\\\\slash.fq\n")
    assert chain.read_sums([sums]) == {"a  b.fq": "0" * 32, "back\\slash.fq": "1" * 32}
    sums.write_text("md5sum: x: No such file\n")
    with pytest.raises(InputError, match=r"a\.md5:1: line is 'md5sum: x: No such file'; expected MD5"):
        chain.read_sums([sums])


def test_two_records_differ_in_the_time_alone():
    run = run_of(FROM_VCF[1:], reference={"assumed_bp": 3e7})
    found = Facts.of(run)
    for path in chain.links(run, found):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
    first, second = (chain.record(run, found, {"t4.vcf": "f" * 32}) for _ in range(2))
    assert list(first)[-1] == "written"
    assert {**first, "written": ""} == {**second, "written": ""}
    assert first["files"]["t4.vcf"]["md5"] == "f" * 32, "not read again"
    md5 = hashlib.md5(Path("samples.tsv").read_bytes()).hexdigest()
    assert first["files"]["samples.tsv"] == {"md5": md5, "by": "given"}
    assert first["settings"]["burden"]["tumor_depth"] == 25 and first["samples"]["T4"]["normal"] is None


def test_with_a_prefix_paths_are_seen_from_the_folder_of_the_results():
    """Own files are below the prefix, the user's where they were."""
    run = run_of(FROM_VCF[1:], reference={"assumed_bp": 3e7})
    found, layout = Facts.of(run), Layout("a/b/results", "a/b/resources")
    for path, link in chain.links(run, found).items():
        place = Path(path if link.by == chain.GIVEN else f"a/b/{path}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
    told = chain.record(run, found, {"t4.vcf": "f" * 32}, layout)
    assert told["files"]["../../t4.vcf"]["md5"] == "f" * 32
    assert told["files"]["results/variants/T4.vcf.gz"]["from"] == ["../../t4.vcf"]
    assert all((Path("a/b") / path).exists() or path.endswith("t4.vcf") for path in told["files"])
    assert told["samples"]["T4"]["variants"] == "results/variants/T4.variants.tsv.gz"


def test_a_run_that_is_not_finished_is_told_with_the_files_that_are_not_there():
    run = run_of(FROM_VCF[:1], reference={"assumed_bp": 1000000, "fasta": "g.fa", "genes": "g.gff"})
    with pytest.raises(InputError) as told:
        chain.record(run, Facts.of(run), {})
    assert str(told.value) == (
        "results/burden/tmb.tsv: file is missing; expected what a finished run has: call it in the run's folder,"
        " after `biomarkers run`"
    )
    Path("results/burden").mkdir(parents=True)
    Path(chain.TMB).write_text("sample\n")
    with pytest.raises(InputError) as told:
        chain.record(run, Facts.of(run), {})
    lines = str(told.value).splitlines()
    assert any(line.startswith("results/variants/T3.variants.tsv.gz: file is missing; expected what") for line in lines)
    assert any(line == "t3.vcf: file is missing; expected a file that exists" for line in lines)


def test_a_config_without_burdens_has_no_chain():
    """A finished run's config that was emptied since: its table of burdens came from something else."""
    Path("results/burden").mkdir(parents=True)
    Path(chain.TMB).write_text("sample\n")
    run = run_of([])
    with pytest.raises(
        InputError, match=r"tmb.tsv: file is made of nothing that the config names; expected the run of"
    ):
        chain.record(run, Facts.of(run), {})


def test_what_a_preset_downloads_is_not_given_by_the_user():
    """The genes are renamed on their way; a FASTA is named once, whoever uses it."""
    files = tuple(
        File(key=key, url=f"https://example.org/{name}", source="a test", bytes=9)
        for key, name in (("fasta", "g.fa"), ("genes", "g.gff3.gz"))
    )
    run = run_of(FROM_VCF[:1], reference={"targets": "targets.bed"})
    run = replace(run, preset=Preset("GRCh38", files, {}, {}))
    run.config["reference"] |= {"preset": "GRCh38", "fasta": files[0].path, "genes": presets.GENES}
    links = chain.links(run, Facts.of(run))
    assert links[files[0].path].by == links[files[1].path].by == "download of the preset GRCh38"
    assert links[presets.GENES] == chain.Link("contigs renamed", (files[1].path,))
    assert {path for path, link in links.items() if link.by == chain.GIVEN} == {"samples.tsv", "t3.vcf", "targets.bed"}
