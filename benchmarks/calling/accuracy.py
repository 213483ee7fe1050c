"""Calls against known variants, allele by allele after normalisation, and what became of the known ones that are missing."""
# ruff: noqa: E501

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

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


def alleles(vcf: Path, reference: Path, targets: Path) -> dict[Allele, str]:
    """FILTER of each ALT within the targets: split, left-aligned (bcftools norm), so that spelling does not matter."""
    norm = ["bcftools", "norm", "--multiallelics", "-any", "--fasta-ref", str(reference), str(vcf)]
    with subprocess.Popen(norm, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as split:
        view = ["bcftools", "query", "--targets-file", str(targets), "--format", r"%CHROM\t%POS\t%REF\t%ALT\t%FILTER\n"]
        text = subprocess.run(view, stdin=split.stdout, capture_output=True, text=True, check=True).stdout
    if split.returncode:
        raise SystemExit(f"{vcf}: bcftools norm failed; is it on {reference}?")
    found = {}
    for line in text.splitlines():
        contig, pos, ref, alt, verdict = line.split("\t")
        found[contig, int(pos), ref, alt] = verdict
    return found


def score(calls: dict[Allele, str], known: set[Allele]) -> Score:
    """Passed calls against the known alleles."""
    passed = {allele for allele, verdict in calls.items() if verdict == "PASS"}
    missing = known - passed
    reasons = Counter(calls.get(allele, "not called") for allele in missing)
    return Score(len(passed & known), len(passed - known), len(missing), reasons)
