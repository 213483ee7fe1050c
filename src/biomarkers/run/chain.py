"""The chain of evidence of a run: which file was made of which, from the table of burdens to what the user gave.

The record beside `tmb.tsv` holds it with the MD5 of every file (docs/methods.md, 12.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from biomarkers import __version__
from biomarkers.declared import listed
from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import lines, programs, provenance
from biomarkers.io.files import md5
from biomarkers.run import presets, quality
from biomarkers.run.checks import maf_entry
from biomarkers.run.facts import Facts
from biomarkers.run.layout import USUAL, Layout
from biomarkers.run.run import Run
from biomarkers.run.samples import Sample
from biomarkers.run.written import PLACE

TMB = PLACE["tmb"]
TARGETS, CODING, CODING_TARGETS = (f"resources/{name}.bed" for name in ("targets", "coding", "coding_targets"))
PANEL = "results/panel/panel_of_normals.vcf.gz"
GIVEN = "given"
"""What `by` says of a file of the user."""
REFERENCES = "reference"
MEASURED = {
    "stats": "samtools stats",
    "duplicates": "samtools markdup",
    "depth": "mosdepth",
    "thresholds": "mosdepth",
    "hs_metrics": "Picard CollectHsMetrics",
    "contamination": "GATK CalculateContamination",
}
"""Who wrote each kind of report that quality is judged by. Left out are folders, and the burden's own tables."""


class Link(NamedTuple):
    """A file, by which command or rule it was made (or `GIVEN`), and of which files."""

    by: str
    sources: tuple[str, ...] = ()


def links(run: Run, facts: Facts) -> dict[str, Link]:
    """Every file of the chain by its path, the table of burdens first. Temporary files are passed over."""
    found: dict[str, Link] = {}
    reference, burden = run.config["reference"], run.config["burden"]
    qc = PLACE["qc"]
    tables = [f"results/variants/{tumor}.variants.tsv.gz" for tumor in facts.tumors]
    sizes = [f"results/burden/{tumor}.denominator.tsv" for tumor in facts.measured]
    stated = [path for path in (burden["denominators"], burden["calibration"], burden["custom"]) if path]
    sheet = [run.config["samples"]] if run.config["samples"] else []
    of_maf = _of_maf(run)
    tables += [path for path in (maf_entry.TABLE, maf_entry.DENOMINATOR) if path in of_maf]
    quality = [qc] if facts.tumors else []
    found[TMB] = Link("biomarkers tmb", (*tables, *sizes, *stated, *quality, *(sheet if facts.states_purity else ())))
    if quality:
        measured = (path for each in run.samples.sequenced for _, path in _reports(facts, each))
        found[qc] = Link("biomarkers qc", (*sheet, *measured))
    found |= of_maf
    for tumor in run.samples.tumors:
        found |= _of_tumor(run, facts, tumor)
    for sample in run.samples.sequenced:
        found |= _of_reads(run, facts, sample)
    if facts.measured or run.samples.called or run.measures_maf:
        found[TARGETS] = Link("biomarkers targets", _given(reference["targets"], reference["fasta"]))
        found[CODING] = Link("biomarkers coding", _given(reference["genes"]))
    if run.samples.called:
        found[CODING_TARGETS] = Link("biomarkers denominator", (TARGETS, CODING))
    if facts.builds_panel:
        normals = (facts.reads.of(normal).file for normal in facts.normals)
        found[PANEL] = Link("GATK CreateSomaticPanelOfNormals", (*normals, *_given(reference["germline_resource"])))
    named = {source for link in found.values() for source in link.sources}
    published = {file.path: Link(f"download of the preset {reference['preset']}") for file in run.preset_files}
    if presets.GENES in named:
        genes = (file.path for file in run.preset_files if file.key == "genes")
        found[presets.GENES] = Link("contigs renamed", tuple(genes))
        named |= set(found[presets.GENES].sources)
    return found | {path: published.get(path, Link(GIVEN)) for path in sorted(named - found.keys())}


def _of_maf(run: Run) -> dict[str, Link]:
    """The table of the run's MAF and, where it is measured, its territory."""
    clinical, burden = run.config["clinical"], run.config["burden"]
    if not clinical["maf"]:
        return {}
    beds = (maf_entry.CALLABLE, maf_entry.SPLICE) if run.measures_maf else ()
    own = (clinical["sequenced"], clinical["patients"], burden["custom"], burden["hotspots"])
    given = (path for path in (clinical["maf"], *own) if path)
    found = {maf_entry.TABLE: Link("biomarkers variants", (*given, *beds))}
    measured = (*beds, maf_entry.DENOMINATOR) if beds else ()
    return found | {path: Link("biomarkers denominator", (TARGETS, CODING)) for path in measured}


