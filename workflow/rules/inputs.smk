# What the rules ask of the run: which files, which options. Functions only; the rules stand in the other files.
import gzip

from biomarkers.run import presets
from biomarkers.run.lanes import read_group
from biomarkers.io.lines import numbered
from biomarkers.genome.targets import parse as target_intervals

BURDEN = SETTINGS["burden"]
QC = SETTINGS["qc"]
ENDPOINTS = SETTINGS["endpoints"]
TUMORS = [tumor.sample for tumor in RUN.samples.tumors]
NORMALS = [s.sample for s in RUN.samples.sequenced if not s.is_tumor]
BUILD_PANEL = REFERENCE["panel_of_normals"] == "build"
PRESET = {file.key: file.path for file in RUN.preset_files}
# Tumors that came as a VCF are divided by the stated territory, when there is one; all others by what was measured.
ASSUMED = [
    s.sample for s in RUN.samples.tumors if s.entry == "vcf" and (REFERENCE["assumed_bp"] or s.sample in RUN.stated)
]
MEASURED = [tumor for tumor in TUMORS if tumor not in ASSUMED]
SEVERAL_LIBRARIES = [s.sample for s in RUN.samples.sequenced if len(s.libraries) > 1]
ONE_LIBRARY = [s.sample for s in RUN.samples.sequenced if len(s.libraries) == 1]
ALIGNED = [s.sample for s in RUN.samples.sequenced if s.entry == "alignment"]
KNOWN_SITES = listed(REFERENCE["known_sites"])
RECALIBRATE = SETTINGS["reads"]["recalibrate"] in ("on", True) or (
    SETTINGS["reads"]["recalibrate"] == "auto" and bool(KNOWN_SITES)
)
# Where a sample's reads stand in the end, and where before base quality recalibration, if that is done.
FORMAT = SETTINGS["reads"]["format"]
INDEX_OF = {"bam": ".bai", "cram": ".crai"}
READS = f"results/reads/{{sample}}.{FORMAT}"
READS_INDEX = READS + INDEX_OF[FORMAT]
MARKED = "results/unrecalibrated/{sample}.bam" if RECALIBRATE else READS
MARKED_INDEX = "results/unrecalibrated/{sample}.bam.bai" if RECALIBRATE else READS_INDEX
ALIGNER = SETTINGS["reads"]["aligner"]
INDEX = {"bwa": (".amb", ".ann", ".bwt", ".pac", ".sa"), "bwa-mem2": (".amb", ".ann", ".pac", ".0123", ".bwt.2bit.64")}
# Memory of the aligner per base of genome, in bytes: 5.6 GB and 19 GB for GRCh38.
GENOME_FACTOR = {"bwa": 1.8, "bwa-mem2": 6.2}
ESTIMATE_CONTAMINATION = SETTINGS["calling"]["contamination"] and bool(REFERENCE["germline_resource"])
CHECK_PERSONS = SETTINGS["calling"]["same_person"] in ("stop", "warn") and bool(REFERENCE["germline_resource"])


def lanes_of(wildcards):
    """Lanes of a sample, or of one of its libraries."""
    library = getattr(wildcards, "library", None)
    return [lane for lane in RUN.samples.by_name[wildcards.sample].lanes if library in (None, lane.library)]


def reads_of(wildcards):
    return list(dict.fromkeys(file for lane in lanes_of(wildcards) for file in (lane.read_1, lane.read_2) if file))


def first_read_name(file):
    """Name of a FASTQ's first read, empty for a BAM or an unreadable file (the rule's own check then speaks)."""
    try:
        with gzip.open(file, "rt") if file.endswith(".gz") else open(file) as reads:
            return reads.readline().removeprefix("@").split()[0]
    except (OSError, EOFError, IndexError, UnicodeDecodeError):
        return ""


def lane_words(wildcards):
    """Lane, read group line, first file, second file and read group to select, as words for the shell; `-` for absent."""
    words = []
    for lane in lanes_of(wildcards):
        group = read_group(wildcards.sample, lane, first_read_name(lane.read_1))
        words += [lane.lane, group, lane.read_1, lane.read_2 or "-", lane.group or "-"]
    return words


def libraries_of(wildcards):
    return [
        f"results/libraries/{wildcards.sample}/{library}.bam"
        for library in RUN.samples.by_name[wildcards.sample].libraries
    ]


def genome_memory(wildcards, attempt):
    """Memory of an aligner that has the genome's index loaded, with room for sorting."""
    return int(6000 + GENOME_FACTOR[ALIGNER] * genome_bytes() / 1e6) * 2 ** (attempt - 1)


