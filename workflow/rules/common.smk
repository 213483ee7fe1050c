# The run: its checked config and samples, and what the rules ask of them.
import json
import os
import shlex
import sys
from pathlib import Path

from biomarkers import settings
from biomarkers.errors import InputError
from biomarkers.run import maf_entry
from biomarkers.run.chain import links, summed
from biomarkers.run.check import check_run, read_run
from biomarkers.run.clinic import gene_set_files
from biomarkers.run.facts import Facts, wanted
from biomarkers.run.failures import tell_last
from biomarkers.run.lanes import words_of
from biomarkers.run.presets import GENES as PRESET_GENES
from biomarkers.run.presets import listed
from biomarkers.run.options import flags, of_denominator, of_maf, of_run, of_variants
from biomarkers.run.resources import growing, heap, minutes, one_of


envvars:
    "PATH",


# Shell files of the rules, tools that `make setup` installed, and `biomarkers` beside the Python that runs Snakemake, before
# whatever else there is. The folder is this file's, also where another workflow takes this one as a module.
WORKFLOW = Path(workflow.current_basedir).parent
FOLDERS = (WORKFLOW / "scripts", WORKFLOW.parent / ".tools" / "bin", Path(sys.executable).parent)
OTHERS = os.environ["PATH"]
os.environ["PATH"] = os.pathsep.join([*map(str, FOLDERS), OTHERS])

# A CRAM is read against the run's own reference; htslib must not ask a server for one.
os.environ.update(REF_PATH=os.devnull, REF_CACHE=os.devnull)

# Java puts its temporary files into /tmp whatever TMPDIR says; on a cluster only the job's own node knows the right place.
shell.prefix(
    "set -euo pipefail; "
    '[ -z "${{TMPDIR:-}}" ] || export JAVA_TOOL_OPTIONS="\'-Djava.io.tmpdir=$TMPDIR\' ${{JAVA_TOOL_OPTIONS:-}}"; '
)

# A run begins with a look at every sheet and the plan, in seconds, so that a typo is told before anything is aligned. It is
# no rule: nothing depends on its having run, and nothing runs again because of it. Jobs on a cluster need not look again.
DEPLOYED = workflow.deployment_settings and workflow.deployment_settings.deployment_method
# Which executor it will be is not known yet, but only jobs that leave this machine are counted as nodes.
LEAVES = workflow.resource_settings.nodes is not None or {"-n", "-np", "-pn", "--dry-run", "--dryrun"} & set(sys.argv)
PLACE = "deployed" if DEPLOYED else "elsewhere" if LEAVES else "here"
try:
    RUN = (
        check_run("config/config.yaml", config, PLACE)
        if workflow.is_main_process
        else read_run("config/config.yaml", config)
    )
    FACTS = Facts.of(RUN)
except InputError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

# Why jobs failed is said when all else was.
if workflow.is_main_process:
    tell_last(logger)

# Which file is made of which, as the record of the burdens tells it.
LINKS = links(RUN, FACTS) if RUN.has_burden else {}
SUMMED = summed(RUN, FACTS)

SETTINGS = RUN.config
OPTIONS = of_run(RUN, FACTS)
REFERENCE = SETTINGS["reference"]
BURDEN = SETTINGS["burden"]
QC = SETTINGS["qc"]
CLINICAL = {name: path for name, path in SETTINGS["clinical"].items() if path and name != "mapping"}

# Tables of the trial beside endpoints and rates.
TRIAL_TABLES = FACTS.trial_tables


# Tools that run for seconds spend them on compiling: one pass of the compiler is enough for them.
SHORT = "-XX:TieredStopAtLevel=1"


wildcard_constraints:
    sample=one_of(RUN.samples.by_name),
    tumor=one_of(FACTS.tumors),
    normal=one_of(FACTS.normals),
