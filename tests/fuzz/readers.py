"""What random files are made of: of each kind of file one that is right, small, and the command that reads it."""

# ruff: noqa: E501

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pandas as pd
import pyreadstat
import pysam

import command_examples
import small_inputs as small
from small_inputs import DATES, EVENTS, FOREIGN, GTF, LESIONS, MAPPING

HERE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("BIOMARKERS_DATA", HERE.parents[1] / "shared" / "data"))
CONFIG = "samples: s.tsv\nreference: {fasta: g.fa, targets: t.bed, genes: g.gff3}\n"
SETTINGS = (
    "samples: s.tsv\nreference: {assumed_bp: 30000000}\nburden: {vaf: 0.1, definitions: [nonsynonymous]}\n"
    "qc: {fold_80: {warn: 2}}\nendpoints: {data_cutoff: 2024-01-01}\njobs: {max_minutes: 50}\n"
)
GFF = "".join(f"chr1\tx\t{kind}\t101\t400\t.\t+\t0\tID={kind}1;Parent=transcript:T\n" for kind in ("gene", "CDS"))
ASSESSMENTS = "patient\tdate\tresponse\tevaluator\nP1\t2024-02-01\tPR\tx\nP1\t2024-03-15\tPD\tx\n"
REDCAP = (
    "record_id,redcap_event_name,tx_start,sex,os_months,os_event,scan_date,recist\n"
    "P1,baseline_arm_1,2023-01-02,1,9.5,1,,\nP1,visit_1_arm_1,,,,,2023-03-01,2\nP2,baseline_arm_1,2023-01-05,2,3,0,,\n"
)
DICTIONARY = (
    '"Variable / Field Name","Form Name","Section Header","Field Type","Field Label","Choices, Calculations, OR Slider '
    'Labels","Field Note","Text Validation Type OR Show Slider Number",Identifier?\n'
    "record_id,demographics,,text,Record ID,,,,\ntx_start,demographics,,text,Start,,,date_ymd,\n"
    'sex,demographics,,radio,Sex,"1, Female | 2, Male",,,\nos_months,demographics,,text,OS,,,number,\n'
    "os_event,demographics,,yesno,Died,,,,\nscan_date,response,,text,Scan,,,date_ymd,\n"
    'recist,response,,dropdown,RECIST,"1, Complete response | 2, Partial response",,,\n'
)
DATASET = {
    "datasetJSONCreationDateTime": "2024-01-01T00:00:00",
    "datasetJSONVersion": "1.1.0",
    "itemGroupOID": "IG.DM",
    "records": 2,
    "name": "DM",
    "label": "Demographics",
    "columns": [
        {"itemOID": f"IT.DM.{name}", "name": name, "label": name, "dataType": kind}
        for name, kind in (("USUBJID", "string"), ("RFSTDTC", "string"), ("AGE", "integer"), ("ARM", "string"))
    ],
    "rows": [["P1", "2024-01-10", 50, "A"], ["P2", "2024-01-12", 61, "A"]],
}
JOURNAL = [
    {"at": "2024-01-01 10:00:00", "jobs": {"1": ["align", ["T1"], ["a.log"]], "2": ["call", ["T1"], []]},
     "patients": {"T1": "P1"}, "process": {"pid": 1, "host": "x", "boot": "y", "began": 3}, "slurm": None},
    {"at": "2024-01-01 10:00:01", "begun": 1},
    {"at": "2024-01-01 10:00:02", "failed": [1], "said": "align of T1 failed", "logs": ["a.log"]},
    {"at": "2024-01-01 10:00:03", "ended": True},
]  # fmt: skip
SAM = (
    "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:1000\tM5:d41d8cd98f00b204e9800998ecf8427e\n@RG\tID:r\tSM:T\tPL:ILLUMINA\tLB:l\n"
    "@PG\tID:bwa\tPN:bwa\tVN:0.7\tCL:bwa mem\n"
)
READS = "".join(
    f"q{number}\t{flag}\tchr1\t{place}\t60\t50M\t=\t{mate}\t{length}\t{'ACGTA' * 10}\t{'FFFF:' * 10}\tRG:Z:r\tNM:i:0\n"
    for number in range(20)
    for flag, place, mate, length in ((99, 101 + number, 151 + number, 100), (147, 151 + number, 101 + number, -100))
)


