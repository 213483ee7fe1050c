// The input of a module by the names of its items. Written by `make doors` from the commands themselves; never edited.
//
//     include { inputs } from './modules/inputs'
//     BIOMARKERS_TMB(variants.map { meta, table, json -> inputs('tmb', meta, variants: [table, json]) }, [])

// What each module takes after meta, in its order: items that are no file are null where they are not given.
def order() {
    return [
        coding: [genes: []],
        concordance: [pileups: [], samples: [], others: []],
        targets: [targets: [], reference: []],
        denominator: [targets: [], coding: [], tumor_coverage: [], normal_coverage: []],
        explain: [run: []],
        maf: [variants: []],
        pictures: [tmb: [], agreement: [], steps: []],
        qc: [samples: [], stats: [], duplicates: [], trimming: [], depth: [], thresholds: [], hs_metrics: [], contamination: [], variants: [], denominator: []],
        tmb: [variants: [], denominator: [], shared_denominator: [], custom: [], qc: [], purity: [], calibration: []],
        variants: [vcf: [], maf: [], samples: [], patients: [], custom: [], regions: [], splice_regions: [], target_regions: [], hotspots: []],
        cohort: [patients: [], endpoints: [], tmb: [], pdl1: [], features: [], samples: [], mutations: [], plan: [], sheets: [], sequenced: []],
        endpoints: [patients: [], assessments: [], lesions: [], adverse_events: [], plan: []],
        import: [format: null, source: [], mapping: [], suggest: []],
        pdl1: [pdl1: [], patients: []],
        associate: [cohort: [], plan: [], mutations: [], sequenced: [], gene_sets: [], gene_panels: []],
        compare: [run_a: [], run_b: []],
        power: [plan: [], cohort: []],
        report: [cohort: [], results: [], memberships: [], rates: [], groups: [], flow: [], exclusions: [], tmb: [], agreement: [], steps: [], adverse_events: [], responses: [], design: [], readers: [], discordant: [], presets: [], adverse_event_times: [], sensitivity: [], power: [], null_hits: [], models: [], curves: [], cutpoint_profiles: [], patients: [], assessments: [], visits: [], events: [], pdl1: [], mutations: [], variants: [], qc: [], concordance: [], plan: [], record: []],
        demo: [:],
    ]
}

// The tuple that a module takes: what is not named is empty, and a name that it does not have stops the run.
def inputs(Map given = [:], String command, meta) {
    def items = order()[command]
    if (items == null) {
        error("modules: there is none for '${command}'; expected ${nearest(order().keySet() as List, command)}")
    }
    given.keySet().each { name ->
        if (!items.containsKey(name)) {
            error("biomarkers ${command}: '${name}' is no input of its module; expected ${nearest(items.keySet() as List, name)}")
        }
    }
    return items ? [meta] + items.collect { name, empty -> given[name] == null ? empty : given[name] } : meta
}

// The name that is most like one that is not known, or all of them.
def nearest(names, name) {
    def near = names.closest(name)
    return near ? near[0] : names ? 'one of ' + names.join(', ') : 'none'
}
