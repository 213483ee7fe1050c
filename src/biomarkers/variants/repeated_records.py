"""Records of a VCF that repeat a variant: which of each counts, as of a MAF's rows (docs/methods.md, 1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from biomarkers.errors import count, first_few, log
from biomarkers.variants.population import larger
from biomarkers.variants.repeats import Judged, Told, differences, together
from biomarkers.variants.rows import Row
from biomarkers.variants.rules import DUPLICATE, NO_VARIANT
from biomarkers.variants.tally import Place, Tally, place_of
from biomarkers.variants.vcf import Record

Repeated = Mapping[Place, Mapping[int, Judged]]
"""The records of each variant that several have, by their number, each judged by itself."""


def collected(rows: Iterable[tuple[Place, int, Row, str]]) -> Repeated:
    """Records by variant. rows: variant, number of the record, its row, and the exclusion that its mark means."""
    found: dict[Place, dict[int, Judged]] = {}
    for place, number, row, mark in rows:
        found.setdefault(place, {})[number] = Judged(row._asdict(), mark == "germline", mark not in ("", "germline"))
    return found


class Settled(Tally):
    """What is seen when a file is read once more, with every record of a repeated variant known."""

    def __init__(self, repeated: Repeated) -> None:
        super().__init__(lambda _: set())
        self.told: dict[Place, Told] = {place: together(rows) for place, rows in repeated.items()}

    def again(self, records: Sequence[Record], passes: Sequence[bool]) -> dict[int, str]:
        """As of any tally; of a repeated variant only the record that counts is no repetition."""
        found: dict[int, str] = {}
        each = iter(enumerate(passes))
        for record in records:
            self.contigs[record.chrom] = None
            for allele, (row, passed) in zip(record.alts, each):  # noqa: B905 - of all that are left
                if allele == record.ref:
                    found[row] = NO_VARIANT
                    self.alike += 1
                elif passed and (told := self.told.get(place_of(record, allele))) and told.line != record.number:
                    found[row] = DUPLICATE
        return found

    def of_all(
        self,
        records: Sequence[Record],
        texts: Sequence[str],
        passes: Sequence[bool],
        columns: tuple[Sequence[str], Sequence[float | None], Sequence[str]],
    ) -> tuple[Sequence[str], Sequence[float | None], Sequence[str]]:
        """Marks, population frequencies and further genes, of a repeated variant what all of its records tell."""
        marks, population, others = list(columns[0]), list(columns[1]), list(columns[2])
        for row, (record, text, passed) in enumerate(zip(records, texts, passes, strict=True)):
            told = self.told.get(place_of(record, text)) if passed else None
            if told:
                marks[row] = "germline" if told.germline else marks[row]
                population[row] = larger(population[row], told.population)
                others[row] = told.others
        return marks, population, others


def warn(path: str, repeated: Repeated) -> None:
    """Say which variants stand in several records that differ."""
    differ = {place: what for place, several in repeated.items() if (what := differences(several, "the caller's mark"))}
    if not differ:
        return
    firsts = [next(iter(repeated[place].values())).row for place in differ]
    shown = first_few(f"{row['chrom']}:{row['pos']} {row['ref']}>{row['alt']}" for row in firsts)
    turned = sum(len({one.row["counted_in"] for one in repeated[place].values()}) > 1 for place in differ)
    words = ", ".join(dict.fromkeys(word for what in differ.values() for word in what))
    log.warning(
        "%s: %s in several records that differ in %s (%s); one of each counts: that of the worst consequence, else "
        "with reads, else first; by another record %d would count otherwise",
        *(path, count(len(differ), "variant stands", "variants stand"), words, shown, turned),
    )
