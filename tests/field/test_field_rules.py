"""Rules of counting on files as the field writes them: population frequencies, germline in the normal, zeros, FILTER.

The files under `field_cases` are shared data; others are made up here after the public file named beside them.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables


def variants(vcf: Path | str, out: Path, *options: str) -> list[str]:
    """The column `exclusion` of a call's table, empty for what counts; the call must succeed."""
    table = out / "T.variants.tsv.gz"
    assert run(["variants", "--vcf", str(vcf), "--tumor-sample", "auto", "--variants", str(table), *options]) == 0
    return tables.read(table, "variants")["exclusion"].fillna("").tolist()


def test_the_largest_frequency_decides_where_exomes_have_zero(shared_data: Path, tmp_path: Path) -> None:
    """ensembl-vep 414: gnomADe_AF 0 where gnomADg_AF is 0.02, or only MAX_AF says it."""
    file = shared_data / "field_cases" / "vcf" / "gnomad_zero.vcf"
    assert variants(file, tmp_path) == ["germline", "germline", "germline", ""]


HEAD = """##fileformat=VCFv4.2
##source=SomeCaller
##contig=<ID=chr1,length=1000000>
##FILTER=<ID=PASS,Description="x">
##FILTER=<ID=Tier1,Description="x">
##INFO=<ID=KIND,Number=A,Type=String,Description="what the caller takes each ALT for">
##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: 'Allele | Annotation | Gene_Name'">
##FORMAT=<ID=GT,Number=1,Type=String,Description="x">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">
"""
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"
CLEAN, HETEROZYGOUS, TUMOR = "0/0:60,0:60", "0/1:31,29:60", "0/1:60,40:100"


def record(pos: int, tumor: str = TUMOR, normal: str = CLEAN, status: str = "PASS", kind: str = "s") -> str:
    """A missense variant of a caller that nobody knows."""
    info = f"KIND={kind};ANN=T|missense_variant|A"
    return "\t".join(["chr1", str(pos), ".", "C", "T", ".", status, info, "GT:AD:DP", tumor, normal])


def written(folder: Path, records: list[str], columns: str = "T\tN", header: str = HEAD) -> Path:
    path = folder / "calls.vcf"
    path.write_text("\n".join([header + COLUMNS + columns, *records]) + "\n")
    return path


def burden(folder: Path, vcf: Path, *options: str) -> pd.Series:
    """The row of tmb.tsv over an assumed territory of 1 Mb."""
    variants(vcf, folder, *options)
    table = folder / "tmb.tsv"
    command = ["tmb", "--variants", str(folder / "T.variants.tsv.gz"), "--assumed-bp", "1000000", "--tmb", str(table)]
    assert run([*command, "--definition", "merino_wes"]) == 0
    return tables.read(table, "tmb").iloc[0]


@pytest.mark.parametrize(
    ("clean", "there", "status"),
    [
        (30, 0, "ok"),
        (30, 1, "ok"),  # real life: 17:45214669 of VarScan's test file, 42 of 209 reads in the normal
        (30, 2, "warn"),
        (147, 3, "ok"),  # 3 of 150 is no more than 2 %
        (146, 3, "warn"),
        (100, 3, "warn"),
        (9, 1, "warn"),
        (1, 1, "warn"),
        (0, 1, "warn"),
    ],
)
def test_variants_in_the_matched_normal_are_warned_of_by_name(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, clean: int, there: int, status: str
) -> None:
    """No dialect: the caller is not known, and says nothing but PASS."""
    records = [record(100 + i) for i in range(clean)]
    records += [record(5000 + i, normal="0/0:48,12:60") for i in range(there)]
    row = burden(tmp_path, written(tmp_path, records))
    assert (row["n_variants"], row["status"]) == (clean + there, status)
    table = tables.read(tmp_path / "T.variants.tsv.gz", "variants")
    assert table["in_normal"].sum() == there
    assert table["normal_alt_reads"].tolist() == [0] * clean + [12] * there
    named = f"{there} of {clean + there} counted variants are in the matched normal (chr1:5000 C>T"
    assert (named in row["note"]) == (status == "warn")
    assert (", at chr1:5000 C>T" in caplog.text) == (status == "warn")


