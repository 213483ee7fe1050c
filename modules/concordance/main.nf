// `biomarkers concordance` as a process. Written by `make doors` from the command itself; never edited.

process BIOMARKERS_CONCORDANCE {
    tag "${meta.id}"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container "biomarkers-trial:0.1.0"

    input:
    tuple val(meta), path(pileups, stageAs: 'pileups?/*'), path(samples, stageAs: 'samples/*'), path(others, stageAs: 'others?/*')
    val outputs

    output:
    tuple val(meta), path("${prefix}.concordance.tsv", glob: false), emit: concordance
    tuple val(meta), path("${prefix}.picture.svg", glob: false), emit: picture, optional: true
    path "versions.yml", emit: versions
    tuple val("${task.process}"), val('biomarkers-trial'), eval("biomarkers --version | grep -oE '[0-9][^ ]*' | head -n 1"), topic: versions, emit: versions_biomarkers

    when:
    task.ext.when == null || task.ext.when

    script:
    check_meta(task.process, meta)
    prefix = task.ext.prefix ?: "${meta.id}"
    check_prefix(task.process, prefix)
    def wanted = chosen(task.process, outputs, ['picture'])
    def args = arguments(task.process, task.ext.args)
    """
    export OMP_NUM_THREADS=${task.cpus}
    biomarkers concordance \\
        ${args} \\
        ${option('--pileups', listed(pileups))} \\
        ${option('--samples', listed(samples))} \\
        ${option('--concordance', "${prefix}.concordance.tsv")} \\
        ${wanted.picture ? option('--picture', "${prefix}.picture.svg") : ''} \\
        ${option('--others', listed(others))}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        biomarkers-trial: \$(biomarkers --version | grep -oE '[0-9][^ ]*' | head -n 1)
    END_VERSIONS
    """

    stub:
    check_meta(task.process, meta)
    prefix = task.ext.prefix ?: "${meta.id}"
    check_prefix(task.process, prefix)
    def wanted = chosen(task.process, outputs, ['picture'])
    arguments(task.process, task.ext.args)
    """
    ${empty("${prefix}.concordance.tsv")}
    ${wanted.picture ? empty("${prefix}.picture.svg") : ''}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        biomarkers-trial: \$(biomarkers --version | grep -oE '[0-9][^ ]*' | head -n 1)
    END_VERSIONS
    """
}

// Options that are no file: what task.ext.args takes as a map.
def parameters() {
    return ['on_mismatch', 'min_sites', 'distance']
}

// What turns an option off that is on by default.
def negations() {
    return [:]
}

// What follows is the same in every module, so that each can be copied alone.

// A word of the shell that stands for the value, whatever characters that has.
def quoted(value) {
    def text = value.toString()
    if (text.contains('\n')) {
        return "\$'" + text.replace('\\', '\\\\').replace("'", "\\'").replace('\n', '\\n') + "'"
    }
    return "'" + text.replace("'", "'\\''") + "'"
}

// A file, a list of files or nothing as a list.
def listed(files) {
    return files == null ? [] : files instanceof java.nio.file.Path || files instanceof CharSequence ? [files] : files.collect { file -> file }
}

// An option once for each of its values: not at all for null and [], without a value for true.
def option(flag, value) {
    if (value instanceof Boolean) {
        return value ? flag : ''
    }
    def values = value instanceof Number ? [value] : listed(value)
    return values.collect { one -> flag + '=' + quoted(one) }.join(' ')
}

// The options of task.ext.args: a string as it stands; a list of words or a map of options, in which all is quoted.
def arguments(process, args) {
    if (args instanceof List) {
        return args.collect { word -> quoted(word) }.join(' ')
    }
    if (!(args instanceof Map)) {
        return args ? args.toString() : ''
    }
    return args.collect { name, value ->
        known(process, 'ext.args', name, parameters())
        value == false && negations()[name] ? negations()[name] : option('--' + name.replace('_', '-'), value)
    }.join(' ')
}

// Whether a name is one of those that are known; another one stops the run.
def known(process, place, name, names) {
    if (!names.contains(name)) {
        def near = names.closest(name)
        error("${process}: ${place} names '${name}'; expected ${near ? near[0] : names ? 'one of ' + names.join(', ') : 'none'}")
    }
    return true
}

// The outputs that are asked for besides those that are always made: how many files of each.
def chosen(process, outputs, names) {
    def asked = outputs instanceof Map ? outputs : listed(outputs).collectEntries { name -> [(name.toString()): 1] }
    asked.keySet().each { name -> known(process, 'outputs', name, names) }
    return asked
}

// Stops the run for an input without meta.
def check_meta(process, meta) {
    if (!(meta instanceof Map) || meta.id == null || meta.id.toString() == '') {
        error("${process}: the first item of its input is ${meta}; expected meta, a map with an id, such as [id: 'P01']")
    }
}

// Stops the run for a prefix that leads out of the task's folder.
def check_prefix(process, prefix) {
    if (prefix.toString().contains('/')) {
        error("${process}: the prefix is '${prefix}'; expected a name without / (meta.id, or ext.prefix)")
    }
}

// Names of files, with a number where there are several.
def numbered(prefix, ending, count) {
    return count > 1 ? (1..count).collect { number -> "${prefix}.${number}.${ending}".toString() } : count > 0 ? ["${prefix}.${ending}".toString()] : []
}

// The commands that make empty files.
def empty(names) {
    return listed(names).collect { name -> name.endsWith('.gz') ? 'gzip -c < /dev/null > ' + quoted(name) : 'touch -- ' + quoted(name) }.join('; ')
}
