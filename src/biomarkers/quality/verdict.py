"""Measured numbers against limits: pass, warn or fail, with every reason.

>>> judge({"mapped_percent": 40.0}, (), is_tumor=True, limits={"mapped_percent": Limit(90, 50)}).reasons
['mapped_percent 40 is below 50 (fail)']
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

AT_LEAST = (
    "mapped_percent",
    "tumor_mean_depth",
    "normal_mean_depth",
    "targets_10x_percent",
    "targets_25x_percent",
    "callable_percent",
    "on_target_percent",
)
AT_MOST = ("duplicate_percent", "error_rate_percent", "adapter_percent", "fold_80", "contamination")
METRIC = {"tumor_mean_depth": "mean_target_depth", "normal_mean_depth": "mean_target_depth"}
"""Column of a limit whose name is another."""


SIGNS = {
    "duplicates_marked": (
        "no",
        "no read is marked as a duplicate, so that depth and callable bases are too large:"
        " mark them (samtools markdup) or set `reads: {realign: true}` (warn)",
    ),
    "ffpe_like": ("yes", "C>T in excess at low fraction, as after formalin (warn)"),
}
"""Words by column that warn, and what is said then."""


class Limit(NamedTuple):
    """Values beyond which a sample is marked, in the unit of the column; None: not judged."""

    warn: float | None
    fail: float | None


class Verdict(NamedTuple):
    """status: pass, warn or fail. reasons: one for each limit that is missed."""

    status: str
    reasons: list[str]


def judge(
    values: Mapping[str, Any], undetermined: Collection[str], *, is_tumor: bool, limits: Mapping[str, Limit]
) -> Verdict:
    """Each number at its limit. A value equal to a limit keeps it; a missing or undetermined one is not judged."""
    status, reasons = "pass", []
    other = "normal_mean_depth" if is_tumor else "tumor_mean_depth"
    for name, limit in limits.items():
        column = METRIC.get(name, name)
        value = values.get(column)
        if name == other or value is None or column in undetermined:
            continue
        side = "below" if name in AT_LEAST else "above"
        for level in ("fail", "warn"):
            bound = getattr(limit, level)
            if bound is not None and (value < bound if side == "below" else value > bound):
                reasons.append(f"{column} {value:.4g} is {side} {bound:.4g} ({level})")
                status = "fail" if level == "fail" or status == "fail" else "warn"
                break
    signs = [said for column, (sign, said) in SIGNS.items() if values.get(column) == sign]
    if signs and status == "pass":
        status = "warn"
    return Verdict(status, reasons + signs)


def beside_normal(tumor: Verdict, name: str, normal: Verdict, values: Mapping[str, Any]) -> Verdict:
    """A tumor whose normal failed is no better than `warn`: germline variants may have passed as somatic.

    So is one whose normal has its duplicates unmarked (values: what was measured of it): bases count as callable that
    are not.
    """
    reasons = [f"its normal {name} failed (warn)"] if normal.status == "fail" else []
    if values.get("duplicates_marked") == "no":
        reasons.append(f"no read of its normal {name} is marked as a duplicate (warn)")
    if not reasons:
        return tumor
    return Verdict("fail" if tumor.status == "fail" else "warn", [*tumor.reasons, *reasons])


def parse(text: str) -> tuple[str, Limit]:
    """`mapped_percent=90,50` (warn, then fail; empty: not judged). Raises ValueError with what was expected.

    >>> parse("duplicate_percent=50,")
    ('duplicate_percent', Limit(warn=50.0, fail=None))
    """
    name, _, rest = text.partition("=")
    if name not in (*AT_LEAST, *AT_MOST):
        raise ValueError("METRIC=WARN,FAIL with one of " + ", ".join((*AT_LEAST, *AT_MOST)))
    parts = rest.split(",")
    try:
        warn, fail = (float(part) if part.strip() else None for part in parts)
    except ValueError:
        raise ValueError("METRIC=WARN,FAIL with two numbers, either of them empty") from None
    if not all(math.isfinite(bound) for bound in (warn, fail) if bound is not None):
        raise ValueError("METRIC=WARN,FAIL with two numbers that are finite, either of them empty")
    return name, Limit(warn, fail)
