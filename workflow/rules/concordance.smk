# Do the samples come from the individuals that the sheet says? From the pileups that contamination is estimated from.


rule same_person:
    # Stands before calling, one job per tumor: a foreign normal stops its patient and nobody else.
    input:
        pileups=pileups_of_pair,
    output:
        "results/qc/concordance/{tumor}.tsv",
    log:
        "results/logs/same_person/{tumor}.log",
    # Calling waits for it.
    priority: LONG
    group:
        "call"
    resources:
        mem_mb=growing(1000),
        runtime=minutes(10),
    params:
        sheet=SETTINGS["samples"],
        settings=settings.SamePerson.as_options(SETTINGS),
        others=LAYOUT.place("results/calling"),
        mismatch=SETTINGS["calling"]["same_person"],
    shell:
        # The tables of other samples, as far as they are there, only serve to say whose sample it is instead. Another try
        # would find the same: the status is that of wrong input.
        """
        biomarkers concordance --pileups {input.pileups:q} --others {params.others:q}/*.pileups.table --samples {params.sheet:q} \
            {params.settings} --on-mismatch {params.mismatch} --concordance {output:q} 2>{log} || exit 2
        """


rule concordance:
    input:
        pileups=[f"results/calling/{s.sample}.pileups.table" for s in RUN.samples.sequenced],
    output:
        table=shown("results/qc/concordance.tsv", "Quality"),
        picture=shown("results/qc/concordance.svg", "Quality", "figure"),
    log:
        "results/logs/concordance.log",
    localrule: FEW
    resources:
        mem_mb=growing(4000),
        runtime=minutes(30),
    params:
        sheet=SETTINGS["samples"],
        settings=settings.SamePerson.as_options(SETTINGS),
        # Named here so that a corrected sheet is compared again.
        patients=[s.patient for s in RUN.samples.sequenced],
    shell:
        """
        biomarkers concordance --pileups {input.pileups:q} --samples {params.sheet:q} {params.settings} \
            --concordance {output.table} --picture {output.picture} 2>{log}
        """
