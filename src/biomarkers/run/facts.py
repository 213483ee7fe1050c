"""Facts of a run that the workflow's rules ask for: worked out once from its config and samples, never changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from biomarkers.declared import listed
from biomarkers.run import annotators, quality
from biomarkers.run.annotators import Annotator
from biomarkers.run.run import Run
from biomarkers.run.samples import Samples
from biomarkers.run.sarek import handover

INDEX_ENDINGS = {"bam": ".bai", "cram": ".crai"}
PART_OF_CALLING = 500_000
"""Padded target bases for each parallel part of a tumor's calling, which take minutes at the depth of an exome: a part
of seconds would spend them on starting Java and on compiling."""
TRIAL_TABLES = {
    "responses": None,
    "design": "orr_null",
    "readers": None,
    "discordant": None,
    "presets": "visit_interval_days",
}
"""Tables of the trial beside endpoints and rates, and the setting of `endpoints` that some of them need."""
MOST_PARTS = 8
"""So that a job finds a place on a shared cluster."""
ROOM_FOR_SORTING = 6_000
"""Megabytes of a job of alignment besides the genome's index."""
HUMAN_GENOME = 3_300_000_000
"""Bytes of a FASTA that is not there yet and of which the preset does not tell the size."""


@dataclass(frozen=True)
class Alignment:
    """Path of a sample's BAM or CRAM and of its index; `{sample}` stands for the name."""

    file: str
    index: str

    def of(self, sample: str) -> Alignment:
        """The paths of one sample."""
        return Alignment(self.file.format(sample=sample), self.index.format(sample=sample))


class Aligner(NamedTuple):
    """An aligner. endings: of the files of a genome's index; bytes_per_base: memory of that index when it is loaded."""

    name: str
    endings: tuple[str, ...]
    bytes_per_base: float


ALIGNERS = {
    "bwa": Aligner("bwa", (".amb", ".ann", ".bwt", ".pac", ".sa"), 1.8),
    "bwa-mem2": Aligner("bwa-mem2", (".amb", ".ann", ".pac", ".0123", ".bwt.2bit.64"), 6.2),
}
"""Measured on GRCh38: 5.6 GB and 19 GB."""


@dataclass(frozen=True)
class Facts:
    """What follows from config and samples. Samples stand by name, in the order of the sheet."""

    tumors: tuple[str, ...]
    normals: tuple[str, ...]
    """Normals that come as reads or alignments."""
    normal_names: tuple[str, ...]
    """The normal of each tumor; `.` where there is none or, as for a paired VCF, its name is not known."""
    assumed: tuple[str, ...]
    """Tumors that came as a VCF and whose territory is stated: for them, or by reference.assumed_bp for all."""
    measured: tuple[str, ...]
    """All other tumors: the territory is worked out from targets, genes and, where there are reads, depth."""
    unannotated: tuple[str, ...]
    """Tumors whose variants get their consequences here."""
    states_purity: bool
    """Whether the sheet states the share of tumor cells of any sample."""
    one_library: tuple[str, ...]
    several_libraries: tuple[str, ...]
    aligned: tuple[str, ...]
    """Samples that came as an alignment, which is taken over."""
    known_sites: tuple[str, ...]
    recalibrates: bool
    """Whether base qualities are recalibrated."""
    builds_panel: bool
    """Whether the panel of normals is built from the sheet's normals."""
    estimates_contamination: bool
    looks_for_swaps: bool
    """Whether it is checked that a tumor and its normal are of the same individual."""
    compares_people: bool
    """Whether there are two samples to be compared with one another."""
    reads: Alignment
    """Where a sample's reads stand in the end."""
    marked: Alignment
    """Where they stand before recalibration; the same when there is none."""
    aligner: Aligner
    aligner_megabytes: int
    """Memory of one alignment."""
    annotator: Annotator
    reports: Mapping[str, tuple[str, ...]]
    """Paths of what `biomarkers qc` reads of each sample, by its options."""
    pictures: Mapping[str, str]
    """Pictures of the burden that there are data for, by options of `biomarkers pictures`."""
    trial_tables: tuple[str, ...]
    """Tables of the trial that the settings suffice for, by options of `biomarkers endpoints`."""
    calling_parts: int
    """Parallel parts of one tumor's calling, before Snakemake bounds them by its cores."""

    @classmethod
    def of(cls, run: Run) -> Facts:
        """The facts of a run whose files were checked; the targets are read to see how many bases they are."""
        samples, config = run.samples, run.config
        reference, calling = config["reference"], config["calling"]
        tumors = tuple(tumor.sample for tumor in samples.tumors)
        stated = set(tumors) if reference["assumed_bp"] else run.stated
        assumed = tuple(tumor.sample for tumor in samples.tumors if tumor.entry == "vcf" and tumor.sample in stated)
        measured = tuple(tumor for tumor in tumors if tumor not in assumed)
        known_sites = tuple(listed(reference["known_sites"]))
        asked = config["reads"]["recalibrate"]
        recalibrates = asked in ("on", True) or (asked == "auto" and bool(known_sites))  # YAML reads on as true
        final = _alignment("results/reads", config["reads"]["format"])
        aligner = ALIGNERS[config["reads"]["aligner"]]
        has_common_sites = bool(reference["germline_resource"])
        looks_for_swaps = calling["same_person"] in ("stop", "warn") and has_common_sites
        return cls(
            tumors=tumors,
            normals=tuple(s.sample for s in samples.sequenced if not s.is_tumor),
            normal_names=tuple(getattr(samples.normal_of(tumor), "sample", ".") for tumor in samples.tumors),
            assumed=assumed,
            measured=measured,
            unannotated=tuple(tumor.sample for tumor in samples.tumors if not tumor.is_annotated),
            states_purity=any(tumor.purity is not None for tumor in samples.tumors),
            one_library=tuple(s.sample for s in samples.sequenced if len(s.libraries) == 1),
            several_libraries=tuple(s.sample for s in samples.sequenced if len(s.libraries) > 1),
            aligned=tuple(s.sample for s in samples.sequenced if s.entry == "alignment"),
            known_sites=known_sites,
            recalibrates=recalibrates,
            builds_panel=reference["panel_of_normals"] == "build",
            estimates_contamination=calling["contamination"] and has_common_sites,
            looks_for_swaps=looks_for_swaps,
            compares_people=looks_for_swaps and len(samples.sequenced) > 1,
            reads=final,
            marked=_alignment("results/unrecalibrated", "bam") if recalibrates else final,
            aligner=aligner,
            aligner_megabytes=int(ROOM_FOR_SORTING + aligner.bytes_per_base * _genome_bytes(run) / 1e6),
            annotator=annotators.chosen(config),
            reports=quality.expected(samples, hs_metrics=config["qc"]["hs_metrics"]),
            pictures=_burden_pictures(config["burden"], measured, has_burden=run.has_burden),
            trial_tables=(
                *(n for n, needed in TRIAL_TABLES.items() if not needed or config["endpoints"][needed] is not None),
                *(["visits"] if config["clinical"]["lesions"] else []),
            ),
            calling_parts=_calling_parts(samples, reference, calling),
        )


