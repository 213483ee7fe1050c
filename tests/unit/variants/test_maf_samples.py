"""Lists of sequenced samples, however their cells are parted."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.errors import InputError
from biomarkers.variants.maf_cells import Maf
from biomarkers.variants.maf_samples import Listed, normals, read_samples


@pytest.mark.parametrize(
    "text",
    [
        "sample\tpatient\nS1\tP1\nS2,b\tP2\n",
        'sample,patient\nS1,P1\n"S2,b",P2\n',
        "#a comment\nPATIENT_ID\tSAMPLE_ID\nP1\tS1\n\nP2\tS2,b\n",
    ],
    ids=["tabs", "commas", "cBioPortal"],
)
def test_tables_of_samples(tmp_path: Path, text: str) -> None:
    path = tmp_path / "samples.txt"
    path.write_text(text)
    assert read_samples(path) == Listed({"S1": "P1", "S2,b": "P2"})


def test_a_case_list_names_samples_and_leaves_out_normals(tmp_path: Path) -> None:
    path = tmp_path / "cases_sequenced.txt"
    path.write_text("cancer_study_identifier: x\ncase_list_ids: TCGA-AB-2802-03B\tS2\tTCGA-AB-2802-11B\n")
    found = Listed({"TCGA-AB-2802-03B": "TCGA-AB-2802", "S2": "S2"}, frozenset({"TCGA-AB-2802-11B"}))
    assert read_samples(path) == found


def test_a_missing_patient_is_nobody_and_a_failed_formula_no_comment(tmp_path: Path) -> None:
    path = tmp_path / "samples.txt"
    path.write_text('sample\tpatient\nS1\tNA\nS2\tn/a\nS3\t#N/A\n"\tP4\n')
    assert read_samples(path) == Listed({"S1": "S1", "S2": "S2", "S3": "S3", '"': "P4"})
    path.write_text("sample\tpatient\nS1\tP1\n#REF!\tP2\nNA\tP3\n")
    with pytest.raises(InputError) as caught:
        read_samples(path)
    assert [problem.line for problem in caught.value.problems] == [3, 4]


def test_a_list_of_nothing_but_quotation_marks_has_no_samples(tmp_path: Path) -> None:
    path = tmp_path / "samples.tsv"
    path.write_text('""')
    with pytest.raises(InputError, match=r"samples\.tsv:1: sample is missing; expected a column sample or SAMPLE_ID"):
        read_samples(path)


def test_a_quotation_that_does_not_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    path.write_text('sample,patient\n"S1,P1\nS2,P2\n')
    with pytest.raises(InputError, match=r"row cannot be read .*balanced quotation marks"):
        read_samples(path)


@pytest.mark.parametrize("column", ["SAMPLE_TYPE", "SAMPLE_CLASS", "tissue_type", "status"])
def test_a_column_tells_normals_by_a_word(tmp_path: Path, column: str) -> None:
    path = tmp_path / "samples.tsv"
    path.write_text(f"SAMPLE_ID\t{column}\nS1\tPrimary\nS2\tBlood Derived Normal\n")
    assert read_samples(path) == Listed({"S1": "S1"}, frozenset({"S2"}))


@pytest.mark.parametrize(("depth", "alone"), [("30", False), ("0", True)])
def test_reads_of_a_normal_without_a_name_tell_that_there_was_one(tmp_path: Path, depth: str, alone: bool) -> None:
    """Wherever their column stands, in front of all others, too."""
    header = "n_depth\tHugo_Symbol\tTumor_Sample_Barcode\tMatched_Norm_Sample_Barcode\tVariant_Classification"
    path = tmp_path / "m.maf"
    path.write_text(f"{header}\n{depth}\tTP53\tS1\tNORMAL\tSilent\n")
    assert normals(Maf(path, "auto"), None).alone == {"S1": alone}
