"""Calling without a normal, in parts, and with a panel of normals, on the real reads of HCC1395."""

from __future__ import annotations

import copy
import subprocess

import pysam
import pytest

from builders import RunFolder, hcc1395

TABLE = "results/variants/HCC1395.variants.tsv.gz"
VCF = "results/variants/HCC1395.vcf.gz"


@pytest.fixture(scope="module")
def tumor_only(tmp_path_factory, project, shared_data):
    """HCC1395 run without its normal, from reads to cohort."""
    folder = hcc1395(RunFolder(tmp_path_factory.mktemp("tumor_only"), project / "workflow" / "Snakefile"), shared_data)
    sheet = folder.folder / "config" / "samples.tsv"
    sheet.write_text("".join(line for line in sheet.read_text().splitlines(True) if "HCC1395BL" not in line))
    patients = [["patient", "best_response", "pfs_months", "pfs_event"], ["P1", "PR", "7.5", "0"]]
    folder.config["clinical"] = {"patients": folder.sheet("patients.tsv", patients)}
    ran(folder)
    return folder


@pytest.fixture
def changed(tumor_only):
    """The same folder with a config that a test may change."""
    return RunFolder(tumor_only.folder, tumor_only.snakefile, copy.deepcopy(tumor_only.config))


def ran(folder, *targets):
    done = folder.run("--notemp", *targets)
    assert done.returncode == 0, done.stdout + done.stderr


def rows_of(folder):
    return {row["pos"]: row for row in folder.tsv(TABLE)}


def calls_of(folder, path=VCF):
    """Every record with its verdict and the tumor's reads."""
    with pysam.VariantFile(folder.folder / path) as records:
        return [(r.contig, r.pos, r.ref, r.alts, list(r.filter), r.samples[0]["AD"]) for r in records]


def test_every_table_says_tumor_only_and_only_the_somatic_variant_counts(tumor_only):
    rows = rows_of(tumor_only)
    assert len(rows) > 20 and {row["tumor_only"] for row in rows.values()} == {"1"}
    assert [pos for pos, row in rows.items() if row["counted_in"]] == ["14310"]
    assert rows["14310"]["hgvsp"] == "p.Arg175His"
    # Common germline variants (TP53 p.Pro72Arg and others) are there, and gone by their population frequency.
    common = [row for row in rows.values() if row["population_af"] and float(row["population_af"]) > 0.05]
    assert len(common) >= 10 and not any(row["counted_in"] for row in common)
    tmb = tumor_only.tsv("results/burden/tmb.tsv")
    assert {(row["n_variants"], row["tumor_only"]) for row in tmb} == {("1", "1")}
    assert all("tumor-only call: rare germline variants may be counted" in row["note"] for row in tmb)
    (patient,) = tumor_only.tsv("results/cohort.tsv")
    assert (patient["tumor_only"], patient["n_variants"], patient["sequenced"]) == ("1", "1", "1")


def test_a_rare_germline_variant_passes_until_a_panel_of_normals_knows_it(tumor_only, changed):
    """BRCA1 p.Arg1772Ter is in gnomAD at 1e-5: too rare for its frequency to tell that it is germline."""
    brca1 = rows_of(tumor_only)["41056"]
    assert (brca1["gene"], brca1["consequence"], brca1["filter"]) == ("BRCA1", "stop_gained", "PASS")
    assert float(brca1["population_af"]) == pytest.approx(1.21818e-05, rel=1e-6)
    assert (brca1["exclusion"], brca1["counted_in"]) == ("callable", ""), "it is on target, but too shallow here"
    panel = changed.folder / "panel.vcf"
    panel.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr17mini,length=155223>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        "chr17mini\t41056\t.\tG\tA\t.\t.\t.\n"
    )
    changed.config["reference"]["panel_of_normals"] = str(panel)
    ran(changed, TABLE)
    with_panel = rows_of(changed)
    assert "41056" not in with_panel, "Mutect2 does not call the sites of its panel"
    assert with_panel["14310"]["counted_in"] and with_panel["14549"]["filter"] == "PASS", "others are left alone"


def test_two_parts_give_the_calls_of_one(changed):
    ran(changed, VCF)
    whole = calls_of(changed)
    changed.config["calling"] = {"scatter": 2}
    ran(changed, VCF, "--forcerun", "call")
    log = (changed.folder / "results/logs/call/HCC1395.log").read_text()
    assert log.count("Mutect2 done") == 2, "two parts ran"
    assert calls_of(changed) == whole and len(whole) > 20


def test_without_the_filter_of_orientation_nothing_is_collected_for_it(changed):
    changed.config["calling"] = {"orientation": False}
    ran(changed, VCF, "--forcerun", "call")
    log = (changed.folder / "results/logs/call/HCC1395.log").read_text()
    assert "Mutect2 done" in log and "f1r2-tar-gz" not in log and "LearnReadOrientationModel" not in log
    assert not any("orientation" in filters for *_, filters, _ in calls_of(changed))


def test_a_hot_spot_is_not_taken_for_germline(changed):
    changed.config["burden"] = {"max_population_af": 1e-6}
    ran(changed, "results/burden/tmb.tsv")
    assert rows_of(changed)["14310"]["exclusion"] == "germline"
    assert {row["n_variants"] for row in changed.tsv("results/burden/tmb.tsv")} == {"0"}
    (changed.folder / "hotspots.txt").write_text("TP53 p.Arg175His\n")
    changed.config["burden"]["hotspots"] = "hotspots.txt"
    ran(changed, "results/burden/tmb.tsv")
    assert rows_of(changed)["14310"]["exclusion"] == ""
    assert {(row["n_variants"], row["tumor_only"]) for row in changed.tsv("results/burden/tmb.tsv")} == {("1", "1")}


