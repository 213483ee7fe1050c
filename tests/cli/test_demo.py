"""`biomarkers demo`: its files are whole, agree with the truth beside them, and pass the project's own checks."""

import csv
import gzip
import os
import shutil
import subprocess
from dataclasses import replace

import pysam
import pytest
from cyvcf2 import VCF

from biomarkers.cli.app import run
from biomarkers.demo import trial
from biomarkers.io import tables


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo") / "run"
    assert run(["demo", str(out), "--patients", "8", "--seed", "7"]) == 0
    return out


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    """The text files of 60 patients, without reads."""
    out = tmp_path_factory.mktemp("sheets")
    made = trial.plan(patients=60, seed=1)
    for file in trial.files(without_reads(made)):
        if file.kind == "text":
            (out / file.path).parent.mkdir(parents=True, exist_ok=True)
            (out / file.path).write_bytes(file.content)
    return out


@pytest.fixture
def quick(monkeypatch):
    """Trials without reads, where only the handling of files is tested."""
    plan = trial.plan
    monkeypatch.setattr(trial, "plan", lambda **options: without_reads(plan(**options)))


def without_reads(made):
    return replace(made, people=[replace(p, entry="none") for p in made.people])


def rows(path):
    with open(path, newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_same_options_same_bytes(folder, tmp_path):
    assert run(["demo", str(tmp_path / "again"), "--patients", "8", "--seed", "7"]) == 0
    one, other = contents(folder), contents(tmp_path / "again")
    assert list(one) == list(other)
    assert [path for path in one if one[path] != other[path]] == []


def test_a_second_call_touches_nothing_and_another_seed_replaces_all(quick, tmp_path, capsys):
    out = tmp_path / "copy"
    assert run(["demo", str(out), "--patients", "8", "--seed", "7"]) == 0
    (out / "results").mkdir()
    (out / "results" / "kept.txt").write_text("kept")
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*")}
    assert run(["demo", str(out), "--patients", "8", "--seed", "7"]) == 0
    assert before == {p: p.stat().st_mtime_ns for p in out.rglob("*")}
    assert "untouched" in capsys.readouterr().out
    assert run(["demo", str(out), "--patients", "9", "--seed", "8"]) == 0
    assert len(rows(out / "config" / "patients.tsv")) == 9
    assert (out / "results" / "kept.txt").read_text() == "kept"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy"]


def test_it_says_where_things_are_and_what_the_truth_is(quick, tmp_path, capsys):
    out = tmp_path / "x" / "run"
    assert run(["demo", str(out), "--patients", "8"]) == 0
    said = capsys.readouterr().out
    assert str(out / "truth" / "README.md") in said
    assert "2 of the 8 treated respond" in said
    assert "associated with response: tmb_per_mb, pdl1, tls_score, ARID1A." in said
    assert "Associated with nothing: age" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--patients", "7"], "--patients is '7'; expected a whole number from 8 to 200"),
        (["--patients", "201"], "--patients is '201'; expected a whole number from 8 to 200"),
        (["--seed", "-1"], "--seed is '-1'; expected a whole number of at least 0"),
        (["--patients", "many"], "many"),
    ],
)
def test_silly_options_are_refused(tmp_path, capsys, options, message):
    assert run(["demo", str(tmp_path / "run"), *options]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_refused(tmp_path, capsys):
    (tmp_path / "thesis.doc").write_text("mine")
    (tmp_path / "file").write_text("mine")
    assert run(["demo", str(tmp_path), "--patients", "7"]) == 2
    said = capsys.readouterr().err
    assert "OUT is a folder with other files" in said and "--patients is '7'" in said
    assert run(["demo", str(tmp_path / "file")]) == 2
    assert "OUT is a file" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "thesis.doc"]


