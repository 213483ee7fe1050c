"""Who wrote a record of a VCF, and what that caller takes an ALT for (docs/methods.md, 1.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from biomarkers.errors import InputError, Problem, count, log
from biomarkers.settings_variants import Counting
from biomarkers.variants.callers.dialect import INFO, Dialect, Kind, Mark
from biomarkers.variants.callers.dialects import DIALECTS, USUAL, USUAL_READS, USUAL_SHARES
from biomarkers.variants.evidence import UNSEEN, Evidence, Of, in_normal, reading
from biomarkers.variants.vcf import Header, Record, info_value, new, of_several

REMEDY = "calls of a somatic caller, or calling.somatic: a bcftools expression that holds for its somatic calls"
UNCLEAR: dict[str, str] = {
    "unknown": "which does not say somatic: they do not count",
    "blood": "clonal hematopoiesis: they are not the tumor's and do not count",
    "doubt": "which may mean that they are germline: they count, unless calling.somatic tells which do not",
}
COUNTS = ("somatic", "doubt", "")
"""What does not speak against an ALT."""
DEFAULTS = Counting()


class Said(NamedTuple):
    """What the caller takes an ALT for, and how it says so (`SS=1`)."""

    kind: Kind
    word: str


SILENT = Said("", "")


class Heard(NamedTuple):
    """Who said what; filter: a FILTER other than PASS that the caller's authors count, else empty."""

    caller: str
    kind: Kind
    word: str
    filter: str = ""


class Way(NamedTuple):
    """How records of one FORMAT and one caller are read.

    normal: of the normal's column. plain: what is heard of each record, where FILTER judges every ALT.
    """

    dialect: Dialect
    of: Of
    normal: Of
    plain: Heard | None


class Ways(NamedTuple):
    """How records of one FORMAT may be read.

    choices: fields of INFO, and who wrote a record that has them all. otherwise: who wrote others. read: how those of a
    caller are, once one came.
    """

    choices: list[tuple[tuple[str, ...], Dialect]]
    otherwise: Dialect
    read: dict[int, Way]


