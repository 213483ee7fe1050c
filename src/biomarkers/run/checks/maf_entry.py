"""A run whose mutations come as one MAF of many samples, or as a ready table of genes: what `check` asks of them.

The MAF is read, and its first rows are judged, by the code that will count it (`biomarkers.variants`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from biomarkers.errors import InputError, Problem, Problems, count, first_few, log
from biomarkers.genome import regions
from biomarkers.genome import tmb_definitions as defined
from biomarkers.io import tables, yamls
from biomarkers.run.checks.first_rows import judge
from biomarkers.run.checks.headers import Genome
from biomarkers.run.joins import sequenced
from biomarkers.run.run import Run
from biomarkers.settings import Annotation, Counting
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.maf_files import Reading, check, reader
from biomarkers.variants.maf_in import Reader
from biomarkers.variants.rules import Territory
from biomarkers.variants.stream import Area

NAMING = ("maf", "sequenced", "patients")
"""Files that say whose samples there are."""
LOOKED_AT = 20_000
"""Rows that are judged before the run; all, while nothing was understood."""
TABLE, RECORD = (f"results/variants/maf/cohort.variants.{ending}" for ending in ("tsv.gz", "json"))
CALLABLE, SPLICE = (f"results/burden/maf/{kind}.bed" for kind in ("callable", "splice"))
DENOMINATOR = "results/burden/maf/denominator.tsv"


def pairing(config: dict[str, Any]) -> bool | None:
    """Whether the user says that all calls are tumor-only (calling.tumor_only); None: what the MAF says."""
    told: bool | str = config["calling"]["tumor_only"]
    return None if isinstance(told, str) else told


def frequency(config: dict[str, Any]) -> str:
    """Column of the population frequency: a field of a VCF (INFO/...) is none of a MAF."""
    asked = Annotation.of(config).population_af_field
    return "auto" if "/" in asked else asked


def counting(config: dict[str, Any]) -> dict[str, Any]:
    """The config as the count of a MAF takes it: an expression for VCFs is not asked of it."""
    return config | {
        "calling": config["calling"] | {"somatic": None},
        "burden": config["burden"] | {"population_af_field": frequency(config)},
    }


def names(config: dict[str, Any], problems: Problems) -> set[str]:
    """Samples of the run's MAF and of its list, for tables that speak of samples."""
    clinical = config["clinical"]
    there = {name: clinical[name] if clinical[name] and Path(clinical[name]).is_file() else None for name in NAMING}
    if not there["maf"]:
        return set()  # Which is told with all other files.
    rows = problems.catch(_reader, config | {"clinical": clinical | there})
    if rows is None:
        return set()
    return {*rows.normals.alone, *(rows.listed.tumors if rows.listed else ())}


def check_combination(path: str | Path, run: Run, settings: yamls.Settings, problems: Problems) -> None:
    """Mutations must come from one place: files of the sample sheet and a MAF are counted, a ready table is not."""
    clinical = run.config["clinical"]
    if clinical["mutations"] is None:
        return
    for given, named in ((clinical["maf"], "clinical.maf"), (run.samples.tumors, "samples")):
        if given:
            expected = f"no such table beside {named}, whose variants are counted and tested; leave one of the two out"
            problems.add(yamls.problem(path, settings, ("clinical", "mutations"), clinical["mutations"], expected))


def check_maf(run: Run, genome: Genome | None, problems: Problems) -> None:
    """The MAF of a run: its header, whose its samples are, and its first rows as the run will judge them.

    genome: what its contigs are compared with, where the territory is worked out.
    """
    file = run.config["clinical"]["maf"]
    if file is None or not Path(file).is_file():
        return
    try:
        rows = _reader(run.config)
        _judge(rows, Counting.of(counting(run.config)))
    except InputError as error:
        problems.add(*map(_of_config, error.problems))
        return
    if genome is not None and (
        problem := regions.naming_problem(file, rows.tally.contigs, genome.fasta, genome.lengths, "Chromosome")
    ):
        problems.add(problem)
    _say_unlisted(file, rows, run.config)
    doubles = rows.tally.samples.keys() & run.samples.by_name.keys()
    for name in sorted(doubles):
        expected = f"another name than that of a sample in {run.config['samples']}"
        problems.add(Problem(file, "Tumor_Sample_Barcode", name, expected))


def _say_unlisted(file: str, rows: Reader, config: dict[str, Any]) -> None:
    """Warn of patients without a row where no list says who was sequenced: they drop out of every test of the burden.

    The job that counts says it in its own log, which nobody reads whose run went well.
    """
    sheet = config["clinical"]["patients"]
    told = None if rows.tally.listed or not sheet else sequenced.for_maf(None, Path(sheet), config["missing_words"])
    without = sorted(told.people.known - {*rows.patients.values()}) if told and told.people else []
    if without:
        said = "%s: %s without a row here (%s): their burden is missing, not 0, unless clinical.sequenced names them"
        log.warning(said, file, count(len(without), "patient"), first_few(without))


def check_mutations(config: dict[str, Any], known: set[str], problems: Problems) -> None:
    """A ready table of mutations: patient, gene, consequence of patients of the sheet, in words that are known."""
    from biomarkers.clinical import cohort

    path = config["clinical"]["mutations"]
    if path is None or not Path(path).is_file():
        return
    table = tables.read_into(problems, path, "mutations", config["missing_words"], ())
    if table is None:
        return
    problems.catch(cohort.counts, table, counted="nonsynonymous", path=path)
    if known and known.isdisjoint(table["patient"]):
        first = next(iter(table["patient"]), None)
        expected = f"at least one patient of {config['clinical']['patients']}"
        problems.add(Problem(path, "patient", first, expected))


def _reader(config: dict[str, Any]) -> Any:
    clinical, burden = config["clinical"], config["burden"]
    listed, sheet = (Path(path) if path else None for path in (clinical["sequenced"], clinical["patients"]))
    told = sequenced.for_maf(listed, sheet, config["missing_words"])
    own = burden["custom"] and defined.read_custom(Path(burden["custom"]))
    wanted = defined.choose(burden["definitions"], own or None)
    how = Reading(told.listed, pairing(config), frequency(config), told.people)
    rules = Counting.of(counting(config))
    return reader(Path(clinical["maf"]), wanted, rules, Area(Territory(), (), ""), Hotspots(), how)


def _judge(found: Any, rules: Counting) -> None:
    """Raise InputError where the first rows, or all while nothing was understood, are refused by the run."""

    def refused() -> None:
        check(found.file, found.tally, rules, Area(Territory(), (), ""))

    # What counts rows is said of the whole file by the job that reads it.
    judge(iter(found), refused, step=LOOKED_AT, told_of_whole=False)


def _of_config(problem: Problem) -> Problem:
    """A problem in the words of the config in place of those of the command line."""
    words = {
        "--tumor-depth 0 --alt-reads 0 --vaf 0": "`burden: {tumor_depth: 0, alt_reads: 0, vaf: 0}` in the config",
        "--samples, in a run clinical.sequenced": "clinical.sequenced",
        "--samples": "clinical.sequenced",
    }
    expected = problem.expected
    for option, key in words.items():
        expected = expected.replace(option, key)
    return problem._replace(expected=expected)
