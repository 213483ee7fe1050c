"""What the sample sheet means, and what is refused."""
# ruff: noqa: E501 (rows as they stand in sheets)

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.errors import InputError, Problems
from biomarkers.run import samples

HEADER = "patient\tsample\tstatus\tlane\tfastq_1\tfastq_2\tbam\tvcf"
PAIR = [
    "P1\tT1\ttumor\tL1\tt1_1.fq\tt1_2.fq\t\t",
    "P1\tT1\ttumor\tL2\tt2_1.fq\tt2_2.fq\t\t",
    "P1\tN1\t0\tL1\tn1_1.fq\tn1_2.fq\t\t",
]


def build(folder: Path, rows: list[str], header: str = HEADER, **settings) -> samples.Samples:
    for row in rows:
        for cell in row.split("\t"):
            if "." in cell and not cell.startswith("absent"):
                (folder / cell).write_text("x")
    sheet = folder / "samples.tsv"
    sheet.write_text("\n".join([header, *rows]) + "\n")
    problems = Problems()
    found = samples.read("samples.tsv", problems, **settings)
    problems.stop_if_any()
    return found


def complaints(folder: Path, rows: list[str], header: str = HEADER, **settings) -> list[str]:
    with pytest.raises(InputError) as caught:
        build(folder, rows, header, **settings)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture(autouse=True)
def _in_run_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_lanes_of_a_pair(tmp_path):
    found = build(tmp_path, PAIR)
    tumor = found.by_name["T1"]
    assert [lane.lane for lane in tumor.lanes] == ["L1", "L2"] and tumor.libraries == ["T1"]
    assert tumor.lanes[1].read_2 == "t2_2.fq" and tumor.entry == "lanes" and tumor.is_tumor
    assert found.normal_of(tumor) is found.by_name["N1"] and not found.by_name["N1"].is_tumor
    assert [s.sample for s in found.called] == ["T1"] and [s.sample for s in found.sequenced] == ["T1", "N1"]


def test_entries_are_mixed_in_one_sheet(tmp_path, monkeypatch):
    rows = [*PAIR, "P2\tT2\t1\t\t\t\tt2.bam\t", "P2\tN2\t0\t\t\t\tn2.bam\t", "P3\tT3\t1\t\t\t\t\tt3.vcf"]
    monkeypatch.setattr(samples, "header_of", lambda file: {} if file == "n2.bam" else {"SQ": [{"SN": "chr1"}]})
    found = build(tmp_path, rows)
    assert [s.entry for s in found.by_name.values()] == ["lanes", "lanes", "alignment", "lanes", "vcf"]
    assert found.by_name["N2"].lanes[0].is_bam and found.by_name["T2"].file == "t2.bam"
    assert [s.sample for s in found.called] == ["T1", "T2"] and found.by_name["T3"].file == "t3.vcf"


def test_libraries_are_kept_apart(tmp_path):
    header = HEADER + "\tlibrary"
    rows = [PAIR[0] + "\tA", PAIR[1] + "\tB", PAIR[2] + "\t"]
    assert build(tmp_path, rows, header).by_name["T1"].libraries == ["A", "B"]


def test_sarek_sheets_are_read_as_they_are(tmp_path):
    header = "patient,sex,status,sample,lane,fastq_1,fastq_2"
    rows = ["P1,XX,1,T1,L1,a_1.fq,a_2.fq", "P1,XX,0,N1,L1,b_1.fq,b_2.fq"]
    for cell in ",".join(rows).split(","):
        if "." in cell:
            (tmp_path / cell).write_text("x")
    found = build(tmp_path, rows, header)
    assert found.normal_of(found.by_name["T1"]).sample == "N1"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([PAIR[0], PAIR[0].replace("t1_", "x_"), PAIR[2]], "samples.tsv:3: lane is 'L1'; expected a lane of its own"),
        ([*PAIR, "P2\tT2\ttumor\tL1\ta.fq\tb.fq\t\t"], "samples.tsv:5: sample is 'T2'; expected a normal sample of"),
        ([*PAIR[:2], PAIR[2].replace("n1_1", "absent_1")], "samples.tsv:4: fastq_1 is 'absent_1.fq'; expected a file"),
        ([PAIR[0].replace("\t\t", "\tx.bam\t"), *PAIR[1:]], "samples.tsv:2: row names fastq_1 and bam; expected one"),
        ([PAIR[0], "P2" + PAIR[1][2:], PAIR[2]], "samples.tsv:3: patient is 'P2'; expected patient P1, as in line 2"),
        ([PAIR[0], PAIR[1].replace("tumor", "normal"), PAIR[2]], "samples.tsv:3: status is 'normal'; expected the"),
        ([PAIR[0], PAIR[1].replace("t2_2", "t1_1"), PAIR[2]], "samples.tsv:3: fastq_2 is 't1_1.fq'; expected each"),
        ([*PAIR, "P1\tN2\t0\tL1\tx_1.fq\tx_2.fq\t\t"], "samples.tsv:5: sample is 'N2'; expected one normal sample per"),
        ([*PAIR, "P9\tN9\t0\tL1\tx_1.fq\tx_2.fq\t\t"], "samples.tsv:5: sample is 'N9'; expected a tumor sample of"),
        ([*PAIR, "P2\tN2\t0\t\t\t\t\tx.vcf"], "samples.tsv:5: status is '0'; expected tumor, for a somatic VCF"),
        ([PAIR[0].replace("t1_1.fq", ""), *PAIR[1:]], "samples.tsv:2: fastq_1 is missing; expected the file"),
        ([PAIR[0] + "", "P1\tT1\ttumor\tL9\t\t\tz.bam\t", PAIR[2]], "samples.tsv:3: sample is 'T1'; expected one row"),
        ([PAIR[0].replace("T1", "T 1;rm"), *PAIR[1:]], "samples.tsv:2: sample is 'T 1;rm'; expected letters, digits"),
    ],
)  # fmt: skip
def test_what_is_inconsistent_is_refused_in_words(tmp_path, rows, message):
    assert any(message in complaint for complaint in complaints(tmp_path, rows)), complaints(tmp_path, rows)


