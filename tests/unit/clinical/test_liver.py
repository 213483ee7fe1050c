"""Hepatobiliary covariates. Oracles: Johnson 2015, Pugh 1973, and arithmetic by hand."""
# ruff: noqa: E501 (rows stand on one line)

from __future__ import annotations

import logging
import math

import pandas as pd
import pytest

from biomarkers.clinical.liver import completed, derived
from biomarkers.clinical.quantities import unit_of
from biomarkers.errors import Problems


def sheet(**columns: list[object]) -> pd.DataFrame:
    """A patients sheet whose first row stands in line 2."""
    n = len(next(iter(columns.values())))
    index = pd.RangeIndex(2, n + 2, name="line")
    return pd.DataFrame({"patient": [f"P{i}" for i in range(n)], **columns}, index=index)


def made(**columns: list[object]) -> pd.DataFrame:
    problems = Problems()
    found = derived(sheet(**columns), "p.tsv", problems).columns
    problems.stop_if_any()
    return found


def said(**columns: list[object]) -> list[str]:
    return derived(sheet(**columns), "p.tsv", Problems()).said


def refused(**columns: list[object]) -> list[str]:
    problems = Problems()
    derived(sheet(**columns), "p.tsv", problems)
    return [str(problem) for problem in problems.found]


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("albumin_g_l", ("albumin", "g_l")), ("Albumin (g/dL)", ("albumin", "g_dl")), ("ALB_G_DL", ("albumin", "g_dl")),
        ("Total bilirubin [µmol/L]", ("bilirubin", "umol_l")), ("bilirubin_μmol_l", ("bilirubin", "umol_l")), ("tbil_mg_dl", ("bilirubin", "mg_dl")),
        ("AFP (ng/mL)", ("afp", "ng_ml")), ("afp_iu_ml", ("afp", "iu_ml")), ("AFP, kU/L", ("afp", "ku_l")), ("CA19-9 (U/mL)", ("ca19_9", "u_ml")),
        ("ca_19_9_ku_l", ("ca19_9", "ku_l")), ("INR", ("inr", "")), ("baseline_inr", ("inr", "")), ("albumin", ("albumin", "")), ("serum_albumin", ("albumin", "")),
        ("albumin_grade", None), ("albi_grade", None), ("afp_400", None), ("age", None), ("bilirubin_direct_mg_dl", None),
    ],
)  # fmt: skip
def test_the_unit_stands_in_the_name(column: str, unit: tuple[str, str] | None) -> None:
    assert unit_of(column) == unit


def test_albi_by_hand() -> None:
    found = made(albumin_g_l=[40.0, 36.0, 44.0, 20.0, None], bilirubin_umol_l=[17.1, 10.0, 10.0, 100.0, 9.0])
    by_hand = [0.66 * math.log10(b) - 0.085 * a for a, b in ((40, 17.1), (36, 10), (44, 10), (20, 100))]
    assert found["albi_score"].tolist()[:4] == pytest.approx(by_hand, rel=1e-12)
    assert by_hand == pytest.approx([-2.586, -2.4, -3.08, -0.38], abs=5e-4)
    assert found["albi_grade"].tolist() == [2, 2, 1, 3, pd.NA]


def test_american_units_give_the_same() -> None:
    """Albumin 4.0 g/dL and bilirubin 1.0 mg/dL have -2.59, grade 2, in calculators of Johnson's formula."""
    here = made(albumin_g_dl=[4.0, 2.7], bilirubin_mg_dl=[1.0, 3.1])
    there = made(albumin_g_l=[40.0, 27.0], bilirubin_umol_l=[17.104, 3.1 * 17.104])
    assert here["albi_score"].iloc[0] == pytest.approx(-2.59, abs=0.005)
    pd.testing.assert_frame_equal(here, there, rtol=1e-12)


def test_the_cuts_of_albi_belong_to_the_lower_grade() -> None:
    albumin = [(0.66 + 2.60) / 0.085, (0.66 + 1.39) / 0.085]
    assert made(albumin_g_l=albumin, bilirubin_umol_l=[10.0, 10.0])["albi_grade"].tolist() == [1, 2]
    assert made(albumin_g_l=[a - 0.001 for a in albumin], bilirubin_umol_l=[10.0, 10.0])["albi_grade"].tolist() == [
        2,
        3,
    ]


