"""Made-up files as each caller writes them, against what was drawn before they were written.

The oracle is the draw itself: reads of tumor and normal, and what the caller is to take the ALT for. The ways of writing
follow public files: vcf2maf (VarScan, MuSE, SomaticSniper, RADIA, MuTect 1, Strelka 1, pindel), bioinform/somaticseq
(Mutect2, VarDict, LoFreq, Scalpel, Strelka 2, SomaticSeq), megSAP (DRAGEN, DeepSomatic, umiVar2), cancerit (CaVEMan,
cgpPindel), sigven/pcgr, umccr/vcf_stuff (SAGE, TSO 500), BALSAMIC (TNscope); ClairS, Octopus, Lancet: their sources.
"""
# ruff: noqa: E501 (rows as they stand in files)

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from biomarkers.errors import InputError
from biomarkers.settings import Counting
from biomarkers.variants.callers.reader import Reader
from biomarkers.variants.vcf import open_vcf, records

BASES = "ACGT"


@dataclass
class Draw:
    """One record; per ALT: tumor reads, normal reads. kind and word: what the caller says of the record."""

    ref: str
    alts: list[str]
    reads: list[int]
    rest: int
    normal_reads: list[int]
    normal_rest: int
    kind: str
    word: str
    passes: bool

    @property
    def depth(self) -> int:
        return self.rest + sum(self.reads)

    @property
    def normal_depth(self) -> int:
        return self.normal_rest + sum(self.normal_reads)

    def bases(self, normal: bool = False) -> dict[str, int]:
        reads, rest = (self.normal_reads, self.normal_rest) if normal else (self.reads, self.rest)
        return dict.fromkeys(BASES, 0) | {self.ref: rest} | dict(zip(self.alts, reads, strict=True))

    def ad(self, normal: bool = False) -> str:
        reads, rest = (self.normal_reads, self.normal_rest) if normal else (self.reads, self.rest)
        return ",".join(map(str, [rest, *reads]))

    def expected(self, per_allele: bool) -> list[str]:
        """By hand: of several ALTs one that the normal has is germline, unless the caller judged each."""
        found = []
        for reads in self.normal_reads:
            shown = reads >= 5 and reads / self.normal_depth >= 0.2
            odd = shown and len(self.alts) > 1 and not per_allele and self.kind in ("somatic", "")
            found.append("germline" if odd else self.kind)
        return found


Row = tuple[str, str, str, str, str]
"""FILTER, INFO, FORMAT, tumor's cells, normal's cells."""


@dataclass
class Caller:
    """How a caller writes; words: what it says, by kind. several: it writes more than one ALT. columns: tumor's, normal's."""

    row: Callable[[Draw], Row]
    header: str = ""
    words: tuple[tuple[str, str], ...] = (("", ""),)
    several: bool = False
    columns: tuple[str, ...] = ("NORMAL", "TUMOR")
    per_allele: bool = False
    normal: bool = True
    exact: bool = True
    own: bool = True
    """Its records are known without its header."""


def halves(number: int) -> tuple[int, int]:
    return number // 3, number - number // 3


def strands(draw: Draw, normal: bool = False) -> str:
    rest = draw.normal_rest if normal else draw.rest
    reads = sum(draw.normal_reads if normal else draw.reads)
    return ",".join(map(str, [*halves(rest), *halves(reads)]))


def status(draw: Draw, bad: str = "weak") -> str:
    return "PASS" if draw.passes else bad


def varscan(d: Draw) -> Row:
    def cells(n: bool) -> str:
        reads, rest = (d.normal_reads[0], d.normal_rest) if n else (d.reads[0], d.rest)
        return f"0/1:.:{reads + rest}:{rest}:{reads}:{100 * reads / (reads + rest):.2f}%:{strands(d, n)}"

    flag = "SOMATIC;" if d.word == "2" else ""
    info = f"DP={d.depth + d.normal_depth};{flag}SS={d.word};SSC=10;GPV=1E0;SPV=1E-3"
    return status(d, "str10"), info, "GT:GQ:DP:RD:AD:FREQ:DP4", cells(False), cells(True)


