"""Hot spots: places or alleles that a list names, rescued from the germline rule or excluded when asked."""

from __future__ import annotations

from collections.abc import Iterable

from biomarkers.errors import InputError, LineProblems, Problem
from biomarkers.genome.changes import of_maf
from biomarkers.genome.protein import lengthened
from biomarkers.genome.regions import Lookup, of_rows, spelling_problem
from biomarkers.io.lines import is_whole_number
from biomarkers.variants.vcf import changed


class Hotspots:
    """Intervals, exact alleles (`contig, position, ref, alt`) and protein changes (`gene, p.Arg175His`).

    file, contigs: where they are listed, and on which contigs.
    """

    def __init__(
        self,
        intervals: Lookup | None = None,
        alleles: Iterable[tuple[str, int, str, str]] = (),
        proteins: Iterable[tuple[str, str]] = (),
        file: str = "",
        contigs: Iterable[str] = (),
    ) -> None:
        self._file, self._contigs = file, frozenset(contigs)
        self._intervals = intervals
        self._alleles = frozenset((contig, *of_maf(pos, ref, alt)) for contig, pos, ref, alt in alleles)
        self._proteins = frozenset(proteins)
        self._any = bool(intervals or self._alleles or self._proteins)

    def __bool__(self) -> bool:
        """Whether anything is listed."""
        return self._any

    def named_as(self, file: str, contigs: Iterable[str], column: str = "contig") -> Hotspots:
        """The same, whose contigs are named as those of a file of variants are. Raises InputError where they are not.

        None would ever be found.
        """
        if problem := spelling_problem(file, contigs, self._file, self._contigs, column):
            raise InputError(problem)
        return self

    def hits(self, chrom: str, pos: int, ref: str, alt: str, gene: str, protein: str) -> bool:
        """Whether the list names this ALT (pos: 1-based), however the two spell it, padded or as a MAF does."""
        if not self._any:
            return False
        if (chrom, *of_maf(pos, ref, alt)) in self._alleles or (protein and (gene, protein) in self._proteins):
            return True
        return bool(self._intervals and alt.isalpha() and self._intervals.touches(chrom, *changed(pos, ref, alt)))


def parse(shown: str, lines: Iterable[tuple[int, str]]) -> Hotspots:
    """Hot spots of a BED, a VCF, or a list with `contig:position:ref:alt` or `gene p.Arg175His` (`p.R175H`) in a line.

    Raises InputError with the lines that are none of these.
    """
    from biomarkers.genome.bed import bed_interval, is_heading

    problems = LineProblems(shown)
    intervals: list[tuple[str, int, int]] = []
    alleles: list[tuple[str, int, str, str]] = []
    proteins: list[tuple[str, str]] = []
    is_vcf = False
    for number, line in lines:
        is_vcf = is_vcf or line.startswith("##fileformat=VCF")
        if is_heading(line):
            continue
        cells = line.split("\t") if "\t" in line else line.split()
        place = cells[0].rsplit(":", 3)
        if is_vcf and len(cells) >= 5 and is_whole_number(cells[1]):
            alleles += [(cells[0], int(cells[1]), cells[3].upper(), alt) for alt in cells[4].upper().split(",")]
        elif len(cells) == 1 and len(place) == 4 and is_whole_number(place[1]):
            alleles.append((place[0], int(place[1]), place[2].upper(), place[3].upper()))
        elif len(cells) == 2 and cells[1].startswith("p.") and (protein := lengthened(cells[1])):
            proteins.append((cells[0], protein))
        elif len(cells) >= 3 and not is_vcf:
            interval = bed_interval(shown, number, line, problems)
            intervals += [] if interval is None else [interval]
        else:
            expected = "a BED interval, a VCF record, `contig:position:ref:alt` or `gene p.Arg175His`"
            problems.add(Problem(shown, "row", line.strip(), expected, number))
    problems.stop_if_any()
    if not (intervals or alleles or proteins):
        raise InputError(Problem.said(shown, "file", "is empty", "at least one hot spot"))
    contigs = [*(contig for contig, *_ in intervals), *(contig for contig, *_ in alleles)]
    return Hotspots(Lookup(of_rows(intervals)) if intervals else None, alleles, proteins, shown, contigs)
