"""What makes the table of a file doubtful as a whole: refused where nothing can be counted, else said."""

from __future__ import annotations

from biomarkers.errors import InputError, Problem, count, first_few, log, nearest
from biomarkers.variants.columns import Columns
from biomarkers.variants.rules import Passing, Rules
from biomarkers.variants.tally import Tally
from biomarkers.variants.vcf import Header


def check(header: Header, tally: Tally, rules: Rules, columns: Columns) -> None:
    """Raise InputError where the records as a whole say nothing of this tumor that could be counted."""
    if not tally.records:
        return
    _check_filters(header.path, tally, rules)
    _check_reads(header.path, tally, rules, columns)
    lost, counting = len(tally.lost), tally.counting
    if lost > 1 and lost > counting and columns.normal:
        found = (
            f"have reads of {lost} of {lost + counting} variants in the normal's column {columns.normal}, and too few "
            f"in the tumor's, {columns.tumor} ({first_few(tally.lost)})"
        )
        expected = "the tumor's column as --tumor-sample (vcf_tumor): are the two exchanged?"
        raise InputError(Problem.said(header.path, "records", found, expected))


def _check_filters(path: str, tally: Tally, rules: Rules) -> None:
    """Raise InputError where no record has passed and some have no FILTER, which may mean either."""
    without = tally.filters["."]
    if rules.accept_unfiltered or "." in rules.accept_filters or not without:
        return
    if without == tally.records:
        expected = (
            "PASS where the caller's filters passed (filter them, or burden.accept_unfiltered, --accept-unfiltered)"
        )
        raise InputError(Problem.said(path, "FILTER", f"is absent from all {count(tally.records, 'record')}", expected))
    passing = Passing(rules)
    if not any(passing[text] for text in tally.filters):
        found = f"is absent from {without} of {tally.records} records and PASS in none ({_filters(tally)})"
        expected = "PASS where the filters passed (burden.accept_unfiltered where this caller writes `.` for it)"
        raise InputError(Problem.said(path, "FILTER", found, expected))


def _check_reads(path: str, tally: Tally, rules: Rules, columns: Columns) -> None:
    if columns.tumor and tally.rows and tally.blank == tally.rows:
        expected = "what the caller found in this sample (is it another column, or a sample that was not called?)"
        found = f"holds nothing in all {count(tally.records, 'record')}"
        raise InputError(Problem.said(path, f"column {columns.tumor}", found, expected))
    if tally.rows and not tally.with_depth and rules.tumor_depth:
        expected = "FORMAT fields DP or AD (or tumor_depth, alt_reads and vaf 0 in burden, to do without)"
        found = f"tells no read depth in all {count(tally.records, 'record')}"
        raise InputError(Problem.said(path, "FORMAT", found, expected))
    if tally.rows and not tally.with_reads and (rules.alt_reads or rules.vaf):
        expected = "FORMAT fields AD, AF, or a caller's own such as AO, TIR or FREQ (or alt_reads and vaf 0 in burden)"
        found = f"tells no variant reads in all {count(tally.records, 'record')}"
        raise InputError(Problem.said(path, "FORMAT", found, expected))


def warn(header: Header, tally: Tally, rules: Rules, columns: Columns) -> None:
    """Say what a reader of the table could overlook."""
    path = header.path
    if not tally.records:
        log.warning("%s: has no record; nothing in it says that the sample was sequenced", path)
        return
    blind = tally.rows - min(tally.with_depth, tally.with_reads)
    if blind and (rules.tumor_depth or rules.alt_reads or rules.vaf):
        log.warning("%s: %d of %d alleles have no depth or no variant reads and do not count", path, blind, tally.rows)
    if lacking := tally.split_depths.lacking(header):
        log.warning(
            "%s: the depth of %s lacks the reads of other ALTs, since AD alone tells it and sites were split: it is "
            "too low, the fraction too high (bcftools norm --keep-sum AD splits without loss)",
            *(path, count(lacking, "allele")),
        )
    if tally.untold:
        log.warning(
            "%s: the annotation tells no consequence of %s every other rule, which so do not count (%s)",
            *(path, count(len(tally.untold), "allele that passes", "alleles that pass"), first_few(tally.untold)),
        )
    if tally.alike:
        said = count(tally.alike, "allele is the reference's and is", "alleles are the reference's and are")
        log.warning("%s: %s no variant", path, said)
    _warn_of_filters(header, tally, rules)
    if tally.passing and not tally.judged:
        log.warning("%s: none of the %d alleles that pass tells of this tumor; it is no zero", path, tally.passing)
    if columns.normal and 2 * tally.normal_blank > tally.passing:
        log.warning(
            "%s: the normal's column %s says nothing of %d of %d alleles that pass: was it called with this tumor? "
            "(--normal-sample none where it is no matched normal)",
            *(path, columns.normal, tally.normal_blank, tally.passing),
        )
    where = f"in the normal's column {columns.normal}" if columns.normal else "in the normal"
    for found, counted, what in (
        (tally.in_normal, tally.counting, "counted variants stand"),
        (tally.lost, tally.counting + len(tally.lost), "variants have too few reads in the tumor and stand"),
    ):
        if rules.too_many_in_normal(len(found), counted):
            log.warning(
                "%s: %d of %d %s %s (at least %g of its reads, and %d), at %s: germline, or exchanged columns?",
                *(path, len(found), counted, what, where, rules.normal_vaf, rules.normal_alt_reads, first_few(found)),
            )


def _warn_of_filters(header: Header, tally: Tally, rules: Rules) -> None:
    path, without, passing = header.path, tally.filters["."], Passing(rules)
    if not any(passing[text] for text in tally.filters):
        log.warning(
            "%s: none of %s passed FILTER (%s); it is no zero (--accept-filters counts others than PASS)",
            path,
            count(tally.records, "record"),
            _filters(tally),
        )
    elif without and not passing["."]:
        log.warning(
            "%s: %d of %d records have no FILTER and do not count (--accept-unfiltered where `.` means passed)",
            path,
            without,
            tally.records,
        )
    seen = {word for text in tally.filters for word in text.split(";")} | header.filters
    for word in rules.accept_filters:
        if word not in seen:
            log.warning("%s: the accepted filter '%s' is in no record%s", path, word, nearest(word, seen))


def _filters(tally: Tally) -> str:
    """The commonest values of FILTER with their numbers."""
    return first_few(f"{text} {number}" for text, number in tally.filters.most_common())
