"""Tables as tools write them: counts and positions that are none are told with their line, not taken."""

from __future__ import annotations

import warnings

import pytest

from biomarkers.errors import InputError
from biomarkers.io import tool_tables

KINDS = {"contig": "category", "position": "int64", "alt_count": "int64", "frequency": "float64"}
HEAD = "#made by x\ncontig\tposition\talt_count\tfrequency\n"


def read(path):
    return tool_tables.columns(path, KINDS, comment="#", what="a tool")


@pytest.mark.parametrize("count", ["-1", "nan", "-inf", "", "1.5", "9" * 10, "9" * 30, "9" * 5000, "\u0663"])
def test_what_is_no_count_is_told(tmp_path, count):
    """3,000,000,000 would become a negative position in 32 bits, and a count of -1 another genotype."""
    path = tmp_path / "a.table"
    path.write_text(f"{HEAD}chr1\t10\t0\t0.1\nchr1\t20\t{count}\t0.1\n")
    with pytest.raises(InputError) as caught, warnings.catch_warnings(action="error"):
        read(path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.value) == (4, "alt_count", count)


def test_a_right_table(tmp_path):
    path = tmp_path / "a.table"
    path.write_text(f"{HEAD}chr1\t{2**31 - 1}\t0\t0.1\n")
    assert read(path).to_dict("records") == [
        {"contig": "chr1", "position": 2**31 - 1, "alt_count": 0, "frequency": 0.1}
    ]
