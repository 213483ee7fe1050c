"""Entry by VCF: what `check` passes the run takes, what it cannot take `check` refuses with the reason.

Made-up records in the fields that callers write (the layouts of public files: nf-core/sarek 3 joint Mutect2, Strelka 2.9,
VarScan 2.4 without ##contig lines as in bcftools 766, LoFreq 2 without samples as in lofreq 53 and PCGR 87).
"""
# ruff: noqa: E501 (records and messages stand on one line)

from __future__ import annotations

import gzip
import random
import subprocess
from pathlib import Path

import pysam
import pytest
import yaml

from biomarkers.cli.app import run
from biomarkers.run.checks.check import check_run
from biomarkers.run.layout import Layout
from builders import RunFolder

BASES = {name: "".join(random.Random(seed).choices("ACGT", k=3000)) for seed, name in enumerate(("chr1", "chr2"))}
BASES["chr2"] = BASES["chr2"][:2599] + "M" + BASES["chr2"][2600:]
"""GRCh38 has IUPAC codes, which callers copy into REF or write as N."""
PLACES = range(500, 2500, 100)
"""Positions (1-based) in the coding sequence of both contigs, 301 to 2700."""
CONTIGS = "".join(f"##contig=<ID={name},length=3000>\n" for name in BASES)
USUAL = '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">\n'
GENE = "{0}\te\tgene\t301\t2700\t.\t+\t.\tID=gene:G{0};biotype=protein_coding\n{0}\te\tmRNA\t301\t2700\t.\t+\t.\tID=transcript:T{0};Parent=gene:G{0};biotype=protein_coding\n{0}\te\texon\t301\t2700\t.\t+\t.\tParent=transcript:T{0}\n{0}\te\tCDS\t301\t2700\t.\t+\t0\tParent=transcript:T{0}\n"


def change(contig: str, pos: int) -> tuple[str, str]:
    ref = BASES[contig][pos - 1]
    return ref, "ACGTA"["ACGT".index(ref) + 1]


def record(
    number: int, info: str, *cells: str, status: str = "PASS", contig: str = "chr1", shift: int = 0, alt: str = ""
) -> str:
    """A record at the place of that number; cells: FORMAT and the samples' columns."""
    pos = PLACES[number]
    ref, other = change(contig, pos)
    return "\t".join([contig, str(pos + shift), ".", ref, alt or other, ".", status, info, *cells]) + "\n"


def vcf(columns: str, records: list[str], head: str = "", contigs: str = CONTIGS, declared: str = USUAL) -> str:
    names = [
        "#CHROM",
        "POS",
        "ID",
        "REF",
        "ALT",
        "QUAL",
        "FILTER",
        "INFO",
        *(["FORMAT", *columns.split()] if columns else []),
    ]
    return f"##fileformat=VCFv4.2\n{head}{contigs}{declared}" + "\t".join(names) + "\n" + "".join(records)


