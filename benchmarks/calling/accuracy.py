"""Calls against known variants, allele by allele after normalisation, and what became of the known ones that are missing."""
# ruff: noqa: E501

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from biomarkers.genome import regions
from biomarkers.genome.bed import read_bed

Allele = tuple[str, int, str, str]


@dataclass(frozen=True)
class Score:
    """found, false, missing: numbers of alleles; reasons: filters of the missing ones, `not called` where there is no record."""

    found: int
    false: int
    missing: int
    reasons: Counter[str]

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.found / (2 * self.found + self.false + self.missing)

    def __str__(self) -> str:
        reasons = ", ".join(f"{reason} {number}" for reason, number in self.reasons.most_common())
        return f"{self.found} found, {self.false} false, F1 {self.f1:.3f}; {self.missing} missing ({reasons or 'none'})"


def alleles(vcf: Path, reference: Path, targets: Path, *, atomize: bool = False) -> dict[Allele, str]:
    """FILTER of each ALT within the targets: split, left-aligned (bcftools norm), so that spelling does not matter.

    atomize: neighbouring substitutions of one record are taken apart, too.
    """
    found: dict[Allele, str] = {}
    for allele, verdict in _queried(vcf, reference, targets, "%FILTER", ["--atomize"] if atomize else []):
        # Of two records of one allele the passed one counts.
        if found.get(allele) != "PASS":
            found[allele] = verdict
    return found


def tumor_reads(vcf: Path, sample: str, reference: Path, targets: Path) -> dict[Allele, tuple[int, int]]:
    """Depth and reads with the ALT in this sample, by FORMAT/AD, for each allele of `alleles`."""
    rows = _queried(vcf, reference, targets, "[%AD]", sample=["--samples", sample])
    reads = {allele: [int(number) for number in text.split(",")] for allele, text in rows}
    return {allele: (sum(numbers), numbers[1]) for allele, numbers in reads.items()}


def _queried(
    vcf: Path, reference: Path, targets: Path, field: str, norm: Sequence[str] = (), sample: Sequence[str] = ()
) -> Iterator[tuple[Allele, str]]:
    """Each ALT within the targets with a field of its record."""
    command = ["bcftools", "norm", "--multiallelics", "-any", *norm, "--fasta-ref", str(reference), str(vcf)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as split:
        asked = rf"%CHROM\t%POS\t%REF\t%ALT\t{field}\n"
        query = ["bcftools", "query", "--targets-file", str(targets), *sample, "--format", asked]
        text = subprocess.run(query, stdin=split.stdout, capture_output=True, text=True, check=True).stdout
    if split.returncode:
        raise SystemExit(f"{vcf}: bcftools norm failed; is it on {reference}?")
    for line in text.splitlines():
        contig, pos, ref, alt, value = line.split("\t")
        # `*` is a deletion that begins elsewhere.
        if alt != "*":
            yield (contig, int(pos), ref, alt), value


def score(calls: dict[Allele, str], known: set[Allele]) -> Score:
    """Passed calls against the known alleles."""
    passed = {allele for allele, verdict in calls.items() if verdict == "PASS"}
    missing = known - passed
    reasons = Counter(calls.get(allele, "not called") for allele in missing)
    return Score(len(passed & known), len(passed - known), len(missing), reasons)


def stand_in_genes(targets: Path, path: Path) -> Path:
    """A gene model whose coding sequence is the targets, so that `check` has nothing to say of it."""
    rows = [
        f"{contig}\tensembl\tCDS\t{start + 1}\t{end}\t.\t+\t0\tID=CDS:{number};Parent=transcript:{number}\n"
        for number, (contig, start, end) in enumerate(regions.rows(read_bed(targets)))
    ]
    path.write_text("##gff-version 3\n" + "".join(rows))
    return path
