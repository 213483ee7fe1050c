# One MAF of many samples -> the table of variants that VCFs give, over the targets where no size is stated for it.


rule maf_territory:
    input:
        targets="resources/targets.bed",
        coding="resources/coding.bed",
    output:
        regions=maf_entry.CALLABLE,
        splice=maf_entry.SPLICE,
        denominator=maf_entry.DENOMINATOR,
    log:
        "results/logs/maf_territory.log",
    localrule: FEW
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    shell:
        """
        biomarkers denominator --targets {input.targets} --coding {input.coding} --sample any --regions {output.regions} \
            --splice-regions {output.splice} --denominator {output.denominator} 2>{log}
        """


rule maf_variants:
    input:
        files("maf", "sequenced", "patients"),
        **({"regions": maf_entry.CALLABLE, "splice_regions": maf_entry.SPLICE} if RUN.measures_maf else {}),
        custom=BURDEN["custom"] or [],
        hotspots=BURDEN["hotspots"] or [],
    output:
        table=maf_entry.TABLE,
        provenance=maf_entry.RECORD,
    log:
        "results/logs/maf_variants.log",
    localrule: FEW
    resources:
        mem_mb=growing(4000),
        runtime=minutes(30, per_gigabyte=60, of=lambda wildcards: files("maf")),
    params:
        sums=lambda wildcards: sums([*files("maf", "sequenced", "patients"), BURDEN["custom"], BURDEN["hotspots"]]),
        sheets=sheets("maf", "patients") + flags({"samples": CLINICAL.get("sequenced")}),
        options=of_maf(RUN),
        territory=from_input("regions", "splice_regions"),
        own=flags({name: BURDEN[name] for name in ("custom", "hotspots")}),
    shell:
        """
        biomarkers variants {params.sheets} {params.options} {params.territory} {params.own} \
            --variants {output.table} 2>{log}
        """