class Reader:
    """Finds the caller of each record and reads what it says; `check` and `warn` tell what was not understood."""

    def __init__(self, header: Header, rules: Counting = DEFAULTS) -> None:
        self._header, self._rules = header, rules
        self._ways: dict[str, Ways] = {}
        self.heard: Counter[Heard] = Counter()
        """How often a caller said what of ALTs that passed."""
        self._first: dict[Heard, str] = {}

    def ways(self, records: Sequence[Record]) -> list[Way]:
        """How each of these records is read."""
        forms = {record.format for record in records}
        if len(forms) == 1:
            (form,) = forms
            infos = "\n".join([record.info for record in records])
            if not any([wanted[0] in infos for wanted, _ in self._ways_of(form).choices]):
                return [self.way(form, "")] * len(records)
        return [self.way(record.format, record.info) for record in records]

    def way(self, form: str, info: str) -> Way:
        """How a record with this FORMAT and INFO is read."""
        choices, dialect, read = self._ways_of(form)
        for wanted, other in choices:
            if wanted[0] in info and all([info_value(info, key) is not None for key in wanted]):
                dialect = other
                break
        way = read.get(id(dialect))
        if way is None:
            way = read[id(dialect)] = _way(dialect, form, self._header)
        return way

    def _ways_of(self, form: str) -> Ways:
        if form not in self._ways:
            self._ways[form] = self._candidates(form)
        return self._ways[form]

    def _candidates(self, form: str) -> Ways:
        """Callers that may have written the FORMAT, up to one that needs nothing in INFO."""
        keys = form.split(":") if form else []
        choices: list[tuple[tuple[str, ...], Dialect]] = []
        otherwise = USUAL
        for dialect, sign in [(one, sign) for one in DIALECTS for sign in one.known_by]:
            if sign.may_be(self._header, keys):
                if not sign.infos:
                    otherwise = dialect
                    break
                choices.append((sign.infos, dialect))
        return Ways(choices, otherwise, {})

    def normal(self, way: Way, record: Record, alt: int) -> Evidence:
        """Reads of the ALT in the matched normal, as far as the record has them."""
        own = bool(way.dialect.normal)
        text = record.sample if own else record.normal
        return way.normal(text, record.info, record.alts, alt) if text or own else UNSEEN

    def is_paired(self, records: Iterable[Record]) -> bool:
        """Whether records tell of a matched normal that has no column: in the tumor's, in INFO or by their caller.

        Asked up to the first that does, or whose caller writes of a normal in no such place.
        """
        for record in records:
            way = self.way(record.format, record.info)
            if not way.dialect.normal:
                return way.dialect.paired and not self._header.samples
            with suppress(ValueError, IndexError):
                if record.alts and self.normal(way, record, 0) != UNSEEN:
                    return True
        return False

    def is_unfiltered(self, record: Record) -> bool:
        """Whether a record has no FILTER since its caller never writes one."""
        return record.filter == "." and self.way(record.format, record.info).dialect.unfiltered

    def cut_by(self, record: Record | None) -> str:
        """The caller, where it calls against a normal only and the file has but one sample's column; else empty."""
        if record is None or len(self._header.samples) != 1:
            return ""
        dialect = self.way(record.format, record.info).dialect
        return dialect.name if dialect.paired else ""

    def kinds(
        self,
        records: Sequence[Record],
        numbers: Sequence[int],
        texts: Sequence[str],
        ways: Sequence[Way],
        passes: Sequence[bool],
    ) -> list[Kind]:
        """What callers take ALTs for. numbers: of the ALT in its record; passes: whether FILTER lets it."""
        way = ways[0] if ways and ways.count(ways[0]) == len(ways) else None
        if way and way.plain:
            self.heard[way.plain] += sum(passes)
            return [""] * len(ways)
        if way and _is_silent(way.dialect, records):
            each = zip(records, texts, passes, strict=True)
            counted = [record for record, text, passed in each if (passed or record.filter == ".") and text.isalpha()]
            if counted:
                heard = Heard(way.dialect.name, "", "")
                self._first.setdefault(heard, counted[0].place)
                self.heard[heard] += len(counted)
            return [""] * len(ways)
        asked = zip(ways, records, numbers, passes, strict=True)
        return [self.said(way, record, alt, passed).kind for way, record, alt, passed in asked]

    def said(self, way: Way, record: Record, alt: int, passes: bool) -> Said:
        """What the caller takes the ALT for; passes: whether FILTER lets it.

        Of a site with several ALTs one mark is said, though an ALT may be the patient's own and another somatic: one
        that the normal has is germline.
        """
        dialect = way.dialect
        if way.plain:
            self.heard[way.plain] += passes
            return SILENT
        said = SILENT if not dialect.marks else _marked(dialect, record, alt)
        if (len(record.alts) > 1 or of_several(record.info)) and said.kind in COUNTS:
            beside = in_normal(self.normal(way, record, alt), self._rules)
            said = Said("germline", "reads in the normal") if beside else said
        tier = record.filter if record.filter in dialect.also_passing else ""
        if (passes or tier or record.filter == ".") and record.alts[alt].isalpha():
            heard: Heard = new(Heard, (dialect.name, said.kind, said.word, "" if passes else tier))
            if heard not in self._first:
                self._first[heard] = record.place
            self.heard[heard] += 1
        return said

    @property
    def callers(self) -> dict[str, int]:
        """ALTs that passed, by who called them."""
        found: Counter[str] = Counter()
        for heard, n in self.heard.items():
            found[heard.caller] += n * (not heard.filter)
        return dict(found)

    def check(self) -> None:
        """Raise InputError where nothing in the records so far marks a somatic call."""
        problems, passed = [], sum(self.heard.values())
        read = [way.dialect for ways in self._ways.values() for way in ways.read.values()]
        for name, dialect in {dialect.name: dialect for dialect in read}.items():
            mine = {heard: n for heard, n in self.heard.items() if heard.caller == name}
            total = sum(mine.values())
            reason = _unmarked(dialect, list(mine), self._header)
            if reason and total and (dialect.unmarked or total > passed / 2):
                found = f"hold {total} by {name} (first {self._first[next(iter(mine))]}), which {reason}"
                problems.append(Problem.said(self._header.path, "records", found, REMEDY))
        if problems:
            raise InputError(problems)

    def warn(self) -> None:
        """Say which marks do not say somatic, which alleles lack one, and which filters their authors count, too."""
        marked = {heard.caller for heard in self.heard if heard.kind == "somatic"}
        for heard, n in self.heard.items():
            caller, kind, word, tier = heard
            if tier:
                shown = f"FILTER {tier}, which its authors count, too: accept_filters takes them"
            elif kind in UNCLEAR:
                shown = f"{word or 'nothing'}, {UNCLEAR[kind]}"
            elif not kind and caller in marked:
                shown = "nothing and others as somatic: both count, unless calling.somatic tells which do not"
            else:
                continue
            where = self._first[heard]
            log.warning(
                "%s: %s marks %s with %s (first %s)", self._header.path, caller, count(n, "allele"), shown, where
            )


