"""`biomarkers demo` (Demonstration): make a trial of simulated patients with known truth."""

from __future__ import annotations

from pathlib import Path

from biomarkers.cli._kinds import OutputFolder
from biomarkers.errors import InputError, Problem, RunError, count

PARTS = ("config", "data", "truth")
MARK = Path("truth") / "truth.json"


def demo(out: OutputFolder, /, *, patients: int = 60, seed: int = 1) -> None:
    """Make a trial of simulated patients with known truth, ready to be run by the workflow.

    A small genome with genes and capture targets; patients who enter by FASTQ (one of them on two lanes), by aligned
    BAM and mostly by somatic VCF; monthly visits, PD-L1 results as awkward as real ones, adverse events and other
    markers. Some markers are truly associated with response, others are not: OUT/truth/README.md says which.
    Then run: snakemake -s PROJECT/workflow/Snakefile --directory OUT --cores 2

    The same options always give the same files, byte for byte.

    Args:
        out: Folder to write: config/, data/ and truth/ in it. It must be empty, absent, or an earlier demo, whose three
            folders are replaced (results/ stays, and what has not changed is not touched).
        patients: Number of patients, 8 to 200. One enters by FASTQ, one by BAM; from 20 on two are not sequenced.
        seed: Start of every random number, 0 or above.
    """
    from biomarkers.demo import trial
    from biomarkers.io import folders

    problems = []
    if not trial.FEWEST <= patients <= trial.MOST:
        expected = f"a whole number from {trial.FEWEST} to {trial.MOST}"
        problems.append(Problem("command line", "--patients", patients, expected))
    if seed < 0:
        problems.append(Problem("command line", "--seed", seed, "a whole number of at least 0"))
    if out.exists() and not out.is_dir():
        problems.append(Problem.said(str(out), "OUT", "is a file", "a folder, or a name that is not taken"))
    elif out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        expected = "an empty folder, a new name, or the folder of an earlier demo"
        problems.append(Problem.said(str(out), "OUT", "is a folder with other files", expected))
    if problems:
        raise InputError(problems)
    try:
        changed = folders.write(trial.files(trial.plan(patients=patients, seed=seed)), out.resolve(), PARTS)
    except OSError as error:
        raise RunError(f"{out}: the demo could not be written: {error.strerror or error}") from None
    _report(out, changed)


def _report(out: Path, changed: bool) -> None:

    from biomarkers.io import jsons
    from biomarkers.io.lines import whole_text

    truth = jsons.parsed(whole_text(out / MARK))
    entries = truth["entries"]
    told = "A simulated trial stands in" if changed else "This very trial already stood, untouched, in"
    print(
        f"{told} {out}: {count(truth['patients'], 'patient')} ({entries['fastq']} by FASTQ, {entries['bam']} by BAM, "
        f"{entries['vcf']} by VCF, {entries['none']} not sequenced).\n"
        f"The truth: {truth['responders']} of the {truth['treated']} treated respond.\n"
        f"Truly associated with response: {', '.join(truth['associated_with_response'])}.\n"
        f"Associated with nothing: {', '.join(truth['not_associated'])}.\n"
        f"The whole truth: {out / 'truth' / 'README.md'}\n"
        f"Run it: snakemake -s PROJECT/workflow/Snakefile --directory {out} --cores 2"
    )
