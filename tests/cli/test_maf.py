"""MAF out and in: the real exome round trip, vcf2maf's own output, cBioPortal's and TCGA's files."""
# ruff: noqa: E501 (rows as they stand in files)

from __future__ import annotations

import csv
import gzip
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables
from biomarkers.variants.maf_out import change

DEFINITIONS = ["merino_wes", "nonsynonymous", "all_coding", "missense_only"]
COUNTS = dict(zip(DEFINITIONS, [329, 352, 459, 293], strict=True))
CORE = re.findall(
    r"\w+",
    """Hugo_Symbol Entrez_Gene_Id Center NCBI_Build Chromosome Start_Position End_Position Strand Variant_Classification
    Variant_Type Reference_Allele Tumor_Seq_Allele1 Tumor_Seq_Allele2 dbSNP_RS dbSNP_Val_Status Tumor_Sample_Barcode
    Matched_Norm_Sample_Barcode Match_Norm_Seq_Allele1 Match_Norm_Seq_Allele2 Tumor_Validation_Allele1
    Tumor_Validation_Allele2 Match_Norm_Validation_Allele1 Match_Norm_Validation_Allele2 Verification_Status
    Validation_Status Mutation_Status Sequencing_Phase Sequence_Source Validation_Method Score BAM_File Sequencer
    Tumor_Sample_UUID Matched_Norm_Sample_UUID""",
)
"""Columns 1 to 34 of the MAF specification 2.4.1, in its order."""


def maf_rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


def read_maf(path: Path, out: Path, *options: str, definitions: list[str] = DEFINITIONS) -> pd.DataFrame:
    assert run(["variants", "--maf", str(path), "--variants", str(out), "--definition", *definitions, *options]) == 0
    return tables.read(out, "variants")


def record(out: Path) -> dict:
    return json.loads(out.with_name(out.name.replace(".tsv", "").replace(".gz", "") + ".json").read_text())