def wanted(run: Run, facts: Facts) -> list[str]:
    """Files of a whole run.

    Where sarek runs first its sheet is all, until it is there. Samples end with their burden, sequenced ones with their
    quality too. Clinical sheets add the cohort, a plan the tests and the page.
    """
    files: list[str] = []
    if run.awaits_sarek:
        return [handover.SHEET]
    if run.has_burden:
        files += ["results/burden/tmb.tsv", "results/burden/tmb.tsv.json", *facts.pictures.values()]
    if facts.tumors:
        files += ["results/burden/cohort.maf.gz"]
        files += [f"results/variants/{tumor}.maf.gz" for tumor in facts.tumors]
    if run.samples.sequenced:
        files += ["results/qc/multiqc.html"]
    if facts.compares_people:
        files += ["results/qc/concordance.tsv"]
    if run.config["clinical"]["patients"]:
        files += ["results/cohort.tsv", "results/flow.tsv"]
        if run.config["plan"]:
            files += ["results/association/results.tsv", "results/report/index.html"]
    return files


def _burden_pictures(burden: dict[str, Any], measured: Collection[str], *, has_burden: bool) -> dict[str, str]:
    """Pictures of the burden, and the table of one of them, by option of `biomarkers pictures`.

    burden: that block of the config; several definitions can be compared. measured: tumors whose denominator is worked
    out, step by step.
    """
    files = {"tumor_cells_picture": "results/burden/tumor_cells.svg"} if has_burden else {}
    if len({*burden["definitions"], *(["custom"] if burden["custom"] else [])}) > 1:
        files["agreement_picture"] = "results/burden/agreement.svg"
    if measured:
        files["denominator_picture"] = "results/burden/denominator.svg"
        files["table"] = "results/burden/denominator_steps.tsv"
    return files


def _alignment(folder: str, kind: str) -> Alignment:
    file = f"{folder}/{{sample}}.{kind}"
    return Alignment(file, file + INDEX_ENDINGS[kind])


def _genome_bytes(run: Run) -> int:
    """Size of the FASTA, also of a preset's that is not downloaded yet."""
    fasta = run.config["reference"]["fasta"]
    if fasta and os.path.isfile(fasta):
        return os.path.getsize(fasta)
    for file in run.preset_files:
        if file.key == "fasta" and file.bytes:
            return file.bytes
    return HUMAN_GENOME


def _calling_parts(samples: Samples, reference: dict[str, Any], calling: dict[str, Any]) -> int:
    """The stated number of parts, or as many as the padded targets fill."""
    from biomarkers.genome.bed import read_entries

    if not samples.called:
        return 1
    if calling["scatter"] != "auto":
        return int(calling["scatter"])
    padding: int = calling["interval_padding"]
    intervals = read_entries(
        reference["targets"], one_based=reference["one_based_targets"], track=reference["target_track"]
    )
    bases = sum(each.end - each.start + 2 * padding for each in intervals)
    return min(MOST_PARTS, max(1, bases // PART_OF_CALLING))
