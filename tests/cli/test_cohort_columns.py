"""The columns that `check` foretells of a run's cohort are those that `cohort` writes, whatever the run is given."""

from __future__ import annotations

from itertools import product

import pytest

from biomarkers.cli.app import run

PATIENTS = (
    "patient\ttreatment_start\tlast_alive_date\tage\nP1\t2024-01-01\t2024-06-01\t50\nP2\t2024-01-02\t2024-07-01\t6\n"
)
FILES = {
    "p.tsv": PATIENTS,
    "a.tsv": "patient\tdate\tresponse\nP1\t2024-02-01\tPR\nP2\t2024-02-01\tSD\n",
    "s.tsv": "patient\tspecimen\tcollected\tassay\tscore_type\tvalue\nP1\tS1\t2023-12-01\t22C3\tTPS\t40\n",
    "f.tsv": "patient\ttls_score\nP1\t0.5\nP2\t1.5\n",
    "x.vcf": "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT1\n",
    "samples.tsv": "patient\tsample\tstatus\tvcf\nP1\tT1\ttumor\tx.vcf\n",
    "own.yaml": "terms: [missense_variant]\n",
    "genome.fa": ">chr1\nACGT\n",
    "genes.gff3": "##gff-version 3\n",
}
BURDEN = "patient\tsample\tdefinition\tn_variants\tcallable_mb\tdenominator_source\ttmb_per_mb\ttumor_only\tstatus"
RUNS = [given for given in product([False, True], repeat=4) if sum(given) in (0, 1, 4)]
"""Whether a run has samples, PD-L1, features, and a visit interval: nothing, each alone, everything."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def config(*, samples=False, pdl1=False, features=False, interval=False, definitions=("merino_wes",), custom=False):
    """The run's config; its reference says what the burden is divided by."""
    clinical = "patients: p.tsv, assessments: a.tsv" + (", pdl1: s.tsv" if pdl1 else "")
    lines = [f"clinical: {{{clinical}{', features: f.tsv' if features else ''}}}", "plan: plan.yaml"]
    lines += ["samples: samples.tsv"] if samples else []
    lines += ["reference: {fasta: genome.fa, genes: genes.gff3, assumed_bp: 1000000}"]
    lines += [f"burden: {{definitions: [{', '.join(definitions)}]{', custom: own.yaml' if custom else ''}}}"]
    lines += ["endpoints: {visit_interval_days: 30}"] if interval else []
    return "\n".join(lines) + "\n"


def written(*, samples, pdl1, features, interval, definitions):
    """Columns of the cohort that the commands write as the rules call them."""
    call = ["endpoints", "--patients", "p.tsv", "--assessments", "a.tsv", "--endpoints", "e.tsv", "--rates", "r.tsv"]
    assert run([*call, *(["--visit-interval-days", "30"] if interval else [])]) == 0
    call = ["cohort", "--patients", "p.tsv", "--endpoints", "e.tsv", "--cohort", "cohort.tsv", "--flow", "flow.tsv"]
    if samples:
        rows = [f"P1\tT1\t{name}\t1\t1\tassumed\t1\t0\tok" for name in definitions]
        with open("tmb.tsv", "w") as table:
            table.write("\n".join([BURDEN, *rows]) + "\n")
        call += ["--tmb", "tmb.tsv", "--definition", definitions[0]]
    if pdl1:
        out = ["--selected", "selected.tsv", "--rejected", "rejected.tsv"]
        assert run(["pdl1", "--pdl1", "s.tsv", "--patients", "p.tsv", *out]) == 0
        call += ["--pdl1", "selected.tsv"]
    assert run([*call, *(["--features", "f.tsv"] if features else [])]) == 0
    with open("cohort.tsv") as table:
        return table.readline().rstrip("\n").split("\t")