@pytest.fixture(scope="module")
def exome(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The variants table of the real exome."""
    table = tmp_path_factory.mktemp("exome") / "T.variants.tsv.gz"
    vcf = shared_data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz"
    options = ["--tumor-sample", "HCC1395_TUMOR_DNA", "--sample", "T", "--patient", "P", "--definition", *DEFINITIONS]
    assert run(["variants", "--vcf", str(vcf), *options, "--variants", str(table)]) == 0
    return table


@pytest.fixture(scope="module")
def whole(exome: Path) -> Path:
    """All 1,470 rows of it as MAF."""
    maf = exome.with_name("all.maf.gz")
    assert run(["maf", "--variants", str(exome), "--include", "all", "--maf", str(maf)]) == 0
    return maf


def test_the_heading_and_the_core_columns_are_the_specification_s(whole: Path) -> None:
    with gzip.open(whole, "rt") as lines:
        assert [next(lines), next(lines)] == ["#version 2.4\n", "#sequenced_samples: T\n"]
        assert next(lines).rstrip("\n").split("\t")[:34] == CORE


def test_every_allele_is_the_one_that_vep_wrote(whole: Path, shared_data: Path) -> None:
    """Oracle: CSQ's Allele and VARIANT_CLASS; every record of this file has one ALT and begins indels with one base."""
    kinds = {"SNV": {"SNP"}, "insertion": {"INS"}, "deletion": {"DEL"}, "substitution": {"DNP", "TNP", "ONP"}}
    rows = maf_rows(whole)
    with gzip.open(shared_data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz", "rt") as lines:
        header, records = "", []
        for line in lines:
            header = line if line.startswith("##INFO=<ID=CSQ") else header
            if not line.startswith("#"):
                records.append(line.split("\t"))
    names = header.split("Format: ")[1].split("|")
    assert len(rows) == len(records) == 1470
    seen = set()
    for row, cells in zip(rows, records, strict=True):
        csq = dict(zip(names, cells[7].split("CSQ=")[1].split(",")[0].split("|"), strict=False))
        assert row["Tumor_Seq_Allele2"] == csq["Allele"]
        seen.add(csq["VARIANT_CLASS"])
        if csq["VARIANT_CLASS"] in kinds:
            assert row["Variant_Type"] in kinds[csq["VARIANT_CLASS"]]
        start, end, pos, ref = int(row["Start_Position"]), int(row["End_Position"]), int(cells[1]), cells[3]
        if row["Variant_Type"] == "INS":
            assert (row["Reference_Allele"], start, end) == ("-", pos, pos + 1)
        else:
            assert (start, end) == (pos + len(ref) - len(row["Reference_Allele"]), pos + len(ref) - 1)
    assert {"SNV", "insertion", "deletion"} <= seen


def test_the_real_exome_comes_back_as_it_went_out(exome: Path, whole: Path, tmp_path: Path) -> None:
    back = read_maf(whole, tmp_path / "back.variants.tsv.gz")
    assert record(tmp_path / "back.variants.tsv.gz")["counts"] == COUNTS
    there = tables.read(exome, "variants")
    same = ["patient", "sample", "chrom", "filter", "depth", "alt_reads", "gene", "transcript", "consequence", "hgvsp"]
    same += ["population_af", "exclusion", "counted_in", "tumor_only", "n_events", "other_genes"]
    for column in same:
        assert there[column].astype(str).tolist() == back[column].astype(str).tolist(), column
    covered = there["depth"].gt(0).tolist()  # the one row without reads has a fraction from the caller alone
    assert covered.count(False) == 1
    assert back["vaf"][covered].tolist() == pytest.approx(there["vaf"][covered].tolist(), rel=1e-12)


@pytest.mark.parametrize("without", [["Consequence"], ["Consequence", "t_depth"], ["exclusion", "counted_in"]])
def test_the_counts_do_not_need_what_we_add(whole: Path, tmp_path: Path, without: list[str]) -> None:
    """From the classes alone, and with t_ref_count in place of t_depth; the MAF's own verdict is never read."""
    rows = maf_rows(whole)
    names = [name for name in rows[0] if name not in without]
    bare = tmp_path / "bare.maf"
    bare.write_text("\n".join("\t".join(cells) for cells in [names, *([r[n] for n in names] for r in rows)]) + "\n")
    read_maf(bare, tmp_path / "b.variants.tsv.gz")
    assert record(tmp_path / "b.variants.tsv.gz")["counts"] == COUNTS


def eligible(vcf: Path) -> int:
    """PASS with DP >= 25, at least 3 variant reads, at least 5 %, by plain reading of the tumor's column."""
    n = 0
    with gzip.open(vcf, "rt") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if line.startswith("#") or cells[6] != "PASS":
                continue
            values = dict(zip(cells[8].split(":"), cells[10].split(":"), strict=False))
            depth, reads = int(values["DP"]), int(values["AD"].split(",")[1])
            n += depth >= 25 and reads >= 3 and reads >= 0.05 * depth
    return n


@pytest.mark.parametrize(("include", "n"), [("eligible", None), ("passed", 1264), ("all", 1470)])
def test_which_rows_go_out(exome: Path, shared_data: Path, tmp_path: Path, include: str, n: int | None) -> None:
    n = n or eligible(shared_data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz")
    maf = tmp_path / "x.maf"
    assert run(["maf", "--variants", str(exome), "--include", include, "--maf", str(maf)]) == 0
    rows = maf_rows(maf)
    assert len(rows) == n
    if include == "eligible":
        assert {r["exclusion"] for r in rows} == {"", "consequence"}
    read_maf(maf, tmp_path / "x.variants.tsv.gz")
    assert record(tmp_path / "x.variants.tsv.gz")["counts"] == COUNTS


def test_one_maf_for_each_table_and_one_for_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "patient\tsample\tchrom\tpos\tref\talt\tfilter\tconsequence\texclusion\tcounted_in\ttumor_only\n"
    for name, ref in (("A", "C"), ("B", "G")):
        (tmp_path / f"{name}.variants.tsv").write_text(
            head + f"P{name}\t{name}\t1\t9\t{ref}\tT\tPASS\tstop_gained\t\tx\t0\n"
        )
    tables_of = [str(tmp_path / f"{name}.variants.tsv") for name in "AB"]
    each = [str(tmp_path / f"{name}.maf.gz") for name in "AB"]
    command = ["maf", "--variants", *tables_of, "--maf", str(tmp_path / "all.maf")]
    assert run([*command, "--each", *each, "--normal-sample", ".", "N"]) == 0
    assert [row["Reference_Allele"] for row in maf_rows(tmp_path / "all.maf")] == ["C", "G"]
    assert [maf_rows(Path(path))[0]["patient"] for path in each] == ["PA", "PB"]
    assert [maf_rows(Path(path))[0]["Matched_Norm_Sample_Barcode"] for path in each] == ["NORMAL", "N"]
    assert gzip.decompress(Path(each[1]).read_bytes()).decode().split("\n")[1] == "#sequenced_samples: B"
    assert run([*command, "--each", each[0]]) == 2
    assert run([*command, "--each", each[0], each[0]]) == 2
    assert run(["maf", "--variants", tables_of[0], tables_of[0], "--maf", str(tmp_path / "twice.maf")]) == 2
    assert "sample is 'A'; expected each sample in one table only" in capsys.readouterr().err
    assert not (tmp_path / "twice.maf").exists()


# From mskcc/vcf2maf (Apache-2.0), tests/test_b38_output.maf: position and alleles of the VCF (the base before an
# indel is the middle one of its flanking_bps), then what vcf2maf wrote.
VCF2MAF = [
    # VCF pos, ref, alt, consequence, HGVSp -> start, end, class, type, ref, alt, short
    (
        34792292,
        "A",
        "C",
        "missense_variant",
        "p.Leu429Arg",
        34792292,
        34792292,
        "Missense_Mutation",
        "SNP",
        "A",
        "C",
        "p.L429R",
    ),
    (
        34880549,
        "T",
        "C",
        "splice_region_variant&intron_variant",
        "",
        34880549,
        34880549,
        "Splice_Region",
        "SNP",
        "T",
        "C",
        "",
    ),
    (34880555, "A", "ACCTCTT", "splice_donor_variant", "", 34880555, 34880556, "Splice_Site", "INS", "-", "CCTCTT", ""),
    (
        34880650,
        "T",
        "TG",
        "frameshift_variant",
        "p.Asn139GlnfsTer5",
        34880650,
        34880651,
        "Frame_Shift_Ins",
        "INS",
        "-",
        "G",
        "p.N139Qfs*5",
    ),
    (
        36043782,
        "C",
        "G",
        "missense_variant&splice_region_variant",
        "p.Glu301Gln",
        36043782,
        36043782,
        "Missense_Mutation",
        "SNP",
        "C",
        "G",
        "p.E301Q",
    ),
    (38383625, "T", "C", "synonymous_variant", "p.Ser413=", 38383625, 38383625, "Silent", "SNP", "T", "C", "p.S413="),
    (
        38575698,
        "C",
        "T",
        "start_lost",
        "p.Met1?",
        38575698,
        38575698,
        "Translation_Start_Site",
        "SNP",
        "C",
        "T",
        "p.M1?",
    ),
    (
        41479182,
        "GT",
        "G",
        "frameshift_variant",
        "p.Lys277AsnfsTer19",
        41479183,
        41479183,
        "Frame_Shift_Del",
        "DEL",
        "T",
        "-",
        "p.K277Nfs*19",
    ),
    (
        44237111,
        "C",
        "T",
        "stop_gained",
        "p.Trp54Ter",
        44237111,
        44237111,
        "Nonsense_Mutation",
        "SNP",
        "C",
        "T",
        "p.W54*",
    ),
]


def test_what_vcf2maf_wrote(tmp_path: Path) -> None:
    head = "patient\tsample\tchrom\tpos\tref\talt\tfilter\tdepth\talt_reads\tconsequence\thgvsp\texclusion\tcounted_in\ttumor_only\n"
    rows = [f"P\tT\t21\t{p}\t{r}\t{a}\tPASS\t100\t40\t{c}\t{h}\t\tmerino_wes\t0\n" for p, r, a, c, h, *_ in VCF2MAF]
    table = tmp_path / "t.variants.tsv"
    table.write_text(head + "".join(rows))
    assert (
        run(
            [
                "maf",
                "--variants",
                str(table),
                "--normal-sample",
                "N",
                "--build",
                "GRCh38",
                "--maf",
                str(tmp_path / "t.maf"),
            ]
        )
        == 0
    )
    names = [
        "Start_Position",
        "End_Position",
        "Variant_Classification",
        "Variant_Type",
        "Reference_Allele",
        "Tumor_Seq_Allele2",
        "HGVSp_Short",
    ]
    written = maf_rows(tmp_path / "t.maf")
    assert [[row[name] for name in names] for row in written] == [[str(v) for v in row[5:]] for row in VCF2MAF]
    assert {
        (r["NCBI_Build"], r["Matched_Norm_Sample_Barcode"], r["Mutation_Status"], r["t_ref_count"]) for r in written
    } == {("GRCh38", "N", "Somatic", "60")}


@pytest.mark.parametrize(
    ("ref", "alt", "expected"),
    [
        ("CA", "TG", ("100", "101", "DNP", "CA", "TG", "Missense_Mutation")),
        ("CAG", "CTG", ("101", "101", "SNP", "A", "T", "Missense_Mutation")),
        ("CAGT", "TGCA", ("100", "103", "ONP", "CAGT", "TGCA", "Missense_Mutation")),
        ("CAGA", "CA", ("101", "102", "DEL", "AG", "-", "Frame_Shift_Del")),
        ("CAG", "T", ("100", "102", "DEL", "CAG", "T", "Frame_Shift_Del")),
        ("CAA", "CTTGA", ("101", "101", "INS", "A", "TTG", "Frame_Shift_Ins")),
        ("C", "CATG", ("100", "101", "INS", "-", "ATG", "In_Frame_Ins")),
        ("CA", "CTTA", ("100", "101", "INS", "-", "TT", "Frame_Shift_Ins")),
    ],
)
def test_alleles_of_every_kind(tmp_path: Path, ref: str, alt: str, expected: tuple[str, ...]) -> None:
    """protein_altering_variant takes its class from kind and length (vcf2maf), as does the frame."""
    table = tmp_path / "t.variants.tsv"
    head = "patient\tsample\tchrom\tpos\tref\talt\tfilter\tconsequence\texclusion\tcounted_in\n"
    table.write_text(
        head + f"P\tT\t1\t100\t{ref}\t{alt}\tPASS\tprotein_altering_variant\t\tx\nP\tT\t1\t90\tA\t<DEL>\tPASS\t\t\tx\n"
    )
    assert run(["maf", "--variants", str(table), "--maf", str(tmp_path / "t.maf")]) == 0
    (row,) = maf_rows(tmp_path / "t.maf")
    names = (
        "Start_Position",
        "End_Position",
        "Variant_Type",
        "Reference_Allele",
        "Tumor_Seq_Allele2",
        "Variant_Classification",
    )
    assert tuple(row[name] for name in names) == expected
    assert (row["Matched_Norm_Sample_Barcode"], row["Mutation_Status"]) == ("", "Unknown")


# Rows of the public MAF of TCGA-LAML as mskcc/vcf2maf keeps it (data/tcga_laml.maf), without most of its columns.
LAML = """#version 2.4
Hugo_Symbol\tEntrez_Gene_Id\tCenter\tNCBI_Build\tChromosome\tStart_Position\tEnd_Position\tStrand\tVariant_Classification\tVariant_Type\tReference_Allele\tTumor_Seq_Allele1\tTumor_Seq_Allele2\tTumor_Sample_Barcode\tMatched_Norm_Sample_Barcode\tValidation_Status\tMutation_Status\tamino_acid_change
IDH1\t0\tgenome.wustl.edu\t37\t2\t209113112\t209113112\t+\tMissense_Mutation\tSNP\tC\tC\tT\tTCGA-AB-2802-03B-01W-0728-08\tTCGA-AB-2802-11B-01W-0728-08\tValid\tSomatic\tp.R132H
GRM7\t0\tgenome.wustl.edu\t37\t3\t7503316\t7503316\t+\tSilent\tSNP\tT\tT\tA\tTCGA-AB-2802-03B-01W-0728-08\tTCGA-AB-2802-11B-01W-0728-08\tValid\tSomatic\tp.P474
LOC728211\t0\tgenome.wustl.edu\t37\t18\t12076175\t12076175\t+\tRNA\tSNP\tA\tA\tG\tTCGA-AB-2802-03B-01W-0728-08\tTCGA-AB-2802-11B-01W-0728-08\tValid\tSomatic\tNULL
NPM1\t0\tgenome.wustl.edu\t37\t5\t170834737\t170834738\t+\tFrame_Shift_Ins\tINS\t-\t-\tT\tTCGA-AB-2802-03B-01W-0728-08\tTCGA-AB-2802-11B-01W-0728-08\tValid\tSomatic\tp.N270fs
LMOD1\t0\tgenome.wustl.edu\t37\t1\t201915305\t201915305\t+\tMissense_Mutation\tSNP\tG\tG\tA\tTCGA-AB-2803-03B-01W-0728-08\tTCGA-AB-2803-11B-01W-0728-08\tValid\tSomatic\tp.T55M
"""
NO_THRESHOLDS = ["--tumor-depth", "0", "--alt-reads", "0", "--vaf", "0"]


def test_tcga(tmp_path: Path) -> None:
    (tmp_path / "laml.maf").write_text(LAML)
    out = tmp_path / "l.variants.tsv.gz"
    table = read_maf(tmp_path / "laml.maf", out, *NO_THRESHOLDS)
    assert table["patient"].tolist() == ["TCGA-AB-2802"] * 4 + ["TCGA-AB-2803"]
    assert table["consequence"].tolist() == [
        *("missense_variant", "synonymous_variant", "non_coding_transcript_exon_variant", "frameshift_variant"),
        "missense_variant",
    ]
    assert table["hgvsp"].fillna("").tolist() == ["p.Arg132His", "p.Pro474", "", "p.Asn270fs", "p.Thr55Met"]
    assert set(table["tumor_only"]) == {0}
    assert record(out)["counts"] == {"merino_wes": 3, "nonsynonymous": 3, "all_coding": 4, "missense_only": 2}


def test_a_list_without_read_counts_is_not_passed_silently(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "laml.maf").write_text(LAML)
    out = tmp_path / "l.variants.tsv.gz"
    assert run(["variants", "--maf", str(tmp_path / "laml.maf"), "--variants", str(out)]) == 2
    error = capsys.readouterr().err
    assert "t_alt_count is missing, or above t_depth, in every row of 2 of 2 samples" in error
    assert "--tumor-depth 0 --alt-reads 0 --vaf 0" in error
    assert not out.exists()
    read_maf(tmp_path / "laml.maf", out, *NO_THRESHOLDS)
    assert run(["tmb", "--variants", str(out), "--assumed-bp", "30000000", "--tmb", str(tmp_path / "tmb.tsv")]) == 0
    assert all(
        "no threshold of depth, reads or fraction applied" in note
        for note in tables.read(tmp_path / "tmb.tsv", "tmb")["note"]
    )


def cbioportal(path: Path, rows: list[str], *, head: str = "") -> Path:
    names = "Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tt_ref_count\tt_alt_count\tMutation_Status\tFILTER"
    path.write_text("\n".join([*([head] if head else []), names, *(row.replace(" ", "\t") for row in rows)]) + "\n")
    return path


GOOD = "TP53 S1 Missense_Mutation 17 7577120 C T 60 40 SOMATIC PASS"


@pytest.mark.parametrize("how", ["table", "clinical", "cases", "comment"])
def test_zeros_are_zeros_and_missing_is_missing(tmp_path: Path, how: str) -> None:
    """S2 was sequenced and has no mutation; S3 was not sequenced."""
    comment = "#sequenced_samples: S1 S2" if how == "comment" else ""
    maf = cbioportal(tmp_path / "m.txt", [GOOD], head=comment)
    listed = {
        "table": "sample\tpatient\nS1\tP1\nS2\tP2\n",
        "clinical": "#Patient Identifier\tSample Identifier\n#STRING\tSTRING\nPATIENT_ID\tSAMPLE_ID\nP1\tS1\nP2\tS2\n",
        "cases": "cancer_study_id: x\ncase_list_ids: S1\tS2\n",
    }
    options = []
    if how != "comment":
        (tmp_path / "s.txt").write_text(listed[how])
        options = ["--samples", str(tmp_path / "s.txt")]
    out = tmp_path / "m.variants.tsv.gz"
    read_maf(maf, out, *options)
    assert (
        run(
            [
                "tmb",
                "--variants",
                str(out),
                "--assumed-bp",
                "1000000",
                "--tmb",
                str(tmp_path / "t.tsv"),
                "--definition",
                "merino_wes",
            ]
        )
        == 0
    )
    table = tables.read(tmp_path / "t.tsv", "tmb")
    patients = ["P1", "P2"] if how in ("table", "clinical") else ["S1", "S2"]
    assert table["patient"].tolist() == patients
    assert table["tmb_per_mb"].tolist() == [1.0, 0.0]
    assert table["tumor_only"].isna().all()
    assert "does not say whether a matched normal" in table["note"][table.index[0]]
    # and out again: the heading keeps the sample without a row
    assert run(["maf", "--variants", str(out), "--maf", str(tmp_path / "again.maf")]) == 0
    assert "#sequenced_samples: S1 S2\n" in (tmp_path / "again.maf").read_text()


def test_without_a_list_the_user_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    read_maf(cbioportal(tmp_path / "m.txt", [GOOD]), tmp_path / "m.variants.tsv.gz")
    assert "a sample without a mutation does not stand in a MAF" in caplog.text


@pytest.mark.parametrize(
    ("row", "exclusion"),
    [
        ("TP53 S1 Missense_Mutation 17 9 C T 60 40 GERMLINE PASS", "germline"),
        ("TP53 S1 Missense_Mutation 17 9 C T 60 40 Somatic common_variant", "filter"),
        ("TP53 S1 Missense_Mutation 17 9 C T 60 40 Somatic .", "filter"),
        ("TP53 S1 Missense_Mutation 17 7577120 C T 60 40 Somatic PASS", "filter"),
        ("TP53 S1 Missense_Mutation 17 9 C T 20 4 Somatic PASS", "depth"),
        ("TP53 S1 Missense_Mutation 17 9 C T NA NA Somatic PASS", "depth"),
        ("TP53 S1 Missense_Mutation 17 9 C T 28 2 Somatic PASS", "alt_reads"),
        ("TP53 S1 Missense_Mutation 17 9 C T 96 4 Somatic PASS", "vaf"),
        ("TP53 S1 Silent 17 9 C T 60 40 Somatic PASS", "consequence"),
        ("TP53 S1 5'Flank 17 9 C T 60 40 Somatic PASS", "consequence"),
        ("TP53 S1 De_novo_Start_OutOfFrame 17 9 C T 60 40 Somatic PASS", "consequence"),
        ("TP53 S1 Translocation 17 9 C T 60 40 Somatic PASS", "consequence"),
        ("TP53 S1 missense_mutation 17 9 C T 22 3 UNKNOWN PASS", ""),
        ("TP53 S1 SPLICE_SITE 17 9 C T 60 40 Somatic PASS", ""),
        ("TP53 S1 Frame-Shift_Del 17 9 C - 60 40 Somatic PASS", ""),
        ("TP53 S1 Start_Codon_SNP 17 9 C T 60 40 Somatic PASS", ""),
        ("TP53 S1 Stop_Codon_Del 17 9 C - 60 40 Somatic PASS", ""),
    ],
)
def test_the_first_rule_that_a_row_fails(tmp_path: Path, row: str, exclusion: str) -> None:
    table = read_maf(
        cbioportal(tmp_path / "m.txt", [GOOD, row]), tmp_path / "m.variants.tsv.gz", definitions=["nonsynonymous"]
    )
    assert table["exclusion"].fillna("").tolist() == ["", exclusion]


FREQUENT = """Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tt_depth\tt_alt_count\tHGVSp_Short\tgnomAD_AF\ttumor_only
A\tS1\tMissense_Mutation\t1\t10\tCA\tTG\t100\t40\tp.R1H\t0.01\t1
B\tS1\tMissense_Mutation\t1\t20\tC\tT\t100\t40\tp.R2H\t0.00005\t1
C\tS1\tMissense_Mutation\t1\t30\tC\tT\t100\t40\tp.R3H\t\t1
D\tS2\tMissense_Mutation\t1\t10\tCA\tTG\t100\t40\tp.R1H\t0.01\t0
"""


@pytest.mark.parametrize(
    ("options", "exclusions", "count"),
    [
        ([], ["germline", "", "", ""], 3),
        (["--max-population-af", "0.00005"], ["germline", "germline", "", ""], 2),
        (["--max-population-af", "0.02"], ["", "", "", ""], 4),
        (["--population-af-field", "none"], ["", "", "", ""], 4),
        (["--population-af-field", "gnomad_AF"], ["germline", "", "", ""], 3),
        (["--paired"], ["", "", "", ""], 4),
        (["--hotspots", "hot.txt"], ["", "", "", ""], 4),
        (["--hotspots", "hot.txt", "--exclude-hotspots"], ["hotspot", "", "", "hotspot"], 2),
        (["--hotspots", "hot.bed", "--exclude-hotspots"], ["germline", "hotspot", "", ""], 2),
        (["--hotspots", "1.bed", "--exclude-hotspots"], ["hotspot", "", "", "hotspot"], 2),
        (["--mnv", "bases"], ["germline", "", "", ""], 4),
    ],
)
def test_germline_and_hot_spots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], exclusions: list[str], count: int
) -> None:
    """A frequent variant of a tumor-only sample is germline, unless it is a hot spot; of a paired sample it counts."""
    monkeypatch.chdir(tmp_path)
    Path("f.maf").write_text(FREQUENT)
    Path("hot.txt").write_text("A p.Arg1His\n1:10:CA:TG\n")
    Path("hot.bed").write_text("1\t19\t20\n")
    Path("1.bed").write_text("1\t10\t11\n")
    out = tmp_path / "f.variants.tsv"
    table = read_maf(Path("f.maf"), out, *options, definitions=["merino_wes"])
    assert table["exclusion"].fillna("").tolist() == exclusions
    assert record(out)["counts"] == {"merino_wes": count}


@pytest.mark.parametrize(
    ("bed", "counts"),
    [
        ("17\t7577119\t7577120", "s--"),
        ("17\t99\t100", "-i-"),
        ("17\t100\t101", "-i-"),
        ("17\t101\t102", "---"),
        ("17\t201\t202", "--d"),
        ("17\t199\t200", "---"),
    ],
)
def test_where_mutations_count(tmp_path: Path, bed: str, counts: str) -> None:
    """An insertion between 100 and 101 touches either base; a deletion of 201 to 202 its own two."""
    rows = [
        GOOD,
        "A S1 In_Frame_Ins 17 100 - AAA 60 40 Somatic PASS",
        "B S1 Frame_Shift_Del 17 201 AC - 60 40 Somatic PASS",
    ]
    (tmp_path / "r.bed").write_text(bed + "\n")
    table = read_maf(
        cbioportal(tmp_path / "m.txt", rows), tmp_path / "m.variants.tsv.gz", "--regions", str(tmp_path / "r.bed")
    )
    inside = [letter if pd.isna(e) else "-" for letter, e in zip("sid", table["exclusion"], strict=True)]
    assert "".join(inside) == counts
    assert set(table["exclusion"].dropna()) <= {"target"}


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("Hugo_Symbol\tTumor_Sample\nA\tB\n", [], "m.txt:1: Tumor_Sample_Barcode is missing"),
        ("", [], "m.txt: file is empty"),
        ("#sequenced_samples: S1\n", [], "m.txt: file is empty"),
        (GOOD.replace("7577120", "7,577"), [], "m.txt:2: Start_Position is '7,577'"),
        (GOOD.replace("7577120", "1e15"), [], "m.txt:2: Start_Position is '1e15'"),  # 16 digits
        (GOOD.replace(" C ", " Q "), [], "m.txt:2: reference_allele is 'Q'"),
        (GOOD.replace(" 60 ", " many "), [], "m.txt:2: t_ref_count is 'many'"),
        (
            GOOD.replace("Missense_Mutation", "amber"),
            [],
            "Variant_Classification is 'amber'; expected classes such as Missense_Mutation",
        ),
        (GOOD.replace("PASS", "."), [], "FILTER is '.'; expected PASS in at least one row, or --accept-unfiltered"),
        (GOOD + " more", [], "m.txt:2: row has 12 columns; expected 11 columns"),
        (GOOD, ["--regions", "chr.bed"], "Chromosome is '17'; expected 'chr17'"),
        (GOOD, ["--samples", "other.txt"], "m.txt:2: Tumor_Sample_Barcode is 'S1'; expected a sample of the list"),
        (GOOD, ["--samples", "twice.txt"], "twice.txt:3: sample is 'S1'; expected each sample with one patient"),
        (GOOD, ["--tumor-sample", "S1"], "--maf is given beside the sample's name S1"),
        (GOOD, ["--vcf", "a.vcf", "--tumor-sample", "S1"], "--vcf is given beside --maf"),
        (GOOD, ["--population-af-field", "gnomAD"], "--population-af-field is 'gnomAD'; expected a column of the MAF"),
    ],
)
def test_bad_input(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    options: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    maf = Path("m.txt")
    if text.startswith("TP53"):
        cbioportal(maf, [text])
    else:
        maf.write_text(text)
    Path("chr.bed").write_text("chr17\t0\t9000000\n")
    Path("other.txt").write_text("sample\nS9\n")
    Path("twice.txt").write_text("sample\tpatient\nS1\tP1\nS1\tP2\n")
    assert run(["variants", "--maf", "m.txt", "--variants", "o.variants.tsv", *options]) == 2
    assert message in capsys.readouterr().err
    assert not Path("o.variants.tsv").exists()


def test_samples_belong_to_patients_of_the_sheet_with_and_without_a_list(tmp_path: Path) -> None:
    maf = cbioportal(
        tmp_path / "m.txt", [GOOD.replace("S1", "P1-T"), GOOD.replace("S1", "P2").replace("7577120", "7.577e6")]
    )
    (tmp_path / "p.tsv").write_text("patient\nP1\nP2\nP3\n")
    (tmp_path / "s.txt").write_text("sample\nP1-T\nP2\nP3_T\n")
    for options in ([], ["--samples", str(tmp_path / "s.txt")]):
        table = read_maf(maf, tmp_path / "m.variants.tsv", "--patients", str(tmp_path / "p.tsv"), *options)
        assert table[["sample", "patient", "pos"]].to_numpy().tolist() == [
            ["P1-T", "P1", 7577120],
            ["P2", "P2", 7577000],
        ]


@pytest.mark.parametrize("pos", ["7.577e6", "7.577E6"])
def test_a_position_with_an_exponent_is_read_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, pos: str
) -> None:
    maf = cbioportal(tmp_path / "m.txt", [GOOD, GOOD.replace("7577120", pos)])
    assert read_maf(maf, tmp_path / "m.variants.tsv")["pos"].tolist() == [7577120, 7577000]
    assert "1 row has a position with an exponent, whose last digits may be lost (first: line 3)" in caplog.text