@pytest.mark.parametrize("normal", ["0/0:60,4:64", "0/0:49,11:60", "./.:.:.", "0/0:0,0:0"])
def test_a_few_reads_in_the_normal_are_real_life(tmp_path: Path, normal: str) -> None:
    row = burden(tmp_path, written(tmp_path, [record(100 + i, normal=normal) for i in range(20)]))
    assert (row["n_variants"], row["status"]) == (20, "ok")


def test_thresholds_of_the_normal_are_settings(tmp_path: Path) -> None:
    vcf = written(tmp_path, [record(100 + i, normal="0/0:54,6:60" if i < 4 else CLEAN) for i in range(20)])
    assert burden(tmp_path, vcf)["status"] == "ok"
    assert burden(tmp_path, vcf, "--normal-vaf", "0.1")["status"] == "warn"
    assert burden(tmp_path, vcf, "--normal-vaf", "0.1", "--normal-share", "0.2")["status"] == "ok"
    assert burden(tmp_path, vcf, "--normal-vaf", "0.1", "--normal-alt-reads", "7")["status"] == "ok"


def test_exchanged_columns_are_refused_not_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vcf = written(tmp_path, [record(100 + i, tumor=CLEAN, normal=TUMOR) for i in range(10)], "TUMOR\tNORMAL")
    out = tmp_path / "T.variants.tsv.gz"
    assert run(["variants", "--vcf", str(vcf), "--tumor-sample", "auto", "--sample", "T", "--variants", str(out)]) == 2
    error = capsys.readouterr().err
    assert "10 of 10 variants in the normal's column NORMAL" in error and "chr1:100 C>T" in error
    assert not out.exists()
    mixed = [record(100 + i) for i in range(3)] + [record(200 + i, tumor=CLEAN, normal=TUMOR) for i in range(2)]
    row = burden(tmp_path, written(tmp_path, mixed, "TUMOR\tNORMAL"), "--sample", "T")
    assert (row["n_variants"], row["status"]) == (3, "warn")
    assert "2 of 5 variants lack the tumor's reads and are in the matched normal (chr1:200 C>T" in row["note"]


