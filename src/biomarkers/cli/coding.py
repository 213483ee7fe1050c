"""`biomarkers coding` (Reads to variants): cut the coding bases out of gene models."""

from __future__ import annotations

from biomarkers.cli._kinds import InputGenes, OutputBed


def coding(*, genes: InputGenes, coding_bed: OutputBed) -> None:
    """Cut the coding bases out of gene models.

    Every base of a coding sequence stands in one interval, of however many transcripts it is a part. The stop codon
    belongs to the coding sequence: GFF3 has it in CDS, GTF in a feature of its own.

    Args:
        genes: Gene models as GFF3 or GTF (features CDS and stop_codon), or coding exons as BED; plain or gzip.
        coding_bed: BED to write: sorted and merged.
    """
    from biomarkers.burden import coding as models
    from biomarkers.genome.bed import as_bed
    from biomarkers.io import files
    from biomarkers.io.lines import numbered

    found = models.coding_bases(str(genes), numbered(genes))
    files.write_texts({coding_bed: as_bed(found)})
