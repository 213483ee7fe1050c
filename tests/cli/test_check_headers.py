"""`biomarkers check` on files: what headers tell of a wrong, damaged or mixed-up file, before any job runs."""
# ruff: noqa: E501 (messages stand on one line)

from __future__ import annotations

import gzip
import os
import random
from pathlib import Path

import pysam
import pytest
import yaml

from biomarkers.cli.app import run

LENGTHS = {"chr2": 3000, "chr10": 2000, "chr1": 5000}
GENES = """\
##gff-version 3
chr1\tensembl\tgene\t101\t900\t.\t+\t.\tID=gene:ENSG1;biotype=protein_coding
chr1\tensembl\tmRNA\t101\t900\t.\t+\t.\tID=transcript:ENST1;Parent=gene:ENSG1;biotype=protein_coding
chr1\tensembl\tCDS\t101\t400\t.\t+\t0\tParent=transcript:ENST1
"""
VCF = """\
##fileformat=VCFv4.2
##contig=<ID=chr1,length=5000>
##INFO=<ID=AF,Number=A,Type=Float,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
chr1\t150\t.\tA\tC\t.\tPASS\tAF=0.1
"""


def write_bam(path: Path, name: str, *, contigs=None, groups=None, order="coordinate", sums=None, mode="wb") -> None:
    """A BAM (or CRAM, mode wc) of a hundred pairs with one read group of the sample `name`."""
    contigs = LENGTHS if contigs is None else contigs
    lines = [{"SN": sn, "LN": length} | ({"M5": sums[sn]} if sums else {}) for sn, length in contigs.items()]
    header = {"HD": {"VN": "1.6", "SO": order}, "SQ": lines}
    header["RG"] = [{"ID": "a", "SM": name, "LB": "x", "PL": "ILLUMINA"}] if groups is None else groups
    with pysam.AlignmentFile(path, mode, header=header, reference_filename=str(path.parent / "genome.fa")) as out:
        for number in range(100):
            read = pysam.AlignedSegment(out.header)
            read.query_name, read.flag = f"r{number}", 0 if contigs else 4
            if contigs:
                read.reference_id, read.reference_start, read.cigarstring = 0, number * 10, "50M"
            read.query_sequence, read.query_qualities = "ACGTA" * 10, pysam.qualitystring_to_array("I" * 50)
            read.set_tag("RG", "a")
            out.write(read)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A run's folder in which nothing is wrong."""
    monkeypatch.chdir(tmp_path)
    letters = random.Random(7)
    sequences = {name: "".join(letters.choices("ACGT", k=length)) for name, length in LENGTHS.items()}
    text = "".join(
        f">{name}\n" + "".join(bases[i : i + 60] + "\n" for i in range(0, len(bases), 60))
        for name, bases in sequences.items()
    )
    (tmp_path / "genome.fa").write_text(text)
    pysam.faidx("genome.fa")
    (tmp_path / "targets.bed").write_text("chr1\t100\t500\nchr2\t100\t300\n")
    (tmp_path / "genes.gff3").write_text(GENES)
    (tmp_path / "gnomad.vcf").write_text(VCF)
    write_bam(tmp_path / "t.bam", "own.T")
    write_bam(tmp_path / "n.bam", "own.N")
    (tmp_path / "samples.tsv").write_text("patient\tsample\tstatus\tbam\nP1\tT1\ttumor\tt.bam\nP1\tN1\tnormal\tn.bam\n")
    return tmp_path


@pytest.fixture
def check(folder, capsys):
    def call(**reads) -> tuple[int, str]:
        reference = {
            "fasta": "genome.fa",
            "targets": "targets.bed",
            "genes": "genes.gff3",
            "germline_resource": "gnomad.vcf",
        }
        settings = {"samples": "samples.tsv", "reference": reference, "reads": reads}
        (folder / "config.yaml").write_text(yaml.safe_dump(settings))
        status = run(["check", "--config", "config.yaml"])
        return status, capsys.readouterr().err

    return call


def dictionary(folder: Path) -> dict[str, str]:
    """MD5 by contig, from the dictionary that samtools writes beside the FASTA."""
    text = pysam.dict("genome.fa")
    (folder / "genome.dict").write_text(text)
    rows = [dict(cell.split(":", 1) for cell in line.split("\t")[1:]) for line in text.splitlines() if "@SQ" in line]
    return {row["SN"]: row["M5"] for row in rows}


def test_nothing_wrong(check, folder):
    assert check() == (0, "")
    dictionary(folder)
    assert check(realign=True) == (0, "")