ALT, REF = "0/1:60,40:100", "0/0:90,0:90"
JOINT = vcf(
    "P1_P1_N P1_P1_T1 P1_P1_T2",
    [record(0, ".", "GT:AD:DP", REF, ALT, REF), *(record(n, ".", "GT:AD:DP", REF, REF, ALT) for n in (1, 2, 3))],
    "##source=Mutect2\n##normal_sample=P1_P1_N\n##tumor_sample=P1_P1_T1\n##tumor_sample=P1_P1_T2\n",
)
PAIR = vcf(
    "T N",
    [record(n, ".", "GT:AD:DP", ALT, REF) for n in range(4)],
    "##source=Mutect2\n##tumor_sample=T\n##normal_sample=N\n",
)
STRELKA = "##fileformat=VCFv4.1\n##source=strelka\n##source_version=2.9.10\n##content=strelka somatic {} calls\n"
SNV = STRELKA.format("snv") + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR\n" + "".join(
    record(n, "SOMATIC;QSS=60", "DP:AU:CU:GU:TU", "80:" + ":".join("80,80" if base == change("chr1", PLACES[n])[0] else "0,0" for base in "ACGT"),
           "90:" + ":".join({change("chr1", PLACES[n])[0]: "60,60", change("chr1", PLACES[n])[1]: "30,30"}.get(base, "0,0") for base in "ACGT"))
    for n in (4, 5)
)  # fmt: skip
INDEL = STRELKA.format("indel") + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR\n" + "\t".join(
    ["chr1", "700", ".", BASES["chr1"][699:701], BASES["chr1"][699], ".", "PASS", "SOMATIC;QSI=46", "DP:DP2:TAR:TIR:TOR", "80:80:80,80:0,0:0,0", "90:90:60,60:30,30:0,0"]
) + "\n"  # fmt: skip
VARSCAN = vcf(
    "NORMAL TUMOR",
    [record(n, f"DP=160;SOMATIC;SS={ss};SSC=60", "GT:GQ:DP:RD:AD:FREQ:DP4", "0/0:.:60:60:0:0%:30,30,0,0", "0/1:.:100:60:40:40%:30,30,20,20", contig="chr2") for n, ss in enumerate("2125")],
    "##source=VarScan2\n", "",
    '##INFO=<ID=SS,Number=1,Type=String,Description="Somatic status of variant (0=Reference,1=Germline,2=Somatic,3=LOH, or 5=Unknown)">\n##FORMAT=<ID=AD,Number=1,Type=Integer,Description="Depth of variant-supporting bases (reads2)">\n',
)  # fmt: skip
LOFREQ = vcf("", [record(0, "DP=100;AF=0.3;SB=2;DP4=35,35,15,15;SOMATIC;UQ=100")], "##source=lofreq call\n", "",
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="Raw Depth">\n##INFO=<ID=AF,Number=1,Type=Float,Description="Allele Frequency">\n##INFO=<ID=DP4,Number=4,Type=Integer,Description="Counts">\n##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description="Somatic event">\n')  # fmt: skip
SEVERAL = vcf(
    "T N",
    [
        record(
            0,
            ".",
            "GT:AD",
            "0/1/2:20,30,50",
            "0/0:90,0,0",
            alt=",".join(b for b in "ACGT" if b != change("chr1", 500)[0])[:3],
        )
    ],
    "##source=Mutect2\n##tumor_sample=T\n##normal_sample=N\n",
)

ODD = vcf(
    "T N",
    [
        "chr2\t2600\t.\tM\tT\t.\tPASS\t.\tGT:AD:DP\t0/1:60,40:100\t0/0:90,0:90\n",
        record(
            1, ".", "GT:AD:DP", "0/1:60,40:100", REF, alt=",".join(b for b in "ACGT" if b != change("chr1", 600)[0])[:3]
        ),
    ],
    "##source=Mutect2\n##tumor_sample=T\n##normal_sample=N\n",
)


def write_reference(folder: Path) -> dict[str, str]:
    (folder / "genome.fa").write_text("".join(f">{name}\n{text}\n" for name, text in BASES.items()))
    pysam.faidx(str(folder / "genome.fa"))
    (folder / "targets.bed").write_text("".join(f"{name}\t300\t2700\n" for name in BASES))
    (folder / "genes.gff3").write_text("##gff-version 3\n" + "".join(GENE.format(name) for name in BASES))
    return {"fasta": "genome.fa", "targets": "targets.bed", "genes": "genes.gff3"}


def write_sheet(
    folder: Path, rows: list[str], header: str = "patient\tsample\tstatus\tvcf\tvcf_tumor\tvcf_normal"
) -> str:
    cells = [[*row.split(" "), "", "", ""][: header.count("\t") + 1] for row in rows]
    (folder / "samples.tsv").write_text("\n".join([header, *map("\t".join, cells)]) + "\n")
    return "samples.tsv"


@pytest.fixture(scope="module")
def entered(tmp_path_factory, project) -> RunFolder:
    """One run of every kind of VCF that the run takes over."""
    made = RunFolder(tmp_path_factory.mktemp("entered"), project / "workflow" / "Snakefile")
    folder = made.folder
    (folder / "joint.vcf").write_text(JOINT)
    (folder / "snv.vcf").write_text(SNV)
    (folder / "indel.vcf").write_text(INDEL)
    (folder / "varscan.vcf.gz").write_bytes(gzip.compress(VARSCAN.encode()))
    (folder / "plain.vcf").write_text(PAIR)
    subprocess.run(["bcftools", "view", "-Ob", "-o", "pair.bcf", "plain.vcf"], cwd=folder, check=True)
    lines = PAIR.splitlines()
    (folder / "unsorted.vcf").write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*lines[:-4], *lines[:-5:-1], ""]).encode())
    (folder / "foreign.vcf").write_text(
        PAIR.replace("\tT\tN\n", "\tXX7\tXX9\n").replace("##tumor_sample=T\n##normal_sample=N\n", "")
    )
    (folder / "lofreq.vcf").write_text(LOFREQ)
    (folder / "several.vcf").write_text(SEVERAL)
    (folder / "odd.vcf").write_text(ODD)
    rows = ["P1 P1_T1 tumor joint.vcf", "P1 P1_T2 tumor joint.vcf", "P2 S tumor snv.vcf", "P2 S tumor indel.vcf"]
    rows += [
        "P3 V tumor varscan.vcf.gz",
        "P4 B tumor pair.bcf",
        "P5 U tumor unsorted.vcf",
        "P6 F tumor foreign.vcf XX7 XX9",
    ]
    rows += ["P7 L tumor lofreq.vcf", "P8 M tumor several.vcf", "P9 O tumor odd.vcf"]
    made.config = {
        "samples": write_sheet(folder, rows),
        "reference": write_reference(folder),
        "burden": {"definitions": ["all_coding"]},
    }
    done = made.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return made