def test_an_empty_folder_is_taken(quick, tmp_path):
    assert run(["demo", str(tmp_path), "--patients", "8"]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["config", "data", "truth"]


@pytest.mark.parametrize("sheet", ["patients", "assessments", "pdl1", "adverse_events", "features", "samples"])
def test_sheets_pass_their_schemas(folder, sheets, sheet):
    for place in (folder, sheets):
        assert len(tables.read(place / "config" / f"{sheet}.tsv", sheet)) > 0 or place == sheets


def test_check_finds_nothing_wrong(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    assert run(["check"]) == 0, capsys.readouterr().err


def test_endpoints_find_the_true_responders(sheets, tmp_path):
    config = sheets / "config"
    command = ["endpoints", "--patients", config / "patients.tsv", "--assessments", config / "assessments.tsv"]
    command += ["--endpoints", tmp_path / "e.tsv", "--rates", tmp_path / "r.tsv"]
    assert run([str(part) for part in command]) == 0
    found = {r["patient"]: r["responder"] or "0" for r in rows(tmp_path / "e.tsv")}
    truth = {r["patient"]: r["responder"] for r in rows(sheets / "truth" / "patients.tsv")}
    assert found == truth and list(truth.values()).count("1") == 17


def test_pdl1_reads_the_awkward_sheet_as_truth_says(sheets, tmp_path):
    config = sheets / "config"
    command = ["pdl1", "--pdl1", config / "pdl1.tsv", "--patients", config / "patients.tsv", "--score-type", "TPS"]
    command += [
        "--assays",
        "JS311",
        "--assays",
        "22C3",
        "--selected",
        tmp_path / "s.tsv",
        "--rejected",
        tmp_path / "r.tsv",
    ]
    assert run([str(part) for part in command]) == 0
    selected = {r["patient"]: r for r in rows(tmp_path / "s.tsv")}
    truth = {r["patient"]: r for r in rows(sheets / "truth" / "patients.tsv")}
    assert {k: r["status"] for k, r in selected.items()} == {k: r["pdl1_status"] for k, r in truth.items()}
    for patient, row in selected.items():
        if row["status"] == "scored":
            assert float(row["low"]) - 0.01 <= float(truth[patient]["pdl1_true"]) <= float(row["high"])
    written = {r["value"] for r in rows(config / "pdl1.tsv")}
    assert {"<1", "1-49%", ">=50", "NE", "insufficient", "120", "IC2"} <= written
    assert any("," in value for value in written)


def test_vcfs_hold_the_records_of_the_truth(folder):
    truth = [r for r in rows(folder / "truth" / "variants.tsv") if r["entry"] == "vcf"]
    samples = [r for r in rows(folder / "config" / "samples.tsv") if r["vcf"]]
    assert len(samples) == 6
    for sample in samples:
        vcf = VCF(str(folder / sample["vcf"]))
        patient = sample["patient"]
        assert vcf.samples == [f"{patient}-N", sample["sample"]]
        assert f"##tumor_sample={sample['sample']}" in vcf.raw_header
        assert f"##normal_sample={patient}-N" in vcf.raw_header
        assert os.path.exists(folder / f"{sample['vcf']}.tbi")
        found = [(v.CHROM, str(v.POS), v.REF, v.ALT[0]) for v in vcf]
        expected = [r for r in truth if r["patient"] == patient]
        assert found == [(r["chrom"], r["pos"], r["ref"], r["alt"]) for r in expected]
        for v, row in zip(VCF(str(folder / sample["vcf"])), expected, strict=True):
            reference, alternative = v.format("AD")[1]
            assert v.format("DP")[1][0] == reference + alternative
            passes = v.FILTER is None
            assert passes == (row["exclusion"] != "filter")


def test_population_frequencies_agree_with_the_reference(folder):
    with pysam.FastaFile(str(folder / "data" / "reference.fa")) as reference:
        records = list(VCF(str(folder / "data" / "population.vcf.gz")))
        assert len(records) > 2000
        for v in records:
            assert reference.fetch(v.CHROM, v.POS - 1, v.POS - 1 + len(v.REF)) == v.REF
            assert 0 < v.INFO["AF"] <= 0.5
    assert sum(0.01 < v.INFO["AF"] < 0.2 for v in records) > 600


def test_bams_are_whole_sorted_indexed_and_name_their_sample(folder):
    found = [r for r in rows(folder / "config" / "samples.tsv") if r["bam"]]
    assert [r["status"] for r in found] == ["tumor", "normal"]
    for row in found:
        path = str(folder / row["bam"])
        pysam.quickcheck(path)
        with pysam.AlignmentFile(path) as bam:
            header = bam.header.to_dict()
            assert header["HD"]["SO"] == "coordinate" and "PG" not in header
            (group,) = header["RG"]
            assert group["SM"] == row["sample"] and set(group) == {"ID", "SM", "LB", "PL", "PU"}
            assert bam.check_index() and bam.mapped > 50_000 and bam.unmapped == 0
            read = next(bam.fetch("chr2", 100_000, 101_000))
            assert read.is_proper_pair and read.get_tag("RG") == group["ID"]
            assert bam.mate(read).query_name == read.query_name


def test_fastq_mates_match_and_lanes_are_named(folder):
    found = [r for r in rows(folder / "config" / "samples.tsv") if r["fastq_1"]]
    assert [(r["status"], r["lane"]) for r in found] == [("tumor", "L001"), ("tumor", "L002"), ("normal", "L001")]
    for row in found:
        assert f"_{row['lane']}_R1_001.fastq.gz" in row["fastq_1"]
        one, two = (
            gzip.decompress((folder / row[k]).read_bytes()).decode().splitlines() for k in ("fastq_1", "fastq_2")
        )
        assert len(one) == len(two) and len(one) % 4 == 0
        assert [n.split()[0] for n in one[::4]] == [n.split()[0] for n in two[::4]]
        assert one[0].split(":")[3] == str(int(row["lane"][1:]))
        assert {len(line) for line in one[1::4]} == {100} == {len(line) for line in two[3::4]}


@pytest.fixture(scope="module")
def annotated(folder, tmp_path_factory):
    bcftools = shutil.which("bcftools")
    if bcftools is None:
        pytest.skip("bcftools is not installed")
    data, out = folder / "data", tmp_path_factory.mktemp("csq")
    for vcf in sorted((data / "vcf").glob("*.vcf.gz")):
        command = [bcftools, "csq", "--local-csq", "-f", data / "reference.fa", "-g", data / "genes.gff3.gz"]
        subprocess.run([*command, "-Oz", "-o", out / vcf.name, vcf], check=True, capture_output=True)
    return out


def test_bcftools_csq_finds_every_planted_consequence(folder, annotated):
    truth = {
        (r["patient"], r["chrom"], r["pos"], r["alt"]): r
        for r in rows(folder / "truth" / "variants.tsv")
        if r["entry"] == "vcf"
    }
    seen = set()
    for path in annotated.glob("*.vcf.gz"):
        for v in VCF(str(path)):
            row = truth[path.name.removesuffix("-T.vcf.gz"), v.CHROM, str(v.POS), v.ALT[0]]
            terms = {t for entry in (v.INFO.get("BCSQ") or "").split(",") for t in entry.split("|")[0].split("&")}
            wanted = row["consequence"].removesuffix("_variant")
            assert wanted in terms or (not wanted and not terms & {"missense", "synonymous"})
            seen.add(wanted)
    assert {"missense", "synonymous"} <= seen


def test_the_variants_command_excludes_for_the_true_reason(folder, annotated, tmp_path):
    """Each record of the VCFs gets the exclusion and the definitions that the truth names."""
    data = folder / "data"
    regions = tmp_path / "regions.bed"
    command = ["denominator", "--targets", data / "targets.bed", "--coding", data / "genes.gff3.gz"]
    command += ["--regions", regions, "--denominator", tmp_path / "denominator.tsv"]
    assert run([str(part) for part in command]) == 0
    truth = rows(folder / "truth" / "variants.tsv")
    for path in annotated.glob("*.vcf.gz"):
        tumor = path.name.removesuffix(".vcf.gz")
        out = tmp_path / f"{tumor}.tsv"
        command = ["variants", "--vcf", path, "--tumor-sample", tumor, "--normal-sample", tumor[:-1] + "N"]
        command += ["--definition", "merino_wes", "--definition", "nonsynonymous", "--definition", "all_coding"]
        command += ["--definition", "missense_only", "--regions", regions, "--variants", out]
        assert run([str(part) for part in command]) == 0
        found = {(r["chrom"], r["pos"], r["alt"]): (r["exclusion"], set(r["counted_in"].split(","))) for r in rows(out)}
        wanted = {
            (r["chrom"], r["pos"], r["alt"]): (r["exclusion"], set(r["counts_in"].split(",")))
            for r in truth
            if r["sample"] == tumor
        }
        assert found == wanted
    (row,) = rows(tmp_path / "denominator.tsv")
    summary = trial.plan(patients=8, seed=7)
    assert int(row["callable_bp"]) == summary.genome.countable_bp