def vardict(d: Draw) -> Row:
    def cells(n: bool) -> str:
        reads, rest = (d.normal_reads[0], d.normal_rest) if n else (d.reads[0], d.rest)
        one, two = halves(reads)
        three, four = halves(rest)
        return f"0/1:{reads + rest}:{reads}:{one},{two}:{three},{four}:{d.ad(n)}:{reads / (reads + rest):.4f}"

    return status(d, "p8;d5"), f"STATUS={d.word};SAMPLE=T;SSF=0.1", "GT:DP:VD:ALD:RD:AD:AF", cells(False), cells(True)


def sniper(d: Draw) -> Row:
    def cells(n: bool) -> str:
        counts = ",".join(str(d.bases(n)[base]) for base in BASES)
        depth = d.normal_depth if n else d.depth
        return f"0/1:0/1:{depth}:{strands(d, n)}:{counts}:30:30:{'1' if n else d.word}:9"

    return ".", ".", "GT:IGT:DP:DP4:BCOUNT:GQ:JGQ:SS:SSC", cells(False), cells(True)


def radia(d: Draw) -> Row:
    def cells(n: bool) -> str:
        reads, rest = (d.normal_reads, d.normal_rest) if n else (d.reads, d.rest)
        depth = rest + sum(reads)
        shares = ",".join(f"{count / depth:.2f}" for count in [rest, *reads])
        return f"0/1:{depth}:{d.ad(n)}:{shares}:{'0' if n else d.word}:0"

    return status(d, "dnmntb"), f"MT=SOM;ORIGIN=DNA;SS={d.word}", "GT:DP:AD:AF:SS:SSC", cells(False), cells(True)


def muse(d: Draw) -> Row:
    tumor, normal = f"0/1:{d.depth}:{d.ad()}:30:{d.word}", f"0/0:{d.normal_depth}:{d.ad(True)}:30:."
    return status(d, "Tier5"), "SOMATIC", "GT:DP:AD:BQ:SS", tumor, normal


def mutect1(d: Draw) -> Row:
    def cells(n: bool) -> str:
        reads, depth = (d.normal_reads[0], d.normal_depth) if n else (d.reads[0], d.depth)
        end = (":0" if n else ":2") if d.passes else ""
        return f"{'0' if n else '0/1'}:{d.ad(n)}:30:{depth}:{reads / depth:.3f}{end}"

    form = "GT:AD:BQ:DP:FA" + (":SS" if d.passes else "")
    return status(d, "REJECT"), "SOMATIC;VT=SNP" if d.passes else ".", form, cells(False), cells(True)


def octopus(d: Draw) -> Row:
    share = d.reads[0] / d.depth
    if d.word:
        tumor = f"0|0|1:{d.depth}:60:0,0,1:{(1 - share) / 3:.6f},{2 * (1 - share) / 3:.6f},{share:.6f}:PASS"
        return status(d, "FRF"), "AC=1;DP=9;MP=9;PP=99;SOMATIC", "GT:DP:MQ:HSS:MAP_HF:FT", tumor, ""
    return status(d, "FRF"), "AC=1;DP=9;MP=9;PP=99", "GT:DP:MQ:PQ:FT", f"0|1:{d.depth}:60:9:PASS", ""


def lofreq(d: Draw) -> Row:
    info = f"DP={d.depth};AF={d.reads[0] / d.depth:.6f};SB=2;DP4={strands(d)};SOMATIC;UQ=50"
    return status(d, "sb_fdr"), info, "", "", ""


def pisces(d: Draw) -> Row:
    flags = f"GermlineFilterDatabase={d.word.split()[0]};GermlineFilterProxi={d.word.split()[1]}"
    cells = f"0/1:100:{d.ad()}:{d.depth}:{d.reads[0] / d.depth:.5f}:30"
    return status(d, "LowDP"), f"DP={d.depth};{flags};CodingVariant=True", "GT:GQ:AD:DP:VF:NL", cells, ""