COUNTS = {"P1_T1": "1", "P1_T2": "3", "S": "3", "V": "2", "B": "4", "U": "4", "F": "4", "L": "1", "M": "2", "O": "1"}
"""Somatic coding records of each file, by hand."""


@pytest.mark.parametrize("sample", COUNTS)
def test_every_kind_of_vcf_is_counted(entered, sample):
    rows = {row["sample"]: row for row in entered.tsv("results/burden/tmb.tsv")}
    assert rows[sample]["n_variants"] == COUNTS[sample], (
        entered.folder / f"results/logs/variants/{sample}.log"
    ).read_text()
    assert rows[sample]["tumor_only"] == "0", "LoFreq's flag SOMATIC is set against a normal, too"


def test_a_site_of_two_alts_without_dp_keeps_its_depth(entered):
    """20, 30 and 50 reads: 0.3 and 0.5 of 100, not 30 of 50 and 50 of 70."""
    rows = entered.tsv("results/variants/M.variants.tsv.gz")
    assert [(row["depth"], row["alt_reads"], float(row["vaf"])) for row in rows] == [
        ("100", "30", 0.3),
        ("100", "50", 0.5),
    ]


def test_values_without_a_number_for_each_allele_are_missing_and_said(entered):
    rows = {(row["chrom"], row["alt"]): row for row in entered.tsv("results/variants/O.variants.tsv.gz")}
    assert rows["chr2", "T"]["ref"] == "M" and len(rows) == 3
    assert [row["alt_reads"] for (contig, _), row in rows.items() if contig == "chr1"] == ["", ""]
    said = (entered.folder / "results/logs/given/O.log").read_text()
    assert "odd.vcf: 2 values at sites of several ALTs lack a number for each and are missing" in said