def test_accept_unfiltered(tmp_path: Path) -> None:
    maf = cbioportal(tmp_path / "m.txt", [GOOD.replace("PASS", ".")])
    table = read_maf(maf, tmp_path / "m.variants.tsv", "--accept-unfiltered")
    assert table["exclusion"].isna().all()


def test_rizvi_as_a_maf(shared_data: Path, tmp_path: Path) -> None:
    """34 patients, 9,049 rows of cBioPortal's mutations: rows per patient, and burden and carriers counted apart."""
    folder = shared_data / "cohorts" / "rizvi2015_nsclc"
    source = pd.read_csv(folder / "mutations.tsv.gz", sep="\t", dtype=str, keep_default_na=False)
    names = {
        "patient": "Tumor_Sample_Barcode",
        "gene": "Hugo_Symbol",
        "consequence": "Variant_Classification",
        "hgvsp": "HGVSp_Short",
    }
    names |= {"chrom": "Chromosome", "pos": "Start_Position", "ref": "Reference_Allele", "alt": "Tumor_Seq_Allele2"}
    maf = tmp_path / "data_mutations.txt"
    maf.write_text("#version 2.4\n" + source.rename(columns=names).to_csv(sep="\t", index=False))
    cohort = pd.read_csv(folder / "cohort.tsv", sep="\t", dtype={"patient": str})
    cohort[["patient"]].assign(sample=cohort["patient"]).to_csv(tmp_path / "s.tsv", sep="\t", index=False)
    out = tmp_path / "r.variants.tsv.gz"
    table = read_maf(maf, out, *NO_THRESHOLDS, "--samples", str(tmp_path / "s.tsv"), definitions=["nonsynonymous"])
    rows = table.groupby("patient").size().reindex(cohort["patient"]).to_numpy()
    assert (rows == cohort["mutations"].to_numpy()).sum() == 33
    genes = tmp_path / "genes.tsv.gz"
    assert (
        run(
            [
                "tmb",
                "--variants",
                str(out),
                "--assumed-bp",
                "30000000",
                "--tmb",
                str(tmp_path / "t.tsv"),
                "--mutations",
                str(genes),
            ]
        )
        == 0
    )
    nonsynonymous = source[source["consequence"].isin(
        ["Missense_Mutation", "Nonsense_Mutation", "Nonstop_Mutation", "Splice_Site", "Translation_Start_Site"]
    )].drop_duplicates(["patient", "chrom", "pos", "ref", "alt"])  # fmt: skip
    burden = tables.read(tmp_path / "t.tsv", "tmb").set_index("patient")
    assert burden["n_variants"].to_dict() == nonsynonymous.groupby("patient").size().to_dict()
    carriers = tables.read(genes, "mutations")
    apart = set(zip(nonsynonymous["patient"], nonsynonymous["gene"], strict=True))
    counted = carriers[~carriers["consequence"].isin(["synonymous_variant"])]
    assert set(zip(counted["patient"], counted["gene"], strict=True)) == apart
    # The gene tests are the same from the MAF as from the table of the published mutations; of the endpoints one is
    # enough, since the carriers are.
    plan, results = (folder / "plan.yaml").read_text("utf-8"), []
    chosen = [line for line in plan.splitlines(keepends=True) if not line.startswith(("  pfs:", "  response:"))]
    (tmp_path / "plan.yaml").write_text("".join(chosen))
    for number, table_of_genes in enumerate((genes, folder / "mutations.tsv.gz")):
        outputs = ["--results", str(tmp_path / f"{number}.tsv"), "--groups", str(tmp_path / f"g{number}.tsv")]
        command = ["associate", "--cohort", str(folder / "cohort.tsv"), "--plan", str(tmp_path / "plan.yaml")]
        assert run([*command, "--mutations", str(table_of_genes), *outputs]) == 0
        results.append(pd.read_csv(tmp_path / f"{number}.tsv", sep="\t"))
    tested = results[0][results[0]["contrast"] == "mutated vs wild type"]
    assert tested["marker"].nunique() > 300
    pd.testing.assert_frame_equal(*results, rtol=1e-12)


@pytest.mark.parametrize(
    ("vcf", "maf"),
    [
        ((100, "AAA", "A"), (101, 102, "AA", "-", "DEL")),
        ((100, "A", "AA"), (100, 101, "-", "A", "INS")),
        ((100, "A", "ATA"), (100, 101, "-", "TA", "INS")),
        ((100, "CAAA", "CA"), (101, 102, "AA", "-", "DEL")),
        ((100, "C", "TC"), (99, 100, "-", "T", "INS")),
        ((100, "CTC", "GTC"), (100, 100, "C", "G", "SNP")),
    ],
)
def test_the_first_base_of_a_vcf_stays_the_anchor(
    vcf: tuple[int, str, str], maf: tuple[int, int, str, str, str]
) -> None:
    """As vcf2maf: bases shared in front go first, so a repeat does not move the change before its own position."""
    assert change(*vcf)[:5] == maf