def dragen(d: Draw) -> Row:
    def cells(n: bool) -> str:
        reads, depth = (d.normal_reads, d.normal_depth) if n else (d.reads, d.depth)
        return f"0/1:9.1:{d.ad(n)}:{','.join(f'{r / depth:.4f}' for r in reads)}:{depth}:1,1,1,1:1,1,1,1"

    info = "DP=99;MQ=60" + (f";GermlineStatus={d.word}" if d.word and d.passes else "")
    return status(d, "weak_evidence"), info, "GT:SQ:AD:AF:DP:SB:MB", cells(False), cells(True)


def simple(form: str, info: str = "DP=9", bad: str = "weak") -> Callable[[Draw], Row]:
    """Callers that write AD with the reference first; the FORMAT's other fields are filled by name."""

    def row(d: Draw) -> Row:
        def cells(n: bool) -> str:
            reads, depth = (d.normal_reads, d.normal_depth) if n else (d.reads, d.depth)
            shares = ",".join(f"{r / depth:.4f}" for r in reads)
            known = {"GT": "0/1", "AD": d.ad(n), "DP": str(depth), "AF": shares, "VAF": shares, "DP4": strands(d, n)}
            known |= {"RO": d.ad(n).split(",")[0], "AO": ",".join(map(str, reads)), "SS": "2", "AC": str(reads[0])}
            return ":".join(known.get(key, "1") for key in form.split(":"))

        said = info.replace("{word}", d.word).strip(";") or "."
        return status(d, bad), said, form, cells(False), cells(True)

    return row


def strelka_snv(d: Draw) -> Row:
    def cells(n: bool) -> str:
        counts = ":".join(f"{d.bases(n)[base]},{d.bases(n)[base] + 2}" for base in BASES)
        return f"{d.normal_depth if n else d.depth}:0:0:0:{counts}"

    return status(d, "LowEVS"), "SOMATIC;NT=ref;SGT=CC->CT", "DP:FDP:SDP:SUBDP:AU:CU:GU:TU", cells(False), cells(True)


def strelka_indel(d: Draw) -> Row:
    def cells(n: bool) -> str:
        reads, rest = (d.normal_reads[0], d.normal_rest) if n else (d.reads[0], d.rest)
        return f"{reads + rest}:9:{rest},{rest + 3}:{reads},{reads + 1}:7,9"

    return status(d, "LowEVS"), "SOMATIC;NT=ref;SGT=ref->het", "DP:DP2:TAR:TIR:TOR", cells(False), cells(True)


def caveman(d: Draw) -> Row:
    def cells(n: bool) -> str:
        counts = [halves(d.bases(n)[base]) for base in BASES]
        return f"0|1:{':'.join(str(one) for one, _ in counts)}:{':'.join(str(two) for _, two in counts)}:0.1"

    form = "GT:FAZ:FCZ:FGZ:FTZ:RAZ:RCZ:RGZ:RTZ:PM"
    return status(d, "DTH;MN"), f"DP={d.depth + d.normal_depth};MP=1.0;GP=0.0", form, cells(False), cells(True)


def caveman_old(d: Draw) -> Row:
    def cells(n: bool) -> str:
        return f"0|1:{':'.join(str(d.bases(n)[base]) for base in BASES)}:0.1"

    return status(d, "DTH"), f"DP={d.depth + d.normal_depth};MP=1.0", "GT:AA:CA:GA:TA:PM", cells(False), cells(True)


def cgppindel(d: Draw) -> Row:
    def cells(n: bool) -> str:
        one, two = halves(d.normal_reads[0] if n else d.reads[0])
        three, four = halves(d.normal_depth if n else d.depth)
        return f"./.:1:2:0:0:6:9:{three}:{four}:{one}:{two}"

    return status(d, "F012;F015"), "PC=D;LEN=2", "GT:PP:NP:PB:NB:PD:ND:PR:NR:PU:NU", cells(False), cells(True)


def clairs(d: Draw) -> Row:
    mine = f"{d.depth}:{d.reads[0] / d.depth:.4f}:0,{d.reads[0]}"
    normal = f"{d.normal_reads[0] / d.normal_depth:.4f}:{d.normal_depth}:{d.ad(True)}"
    return status(d, "LowQual"), "F", "GT:GQ:DP:AF:AD:NAF:NDP:NAD", f"0/1:9:{mine}:{normal}", ""


