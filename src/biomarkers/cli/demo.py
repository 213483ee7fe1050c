"""`biomarkers demo`: a simulated trial whose truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from biomarkers.cli._kinds import OutputFolder
from biomarkers.errors import InputError, Problem, RunError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biomarkers.demo.trial import File

PARTS = ("config", "data", "truth")
MARK = Path("truth") / "truth.json"


def demo(out: OutputFolder, /, *, patients: int = 60, seed: int = 1) -> None:
    """Make a trial of simulated patients with known truth, ready to be run by the workflow.

    A small genome with genes and capture targets; patients who enter by FASTQ (one of them on two lanes), by aligned
    BAM and mostly by somatic VCF; monthly visits, PD-L1 results as awkward as real ones, adverse events and other
    markers. Some markers are truly associated with response, others are not: OUT/truth/README.md says which.
    Then run: snakemake -s PROJECT/workflow/Snakefile --directory OUT --cores 2

    The same options always give the same files, byte for byte.

    Parameters
    ----------
    out
        Folder to write: config/, data/ and truth/ in it. It must be empty, absent, or an earlier demo, whose three
        folders are replaced (results/ stays, and what has not changed is not touched).
    patients
        Number of patients, 8 to 200. From 20 on four enter by FASTQ and three by BAM, below it one each.
    seed
        Start of every random number, 0 or above.

    """
    from biomarkers.demo import trial

    problems = []
    if not trial.FEWEST <= patients <= trial.MOST:
        problems.append(
            Problem("options", "--patients", patients, f"a whole number from {trial.FEWEST} to {trial.MOST}")
        )
    if seed < 0:
        problems.append(Problem("options", "--seed", seed, "a whole number of at least 0"))
    if out.exists() and not out.is_dir():
        problems.append(Problem(str(out), "OUT", "a file", "a folder, or a name that is not taken"))
    elif out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        expected = "an empty folder, a new name, or the folder of an earlier demo"
        problems.append(Problem(str(out), "OUT", "a folder with other files", expected))
    if problems:
        raise InputError(problems)
    try:
        changed = _write(trial.files(trial.plan(patients=patients, seed=seed)), out.resolve())
    except OSError as error:
        raise RunError(f"{out}: the demo could not be written: {error.strerror or error}") from None
    _report(out, changed)


def _write(files: Iterable[File], out: Path) -> bool:
    """Write the files beside `out` and move them there whole; False when `out` holds exactly these files already."""
    import filecmp
    import shutil
    import tempfile

    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{out.name[:40]}.", dir=out.parent))
    try:
        temporary.chmod(0o755)
        for file in files:
            _store(temporary, file)
        made_files = {p.relative_to(temporary) for p in temporary.rglob("*") if p.is_file()}
        old_files = {p.relative_to(out) for part in PARTS for p in (out / part).rglob("*") if p.is_file()}
        if made_files == old_files and all(filecmp.cmp(temporary / p, out / p, shallow=False) for p in made_files):
            return False
        out.mkdir(exist_ok=True)
        for part in PARTS:
            if (out / part).exists():
                shutil.rmtree(out / part)
            (temporary / part).rename(out / part)
        return True
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _store(folder: Path, file: File) -> None:
    """Write one file in its form, with its index."""
    import gzip

    import pysam

    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.kind in ("text", "fasta"):
        target.write_bytes(file.content)
        if file.kind == "fasta":
            pysam.faidx(str(target))
    elif file.kind == "bam":
        text = target.with_suffix(".sam")
        text.write_bytes(file.content)
        pysam.view("-1", "--no-PG", "-o", str(target), str(text), catch_stdout=False)
        text.unlink()
        pysam.index(str(target))
    elif file.kind == "gzip":
        target.write_bytes(gzip.compress(file.content, 1, mtime=0))
    else:
        with pysam.BGZFile(str(target), "wb", None) as handle:
            handle.write(file.content)
        if file.kind == "vcf":
            pysam.tabix_index(str(target), preset="vcf", force=True)


def _report(out: Path, changed: bool) -> None:
    import json

    truth = json.loads((out / MARK).read_text("utf-8"))
    entries = truth["entries"]
    told = "A simulated trial stands in" if changed else "This very trial already stood, untouched, in"
    print(
        f"{told} {out}: {truth['patients']} patients ({entries['fastq']} by FASTQ, {entries['bam']} by BAM, "
        f"{entries['vcf']} by VCF, {entries['none']} not sequenced).\n"
        f"The truth: {truth['responders']} of the {truth['treated']} treated respond.\n"
        f"Truly associated with response: {', '.join(truth['associated_with_response'])}.\n"
        f"Associated with nothing: {', '.join(truth['not_associated'])}.\n"
        f"The whole truth: {out / 'truth' / 'README.md'}\n"
        f"Run it: snakemake -s PROJECT/workflow/Snakefile --directory {out} --cores 2"
    )
