"""Tables that are checked together come out as each by itself; what is wrong is told of the file that has it."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.errors import Problems
from biomarkers.io import many_tables, tables

HEADER = "sample\tstep\tbp\n"
GOOD = ("A\ttarget\t5\nA\tcoding\t4\n", "", "B\ttarget\t6\n", "B\ttarget\t6\n")


def test_several_tables_are_one_and_a_row_of_two_is_told(tmp_path):
    one, two = tmp_path / "a.tsv", tmp_path / "b.tsv"
    one.write_text("sample\tstep\tbp\nA\ttarget\t5\nA\tcoding\t4\n")
    two.write_text("sample\tstep\tbp\nB\ttarget\t6\n")
    problems = Problems()
    both = many_tables.read_several([one, two], "denominator_steps", ("sample", "step"), problems)
    assert both is not None and both["bp"].tolist() == [5, 4, 6] and problems.found == []
    many_tables.read_several([one, two, one], "denominator_steps", ("sample", "step"), problems)
    assert [str(problem) for problem in problems.found] == [
        f"{one}:{line}: sample+step is 'A {step}'; expected each sample and step once (first in {one}:{line})"
        for line, step in ((2, "target"), (3, "coding"))
    ]
    assert many_tables.read_several([], "denominator_steps", ("sample", "step"), problems) is None


@pytest.fixture
def written(tmp_path):
    """A function that writes such tables and gives their paths."""

    def write(*texts):
        paths = [tmp_path / f"{number}.tsv" for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text)
        return paths

    return write


@pytest.mark.parametrize("together", [1, 50, 1 << 24])
@pytest.mark.parametrize(
    "odd",
    [
        "step\tsample\tbp\ntarget\tC\t7\n",  # Columns in another order.
        "sample\tstep\tbp\tnote\nC\ttarget\t7\t8\n",  # A further column, whose kind hangs on its own cells.
        "sample\tstep\tbp\nC\ttarget\t7.0\n",
        "\n" + HEADER + "\nC\ttarget\t7\n",  # Lines are those of the file.
        HEADER + "C \t target\t7 \nC\tcoding\t8",  # Blanks around cells, and a last line without its end.
        HEADER + "C\ttarget\t7\n\t\t\nC\tcoding\t8\n",
        HEADER + '"C"\ttarget\t7\n',
        HEADER + "M\u00fcller\ttarget\t7\n",
    ],
)
def test_each_of_many_tables_is_what_it_is_alone(written, monkeypatch, odd, together):
    monkeypatch.setattr(many_tables, "TOGETHER", together)
    paths = written(*(HEADER + text for text in GOOD), odd)
    problems = Problems()
    found = [*many_tables.read_each(paths, "denominator_steps", problems)]
    assert problems.found == [] and len(found) == len(paths)
    for path, frame in zip(paths, found, strict=True):
        pd.testing.assert_frame_equal(frame, tables.read(path, "denominator_steps"), check_column_type=False)


@pytest.mark.parametrize("bad", ["C\ttarget\tx\n", "C\ttarget\n", "C\ttarget\t1,5\n", None])
def test_what_is_wrong_is_told_of_its_own_file(written, bad):
    paths = written(*(HEADER + text for text in (*GOOD, bad or "", GOOD[0])))
    if bad is None:
        paths[4].unlink()
    alone, problems = Problems(), Problems()
    expected = [alone.catch(tables.read, path, "denominator_steps") for path in paths]
    found = [*many_tables.read_each(paths, "denominator_steps", problems)]
    assert [frame is None for frame in found] == [frame is None for frame in expected]
    assert problems.found == alone.found and {problem.file for problem in problems.found} == {str(paths[4])}


def test_how_cells_were_read_is_said_of_their_own_file(written, caplog):
    """A decimal comma is one by the other cells of its file."""
    text = "sample\tcallable_bp\tdenominator_source\ttarget_bp\n"
    paths = written(text + "A\t15\tcallable\t32,0\n", text + "B\t25\tcallable\t\n")
    caplog.set_level("INFO", "biomarkers")
    problems = Problems()
    found = [*many_tables.read_each(paths, "denominator", problems)]
    assert [str(path) in caplog.text for path in paths] == [True, False]
    for path, frame in zip(paths, found, strict=True):
        pd.testing.assert_frame_equal(frame, tables.read(path, "denominator"))


def test_a_key_that_stands_twice_in_one_of_the_files_is_told(written):
    text = "sample\tcallable_bp\tdenominator_source\n"
    paths = written(text + "A\t15\tcallable\n", text + "B\t25\tcallable\nB\t25\tcallable\n")
    problems = Problems()
    assert [frame is None for frame in many_tables.read_each(paths, "denominator", problems)] == [False, True]
    assert [(problem.file, problem.line) for problem in problems.found] == [(str(paths[1]), 3)]
