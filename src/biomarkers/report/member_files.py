"""The table of memberships as it was read: each patient in a row, and of one analysis with the other tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from biomarkers.errors import Problem, Problems, count, first_few
from biomarkers.io import patient_lists


def one_by_one(members: pd.DataFrame) -> pd.DataFrame:
    """Memberships with a row for each patient, also of those who stand in lists."""
    lists = members["patients"].notna()
    if not lists.any():
        return members
    names = members["patients"].map(patient_lists.split, na_action="ignore")
    listed = members[lists].assign(patient=names[lists]).explode("patient")
    return pd.concat([members[~lists], listed], ignore_index=True)


def check_members(given: Mapping[str, Path], results: pd.DataFrame, members: pd.DataFrame, problems: Problems) -> None:
    """Add a problem unless each test has as many members as its row of the results says: curves show who was tested."""
    n = dict(zip(results["test"], results["n"], strict=True))
    for test, found in members["test"].value_counts(sort=False).items():
        if n.get(test) != found:
            stated = f"n = {n[test]:.0f}" if test in n else "no row"
            said = f"of {test} has {count(found, 'member')}"
            expected = f"{stated}, as in {given['results']}: both files of one call of biomarkers associate"
            problems.add(Problem.said(str(given["memberships"]), "test", said, expected))
            return


def check_patients(given: Mapping[str, Path], cohort: pd.DataFrame, members: pd.DataFrame, problems: Problems) -> None:
    """Add a problem for members who are not of the cohort, and for a patient who stands twice in a test."""
    named = set(members["patient"].dropna()).union(*map(patient_lists.split, members["patients"].dropna().unique()))
    if others := sorted(named - set(cohort["patient"])):
        expected = f"patients of {given['cohort']}, of which biomarkers associate made the file"
        problems.add(Problem.said(str(given["memberships"]), "patient", f"is {first_few(others)}", expected))
    of_tests = members[members["test"].notna()]
    for line, row in of_tests[of_tests.duplicated(["test", "patient"])].head(1).iterrows():
        found, expected = f"of {row['test']} is {row['patient']} again", "each patient once"
        problems.add(Problem.said(str(given["memberships"]), "patient", found, expected, int(str(line))))


def fill_classes(groups: pd.DataFrame, results: pd.DataFrame) -> None:
    """Give groups of a table without classes of markers that of the marker's first test."""
    classes = results.drop_duplicates("marker").set_index("marker")["marker_class"]
    groups["marker_class"] = groups["marker_class"].fillna(groups["marker"].map(classes))


def check_carriers(given: Mapping[str, Path], groups: pd.DataFrame, members: pd.DataFrame, problems: Problems) -> None:
    """Add a problem where the table of groups counts more carriers of a gene than are listed."""
    own = members[members["assayed"].notna() & members["marker"].notna() & members["patients"].notna()]
    counted = own.merge(groups, on=["marker_class", "marker", "group"])
    for gene, patients, n in zip(counted["marker"], counted["patients"], counted["n"], strict=True):
        if n > (listed := patients.count(",") + 1):
            said = f"of {gene} lists {count(listed, 'patient')}"
            expected = f"at least {n}, as in {given['groups']}: both files of one call of biomarkers associate"
            problems.add(Problem.said(str(given["memberships"]), "patients", said, expected))
            return