def test_a_wrong_cell_hides_no_wrong_file_of_another_row(tmp_path):
    rows = [PAIR[0].replace("tumor", "2"), PAIR[1].replace("t2_1", "absent_1"), PAIR[2], "P2\tT9\ttumor\t\t\t\t\t"]
    assert [complaint.split("; ")[0] for complaint in complaints(tmp_path, rows)] == [
        "samples.tsv:2: status is '2'",
        "samples.tsv:3: fastq_1 is 'absent_1.fq'",
        "samples.tsv:5: row names no file",
    ]


def test_without_a_column_of_that_name_nothing_is_said_of_rows(tmp_path):
    (found,) = complaints(tmp_path, PAIR, HEADER.replace("fastq_1", "fastq1"))
    assert found.startswith("samples.tsv:1: column is 'fastq1'; expected one of")


def test_a_sheet_without_any_normal_is_tumor_only_unless_pairs_are_asked(tmp_path):
    assert build(tmp_path, PAIR[:2]).normal_of(build(tmp_path, PAIR[:2]).by_name["T1"]) is None
    assert "tumor_only: true" in complaints(tmp_path, PAIR[:2], tumor_only=False)[0]
    with_column = complaints(tmp_path, [row + "\t1" for row in PAIR[:2]], HEADER + "\tpaired")
    assert "expected a normal sample of patient P1" in with_column[0]
    mixed = [*PAIR, "P2\tT2\ttumor\tL1\ta.fq\tb.fq\t\t"]
    assert len(build(tmp_path, mixed, tumor_only=True).called) == 2


def test_a_sample_was_collected_on_one_day(tmp_path):
    header = HEADER + "\tcollected"
    rows = [row + "\t" + day for row, day in zip(PAIR, ("2024-03-01", "", ""), strict=True)]
    assert build(tmp_path, rows, header).by_name["T1"].sample == "T1"
    rows[1] += "2024-03-02"
    assert complaints(tmp_path, rows, header) == [
        "samples.tsv:3: collected is '2024-03-02'; expected the date of line 2, for the same sample"
    ]


def sarek(folder: Path, *rows: str) -> Path:
    """A CSV as nf-core/sarek reads or writes it, with files of those names."""
    for cell in ",".join(rows[1:]).split(","):
        if "." in cell:
            (folder / cell).write_text("x")
    return folder