def pcgr(d: Draw) -> Row:
    info = f"TDP={d.depth};TVAF={d.reads[0] / d.depth:.6f};CDP={d.normal_depth};"
    return status(d), info + f"CVAF={d.normal_reads[0] / d.normal_depth:.6f};TAL=mutect2", "GT", "0/1", ""


SS = (("reference", "0"), ("germline", "1"), ("somatic", "2"), ("loh", "3"), ("unknown", "5"), ("unknown", "77"))
STATUSES = (("somatic", "StrongSomatic"), ("somatic", "LikelySomatic"), ("germline", "Germline"), ("loh", "StrongLOH"),
            ("loh", "LikelyLOH"), ("germline", "AFDiff"), ("unknown", "SampleSpecific"), ("unknown", "Wonderful"))  # fmt: skip
ORIGINS = (("somatic", "Somatic"), ("germline", "Germline_DB"), ("germline", "Germline_Proxi"), ("unknown", "Other"),
           ("blood", "Somatic_Putative_CH"))  # fmt: skip
FLAGS = (("somatic", "False False"), ("germline", "True False"), ("germline", "False True"), ("unknown", "False 2"))
DECLARED = '##INFO=<ID={},Number=1,Type=String,Description="x">\n'
ONE = ("TUMOR",)
AS_FILTER = '##source=Mutect2\n##INFO=<ID=AS_FilterStatus,Number=A,Type=String,Description="x">\n'
MUTECT = simple("GT:AD:AF:DP:F1R2:F2R1:SB", "DP=9;TLOD=9")
CALLERS = {
    "varscan": Caller(varscan, "##source=VarScan2\n", SS),
    "vardict": Caller(vardict, "", STATUSES, columns=("T", "N")),
    "sniper": Caller(sniper, "", SS, several=True),
    "radia": Caller(radia, "##source=\"Radia pipeline\"\n", SS, several=True, columns=("DNA_NORMAL", "DNA_TUMOR", "RNA_TUMOR")),
    "muse": Caller(muse, "##MuSE_version=\"v1.0rc\"\n", (("somatic", "2"),), several=True, columns=("TUMOR", "NORMAL"), own=False),
    "tcga": Caller(simple("GT:DP:AD:SS"), "##tcgaversion=1.1\n", (("somatic", "2"),), several=True),
    "mutect1": Caller(mutect1),
    "octopus": Caller(octopus, "##octopus=<version=0.7.1>\n", (("somatic", "SOMATIC"), ("germline", "")), columns=ONE, normal=False, exact=False),
    "lofreq": Caller(lofreq, "##source=LoFreq call\n", (("somatic", ""),), columns=(), normal=False),
    "pisces": Caller(pisces, "", FLAGS, columns=ONE, normal=False),
    "dragen alone": Caller(dragen, "##DRAGENCommandLine=<ID=dragen>\n", ORIGINS, columns=ONE, normal=False),
    "dragen": Caller(dragen, "##DRAGENCommandLine=<ID=dragen>\n", several=True),
    "scalpel": Caller(simple("GT:AD:DP", "{word};COVSTATE=1;BESTSTATE=1;INH=no"), "", (("somatic", "SOMATIC"),)),
    "lancet": Caller(simple("GT:AD:SR:SA:DP", "{word};FETS=9"), "##source=lancet 1.1.0, October 18 2019\n",
                     (("somatic", "SOMATIC"), ("germline", "SHARED"), ("germline", "NORMAL")), own=False),
    "freebayes of bcbio": Caller(simple("GT:DP:AD:RO:QR:AO:QA", "ODDS=9;{word}", "REJECT"), "##source=freeBayes v1.3.6\n",
                                 (("somatic", "SOMATIC"), ("unknown", "")), several=True),
    "strelka snv": Caller(strelka_snv, "##content=strelka somatic snv calls\n"),
    "strelka indel": Caller(strelka_indel, "##content=strelka somatic indel calls\n"),
    "caveman": Caller(caveman, "##cavemanVersion=1.15.1\n", columns=("NORMAL", "TUMOUR")),
    "old caveman": Caller(caveman_old, columns=("NORMAL", "TUMOUR")),
    "cgppindel": Caller(cgppindel, columns=("NORMAL", "TUMOUR")),
    "clairs": Caller(clairs, "##source=ClairS\n", columns=("SAMPLE",)),
    "sage": Caller(simple("GT:AD:AF:DP:RC_CNT"), "##sageVersion=3.4\n", columns=("N", "RNA", "T")),
    "somaticseq": Caller(simple("GT:DP4:CD4:VAF", "SOMATIC;NUM_TOOLS=4"), "##SomaticSeq=v3.9.0\n"),
    "neusomatic": Caller(simple("GT:DP:RO:AO:AF", "SCORE=0.9"), "##NeuSomatic Version=0.2.1\n", columns=ONE, normal=False, own=False),
    "pcgr": Caller(pcgr, columns=("T_N",)),
    "deepsomatic": Caller(simple("GT:GQ:DP:AD:VAF:PL", ".", "GERMLINE"), "##DeepVariant_version=1.9.0\n##FILTER=<ID=GERMLINE,Description=\"x\">\n",
                          columns=ONE, normal=False, own=False),
    "umivar": Caller(simple("GT:DP:AC:AF:M_REF:M_AC"), columns=ONE, normal=False),
    "mutect2": Caller(MUTECT, "##source=Mutect2\n", several=True, own=False),
    "mutect2 by allele": Caller(MUTECT, AS_FILTER, several=True, per_allele=True, own=False),
    "tnscope": Caller(simple("GT:AD:AF:DP:ALTHC:QSS"), "##SentieonCommandLine.TNscope=<ID=TNscope>\n", columns=("TUMOR", "NORMAL"), own=False),
}  # fmt: skip
UNMARKED = {
    "freebayes": Caller(simple("GT:DP:AD:RO:QR:AO:QA", "ODDS=9"), "##source=freeBayes v1.3.6\n"),
    "freebayes, fields taken away": Caller(simple("GT:DP:AO:GQ"), "##source=FreeBayes v1.0\n"),
    "haplotypecaller": Caller(simple("GT:AD:DP:GQ:PL", "MLEAC=1;ExcessHet=3"), ""),
    "genotyped": Caller(simple("GT:AD:DP:GQ:PL"), "##GATKCommandLine=<ID=GenotypeGVCFs>\n"),
    "dnascope": Caller(simple("GT:AD:DP:GQ:PL"), "##SentieonCommandLine.DNAscope=<ID=DNAscope>\n"),
    "deepvariant": Caller(simple("GT:GQ:DP:AD:VAF:PL"), "##DeepVariant_version=1.5.0\n"),
    "glnexus": Caller(simple("GT:DP:AD:GQ:PL:RNC"), "##GLnexusVersion=v1.4.1\n"),
    "strelka germline": Caller(simple("GT:GQ:GQX:DP:DPF:AD"), "##content=strelka germline small-variant calls\n"),
    "bcftools": Caller(simple("GT:PL:DP:AD"), "##bcftools_callCommand=call -mv\n"),
    "pisces": Caller(simple("GT:GQ:AD:DP:VF:NL"), "##source=Pisces 5.2.10\n"),
    "ion torrent": Caller(simple("GT:DP:FDP:RO:FRO:AO:FAO:AF"), "##source=\"tvc 5.12\"\n"),
    "platypus": Caller(simple("GT:GL:GOF:GQ:NR:NV"), "##source=Platypus_Version_0.8.1\n"),
    "vardict alone": Caller(simple("GT:DP:VD:AD:AF:RD:ALD", "HICNT=1;REFBIAS=1:1"), "##source=VarDict_v1.8.2\n"),
    "varscan alone": Caller(simple("GT:GQ:SDP:DP:RD:AD:FREQ", "ADP=9;WT=0;HET=1;HOM=0;NC=0"), "##source=VarScan2\n"),
    "dragen alone": Caller(dragen, "##DRAGENCommandLine=<ID=dragen>\n", columns=ONE),
    "lofreq alone": Caller(simple("", "DP=50;AF=0.2;SB=1;DP4=20,20,5,5"), "##source=lofreq call\n", columns=()),
    "octopus alone": Caller(simple("GT:DP:MQ:PQ:FT", "MP=9;PP=9"), "##octopus=<version=0.7.1>\n", columns=ONE),
    "varlociraptor": Caller(simple("DP:AF:OBS", "PROB_ABSENT=9;PROB_SOMATIC_TUMOR=0.1"), ""),
    "manta": Caller(simple("PR:SR", "SVTYPE=DEL;SOMATIC"), "##source=GenerateSVCandidates 1.6.0\n"),
    "clair3": Caller(simple("GT:GQ:DP:AD:AF"), "##source=Clair3\n", columns=ONE),
}  # fmt: skip


