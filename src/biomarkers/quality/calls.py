"""What a tumor's variants table says of the sample: counts, Ti/Tv, and signs of formalin (FFPE)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from biomarkers.io import schemas
from biomarkers.quality.tools import Measured, share

if TYPE_CHECKING:
    import pandas as pd

TRANSITIONS = {"AG", "GA", "CT", "TC"}
DEAMINATED = {"CT", "GA"}


def of_variants(table: pd.DataFrame, *, orientation: bool, vaf: float, excess: float, least: int) -> Measured:
    """Counts over the table `variants` of one tumor.

    orientation: whether the read orientation filter is known to have run, so that zero removed is a value.
    vaf, excess, least: see `ffpe`. Ti/Tv is undetermined without a transversion.
    """
    passed = table[table["exclusion"] != "filter"]
    ref, alt = passed["ref"].astype(str), passed["alt"].astype(str)
    snv = (ref.str.len() == 1) & (alt.str.len() == 1)
    indel = ref.str.len() != alt.str.len()
    changes = (ref + alt)[snv].str.upper()
    transitions = int(changes.isin(TRANSITIONS).sum())
    transversions = len(changes) - transitions
    removed = table["filter"].map(lambda text: "orientation" in _filters(text)).astype(bool)
    values: dict[str, Any] = {
        "n_pass": len(passed),
        "n_snv": int(snv.sum()),
        "n_indel": int(indel.sum()),
        "n_mnv": int((~snv & ~indel).sum()),
        "n_counted": int(table["exclusion"].isna().sum()),
        "ti_tv": transitions / transversions if transversions else None,
        "n_orientation_filtered": int(removed.sum()) if orientation or removed.any() else None,
    }
    reasons = schemas.load("variants")["properties"]["exclusion"]["enum"]
    values |= {f"excluded_{reason}": int((table["exclusion"] == reason).sum()) for reason in reasons}
    return Measured.together([Measured.of(values, ["ti_tv"]), ffpe(table, vaf=vaf, excess=excess, least=least)])


def ffpe(table: pd.DataFrame, *, vaf: float, excess: float, least: int) -> Measured:
    """Whether C>T (and G>A) is in excess at low fraction, as formalin leaves it (docs/methods.md, 10.3).

    Deaminated cytosine is read as C>T in few of the fragments, so artefacts stand at low fraction, while true C>T of a
    signature (ultraviolet, ageing) stands at all fractions (Do and Dobrovic, Clin Chem 2015, 61:64). Taken are SNVs
    that passed, or that the orientation filter alone removed, without those known as germline and, as a joint call
    lists those of its other tumors, without those of which the tumor has no read. `ffpe_like` is yes when the exact
    95 % interval (Clopper-Pearson) of the share below `vaf` lies above both `excess` and the share at higher fraction,
    no when it lies below one of them, else undetermined; so too with fewer than `least` SNVs below `vaf`.
    The share at higher fraction is a bound only with `least` SNVs of its own.
    """
    from biomarkers.stats.proportions import clopper_pearson

    only = table["filter"].map(lambda text: _filters(text) == {"orientation"}).astype(bool)
    kept = table[((table["exclusion"] != "filter") | only) & (table["exclusion"] != "germline")]
    change = (kept["ref"].astype(str) + kept["alt"].astype(str)).str.upper()
    kept, change = kept[change.str.len() == 2], change[change.str.len() == 2]
    is_low, is_high = (kept["vaf"] > 0) & (kept["vaf"] < vaf), kept["vaf"] >= vaf
    low, high = int(is_low.sum()), int(is_high.sum())
    changed_low, changed_high = (int(change[part].isin(DEAMINATED).sum()) for part in (is_low, is_high))
    bounds = [excess, *([changed_high / high] if high >= least else [])]
    flag = "undetermined"
    if low >= max(least, 1):
        interval = clopper_pearson(changed_low, low)
        if interval.low > max(bounds):
            flag = "yes"
        elif interval.high < max(bounds):
            flag = "no"
    values = {
        "n_low_vaf": low,
        "deamination_low_vaf_percent": share(changed_low, low),
        "deamination_high_vaf_percent": share(changed_high, high),
        "ffpe_like": flag,
    }
    return Measured(values, tuple(name for name, value in values.items() if value in (None, "undetermined")))


def _filters(text: object) -> set[str]:
    """Names in a FILTER cell, whatever separates them; empty for a missing one."""
    return set(text.replace(",", ";").replace("|", ";").split(";")) - {""} if isinstance(text, str) else set()
