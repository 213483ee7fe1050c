"""Fisher's exact test of a table of several rows and columns (Freeman and Halton), worked out column by column.

The network algorithm (Mehta and Patel, JASA 1983, 78:427): a node is what is left of the row totals, a step fills one
column. Ways to a node that are equally likely are one way, and a way is given up as soon as all tables that it can
end in are as rare as the observed one, or none is. Rows of a node are kept in order, since their names do not matter.

>>> import numpy as np
>>> round(exact_p(np.array([[3, 0, 0], [0, 3, 0], [0, 0, 3]])), 6)
0.003571
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from biomarkers.stats.arrays import Floats, Integers

MOST_STEPS = 3_000_000
"""Steps between nodes, and of ways along them, up to which a table is tested exactly (docs/methods.md, 6.4)."""

SLACK = 1e-7
"""Difference of log probabilities within which two tables are equally probable, as in R's fisher.test."""

PER_UNIT = 1e8
"""Ways to a node merge whose costs agree to this part of a unit, a tenth of the slack."""


class Step(NamedTuple):
    """All ways to fill one column, ordered by the node that they leave.

    start: position of the first step of each node, and the number of steps as its last item. child: the node reached.
    cost: sum of the logarithms of the factorials of the cells. share: probability of the step given its node.
    """

    start: Integers
    child: Integers
    cost: Floats
    share: Floats


class Ways(NamedTuple):
    """Ways to the nodes of one column: the node, the cost of the columns so far, the probability to come this way."""

    node: Integers
    cost: Floats
    mass: Floats


class TooManyStepsError(Exception):
    """The table has too many nodes or ways to be tested exactly."""


def exact_p(table: Integers, *, most_steps: int = MOST_STEPS) -> float:
    """Probability of all tables with the same margins that are no likelier than this one.

    table: counts; no row and no column is empty, at least two of each. Raises TooManyStepsError.
    """
    if table.shape[0] > table.shape[1]:
        table = table.T
    rows = np.sort(table.sum(axis=1))
    # The largest columns come last: the last is what is left, and of the last but one ways are not followed.
    columns = np.sort(table.sum(axis=0))
    observed = float(scipy.special.gammaln(table + 1.0).sum()) - SLACK
    steps, ends = _network(rows, columns, most_steps)
    cheapest, dearest = _future(steps, ends)
    rare, ways = 0.0, Ways(np.zeros(1, dtype=np.int64), np.zeros(1), np.ones(1))
    for step, low, high in zip(steps[:-1], cheapest, dearest, strict=False):
        sure, ways = _decided(ways, low, high, observed)
        rare += sure
        ways = _along(ways, step, most_steps)
    return min(1.0, rare + _tails(ways, steps[-1], ends, observed))


def _network(rows: Integers, columns: Integers, most_steps: int) -> tuple[list[Step], Floats]:
    """The steps of every column but the last, and the cost of the last column at each node before it."""
    factorial = scipy.special.gammaln(np.arange(rows.sum() + 1) + 1.0)
    nodes, steps, taken = rows[None, :], [], 0
    for column in columns[:-1]:
        parent, fill = _fills(nodes, int(column), most_steps - taken)
        taken += len(parent)
        rest = np.sort(nodes[parent] - fill, axis=1)
        cost = factorial[fill].sum(axis=1)
        log_share = factorial[nodes[parent]].sum(axis=1) - factorial[rest].sum(axis=1) - cost
        left = int(nodes[0].sum())
        log_share += factorial[column] + factorial[left - column] - factorial[left]
        start = np.searchsorted(parent, np.arange(len(nodes) + 1))
        nodes, child = np.unique(rest, axis=0, return_inverse=True)
        steps.append(Step(start, child.ravel(), cost, np.exp(log_share)))
    return steps, factorial[nodes].sum(axis=1)


def _fills(nodes: Integers, column: int, most_steps: int) -> tuple[Integers, Integers]:
    """Every way to take a column's total from each node: its node, and what is taken from each row."""
    parent = np.arange(len(nodes))
    open_total = np.full(len(nodes), column)
    taken: list[Integers] = []
    for position in range(nodes.shape[1]):
        capacity = nodes[parent, position]
        later = nodes[parent, position + 1 :].sum(axis=1)
        lowest = np.maximum(0, open_total - later)
        choices = np.minimum(capacity, open_total) - lowest + 1
        if choices.sum() > most_steps:
            raise TooManyStepsError
        source = np.repeat(np.arange(len(parent)), choices)
        cell = lowest[source] + _counted(choices)
        taken = [*(earlier[source] for earlier in taken), cell]
        parent, open_total = parent[source], open_total[source] - cell
    return parent, np.column_stack(taken)


def _counted(lengths: Integers) -> Integers:
    """0, 1, ... length - 1 for each of the lengths, one after the other."""
    ends = np.cumsum(lengths)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths))


def _future(steps: list[Step], ends: Floats) -> tuple[list[Floats], list[Floats]]:
    """Lowest and highest cost of the columns still to be filled, for the nodes before each column."""
    lowest, highest = [ends], [ends]
    for step in reversed(steps):
        first = step.start[:-1]
        lowest.insert(0, np.minimum.reduceat(step.cost + lowest[0][step.child], first))
        highest.insert(0, np.maximum.reduceat(step.cost + highest[0][step.child], first))
    return lowest, highest


def _decided(ways: Ways, low: Floats, high: Floats, observed: float) -> tuple[float, Ways]:
    """Probability of the ways that end as rare as the observed table whatever follows; the ways still open."""
    sure = ways.cost + low[ways.node] >= observed
    still = ~sure & (ways.cost + high[ways.node] >= observed)
    return float(ways.mass[sure].sum()), Ways(ways.node[still], ways.cost[still], ways.mass[still])


def _along(ways: Ways, step: Step, most_steps: int) -> Ways:
    """The ways after one more column, those that are equally likely as one."""
    choices = step.start[ways.node + 1] - step.start[ways.node]
    if choices.sum() > most_steps:
        raise TooManyStepsError
    source = np.repeat(np.arange(len(choices)), choices)
    taken = step.start[ways.node][source] + _counted(choices)
    cost = ways.cost[source] + step.cost[taken]
    whole = np.rint(cost * PER_UNIT).astype(np.int64)
    span = int(whole.max(initial=0)) + 1
    key, first, same = np.unique(step.child[taken] * span + whole, return_index=True, return_inverse=True)
    mass = np.zeros(len(key))
    np.add.at(mass, same.ravel(), ways.mass[source] * step.share[taken])
    return Ways(key // span, cost[first], mass)


def _tails(ways: Ways, step: Step, ends: Floats, observed: float) -> float:
    """Probability of the ways that end as rare as the observed table, two columns before the end."""
    # Summed from the rarest within each node, since a small p is lost in a difference of sums.
    of_node = np.repeat(np.arange(len(step.start) - 1), np.diff(step.start))
    cost = step.cost + ends[step.child]
    order = np.lexsort((-cost, of_node))
    rarer = np.concatenate([np.cumsum(part) for part in np.split(step.share[order], step.start[1:-1])])
    top = float(cost.max()) + 1
    ordered = of_node[order] * 2 * top + (top - cost[order])
    needed = np.clip(observed - ways.cost, 0, top)
    beyond = np.searchsorted(ordered, ways.node * 2 * top + (top - needed), side="right")
    found = beyond > step.start[ways.node]
    return float((ways.mass[found] * rarer[beyond[found] - 1]).sum())