def test_annotated_field_cases_by_the_workflow(tmp_path, project, shared_data):
    """Counts of the README of the field cases, here through rules and sheet; no genome is needed."""
    cases = shared_data / "field_cases" / "vcf"
    right = {
        "P1_P1_T1": ("mutect_joint", 1),
        "P1_P1_T2": ("mutect_joint", 3),
        "T1": ("vardict_paired", 2),
        "dragen": ("dragen_to", 2),
        "slash": ("varscan_slash", 3),
        "indel": ("strelka_indel", 3),
        "zero": ("gnomad_zero", 1),
        "lofreq": ("lofreq", 1),
    }
    made = RunFolder(tmp_path, project / "workflow" / "Snakefile")
    rows = [
        f"{'P1' if 'P1' in sample else sample} {sample} tumor {cases / file}.vcf" for sample, (file, _) in right.items()
    ]
    made.config = {
        "samples": write_sheet(tmp_path, rows),
        "reference": {"assumed_bp": 1_000_000},
        "burden": {"definitions": ["merino_wes"]},
    }
    done = made.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert {row["sample"]: int(row["n_variants"]) for row in made.tsv("results/burden/tmb.tsv")} == {
        name: n for name, (_, n) in right.items()
    }


@pytest.fixture
def check(tmp_path, monkeypatch, capsys):
    """`biomarkers check` on a sheet of the given rows and files."""
    monkeypatch.chdir(tmp_path)
    settings = {"samples": "samples.tsv", "reference": write_reference(tmp_path)}

    def call(rows: list[str], files: dict[str, str | bytes], **blocks) -> tuple[int, str]:
        for name, text in files.items():
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        write_sheet(tmp_path, rows)
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings | blocks))
        return run(["check", "--config", "config.yaml"]), capsys.readouterr().err

    return call


def test_the_field_case_without_contigs_is_no_problem(check):
    assert check(["P1 V tumor a.vcf"], {"a.vcf": VARSCAN}) == (0, "")


