"""Is the clinic of a run whole? Every problem of its sheets and of the plan."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from biomarkers.declared import listed
from biomarkers.errors import Problem, Problems, count, first_few, log
from biomarkers.genome import gene_panels
from biomarkers.io import plausible, spellings, subset, tables, yamls
from biomarkers.run.checks import maf_entry
from biomarkers.run.joins import sequenced
from biomarkers.run.run import Run
from biomarkers.settings import Endpoints, Pdl1

if TYPE_CHECKING:
    import pandas as pd


def check_sheets(path: str | Path, run: Run, problems: Problems) -> set[str]:
    """Identifiers of the patients sheet, after every clinical sheet was checked against it. path: of the config."""
    config, sheets = run.config, run.config["clinical"]
    for name, sheet in sheets.items():
        # These end at the burden.
        alone = name in ("maf", "mapping") or (name == "sequenced" and sheets["maf"])
        if sheet is not None and sheets["patients"] is None and not alone:
            problems.add(yamls.problem(path, run.given, ("clinical", name), sheet, "clinical.patients beside it"))
    if sheets["patients"] is None:
        return set()

    from biomarkers.clinical import inputs, liver, pdl1_sheet, plausibility
    from biomarkers.run.joins import cohort as joining

    rules = Endpoints.of(config)
    inputs.check_settings(problems, rules)
    read = inputs.read_sheets(
        problems,
        sheets["patients"],
        sheets["assessments"],
        rules,
        lesions=sheets["lesions"],
        adverse_events=sheets["adverse_events"],
        missing=config["missing_words"],
    )
    people = read.get("patients")
    if people is not None:
        inputs.check_cutoff(problems, sheets["patients"], people, rules)
        liver.completed(people, sheets["patients"], problems)
        inputs.say(sheets["patients"], plausibility.of_levels(people))
    known = set() if people is None else set(people["patient"])
    for name in ("pdl1", "features"):
        sheet = tables.read_into(problems, sheets[name], name, config["missing_words"], ()) if sheets[name] else None
        if sheet is not None and name == "features":
            inputs.say(sheets[name], [*_strangers(sheet, known), *plausible.sentences(sheet)])
            inputs.say(sheets[name], plausibility.of_levels(sheet))
            joining.check_any_known(sheets["patients"], people, {sheets[name]: sheet}, problems)
        if sheet is not None and name == "pdl1":
            if people is not None:
                inputs.say(sheets[name], plausibility.of_days(sheet, "pdl1", people))
                tables.check_known(sheets[name], sheet, "patient", known, sheets["patients"], problems)
            problems.catch(pdl1_sheet.check_sheet, problems, sheets[name], sheet, Pdl1.of(config))
            inputs.say(sheets[name], pdl1_sheet.undated(sheet, Pdl1.of(config)))
    maf_entry.check_mutations(config, known, problems)
    if sheets["gene_panels"]:
        gene_panels.read(Path(sheets["gene_panels"]), problems)
    if sheets["sequenced"] and not sheets["maf"]:  # Its samples are joined to the patients where it is read.
        listed = problems.catch(sequenced.patients, sheets["sequenced"], config["missing_words"])
        if listed and people is not None and not known & listed.keys():
            expected = f"at least one patient of {sheets['patients']}"
            problems.add(Problem(sheets["sequenced"], "patient", next(iter(listed)), expected))
    return known


def _strangers(sheet: pd.DataFrame, known: Collection[str]) -> Iterator[str]:
    """What is said of patients of measurements who are not in the patients sheet; `cohort` leaves them out."""
    strangers = sorted(set(sheet["patient"].dropna()) - set(known))
    if known and strangers:
        said = f"{count(len(strangers), 'patient is', 'patients are')} not in the patients sheet and left out"
        yield "; ".join([f"{said}: {first_few(strangers)}", *spellings.nearly(strangers, known)])


def check_plan(run: Run, problems: Problems) -> None:
    """The plan by itself, its names against the columns that the cohort will have, and the cells of its columns."""
    file, sheets = run.config["plan"], run.config["clinical"]
    settings = problems.catch(yamls.load, file) if file else None
    if settings is None:
        return

    from biomarkers.association import gene_sets, plan, values
    from biomarkers.clinical import cohort_columns, liver

    if sheets["patients"] is None:
        plan.read_plan(settings, file, problems=problems)
        return
    categories, used = plan.text_columns(settings), plan.used_columns(settings)
    frames = {}
    for path in filter(None, (sheets["patients"], sheets["features"])):
        cells = problems.catch(tables.read_cells, path)
        if cells is None:
            return
        frames[path] = tables.from_cells(
            cells,
            "cohort",
            text_columns=categories,
            missing=run.config["missing_words"],
            used=used,
            problems=problems,
            quiet=True,
        )
    people = sheets["patients"]
    frames[people] = liver.completed(frames[people], people, Problems(), quiet=True)  # Told with the sheets.
    sources = _cohort_columns(run, {path: list(frame.columns) for path, frame in frames.items()})
    problems.add(*cohort_columns.collisions(sources))
    columns = {"patient", *(column for _, brought in sources for column in brought)}
    texts = set(cohort_columns.of_words()) & {
        column for path, brought in sources if path not in frames for column in brought
    }
    chosen = plan.read_plan(settings, file, columns=columns, texts=texts, problems=problems)
    if chosen is not None:
        for path, frame in frames.items():
            values.check_columns(frame, chosen, path, problems)
            subset.check(chosen.subset, frame, path, file, settings, problems)
        if chosen.genes:
            gene_sets.chosen(chosen.genes, None, file, problems, taken=set(chosen.markers))
        if chosen.permutations:
            told = f"{file}: permutations: all tests are done {chosen.permutations} times more, which may take long;"
            log.info("%s %s says how far that is", told, run.layout.place("results/logs/associate.log"))


def gene_set_files(plan: str | None) -> list[str]:
    """Files of gene sets that a plan names; none where the plan cannot be read, which `check` tells."""
    settings = Problems().catch(yamls.load, plan) if plan else None
    genes = settings.data.get("genes") if settings else None
    named = listed(genes.get("sets")) if isinstance(genes, dict) else []
    return [one for one in named if isinstance(one, str) and Path(one).is_file()]


def _cohort_columns(run: Run, columns: dict[str, list[str]]) -> list[tuple[str, Collection[str]]]:
    """Which columns each file will bring to the cohort. columns: of the patients sheet and of the features, by path."""
    from biomarkers.clinical import cohort_columns, endpoints

    config, sheets = run.config, run.config["clinical"]
    joined = ["tmb"] if run.has_burden else ["mutations"] if sheets["mutations"] else []
    joined += ["pdl1_selected"] if sheets["pdl1"] else []
    _, *further = dict.fromkeys([*config["burden"]["definitions"], *(["custom"] if config["burden"]["custom"] else [])])
    rules = config["endpoints"]
    return cohort_columns.by_file(
        cohort_columns.made(joined, definitions=further),
        patients=(sheets["patients"], columns[sheets["patients"]]),
        endpoints=("endpoints", endpoints.column_names(rules["censoring"], rules["visit_interval_days"])),
        features=(sheets["features"], columns[sheets["features"]]) if sheets["features"] else None,
    )
