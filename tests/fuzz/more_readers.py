"""Further readers: tables of the page made from their schemas, what tmb, cohort and associate take beside, a whole trial in check."""

# ruff: noqa: E501

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

from readers import Reader, _of

import small_inputs as small
from biomarkers.io import schemas

PAGE = [
    "exclusions",
    "agreement",
    "steps",
    "responses",
    "design",
    "readers",
    "discordant",
    "presets",
    "adverse_event_times",
    "sensitivity",
    "power",
    "null_hits",
    "models",
    "curves",
    "cutpoint_profiles",
    "visits",
    "mutations",
    "qc",
    "concordance",
    "pdl1",
    "assessments",
    "patients",
]
"""Options of `report` whose table no other reader has, by the name of their schema or as `OF` says."""
OF = {"steps": "denominator_steps", "pdl1": "pdl1_selected"}
CLINIC = (
    "samples: s.tsv\nplan: plan.yaml\nreference: {assumed_bp: 30000000}\nendpoints: {evaluator: x}\nclinical: {patients: patients.tsv, assessments: a.tsv, lesions: l.tsv, "
    "adverse_events: e.tsv, pdl1: p.tsv, features: f.tsv, sequenced: q.tsv}\n"
)


def example(schema: str) -> bytes:
    """A table of two rows of patients P1 and P2, each cell the first thing that its column may have."""
    rules: dict[str, Any] = schemas.load(schema)["properties"]
    out = io.StringIO()
    rows = csv.writer(out, delimiter="\t", lineterminator="\n")
    rows.writerow(rules)
    for number in range(1, 3 if len(schemas.load(schema).get("x-key", [])) < 3 else 2):
        rows.writerow([_cell(name, rule, number) for name, rule in rules.items()])
    return out.getvalue().encode()


def _cell(name: str, rule: dict[str, Any], number: int) -> object:
    if "enum" in rule:
        return rule["enum"][0]
    if rule.get("format") == "date":
        return f"2024-0{number}-10"
    least = rule.get("minimum", rule.get("exclusiveMinimum", 0))
    kinds = {"integer": max(number, least), "number": min(least + number / 4, rule.get("maximum", 1000))}
    text = f"P{number}" if name == "patient" else f"x{number}"
    return kinds.get(rule["type"], text)


def page_readers() -> list[Reader]:
    """A page of two patients and the one table."""
    cohort = "patient\tresponder\ttmb_per_mb\tpfs_months\tpfs_event\nP1\t1\t5\t3\t1\nP2\t0\t3\t8\t0\n"
    found = []
    for option in PAGE:
        words = f"report --cohort cohort.tsv --{option.replace('_', '-')} x.tsv --page p.html"
        found.append(
            _of(f"page of two: {option}", words, "x.tsv", cohort__tsv=cohort, x__tsv=example(OF.get(option, option)))
        )
    record = {
        "version": "0.1.0",
        "commit": "x",
        "files": [{"path": "a.tsv", "md5": "0" * 32, "by": "given", "sources": []}],
        "settings": {"vaf": 0.05},
    }
    found.append(
        _of(
            "page of two: record",
            "report --cohort cohort.tsv --record r.json --page p.html",
            "r.json",
            cohort__tsv=cohort,
            r__json=json.dumps(record),
        )
    )
    return found  # fmt: skip