def _unmarked(dialect: Dialect, heard: list[Heard], header: Header) -> str:
    """Why nothing marks the somatic calls of a caller; empty where something does, or where it need not."""
    if not dialect.marks:
        return dialect.unmarked
    if any(said.word for said in heard):
        return ""
    if not dialect.silent:
        return ""
    fields = [mark.field for mark in dialect.marks]
    silent = all(said.kind == "unknown" for said in heard)
    if silent or not {field.removeprefix(INFO) for field in fields} & header.info.keys():
        return dialect.unmarked or f"marks somatic calls by {' or '.join(fields)}; no record has it"
    return ""


def _marked(dialect: Dialect, record: Record, alt: int) -> Said:
    """What the marks say: the first that does not say somatic decides.

    A mark of each sample that says somatic of the normal alone tells that the columns are exchanged.
    """
    found = Said(dialect.silent, "")
    for mark in dialect.marks:
        said = _read(mark, record, alt)
        if said.kind == "reference" and record.normal and not mark.field.startswith(INFO):
            other = _read(mark, record._replace(sample=record.normal), alt)
            return Said("unknown", f"{other.word} in the normal's column") if other.kind == "somatic" else said
        if said.kind not in COUNTS:
            return said
        found = said if said.kind else found
    return found


def _is_silent(dialect: Dialect, records: Sequence[Record]) -> bool:
    """Whether the caller says nothing of any of these records, of which each has one ALT and was not split."""
    if dialect.marks or dialect.also_passing:
        return False
    return all([len(record.alts) == 1 and not of_several(record.info) for record in records])


def _read(mark: Mark, record: Record, alt: int) -> Said:
    """What one field says."""
    name = mark.field.removeprefix(INFO)
    if mark.field.startswith(INFO):
        text = info_value(record.info, name)
    else:
        keys, cells = record.format.split(":"), record.sample.split(":")
        text = cells[keys.index(name)] if name in keys and keys.index(name) < len(cells) else None
    if text is None or text == ".":
        return SILENT
    parts = text.split(",")
    if 1 < len(parts) == len(record.alts):
        text = parts[alt]
    word = text.strip().lower()
    kind = mark.words.get(word, mark.other)
    if not kind:
        return SILENT
    shown = text if word in mark.words or mark.other == "unknown" else "..."  # Of whoever there may be thousands.
    return Said(kind, f"{name}={shown}" if text else name)


def _way(dialect: Dialect, form: str, header: Header) -> Way:
    """How a caller's records of one FORMAT are read: its own fields as it writes them, others as they usually stand."""
    own = {reads.alt for reads in dialect.reads} | {share.field for share in dialect.shares}
    reads = (*dialect.reads, *(reads for reads in USUAL_READS if reads.alt not in own))
    of = reading(reads, (*dialect.shares, *(share for share in USUAL_SHARES if share.field not in own)), form)
    normal = reading(dialect.normal, dialect.normal_shares, form) if dialect.normal else of
    return Way(dialect, of, normal, Heard(dialect.name, "", "") if dialect.allele_filter in header.info else None)
