"""What a column of another table may mean, and what of it a person must decide."""

from __future__ import annotations

import json
import re
from collections import Counter

from biomarkers.clinical.imports import dates, headings, units
from biomarkers.clinical.imports.mapping import bare
from biomarkers.io import schemas, spellings, words
from biomarkers.io.cells import MISSING, MISSING_WORDS, Cells, plain

CONFIRM = "CONFIRM"
SURE, LIKELY = "sure", "likely"
WORDS = 12
"""Different words up to which those of a column are listed."""
ABSENT = frozenset(map(plain, MISSING_WORDS))
INNER = re.compile(r"([A-Za-z][^:]{0,60}): .*")
PLAIN = re.compile(r"[A-Za-z_ÄÖÜäöüß][A-Za-z0-9_.ÄÖÜäöüß]*( [A-Za-z0-9_.ÄÖÜäöüß]+)*")
RESERVED = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
EVENT_WORDS = {"cens", "censor", "censored", "censoring", "cnsr", "alive", "censos", "删失", "是否存活", "是否生存"}
"""Parts of a heading by which 1 may mean that nothing happened."""
OF_SURVIVAL = re.compile("(?!.*(?:event|事件)).*(?:surviv|生存|存活)", re.IGNORECASE)
"""Words of a heading beside which yes and 1 may mean that the patient lives; words such as dead say it themselves."""


class Table:
    """A table and what its headings may mean. head: what a block says of its file besides its name."""

    def __init__(self, file: str, head: dict[str, str], cells: Cells) -> None:
        self.file, self.head, self.cells = file, head, cells
        self.columns = {name: cells.column(name) for name in dict.fromkeys(cells.header) if name}
        self.inner = {name: key for name, cells in self.columns.items() if (key := _inner(cells))}
        for name, key in self.inner.items():
            self.columns[name] = [cell.removeprefix(f"{key}:").strip() for cell in self.columns[name]]
        self.visits = self._numbered()
        self.known = {name: [] if name in self.visits else self.meant(name) for name in self.columns}

    def _numbered(self) -> list[str]:
        """Columns of several visits side by side (`Response 1`, `Response 2`), none of which is that of the patient."""
        found: dict[str, list[str]] = {}
        for name in self.columns:
            if name not in self.inner and (match := re.fullmatch(r"(.*[^\W\d])[\W_]*\d+", name)):
                found.setdefault(match[1].casefold(), []).append(name)
        several = {name for names in found.values() if len(names) > 1 for name in names}
        return [name for name in self.columns if name in several and headings.meanings(re.sub(r"\W*\d+$", "", name))]

    def meant(self, heading: str) -> list[headings.Meaning]:
        """What a heading may mean: a time that is 0 or 1 everywhere is an event (TCGA's OS beside OS.time)."""
        is_flag = {*self.filled(heading)} == {"0", "1"}
        return [
            meaning._replace(target=meaning.target.replace("_months", "_event"), sure=False, unit=None)
            if is_flag and meaning.target.endswith("_months") and meaning.unit is None
            else meaning
            for meaning in headings.meanings(self.inner.get(heading, heading))
        ]

    def extract(self, heading: str) -> list[str]:
        """How the value is taken of cells that name what they hold (`response: PD`); nothing for others."""
        key = self.inner.get(heading)
        return [] if key is None else [f"extract: {json.dumps(f'^{re.escape(key)}: *(.*)$')}"]

    def constant(self, patient: str) -> list[str]:
        """Columns that have one value in all rows of a patient."""
        return [
            name
            for name, cells in self.columns.items()
            if len({*zip(self.columns[patient], cells, strict=True)}) == len({*self.columns[patient]})
        ]

    def filled(self, heading: str) -> list[str]:
        """The cells of a column that are not missing."""
        return [cell for cell in self.columns[heading] if cell not in MISSING and plain(cell) not in ABSENT]

    def of(self, sheet: str) -> dict[str, tuple[str, headings.Meaning, list[str]]]:
        """For each column of a sheet the heading to take, what it may mean, and further headings that mean the same.

        A filled column goes before an empty one, words that are read before others, a sure name before a likely one,
        the event that begins as its time does (OS_STATUS beside OS_MONTHS) before others, a usual name before others.
        """
        rules = schemas.load(sheet)["properties"]
        found: dict[str, list[tuple[str, headings.Meaning]]] = {}
        for name in self.columns:
            for meaning in self.known[name]:
                if meaning.sheet == sheet:
                    found.setdefault(meaning.target, []).append((name, meaning))
        found = {target: found[target] for target in rules if target in found}  # A time stands before its event.
        chosen: dict[str, tuple[str, headings.Meaning, list[str]]] = {}
        for target, candidates in found.items():
            rule, time = rules[target], chosen.get(target.replace("_event", "_months"))
            stem = headings.stem(time[0]) if time and target.endswith("_event") else None
            first, *rest = sorted(
                candidates,
                key=lambda pair: (
                    self.strangers(pair[0], rule),
                    not pair[1].sure,
                    stem is not None and headings.stem(pair[0]) != stem,
                    pair[1].rank,
                ),
            )
            chosen[target] = (*first, [name for name, _ in rest])
        return chosen

    def strangers(self, heading: str, rule: dict[str, object]) -> float:
        """Share of the filled cells of a column that are no words of ours; 1 where it is empty."""
        cells = self.filled(heading)
        if rule.get("type") != "string" or "x-words" not in rule or not cells:  # Events have words of their own.
            return float(not cells)
        return sum(not _read(rule, cell) for cell in cells) / len(cells)

    def repeats(self, heading: str) -> bool:
        """Whether a cell of a column stands in several rows."""
        cells = self.filled(heading)
        return len(set(cells)) < len(cells)

    def scores(self) -> list[tuple[str, headings.Score]]:
        """Columns of PD-L1 scores."""
        return [(name, found) for name in self.columns if (found := headings.score(name)) and self.filled(name)]


