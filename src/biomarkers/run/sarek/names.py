"""What a VCF in the results of nf-core/sarek is, by its place and name: caller, sample, and whether it can be counted.

Places are those of sarek 3 (`variant_calling/CALLER/ID/`, `annotation/CALLER/ID/`, and `filtered`, `normalized`, ... in
place of the caller) and of sarek 2 (`VariantCalling/ID/CALLER/`, `Annotation/ID/ANNOTATOR/`). ID is a sample, or
TUMOR_vs_NORMAL.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple

SECTIONS = {"variant_calling": False, "variantcalling": False, "annotation": True}
"""Folders of the results that hold VCFs, and whether these are annotated."""
MUTECT2, STRELKA = "mutect2", "strelka"
GERMLINE = "germline calls"
STRUCTURAL, COPIES, LENGTHS = "structural variants", "copy numbers", "microsatellites"
OTHER = (
    "somatic calls, but only those of Mutect2 and Strelka are taken; a sheet of your own can name it (docs/callers.md)"
)
WHY_NOT = {
    # Names of what was made of several callers come first: theirs stand beside it.
    "varlociraptor": OTHER,
    "consensus": "what several callers share, without what any of them measured",
    "concat": f"{GERMLINE} of several callers",
    MUTECT2: "",
    "strelkabp": "Strelka with Manta's candidates; that without is taken",
    STRELKA: "",
    "haplotypecaller": GERMLINE,
    "haplotyper": GERMLINE,
    "dnascope": GERMLINE,
    "deepvariant": GERMLINE,
    "freebayes": "calls of FreeBayes, which marks none as somatic",
    "mpileup": GERMLINE,
    "muse": OTHER,
    "lofreq": OTHER,
    "tnscope": OTHER,
    "manta": STRUCTURAL,
    "tiddit": STRUCTURAL,
    "cnvkit": COPIES,
    "ascat": COPIES,
    "controlfreec": COPIES,
    "msisensor": LENGTHS,
    "msisensor2": LENGTHS,
    "msisensorpro": LENGTHS,
    "bcftools": GERMLINE,
}
"""Callers by the word of their folders and files, and why one is not counted."""
STEPS = ("filtered", "normalized", "concat", "consensus", "varlociraptor", "joint_variant_calling")
"""Folders of sarek 3 in the place of a caller's."""
ANNOTATED = re.compile(r"_((?:snpeff|vep|bcf|snpsift)(?:_(?:vep|snpsift))*)\.ann$", re.IGNORECASE)
ANNOTATORS = ("vep", "snpeff_vep", "snpeff", "vep_snpsift", "snpeff_vep_snpsift", "snpeff_snpsift", "bcf", "snpsift")
"""Of several annotations of one call the first is taken."""
PARTS = ("somatic_snvs", "somatic_indels")


class Found(NamedTuple):
    """A VCF. name: the folder of its sample or pair. part: of Strelka's two. steps: what sarek did to the calls later.

    reason: why it cannot be counted, empty where it can.
    """

    path: str
    caller: str
    name: str
    annotator: str = ""
    part: str = ""
    steps: int = 0
    reason: str = ""


def read(path: str) -> Found | None:
    """What the VCF at a path is, from the results folder on; None where sarek keeps no calls.

    >>> read("variant_calling/mutect2/T1_vs_N1/T1_vs_N1.mutect2.filtered.vcf.gz")[1:3]
    ('mutect2', 'T1_vs_N1')
    >>> read("annotation/strelka/T1_vs_N1/T1_vs_N1.strelka.somatic_indels_VEP.ann.vcf.gz")[1:5]
    ('strelka', 'T1_vs_N1', 'vep', 'somatic_indels')
    >>> read("VariantCalling/T1_vs_N1/Mutect2/Mutect2_unfiltered_T1_vs_N1.vcf.gz").reason
    'calls before FilterMutectCalls'
    >>> read("preprocessing/recalibrated/T1/T1.vcf.gz") is None
    True
    """
    parts = PurePosixPath(path).parts
    section = SECTIONS.get(parts[0].lower())
    if section is None or len(parts) < 3:
        return None
    folders = parts[1:-1]
    is_caller = folders[0].lower() in STEPS or bool(_callers(folders[0])) or folders[0].lower().startswith("sentieon")
    name = folders[1] if is_caller and len(folders) > 1 else folders[0]
    stem = re.sub(r"\.vcf(\.gz)?$", "", parts[-1].replace(name, "", 1), flags=re.IGNORECASE)
    words = [*(folder for folder in folders if folder != name), stem]
    annotation = ANNOTATED.search(stem)
    found = Found(
        path=path,
        caller=next(iter(_callers(*words)), ""),
        name=name,
        annotator=annotation[1].lower() if annotation else "",
        part=next((part for part in PARTS if part in stem.lower()), ""),
        steps=sum(step in stem.lower() for step in ("bcftools_filtered", ".norm", ".sorted")),
    )
    return found._replace(reason=_reason(found, stem.lower(), in_annotation=section))


def _callers(*names: str) -> list[str]:
    return [known for known in WHY_NOT if any(known in _words(name) for name in names)]


def _words(text: str) -> list[str]:
    return re.split(r"[^a-z0-9]+", text.lower())


def _reason(found: Found, stem: str, *, in_annotation: bool) -> str:
    """Why a file cannot be counted; empty where it can."""
    if not found.caller:
        return "no caller that is known stands in its name"
    if why := WHY_NOT[found.caller]:
        return why
    if in_annotation and found.annotator not in ANNOTATORS:
        return "an annotation that is not known"
    if found.caller == STRELKA and not found.part:
        return f"Strelka's calls of one sample, which are {GERMLINE}"
    # A filter of bcftools on calls that Mutect2's own never judged.
    if found.caller == MUTECT2 and "filtered" not in _words(stem.replace("bcftools_filtered", "")):
        return "calls before FilterMutectCalls"
    return ""
