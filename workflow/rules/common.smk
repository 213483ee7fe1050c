# The run: its checked config and samples, and what the rules ask of them.
import json
import os
import shlex
import sys
import warnings
from functools import partial
from pathlib import Path

import snakemake
from snakemake.jobs import GroupJob, Job
from snakemake.persistence import PersistenceBase

from biomarkers import settings
from biomarkers.declared import listed
from biomarkers.errors import BiomarkersError, say_notes
from biomarkers.io import processes
from biomarkers.io.files import shipped
from biomarkers.io.scratch import check_room
from biomarkers.run import pace
from biomarkers.run.chain import GIVEN, REFERENCES, links, summed
from biomarkers.run.checks import maf_entry
from biomarkers.run.checks.check import check_run, read_run
from biomarkers.run.checks.clinic import gene_set_files
from biomarkers.run.checks.replaced import sums, unnoticed
from biomarkers.run.facts import Facts, wanted
from biomarkers.run.lanes import words_of
from biomarkers.run.layout import Layout
from biomarkers.run.options import flags, of_denominator, of_maf, of_run, of_variants
from biomarkers.run.presets import GENES as PRESET_GENES
from biomarkers.run.progress import needs
from biomarkers.run.progress.earlier_pages import EarlierPages
from biomarkers.run.progress.earlier_run import refuse, stop_beside_another
from biomarkers.run.progress.failures import tell_last
from biomarkers.run.progress.journal import Journal
from biomarkers.run.progress.leftovers import left
from biomarkers.run.progress.slurm_answers import OnSlurm
from biomarkers.run.progress.stopping import Stopping
from biomarkers.run.resources import bounded, growing, heap, minutes, one_of
from biomarkers.run.sarek import handover as handed

# What Snakemake does anew for each of thousands of jobs: only in a run of its own, since a workflow that takes this one as a
# module has Snakemake as it is, and only of a version whose parts are known.
QUICKER = pace.knows(snakemake.__version__) and not HANDED_OVER
if QUICKER:
    import snakemake.benchmark
    import snakemake.common
    import snakemake.dag
    import snakemake.io
    import snakemake.jobs
    import snakemake.rules
    from snakemake.dag import DAG
    from snakemake.output_index import OutputIndex
    from snakemake.scheduling.job_scheduler import JobScheduler

    pace.split_once(snakemake.io)
    pace.constraint_once(snakemake.io)
    pace.asked_plainly(snakemake.io, snakemake.dag, snakemake.jobs, snakemake.rules)
    pace.producers_once(OutputIndex)
    pace.parameters_once(snakemake.common, snakemake.rules)
    pace.compared_as_text(DAG)
    pace.environments_once(Job, snakemake.rules._NOT_CACHED)
    pace.waking_once(JobScheduler)
    needs.look_often(snakemake.benchmark.ScheduledPeriodicTimer)


envvars:
    "PATH",


# Shell files of the rules, tools that `make setup` installed, and `biomarkers` beside the Python that runs Snakemake, before
# whatever else there is. The folder is this file's, also where another workflow takes this one as a module; where that one
# takes the rules from a repository, the shell files are those that were installed with the program.
HERE = Path(str(workflow.current_basedir))
WORKFLOW = HERE.parent if HERE.is_dir() else shipped("workflow")
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

# As a module with a prefix: it moves what this workflow makes, never a file of the user.
MOVED = workflow.modifier.path_modifier
OWN_FOLDERS = {own: str(MOVED.replace_prefix(own)) for own in ("results/", "resources/")}
LAYOUT = Layout(*(folder.rstrip("/") for folder in OWN_FOLDERS.values()))

# A run begins with a look at every sheet and the plan, in seconds, so that a typo is told before anything is aligned. It is
# no rule: nothing depends on its having run, and nothing runs again because of it. Jobs on a cluster need not look again.
DEPLOYED = workflow.deployment_settings and workflow.deployment_settings.deployment_method
# Which executor it will be is not known yet, but only jobs that leave this machine are counted as nodes.
IS_DRY = bool({"-n", "-np", "-pn", "--dry-run", "--dryrun"} & set(sys.argv))
LEAVES = workflow.resource_settings.nodes is not None or IS_DRY
PLACE = "deployed" if DEPLOYED else "elsewhere" if LEAVES else "here"
try:
    IN_FORCE = given_config.gathered(CONFIG_FILES, config, ASKED.config, ASKED.config_args, CONFIG_SOURCE)
    CONFIG_FILE = CONFIG_FILES[-1] if CONFIG_FILES else CONFIG_SOURCE
    LOOKS = workflow.is_main_process and "--lint" not in sys.argv
    if LOOKS:
        say_notes()
    RUN = check_run(CONFIG_FILE, IN_FORCE, PLACE, LAYOUT) if LOOKS else read_run(CONFIG_FILE, IN_FORCE, LAYOUT)
    FACTS = Facts.of(RUN)
    if LOOKS and not IS_DRY:
        check_room(".snakemake", LAYOUT.results)
        stop_beside_another()
