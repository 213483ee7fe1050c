"""What the headers of alignments, VCFs and the reference tell before any job runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from biomarkers.errors import Problem, Problems, log
from biomarkers.io import alignments
from biomarkers.io.lines import head, is_gzip, numbered
from biomarkers.run.checks import first_reads
from biomarkers.run.samples import Samples


class Genome(NamedTuple):
    """What files are compared with: a FASTA and its bases by contig.

    whole: of all contigs, not the main ones only. own: where the run makes its copy.
    """

    fasta: str
    lengths: dict[str, int]
    whole: bool = True
    own: str = "resources/genome.fa"


def check_reference(fasta: str, copy: str, problems: Problems) -> dict[str, int] | None:
    """Bases by contig, from the index when it fits the file, else from the FASTA itself.

    copy: the run's own, if it is there. The place where the last contig ends tells an index of another file, and a
    file that was cut, without any reading.
    """
    from biomarkers.genome import targets

    path, index = Path(fasta), Path(f"{fasta}.fai")
    own = Path(f"{copy}.fai")
    if not index.is_file() and own.is_file() and own.stat().st_mtime >= path.stat().st_mtime:
        index = own
    if not index.is_file():
        return problems.catch(targets.fasta_lengths, fasta)
    lengths = problems.catch(targets.fai_lengths, index)
    if lengths and index != own and not is_gzip(head(path)):
        rows = [line.split("\t") for _, line in numbered(index)]
        last = max(rows, key=lambda cells: int(cells[2]))
        bases, offset, per_line, width = (int(cell) for cell in last[1:5])
        end = offset + (bases // per_line * width + bases % per_line if bases else 0)
        size = path.stat().st_size
        if size < end:
            expected = f"{end} bytes by {index}: the FASTA was cut (copy it again) or the index is another file's"
            problems.add(Problem(fasta, "size", size, f"{expected} (make it with samtools faidx)"))
        elif size > end + 2 * (width - per_line) + 1:
            expected = f"the index of {fasta}, which goes on for {size - end} bytes; make it again with samtools faidx"
            problems.add(Problem.said(str(index), "file", "is another file's index", expected))
    return lengths


def check_alignments(found: Samples, genome: Genome, problems: Problems) -> None:
    """Every BAM and CRAM: whole, of one sample, on the reference's contigs, named otherwise than its normal."""
    names: dict[str, tuple[str, str]] = {}
    sums = _checksums(genome) if genome.whole else {}
    for sample in found.sequenced:
        names[sample.sample] = (sample.sample, str(sample.line))
        files = [sample.file] if sample.file else [lane.read_1 for lane in sample.lanes if lane.is_bam]
        for file in dict.fromkeys(files):
            header = _alignment_header(file, problems)
            if header is None:
                continue
            own = {str(group["SM"]) for group in header.get("RG", []) if group.get("SM")}
            if len(own) > 1:
                expected = "one sample in a file; take each out with samtools split or samtools view -R"
                problems.add(Problem(file, "SM", " and ".join(sorted(own)), expected))
            if sample.entry == "alignment":
                _check_aligned(file, header, problems)
                if len(own) == 1:
                    names[sample.sample] = (next(iter(own)), file)
            if sample.entry == "alignment" or (file.endswith(".cram") and header.get("SQ")):
                problems.add(*_wrong_contig(file, header, genome, sums))
    for tumor in found.called:
        normal = found.normal_of(tumor)
        if normal and names[tumor.sample][0] == names[normal.sample][0]:
            name, where = names[normal.sample]
            expected = (
                f"another sample name than that of its normal {normal.sample} ({where}): "
                "are both files of one sample? If not, rename one with samtools addreplacerg"
            )
            problems.add(Problem(names[tumor.sample][1], "SM", name, expected))


def check_vcf(file: str, genome: Genome, problems: Problems, *, frequencies: bool = False) -> None:
    """A VCF must be whole and on the reference's contigs; `frequencies`: it must carry INFO/AF."""
    from biomarkers.genome import regions

    stated = problems.catch(alignments.vcf_header, file)
    if stated is None:
        return
    if frequencies and "AF" not in stated.fields:
        expected = "allele frequencies, which Mutect2 needs of a germline resource"
        problems.add(Problem(file, "INFO/AF", None, expected))
    if problem := regions.naming_problem(file, stated.contigs, genome.fasta, genome.lengths):
        problems.add(problem)
        return
    for name, length in stated.lengths.items():
        if length and length != genome.lengths.get(name, length):
            expected = f"{genome.lengths[name]} as in {genome.fasta} (same genome build?)"
            problems.add(Problem(file, f"length of {name}", length, expected))
            return


def check_genes(file: str, genome: Genome, problems: Problems, *, for_csq: bool) -> None:
    """Gene models must have coding sequence on the reference's contigs; `for_csq`: in the words of Ensembl's GFF3."""
    from biomarkers.genome import regions

    contigs: dict[str, None] = {}
    coding = None
    declared = False
    for number, line in numbered(Path(file)):
        if line.startswith("#"):
            if line.startswith("##sequence-region"):
                declared = True
                contigs.update(dict.fromkeys(line.split()[1:2]))
            elif line.startswith("##FASTA"):
                break
            continue
        cells = line.split("\t")
        contigs[cells[0]] = None
        if len(cells) == 9 and cells[2] == "CDS" and coding is None:
            coding = (number, cells[8])
            if declared:
                break
    if coding is None:
        expected = "gene models with CDS lines: GFF3 of Ensembl, such as Homo_sapiens.GRCh38.112.gff3.gz"
        problems.add(Problem(file, "CDS", None, expected))
    elif for_csq and "Parent=transcript:" not in coding[1]:
        expected = "Parent=transcript:ID as in Ensembl's GFF3, which bcftools csq reads (not that of GENCODE or RefSeq)"
        problems.add(Problem(file, "attributes", coding[1], expected, coding[0]))
    if problem := regions.naming_problem(file, contigs, genome.fasta, genome.lengths):
        problems.add(problem)


