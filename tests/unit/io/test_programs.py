"""Versions that programs wrote into their files; lines after public files of the field, with made-up versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from biomarkers.io import programs


@pytest.mark.parametrize(
    ("line", "name", "version"),
    [
        ('##GATKCommandLine=<ID=Mutect2,CommandLine="Mutect2 -R x.fa",Version="4.6.1.0">', "GATK Mutect2", "4.6.1.0"),
        ("##GATKCommandLine.MuTect=<ID=MuTect,Version=2.7-1,CommandLine=x>", "GATK MuTect", "2.7-1"),
        ("##bcftools_normVersion=1.19+htslib-1.19", "bcftools norm", "1.19+htslib-1.19"),
        ("##bcftools/csqVersion=1.16+htslib-1.16", "bcftools csq", "1.16+htslib-1.16"),
        ('##VEP="v105" time="2021-12-01" cache="/x"', "VEP", "105"),
        ('##SnpEffVersion="5.1d (build 2022), by Pablo Cingolani"', "SnpEff", "5.1d"),
        ('##DRAGENVersion=<ID=dragen,Version="SW: 07.021.645.4.0.3, HW: x">', "DRAGEN", "07.021.645.4.0.3"),
        ("##source=VarDict_v1.8.2", "source", "VarDict_v1.8.2"),
        ("##source=lofreq call -f /home/me/x.fa", "source", "lofreq call"),
        ("##source=strelka\n##source_version=2.9.10", "source", "strelka 2.9.10"),
    ],
)
def test_versions_of_a_vcf(line: str, name: str, version: str) -> None:
    assert programs.of_vcf(f"##fileformat=VCFv4.2\n{line}\n#CHROM\tPOS\n##VEP=later\n") == {name: version}


def test_versions_of_reports(tmp_path: Path) -> None:
    (tmp_path / "L1.json").write_text("{}")
    (tmp_path / "L2.json").write_text(json.dumps({"summary": {"fastp_version": "0.23.4"}}))
    assert programs.of_trimming(tmp_path) == {"fastp": "0.23.4"}
    assert programs.of_trimming(tmp_path / "none") == {}
    (tmp_path / "versions.txt").write_text("mosdepth 0.3.8\n\nodd\n")
    assert programs.of_lines(tmp_path / "versions.txt") == {"mosdepth": "0.3.8"}
    assert programs.of_lines(tmp_path / "none.txt") == {}
    assert programs.of_alignment(str(tmp_path / "versions.txt")) == {}


def test_our_own_versions() -> None:
    assert set(programs.ours(["numpy", "no-such-package"])) == {"python", "numpy"}
