# The config read by ourselves before Snakemake does, for messages with file and line, and exit status 2.
import sys

from biomarkers.io import yamls
from biomarkers.errors import InputError

try:
    GIVEN = yamls.load("config/config.yaml")
except InputError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
