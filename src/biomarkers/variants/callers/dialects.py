"""The callers that are understood, one record each; another one is one more record here (docs/methods.md, 1.4).

A record's own fields decide before the file's header, since ensembles mix callers and headers are lost: the first
dialect that has a sign is taken. So those with fields of their own stand before those that only a header tells.
"""

from __future__ import annotations

from biomarkers.variants.callers.dialect import Dialect, Kind, Mark, Reads, Share, Sign

USUAL_READS = (
    Reads(),
    Reads("AD", "alts", ref="RD"),
    Reads("AO", "alts", ref="RO"),
    Reads("DPR", needs=("DP",)),
    Reads("DP4", "strands"),
    Reads("TIR", "first", ref="TAR", of_counts=True),
    Reads("{alt}U", "first"),
)
"""Fields whose names mean the same in whatever file they stand."""
USUAL_SHARES = ("AF", "FREQ", "VAF", "FA")
USUAL = Dialect("a caller that is not known")
"""Of records without a known sign: FILTER decides."""

TCGA: dict[str, Kind] = {
    "0": "reference", "1": "germline", "2": "somatic", "3": "loh", "4": "unknown", "5": "unknown",
}  # fmt: skip
"""Codes of SS: TCGA VCF 1.2 (4: post-transcriptional), and SomaticSniper (4: unknown)."""
FLAG: dict[str, Kind] = {"": "somatic"}

DIALECTS = (
    Dialect("VarDict", (Sign(formats=("VD", "ALD")),), marks=(Mark("INFO/STATUS", {
        "strongsomatic": "somatic", "likelysomatic": "somatic", "germline": "germline", "germlin": "germline",
        "strongloh": "loh", "likelyloh": "loh",
    }),)),
    Dialect("VarScan", (Sign(formats=("RD", "FREQ")),), marks=(Mark("INFO/SS", TCGA),)),
    Dialect("FreeBayes", (Sign("freebayes", formats=("AO",)),), unmarked="writes germline variants alike"),
    Dialect("LoFreq", (Sign("lofreq"),), (Reads("INFO/DP4", "strands", depth="INFO/DP"),), Share("INFO/AF"),
            marks=(Mark("INFO/SOMATIC", FLAG),)),
    Dialect("Mutect2", (Sign("Mutect"), Sign(declares=("AS_FilterStatus",)), Sign(declares=("PON",))),
            allele_filter="AS_FilterStatus", panel="PON"),
)  # fmt: skip

ALLELE_FILTERS = tuple(dialect.allele_filter for dialect in DIALECTS if dialect.allele_filter)
PANELS = tuple(dialect.panel for dialect in DIALECTS if dialect.panel)