GT_ONLY = vcf("T N", [record(n, ".", "GT", "0/1", "0/0") for n in range(3)], "##tumor_sample=T\n##normal_sample=N\n")
SHIFTED = vcf("T", [record(n, ".", "GT:AD:DP", ALT, shift=-1) for n in range(8)])
OTHER_BUILD = vcf("T", [record(n, ".", "GT:AD:DP", ALT, shift=17) for n in range(12)])
NO_CONTIGS = vcf("T", [record(0, ".", "GT:AD:DP", ALT)], contigs="")
REFUSED = {
    "genotypes only": (GT_ONLY, "a.vcf: FORMAT tells no read depth in all 3 records"),
    "positions from 0": (SHIFTED, "records differ: all have it one base further: positions that count from 0?)"),
    "another build": (OTHER_BUILD, "differ: another genome build?)"),
    "one REF that was changed": (PAIR.replace("\t600\t.\t" + change("chr1", 600)[0], "\t600\t.\t" + next(b for b in "ACGT" if b not in change("chr1", 600))), "(1 of the first 4 records differ: was REF changed, or the reference?)"),
    "beyond the contig": (NO_CONTIGS.replace("\t500\t", "\t5000\t"), "a.vcf:chr1:5000: POS is '5000'; expected at most 3000, the length of chr1 in genome.fa (another genome build?)"),
    "names without chr": (NO_CONTIGS.replace("chr1", "1"), "a.vcf: chrom is '1'; expected 'chr1' as in genome.fa"),
    "a contig that the FASTA lacks": (PAIR + record(0, ".", "GT:AD:DP", ALT, REF).replace("chr1", "hs37d5"), "a.vcf: chrom is 'hs37d5'; expected a contig of genome.fa; take its 1 record out"),
    "an ALT that is REF": (vcf("T", [record(n, ".", "GT:AD:DP", ALT, alt=change("chr1", 500)[0] if n == 0 else "") for n in range(2)]), f"a.vcf:chr1:500: ALT is '{change('chr1', 500)[0]}'; expected alleles that differ from REF"),
    "columns of one name": (PAIR.replace("\tT\tN\n", "\tT\tT\n"), "a.vcf: header cannot be read (Duplicated sample name"),
    "cut within a line": (PAIR[:-12], "chr1:800 does not match the number of samples (1 vs 2)); expected records as the VCF specification says (was the file cut?)"),
    "cut gzip": (gzip.compress(PAIR.encode())[:-40], "a.vcf: file is truncated or damaged"),
    "no VCF": ("x\n", "a.vcf: file has no header of a VCF"),
    "unfiltered": (PAIR.replace("PASS", "."), "a.vcf: FILTER is absent from all 4 records"),
    "nothing says which column": (PAIR.replace("\tT\tN\n", "\tXX7\tXX9\n").replace("##tumor_sample=T\n##normal_sample=N\n", ""), "samples.tsv:2: vcf_tumor is missing; expected the tumor's column of a.vcf, one of XX7, XX9 (nothing says which)"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_run_cannot_take_is_told_before(check, case):
    text, message = REFUSED[case]
    status, said = check(["P1 T9 tumor a.vcf"], {"a.vcf": text})
    assert status == 2 and message in said and "Traceback" not in said, said


SHEETS = {
    "a column that is not there": (["P1 T9 tumor a.vcf T8"], "samples.tsv:2: vcf_tumor is 'T8'; expected one of T, N"),
    "two samples of one column": (["P1 T9 tumor a.vcf", "P2 T8 tumor a.vcf"], "samples.tsv:3: vcf_tumor is missing; expected another column than T, which is sample T9's (line 2)"),
    "files of two patients exchanged": (["P1 T9 tumor a.vcf", "P2 T tumor c.vcf"], "samples.tsv:2: vcf is 'a.vcf'; expected calls of T9 (patient P1); its column T is named as a sample of patient P2 (line 3): were files exchanged? If it is the right file, say vcf_tumor T in this line"),
    "another patient's normal": (["P1 T9 tumor a.vcf T", "N T8 tumor b.vcf"], "its column N is named as a sample of patient N (line 3): were files exchanged? If it is the right file, say vcf_normal N"),
    "two callers of one sample": (["P1 T9 tumor a.vcf", "P1 T9 tumor b.vcf"], "##source is 'Mutect2 (a.vcf) and strelka (b.vcf)'; expected files of one caller"),
    "parts of other columns": (["P1 T9 tumor a.vcf", "P1 T9 tumor c.vcf"], "c.vcf: header has T2 and N; expected the columns of a.vcf, its other part (T and N)"),
    "parts of other annotation": (["P1 T9 tumor d.vcf", "P1 T9 tumor e.vcf"], "e.vcf: annotation has other subfields; expected the subfields of d.vcf, its other part"),
    "one file twice": (["P1 T9 tumor a.vcf", "P1 T9 tumor a.vcf"], "samples.tsv:3: vcf is 'a.vcf'; expected each file once (already vcf of line 2)"),
    "a column without a VCF": (["P1 T9 tumor  T"], "samples.tsv:2: row names no file"),
}  # fmt: skip


@pytest.mark.parametrize("case", SHEETS)
def test_rows_that_do_not_fit_their_vcfs(check, case):
    rows, message = SHEETS[case]
    files = {
        "a.vcf": PAIR,
        "b.vcf": SNV,
        "c.vcf": PAIR.replace("\tT\tN\n", "\tT2\tN\n").replace("sample=T\n", "sample=T2\n"),
    }
    csq = '##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Allele|{}">\n##source=Mutect2\n'
    files |= {
        f"{name}.vcf": PAIR.replace("##source=Mutect2\n", csq.format(rest))
        for name, rest in (("d", "Consequence|SYMBOL"), ("e", "SYMBOL|Consequence"))
    }
    status, said = check(rows, files)
    assert status == 2 and message in said, said


def test_the_vcf_of_the_sheets_normal_is_refused(check, tmp_path):
    """The only column of a VCF is that of the patient's normal."""
    header = {
        "HD": {"VN": "1.6", "SO": "coordinate"},
        "SQ": [{"SN": n, "LN": 3000} for n in BASES],
        "RG": [{"ID": "a", "SM": "N1"}],
    }
    with pysam.AlignmentFile(tmp_path / "n.bam", "wb", header=header):
        pass
    write_sheet(tmp_path, [])
    files = {"a.vcf": vcf("N1", [record(0, ".", "GT:AD:DP", ALT)])}
    status, _said = check([], files)
    (tmp_path / "samples.tsv").write_text(
        "patient\tsample\tstatus\tbam\tvcf\nP1\tT1\ttumor\t\ta.vcf\nP1\tN1\tnormal\tn.bam\t\n"
    )
    status = run(["check", "--config", "config.yaml"])
    assert status == 2


def test_parts_that_share_records_and_files_without_records_are_said(check, caplog):
    again = PAIR.replace("##source=Mutect2\n", "##source=Mutect2\n##part=2\n")
    assert check(["P1 T9 tumor a.vcf", "P1 T9 tumor b.vcf"], {"a.vcf": PAIR, "b.vcf": again})[0] == 0
    assert "a.vcf and b.vcf: 4 records of sample T9 in both, counted once" in caplog.text
    assert check(["P1 T9 tumor a.vcf"], {"a.vcf": vcf("T", [])})[0] == 0
    assert "a.vcf: has no records" in caplog.text


@pytest.mark.parametrize("form", ["gzip", "bgzip", "BCF"])
def test_packed_vcfs_pass(check, tmp_path, form):
    (tmp_path / "p.vcf").write_text(PAIR)
    kinds = {
        "gzip": ["gzip", "-c", "p.vcf"],
        "bgzip": ["bgzip", "-c", "p.vcf"],
        "BCF": ["bcftools", "view", "-Ob", "p.vcf"],
    }
    packed = subprocess.run(kinds[form], cwd=tmp_path, check=True, capture_output=True).stdout
    assert check(["P1 T9 tumor a.vcf"], {"a.vcf": packed}) == (0, "")


@pytest.mark.parametrize("index", ["fai", "run", "none"])
def test_ref_is_compared_with_or_without_an_index(check, tmp_path, index):
    """Oracle: the FASTA's text; 8 records at a contig's ends and in lower case fit, one does not."""
    text = BASES["chr2"]
    ends = [
        f"chr2\t{pos}\t.\t{ref}\t.\t.\tPASS\t.\tGT:AD:DP\t{ALT}\n"
        for pos, ref in ((1, text[0]), (1, text[:7].lower()), (3000, text[-1]), (2995, text[-6:]))
    ]
    ends = [
        line.replace("\t.\t.\tPASS", f"\t{'A' if line.split(chr(9))[3][0] != 'A' else 'C'}\t.\tPASS") for line in ends
    ]
    if index == "none":
        (tmp_path / "genome.fa.fai").unlink()
    if index == "run":
        (tmp_path / "resources").mkdir()
        (tmp_path / "resources" / "genome.fa").write_bytes((tmp_path / "genome.fa").read_bytes())
        (tmp_path / "genome.fa.fai").rename(tmp_path / "resources" / "genome.fa.fai")
    good = vcf("T", ends)
    assert check(["P1 T9 tumor a.vcf"], {"a.vcf": good}) == (0, "")
    wrong = "G" if text[-1] != "G" else "T"
    bad = good.replace(f"\t3000\t.\t{text[-1]}", f"\t3000\t.\t{wrong}")
    status, said = check(["P1 T9 tumor a.vcf"], {"a.vcf": bad})
    assert status == 2 and f"a.vcf:chr2:3000: REF is '{wrong}'; expected '{text[-1]}'" in said


def test_under_a_prefix_the_outer_workflows_genome_is_nobodys(check, tmp_path, monkeypatch):
    """Another workflow's `resources/genome.fa` of other bases, newer than the run's FASTA, tells nothing of it."""
    (tmp_path / "genome.fa.fai").unlink()
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "genome.fa").write_text(">chr2\nAC\n")
    (tmp_path / "resources" / "genome.fa.fai").write_text("chr2\t2\t6\t2\t3\n")
    (tmp_path / "resources" / "genome.dict").write_text("@SQ\tSN:chr2\tLN:2\tM5:0\n")
    assert check(["P1 T9 tumor a.vcf"], {"a.vcf": PAIR})[0] == 2, "in a run of its own that file is the run's copy"
    assert check_run("config.yaml", layout=Layout("exome/results", "exome/resources")).samples.tumors