@pytest.mark.parametrize(
    ("bilirubin", "albumin", "inr", "ascites", "encephalopathy", "score", "letter"),
    [
        (1.0, 4.0, 1.0, "none", "none", 5, "A"),
        (2.0, 4.0, 1.0, "none", "none", 6, "A"),  # 2 mg/dL has two points
        (3.0, 4.0, 1.0, "none", "none", 6, "A"),
        (3.1, 4.0, 1.0, "none", "none", 7, "B"),
        (1.0, 3.5, 1.0, "absent", "No", 6, "A"),  # 35 g/L has two points
        (1.0, 3.6, 1.0, "absent", "No", 5, "A"),
        (1.0, 2.8, 1.0, "absent", "No", 6, "A"),
        (1.0, 2.7, 1.0, "absent", "No", 7, "B"),
        (1.0, 4.0, 1.7, "0", "grade 0", 6, "A"),
        (1.0, 4.0, 2.3, "0", "grade 0", 6, "A"),
        (1.0, 4.0, 2.4, "0", "grade 0", 7, "B"),
        (1.0, 4.0, 1.0, "Mild", "Grade 1-2", 7, "B"),
        (1.0, 4.0, 1.0, "moderate to severe", "Grade III-IV", 9, "B"),
        (2.5, 3.0, 2.0, "slight", "grade II", 10, "C"),
        (9.0, 2.0, 3.0, "tense", "coma", 15, "C"),
    ],
)  # fmt: skip
def test_child_pugh(
    bilirubin: float, albumin: float, inr: float, ascites: str, encephalopathy: str, score: int, letter: str
) -> None:
    worded = {"ascites": [ascites] * 3, "encephalopathy": [encephalopathy] * 3, "inr": [inr, 1.0, 1.0]}
    for factor, name in ((1, "mg_dl"), (17.104, "umol_l")):
        for ten, unit in ((1, "g_dl"), (10, "g_l")):
            labs = {
                f"bilirubin_{name}": [bilirubin * factor, factor, factor],
                f"albumin_{unit}": [albumin * ten, 4.0 * ten, 4.0 * ten],
            }
            row = made(**labs, **worded).iloc[0]
            assert (row["child_pugh_score"], row["child_pugh_class"]) == (score, letter), (name, unit)


def test_an_incomplete_set_has_no_score_and_is_counted() -> None:
    columns: dict[str, list[object]] = {
        "bilirubin_mg_dl": [1.0, None, 1.0, 1.0, "<0.2"], "albumin_g_l": [40.0, 40.0, None, 40.0, 40.0], "inr": [1.0] * 5,
        "ascites": ["none", "none", "none", "2", "none"], "encephalopathy": ["none"] * 5,
    }  # fmt: skip
    found = made(**columns)
    assert found["child_pugh_score"].tolist() == [5, pd.NA, pd.NA, pd.NA, 5]
    assert found["child_pugh_class"].fillna("").tolist() == ["A", "", "", "", "A"]
    assert found["albi_score"].isna().tolist() == [False, True, True, False, True]
    assert said(**columns) == [
        "ALBI is missing for 3 of 5 patients (no albumin: 1, no bilirubin: 2)",
        "ascites is not understood in 1 of 5 patients: '2' (1)",
        "Child-Pugh is missing for 3 of 5 patients (no bilirubin: 1, no albumin: 1, no ascites: 1)",
    ]
    assert made(**columns | {"bilirubin_mg_dl": ["<2", "<2.1", 1.0, 1.0, 3.5]})["child_pugh_score"].tolist() == [
        5,
        pd.NA,
        pd.NA,
        pd.NA,
        7,
    ]
    del columns["encephalopathy"], columns["inr"]
    assert "child_pugh_score" not in made(**columns)
    assert "Child-Pugh is not computed: no column tells INR, encephalopathy" in said(**columns)


