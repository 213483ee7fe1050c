// `biomarkers report` as a process. Written by `make doors` from the command itself; never edited.

process BIOMARKERS_REPORT {
    tag "${meta.id}"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container "biomarkers-trial:0.1.0"

    input:
    tuple val(meta), path(cohort, stageAs: 'cohort/*'), path(results, stageAs: 'results/*'), path(memberships, stageAs: 'memberships/*'), path(rates, stageAs: 'rates/*'), path(groups, stageAs: 'groups/*'), path(flow, stageAs: 'flow/*'), path(exclusions, stageAs: 'exclusions/*'), path(tmb, stageAs: 'tmb/*'), path(agreement, stageAs: 'agreement/*'), path(steps, stageAs: 'steps/*'), path(adverse_events, stageAs: 'adverse_events/*'), path(responses, stageAs: 'responses/*'), path(design, stageAs: 'design/*'), path(readers, stageAs: 'readers/*'), path(discordant, stageAs: 'discordant/*'), path(presets, stageAs: 'presets/*'), path(adverse_event_times, stageAs: 'adverse_event_times/*'), path(sensitivity, stageAs: 'sensitivity/*'), path(power, stageAs: 'power/*'), path(null_hits, stageAs: 'null_hits/*'), path(models, stageAs: 'models/*'), path(curves, stageAs: 'curves/*'), path(cutpoint_profiles, stageAs: 'cutpoint_profiles/*'), path(patients, stageAs: 'patients/*'), path(assessments, stageAs: 'assessments/*'), path(visits, stageAs: 'visits/*'), path(events, stageAs: 'events/*'), path(pdl1, stageAs: 'pdl1/*'), path(mutations, stageAs: 'mutations/*'), path(variants, stageAs: 'variants?/*'), path(qc, stageAs: 'qc/*'), path(concordance, stageAs: 'concordance/*'), path(plan, stageAs: 'plan/*'), path(record, stageAs: 'record/*')
    val outputs

    output:
    tuple val(meta), path("${prefix}.page.html", glob: false), emit: page
    tuple val(meta), path("${prefix}.figures", glob: false), emit: figures, optional: true
    tuple val(meta), path("${prefix}.workbook.xlsx", glob: false), emit: workbook, optional: true
    tuple val(meta), path("${prefix}.readme.txt", glob: false), emit: readme, optional: true
    tuple val(meta), path("${prefix}.key.tsv", glob: false), emit: key, optional: true
    path "versions.yml", emit: versions
    tuple val("${task.process}"), val('biomarkers-trial'), eval("biomarkers --version | grep -oE '[0-9][^ ]*' | head -n 1"), topic: versions, emit: versions_biomarkers

    when:
    task.ext.when == null || task.ext.when

    script:
    check_meta(task.process, meta)
    prefix = task.ext.prefix ?: "${meta.id}"
    check_prefix(task.process, prefix)
    def wanted = chosen(task.process, outputs, ['figures', 'workbook', 'readme', 'key'])
    def args = arguments(task.process, task.ext.args)
    """
    export OMP_NUM_THREADS=${task.cpus}
    biomarkers report \\
        ${args} \\
        ${option('--cohort', listed(cohort))} \\
        ${option('--page', "${prefix}.page.html")} \\
        ${option('--results', listed(results))} \\
        ${option('--memberships', listed(memberships))} \\
        ${option('--rates', listed(rates))} \\
        ${option('--groups', listed(groups))} \\
        ${option('--flow', listed(flow))} \\
        ${option('--exclusions', listed(exclusions))} \\
        ${option('--tmb', listed(tmb))} \\
        ${option('--agreement', listed(agreement))} \\
        ${option('--steps', listed(steps))} \\
        ${option('--adverse-events', listed(adverse_events))} \\
        ${option('--responses', listed(responses))} \\
        ${option('--design', listed(design))} \\
        ${option('--readers', listed(readers))} \\
        ${option('--discordant', listed(discordant))} \\
        ${option('--presets', listed(presets))} \\
        ${option('--adverse-event-times', listed(adverse_event_times))} \\
        ${option('--sensitivity', listed(sensitivity))} \\
        ${option('--power', listed(power))} \\
        ${option('--null-hits', listed(null_hits))} \\
        ${option('--models', listed(models))} \\
        ${option('--curves', listed(curves))} \\
        ${option('--cutpoint-profiles', listed(cutpoint_profiles))} \\
        ${option('--patients', listed(patients))} \\
        ${option('--assessments', listed(assessments))} \\
        ${option('--visits', listed(visits))} \\
        ${option('--events', listed(events))} \\
        ${option('--pdl1', listed(pdl1))} \\
        ${option('--mutations', listed(mutations))} \\
        ${option('--variants', listed(variants))} \\
        ${option('--qc', listed(qc))} \\
        ${option('--concordance', listed(concordance))} \\
        ${option('--plan', listed(plan))} \\
        ${option('--record', listed(record))} \\
        ${wanted.figures ? option('--figures', "${prefix}.figures") : ''} \\
        ${wanted.workbook ? option('--workbook', "${prefix}.workbook.xlsx") : ''} \\
        ${wanted.readme ? option('--readme', "${prefix}.readme.txt") : ''} \\
        ${wanted.key ? option('--key', "${prefix}.key.tsv") : ''}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        biomarkers-trial: \$(biomarkers --version | grep -oE '[0-9][^ ]*' | head -n 1)
    END_VERSIONS
    """

    stub:
    check_meta(task.process, meta)
    prefix = task.ext.prefix ?: "${meta.id}"
    check_prefix(task.process, prefix)
    def wanted = chosen(task.process, outputs, ['figures', 'workbook', 'readme', 'key'])
    arguments(task.process, task.ext.args)
    """
    ${empty("${prefix}.page.html")}
    ${wanted.figures ? 'mkdir -p -- ' + quoted("${prefix}.figures") : ''}
    ${wanted.workbook ? empty("${prefix}.workbook.xlsx") : ''}
    ${wanted.readme ? empty("${prefix}.readme.txt") : ''}
    ${wanted.key ? empty("${prefix}.key.tsv") : ''}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        biomarkers-trial: \$(biomarkers --version | grep -oE '[0-9][^ ]*' | head -n 1)
    END_VERSIONS
    """
}

// Options that are no file: what task.ext.args takes as a map.
def parameters() {
    return ['multiqc', 'in_force', 'title', 'anonymous', 'missing_words']
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
