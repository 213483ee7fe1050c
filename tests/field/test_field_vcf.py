"""VCFs as other callers write them: which records are somatic calls, or why the file is refused.

Every record of `field_cases/vcf` is annotated as missense (or frameshift), so that the count is that of the somatic
calls; the right answers and how they were got stand in `field_cases/README.md`.
"""
# ruff: noqa: E501 (records as they stand in files)

from __future__ import annotations

import subprocess
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables

CSQ = (
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. '
    'Format: Allele|Consequence|SYMBOL|Feature">\n'
)


def table(vcf: Path, out: Path, *options: str, tumor: str = "auto") -> pd.DataFrame:
    """The table of a call that must succeed."""
    made = out / "T.variants.tsv.gz"
    command = ["variants", "--vcf", str(vcf), "--tumor-sample", tumor, "--sample", "T", "--variants", str(made)]
    assert run([*command, *options]) == 0
    return tables.read(made, "variants")


def counted(vcf: Path, out: Path, *options: str, tumor: str = "auto") -> list[int]:
    """Positions that count."""
    found = table(vcf, out, *options, tumor=tumor)
    return found.loc[found["counted_in"].fillna("").str.contains("merino_wes"), "pos"].tolist()


def annotated(text: str, out: Path) -> Path:
    """A file whose every ALT is missense."""
    lines = []
    for line in text.splitlines():
        cells = line.split("\t")
        if line.startswith("#CHROM"):
            line = CSQ + line
        elif not line.startswith("#"):
            blocks = [f"{alt}|missense_variant|G|T" for alt in cells[4].replace("/", ",").split(",")]
            cells[7] = ";".join([*([] if cells[7] == "." else [cells[7]]), "CSQ=" + ",".join(blocks)])
            line = "\t".join(cells)
        lines.append(line + "\n")
    path = out / "annotated.vcf"
    path.write_text("".join(lines))
    return path


@pytest.fixture
def cases(shared_data: Path) -> Path:
    return shared_data / "field_cases" / "vcf"


def test_vardict_counts_what_its_status_calls_somatic(cases: Path, tmp_path: Path) -> None:
    """`bcftools view -f PASS -i 'STATUS="StrongSomatic" || STATUS="LikelySomatic"'`"""
    found = table(cases / "vardict_paired.vcf", tmp_path)
    assert found["exclusion"].fillna("").tolist() == ["", "", *["germline"] * 4]


def test_dragen_without_a_normal_counts_what_is_not_germline(cases: Path, tmp_path: Path) -> None:
    """`bcftools view -e 'GermlineStatus~"Germline"'`"""
    assert counted(cases / "dragen_to.vcf", tmp_path) == [1000, 4000]


@pytest.mark.parametrize(("tumor", "expected"), [("P1_P1_T1", [1000]), ("P1_P1_T2", [2000, 3000, 4000])])
def test_a_joint_call_counts_each_tumor(tumor: str, expected: list[int], cases: Path, tmp_path: Path) -> None:
    assert counted(cases / "mutect_joint.vcf", tmp_path, tumor=tumor) == expected


def test_without_thresholds_a_joint_call_counts_what_the_tumor_has(tmp_path: Path) -> None:
    """No rule of reads is left that would tell the ALTs of the other tumor: its genotype does."""
    cells = [("0/1:30,20:50", "0/0:50,0:50"), ("0/0:50,0:50", "0/1:30,20:50"), ("0/1:50,0:50", "0/0:50,0:50")]
    rows = [("PASS", ".", "GT:AD:DP", *both, "0/0:40,0:40") for both in cells]
    vcf = annotated(made("T1\tT2\tnormal", rows), tmp_path)
    off = ("--tumor-depth", "0", "--alt-reads", "0", "--vaf", "0")
    found = table(vcf, tmp_path, *off, "--normal-sample", "normal", tumor="T1")
    assert found["exclusion"].fillna("").tolist() == ["", "not_somatic", ""]
    assert counted(vcf, tmp_path, *off, "--normal-sample", "normal", tumor="T2") == [2]