@pytest.mark.parametrize("word", ["1", "2", "3", "present", "yes", "A", "grade 5"])
def test_words_of_ascites_that_could_be_anything_are_named(word: str) -> None:
    assert f"ascites is not understood in 1 of 2 patients: '{word}' (1)" in said(ascites=[word, "none"])


@pytest.mark.parametrize(
    ("word", "subtype"),
    [
        ("Intrahepatic", "intrahepatic"), ("iCCA", "intrahepatic"), ("intrahepatic cholangiocarcinoma", "intrahepatic"), ("C22.1", "intrahepatic"), ("eCCA", "extrahepatic"),
        ("Klatskin tumor", "extrahepatic"), ("perihilar", "extrahepatic"), ("distal", "extrahepatic"), ("C24.0", "extrahepatic"), ("GBC", "gallbladder"), ("Gall bladder", "gallbladder"),
        ("C23.9", "gallbladder"), ("C23", "gallbladder"), ("Ampulla of Vater", "ampullary"), ("C24.1", "ampullary"), ("HCC", "hepatocellular"), ("Hepatocellular carcinoma", "hepatocellular"),
        ("C22.0", "hepatocellular"), ("cHCC-CCA", "hcc_cca"), ("C22.9", None), ("C24.9", None), ("cholangiocarcinoma", None), ("CCA", None), ("bile duct", None),
    ],
)  # fmt: skip
def test_subtypes(word: str, subtype: str | None) -> None:
    found = made(subtype=[word, "HCC"])["hepatobiliary_subtype"]
    assert found.where(found.notna(), None).tolist() == [subtype, "hepatocellular"]
    assert (f"subtype is not understood in 1 of 2 patients: '{word}' (1)" in said(subtype=[word, "HCC"])) == (
        subtype is None
    )


def test_a_trial_of_another_organ_has_no_subtype() -> None:
    assert "hepatobiliary_subtype" not in made(
        location=["distal", "proximal", "hilar"], histology=["mixed", "squamous", None]
    )
    assert said(location=["distal", "proximal", "hilar"]) == []
    assert made(icd10=["C22.1", "C34.1"])["hepatobiliary_subtype"].notna().tolist() == [True, False]


def test_viral_hepatitis() -> None:
    found = made(
        HBsAg=["positive", "neg", "Negative", "+", "-", None, "negative", "negative"],
        anti_HCV=["negative", "negative", "reactive", "POS", None, "negative", "positive", "negative"],
        hcv_rna=[None, None, None, None, None, None, "not detected", None],
        hbv_dna=[None, None, None, None, None, "undetectable", None, "detected"],
    )["viral_hepatitis"]
    assert found.where(found.notna(), None).tolist() == ["HBV", "none", "HCV", "HBV+HCV", None, None, "none", "HBV"]
    assert "viral_hepatitis" not in made(HBsAg=["positive", "negative"])
    assert "hbsag is not understood in 1 of 2 patients: '20 IU/mL' (1)" in said(
        hbsag=["20 IU/mL", "neg"], anti_hcv=["neg", "neg"]
    )


