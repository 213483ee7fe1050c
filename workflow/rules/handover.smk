# Reads -> nf-core/sarek -> a sheet of its calls, from which the run goes on when it is started again.


rule handover:
    # Nextflow starts its own jobs, on a cluster too: this one only waits for them. What it writes is no output of the rule,
    # since Snakemake would remove it when a job of Nextflow fails.
    input:
        samples=SETTINGS["sarek"]["samples"] or [],
        config=SETTINGS["sarek"]["config"] or [],
    output:
        sheet=handed.SHEET,
        list="results/sarek/sheet/sarek.tsv",
    log:
        "results/logs/handover.log",
    localrule: True
    resources:
        mem_mb=growing(4000),
        runtime=minutes(10000),
    params:
        sums=lambda wildcards: sums([SETTINGS["sarek"]["samples"], SETTINGS["sarek"]["config"]]),
        folder=lambda wildcards, output: os.path.dirname(os.path.dirname(output.list)),
        revision=SETTINGS["sarek"]["revision"],
        profile=SETTINGS["sarek"]["profile"],
        config=SETTINGS["sarek"]["config"] or "-",
        parameters=json.dumps(SETTINGS["sarek"]["parameters"], sort_keys=True),
    shell:
        "handover.sh --samples {input.samples:q} --folder {params.folder:q} --revision {params.revision:q}"
        " --profile {params.profile:q} --config {params.config:q} --parameters {params.parameters:q} 2> {log}"
