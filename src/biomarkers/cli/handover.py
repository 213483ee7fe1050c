"""`biomarkers handover` (Before a run): write what nf-core/sarek is started with, where it runs first."""

from __future__ import annotations

from biomarkers.cli._kinds import InputTable, OutputFolder


def handover(*, samples: InputTable, out: OutputFolder, outdir: str, parameters: str = "{}") -> None:
    """Write the sample sheet and the parameters with which nf-core/sarek is started.

    `samplesheet.csv` has the reads with absolute paths, as sarek's step `mapping` takes them, `params.json` what
    `-params-file` takes. The rule of this name then starts sarek, and `biomarkers import sarek` reads its results.

    Args:
        samples: Sheet of the reads, in the form of this program or of sarek.
        out: Folder to write the two files into.
        outdir: Folder for sarek's results.
        parameters: Further parameters of sarek, as JSON.
    """
    from biomarkers.io import files
    from biomarkers.run.sarek import handover

    files.write_texts(handover.files(str(samples), out, outdir=outdir, parameters=parameters))