class Reader(NamedTuple):
    """A command line, its files by name, and which of them are spoiled."""

    kind: str
    words: str
    files: dict[str, bytes]
    spoiled: tuple[str, ...]


def named(kind: str) -> str:
    """The name of a reader as that of a file."""
    return re.sub(r"[^A-Za-z0-9]+", "_", kind)


def _of(kind: str, words: str, spoiled: str | None = None, **files: str | bytes) -> Reader:
    """Files by name with `__` for a dot and `___` for a slash; spoiled: names, else the first one."""
    named = {
        name.replace("___", "/").replace("__", "."): text.encode() if isinstance(text, str) else text
        for name, text in files.items()
    }
    return Reader(kind, words, named, tuple(spoiled.split()) if spoiled else (next(iter(named)),))


def _made(name: str, write: object) -> bytes:
    """The bytes that something writes into a file of that name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)  # type: ignore[operator]
        return path.read_bytes()


def _tabular(text: str, separator: str = "\t") -> list[list[str]]:
    return [*csv.reader(io.StringIO(text), delimiter=separator)]


def xlsx(text: str, sheet: str = "Sheet") -> bytes:
    """A workbook with such a table."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in _tabular(text):
        book.active.append([float(cell) if cell.isdigit() else cell for cell in row])
    return _made("book.xlsx", book.save)


def xpt(text: str) -> bytes:
    """A transport file of SAS with such a table."""
    head, *rows = _tabular(text)
    frame = pd.DataFrame(rows, columns=[name.upper()[:8] for name in head])
    return _made("x.xpt", lambda path: pyreadstat.write_xport(frame, str(path), table_name="X"))


def bgzip(data: bytes) -> bytes:
    """Packed in blocks."""

    def write(path: Path) -> None:
        with pysam.BGZFile(str(path), "wb") as out:
            out.write(data)

    return _made("x.gz", write)


def tool(*command: str, given: bytes) -> bytes:
    """What a program makes of its standard input."""
    return subprocess.run(command, input=given, capture_output=True, check=True, timeout=60).stdout


