# Callable coding bases of each tumor, and the burden of the whole cohort.


rule coding_targets:
    # Coding targets whatever their depth, so that a variant off target is told from one where the depth is too low, and for
    # tumors of which no depth is known.
    input:
        targets="resources/targets.bed",
        coding="resources/coding.bed",
    output:
        regions="resources/coding_targets.bed",
        splice="resources/coding_targets.splice.bed",
        denominator="resources/coding_targets.tsv",
        steps="resources/coding_targets.steps.tsv",
    log:
        "results/logs/coding_targets.log",
    localrule: FEW
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    shell:
        """
        biomarkers denominator --targets {input.targets} --coding {input.coding} --sample any \
            --regions {output.regions} --splice-regions {output.splice} --denominator {output.denominator} \
            --steps {output.steps} 2>{log}
        """


rule territory_of_targets:
    # Of a tumor that came as a VCF no depth is known: its territory is that of the targets, under its own name. A thousand
    # of them would measure the same in as many processes.
    input:
        regions="resources/coding_targets.bed",
        splice="resources/coding_targets.splice.bed",
        denominator="resources/coding_targets.tsv",
        steps="resources/coding_targets.steps.tsv",
    output:
        regions="results/burden/{tumor}.callable.bed",
        splice="results/burden/{tumor}.splice.bed",
        denominator="results/burden/{tumor}.denominator.tsv",
        steps="results/burden/{tumor}.steps.tsv",
    log:
        "results/logs/denominator/{tumor}.log",
    wildcard_constraints:
        tumor=one_of(tumor for tumor in FACTS.measured if not has_depth(tumor)),
    group:
        "tumor"
    resources:
        mem_mb=growing(500),
        runtime=minutes(10),
    shell:
        """
        exec 2>{log:q}
        named() {{ tumor={wildcards.tumor:q} awk -F '\\t' -v OFS='\\t' 'NR > 1 {{ $1 = ENVIRON["tumor"] }} {{ print }}' "$1" >"$2"; }}
        cp {input.regions} {output.regions:q}
        cp {input.splice} {output.splice:q}
        named {input.denominator} {output.denominator:q}
        named {input.steps} {output.steps:q}
        """


rule maf:
    # Every tumor's variants that passed every rule, and all of them in one file: one job, since most of it is start-up.
    input:
        variants=expand("results/variants/{tumor}.variants.tsv.gz", tumor=FACTS.tumors),
        provenance=expand("results/variants/{tumor}.variants.json", tumor=FACTS.tumors),
    output:
        maf="results/burden/cohort.maf.gz",
        each=expand("results/variants/{tumor}.maf.gz", tumor=FACTS.tumors),
    log:
        "results/logs/maf.log",
    localrule: FEW
    resources:
        mem_mb=growing(4000),
        runtime=minutes(30),
    params:
        options=OPTIONS["maf"],
    shell:
        """
        biomarkers maf --variants {input.variants:q} {params.options} \
            --maf {output.maf} --each {output.each:q} 2>{log}
        """


rule tmb:
    input:
        variants=expand("results/variants/{tumor}.variants.tsv.gz", tumor=FACTS.tumors),
        provenance=expand("results/variants/{tumor}.variants.json", tumor=FACTS.tumors),
        maf=[maf_entry.TABLE] if "maf" in CLINICAL else [],
        maf_provenance=maf_entry.RECORD if "maf" in CLINICAL else [],
        shared_denominator=maf_entry.DENOMINATOR if RUN.measures_maf else [],
        denominators=[f"results/burden/{tumor}.denominator.tsv" for tumor in FACTS.measured],
        stated=BURDEN["denominators"] or [],
        calibration=BURDEN["calibration"] or [],
        custom=BURDEN["custom"] or [],
        qc="results/qc/qc.tsv" if FACTS.tumors else [],
        purity=SETTINGS["samples"] if FACTS.states_purity else [],
    output:
        tmb=shown("results/burden/tmb.tsv", "Burden"),
        provenance="results/burden/tmb.json",
        mutations="results/burden/mutations.tsv.gz",
        agreement=shown("results/burden/agreement.tsv", "Burden"),
        general_statistics="results/qc/tmb_mqc.tsv",
    log:
        "results/logs/tmb.log",
    localrule: FEW
    resources:
        mem_mb=growing(4000),
        runtime=minutes(30),
    params:
        sums=lambda wildcards: sums(
            [
                BURDEN["denominators"],
                BURDEN["calibration"],
                BURDEN["custom"],
                SETTINGS["samples"] if FACTS.states_purity else None,
            ]
        ),
        options=OPTIONS["tmb"],
        denominators=lambda wildcards, input: (
            ["--denominator", *map(shlex.quote, [*input.denominators, *listed(BURDEN["denominators"])])]
            if input.denominators or BURDEN["denominators"]
            else []
        ),
        tables=from_input("shared_denominator", "purity", "qc"),
        settings=flags({name: BURDEN[name] for name in ("custom", "calibration")}),
    shell:
        """
        biomarkers tmb --variants {input.variants:q} {input.maf:q} {params.denominators} \
            {params.tables} {params.settings} {params.options} --tmb {output.tmb} --provenance {output.provenance} \
            --mutations {output.mutations} --agreement {output.agreement} \
            --general-statistics {output.general_statistics} 2>{log}
        """


rule pictures:
    input:
        tmb="results/burden/tmb.tsv",
        agreement="results/burden/agreement.tsv",
        steps=[f"results/burden/{tumor}.steps.tsv" for tumor in FACTS.measured],
    output:
        **{
            option: shown(path, "Burden", "table" if option == "table" else "figure")
            for option, path in FACTS.pictures.items()
        },
    log:
        "results/logs/pictures.log",
    localrule: FEW
    resources:
        mem_mb=growing(2000),
        runtime=minutes(15),
    params:
        steps=lambda wildcards, input: (["--steps", *map(shlex.quote, input.steps)] if input.steps else []),
        pictures=lambda wildcards, output: flags(dict(output.items())),
    shell:
        """
        biomarkers pictures --tmb {input.tmb} --agreement {input.agreement} {params.steps} {params.pictures} 2>{log}
        """
