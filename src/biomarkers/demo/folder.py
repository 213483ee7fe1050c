"""The folder of a simulated trial: what it may hold before, its files, and what is said of them."""

from __future__ import annotations

import shlex
from pathlib import Path

from biomarkers.demo import trial
from biomarkers.errors import Problem, Problems, RunError, count
from biomarkers.io import folders, jsons
from biomarkers.io.lines import whole_text

PARTS = ("config", "data", "truth")
MARK = Path("truth") / "truth.json"


def write(out: Path, *, patients: int, seed: int) -> bool:
    """Write the trial; False when it stood there already. Raises InputError for what cannot be asked for."""
    problems = Problems()
    if not trial.FEWEST <= patients <= trial.MOST:
        expected = f"a whole number from {trial.FEWEST} to {trial.MOST}"
        problems.add(Problem("command line", "--patients", patients, expected))
    if seed < 0:
        problems.add(Problem("command line", "--seed", seed, "a whole number of at least 0"))
    if out.exists() and not out.is_dir():
        problems.add(Problem.said(str(out), "OUT", "is a file", "a folder, or a name that is not taken"))
    elif out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        expected = "an empty folder, a new name, or the folder of an earlier demo"
        problems.add(Problem.said(str(out), "OUT", "is a folder with other files", expected))
    problems.stop_if_any()
    try:
        return folders.write(trial.files(trial.plan(patients=patients, seed=seed)), out.resolve(), PARTS)
    except OSError as error:
        raise RunError(f"{out}: the demo could not be written: {error.strerror or error}") from None


def described(out: Path, *, changed: bool) -> str:
    """Who is in the trial of the folder, what is true of it, how it is run; changed: whether it was just written."""
    truth = jsons.parsed(whole_text(out / MARK))
    entries = truth["entries"]
    told = "A simulated trial stands in" if changed else "This very trial already stood, untouched, in"
    return (
        f"{told} {out}: {count(truth['patients'], 'patient')} ({entries['fastq']} by FASTQ, {entries['bam']} by BAM, "
        f"{entries['vcf']} by VCF, {entries['none']} not sequenced).\n"
        f"The truth: {truth['responders']} of the {truth['treated']} treated respond.\n"
        f"Truly associated with response: {', '.join(truth['associated_with_response'])}.\n"
        f"Associated with nothing: {', '.join(truth['not_associated'])}.\n"
        f"The whole truth: {out / 'truth' / 'README.md'}\n"
        f"Run it: biomarkers run --directory {shlex.quote(str(out))} --cores 2"
    )