def top(path: Path, lines: int) -> bytes:
    """The first lines of a file, plain or packed."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as text:
        return b"".join(line for _, line in zip(range(lines), text, strict=False))


def variants_readers(data: Path) -> list[Reader]:
    """VCF by callers and annotators, BCF, MAF."""
    vep = data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz"
    with gzip.open(vep) as packed:
        head = sum(line.startswith(b"#") for line in packed)
    real = (
        "variants --vcf {} --tumor-sample HCC1395_TUMOR_DNA --sample T1 --accept-filters SOMATIC_LLR --variants o.tsv"
    )
    any_one = (
        "variants --vcf a.vcf --tumor-sample auto --sample TUMOR --accept-unfiltered --somatic POS>0 --variants o.tsv"
    )
    found = [
        _of("VCF", small.V.format("T"), a__vcf=small.VCF),
        _of("VCF of VEP, packed", real.format("a.vcf.gz"), a__vcf__gz=bgzip(top(vep, head + 12))),
        _of("VCF in check", small.CH, "a.vcf", c__yaml=small.S + "reference: {assumed_bp: 30000000}\n",
            s__tsv=small.SAM + "P1\tT1\ttumor\t\t\t\t\ta.vcf\n", a__vcf=small.VCF),
        _of("BCF", small.V.format("T").replace("a.vcf", "a.bcf"),
            a__bcf=tool("bcftools", "view", "-Ob", "--no-version", given=small.VCF.encode())),
        _of("MAF", small.M, a__maf=small.MAFH + small.MAFR + small.MAFR.replace("P1", "P2")),
        _of("MAF with samples", small.M + " --samples s.tsv", "s.tsv a.maf",
            a__maf=small.MAFH + small.MAFR, s__tsv="sample\tpatient\nP1\tQ1\nP3\tQ3\n"),
        _of("hot spots", small.V.format("T") + " --hotspots h.tsv", "h.tsv", a__vcf=small.VCF,
            h__tsv="chr1:100:A:C\nTP53 p.R175H\n"),
        _of("custom definition", small.V.format("T") + " --custom c.yaml", "c.yaml", a__vcf=small.VCF,
            c__yaml="terms: [missense_variant, stop_gained]\n"),
    ]  # fmt: skip
    for path in sorted((HERE / "data" / "callers").glob("*.vcf")):
        found.append(_of(f"VCF of {path.stem}", any_one, a__vcf=path.read_bytes()))
    return found


def clinical_readers() -> list[Reader]:
    """Sheets as TSV, CSV, workbooks, files of SAS and Dataset-JSON; PD-L1; mappings and exports."""
    patients = small.PATIENTS
    en = small.EN
    cohort = "cohort --patients patients.tsv --features f.tsv --pdl1 s.tsv --cohort c.tsv --flow fl.tsv"
    found = [
        _of("patients", en.format(""), patients__tsv=DATES),
        _of("patients as CSV", en.format("").replace("s.tsv ", "s.csv "), patients__csv=DATES.replace("\t", ",")),
        _of("assessments", en.format("--assessments a.tsv --evaluator x"), a__tsv=ASSESSMENTS, patients__tsv=patients),
        _of("lesions", en.format("--lesions l.tsv"), l__tsv=LESIONS, patients__tsv=patients),
        _of("adverse events", en.format("--adverse-events a.tsv"), a__tsv=EVENTS, patients__tsv=patients),
        _of("PD-L1", small.PD, p__tsv=small.PDH + "P1\tS1\t2023-12-01\t22C3\tTPS\t50\n"
            "P1\tS2\t2023-12-01\tSP263\tTPS\t1-49\n", patients__tsv=patients),
        _of("cohort's tables", cohort, "f.tsv s.tsv", patients__tsv=patients, f__tsv="patient\tscore\tx\nP1\t1.5\ta\n",
            s__tsv="patient\tstatus\tvalue\tlow\thigh\tscore_type\nP1\tscored\t50\t50\t50\tTPS\n"),
        _of("mapping", small.IM, m__yaml=MAPPING, x__csv=FOREIGN),
        _of("table of a mapping", small.IM, "x.csv", m__yaml=MAPPING, x__csv=FOREIGN),
        _of("workbook", small.IM, "x.xlsx", m__yaml=MAPPING.replace("csv", "xlsx"), x__xlsx=xlsx(FOREIGN.replace(",", "\t"))),
        _of("workbook, whole folder", "import xlsx x.xlsx --out out", x__xlsx=xlsx(DATES, "patients")),
        _of("SAS transport file", "import cdisc d --out out",
            d___dm__xpt=xpt("USUBJID\tRFSTDTC\tAGE\tARM\nP1\t2024-01-10\t50\tA\nP2\t2024-01-12\t61\tA\n")),
        _of("Dataset-JSON", "import cdisc d --out out", d___dm__json=json.dumps(DATASET)),
        _of("SDTM", "import cdisc d --out out", d___dm__csv="USUBJID,RFSTDTC,DTHDTC,AGE,SEX,ARM\nP1,2024-01-01,2024-05,50,F,A\nP2,2024-01-02,,60,M,A\n",
            d___rs__csv="USUBJID,RSTESTCD,RSSTRESC,RSDTC,RSEVAL,VISIT\nP1,OVRLRESP,PR,2024-03-01,INVESTIGATOR,V1\n"),
        _of("REDCap", "import redcap d --out out", d___x_DATA_2024__csv=REDCAP, d___x_DataDictionary__csv=DICTIONARY),
        _of("REDCap's dictionary", "import redcap d --out out", "d/x_DataDictionary.csv",
            d___x_DATA_2024__csv=REDCAP, d___x_DataDictionary__csv=DICTIONARY),
        _of("cBioPortal", "import cbioportal d --out out", "d/data_clinical_patient.txt d/data_clinical_sample.txt",
            d___data_clinical_patient__txt="#a\tb\tc\n#a\tb\tc\n#STRING\tNUMBER\tSTRING\n#1\t1\t1\n"
            "PATIENT_ID\tOS_MONTHS\tOS_STATUS\nP1\t5\t1:DECEASED\nP2\t8\t0:LIVING\n",
            d___data_clinical_sample__txt="PATIENT_ID\tSAMPLE_ID\tTMB_NONSYNONYMOUS\nP1\tP1-T\t4.2\nP2\tP2-T\t1\n"),
        _of("suggested mapping", "import --suggest x.csv", x__csv=FOREIGN),
        _of("ICB", "import icb d --out out", d___CLIN__csv="patientid;sex;age;cancer_type;response;pfs;pfs_time;os;os_time\n"
            "P1;F;50;Lung;R;1;5;1;9\nP2;M;60;Lung;NR;0;5;0;9\n"),
    ]  # fmt: skip
    return found


def analysis_readers() -> list[Reader]:
    """The plan, the cohort and what an association reads and writes; the page."""
    plan = small.PLAN + "covariates: [age]\ngenes: {min_carriers: 1}\nseed: 3\n"
    trial = {
        path.name.replace(".", "__"): path.read_bytes()
        for path in (HERE / "unit/report/trial").iterdir()
        if path.is_file()
    }
    page = (
        "report --cohort cohort.tsv --plan plan.yaml --results results.tsv --groups groups.tsv --memberships memberships.tsv"
        " --flow flow.tsv --rates rates.tsv --tmb tmb.tsv --adverse-events adverse_events.tsv --page p.html"
    )
    mutations = (
        "patient\tgene\tconsequence\nP1\tTP53\tmissense_variant\nP2\tTP53\tstop_gained\nP3\tKRAS\tsynonymous_variant\n"
    )
    whole = f"{small.AS} --mutations m.tsv --gene-sets s.yaml --memberships mm.tsv"
    return [
        _of("plan", small.AS, plan__yaml=plan, cohort__tsv=small.COHORT),
        _of("cohort", small.AS, cohort__tsv=small.COHORT, plan__yaml=plan),
        _of("mutations", whole, "m.tsv", m__tsv=mutations, plan__yaml=plan, cohort__tsv=small.COHORT, s__yaml="ddr: [TP53, KRAS]\n"),
        _of("gene sets", whole, "s.yaml", m__tsv=mutations, plan__yaml=plan, cohort__tsv=small.COHORT, s__yaml="ddr: [TP53, KRAS]\n"),
        _of("plan of a power", "power --plan plan.yaml --cohort cohort.tsv --power p.tsv --n 20 --simulations 10",
            plan__yaml=small.PLAN, cohort__tsv=small.COHORT),
        *(_of(f"page: {name.replace('__', '.')}", page, name.replace("__", "."), **trial) for name in sorted(trial)),
    ]  # fmt: skip


def region_readers() -> list[Reader]:
    """BED, interval lists, FASTA, gene models, depths."""
    den = "denominator --targets t.bed --coding g.gff3 --tumor-coverage c.bed.gz --regions r.bed --denominator d.tsv"
    deep = "".join(f"chr1\t{start}\t{start + 50}\t{start % 70}\n" for start in range(0, 1000, 50))
    return [
        _of("BED", small.B, t__bed="track name=x\nchr1\t1\t5\tx\nchr1\t7\t9\ty\n", g__fa=small.FA),
        _of("interval list", small.B, t__bed="@HD\tVN:1\n@SQ\tSN:chr1\tLN:20\nchr1\t2\t5\t+\tx\n", g__fa=small.FA),
        _of("FASTA", small.B, g__fa=small.FA, t__bed="chr1\t1\t5\n"),
        _of("index of FASTA", small.B, "g.fa.fai", g__fa=small.FA, t__bed="chr1\t1\t5\n", g__fa__fai="chr1\t20\t6\t10\t11\n"),
        _of("GFF3", small.C, a__gff3="##gff-version 3\n" + GFF),
        _of("GTF", small.C.replace("a.gff3", "a.gtf"), a__gtf=GTF),
        _of("GTF, packed", small.C.replace("a.gff3", "a.gtf.gz"), a__gtf__gz=bgzip(GTF.encode())),
        _of("mosdepth's per-base", den, "c.bed.gz", t__bed="chr1\t100\t400\n", g__gff3=GFF, c__bed__gz=bgzip(deep.encode())),
        _of("BED of a denominator", den, "t.bed g.gff3", t__bed="chr1\t100\t400\n", g__gff3=GFF, c__bed__gz=bgzip(deep.encode())),
    ]  # fmt: skip


def quality_readers() -> list[Reader]:
    """Reports of samtools, fastp, mosdepth, Picard; GATK's contamination and pileups."""
    reports = HERE / "data" / "quality" / "HCC1395"
    names = {
        "stats": ("stats.txt", "--stats", "T1.txt"),
        "fastp's JSON": ("L3.json", "--trimming", "T1/L3.json"),
        "HsMetrics": ("hs_metrics.txt", "--hs-metrics", "T1.txt"),
    }
    sheet = "patient\tsample\tstatus\tfastq_1\nP1\tT1\ttumor\tx.fq\n"
    call = "qc --samples s.tsv --qc q.tsv {}"
    found = []
    for kind, (source, option, name) in names.items():
        given = name.split("/")[0] if option == "--trimming" else name
        found.append(
            Reader(
                kind,
                call.format(f"{option} {given}"),
                {"s.tsv": sheet.encode(), name: (reports / source).read_bytes()},
                (name,),
            )
        )
    depth = {"s.tsv": sheet.encode(), "T1.mosdepth.summary.txt": (reports / "summary.txt").read_bytes(),
             "T1.thresholds.bed.gz": bgzip((reports / "thresholds.bed").read_bytes())}  # fmt: skip
    words = "--depth T1.mosdepth.summary.txt --thresholds T1.thresholds.bed.gz"
    found += [
        Reader(f"mosdepth's {one.split('.')[-3 if one.endswith('gz') else -2]}", call.format(words), depth, (one,))
        for one in depth
        if one != "s.tsv"
    ]
    read = {"s.tsv": sheet.encode(), "T1.txt": (reports / "stats.txt").read_bytes()}
    read["dup/T1.txt"] = (reports / "duplicates.txt").read_bytes()
    found.append(Reader("duplicates", call.format("--stats T1.txt --duplicates dup/T1.txt"), read, ("dup/T1.txt",)))
    found.append(_of("contamination", call.format("--contamination c.tsv"), "c.tsv", s__tsv=sheet,
                     c__tsv="sample\tcontamination\terror\tsites\tapplied\nT1\t0.01\t0.002\t300\tyes\n"))  # fmt: skip
    return found


