"""`biomarkers explain`: the derivation of a burden as text, whole."""
# ruff: noqa: E501 (tables as they stand in files)

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.run.joins import explanation
from biomarkers.run.joins.findings import Findings

VCF = """##fileformat=VCFv4.2
##FILTER=<ID=weak,Description="x">
##contig=<ID=chr1,length=1000>
##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence annotation from BCFtools/csq. Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads">
##source=Mutect2
##tumor_sample=T1
##normal_sample=N1
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tN1\tT1
"""
MISSENSE = "BCSQ=missense|TP53|ENST1|protein_coding|+|1P>1L|{}C>T"


def vcf(path: Path, *records: tuple[str, int, int]) -> str:
    """Missense variants of (FILTER, depth, reads with it) in the tumor."""
    rows = "".join(
        f"chr1\t{10 * i}\t.\tC\tT\t.\t{status}\t{MISSENSE.format(10 * i)}\tAD\t50,0\t{depth - reads},{reads}\n"
        for i, (status, depth, reads) in enumerate(records, 1)
    )
    path.write_text(VCF + rows)
    return str(path)


TMB = [
    "tmb",
    "--variants",
    "T1.variants.tsv",
    "--assumed-bp",
    "2000000",
    "--definition",
    "merino_wes",
    "--tmb",
    "tmb.tsv",
]


@pytest.fixture
def by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the commands were called one by one; one variant counts."""
    monkeypatch.chdir(tmp_path)
    vcf(tmp_path / "T1.vcf", ("PASS", 100, 30), ("weak", 100, 30), ("PASS", 20, 10), ("PASS", 100, 4))
    assert (
        run(["variants", "--vcf", "T1.vcf", "--tumor-sample", "T1", "--patient", "P1", "--variants", "T1.variants.tsv"])
        == 0
    )
    assert run(TMB) == 0
    return tmp_path


EXPLAINED = """Sample T1 of patient P1 (numbers in brackets: rules of docs/methods.md)

  Burdens in tmb.tsv
    merino_wes: 1 variant / 2,000,000 bp = 0.5000 per Mb (ok)
      exact 95 % Poisson interval (Garwood; 1.11): 0.0127 to 2.7858 per Mb

Variants
  T1.variants.tsv: 4 alleles in 4 records of T1.vcf
         -1  filter: FILTER is not PASS, or the variant stands in another record or is none (1.1) (weak 1)
          0  target: outside the coding targets (1.2)
          0  callable: in the coding targets, where depth is too low (1.2)
         -1  depth: fewer than 25 reads, or not told how many (1.3)
          0  alt_reads: fewer than 3 reads with the variant, or not told how many (1.3)
         -1  vaf: a fraction below 0.05 (1.3)
