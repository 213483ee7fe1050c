# What the rules ask of the run: which files, by wildcards, and which options. Functions only; the rules stand in the other
# files, and what follows from config and samples in biomarkers/run/facts.py.


def lanes_of(wildcards):
    """Lanes of a sample, or of one of its libraries."""
    library = getattr(wildcards, "library", None)
    return [lane for lane in RUN.samples.by_name[wildcards.sample].lanes if library in (None, lane.library)]


def reads_of(wildcards):
    return list(dict.fromkeys(file for lane in lanes_of(wildcards) for file in (lane.read_1, lane.read_2) if file))


def given_of(wildcards):
    """Files of the user from which a job's samples are made: a tumor's with its normal's, or those of one library."""
    if "library" in wildcards.keys():
        return reads_of(wildcards)
    if "tumor" in wildcards.keys():
        return [file for sample in tumor_and_normal(wildcards) for file in sample.files]
    (name,) = wildcards
    return RUN.samples.by_name[name].files


def vcfs_of(wildcards):
    """VCFs that the user gave of a tumor; calls of this workflow are small."""
    return RUN.samples.by_name[wildcards.tumor].vcfs


def summed_of(wildcards):
    """Files of a sample of which the MD5 is kept: its reads as they were given and as they stand in the end."""
    own = FACTS.reads.of(wildcards.sample).file
    return [LAYOUT.place(file) if file == own else file for file in SUMMED[f"reads.{wildcards.sample}"]]


def lane_words(wildcards):
    return words_of(wildcards.sample, lanes_of(wildcards))


def tumor_and_normal(wildcards):
    """The tumor, and its normal if it has one."""
    tumor = RUN.samples.by_name[wildcards.tumor]
    normal = RUN.samples.normal_of(tumor)
    return [tumor, normal] if normal else [tumor]


def libraries_of(wildcards):
    return [
        f"results/libraries/{wildcards.sample}/{library}.bam"
        for library in RUN.samples.by_name[wildcards.sample].libraries
    ]


def kept(path):
    """A BAM that is temporary when recalibration makes the final one."""
    return temp(path) if FACTS.recalibrates else path


def pair_of(wildcards):
    """Alignments of a tumor and of its normal, if any, with their indexes."""
    files = {}
    for role, sample in zip(("tumor", "normal"), tumor_and_normal(wildcards)):
        places = FACTS.reads.of(sample.sample)
        files |= {role: places.file, f"{role}_index": places.index}
    return files


def preset_file(key):
    """The preset's file of a kind, if there is one and this run takes it."""
    return [file.path for file in RUN.preset_files if file.key == key]


def known_file(wildcards):
    """The user's file of a kind of known variants; `known_sites_0` is the first of the list."""
    kind, _, number = wildcards.kind.rpartition("_")
    return FACTS.known_sites[int(number)] if kind == "known_sites" else REFERENCE[wildcards.kind]


def known(kind):
    """A known-variants VCF with its index, when the config names it."""
    return [f"resources/{kind}.vcf.gz", f"resources/{kind}.vcf.gz.tbi"] if REFERENCE[kind] else []


def panel():
    """The panel of normals with its index: the given one, or the one built from the normals of the sheet."""
    if FACTS.builds_panel:
        return ["results/panel/panel_of_normals.vcf.gz", "results/panel/panel_of_normals.vcf.gz.tbi"]
    return known("panel_of_normals")


def option(flag, kind):
    """Flag and file for a tool's command line, when the config names such a file."""
    file = (panel() if kind == "panel_of_normals" else known(kind))[:1]
    return [flag, LAYOUT.place(*file)] if file else []


def pileups_of(wildcards):
    """Pileups of a tumor and of its normal, if any, when contamination is estimated."""
    return pileups_of_pair(wildcards) if FACTS.estimates_contamination else []


def pileups_of_pair(wildcards):
    """Pileups of a tumor and of its normal, if any."""
    return [f"results/calling/{s.sample}.pileups.table" for s in tumor_and_normal(wildcards)]


def same_person_of(wildcards):
    """The check that must have passed before a tumor is called, when it has a normal to be compared with."""
    checked = FACTS.looks_for_swaps and len(tumor_and_normal(wildcards)) > 1
    return [f"results/qc/concordance/{wildcards.tumor}.tsv"] if checked else []


def calls_of(wildcards):
    """Calls of a tumor, made here or given."""
    folder = "given" if RUN.samples.by_name[wildcards.tumor].entry == "vcf" else "calling"
    return f"results/{folder}/{wildcards.tumor}.vcf.gz"


def variants_words(wildcards):
    """Options of the count of a tumor that config and sheet give."""
    return of_variants(RUN, RUN.samples.by_name[wildcards.tumor])


def territory_of(wildcards):
    """Callable regions of a tumor that came as a VCF; none when its territory is assumed."""
    if wildcards.tumor in FACTS.assumed:
        return {}
    kinds = {"regions": "callable", "splice_regions": "splice"}
    return {name: f"results/burden/{wildcards.tumor}.{kind}.bed" for name, kind in kinds.items()}


def has_depth(tumor):
    """Whether the depth of a tumor is measured: not when it came as a VCF."""
    return RUN.samples.by_name[tumor].entry != "vcf"


def depth_of_pair(wildcards):
    """Quantized depth of a tumor and, if it has one, its normal."""
    pair = zip(("tumor_coverage", "normal_coverage"), tumor_and_normal(wildcards))
    return {role: f"results/qc/depth/{sample.sample}.quantized.bed.gz" for role, sample in pair}


def shown(path, category, kind="table"):
    """An output that `snakemake --report` shows, with the text of its name in workflow/report."""
    name = os.path.basename(path).split(".")[0]
    name = {"index": "page", "results": "tests"}.get(name, name)
    return report(
        path,
        caption=f"../report/{name}.rst",
        category=category,
        labels={"result": name.replace("_", " "), "kind": kind},
    )


def first(files):
    """The only file of an output that may be none."""
    return next(iter(files), None)


def from_input(*names):
    """`--name FILE` for each of these inputs that the rule has."""
    return lambda wildcards, input: flags({name: input[name] for name in names if input.get(name)})


def sheet_path(path):
    """A clinical sheet: the user's, or one that the rule `import` makes of a mapping."""
    return LAYOUT.place(path) if RUN.mapping and path in map(RUN.mapping.place, RUN.mapping.sheets) else path


def sheets(*names):
    """`--name FILE` for each of these sheets that the config names."""
    return flags({name: sheet_path(CLINICAL[name]) for name in names if name in CLINICAL})


def files(*names):
    return [CLINICAL[name] for name in names if name in CLINICAL]
