"""`biomarkers demo` (Demonstration): make a trial of simulated patients with known truth."""

from __future__ import annotations

from biomarkers.cli._kinds import OutputFolder


def demo(out: OutputFolder, /, *, patients: int = 60, seed: int = 1) -> None:
    """Make a trial of simulated patients with known truth, ready to be run by the workflow.

    A small genome with genes and capture targets; patients who enter by FASTQ (one of them on two lanes), by aligned
    BAM and mostly by somatic VCF; monthly visits, PD-L1 results as awkward as real ones, adverse events and other
    markers. Some markers are truly associated with response, others are not: OUT/truth/README.md says which.
    Then: `biomarkers run --directory OUT --cores 2`

    The same options always give the same files, byte for byte.

    Args:
        out: Folder to write: config/, data/ and truth/ in it. It must be empty, absent, or an earlier demo, whose three
            folders are replaced (results/ stays, and what has not changed is not touched).
        patients: Number of patients, 8 to 200. One enters by FASTQ, one by BAM; from 20 on two are not sequenced.
        seed: Start of every random number, 0 or above.
    """
    from biomarkers.demo import trial

    changed = trial.write(out, patients=patients, seed=seed)
    print(trial.described(out, changed=changed))
