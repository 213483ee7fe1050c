# Clinical sheets, or other people's tables -> PD-L1, endpoints and the cohort, one row per patient.
rule import:
    input:
        mapping=RUN.mapping.path if RUN.mapping else [],
        files=RUN.mapping.files if RUN.mapping else [],
    output:
        sheets=[RUN.mapping.place(name) for name in RUN.mapping.sheets] if RUN.mapping else [],
        report="results/clinical/sheets/import.tsv",
        mapping="results/clinical/sheets/mapping.yaml",
    log:
        "results/logs/import.log",
    localrule: FEW
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    params:
        sums=lambda wildcards: sums([RUN.mapping.path, *RUN.mapping.files]),
        folder=lambda wildcards, output: os.path.dirname(output.report),
        options=OPTIONS["import"],
    shell:
        """
        biomarkers import --mapping {input.mapping:q} --out {params.folder:q} {params.options} 2>{log}
        """


rule pdl1:
    input:
        files("pdl1", "patients"),
    output:
        selected="results/clinical/pdl1.tsv",
        rejected="results/clinical/pdl1_rejected.tsv",
    log:
        "results/logs/pdl1.log",
    localrule: FEW
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    params:
        sums=lambda wildcards: sums(files("pdl1", "patients")),
        sheets=sheets("pdl1", "patients"),
        options=OPTIONS["pdl1"],
    shell:
        """
        biomarkers pdl1 {params.sheets} {params.options} --selected {output.selected} --rejected {output.rejected} 2>{log}
        """


rule endpoints:
    input:
        files("patients", "assessments", "lesions", "adverse_events"),
        plan=SETTINGS["plan"] or [],
    output:
        endpoints="results/clinical/endpoints.tsv",
        rates=shown("results/clinical/rates.tsv", "Clinical data"),
        adverse_events=(["results/clinical/adverse_events.tsv"] if "adverse_events" in CLINICAL else []),
        trial=[f"results/clinical/{name}.tsv" for name in TRIAL_TABLES],
        adverse_event_times=(["results/clinical/adverse_event_times.tsv"] if "adverse_events" in CLINICAL else []),
    log:
        "results/logs/endpoints.log",
    localrule: FEW
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    params:
        sums=lambda wildcards: sums([*files("patients", "assessments", "lesions", "adverse_events"), SETTINGS["plan"]]),
        sheets=sheets("patients", "assessments", "lesions", "adverse_events"),
        options=OPTIONS["endpoints"],
        plan=flags({"plan": SETTINGS["plan"]}),
        trial=lambda wildcards, output: flags(dict(zip(TRIAL_TABLES, output.trial))),
        adverse_events=lambda wildcards, output: flags(
            {
                "adverse_events_summary": first(output.adverse_events),
                "adverse_event_times": first(output.adverse_event_times),
            }
        ),
    shell:
        """
        biomarkers endpoints {params.sheets} {params.plan} {params.options} {params.adverse_events} {params.trial} \
            --endpoints {output.endpoints} --rates {output.rates} 2>{log}
        """


rule cohort:
    input:
        files("patients", "features", "sequenced", "mutations"),
        endpoints="results/clinical/endpoints.tsv",
        tmb="results/burden/tmb.tsv" if RUN.has_burden else [],
        pdl1="results/clinical/pdl1.tsv" if "pdl1" in CLINICAL else [],
        plan=SETTINGS["plan"] or [],
        samples=SETTINGS["samples"] or [],
    output:
        cohort=shown("results/cohort.tsv", "Cohort"),
        flow=shown("results/flow.tsv", "Cohort"),
        exclusions="results/clinical/exclusions.tsv",
        selection=shown("results/clinical/sample_selection.tsv", "Cohort"),
    log:
        "results/logs/cohort.log",
    localrule: FEW
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    params:
        sums=lambda wildcards: sums(
            [*files("patients", "features", "sequenced", "mutations"), SETTINGS["plan"], SETTINGS["samples"]]
        ),
        sheets=sheets("patients", "features", "sequenced", "mutations"),
        tables=from_input("tmb", "pdl1"),
        plan=flags({"plan": SETTINGS["plan"], "samples": SETTINGS["samples"]}),
        options=OPTIONS["cohort"],
    shell:
        """
        biomarkers cohort {params.sheets} --endpoints {input.endpoints} {params.tables} \
            {params.plan} {params.options} --cohort {output.cohort} --flow {output.flow} --exclusions {output.exclusions} \
            --selection {output.selection} 2>{log}
        """
