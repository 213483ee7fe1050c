# The config read by ourselves before Snakemake does, for messages with file and line, and exit status 2.
import sys

try:
    from biomarkers.run import given_config
    from biomarkers.errors import InputError
except ModuleNotFoundError as error:
    print(
        f"{error}: this workflow calls the Python package of its own; install it beside Snakemake:"
        " pip install biomarkers-trial, or `make setup` in a checkout",
        file=sys.stderr,
    )
    sys.exit(2)

# As a module: the config that the other workflow hands over stands for all files.
HANDED_OVER = getattr(workflow.modifier, "skip_configfile", False)
ASKED = workflow.config_settings
CONFIG_FILES = given_config.files(
    ASKED.configfiles, handed_over=HANDED_OVER, replaced=getattr(ASKED, "replace_workflow_config", False)
)
CONFIG_SOURCE = f"config of module {workflow.modifier.namespace}" if HANDED_OVER else "--config"
try:
    GIVEN = given_config.gathered(CONFIG_FILES)
    # An empty config is one: every setting has a default.
    HAS_OWN_CONFIG = bool(given_config.gathered([file for file in CONFIG_FILES if file == given_config.OWN]).data)
except InputError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
