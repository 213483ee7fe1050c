"""Keys of the plan through `associate`, against plain calculations here, on random cohorts with ties and gaps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from statsmodels.duration.hazard_regression import PHReg

import cohorts
from biomarkers.stats.multiplicity import benjamini_hochberg

MARKER = "tmb_per_mb: {kind: continuous, transform: log2p1}"
SEEDS = range(3)


def with_gaps(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The cohort, some of whose patients have no value in these columns."""
    random = np.random.default_rng(len(frame))
    return frame.assign(**{name: frame[name].astype(object).where(random.random(len(frame)) > 0.1) for name in columns})


def fisher(frame: pd.DataFrame, marker: str) -> float:
    return float(stats.fisher_exact(pd.crosstab(frame[marker], frame["responder"]).to_numpy()).pvalue)


@pytest.mark.parametrize("seed", SEEDS)
def test_permutations(tmp_path: Path, seed: int) -> None:
    """Outcomes of whole patients within the strata; a landmark of follow-up does not count, one of the start does."""
    names = ["a", "b", "c", "d"]
    flags = {name: lambda random, frame: (random.random(len(frame)) < 0.3).astype(int) for name in names}
    frame = cohorts.drawn(40, seed, centre=cohorts.chosen("x", "y"), ttr_months=0.5, fit=cohorts.chosen(0, 1), **flags)
    frame["d"] = frame["d"] | frame["responder"]
    markers = [f"{name}: {{kind: binary}}" for name in names]
    keys = {"permutations": "25", "strata": "[centre]", "seed": f"{seed + 5}", "interactions": "[]"}
    keys["landmark"] = "[{at: 1, marker: responder}, {at: 1, marker: fit}]"
    cohorts.trial(tmp_path, frame, cohorts.plan(*markers, primary="marker: a, endpoint: response", **keys))
    done = cohorts.associated(tmp_path, names=("results", "groups", "null_hits"))
    found = done["null_hits"].set_index("family")
    random, codes, each = np.random.default_rng(seed + 5), frame["centre"].eq("y").to_numpy(), []
    for number in range(26):
        order = np.arange(len(frame))
        for inside in (np.flatnonzero(~codes), np.flatnonzero(codes)) if number else ():
            order[inside] = random.permutation(inside)
        shuffled = frame.assign(responder=frame["responder"].to_numpy()[order])
        each.append([fisher(shuffled, name) for name in names[1:]])
    p, q = np.array(each), np.array([benjamini_hochberg(np.array(one)) for one in each])
    row = found.loc["exploratory response declared"]
    assert (row["p_hits"], row["q_hits"]) == ((p[0] < 0.05).sum(), (q[0] < 0.05).sum())
    assert row["p_hits_expected"] == pytest.approx((p[1:] < 0.05).sum() / 25)
    assert row["q_hits_expected"] == pytest.approx((q[1:] < 0.05).sum() / 25)
    assert row["family_wise"] == pytest.approx((q[1:] < 0.05).any(axis=1).mean())
    assert row["p_smallest"] == (1 + (p[1:].min(axis=1) <= p[0].min() * (1 + 1e-9)).sum()) / 26
    assert found.loc["exploratory pfs landmark", "n_tests"] == 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("marker", "since"), [("irae", "irae_months"), ("fit", ""), ("responder", "ttr_months")])