except BiomarkersError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_status)

if LAYOUT != Layout() and RUN.sarek:
    print(f"{CONFIG_FILE}: sarek.samples: sarek runs first only in a run of its own, without a prefix", file=sys.stderr)
    sys.exit(2)
if LAYOUT != Layout():
    workflow.modifier.path_modifier = type(MOVED)(OWN_FOLDERS, None, workflow)

# Where Snakemake asks for the size of an input too early it asks again later; Python need not tell of the first time.
warnings.filterwarnings("ignore", "coroutine 'InputFiles._predicated_size_files", RuntimeWarning)

# Why jobs failed is said when all else was, and wrong input is not tried again. Pages that this run is to make say until then
# that they are of an earlier one.
if workflow.is_main_process:
    processes.hear_interrupts()
    failures = tell_last(
        logger,
        patients={sample.sample: sample.patient for sample in RUN.samples.by_name.values()},
        kinds=(Job, GroupJob),
        handlers=workflow.logger_manager.plugin_handlers,
    )
    PAGES = {"report": "results/report/index.html", "multiqc": "results/qc/multiqc.html"}
    logger.addFilter(
        EarlierPages(
            {workflow.modifier.modify_rulename(rule): LAYOUT.place(page) for rule, page in PAGES.items()},
            lambda: not workflow.dryrun and not workflow.touch,
        )
    )

    # What became of each job is kept for `biomarkers status`; of several modules in one workflow the first one does it.
    def planned():
        jobs = [] if workflow.dryrun or workflow.touch else workflow.dag.needrun_jobs()
        return {workflow.dag.jobid(job): (job.rule.name, [*job.wildcards_dict.values()], [*job.log]) for job in jobs}

    if not any(isinstance(one, Journal) for one in logger.filters):
        logger.addFilter(Journal(failures, planned))
        logger.addFilter(OnSlurm(lambda: workflow.executor_settings, logger.warning))
        logger.addFilter(Stopping(lambda: not workflow.local_exec, logger.warning))
    refuse(PersistenceBase, LAYOUT.results, LAYOUT.resources)

# Which file is made of which, as the record of the burdens tells it.
LINKS = links(RUN, FACTS) if RUN.has_burden else {}
SUMMED = summed(RUN, FACTS)

# A file that was replaced by one with an older date is another one, too: of small ones the rules take the MD5.
if LOOKS and not IS_DRY:
    own = [RUN.config["burden"][name] for name in ("denominators", "calibration", "custom", "hotspots")]
    own += [RUN.config["samples"], *RUN.config["clinical"].values(), *listed(RUN.config["reference"]["targets"])]
    earlier = [] if RUN.awaits_sarek else left(wanted(RUN, FACTS), RUN.samples.by_name, LAYOUT)
    for warning in [*unnoticed(LINKS, own, LAYOUT.place), *earlier]:
        logger.warning(warning)

SETTINGS = RUN.config
OPTIONS = of_run(RUN, FACTS)
REFERENCE = SETTINGS["reference"]
BURDEN = SETTINGS["burden"]
QC = SETTINGS["qc"]

# Run times have one limit, that of the cluster's partition.
minutes = partial(minutes, most=SETTINGS["jobs"]["max_minutes"])
if workflow.is_main_process:
    bounded(GroupJob, SETTINGS["jobs"]["max_minutes"])

# On a cluster a step of seconds would wait for minutes: those of the whole cohort run where Snakemake does, while it is small.
CLINICAL = {name: path for name, path in SETTINGS["clinical"].items() if path and name != "mapping"}
LARGE_MAF = "maf" in CLINICAL and os.path.isfile(CLINICAL["maf"]) and os.path.getsize(CLINICAL["maf"]) > 100_000_000
FEW = len(RUN.samples.by_name) <= SETTINGS["jobs"]["local_samples"] and not LARGE_MAF

# Tables of the trial beside endpoints and rates.
TRIAL_TABLES = FACTS.trial_tables


# Tools that run for seconds spend them on compiling: one pass of the compiler is enough for them.
SHORT = "-XX:TieredStopAtLevel=1"

# What takes long of a sample begins first; steps of seconds of other samples find a place beside it.
LONG = 1

# Of several tumors a step that asks for all cores of this machine begins when nothing else is left to do: those of one core
# take each that becomes free. With half of them it finds its place. Jobs on a cluster have their cores for themselves.
SHARED = workflow.is_main_process and not LEAVES and len(FACTS.tumors) > 1
CORES = workflow.resource_settings.cores if SHARED else None


def beside_others(threads):
    """So many threads, but at most half of a machine's cores where others want them too."""
    return min(threads, (CORES + 1) // 2) if CORES else threads


wildcard_constraints:
    sample=one_of(RUN.samples.by_name),
    tumor=one_of(FACTS.tumors),
    normal=one_of(FACTS.normals),
