"""VCFs as newer versions of callers and annotators write them, and what a record does not tell by itself."""

from __future__ import annotations

import lzma
from pathlib import Path

import pandas as pd
import pytest
from tests.field.test_field_vcf import CSQ, TOP, annotated, counted, made, table

from biomarkers.cli.app import run

OFF = ("--tumor-depth", "0", "--alt-reads", "0", "--vaf", "0")
BCSQ = (
    '##INFO=<ID=BCSQ,Number=.,Type=String,Description="Haplotype-aware consequence annotation from BCFtools/csq. '
    'Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">\n'
)


@pytest.mark.parametrize(("mine", "others"), [("SOMATIC", "NORMAL"), ("TUMOR", "NORMAL"), ("CASE", "CTRL")])
def test_lancet_changed_its_flags_twice(mine: str, others: str, tmp_path: Path) -> None:
    """nygenome/lancet and Lancet2; with CASE all that it calls somatic was `unknown`, and nothing counted."""
    cells = ("GT:AD:ADF:ADR:DP", "0/0:40,0:20,0:20,0:40", "0/1:30,20:15,10:15,10:50")
    rows = [("PASS", f"{flag};TYPE=SNV", *cells) for flag in (mine, "SHARED", others)]
    declared = f'##source=Lancet_v3\n##INFO=<ID={mine},Number=0,Type=Flag,Description="x">\n'
    found = table(annotated(made("NORMAL\tTUMOR", rows, declared), tmp_path), tmp_path)
    assert found["exclusion"].fillna("").tolist() == ["", "germline", "germline"]


@pytest.mark.parametrize("first", [("C", ".", "RefCall", "40"), ("C", "T", "PASS", ".")])
def test_a_normal_without_a_column_need_not_stand_in_the_first_record(first: tuple[str, ...], tmp_path: Path) -> None:
    """ClairS with --print_ref_calls begins with a record without ALT: the paired call was one of a tumor alone."""
    ref, alt, status, depth = first
    form, line = "GT:GQ:DP:AF:AD:NAF:NDP:NAD", "chr1\t{}\t.\t{}\t{}\t.\t{}\tF\t{}\t0/1:9:50:0.4:30,20:{}\n"
    rows = [(1, ref, alt, status, form, f"0.0:{depth}:40"), (2, "C", "T", "PASS", form, "0.0:40:40,0")]
    text = TOP.format("##source=ClairS\n", "SAMPLE") + "".join(line.format(*row) for row in rows)
    assert set(table(annotated(text, tmp_path), tmp_path)["tumor_only"]) == {0}


def test_octopus_before_0_7_has_the_fraction_of_the_somatic_allele(tmp_path: Path) -> None:
    """luntergroup/octopus, somatic_call.cpp: MAP_VAF, of the samples that have the allele."""
    row = ("PASS", "SOMATIC;PP=90;MP=30", "GT:GQ:DP:PS:PQ:MAP_VAF:VAF_CR:FT", "0|0:9:40:1:99:.:.:PASS",
           "0|0|1:9:50:1:99:0.4:0.1,0.5:PASS")  # fmt: skip
    found = table(annotated(made("NORMAL\tTUMOR", [row]), tmp_path), tmp_path)
    assert found[["depth", "alt_reads"]].to_numpy().tolist() == [[50, 20]] and counted(
        tmp_path / "annotated.vcf", tmp_path
    ) == [1]


def test_a_depth_alone_does_not_say_that_the_tumor_has_the_alt(tmp_path: Path) -> None:
    """A joint call of GT and DP, and the local alleles of VCF 4.5: the genotype tells whose the ALT is."""
    rows = [("PASS", ".", "GT:DP", "0/1:40", "0/0:40"), ("PASS", ".", "GT:DP", "0/0:40", "./1:40")]
    vcf = annotated(made("T1\tT2", rows), tmp_path)
    assert counted(vcf, tmp_path, *OFF, "--normal-sample", "none", tumor="T1") == [1]
    assert counted(vcf, tmp_path, *OFF, "--normal-sample", "none", tumor="T2") == [2]
    local = made("T1", [("PASS", ".", "GT:LAA:LAD:DP", "0/2:2:20,20:40")]).replace("\tC\tT\t", "\tC\tT,G\t")
    found = table(annotated(local, tmp_path), tmp_path, *OFF)
    assert found["exclusion"].fillna("").tolist() == ["not_somatic", ""]


