"""The pipeline of Nextflow, run for real, gives what Snakemake gives from the same config."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.demo import people
from builders import RunFolder

pytestmark = pytest.mark.slow
PATIENTS, TUMORS = 8, 5
PER_TUMOR = ("GIVEN", "ANNOTATE", "BIOMARKERS_DENOMINATOR", "BIOMARKERS_VARIANTS")
ONCE = (
    "CHECK", "GENOME", "FREQUENCIES", "BIOMARKERS_TARGETS", "BIOMARKERS_CODING", "BIOMARKERS_QC", "BIOMARKERS_TMB",
    "BIOMARKERS_MAF", "BIOMARKERS_PICTURES", "BIOMARKERS_PDL1", "BIOMARKERS_ENDPOINTS", "BIOMARKERS_COHORT",
    "BIOMARKERS_ASSOCIATE", "BIOMARKERS_REPORT", "PROVENANCE",
)  # fmt: skip
RECORDS = re.compile(
    r"\.json$|\.md5$|^logs/|^pipeline_info/|^benchmarks/|\.snakemake_timestamp$|\.vcf\.gz(\.tbi)?$|index\.html$|\.pdf$"
)
"""Files that say where something came from, by path and date, what is compared by itself below, and pictures as PDF,
the order of whose parts differs from run to run."""
PAGE_NAMES = {
    "trial.adverse_events_summary.tsv": "adverse_events.tsv",
    "trial.table.tsv": "denominator_steps.tsv",
    "trial.selected.tsv": "pdl1.tsv",
}
"""Files that have another name where they are published."""


class Pipeline:
    """The pipeline in the folder of a run."""

    def __init__(self, folder: Path, project: Path) -> None:
        self.folder, self.project = folder, project

    def run(self, *words: str, config: str | None = "config/config.yaml") -> subprocess.CompletedProcess[str]:
        given = ["-params-file", config] if config else []
        command = [launcher(self.project), "-log", "nextflow.log", "run"]
        command += [str(self.project / "nextflow" / "main.nf"), "-ansi-log", "false", *given, *words]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=1500,
            env=os.environ | {"NXF_OFFLINE": "true"},
        )  # fmt: skip


def launcher(project: Path) -> str:
    """Nextflow as `make test-slow` installed it, or as conda brings it."""
    own = project / ".tools" / "nextflow" / "nextflow"
    return str(own) if own.exists() else "nextflow"


def submitted(done: subprocess.CompletedProcess[str], word: str = "Submitted") -> Counter[str]:
    """Tasks by process that a run started, or took from an earlier one (Cached)."""
    return Counter(re.findall(rf"{word} process > (\w+)", done.stdout))


def files(results: Path) -> dict[str, bytes]:
    """Tables, regions and pictures of a run, by path."""
    there = {str(path.relative_to(results)): path for path in sorted(results.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in there.items() if not RECORDS.search(name)}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A trial of patients who all enter by VCF, with names in it that a shell would stumble over."""
    folder = tmp_path_factory.mktemp("demo") / "run"
    drawn = people.people

    def by_vcf(rng, count):
        return [replace(p, entry="vcf" if number < TUMORS else "none") for number, p in enumerate(drawn(rng, count))]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "people", by_vcf)
        assert run(["demo", str(folder), "--patients", str(PATIENTS), "--seed", "1"]) == 0
    config = folder / "config"
    # Two sheets of one name, a set of genes that the plan finds from the run's folder, and words for a shell.
    (config / "it's a dir").mkdir()
    shutil.move(config / "features.tsv", config / "it's a dir" / "patients.tsv")
    (config / "it's a dir" / "my sets.gmt").write_text("REPAIR\t\tARID1A\tTP53\n")
    text = (config / "config.yaml").read_text()
    text = text.replace("config/features.tsv", '"config/it\'s a dir/patients.tsv"')
    (config / "config.yaml").write_text(re.sub("title: .*}", 'title: "It\'s `id` & $(id) <b>\\\\\\\\1"}', text))
    plan = (config / "analysis_plan.yaml").read_text()
    sets = 'genes: {sets: ["config/it\'s a dir/my sets.gmt"], min_carriers: 1'
    (config / "analysis_plan.yaml").write_text(plan.replace("genes: {min_carriers: 3", sets))
    return folder


@pytest.fixture(scope="module")
def by_snakemake(demo, project, tmp_path_factory):
    folder = tmp_path_factory.mktemp("snakemake") / "run"
    shutil.copytree(demo, folder)
    done = RunFolder(folder, project / "workflow" / "Snakefile").start()
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "results"


