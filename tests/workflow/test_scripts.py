"""The shell files of the rules, called by themselves: what they say of wrong input, and with which exit status."""

from __future__ import annotations

import functools
import gzip
import random
import subprocess

import pytest

import builders

BASES = "".join(random.Random(1).choices("ACGT", k=2000))


@pytest.fixture
def call(project, tmp_path):
    """Run a shell file in an empty folder, with a folder `tools` before all other programs."""
    (tmp_path / "tools").mkdir()
    return functools.partial(builders.script, project, tmp_path)


@pytest.fixture
def genome(tmp_path):
    """A genome of 2,000 bases with every index."""
    path = tmp_path / "genome.fa"
    path.write_text(f">chr1\n{BASES}\n")
    for command in ("bwa index genome.fa", "samtools faidx genome.fa", "samtools dict genome.fa -o genome.dict"):
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    return path


def fastq(path, names, *, mate=1, starts=190):
    """A FASTQ of 60 bases a read; read i starts at base 10 i, its mate 100 bases on, on the other strand.

    starts: after so many reads the first base is read again.
    """
    complement = str.maketrans("ACGT", "TGCA")
    text = ""
    for i, name in enumerate(names):
        at = 10 * (i % starts) + (100 if mate == 2 else 0)
        bases = BASES[at : at + 60]
        text += f"@{name}/{mate}\n{bases.translate(complement)[::-1] if mate == 2 else bases}\n+\n{'I' * 60}\n"
    path.write_bytes(gzip.compress(text.encode()))


def last_line(done):
    return done.stderr.splitlines()[-1]


NAMES = [f"r{i}" for i in range(8)]
GROUP = r"@RG\tID:T1.1\tSM:T1\tLB:T1"
ALIGN = {
    **{"genome": "genome.fa", "aligner": "bwa", "trim": "False", "mark": "True", "optical": 100, "threads": 1},
    **{"bam": "out.bam", "index": "out.bam.bai", "duplicates": "duplicates.txt", "trimming": "trimming"},
}


