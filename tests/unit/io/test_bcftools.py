"""What bcftools selects of a file that it cannot read to its end."""

from pathlib import Path

import pytest

from biomarkers.io.bcftools import SPLIT, WHOLE, selected

HEADER = """##fileformat=VCFv4.4
##contig=<ID=1>
##INFO=<ID=SS,Number=1,Type=Integer,Description="x">
##FORMAT=<ID=GT,Number=1,Type=String,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT
"""


@pytest.mark.parametrize("source", [SPLIT, WHOLE])
def test_a_record_that_bcftools_does_not_read_is_told(tmp_path: Path, source: tuple[str, ...]) -> None:
    """Before 1.22 it knows no genotype that begins with its phase; norm leaves it out and ends without an error."""
    path = tmp_path / "a.vcf"
    records = [f"1\t{at}\t.\tC\tT\t.\tPASS\tSS=2\tGT\t{gt}\n" for at, gt in ((5, "0|1"), (6, "|0|1"), (7, "0|1"))]
    path.write_text(HEADER + "".join(records))
    answer = selected(source, str(path), "INFO/SS=2")
    assert answer.source or [at for _, at, *_ in answer.lines] == ["5", "6", "7"]
    path.write_text(HEADER + records[0] + records[2])
    assert selected(source, str(path), "INFO/SS=2") == ([["1", "5", "C", "T"], ["1", "7", "C", "T"]], "", "")
