# The cohort -> every test that the plan asks for, and what so many patients could show.


rule associate:
    input:
        cohort="results/cohort.tsv",
        plan=SETTINGS["plan"] or [],
        gene_sets=gene_set_files(SETTINGS["plan"]),
        mutations="results/burden/mutations.tsv.gz" if RUN.has_burden else files("mutations"),
        gene_panels=files("gene_panels"),
    output:
        results=shown("results/association/results.tsv", "Association"),
        groups="results/association/groups.tsv",
        memberships="results/association/memberships.tsv.gz",
        sensitivity="results/association/sensitivity.tsv",
        null_hits="results/association/null_hits.tsv",
        models="results/association/models.tsv",
        predictions="results/association/predictions.tsv",
        curves="results/association/curves.tsv",
        profiles="results/association/cutpoint_profiles.tsv",
        record="results/association/record.json",
    log:
        "results/logs/associate.log",
    benchmark:
        "results/benchmarks/associate.tsv"
    localrule: FEW
    resources:
        mem_mb=growing(2000),
        runtime=minutes(30),
    params:
        sums=lambda wildcards: sums(
            [SETTINGS["plan"], *gene_set_files(SETTINGS["plan"]), *files("mutations", "gene_panels")]
        ),
        mutations=from_input("mutations", "gene_panels"),
        options=OPTIONS["associate"],
    shell:
        """
        biomarkers associate --cohort {input.cohort} --plan {input.plan:q} {params.mutations} {params.options} \
            --results {output.results} --groups {output.groups} \
            --memberships {output.memberships} --sensitivity {output.sensitivity} \
            --null-hits {output.null_hits} --models {output.models} --predictions {output.predictions} --curves {output.curves} \
            --cutpoint-profiles {output.profiles} --record {output.record} 2>{log}
        """


rule power:
    input:
        cohort="results/cohort.tsv",
        plan=SETTINGS["plan"] or [],
    output:
        power="results/association/power.tsv",
    log:
        "results/logs/power.log",
    benchmark:
        "results/benchmarks/power.tsv"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(60),
    params:
        sums=lambda wildcards: sums([SETTINGS["plan"]]),
        options=OPTIONS["power"],
    shell:
        """
        biomarkers power --plan {input.plan:q} --cohort {input.cohort} {params.options} --power {output.power} 2>{log}
        """