def beside_readers() -> list[Reader]:
    """What tmb, cohort, endpoints, variants and associate read beside their own input."""
    mutations = (
        "patient\tgene\tconsequence\nP1\tTP53\tmissense_variant\nP2\tTP53\tstop_gained\nP3\tKRAS\tsynonymous_variant\n"
    )
    plan = small.PLAN + "genes: {min_carriers: 1}\n"
    whole = f"{small.AS.replace('g.tsv', 'groups.tsv')} --mutations m.tsv"
    trial = {"m__tsv": mutations, "plan__yaml": plan, "cohort__tsv": small.COHORT}
    vcf = small.V.format("T")
    variants = example("variants").replace(b"P2", b"P1")
    columns, *rows = [line.split(b"\t") for line in variants.splitlines()]
    shown = {b"filter": b"PASS", b"exclusion": b"", b"counted_in": b"nonsynonymous"}
    rows = [[shown.get(name, cell) for name, cell in zip(columns, row, strict=True)] for row in rows]
    variants = b"".join(b"\t".join(row) + b"\n" for row in (columns, *rows))
    tmb = "tmb --variants T.variants.tsv --assumed-bp 30000000 --definition nonsynonymous --tmb t.tsv"
    given = {"T__variants__tsv": variants}
    cohort = "cohort --patients patients.tsv --cohort c.tsv --flow fl.tsv"
    patients = "patient\ttreatment_start\tage\nP1\t2024-01-01\t50\nP2\t2024-01-02\t60\n"
    rich = (
        "title: x\nseed: 1\nprimary: {marker: tmb_per_mb, endpoint: response, cut: {at: 4, side: '>='}, method: fisher}\nsecondary: [{marker: pdl1, endpoint: response}]\n"
        "endpoints:\n  response: {kind: binary, column: responder}\n  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}\n"
        "markers:\n  tmb_per_mb: {kind: continuous, transform: log2p1, cutpoints: [{at: median, side: '>'}]}\n  pdl1: {kind: continuous}\n"
        "  smoker: {kind: binary}\n  histology: {kind: categorical}\n  ic: {kind: ordinal, levels: [IC0, IC1, IC2]}\n"
        "covariates: [age]\nstrata: [smoker]\nmann_whitney: auto\n"
    )
    chance = random.Random(
        2
    )  # Of 32 patients whose columns hang on nothing: few patients apart take the models seconds.
    trial_of_many = (
        "patient\tresponder\ttmb_per_mb\tpdl1\tage\tsmoker\thistology\tic\tpfs_months\tpfs_event\n"
        + "".join(
            f"P{n}\t{chance.randrange(2)}\t{chance.randrange(1, 30) / 2}\t{chance.randrange(100)}\t{chance.randrange(40, 80)}\t{chance.randrange(2)}"
            f"\t{chance.choice('ab')}\tIC{chance.randrange(3)}\t{chance.randrange(1, 40) / 2}\t{int(chance.random() < 0.7)}\n"
            for n in range(1, 33)
        )
    )
    return [
        _of("sequenced", f"{whole} --sequenced q.tsv", "q.tsv", q__tsv="patient\tsequenced\nP1\t1\nP2\t1\nP3\t1\nP4\t0\n", **trial),
        _of("gene panels", f"{whole} --gene-panels g.tsv", "g.tsv", g__tsv="gene_panel\tgene\nA\tTP53\nA\tKRAS\nB\tTP53\n",
            **trial | {"cohort__tsv": small.COHORT.replace("\tage", "\tgene_panel").replace("\t60", "\tA").replace("\t70", "\tB").replace("\t50", "\tA").replace("\t55", "\tB")}),
        _of("gene panel of cBioPortal", f"{whole} --gene-panels data_gene_panel_A.txt", "data_gene_panel_A.txt", data_gene_panel_A__txt="stable_id: A\ndescription: x\ngene_list:\tTP53\tKRAS\n",
            **trial | {"cohort__tsv": "patient\tresponder\ttmb_per_mb\tgene_panel\nP1\t1\t5\tA\nP2\t0\t3\tA\nP3\t1\t8\tA\nP4\t0\t2\tA\n"}),
        _of("GMT", f"{whole} --gene-sets s.gmt", "s.gmt", s__gmt="ddr\thttp://x\tTP53\tKRAS\nras\tna\tKRAS\n", **trial),
        _of("table of gene sets", f"{whole} --gene-sets s.tsv", "s.tsv", s__tsv="set\tgene\nddr\tTP53\nddr\tKRAS\n", **trial),
        _of("rich plan", f"{small.AS} --memberships mm.tsv --models mo.tsv", "plan.yaml", plan__yaml=rich, cohort__tsv=trial_of_many),
        _of("rich cohort", f"{small.AS} --memberships mm.tsv --models mo.tsv", "cohort.tsv", plan__yaml=rich, cohort__tsv=trial_of_many),
        _of("variants of tmb", tmb, "T.variants.tsv", **given),
        _of("purity", f"{tmb} --purity p.tsv", "p.tsv", p__tsv="sample\tpurity\nx1\t0.4\nx2\t0.9\n", **given),
        _of("quality of tmb", f"{tmb} --qc q.tsv", "q.tsv", q__tsv="sample\tstatus\treasons\nx1\twarn\tdepth\nx2\tpass\t\n", **given),
        _of("calibration", f"{tmb} --calibration c.tsv --assay A", "c.tsv", c__tsv="assay\tslope\tintercept\tsource\nA\t1.1\t0.2\tx\n", **given),
        _of("burdens of cohort", f"{cohort} --tmb t.tsv", "t.tsv", t__tsv=example("tmb"), patients__tsv=patients),
        _of("samples of cohort", f"{cohort} --samples s.tsv", "s.tsv", s__tsv=small.SAM + "P1\tT1\ttumor\t\t\t\t\ta.vcf\n", patients__tsv=patients),
        _of("mutations of cohort", f"{cohort} --mutations m.tsv", "m.tsv", m__tsv=mutations.replace("P3", "P1"), patients__tsv=patients),
        _of("a sheet of cohort", f"{cohort} --sheets z.tsv", "z.tsv", z__tsv="patient\tscore\nP1\t4\nP2\t5\n", patients__tsv=patients),
        _of("regions of variants", f"{vcf} --regions r.bed", "r.bed", a__vcf=small.VCF, r__bed="chr1\t50\t200\n"),
        _of("patients of variants", f"{small.M} --patients patients.tsv", "patients.tsv", a__maf=small.MAFH + small.MAFR, patients__tsv="patient\nP1\nP2\n"),
        _of("sheet of sarek", "handover --samples s.csv --out out --outdir sarek", s__csv="patient,sex,status,sample,lane,fastq_1,fastq_2\nP1,XX,1,T1,L1,a.fq.gz,b.fq.gz\n",
            a__fq__gz=b"x", b__fq__gz=b"x"),
    ]  # fmt: skip