def sequence_readers() -> list[Reader]:
    """What `check` looks at before a run: config, sheet, FASTQ, BAM, CRAM, reference with its index."""
    check, sheet = small.CH, "patient\tsample\tstatus\tlane\tfastq_1\tfastq_2\tbam\n"
    genome = ">chr1\n" + "ACGTA" * 200 + "\n"
    reference = {"c__yaml": CONFIG, "g__fa": genome, "t__bed": "chr1\t100\t400\n", "g__gff3": GFF}
    first, second = (
        "".join(f"@q{number}\n{bases * 10}\n+\n{'FFFF:' * 10}\n" for number in range(40))
        for bases in ("ACGTA", "TTACG")
    )
    bam = tool("samtools", "view", "-b", "--no-PG", "-", given=(SAM + READS).encode())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "g.fa").write_text(genome)
        cram = tool(
            "samtools",
            "view",
            "-C",
            "--no-PG",
            "-T",
            f"{folder}/g.fa",
            "-",
            given=(SAM + READS).replace("\tM5:d41d8cd98f00b204e9800998ecf8427e", "").encode(),
        )
    own = sheet + "P1\tT\ttumor\t1\t\t\t{0}\n"
    reads = sheet + "P1\tT\ttumor\t1\ta.fq.gz\tb.fq.gz\t\n"
    return [
        _of("config", check, c__yaml=SETTINGS, s__tsv=small.SAM + "P1\tT1\ttumor\t\t\t\t\ta.vcf\n", a__vcf=small.VCF),
        _of("sample sheet", check, "s.tsv", c__yaml=CONFIG.replace("fasta: g.fa, targets: t.bed, genes: g.gff3", "assumed_bp: 30000000"),
            s__tsv=small.SAM + "P1\tT1\ttumor\t\t\t\t\ta.vcf\n", a__vcf=small.VCF),
        _of("FASTQ, packed", check, "a.fq.gz b.fq.gz", **reference, s__tsv=reads, a__fq__gz=bgzip(first.encode()), b__fq__gz=gzip.compress(second.encode(), mtime=0)),
        _of("FASTQ", check, "a.fq", **reference, s__tsv=reads.replace(".gz", ""), a__fq=first, b__fq=second),
        _of("BAM", check, "b.bam", **reference, s__tsv=own.format("b.bam"), b__bam=bam),
        _of("CRAM", check, "b.cram", **reference, s__tsv=own.format("b.cram"), b__cram=cram),
        _of("reference in check", check, "g.fa g.fa.fai t.bed g.gff3", **reference, g__fa__fai="chr1\t1000\t6\t1000\t1001\n", s__tsv=own.format("b.bam"), b__bam=bam),
    ]  # fmt: skip


