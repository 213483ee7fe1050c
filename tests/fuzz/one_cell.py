"""One cell of a right table replaced by a hostile one: `python one_cell.py [NAMES OF TABLES]` prints what becomes of it.

Whatever the cell, the program may refuse it by file, line and its text; take it as missing and say so; read it as what
`TOKENS` gives (a told rule); or, in a column of text, show it. It may never make another number of it, nor change a row
of another patient. What may not be is printed with `FAULT`, and the exit status is 1.
"""

# ruff: noqa: E501

from __future__ import annotations

import csv
import io
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import judge  # noqa: E402
from readers import Reader, _of  # noqa: E402

import small_inputs as small  # noqa: E402

TOKENS: dict[str, tuple[str, ...]] = {
    **{token: () for token in ("1_000", "0x10", "inf", "-inf", "1e400", "2020-13-01", "2020-02-30", "#REF!", "=1+1", "5\x00", "5 6")},
    **{token: () for token in ("12/01/2020", "1.000,5", "5-3", "\u221e", "44000", "x")},
    **{token: ("",) for token in ("NA", "--", "\u00a0", "\u200b", "nan", "NULL", "-", ".")},
    **{token: ("5",) for token in (" 5", "5 ", "+5", "5%", "5\u00a0", "\u200b5", "\ufeff5", "5.0", "\uff15", "\u0665", "5e0")},
    **{"1,5": ("1.5",), "1e3": ("1000",), "1 000": ("1000",), "1,000": ("1000", "1"), "\u22125": ("-5",), "-5": ("-5",), "<1": ("0-<1", "0-1"), "1.5e0": ("1.5",)},
    **{"TRUE": ("1", "yes"), "no": ("0",), "2020-12-01T00:00:00": ("2020-12-01",), "2020/12/01": ("2020-12-01",), "20201201": ("2020-12-01",)},
}  # fmt: skip
"""What stands in the cell, and as which other text it may be read."""
SAME = ("TRUE", "no", "1,000")
"""What may be the answer that stands there in another word."""
PLAIN = ("44000", "20201201", "x", ".")
"""Right numbers and words, however unlikely, and a VCF's nothing."""
NAMES = ("gene", "lesion")
"""Columns of names, of which any may stand there: another one is another gene or lesion."""
FEW = ("1_000", "2020-13-01", "--", "5%", "\u200b5", "12/01/2020")
"""Those of the slow test."""
DAYS = ("2024-01-10", "2024-01-12", "2024-01-20", "2024-02-01")


class Table(NamedTuple):
    """A command line with its files, and that of its files of which a cell is replaced; line: that of the cell.

    alone: whether nothing that is written of a patient hangs on another one.
    """

    reader: Reader
    line: int = 3
    alone: bool = True

    @property
    def name(self) -> str:
        """The table's file."""
        return self.reader.spoiled[0]

    def cells(self) -> list[list[str]]:
        """Its rows, the header first."""
        return _rows(self.reader.files[self.name])

    def with_cell(self, column: int, text: str) -> bytes:
        """The file with another text in a cell."""
        rows = self.cells()
        rows[self.line - 1][column] = text
        return "".join("\t".join(row) + "\n" for row in rows).encode()