def _of_tumor(run: Run, facts: Facts, tumor: Sample) -> dict[str, Link]:
    name, reference, burden = tumor.sample, run.config["reference"], run.config["burden"]
    vcf = f"results/variants/{name}.vcf.gz"
    regions = [] if name in facts.assumed else [f"results/burden/{name}.{kind}.bed" for kind in ("callable", "splice")]
    own = (path for path in (burden["custom"], burden["hotspots"]) if path)
    on_target = [CODING_TARGETS] if regions and tumor.entry != "vcf" else []
    table = Link("biomarkers variants", (vcf, *regions, *on_target, *own))
    found = {f"results/variants/{name}.variants.tsv.gz": table}
    genes = reference["genes"] if facts.annotator.name == "csq" else None
    annotated_with = _given(reference["fasta"], genes, reference["germline_resource"])
    if tumor.entry == "vcf":
        by, further = ("annotation", annotated_with) if name in facts.unannotated else ("taken over", ())
        found[vcf] = Link(by, (*tumor.vcfs, *further))
    else:
        normal = run.samples.normal_of(tumor)
        reads = (facts.reads.of(one.sample).file for one in (tumor, normal) if one)
        panel = (PANEL,) if facts.builds_panel else _given(reference["panel_of_normals"])
        found[vcf] = Link("Mutect2, FilterMutectCalls, annotation", (*reads, TARGETS, *annotated_with, *panel))
    if name in facts.measured:
        deep = []
        if tumor.entry != "vcf":
            pair = [tumor, run.samples.normal_of(tumor)]
            deep = [_depth(one.sample) for one in pair if one]
        for path in (*regions, f"results/burden/{name}.denominator.tsv", f"results/burden/{name}.steps.tsv"):
            found[path] = Link("biomarkers denominator", (TARGETS, CODING, *deep))
    return found


def _of_reads(run: Run, facts: Facts, sample: Sample) -> dict[str, Link]:
    reads, reference = facts.reads.of(sample.sample).file, run.config["reference"]
    given = dict.fromkeys(file for lane in sample.lanes for file in (lane.read_1, lane.read_2) if file)
    by = "alignment" if sample.entry == "lanes" else "taken over"
    by += ", recalibration" if facts.recalibrates else ""
    known = _given(*facts.known_sites) if facts.recalibrates else ()
    measured = {path: Link(MEASURED[kind], (reads,)) for kind, path in _reports(facts, sample)}
    return measured | {
        reads: Link(by, (*(given or (sample.file or "",)), *_given(reference["fasta"]), *known)),
        _depth(sample.sample): Link("mosdepth", (reads, TARGETS)),
    }


def _reports(facts: Facts, sample: Sample) -> Iterator[tuple[str, str]]:
    """Kind and path of each report on a sample."""
    for kind in MEASURED:
        report = quality.REPORTS[kind]
        for name in quality.names_of(sample) if report.by_library else [sample.sample]:
            if (path := report.place.format(name)) in facts.reports.get(kind, ()):
                yield kind, path


def _depth(sample: str) -> str:
    return f"results/qc/depth/{sample}.quantized.bed.gz"


def _given(*paths: str | list[str] | None) -> tuple[str, ...]:
    return tuple(file for path in paths for file in listed(path) if file and file != "build")


def summed(run: Run, facts: Facts) -> dict[str, tuple[str, ...]]:
    """Files whose MD5 takes long, in groups of a job each: the references, and the reads of each sample."""
    reference = run.config["reference"]
    panel = None if facts.builds_panel else reference["panel_of_normals"]
    large = _given(reference["fasta"], reference["germline_resource"], panel, *facts.known_sites)
    groups = {REFERENCES: tuple(dict.fromkeys(large))} if run.has_burden and large else {}
    for sample in run.samples.sequenced:
        reads = facts.reads.of(sample.sample).file
        link = _of_reads(run, facts, sample)[reads]
        given = [file for file in link.sources if file not in large]
        linked = sample.entry == "alignment" and not facts.recalibrates and Path(reads).suffix == Path(given[0]).suffix
        groups[f"reads.{sample.sample}"] = tuple(given if linked else [*given, reads])
    return groups