def test_lanes_become_a_marked_bam(call, genome, tmp_path):
    fastq(tmp_path / "1.fq.gz", NAMES)
    fastq(tmp_path / "2.fq.gz", NAMES, mate=2)
    done = call("align", "1", GROUP, "1.fq.gz", "2.fq.gz", "-", **ALIGN)
    assert done.returncode == 0, done.stderr
    reads = subprocess.run(["samtools", "view", "out.bam"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert len(reads.stdout.splitlines()) == 16 and reads.stdout.count("RG:Z:T1.1") == 16
    assert (tmp_path / "out.bam.bai").exists() and (tmp_path / "trimming" / "T1.1.json").exists()


def test_three_alignments_of_the_same_reads_are_the_same_byte_for_byte(call, genome, tmp_path):
    """With several threads of fastp the reads, and with them the alignments, stood in another order each time."""
    names = [f"r{i}" for i in range(8_000)]
    for mate in (1, 2):
        fastq(tmp_path / f"{mate}.fq.gz", names, mate=mate, starts=180)
    options = ALIGN | {"trim": "True", "threads": 4}
    found = set()
    for _ in range(3):
        done = call("align", "1", GROUP, "1.fq.gz", "2.fq.gz", "-", **options)
        assert done.returncode == 0, done.stderr
        found.add((tmp_path / "out.bam").read_bytes())
    assert len(found) == 1


def test_what_is_wrong_with_reads_is_said_last(call, genome, tmp_path):
    fastq(tmp_path / "1.fq.gz", NAMES)
    fastq(tmp_path / "few.fq.gz", NAMES[:5], mate=2)
    fastq(tmp_path / "others.fq.gz", [*NAMES[:4], *reversed(NAMES[4:])], mate=2)
    whole = (tmp_path / "1.fq.gz").read_bytes()
    (tmp_path / "cut.fq.gz").write_bytes(whole[: len(whole) // 2])
    text = gzip.decompress(whole).decode()
    (tmp_path / "short.fq").write_text(text.replace("I" * 60, "I" * 10, 3))
    for second, message in (
        ("few.fq.gz", "1.fq.gz and few.fq.gz: are not mates: 8 and 5 reads; check fastq_1 and fastq_2 of this lane"),
        ("others.fq.gz", "1.fq.gz and others.fq.gz: are not mates: their read names differ; check fastq_1 and fastq_2"),
        ("cut.fq.gz", "cut.fq.gz: is truncated or damaged; copy it again and compare checksums"),
        ("short.fq", "1.fq.gz or its mate: is truncated or damaged; copy it again and compare checksums"),
    ):
        done = call("align", "1", GROUP, "1.fq.gz", second, "-", **ALIGN)
        assert done.returncode == 2 and last_line(done).startswith(message), done.stderr


def test_a_bam_that_is_to_be_aligned_is_looked_at(call, genome, tmp_path):
    (tmp_path / "text.bam").write_text("no BAM\n")
    done = call("align", "1", GROUP, "text.bam", "-", "-", **ALIGN)
    assert done.returncode == 2 and last_line(done).startswith("text.bam: is truncated or no BAM;"), done.stderr
    sam = "@RG\tID:a\tSM:T1\n@RG\tID:b\tSM:T1\nr1\t4\t*\t0\t0\t*\t*\t0\t0\tACGT\tIIII\n"
    subprocess.run(["samtools", "view", "-b", "-o", "groups.bam"], cwd=tmp_path, input=sam, text=True, check=True)
    done = call("align", "1", GROUP, "groups.bam", "-", "a", **ALIGN)
    assert done.returncode == 2 and "groups.bam: has 1 of 1 reads without a read group (RG)" in last_line(done)


def test_an_alignment_of_another_genome_order_or_person_is_refused(call, genome, tmp_path):
    options = {"genome": "genome.fa", "fai": "genome.fa.fai", "dictionary": "genome.dict", "threads": 1}
    options |= {"alignment": "in.bam", "bam": "out.bam", "index": "out.bam.bai"}
    good = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:2000\n@RG\tID:a\tSM:T1\n"

    def aligned(header):
        (tmp_path / "in.bam").unlink(missing_ok=True)
        subprocess.run(["samtools", "view", "-b", "-o", "in.bam"], cwd=tmp_path, input=header, text=True, check=True)
        return call("aligned", **options)

    assert aligned(good).returncode == 0 and (tmp_path / "out.bam").is_symlink()
    for header, message in (
        (good.replace("coordinate", "queryname"), "is not sorted by coordinate; run samtools sort"),
        (good.replace("LN:2000", "LN:2001"), "another genome than reference.fasta (contigs differ in name"),
        (
            good.replace("LN:2000", f"LN:2000\tM5:{'0' * 32}"),
            "another genome than reference.fasta (chr1 has other bases",
        ),
        (good + "@RG\tID:b\tSM:T2\n", "holds several samples (T1 T2); give each sample a file of its own"),
        (good.replace("\tSM:T1", ""), "has no read group with a sample name (SM)"),
    ):
        done = aligned(header)
        assert done.returncode == 2 and last_line(done).startswith("in.bam: ") and message in last_line(done), header


def test_a_part_of_the_calling_that_fails_fails_the_job_with_its_own_words(call, genome, tmp_path):
    (tmp_path / "targets.bed").write_text("chr1\t100\t200\nchr1\t1000\t1100\n")
    gatk = tmp_path / "tools" / "gatk"
    gatk.write_text('#!/bin/bash\nif [[ "$*" == */02.bed* ]]; then echo "no heap left"; exit 3; fi\n')
    gatk.chmod(0o755)
    options = {"genome": "genome.fa", "targets": "targets.bed", "padding": 10, "tumor": "T.bam", "threads": 2}
    options |= {"heap": 500, "vcf": "out.vcf.gz", "index": "out.vcf.gz.tbi", "stats": "stats", "orientation": "o.gz"}
    done = call("call", **options)
    assert done.returncode == 1 and last_line(done) == "no heap left", done.stderr


def test_options_of_mutect2_reach_each_of_its_processes(call, genome, tmp_path):
    (tmp_path / "targets.bed").write_text("chr1\t100\t200\nchr1\t1000\t1100\n")
    gatk = tmp_path / "tools" / "gatk"
    # A part that fails stops the job before there is anything to join.
    gatk.write_text('#!/bin/bash\necho "$*" >> asked.txt\nexit 3\n')
    gatk.chmod(0o755)
    options = {"genome": "genome.fa", "targets": "targets.bed", "padding": 10, "tumor": "T.bam", "threads": 2}
    options |= {"heap": 500, "vcf": "out.vcf.gz", "index": "out.vcf.gz.tbi", "stats": "stats", "orientation": "o.gz"}
    assert call("call", "--pruning-lod-threshold", "1.5", **options).returncode == 1
    asked = (tmp_path / "asked.txt").read_text().splitlines()
    assert len(asked) == 2 and all(" Mutect2 " in line and " --pruning-lod-threshold 1.5 " in line for line in asked)


@pytest.mark.parametrize(("least", "applied"), [(2, "yes"), (3, "no")])
def test_contamination_of_few_sites_is_told_but_filters_nothing(call, tmp_path, least, applied):
    (tmp_path / "tools" / "gatk").write_text(
        '#!/bin/bash\necho "$*" >> asked.txt\n'
        'if [[ "$*" == *CalculateContamination* ]]; then printf "s\\tc\\te\\nT1\\t0.01\\t0.002\\n" > "${@: -3:1}"; fi\n'
    )
    (tmp_path / "tools" / "gatk").chmod(0o755)
    (tmp_path / "T1.table").write_text("#<METADATA>SAMPLE=T1\ncontig\tposition\nchr1\t1\nchr1\t2\n")
    options = {"sample": "T1", "genome": "genome.fa", "calls": "c.vcf.gz", "stats": "s", "orientation": "o.gz"}
    options |= {"least": least, "heap": 500, "vcf": "v", "filtering_stats": "f", "contamination": "contamination.tsv"}
    done = call("filter", "T1.table", **options)
    assert done.returncode == 0, done.stderr
    cells = [line.split("\t") for line in (tmp_path / "contamination.tsv").read_text().splitlines()]
    row = {"sample": "T1", "contamination": "0.01", "error": "0.002", "sites": "2", "applied": applied}
    assert dict(zip(*cells, strict=True)) == row
    filtering = (tmp_path / "asked.txt").read_text().splitlines()[-1]
    assert ("--contamination-table" in filtering) == (applied == "yes") and "--ob-priors o.gz" in filtering


def test_a_vcf_that_cannot_be_annotated_is_named(call, genome, tmp_path):
    options = {"genome": "genome.fa", "annotator": "csq", "heap": 500, "annotated": "out.vcf.gz", "index": "out.tbi"}
    (tmp_path / "text.vcf").write_text("no VCF\n")
    done = call("annotate", vcf="text.vcf", **options)
    assert done.returncode == 2 and last_line(done).startswith("text.vcf: is no VCF or is damaged"), done.stderr
    (tmp_path / "other.vcf").write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        f"chr1\t1\t.\t{'C' if BASES[0] != 'C' else 'A'}\tT\t.\t.\t.\n"
    )
    done = call("annotate", vcf="other.vcf", **options)
    expected = (
        "other.vcf: could not be split and left-aligned: Reference allele mismatch at chr1:1 .. REF_SEQ:'A' vs VCF:'C'"
        "; is it of another genome, or are REF and ALT exchanged? "
        "bcftools norm --check-ref w --fasta-ref genome.fa other.vcf lists all such records"
    )
    assert done.returncode == 2 and last_line(done) == expected, done.stderr


def test_what_snpeff_prints_before_the_vcf_is_left_out(call, genome, tmp_path):
    (tmp_path / "tools" / "snpEff").write_text('#!/bin/bash\necho "java snpEff" "$@"\ncat "${@: -1}"\n')
    (tmp_path / "tools" / "snpEff").chmod(0o755)
    record = f"chr1\t1\t.\t{BASES[0]}\t{'T' if BASES[0] != 'T' else 'A'}\t.\t.\t."
    header = "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    (tmp_path / "in.vcf").write_text(f"{header}\n{record}\n")
    options = {"genome": "genome.fa", "annotator": "snpeff", "heap": 500, "annotated": "o.vcf.gz", "index": "o.tbi"}
    done = call("annotate", "-dataDir", "my data", "hg38", vcf="in.vcf", **options)
    assert done.returncode == 0 and (tmp_path / "o.tbi").exists(), done.stderr
    assert gzip.decompress((tmp_path / "o.vcf.gz").read_bytes()).decode().splitlines()[-1] == record


def test_genes_on_contigs_without_a_name_are_left_out_and_counted(call, tmp_path):
    (tmp_path / "genes.gff3").write_text("##gff-version 3\n##sequence-region   1 1 9\n1\te\tgene\nK2\te\tgene\n")
    done = call("genes", "1=chr1", "X=chrX", genes="genes.gff3", renamed="out.gz")
    assert (done.returncode, done.stderr) == (0, "1 lines renamed; 1 lines on 1 other contigs left out\n")
    expected = "##gff-version 3\n##sequence-region chr1 1 9\nchr1\te\tgene\n"
    assert gzip.decompress((tmp_path / "out.gz").read_bytes()).decode() == expected


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["--genom", "x"], 2, "genes.sh: unknown option --genom"),
        (["--genes"], 2, "genes.sh: --genes needs a value"),
        (["x"], 2, "genes.sh: unexpected word x"),
        ([], 1, "genes: unbound variable"),
    ],
)
def test_wrong_options_are_named(project, words, status, message):
    done = subprocess.run([project / "workflow/scripts/genes.sh", *words], capture_output=True, text=True, check=False)
    assert done.returncode == status and message in done.stderr


