"""`cbioportal` (export): a study folder: clinical files, mutations, case lists, with their meta files.

https://docs.cbioportal.org/file-formats/. What is per tumor sample there stands in the sample file, all else of the
cohort in the patient file; both have the four lines of attributes above their headings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from biomarkers.clinical.imports.cbioportal_files import USUAL
from biomarkers.errors import InputError, Problem, count, log
from biomarkers.genome import gene_panels
from biomarkers.genome.gene_names import NO_GENE
from biomarkers.io import folders, maf_comments
from biomarkers.io.lines import whole_text
from biomarkers.run.exports import cbioportal_columns as columns
from biomarkers.run.exports.cbioportal_columns import Attribute
from biomarkers.run.exports.finished import PATIENT_DATA, Finished
from biomarkers.run.joins import maf_export

ENDING = ""
MARK = "biomarkers_export.txt"
"""By this file a folder is known as one that an export wrote; no program of cBioPortal reads it."""
PATIENTS, SAMPLES, MUTATIONS, PANELS = (USUAL[kind][0] for kind in ("patient", "sample", "mutations", "panels"))
META = {
    PATIENTS: ("CLINICAL", "PATIENT_ATTRIBUTES"),
    SAMPLES: ("CLINICAL", "SAMPLE_ATTRIBUTES"),
    MUTATIONS: ("MUTATION_EXTENDED", "MAF"),
    PANELS: ("GENE_PANEL_MATRIX", "GENE_PANEL_MATRIX"),
}
PROFILE = {
    "stable_id": "mutations",
    "show_profile_in_analysis_tab": "true",
    "profile_name": "Mutations",
    "profile_description": "Somatic variants that passed every rule of the burden but that of consequence.",
}
WHOLE = ("WXS", "WGS")
GENOMES = {"GRCh37": "hg19", "GRCh38": "hg38"}
CASES = {
    "all": ("All samples", "All tumor samples of the study", "all_cases_in_study"),
    "sequenced": ("Sequenced samples", "Samples whose mutations were looked for", "all_cases_with_mutation_data"),
}
OTHERS = (
    *META,
    *(name.replace("data_", "meta_", 1) for name in META),
    *(f"case_lists/cases_{kind}.txt" for kind in CASES),
)
CARRIED = ("cohort", "endpoints", "tmb", "mutations", "pdl1_selected", "sample_selection", "patients")
"""Tables of which the study has what the format can hold."""


class Mutations(NamedTuple):
    """The MAF of the sequenced samples. build: NCBI_Build of its rows, empty where unknown."""

    text: str
    build: str


def write(found: Finished, out: Path) -> None:
    """Write the study folder. Raises InputError for a folder that holds what no export wrote."""
    if not {"cohort", "tmb"} & found.frames.keys():
        said = "has neither a cohort nor burdens"
        raise InputError(Problem.said(str(found.folder), "folder", said, "a run with one of them"))
    notes: list[str] = []
    samples = _samples(found, notes)
    maf = _mutations(found, [*samples.loc[samples["sequenced"], "sample"]], notes)
    texts = _clinical(found, samples, notes)
    if maf is not None:
        texts[MUTATIONS] = maf.text
        texts |= _panels(found, samples, notes)
    study = _study(found)
    for name in [*texts]:
        kind, of = META[name]
        fields = {"cancer_study_identifier": study, "genetic_alteration_type": kind, "datatype": of}
        fields |= PROFILE if name == MUTATIONS else {}
        texts[name.replace("data_", "meta_", 1)] = _fields(fields | {"data_filename": name})
    cases = {"all": samples["sample"], "sequenced": samples.loc[samples["sequenced"], "sample"]}
    for kind, (title, about, category) in CASES.items():
        if kind == "all" or maf is not None:
            fields = {"cancer_study_identifier": study, "stable_id": f"{study}_{kind}", "case_list_name": title}
            fields |= {"case_list_description": about, "case_list_category": category}
            texts[f"case_lists/cases_{kind}.txt"] = _fields(fields | {"case_list_ids": "\t".join(cases[kind])})
    texts["meta_study.txt"] = _meta_study(found, study, maf, notes)
    tables = [name for name in found.frames if name not in CARRIED]
    notes.insert(0, f"no place for the tables {', '.join(tables)}" if tables else "")
    notes = [note for note in notes if note]
    texts[MARK] = "\n".join([columns.one_line(found.title), PATIENT_DATA, "", "Not in this study:", *notes, ""])
    folders.write_texts(texts, out, [MARK], OTHERS)
    log.info("%s: not in the study: %s", out, "; ".join(notes))


def _study(found: Finished) -> str:
    """The study's identifier: the name of the run's folder in small letters."""
    return re.sub(r"[^a-z0-9]+", "_", found.folder.resolve().name.lower()).strip("_") or "trial"


def _fields(fields: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _meta_study(found: Finished, study: str, maf: Mutations | None, notes: list[str]) -> str:
    notes.append("the type of cancer (`mixed` until you name it in meta_study.txt)")
    title = columns.one_line(found.title)
    fields = {"type_of_cancer": "mixed", "cancer_study_identifier": study, "name": title}
    fields["description"] = f"{title}; by biomarkers {found.version}".rstrip()
    if maf is not None and maf.build in GENOMES:
        fields["reference_genome"] = GENOMES[maf.build]
    elif maf is not None:
        notes.append("the reference genome, which the variants do not name (cBioPortal takes hg19)")
    return _fields(fields)


def _samples(found: Finished, notes: list[str]) -> pd.DataFrame:
    """`patient sample sequenced` and what is per sample: one row a tumor sample of the table of burdens.

    A run that names no samples has one of each patient's own name.
    """
    if "tmb" not in found.frames:
        patients = found.frames["cohort"]["patient"]
        notes.append("names of samples, which this run has not (each patient has one of the same name)")
        return pd.DataFrame({"patient": patients, "sample": patients, "sequenced": False})
    tmb = found.frames["tmb"]
    definitions = [*dict.fromkeys(tmb["definition"])]
    settings = found.settings.get("burden.definitions") or []
    primary = next((name for name in settings if name in definitions), definitions[0])
    rows = tmb[tmb["definition"].eq(primary)].drop(columns=["definition"])
    rows = rows.assign(sequenced=rows["status"].ne("failed")).reset_index(drop=True)
    for name in definitions:
        if name != primary:
            of = tmb[tmb["definition"].eq(name)].set_index("sample")["tmb_per_mb"]
            rows[f"tmb_per_mb_{name}"] = rows["sample"].map(of)
    if (chosen := found.frames.get("sample_selection")) is not None:
        rows["chosen"] = rows["sample"].map(chosen.set_index("sample")["chosen"])
    if (cohort := found.frames.get("cohort")) is not None and (
        without := sorted({*cohort["patient"]} - {*rows["patient"]})
    ):
        notes.append(f"{count(len(without), 'patient')} without a tumor sample (in the patient file only)")
    return rows


def _clinical(found: Finished, samples: pd.DataFrame, notes: list[str]) -> dict[str, str]:
    """The patient file, where there is a cohort, and the sample file."""
    of_samples = list(columns.of_samples(samples))
    texts = {}
    if (cohort := found.frames.get("cohort")) is not None:
        scores, taken = found.frames.get("pdl1_selected"), {one.heading for one in of_samples}
        cohort = cohort.drop(columns=[name for name in samples if name in cohort and name not in ("patient", "status")])
        of_patients = columns.of_patients(cohort, scores, taken, notes)
        texts[PATIENTS] = _file([columns.identifier("PATIENT_ID", cohort["patient"]), *of_patients])
    names = [columns.identifier("PATIENT_ID", samples["patient"]), columns.identifier("SAMPLE_ID", samples["sample"])]
    return texts | {SAMPLES: _file([*names, *of_samples])}


def _file(attributes: Sequence[Attribute]) -> str:
    """A clinical file; priority 1 shows an attribute in the study's summary."""
    above = [[one.name, one.about, one.datatype, "1"] for one in attributes]
    lines = ["#" + "\t".join(line) for line in zip(*above, strict=True)]
    lines.append("\t".join(one.heading for one in attributes))
    lines += map("\t".join, zip(*(one.cells for one in attributes), strict=True))
    return "\n".join(lines) + "\n"