def refused(columns, text, capsys):
    """Those of the columns that `check` does not know, named as covariates of the plan."""
    plan = "title: a\nprimary: {marker: age, endpoint: response}\n"
    plan += "endpoints:\n  response: {kind: binary, column: responder}\n"
    plan += f"markers:\n  age: {{kind: continuous}}\ncovariates: [{', '.join(columns)}]\n"
    with open("config.yaml", "w") as file, open("plan.yaml", "w") as other:
        file.write(text)
        other.write(plan)
    capsys.readouterr()
    run(["check", "--config", "config.yaml"])
    said = capsys.readouterr().err
    return {name for name in columns if f"is '{name}'; expected a column of the cohort table" in said}


@pytest.mark.parametrize(("samples", "pdl1", "features", "interval"), RUNS)
def test_check_knows_every_column_that_cohort_writes_and_no_other(folder, capsys, samples, pdl1, features, interval):
    sheets = {"samples": samples, "pdl1": pdl1, "features": features, "interval": interval}
    definitions = ["nonsynonymous", "merino_wes", "custom"]
    columns = written(**sheets, definitions=definitions)
    everything = {*columns, "treatment_start", "last_alive_date", "tls_score", "pdl1", "pdl1_low", "pdl1_status"}
    everything |= {"tmb_per_mb", "tmb_per_mb_custom", "tmb_per_mb_nonsynonymous", "tmb_per_mb_merino_wes", "sequenced"}
    everything |= {
        "tmb_status",
        "tumor_sample",
        "pfs_months_fda",
        "dor_event_fda",
        "os_months_fda",
        "pfs_months_ema_itt",
    }
    text = config(**sheets, definitions=definitions[:2], custom=True)
    assert refused(sorted(everything), text, capsys) == everything - set(columns)


def test_a_column_that_two_files_bring_is_told_by_check_as_by_cohort(folder, capsys):
    (folder / "f.tsv").write_text("patient\tage\nP1\t0.5\n")
    refused([], config(features=True), capsys)
    run(["check", "--config", "config.yaml"])
    message = "f.tsv:1: column is 'age'; expected a name that p.tsv does not bring"
    assert message in capsys.readouterr().err
    run(["cohort", "--patients", "p.tsv", "--features", "f.tsv", "--cohort", "c.tsv", "--flow", "w.tsv"])
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("column", ["tmb_per_mb", "pdl1_low", "responder", "n_variants"])
def test_a_column_of_a_sheet_that_the_run_makes_itself_is_refused(folder, capsys, column):
    written(samples=True, pdl1=True, features=False, interval=False, definitions=["merino_wes"])
    (folder / "f.tsv").write_text(f"patient\t{column}\nP1\t1\n")
    call = ["cohort", "--patients", "p.tsv", "--endpoints", "e.tsv", "--tmb", "tmb.tsv", "--pdl1", "selected.tsv"]
    assert run([*call, "--features", "f.tsv", "--cohort", "c.tsv", "--flow", "w.tsv"]) == 2
    told = capsys.readouterr().err
    assert f"column is '{column}'; expected a name that " in told and not (folder / "c.tsv").exists()
    refused([], config(samples=True, pdl1=True, features=True), capsys)
    run(["check", "--config", "config.yaml"])
    assert f"column is '{column}'; expected a name that " in capsys.readouterr().err


def test_the_sample_that_stands_for_a_patient_is_no_column_of_a_sheet(folder, capsys):
    """A table of mutations alone brings it, too."""
    (folder / "m.tsv").write_text("patient\tsample\tgene\tconsequence\nP1\tT1\tTP53\tmissense_variant\n")
    (folder / "f.tsv").write_text("patient\ttumor_sample\nP1\t1\n")
    call = ["cohort", "--patients", "p.tsv", "--mutations", "m.tsv", "--cohort", "c.tsv", "--flow", "w.tsv"]
    assert run([*call, "--features", "f.tsv"]) == 2
    assert "column is 'tumor_sample'; expected a name that " in capsys.readouterr().err