def draw(rng: random.Random, caller: Caller) -> Draw:
    ref, *others = rng.sample(BASES, 4)
    number = 2 if caller.several and rng.random() < 0.4 else 1
    reads = [rng.randint(0, 60) for _ in range(number)]
    kind, word = rng.choice(caller.words)
    normal = [rng.choice([0, 1, 4, 5, 6, 40]) for _ in range(number)]
    rest = rng.randint(1, 90)
    return Draw(ref, others[:number], reads, rest, normal, rng.choice([10, 20, 60]), kind, word, rng.random() < 0.8)


def lines(caller: Caller, draws: list[Draw], columns: tuple[str, ...], start: int = 1) -> list[str]:
    found = []
    for number, one in enumerate(draws, start):
        filtered, info, form, tumor, normal = caller.row(one)
        cells = ["chr1", str(number), ".", one.ref, ",".join(one.alts), ".", filtered, info]
        if columns:
            cells.append(form)
        for column in columns:
            is_normal = column in ("NORMAL", "DNA_NORMAL", "N")
            cells.append(normal if is_normal else "." if "RNA" in column else tumor)
        found.append("\t".join(cells))
    return found


def write(path: Path, header: str, columns: tuple[str, ...], rows: list[str]) -> str:
    top = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", *(["FORMAT"] if columns else []), *columns]
    path.write_text("##fileformat=VCFv4.2\n" + header + "\t".join(top) + "\n" + "\n".join(rows) + "\n")
    return str(path)


