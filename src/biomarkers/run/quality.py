"""Reports on each sample that `biomarkers qc` reads: where the workflow has them, and what is measured by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from biomarkers.burden import inputs as burdens
from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import many_tables, schemas, tables, yamls
from biomarkers.io.lines import whole_text
from biomarkers.quality import tools, verdict
from biomarkers.run import samples as sheets
from biomarkers.run.samples import Sample, Samples, header_of
from biomarkers.settings import Quality

if TYPE_CHECKING:
    import pandas as pd


class Report(NamedTuple):
    """A kind of report.

    place: its path; `{}` stands for the sample, or for sample.library where each library has its own. of: the samples
    that have one, by library those of them that are aligned here.
    """

    place: str
    of: Literal["sequenced", "called", "tumors"]
    by_library: bool = False


REPORTS = {
    "stats": Report("results/qc/stats/{}.txt", "sequenced"),
    "duplicates": Report("results/qc/duplicates/{}.txt", "sequenced", by_library=True),
    "trimming": Report("results/qc/fastp/{}", "sequenced", by_library=True),
    "depth": Report("results/qc/depth/{}.mosdepth.summary.txt", "sequenced"),
    "thresholds": Report("results/qc/depth/{}.thresholds.bed.gz", "sequenced"),
    "hs_metrics": Report("results/qc/hs_metrics/{}.txt", "sequenced"),
    "contamination": Report("results/qc/contamination/{}.tsv", "called"),
    "denominator": Report("results/burden/{}.denominator.tsv", "called"),
    "variants": Report("results/variants/{}.variants.tsv.gz", "tumors"),
}
"""By the option of `biomarkers qc`."""


def ending(kind: str) -> str:
    """What stands behind the sample in a report's name.

    >>> ending("depth"), ending("trimming")
    ('.mosdepth.summary.txt', '')
    """
    return REPORTS[kind].place.partition("{}")[2]


def names_of(sample: Sample) -> list[str]:
    """What reports by library are named by: the sample, or `sample.library` where it has several.

    >>> from biomarkers.run.lanes import Lane
    >>> lanes = tuple(Lane(library, library, "r.fq", None, 2) for library in ("a", "b"))
    >>> [names_of(Sample("P1", "T1", True, "lanes", lanes[:number])) for number in range(3)]
    [[], ['T1'], ['T1.a', 'T1.b']]
    """
    names = [f"{sample.sample}.{library}" for library in sample.libraries]
    return [sample.sample] if len(names) == 1 else names


def expected(samples: Samples, *, hs_metrics: bool) -> dict[str, tuple[str, ...]]:
    """Paths of a run's reports by kind; a kind without any is left out. hs_metrics: whether those are made."""
    found = {}
    for kind, report in REPORTS.items():
        owners: list[Sample] = getattr(samples, report.of)
        names = [name for each in owners for name in (names_of(each) if report.by_library else [each.sample])]
        if names and (hs_metrics or kind != "hs_metrics"):
            found[kind] = tuple(report.place.format(name) for name in names)
    return found


def default_limits(tumor_depth: int, normal_depth: int) -> dict[str, verdict.Limit]:
    """Limits of the setting qc when it says nothing."""
    blocks = schemas.load("config")["properties"]["qc"]["properties"]
    found = {}
    for name in (*verdict.AT_LEAST, *verdict.AT_MOST):
        rules = blocks[name]["properties"]
        found[name] = verdict.Limit(rules["warn"]["default"], rules["fail"]["default"])
    # At a fold-80 penalty of 2, which exomes have, four fifths of the bases have half the mean depth.
    found["tumor_mean_depth"] = verdict.Limit(2 * tumor_depth, tumor_depth / 2)
    found["normal_mean_depth"] = verdict.Limit(2 * normal_depth, normal_depth / 2)
    return found


def limit_options(config: Mapping[str, Any]) -> list[str]:
    """`--limit METRIC=WARN,FAIL` of each metric; without numbers of their own, depths follow those of the burden.

    config: a run's, with every default filled in.
    """
    usual = default_limits(config["burden"]["tumor_depth"], config["burden"]["normal_depth"])
    options = []
    for name in (*verdict.AT_LEAST, *verdict.AT_MOST):
        bounds = [config["qc"][name][level] for level in ("warn", "fail")]
        if name.endswith("_mean_depth"):
            bounds = [own if own is not None else other for own, other in zip(bounds, usual[name], strict=True)]
        options.append(f"--limit {name}={','.join('' if bound is None else str(bound) for bound in bounds)}")
    return options


