"""A variants table without a column that a command needs is refused with its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.cli.app import run

COLUMNS = {
    "patient": "P1", "sample": "T1", "chrom": "chr1", "pos": "100", "ref": "C", "alt": "T", "filter": "PASS",
    "depth": "60", "alt_reads": "20", "vaf": "0.33", "gene": "TP53", "consequence": "missense_variant", "exclusion": "",
    "counted_in": "merino_wes",
}  # fmt: skip
COMMANDS = {
    "qc": ["qc", "--samples", "s.tsv", "--variants", "T1.variants.tsv", "--qc", "q.tsv"],
    "maf": ["maf", "--variants", "T1.variants.tsv", "--maf", "o.maf"],
    "tmb": [
        "tmb",
        "--variants",
        "T1.variants.tsv",
        "--assumed-bp",
        "3000000",
        "--tmb",
        "t.tsv",
        "--mutations",
        "g.tsv",
    ],
}
NEEDED = {
    "qc": {"ref", "alt", "filter", "vaf", "consequence", "exclusion", "counted_in"},
    "maf": {"chrom", "pos", "ref", "alt", "consequence", "exclusion", "counted_in"},
    "tmb": {"filter", "depth", "alt_reads", "vaf", "gene", "consequence", "exclusion", "counted_in"},
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("left_out", ["", *list(COLUMNS)[2:]])
def test_a_column_that_is_needed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, left_out: str
) -> None:
    monkeypatch.chdir(tmp_path)
    cells = {name: cell for name, cell in COLUMNS.items() if name != left_out}
    Path("T1.variants.tsv").write_text("\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n")
    Path("s.tsv").write_text("patient\tsample\tstatus\tvcf\nP1\tT1\ttumor\ta.vcf\n")
    lacks = left_out in NEEDED[command]
    assert run(COMMANDS[command]) == (2 if lacks else 0)
    said = capsys.readouterr().err
    assert (f"T1.variants.tsv:1: {left_out} is missing; expected a column" in said) == lacks
