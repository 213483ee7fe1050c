"""A Mutation Annotation Format (MAF) file of TCGA, GDC, cBioPortal or vcf2maf as rows of the table `variants`.

Alleles and positions stay as the MAF spells them (`-` for none, Start_Position). The rules are those for a VCF, in the
same order; what a file does not hold is said, never taken for granted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from biomarkers.errors import InputError, Problem, nearest
from biomarkers.genome.consequence_terms import TERMS_OF_CLASS, plain, terms_in
from biomarkers.genome.protein import lengthened
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.variants.evidence import Evidence
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.maf_cells import LISTED, MUST, Layout, allele, position, share, whole
from biomarkers.variants.rules import (
    DUPLICATE,
    Passing,
    Rules,
    Territory,
    behind_reads,
    changed_bases,
    first_failure,
    outside,
    passes_otherwise,
)
from biomarkers.variants.vcf import changed

NOT_SOMATIC = frozenset({"germline", "loh", "wildtype", "none", "post_transcriptional_modification", "redacted"})
"""Values of Mutation_Status (MAF specification 2.4.1) that name no somatic mutation."""
NOT_VALID = frozenset({"invalid", "wildtype", "redacted"})
TCGA = re.compile(r"(TCGA-[A-Z0-9]{2}-[A-Z0-9]{4})-\d\d")
"""TCGA barcode: project, site, participant, sample; the first three name the patient."""


@dataclass
class Tally:
    """What was seen. samples: patient by sample, in order; the counters go by sample."""

    samples: dict[str, str] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    without_reads: Counter[str] = field(default_factory=Counter)
    with_frequency: int = 0
    known: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    passed: int = 0
    filters: Counter[str] = field(default_factory=Counter)
    contigs: dict[str, None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    normals: set[str] = field(default_factory=set)
    listed: bool = False


def read(
    file: str,
    lines: Iterable[tuple[int, str]],
    definitions: Sequence[Definition],
    *,
    rules: Rules,
    territory: Territory,
    hotspots: Hotspots,
    patients: Mapping[str, str] | None,
    paired: bool,
    frequency: str,
    tally: Tally,
) -> Iterator[dict[str, Any]]:
    """Rows of the table `variants` with one more column, `variant_classification`.

    patients: patient by sample for every sequenced sample, so that those without a mutation count as zero; None: only
    what the MAF itself names. `tally` is filled as the rows are taken. Raises InputError at the first malformed line,
    and in the end for samples that `patients` does not name.
    """
    layout: Layout | None = None
    strangers: dict[str, int] = {}
    passing = Passing(rules)
    seen: set[tuple[str, str, int, str, str]] = set()
    if patients is not None:
        tally.samples, tally.listed = dict(patients), True
    for number, line in lines:
        if line.startswith("#"):
            if line.lower().startswith(LISTED) and patients is None:
                names = line[len(LISTED) :].split()
                tally.samples, tally.listed = {name: patient_of(name) for name in names}, True
            continue
        if not line.strip():
            continue
        if layout is None:
            layout = Layout(file, number, line.lstrip("\ufeff"), frequency)
            continue
        cells = line.split("\t")
        if any(cells[layout.width :]) or len(cells) <= max(layout.at[key] for key in MUST):
            expected = f"{layout.width} columns as in the header (a truncated file?)"
            raise InputError(Problem.said(file, "row", f"has {len(cells)} columns", expected, number))
        row = _row(file, number, layout, cells, definitions, rules, territory, hotspots, paired, tally, seen, passing)
        if row["sample"] not in tally.samples:
            if tally.listed:
                strangers.setdefault(row["sample"], number)
            tally.samples[row["sample"]] = patient_of(row["sample"])
        if patients is None and layout.get(cells, "patient"):
            tally.samples[row["sample"]] = layout.get(cells, "patient")
        row["patient"] = tally.samples[row["sample"]]
        yield row
    if layout is None:
        raise InputError(Problem.said(file, "file", "is empty", "a MAF with a header line (Hugo_Symbol, ...)"))
    if strangers:
        expected = "a sample of the list of sequenced samples (add it there, or take its rows out of the MAF)"
        raise InputError([Problem(file, "Tumor_Sample_Barcode", s, expected, at) for s, at in strangers.items()])


def _row(
    file: str,
    number: int,
    layout: Layout,
    cells: list[str],
    definitions: Sequence[Definition],
    rules: Rules,
    territory: Territory,
    hotspots: Hotspots,
    paired: bool,
    tally: Tally,
    seen: set[tuple[str, str, int, str, str]],
    passing: Passing,
) -> dict[str, Any]:
    get = layout.get
    sample = get(cells, "sample")
    if not sample:
        raise InputError(Problem(file, "Tumor_Sample_Barcode", None, "a sample", number))
    chrom, ref = get(cells, "chrom"), allele(file, number, layout, cells, "ref")
    alt = allele(file, number, layout, cells, "alt")
    if alt in ("", ref):
        alt = allele(file, number, layout, cells, "alt_1") or alt
    pos = position(file, number, get(cells, "pos"))
    depth, reads = (whole(file, number, key, get(cells, key)) for key in ("depth", "alt_reads"))
    rest = whole(file, number, "ref_reads", get(cells, "ref_reads"))
    if depth is None and rest is not None and reads is not None:
        depth = rest + reads
    vaf = reads / depth if reads is not None and depth else None
    population = share(file, number, layout, cells)
    terms = terms_in(get(cells, "consequence")) or TERMS_OF_CLASS.get(plain(get(cells, "class")), ())
    gene = get(cells, "gene")
    gene = "" if gene == "Unknown" else gene
    protein = get(cells, "protein")
    protein = lengthened(protein) if protein else lengthened(get(cells, "short"))
    alone = _alone(get(cells, "tumor_only"), get(cells, "normal"), paired)
    place = (sample, chrom, pos or 0, ref, alt)
    status = _status(layout, cells)
    if passing[status] and pos and ref and alt:
        status = DUPLICATE if place in seen else status
        seen.add(place)
    where = _changed(pos, ref, alt)
    off = outside(chrom, *where, terms, territory) if where else "target" if territory.regions else ""
    hot = bool(where) and hotspots.hits(chrom, *anchored(pos or 0, ref, alt), gene, protein)
    hot = hot or hotspots.hits(chrom, pos or 0, ref, alt, gene, protein)
    tally.rows[sample] += 1
    tally.without_reads[sample] += depth is None or reads is None
    tally.with_frequency += population is not None
    tally.known += bool(terms)
    if not terms:
        tally.unknown[get(cells, "class")] += 1
    tally.filters[status] += 1
    accepted = passing[status]
    tally.passed += accepted
    if chrom:
        tally.contigs[chrom] = None
    if alone is False:
        tally.normals.add(sample)
    germline = bool(alone and not hot and population is not None and population >= rules.max_population_af)
    later = behind_reads(rules, germline=germline, hot=hot)
    exclusion = first_failure(rules, Evidence(depth, reads, None, vaf), passes=accepted, place=off, later=later)
    names = [d.name for d in definitions if terms and terms[0] in d.terms] if not exclusion else []
    events = whole(file, number, "events", get(cells, "events")) or (
        1 if rules.mnv == "event" else changed_bases(ref, alt)
    )
    for name in names:
        tally.counts[name] += events
    return {
        "patient": "",
        "sample": sample,
        "chrom": chrom,
        "pos": pos,
        "ref": ref,
        "alt": alt,
        "filter": status,
        "depth": depth,
        "alt_reads": reads,
        "vaf": vaf,
        "caller_af": None,
        "gene": gene,
        "transcript": get(cells, "transcript"),
        "consequence": "&".join(terms),
        "hgvsp": protein,
        "population_af": population,
        "exclusion": exclusion or ("" if names else "consequence"),
        "counted_in": ",".join(names),
        "tumor_only": None if alone is None else int(alone),
        "n_events": events,
        "other_genes": get(cells, "others"),
        "passes_otherwise": passes_otherwise(exclusion, later),
        "variant_classification": get(cells, "class"),
    }


def patient_of(sample: str) -> str:
    """Participant of a TCGA barcode; of any other sample the sample itself.

    >>> patient_of("TCGA-AB-2802-03B-01W-0728-08"), patient_of("P-0000004-T01-IM3")
    ('TCGA-AB-2802', 'P-0000004-T01-IM3')
    """
    match = TCGA.match(sample)
    return match[1] if match else sample


def anchored(pos: int, ref: str, alt: str) -> tuple[int, str, str]:
    """A MAF's insertion or deletion with an unknown base in front, as a VCF has it; other changes as they are.

    >>> anchored(101, "AA", "-"), anchored(100, "-", "TT"), anchored(100, "C", "T")
    ((100, 'NAA', 'N'), (100, 'N', 'NTT'), (100, 'C', 'T'))
    """
    if alt == "-":
        return pos - 1, "N" + ref, "N"
    return (pos, "N", "N" + alt) if ref == "-" else (pos, ref, alt)


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


def _alone(told: str, normal: str, paired: bool) -> bool | None:
    """Whether the call was tumor-only; None when nobody says."""
    if paired or (told == "" and normal):
        return False
    return None if told == "" else told == "1"


def _status(layout: Layout, cells: list[str]) -> str:
    for key, wrong in (("status", NOT_SOMATIC), ("validation", NOT_VALID)):
        text = layout.get(cells, key)
        if plain(text) in wrong:
            return f"{'Mutation_Status' if key == 'status' else 'Validation_Status'}={text}"
    return (layout.get(cells, "filter") or ".") if layout.at["filter"] >= 0 else "PASS"


def _changed(pos: int | None, ref: str, alt: str) -> tuple[int, int] | None:
    if not pos or not ref or not alt or alt.startswith("<"):
        return None if not pos else (pos - 1, pos)
    return changed(*anchored(pos, ref, alt))
