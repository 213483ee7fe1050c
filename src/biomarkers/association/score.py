"""Scores: markers that the plan gives as a formula of columns, such as a published model (docs/methods.md, 6.28).

A formula has numbers, columns, + - * / **, comparisons (1 or 0) and a few functions, and is worked out from its syntax
tree: nothing in it is ever run as a program.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from biomarkers.association.specification import Marker, Plan
from biomarkers.errors import Problem, Problems, count, first_few, log, nearest
from biomarkers.io import words, yamls
from biomarkers.stats.arrays import Booleans, Floats

LONGEST = 2000
"""Characters of a formula."""

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.Pow: np.float_power,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
COMPARISONS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "log": (np.log, 1),
    "log2": (np.log2, 1),
    "log10": (np.log10, 1),
    "exp": (np.exp, 1),
    "sqrt": (np.sqrt, 1),
    "abs": (np.abs, 1),
    "min": (np.minimum, 2),
    "max": (np.maximum, 2),
}
"""What a formula may call, and with how many values."""

GRAMMAR = (
    "numbers, columns (in `backticks` where they are no plain word), + - * / **, comparisons in brackets such as "
    f'(sex == "male"), and {", ".join(FUNCTIONS)}'
)


class Formula:
    """A formula that was understood: `columns` are those it needs, `numeric` those of them it counts with."""

    def __init__(self, text: str) -> None:
        """Raises ValueError with what was expected in place of what is no formula."""
        self._quoted: dict[str, str] = {}
        self.columns: list[str] = []
        self.numeric: set[str] = set()
        if len(text) > LONGEST:
            raise ValueError(f"at most {LONGEST} characters")
        plain = re.sub(r"`([^`]+)`", self._replaced, text)
        if "\0" in plain:  # Python before 3.11.4 answers a ValueError of its own.
            raise ValueError(f"a formula of {GRAMMAR}")
        try:
            self._tree = ast.parse(plain.strip(), mode="eval").body
            self._check(self._tree)
        except (SyntaxError, RecursionError, MemoryError):
            raise ValueError(f"a formula of {GRAMMAR}") from None
        if not self.columns:
            raise ValueError("a formula with at least one column")

    def _replaced(self, found: re.Match[str]) -> str:
        name = f"quoted_{len(self._quoted)}_"
        self._quoted[name] = found[1]
        return name

    def _column(self, node: ast.Name) -> str:
        return self._quoted.get(node.id, node.id)

    def _needed(self, node: ast.Name) -> str:
        name = self._column(node)
        if name not in self.columns:
            self.columns.append(name)
        return name

    def _check(self, node: ast.AST) -> None:
        """Raises ValueError for everything that no formula has; finds the columns."""
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return
        if isinstance(node, ast.Name):
            self.numeric.add(self._needed(node))
        elif isinstance(node, ast.UnaryOp | ast.BinOp) and type(node.op) in OPERATORS:
            for part in [node.operand] if isinstance(node, ast.UnaryOp) else [node.left, node.right]:
                self._check(part)
        elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
            self._check_comparison(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            self._check_call(node, node.func.id)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
            raise ValueError("** for a power, not ^")
        else:
            raise ValueError(f"a formula of {GRAMMAR}")

    def _check_comparison(self, node: ast.Compare) -> None:
        right = node.comparators[0]
        if not (isinstance(right, ast.Constant) and isinstance(right.value, str)):
            self._check(node.left)
            self._check(right)
            return
        if not isinstance(node.left, ast.Name) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            raise ValueError('a column before a word, compared by == or !=, such as (sex == "male")')
        self._needed(node.left)

    def _check_call(self, node: ast.Call, name: str) -> None:
        if name not in FUNCTIONS:
            raise ValueError(f"one of the functions {', '.join(FUNCTIONS)}{nearest(name, FUNCTIONS)}")
        if len(node.args) != FUNCTIONS[name][1] or node.keywords:
            raise ValueError(f"{name} of {'one value' if FUNCTIONS[name][1] == 1 else 'two values'}")
        for part in node.args:
            self._check(part)

    def values(self, frame: pd.DataFrame) -> tuple[Floats, Booleans]:
        """The score per row, NaN where a column is missing; and where it has no value though nothing is missing."""
        missing = frame[self.columns].isna().any(axis=1).to_numpy(dtype=bool)
        undefined = np.zeros(len(frame), dtype=bool)
        with np.errstate(all="ignore"):
            found = np.broadcast_to(
                np.asarray(self._value(self._tree, frame, undefined), np.float64), len(frame)
            ).copy()
        undefined = ~missing & (undefined | ~np.isfinite(found))
        found[missing | undefined] = np.nan
        return found, undefined

    def _value(self, node: Any, frame: pd.DataFrame, undefined: Booleans) -> Any:
        """What a node that `_check` has passed gives; marks rows that a part of it leaves without a value.

        Such a part counts also where nothing is seen of it any more: a comparison with it, its power of 0, the lesser
        of it and a number. Only `exp` may be too large to be written, since 1 / (1 + exp(x)) has a value then.
        """
        if isinstance(node, ast.Constant):
            return np.float64(str(node.value))
        if isinstance(node, ast.Name):
            return pd.to_numeric(frame[self._column(node)], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
        if isinstance(node, ast.Compare):
            right = node.comparators[0]
            if isinstance(right, ast.Constant) and isinstance(right.value, str):
                name = self._quoted.get(ast.unparse(node.left), ast.unparse(node.left))
                left = frame[name].map(words.level, na_action="ignore").to_numpy(dtype=object)
                return np.asarray(COMPARISONS[type(node.ops[0])](left, right.value), dtype=np.float64)
            function, parts = COMPARISONS[type(node.ops[0])], [node.left, right]
        elif isinstance(node, ast.UnaryOp):
            function, parts = OPERATORS[type(node.op)], [node.operand]
        elif isinstance(node, ast.BinOp):
            function, parts = OPERATORS[type(node.op)], [node.left, node.right]
        else:
            function, parts = FUNCTIONS[node.func.id][0], node.args
        given = [self._value(part, frame, undefined) for part in parts]
        found = np.asarray(function(*given), dtype=np.float64)
        infinite = np.any([np.isinf(one) for one in np.broadcast_arrays(*given)], axis=0) | (function is np.exp)
        undefined |= np.isnan(found) | (np.isinf(found) & ~infinite)
        return _rounded(found)


def _rounded(values: Floats) -> Floats:
    """The values to 15 significant digits, as a spreadsheet has them, so that rounding decides no tie and no cutoff.

    >>> 0.7 + 0.1 >= 0.8, _rounded(np.array([0.7 + 0.1])).tolist()
    (False, [0.8])
    """
    return np.array([float(f"{value:.15g}") for value in values.flat]).reshape(values.shape)


def columns(rule: object) -> list[str]:
    """Columns that a marker's score needs; none of a marker without one, or of what is no formula."""
    try:
        return Formula(rule["score"]).columns if isinstance(rule, dict) and isinstance(rule.get("score"), str) else []
    except ValueError:
        return []