def check_limits(path: str | Path, settings: yamls.Settings, problems: Problems) -> None:
    """Of two limits that a config states, the one that fails a sample must be the worse; the other would never warn."""
    for name, block in (settings.data.get("qc") or {}).items():
        warn, fail = (block.get(level) if isinstance(block, dict) else None for level in ("warn", "fail"))
        if warn is None or fail is None:
            continue
        side = "most" if name in verdict.AT_LEAST else "least"
        if fail > warn if side == "most" else fail < warn:
            expected = f"a number of at {side} {warn}, which warns"
            problems.add(yamls.problem(path, settings, ("qc", name, "fail"), fail, expected))


def limits(given: Sequence[str], defaults: Mapping[str, verdict.Limit]) -> dict[str, verdict.Limit]:
    """The defaults with those given as METRIC=WARN,FAIL. Raises InputError for each that cannot be read."""
    problems = Problems()
    found, named = dict(defaults), set[str]()
    for text in given:
        try:
            name, limit = verdict.parse(text)
            if name in named:
                problems.add(Problem("command line", "--limit", text, f"{name} once"))
            named.add(name)
            found[name] = limit
        except ValueError as error:
            problems.add(Problem("command line", "--limit", text, str(error)))
    problems.stop_if_any()
    return found


def judged(
    sheet: Path,
    reports: Mapping[str, Sequence[Path] | None],
    given: Sequence[str],
    *,
    rules: Quality,
    orientation: bool,
    realign: bool,
) -> pd.DataFrame:
    """Table `qc` of the samples of a sheet. reports: as `measure` has them; given: limits, as `limits` has them.

    realign: whether alignments of the sheet were aligned again. Raises InputError with every problem of every file.
    """
    problems = Problems(*rules.problems())
    # The workflow has checked pairs and files already; here a tumor may stand alone, and the files elsewhere.
    known = sheets.read(str(sheet), problems, tumor_only=True, realign=realign, looks=False)
    bounds = problems.catch(limits, given, default_limits(rules.tumor_depth, rules.normal_depth))
    # Without samples every report would be one of a sample that is not in the sheet.
    found = {}
    if known.by_name:
        by_kind = {kind: paths or () for kind, paths in reports.items()}
        found = measure(known, by_kind, rules=rules, orientation=orientation, problems=problems)
    problems.stop_if_any()
    return tables.of_rows(rows(known, found, bounds or {}), "qc")


def measure(
    known: Samples,
    reports: Mapping[str, Sequence[Path]],
    *,
    rules: Quality,
    orientation: bool,
    problems: Problems,
) -> dict[str, tools.Measured]:
    """What the reports tell of each sample of the sheet; what is wrong with them is added to `problems`.

    reports: files by kind, as `biomarkers.run.quality` has them; none may be missing. orientation: whether the read
    orientation filter ran for the samples that were called here.
    """
    if len(reports["depth"]) != len(reports["thresholds"]):
        expected = f"as many files as --depth: {len(reports['depth'])}"
        found = f"has {len(reports['thresholds'])} files"
        problems.add(Problem.said("command line", "--thresholds", found, expected))
    kinds = ("stats", "duplicates", "trimming", "depth", "thresholds", "hs_metrics")
    files = {kind: problems.catch(by_sample, kind, reports[kind], known) or {} for kind in kinds}
    for kind, other in (("duplicates", "stats"), ("depth", "thresholds"), ("thresholds", "depth")):
        uneven = other != "stats" and len(reports[kind]) != len(reports[other])
        if not uneven and (files[other] or not reports[other]):
            problems.add(*_alone(kind, files[kind], other, files[other]))
    estimates = problems.catch(contamination, reports["contamination"]) or {}
    shares = problems.catch(callable_share, reports["denominator"]) or {}
    called = {sample.sample for sample in known.called} if orientation else set()
    settings = {"vaf": rules.ffpe_vaf, "excess": rules.ffpe_excess, "least": rules.ffpe_least}
    counts = problems.catch(variants, reports["variants"], orientation=called, **settings) or {}
    measures: dict[str, tools.Measured] = {}
    for name in known.by_name:
        of = {kind: paths.get(name, []) for kind, paths in files.items()}
        parts = []
        if of["stats"]:
            of_reads = partial(tools.of_reads, programs=_programs(known.by_name[name]))
            parts.append(problems.catch(measured, of_reads, of["stats"][0], of["duplicates"]))
        if of["trimming"]:
            lanes = [file for folder in of["trimming"] for file in sorted(folder.glob("*.json"))]
            parts.append(problems.catch(measured, tools.of_trimming, lanes))
        if of["depth"] and of["thresholds"]:
            parts.append(problems.catch(measured, tools.of_depth, of["depth"][0], of["thresholds"][0]))
        if of["hs_metrics"]:
            parts.append(problems.catch(measured, tools.of_capture, of["hs_metrics"][0]))
        if name in estimates:
            parts.append(tools.of_contamination(estimates[name]))
        parts += [table[name] for table in (shares, counts) if name in table]
        measures[name] = tools.Measured.together([part for part in parts if part is not None])
    return measures


