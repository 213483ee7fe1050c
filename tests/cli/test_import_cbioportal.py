"""`biomarkers import cbioportal`: a published cohort in its native form, made-up studies with headings of real ones."""

from __future__ import annotations

import csv
import logging
from pathlib import Path

import pandas as pd
import pytest
import yaml

from biomarkers.cli.app import run

CODED = {"0:LIVING": "0", "1:DECEASED": "1"}
ODD = "1:LIVING"  # a code and a word that contradict each other


def clinical(path: Path, headings: str, *rows: str, above: bool = True, displays: str | None = None) -> None:
    """A clinical file of a study; headings and cells are separated by `|`."""
    names = headings.split("|")
    lines = []
    if above:
        shown = (displays or headings).split("|")
        for line in (shown, shown, ["STRING"] * len(names), ["1"] * len(names)):
            lines.append("#" + "\t".join(line))
    lines += ["\t".join(names), *("\t".join(row.split("|")) for row in rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def imported(tmp_path: Path, study: Path | None = None) -> dict[str, list[dict[str, str]]]:
    """The sheets that an import of the study writes, by name."""
    out = tmp_path / "out"
    assert run(["import", "cbioportal", str(study or tmp_path / "study"), "--out", str(out)]) == 0
    sheets = {}
    for path in out.glob("*.tsv"):
        with path.open(encoding="utf-8") as lines:
            sheets[path.stem] = list(csv.DictReader(lines, delimiter="\t"))
    return sheets


def test_the_fifteen_figures_of_a_published_cohort(shared_data: Path, tmp_path: Path) -> None:
    """Hellmann 2018: the oracle is the paper, as `expected.tsv` of the shared cohort states it."""
    source = shared_data / "cohorts" / "hellmann2018_nsclc"
    imported(tmp_path, source / "native")
    out = tmp_path / "out"
    assert yaml.safe_load((out / "config/config.yaml").read_text())["clinical"] == {
        "patients": "patients.tsv",
        "features": "features.tsv",
    }
    tables = {
        name: str(tmp_path / f"{name}.tsv") for name in ("endpoints", "rates", "cohort", "flow", "results", "groups")
    }
    sheets = ["--patients", str(out / "patients.tsv")]
    assert run(["endpoints", *sheets, "--endpoints", tables["endpoints"], "--rates", tables["rates"]]) == 0
    sheets += ["--endpoints", tables["endpoints"], "--features", str(out / "features.tsv")]
    assert run(["cohort", *sheets, "--cohort", tables["cohort"], "--flow", tables["flow"]]) == 0
    plan = ["--cohort", tables["cohort"], "--plan", str(source / "plan.yaml")]
    assert run(["associate", *plan, "--results", tables["results"], "--groups", tables["groups"]]) == 0
    expected = pd.read_csv(source / "expected.tsv", sep="\t", keep_default_na=False)
    assert len(expected) == 15
    for figure in expected.to_dict("records"):
        table = pd.read_csv(tables[figure["table"]], sep="\t")
        method, label = ("method", "contrast") if figure["table"] == "results" else ("estimate_type", "group")
        own = table[table["endpoint"].eq(figure["endpoint"]) & table["marker"].eq(figure["marker"])]
        own = own[own[method].eq(figure["method"])]
        own = own[own[label].str.startswith(str(figure["contrast_contains"]))] if figure["contrast_contains"] else own
        found = own[figure["column"]].dropna().iloc[0]
        assert found == pytest.approx(float(figure["value"]), rel=float(figure["rel_tolerance"])), figure


STUDIES = {
    # Headings as public studies have them; every cell is made up.
    "hellmann": ["PATIENT_ID|PFS_MONTHS|PFS_STATUS|BEST_OVERALL_RESPONSE", "A|2.5|1:Event|PD", "B|7|0:Censor|CR"],
    "dfci_2015": ["PATIENT_ID|OS_STATUS|OS_MONTHS|DURABLE_CLINICAL_BENEFIT", "A|1:DECEASED|3|PD", "B|0:LIVING|9|CR"],
    "ucla_2016": [
        "PATIENT_ID|RESPONSE_ANTIPD1| OS_STATUS|OS_MONTHS",
        "A|Progressive Disease|DECEASED|2",
        "B|Complete Response|LIVING|8",
    ],
    "jco_2018": ["PATIENT_ID|PFS_MONTHS|PFS_STATUS|RECIST", "A|1|Progressed|PD", "B|4|Not Progressed|CR"],
    "iatlas": [
        "PATIENT_ID|OS_DAYS|OS_STATUS|RESPONSE",
        "A|60.875|1:DECEASED|Progressive Disease",
        "B|121.75|0:LIVING|Complete Response",
    ],
    "summit": [
        "PATIENT_ID|OS_STATUS|OS_MONTHS|Best Overall Response (BOR)",
        "A|DECEASED|2|PD",
        "B|LIVING|4|CR",
    ],
    "tcga": ["PATIENT_ID|OS_STATUS|OS_MONTHS|BEST_RESPONSE", "A|1:DECEASED|2|PD", "B|0:LIVING|4|CR"],
    "vital": ["PATIENT_ID|VITAL_STATUS|OS_MONTHS|BOR", "A|Dead|2|PD", "B|Alive|4|CR"],
    "weeks": ["PATIENT_ID|PFS_WEEKS|PFS_EVENT|BEST_RECIST_RESPONSE", "A|4|1|PD", "B|40|0|CR"],
    "web": [
        "Patient ID|Sample ID|Overall Survival (Months)|Overall Survival Status|Best Response",
        "A|A1|2|1:DECEASED|PD",
        "B|B1|4|0:LIVING|CR",
    ],
    "progress": [
        "PATIENT_ID|Progress Free Survival (Months)|Progression Free Status|OBJECTIVE_RESPONSE",
        "A|2|1:PROGRESSION|PD",
        "B|4|0:CENSORED|CR",
    ],
    "bcr": [
        "PATIENT_ID|DFS_MONTHS|DFS_STATUS|RECIST_RESPONSE",
        "A|2|1:Recurred/Progressed|PD",
        "B|4|0:DiseaseFree|CR",
    ],
}


@pytest.mark.parametrize("name", STUDIES)
def test_headings_of_real_studies(tmp_path: Path, name: str) -> None:
    headings, *rows = STUDIES[name]
    study = tmp_path / "study"
    file = study / "data_clinical_patient.txt"
    clinical(file, headings, *rows, above=name not in ("web", "jco_2018"))
    sheets = imported(tmp_path, file if name == "web" else study)
    first, second = sheets["patients"]
    assert (first["best_response"], second["best_response"]) == ("PD", "CR")
    time = next(column for column in first if column.endswith("_months"))
    event = time.replace("_months", "_event")
    assert (first[event], second[event]) == ("1", "0")
    months = {"iatlas": ("2", "4"), "weeks": (28 / 30.4375, 280 / 30.4375)}.get(name, (rows[0], rows[1]))
    if name in ("iatlas", "weeks"):
        assert [float(row[time]) for row in (first, second)] == pytest.approx([float(each) for each in months])
    else:
        assert first[time] in rows[0].split("|") and second[time] in rows[1].split("|")
    if name == "bcr":
        assert time == "dfs_months"  # never taken for PFS


def test_a_whole_study(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Normals are no tumors; several samples; genes of somatic rows; who was sequenced; scores with a stated type."""
    study = tmp_path / "study"
    displays = (
        "Patient Identifier|Overall Survival Status|Overall survival in months since diagnosis|PD-L1 TPS (22C3)|Birth"
    )
    clinical(
        study / "data_clinical_patient.txt",
        "PATIENT_ID|OS_STATUS|OS_MONTHS|PDL1_TPS_22C3|BIRTH_DATE",
        f"P 1|{ODD}|5|50|1960-01-01",
        "P2|0:LIVING|7|<1|1961-01-01",
        "P3|[Not Available]|8|NE|1962-01-01",
        "P4|1:DECEASED|1|NA|1963-01-01",
        displays=displays,
    )
    clinical(
        study / "data_clinical_sample.txt",
        "SAMPLE_ID|PATIENT_ID|SAMPLE_TYPE|TMB_NONSYNONYMOUS|GENE_PANEL|SEQUENCED",
        "P1-N|P 1|Blood Derived Normal|0|X|yes",
        "P1-T|P 1|Primary|3.5|X|yes",
        "P2-T1|P2|Primary|1|X|yes",
        "P2-T2|P2|Metastasis|2|X|yes",
        "P3-T|P3|Primary|0.5|X|yes",
        "P4-T|P4|Primary|NA|X|yes",
    )
    (study / "data_mutations.txt").write_text(
        "#version 2.4\nHugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tMutation_Status\n"
        "TP53\tP1-T\tMissense_Mutation\tSOMATIC\nKRAS\tP1-N\tMissense_Mutation\tSOMATIC\n"
        "BRCA2\tP2-T1\tNonsense_Mutation\tGERMLINE\nKRAS\tP2-T1\tSilent\tSomatic\n",
        "utf-8",
    )
    (study / "case_lists").mkdir()
    (study / "case_lists/cases_sequenced.txt").write_text("stable_id: x_sequenced\ncase_list_ids: P1-T\tP2-T1\tP3-T\n")
    with caplog.at_level(logging.INFO, "biomarkers"):
        sheets = imported(tmp_path)
    patients = {row["patient"]: row for row in sheets["patients"]}
    assert list(patients) == ["P_1", "P2", "P3", "P4"]
    assert (patients["P_1"]["os_months"], patients["P_1"]["os_event"]) == ("", "")
    assert (patients["P4"]["os_months"], patients["P4"]["os_event"]) == ("1", "1")
    assert "birth_date" not in sheets["patients"][0]
    assert {row["patient"]: row["tmb_per_mb"] for row in sheets["features"]} == {
        "P_1": "3.5",
        "P2": "",
        "P3": "0.5",
        "P4": "",
    }
    scores = [(row["patient"], row["score_type"], row["assay"], row["value"]) for row in sheets["pdl1"]]
    assert scores == [("P_1", "TPS", "22C3", "50"), ("P2", "TPS", "22C3", "<1"), ("P3", "TPS", "22C3", "NE")]
    genes = [(row["patient"], row["gene"], row["sample"]) for row in sheets["mutations"]]
    assert genes == [("P_1", "TP53", "P1-T"), ("P2", "KRAS", "P2-T1")]
    assert {row["patient"]: row["sequenced"] for row in sheets["sequenced"]} == {
        "P_1": "1",
        "P2": "1",
        "P3": "1",
        "P4": "0",
    }
    said = "\n".join(caplog.messages)
    file = study / "data_clinical_patient.txt"
    assert f"patients.os_event from OS_STATUS: not understood and left missing in 1 cell: '{ODD}' 1 ({file}:6)" in said
    assert f"{file}: OS_MONTHS counts by its description from another day than the start of treatment" in said
    assert (
        "columns that differ between the samples of a patient are missing for that patient: TMB_NONSYNONYMOUS (1)"
        in said
    )
    assert "1 sample is a normal and is left out" in said
    assert f"{study / 'data_mutations.txt'}: 1 row is of samples that are no tumors of the study" in said
    for name in ("mutations", "sequenced"):
        assert yaml.safe_load((tmp_path / "out/config/config.yaml").read_text())["clinical"][name] == f"{name}.tsv"


def test_a_time_since_diagnosis_is_told_as_tcga_spells_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    study, told = tmp_path / "s", "Identifier|Status|Overall survival in months since initial diagonosis."
    study.mkdir()
    clinical(study / "data_clinical_patient.txt", "PATIENT_ID|OS_STATUS|OS_MONTHS", "A|1:DECEASED|3", displays=told)
    imported(tmp_path, study)
    assert "OS_MONTHS counts by its description from another day than the start of treatment" in caplog.text


def test_files_that_meta_files_name(tmp_path: Path) -> None:
    study = tmp_path / "study"
    clinical(study / "patients.txt", "PATIENT_ID|OS_STATUS|OS_MONTHS", "A|0:LIVING|3")
    (study / "meta_clinical_p.txt").write_text(
        "cancer_study_identifier: x\ngenetic_alteration_type: CLINICAL\ndatatype: PATIENT_ATTRIBUTES\n"
        "data_filename: patients.txt\n"
    )
    assert imported(tmp_path)["patients"][0]["os_months"] == "3"


def test_gene_panels_say_who_was_sequenced_and_are_told_apart(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    study = tmp_path / "study"
    clinical(
        study / "data_clinical_sample.txt", "SAMPLE_ID|PATIENT_ID|SAMPLE_TYPE", *(f"{p}T|{p}|Primary" for p in "ABC")
    )
    matrix = "SAMPLE_ID\tmutations\tcna\nAT\tIMPACT341\tNA\nBT\tIMPACT468\tNA\nCT\tNA\tIMPACT468\n"
    (study / "data_gene_panel_matrix.txt").write_text(matrix)
    sheets = imported(tmp_path)
    assert [(row["patient"], row["sequenced"]) for row in sheets["sequenced"]] == [("A", "1"), ("B", "1"), ("C", "0")]
    assert "IMPACT341 (1), IMPACT468 (1); genes are not tested without the genes of IMPACT341, IMPACT468" in caplog.text


def test_genes_of_panels_are_found_in_the_study(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    study = tmp_path / "study"
    samples = ("AT|A|Primary", "BT|B|Primary", "CT|C|Primary", "CM|C|Metastasis")
    clinical(study / "data_clinical_patient.txt", "PATIENT_ID|AGE", *(f"{p}|60" for p in "ABC"))
    clinical(study / "data_clinical_sample.txt", "SAMPLE_ID|PATIENT_ID|SAMPLE_TYPE", *samples)
    matrix = "SAMPLE_ID\tmutations\nAT\tIMPACT341\nBT\tWES\nCT\tIMPACT341\nCM\tIMPACT468\n"
    (study / "data_gene_panel_matrix.txt").write_text(matrix)
    (study / "panels").mkdir()
    for name, genes in (("341", "TP53\tATM"), ("468", "TP53\tATM\tMDC1")):
        (study / "panels" / f"data_gene_panel_impact{name}.txt").write_text(
            f"stable_id: IMPACT{name}\ndescription: of a test\ngene_list: {genes}\n"
        )
    rows = ("AT\tTP53\tMissense_Mutation", "BT\tMDC1\tNonsense_Mutation")
    header = "Tumor_Sample_Barcode\tHugo_Symbol\tVariant_Classification"
    (study / "data_mutations.txt").write_text("\n".join((header, *rows)) + "\n")
    sheets = imported(tmp_path)
    assert [row["gene_panel"] for row in sheets["features"]] == ["IMPACT341", "WES", ""]  # C has two
    assert [tuple(row.values()) for row in sheets["gene_panels"]] == [
        ("IMPACT341", "TP53"), ("IMPACT341", "ATM"), ("IMPACT468", "TP53"), ("IMPACT468", "ATM"), ("IMPACT468", "MDC1")
    ]  # fmt: skip
    clinic = yaml.safe_load((tmp_path / "out/config/config.yaml").read_text())["clinical"]
    assert clinic["gene_panels"] == "gene_panels.tsv"
    assert "GENE_PANEL (1)" in caplog.text and "genes are not tested" not in caplog.text


def test_words_of_an_event_that_nobody_knows_are_kept_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    study = tmp_path / "study"
    clinical(study / "data_clinical_patient.txt", "PATIENT_ID|OS_STATUS|OS_MONTHS", "A|gone away|3", "B|moved|4")
    row = imported(tmp_path)["patients"][0]
    assert (row["os_status"], "os_event" in row) == ("gone away", False)
    assert "no word of OS_STATUS is known as an event or its absence ('gone away', 'moved')" in caplog.text


def small_study(folder: Path, *rows: str, responses: str) -> None:
    """Three patients and a MAF with Entrez identifiers whose comment names who was sequenced."""
    patients = ("|".join(row) for row in zip("ABC", responses.split("|"), strict=True))
    clinical(folder / "data_clinical_patient.txt", "PATIENT_ID|BEST_RESPONSE", *patients)
    clinical(folder / "data_clinical_sample.txt", "SAMPLE_ID|PATIENT_ID", "AT|A", "BT|B", "CT|C")
    header = "Hugo_Symbol\tEntrez_Gene_Id\tTumor_Sample_Barcode\tVariant_Classification"
    (folder / "data_mutations.txt").write_text("\n".join(("#sequenced_samples: AT BT", header, *rows)) + "\n")


def test_a_row_without_a_gene_is_kept_and_the_maf_says_who_was_sequenced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = ("TP53\t7157\tAT\tMissense_Mutation", "\t0\tAT\tIGR", "NA\t\tAT\tIntron")
    small_study(tmp_path / "study", *rows, responses="a|b|c")
    sheets = imported(tmp_path)
    assert [row["gene"] for row in sheets["mutations"]] == ["TP53", "Unknown", "Unknown"]
    assert {row["patient"]: row["sequenced"] for row in sheets["sequenced"]} == {"A": "1", "B": "1", "C": "0"}
    assert "2 rows have no Hugo_Symbol: kept, as of no gene (Unknown)" in caplog.text
    (tmp_path / "study/case_lists").mkdir()
    (tmp_path / "study/case_lists/cases_sequenced.txt").write_text("case_list_ids: AT\tBT\tCT\n")
    assert {row["sequenced"] for row in imported(tmp_path)["sequenced"]} == {"1"}


def test_a_gene_that_only_its_entrez_identifier_names_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its carriers would else be wild type in it."""
    small_study(tmp_path / "study", "\t7157\tAT\tMissense_Mutation", responses="a|b|c")
    said = refused(capsys, tmp_path, tmp_path / "study")
    assert "data_mutations.txt:3: Hugo_Symbol is empty; expected for gene a value: take" in said


def test_a_heading_of_responses_most_words_of_which_are_none_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    small_study(tmp_path / "study", "TP53\t7157\tAT\tMissense_Mutation", responses="PR|iUPD|mixed")
    assert "best_response" not in imported(tmp_path)["patients"][0]
    assert "BEST_RESPONSE is no best response: more than half of its different words are none" in caplog.text


def refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, source: Path) -> str:
    """What stderr says of a source that cannot be imported."""
    assert run(["import", "cbioportal", str(source), "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
    return capsys.readouterr().err


def test_a_folder_that_is_no_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "study"
    study.mkdir()
    expected = "expected data_clinical_patient.txt or data_clinical_sample.txt in it, as cBioPortal's studies have"
    assert f"{study}: folder has no clinical file; {expected}\n" in refused(capsys, tmp_path, study)
    clinical(study / "inner" / "data_clinical_patient.txt", "PATIENT_ID|AGE", "A|3")
    assert f"{expected} (is it {study / 'inner'}?)" in refused(capsys, tmp_path, study)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "file is a pointer of Git LFS; expected"),
        ("#x\nAGE\tSEX\n3\tM\n", "PATIENT_ID is missing; expected this heading, as every clinical file of cBioPortal"),
        ("PATIENT_ID\tAGE\tage\nA\t3\t4\n", "heading is 'AGE'; expected each heading once"),
        ("", "file is empty; expected a header line"),
    ],
)  # fmt: skip
def test_clinical_files_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    path = tmp_path / "study" / "data_clinical_patient.txt"
    path.parent.mkdir()
    path.write_text(text)
    assert f"{path}: {message}" in refused(capsys, tmp_path, path.parent)


def test_a_maf_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "study"
    clinical(study / "data_clinical_sample.txt", "SAMPLE_ID|PATIENT_ID|AGE", "AT|A|60")
    (study / "data_mutations.txt").write_text("gene\tsample\n")
    said = refused(capsys, tmp_path, study)
    assert "data_mutations.txt:1: Hugo_Symbol is missing; expected this column in the header of a MAF" in said
    (study / "data_mutations.txt").write_text("")
    assert "data_mutations.txt: file is empty; expected a MAF with its header; without the file" in refused(
        capsys, tmp_path, study
    )


def test_a_maf_whose_classes_nobody_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "study"
    clinical(study / "data_clinical_sample.txt", "SAMPLE_ID|PATIENT_ID|AGE", "AT|A|60")
    heading = "Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification"
    (study / "data_mutations.txt").write_text(f"{heading}\nTP53\tAT\tSNP\n")
    expected = "data_mutations.txt:2: Variant_Classification is 'SNP'; expected classes such as Missense_Mutation"
    assert expected in refused(capsys, tmp_path, study)
