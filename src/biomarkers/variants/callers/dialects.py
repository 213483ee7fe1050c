"""The callers that are understood, one record each; another one is one more record here (docs/methods.md, 1.4).

A record's own fields decide before the file's header, since ensembles mix callers and headers are lost: the first
dialect of which a sign is there is taken. So callers with fields of their own stand before those that only a header
tells, and those that mark their calls before those that do not. docs/callers.md says where each was seen.
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
"""Fields that mean the same in whatever file they stand."""
USUAL_SHARES = (Share("AF"), Share("FREQ"), Share("VAF"), Share("FA"))
USUAL = Dialect("a caller that is not known")
"""Of records without a known sign: FILTER decides."""

TCGA: dict[str, Kind] = {
    "0": "reference", "1": "germline", "2": "somatic", "3": "loh", "4": "unknown", "5": "unknown",
    "reference": "reference", "wildtype": "reference", "germline": "germline", "somatic": "somatic", "loh": "loh",
}  # fmt: skip
"""Codes of SS: TCGA VCF 1.2, where 4 is post-transcriptional, and SomaticSniper, where it is unknown."""
VARDICT: dict[str, Kind] = {
    "strongsomatic": "somatic", "likelysomatic": "somatic", "germline": "germline", "germlin": "germline",
    "strongloh": "loh", "likelyloh": "loh", "afdiff": "germline", "samplespecific": "unknown", "deletion": "unknown",
}  # fmt: skip
"""README of VarDictJava. AFDiff: in both samples, at other fractions. SampleSpecific: one sample has no reads there."""
DRAGEN: dict[str, Kind] = {
    "germline_db": "germline", "germline_proxi": "germline", "somatic": "somatic", "somatic_putative_db": "somatic",
    "somatic_putative_ch": "blood",
}  # fmt: skip
"""Illumina's guide of TSO 500 ctDNA 2.6: putative clonal hematopoiesis (CH) does not count in the burden."""
FLAG: dict[str, Kind] = {"": "somatic", "1": "somatic", "true": "somatic"}
OTHERS: dict[str, Kind] = {"": "germline"}
NOT: dict[str, Kind] = {
    "": "germline",
    "1": "germline",
    "true": "germline",
    "yes": "germline",
    "0": "",
    "false": "",
    "no": "",
}
SAID: dict[str, Kind] = {
    "germline": "germline", "likely_germline": "germline", "somatic": "somatic", "likely_somatic": "somatic",
    "strongsomatic": "somatic", "likelysomatic": "somatic", "loh": "loh", "strongloh": "loh", "likelyloh": "loh",
    "reference": "reference", "wildtype": "reference",
}  # fmt: skip
"""Words that mean the same whoever writes them."""
BOTH = "marks none as somatic"
SOMATIC = Mark("INFO/SOMATIC", FLAG)
OCTOPUS = Dialect(
    "Octopus",
    (
        Sign(formats=("HSS",)),
        Sign(formats=("MAP_HF",)),
        Sign(infos=("PP", "MP")),
        Sign("^##octopus=", formats=("PQ", "FT")),
    ),
    shares=(Share("AF", "alleles"), Share("MAP_HF", "haplotypes"), Share("MAP_VAF")),
    marks=(SOMATIC,),
    silent="germline",
)
# FreeBayes alone marks nothing; bcbio-nextgen adds the flag and takes away most fields of some records, vcfsamplediff
# of vcflib adds VT.
FREEBAYES = Dialect(
    "FreeBayes",
    (
        Sign(formats=("RO", "AO", "QA")),
        Sign("freebayes", formats=("AO",)),
        Sign(infos=("ODDS", "MQMR")),
        Sign("freebayes", infos=("SAP",)),
    ),
    marks=(SOMATIC, Mark("INFO/VT", {"somatic": "somatic", "germline": "germline", "loh": "loh"})),
    unmarked=BOTH,
)