def read_sums(paths: Sequence[str | Path]) -> dict[str, str]:
    """MD5 by path from what md5sum wrote. Raises InputError for another line."""
    found = {}
    for path in paths:
        for number, line in lines.numbered(path):
            found_sum, _, name = line.removeprefix("\\").partition("  ")
            if not name or len(found_sum) != 32:
                raise InputError(Problem(str(path), "line", line, "MD5, two blanks and a path (md5sum)", number))
            if line.startswith("\\"):
                name = name.replace("\\\\", "\\")
            found[name] = found_sum
    return found


def record(run: Run, facts: Facts, sums: Mapping[str, str], layout: Layout = USUAL) -> dict[str, Any]:
    """The record that stands beside the table of burdens. sums: MD5 of files that need not be read again.

    Paths in it are seen from the folder that holds the results. The only thing in it that two identical runs differ in
    is the time, its last entry. Raises InputError where the run has not come so far or has no burdens.
    """
    if not run.has_burden:
        expected = "the run of a config with samples or clinical.maf, of which burdens come"
        raise InputError(Problem.said(layout.place(TMB), "file", "is made of nothing that the config names", expected))
    known = dict(sums)
    files: dict[str, dict[str, Any]] = {}
    found = links(run, facts)
    places = {path: path if link.by == GIVEN else layout.place(path) for path, link in found.items()}
    _check_there(found, places, known)
    for path, link in found.items():
        place, sources = places[path], [places[source] for source in link.sources]
        if place not in known:
            # A link to a file of the user has that one's sum.
            target = next((known[source] for source in sources if source in known and _same(place, source)), None)
            known[place] = target or md5(place)
        told: dict[str, Any] = {"md5": known[place], "by": link.by}
        made_with = _programs(run, place, link, layout)
        if made_with:
            told["programs"] = made_with
        if sources:
            told["from"] = [layout.seen(source) for source in sources]
        files[layout.seen(place)] = told
    return {
        "command": "provenance",
        "biomarkers": __version__,
        "commit": provenance.commit(),
        "programs": programs.ours(),
        "settings": run.config,
        "samples": {tumor.sample: _sample(run, tumor, layout) for tumor in run.samples.tumors},
        "files": files,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _check_there(found: Mapping[str, Link], places: Mapping[str, str], sums: Mapping[str, str]) -> None:
    """Raise InputError for files of the chain that are not there: all of them, or that there are no burdens yet."""
    finished = "what a finished run has: call it in the run's folder, after `biomarkers run`"
    problems = Problems()
    for path, place in places.items():
        if place not in sums and not Path(place).is_file():
            given = found[path].by == GIVEN
            problems.add(Problem.said(place, "file", "is missing", "a file that exists" if given else finished))
            if path == TMB:
                break
    problems.stop_if_any()


def _sample(run: Run, tumor: Sample, layout: Layout) -> dict[str, Any]:
    """Who a tumor is. normal: of the sheet; normal_column: of the VCF, whatever the sheet calls it."""
    normal, variants = run.samples.normal_of(tumor), layout.place(f"results/variants/{tumor.sample}.variants.tsv.gz")
    origin = provenance.read(provenance.beside(variants)) or {}
    return {
        "patient": tumor.patient,
        "entry": tumor.entry,
        "normal": normal.sample if normal else None,
        "tumor_column": origin.get("column"),
        "normal_column": origin.get("normal_column"),
        "variants": layout.seen(variants),
        "reads": [one.sample for one in (tumor, normal) if one] if tumor.entry != "vcf" else [],
    }


def _same(path: str, source: str) -> bool:
    return Path(path).resolve() == Path(source).resolve()


def _programs(run: Run, path: str, link: Link, layout: Layout) -> dict[str, str]:
    """Programs by what they wrote into a file or beside it."""
    name = Path(path).name
    if path.endswith((".bam", ".cram")):
        found = programs.of_alignment(path)
        sample = run.samples.by_name.get(Path(path).stem)
        if link.by != GIVEN and sample is not None:
            folder = quality.REPORTS["trimming"].place
            for report in quality.names_of(sample):
                found |= programs.of_trimming(layout.place(folder.format(report)))
        return found
    entered = (vcf for tumor in run.samples.tumors for vcf in tumor.vcfs)
    if name.endswith((".vcf.gz", ".vcf", ".bcf")) and (link.by != GIVEN or path in entered):
        from biomarkers.io.vcf import Vcf

        return programs.of_vcf(Vcf(path).header)
    if link.by == "mosdepth":
        return programs.of_lines(path.removesuffix(".quantized.bed.gz") + ".versions.txt")
    return {}