def test_landmark_since_and_endpoints(tmp_path: Path, marker: str, since: str, seed: int) -> None:
    frame = cohorts.drawn(70, 30 + seed, irae=cohorts.chosen(0, 1), fit=cohorts.chosen(0, 1))
    random = np.random.default_rng(seed)
    frame["os_months"], frame["os_event"] = frame["pfs_months"].round() + 1, frame["pfs_event"]
    frame["irae_months"], frame["ttr_months"] = random.integers(0, 6, 70), random.integers(0, 6, 70)
    frame = with_gaps(frame, "irae_months", "ttr_months", "os_months", "fit")
    block = f"{{at: 3, marker: {marker}, endpoints: [os]{f', since: {since}' if since else ''}}}"
    text = cohorts.plan(MARKER, landmark=block).replace(
        "markers:", "  os: {kind: time_to_event, time: os_months, event: os_event}\nmarkers:"
    )
    found = cohorts.associated(cohorts.trial(tmp_path, frame, text))["results"]
    found = found[found["landmark_months"].eq(3)]
    assert set(found["endpoint"]) == {"os"}
    there = frame[frame["os_months"].ge(3) & frame[marker].notna()]
    had = there[marker].eq(1) & (there[since].le(3) if since else True)
    unknown = there[marker].eq(1) & (there[since].isna() if since else False)
    cells = there.assign(had=had.astype(float))[~unknown]
    fitted = PHReg(cells["os_months"].astype(float) - 3, cells[["had"]], cells["os_event"], ties="efron").fit()
    row = found[found["method"].eq("cox")].iloc[0]
    assert (row["n"], row["n_events"]) == (len(cells), cells["os_event"].sum())
    assert row["estimate"] == pytest.approx(float(np.exp(fitted.params[0])), rel=1e-4)
    assert row["p_value"] == pytest.approx(float(fitted.pvalues[0]), rel=1e-3)


CONSEQUENCES = {
    "nonsynonymous": {"missense_variant", "Frame_Shift_Del", "stop_gained&splice_region_variant"},
    "all": {"missense_variant", "Frame_Shift_Del", "stop_gained&splice_region_variant", "Silent", "intron"},
    "[Silent, frameshift_variant]": {"Frame_Shift_Del", "Silent"},
    "[splice_region_variant, Intron]": {"stop_gained&splice_region_variant", "intron"},
}


@pytest.mark.parametrize("consequences", CONSEQUENCES)
@pytest.mark.parametrize("name", ["sets.gmt", "sets.tsv"])
def test_consequences_and_files_of_sets(tmp_path: Path, consequences: str, name: str) -> None:
    """Sets of a file with Windows' line ends, symbols in small letters, one twice, and one that no table has."""
    frame, random = cohorts.drawn(60, 40), np.random.default_rng(4)
    frame["sequenced"] = (random.random(60) < 0.85).astype(int)
    frame = with_gaps(frame, "responder")
    rows = pd.DataFrame(
        {"patient": random.choice(frame["patient"], 90), "gene": random.choice(["TP53", "KRAS", "EGFR"], 90)}
    )
    rows["consequence"] = random.choice(sorted(CONSEQUENCES["all"]), 90)
    sets = {"MINE": ["TP53", "egfr"], "OTHER": ["KRAS", "NOWHERE", "KRAS"]}
    text = (
        "".join(f"{one}\tsaid\t" + "\t".join(genes) + "\t\r\n" for one, genes in sets.items())
        if name.endswith("gmt")
        else "gene\tset\r\n" + "".join(f"{gene}\t{one}\r\n" for one in sets for gene in dict.fromkeys(sets[one]))
    )
    (tmp_path / name).write_text(text, newline="")
    genes = f"{{min_carriers: 1, consequences: {consequences}, sets: {tmp_path / name}}}"
    found = cohorts.associated(cohorts.trial(tmp_path, frame, cohorts.plan(MARKER, genes=genes), rows))["results"]
    found = found[found["endpoint"].eq("response")].set_index("marker")
    counted = rows[rows["consequence"].isin(CONSEQUENCES[consequences])]
    known = frame[frame["sequenced"].eq(1) & frame["responder"].notna()].astype({"responder": int})
    for marker, members in {**sets, "TP53": ["TP53"], "KRAS": ["KRAS"], "EGFR": ["EGFR"]}.items():
        own = counted.loc[counted["gene"].isin([gene.upper() for gene in members]), "patient"]
        cells = known.assign(carrier=known["patient"].isin(own))
        assert found.loc[marker, "p_value"] == pytest.approx(fisher(cells, "carrier"), rel=1e-9)
        assert found.loc[marker, "n"] == len(known)


