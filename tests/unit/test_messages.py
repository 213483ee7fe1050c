"""What a user reads when something is wrong, whole: a sentence with file, line, value and remedy.

A value is quoted only where it stands in the user's file. A changed sentence is changed here on purpose, too.
"""

# ruff: noqa: E501
from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from biomarkers.errors import InputError, Problems
from biomarkers.genome import targets
from biomarkers.genome.bed import read_bed, read_entries
from biomarkers.io import lines, provenance, schemas, tables, tool_tables, yamls
from biomarkers.run import presets
from biomarkers.run.checks import first_reads
from biomarkers.run.checks.check import read_run


def settings(path: str) -> None:
    """What `check` says of a config by itself."""
    problems = Problems()
    yamls.check(path, yamls.load(path), schemas.load("config"), problems)
    problems.stop_if_any()


def plan(path: str) -> None:
    """What `check` says of a plan by itself."""
    problems = Problems()
    yamls.check(path, yamls.load(path), schemas.load("plan"), problems)
    problems.stop_if_any()


def reads(path: str) -> None:
    """What `check` says of a FASTQ."""
    first_reads._first("fastq_1", path)


def bed(path: str) -> None:
    """What commands say of a BED."""
    read_bed(path)


def vendor(path: str) -> None:
    """What `targets` says of a vendor's BED, for a contig of 1,000 bases."""
    targets.clean(path, read_entries(path), {"chr1": 1000}, "genome.fa")


def table(schema: str):
    """What commands say of a table."""
    return lambda path: tables.read(path, schema)


def depth(path: str) -> None:
    """What `denominator` says of mosdepth's file."""
    list(
        tool_tables.pieces(path, {"chrom": "category", "start": "int64"}, lines=10, what="mosdepth's quantized.bed.gz")
    )


def pileup(path: str) -> None:
    """What `concordance` says of a table of GetPileupSummaries."""
    tool_tables.columns(path, {"contig": "category", "position": "int64"}, comment="#", what="GetPileupSummaries")


