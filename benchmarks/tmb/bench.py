"""Burden from a VCF: this program, a bare cyvcf2 loop and pyTMB, on the same files in the same run.

    .venv/bin/python benchmarks/tmb/bench.py [--pytmb X/bin/pyTMB] [--records 100000] [--folder OUT]

Prints one line per program and file: seconds (best of three), peak memory, variants counted. pyTMB is run as a
program from an environment of its own (`python -m venv X && X/bin/pip install pytmb-curie`); without it that line is left out.
"""
# ruff: noqa: E501

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve()
DATA = Path(os.environ.get("BIOMARKERS_DATA", HERE.parents[3] / "shared" / "data"))
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
COUNT = """
import sys
from biomarkers.burden.definitions import built_in
from biomarkers.variants import hotspots, stream
from biomarkers.variants.eligibility import Rules, Territory
job = stream.Job(vcf=sys.argv[1], tumor=sys.argv[2], sample="T", patient="P")
print(stream.count(job, [built_in()["merino_wes"]], Rules(), stream.Area(Territory(), (), ""), hotspots.none())["merino_wes"])
"""


def made_up(path: Path, records: int, transcripts: int = 8) -> None:
    """A VCF of `records` variants with `transcripts` CSQ blocks each; seeded, so always the same."""
    import pysam

    chance = random.Random(1)
    with pysam.BGZFile(str(path), "wb") as out:
        out.write(
            '##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description="x">\n##FILTER=<ID=weak,Description="x">\n'
            "##contig=<ID=chr1,length=248956422>\n"
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


def measured(command: list[str], times: int = 3) -> tuple[float, int, str]:
    """Best wall time in seconds, peak memory in MB of the last run, and what it printed."""
    best, peak, text = float("inf"), 0, ""
    for _ in range(times):
        start = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            text = process.stdout.read() if process.stdout else ""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
        best, peak = min(best, time.perf_counter() - start), usage.ru_maxrss // 1024
    return best, peak, text.strip()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pytmb", type=Path)
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument("--folder", type=Path, default=Path("benchmark"))
    chosen = options.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    large = chosen.folder / f"made_up_{chosen.records}.vcf.gz"
    if not large.exists():
        made_up(large, chosen.records)
    files = [(large, "T"), (DATA / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz", "HCC1395_TUMOR_DNA")]
    print(f"cores {os.cpu_count()}, open files {resource.getrlimit(resource.RLIMIT_NOFILE)[0]}")
    print(f"{'file':<24} {'program':<24} {'seconds':>8} {'MB':>6}  printed")
    for path, tumor in files:
        table = chosen.folder / "T.variants.tsv.gz"
        commands = {
            "cyvcf2 loop": [sys.executable, "-c", BARE, str(path), tumor],
            "biomarkers, count": [sys.executable, "-c", COUNT, str(path), tumor],
            "biomarkers variants": [
                str(Path(sys.executable).with_name("biomarkers")), "variants", "--vcf", str(path),
                "--tumor-sample", tumor, "--variants", str(table),
            ],
        }  # fmt: skip
        if chosen.pytmb:
            settings = next(chosen.pytmb.parents[1].glob("lib/python*/site-packages/config"))
            commands["pyTMB"] = [
                str(chosen.pytmb.with_name("python")), str(chosen.pytmb), "-i", str(path), "--sample", tumor,
                "--effGenomeSize", "32100000", "--vaf", "0.05", "--minDepth", "25", "--minAltDepth", "3",
                "--filterLowQual", "--filterNonCoding", "--filterSyn",
                "--dbConfig", str(settings / "vep.yml"), "--varConfig", str(settings / "mutect2.yml"),
            ]  # fmt: skip
        for name, command in commands.items():
            seconds, peak, text = measured(command, 1 if name == "pyTMB" else 3)
            shown = " ".join(line for line in text.splitlines() if "TMB" in line or line.isdigit())
            print(f"{path.name[:24]:<24} {name:<24} {seconds:8.2f} {peak:6}  {shown}", flush=True)


if __name__ == "__main__":
    main()
