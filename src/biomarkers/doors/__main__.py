"""`python -m biomarkers.doors` (`make doors`): write what is made of the commands and the config's schema.

In the project that is the current folder: wrappers/, modules/, and the parameters of the pipeline of Nextflow.
"""

from pathlib import Path

from biomarkers.doors import parameters, render
from biomarkers.io import files, folders

if __name__ == "__main__":
    folders.renew(render.every(Path()), Path(), render.FOLDERS)
    files.write_texts({parameters.FILE: parameters.text()})