def run_readers() -> list[Reader]:
    """What a run leaves: journal, benchmarks."""
    journal = "\n".join(map(json.dumps, JOURNAL)) + "\n"
    benchmark = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\tjobid\trule_name\n12.5\t0:00:12\t800.1\t1\t1\t1\t0\t0\t90\t11\t1\talign\n"
    return [
        Reader("journal", "status .", {".snakemake/journal.jsonl": journal.encode(), "a.log": b"no\n"}, (".snakemake/journal.jsonl",)),
        Reader("log of a failed job", "status .", {".snakemake/journal.jsonl": journal.encode(), "a.log": b"[E::x] no\nwhat\n"}, ("a.log",)),
        Reader("benchmarks", "resources .", {"results/benchmarks/align/T1.tsv": benchmark.encode()}, ("results/benchmarks/align/T1.tsv",)),
    ]  # fmt: skip


def example_readers(data: Path) -> list[Reader]:
    """The commands whose input other commands write: each input in turn, as those wrote it, cut to its first lines."""
    found = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        command_examples.prepare(folder, data)
        known = command_examples.examples(data)
        for command in ("tmb", "maf", "concordance", "pictures", "cohort", "compare", "explain"):
            example = replace(known[command], params={} if command == "maf" else known[command].params)
            files: dict[str, bytes] = {}
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.stat().st_size < 2_000_000:
                    name = str(path.relative_to(folder))
                    files[name] = _cut(path)
            given = [
                str(path)
                for value in example.inputs.values()
                for path in (value if isinstance(value, list) else [value])
            ]
            spoiled = [name for name in files if any(name == one or name.startswith(f"{one}/") for one in given)]
            if command == "explain":
                spoiled = [name for name in files if name.startswith("run/T1.variants.tsv")]
            if command == "tmb":
                spoiled.append("run/T1.variants.json")
            words = command_examples.line(example, Path(), Path("made"))
            if any(str(data) in word for word in words) or not spoiled:
                continue
            found += [
                Reader(f"example of {command}: {name}", " ".join([command, *words]), files, (name,)) for name in spoiled
            ]
    return found