def test_a_header_keeps_commands_and_versions_but_no_dates_and_places(project, tmp_path):
    here = tmp_path / "run.a+b"
    here.mkdir()
    told = f"""##GATKCommandLine=<ID=Mutect2,CommandLine="Mutect2 -R {here}/g.fa -L /tmp/tmp.abcDEF1234/01.bed",Version="4.6",Date="June 3, 2026 at 1:10 PM UTC">
##bcftools_normCommand=norm -m -any /scratch/tmp.abcDEF1234/normal.bcf; Date=Wed Nov 25 23:00:00 2026
##VEP="v110" time="2023-01-01 10:00:00" cache="/x"
##source=runXaab/kept
1\t2\t; Date=kept {here}/kept
"""  # noqa: E501
    done = subprocess.run(
        [project / "workflow/scripts/dateless.sh"], input=told, capture_output=True, text=True, check=True, cwd=here
    )
    assert done.stdout == (
        '##GATKCommandLine=<ID=Mutect2,CommandLine="Mutect2 -R g.fa -L 01.bed",Version="4.6">\n'
        "##bcftools_normCommand=norm -m -any normal.bcf\n"
        '##VEP="v110" cache="/x"\n'
        "##source=runXaab/kept\n"
        f"1\t2\t; Date=kept {here}/kept\n"
    )


def test_a_link_holds_where_the_run_is_moved(project, tmp_path):
    """What lies in the run's folder moves along, what lies elsewhere stays."""
    run, moved = tmp_path / "run", tmp_path / "archive" / "2026" / "run"
    for folder in (run / "data", run / "resources", moved.parent):
        folder.mkdir(parents=True)
    (run / "data" / "own.fa").touch()
    (tmp_path / "shared genome.fa").touch()
    for number, file in enumerate(("data/own.fa", str(tmp_path / "shared genome.fa"), "../shared genome.fa")):
        words = [project / "workflow/scripts/link.sh", file, f"resources/{number}.fa"]
        subprocess.run(words, check=True, cwd=run)
    run.rename(moved)
    ends = [(moved / "resources" / f"{number}.fa").resolve(strict=True) for number in range(3)]
    assert ends == [moved / "data" / "own.fa", *[tmp_path / "shared genome.fa"] * 2]
