"""What was seen while the rows of a MAF passed by, and of which samples nothing was understood."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from biomarkers.errors import InputError, Problem, nearest
from biomarkers.genome.consequence_terms import TERMS_OF_CLASS, plain


@dataclass
class Tally:
    """What was seen. samples: patient by sample, in order; `by_sample` and `reasons` go by sample.

    judged: rows that the rules could be asked of. reasons: rows by what kept them from being judged. odd: rows by what
    is strange about them, with the line of the first. flagged: counted rows by the words of GDC_FILTER. alone: whether
    the calls were tumor-only. differing: in what the rows of one variant differ, by their lines.
    """

    samples: dict[str, str] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    without_reads: Counter[str] = field(default_factory=Counter)
    with_frequency: int = 0
    common_unless_paired: int = 0
    known: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    unknown_status: Counter[str] = field(default_factory=Counter)
    passed: int = 0
    somatic: int = 0
    unfiltered: int = 0
    filters: Counter[str] = field(default_factory=Counter)
    contigs: dict[str, None] = field(default_factory=dict)
    builds: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    alone: dict[str, bool | None] = field(default_factory=dict)
    listed: bool = False
    odd: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    lines: dict[str, int] = field(default_factory=dict)
    differing: dict[str, list[str]] = field(default_factory=dict)

    def strange(self, what: str, number: int) -> None:
        """Count a row that is strange in this way."""
        self.odd[what] += 1
        self.lines.setdefault(what, number)


def unknown_classes(tally: Tally, file: str) -> str:
    """Warning about classes that count nowhere, empty when there is none. Raises InputError when none is known."""
    if not tally.unknown:
        return ""
    if not tally.known:
        first = tally.unknown.most_common(1)[0][0]
        hint = nearest(plain(first), TERMS_OF_CLASS)
        expected = f"classes such as Missense_Mutation{hint}"
        raise InputError(Problem(file, "Variant_Classification", first or None, expected))
    shown = ", ".join(f"'{name}' ({n})" for name, n in sorted(tally.unknown.items()))
    return f"{file}: values of Variant_Classification that count nowhere: {shown}"