def tumor_and_normal(columns: tuple[str, ...]) -> tuple[str, str]:
    tumors, normals = ("TUMOR", "TUMOUR", "T", "DNA_TUMOR", "SAMPLE", "T_N"), ("NORMAL", "DNA_NORMAL", "N")
    return next((c for c in columns if c in tumors), ""), next((c for c in columns if c in normals), "")


def check(path: str, columns: tuple[str, ...], made: list[tuple[Caller, Draw]]) -> None:
    tumor, normal = tumor_and_normal(columns)
    header, source = open_vcf(path)
    reader = Reader(header, Counting())
    for (caller, one), record in zip(made, records(header, source, tumor, "", normal), strict=True):
        way = reader.way(record.format, record.info)
        passes = record.filter == "PASS" or (way.dialect.unfiltered and record.filter == ".")
        said = [reader.said(way, record, alt, passes).kind for alt in range(len(one.alts))]
        where = (way.dialect.name, record)
        assert said == one.expected(caller.per_allele), where
        for alt in range(len(one.alts)):
            found = way.of(record.sample, record.info, record.alts, alt)
            if caller.exact:
                assert found[:2] == (one.depth, one.reads[alt]), where
                share = one.reads[alt] / one.depth
                assert found.vaf == pytest.approx(share, abs=1e-6), where
            if caller.normal:
                there = reader.normal(way, record, alt)
                assert there[:2] == (one.normal_depth, one.normal_reads[alt]), where


@pytest.mark.parametrize(
    ("name", "headed"),
    [(name, headed) for name, one in CALLERS.items() for headed in (True, False) if headed or one.own],
)
def test_what_a_caller_says(name: str, headed: bool, tmp_path: Path) -> None:
    caller, rng = CALLERS[name], random.Random(f"{name}{headed}")
    draws = [draw(rng, caller) for _ in range(80)]
    if name == "dragen alone":
        draws = [one if one.passes else Draw(**{**vars(one), "kind": "unknown"}) for one in draws]
    if name == "mutect1":
        draws = [Draw(**{**vars(one), "kind": "somatic" if one.passes else ""}) for one in draws]
    path = write(
        tmp_path / "a.vcf", caller.header if headed else "", caller.columns, lines(caller, draws, caller.columns)
    )
    check(path, caller.columns, [(caller, one) for one in draws])