@pytest.fixture
def two_pairs(run_folder, shared_data):
    """Each lane a patient of its own: two tumors with two normals, and a panel to be built from the normals."""
    folder = hcc1395(run_folder, shared_data)
    lines = [line.split("\t") for line in (folder.folder / "config" / "samples.tsv").read_text().splitlines()]
    rows = [[f"P{row[3]}", f"{row[1]}_{row[3]}", *row[2:]] for row in lines[1:]]
    folder.sheet("samples.tsv", [lines[0], *rows])
    folder.config["reference"]["panel_of_normals"] = "build"
    return folder


@pytest.mark.slow
def test_a_panel_is_built_from_the_normals_and_used(two_pairs):
    done = two_pairs.run("results/calling/HCC1395_L3.vcf.gz")
    assert done.returncode == 0, done.stdout + done.stderr
    with pysam.VariantFile(two_pairs.folder / "results/panel/panel_of_normals.vcf.gz") as records:
        found = {(r.pos, r.ref, r.alts): r.info["FRACTION"] for r in records}
    # The germline BRCA1 p.Arg1772Ter is in both normals and rare in gnomAD; the common TP53 p.Pro72Arg needs no panel,
    # and the somatic TP53 p.Arg175His is in no normal.
    assert found[41056, "G", ("A",)] == 1 and all(share == 1 for share in found.values())
    assert not {position for position, *_ in found} & {15376, 14310}
    command = (two_pairs.folder / "results/logs/call/HCC1395_L3.log").read_text()
    assert "results/panel/panel_of_normals.vcf.gz" in command
    passed = [call for call in calls_of(two_pairs, "results/calling/HCC1395_L3.vcf.gz") if call[4] == ["PASS"]]
    assert [call[:4] for call in passed] == [("chr17mini", 14310, "C", ("T",))]
    assert "f1r2-tar-gz" not in (two_pairs.folder / "results/logs/call_normal/HCC1395BL_L3.log").read_text()
    left = subprocess.run(["ls", str(two_pairs.folder / "results/panel")], capture_output=True, text=True, check=True)
    assert left.stdout.split() == ["panel_of_normals.vcf.gz", "panel_of_normals.vcf.gz.tbi"]


def test_a_panel_of_one_normal_is_refused(run_folder, shared_data):
    folder = hcc1395(run_folder, shared_data)
    folder.config["reference"]["panel_of_normals"] = "build"
    done = folder.run()
    assert done.returncode == 2 and not (folder.folder / "results").exists()
    assert (
        "reference.panel_of_normals is 'build'; expected the path of a panel (VCF), or at least 2 normals"
        in done.stderr
    )
    assert "(it has 1)" in done.stderr and "Traceback" not in done.stderr


def resource(folder, shared_data, name, rows):
    """A germline resource of (position, length of the reference allele, alternative alleles, frequencies)."""
    with pysam.FastaFile(str(shared_data / "hcc1395_exome" / "reference.fa")) as fasta:
        lines = ["##fileformat=VCFv4.2", '##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency">']
        lines += [f"##contig=<ID={c},length={n}>" for c, n in zip(fasta.references, fasta.lengths, strict=True)]
        lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
        for pos, length, alts, frequencies in rows:
            ref = fasta.fetch("chr17mini", pos - 1, pos - 1 + length)
            others = [base for base in "ACGT" if base != ref[0]]
            alleles = ",".join(ref[0] if length > 1 else others[number] for number in range(alts))
            lines.append(f"chr17mini\t{pos}\t.\t{ref}\t{alleles}\t.\tPASS\tAF={frequencies}")
    plain = folder.folder / f"{name}.vcf"
    plain.write_text("\n".join(lines) + "\n")
    pysam.tabix_compress(str(plain), f"{plain}.gz", force=True)
    pysam.tabix_index(f"{plain}.gz", preset="vcf", force=True)
    folder.config["reference"]["germline_resource"] = f"{plain}.gz"
    table = "results/calling/HCC1395.pileups.table"
    ran(folder, "resources/common_sites.vcf.gz", table)
    with pysam.VariantFile(folder.folder / "resources" / "common_sites.vcf.gz") as found:
        cut = [record.pos for record in found]
    seen = [line.split("\t")[1] for line in (folder.folder / table).read_text().splitlines()[2:]]
    return cut, [int(pos) for pos in seen]


def test_contamination_looks_at_common_snvs_of_the_padded_targets(changed, shared_data):
    rows = [
        # Of a target from 9831 to 9937: 100 bases before it and after it.
        (9730, 1, 1, "0.1"),
        (9731, 1, 1, "0.1"),
        (10037, 1, 1, "0.1"),
        (10038, 1, 1, "0.1"),
        (14300, 1, 1, "0.01"),
        (14320, 1, 1, "0.2"),
        (14340, 1, 1, "0.05"),
        (14360, 1, 1, "0.0098"),
        (14380, 1, 1, "0.21"),
        (14400, 1, 2, "0.1,0.1"),
        (14420, 3, 1, "0.1"),
        (14440, 3, 1, "0.1"),
        (14441, 1, 1, "0.1"),
    ]
    cut, seen = resource(changed, shared_data, "sites", rows)
    assert cut == [9731, 10037, 14300, 14320, 14340, 14441]
    # GATK's own bounds are strict; what is cut reaches them.
    assert [pos for pos in seen if pos > 14_000] == [14340, 14441] and set(seen) <= set(cut)
    # Nothing common on the targets: an empty table, not a failure.
    assert resource(changed, shared_data, "none", [(12200, 1, 1, "0.1"), (14300, 1, 1, "0.5")]) == ([], [])