def nested(x: np.ndarray, event: np.ndarray, random: np.random.Generator) -> float:
    """AUC of a nested cross-validation by scikit-learn."""
    outer, inner = (int(random.integers(1 << 31)) for _ in range(2))

    def fitted(train: np.ndarray, strength: float, test: np.ndarray) -> np.ndarray:
        centre, spread = x[train].mean(axis=0), np.where(np.ptp(x[train], axis=0) > 0, x[train].std(axis=0), 1)
        model = LogisticRegression(C=strength, tol=1e-10, solver="newton-cholesky")
        return model.fit((x[train] - centre) / spread, event[train]).decision_function((x[test] - centre) / spread)

    def loss(train: np.ndarray, strength: float) -> float:
        parts = StratifiedKFold(3, shuffle=True, random_state=inner).split(x[train], event[train])
        sides = ((fitted(train[i], strength, train[j]), event[train[j]]) for i, j in parts)
        return float(sum(np.logaddexp(0, np.where(y == 1, -eta, eta)).mean() for eta, y in sides))

    forecast = np.empty(len(event))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=outer).split(x, event):
        forecast[test] = fitted(train, min((0.01, 0.1, 1.0), key=lambda strength: loss(train, strength)), test)
    return float(roc_auc_score(event, forecast))


def test_prediction_by_groups(tmp_path: Path) -> None:
    """Text is a column per level but the first, an ordinal marker its place; AUC and the p of 20 permutations."""
    frame = cohorts.drawn(90, 60, site=cohorts.chosen("lung", "liver", "skin"), stage=cohorts.chosen("I", "II", "III"))
    frame["sex"] = np.where(np.arange(90) % 3, "m", "f")
    frame = with_gaps(frame, "site", "responder")
    block = (
        "{features: [site, stage, sex, tmb_per_mb], endpoint: response, repeats: 1, permutations: 99, most_fits: 1000}"
    )
    text = cohorts.plan(MARKER, "stage: {kind: ordinal, levels: [I, II, III]}", prediction=block, seed="8")
    found = cohorts.associated(cohorts.trial(tmp_path, frame, text))["results"]
    row = found[found["estimate_type"].eq("auc") & found["method"].eq("nested_cv")].iloc[0]
    known = frame.dropna(subset=["site", "responder"])
    columns = [known["site"].eq("lung"), known["site"].eq("skin"), known["stage"].str.len() - 1, known["sex"].eq("m")]
    x, event = (
        np.column_stack([*columns, np.log2(known["tmb_per_mb"] + 1)]).astype(float),
        known["responder"].to_numpy(float),
    )
    random = np.random.default_rng(8)
    own = nested(x, event, random)
    null = [nested(x, event[random.permutation(len(event))], random) for _ in range(20)]
    assert row["n"] == len(known) and row["estimate"] == pytest.approx(own, rel=1e-9)
    assert row["p_value"] == (1 + sum(value >= own for value in null)) / 21


@pytest.mark.parametrize("cut", [", cut: {at: 50, side: '>='}", ", cut: {at: median, side: '>='}", ""])
def test_imputation_keeps_what_is_known(tmp_path: Path, cut: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interval on one side of the cutoff stays there, and within its ends; the cutoff is that of the cohort."""
    from biomarkers.association import imputing

    frame = cohorts.drawn(60, 70).assign(pdl1_low=np.arange(60) % 20 * 5.0)
    frame["pdl1_high"] = frame["pdl1_low"]
    frame.loc[:5, ["pdl1_low", "pdl1_high"]] = [0, 1]
    frame.loc[50:, ["pdl1_low", "pdl1_high"]] = np.nan
    text = cohorts.plan("pdl1: {kind: continuous}", primary=f"marker: pdl1, endpoint: response{cut}")
    shown, once = [], imputing._row
    monkeypatch.setattr(imputing, "_row", lambda *given: shown.append(given[3]) or once(*given))
    found = cohorts.associated(cohorts.trial(tmp_path, frame, text), names=("results", "groups", "sensitivity"))
    assert found["sensitivity"].set_index("analysis").loc["multiple_imputation", "n"] == 60
    at = np.median(frame.loc[:49, "pdl1_low"]) if "median" in cut else 50
    for one in shown[1:]:
        assert (one.value[:6] == 0).all() if cut else ((one.value[:6] >= 0) & (one.value[:6] <= 1)).all()
        known = frame.loc[6:49, "pdl1_low"]
        assert (one.value[6:50] == (known >= at if cut else known)).all() and not np.isnan(one.value).any()
