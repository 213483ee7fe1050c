from __future__ import annotations

import pytest

from biomarkers.quality.verdict import Limit, Verdict, beside_normal, judge, parse

LIMITS = {
    "mapped_percent": Limit(90, 50),
    "duplicate_percent": Limit(50, None),
    "tumor_mean_depth": Limit(50, 12.5),
    "normal_mean_depth": Limit(20, 5),
    "contamination": Limit(0.05, 0.1),
}


def verdict(values, undetermined=(), is_tumor=True):
    return judge(values, undetermined, is_tumor=is_tumor, limits=LIMITS)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, "pass"),
        ({"mapped_percent": 90.0, "duplicate_percent": 50.0, "mean_target_depth": 50.0}, "pass"),
        ({"mapped_percent": 89.9}, "warn"),
        ({"mapped_percent": 49.9}, "fail"),
        ({"mapped_percent": 0.0}, "fail"),
        ({"mapped_percent": None}, "pass"),
        ({"duplicate_percent": 99.0}, "warn"),
        ({"mean_target_depth": 12.4}, "fail"),
        ({"mapped_percent": 10.0, "duplicate_percent": 60.0}, "fail"),
        ({"contamination": 0.11}, "fail"),
        ({"duplicates_marked": "no"}, "warn"),
        ({"duplicates_marked": "no", "mapped_percent": 10.0}, "fail"),
        ({"duplicates_marked": "removed"}, "pass"),
        ({"duplicates_marked": "left out"}, "pass"),
        ({"ffpe_like": "yes"}, "warn"),
        ({"ffpe_like": "no"}, "pass"),
    ],
)
def test_each_number_at_its_limit(values, status):
    assert verdict(values).status == status


def test_tumors_and_normals_have_depths_of_their_own():
    assert verdict({"mean_target_depth": 15.0}).status == "warn"
    assert verdict({"mean_target_depth": 15.0}, is_tumor=False).reasons == ["mean_target_depth 15 is below 20 (warn)"]


def test_what_cannot_be_told_is_not_judged():
    assert verdict({"contamination": 0.5}, ["contamination"]) == Verdict("pass", [])


def test_every_reason_is_told_once_at_its_worst_level():
    found = verdict({"mapped_percent": 40.0, "duplicate_percent": 60.0})
    assert found.reasons == ["mapped_percent 40 is below 50 (fail)", "duplicate_percent 60 is above 50 (warn)"]


def test_a_failed_normal_marks_its_tumor():
    good, bad = Verdict("pass", []), Verdict("fail", ["mapped_percent 40 is below 50 (fail)"])
    assert beside_normal(good, "N", bad, {}) == Verdict("warn", ["its normal N failed (warn)"])
    assert beside_normal(bad, "N", bad, {}).status == "fail"
    assert beside_normal(good, "N", Verdict("warn", ["x"]), {"duplicates_marked": "yes"}) == good


def test_a_normal_without_marked_duplicates_marks_its_tumor():
    good = Verdict("pass", [])
    found = beside_normal(good, "N", Verdict("warn", ["x"]), {"duplicates_marked": "no"})
    assert found == Verdict("warn", ["no read of its normal N is marked as a duplicate (warn)"])


@pytest.mark.parametrize("text", ["mapped=90,50", "mapped_percent", "mapped_percent=90", "mapped_percent=x,50", "=1,2"])
def test_a_limit_that_cannot_be_read(text):
    with pytest.raises(ValueError, match="METRIC=WARN,FAIL"):
        parse(text)