def test_veps_spelling_beside_an_allele_of_unspecified_bases(tmp_path: Path) -> None:
    """VEP (Parser/VCF.pm) passes over `*` and `<*>` when it asks whether all alleles begin with the same base."""
    text = TOP.format("", "TUMOR") + "chr1\t9\t.\tCA\tC,CAA,<*>\t.\tPASS\t.\tGT:AD:DP\t1/2:10,20,20,0:50\n"
    vcf = annotated(text, tmp_path)
    blocks = "CSQ=-|frameshift_variant|G|T,AA|missense_variant|G|T"
    vcf.write_text(vcf.read_text().replace(vcf.read_text().split("\t")[-3], blocks))
    found = table(vcf, tmp_path)
    assert found["consequence"].fillna("").tolist() == ["frameshift_variant", "missense_variant", ""]


def test_what_the_annotation_does_not_tell_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """VEP takes a record with <NON_REF> for a structural one; files are joined of which one was annotated."""
    vcf = annotated(made("TUMOR", [("PASS", ".", "GT:AD:DP", "0/1:30,20:50")] * 3), tmp_path)
    lines = vcf.read_text().splitlines(keepends=True)
    for old, new in (("CSQ=T|", "CSQ=NON_REF|"), ("\tT\t", "\tT,<NON_REF>\t"), (",20:", ",20,0:")):
        lines[-2] = lines[-2].replace(old, new)
    lines[-1] = lines[-1].replace("CSQ=T|missense_variant|G|T", "DP=9")
    vcf.write_text("".join(lines))
    assert counted(vcf, tmp_path) == [1]
    assert "no consequence of 2 alleles that pass every other rule" in caplog.text and "(chr1:2 C>T, " in caplog.text


def test_a_reference_to_a_site_of_two_records(tmp_path: Path) -> None:
    """bcftools csq without --local-csq: `@10` had been the last record there, whatever its ALT."""
    form, cell = "GT:AD:DP", "0|1:30,20:50"
    rows = [
        (10, "T", "missense|G|T|protein_coding|+|1A>1B|10C>T+12C>T"),
        (10, "G", "synonymous|G|T|protein_coding|+|1A|10C>G"),
        (12, "T", "@10"),
    ]
    text = "".join(f"chr1\t{pos}\t.\tC\t{alt}\t.\tPASS\tBCSQ={what}\t{form}\t{cell}\n" for pos, alt, what in rows)
    vcf = tmp_path / "csq.vcf"
    vcf.write_text(TOP.format(BCSQ, "TUMOR") + text)
    assert counted(vcf, tmp_path) == [10, 12]


def test_a_list_without_columns_counts_without_thresholds(tmp_path: Path) -> None:
    """As the refusal advises; every variant had been `unknown`, as of a column that is blank."""
    text = TOP.replace("\tFORMAT\t{}", "").format("") + "chr1\t1\t.\tC\tT\t.\tPASS\t.\n"
    assert counted(annotated(text, tmp_path), tmp_path, *OFF) == [1]


def test_mutect2_that_does_not_judge_each_allele_is_judged_by_the_normal(tmp_path: Path) -> None:
    """Older ones write no AS_FilterStatus: of a site that passed each ALT had been somatic."""
    text = made("NORMAL\tTUMOR", [("PASS", ".", "GT:AD:AF:DP", "0/1:30,0,20:0.0,0.4:50", "0/1/2:30,20,25:0.3,0.3:75")],
                "##source=Mutect2\n").replace("\tT\t", "\tT,G\t")  # fmt: skip
    found = table(annotated(text, tmp_path), tmp_path)
    assert found["exclusion"].fillna("").tolist() == ["", "germline"]
    declared = text.replace("#CHROM", '##INFO=<ID=AS_FilterStatus,Number=A,Type=String,Description="x">\n#CHROM')
    assert table(annotated(declared, tmp_path), tmp_path)["exclusion"].isna().all()


