"""What the numbers mean, what they do not, and from which files and programs they come."""

from __future__ import annotations

from importlib import metadata

from biomarkers import __version__
from biomarkers.errors import count
from biomarkers.report.blocks import Block, Column, Items, Paragraph, table, texts
from biomarkers.report.given import Tables
from biomarkers.report.numbers import missing

PROGRAMS = ("biomarkers", "altair", "vl-convert-python", "pandas")
TEXTS = [
    "TMB of 0 is a value; a sample that failed is missing. PD-L1 that was not tested or not evaluable is missing, not "
    "negative.",
    "Response rates count all treated patients; patients who could not be evaluated count as non-responders, and the "
    "rate among the evaluable stands beside it.",
    "Intervals are 95%. Ratios: above 1 means more events in the group named first. A Mann-Whitney test compares "
    "ranks; its shift is the Hodges-Lehmann estimate on the marker's own scale.",
    "A patient is called high or low only when the whole reported value lies on one side of the cutoff: a PD-L1 of "
    "1-49% is on neither side of 10%.",
    "Numbers have three significant digits here and all their digits in the tables.",
    "All patients received the treatment. An association found here cannot tell whether the marker points to benefit "
    "from this treatment or to a milder course under any; that takes a control arm.",
    "This page is for research. It is no medical device and no basis for the treatment of a patient.",
]


def notes(given: Tables) -> list[Block]:
    """Notes, the seed, the files and the programs."""
    seed = given.plan.get("seed")
    drawn = [] if missing(seed) else [Paragraph(f"Random numbers of the analysis start at seed {seed}.")]
    rows = Column("Rows", lambda source: "" if source.rows is None else f"{source.rows:,}", True)
    files = [texts("Table", "table"), texts("File", "file"), rows, texts("SHA-256", "sha256")]
    programs = [Column("Program", str), Column("Version", _version)]
    return [
        Items([*TEXTS, *_hidden(given)]),
        *drawn,
        table("Files that this page was made from", given.sources, files, aside=True),
        table("Programs", PROGRAMS, programs, aside=True),
    ]


def _hidden(given: Tables) -> list[str]:
    """Of an anonymous page, what it has in place of names and dates."""
    if not given.anonymous:
        return []
    left = f"; {count(given.left_out, 'column')} that could name somebody left out" if given.left_out else ""
    return [f"Numbers stand for the names of patients and samples, study days for dates{left}."]


def _version(program: str) -> str:
    """Ours by itself: the package may be installed under another name, or not at all."""
    return __version__ if program == "biomarkers" else metadata.version(program)
