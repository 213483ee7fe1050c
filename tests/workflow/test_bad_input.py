"""What goes wrong with real files is said with the file's name and the remedy, and leaves nothing half-made."""

from __future__ import annotations

import gzip

import pytest

import builders


@pytest.fixture
def hcc1395(run_folder, shared_data):
    return builders.hcc1395(run_folder, shared_data)


def change(folder, row, column, value):
    """Set one cell of the sample sheet (row 1 is the first sample)."""
    lines = (folder.folder / "config" / "samples.tsv").read_text().splitlines()
    cells = [line.split("\t") for line in lines]
    cells[row][cells[0].index(column)] = str(value)
    folder.sheet("samples.tsv", cells)


def refused(folder, *messages):
    """The run ends with exit status 2 before any job, and says all of this."""
    done = folder.run()
    assert done.returncode == 2, done.stdout + done.stderr
    for message in messages:
        assert message in done.stderr
    assert "Traceback" not in done.stderr and not (folder.folder / "results").exists()


def fails(folder, target, *messages):
    """A rule fails with this message, and the target is not there."""
    done = folder.run(target)
    assert done.returncode == 1
    for message in messages:
        assert builders.tells(done, message), done.stdout + done.stderr
    assert not builders.tells(done, "Traceback") and not (folder.folder / target).exists()


def test_sheet_and_config_are_refused_with_every_problem_at_once(hcc1395):
    change(hcc1395, 1, "fastq_1", "absent.fastq.gz")
    change(hcc1395, 2, "lane", "L3")
    hcc1395.config["reference"]["target"] = "targets.bed"
    del hcc1395.config["reference"]["targets"]
    refused(hcc1395, "config/config.yaml:", "reference.target: unknown key; did you mean targets?")
    hcc1395.config["reference"].pop("target")
    refused(
        hcc1395,
        "config/samples.tsv:2: fastq_1 is 'absent.fastq.gz'; expected a file that exists",
        "config/samples.tsv:3: lane is 'L3'; expected a lane of its own",
        "reference.targets is missing",
    )


def test_misspelt_column_and_missing_normal(hcc1395):
    sheet = hcc1395.folder / "config" / "samples.tsv"
    text = sheet.read_text()
    sheet.write_text(text.replace("fastq_2", "fastq2", 1))
    refused(hcc1395, "config/samples.tsv:1: column is 'fastq2'", "(did you mean 'fastq_2'?)")
    sheet.write_text("".join(line + "\n" for line in text.splitlines() if "HCC1395BL" not in line))
    hcc1395.config["calling"] = {"tumor_only": False}
    refused(hcc1395, "config/samples.tsv:2: sample is 'HCC1395'; expected a normal sample of patient P1")