def check_targets(reference: dict[str, Any], genome: Genome, problems: Problems) -> None:
    """The targets must be intervals of the genome; where it is not whole, those on other contigs are left out."""
    from biomarkers.genome import regions, targets
    from biomarkers.genome.bed import read_entries

    bed, lengths = reference["targets"], genome.lengths
    asked = {"one_based": reference["one_based_targets"], "track": reference["target_track"]}
    entries = problems.catch(read_entries, bed, **asked) or []
    if reference["rename_contigs"]:
        entries = targets.renamed(entries, lengths)
    if not genome.whole:
        entries = [each for each in entries if each.contig in lengths or regions.other_spelling(each.contig) in lengths]
    if entries:
        problems.catch(targets.clean, bed, entries, lengths, genome.fasta)


def warn_old_indexes(found: Samples) -> None:
    """An index that is older than its BAM may belong to another file: it is not used, which is said."""
    for sample in found.sequenced:
        if sample.entry != "alignment" or not sample.file:
            continue
        path = Path(sample.file)
        for index in (Path(f"{path}.bai"), path.with_suffix(".bai"), Path(f"{path}.crai")):
            if index.is_file() and index.stat().st_mtime < path.stat().st_mtime:
                log.warning("%s: is older than %s; it is not used, the run makes its own index", index, path.name)


def _alignment_header(file: str, problems: Problems) -> dict[str, Any] | None:
    try:
        header = alignments.header(file)
        if alignments.is_whole(file):
            return header
    except alignments.OddHeaderError as error:
        expected = "lines as the SAM specification says (samtools view -H shows them, samtools reheader mends them)"
        problems.add(Problem.said(file, "header", f"cannot be read ({error})", expected))
        return None
    except (OSError, ValueError):
        pass
    problems.add(Problem.said(file, "file", "is truncated or damaged", alignments.WHOLE))
    return None


def _check_aligned(file: str, header: dict[str, Any], problems: Problems) -> None:
    if not header.get("RG"):
        expected = "@RG lines with a sample name (SM); add them with samtools addreplacerg"
        problems.add(Problem(file, "read group", None, expected))
    elif not all(group.get("SM") for group in header["RG"]):
        problems.add(Problem(file, "SM", None, "a sample name in every @RG; give it with samtools addreplacerg"))
    elif not all(group.get("ID") for group in header["RG"]):
        problems.add(Problem(file, "ID", None, "a name of every @RG; give it with samtools addreplacerg"))
    else:
        problems.catch(first_reads.check_groups, file, {group["ID"] for group in header["RG"]})
    order = header.get("HD", {}).get("SO")
    if order != "coordinate":
        problems.add(Problem(file, "sort order", order, "coordinate; run samtools sort"))


def _wrong_contig(file: str, header: dict[str, Any], genome: Genome, sums: dict[str, str]) -> list[Problem]:
    """The first thing wrong with the file's contigs, which must be the genome's: names, lengths, bases (M5), order."""
    from biomarkers.genome import regions

    fasta, lengths = genome.fasta, genome.lengths
    remedy = f"give the reference that it was aligned to, or align it again to {fasta} (`reads: {{realign: true}}`)"
    if file.endswith(".cram"):
        remedy = "give the reference that the CRAM was made with, which alone can read it"
    stated = {line["SN"]: line["LN"] for line in header.get("SQ", [])}
    if problem := regions.naming_problem(file, stated, fasta, lengths, "contig"):
        return [problem._replace(expected=f"{problem.expected.split(' (')[0]}; {remedy}")]
    for line in header.get("SQ", []):
        name, bases = line["SN"], line["LN"]
        if name not in lengths and genome.whole:
            return [Problem(file, "contig", name, f"a contig of {fasta}; {remedy}")]
        if bases != lengths.get(name, bases):
            expected = f"{lengths[name]} as in {fasta}: another genome build; {remedy}"
            return [Problem(file, f"length of {name}", bases, expected)]
        if name in sums and line.get("M5", sums[name]).lower() != sums[name]:
            expected = f"{sums[name]} as in {fasta}: the bases differ; {remedy}"
            return [Problem(file, f"M5 of {name}", line["M5"], expected)]
    if not genome.whole or list(stated) == list(lengths):
        return []
    if missing := next((name for name in lengths if name not in stated), None):
        return [Problem(file, "contig", None, f"{missing}, as {fasta} has it; {remedy}")]
    at = next(a for a, b in zip(stated, lengths, strict=True) if a != b)
    return [Problem.said(file, "order of contigs", f"has {at} too early", f"the order of {fasta}; {remedy}")]


def _checksums(genome: Genome) -> dict[str, str]:
    """MD5 by contig from a dictionary beside the FASTA or of the run; empty when there is none yet."""
    fasta = genome.fasta
    places = (Path(fasta).with_suffix(".dict"), Path(f"{fasta}.dict"), Path(genome.own).with_suffix(".dict"))
    for path in places:
        if path.is_file() and path.stat().st_mtime >= Path(fasta).stat().st_mtime:
            lines = [line.split("\t") for _, line in numbered(path) if line.startswith("@SQ")]
            fields = [dict(cell.split(":", 1) for cell in line[1:] if ":" in cell) for line in lines]
            return {line["SN"]: line["M5"].lower() for line in fields if {"SN", "M5"} <= line.keys()}
    return {}
