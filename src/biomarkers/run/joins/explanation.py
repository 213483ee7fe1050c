"""How a burden came about, as text: every number with the file, the rule and the setting behind it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from biomarkers.errors import count, first_few
from biomarkers.genome.consequence_terms import worst_term
from biomarkers.io import schemas
from biomarkers.run.joins.findings import Findings

RULES = {
    "filter": "FILTER is not PASS, or the variant stands in another record or is none (1.1)",
    "target": "outside the coding targets (1.2)",
    "callable": "in the coding targets, where depth is too low (1.2)",
    "depth": "fewer than {tumor_depth} reads, or not told how many (1.3)",
    "alt_reads": "fewer than {alt_reads} reads with the variant, or not told how many (1.3)",
    "vaf": "a fraction below {vaf} (1.3)",
    "germline": "germline, by the caller, the normal or, tumor-only, a population frequency of {max_population_af} and "
    "more or the panel of normals (1.4)",
    "not_somatic": "not somatic: calling.somatic does not hold, the caller says blood, or the genotype lacks it (1.4)",
    "unknown": "the caller's mark does not say what they are, or the tumor's column is blank (1.4)",
    "hotspot": "a hot spot, which this run leaves out (1.5)",
    "consequence": "pass, but their consequence, if any is told, counts in no definition asked for (1.6)",
}
"""What each exclusion means; in braces the settings, in brackets the rule of docs/methods.md."""
RARE = ("not_somatic", "unknown", "hotspot")
"""Exclusions that few files know; said only where a variant has them."""
STEPS = {
    "target": "capture targets, overlaps merged",
    "coding": "of them coding (CDS)",
    "tumor_depth": "of them with enough reads in the tumor",
    "normal_depth": "of them with enough reads in the normal",
}
SOURCES = {
    "callable": "measured depth",
    "assumed": "assumed: no depth was measured, every base counts as callable",
    "stated": "stated by a table of the user",
}
BLOCKS = ("reference", "reads", "calling", "annotation", "burden", "qc")
"""Of the config, those that a burden hangs on."""
OF_READS = ("reads", "calling", "qc")
"""Those that a sample which came as VCF does not hang on, but for `OF_VCFS`."""
OF_VCFS = ("somatic", "accept_filters")
"""Settings of calls that are asked of the sheet's VCFs alone."""
GAP = "  "


def text(found: Findings) -> str:
    """The whole derivation, in the order in which one would ask for it."""
    parts = {
        "": _burdens(found),
        "Variants": _variants(found),
        "Territory": _territory(found),
        "Tumor cells": _tumor_cells(found),
        "Caller": _calls(found),
        "Normal and columns": _columns(found),
        "Quality": _quality(found),
        "Programs": _programs(found),
        "Settings in force": _settings(found),
        "Files, by MD5": _files(found),
        "Cautions": _cautions(found),
    }
    who = f"Sample {found.sample} of patient {found.rows[0]['patient']}"
    lines = [f"{who} (numbers in brackets: rules of docs/methods.md)"]
    for title, body in parts.items():
        shown = list(body)
        if shown:
            lines += ["", *([title] if title else []), *(f"{GAP}{line}".rstrip() for line in shown)]
    return "\n".join(lines) + "\n"


def _burdens(found: Findings) -> Iterator[str]:
    """The division of each definition with its interval."""
    yield f"Burdens in {found.table.name}"
    for row in found.rows:
        name, n = row["definition"], row["n_variants"]
        if row["tmb_per_mb"] is None:
            why = row["note"] or "the table does not say why"
            yield f"{GAP}{name}: no burden ({row['status']}): {why}"
            continue
        bases = f"{row['callable_bp']:,} bp" if row["callable_bp"] is not None else f"{row['callable_mb']} Mb"
        yield f"{GAP}{name}: {count(n, 'variant')} / {bases} = {row['tmb_per_mb']:.4f} per Mb ({row['status']})"
        bounds = f"{row['ci_low']:.4f} to {row['ci_high']:.4f} per Mb"
        yield f"{GAP * 2}exact 95 % Poisson interval (Garwood; 1.11): {bounds}"
        if row.get("tmb_per_mb_calibrated") is not None:
            yield f"{GAP * 2}calibrated {row['tmb_per_mb_calibrated']:.4f} per Mb by {row['calibration']} (1.13)"


def _variants(found: Findings) -> Iterator[str]:
    """Rows read, losses in the order of the rules, and what is left by consequence."""
    table, origin = found.variants, found.origin
    if table is None:
        named = found.variants_file or "a table that no record names"
        yield f"not told: {named} is not there (any more)"
        return
    of = "".join(f" of {one['file']}" for one in origin.get("inputs", [])[:1])
    records = f" in {count(origin['records'], 'record')}" if "records" in origin else ""
    whose = " of all samples" if len(origin.get("samples", [])) > 1 else ""
    yield f"{found.variants_file}: {count(len(table), 'allele')}{records}{whose}{of}"
    yield from _losses(table, origin.get("settings", {}))
    for row in found.rows:
        if row["n_variants"] is not None:
            yield from _counted(table, row["definition"], row["n_variants"])