def _cut(path: Path) -> bytes:
    if path.suffix == ".gz":
        return gzip.compress(top(path, 25), mtime=0)
    return top(path, 40) if path.suffix in (".tsv", ".bed") else path.read_bytes()


GROUPS: dict[str, Callable[[Path], list[Reader]]] = {
    "variants": variants_readers,
    "clinical": lambda _: clinical_readers(),
    "analysis": lambda _: analysis_readers(),
    "regions": lambda _: region_readers(),
    "quality": lambda _: quality_readers(),
    "sequences": lambda _: sequence_readers(),
    "runs": lambda _: run_readers(),
    "examples": example_readers,
}
"""By name, with the folder of real data."""


def readers(data: Path, wanted: str = ".") -> list[Reader]:
    """Every reader whose name matches, once for each of its files that are changed.

    Examples take seconds to make, and are made where all readers are wanted, or those with `example` in their name.
    """
    from more_readers import more_readers

    examples = wanted == "." or "example" in wanted.partition("(?!")[0]
    groups = [group for name, group in GROUPS.items() if name != "examples" or examples]
    found = [reader for group in (*groups, more_readers) for reader in group(data)]
    each = [
        reader._replace(spoiled=(name,), kind=reader.kind if len(reader.spoiled) == 1 else f"{reader.kind}: {name}")
        for reader in found
        for name in reader.spoiled
    ]
    return [reader for reader in each if re.search(wanted, reader.kind)]
