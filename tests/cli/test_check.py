"""`biomarkers check`: everything wrong in every sheet and in the plan, at once."""
# ruff: noqa: E501 (messages stand on one line)

from __future__ import annotations

import pytest

from biomarkers.cli.app import run

CONFIG = """\
clinical: {patients: p.tsv, assessments: a.tsv, pdl1: s.tsv, features: f.tsv}
plan: plan.yaml
"""
PATIENTS = "patient\ttreatment_start\tage\nP1\t2024-01-01\t50\nP2\t2024-01-02\t60\nP3\t2024-01-03\t70\n"
ASSESSMENTS = "patient\tdate\tresponse\nP1\t2024-02-01\tPR\nP2\t2024-02-01\tSD\n"
SCORES = "patient\tspecimen\tcollected\tassay\tscore_type\tvalue\nP1\tS1\t2023-12-01\t22C3\tTPS\t40\n"
FEATURES = "patient\ttls_score\nP1\t0.5\nP2\t1.5\nP3\t2.5\n"
PLAN = """\
title: a
primary: {marker: pdl1, endpoint: response}
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers:
  pdl1: {kind: continuous}
  tls_score: {kind: continuous}
"""
GOOD = {"config.yaml": CONFIG, "p.tsv": PATIENTS, "a.tsv": ASSESSMENTS, "s.tsv": SCORES, "f.tsv": FEATURES}


