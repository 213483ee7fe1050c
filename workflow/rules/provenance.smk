# The chain of evidence: by MD5 from the table of burdens to what the user gave.


rule checksums:
    # Large files once a run. What waits for the job that made an index belongs to its group on a cluster.
    input:
        after=lambda wildcards: made_beside(wildcards.of),
        files=lambda wildcards: SUMMED[wildcards.of],
    output:
        "results/provenance/{of}.md5",
    log:
        "results/logs/checksums/{of}.log",
    wildcard_constraints:
        of=one_of(SUMMED),
    group:
        lambda wildcards: "reference" if wildcards.of == REFERENCES else "reads"
    resources:
        mem_mb=growing(500),
        runtime=minutes(10, per_gigabyte=5, of=lambda wildcards: SUMMED[wildcards.of]),
    shell:
        "md5sum {input.files:q} > {output:q} 2> {log:q}"


rule provenance:
    input:
        chain=list(LINKS),
        sums=expand("results/provenance/{of}.md5", of=SUMMED),
    output:
        "results/burden/tmb.tsv.json",
    log:
        "results/logs/provenance.log",
    localrule: FEW
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
