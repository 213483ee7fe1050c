"""`biomarkers download` (Before a run): get a public reference file of a preset and check it."""

from __future__ import annotations

from biomarkers.cli._kinds import OutputFolder, OutputLink
from biomarkers.errors import InputError, Problem


def download(*, preset: str, file: str, folder: OutputFolder, link: OutputLink) -> None:
    """Get one file of a preset into a folder, check it, and link to it.

    A file that is there already is only checked, which needs no network. A download that was interrupted is resumed.
    Nothing is sent but the request for the file.

    Args:
        preset: `GRCh38`, or the path of a YAML file of the same form.
        file: Name of the file, as it stands at the end of its address.
        folder: Folder of downloaded files, which several runs may share. FILE.sha256 beside FILE holds what was found.
        link: Link to make, once the file is right.
    """
    from biomarkers.io.download import get
    from biomarkers.run import presets

    chosen = presets.load(preset)
    wanted = next((each for each in chosen.files if each.name == file), None)
    if wanted is None:
        names = ", ".join(each.name for each in chosen.files)
        raise InputError(Problem("command line", "--file", file, f"a file of the preset {preset}: {names}"))
    get(wanted, folder, link)