def wrong(plan: Plan, known: Collection[str] | None) -> Iterator[tuple[yamls.Key, object, str]]:
    """What is wrong with the scores of a plan; known: columns of the cohort, None where they are not known."""
    own = {c: e.name for e in plan.endpoints.values() for c in (e.column, e.time, e.event) if c}
    for marker in _scored(plan):
        key = ("markers", marker.name, "score")
        try:
            formula = Formula(marker.score)
        except ValueError as problem:
            yield key, marker.score, str(problem)
            continue
        if marker.kind != "continuous":
            yield ("markers", marker.name, "kind"), marker.kind, "continuous, which a score is"
        for name in formula.columns:
            if name in own:
                yield key, name, f"columns known before treatment: {name} is the endpoint {own[name]} itself"
            elif known is not None and name not in known:
                yield key, name, f"a column of the cohort table{nearest(name, known)}"
        if known is not None and marker.name in known:
            yield key, marker.name, f"a name that the cohort table does not have: {marker.name} is a column of it"


def added(frame: pd.DataFrame, plan: Plan, path: str | Path, problems: Problems) -> pd.DataFrame:
    """The cohort table with a column per score; a problem for every cell that should be a number and is not."""
    made = {}
    for marker in _scored(plan):
        formula = Formula(marker.score)
        for name in sorted(formula.numeric):
            expected = f"a number, since the score {marker.name} counts with it, or NA"
            bad = frame[name].notna() & pd.to_numeric(frame[name], errors="coerce").isna()
            for line, cell in frame.loc[bad, name].items():
                problems.add(Problem(str(path), name, cell, expected, int(str(line))))
        made[marker.name], undefined = formula.values(frame)
        if undefined.any():
            who = frame.loc[undefined, "patient"]
            log.warning(
                "the score %s has no value (a logarithm of 0, a division by 0) for %s: %s",
                marker.name,
                count(len(who), "patient, who is missing", "patients, who are missing"),
                first_few(who),
            )
    return frame.assign(**made) if made else frame


def _scored(plan: Plan) -> list[Marker]:
    return [marker for marker in plan.markers.values() if marker.score]