def trial_readers() -> list[Reader]:
    """Each sheet of a whole small trial in check."""
    files = {
        "c__yaml": CLINIC,
        "plan__yaml": small.PLAN.replace("tmb_per_mb", "score") + "genes: {min_carriers: 1}\n",
        "patients__tsv": "patient\ttreatment_start\tdeath_date\tlast_alive_date\tage\nP1\t2024-01-01\t2024-05-01\t2024-05-01\t50\nP2\t2024-01-12\t\t2024-06-01\t60\n",
        "a__tsv": "patient\tdate\tresponse\tevaluator\nP1\t2024-02-01\tPR\tx\nP1\t2024-03-15\tPD\tx\n",
        "l__tsv": small.LESIONS,
        "e__tsv": small.EVENTS,
        "p__tsv": small.PDH + "P1\tS1\t2023-12-01\t22C3\tTPS\t50\n",
        "f__tsv": "patient\tscore\tx\nP1\t1.5\ta\nP2\t2\tb\n",
        "q__tsv": "patient\tsequenced\nP1\t1\nP2\t1\n",
        "s__tsv": small.SAM + "P1\tT1\ttumor\t\t\t\t\ta.vcf\n",
        "a__vcf": small.VCF,
    }
    preset = {
        "files": {"fasta": {"url": "https://host.invalid/g.fa", "bytes": 1000, "md5": "0" * 32, "source": "none"}},
        "contigs": {"chr1": {"genes": "1", "bases": 1000}},
    }
    named = [name.replace("__", ".") for name in files if name != "a__vcf"]
    return [
        *(_of(f"trial in check: {name}", small.CH, name, **files) for name in named),
        _of("preset", small.CH, "own.yaml", c__yaml="samples: s.tsv\nreference: {preset: own.yaml, assumed_bp: 30000000}\n", own__yaml=json.dumps(preset, indent=1),
            s__tsv=files["s__tsv"], a__vcf=small.VCF),
    ]  # fmt: skip


def more_readers(_: Path) -> list[Reader]:
    """All of these."""
    return [*page_readers(), *beside_readers(), *trial_readers()]