@pytest.fixture(scope="module")
def pipeline(demo, project, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nextflow") / "run"
    shutil.copytree(demo, folder)
    return Pipeline(folder, project)


@pytest.fixture(scope="module")
def first(pipeline):
    done = pipeline.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture
def results(pipeline, first):
    return pipeline.folder / "results"


def test_every_table_is_that_of_snakemake_byte_for_byte(by_snakemake, results, first):
    theirs, ours = files(by_snakemake), files(results)
    assert len(theirs) > 60
    assert ours.keys() == theirs.keys()
    assert [name for name in theirs if ours[name] != theirs[name]] == []
    assert b"REPAIR" in ours["association/results.tsv"]
    assert submitted(first) == dict.fromkeys(PER_TUMOR, TUMORS) | dict.fromkeys(ONCE, 1)


def test_the_calls_are_those_of_snakemake(by_snakemake, results):
    vcfs = sorted(path.name for path in (by_snakemake / "variants").glob("*.vcf.gz"))
    assert vcfs == sorted(path.name for path in (results / "variants").glob("*.vcf.gz"))
    for name in vcfs:
        theirs, ours = (
            [
                line
                for line in gzip.decompress((folder / "variants" / name).read_bytes()).splitlines()
                if line[:2] != b"##"
            ]
            for folder in (by_snakemake, results)
        )
        assert ours == theirs and len(ours) > 1
        assert (results / "variants" / f"{name}.tbi").is_file()


def test_the_page_is_that_of_snakemake_but_for_the_names_of_its_files(by_snakemake, results):
    theirs, ours = ((folder / "report" / "index.html").read_text("utf-8") for folder in (by_snakemake, results))
    for name, other in PAGE_NAMES.items():
        ours = ours.replace(name, other)
    # The pipeline of Nextflow runs no MultiQC, which its page then does not lead to.
    theirs, linked = re.subn('\n<p><a href="../qc/multiqc.html">[^\n]*</p>\n', "", theirs)
    # Names of files that are longer may leave a column no short one.
    theirs, ours = (page.replace('class="short"', 'class=""') for page in (theirs, ours.replace("trial.", "")))
    assert ours == theirs and linked == 1
    assert "It&#39;s `id` &amp; $(id) &lt;b&gt;\\1" in theirs


def test_the_chain_of_evidence_names_the_same_files(by_snakemake, results, pipeline):
    theirs, ours = (json.loads((folder / "burden" / "tmb.tsv.json").read_text()) for folder in (by_snakemake, results))
    assert ours["files"].keys() == theirs["files"].keys() and ours["settings"] == theirs["settings"]
    differ = {name for name in theirs["files"] if ours["files"][name]["md5"] != theirs["files"][name]["md5"]}
    assert {name for name in differ if not name.endswith(".vcf.gz")} == set()
    (programs,) = (pipeline.folder / "results" / "pipeline_info").iterdir()
    assert '"ANNOTATE":\n    bcftools: ' in programs.read_text()


def test_a_run_that_is_resumed_does_nothing_again(pipeline, first):
    before = {path: path.stat().st_mtime_ns for path in (pipeline.folder / "results").rglob("*.tsv")}
    again = pipeline.run("-resume")
    assert again.returncode == 0, again.stdout + again.stderr
    assert submitted(again) == {} and submitted(again, "Cached") == submitted(first)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_changed_sheet_is_checked_and_only_what_hangs_on_it_is_made_again(pipeline, first):
    sheet = pipeline.folder / "config" / "pdl1.tsv"
    sheet.write_text("\n".join([*sheet.read_text().splitlines(), ""]).replace("1-49%", "20"))
    again = pipeline.run("-resume")
    assert again.returncode == 0, again.stdout + again.stderr
    assert set(submitted(again)) == {
        "CHECK", "BIOMARKERS_PDL1", "BIOMARKERS_COHORT", "BIOMARKERS_ASSOCIATE", "BIOMARKERS_REPORT",
    }  # fmt: skip


def test_a_stub_run_goes_through_every_process(demo, project, tmp_path):
    shutil.copytree(demo, tmp_path / "run")
    pipeline = Pipeline(tmp_path / "run", project)
    done = pipeline.run("-stub-run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert submitted(done) == dict.fromkeys(PER_TUMOR, TUMORS) | dict.fromkeys(ONCE, 1)
    assert (tmp_path / "run" / "results" / "report" / "index.html").read_bytes() == b""


def test_what_is_wrong_is_told_with_patient_and_remedy_before_anything_runs(demo, project, tmp_path):
    shutil.copytree(demo, tmp_path / "run")
    sheet = tmp_path / "run" / "config" / "samples.tsv"
    rows = [line.split("\t") for line in sheet.read_text().splitlines()]
    vcf = tmp_path / "run" / rows[1][rows[0].index("vcf")]
    text = gzip.decompress(vcf.read_bytes()).decode()
    name = rows[1][rows[0].index("sample")]
    # Columns of which nothing says whose they are.
    vcf.write_bytes(gzip.compress(re.sub(r"(?m)^(#CHROM.*FORMAT).*", "\\1\tB7\tB8", text).encode()))
    done = Pipeline(tmp_path / "run", project).run("--burden.waf", "0.1", "--pdl1.window_days", "many")
    said = done.stdout + done.stderr
    assert done.returncode == 1 and submitted(done) == {"CHECK": 1}
    assert "burden.waf: unknown key" in said
    assert "pdl1.window_days is 'many'; expected a whole number" in said
    done = Pipeline(tmp_path / "run", project).run()
    said = done.stdout + done.stderr
    assert done.returncode == 1 and submitted(done) == {"CHECK": 1}
    file = rf"data/vcf/{name}\S*"
    message = rf"config/samples\.tsv:2: vcf_tumor is missing; expected the tumor's column of {file}, one of B7, B8"
    assert re.search(message, said), said


@pytest.mark.parametrize(
    ("profiles", "said"),
    [("slurm,apptainer", ["executor = 'slurm'", "apptainer {\n   enabled = true"]), ("conda", ["conda {\n   enabled"])],
)
def test_profiles_are_read(project, tmp_path, profiles, said):
    """They are not run: there is no conda and no container runtime here."""
    command = [launcher(project), "-log", "nextflow.log", "config", "-profile", profiles]
    done = subprocess.run(
        [*command, str(project / "nextflow")], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [words for words in said if words not in done.stdout] == []
    assert "WARN" not in done.stdout + done.stderr