def test_a_joint_call_does_not_say_which_tumor(cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["variants", "--vcf", str(cases / "mutect_joint.vcf"), "--tumor-sample", "auto"]
    assert run([*command, "--sample", "X", "--variants", str(tmp_path / "X.variants.tsv")]) == 2
    said = capsys.readouterr().err
    assert "P1_P1_T1" in said and "P1_P1_T2" in said


def test_freebayes_marks_no_somatic_call(cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vcf = annotated((cases / "freebayes_paired.vcf").read_text(), tmp_path)
    command = [
        "variants",
        "--vcf",
        str(vcf),
        "--tumor-sample",
        "P1_P1_T",
        "--variants",
        str(tmp_path / "T.variants.tsv"),
    ]
    for options in ([], ["--accept-unfiltered"]):
        assert run([*command, *options]) == 2
        said = capsys.readouterr().err
        assert "hold 2 by FreeBayes (first chr1:2101)" in said and "calling.somatic" in said
        assert not (tmp_path / "T.variants.tsv").exists()


def test_varscan_and_its_slash(cases: Path, tmp_path: Path) -> None:
    """`A/T` are two ALTs; the reads are those of the one that the genotype has. A decimal comma is a comma."""
    found = table(cases / "varscan_slash.vcf", tmp_path)
    assert list(zip(found["pos"], found["alt"], found["exclusion"].fillna(""), strict=True)) == [
        (1000, "A", ""), (1000, "T", "alt_reads"), (2000, "A", ""), (3000, "A", ""),
    ]  # fmt: skip
    assert found["caller_af"].iloc[2:].tolist() == pytest.approx([0.51, 0.515], rel=1e-12)
    unknown = (cases / "varscan_slash.vcf").read_text().replace("SS=2", "SS=5", 1)
    (tmp_path / "unknown.vcf").write_text(unknown)
    assert counted(tmp_path / "unknown.vcf", tmp_path) == [2000, 3000]


def test_varscan_without_contigs(cases: Path, tmp_path: Path) -> None:
    """`SS=2` twice of three; the flag SOMATIC stands in all of them."""
    vcf = annotated((cases / "vs_nocontig.vcf").read_text(), tmp_path)
    assert counted(vcf, tmp_path) == [2101, 3729]


def test_the_fraction_of_a_strelka_indel(cases: Path, tmp_path: Path) -> None:
    """TIR / (TAR + TIR), tier 1 (Strelka's user guide)."""
    found = table(cases / "strelka_indel.vcf", tmp_path)
    assert found["vaf"].tolist() == pytest.approx([13 / 51, 121 / 122, 5 / 75], rel=1e-12)
    assert found["exclusion"].fillna("").tolist() == ["", "", ""]


def test_lofreq_has_no_samples(cases: Path, tmp_path: Path) -> None:
    found = table(cases / "lofreq.vcf", tmp_path)
    assert found[["depth", "alt_reads"]].to_numpy().tolist() == [[100, 30]]
    assert counted(cases / "lofreq.vcf", tmp_path) == [1000]
    assert set(found["tumor_only"]) == {0}, "the flag SOMATIC is set against a normal"
    alone = (cases / "lofreq.vcf").read_text().replace("SOMATIC;", "")
    (tmp_path / "alone.vcf").write_text(alone)
    assert run(["variants", "--vcf", str(tmp_path / "alone.vcf"), "--tumor-sample", "auto", "--sample", "T",
                "--variants", str(tmp_path / "A.variants.tsv")]) == 2  # fmt: skip


# Made-up records in the ways of public files: a germline and a somatic ALT of one site stand in vcf2maf's
# test_radia.vcf and test_sniper.vcf (2:100916306) and in MuSE's example (1:811630).
TOP = "##fileformat=VCFv4.2\n{}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{}\n"
RADIA = TOP.format("##source=\"radia Pipeline v1.1.5\"\n", "DNA_NORMAL\tDNA_TUMOR\tRNA_TUMOR") + "".join(
    f"chr1\t{pos}\t.\tA\t{alts}\t.\tPASS\tSS={status};ORIGIN=DNA;MT=SOM\tGT:DP:AD:AF:SS\t{cells}\t.\n"
    for pos, alts, status, cells in [
        (1, "G", 2, "0/0:50:50,0:1.0,0.0:0\t0/1:50:30,20:0.6,0.4:2"),
        (2, "G,C", 2, "1/1:64:0,64,0:0.0,1.0,0.0:0\t1/2:71:0,61,10:0.0,0.86,0.14:2"),
        (3, "G", 1, "0/1:50:25,25:0.5,0.5:1\t0/1:50:25,25:0.5,0.5:1"),
        (4, "G", 3, "0/1:50:25,25:0.5,0.5:1\t1/1:50:5,45:0.1,0.9:3"),
        (5, "G", 9, "0/0:50:50,0:1.0,0.0:0\t0/1:50:30,20:0.6,0.4:9"),
    ]
)  # fmt: skip


def test_radia_is_judged_by_allele(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = table(annotated(RADIA, tmp_path), tmp_path)
    kept = found[found["exclusion"].isna()]
    assert list(zip(kept["pos"], kept["alt"], strict=True)) == [(1, "G"), (2, "C")]
    assert "RADIA marks 1 allele with SS=9" in caplog.text


def made(columns: str, rows: list[tuple[str, ...]], header: str = "") -> str:
    """A VCF of SNVs; a row: FILTER, INFO, FORMAT and cells."""
    lines = []
    for number, (status, info, *rest) in enumerate(rows, 1):
        lines.append("\t".join(["chr1", str(number), ".", "C", "T", ".", status, info, *rest]) + "\n")
    return TOP.format(header, columns) + "".join(lines)


def test_an_allele_that_is_the_references_is_no_event_of_no_bases(tmp_path: Path) -> None:
    """The table had n_events 0, which its own schema refuses: a run that counts bases ended there."""
    rows = [("PASS", ".", "GT:AD:DP", "0/0:40,0:40", "0/1:30,20:50")] * 2
    text = made("NORMAL\tTUMOR", rows).replace("\tC\tT\t", "\tC\tC\t", 1)
    found = table(annotated(text, tmp_path), tmp_path, "--mnv", "bases")
    assert found[["filter", "n_events"]].to_numpy().tolist() == [["no_variant", 1], ["PASS", 1]]


def test_somatic_sniper_never_writes_a_filter(tmp_path: Path) -> None:
    """bioinform/somaticseq, SomaticSniper.vcf.gz: FILTER is `.` in all records, SS of the tumor tells."""
    form, normal = "GT:IGT:DP:DP4:BCOUNT:SS", "0/0:0/0:50:25,25,0,0:0,50,0,0:1"
    rows = [
        (".", ".", form, normal, f"0/1:0/1:50:10,20,10,10:0,30,0,20:{status}") for status in ("2", "3", "1", "0", "5")
    ]
    found = table(annotated(made("NORMAL\tTUMOR", rows), tmp_path), tmp_path)
    assert found["exclusion"].fillna("").tolist() == ["", "germline", "germline", "germline", "unknown"]
    assert found[["depth", "alt_reads"]].drop_duplicates().to_numpy().tolist() == [[50, 20]]


def test_a_genotype_that_fails_its_own_filter_is_no_call(tmp_path: Path) -> None:
    """FORMAT/FT is to a sample what FILTER is to the site (VCF specification); Octopus and TCGA's WUSTL files have it."""
    cells = [("PASS", "q", "PASS"), ("PASS", "PASS", "q"), ("PASS", "PASS", "a;b"), ("PASS", ".", "."), ("s", ".", "q")]
    rows = [
        (site, ".", "GT:AD:DP:FT", f"0/0:40,0:40:{normal}", f"0/1:30,20:50:{tumor}") for site, normal, tumor in cells
    ]
    vcf = annotated(made("NORMAL\tTUMOR", rows), tmp_path)
    found = table(vcf, tmp_path)
    assert found["filter"].tolist() == ["PASS", "q", "a;b", "PASS", "s;q"]
    assert found["exclusion"].fillna("").tolist() == ["", "filter", "filter", "", "filter"]
    assert counted(vcf, tmp_path, "--accept-filters", "a", "b") == [1, 3, 4]


@pytest.mark.parametrize("tag", [(), ("--old-rec-tag", "OLD_REC")])
@pytest.mark.parametrize(
    ("alts", "statuses", "passing"),
    [
        ("T,A", "SITE|weak_evidence", "T"),
        ("T,A", "weak_evidence|SITE", "A"),
        ("T,A", "SITE|strand_bias,weak_evidence", "T"),
        ("T,A", "a,b,c|weak_evidence", ""),
        ("T,A,G", "SITE|strand_bias,weak_evidence|SITE", "TG"),
        ("T,A,G", "a,b|SITE|weak_evidence", "A"),
        ("T,A,G", "SITE|SITE|SITE", "TAG"),
    ],
)
def test_what_mutect2_says_of_each_allele_outlives_a_split(
    tmp_path: Path, alts: str, statuses: str, passing: str, tag: tuple[str, ...]
) -> None:
    """Mutect2 declares a value for each ALT but joins them by `|`: bcftools norm takes the string apart at its commas."""
    n = alts.count(",") + 2
    cells = f"{'/'.join(map(str, range(n)))}:{','.join(['30'] * n)}:{30 * n}"
    header = "".join(
        f'##{kind}=<ID={name},Number={number},Type={what},Description="x">\n'
        for kind, name, number, what in [
            ("INFO", "AS_FilterStatus", "A", "String"), ("FORMAT", "GT", "1", "String"), ("FORMAT", "AD", "R", "Integer"),
            ("FORMAT", "DP", "1", "Integer"),
        ]
    )  # fmt: skip
    beside = ("chr1", "5", ".", "G", "T", ".", "PASS", "AS_FilterStatus=SITE", "GT:AD:DP", "0/1:30,30:60")
    site = ("chr1", "9", ".", "C", alts, ".", "PASS", f"AS_FilterStatus={statuses}", "GT:AD:DP", cells)
    text = TOP.format(f"##contig=<ID=chr1>\n{header}", "TUMOR") + "".join(
        "\t".join(row) + "\n" for row in (beside, site)
    )
    whole = annotated(text, tmp_path)
    split = subprocess.run(["bcftools", "norm", "-m-any", *tag, whole], capture_output=True, text=True, check=True)
    (tmp_path / "split.vcf").write_text(split.stdout)
    for vcf in (whole, tmp_path / "split.vcf"):
        found = table(vcf, tmp_path, tumor="TUMOR")
        assert "".join(found.loc[found["exclusion"].isna() & (found["pos"] == 9), "alt"]) == passing


@pytest.mark.parametrize(
    ("split", "depths", "lacking"),
    [
        (["-m-any"], [60, 60, 50], 2),
        (["-m", "-any", "--old-rec-tag", "OLD_REC"], [60, 60, 50], 2),
        (["--no-version", "-m-any"], [60, 60, 50], 2),
        (["-m", "+any"], [60, 80, 80], 0),
        (["-m-any", "--keep-sum", "AD"], [60, 80, 80], 0),
        (["-m-any", "--keep-sum", "AD", "--old-rec-tag", "OLD_REC"], [60, 80, 80], 0),
    ],
)
def test_a_depth_that_lacks_the_reads_of_other_alts_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, split: list[str], depths: list[int], lacking: int
) -> None:
    """Somebody split a site that has AD and no DP, or nobody; then a run does, which finds no split site to mend."""
    header = '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">\n##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
    records = [
        ("chr1", "5", ".", "G", "T", ".", "PASS", ".", "GT:AD", "0/1:30,30"),
        ("chr1", "9", ".", "C", "T,A", ".", "PASS", ".", "GT:AD", "1/2:30,30,20"),
    ]
    text = TOP.format(f"##contig=<ID=chr1>\n{header}", "TUMOR") + "".join("\t".join(row) + "\n" for row in records)
    made = annotated(text, tmp_path)
    for options in (split, ["-m-any", "--keep-sum", "AD", "--old-rec-tag", "OLD_REC"]):
        done = subprocess.run(["bcftools", "norm", *options, made], capture_output=True, text=True, check=True)
        made.write_text(done.stdout)
        caplog.clear()
        found = table(made, tmp_path, tumor="TUMOR")
        assert found["depth"].tolist() == depths
        assert (f"the depth of {lacking} alleles lacks the reads of other ALTs" in caplog.text) == bool(lacking)


def test_muse_has_tiers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """mskcc/vcf2maf, test_muse.vcf: 98 PASS and 307 of Tier1 to Tier4, which MuSE's README counts in exomes."""
    cells = ("SOMATIC", "GT:DP:AD:BQ:SS", "0/1:50:30,20:30,30:2", "0/0:50:50,0:30,0:.")
    text = made(
        "TUMOR\tNORMAL", [(name, *cells) for name in ("PASS", "Tier1", "Tier4", "Tier5")], '##MuSE_version="1"\n'
    )
    vcf = annotated(text, tmp_path)
    assert counted(vcf, tmp_path) == [1]
    assert "FILTER Tier1, which its authors count, too" in caplog.text
    assert counted(vcf, tmp_path, "--accept-filters", "Tier1", "Tier2", "Tier3", "Tier4") == [1, 2, 3]


def test_clairs_has_its_normal_in_the_tumors_column(tmp_path: Path) -> None:
    """A paired call, whose normal is looked at; ClairS-TO writes no NAF and is tumor-only."""
    rows = [
        ("PASS", "F", "GT:DP:AF:AD:NAF:NDP:NAD", f"0/1:50:0.4:0,20:{seen / 40}:40:{40 - seen},{seen}")
        for seen in (0, 20)
    ]
    found = table(annotated(made("SAMPLE", rows, "##source=ClairS\n"), tmp_path), tmp_path)
    assert found[["depth", "alt_reads", "normal_depth", "normal_alt_reads"]].to_numpy().tolist() == [
        [50, 20, 40, 0],
        [50, 20, 40, 20],
    ]
    assert set(found["tumor_only"]) == {0} and found["in_normal"].tolist() == [0, 1]
    alone = [
        ("PASS", "F", "GT:DP:AF:AD", "0/1:50:0.4:30,20"),
        ("PASS", "F", "GT:DP:AF:AD:AU:CU:GU:TU", "0/1:50:0.4:30,20:0:30:0:20"),
    ]
    found = table(annotated(made("SAMPLE", alone, "##source=ClairS-TO\n"), tmp_path), tmp_path)
    assert set(found["tumor_only"]) == {1}
    found = table(annotated(made("SAMPLE", alone[1:]), tmp_path), tmp_path)
    assert set(found["tumor_only"]) == {1}


@pytest.mark.parametrize("header", ["##source=ClairS\n", ""])
def test_clairs_with_counts_of_bases_is_not_strelka(header: str, tmp_path: Path) -> None:
    """Its columns are AU, CU, GU, TU as well (shared/vcf.py of HKU-BAL/ClairS); read as Strelka it had no normal."""
    form = "GT:GQ:DP:AF:AD:NAF:NDP:NAD:AU:CU:GU:TU:NAU:NCU:NGU:NTU"
    rows = [
        ("PASS", "F", form, f"0/1:9:50:0.4:0,20:{seen / 40}:40:{40 - seen},{seen}:0:30:0:20:0:{40 - seen}:0:{seen}")
        for seen in (0, 20)
    ]
    found = table(annotated(made("SAMPLE", rows, header), tmp_path), tmp_path)
    assert set(found["tumor_only"]) == {0} and found["normal_alt_reads"].tolist() == [0, 20]
    assert found[["depth", "alt_reads"]].to_numpy().tolist() == [[50, 20]] * 2


@pytest.mark.parametrize(
    ("header", "word", "form", "cells", "expected"),
    [
        ("##octopus=<version=0.7.1>\n", "PP=9;MP=9{}", "GT:DP:MAP_HF", "0|0|1:100:0.4,0.4,0.2", {";SOMATIC": "", "": "germline"}),
        ("", "GermlineFilterDatabase={};GermlineFilterProxi=False", "GT:AD:DP:VF:NL", "0/1:80,20:100:0.2:20",
         {"False": "", "True": "germline", "Maybe": "unknown"}),
        ("", "GermlineStatus={}", "GT:SQ:AD:AF:DP:MB", "0/1:9:80,20:0.2:100:1",
         {"Somatic": "", "Germline_DB": "germline", "Somatic_Putative_CH": "not_somatic", "Novel": "unknown"}),
        ("##source=VarScan2\n", "SS={}", "GT:DP:RD:AD:FREQ", "0/1:100:80:20:20%",
         {"2": "", "0": "germline", "1": "germline", "3": "germline", "5": "unknown", "x": "unknown"}),
        ("##source=lancet 1.1.0\n", "{}", "GT:AD:SR:SA:DP", "0/1:80,20:1:1:100", {"SOMATIC": "", "SHARED": "germline"}),
    ],
    ids=["octopus", "tso500", "dragen", "varscan", "lancet"],
)  # fmt: skip
def test_what_a_mark_says_is_the_exclusion(
    header: str, word: str, form: str, cells: str, expected: dict[str, str], tmp_path: Path
) -> None:
    text = made("TUMOR", [("PASS", word.format(said), form, cells) for said in expected], header)
    found = table(annotated(text, tmp_path), tmp_path)
    assert found["exclusion"].fillna("").tolist() == list(expected.values())


@pytest.mark.parametrize(
    ("form", "cells"),
    [
        ("DP:AU:CU:GU:TU", "100:0,0:70,70:0,0:30,30\t60:0,0:60,60:0,0:0,0"),
        ("GT:FAZ:FCZ:FGZ:FTZ:RAZ:RCZ:RGZ:RTZ:PM", "0|1:0:35:0:15:0:35:0:15:0.3\t0|0:0:30:0:0:0:30:0:0:0"),
        ("GT:AD:DP", "0/1:70,30:100\t0/0:60,0:60"),
    ],
    ids=["Strelka", "CaVEMan", "AD"],
)
def test_small_letters_are_the_same_bases(form: str, cells: str, tmp_path: Path) -> None:
    """FreeBayes and others copy a soft-masked reference; a record that stands in both ways counts once."""
    header = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=9000>\n" + CSQ
    header += "".join(f'##FORMAT=<ID={key},Number=.,Type=String,Description="x">\n' for key in form.split(":"))
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR\tNORMAL\n"
    rows = [
        f"chr1\t1000\t.\t{ref}\t{alt}\t.\tPASS\tCSQ={alt}|missense_variant|G|T\t{form}\t{cells}\n"
        for ref, alt in ("ct", "CT")
    ]
    (tmp_path / "a.vcf").write_text(header + columns + "".join(rows))
    found = table(tmp_path / "a.vcf", tmp_path)
    assert found[["ref", "alt", "alt_reads"]].to_numpy().tolist() == [["C", "T", 30]] * 2
    assert found["filter"].tolist() == ["PASS", "duplicate_record"]


@pytest.mark.parametrize(
    ("header", "info", "form", "cells"),
    [
        ("", "SOMATIC", "DP:FDP:AU:CU:GU:TU", "100:0:0,0:70,70:0,0:30,30"),
        ("##source=VarDict_v1.8\n", "STATUS=StrongSomatic;SSF=0", "GT:DP:VD:AD:AF", "0/1:100:30:70,30:0.3"),
        ("##source=VarScan2\n", "SS=2;SPV=0.001", "GT:DP:RD:AD:FREQ", "0/1:100:70:30:30%"),
        ('##MuSE_version="1"\n', "SOMATIC", "GT:DP:AD:BQ:SS", "0/1:100:70,30:30,30:2"),
    ],
    ids=["Strelka", "VarDict", "VarScan", "MuSE"],
)
def test_a_call_cut_to_its_tumor_is_asked_for_its_normal(
    header: str, info: str, form: str, cells: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """`bcftools view -s TUMOR`: these callers make no somatic call without a normal, which only --paired can say."""
    vcf = annotated(made("TUMOR", [("PASS", info, form, cells)], header), tmp_path)
    assert table(vcf, tmp_path)["tumor_only"].tolist() == [1]
    assert "has the tumor's column only" in caplog.text and "give --paired" in caplog.text
    caplog.clear()
    assert table(vcf, tmp_path, "--paired")["tumor_only"].tolist() == [0] and "give --paired" not in caplog.text


@pytest.mark.parametrize("alt", ["N", "TN", "<DEL>", "*"])
def test_an_alt_that_spells_no_bases_has_no_consequence(alt: str, tmp_path: Path) -> None:
    header = '##fileformat=VCFv4.2\n##contig=<ID=chr1>\n##FILTER=<ID=PASS,Description="">\n##source=Mutect2\n'
    header += '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">\n'
    cells = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\n"
    records = "".join(
        f"chr1\t{pos}\t.\tC\t{made}\t.\tPASS\t.\tAD:DP\t60,40:100\n" for pos, made in ((100, "T"), (200, alt))
    )
    found = table(annotated(header + cells + records, tmp_path), tmp_path)
    assert found["counted_in"].fillna("").ne("").tolist() == [True, False]
    assert found["exclusion"].fillna("").tolist() == ["", "consequence"]