READ = "@r1\nACGT\n+\nIIII\n"
SAID = [
    ("c.yaml", "genes: {min_carrier: 3}\n", plan,
     ["c.yaml: primary is missing; expected a block of keys",
      "c.yaml: endpoints is missing; expected at least one endpoint such as response: {kind: binary, column: responder}",
      "c.yaml: markers is missing; expected at least one marker such as tmb_per_mb: {kind: continuous}",
      "c.yaml:1: genes.min_carrier: unknown key; did you mean min_carriers?"]),
    ("c.yaml", "burden:\n  tumor_dept: 3\n", settings,
     ["c.yaml:2: burden.tumor_dept: unknown key; did you mean tumor_depth?"]),
    ("c.yaml", "xyz: 3\n", settings,
     ["c.yaml:1: xyz: unknown key; known are samples, sarek, clinical, plan, reference, reads, calling, qc, annotation, burden, endpoints, pdl1, analysis, jobs, report, missing_words"]),
    ("c.yaml", "burden:\n  vaf: 5\n  max_population_af: 1e-4\n", settings,
     ["c.yaml:2: burden.vaf is '5'; expected a number from 0 to 1",
      "c.yaml:3: burden.max_population_af is '1e-4'; expected a number from 0 to 1 (YAML takes an exponent without point and sign for text; write 1.0e-4)"]),
    ("c.yaml", "reads: {aligner: bowtie}\nburden: {tumor_depth: [25]}\n", settings,
     ["c.yaml:1: reads.aligner is 'bowtie'; expected one of bwa, bwa-mem2",
      "c.yaml:2: burden.tumor_depth is a list; expected a whole number of at least 0"]),
    ("c.yaml", "endpoints:\n  data_cutoff: 2024-02-30\n", settings,
     ["c.yaml:2: endpoints.data_cutoff is '2024-02-30'; expected a date such as 2024-03-31"]),
    ("c.yaml", "a: 1\nb: 2\na: 3\nb: 4\n", settings,
     ["c.yaml:3: a is repeated; expected each key once (first in line 1)",
      "c.yaml:4: b is repeated; expected each key once (first in line 2)"]),
    ("c.yaml", "- a\n", settings,
     ["c.yaml:1: file is a list; expected `key: value` lines"]),
    ("c.yaml", "a: [1\n", settings,
     ["c.yaml:2: text cannot be read as YAML (expected ',' or ']', but got '<stream end>'); expected `key: value` lines, indented by spaces"]),
    ("c.yaml", None, settings,
     ["c.yaml: file is missing; expected a file at this path"]),
    ("p.tsv", "patent\tage\nP1\t3\n", table("patients"),
     ["p.tsv:1: patient is missing; expected a column of that name (did you mean 'patent'?)"]),
    ("p.tsv", "patient\tage\nP1\nP2\t3\n", table("patients"),
     ["p.tsv:2: row has 1 cell; expected 2 cells as in the header"]),
    ("p.tsv", "patient\ttreatment_start\n\t2024-01-01\nP2\t31.01.2024\nP2\t\n", table("patients"),
     ["p.tsv:2: patient is empty; expected letters, digits, '.', '_' and '-' only, beginning with a letter or digit",
      "p.tsv:3: treatment_start is '31.01.2024'; expected a date such as 2024-03-31"
      " (days in another form: biomarkers import reads them, by the date_format of its mapping)",
      "p.tsv:4: patient is 'P2'; expected each patient once (first in line 3)"]),
    ("s.tsv", "patient\tsample\tstatus\tfastq1\nP1\tT1\ttumour\tx\n", table("samples"),
     ["s.tsv:1: column is 'fastq1'; expected one of patient, sample, status, lane, library, fastq_1, fastq_2, bam, vcf, vcf_tumor, vcf_normal, paired, purity, collected, sex, bai, cram, crai, table, contamination, variantcaller, tbi, annotation, spring_1, spring_2 (did you mean 'fastq_1'?)",
      "s.tsv:2: status is 'tumour'; expected one of tumor, normal, 1, 0 (did you mean 'tumor'?)"]),
    ("p.tsv", "", table("patients"),
     ["p.tsv: file is empty; expected a header line"]),
    ("p.tsv", 'patient,site\nP1,"open\n', table("patients"),
     ["p.tsv:2: row cannot be read (unexpected end of data); expected cells with balanced quotation marks"]),
    ("p.tsv", b"p\0a", table("patients"),
     ["p.tsv: file is binary or UTF-16 data; expected text in UTF-8 (TSV or CSV)"]),
    ("p.tsv", gzip.compress(b"patient\nP1\n", mtime=0)[:-9], table("patients"),
     ["p.tsv: file cannot be read (Compressed file ended before the end-of-stream marker was reached); expected a readable, complete file"]),
    ("r.fq", READ.replace("\n", "\r\n"), reads,
     ["r.fq:1: line ends as on Windows (CR LF); expected lines that end as on Linux; convert it with dos2unix"]),
    ("r.fq", READ.replace("IIII", "III"), reads,
     ["r.fq:1: record has 3 qualities of 4 bases; expected a record of four lines: @name, bases, +, as many qualities; is the file whole?"]),
    ("r.fq", READ[:8], reads,
     ["r.fq:1: record has 2 lines; expected a record of four lines: @name, bases, +, as many qualities; is the file whole?"]),
    ("r.fq", "ACGT\n", reads,
     ["r.fq:1: record is 'ACGT'; expected FASTQ: a record of four lines: @name, bases, +, as many qualities"]),
    ("r.fq", "", reads,
     ["r.fq: file has no reads; expected at least one; take its row out of the sheet if there are none"]),
    ("r.fq", b"BAM\x01\0\0", reads,
     ["r.fq: file is a BAM; expected FASTQ; give it as bam"]),
    ("r.fq", READ.replace("IIII", "hhhB"), reads,
     ["r.fq:4: quality is 'hhhB'; expected qualities of Phred+33; these are Phred+64 (fastp --phred64 writes them anew)"]),
    ("a.bed", "chr1\t5\n", bed,
     ["a.bed:1: row is 'chr1\\t5'; expected contig, start, end, separated by tabs"]),
    ("a.bed", "chr1\t20\t10\nchr1\tx\t10\n", bed,
     ["a.bed:1: end is '10'; expected a number of at least the start, 20",
      "a.bed:2: start is 'x'; expected a whole number of at least 0"]),
    ("a.bed", "#nothing\n", bed,
     ["a.bed: file is empty; expected at least one interval: contig, start, end"]),
    ("a.bed", b"BCF\2\2\0", bed,
     ["a.bed: file is a BCF; expected a VCF (bcftools view -Oz makes one)"]),
    ("a.bed", lines.BGZIP_END[:-1], bed,
     ["a.bed: file is truncated; expected a whole bgzip file (its end marker is missing); copy it again and compare checksums"]),
    ("a.bed", "1\t5\t9\nchr1\t5\t2000\n", vendor,
     ["a.bed:1: chrom is '1'; expected 'chr1' as in genome.fa (if both are of the same genome build, give --rename-contigs; in a run `reference: {rename_contigs: true}`)",
      "a.bed:2: end is '2000'; expected at most 1000, the length of chr1 in genome.fa (same genome build?)"]),
    ("d.bed", "chr1\tx\n", depth,
     ["d.bed: file cannot be read (invalid literal for int() with base 10: 'x'); expected mosdepth's quantized.bed.gz"]),
    ("t.table", "#SAMPLE=a\ncontig\tposition\nchr1\tx\n", pileup,
     ["t.table:3: position is 'x'; expected a whole number of at least 0, below 2^31"]),
    ("t.json", "[1]", provenance.read,
     ["t.json: file is of another kind; expected the JSON that the command wrote"]),
    ("t.json", "{", provenance.read,
     ["t.json: file is no JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)); expected the JSON that the command wrote"]),
    ("own.yaml", "files: {fasta: {url: 'ftp://x/y', source: s}}\ncontigs: {}\n", presets.load,
     ["own.yaml:1: files.fasta is a block of other keys; expected a block with url, source, and md5, sha256 or sums",
      "own.yaml:1: files.fasta.url is 'ftp://x/y'; expected an address (https://) that ends with the file's name"]),
    ("c.yaml", "annotation:\n  tool: VEP\n", read_run,
     ["c.yaml:2: annotation.tool is 'VEP'; expected one of csq, vep, snpeff (did you mean 'vep'?)"]),
    ("c.yaml", "reference: {preset: GRCh37}\n", read_run,
     ["c.yaml:1: reference.preset is 'GRCh37'; expected GRCh38, or the path of a YAML file"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "read", "said"), SAID, ids=lambda value: None)
def test_a_message_is_a_sentence(tmp_path, monkeypatch, name, content, read, said):
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        read(name)
    assert str(caught.value).splitlines() == said