def _losses(table: pd.DataFrame, settings: Mapping[str, Any]) -> Iterator[str]:
    lost = table["exclusion"].value_counts()
    for reason in schemas.load("variants")["properties"]["exclusion"]["enum"]:
        n = int(lost.get(reason, 0))
        if not n and (reason not in RULES or reason in RARE):
            continue
        why = RULES.get(reason, "").format_map(defaultdict(lambda: "...", settings))
        more = _listed(table.loc[table["exclusion"] == reason, "filter"]) if reason == "filter" else ""
        yield f"{f'-{n:,}' if n else '0':>9}{GAP}{reason}: {why}{more}"
    yield f"{int(table['exclusion'].isna().sum()):>9,}{GAP}count in at least one definition"


def _counted(table: pd.DataFrame, definition: str, n: int) -> Iterator[str]:
    """Consequences of what a definition counts, as far as the table knows the definition."""
    rows = table[table["counted_in"].fillna("").map(lambda names: definition in names.split(",")).astype(bool)]
    events = int(rows["n_events"].fillna(1).sum()) if "n_events" in rows else len(rows)
    if events != n:
        yield f"{n:>9,}{GAP}{definition}, by consequence of the rows that pass every other rule"
        return
    terms = rows["consequence"].fillna("").map(worst_term)
    yield f"{n:>9,}{GAP}{definition}{_listed(terms)}"


def _territory(found: Findings) -> Iterator[str]:
    row = found.rows[0]
    source = row["denominator_source"]
    if source:
        yield f"{SOURCES.get(source, source)}"
    size = found.denominator
    depths = {"tumor_depth": size.get("min_tumor_depth"), "normal_depth": size.get("min_normal_depth")}
    steps = found.steps or {step: size[f"{step}_bp"] for step in ("target", "coding") if size.get(f"{step}_bp")}
    for step, bases in steps.items():
        least = f" (at least {depths[step]})" if depths.get(step) else ""
        yield f"{bases:>13,} bp{GAP}{STEPS.get(step, step)}{least}"
    if row["callable_bp"] is not None:
        where = f" ({size['file']})" if size.get("file") else ""
        yield f"{row['callable_bp']:>13,} bp{GAP}divide the count{where}"


def _tumor_cells(found: Findings) -> Iterator[str]:
    row = found.rows[0]
    stated, content = row.get("purity"), row.get("tumor_content")
    if stated is not None:
        yield f"stated by the sheet: {stated:.0%}"
    if content is not None:
        yield f"twice the median fraction of the coding variants: {content:.0%} (1.16)"
    elif "tumor_content" in row:
        yield "no estimate: fewer than 5 coding variants have a fraction (1.16)"
    for each in found.rows:
        if each.get("n_threshold_free") is not None:
            yield (
                f"{each['definition']}: {each['n_threshold_free']} without thresholds of reads, of which "
                f"{each['n_below_threshold']} fall to alt_reads or vaf"
                + (": the burden is a lower bound" if each.get("lower_bound") == 1 else "")
            )


def _calls(found: Findings) -> Iterator[str]:
    """Whose calls they were taken for, and what these callers say of the ALTs that pass."""
    for caller, n in found.origin.get("callers", {}).items():
        yield f"read as calls of {caller}: {count(n, 'allele passes', 'alleles pass')} its filters"
    for mark in found.origin.get("marks", []):
        kind = mark["kind"] or "no mark"
        yield f"{mark['caller']} says {mark['word']} ({kind}) of {mark['alleles']:,} of them"
    if rule := found.origin.get("settings", {}).get("somatic"):
        yield f"somatic is what {rule} holds for (calling.somatic), whatever the caller marks"


def _columns(found: Findings) -> Iterator[str]:
    origin, of_run = found.origin, found.chain.get("samples", {}).get(found.sample, {})
    if of_run.get("normal"):
        yield f"matched normal of the sheet: {of_run['normal']}"
    if origin.get("column"):
        yield f"tumor's column: {origin['column']}"
    if origin.get("normal_column"):
        yield f"normal's column: {origin['normal_column']}"
    alone = found.rows[0].get("tumor_only")
    words = {0: "called against a matched normal", 1: "tumor-only: called without a normal"}
    yield words.get(alone, "nobody says whether a matched normal was used")  # type: ignore[arg-type]


