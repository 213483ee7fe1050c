// Jobs that are no command of `biomarkers`, by the same shell files as the rules of Snakemake, and the check that comes first.

// A word of the shell that stands for the value, whatever characters that has.
def quoted(value) {
    return "'" + value.toString().replace("'", "'\\''") + "'"
}

// The words of a check, which is made for real in a stub run too: it tells what the other jobs are.
def checking(folder, shown, settings, args) {
    return """
    here=\$PWD
    cd ${quoted(folder)}
    biomarkers check --config=${quoted(shown)} --in-force=${quoted(settings)} ${args ?: ''} \\
        --jobs="\$here/jobs.json" 2> "\$here/said.txt" || { status=\$?; cat "\$here/said.txt" >&2; exit \$status; }
    """.stripIndent()
}

// Every problem of settings and sheets at once, as `biomarkers check` tells it in the run's folder, whose files the
// settings name. `watched` are these files: the check is made again when one of them has changed.
process CHECK {
    label 'process_single'
    conda "${moduleDir}/../modules/tmb/environment.yml"
    container "biomarkers-trial:0.1.0"

    input:
    tuple val(folder), val(shown), val(settings), path(watched, stageAs: 'watched?/*')

    output:
    path 'jobs.json', emit: jobs
    path 'said.txt', emit: said

    script:
    checking(folder, shown, settings, task.ext.args)

    stub:
    checking(folder, shown, settings, task.ext.args)
}

// The genome with its index.
process GENOME {
    tag "${fasta.name}"
    label 'process_single'
    conda "${moduleDir}/../envs/samtools.yaml"
    container "biomarkers-trial:0.1.0"

    input:
    path fasta, stageAs: 'given/*'

    output:
    tuple path('genome.fa'), path('genome.fa.fai'), emit: made
    path 'versions.yml', emit: versions

    script:
    """
    if gzip --test ${fasta} 2> /dev/null; then gzip -cd ${fasta} > genome.fa; else ln -s ${fasta} genome.fa; fi
    samtools faidx genome.fa

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        samtools: \$(samtools --version | awk 'NR == 1 { print \$2 }')
    END_VERSIONS
    """

    stub:
    """
    touch genome.fa genome.fa.fai

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        samtools: \$(samtools --version | awk 'NR == 1 { print \$2 }')
    END_VERSIONS
    """
}

// Population frequencies, compressed and indexed.
process FREQUENCIES {
    tag "${vcf.name}"
    label 'process_single'
    conda "${moduleDir}/../envs/bcftools.yaml"
    container "biomarkers-trial:0.1.0"

    input:
    path vcf, stageAs: 'given/*'

    output:
    tuple path('germline_resource.vcf.gz'), path('germline_resource.vcf.gz.tbi'), emit: made
    path 'versions.yml', emit: versions

    script:
    """
    if bcftools index --tbi --output germline_resource.vcf.gz.tbi ${vcf}; then
        ln -s ${vcf} germline_resource.vcf.gz
    else
        bcftools view --no-version ${vcf} --output-type z --output germline_resource.vcf.gz
        bcftools index --tbi germline_resource.vcf.gz
    fi

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        bcftools: \$(bcftools --version | awk 'NR == 1 { print \$2 }')
    END_VERSIONS
    """

    stub:
    """
    touch germline_resource.vcf.gz germline_resource.vcf.gz.tbi

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        bcftools: \$(bcftools --version | awk 'NR == 1 { print \$2 }')
    END_VERSIONS
    """
}

