"""What the config tells an annotator."""

from __future__ import annotations

import os

import pytest

from biomarkers.run.annotators import chosen

KEYS = ("vep_cache", "vep_species", "vep_assembly", "snpeff_data", "snpeff_genome")


def words(genes: str | None = None, **given: str) -> tuple[str, ...]:
    return chosen({"annotation": dict.fromkeys(KEYS) | given, "reference": {"genes": genes}}).words


def test_csq_reads_the_gene_models_and_vep_its_cache():
    assert words("my genes.gff3.gz", tool="csq") == ("--gff-annot", "my genes.gff3.gz") and words(tool="csq") == ()
    vep = words(tool="vep", vep_cache="c", vep_species="homo_sapiens", vep_assembly="GRCh38")
    assert vep == ("--dir_cache", os.path.abspath("c"), "--species", "homo_sapiens", "--assembly", "GRCh38")


def test_snpeff_reads_a_folder_of_databases_with_the_config_in_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    folder = str(tmp_path / "data")
    assert words(tool="snpeff", snpeff_genome="hg38") == ("hg38",)
    assert words(tool="snpeff", snpeff_genome="hg38", snpeff_data="data") == ("-dataDir", folder, "hg38")
    (tmp_path / "data" / "snpEff.config").touch()
    own = ("-c", f"{folder}/snpEff.config", "-dataDir", folder, "hg38")
    assert words(tool="snpeff", snpeff_genome="hg38", snpeff_data="data") == own


@pytest.mark.parametrize(("tool", "environment"), [("csq", "bcftools"), ("vep", "vep"), ("snpeff", "snpeff")])
def test_each_has_an_environment(project, tool, environment):
    found = chosen({"annotation": dict.fromkeys(KEYS) | {"tool": tool}, "reference": {"genes": None}})
    assert (found.name, found.environment) == (tool, environment)
    assert (project / "envs" / f"{environment}.yaml").is_file()