def _quality(found: Findings) -> Iterator[str]:
    if found.quality:
        reasons = found.quality.get("reasons")
        yield f"{found.quality['status']}" + (f": {reasons}" if reasons else "")


def _programs(found: Findings) -> Iterator[str]:
    version = found.record.get("biomarkers") or found.chain.get("biomarkers")
    if version:
        commit = found.chain.get("commit")
        yield f"biomarkers {version}" + (f", commit {commit}" if commit else "")
    files = found.chain.get("files", {})
    for path in _reached(found):
        made_with = files[path].get("programs")
        # A file that was taken over says the same as the one that was given.
        if made_with and made_with not in (
            files.get(source, {}).get("programs") for source in files[path].get("from", [])
        ):
            yield f"{path}: " + ", ".join(f"{name} {version}" for name, version in made_with.items())
    if not files:
        told = {key: value for key, value in found.origin.get("annotation", {}).items() if isinstance(value, str)}
        yield from (f"{key}: {value}" for key, value in told.items())
    if ours := found.chain.get("programs"):
        yield ", ".join(f"{name} {version}" for name, version in ours.items())


def _settings(found: Findings) -> Iterator[str]:
    """Of the run's config the blocks that a burden hangs on; of single commands what they were told."""
    config = found.chain.get("settings")
    if config:
        reads = bool(found.chain["samples"].get(found.sample, {}).get("reads"))
        for block in BLOCKS:
            told = [
                f"{key} {_shown(value)}"
                for key, value in config.get(block, {}).items()
                if _is_told(value) and (block not in OF_READS or reads != (block == "calling" and key in OF_VCFS))
            ]
            if told or block not in OF_READS:
                yield f"{block}: {', '.join(told) if told else 'nothing set'}"
        return
    for command, settings in (
        ("variants", found.origin.get("settings", {})),
        ("tmb", found.record.get("settings", {})),
    ):
        told = [f"{key} {_shown(value)}" for key, value in settings.items() if _is_told(value) and key != "definitions"]
        if told:
            yield f"{command}: {', '.join(told)}"


def _files(found: Findings) -> Iterator[str]:
    """Each file once, with what it was made of; what the user gave comes last."""
    files = found.chain.get("files", {})
    if not files:
        inputs = [*found.record.get("inputs", []), *found.origin.get("inputs", [])]
        yield from (f"{one['md5']}{GAP}{one['file']}" for one in {one["file"]: one for one in inputs}.values())
        return
    reached = _reached(found)
    made = [path for path in reached if files[path].get("from")]
    for path in [*made, *(path for path in reached if path not in made)]:
        link = files[path]
        yield f"{link['md5']}{GAP}{path} ({link['by']})"
        sources = [source for source in link.get("from", []) if source in reached]
        if sources:
            yield f"{GAP * 2}from {', '.join(sources)}"


def _reached(found: Findings) -> list[str]:
    """Files of the chain that this sample's burden came from, breadth first from its variants and its territory."""
    files, own = found.chain.get("files", {}), found.chain.get("samples", {})
    others = {about["variants"] for name, about in own.items() if name != found.sample}
    others |= {f"results/burden/{name}.denominator.tsv" for name in own if name != found.sample}
    reads = set(own.get(found.sample, {}).get("reads", []))
    listed: dict[str, None] = {}
    waiting = [path for path in files if path.endswith("burden/tmb.tsv")][:1]
    while waiting:
        path = waiting.pop(0)
        if path in listed or path in others or path not in files or _foreign(path, reads):
            continue
        listed[path] = None
        waiting += files[path].get("from", [])
    return list(listed)


def _foreign(path: str, reads: set[str]) -> bool:
    """Whether a report under results/qc belongs to another sample: the table of quality is made of all."""
    place = Path(path)
    if len(place.parts) < 4 or place.parts[:2] != ("results", "qc"):
        return False
    return not any(place.name.startswith(f"{name}.") for name in reads)


def _cautions(found: Findings) -> Iterator[str]:
    notes = [part for row in found.rows for part in (row["note"] or "").split("; ") if part]
    yield from dict.fromkeys(notes)
    for path in found.changed:
        yield f"{path} is no longer the file that the chain of evidence names: its MD5 differs"
    if not found.chain:
        yield "no chain of evidence (tmb.tsv.json): files are named as far as the commands themselves recorded them"


def _listed(values: Iterable[Any]) -> str:
    """` (a 12, b 3)` of the commonest values; empty without any."""
    counts = Counter(str(value) for value in values)
    shown = [f"{name or 'no term'} {n}" for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    return f" ({first_few(shown, 8)})" if shown else ""


def _is_told(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_is_told(inner) for inner in value.values())
    return value is not None and value not in ([], "")  # 0 and no are answers: nothing is filtered, a step is off


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key} {_shown(inner)}" for key, inner in value.items() if _is_told(inner))
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)
