#!/usr/bin/env nextflow
// From somatic VCFs and clinical sheets to the burden, the cohort and the page: the commands of `biomarkers` as processes.
//
//     nextflow run PROJECT/nextflow/main.nf -params-file config/config.yaml
//
// takes the very config of the workflow of Snakemake and gives the same tables (docs/nextflow.md). What a run consists of,
// and every option, is told by its first job, CHECK; here stands only which file goes where.
import groovy.json.JsonOutput
import groovy.json.JsonSlurperClassic
import java.nio.file.Path

include { CHECK; GENOME; FREQUENCIES; GIVEN; ANNOTATE; PROVENANCE } from './local.nf'
include { inputs } from '../modules/inputs.nf'
include { BIOMARKERS_TARGETS } from '../modules/targets/main.nf'
include { BIOMARKERS_CODING } from '../modules/coding/main.nf'
include { BIOMARKERS_DENOMINATOR; BIOMARKERS_DENOMINATOR as MAF_TERRITORY } from '../modules/denominator/main.nf'
include { BIOMARKERS_VARIANTS; BIOMARKERS_VARIANTS as MAF_VARIANTS } from '../modules/variants/main.nf'
include { BIOMARKERS_MAF } from '../modules/maf/main.nf'
include { BIOMARKERS_QC } from '../modules/qc/main.nf'
include { BIOMARKERS_TMB } from '../modules/tmb/main.nf'
include { BIOMARKERS_PICTURES } from '../modules/pictures/main.nf'
include { BIOMARKERS_IMPORT } from '../modules/import/main.nf'
include { BIOMARKERS_PDL1 } from '../modules/pdl1/main.nf'
include { BIOMARKERS_ENDPOINTS } from '../modules/endpoints/main.nf'
include { BIOMARKERS_COHORT } from '../modules/cohort/main.nf'
include { BIOMARKERS_ASSOCIATE } from '../modules/associate/main.nf'
include { BIOMARKERS_POWER } from '../modules/power/main.nf'
include { BIOMARKERS_REPORT } from '../modules/report/main.nf'

// The config as it was given by -params-file and on the command line, without the parameters that are the pipeline's own.
def settings() {
    def day = { value -> value instanceof Date ? value.format('yyyy-MM-dd', TimeZone.getTimeZone('UTC')) : value }
    def plain
    plain = { value ->
        value instanceof Map ? value.collectEntries { key, inner -> [(key): plain(inner)] } :
        value instanceof List ? value.collect { inner -> plain(inner) } : day(value)
    }
    return plain(params.findAll { key, value -> !(key in ['outdir', 'publish_dir_mode']) })
}

