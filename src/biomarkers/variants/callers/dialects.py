"""The callers that are understood. Another one is one more record here.

A record's FORMAT decides, not the file's header, since ensembles mix callers: the first dialect whose fields are
there and say something is taken.
"""

from __future__ import annotations

from biomarkers.variants.callers.dialect import Dialect, Mark

DIALECTS = (
    Dialect(
        "Mutect2 and others of GATK; DRAGEN, bcftools mpileup -a AD",
        fraction="AF",
        germline=Mark("PON", frozenset({""}), alone=True),
        allele_filter="AS_FilterStatus",
    ),
    # VarScan 2.4: FILTER is PASS for reference (0), germline (1) and loss of heterozygosity (3) too.
    Dialect(
        "VarScan",
        ref_reads="RD",
        fraction="FREQ",
        germline=Mark("SS", frozenset({"0", "1", "3"}), described="1=Germline"),
    ),
    Dialect("DeepVariant, DeepSomatic", fraction="VAF"),
    Dialect("MuTect 1", fraction="FA"),
    Dialect("FreeBayes", "AO", ref_reads="RO"),
    Dialect("FreeBayes and samtools mpileup with DPR", "DPR", needs=("DP",)),
    Dialect("samtools mpileup", "DP4", "strands"),
    Dialect("Strelka, insertions and deletions", "TIR", "tier", ref_reads="TAR"),
    Dialect("Strelka, single bases", "{alt}U", "tier"),
)

FRACTIONS = tuple(dialect.fraction for dialect in DIALECTS if dialect.fraction)
MARKS = tuple(dialect.germline for dialect in DIALECTS if dialect.germline)
ALLELE_FILTERS = tuple(dialect.allele_filter for dialect in DIALECTS if dialect.allele_filter)
