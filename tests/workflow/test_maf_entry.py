"""Clinical sheets and a MAF of many samples, or a ready table of genes: one command gives all up to the page."""

from __future__ import annotations

import pytest
import yaml

from biomarkers.cli.app import run as command

HEADER = [
    "Hugo_Symbol", "Tumor_Sample_Barcode", "Variant_Classification", "Chromosome", "Start_Position",
    "Reference_Allele", "Tumor_Seq_Allele2", "t_depth", "t_alt_count",
]  # fmt: skip
PATIENTS = 12
PLAN = """title: From a MAF
primary: {marker: MARKER, endpoint: response}
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers: {MARKER: {kind: continuous}}
genes: {min_carriers: 3}
"""


def trial(folder, marker="tmb_per_mb"):
    """Twelve patients with stated endpoints; the first six respond."""
    rows = [["patient", "best_response", "pfs_months", "pfs_event"]]
    for number in range(1, PATIENTS + 1):
        rows.append([f"P{number}", "PR" if number <= 6 else "PD", f"{20 - number}.5", "1"])
    (folder.folder / "config").mkdir(exist_ok=True)
    (folder.folder / "config" / "plan.yaml").write_text(PLAN.replace("MARKER", marker))
    return {"patients": folder.sheet("patients.tsv", rows)}, "config/plan.yaml"


def mutations(place):
    """Patient number n has n missense mutations, of which the first is in TP53 of the first six; P11 and P12 have none.

    place: chromosome and position of a mutation by its number.
    """
    for number in range(1, 11):
        for n in range(number):
            chrom, pos = place(n)
            gene = "TP53" if n == 0 and number <= 6 else f"G{n}"
            yield [gene, f"P{number}-T1", "Missense_Mutation", chrom, str(pos), "A", "C", "100", "30"]


def test_sheets_and_a_maf_give_burden_genes_cohort_and_page(run_folder):
    clinical, plan = trial(run_folder)
    rows = list(mutations(lambda n: ("17", 1000 + n)))
    rows[0][7:] = ["100", "1"]  # P1's only mutation has too few reads, which is a zero.
    run_folder.config = {
        "clinical": {
            **clinical,
            "maf": run_folder.sheet("cohort.maf", [HEADER, *rows]),
            "sequenced": run_folder.sheet("seq.tsv", [["patient"], *([f"P{n}"] for n in range(1, 12))]),
        },
        "plan": plan,
        "reference": {"assumed_bp": 2_000_000},
        "burden": {"definitions": ["nonsynonymous"]},
    }
    done = run_folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    burdens = {row["patient"]: row for row in run_folder.tsv("results/burden/tmb.tsv")}
    assert burdens["P1"]["n_variants"] == "0" and burdens["P1"]["status"] == "ok"
    assert (burdens["P6"]["sample"], burdens["P6"]["denominator_source"]) == ("P6-T1", "assumed")
    assert float(burdens["P6"]["tmb_per_mb"]) == pytest.approx(3)
    cohort = {row["patient"]: row for row in run_folder.tsv("results/cohort.tsv")}
    assert (cohort["P11"]["tmb_per_mb"], cohort["P11"]["sequenced"]) == ("0.0", "1")  # listed, without a row
    assert (cohort["P12"]["tmb_per_mb"], cohort["P12"]["sequenced"]) == ("", "0")  # nobody says that it was sequenced
    results = run_folder.tsv("results/association/results.tsv")
    fisher = next(r for r in results if r["marker"] == "TP53" and r["method"] == "fisher" and r["estimate"])
    assert fisher["n"] == "11"
    primary = next(r for r in results if r["role"] == "primary" and r["method"] == "mann_whitney")
    assert primary["n"] == "11"
    assert (run_folder.folder / "results/report/index.html").stat().st_size > 10_000
    chain = (run_folder.folder / "results/burden/tmb.tsv.json").read_text("utf-8")
    assert "config/cohort.maf" in chain and "config/seq.tsv" in chain
    again = run_folder.run("--quiet", "all", "-n")
    assert "Nothing to be done" in again.stdout + again.stderr or "maf_variants" not in again.stdout


