# The chain of evidence: by MD5 from the table of burdens to what the user gave.


rule checksums:
    # Large files once a run, in jobs of their own.
    input:
        lambda wildcards: SUMMED[wildcards.of],
    output:
        "results/provenance/{of}.md5",
    log:
        "results/logs/checksums/{of}.log",
    wildcard_constraints:
        of=one_of(SUMMED),
    resources:
        mem_mb=growing(500),
        runtime=minutes(10, per_gigabyte=5),
    shell:
        "md5sum {input:q} > {output:q} 2> {log:q}"


rule provenance:
    input:
        chain=list(LINKS),
        sums=expand("results/provenance/{of}.md5", of=SUMMED),
    output:
        "results/burden/tmb.tsv.json",
    log:
        "results/logs/provenance.log",
    resources:
        mem_mb=growing(2000),
        runtime=minutes(30),
    params:
        sums=lambda wildcards, input: ["--sums", *input.sums] if input.sums else [],
        config=json.dumps(IN_FORCE.data, sort_keys=True),
        places=(
            flags({"results_folder": LAYOUT.results, "resources_folder": LAYOUT.resources})
            if LAYOUT != Layout()
            else []
        ),
    shell:
        "biomarkers provenance --in-force {params.config:q} {params.sums:q} {params.places} --record {output} 2> {log}"