@pytest.mark.parametrize(
    ("header", "rows", "entries"),
    [
        ("patient,sex,status,sample,lane,fastq_1,fastq_2,spring_1,spring_2,bam,bai", ["P1,XX,1,T1,L1,a_1.fq,a_2.fq,,,,", "P1,XX,0,N1,L1,b_1.fq,b_2.fq,,,,"], "lanes lanes"),
        ("patient,sex,status,sample,lane,fastq_1,fastq_2,spring_1,spring_2,bam,bai,cram,crai,table,vcf,variantcaller,contamination", ["P1,XX,0,N1,L1,b_1.fq,b_2.fq,,,,,,,,,,", "P1,XX,1,T1,L1,a_1.fq,a_2.fq,,,,,,,,,,0.01"], "lanes lanes"),
        ("patient,sex,status,sample,lane,bam,bai", ["P1,XX,1,T1,T1_L1,a.bam,a.bam.bai", "P1,XX,0,N1,N1_L1,b.bam,b.bam.bai"], "alignment alignment"),
        ("patient,status,sample,cram,crai,table", ["P1,1,T1,a.cram,a.cram.crai,a.table", "P1,0,N1,b.cram,b.cram.crai,b.table"], "alignment alignment"),
        ("patient,sex,status,sample,cram,crai", ["P1,XX,1,T1,a.cram,a.cram.crai"], "alignment"),
        ("patient,sample,vcf", ["P1,T1,a.vcf.gz"], "vcf"),
        ("patient,sample,variantcaller,vcf", ["P1,T1_vs_N1,strelka,a.vcf.gz", "P1,T1_vs_N1,mutect2,b.vcf.gz"], "vcf"),
        ("patient,sample,vcf,tbi,variantcaller,annotation", ["P1,T1,a.vcf.gz,a.vcf.gz.tbi,mutect2,vep"], "vcf"),
    ],
)  # fmt: skip
def test_sarek_sheets_of_every_step(tmp_path, header, rows, entries):
    found = build(sarek(tmp_path, header, *rows), rows, header)
    assert [sample.entry for sample in found.by_name.values()] == entries.split()
    if "variantcaller,vcf" in header:
        assert found.by_name["T1_vs_N1"].file == "b.vcf.gz" and found.by_name["T1_vs_N1"].is_tumor


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("patient,sample,lane,fastq_1,fastq_2", ["P1,T1,L1,a_1.fq,a_2.fq"], "samples.tsv:2: status is missing; expected tumor (or 1) or normal (or 0)"),
        ("patient,status,sample,lane,spring_1", ["P1,1,T1,L1,a.spring"], "samples.tsv:2: spring_1 is 'a.spring'; expected FASTQ in fastq_1"),
        ("patient,sample,variantcaller,vcf", ["P1,N1,haplotypecaller,a.vcf.gz"], "samples.tsv:2: variantcaller is 'haplotypecaller'; expected somatic calls"),
        ("patient,sample,variantcaller,vcf", ["P1,T1,strelka,a.vcf.gz", "P1,T1,freebayes,b.vcf.gz"], "samples.tsv:3: sample is 'T1'; expected one row for a sample with a BAM or VCF"),
        ("patient,status,sample,lane,bam", ["P1,1,T1,L1,a.bam", "P1,1,T1,L2,b.bam"], "`reads: {realign: true}` in the config makes lanes of aligned files"),
    ],
)  # fmt: skip
def test_sarek_sheets_that_are_refused(tmp_path, header, rows, message):
    said = complaints(sarek(tmp_path, header, *rows), rows, header)
    assert message in said[0], said


def test_read_groups_of_a_file_become_lanes(tmp_path, monkeypatch):
    groups = [{"ID": "x/1", "LB": "lib A", "PU": "F.1"}, {"ID": "2"}]
    rows = ["P1\tT1\t1\t\t\t\tt1.bam\t"]
    header = {"SQ": [{"SN": "chr1"}], "RG": groups}
    monkeypatch.setattr(samples, "header_of", lambda file: header)
    found = build(tmp_path, rows, realign=True)
    lanes = found.by_name["T1"].lanes
    assert [(lane.lane, lane.library, lane.group) for lane in lanes] == [("1.x_1", "lib_A", "x/1"), ("1.2", "T1", "2")]
    assert build(tmp_path, rows).by_name["T1"].entry == "alignment"
    header["RG"] = groups[:1]
    (lane,) = build(tmp_path, rows, realign=True).by_name["T1"].lanes
    assert (lane.lane, lane.library, lane.group) == ("1", "lib_A", None)


def test_two_vcfs_of_a_sample_are_parts_of_one_call(tmp_path):
    header = "patient,sample,variantcaller,vcf,vcf_tumor"
    found = build(
        sarek(tmp_path, header, "P1,T1,strelka,a.vcf,TUMOR", "P1,T1,strelka,b.vcf,"),
        ["P1,T1,strelka,a.vcf,TUMOR", "P1,T1,strelka,b.vcf,"],
        header,
    )
    sample = found.by_name["T1"]
    assert (sample.vcfs, sample.vcf_tumor, sample.vcf_normal) == (["a.vcf", "b.vcf"], "TUMOR", None)
    joint = build(tmp_path, ["P1\tT1\ttumor\t\t\t\t\ta.vcf", "P1\tT2\ttumor\t\t\t\t\ta.vcf"])
    assert [sample.vcfs for sample in joint.tumors] == [["a.vcf"], ["a.vcf"]]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["P1,T1,tumor,a.vcf,,A,", "P1,T1,tumor,b.vcf,,B,"], "samples.tsv:3: vcf_tumor is 'B'; expected the column of line 2, for the same sample"),
        (["P1,T1,tumor,,a.fq,A,", "P1,T1,tumor,,b.fq,,"], "samples.tsv:2: vcf_tumor is 'A'; expected a VCF beside it, in the column vcf"),
        (["P1,T1,tumor,a.vcf,,,N", "P1,T1,tumor,,b.fq,,"], "samples.tsv:3: sample is 'T1'; expected one row for a sample with a BAM or VCF"),
    ],
)  # fmt: skip
def test_columns_of_vcfs_belong_to_the_sample(tmp_path, rows, message):
    header = "patient,sample,status,vcf,fastq_1,vcf_tumor,vcf_normal"
    assert any(message in said for said in complaints(sarek(tmp_path, header, *rows), rows, header))
