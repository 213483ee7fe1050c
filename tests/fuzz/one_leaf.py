"""One value of a right YAML file replaced by a hostile text: `python one_leaf.py [NAMES]` prints what becomes of it.

Plan, config and mapping: the program may refuse the text by file and line, or read it by a rule that is told here:
as a number that YAML 1.1 writes so, or, where the key is a text, as that text. What may not be is printed with `FAULT`.
"""

# ruff: noqa: E501

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import judge  # noqa: E402
from one_cell import print_all, tables, told_of  # noqa: E402
from readers import Reader, _of  # noqa: E402
from ruamel.yaml import YAML  # noqa: E402

import small_inputs as small  # noqa: E402

HOSTILE = (
    *(
        "1_000",
        "0x10",
        "inf",
        "1e400",
        "2020-13-01",
        "#REF!",
        "=1+1",
        "5\x00",
        "5 6",
        "1,5",
        "44000",
        "x",
        "NA",
        "--",
        "\u00a0",
        "\u200b",
        "nan",
    ),
    *(
        "NULL",
        "-",
        ".",
        "+5",
        "5%",
        "\u200b5",
        "\ufeff5",
        "5.0",
        "\uff15",
        "5e0",
        "1e3",
        "\u22125",
        "-5",
        "<1",
        "TRUE",
        "no",
        "20201201",
    ),
    *("", "~", "010", "1:30", ".inf", ".nan", "[]", "{}", "'5'", "!!str 5", "*a"),
)
"""What stands in place of a value, as a person may write it: not in quotes."""


FEW = ("2020-12-01", "5\x00")
"""Those of the slow test."""


def files() -> dict[str, Reader]:
    """A plan, a config and a mapping with many of the keys that they may have."""
    known = tables()
    cohort = known["cohort"].reader.files["cohort.tsv"]
    plan = (
        "title: a trial\nseed: 1\nprimary: {marker: tmb_per_mb, endpoint: response, cut: {at: 4, side: '>='}, method: fisher}\n"
        "secondary: [{marker: pdl1, endpoint: response}]\n"
        "endpoints:\n  response: {kind: binary, column: responder}\n  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}\n"
        "markers:\n  tmb_per_mb: {kind: continuous, transform: log2p1, cutpoints: [{at: median, side: '>'}]}\n"
        "  pdl1: {kind: continuous, per: 10}\n  smoker: {kind: binary}\n"
        "covariates: [age]\nstrata: []\nmann_whitney: exact\ngenes: {min_carriers: 1, consequences: nonsynonymous}\nsubset: {smoker: 1}\n"
    )
    config = (
        "clinical: {patients: patients.tsv, assessments: a.tsv, pdl1: p.tsv}\nplan: plan.yaml\n"
        "endpoints: {confirmed: false, censoring: fda, visit_interval_days: 56, data_cutoff: 2024-08-01, minimum_sd_days: 42, confirmation_days: 28, response_within_days: 365, evaluator: investigator, orr_null: 0.1, milestones: {pfs: [3, 6]}, horizon_months: {pfs: 24}, adverse_event_days: 30}\n"
        "pdl1: {score_type: TPS, assays: [22C3], window_days: 400, unit: percent, cutoffs: [1, 50]}\n"
        "report: {title: x, anonymous: false}\nmissing_words: [unclear]\n"
    )
    mapping = (
        "missing: [xx]\npatients:\n  file: f.csv\n  decimal: '.'\n  columns:\n    patient: ID\n    treatment_start: {from: Start, date_format: DD.MM.YYYY}\n"
        "    best_response: {from: BOR, values: {voll: CR, teils: PR}}\n    pfs_months: {from: PFS, unit: days}\n    pfs_event: {from: CNSR, cnsr: true}\n"
        "  keep: [ECOG]\n  where: {Arm: {not: C}}\nassessments:\n  file: f.csv\n  columns: {patient: ID, date: {from: Scan, first_day: 1, date_format: YYYY-MM-DD}, response: {value: SD}}\n"
    )
    foreign = "ID,Start,BOR,PFS,CNSR,ECOG,Arm,Scan\nP1,05.01.2024,voll,100,0,1,A,2024-03-01\nP2,06.01.2024,teils,250,1,0,B,2024-03-02\n"
    mapping = mapping.replace("first_day: 1, ", "")
    small_plan = "primary: {marker: pdl1, endpoint: response, cut: {at: 20, side: '>='}}\nendpoints: {response: {kind: binary, column: responder}}\nmarkers: {pdl1: {kind: continuous}}\n"
    sheets = {
        "patients__tsv": known["patients"].reader.files["patients.tsv"],
        "a__tsv": known["assessments"].reader.files["a.tsv"],
        "p__tsv": known["pdl1"].reader.files["p.tsv"],
    }
    ends = " --config c.yaml"
    return {
        "plan": _of("plan", small.AS + " --memberships mm.tsv", "plan.yaml", cohort__tsv=cohort, plan__yaml=plan),
        "config": _of(
            "config", "check" + ends + " --jobs j.json", "c.yaml", c__yaml=config, plan__yaml=small_plan, **sheets
        ),
        "mapping": _of("mapping", "import --mapping m.yaml --out out", "m.yaml", m__yaml=mapping, f__csv=foreign),
    }


def leaves(node: Any, key: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every scalar that is no key, with its key."""
    if node.id == "scalar":
        yield key, node
    for place, one in enumerate(node.value if node.id == "sequence" else ()):
        yield from leaves(one, (*key, str(place)))
    for name, one in node.value if node.id == "mapping" else ():
        yield from leaves(one, (*key, name.value))


def became(reader: Reader, folder: Path, tokens: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Of each value and each text what became of it; what may not be begins with FAULT."""
    text = reader.files[reader.spoiled[0]].decode()
    right = judge.called(reader, text.encode(), folder)
    if right.status or right.fault:
        raise ValueError(f"{reader.kind}: {right.said}{right.fault}")
    for key, node in [*leaves(YAML(typ="safe").compose(text))]:
        for token in tokens:
            changed = text[: node.start_mark.index] + token + text[node.end_mark.index :]
            done = judge.called(reader, changed.encode(), folder)
            name = ".".join(key)
            yield name, token, _verdict(done, right, name)


def _verdict(done: judge.Outcome, right: judge.Outcome, key: str) -> str:
    """A refusal names a file and line, or the key itself."""
    told = told_of(done.said, right.said)
    if done.fault:
        return f"FAULT {done.fault.splitlines()[0]}"
    if done.status:
        placed = re.search(r"[a-z]\.(yaml|csv|tsv):\d+\b", done.said) or key in done.said
        return f"refused: {told}" if placed and done.status == 2 else f"FAULT refused elsewhere: {told}"
    return f"same: {told}" if done.made == right.made else f"otherwise: {told}"


def main(wanted: str = ".", tokens: Iterable[str] = HOSTILE) -> int:
    """Print all; the number of faults."""
    return print_all(files(), became, wanted, tokens)


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