def test_a_truncated_fastq_fails_before_alignment(hcc1395, shared_data):
    """One of bgzip, whose end marker is missing, before any job; one of gzip when it is read to its end."""
    whole = (shared_data / "hcc1395_exome" / "HCC1395_L3_R2.fastq.gz").read_bytes()
    cut = hcc1395.folder / "cut_R2.fastq.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    change(hcc1395, 1, "fastq_2", cut)
    refused(hcc1395, "cut_R2.fastq.gz: file is truncated")
    whole = gzip.compress(gzip.decompress(whole))
    cut.write_bytes(whole[: len(whole) // 2])
    fails(hcc1395, "results/reads/HCC1395.bam", "cut_R2.fastq.gz: is truncated or damaged; copy it again")


def test_a_fastq_that_ends_within_a_read_fails(hcc1395, shared_data):
    with gzip.open(shared_data / "hcc1395_exome" / "HCC1395_L3_R2.fastq.gz", "rt") as reads:
        lines = reads.readlines()
    cut = hcc1395.folder / "cut_R2.fastq"
    cut.write_text("".join(lines[:-2]))
    change(hcc1395, 1, "fastq_2", cut)
    fails(hcc1395, "results/reads/HCC1395.bam", "cut_R2.fastq: is truncated or damaged")


def test_a_read_with_fewer_qualities_than_bases_fails(hcc1395, shared_data):
    """fastp ends there with status 0, as if the file did."""
    with gzip.open(shared_data / "hcc1395_exome" / "HCC1395_L3_R2.fastq.gz", "rt") as reads:
        lines = reads.readlines()
    lines[803] = lines[803][:100] + "\n"
    damaged = hcc1395.folder / "short_R2.fastq"
    damaged.write_text("".join(lines))
    change(hcc1395, 1, "fastq_2", damaged)
    fails(hcc1395, "results/reads/HCC1395.bam", "HCC1395_L3_R1.fastq.gz or its mate: is truncated")


def test_strangers_are_not_taken_for_mates(hcc1395, shared_data):
    change(hcc1395, 1, "fastq_2", shared_data / "hcc1395_exome" / "HCC1395BL_L3_R2.fastq.gz")
    change(hcc1395, 3, "fastq_2", shared_data / "hcc1395_exome" / "HCC1395_L3_R2.fastq.gz")
    refused(hcc1395, "HCC1395BL_L3_R2.fastq.gz:1: mate is", "HCC1395_L3_R1.fastq.gz: the files are not mates")


def test_a_mate_that_is_lost_far_into_the_file_fails_before_alignment(hcc1395, shared_data):
    with gzip.open(shared_data / "hcc1395_exome" / "HCC1395_L3_R2.fastq.gz", "rt") as reads:
        lines = reads.readlines()
    lost = hcc1395.folder / "lost_R2.fastq"
    lost.write_text("".join(lines[:2000] + lines[2004:]))
    change(hcc1395, 1, "fastq_2", lost)
    number = len(lines) // 4
    fails(hcc1395, "results/reads/HCC1395.bam", f"lost_R2.fastq: are not mates: {number} and {number - 1} reads")
    lost.write_text("".join(lines[:2000] + lines[2004:] + lines[2000:2004]))
    fails(hcc1395, "results/reads/HCC1395.bam", "lost_R2.fastq: are not mates: their read names differ")


def test_other_contig_names_stop_the_run_before_its_first_rule(hcc1395, shared_data):
    with gzip.open(shared_data / "hcc1395_exome" / "gnomad.vcf.gz", "rt") as records:
        text = records.read().replace("chr17mini", "17mini")
    other = hcc1395.folder / "gnomad17.vcf"
    other.write_text(text)
    hcc1395.config["reference"]["germline_resource"] = str(other)
    refused(hcc1395, "gnomad17.vcf: chrom is '17mini'; expected 'chr17mini'")


def test_the_remedies_for_a_vendors_targets_can_be_followed_in_a_run(hcc1395, shared_data):
    """The real targets without chr, counted from 1, gzipped, with a byte-order mark and Latin-1 names."""
    lines = (shared_data / "hcc1395_exome" / "targets.bed").read_text().splitlines()
    cells = [line.split("\t") for line in lines]
    vendor = "track name=G\u00e8nes\r\n" + "".join(f"{c[0][3:]}\t{int(c[1]) + 1}\t{c[2]}\tG\u00e8ne\r\n" for c in cells)
    bed = hcc1395.folder / "vendor.bed.gz"
    bed.write_bytes(gzip.compress(vendor.encode("latin-1")))
    hcc1395.config["reference"]["targets"] = "vendor.bed.gz"
    refused(hcc1395, "vendor.bed.gz:2: chrom is '17mini'; expected 'chr17mini'", "`reference: {rename_contigs: true}`")
    hcc1395.config["reference"] |= {"rename_contigs": True, "one_based_targets": True}
    done = hcc1395.run("resources/targets.bed")
    assert done.returncode == 0, done.stdout + done.stderr
    cleaned = [line.split("\t") for line in (hcc1395.folder / "resources/targets.bed").read_text().splitlines()]
    assert cleaned == sorted((c[:3] for c in cells), key=lambda c: int(c[1]))


def test_of_several_tracks_the_named_one_is_taken_in_a_run(hcc1395, shared_data):
    """NimbleGen's file: targets, then the probes that tile more than them."""
    targets = (shared_data / "hcc1395_exome" / "targets.bed").read_text()
    rows = [line.split("\t")[:3] for line in targets.splitlines()]
    probes = "".join(f"{c}\t{max(int(s) - 60, 0)}\t{e}\n" for c, s, e in rows)
    text = f"track name=target_region description=x\n{targets}track name='tiled region'\n{probes}"
    (hcc1395.folder / "tracks.bed").write_text(text)
    hcc1395.config["reference"]["targets"] = "tracks.bed"
    refused(hcc1395, "tracks.bed: track is not one: 'target_region' (33 lines)", "`reference: {target_track: NAME}`")
    for name, least in (("tiled region", 7348), ("target_region", 7347)):
        hcc1395.config["reference"]["target_track"] = name
        done = hcc1395.run("resources/targets.bed", "--forcerun", "targets")
        assert done.returncode == 0, done.stdout + done.stderr
        cleaned = [line.split("\t") for line in (hcc1395.folder / "resources/targets.bed").read_text().splitlines()]
        found = sum(int(end) - int(start) for _, start, end in cleaned)
        assert found == 7347 if name == "target_region" else found >= least


def test_targets_counted_from_one_are_told_by_their_size_and_the_remedy_is_a_setting(hcc1395):
    bed = hcc1395.folder / "tiles.bed"
    bed.write_text("".join(f"chr17mini\t{i * 50 + 1}\t{i * 50 + 50}\n" for i in range(20, 60)))
    hcc1395.config["reference"]["targets"] = "tiles.bed"
    refused(hcc1395, "tiles.bed:2: start is one base after", "`reference: {one_based_targets: true}`")
    hcc1395.config["reference"]["one_based_targets"] = True
    assert hcc1395.run("--dry-run").returncode == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("samples: [1\n", "config/config.yaml:2: text cannot be read as YAML ("),
        ("samples: a\nsamples: b\n", "config/config.yaml:2: samples is repeated; expected each key once"),
        ("reads:\n\ttrim: false\n", "config/config.yaml:2: text cannot be read as YAML ("),
        ("- a\n", "config/config.yaml:1: file is a list; expected `key: value` lines"),
        ("\udcff\n", "config/config.yaml: file cannot be read ("),
        (None, "config/config.yaml: file is missing"),
    ],
)
def test_a_config_that_is_none_is_refused_as_by_check(run_folder, text, message):
    config = run_folder.folder / "config" / "config.yaml"
    config.parent.mkdir()
    if text is not None:
        config.write_text(text, encoding="utf-8", errors="surrogateescape")
    done = run_folder.start()
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr
    assert not (run_folder.folder / "results").exists()


@pytest.mark.parametrize("text", ["# later\n", "report: {title: x}\n", "plan: plan.yaml\n", "clinical: {pdl1: null}\n"])
def test_a_config_that_asks_for_nothing_is_no_run_that_finishes(run_folder, text):
    (run_folder.folder / "config").mkdir()
    (run_folder.folder / "config" / "config.yaml").write_text(text)
    (run_folder.folder / "plan.yaml").write_text("primary: {marker: age, endpoint: orr}\n")
    done = run_folder.start()
    assert done.returncode == 2 and "config/config.yaml: " in done.stderr and "Traceback" not in done.stderr
    assert "file asks for nothing; expected samples, clinical.patients or clinical.maf" in done.stderr
    assert not (run_folder.folder / "results").exists()


def test_a_sheet_without_rows_is_no_run_that_finishes(run_folder):
    run_folder.config = {"samples": run_folder.sheet("samples.tsv", [["patient", "sample", "status", "vcf"]])}
    refused(run_folder, "config/samples.tsv: file has no rows; expected at least one sample")
