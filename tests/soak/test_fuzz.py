"""`make soak`: files that were changed at random end in a result or in sentences, never in a fault of the program.

Each reader has FUZZ_SECONDS of processor time (600), in an order that FUZZ_SEED gives.
"""

# ruff: noqa: E501
from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from small_inputs import (
    AS,
    CH,
    COHORT,
    EN,
    FA,
    IM,
    MAFH,
    MAFR,
    PATIENTS,
    PD,
    PDH,
    PLAN,
    SAM,
    VCF,
    B,
    C,
    G,
    M,
    S,
    V,
)

pytestmark = [pytest.mark.slow, pytest.mark.soak, pytest.mark.timeout(4 * 3600)]

SECONDS, SEED = float(os.environ.get("FUZZ_SECONDS", "600")), int(os.environ.get("FUZZ_SEED", "1"))
BASE = [
    (V.format("T"), {"a.vcf": VCF}, "a.vcf"),
    (M, {"a.maf": MAFH + MAFR + MAFR.replace("P1", "P2")}, "a.maf"),
    (
        PD,
        {
            "patients.tsv": PATIENTS,
            "p.tsv": PDH + "P1\tS1\t2023-12-01\t22C3\tTPS\t50\nP1\tS2\t2023-12-01\tSP263\tTPS\t1-49\n",
        },
        "p.tsv",
    ),
    (
        EN.format(""),
        {
            "patients.tsv": "patient\ttreatment_start\tdeath_date\tlast_alive_date\tlast_dose\nP1\t2024-01-10\t2024-05-01\t2024-05-01\t2024-03\n"
        },
        "patients.tsv",
    ),
    (
        EN.format("--assessments a.tsv"),
        {
            "patients.tsv": PATIENTS,
            "a.tsv": "patient\tdate\tresponse\tevaluator\nP1\t2024-02-01\tPR\tx\nP1\t2024-03-15\tPD\tx\n",
        },
        "a.tsv",
    ),
    (
        EN.format("--lesions l.tsv"),
        {
            "patients.tsv": PATIENTS,
            "l.tsv": "patient\tdate\tlesion\trole\tsite\tnodal\tdiameter_mm\tstatus\nP1\t2023-12-20\tL1\ttarget\tlung\t0\t30\t\nP1\t2024-03-01\tL1\ttarget\tlung\t0\t10\t\n",
        },
        "l.tsv",
    ),
    (
        EN.format("--adverse-events a.tsv"),
        {
            "patients.tsv": PATIENTS,
            "a.tsv": "patient\tterm\tsoc\tgrade\tonset\tend\trelated\tserious\taction\nP1\trash\tskin\t3\t2024-01-05\t2024-02-01\tyes\tno\tnone\n",
        },
        "a.tsv",
    ),
    (AS, {"cohort.tsv": COHORT, "plan.yaml": PLAN + "covariates: [age]\ngenes: {min_carriers: 3}\n"}, "plan.yaml"),
    (AS, {"cohort.tsv": COHORT, "plan.yaml": PLAN}, "cohort.tsv"),
    (
        IM,
        {
            "m.yaml": "missing: [x]\npatients: {file: x.csv, columns: {patient: ID, pfs_months: {from: PFS, unit: days}, treatment_start: {from: S, date_format: DD.MM.YYYY}}, keep: all}\n",
            "x.csv": "ID,PFS,S,age\nP1,30,01.02.2024,50\nP2,40,03.02.2024,60\n",
        },
        "m.yaml",
    ),
    (
        IM,
        {
            "m.yaml": "patients: {file: x.csv, columns: {patient: ID, pfs_months: {from: PFS, unit: days}, treatment_start: {from: S, date_format: DD.MM.YYYY}}, keep: all}\n",
            "x.csv": "ID,PFS,S,age\nP1,30,01.02.2024,50\nP2,40,03.02.2024,60\n",
        },
        "x.csv",
    ),
    (B, {"t.bed": "track name=x\nchr1\t1\t5\tx\nchr1\t7\t9\ty\n", "g.fa": FA}, "t.bed"),
    (B, {"t.bed": "chr1\t1\t5\n", "g.fa": FA}, "g.fa"),
    (C, {"a.gff3": "##gff-version 3\n" + G}, "a.gff3"),
    (
        CH,
        {
            "c.yaml": S + "reference: {assumed_bp: 30000000}\n",
            "s.tsv": SAM + "P1\tT1\ttumor\t\t\t\t\ta.vcf\n",
            "a.vcf": VCF,
        },
        "s.tsv",
    ),
    (
        CH,
        {
            "c.yaml": S
            + "reference: {assumed_bp: 30000000}\nburden: {vaf: 0.1, definitions: [nonsynonymous]}\nqc: {fold_80: {warn: 2}}\nendpoints: {data_cutoff: 2024-01-01}\njobs: {max_minutes: 50}\n",
            "s.tsv": SAM + "P1\tT1\ttumor\t\t\t\t\ta.vcf\n",
            "a.vcf": VCF,
        },
        "c.yaml",
    ),
    (
        CH,
        {
            "c.yaml": S + "reference: {assumed_bp: 30000000}\n",
            "s.tsv": SAM + "P1\tT1\ttumor\t\t\t\t\ta.vcf\n",
            "a.vcf": VCF,
        },
        "a.vcf",
    ),
]
BITS = [
    b"\0",
    b"\xff\xfe",
    b"\t",
    b"\n",
    b"\r",
    b'"',
    b"'",
    b"NA",
    b"-1",
    b"1e400",
    b"nan",
    b"inf",
    b"99999999999999999999",
    b"=1+1",
    b"\xe2\x80\xae",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"&a",
    b"*a",
    b"!!python/object",
    b"%",
    b"$(x)",
    b"../",
    b"0000-00-00",
    b"9999-12-31",
    b"2024",
    b"1,5",
    b";",
    b",",
    b"#",
    b"<",
    b">",
    b"|",
    b"null",
    b"true",
    b"~",
    b"\xef\xbb\xbf",
    b" ",
    b".",
    b"/",
]
"""What is put into a file, or in place of a part of it."""


def changed(data: bytes, chance: random.Random) -> bytes:
    """The file with some bytes replaced, put in, left out or repeated, or with its lines in another order."""
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        start = chance.randrange(len(data) + 1)
        end = start + chance.randrange(1, 40)
        middle = chance.choice([bytes([chance.randrange(256)]), chance.choice(BITS), b"", data[start:end] * 2, None])
        if middle is None:
            lines = data.split(b"\n")
            chance.shuffle(lines)
            data = b"\n".join(lines)
        else:
            data = data[:start] + middle + data[chance.choice([start, end]) :]
    return data


@pytest.mark.parametrize(
    ("words", "files", "which"), BASE, ids=[f"{words.split()[0]}-{which}" for words, _, which in BASE]
)
def test_a_changed_file_is_no_fault_of_the_program(tmp_path, monkeypatch, capsys, words, files, which):
    chance, begun, tried = random.Random(SEED), time.process_time(), 0
    while time.process_time() - begun < SECONDS:
        folder = tmp_path / "work"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        monkeypatch.chdir(folder)
        for name, text in files.items():
            Path(name).write_bytes(changed(text.encode(), chance) if name == which else text.encode())
        status, said = run(words.split()), capsys.readouterr()
        tried += 1
        assert status in (0, 1, 2) and "likely a fault" not in said.err, f"{said.err}\n{Path(which).read_bytes()!r}"
    print(f"{tried} files")
