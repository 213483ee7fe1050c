"""The recipes of CONTRIBUTING.md, followed in a copy of the program: one place is changed, all that read it follow."""

# ruff: noqa: E501
from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest


@pytest.fixture
def copy(project, tmp_path):
    """The package in a folder of its own; called with Python text, it runs that against the copy."""
    shutil.copytree(
        project / "src" / "biomarkers", tmp_path / "biomarkers", ignore=shutil.ignore_patterns("__pycache__")
    )

    def run(*words: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        command = [sys.executable, *words]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def changed(folder, place, old, new):
    """Replace a text that stands once in a file of the copy."""
    path = folder / "biomarkers" / place
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_a_definition_of_burden_is_one_record(copy, tmp_path):
    path = tmp_path / "biomarkers" / "genome" / "tmb_definitions.toml"
    path.write_text(path.read_text() + '\n[truncating]\ndescription = "Truncating."\nterms = ["stop_gained"]\n')
    assert "truncating" in copy("-m", "biomarkers", "variants", "--help")
    said = copy("-c", "from biomarkers.io import schemas; print(schemas.load('config')['properties']['burden'])")
    assert "'truncating'" in said
    text = "from biomarkers.genome.tmb_definitions import choose; print(choose(['truncating'], None)[0].counts('stop_gained'))"
    assert copy("-c", text) == "True\n"


def test_a_time_to_an_event_is_one_record(copy, tmp_path):
    record = (
        "    ttf: {label: Time to failure, needs: assessments, origin: treatment_start, events: [progression, death], "
    )
    record += "censored: [last_evaluable], landmarks: [6]}\n"
    changed(tmp_path, "schemas/endpoints.schema.yaml", "x-patient-data: true\n", record + "x-patient-data: true\n")
    (tmp_path / "patients.tsv").write_text("patient\ttreatment_start\nP1\t2020-01-01\n")
    (tmp_path / "assessments.tsv").write_text("patient\tdate\tresponse\nP1\t2020-03-01\tSD\nP1\t2020-05-01\tPD\n")
    sheets = ("--patients", "patients.tsv", "--assessments", "assessments.tsv", "--visit-interval-days", "60")
    copy("-m", "biomarkers", "endpoints", *sheets, "--endpoints", "e.tsv", "--rates", "r.tsv")
    copy(
        "-m",
        "biomarkers",
        "cohort",
        "--patients",
        "patients.tsv",
        "--endpoints",
        "e.tsv",
        "--cohort",
        "c.tsv",
        "--flow",
        "f.tsv",
    )
    head, row = ((tmp_path / "c.tsv").read_text()).splitlines()
    cells = dict(zip(head.split("\t"), row.split("\t"), strict=True))
    assert (cells["ttf_event"], cells["ttf_reason"]) == ("1", "PD (assessments)")
    assert "ttf_rate\tall_treated\t6.0" in (tmp_path / "r.tsv").read_text()
    text = "from biomarkers.report.anonymous import USUAL; print(bool(USUAL.fullmatch('ttf_months_fda')))"
    assert copy("-c", text) == "True\n"


def test_a_setting_is_one_field(copy, tmp_path):
    field = "    vaf: float = fraction(0.05,"
    changed(
        tmp_path,
        "settings_variants.py",
        field,
        '    strand_bias: int = setting(7, "Highest strand bias.", rule="1.3", least=0)\n' + field,
    )
    shown = copy("-m", "biomarkers", "variants", "--help")
    assert "--strand-bias" in shown and "Highest strand bias" in shown
    text = "from biomarkers.io import schemas; print(schemas.load('config')['properties']['burden']['properties']['strand_bias'])"
    assert "'default': 7" in copy("-c", text)


def test_a_callers_dialect_is_one_record(copy, tmp_path):
    changed(
        tmp_path,
        "variants/callers/dialects.py",
        "DIALECTS = (\n",
        'DIALECTS = (\n    Dialect("Ours", (Sign(formats=("OURS",)),), (Reads("OURS", "alts", ref="REFS"),)),\n',
    )
    text = (
        "from biomarkers.variants import vcf; from biomarkers.variants.callers.reader import Reader; "
        "print(Reader(vcf.Header('a.vcf')).way('GT:OURS:REFS', '.').of('0/1:4:16', '.', ['C'], 0))"
    )
    assert "depth=20, alt_reads=4" in copy("-c", text)


def test_an_annotator_is_one_record(copy, tmp_path):
    """And its case in workflow/scripts/annotate.sh."""
    changed(
        tmp_path,
        "run/annotators.py",
        "ANNOTATORS = {\n",
        'ANNOTATORS = {\n    "ours": Annotator("ours", "ours-annotate", "ours", 1_000, {}, ("worst", "pick")),\n',
    )
    text = (
        "from types import SimpleNamespace as S; from biomarkers.run import annotators; from biomarkers.run.checks import counting, programs; "
        "from biomarkers.io import schemas, yamls; from biomarkers.errors import Problems; p = Problems(); "
        "c = {'annotation': {'tool': 'ours'}, 'reference': {'genes': None, 'germline_resource': None}, 'burden': {'definitions': [], "
        "'custom': None, 'exclude_hotspots': False, 'hotspots': None, 'transcripts': 'pick', 'population_af_field': 'auto'}}; "
        "run = S(config=c, awaits_sarek=False, samples=S(sequenced=[], tumors=[S(sample='T', is_annotated=False, entry='vcf')])); "
        "counting.check('c.yaml', run, yamls.Settings(c, {}), p); "
        "print(annotators.chosen(c).environment, programs.needed(run), p.found)"
    )
    assert copy("-c", text) == "ours {'ours-annotate': 'annotation.tool'} []\n"


def test_a_column_of_the_cohort_is_one_declaration(copy, tmp_path):
    changed(
        tmp_path,
        "schemas/cohort.schema.yaml",
        "  treatment_start: &date\n",
        "  burden_status:\n    type: string\n    x-from: [tmb.status]\n    description: Of the burden.\n"
        "  treatment_start: &date\n",
    )
    text = "from biomarkers.clinical import cohort_columns; print(cohort_columns.made(['tmb']))"
    assert "burden_status" in copy("-c", text)