def test_a_blank_column_tells_no_depth(tmp_path: Path) -> None:
    """The counts of bases of ClairS-TO and Strelka had added up to 0 where none of them is known."""
    rows = [("PASS", ".", "GT:DP:AU:CU:GU:TU", cells) for cells in ("./.", "0/1:50:0,0:30,30:0,0:20,20")]
    assert table(annotated(made("TUMOR", rows), tmp_path), tmp_path, "--paired")["depth"].tolist() == [pd.NA, 50]


@pytest.mark.parametrize(
    ("terms", "counting"),
    [(("frameshift_variant", "frameshift_variant"), [9, 9]), (("stop_gained", "intron_variant"), [])],
)
def test_two_deletions_that_vep_spells_alike(
    terms: tuple[str, str], counting: list[int], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """VEP 115.1 (issue 1920 of ensembl-vep) writes `-` for either: each had been the worse of the two."""
    row = "chr1\t{}\t.\t{}\t.\tPASS\t{}\tGT:AD:DP\t1/2:10,20,20:50\n"
    both = ",".join(f"-|{term}|G|T" for term in terms)
    text = row.format(5, "C\tT", "CSQ=T|synonymous_variant|G|T") + row.format(9, "CAAGCC\tCAGCC,CA", f"CSQ={both}")
    vcf = tmp_path / "vep.vcf"
    vcf.write_text(TOP.format(CSQ, "TUMOR") + text.replace("10,20,20", "30,20", 1))
    assert counted(vcf, tmp_path) == counting
    assert ("no consequence of 2 alleles" in caplog.text) == (not counting)


def test_a_field_twice_in_a_format_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The last one had been read."""
    vcf = annotated(made("TUMOR", [("PASS", ".", "GT:AD:DP:AD", "0/1:30,20:50:50,0")]), tmp_path)
    assert run(["variants", "--vcf", str(vcf), "--tumor-sample", "auto", "--variants", str(tmp_path / "T.tsv")]) == 2
    assert "first record names a field of FORMAT twice; expected each field once" in capsys.readouterr().err


def test_jannovar_has_terms_below_those_of_the_definitions(tmp_path: Path) -> None:
    vcf = annotated(made("TUMOR", [("PASS", ".", "GT:AD:DP", "0/1:30,20:50")]), tmp_path)
    vcf.write_text(vcf.read_text().replace("missense_variant", "frameshift_truncation"))
    assert table(vcf, tmp_path)["consequence"].tolist() == ["frameshift_variant"] and counted(vcf, tmp_path) == [1]


def test_a_vcf_packed_by_xz_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """htslib asserts on it, which ended the program without a word (exit status 134)."""
    vcf = tmp_path / "T.vcf.xz"
    vcf.write_bytes(lzma.compress(TOP.encode()))
    assert run(["variants", "--vcf", str(vcf), "--tumor-sample", "auto", "--variants", str(tmp_path / "T.tsv")]) == 2
    assert "is packed by xz; expected a VCF or BCF; unpack it with xz -d" in capsys.readouterr().err


def test_the_one_block_of_veps_pick_is_of_one_alt(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """VEP's --pick writes one block for all ALTs of a site: another ALT had its consequence, also once it was split."""
    row = "chr1\t{}\t.\tC\t{}\t.\tPASS\tCSQ=A|missense_variant|G|T\tGT:AD:DP\t{}\n"
    text = row.format(5, "CA,A", "1/2:10,20,20:50") + "".join(row.format(9, alt, "0/1:30,20:50") for alt in "AT")
    vcf = tmp_path / "vep.vcf"
    vcf.write_text(TOP.format(CSQ, "TUMOR") + text)
    found = table(vcf, tmp_path)
    assert found.loc[found["exclusion"].isna(), ["pos", "alt"]].to_numpy().tolist() == [[5, "A"], [9, "A"]]
    assert "no consequence of 2 alleles" in caplog.text


def test_a_transcript_that_was_not_chosen_is_no_lack_of_annotation(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vcf = annotated(made("TUMOR", [("PASS", ".", "GT:AD:DP", "0/1:30,20:50")] * 2), tmp_path)
    text = vcf.read_text().replace("SYMBOL|Feature", "SYMBOL|Feature|CANONICAL").replace("|G|T", "|G|T|YES", 1)
    vcf.write_text(text.replace("|G|T\t", "|G|T|\t"))
    assert counted(vcf, tmp_path, "--transcripts", "canonical") == [1] and "no consequence" not in caplog.text