def _inner(cells: list[str]) -> str | None:
    """What every filled cell of a column says that it holds, as in tables of GEO.

    >>> _inner(["response: PD", "", "response: PR"]), _inner(["1:DECEASED", "0:LIVING"]), _inner(["a: 1", "b: 2"])
    ('response', None, None)
    """
    keys = {match[1] if (match := INNER.fullmatch(cell)) else None for cell in cells if cell}
    return keys.pop() if len(keys) == 1 else None


def details(
    table: Table, target: str, rule: dict[str, object], heading: str, meaning: headings.Meaning
) -> tuple[list[str], str]:
    """What a column says besides its heading, and what a person must know of it."""
    cells = table.filled(heading)
    if rule.get("enum") == [0, 1]:
        return _event(heading, cells)
    if "enum" in rule and rule.get("type") == "string":
        return _words(rule, cells)
    if rule.get("format") == "date":
        unsure = [cell for cell in dict.fromkeys(cells) if dates.is_unsure(cell)]
        if unsure:
            return [f"date_format: {CONFIRM}"], dates.proposal(unsure)
        serials = sum(dates.compiled("excel").read(cell) is not None for cell in cells)  # type: ignore[union-attr]
        return ([f"date_format: {CONFIRM}"], "numbers: excel, for days of a spreadsheet?") if serials else ([], "")
    own = units.of_column(target) if rule.get("format") != "study-day" else None
    if own is not None and target != "value":
        if meaning.unit is not None:
            return ([] if meaning.unit == own else [f"unit: {meaning.unit}"]), ""
        points = spellings.decimal_points(set(cells))
        numbers = [number for cell in cells if (number := units.number(points.get(cell, cell))) is not None]
        largest = f"largest value {units.written(max(numbers))}" if numbers else "no number"
        return [f"unit: {CONFIRM}"], f"no unit in the heading, {largest}: {', '.join(units.alike(own))}?"
    return [], ""


def _event(heading: str, cells: list[str]) -> tuple[list[str], str]:
    """What the words of a column of events mean."""
    counts = Counter(cells)
    parts = {*re.findall(r"[^\W_]+", heading.casefold())}
    turned = any(part in parts or heading.casefold().endswith(part) for part in EVENT_WORDS)
    known = headings.words("event")
    is_cnsr = headings.key(heading).endswith("cnsr") and all(re.fullmatch(r"\d+", cell) for cell in counts)
    if is_cnsr and not {*counts} <= {"0", "1"}:
        return ["cnsr: true"], "CDISC: 0 is the event"
    answers = {word: words.read("flag", bare(word), (0, 1)) for word in counts}
    turned = turned or (all(answers.values()) and OF_SURVIVAL.match(heading) is not None)
    if all(answers.values()) and not turned:
        return [], f"{next((word for word, answer in answers.items() if answer == '1'), '1')} is taken for the event"
    if len(counts) > WORDS:
        return [f"values: {{{CONFIRM}: {CONFIRM}}}"], f"{len(counts)} different words"
    said = {word: known.get(bare(word)) if not turned else None for word in counts}
    listed = ", ".join(f"{scalar(word)}: {meaning or CONFIRM}" for word, meaning in sorted(said.items()))
    shown = ", ".join(f"'{printable(word)}' {count}" for word, count in counts.most_common())
    note = f"1 where it happened, 0 where not ({shown})" if None in said.values() else ""
    note += "; cnsr: true in place of values where 0 is the event, as in CDISC's CNSR" if is_cnsr else ""
    return [f"values: {{{listed}}}"], note


def _words(rule: dict[str, object], cells: list[str]) -> tuple[list[str], str]:
    """What the words of a column of fixed words mean; none are listed where all are read by themselves."""
    allowed = [str(word) for word in rule["enum"]]  # type: ignore[attr-defined]
    counts = Counter(cells)
    table = str(rule.get("x-words", ""))
    read = {word: _read(rule, word) for word in counts}
    if all(read.values()):
        return [], ""
    other = headings.words("response") if table == "response" else {}
    if len(counts) > WORDS:
        return [f"values: {{{CONFIRM}: {CONFIRM}}}"], f"{len(counts)} different words; one of {', '.join(allowed)}"
    said = {word: read[word] or other.get(bare(word)) for word in counts}
    listed = ", ".join(f"{scalar(word)}: {meaning or CONFIRM}" for word, meaning in sorted(said.items()))
    hints = {word: words.hint(table, word, allowed).strip() for word, meaning in said.items() if meaning is None}
    shown = "; ".join(f"'{printable(word)}' {counts[word]} {hint}".strip() for word, hint in hints.items())
    return [f"values: {{{listed}}}"], f"{', '.join(allowed)} or null: {shown}" if shown else ""


def _read(rule: dict[str, object], cell: str) -> str | None:
    """The word of ours that a cell is, without a mapping."""
    allowed = [str(word) for word in rule["enum"]]  # type: ignore[attr-defined]
    if "x-words" in rule:
        return words.read(str(rule["x-words"]), cell, allowed)
    return next((word for word in allowed if bare(word) == bare(cell)), None)


def scalar(text: str) -> str:
    """A text as YAML takes it for one, in quotes where it must be."""
    bare_text = PLAIN.fullmatch(text) and text.casefold() not in RESERVED and not text.casefold().startswith("null")
    return text if bare_text else json.dumps(text, ensure_ascii=False)


def printable(text: str) -> str:
    """A text for a comment: on one line, without what drives a terminal, not too long."""
    shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
    return shown if len(shown) <= 300 else f"{shown[:297]}..."