@pytest.mark.parametrize("seed", range(20))
def test_callers_in_one_file(seed: int, tmp_path: Path) -> None:
    """Ensembles hold records of several callers under headers of them all, or of another one."""
    rng = random.Random(seed)
    names = [name for name, caller in CALLERS.items() if caller.own and len(caller.columns) == 2]
    chosen = rng.sample(sorted(names), 4)
    header = "".join(sorted({CALLERS[name].header for name in chosen}))
    header += rng.choice(["", "##source=Mutect2\n", "##source=VarScan2\n"])
    made, rows = [], []
    for number in range(1, 41):
        caller = CALLERS[rng.choice(chosen)]
        one = draw(rng, caller)
        if caller.row is mutect1:
            one.kind = "somatic" if one.passes else ""
        made.append((caller, one))
        rows += lines(caller, [one], ("NORMAL", "TUMOR"), number)
    check(write(tmp_path / "a.vcf", header, ("NORMAL", "TUMOR"), rows), ("NORMAL", "TUMOR"), made)


def declared(rows: list[str]) -> str:
    """Header lines of all fields, as lists whose length is not said."""
    line, found = '##{}=<ID={},Number={},Type={},Description="x">\n', {"##contig=<ID=chr1>\n"}
    for cells in (row.split("\t") for row in rows):
        found |= {line.format("INFO", part.split("=")[0], *(".,String" if "=" in part else "0,Flag").split(","))
                  for part in cells[7].split(";") if part != "."}  # fmt: skip
        found |= {line.format("FORMAT", key, "1" if key == "GT" else ".", "String") for key in cells[8].split(":")}
        found |= {
            f'##FILTER=<ID={name},Description="x">\n' for name in cells[6].split(";") if name not in ("PASS", ".")
        }
    return "".join(sorted(found))


@pytest.mark.skipif(shutil.which("bcftools") is None, reason="bcftools splits the sites")
@pytest.mark.parametrize("name", [name for name, caller in CALLERS.items() if caller.several])
def test_a_split_site_says_the_same(name: str, tmp_path: Path) -> None:
    """`bcftools norm -m-any` does not split fields whose Number is a dot, as most of these callers write."""
    caller, rng = CALLERS[name], random.Random(name)
    draws = [draw(rng, caller) for _ in range(60)]
    rows = lines(caller, draws, caller.columns)
    path = write(tmp_path / "a.vcf", caller.header + declared(rows), caller.columns, rows)
    split = str(tmp_path / "b.vcf")
    command = ["bcftools", "norm", "-m-any", "--old-rec-tag", "OLD_REC", "-o", split, path]
    subprocess.run(command, check=True, capture_output=True)
    tumor, normal = tumor_and_normal(caller.columns)
    header, source = open_vcf(split)
    reader, found = Reader(header, Counting()), []
    for record in records(header, source, tumor, "", normal):
        way = reader.way(record.format, record.info)
        said = reader.said(way, record, 0, passes=True).kind
        found.append((record.alts, way.of(record.sample, record.info, record.alts, 0)[:2], said))
    expected = []
    for one in draws:
        for alt, kind, reads in zip(one.alts, one.expected(caller.per_allele), one.reads, strict=True):
            expected.append(([alt], (one.depth, reads), kind))
    assert found == expected


@pytest.mark.parametrize("name", UNMARKED)
def test_a_file_without_a_mark_is_refused(name: str, tmp_path: Path) -> None:
    caller, rng = UNMARKED[name], random.Random(name)
    draws = [draw(rng, caller) for _ in range(20)]
    path = write(tmp_path / "a.vcf", caller.header, caller.columns, lines(caller, draws, caller.columns))
    header, source = open_vcf(path)
    reader = Reader(header, Counting())
    for record in records(header, source, caller.columns[-1] if caller.columns else ""):
        reader.said(reader.way(record.format, record.info), record, 0, record.filter == "PASS")
    with pytest.raises(InputError, match=r"records hold \d+ by .*calling.somatic"):
        reader.check()