// Where settings stand, for messages: the file of -params-file.
def shown() {
    def found = workflow.commandLine =~ /-params-file[ =]('[^']*'|"[^"]*"|\S+)/
    return found ? found[0][1].replaceAll(/^['"]|['"]$/, '') : 'parameters'
}

// Files that settings name, and those that their sheets, plan and mapping name in turn, wherever a word in them is a file's.
def named(value, folders) {
    if (value instanceof Map) {
        return value.values().collectMany { inner -> named(inner, folders) }
    }
    if (value instanceof Collection) {
        return value.collectMany { inner -> named(inner, folders) }
    }
    def places = value instanceof CharSequence && value ? folders.collect { folder -> folder.resolve(value.toString()) } : []
    return places.findAll { place -> place.isFile() }.take(1)
}

def watched(given) {
    def first = named(given, [launchDir])
    def further = first.findAll { place -> place.name ==~ /.*\.(ya?ml|tsv|csv|txt)/ && place.size() < 10_000_000 }.collectMany { place ->
        def words = place.text.split(/[\s,;\[\]{}"']+/) as List
        named(words, [launchDir, place.parent])
    }
    // What Nextflow would not quote is not staged; CHECK refuses it by name.
    return (first + further).unique().findAll { place -> !(place.toString() =~ /[$*?\[\]{}\n]/) }
}

// The input of a module by the names of its items.
def input(command, meta, files) {
    return inputs(files, command, meta)
}

// What identifies a job that is done once: a name for its files, and the options that `ext.args` hands on.
def once(told, command) {
    return [id: 'trial', args: told.options[command]]
}

// Files of the config by the keys of the config, as far as they are given.
def given(told, keys) {
    return keys.findAll { key -> told.files[key] }.collectEntries { key -> [(key): file(told.files[key])] }
}

// Files of the config under the names that a module has for them.
def given_as(told, names) {
    return given(told, names.keySet()).collectEntries { key, found -> [(names[key]): found] }
}

// A channel's one file as a value, or nothing where none comes.
def perhaps(channel) {
    return channel.map { meta, found -> found }.toList().map { found -> [found] }
}

// All that channels of [meta, file] bring, by name, when they are done: one value, which lacks what did not come.
def gathered(channels) {
    def each = channels.collect { name, channel -> channel.map { meta, found -> [(name): found] } }
    return each.inject(Channel.empty()) { all, one -> all.mix(one) }.reduce([:]) { all, one -> all + one }
}

// Files with their places in the folder of a run of Snakemake; `*` stands for the sample.
def placed(channel, place) {
    return channel.map { meta, found -> [place.replace('*', meta.id), found] }
}

// Files of tumors, which come as their jobs end, in the order of the sheet: one value, empty where none came.
def in_order(told, channel) {
    return channel.map { meta, found -> [(meta.id): found] }.reduce([:]) { all, one -> all + one }.combine(told)
        .map { found, all -> all.tumors.findResults { tumor -> found[tumor.id] }.flatten() }.toList().map { one -> one.flatten() }
}

workflow {
    if (launchDir.toString() =~ /[$*?\[\]{}\n]/) {
        error("The current folder is '${launchDir}'; expected a path without \$ * ? [ ] { }, which Nextflow does not quote")
    }
    def parameters = settings()
    CHECK([launchDir.toString(), shown(), JsonOutput.toJson(parameters), watched(parameters)])
    CHECK.out.said.subscribe { said -> if (said.size()) log.warn(said.text.trim()) }
    def told = CHECK.out.jobs.map { jobs -> new JsonSlurperClassic().parse(jobs.toFile()) }

    // The genome and what is known about it.
    def measured = told.filter { all -> all.measures_maf || all.tumors.any { tumor -> tumor.is_measured } }
    GENOME(told.filter { all -> all.files.fasta && (all.tumors || all.measures_maf) }.map { all -> file(all.files.fasta) })
    FREQUENCIES(told.filter { all -> all.files.germline_resource && all.tumors }.map { all -> file(all.files.germline_resource) })
    BIOMARKERS_TARGETS(
        measured.combine(GENOME.out.made.toList()).map { all, genome ->
            input('targets', once(all, 'targets'), given(all, ['targets']) + [reference: genome])
        },
        [],
    )
    BIOMARKERS_CODING(measured.map { all -> input('coding', once(all, 'coding'), given(all, ['genes'])) })
    def genome = GENOME.out.made.toList().map { found -> found.flatten() }
    def frequencies = FREQUENCIES.out.made.toList().map { found -> found.flatten() }
    def territory = measured.combine(BIOMARKERS_TARGETS.out.cleaned).combine(BIOMARKERS_CODING.out.coding_bed)
        .map { all, one, targets, other, coding -> [all, [targets: targets, coding: coding]] }

    // Each tumor's calls, annotated, over its own territory.
    GIVEN(
        told.flatMap { all ->
            all.tumors.collect { tumor ->
                def meta = [id: tumor.id, is_annotated: tumor.is_annotated, shown: tumor.vcfs.join(' and '), args: all.options.annotate]
                [meta, tumor.vcfs.collect { vcf -> file(vcf) }]
            }
        },
        genome,
    )
    def calls = GIVEN.out.made.branch { meta, vcf, index ->
        annotated: meta.is_annotated
        bare: true
    }
    def models = told.map { all -> all.annotator == 'csq' ? given(all, ['genes']).values() as List : [] }
    ANNOTATE(calls.bare, told.map { all -> all.annotator }, genome, models, frequencies)

    BIOMARKERS_DENOMINATOR(
        territory.flatMap { all, files ->
            all.tumors.findAll { tumor -> tumor.is_measured }.collect { tumor ->
                input('denominator', [id: tumor.id, args: all.options.denominator], files)
            }
        },
        ['splice_regions', 'steps'],
    )
    def places = BIOMARKERS_DENOMINATOR.out.regions.join(BIOMARKERS_DENOMINATOR.out.splice_regions)
        .map { meta, regions, splice -> [meta.id, [regions: regions, splice_regions: splice]] }
    def assumed = told.flatMap { all -> all.tumors.findAll { tumor -> !tumor.is_measured }.collect { tumor -> [tumor.id, [:]] } }
    BIOMARKERS_VARIANTS(
        calls.annotated.mix(ANNOTATE.out.made).map { meta, vcf, index -> [meta.id, vcf] }.join(places.mix(assumed)).combine(told)
            .map { name, vcf, files, all ->
                def meta = [id: name, args: all.tumors.find { tumor -> tumor.id == name }.options]
                input('variants', meta, [vcf: vcf] + files + given(all, ['custom', 'hotspots']))
            }
    )

    // A MAF of many samples beside the VCFs or in their place.
    def of_maf = told.filter { all -> all.files.maf }
    MAF_TERRITORY(
        territory.filter { all, files -> all.measures_maf }.map { all, files -> input('denominator', [id: 'any', args: ''], files) },
        ['splice_regions'],
    )
    def over = gathered(regions: MAF_TERRITORY.out.regions, splice_regions: MAF_TERRITORY.out.splice_regions)
    MAF_VARIANTS(
        of_maf.combine(over).map { all, regions ->
            def lists = given(all, ['maf', 'patients', 'custom', 'hotspots']) + given_as(all, [sequenced: 'samples'])
            input('variants', [id: '_maf', args: all.options.maf_variants], lists + regions)
        }
    )

    // Quality, and the burden of all.
    def tables = in_order(told, BIOMARKERS_VARIANTS.out.variants)
    def records = in_order(told, BIOMARKERS_VARIANTS.out.variants_json)
    BIOMARKERS_QC(
        told.filter { all -> all.tumors }.combine(tables.map { files -> [files] }).map { all, files ->
            input('qc', once(all, 'qc'), given(all, ['samples']) + [variants: files])
        },
        ['section'],
    )
    def of_all = gathered(
        qc: BIOMARKERS_QC.out.qc,
        maf: MAF_VARIANTS.out.variants,
        maf_json: MAF_VARIANTS.out.variants_json,
        shared_denominator: MAF_TERRITORY.out.denominator,
    )
    def sizes = in_order(told, BIOMARKERS_DENOMINATOR.out.denominator)
    BIOMARKERS_TMB(
        told.filter { all -> all.has_burden }.combine(of_all).combine(tables.map { files -> [files] })
            .combine(records.map { files -> [files] }).combine(sizes.map { files -> [files] })
            .map { all, found, own, beside, measured_sizes ->
                def stated = given_as(all, [denominators: 'denominator']).values() as List
                input('tmb', once(all, 'tmb'), given(all, ['custom', 'calibration']) + found.subMap(['qc', 'shared_denominator']) + [
                    variants: own + beside + [found.maf, found.maf_json].findAll(),
                    denominator: measured_sizes + stated,
                ] + (all.states_purity ? given_as(all, [samples: 'purity']) : [:]))
            },
        ['mutations', 'agreement', 'general_statistics'],
    )
    BIOMARKERS_MAF(
        told.filter { all -> all.tumors }.combine(tables.map { files -> [files] }).combine(records.map { files -> [files] })
            .map { all, own, beside ->
                input('maf', once(all, 'maf') + [tumors: all.tumors.collect { tumor -> tumor.id }], [variants: own + beside])
            },
        ['each'],
    )
    def lost = in_order(told, BIOMARKERS_DENOMINATOR.out.steps)
    BIOMARKERS_PICTURES(
        told.filter { all -> all.outputs.pictures }.combine(BIOMARKERS_TMB.out.tmb).combine(BIOMARKERS_TMB.out.agreement)
            .combine(lost.map { files -> [files] })
            .map { all, one, burdens, other, pairs, steps ->
                input('pictures', once(all, 'pictures'), [tmb: burdens, agreement: pairs, steps: steps])
            },
        told.map { all -> all.outputs.pictures },
    )

    // Clinical sheets, given or made by a mapping.
    BIOMARKERS_IMPORT(
        told.filter { all -> all.mapping }.map { all ->
            def around = all.mapping.beside.collect { path -> file(path) }
            input('import', once(all, 'import') + [sums: all.mapping.sums], [mapping: given(all, ['mapping']).values() + around])
        },
        ['out'],
    )
    def sheets = told.combine(perhaps(BIOMARKERS_IMPORT.out.out)).map { all, folder ->
        def made = (all.mapping ? all.mapping.sheets : []).collectEntries { name -> [(name): folder[0].resolve("${name}.tsv")] }
        [all, given(all, ['patients', 'assessments', 'lesions', 'pdl1', 'adverse_events', 'features', 'mutations', 'sequenced', 'gene_panels']) + made]
    }
    def clinic = sheets.filter { all, found -> found.patients }
    BIOMARKERS_PDL1(
        clinic.filter { all, found -> found.pdl1 }.map { all, found -> input('pdl1', once(all, 'pdl1'), found.subMap(['pdl1', 'patients'])) }
    )
    BIOMARKERS_ENDPOINTS(
        clinic.map { all, found ->
            def own = found.subMap(['patients', 'assessments', 'lesions', 'adverse_events'])
            input('endpoints', once(all, 'endpoints'), own + given(all, ['plan']))
        },
        told.map { all -> all.outputs.endpoints },
    )
    BIOMARKERS_COHORT(
        clinic.combine(gathered(endpoints: BIOMARKERS_ENDPOINTS.out.endpoints, tmb: BIOMARKERS_TMB.out.tmb, pdl1: BIOMARKERS_PDL1.out.selected))
            .map { all, found, made ->
                def own = found.subMap(['patients', 'features', 'sequenced', 'mutations'])
                input('cohort', once(all, 'cohort'), own + made + given(all, ['plan', 'samples']))
            },
        ['exclusions', 'selection'],
    )

    // Every test of the plan, and the page.
    BIOMARKERS_ASSOCIATE(
        clinic.filter { all, found -> all.files.plan }
            .combine(gathered(cohort: BIOMARKERS_COHORT.out.cohort, mutations: BIOMARKERS_TMB.out.mutations))
            .map { all, found, made ->
                input('associate', once(all, 'associate') + [linked: all.linked], found.subMap(['mutations', 'gene_panels']) + made + given(all, ['plan']))
            },
        ['memberships', 'sensitivity', 'null_hits', 'models', 'predictions', 'curves', 'cutpoint_profiles', 'record'],
    )
    BIOMARKERS_POWER(
        clinic.filter { all, found -> all.files.plan && all.wants_power }.combine(gathered(cohort: BIOMARKERS_COHORT.out.cohort))
            .map { all, found, made -> input('power', once(all, 'power'), made + given(all, ['plan'])) }
    )
    BIOMARKERS_REPORT(
        clinic.filter { all, found -> all.files.plan }.combine(gathered(
            cohort: BIOMARKERS_COHORT.out.cohort,
            flow: BIOMARKERS_COHORT.out.flow,
            exclusions: BIOMARKERS_COHORT.out.exclusions,
            rates: BIOMARKERS_ENDPOINTS.out.rates,
            results: BIOMARKERS_ASSOCIATE.out.results,
            memberships: BIOMARKERS_ASSOCIATE.out.memberships,
            groups: BIOMARKERS_ASSOCIATE.out.groups,
            sensitivity: BIOMARKERS_ASSOCIATE.out.sensitivity,
            null_hits: BIOMARKERS_ASSOCIATE.out.null_hits,
            models: BIOMARKERS_ASSOCIATE.out.models,
            curves: BIOMARKERS_ASSOCIATE.out.curves,
            cutpoint_profiles: BIOMARKERS_ASSOCIATE.out.cutpoint_profiles,
            record: BIOMARKERS_ASSOCIATE.out.record,
            tmb: BIOMARKERS_TMB.out.tmb,
            agreement: BIOMARKERS_TMB.out.agreement,
            steps: BIOMARKERS_PICTURES.out.table,
            adverse_events: BIOMARKERS_ENDPOINTS.out.adverse_events_summary,
            adverse_event_times: BIOMARKERS_ENDPOINTS.out.adverse_event_times,
            responses: BIOMARKERS_ENDPOINTS.out.responses,
            design: BIOMARKERS_ENDPOINTS.out.design,
            readers: BIOMARKERS_ENDPOINTS.out.readers,
            discordant: BIOMARKERS_ENDPOINTS.out.discordant,
            presets: BIOMARKERS_ENDPOINTS.out.presets,
            visits: BIOMARKERS_ENDPOINTS.out.visits,
            pdl1: BIOMARKERS_PDL1.out.selected,
            mutations: BIOMARKERS_TMB.out.mutations,
            qc: BIOMARKERS_QC.out.qc,
            power: BIOMARKERS_POWER.out.power,
            of_maf: MAF_VARIANTS.out.variants,
        )).combine(tables.map { files -> [files] }).map { all, found, made, variants ->
            def own = found.subMap(['patients', 'assessments', 'mutations']) + (found.adverse_events ? [events: found.adverse_events] : [:])
            def counted = [variants: variants + [made.of_maf].findAll()]
            input('report', once(all, 'report'), own + made.findAll { name, file -> name != 'of_maf' } + counted + given(all, ['plan']))
        },
        told.map { all -> all.outputs.report },
    )

    // The chain of evidence, over what was made and what was given, and the programs.
    def made = Channel.empty()
        .mix(placed(BIOMARKERS_TMB.out.tmb, 'results/burden/tmb.tsv'))
        .mix(placed(BIOMARKERS_QC.out.qc, 'results/qc/qc.tsv'))
        .mix(placed(calls.annotated.mix(ANNOTATE.out.made).map { meta, vcf, index -> [meta, vcf] }, 'results/variants/*.vcf.gz'))
        .mix(placed(BIOMARKERS_VARIANTS.out.variants, 'results/variants/*.variants.tsv.gz'))
        .mix(placed(BIOMARKERS_VARIANTS.out.variants_json, 'results/variants/*.variants.json'))
        .mix(placed(BIOMARKERS_DENOMINATOR.out.regions, 'results/burden/*.callable.bed'))
        .mix(placed(BIOMARKERS_DENOMINATOR.out.splice_regions, 'results/burden/*.splice.bed'))
        .mix(placed(BIOMARKERS_DENOMINATOR.out.denominator, 'results/burden/*.denominator.tsv'))
        .mix(placed(BIOMARKERS_DENOMINATOR.out.steps, 'results/burden/*.steps.tsv'))
        .mix(placed(MAF_VARIANTS.out.variants, 'results/variants/maf/cohort.variants.tsv.gz'))
        .mix(placed(MAF_VARIANTS.out.variants_json, 'results/variants/maf/cohort.variants.json'))
        .mix(placed(MAF_TERRITORY.out.regions, 'results/burden/maf/callable.bed'))
        .mix(placed(MAF_TERRITORY.out.splice_regions, 'results/burden/maf/splice.bed'))
        .mix(placed(MAF_TERRITORY.out.denominator, 'results/burden/maf/denominator.tsv'))
        .mix(placed(BIOMARKERS_TARGETS.out.cleaned, 'resources/targets.bed'))
        .mix(placed(BIOMARKERS_CODING.out.coding_bed, 'resources/coding.bed'))
        .toSortedList { one, other -> one[0] <=> other[0] }
    PROVENANCE(told.filter { all -> all.has_burden }.combine(made.map { pairs -> [pairs] }).map { all, pairs ->
        def (spots, there) = pairs.transpose()
        [launchDir.toString(), shown(), JsonOutput.toJson(parameters), all.given, spots, there]
    })
    [
        GENOME, FREQUENCIES, GIVEN, ANNOTATE, BIOMARKERS_TARGETS, BIOMARKERS_CODING, BIOMARKERS_DENOMINATOR, BIOMARKERS_VARIANTS,
        MAF_TERRITORY, MAF_VARIANTS, BIOMARKERS_QC, BIOMARKERS_TMB, BIOMARKERS_MAF, BIOMARKERS_PICTURES, BIOMARKERS_IMPORT,
        BIOMARKERS_PDL1, BIOMARKERS_ENDPOINTS, BIOMARKERS_COHORT, BIOMARKERS_ASSOCIATE, BIOMARKERS_POWER, BIOMARKERS_REPORT,
    ].inject(Channel.empty()) { all, one -> all.mix(one.out.versions) }
        .map { versions -> versions.text }.unique()
        .collectFile(name: 'versions.yml', storeDir: "${params.outdir}/pipeline_info", sort: true)
}
