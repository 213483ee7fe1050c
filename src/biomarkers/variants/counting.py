"""Counting without a table: what most records are is judged at once, by their cheap fields first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from biomarkers.genome.consequence_terms import TERMS
from biomarkers.variants.alleles import AlleleFilter
from biomarkers.variants.consequence import WORST, Interpreter
from biomarkers.variants.eligibility import (
    NOT_SOMATIC,
    Definition,
    Rules,
    Tally,
    Territory,
    changed_bases,
    is_inside,
)
from biomarkers.variants.evidence import Evidence, reader
from biomarkers.variants.vcf import Record, info_value, valued


def unusual(
    entries: Iterable[Record],
    interpreter: Interpreter,
    definitions: Sequence[Definition],
    *,
    rules: Rules,
    territory: Territory,
    allele_filter: AlleleFilter,
    stated: bool,
    tally: Tally,
    counts: Counter[str],
) -> Iterator[Record]:
    """Counts every record that was filtered out, or passed with one small ALT and only known terms; yields the others,
    for `judge`.

    stated: whether INFO/SS says which calls are somatic. Only for calls whose counting needs no more than the worst
    term (`judge`: no germline rule, no hot spots). `counts` and `tally` are filled as the records are taken; `tally`
    is shared with `judge`, since a later record may repeat an earlier one.
    """
    names = [[d.name for d in definitions if term in d.terms] for term in TERMS]
    readers: dict[str, Callable[[str, str, list[str], int], Evidence]] = {}
    annotation, worst = valued(interpreter.source), interpreter.worst
    anywhere, by_event = territory.regions is None, rules.mnv == "event"
    least_depth, least_reads, least_share = rules.tumor_depth, rules.alt_reads, rules.vaf
    for record in entries:
        line, chrom, pos, ref, alts, status, info, form, sample = record
        if pos != tally.pos or chrom != tally.chrom:
            tally.move(chrom, pos, line)
        if status != "PASS" and status != ".":
            tally.records += 1
            continue
        if status == "." or len(alts) != 1 or (allele_filter.present and allele_filter.of(record, 0) != "PASS"):
            yield record
            continue
        allele = alts[0]
        place = (chrom, pos, ref, allele)
        if place in tally.passed:
            yield record
            continue
        measure = readers.get(form)
        if measure is None:
            measure = readers[form] = reader(form)
        try:
            depth, reads, _, vaf = measure(sample, ref, alts, 0)
        except (ValueError, IndexError):
            yield record
            continue
        strong = (
            depth is not None
            and reads is not None
            and depth >= least_depth
            and reads >= least_reads
            and (vaf or 0.0) >= least_share
        )
        rank = -1
        if strong:
            text = annotation(info)
            if text and allele.isalpha() and "@" not in text:
                rank = worst(text)
                if stated and rank >= 0 and names[rank] and info_value(info, "SS") in NOT_SOMATIC:
                    rank = -1
        if depth is None or reads is None or (strong and rank < 0):
            yield record
            continue
        tally.records += 1
        tally.rows += 1
        tally.with_depth += 1
        tally.with_reads += 1
        tally.passed.add(place)
        if strong:
            tally.annotations += 1
            if anywhere or is_inside(record, allele, True, WORST[rank], territory):
                tally.inside += 1
                for name in names[rank]:
                    counts[name] += 1 if by_event else changed_bases(ref, allele, True)
