"""Options that config and sheet give to the commands, as both workflows put them on a command line."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from biomarkers.io import schemas, yamls
from biomarkers.run.facts import Facts
from biomarkers.run.options import of_denominator, of_maf, of_run, of_variants
from biomarkers.run.run import Run
from biomarkers.run.samples import Sample, Samples

READS = Sample("P1", "T1", True, "alignment", file="t1.bam")
NORMAL = Sample("P1", "N1", False, "alignment", file="n1.bam")
VCF = Sample("P2", "T2", True, "vcf", file="t2.vcf", paired=True, line=4)


@pytest.fixture
def run(tmp_path, monkeypatch) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t2.vcf").write_text(
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tN 2\tT2\n"
    )
    (tmp_path / "targets.bed").write_text('track name="the target\'s"\nchr1\t1\t9\n')
    given = {
        "samples": "s.tsv",
        "reference": {"targets": "targets.bed", "target_track": "the target's", "one_based_targets": True},
        "calling": {"somatic": "INFO/SS=2", "orientation": False},
        "burden": {"assay": "kit; rm -r /", "definitions": ["all_coding", "merino_wes"], "tumor_depth": 20},
        "report": {"title": "It's $HOME"},
    }
    config = yamls.with_defaults(given, schemas.load("config"))
    return Run(config, Samples({each.sample: each for each in (READS, NORMAL, VCF)}))


def words(options: list[str]) -> list[str]:
    """What a shell makes of them."""
    return shlex.split(" ".join(options))


def test_words_of_the_config_reach_a_command_as_they_stand_there(run):
    found = {command: words(options) for command, options in of_run(run, Facts.of(run)).items()}
    assert found["report"][:2] == ["--title", "It's $HOME"]
    assert found["targets"] == ["--one-based", "--track", "the target's"]
    assert found["tmb"] == ["--definition", "all_coding", "merino_wes", "--assay", "kit; rm -r /"]
    assert found["maf"] == ["--normal-sample", "N1", "."]
    assert found["cohort"][:2] == ["--definition", "all_coding"]
    assert "--no-orientation" in found["qc"] and "tumor_mean_depth=40,10.0" in found["qc"]
    assert found["endpoints"][0] == "--confirmed"


def test_a_run_without_a_title_has_that_of_its_plan(run):
    config = yamls.with_defaults({"samples": "s.tsv"}, schemas.load("config"))
    untitled = replace(run, config=run.config | {"report": config["report"]})
    assert "--title" not in words(of_run(untitled, Facts.of(untitled))["report"])


@pytest.mark.parametrize(("asked", "field"), [("INFO/POPULATION_AF", "auto"), ("gnomAD_AF", "gnomAD_AF")])
def test_a_maf_is_not_asked_for_fields_of_a_vcf(run, asked, field):
    """A run may have both: the expression and the field are those of its VCFs."""
    burden = run.config["burden"] | {"population_af_field": asked}
    found = words(of_maf(replace(run, config=run.config | {"burden": burden})))
    assert "--somatic" not in found
    assert found[found.index("--tumor-depth") + 1] == "20"
    given = found[found.index("--population-af-field") + 1] if "--population-af-field" in found else "auto"
    assert given == field


def test_a_tumor_is_counted_by_its_own_columns_and_rules(run):
    own, given = (words(of_variants(run, tumor)) for tumor in (READS, VCF))
    assert own[:7] == ["--tumor-sample", "auto", "--sample", "T1", "--patient", "P1", "--paired"]
    assert "--somatic" not in own, "a user's rule for foreign calls"
    columns = ["--tumor-sample", "T2", "--normal-sample", "N 2"]
    assert given[:9] == [*columns, "--sample", "T2", "--patient", "P2", "--paired"]
    assert given[given.index("--somatic") + 1] == "INFO/SS=2"
    assert of_denominator(run) == ["--min-tumor-depth", "20", "--min-normal-depth", "10"]