def test_a_maf_is_counted_over_the_targets(run_folder, shared_data):
    """TP53 p.Arg175His lies on target; what lies beside the targets does not count, and their size divides all."""
    reads = shared_data / "hcc1395_exome"
    clinical, _ = trial(run_folder)
    inside = ["TP53", "P1", "Missense_Mutation", "chr17mini", "14310", "C", "T", "100", "30"]
    outside = ["TP53", "P2", "Missense_Mutation", "chr17mini", "20", "C", "T", "100", "30"]
    run_folder.config = {
        "clinical": {**clinical, "maf": run_folder.sheet("cohort.maf", [HEADER, inside, outside])},
        "reference": {
            "fasta": f"{reads}/reference.fa",
            "targets": f"{reads}/targets.bed",
            "genes": f"{reads}/genes.gff3.gz",
        },
        "burden": {"definitions": ["nonsynonymous"]},
    }
    done = run_folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["patient"]: row for row in run_folder.tsv("results/burden/tmb.tsv")}
    assert (rows["P1"]["n_variants"], rows["P1"]["callable_bp"], rows["P1"]["denominator_source"]) == (
        "1",
        "6909",
        "assumed",
    )
    assert rows["P2"]["n_variants"] == "0"
    assert run_folder.tsv("results/variants/maf/cohort.variants.tsv.gz")[1]["exclusion"] == "target"


def test_a_ready_table_of_mutations_gives_genes_and_no_burden(run_folder):
    clinical, plan = trial(run_folder, marker="n_variants")
    table = [["patient", "gene", "consequence"]]
    table += [[row[1].split("-")[0], row[0], row[2]] for row in mutations(lambda n: ("17", n + 1))]
    run_folder.config = {
        "clinical": {
            **clinical,
            "mutations": run_folder.sheet("mutations.tsv", table),
            "sequenced": run_folder.sheet("seq.tsv", [["patient"], *([f"P{n}"] for n in range(1, 12))]),
        },
        "plan": plan,
    }
    done = run_folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    cohort = {row["patient"]: row for row in run_folder.tsv("results/cohort.tsv")}
    assert [cohort[f"P{n}"]["n_variants"] for n in (1, 10, 11, 12)] == ["1", "10", "0", ""]
    assert "tmb_per_mb" not in cohort["P1"]
    results = run_folder.tsv("results/association/results.tsv")
    assert {row["n"] for row in results if row["marker"] == "TP53" and row["method"] == "fisher"} == {"11"}
    assert not (run_folder.folder / "results/burden").exists()


def test_check_names_what_is_wrong_with_maf_and_table(run_folder):
    clinical, _ = trial(run_folder)
    bare = [HEADER[:7], ["TP53", "X1", "Missense_Mutation", "17", "100", "A", "C"]]
    run_folder.config = {
        "clinical": {
            **clinical,
            "maf": run_folder.sheet("cohort.maf", bare),
            "mutations": run_folder.sheet("mutations.tsv", [["patient", "gene", "consequence"], ["P1", "G", "x"]]),
        }
    }
    done = run_folder.run()
    said = done.stdout + done.stderr
    assert done.returncode == 2
    assert "clinical.mutations is 'config/mutations.tsv'; expected no such table beside clinical.maf" in said
    assert "or reference.assumed_bp, for samples that are VCFs or stand in a MAF" in said
    run_folder.config["clinical"].pop("mutations")
    run_folder.config["reference"] = {"assumed_bp": 2_000_000}
    assert (
        "Tumor_Sample_Barcode is 'X1'; expected a sample of a patient of config/patients.tsv" in run_folder.run().stderr
    )
    bare[1][1] = "P1_T"
    run_folder.sheet("cohort.maf", bare)
    assert "`burden: {tumor_depth: 0, alt_reads: 0, vaf: 0}` in the config" in run_folder.run().stderr