DIALECTS = (
    # Callers that mark their calls.
    Dialect(
        "VarDict",
        (
            Sign(formats=("VD", "ALD")),
            Sign("VarDict", formats=("VD",)),
            Sign(infos=("STATUS", "SSF")),
            Sign(infos=("STATUS", "SAMPLE")),
            Sign("VarDict", infos=("STATUS",)),
            Sign(infos=("HICNT", "REFBIAS")),
        ),
        (Reads(), Reads("VD", "alts")),
        marks=(Mark("INFO/STATUS", VARDICT),),
        paired=True,
    ),
    Dialect(
        "VarScan",
        (
            Sign(formats=("RD", "FREQ")),
            Sign("VarScan", formats=("FREQ",)),
            Sign("VarScan", infos=("SS",)),
            Sign(infos=("SS", "SPV")),
            Sign(infos=("SS", "GPV")),
        ),
        (Reads(), Reads("AD", "one", ref="RD")),
        (Share("FREQ", "one"),),
        marks=(Mark("INFO/SS", TCGA),),
        paired=True,
    ),
    Dialect(
        "SomaticSniper",
        (Sign(formats=("BCOUNT", "SS")), Sign(formats=("JGQ", "SS")), Sign(formats=("IGT", "SS"))),
        (Reads("BCOUNT", "bases"),),
        marks=(Mark("SS", TCGA),),
        unfiltered=True,
        paired=True,
    ),
    Dialect(
        "RADIA",
        (Sign(r"\bradia\b", formats=("SS",)), Sign(infos=("ORIGIN", "MT", "SS"))),
        shares=(Share("AF", "alleles"),),
        marks=(Mark("INFO/SS", TCGA), Mark("SS", TCGA)),
    ),
    Dialect(
        "MuSE",
        (Sign("^##MuSE_", formats=("SS",)), Sign(formats=("SS",), filters=("Tier1", "Tier5"))),
        marks=(Mark("SS", TCGA),),
        also_passing=("Tier1", "Tier2", "Tier3", "Tier4"),
        paired=True,
    ),
    # Its REJECTed records lack SS; bcbio-nextgen takes it away and renames FA.
    Dialect(
        "MuTect 1",
        (Sign(formats=("FA",)), Sign(formats=("BQ", "FREQ"))),
        marks=(Mark("SS", TCGA),),
        silent="",
    ),
    OCTOPUS,
    Dialect(
        "LoFreq",
        (Sign("^##source=lofreq", infos=("DP4",)), Sign(infos=("DP4", "SB", "AF"))),
        (Reads("INFO/DP4", "strands", depth="INFO/DP"),),
        (Share("INFO/AF"),),
        marks=(SOMATIC,),
        paired=True,
    ),
    Dialect(
        "Illumina TSO 500 (Pisces)",
        (Sign(infos=("GermlineFilterDatabase",)),),
        shares=(Share("VF"),),
        marks=tuple(
            Mark(f"INFO/GermlineFilter{source}", {"true": "germline", "false": "somatic"})
            for source in ("Database", "Proxi")
        ),
    ),
    Dialect(
        "DRAGEN without a normal",
        (
            Sign(infos=("GermlineStatus",)),
            Sign("^##(DRAGENCommandLine|source=DRAGEN)", formats=("AF",), columns="one"),
            Sign(formats=("SQ", "MB"), columns="one"),
        ),
        marks=(Mark("INFO/GermlineStatus", DRAGEN),),
    ),
    # Version 0.2 has no flag: INH=no is an indel that the normal has not.
    Dialect("Scalpel", (Sign(infos=("COVSTATE", "BESTSTATE")),), marks=(
        Mark("INFO/SOMATIC", FLAG), Mark("INFO/INH", {"no": "somatic", "normal": "germline"}),
    )),
    # Version 1 has SOMATIC, version 2 first TUMOR and NORMAL, then CASE and CTRL.
    Dialect("Lancet", (Sign("^##source=lancet", formats=("AD",)),), marks=(
        *(Mark(f"INFO/{name}", OTHERS) for name in ("SHARED", "NORMAL", "CTRL")),
        *(Mark(f"INFO/{name}", FLAG) for name in ("SOMATIC", "TUMOR", "CASE")),
    )),
    Dialect(
        "a caller with TD, ND, TR and NR",
        (Sign(formats=("TD", "ND", "TR", "NR")),),
        (Reads("TD", depth="TR"),),
        normal=(Reads("ND", depth="NR"),),
        marks=(SOMATIC,),
    ),
    FREEBAYES,
    # Callers whose PASS is a somatic call.
    # Before Strelka, whose fields of bases ClairS writes as well.
    Dialect(
        "ClairS",
        (Sign("^##source=ClairS|^##clairs", formats=("AF",)), Sign(formats=("NAF", "NDP"))),
        normal=(Reads("NAD", depth="NDP"), Reads("N{alt}U", "first", depth="NDP")),
        normal_shares=(Share("NAF"),),
    ),
    # ClairS-TO without its header has the bases, too, and no normal: FDP is Strelka's.
    Dialect("Strelka", (Sign(formats=("FDP", "AU", "CU", "GU", "TU")), Sign(formats=("TAR", "TIR"))), paired=True),
    Dialect("Strelka", (Sign(formats=("AU", "CU", "GU", "TU")),)),
    Dialect(
        "CaVEMan",
        (Sign(formats=("FAZ", "RAZ")), Sign(formats=("AA", "CA", "GA", "TA")), Sign(formats=("FAZ_1", "RAZ_1"))),
        tuple(Reads(name, depth="") for name in ("F{alt}Z+R{alt}Z", "{alt}A", "F{alt}Z_1+R{alt}Z_1")),
        (Share("PM"), Share("PM_1")),
    ),
    Dialect(
        "cgpPindel",
        (Sign(formats=("PU", "NU", "PR", "NR")), Sign(formats=("MTR", "WTR"))),
        (Reads("MTR", "alts", ref="WTR", depth=""), Reads("FC", "alts", depth="FD"), Reads("PU+NU", depth="PR+NR")),
    ),
    Dialect("SAGE", (Sign(formats=("RC_CNT",)), Sign("^##sageVersion", formats=("AD",)))),
    Dialect("SomaticSeq", (Sign(infos=("NUM_TOOLS",)), Sign("^##SomaticSeq", formats=("DP4",)))),
    Dialect("NeuSomatic", (Sign("^##NeuSomatic", formats=("RO", "AO")),)),
    Dialect("umiVar2", (Sign(formats=("M_AC", "AC")),), (Reads("AC", "alts"),)),
    Dialect(
        "PCGR",
        (Sign(infos=("TDP", "TVAF")), Sign(infos=("TDP", "TAF"))),
        (Reads("", depth="INFO/TDP"),),
        (Share("INFO/TVAF"), Share("INFO/TAF")),
        normal=(Reads("", depth="INFO/CDP"), Reads("", depth="INFO/NDP")),
        normal_shares=(Share("INFO/CVAF"), Share("INFO/NAF")),
    ),
    Dialect("DeepSomatic", (
        Sign("^##source=DeepSomatic", formats=("VAF",)),
        Sign("DeepVariant_version", formats=("VAF",), filters=("GERMLINE",)),
    )),
    Dialect(
        "DRAGEN",
        (Sign(formats=("SQ",), columns="several"),),
        marks=(Mark("INFO/GermlineStatus", DRAGEN),),
        silent="",
    ),
    # The codes are the same whoever writes them; SS may mean something else, unless the header says "germline" of it.
    Dialect(
        "a caller in the way of TCGA",
        (Sign(formats=("SS",)), Sign(infos=("SS",), described="germline")),
        marks=(Mark("INFO/SS", TCGA), Mark("SS", TCGA)),
    ),
    # Callers that mark nothing.
    Dialect("Platypus", (Sign(formats=("NR", "NV")),), (Reads("NV", "alts", depth="NR"),), unmarked=BOTH),
    Dialect("Strelka's germline workflow", (Sign(formats=("GQX",)), Sign("strelka germline|starling")), unmarked=BOTH),
    Dialect("Ion Torrent's caller", (Sign(formats=("FAO", "FDP")),), (Reads("FAO", "alts", ref="FRO", depth="FDP"),),
            unmarked=BOTH),
    Dialect("Pisces", (Sign(formats=("VF", "NL")), Sign("^##source=Pisces")), shares=(Share("VF"),), unmarked=BOTH),
    Dialect("Varlociraptor", (Sign(infos=("PROB_ABSENT",)),),
            unmarked="names its events as the user did"),
    Dialect("a caller of structural variants", (
        Sign(formats=("PR", "SR")), Sign("^##source=GenerateSVCandidates"), Sign(infos=("SVMETHOD",)),
        Sign(formats=("SU", "PE")), Sign(formats=("ASRP", "BUM")),
    ), unmarked="does not call small variants"),
    Dialect("DRAGEN's germline mode", (Sign("dragen", formats=("GQ", "PL")),), unmarked=BOTH),
    Dialect("DeepVariant", (Sign("DeepVariant_version", formats=("VAF",)),), unmarked=BOTH),
    Dialect("GLnexus", (Sign("GLnexus", formats=("RNC",)),), unmarked=BOTH),
    Dialect("pindel", (Sign("^##source=pindel", formats=("AD",)),), unmarked=BOTH),
    Dialect("needlestack", (Sign("^##source=needlestack"), Sign(formats=("QVAL", "STATUS"))), marks=(Mark("STATUS", {
        "somatic": "somatic", "germline_confirmed": "germline", "germline_unconfirmed": "germline",
        "germline_unconfirmable": "germline", "unknown": "unknown",
    }),), unmarked=BOTH),
    Dialect("JointSNVMix", (Sign("^##source=JointSNVMix"),), unmarked="gives probabilities in QUAL only"),
    Dialect("Shimmer", (Sign("^##source=Shimmer"),), unmarked="writes neither FILTER nor reads"),
    # Callers that only the header tells, or that others imitate.
    Dialect("TNscope", (Sign(r"SentieonCommandLine\.TNscope", formats=("AF",)),)),
    Dialect(
        "Mutect2",
        (
            Sign(formats=("F1R2", "F2R1")),
            Sign(formats=("ALT_F1R2",)),
            Sign("Mutect|=<ID=M2,|TNhaplotyper", formats=("AF",)),
            Sign(declares=("AS_FilterStatus",), formats=("AF",)),
        ),
        allele_filter="AS_FilterStatus",
        panel="PON",
    ),
    Dialect("GATK HaplotypeCaller or alike", (
        Sign("HaplotypeCaller|GenotypeGVCFs|UnifiedGenotyper|ApplyVQSR|DNAscope|Haplotyper|DNAModelApply",
             formats=("GQ",)),
        Sign(infos=("MLEAC", "ExcessHet")),
    ), unmarked=BOTH),
    FREEBAYES._replace(known_by=(Sign("^##source=freebayes"),)),
    OCTOPUS._replace(known_by=(Sign("^##octopus="),)),
    Dialect("bcftools call", (Sign("bcftools_call|samtools", formats=("PL",)),), unmarked=BOTH),
    Dialect("a caller of germline variants", (
        Sign("^##source=(Clair3|longshot|medaka|PEPPER|NanoCaller|DeepTrio|graphtyper|SNVer|16GT|Atlas)", ()),
    ), unmarked=BOTH),
    # Fields of whoever: what a plain word says is taken; codes and other words may mean something else, and are told.
    USUAL._replace(
        known_by=(
            *(Sign(infos=(name,)) for name in ("GERMLINE", "STATUS", "SOMATIC_STATUS")),
            Sign(infos=("SS",), described="somatic"),
            Sign(infos=("SS",), untold=True),
        ),
        marks=(
            Mark("INFO/GERMLINE", NOT, "doubt"),
            Mark("INFO/STATUS", SAID, "doubt"),
            Mark("INFO/SOMATIC_STATUS", SAID, "doubt"),
            Mark("INFO/SS", {**SAID, "0": "doubt", "1": "doubt", "3": "doubt", "5": "doubt"}, ""),
            SOMATIC,
        ),
        silent="",
    ),
    # Of a consensus only the caller that writes the flag may have set it: records without it count, and are told.
    Dialect("a caller whose header declares SOMATIC", (Sign(declares=("SOMATIC",)),), marks=(SOMATIC,), silent=""),
)  # fmt: skip

ALLELE_FILTERS = tuple(dialect.allele_filter for dialect in DIALECTS if dialect.allele_filter)
PANELS = tuple(dialect.panel for dialect in DIALECTS if dialect.panel)