def tables() -> dict[str, Table]:
    """The tables by name, each of four patients whose rows hang on nobody else's."""
    names = [f"P{number}" for number in range(1, 5)]
    patients = "patient\ttreatment_start\tlast_dose\tdeath_date\tlast_alive_date\tnew_therapy_date\tage\tarm\n" + "".join(
        f"{one}\t{day}\t2024-03-15\t{died}\t{alive}\t{new}\t{41 + 7 * number}\t{'AB'[number % 2]}\n"
        for number, (one, day, died, alive, new) in enumerate(
            zip(names, DAYS, ("", "2024-09-01", "", ""), ("2024-12-01", "2024-09-01", "2025-01-15", "2024-11-01"),
                ("", "2024-07-01", "", ""), strict=True)
        )
    )  # fmt: skip
    known = "patient\ttreatment_start\tbest_response\tpfs_months\tpfs_event\tos_months\tos_event\n" + "".join(
        f"{one}\t{day}\t{best}\t{months}\t{event}\t{months + 6.5}\t{event}\n"
        for one, day, best, months, event in zip(
            names, DAYS, ("PR", "SD", "CR", "PD"), (3.25, 7.75, 9.5, 2.25), (1, 0, 1, 1), strict=True
        )
    )
    days = "patient\tstart_day\tlast_dose_day\tdeath_day\tlast_alive_day\tnew_therapy_day\n" + "".join(
        f"{one}\t1\t{60 + number}\t{died}\t{died or 300 + number}\t\n"
        for number, (one, died) in enumerate(zip(names, ("", "233", "", ""), strict=True))
    )
    visits = "patient\tdate\tresponse\tevaluator\n" + "".join(
        f"{one}\t2024-0{month}-11\t{read}\tinvestigator\n"
        for one in names
        for month, read in ((3, "PR"), (5, "PR"), (7, "PD"))
    )
    day_visits = "patient\tday\tresponse\n" + "".join(
        f"{one}\t{day}\t{read}\n" for one in names for day, read in ((61, "PR"), (121, "PR"), (181, "PD"))
    )
    lesions = "patient\tdate\tlesion\trole\tsite\tnodal\tdiameter_mm\tstatus\n" + "".join(
        f"{one}\t{date}\tL1\ttarget\tlung\t0\t{size}\t\n{one}\t{date}\tL2\tnon_target\tliver\t0\t\tNON-CR/NON-PD\n"
        for one in names
        for date, size in (("2024-01-05", 32), ("2024-03-11", 17), ("2024-05-11", 41))
    )
    events = (
        "patient\tterm\tsoc\tgrade\tonset\tend\trelated\tserious\taction\timmune_related\ttreatment_emergent\n"
        + "".join(f"{one}\trash\tskin\t3\t2024-02-05\t2024-03-01\tyes\tyes\twithheld\tyes\t1\n" for one in names)
    )
    scores = "patient\tspecimen\tcollected\tassay\tscore_type\tvalue\tviable_cells\n" + "".join(
        f"{one}\tS{number}\t2023-12-0{number}\t22C3\tTPS\t{10 * number + 3}\t{200 + number}\n"
        for number, one in enumerate(names, 1)
    )
    sheet = "patient\tscore\tcount\tsmoker\tsite\tseen\n" + "".join(
        f"{one}\t{2.25 * number}\t{number + 7}\t{'yes' if number % 2 else 'no'}\tcity {number}\t2024-04-0{number}\n"
        for number, one in enumerate(names, 1)
    )
    mutations = "patient\tgene\tconsequence\n" + "".join(
        f"{one}\t{gene}\t{what}\n"
        for one in names
        for gene, what in (("TP53", "missense_variant"), ("KRAS", "stop_gained"))
    )
    people = [f"P{number}" for number in range(1, 9)]
    cohort = "patient\tresponder\ttmb_per_mb\tpdl1\tage\tsmoker\tpfs_months\tpfs_event\n" + "".join(
        f"{one}\t{number % 2}\t{number * 1.75}\t{number * 10 + 1}\t{40 + 3 * number}\t{number // 3 % 2}\t{number + 0.25}\t{number // 2 % 2}\n"
        for number, one in enumerate(people, 1)
    )
    plan = (
        "seed: 1\nprimary: {marker: tmb_per_mb, endpoint: response, cut: {at: 4, side: '>='}, method: fisher}\n"
        "endpoints:\n  response: {kind: binary, column: responder}\n  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}\n"
        "markers:\n  tmb_per_mb: {kind: continuous}\n  pdl1: {kind: continuous}\n  smoker: {kind: binary}\ncovariates: [age]\n"
    )
    ends = small.EN.format("{} --responses p.tsv")
    cohort_of = "cohort --patients patients.tsv {} --cohort c.tsv --flow fl.tsv"
    associate = small.AS + " --memberships mm.tsv"
    return {
        "patients": Table(_of("patients", ends.format("--assessments a.tsv --evaluator investigator"), patients__tsv=patients, a__tsv=visits)),
        "derived endpoints": Table(_of("derived", ends.format(""), patients__tsv=known)),
        "study days": Table(_of("days", ends.format("--assessments a.tsv"), patients__tsv=days, a__tsv=day_visits)),
        "assessments": Table(_of("assessments", ends.format("--assessments a.tsv --evaluator investigator --discordant d.tsv --readers rd.tsv"), "a.tsv", patients__tsv=patients, a__tsv=visits)),
        "assessments by day": Table(_of("day visits", ends.format("--assessments a.tsv"), "a.tsv", patients__tsv=days, a__tsv=day_visits)),
        "lesions": Table(_of("lesions", ends.format("--lesions l.tsv --visits v.tsv"), "l.tsv", patients__tsv=patients, l__tsv=lesions), 4),
        "lesions, not a target": Table(_of("lesions", ends.format("--lesions l.tsv --visits v.tsv"), "l.tsv", patients__tsv=patients, l__tsv=lesions), 5),
        "adverse events": Table(_of("events", ends.format("--adverse-events ae.tsv --adverse-events-summary s.tsv --adverse-event-times t.tsv"), "ae.tsv", patients__tsv=patients, ae__tsv=events)),
        "pdl1": Table(_of("pdl1", small.PD, "p.tsv", patients__tsv=patients, p__tsv=scores)),
        "sheet of cohort": Table(_of("sheet", cohort_of.format("--features z.tsv"), "z.tsv", patients__tsv=patients, z__tsv=sheet)),
        "patients of cohort": Table(_of("cohort", cohort_of.format(""), "patients.tsv", patients__tsv=patients)),
        "mutations of cohort": Table(_of("mutations", cohort_of.format("--mutations m.tsv"), "m.tsv", patients__tsv=patients, m__tsv=mutations)),
        "mutations": Table(_of("mutations", associate + " --mutations m.tsv", "m.tsv", plan__yaml=plan + "genes: {min_carriers: 1}\n", cohort__tsv=cohort, m__tsv=mutations), alone=False),
        "cohort": Table(_of("cohort", associate, "cohort.tsv", plan__yaml=plan, cohort__tsv=cohort), alone=False),
    }  # fmt: skip