def test_a_blank_column_is_refused_not_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second tumor of a joint call that was not called there."""
    records = [record(100 + i) + f"\t{blank}" for i, blank in enumerate(["./.", ".", "./.:.:.", "./.:.,.:."])]
    vcf = written(tmp_path, records, "T\tN\tT2")
    out = tmp_path / "T2.variants.tsv.gz"
    command = ["variants", "--vcf", str(vcf), "--tumor-sample", "T2", "--normal-sample", "N", "--variants", str(out)]
    assert run(command) == 2
    assert "column T2 holds nothing in all 4 records" in capsys.readouterr().err
    assert run([*command, "--tumor-depth", "0", "--alt-reads", "0", "--vaf", "0"]) == 2
    vcf.write_text(vcf.read_text() + record(900) + f"\t{TUMOR}\n")
    assert run([*command, "--tumor-depth", "0", "--alt-reads", "0", "--vaf", "0"]) == 0
    assert tables.read(out, "variants")["exclusion"].fillna("").tolist() == ["unknown"] * 4 + [""]


def test_without_thresholds_a_genotype_without_the_alt_does_not_count(tmp_path: Path) -> None:
    """GT alone, as some converters write it; three thresholds of 0 do without reads."""
    header = HEAD.replace("GT:AD:DP", "GT")
    cells = [("0/1", ""), ("0/0", "not_somatic"), ("./.", "unknown"), ("1|0", ""), ("0", "not_somatic")]
    lines = [[*record(100 + i).split("\t")[:8], "GT", genotype, "0/0"] for i, (genotype, _) in enumerate(cells)]
    vcf = written(tmp_path, ["\t".join(line) for line in lines], header=header)
    found = variants(vcf, tmp_path, "--tumor-depth", "0", "--alt-reads", "0", "--vaf", "0")
    assert found == [exclusion for _, exclusion in cells]


def test_filters_that_the_user_accepts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """MuSE: PASS, then tiers; of several values in one cell all must be accepted."""
    states = ["PASS", "Tier1", "Tier2", "Tier1;Tier2", "Tier5", "Tier1;Tier5", "."]
    vcf = written(tmp_path, [record(100 + i, status=status) for i, status in enumerate(states)])
    assert variants(vcf, tmp_path) == ["", *["filter"] * 6]
    assert "1 of 7 records have no FILTER and do not count" in caplog.text
    caplog.clear()
    assert variants(vcf, tmp_path, "--accept-filters", "Tier1", "Tier2") == ["", "", "", "", *["filter"] * 3]
    row = burden(tmp_path, vcf, "--accept-filters", "Tier1", "Tierl", "--accept-unfiltered")
    assert (row["n_variants"], row["status"]) == (3, "ok")
    assert "accepted filters: Tier1, Tierl" in row["note"] and "unfiltered records accepted" in row["note"]
    assert "the accepted filter 'Tierl' is in no record (did you mean 'Tier" in caplog.text


def test_a_sample_whose_records_all_fail_is_missing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    vcf = written(tmp_path, [record(100 + i, status=status) for i, status in enumerate(["Tier1", "Tier1", "Tier2"])])
    row = burden(tmp_path, vcf)
    assert row["status"] == "failed" and row[["n_variants", "tmb_per_mb"]].isna().all()
    assert row["note"].startswith("none of 3 records passed FILTER (Tier1 2, Tier2 1)")
    assert "none of 3 records passed FILTER (Tier1 2, Tier2 1); it is no zero" in caplog.text
    assert burden(tmp_path, vcf, "--accept-filters", "Tier1", "Tier2")["n_variants"] == 3


EXPRESSIONS = [
    'KIND="s"', 'FORMAT/AD[0:1]>=40 & FORMAT/AD[1:1]<5', 'FILTER="PASS" && KIND!="g"', "QUAL>5 || POS<150", 'KIND~"s"',
    "POS<0",
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("contigs", [True, False])
def test_the_users_expression_against_bcftools(tmp_path: Path, expression: str, contigs: bool) -> None:
    """Oracle: bcftools norm --multiallelics -any, then bcftools view --include, on sites of one and of two ALTs."""
    random = np.random.default_rng(7)
    records = []
    for i in range(60):
        kinds, two = random.choice(["s", "g", "l"], 2), random.random() < 0.3
        tumor, normal = (",".join(map(str, random.integers(0, 60, 3 if two else 2))) for _ in range(2))
        info = f"KIND={','.join(kinds) if two else kinds[0]};ANN=T|missense_variant|A,G|missense_variant|A"
        cells = ["chr1", str(100 + i), ".", "C", "T,G" if two else "T", str(random.integers(0, 10)), "PASS", info]
        records.append("\t".join([*cells, "AD", tumor, normal]))
    header = HEAD if contigs else HEAD.replace("##contig=<ID=chr1,length=1000000>\n", "")
    vcf = written(tmp_path, records, header=header)
    found = variants(vcf, tmp_path, "--somatic", expression, "--tumor-depth", "0", "--alt-reads", "0", "--vaf", "0")
    declared = vcf.read_text() if contigs else vcf.read_text().replace("##INFO", "##contig=<ID=chr1>\n##INFO", 1)
    split = ["bcftools", "norm", "--multiallelics", "-any", "-"]
    text = subprocess.run(split, input=declared, capture_output=True, text=True, check=True).stdout
    view = ["bcftools", "view", "--no-header", "--include", expression, "-"]
    lines = subprocess.run(view, input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    expected = {(line.split("\t")[1], line.split("\t")[4]) for line in lines}
    table = tables.read(tmp_path / "T.variants.tsv.gz", "variants")
    kept = {(str(row.pos), row.alt) for row in table.itertuples() if row.exclusion != "not_somatic"}
    assert kept == expected and len(found) > len(records)


@pytest.mark.parametrize("what", ["contig", "INFO", "FORMAT", "FILTER", "flag"])
def test_the_users_expression_is_asked_of_records_that_hold_what_the_header_lacks(tmp_path: Path, what: str) -> None:
    """From the 1,501st record on; bcftools ends there without a word, and the rest was taken for not somatic."""
    records = [record(100 + i).split("\t") for i in range(3000)]
    for cells in records[1500:]:
        if what == "contig":
            cells[0] = "chr9"
        elif what == "INFO":
            cells[7] += ";ODD=1"
        elif what == "FORMAT":
            cells[8:] = [cells[8] + ":ODD", *(cell + ":1" for cell in cells[9:])]
        elif what == "flag":  # of a site that is split: its second ALT is not somatic
            cells[4], cells[7] = "T,G", "KIND=s,g;ODD;ANN=T|missense_variant|A,G|missense_variant|A"
            cells[9:] = ["0/1/2:60,40,40:140", "0/0:60,0,0:60"]
        else:
            cells[6] = "odd"
    vcf = written(tmp_path, ["\t".join(cells) for cells in records])
    assert burden(tmp_path, vcf, "--somatic", 'KIND="s"', "--accept-filters", "odd")["n_variants"] == 3000


def test_a_damaged_file_is_not_the_expressions_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """htslib cannot read the 1,501st record: its neighbour is named as without an expression, whoever read it first."""
    records = [record(100 + i) for i in range(3000)]
    records[1500] = records[1500].replace("GT:AD:DP", "GT:AD chr1")
    vcf, out = written(tmp_path, records), tmp_path / "T.variants.tsv.gz"
    command = ["variants", "--vcf", str(vcf), "--tumor-sample", "T", "--variants", str(out)]
    said = [(run([*command, *asked]), capsys.readouterr().err) for asked in ((), ("--somatic", 'KIND="s"'))]
    assert said[0] == said[1] and said[0][0] == 2 and not out.exists()
    assert "record after chr1:1599 cannot be read" in said[0][1] and not caplog.text


def test_a_wrong_expression_is_told_in_bcftools_own_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vcf, out = written(tmp_path, [record(100)]), tmp_path / "T.variants.tsv.gz"
    for expression, words in {"SS=2": 'the tag "SS" is not defined', 'KIND="s': "KIND"}.items():
        command = ["variants", "--vcf", str(vcf), "--tumor-sample", "T", "--somatic", expression]
        assert run([*command, "--variants", str(out)]) == 2
        error = capsys.readouterr().err
        assert f"--somatic is '{expression}'; expected an expression of bcftools, which says: " in error
        assert words in error and not out.exists()


def test_a_caller_that_marks_nothing_counts_with_the_users_rule(shared_data: Path, tmp_path: Path) -> None:
    """FreeBayes: the second record is germline, 30 of 60 reads in the normal."""
    text = (shared_data / "field_cases" / "vcf" / "freebayes_paired.vcf").read_text()
    about = next(line for line in HEAD.splitlines(keepends=True) if "ID=ANN" in line)
    vcf = tmp_path / "calls.vcf"
    vcf.write_text(
        text.replace("##INFO", about + "##INFO", 1)
        .replace("100\t.\tAF=0.5", "100\t.\tAF=0.5;ANN=CC|missense_variant|A", 1)
        .replace("100\t.\tAF=0.5\t", "100\t.\tAF=0.5;ANN=C|missense_variant|A\t", 1)
    )
    out = tmp_path / "T.variants.tsv.gz"
    assert (
        run(["variants", "--vcf", str(vcf), "--tumor-sample", "auto", "--accept-unfiltered", "--variants", str(out)])
        == 2
    )
    row = burden(tmp_path, vcf, "--accept-unfiltered", "--somatic", "FORMAT/AO[0:0]<2 && FORMAT/AO[1:0]>5")
    assert (row["n_variants"], row["status"]) == (1, "ok")
    assert "somatic by the expression FORMAT/AO[0:0]<2 && FORMAT/AO[1:0]>5" in row["note"]


def test_the_normal_is_no_tumor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mutect2's header says which column is the normal's: counted as a tumor it would give 0."""
    header = HEAD.replace("##source=SomeCaller", "##source=Mutect2\n##normal_sample=A1\n##tumor_sample=A2")
    records = [record(100 + i, tumor=CLEAN, normal=TUMOR) for i in range(3)]
    vcf, out = written(tmp_path, records, "A1\tA2", header), tmp_path / "T.variants.tsv.gz"
    assert run(["variants", "--vcf", str(vcf), "--tumor-sample", "A1", "--variants", str(out)]) == 2
    assert (
        "--tumor-sample is 'A1'; expected the tumor (A2); the header's ##normal_sample is A1" in capsys.readouterr().err
    )
    assert burden(tmp_path, vcf, "--sample", "T")["n_variants"] == 3