def genome_bytes():
    """Size of the FASTA, also of a preset's that is not downloaded yet."""
    if os.path.isfile(REFERENCE["fasta"]):
        return os.path.getsize(REFERENCE["fasta"])
    return next((file.bytes for file in RUN.preset_files if file.key == "fasta" and file.bytes), 3_300_000_000)


def kept(path):
    """A BAM that is temporary when recalibration makes the final one."""
    return temp(path) if RECALIBRATE else path


def reported(kind, pattern, samples):
    """`{kind: files}` of these samples; nothing without samples. `{part}` stands for a sample or sample.library."""
    files = []
    for s in samples:
        parts = [s.sample] if len(s.libraries) <= 1 else [f"{s.sample}.{library}" for library in s.libraries]
        files += [pattern.format(part=part) for part in parts] if "{part}" in pattern else [pattern.format(s.sample)]
    return {kind: files} if files else {}


def measurements(wildcards):
    """What the rule `qc` reads, by option."""
    aligned_here = [s for s in RUN.samples.sequenced if s.entry == "lanes"]
    every = RUN.samples.sequenced
    return (
        reported("stats", "results/qc/stats/{}.txt", every)
        | reported("duplicates", "results/qc/duplicates/{part}.txt", aligned_here)
        | reported("trimming", "results/qc/fastp/{part}", aligned_here)
        | reported("depth", "results/qc/depth/{}.mosdepth.summary.txt", every)
        | reported("thresholds", "results/qc/depth/{}.thresholds.bed.gz", every)
        | (reported("hs_metrics", "results/qc/hs_metrics/{}.txt", every) if QC["hs_metrics"] else {})
        | reported("contamination", "results/qc/contamination/{}.tsv", RUN.samples.called)
        | reported("denominator", "results/burden/{}.denominator.tsv", RUN.samples.called)
        | reported("variants", "results/variants/{}.variants.tsv.gz", RUN.samples.tumors)
    )


def qc_files(wildcards):
    """Reports that MultiQC reads by itself."""
    files = measurements(wildcards)
    kinds = ("stats", "trimming", "duplicates", "hs_metrics")
    distributions = reported("depth", "results/qc/depth/{}.mosdepth.region.dist.txt", RUN.samples.sequenced)
    return [*(file for kind in kinds for file in files.get(kind, [])), *distributions.get("depth", [])]


def qc_limits():
    """`--limit METRIC=WARN,FAIL` of each metric; without numbers of their own, depths follow burden's."""
    options = []
    for name, limit in QC.items():
        if not isinstance(limit, dict) or "warn" not in limit:
            continue
        bounds = {level: limit[level] for level in ("warn", "fail")}
        if name.endswith("_mean_depth"):
            needed = BURDEN[name.replace("_mean", "")]
            usual = {"warn": 2 * needed, "fail": needed / 2}
            bounds = {level: usual[level] if value is None else value for level, value in bounds.items()}
        warn, fail = ("" if value is None else value for value in bounds.values())
        options.append(f"--limit {name}={warn},{fail}")
    return options