def _rows(content: bytes) -> list[list[str]]:
    return [*csv.reader(io.StringIO(content.decode(), newline=""), delimiter="\t")]


def of_others(made: dict[str, bytes], patient: str) -> dict[str, list[str]]:
    """The rows of tables with a column of patients that are of anybody but this one."""
    found = {}
    for name, content in made.items():
        header, *rows = _rows(content) or [[]]
        if "patient" in header:
            place = header.index("patient")
            found[name] = sorted("\t".join(map(_plain, row)) for row in rows if row[place] != patient)
    return found


def _plain(cell: str) -> str:
    """A cell, of a number without how it is written: a column of whole numbers gets a point with one that is not."""
    return f"{float(cell):g}" if re.fullmatch(r"-?[0-9.]+", cell) and cell.count(".") < 2 else cell


def became(table: Table, folder: Path, tokens: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Of each column and each token what became of it; what may not be begins with FAULT."""
    known: dict[tuple[int, str], judge.Outcome] = {}

    def tried(column: int, text: str) -> judge.Outcome:
        if (column, text) not in known:
            known[column, text] = judge.called(table.reader, table.with_cell(column, text), folder)
        return known[column, text]

    header, *_ = cells = table.cells()
    right = tried(0, cells[table.line - 1][0])
    if right.status or right.fault:
        raise ValueError(f"{table.reader.kind}: {right.said}{right.fault}")
    for column, name in enumerate(header):
        for token in tokens:
            yield name, token, _verdict(table, column, token, right, tried)


def _verdict(
    table: Table, column: int, token: str, right: judge.Outcome, tried: Callable[[int, str], judge.Outcome]
) -> str:
    done = tried(column, token)
    told = told_of(done.said, right.said)
    if done.fault:
        return f"FAULT {done.fault.splitlines()[0]}"
    if done.status:
        placed = f"{table.name}:{table.line}:" in done.said or "binary" in done.said or not column
        return "refused" if placed and done.status == 2 else f"FAULT refused elsewhere: {told}"
    patient = table.cells()[table.line - 1][0]
    before, after = of_others(right.made, patient), of_others(done.made, patient)
    if column and before != after and table.alone:
        lost = {name: sorted(set(rows) ^ set(after.get(name, []))) for name, rows in before.items()}
        return f"FAULT of others: {lost}"[:300]
    if done.made == right.made:
        same = {token, *TOKENS[token]} & {*table.cells()[table.line - 1]} or token in SAME
        matters = not same and table.cells()[0][column] not in NAMES and tried(column, "").made != right.made
        return "FAULT ignored" if matters and not told else f"no matter: {told}"
    for reading in (*TOKENS[token], ""):
        other = tried(column, reading)
        if not other.status and other.made == done.made:
            if not reading and not told and token not in ("NA", "\u00a0"):
                return "FAULT missing without a word"
            return f"as '{reading}': {told}" if reading else f"missing: {told}"
    plain = token.strip("\u200b\ufeff\u00a0 ")
    if any(plain in cell for content in done.made.values() for row in _rows(content) for cell in row):
        return f"shown: {told}"
    return (
        f"otherwise: {told}"
        if told or token in PLAIN or table.cells()[0][column] in NAMES
        else f"FAULT without a word: {_changed(right.made, done.made)}"
    )


def _changed(before: dict[str, bytes], after: dict[str, bytes]) -> str:
    found = []
    for name, content in before.items():
        one, other = _rows(content), _rows(after.get(name, b""))
        found += [f"{name}: {set(b) - set(a)} <- {set(a) - set(b)}" for a, b in zip(one, other, strict=False) if a != b]
    return "; ".join(found)[:300]


def told_of(said: str, before: str) -> str:
    """What was said only of the changed file."""
    usual = set(before.splitlines())
    return " / ".join(line for line in said.splitlines() if line not in usual)[:260]


def print_all(
    given: Mapping[str, Any], became: Callable[..., Iterator[tuple[str, str, str]]], wanted: str, tokens: Iterable[str]
) -> int:
    """Print what became of each place and text of the files wanted; the number of faults."""
    faults = 0
    with tempfile.TemporaryDirectory() as place:
        for name, one in given.items():
            if not re.search(wanted, name):
                continue
            for where, token, verdict in became(one, Path(place) / "work", tokens):
                faults += verdict.startswith("FAULT")
                print(name, where, repr(token), verdict, sep="\t", flush=True)
    return faults


def main(wanted: str = ".", tokens: Iterable[str] = TOKENS) -> int:
    """Print all; the number of faults."""
    return print_all(tables(), became, wanted, tokens)


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
