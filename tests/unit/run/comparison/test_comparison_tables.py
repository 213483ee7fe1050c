"""Two tables row by row: against a comparison of every cell of every pair of rows, on tables drawn at random."""

import itertools
import math
import random

import pytest

from biomarkers.errors import InputError
from biomarkers.run.comparison import tables
from biomarkers.run.comparison.tables import KINDS, Cell, Kind

KIND = Kind("cohort", "results/cohort.tsv", ("patient",))
COLUMNS = ["patient", "tmb_per_mb", "responder", "pfs_reason", "own"]
CELLS = ["", "NA", "0", "0.0", "1", "1.5", "1.5000000000001", "1.50001", "-2", "1e3", "1000", "PD", "007", "7"]


def made(rng):
    patients = [f"P{i}" for i in range(8) if rng.random() < 0.8]
    rng.shuffle(patients)
    columns = ["patient", *(c for c in COLUMNS[1:] if rng.random() < 0.9)]
    return columns, [[p, *(rng.choice(CELLS) for _ in columns[1:])] for p in patients]


def alike(a, b, column):
    """By hand: missing is missing; numbers of columns of numbers to 1e-9, and of the user's where no zero leads."""
    a, b = ("" if cell == "NA" else cell for cell in (a, b))
    if a == b:
        return True
    if column == "pfs_reason" or not a or not b:
        return False
    try:
        x, y = float(a), float(b)
    except ValueError:
        return False
    if "007" in (a, b):
        return False
    return x == y or abs(x - y) <= 1e-9 * max(abs(x), abs(y))


def brute_force(old, new):
    found = set()
    for row, other in itertools.product(old[1], new[1]):
        if row[0] == other[0]:
            for (i, column), (j, name) in itertools.product(enumerate(old[0]), enumerate(new[0])):
                if column == name and not alike(row[i], other[j], column):
                    a, b = ("" if cell == "NA" else cell for cell in (row[i], other[j]))
                    found.add(((row[0],), column, a, b))
    names = [{row[0] for row in table[1]} for table in (old, new)]
    found |= {((p,), "", "", None) for p in names[0] - names[1]}
    return found | {((p,), "", None, "") for p in names[1] - names[0]}


@pytest.mark.parametrize("seed", range(60))
def test_random_tables_differ_as_a_comparison_of_all_pairs_finds(seed):
    rng = random.Random(seed)
    old, new = made(rng), made(rng)
    if seed % 3 == 0:
        new = (old[0], [[row[0], *(c if rng.random() < 0.7 else rng.choice(CELLS) for c in row[1:])] for row in old[1]])
    found = list(tables.changes(KIND, tables.rows(KIND, *old), tables.rows(KIND, *new)))
    assert {tuple(cell) for cell in found} == brute_force(old, new)
    assert len(found) == len(set(found))
    one = {(c, False) for c in old[0] if c not in new[0]} | {(c, True) for c in new[0] if c not in old[0]}
    assert set(tables.columns_of_one(tables.rows(KIND, *old), tables.rows(KIND, *new))) == one


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_table_is_the_same_as_itself_in_another_order(kind):
    """Every key is of columns that its schema knows."""
    known = tables.numbers(kind.name)
    assert {*kind.key, *kind.further} <= known.keys()
    header = [*kind.key, *kind.further, "estimate"]
    body = [[f"{c}{i}" for c in header[:-1]] + [str(i / 7)] for i in range(5)]
    old, new = tables.rows(kind, header, body), tables.rows(kind, header, body[::-1])
    assert list(tables.changes(kind, old, new)) == []


def test_rows_that_their_key_does_not_tell_apart_are_told_by_further_columns_and_then_by_order():
    kind = Kind("results", "r.tsv", ("endpoint", "test"), ("contrast",))
    header = ["endpoint", "test", "contrast", "estimate"]
    old = tables.rows(
        kind, header, [["pfs", "t", "per unit", "1"], ["pfs", "t", "per sd", "2"], ["pfs", "u", "> 3", "5"]]
    )
    new = tables.rows(
        kind, header, [["pfs", "t", "per sd", "2.5"], ["pfs", "t", "per unit", "1"], ["pfs", "u", "> 4", "5"]]
    )
    assert list(tables.changes(kind, old, new)) == [
        Cell(("pfs", "t", "per sd"), "estimate", "2", "2.5"),
        Cell(("pfs", "u"), "contrast", "> 3", "> 4"),
    ]
    twice = tables.rows(kind, header, [["os", "t", "x", "1"], ["os", "t", "x", "2"]])
    assert list(twice.by_key) == [("os", "t", "x"), ("os", "t", "x", "row 2")]


@pytest.mark.parametrize(("factor", "is_same"), [(1 + 5e-10, True), (1 + 2e-9, False), (1 - 5e-10, True), (-1, False)])
@pytest.mark.parametrize("value", [3.7e-12, 0.05, 41.0, 8.1e9])
def test_numbers_are_the_same_to_a_relative_1e_9(value, factor, is_same):
    assert tables.same(repr(value), repr(value * factor), True) == is_same
    assert tables.same(repr(value), repr(value * factor), None) == is_same
    assert not tables.same(repr(value), repr(value * (1 + 5e-10)), False)


def test_nothing_is_no_zero_and_infinity_is_itself():
    assert not tables.same("", "0", True) and not tables.same("0", "1e-300", True)
    assert tables.same("inf", "inf", True) and not tables.same("inf", "-inf", True)
    assert math.isinf(float("inf"))


def test_a_table_without_the_names_of_its_rows_is_refused(tmp_path):
    path = tmp_path / KIND.place
    path.parent.mkdir()
    path.write_text("Patient\ttmb\nP1\t5\n")
    with pytest.raises(InputError, match=r"cohort\.tsv:1: patient is missing; expected .*did you mean 'Patient'"):
        tables.read(tmp_path, KIND)
