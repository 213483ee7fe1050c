"""Rizvi 2015: genes from the mutation table against durable benefit, compared with scipy on counts made here."""

from __future__ import annotations

import csv
import gzip

import pytest
from scipy.stats import fisher_exact

from biomarkers.cli.app import run

# MAF classes that change the protein (the classes of the table that are not among them are silent or non-coding).
SILENT = {"Intron", "RNA", "Silent", "3'UTR", "5'UTR", "5'Flank", "3'Flank", "IGR"}


@pytest.fixture(scope="module")
def results(shared_data, tmp_path_factory):
    """The rows of the published trial."""
    folder, out = shared_data / "cohorts" / "rizvi2015_nsclc", tmp_path_factory.mktemp("rizvi")
    tables = ["--cohort", str(folder / "cohort.tsv"), "--mutations", str(folder / "mutations.tsv.gz")]
    outputs = ["--results", str(out / "results.tsv"), "--groups", str(out / "groups.tsv")]
    assert run(["associate", *tables, "--plan", str(folder / "plan.yaml"), *outputs]) == 0
    with (out / "results.tsv").open() as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@pytest.mark.parametrize("gene", ["KRAS", "TP53", "STK11"])
def test_carriers_against_benefit(shared_data, results, gene):
    folder = shared_data / "cohorts" / "rizvi2015_nsclc"
    with gzip.open(folder / "mutations.tsv.gz", "rt") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    carriers = {row["patient"] for row in rows if row["gene"] == gene and row["consequence"] not in SILENT}
    with (folder / "cohort.tsv").open() as lines:
        benefit = {row["patient"]: row["durable_benefit"] for row in csv.DictReader(lines, delimiter="\t")}
    counts = [
        [sum((p in carriers) is carrier and v == outcome for p, v in benefit.items()) for outcome in ("1", "0")]
        for carrier in (True, False)
    ]
    (row,) = (r for r in results if (r["marker"], r["endpoint"], r["method"]) == (gene, "durable_benefit", "fisher"))
    assert row["contrast"] == "mutated vs wild type" and row["role"] == "exploratory"
    assert int(row["n"]) == 31 and int(row["n_missing"]) == 3
    assert float(row["p_value"]) == pytest.approx(fisher_exact(counts).pvalue, rel=1e-9)
    assert float(row["q_value"]) >= float(row["p_value"])


@pytest.mark.parametrize(("chosen", "carriers"), [("T1", 3), ("T2", 1)])
def test_only_the_chosen_sample_of_a_patient_mutates_a_gene(tmp_path, caplog, chosen, carriers):
    """Six patients; in three the first sample is mutated, in one the second; the cohort says which one counts."""
    names = [f"P{i}" for i in range(6)]
    cohort = "".join(f"{p}\t{i % 2}\t{i // 3}\t{chosen}{p}\n" for i, p in enumerate(names))
    (tmp_path / "cohort.tsv").write_text("patient\tresponder\tsmoker\ttumor_sample\n" + cohort)
    rows = [(p, f"T1{p}") for p in names[:3]] + [(names[3], f"T2{names[3]}")]
    lines = "".join(f"{p}\tTP53\tmissense_variant\t{sample}\n" for p, sample in rows)
    (tmp_path / "mutations.tsv").write_text("patient\tgene\tconsequence\tsample\n" + lines)
    (tmp_path / "plan.yaml").write_text(
        "primary: {marker: smoker, endpoint: response}\nendpoints: {response: {kind: binary, column: responder}}\n"
        "markers: {smoker: {kind: binary}}\ngenes: {min_carriers: 1}\n"
    )
    outputs = ["--results", str(tmp_path / "results.tsv"), "--groups", str(tmp_path / "groups.tsv")]
    tables = ["--cohort", str(tmp_path / "cohort.tsv"), "--mutations", str(tmp_path / "mutations.tsv")]
    command = ["associate", *tables, "--plan", str(tmp_path / "plan.yaml"), *outputs]
    assert run(command) == 0
    with (tmp_path / "groups.tsv").open() as found:
        sizes = [
            int(r["n"])
            for r in csv.DictReader(found, delimiter="\t")
            if (r["marker"], r["group"]) == ("TP53", "mutated")
        ]
    assert sizes == [carriers]
    left = {1: "1 variant of a sample not chosen is", 3: "3 variants of samples not chosen are"}[4 - carriers]
    assert f"{left} left out" in caplog.text
    (tmp_path / "cohort.tsv").write_text("patient\tresponder\tsmoker\ttumor_sample\n" + cohort.replace(chosen, "X"))
    (tmp_path / "results.tsv").unlink()
    assert run(command) == 2 and not (tmp_path / "results.tsv").exists()
