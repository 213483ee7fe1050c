"""`biomarkers targets` (Reads to variants): clean a target BED, pad it, split it for parallel calling."""

from __future__ import annotations

from pathlib import Path

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
    from biomarkers.errors import Problem, Problems, log
    from biomarkers.genome import regions as intervals
    from biomarkers.genome import targets as work
    from biomarkers.genome.bed import as_bed, read_entries
    from biomarkers.io import files

    problems = Problems()
    if padding < 0:
        problems.add(Problem("command line", "--padding", padding, "a whole number of at least 0"))
    index = Path(f"{reference}.fai")
    read, source = (work.fai_lengths, index) if index.is_file() else (work.fasta_lengths, reference)
    lengths = problems.catch(read, source) or {}
    entries = problems.catch(read_entries, targets, one_based=one_based, track=track) or []
    problems.stop_if_any()
    if rename_contigs:
        entries = work.renamed(entries, lengths)
    found = work.clean(str(targets), entries, lengths, str(reference))
    texts = {cleaned: as_bed(found)}
    if shard:
        parts = work.shards(found, len(shard), padding, lengths)
        texts |= {path: as_bed(part) for path, part in zip(shard, parts, strict=True)}
    files.write_texts(texts)
    count = sum(len(pairs) for pairs in found.values())
    log.info("%s: %d intervals, %d bases in %d after merging", targets, len(entries), intervals.size(found), count)
