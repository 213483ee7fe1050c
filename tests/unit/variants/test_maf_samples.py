"""Lists of sequenced samples, however their cells are parted."""

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.variants.maf_samples import Listed, read_samples


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
