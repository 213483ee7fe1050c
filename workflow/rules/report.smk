# The tables -> one page that works offline, and its figures.


rule report:
    input:
        cohort="results/cohort.tsv",
        flow="results/flow.tsv",
        exclusions="results/clinical/exclusions.tsv",
        rates="results/clinical/rates.tsv",
        results="results/association/results.tsv",
        memberships="results/association/memberships.tsv.gz",
        groups="results/association/groups.tsv",
        sensitivity="results/association/sensitivity.tsv",
        power="results/association/power.tsv" if SETTINGS["analysis"]["power"] else [],
        null_hits="results/association/null_hits.tsv",
        models="results/association/models.tsv",
        curves="results/association/curves.tsv",
        profiles="results/association/cutpoint_profiles.tsv",
        tmb="results/burden/tmb.tsv" if RUN.has_burden else [],
        agreement="results/burden/agreement.tsv" if RUN.has_burden else [],
        steps="results/burden/denominator_steps.tsv" if FACTS.measured else [],
        adverse_events=("results/clinical/adverse_events.tsv" if "adverse_events" in CLINICAL else []),
        trial=[f"results/clinical/{name}.tsv" for name in TRIAL_TABLES],
        adverse_event_times=("results/clinical/adverse_event_times.tsv" if "adverse_events" in CLINICAL else []),
        plan=SETTINGS["plan"] or [],
        record="results/association/record.json",
        patients=CLINICAL.get("patients", []),
        assessments=CLINICAL.get("assessments", []),
        events=CLINICAL.get("adverse_events", []),
        pdl1="results/clinical/pdl1.tsv" if "pdl1" in CLINICAL else [],
        mutations="results/burden/mutations.tsv.gz" if RUN.has_burden else CLINICAL.get("mutations", []),
        variants=expand("results/variants/{tumor}.variants.tsv.gz", tumor=FACTS.tumors)
        + ([maf_entry.TABLE] if "maf" in CLINICAL else []),
        qc="results/qc/qc.tsv" if FACTS.tumors else [],
        concordance="results/qc/concordance.tsv" if FACTS.compares_people else [],
    output:
        page=shown("results/report/index.html", "Association", "page"),
        figures=directory("results/report/figures"),
        workbook="results/tables.xlsx",
        readme="results/README.txt",
    log:
        "results/logs/report.log",
    localrule: FEW
    threads: 2
    resources:
        mem_mb=growing(2000),
        runtime=minutes(15),
    params:
        sums=lambda wildcards: sums([SETTINGS["plan"]]),
        tables=from_input("tmb", "agreement", "steps", "adverse_events", "adverse_event_times", "power", "plan"),
        trial=lambda wildcards, input: flags(dict(zip(TRIAL_TABLES, input.trial))),
        people=from_input("patients", "assessments", "events", "pdl1", "mutations", "qc", "concordance"),
        variants=lambda wildcards, input: ["--variants", *map(shlex.quote, input.variants)] if input.variants else [],
        # A link only: MultiQC's page is made at the same time, and that it names samples is no matter here.
        multiqc=flags(
            {"multiqc": "../qc/multiqc.html" if FACTS.tumors and not SETTINGS["report"]["anonymous"] else None}
        ),
        options=OPTIONS["report"],
    shell:
        """
        biomarkers report --cohort {input.cohort} --flow {input.flow} --exclusions {input.exclusions} --rates {input.rates} \
            --results {input.results} --memberships {input.memberships} --groups {input.groups} --sensitivity {input.sensitivity} \
            --null-hits {input.null_hits} --models {input.models} --curves {input.curves} \
            --cutpoint-profiles {input.profiles} {params.tables} {params.trial} {params.people} {params.variants} {params.options} --record {input.record} {params.multiqc} \
            --page {output.page} --figures {output.figures} \
            --workbook {output.workbook} --readme {output.readme} 2>{log}
        """