def _mutations(found: Finished, sequenced: Sequence[str], notes: list[str]) -> Mutations | None:
    """The run's MAF with the rows of the sequenced samples; None where the run has no variants."""
    text = _maf(found)
    if text is None:
        if "mutations" in found.frames:
            notes.append("mutations (a sheet of genes has no positions)")
        return None
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    header = lines[0].split("\t")
    at, build = header.index("Tumor_Sample_Barcode"), header.index("NCBI_Build")
    rows = [line.split("\t") for line in lines[1:]]
    kept = [row for row in rows if row[at] in {*sequenced}]
    if len(kept) < len(rows):
        notes.append(f"{count(len(rows) - len(kept), 'variant')} of samples that failed")
    if nameless := sum(row[header.index("Hugo_Symbol")] == NO_GENE for row in kept):
        notes.append(f"{count(nameless, 'variant')} of no gene (in the file; cBioPortal loads none of them)")
    chrom = header.index("Chromosome")
    for row in kept:
        row[build] = "" if row[build] == "." else row[build]
        row[chrom] = row[chrom].removeprefix("chr")
    listed = f"{maf_comments.LISTED} {' '.join(sequenced)}"
    builds = {row[build] for row in kept}
    whole = "\n".join([listed, lines[0], *map("\t".join, kept)]) + "\n"
    return Mutations(whole, builds.pop() if len(builds) == 1 else "")