def test_a_maf_on_other_names_is_told_with_its_file(folder, capsys):
    """Its territory is worked out from the genome, so that none of its rows would lie within."""
    header = ["Hugo_Symbol", "Chromosome", "Start_Position", "Reference_Allele", "Tumor_Seq_Allele2"]
    header += ["Variant_Classification", "Tumor_Sample_Barcode", "t_depth", "t_alt_count"]
    row = ["TP53", "1", "150", "A", "C", "Missense_Mutation", "P1", "100", "30"]
    reference = {"fasta": "genome.fa", "targets": "targets.bed", "genes": "genes.gff3"}
    settings = {"clinical": {"maf": "m.maf"}, "reference": reference}
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    for chrom, said in (("chr1", ""), ("1", "m.maf: Chromosome is '1'; expected 'chr1' as in genome.fa")):
        cells = [chrom if cell == "1" else cell for cell in row]
        (folder / "m.maf").write_text("".join("\t".join(line) + "\n" for line in (header, cells)))
        status = run(["check", "--config", "config.yaml"])
        told = capsys.readouterr().err
        assert (status, told) == (0, "") if not said else (status == 2 and said in told), told


BAMS = {
    "another build": ({"contigs": LENGTHS | {"chr10": 1999}}, "length of chr10 is '1999'; expected 2000 as in genome.fa: another genome build"),
    "other names": ({"contigs": {"2": 3000, "10": 2000, "1": 5000}}, "contig is '2'; expected 'chr2' as in genome.fa; give the reference"),
    "foreign contig": ({"contigs": LENGTHS | {"hs37d5": 9}}, "contig is 'hs37d5'; expected a contig of genome.fa"),
    "missing contig": ({"contigs": {"chr2": 3000, "chr10": 2000}}, "contig is missing; expected chr1, as genome.fa has it"),
    "another order": ({"contigs": {"chr1": 5000, "chr2": 3000, "chr10": 2000}}, "order of contigs has chr1 too early; expected the order of genome.fa"),
    "no read group": ({"groups": []}, "read group is missing; expected @RG lines with a sample name (SM)"),
    "no sample name": ({"groups": [{"ID": "a"}]}, "SM is missing; expected a sample name in every @RG"),
    "two samples": ({"groups": [{"ID": "a", "SM": "A"}, {"ID": "b", "SM": "B"}]}, "SM is 'A and B'; expected one sample in a file"),
    "unsorted": ({"order": "queryname"}, "sort order is 'queryname'; expected coordinate; run samtools sort"),
    "normal's name": ({"name": "own.N"}, "SM is 'own.N'; expected another sample name than that of its normal N1 (n.bam)"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAMS)
def test_bams_that_do_not_fit(check, folder, case):
    changed, message = BAMS[case]
    write_bam(folder / "t.bam", **({"name": "own.T"} | changed))
    status, said = check()
    assert (status, said.count("\n")) == (2, 1) and said.startswith("t.bam: " + message), said


def test_other_bases_under_the_same_names(check, folder):
    sums = dictionary(folder)
    write_bam(folder / "t.bam", "own.T", sums=sums)
    assert check() == (0, "")
    write_bam(folder / "t.bam", "own.T", sums=sums | {"chr1": "0" * 32})
    status, said = check()
    assert status == 2 and f"t.bam: M5 of chr1 is '{'0' * 32}'; expected {sums['chr1']} as in genome.fa" in said


@pytest.mark.parametrize("kind", ["bam", "cram"])
def test_a_file_that_was_cut(check, folder, kind):
    write_bam(folder / f"t.{kind}", "own.T", mode="wb" if kind == "bam" else "wc")
    (folder / "samples.tsv").write_text((folder / "samples.tsv").read_text().replace("t.bam", f"t.{kind}"))
    assert check() == (0, "")
    whole = (folder / f"t.{kind}").read_bytes()
    (folder / f"t.{kind}").write_bytes(whole[:-28])
    status, said = check()
    assert status == 2 and f"t.{kind}: file is truncated or damaged; expected a whole BAM or CRAM" in said


def test_unaligned_and_realigned_files(check, folder):
    write_bam(folder / "t.bam", "anything", contigs={}, order="unsorted", groups=[])
    assert check() == (0, "")
    write_bam(folder / "t.bam", "x", contigs={}, groups=[{"ID": "a", "SM": "A"}, {"ID": "b", "SM": "B"}])
    status, said = check()
    assert status == 2 and "t.bam: SM is 'A and B'" in said
    write_bam(folder / "t.bam", "own.N", contigs={"chrZ": 9000}, order="queryname")
    assert check(realign=True) == (0, "")
    status, said = check()
    assert status == 2 and "`reads: {realign: true}`" in said


def test_one_file_under_two_names(check, folder):
    (folder / "n.bam").unlink()
    os.symlink("t.bam", folder / "n.bam")
    status, said = check()
    assert status == 2 and "samples.tsv:3: bam is 'n.bam'; expected each file once (already bam of line 2)" in said


def test_an_old_index_is_not_used_and_that_is_said(check, folder, caplog):
    (folder / "t.bam.bai").write_bytes(b"old")
    os.utime(folder / "t.bam.bai", (1, 1))
    assert check()[0] == 0 and "t.bam.bai: is older than t.bam; it is not used" in caplog.text


def test_recalibration_needs_known_sites(check):
    for word in ("on", True):
        status, said = check(recalibrate=word)
        assert status == 2 and "reads.recalibrate is 'on'; expected reference.known_sites beside it" in said
    assert check(recalibrate="auto") == check(recalibrate="off") == check(recalibrate=False) == (0, "")


FILES = {
    "targets on other names": ("targets.bed", "1\t100\t500\n", "targets.bed:1: chrom is '1'; expected 'chr1' as in genome.fa"),
    "targets beyond the contig": ("targets.bed", "chr10\t100\t2001\n", "targets.bed:1: end is '2001'; expected at most 2000, the length of chr10"),
    "no targets": ("targets.bed", "track name=x\n", "targets.bed: file is empty; expected at least one interval"),
    "1-based targets": ("targets.bed", "chr1\t100\t100\n", "targets.bed:1: end is '100'; expected a number above the start; 0-based"),
    "resource on other names": ("gnomad.vcf", VCF.replace("chr1", "1"), "gnomad.vcf: chrom is '1'; expected 'chr1' as in genome.fa"),
    "resource of another build": ("gnomad.vcf", VCF.replace("5000", "5001"), "gnomad.vcf: length of chr1 is '5001'; expected 5000 as in genome.fa"),
    "resource without frequencies": ("gnomad.vcf", VCF.replace("AF", "MAF"), "gnomad.vcf: INFO/AF is missing; expected allele frequencies, which Mutect2"),
    "no VCF": ("gnomad.vcf", "x\n", "gnomad.vcf: file has no header of a VCF"),
    "genes on other names": ("genes.gff3", GENES.replace("chr1", "1"), "genes.gff3: chrom is '1'; expected 'chr1' as in genome.fa"),
    "genes without CDS": ("genes.gff3", GENES.replace("CDS", "exon"), "genes.gff3: CDS is missing; expected gene models with CDS lines"),
    "genes of GENCODE": ("genes.gff3", GENES.replace("transcript:", ""), "genes.gff3:4: attributes is 'Parent=ENST1'; expected Parent=transcript:ID as in Ensembl's"),
    "genes that end nowhere": ("genes.gff3", GENES.replace("\t400", "\t" + "9" * 20), "genes.gff3:4: "),
    "no FASTA": ("genome.fa", "ACGT\n", "genome.fa: size is '5'; expected"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_reference_files_that_do_not_fit(check, folder, case):
    name, text, message = FILES[case]
    (folder / name).write_text(text)
    status, said = check()
    assert status == 2 and said.startswith(message), said
    assert "Traceback" not in said


def test_headers_order_and_overlaps_of_targets_are_no_problem(check, folder):
    (folder / "targets.bed").write_text("browser x\ntrack y\nchr1\t300\t500\nchr2\t5\t9\nchr1\t200\t310\n")
    assert check() == (0, "")


def test_a_fasta_that_was_cut_and_an_index_of_another_one(check, folder):
    whole = (folder / "genome.fa").read_bytes()
    (folder / "genome.fa").write_bytes(whole[:-500])
    status, said = check()
    assert (
        status == 2
        and f"genome.fa: size is '{len(whole) - 500}'; expected {len(whole) - 1} bytes by genome.fa.fai" in said
    )
    (folder / "genome.fa").write_bytes(whole + b">chr3\n" + b"ACGT" * 10 + b"\n")
    status, said = check()
    assert status == 2 and "genome.fa.fai: file is another file's index" in said and "samtools faidx" in said
    (folder / "genome.fa.fai").write_text("chr1\t2000\nchr2\t1000\n")
    status, said = check()
    assert status == 2 and said.startswith("genome.fa.fai:1: row is 'chr1") and "expected a FASTA index" in said
    (folder / "genome.fa.fai").write_text("chr1\t5000\t6\t0\t61\n")
    status, said = check()
    assert status == 2 and said.startswith("genome.fa.fai:1: row is 'chr1") and "expected a FASTA index" in said
    (folder / "genome.fa.fai").write_text("chr1\x0c2024\t0\t6\t0\t0\n")
    assert "genome.fa.fai: file is another file's index" in check()[1]
    (folder / "genome.fa.fai").write_text("chr1\t0\t6\t0\t0\n")
    assert "genome.fa.fai: file is another file's index" in check()[1]
    (folder / "genome.fa.fai").unlink()
    (folder / "genome.fa").write_bytes(whole)
    assert check() == (0, "")


def test_a_resource_that_was_cut(check, folder):
    pysam.tabix_compress("gnomad.vcf", "whole.gz")
    (folder / "gnomad.vcf").write_bytes((folder / "whole.gz").read_bytes()[:-28])
    status, said = check()
    assert status == 2 and "gnomad.vcf: file is truncated; expected a whole bgzip file" in said


UNSEEN = {
    "another build": ({"contigs": LENGTHS | {"chr10": 1999}}, "length of chr10 is '1999'; expected 2000 as in resources/preset/genome.fa"),
    "other names": ({"contigs": {"2": 3000, "10": 2000, "1": 5000}}, "contig is '2'; expected 'chr2' as in resources/preset/genome.fa"),
    "contigs that the preset does not list": ({"contigs": {"chr1": 5000, "chr2": 3000, "hs37d5": 9}}, ""),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSEEN)
def test_bams_are_compared_with_a_presets_genome_before_it_is_there(folder, capsys, caplog, case):
    options, message = UNSEEN[case]
    write_bam(folder / "t.bam", "own.T", **options)
    write_bam(folder / "n.bam", "own.N", **options)
    blocks = {
        key: {"url": f"https://host.invalid/{name}", "bytes": 1_000_000_000, "md5": "0" * 32, "source": "none"}
        for key, name in (("fasta", "genome.fa"), ("genes", "genes.gff3.gz"), ("panel_of_normals", "pon.vcf.gz"))
    }
    contigs = {name: {"genes": name[3:], "bases": bases} for name, bases in LENGTHS.items()}
    (folder / "own.yaml").write_text(yaml.safe_dump({"files": blocks, "contigs": contigs}))
    settings = {"samples": "samples.tsv", "reference": {"preset": "own.yaml", "targets": "targets.bed"}}
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    status = run(["check", "--config", "config.yaml"])
    assert message in capsys.readouterr().err and status == (2 if message else 0)
    awaited = "of 3 files 3 are not in resources/downloads yet; those that a rule needs are downloaded from host.invalid, 3.0 GB"
    assert (awaited in caplog.text) == (status == 0), "what is to come is said when nothing is wrong"


@pytest.mark.parametrize(
    ("whole", "line", "said"),
    [
        (b"@SQ\tSN:chr10\tLN:2000", b"@SQ\tLN:2000", None),
        (
            b"@RG\tID:a\tSM:own.T",
            b"@RG\tSM:own.T",
            "ID is missing; expected a name of every @RG; give it with samtools addreplacerg",
        ),
        (
            b"@RG\tID:a\tSM:own.T",
            b"@RG ID:a\tSM:own",
            "header cannot be read (header line with invalid type 'RG ID:a': '@RG ID:a\\tSM:own\\tLB:x\\tPL:ILLUMINA'); "
            "expected lines as the SAM specification says (samtools view -H shows them, samtools reheader mends them)",
        ),
    ],
)
def test_a_header_line_without_its_name(check, folder, whole, line, said):
    """The contigs stand in a table of their own (SAM specification, 4.2), whatever the text of the header has."""
    with gzip.open(folder / "t.bam") as packed:
        content = packed.read()
    size = int.from_bytes(content[4:8], "little")
    text = content[8 : 8 + size].replace(whole, line)
    assert len(text) < size
    with pysam.BGZFile(str(folder / "t.bam"), "wb") as out:
        out.write(content[:4] + len(text).to_bytes(4, "little") + text + content[8 + size :])
    assert check() == ((2, f"t.bam: {said}\n") if said else (0, ""))


def test_a_damaged_block_is_told_without_the_traceback_that_pysam_prints(check, folder):
    content = bytearray((folder / "t.bam").read_bytes())
    checksum = int.from_bytes(content[16:18], "little") + 1 - 8  # of the first block (SAM specification, 4.1)
    content[checksum] ^= 1
    (folder / "t.bam").write_bytes(content)
    whole = "a whole BAM or CRAM; copy it again and compare checksums"
    assert check() == (2, f"t.bam: file is truncated or damaged; expected {whole}\n")