def test_a_study_folder_is_imported_and_run_with_its_maf(run_folder):
    """`biomarkers import cbioportal`, then one run; samples are named apart from the patients, who the list names."""
    study = run_folder.folder / "study"
    (study / "case_lists").mkdir(parents=True)
    numbers = range(1, PATIENTS + 1)
    cells = [f"Q{n}\t{'Partial Response' if n <= 6 else 'PD'}\t{20 - n}.5\t1:PROGRESSION" for n in numbers]
    heading = "PATIENT_ID\tBEST_RESPONSE\tPFS_MONTHS\tPFS_STATUS"
    (study / "data_clinical_patient.txt").write_text("\n".join(["#a\tb\tc\td", heading, *cells]) + "\n")
    samples = "\n".join(["SAMPLE_ID\tPATIENT_ID", *(f"P{n}-T1\tQ{n}" for n in numbers)]) + "\n"
    (study / "data_clinical_sample.txt").write_text(samples)
    rows = [HEADER, *mutations(lambda n: ("17", 1000 + n))]
    (study / "data_mutations.txt").write_text("".join("\t".join(row) + "\n" for row in rows))
    listed = " ".join(f"P{n}-T1" for n in range(1, 12))
    (study / "case_lists/cases_sequenced.txt").write_text(f"case_list_ids: {listed}\n")
    out = run_folder.folder / "run"
    run_folder.folder.joinpath("plan.yaml").write_text(PLAN.replace("MARKER", "n_variants"))
    assert command(["import", "cbioportal", str(study), "--out", str(out)]) == 0
    run_folder.config = yaml.safe_load((out / "config/config.yaml").read_text()) | {"plan": "../plan.yaml"}
    run_folder.folder = out
    done = run_folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    cohort = {row["patient"]: row for row in run_folder.tsv("results/cohort.tsv")}
    assert [cohort[f"Q{n}"]["n_variants"] for n in (1, 10, 11, 12)] == ["1", "10", "0", ""]
    assert [cohort[f"Q{n}"]["responder"] for n in (6, 7)] == ["1", "0"]
    # The same with a burden: the study's MAF in place of its genes.
    clinical = run_folder.config["clinical"]
    del clinical["mutations"]
    clinical |= {"maf": "../study/data_mutations.txt", "sequenced": "../study/data_clinical_sample.txt"}
    run_folder.config |= {"reference": {"assumed_bp": 2_000_000}}
    done = run_folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    cohort = {row["patient"]: row for row in run_folder.tsv("results/cohort.tsv")}
    assert [float(cohort[f"Q{n}"]["tmb_per_mb"]) for n in (1, 10, 12)] == [0.5, 5, 0]


def test_sheets_by_a_mapping_and_a_maf(run_folder):
    """The mapping makes patients and the list of who was sequenced; the MAF's samples are joined to them."""
    clinical, _ = trial(run_folder)
    rows = [HEADER, *mutations(lambda n: ("17", 1000 + n))]
    listed = run_folder.sheet("who.txt", [["ID"], *([f"P{n}"] for n in range(1, 12))])
    mapping = {
        "patients": {"file": "patients.tsv", "columns": {"patient": "patient", "best_response": "best_response"}},
        "sequenced": {"file": "who.txt", "columns": {"patient": "ID"}},
    }
    (run_folder.folder / "config" / "mapping.yaml").write_text(yaml.safe_dump(mapping))
    assert clinical and listed
    run_folder.config = {
        "clinical": {"mapping": "config/mapping.yaml", "maf": run_folder.sheet("cohort.maf", rows)},
        "reference": {"assumed_bp": 2_000_000},
    }
    done = run_folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    cohort = {row["patient"]: row for row in run_folder.tsv("results/cohort.tsv")}
    assert [cohort[f"P{n}"]["tmb_per_mb"] for n in (10, 11, 12)] == ["5.0", "0.0", ""]