"""


def test_the_whole_derivation_of_single_commands(by_hand: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The interval: Garwood's for 1, (0.0253, 5.5716) / 2."""
    assert run(["explain", "--run", str(by_hand), "--sample", "T1"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(EXPLAINED)
    for part in (
        "          1  merino_wes (missense_variant 1)\n",
        "      2,000,000 bp  divide the count\n",
        "  merino_wes: 3 without thresholds of reads, of which 1 fall to alt_reads or vaf\n",
        "Caller\n  read as calls of a caller that is not known: 3 alleles pass its filters\n",
        "  tumor's column: T1\n  normal's column: N1\n  called against a matched normal\n",
        "tumor_depth 25, alt_reads 3, vaf 0.05",
        "  no chain of evidence (tmb.tsv.json)",
    ):
        assert part in told
    assert len(re.findall(r"^  [0-9a-f]{32}  \S+$", told, re.MULTILINE)) == 2
    assert run(["explain", "T1"]) == 0
    assert capsys.readouterr().out == told, "in the run's folder the name is enough"


def test_a_setting_of_0_or_no_is_told(by_hand: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A threshold of 0 is the setting that a reader would least expect."""
    command = [
        "variants",
        "--vcf",
        "T1.vcf",
        "--tumor-sample",
        "T1",
        "--patient",
        "P1",
        "--variants",
        "T1.variants.tsv",
    ]
    assert run([*command, "--vaf", "0", "--alt-reads", "0"]) == 0
    assert run(["tmb", "--variants", "T1.variants.tsv", "--assumed-bp", "2000000", "--tmb", "tmb.tsv"]) == 0
    assert run(["explain", "T1"]) == 0
    told = capsys.readouterr().out
    assert all(setting in told for setting in ("alt_reads 0,", "vaf 0.0,", "accept_unfiltered False"))


@pytest.mark.parametrize(
    ("reads", "blocks"),
    [
        ([], ["burden: vaf 0", "calling: accept_filters wga, somatic INFO/SS=2"]),
        (["T1.bam"], ["burden: vaf 0", "calling: orientation False"]),
    ],
)
def test_a_sample_hangs_on_the_settings_of_its_entry(reads: list[str], blocks: list[str]) -> None:
    """calling.somatic and calling.accept_filters are asked of the sheet's VCFs, all else of calls of the run's own."""
    calling = {"orientation": False, "accept_filters": ["wga"], "somatic": "INFO/SS=2"}
    chain = {"settings": {"calling": calling, "burden": {"vaf": 0}}, "samples": {"T1": {"reads": reads}}}
    settings = explanation._settings(Findings(Path(), Path(), "T1", [], chain=chain))
    assert sorted(line for line in settings if "nothing set" not in line) == blocks


def test_steps_of_the_territory_are_told_with_the_depth_that_they_ask_for() -> None:
    steps = {"target": 1000, "coding": 800, "tumor_depth": 700, "normal_depth": 600}
    size = {"min_tumor_depth": 30, "min_normal_depth": 12, "file": "T1.denominator.tsv"}
    row = {"denominator_source": "callable", "callable_bp": 600}
    told = explanation._territory(Findings(Path(), Path(), "T1", [row], denominator=size, steps=steps))
    assert [re.sub(" +", " ", line).strip() for line in told] == [
        "measured depth",
        "1,000 bp capture targets, overlaps merged",
        "800 bp of them coding (CDS)",
        "700 bp of them with enough reads in the tumor (at least 30)",
        "600 bp of them with enough reads in the normal (at least 12)",
        "600 bp divide the count (T1.denominator.tsv)",
    ]


def test_a_missing_burden_is_explained(by_hand: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("qc.tsv").write_text("sample\tstatus\nT1\tfail\n")
    assert run([*TMB, "--qc", "qc.tsv"]) == 0
    assert run(["explain", "T1"]) == 0
    told = capsys.readouterr().out
    assert "    merino_wes: no burden (failed): quality control failed" in told
    assert "T1.variants.tsv: 4 alleles" in told
    Path("T1.variants.tsv").unlink()
    assert run(["explain", "T1"]) == 0
    assert "  not told: T1.variants.tsv is not there (any more)\n" in capsys.readouterr().out


def test_a_sample_of_a_maf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    head = "Hugo_Symbol\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tVariant_Classification\tTumor_Sample_Barcode\tt_depth\tt_alt_count\n"
    rows = [f"TP53\t17\t{i}\tC\tT\t{kind}\tS1\t100\t40\n" for i, kind in enumerate(("Missense_Mutation", "Silent"), 1)]
    Path("a.maf").write_text(head + "".join(rows))
    Path("samples.tsv").write_text("sample\tpatient\nS1\tP1\nS2\tP2\n")
    assert run(["variants", "--maf", "a.maf", "--samples", "samples.tsv", "--variants", "v.tsv"]) == 0
    assert run(["tmb", "--variants", "v.tsv", "--assumed-bp", "1000000", "--tmb", "burdens.tsv"]) == 0
    assert run(["explain", "S2"]) == 0
    told = capsys.readouterr().out
    assert "merino_wes: 0 variants / 1,000,000 bp = 0.0000 per Mb" in told
    assert "v.tsv: 0 alleles in 2 records of all samples of a.maf" in told
    assert run(["explain", "S1"]) == 0
    told = capsys.readouterr().out
    assert "         -1  consequence: pass, but" in told and "nobody says whether a matched normal was used" in told


def test_who_or_what_is_missing_is_said(by_hand: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in (
        (["T2"], "command line: --sample is 'T2'; expected a sample of tmb.tsv: T1"),
        (["P1"], "command line: --sample is 'P1'; expected a sample, of this patient T1"),
        (["T1", "--run", "none"], "none: folder does not exist; expected the folder of a run that has its burdens"),
        (["T1", "--run", "T1.vcf"], "T1.vcf: folder is a file; expected the folder of a run"),
        (["T1", "--run", "empty"], "empty: folder has no burdens; expected the folder of a run"),
        (["T1", "--run", "begun"], "begun: folder has no burdens yet; expected a run that came so far"),
    ):
        Path("empty").mkdir(exist_ok=True)
        Path("begun/config").mkdir(parents=True, exist_ok=True)
        Path("begun/config/config.yaml").write_text("samples: x\n")
        assert run(["explain", *arguments]) == 2
        assert said in capsys.readouterr().err


def test_a_changed_table_is_named(by_hand: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The chain's MD5 is that of another content."""
    Path("results/burden").mkdir(parents=True)
    for name in ("tmb.tsv", "tmb.json"):
        Path("results/burden", name).write_bytes(Path(name).read_bytes())
    files = {
        "results/burden/tmb.tsv": {"md5": "0" * 32, "by": "biomarkers tmb", "from": ["T1.variants.tsv", "of-T2.tsv"]}
    }
    files |= {"T1.variants.tsv": {"md5": "1" * 32, "by": "x"}, "of-T2.tsv": {"md5": "2" * 32, "by": "x"}}
    about = {
        name: {"variants": table, "reads": [], "normal": None}
        for name, table in (("T1", "T1.variants.tsv"), ("T2", "of-T2.tsv"))
    }
    Path("results/burden/tmb.tsv.json").write_text(json.dumps({"settings": {}, "files": files, "samples": about}))
    assert run(["explain", "T1"]) == 0
    told = capsys.readouterr().out
    assert "  results/burden/tmb.tsv is no longer the file that the chain of evidence names: its MD5 differs\n" in told
    assert "  T1.variants.tsv is no longer the file" in told
    assert f"  {'0' * 32}  results/burden/tmb.tsv (biomarkers tmb)\n      from T1.variants.tsv\n" in told, (
        "nobody else's"
    )
    assert "of-T2" not in told