def _alone(kind: str, reports: dict[str, list[Path]], other: str, beside: dict[str, list[Path]]) -> list[Problem]:
    """Reports that nothing would read, since they tell something together with one of another kind only."""
    return [
        Problem.said(str(path), "file", f"is of {name}, of which --{other} has no file", f"one beside each of --{kind}")
        for name, paths in reports.items()
        if name not in beside
        for path in paths
    ]


def _programs(sample: Sample) -> list[str]:
    """Names and command lines of the programs in the header of a sample that came aligned."""
    header = header_of(sample.file) if sample.entry == "alignment" and sample.file else None
    lines = header.get("PG", []) if header else []
    return [" ".join(str(line.get(key, "")) for key in ("ID", "PN", "CL")) for line in lines]


def by_sample(kind: str, paths: Iterable[Path], known: Samples) -> dict[str, list[Path]]:
    """Reports of a kind by sample. Raises InputError for a file that belongs to no sample of the sheet."""
    names = {
        name: sample.sample
        for sample in known.by_name.values()
        for name in (sample.sample, *(f"{sample.sample}.{library}" for library in sample.libraries))
    }
    problems = Problems()
    found: dict[str, list[Path]] = {}
    for path in paths:
        owner = names.get(path.name.removesuffix(ending(kind)))
        if owner is None:
            expected = f"SAMPLE{ending(kind)} of a sample in the sheet"
            problems.add(Problem(str(path), f"--{kind.replace('_', '-')}", path.name, expected))
        else:
            found.setdefault(owner, []).append(path)
    problems.stop_if_any()
    return found


def measured(parse: Callable[..., tools.Measured], *reports: Path | Sequence[Path]) -> tools.Measured:
    """What `parse` finds in these reports; a list of files is one argument. Raises InputError when one is damaged."""
    texts = [whole_text(one) if isinstance(one, Path) else list(map(whole_text, one)) for one in reports]
    try:
        return parse(*texts)
    except (ValueError, KeyError, IndexError) as error:
        shown = ", ".join(str(one) for group in reports for one in ([group] if isinstance(group, Path) else group))
        what = f"the entry `{error.args[0]}`" if isinstance(error, KeyError) else str(error)
        raise InputError(Problem.said(shown, "file", "is damaged", f"{what}; make it again")) from None


def contamination(paths: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """Rows of the tables `contamination` by sample."""
    problems = Problems()
    table = many_tables.read_several(paths, "contamination", ("sample",), problems)
    problems.stop_if_any()
    return {} if table is None else {row["sample"]: row for row in tables.records(table)}


def variants(paths: Sequence[Path], **settings: Any) -> dict[str, tools.Measured]:
    """Counts and signs of formalin by sample; `orientation` names the samples whose orientation filter ran."""
    problems = Problems()
    found: dict[str, tools.Measured] = {}
    ran = settings.pop("orientation")
    for one in burdens.read_variants(paths, problems, ("ref", "alt", "filter", "vaf")):
        for _, name, table in burdens.by_sample(one):
            found[name] = tools.of_variants(table, orientation=name in ran, **settings)
    problems.stop_if_any()
    return found


def callable_share(paths: Sequence[Path]) -> dict[str, tools.Measured]:
    """Callable percent of the coding target bases, of the samples whose coverage was measured."""
    found = {}
    for name, row in burdens.read_denominators(paths).items():
        if row["denominator_source"] == "callable":
            share = tools.share(row["callable_bp"], row["coding_bp"])
            found[name] = tools.Measured.of({"callable_percent": share})
    return found


def rows(
    known: Samples, found: Mapping[str, tools.Measured], limits: Mapping[str, verdict.Limit]
) -> list[dict[str, Any]]:
    """Rows of the table `qc` in the order of the sheet."""
    judged = {
        name: verdict.judge(*found[name], is_tumor=sample.is_tumor, limits=limits)
        for name, sample in known.by_name.items()
    }
    listed = []
    for name, sample in known.by_name.items():
        outcome = judged[name]
        normal = known.normal_of(sample) if sample.is_tumor else None
        if normal is not None:
            beside = judged[normal.sample], found[normal.sample].numbers
            outcome = verdict.beside_normal(outcome, normal.sample, *beside)
        about = {
            "patient": sample.patient,
            "sample": name,
            "role": "tumor" if sample.is_tumor else "normal",
            "status": outcome.status,
            "reasons": "; ".join(outcome.reasons) or None,
            "undetermined": ",".join(found[name].undetermined) or None,
        }
        listed.append(found[name].numbers | about)
    return listed