def scatter():
    """Parallel parts of one tumor's calling, before Snakemake bounds them by its cores.

    One for every 500 kb of padded targets, which take minutes at the depth of an exome: a part of seconds would spend
    them on starting Java and on compiling. At most 8, so that a job finds a place on a shared cluster.
    """
    if not RUN.samples.called:
        return 1
    if SETTINGS["calling"]["scatter"] != "auto":
        return SETTINGS["calling"]["scatter"]
    padding = 2 * SETTINGS["calling"]["interval_padding"]
    intervals = target_intervals(REFERENCE["targets"], numbered(REFERENCE["targets"]))
    bases = sum(each.end - each.start + padding for each in intervals)
    return min(8, max(1, bases // 500_000))


def pair_of(wildcards):
    """BAMs of a tumor and of its normal, if any, with their indexes."""
    tumor = RUN.samples.by_name[wildcards.tumor]
    normal = RUN.samples.normal_of(tumor)
    files = {"tumor": READS.format(sample=tumor.sample), "tumor_index": READS_INDEX.format(sample=tumor.sample)}
    if normal:
        files |= {
            "normal": READS.format(sample=normal.sample),
            "normal_index": READS_INDEX.format(sample=normal.sample),
        }
    return files


def known_file(wildcards):
    """The user's file of a kind of known variants; `known_sites_0` is the first of the list."""
    kind, _, number = wildcards.kind.rpartition("_")
    return KNOWN_SITES[int(number)] if kind == "known_sites" else REFERENCE[wildcards.kind]


def known(kind):
    """A known-variants VCF with its index, when the config names it."""
    return [f"resources/{kind}.vcf.gz", f"resources/{kind}.vcf.gz.tbi"] if REFERENCE[kind] else []


def panel():
    """The panel of normals with its index: the given one, or the one built from the normals of the sheet."""
    if BUILD_PANEL:
        return ["results/panel/panel_of_normals.vcf.gz", "results/panel/panel_of_normals.vcf.gz.tbi"]
    return known("panel_of_normals")


def option(flag, kind):
    """Flag and file for a tool's command line, when the config names such a file."""
    file = (panel() if kind == "panel_of_normals" else known(kind))[:1]
    return [flag, *file] if file else []


def annotator_options():
    """Words of the command line that tell the chosen annotator its genes."""
    chosen = SETTINGS["annotation"]
    if chosen["tool"] == "csq":
        return ["--gff-annot", REFERENCE["genes"]] if REFERENCE["genes"] else []
    if chosen["tool"] == "vep":
        cache = ["--dir_cache", chosen["vep_cache"] or ""]
        return [*cache, "--species", chosen["vep_species"], "--assembly", chosen["vep_assembly"]]
    folder = os.path.abspath(chosen["snpeff_data"]) if chosen["snpeff_data"] else None
    own = folder and os.path.join(folder, "snpEff.config")
    config = ["-c", own] if own and os.path.isfile(own) else []
    data = ["-dataDir", folder] if folder else []
    return [*config, *data, chosen["snpeff_genome"] or ""]


def pileups_of(wildcards):
    """Pileups of a tumor and of its normal, if any, when contamination is estimated."""
    return pileups_of_pair(wildcards) if ESTIMATE_CONTAMINATION else []


def pileups_of_pair(wildcards):
    """Pileups of a tumor and of its normal, if any."""
    tumor = RUN.samples.by_name[wildcards.tumor]
    normal = RUN.samples.normal_of(tumor)
    return [f"results/calling/{s.sample}.pileups.table" for s in (tumor, normal) if s]


def same_person_of(wildcards):
    """The check that must have passed before a tumor's calls are filtered, when it has a normal to be compared with."""
    checked = CHECK_PERSONS and RUN.samples.normal_of(RUN.samples.by_name[wildcards.tumor])
    return [f"results/qc/concordance/{wildcards.tumor}.tsv"] if checked else []


def same_person_settings():
    """Options of `biomarkers concordance` by the config."""
    calling = SETTINGS["calling"]
    return f"--min-sites {calling['same_person_min_sites']} --distance {calling['same_person_distance']}"


def calls_of(wildcards):
    tumor = RUN.samples.by_name[wildcards.tumor]
    return tumor.file if tumor.entry == "vcf" else f"results/calling/{tumor.sample}.vcf.gz"


def territory_of(wildcards):
    """Callable regions of a tumor; none when its territory is assumed."""
    if wildcards.tumor in ASSUMED:
        return {}
    return {kind: f"results/burden/{wildcards.tumor}.{kind}.bed" for kind in ("callable", "splice")}


def called_paired(wildcards):
    """`--paired` for a tumor with a normal, whether or not the VCF has the normal's column."""
    tumor = RUN.samples.by_name[wildcards.tumor]
    return "--paired" if tumor.paired or RUN.samples.normal_of(tumor) else ""


def normal_name(tumor):
    """Name of a tumor's normal; `.` where there is none or, as for a paired VCF, it is not known."""
    normal = RUN.samples.normal_of(RUN.samples.by_name[tumor])
    return normal.sample if normal else "."


def coverage_of(wildcards):
    """Quantized depth of a tumor and its normal; none when the sample came as a VCF."""
    tumor = RUN.samples.by_name[wildcards.tumor]
    if tumor.entry == "vcf":
        return {}
    normal = RUN.samples.normal_of(tumor)
    files = {"tumor": f"results/qc/depth/{tumor.sample}.quantized.bed.gz"}
    return files | ({"normal": f"results/qc/depth/{normal.sample}.quantized.bed.gz"} if normal else {})


def burden_pictures():
    """Pictures of the burden that this run has data for, by option."""
    files = {}
    if len({*BURDEN["definitions"], *(["custom"] if BURDEN["custom"] else [])}) > 1:
        files["agreement_picture"] = "results/burden/agreement.svg"
    if MEASURED:
        files |= {"denominator_picture": "results/burden/denominator.svg", "table": "results/burden/denominator_steps.tsv"}
    return files


def flags(options):
    """Command line of the settings that are set."""
    return [
        f"--{name.replace('_', '-')} {shlex.quote(str(value))}" for name, value in options.items() if value is not None
    ]


def sheets(*names):
    """`--name FILE` for each of these sheets that the config names."""
    return [f"--{name.replace('_', '-')} {shlex.quote(CLINICAL[name])}" for name in names if name in CLINICAL]


def files(*names):
    return [CLINICAL[name] for name in names if name in CLINICAL]