def test_an_expression_that_holds_for_nothing_is_a_zero_in_doubt(tmp_path: Path) -> None:
    vcf = written(tmp_path, [record(100 + i) for i in range(3)])
    row = burden(tmp_path, vcf, "--somatic", 'KIND="S"')
    assert (row["n_variants"], row["status"]) == (0, "warn")
    assert "none of 3 variants that passed is somatic by the expression" in row["note"]


def test_variants_that_are_all_off_target_are_a_zero_in_doubt(tmp_path: Path) -> None:
    """A BED of another genome build."""
    vcf = written(tmp_path, [record(100 + i) for i in range(12)])
    bed = tmp_path / "r.bed"
    bed.write_text("chr1\t5000\t6000\n")
    row = burden(tmp_path, vcf, "--regions", str(bed))
    assert (row["n_variants"], row["status"]) == (0, "warn")
    assert "none of 12 variants that passed is on target" in row["note"]


def test_variants_that_are_too_shallow_make_an_assumed_territory_too_large(tmp_path: Path) -> None:
    vcf = written(tmp_path, [record(100 + i, tumor="0/1:12,8:20") for i in range(12)])
    row = burden(tmp_path, vcf)
    assert (row["n_variants"], row["status"], row["lower_bound"]) == (0, "warn", 1)
    assert "12 of 12 variants fall to depth, but the assumed territory has their bases" in row["note"]


