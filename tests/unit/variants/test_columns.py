"""Which column is the tumor's: by sheet, header and name; never a guess (docs/methods.md, 1.15)."""
# ruff: noqa: E501 (headers and messages stand on one line)

from __future__ import annotations

import pytest

from biomarkers.errors import InputError
from biomarkers.variants.columns import AUTO, NONE, Ask, Columns, Names, choose
from biomarkers.variants.vcf import Header

JOINT = ["##normal_sample=P1_P1_N", "##tumor_sample=P1_P1_T1", "##tumor_sample=P1_P1_T2"]


def header(columns: str, *lines: str) -> Header:
    made = Header("a.vcf", samples=columns.split())
    for line in lines:
        made.read(line)
    return made


FOUND = {
    # Names of columns as public files have them (their callers in the keys); (columns, lines, tumor, normal).
    "Strelka, VarScan, SomaticSniper": ("NORMAL TUMOR", [], "TUMOR", "NORMAL"),
    "MuSE": ("TUMOR NORMAL", [], "TUMOR", "NORMAL"),
    "CaVEMan": ("NORMAL TUMOUR", [], "TUMOUR", "NORMAL"),
    "bcbio": ("c-normal c-tumor", [], "c-tumor", "c-normal"),
    "MuTect 1 by varcode": ("SomaticSample NormalSample", [], "SomaticSample", "NormalSample"),
    "VarDict": ("abc abc-match", [], "abc", "abc-match"),
    "PURPLE": ("COLO829v003R COLO829v003T", [], "COLO829v003T", "COLO829v003R"),
    "cell lines": ("HCC1395BL HCC1395", [], "HCC1395", "HCC1395BL"),
    "SAGE with RNA": ("A_2056_N 2056_rna A_2056_T", [], "A_2056_T", "A_2056_N"),
    "RADIA": ("DNA_NORMAL DNA_TUMOR RNA_TUMOR", [], "DNA_TUMOR", "DNA_NORMAL"),
    "TCGA": ("TCGA-BT-A20W-11A-11D-A14W-08 TCGA-BT-A20W-01A-21D-A14W-08", [], "TCGA-BT-A20W-01A-21D-A14W-08", "TCGA-BT-A20W-11A-11D-A14W-08"),
    "primary": ("Blood Primary", [], "Primary", "Blood"),
    "metastasis": ("germline met_metastasis", [], "met_metastasis", "germline"),
    "one column": ("TISSUE.bam", [], "TISSUE.bam", None),
    "Mutect2": ("25714 25715", ["##normal_sample=25714", "##tumor_sample=25715"], "25715", "25714"),
    "Mutect2 without a normal": ("A B", ["##tumor_sample=A"], "A", "B"),
    "Mutect2 with a normal only": ("A B", ["##normal_sample=A"], "B", "A"),
    "scout": ("998-99 999-99", ["##SAMPLE=<ID=TUMOR,SampleName=999-99,File=/bam/999-99.sort.bam>", "##SAMPLE=<ID=NORMAL,SampleName=998-99>"], "999-99", "998-99"),
    "the specification's SAMPLE": ("A B", ['##SAMPLE=<ID=A,Genomes=Germline,Description="Patient\'s genome">', '##SAMPLE=<ID=B,Description="Tumor">'], "B", "A"),
    "PEDIGREE": ("x y", ["##PEDIGREE=<Derived=x,Original=y>"], "x", "y"),
    "TNscope": ("a b", ['##SentieonCommandLine.TNscope=<ID=TNscope,CommandLine="driver --algo TNscope --tumor_sample b --normal_sample a">'], "b", "a"),
    "GATK 3": ("a b", ['##GATKCommandLine=<ID=MuTect,CommandLineOptions="tumor_sample_name=b, normal_sample_name=a">'], "b", "a"),
    "DRAGEN": ("D2A1 D1A1", ['##DRAGENCommandLine=<ID=dragen,CommandLineOptions="--tumor-cram-input /d/D1A1.cram --cram-input /d/D2A1.cram">'], "D1A1", "D2A1"),
    "Strelka's command line is no column": ("NORMAL TUMOR", ["##cmdline=configure.py --tumorBam=/x/tumor.bam --normalBam=/x/n.bam"], "TUMOR", "NORMAL"),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_columns_as_callers_name_them(case: str) -> None:
    columns, lines, tumor, normal = FOUND[case]
    assert choose(header(columns, *lines)) == (tumor, normal)


@pytest.mark.parametrize(
    ("columns", "sheet", "expected"),
    [
        ("P1_P1_N P1_P1_T1 P1_P1_T2", ("P1", "P1_P1_T2"), ("P1_P1_T2", "P1_P1_N")),
        ("P1_P1_N P1_P1_T1 P1_P1_T2", ("P1", "P1_T1"), ("P1_P1_T1", "P1_P1_N")),
        ("P1_T1 P1_N1", ("P1", "T1_vs_N1"), ("P1_T1", "P1_N1")),
        ("A B", ("P1", "B_vs_A"), ("B", "A")),
        ("/data/t9.md.bam n9.bam", ("P1", "T9"), ("/data/t9.md.bam", "n9.bam")),
        ("T1 T10", ("P1", "T1"), ("T1", "T10")),
        ("T1 T1.old N1", ("P1", "T1"), ("T1", "N1")),
        ("NORMAL Control7", ("P1", "Control7"), ("Control7", "NORMAL")),
        ("P1_N P1_T P2_N P2_T", ("P2", "P2_T"), ("P2_T", "P2_N")),
    ],
)
def test_columns_that_the_sheet_names(columns: str, sheet: tuple[str, str], expected: tuple[str, str]) -> None:
    assert choose(header(columns), names=Names.of_sheet(*sheet)) == expected


def test_a_joint_call_is_a_question_unless_the_sheet_names_the_tumor() -> None:
    """gatk 5687: one ##tumor_sample line may stand above several tumors, so that the sheet's name comes first."""
    joint = header("P1_P1_N P1_P1_T1 P1_P1_T2", *JOINT)
    with pytest.raises(InputError, match="P1_P1_T1 and P1_P1_T2 may be it"):
        choose(joint)
    for name in ("P1_P1_T1", "P1_P1_T2"):
        assert choose(joint, name) == choose(joint, names=Names.of_sheet("P1", name)) == Columns(name, "P1_P1_N")
    one_line = header("N T1 T2", "##normal_sample=N", "##tumor_sample=T1")
    assert choose(one_line, names=Names.of_sheet("P1", "T2")) == Columns("T2", "N")


def test_the_name_of_a_table_is_no_statement_against_the_header() -> None:
    stated = header("A B", "##normal_sample=A", "##tumor_sample=B")
    assert choose(stated, names=Names.of_sheet("P1", "A")) == Columns("B", "A")


def test_a_second_tumor_is_no_normal() -> None:
    two = header("A B", "##tumor_sample=A", "##tumor_sample=B")
    assert choose(two, "B") == Columns("B", None)
    assert choose(header("A B"), names=Names.of_sheet("P1", "A", others=["B"])) == Columns("A", None)
    assert choose(header("A B"), "A", NONE) == Columns("A", None)
    assert choose(header("A B"), AUTO, "B") == Columns("A", "B")


SHEET = Ask("samples.tsv", "vcf_tumor", "vcf_normal", 3, None)
ASKED = {
    "nothing says which": ("NA12877_c100 NA12878_c40", [], {}, "--tumor-sample is 'auto'; expected the tumor's column of a.vcf, one of NA12877_c100, NA12878_c40 (nothing says which)"),
    "two tumors": ("T_a T_b", ["##tumor_sample=T_a", "##tumor_sample=T_b"], {}, "nothing says which"),
    "a wrong name": ("T1 N1", [], {"tumor": "T2"}, "--tumor-sample is 'T2'; expected one of T1, N1"),
    "a wrong normal": ("T1 N1", [], {"tumor": "T1", "normal": "N2"}, "--normal-sample is 'N2'; expected one of T1, N1"),
    "one column for both": ("T1 N1", [], {"tumor": "T1", "normal": "T1"}, "--normal-sample is 'T1'; expected another column than the tumor's"),
    "the sheet's normal as the tumor": ("T1 N1", [], {"tumor": "N1", "names": Names.of_sheet("P1", "T1", "N1"), "ask": SHEET}, "samples.tsv:3: vcf_tumor is 'N1'; expected the tumor's column of a.vcf; N1 is that of the sheet's normal"),
    "which normal": ("A B C", [], {"tumor": "A"}, "--normal-sample is 'auto'; expected the column of the matched normal of A, one of A, B, C; B and C may be it (`none` without one)"),
    "the sheet's normal alone": ("N1", [], {"names": Names.of_sheet("P1", "T1", "N1")}, "one of N1 (none is a tumor's by sheet, header or name)"),
    "a normal alone": ("NORMAL", [], {}, "none is a tumor's"),
    "a normal by the header alone": ("A", ["##normal_sample=A"], {}, "none is a tumor's"),
    "the sheet's tumor is the header's normal": ("A B", ["##normal_sample=A", "##tumor_sample=B"], {"names": Names.of_sheet("P1", "A"), "ask": SHEET}, "the sheet calls A the tumor, the header a normal"),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_not_guessed(case: str) -> None:
    columns, lines, given, message = ASKED[case]
    with pytest.raises(InputError) as caught:
        choose(header(columns, *lines), **given)
    assert message in str(caught.value)


def test_a_tumor_that_the_header_calls_a_normal_is_said(caplog) -> None:
    assert choose(header("A B", "##normal_sample=A", "##tumor_sample=B"), "A") == Columns("A", None)
    assert "a.vcf: the header calls A, which is given as the tumor, a normal" in caplog.text


def test_a_question_names_the_sheet_and_its_line() -> None:
    with pytest.raises(InputError) as caught:
        choose(header("A B"), ask=SHEET)
    assert str(caught.value).startswith(
        "samples.tsv:3: vcf_tumor is missing; expected the tumor's column of a.vcf, one of"
    )
