"""`python -m biomarkers.doors`: write wrappers/ and modules/ of the project in the current folder (`make doors`)."""

from pathlib import Path

from biomarkers.doors import render
from biomarkers.io import folders

if __name__ == "__main__":
    folders.renew(render.every(Path()), Path(), render.FOLDERS)