def test_a_missing_burden_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vcf = written(tmp_path, [record(100, status="Tier1"), record(101, status="Tier1")])
    burden(tmp_path, vcf)
    capsys.readouterr()
    assert run(["explain", "--run", str(tmp_path), "--sample", "T"]) == 0
    told = capsys.readouterr().out
    assert "merino_wes: no burden (failed): none of 2 records passed FILTER (Tier1 2)" in told
    burden(tmp_path, vcf, "--accept-filters", "Tier1", "--somatic", "POS=100")
    capsys.readouterr()
    assert run(["explain", "--run", str(tmp_path), "--sample", "T"]) == 0
    told = capsys.readouterr().out
    assert "-1  not_somatic: not somatic: calling.somatic does not hold" in told
    assert "merino_wes: 1 variant / 1,000,000 bp" in told


@pytest.mark.parametrize(
    ("normals", "said"),
    [
        (["./.:.:.", "./.:.:."], True),
        (["./.:0,0:0", ".:.:."], True),
        (["./.:.:.", CLEAN, "./.:.:."], True),
        (["./.:.:.", CLEAN], False),
        (["0/0:.:.", "0/0"], False),
        (["0/0:0,0:0", CLEAN], False),
    ],
)
def test_a_normal_that_was_not_called_with_the_tumor(
    normals: list[str], said: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """bcftools merge of two files that were called apart leaves `./.` in the other's column: no paired call."""
    records = [record(100 + at, normal=normal) for at, normal in enumerate(normals)]
    records.append(record(900, normal="./.:.:.", status="weak"))
    variants(written(tmp_path, records), tmp_path)
    assert (f"the normal's column N says nothing of {len(normals) - normals.count(CLEAN)} of" in caplog.text) == said