def test_markers_in_one_unit_with_their_bounds() -> None:
    found = made(afp_iu_ml=["100", "<2", ">60500", None, "3.5"])
    assert found["serum_afp"].tolist() == pytest.approx(
        [121, math.nan, math.nan, math.nan, 4.235], rel=1e-12, nan_ok=True
    )
    assert found["serum_afp_low"].tolist() == pytest.approx([121, 0, 73205, math.nan, 4.235], rel=1e-12, nan_ok=True)
    assert found["serum_afp_high"].tolist() == pytest.approx([121, 2.42, 1e9, math.nan, 4.235], rel=1e-12, nan_ok=True)
    assert made(afp_ng_ml=[400.0, 3.0])["serum_afp"].tolist() == [400, 3]
    assert made(ca19_9_u_ml=[37, 1200])["serum_ca19_9"].tolist() == [37, 1200]
    commas = made(afp_ng_ml=["1,5", "<2,5", "7"])  # beside a bound the column is text
    assert commas["serum_afp"].tolist() == pytest.approx([1.5, math.nan, 7], nan_ok=True)
    assert commas["serum_afp_high"].tolist() == [1.5, 2.5, 7]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"ca19_9_u_ml": ["<2", "1,234", "7", "8"]}, "p.tsv:3: ca19_9_u_ml is '1,234'; expected CA 19-9 in u/ml, from 0 to 1e+09, or a bound such as <2, without a comma between thousands"),
        ({"albumin_g_l": [4.1, 3.5, 3.9]}, "p.tsv:1: albumin_g_l has a median of 3.9; expected albumin in g/l, whose median lies from 15 to 60; in another unit the column is named albumin_g_dl"),
        ({"albumin_g_dl": [41, 35, 39]}, "p.tsv:1: albumin_g_dl has a median of 39; expected albumin in g/dl"),
        ({"bilirubin_umol_l": [0.6, 1.1, 0.9]}, "p.tsv:1: bilirubin_umol_l has a median of 0.9; expected bilirubin in umol/l, whose median lies from 3 to 1500; in another unit the column is named bilirubin_mg_dl"),
        ({"bilirubin_mg_dl": [10.3, 18.0, 9.0]}, "p.tsv:1: bilirubin_mg_dl has a median of 10.3"),
        ({"albumin_g_l": [41.0, 3.5, 39.0]}, "p.tsv:3: albumin_g_l is '3.5'; expected albumin in g/l, from 8 to 80, or a bound such as <2"),
        ({"afp_ng_ml": ["12", "high", "4"]}, "p.tsv:3: afp_ng_ml is 'high'; expected afp in ng/ml"),
        ({"afp_ng_ml": [12, -1, 4]}, "p.tsv:3: afp_ng_ml is '-1'"),
        ({"albumin_g_l": [41.0, 35.0], "albumin_g_dl": [4.1, 3.9]}, "p.tsv:1: albumin_g_dl differs from albumin_g_l of 1 patient; expected the same amounts"),
        ({"inr": [100.0, 95.0]}, "p.tsv:1: inr has a median of 97.5; expected inr, whose median lies from 0.7 to 5"),
    ],
)  # fmt: skip
def test_another_unit_is_refused(columns: dict[str, list[object]], message: str) -> None:
    found = refused(**columns)
    assert len(found) == 1 and found[0].startswith(message)


def test_a_column_without_a_unit_is_named_and_not_used() -> None:
    columns: dict[str, list[object]] = {"albumin": [41.0, 4.1], "bilirubin_mg_dl": [1.0, 1.0]}
    assert "albi_score" not in made(**columns)
    assert said(**columns) == [
        "column albumin states no unit, so nothing is computed from it: name it albumin_g_l or albumin_g_dl"
    ]
    assert said(afp=[1, 2], subtype=["HCC", "HCC"]) == [
        "column afp states no unit, so nothing is computed from it: name it afp_ng_ml or afp_ug_l or afp_iu_ml or afp_ku_l"
    ]
    assert said(afp=[1, 2]) == [] and said(albumin=[41, 40], bilirubin=[1, 2], stage=["II", "III"]) == []


def test_two_columns_complete_each_other() -> None:
    assert made(albumin_g_l=[41.0, None, 35.0], albumin_g_dl=[4.1, 3.9, None])[
        "serum_albumin"
    ].tolist() == pytest.approx([41, 39, 35], rel=1e-12)


def test_a_column_of_the_sheet_stays_and_a_difference_is_said(caplog: pytest.LogCaptureFixture) -> None:
    people = sheet(albumin_g_l=[44.0, 36.0], bilirubin_umol_l=[10.0, 10.0], albi_grade=[1, 1])
    with caplog.at_level(logging.WARNING):
        found = completed(people, "p.tsv", Problems())
    assert found["albi_grade"].tolist() == [1, 1] and "albi_score" in found
    assert "p.tsv: albi_grade is kept as it is; of 1 patient its parts give another value" in caplog.text
    caplog.clear()
    completed(people, "p.tsv", Problems(), quiet=True)
    assert caplog.text == ""


def test_nothing_is_added_to_other_sheets() -> None:
    people = sheet(age=[60, 61], albumin=[40, 41], stage=["II", "III"], histology=["squamous", "adenocarcinoma"])
    pd.testing.assert_frame_equal(completed(people, "p.tsv", Problems()), people)
