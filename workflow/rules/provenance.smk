# The chain of evidence: by MD5 from the table of burdens to what the user gave.


rule checksums:
    # Of the references, once a run; the reads of a sample are summed where its depth is measured.
    input:
        after="resources/genome.fa.fai" if REFERENCE["fasta"] else [],
        files=SUMMED.get(REFERENCES, []),
    output:
        "results/provenance/{of}.md5",
    log:
        "results/logs/checksums/{of}.log",
    wildcard_constraints:
        of=REFERENCES,
    group:
        "reference"
    resources:
        mem_mb=growing(500),
        runtime=minutes(10, per_gigabyte=5, of=lambda wildcards: SUMMED[REFERENCES]),
    shell:
        "md5sum {input.files:q} > {output:q} 2> {log:q}"


rule provenance:
    input:
        # What it is made of in the end is the user's, who may have put reads away.
        chain=[path for path, link in LINKS.items() if link.by != GIVEN],
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


# Of a thousand pairs it takes ten megabytes.
del LINKS
