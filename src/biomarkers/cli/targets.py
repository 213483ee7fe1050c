"""`biomarkers targets` (Reads to variants): clean a target BED, pad it, split it for parallel calling."""

from __future__ import annotations

from biomarkers.cli._kinds import InputBed, InputFasta, OutputBed


def targets(
    *,
    targets: InputBed,
    reference: InputFasta,
    cleaned: OutputBed,
    padding: int = 0,
    shard: list[OutputBed] | None = None,
    one_based: bool = False,
    track: str | None = None,
    rename_contigs: bool = False,
) -> None:
    """Clean a target BED against a reference; pad it and split it for parallel calling.

    Headers are skipped, intervals sorted in the reference's order and merged. A file that does not fit (other contig
    names, ends beyond a contig, 1-based starts, several tracks, no interval) is refused with the line and what to do.

    Args:
        targets: Capture targets as the vendor gives them: BED or Picard interval list, plain or gzip.
        reference: Reference genome, FASTA; the .fai beside it is used when it is there.
        cleaned: BED to write: sorted and merged, without padding.
        padding: Bases added on both sides of every interval in the shards.
        shard: BEDs to write: the padded intervals in as many parts of about equal bases as files are named.
        one_based: The file's starts count from 1.
        track: The only track to take of several in the file, by its name; NimbleGen has targets and probes in one.
        rename_contigs: Add or take off `chr` to follow the reference; only when both are of the same genome build.
    """
    from biomarkers.genome import targets as work
    from biomarkers.genome.bed import as_bed
    from biomarkers.io import files

    found, parts = work.prepared(
        targets,
        reference,
        padding=padding,
        parts=len(shard or ()),
        one_based=one_based,
        track=track,
        rename_contigs=rename_contigs,
    )
    shards = zip(shard or (), parts, strict=True)
    files.write_texts({cleaned: as_bed(found)} | {path: as_bed(part) for path, part in shards})