// What the user gave of a tumor, as one whole and sorted VCF whose header declares what its records name.
process GIVEN {
    tag "${meta.id}"
    label 'process_single'
    conda "${moduleDir}/../envs/bcftools.yaml"
    container "biomarkers-trial:0.1.0"

    input:
    tuple val(meta), path(vcfs, stageAs: 'given?/*')
    path genome, stageAs: 'resources/*'

    output:
    tuple val(meta), path("${meta.id}.vcf.gz"), path("${meta.id}.vcf.gz.tbi"), emit: made
    path 'versions.yml', emit: versions

    script:
    def fai = genome ? '--fai resources/genome.fa.fai' : ''
    """
    given.sh ${fai} --vcf ${quoted(meta.id)}.vcf.gz --index ${quoted(meta.id)}.vcf.gz.tbi -- ${vcfs}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        bcftools: \$(bcftools --version | awk 'NR == 1 { print \$2 }')
    END_VERSIONS
    """

    stub:
    """
    touch ${quoted(meta.id)}.vcf.gz ${quoted(meta.id)}.vcf.gz.tbi

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        bcftools: \$(bcftools --version | awk 'NR == 1 { print \$2 }')
    END_VERSIONS
    """
}

// Split, left-aligned, with consequences and population frequencies.
process ANNOTATE {
    tag "${meta.id}"
    label 'process_medium'
    conda "${moduleDir}/../envs/${annotator == 'csq' ? 'bcftools' : annotator}.yaml"
    container "biomarkers-trial:0.1.0"

    input:
    tuple val(meta), path(vcf, stageAs: 'results/given/*'), path(index, stageAs: 'results/given/*')
    val annotator
    path genome, stageAs: 'resources/*'
    path genes, stageAs: 'genes/*'
    path frequencies, stageAs: 'resources/*'

    output:
    tuple val(meta), path("${meta.id}.vcf.gz"), path("${meta.id}.vcf.gz.tbi"), emit: made
    path 'versions.yml', emit: versions

    script:
    def known = frequencies ? '--frequencies resources/germline_resource.vcf.gz' : ''
    def models = annotator == 'csq' && genes ? "--gff-annot ${genes}" : ''
    """
    annotate.sh --vcf ${vcf} --shown ${quoted(meta.shown)} --genome resources/genome.fa ${known} --annotator ${annotator} \\
        --heap ${task.memory ? (task.memory.toMega() * 0.8) as int : 1600} \\
        --annotated ${quoted(meta.id)}.vcf.gz --index ${quoted(meta.id)}.vcf.gz.tbi -- ${models} ${task.ext.args ?: ''}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        bcftools: \$(bcftools --version | awk 'NR == 1 { print \$2 }')
    END_VERSIONS
    """

    stub:
    """
    touch ${quoted(meta.id)}.vcf.gz ${quoted(meta.id)}.vcf.gz.tbi

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        bcftools: \$(bcftools --version | awk 'NR == 1 { print \$2 }')
    END_VERSIONS
    """
}

// The chain of evidence: by MD5 from the table of burdens to what the user gave, as `biomarkers explain` reads it. The run's
// folder is laid out again, deep enough for paths that lead out of it: what was made here, and links to what was given.
process PROVENANCE {
    label 'process_single'
    conda "${moduleDir}/../modules/tmb/environment.yml"
    container "biomarkers-trial:0.1.0"

    input:
    tuple val(folder), val(shown), val(settings), val(given), val(places), path(made, stageAs: 'made?/*')

    output:
    path 'tmb.tsv.json'

    script:
    def links = [places, made instanceof List ? made : [made]].transpose().collect { place, file -> [place, "\$here/${file}"] }
    links += given.collect { file -> [file, quoted(file.startsWith('/') ? file : "${folder}/${file}")] }
    def laid = links.findAll { place, file -> !place.startsWith('/') }.collect { place, file ->
        "mkdir -p -- ${quoted(new File(place).parent ?: '.')}; ln -s -- ${file} ${quoted(place)}"
    }
    """
    here=\$PWD
    mkdir -p a/b/c/d/run
    cd a/b/c/d/run
    ${laid.join('\n    ')}
    biomarkers provenance --config=${quoted(shown)} --in-force=${quoted(settings)} --record="\$here/tmb.tsv.json"
    """

    stub:
    """
    touch tmb.tsv.json
    """
}
