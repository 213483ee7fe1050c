"""Burden from a VCF: this program, a bare cyvcf2 loop, what the table costs at least, and pyTMB, on the same files in the same run.

    .venv/bin/python benchmarks/tmb/bench.py [--pytmb X/bin/pyTMB] [--records 100000] [--rounds 5] [--folder OUT]

Prints one line per program and file: wall and processor seconds (the lowest of all rounds), peak memory of its largest
process, how many times as fast it is (wall, then processor seconds; the median of the ratios within a round) as each of
the others, and what it counted. In a round each program runs once. All run on one core, to which the benchmark binds itself.
pyTMB is run as a program from an environment of its own (`python -m venv X && X/bin/pip install pytmb-curie`), twice: with
its own vep.yml, which names no INFO field and therefore never looks at a consequence, and with that file changed in three
places so that it reads them from CSQ. Without --pytmb it is left out.
"""
# ruff: noqa: E501

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

HERE = Path(__file__).resolve()
DATA = Path(os.environ.get("BIOMARKERS_DATA", HERE.parents[3] / "shared" / "data"))
OTHERS = ("cyvcf2", "pyTMB")
"""How the names of the programs begin that others are compared with."""
SUBFIELDS = "Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|EXON|INTRON|HGVSc|HGVSp|CDS_position|CANONICAL|gnomAD_AF"
TERMS = (
    "missense_variant",
    "synonymous_variant",
    "intron_variant",
    "stop_gained",
    "splice_region_variant&intron_variant",
    "3_prime_UTR_variant",
)
BARE = """
import sys
from cyvcf2 import VCF
n = 0
vcf = VCF(sys.argv[1])
tumor = vcf.samples.index(sys.argv[2])
for v in vcf:
    passed, csq, ad, dp = v.FILTER is None, v.INFO.get("CSQ"), v.format("AD"), v.format("DP")
    n += passed
print(n)
"""
FLOOR = """
import gc, gzip, hashlib, sys
gc.set_threshold(100_000)
import cyclopts
from pysam import VariantFile
path, tumor, table, made = sys.argv[1:]
vcf, ranks, told = VariantFile(path), {}, gzip.open(table).read()
column = 9 + list(vcf.header.samples).index(tumor)
for record in vcf:
    cells = str(record).split("\t")
    chrom, pos, _, ref, alt, _, status, info = cells[:8]
    reads, start = cells[column].split(":"), info.find("CSQ=") + 4
    blocks = [block.split("|", 4) for block in info[start : info.find(";", start)].split(",")]
    worst = min([ranks.setdefault(block[1], len(ranks)) for block in blocks])
with open(path, "rb") as handle:
    hashlib.file_digest(handle, "md5")
with gzip.GzipFile("", "wb", 1, open(made, "wb"), mtime=0) as out:
    for start in range(0, len(told), 500_000):
        out.write(told[start : start + 500_000])
"""
"""What the table costs at least: asks for what it needs, ranks the terms, and writes its bytes as they stand in `table`."""


def made_up(path: Path, records: int, transcripts: int = 8) -> None:
    """A VCF of `records` variants with `transcripts` CSQ blocks each; seeded, so always the same."""
    import pysam

    chance = random.Random(1)
    with pysam.BGZFile(str(path), "wb") as out:
        out.write(
            '##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description="x">\n##FILTER=<ID=weak,Description="x">\n'
            '##contig=<ID=chr1,length=248956422>\n##INFO=<ID=DP,Number=1,Type=Integer,Description="x">\n'
            f'##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: {SUBFIELDS}">\n'
            '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">\n'
            '##FORMAT=<ID=AF,Number=A,Type=Float,Description="x">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">\n'
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\tN\n".encode()
        )
        for i in range(records):
            gene = f"GENE{i // 50}"
            blocks = ",".join(
                f"T|{chance.choice(TERMS)}|MODERATE|{gene}|ENSG{i // 50:011}|Transcript|ENST{i // 50 * 8 + t:011}.1|protein_coding|{t + 1}/9||"
                f"ENST{t:011}.1:c.{i}C>T|ENSP{t:011}.1:p.Arg{i % 900 + 1}His|{i % 900 + 1}/2700|{'YES' if t == 0 else ''}|1e-06"
                for t in range(transcripts)
            )
            alt, depth = chance.randint(0, 40), chance.randint(15, 120)
            out.write(
                f"chr1\t{1000 + i * 20}\t.\tC\tT\t.\t{chance.choice(('PASS', 'PASS', 'weak'))}\tDP={depth};CSQ={blocks}\tGT:AD:AF:DP\t"
                f"0/1:{depth},{alt}:{alt / (depth + alt):.3f}:{depth + alt}\t0/0:50,0:0.0:50\n".encode()
            )


class Run(NamedTuple):
    """Wall and processor time of one run in seconds, peak memory in MB, and what was printed."""

    seconds: float
    processor: float
    peak: int
    text: str


def run(command: list[str]) -> Run:
    """Runs a program once."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        text = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    seconds = time.perf_counter() - start
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, text.strip())


def in_turn(commands: dict[str, list[str]], rounds: int) -> dict[str, list[Run]]:
    """Runs of each program, one a round, after a round that warms the caches.

    Programs take turns, since the speed of a shared machine changes within seconds.
    """
    found = [{name: run(command) for name, command in commands.items()} for _ in range(rounds + 1)][1:]
    return {name: [one[name] for one in found] for name in commands}


def reading_csq(settings: Path, folder: Path) -> Path:
    """PyTMB's own vep.yml, told that the consequence is the second subfield of CSQ and that `&` joins its terms."""
    text = (settings / "vep.yml").read_text()
    text = text.replace("tag: ''", "tag: 'CSQ'").replace("sep: '|'", "sep: '&'").replace("  Consequence:", "  1:")
    changed = folder / "pytmb_vep_csq.yml"
    changed.write_text(text)
    return changed