def _maf(found: Finished) -> str | None:
    """The MAF that the run wrote, else the same of a run that began with a MAF."""
    place = found.folder / "results/burden/cohort.maf.gz"
    if place.is_file():
        return whole_text(place)
    tables = sorted((found.folder / "results/variants").glob("maf/*.variants.tsv.gz"))
    if not tables or "tmb" not in found.frames:
        return None
    nobody = [None] * len(tables)
    return maf_export.texts(tables, place, nobody, nobody, include="eligible", build="auto", center=".")[place]


def _panels(found: Finished, samples: pd.DataFrame, notes: list[str]) -> dict[str, str]:
    """The panel of each sequenced sample, where the cohort tells of panels; without one it counts as whole exome."""
    cohort = found.frames.get("cohort")
    if cohort is None or "gene_panel" not in cohort or cohort["gene_panel"].isna().all():
        return {}
    panel = samples["patient"].map(cohort.set_index("patient")["gene_panel"]).where(samples["sequenced"])
    panel = panel.map(lambda name: _portal_word(str(name)), na_action="ignore")
    if named := sorted({*panel.dropna()} - {*WHOLE}):
        notes.append(f"the genes of the panels {', '.join(named)}, which must be loaded into the portal before")
    rows = [f"{sample}\t{'NA' if pd.isna(one) else one}" for sample, one in zip(samples["sample"], panel, strict=True)]
    return {PANELS: "\n".join(["SAMPLE_ID\tmutations", *rows]) + "\n"}


def _portal_word(panel: str) -> str:
    """The name of a panel, an exome or genome as the portal calls it, which knows these without their genes.

    >>> _portal_word("whole exome"), _portal_word("WGS"), _portal_word("IMPACT468")
    ('WXS', 'WGS', 'IMPACT468')
    """
    if not gene_panels.whole(panel):
        return panel
    return "WGS" if "g" in panel.lower().replace("sequencing", "") else "WXS"