@pytest.fixture
def check(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(**changed: str) -> tuple[int, str]:
        files = GOOD | {"plan.yaml": PLAN} | {name.replace("_", "."): text for name, text in changed.items()}
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        status = run(["check", "--config", "config.yaml"])
        return status, capsys.readouterr().err

    return call


def test_nothing_wrong_is_said_so(check):
    assert check() == (0, "")


def test_a_block_with_every_key_commented_out_is_no_block(check):
    empty = CONFIG + "reads:\n#  format: cram\ncalling:\n"
    assert check(config_yaml=empty) == (0, "")
    status, said = check(config_yaml=CONFIG + "reeds:\n")
    assert status == 2 and "reeds: unknown key; did you mean reads?" in said


def test_every_problem_of_every_sheet_and_the_plan_at_once(check):
    status, said = check(
        p_tsv=PATIENTS.replace("2024-01-02", "2024-02-30").replace("70", "old"),
        a_tsv=ASSESSMENTS.replace("P2", "P9").replace("PR", "RP"),
        s_tsv=SCORES.replace("40", "140"),
        f_tsv=FEATURES.replace("1.5", "high"),
        plan_yaml=PLAN.replace("kind: binary", "kind: bynary").replace("marker: pdl1", "marker: pdl2")
        + "covariates: [age]\n",
    )
    assert status == 2
    for message in (
        "p.tsv:3: treatment_start is '2024-02-30'; expected a date",
        "p.tsv:4: age is 'old'; expected a number",
        "a.tsv:2: response is 'RP'; expected one of CR, PR",
        "a.tsv:3: patient is 'P9'; expected a patient of p.tsv",
        "s.tsv:2: value is '140'",
        "f.tsv:3: tls_score is 'high'; expected a number",
        "plan.yaml:2: primary.marker is 'pdl2'",
        "plan.yaml:4: endpoints.response.kind is 'bynary'",
    ):
        assert message in said, said
    assert len(said.splitlines()) == len(set(said.splitlines())), "no problem is told twice"


def test_what_nothing_would_read_or_would_make_two_levels_is_said(check, caplog):
    people = PATIENTS.replace("age\n", "age\tsex\tdate_of_death\n")
    for line, sex in (("50\n", "f"), ("60\n", "F"), ("70\n", "m")):
        people = people.replace(line, f"{line[:-1]}\t{sex}\t2024-09-01\n")
    status, said = check(p_tsv=people, f_tsv=FEATURES.replace("P3", "p-03"))
    assert status == 2
    assert "p.tsv:1: column is 'date_of_death'; expected death_date, or a name that is less like it" in said
    assert (
        "p.tsv: words that differ in case, blanks or marks only count as several levels: sex ('f', 'F')" in caplog.text
    )
    assert "f.tsv: 1 patient is not in the patients sheet and left out: p-03; p-03 is nearly P3" in caplog.text


def test_a_set_of_genes_with_the_name_of_a_marker_is_found_before_the_run(check):
    """`check` found nothing wrong, and the run ended hours later."""
    status, said = check(plan_yaml=PLAN + "genes: {sets: {pdl1: [TP53]}}\n")
    assert status == 2 and "genes.sets is 'pdl1'; expected a name that no marker of the plan" in said


def test_a_sample_that_two_patients_begin_is_told_in_the_words_of_the_config(check):
    maf = "Hugo_Symbol\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tVariant_Classification\t"
    maf += "Tumor_Sample_Barcode\tt_depth\tt_alt_count\nTP53\t17\t100\tC\tT\tMissense_Mutation\tP1-x-T\t100\t30\n"
    config = CONFIG.replace("features: f.tsv", "features: f.tsv, maf: m.maf") + "reference: {assumed_bp: 1000000}\n"
    status, said = check(config_yaml=config, m_maf=maf, p_tsv=GOOD["p.tsv"].replace("P2", "P1-x"))
    assert status == 2 and "says whose it is (clinical.sequenced))" in said, said


def test_patients_whom_a_maf_does_not_name_are_told_before_the_run(check, caplog):
    """They were missing from every test of the burden, which only the log of a job that went well said."""
    maf = "Hugo_Symbol\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tVariant_Classification\t"
    maf += "Tumor_Sample_Barcode\tt_depth\tt_alt_count\nTP53\t17\t100\tC\tT\tMissense_Mutation\tP2-T\t100\t30\n"
    config = CONFIG.replace("features: f.tsv", "features: f.tsv, maf: m.maf") + "reference: {assumed_bp: 1000000}\n"
    said = "m.maf: 2 patients without a row here (P1, P3): their burden is missing, not 0, unless clinical.sequenced"
    assert check(config_yaml=config, m_maf=maf)[0] == 0
    assert said in caplog.text
    caplog.clear()
    listed = config.replace("m.maf", "m.maf, sequenced: l.tsv")
    assert check(config_yaml=listed, m_maf=maf, l_tsv="patient\nP1\nP2\nP3\n")[0] == 0
    assert "without a row" not in caplog.text


VCF = """\
##fileformat=VCFv4.2
##source=Mutect2
##contig=<ID=chr1>
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="AD">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="DP">
##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Allele|Consequence|SYMBOL">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT1
chr1\t9\t.\tA\tC\t.\tPASS\tCSQ=C|missense_variant|KRAS\tAD:DP\t40,20:60
"""


def test_patients_without_a_sample_are_told_before_the_run(check, caplog):
    """A forgotten line of the sheet and a patient without a biopsy look alike in what comes out."""
    sheet = "patient\tsample\tstatus\tvcf\nP1\tT1\ttumor\tt.vcf\n"
    config = CONFIG + "samples: samples.tsv\nreference: {assumed_bp: 30000000}\n"
    told = "samples.tsv: 2 of 3 patients of the patients sheet without a tumor sample, so without a burden: P2, P3"
    with caplog.at_level("INFO"):
        assert check(config_yaml=config, samples_tsv=sheet, t_vcf=VCF)[0] == 0
    assert told in caplog.text


def test_scores_of_nobody_in_the_sheet_are_refused_and_told_once(check):
    """Without a patients sheet that can be read nobody is a stranger: its own fault is all that is told."""
    status, said = check(s_tsv=SCORES + SCORES.splitlines()[1].replace("P1", "P9") + "\n")
    assert (status, said.splitlines()) == (2, ["s.tsv:3: patient is 'P9'; expected a patient of p.tsv"])
    status, said = check(p_tsv=PATIENTS.replace("patient", "Subject no"), s_tsv=SCORES.replace("P1", "P9"))
    assert status == 2 and "P9" not in said


def test_stated_endpoints_and_columns_of_the_plan(check):
    stated = "patient\tbest_response\tpfs_months\tpfs_event\tsmoker\n"
    stated += "P1\tPR\t-1\t1\tyes\nP2\tSD\t3\t2\tno\nP3\tPD\t1\t1\tno\n"
    status, said = check(
        config_yaml=CONFIG.replace("assessments: a.tsv, ", ""),
        p_tsv=stated,
        plan_yaml=PLAN + "  smoker: {kind: binary}\n  albumin: {kind: continuous}\n",
    )
    assert status == 2
    assert "p.tsv:2: pfs_months is '-1'; expected a number of at least 0" in said
    assert "p.tsv:3: pfs_event is '2'; expected one of 0, 1" in said
    assert "albumin" in said and "plan.yaml:10" in said


def test_cells_that_the_plan_calls_binary_must_be(check):
    status, said = check(
        p_tsv=PATIENTS.replace("age", "smoker").replace("50", "yes").replace("60", "no").replace("70", "no"),
        plan_yaml=PLAN + "  smoker: {kind: binary}\n",
    )
    assert status == 2 and "p.tsv:2: smoker is 'yes'; expected 0, 1 or NA" in said


def test_stated_denominators_and_calibration(check, tmp_path):
    config = "burden: {denominators: d.tsv, calibration: c.tsv, assay: kit}\nreference: {assumed_bp: 30000}\n"
    stated = "sample\tcallable_bp\tdenominator_source\nT1\t900\tstated\nT9\t900\tstated\n"
    rules = "assay\tslope\tintercept\tsource\nkat\t1\t0\tx\n"
    (tmp_path / "a.vcf").write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\n")
    sheet = {"sheet_tsv": "patient\tsample\tstatus\tvcf\nP1\tT1\ttumor\ta.vcf\n"}
    status, said = check(config_yaml=config + "samples: sheet.tsv\n", d_tsv=stated, c_tsv=rules, **sheet)
    assert status == 2 and "d.tsv:3: sample is 'T9'; expected a sample of the sheet that enters as VCF" in said
    assert "c.tsv: assay is 'kit'; expected one of kat" in said and "d.tsv:2" not in said
    status, said = check(config_yaml="burden: {assay: kit}\n")
    assert (
        status == 2 and "burden.calibration is missing; expected burden.calibration and burden.assay together" in said
    )
    status, said = check(config_yaml="burden: {calibration: none.tsv, assay: kit, denominators: nil.tsv}\n")
    assert status == 2 and "burden.calibration is 'none.tsv'" in said and "burden.denominators is 'nil.tsv'" in said


READS = {"t_vcf": "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\n"}
UNFIT = {
    "custom without its file": ("burden: {definitions: [custom]}", "burden.custom is missing; expected a YAML file with `terms`"),
    "custom with a wrong term": ("burden: {definitions: [custom], custom: c.yaml}", "c.yaml:1: terms is 'misense_variant'; expected a Sequence Ontology"),
    "hot spots left out of none": ("burden: {exclude_hotspots: true}", "burden.hotspots is missing; expected the list that burden.exclude_hotspots"),
    "hot spots that are none": ("burden: {hotspots: h.txt}", "h.txt:1: "),
    "canonical of csq": ("burden: {transcripts: canonical}", "burden.transcripts is 'canonical'; expected one of worst with csq; vep tells it"),
    "pick of VEP": ("burden: {transcripts: pick}\nannotation: {tool: vep, vep_cache: .}", "expected one of worst, mane, canonical with vep; only a VCF with"),
    "no such form": ("burden: {population_af_field: gnomad}", "burden.population_af_field is 'gnomad'; expected auto, none, INFO/NAME"),
    "none misspelt": ("burden: {population_af_field: nune}", "(did you mean 'none'?)"),
    "CSQ of csq": ("burden: {population_af_field: CSQ/gnomADe_AF}", "expected INFO/POPULATION_AF (frequencies of reference.germline_resource), since csq writes"),
    "no resource": ("burden: {population_af_field: INFO/POPULATION_AF}", "expected reference.germline_resource beside it"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNFIT)
def test_settings_of_the_burden_that_do_not_fit(check, tmp_path, case):
    setting, message = UNFIT[case]
    (tmp_path / "t.vcf").write_text(READS["t_vcf"])
    (tmp_path / "s.txt").write_text("patient\tsample\tstatus\tvcf\nP1\tT\ttumor\tt.vcf\n")
    (tmp_path / "c.yaml").write_text("terms: [misense_variant]\n")
    (tmp_path / "h.txt").write_text("what\n")
    status, said = check(config_yaml=f"samples: s.txt\n{setting}\n")
    assert status == 2 and message in said, said


def test_columns_of_the_plan_that_exist_but_are_of_another_kind(check):
    plan = PLAN.replace("column: responder", "column: best_response") + "  pdl1_status: {kind: continuous}\n"
    status, said = check(plan_yaml=plan, f_tsv=FEATURES)
    assert status == 2, said
    assert (
        "plan.yaml:4: endpoints.response.column is 'best_response'; expected a column of numbers for kind: binary"
        in said
    )
    assert (
        "plan.yaml:9: markers.pdl1_status.kind is 'continuous'; expected categorical, since pdl1_status holds words"
        in said
    )
    own = PLAN.replace("column: responder", "column: benefit")
    status, said = check(plan_yaml=own, f_tsv="patient\ttls_score\tbenefit\nP1\t1\tyes\nP2\t2\tno\nP3\t3\tno\n")
    assert status == 2 and "f.tsv:2: benefit is 'yes'; expected 1 where the event happened" in said


def test_features_of_others_are_left_out_as_by_cohort_and_those_of_nobody_here_are_refused(check, caplog):
    """A laboratory measures samples of patients who were never enrolled; `cohort` says the same of the same table."""
    status, said = check(f_tsv=FEATURES + "P9\t3.5\np-01\t4.5\n")
    assert (status, said) == (0, "")
    assert "f.tsv: 2 patients are not in the patients sheet and left out: P9, p-01; p-01 is nearly P1" in caplog.text
    status, said = check(f_tsv=FEATURES + "P9\t3.5\nP 10\t4.5\n")
    assert status == 2 and said.count("\n") < 2 and "patient is 'P 10'; expected letters, digits" in said
    status, said = check(f_tsv=FEATURES.replace("P", "X"))
    assert status == 2 and "f.tsv:2: patient is 'X1'; expected at least one patient of p.tsv" in said


def test_a_sheet_that_nothing_reads_is_told_in_the_line_of_the_config(check, tmp_path):
    status, said = check(config_yaml="clinical:\n  pdl1: s.tsv\n  features: f.tsv\n")
    assert status == 2
    assert said.splitlines()[:2] == [
        "config.yaml:2: clinical.pdl1 is 's.tsv'; expected clinical.patients beside it",
        "config.yaml:3: clinical.features is 'f.tsv'; expected clinical.patients beside it",
    ]


def test_specimens_that_will_not_be_taken_are_told_before_the_run(check, caplog):
    """A mapping that was proposed names no day of collection: nobody had a score, and `check` found nothing wrong."""
    undated = SCORES.replace("2023-12-01", "") + "P2\tS2\t\t22C3\tTPS\t\n"
    check(s_tsv=undated, config_yaml=CONFIG + "pdl1: {undated: accept}\n")
    assert not caplog.messages
    check(s_tsv=undated)
    assert caplog.messages == [
        "s.tsv: 1 result has no collection date and will not be taken (pdl1.undated: accept in the config takes them)"
    ]


def test_a_folder_without_a_config_is_told_where_to_call_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["check"]) == 2
    wanted = "config/config.yaml: file is missing; expected the run's config: call this in the run's folder, or name it"
    assert capsys.readouterr().err == f"{wanted} by --config\n"