def shown(text: str) -> str:
    """The count in what a program printed."""
    lines = [line.strip() for line in text.splitlines()]
    return " ".join(line for line in lines if line.isdigit() or "merino_wes" in line or "after filters" in line)


def line(file: str, program: str, runs: list[Run], others: list[list[Run]] | None = None) -> None:
    """Print a row: the lowest seconds, and the median over the rounds of how many times as fast as each other it was."""
    wall, processor = (
        " ".join(f"{median(a[at] / b[at] for a, b in zip(other, runs, strict=True)):5.2f}" for other in others or [])
        for at in (0, 1)
    )
    print(
        f"{file[:24]:<24} {program:<24} {min(one.seconds for one in runs):7.2f} {min(one.processor for one in runs):7.2f}"
        f" {max(one.peak for one in runs):5}  {wall:<17}  {processor:<17}  {shown(runs[-1].text)}",
        flush=True,
    )


def programs(path: Path, tumor: str, table: Path, pytmb: Path | None, folder: Path) -> dict[str, list[str]]:
    """Command by name; what reads our table last."""
    own = [str(Path(sys.executable).with_name("biomarkers")), "variants", "--vcf", str(path), "--tumor-sample", tumor]
    whole = ["--definition", "merino_wes", "--variants", str(table)]
    commands = {"cyvcf2 loop": [sys.executable, "-c", BARE, str(path), tumor]}
    if pytmb:
        settings = next(pytmb.parents[1].glob("lib/python*/site-packages/config"))
        for name, config in (
            ("pyTMB, its own vep.yml", settings / "vep.yml"),
            ("pyTMB, reading CSQ", reading_csq(settings, folder)),
        ):
            commands[name] = [
                str(pytmb.with_name("python")), str(pytmb), "-i", str(path), "--sample", tumor,
                "--effGenomeSize", "32100000", "--vaf", "0.05", "--minDepth", "25", "--minAltDepth", "3",
                "--filterLowQual", "--filterNonCoding", "--filterSyn",
                "--dbConfig", str(config), "--varConfig", str(settings / "mutect2.yml"),
            ]  # fmt: skip
    floor = [sys.executable, "-c", FLOOR, str(path), tumor, str(table), str(folder / "floor.tsv.gz")]
    return commands | {"biomarkers, table": [*own, *whole], "needed fields, no rules": floor}


def many_small(folder: Path, files: int = 1000, records: int = 20) -> None:
    """One call for many VCFs against as many calls, of which ten are measured."""
    small = folder / "small"
    small.mkdir(exist_ok=True)
    first = small / "0.vcf.gz"
    made_up(first, records)
    paths = [first, *(small / f"{number}.vcf.gz" for number in range(1, files))]
    for path in paths[1:]:
        path.write_bytes(first.read_bytes())
    program = str(Path(sys.executable).with_name("biomarkers"))

    def call(some: list[Path]) -> list[str]:
        tables = [str(path).replace(".vcf.gz", ".variants.tsv.gz") for path in some]
        names = [f"S{number}" for number in range(len(some))]
        vcfs = [str(path) for path in some]
        options = ["--tumor-sample", *["T"] * len(some), "--sample", *names, "--variants", *tables]
        return [program, "variants", "--vcf", *vcfs, *options]

    for name, several, times in (("one call", paths, 1), (f"one of {files} calls", paths[:1], 3)):
        line(f"{len(several)} x {records} records", f"biomarkers, {name}", in_turn({name: call(several)}, times)[name])


def main() -> None:
    """Read the options, measure, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pytmb", type=Path)
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--folder", type=Path, default=Path("benchmark"))
    chosen = options.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    files = []
    for records in (chosen.records // 10, chosen.records):
        path = chosen.folder / f"made_up_{records}.vcf.gz"
        made_up(path, records)
        files.append((path, "T"))
    files.append((DATA / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz", "HCC1395_TUMOR_DNA"))
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    against = "cyvcf2, pyTMB's own, pyTMB reading CSQ" if chosen.pytmb else "cyvcf2"
    print(f"times as fast, by wall and by processor seconds, as: {against}")
    print(
        f"{'file':<24} {'program':<24} {'wall s':>7} {'cpu s':>7} {'MB':>5}  {'by wall':<17}  {'by cpu':<17}  counted"
    )
    for path, tumor in files:
        table = chosen.folder / "T.variants.tsv.gz"
        # Under load wall seconds say little, and processor seconds grow too: compare within a file.
        print(f"load {os.getloadavg()[0]:.1f}")
        found = in_turn(programs(path, tumor, table, chosen.pytmb, chosen.folder), chosen.rounds)
        told = json.loads(table.with_name("T.variants.json").read_text())["counts"]
        others = [runs for name, runs in found.items() if name.startswith(OTHERS)]
        for name, runs in found.items():
            if name.startswith(OTHERS):
                line(path.name, name, runs)
            else:
                counted = str(told["merino_wes"]) if name.startswith("biomarkers") else ""
                line(path.name, name, [one._replace(text=counted) for one in runs], others)
    many_small(chosen.folder)


if __name__ == "__main__":
    main()
