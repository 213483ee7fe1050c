"""Starting Snakemake on the workflow that comes with the program."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from biomarkers.errors import Problem, Problems
from biomarkers.io import scratch, yamls
from biomarkers.io.files import shipped
from biomarkers.run.given_config import OWN

PACKAGE = "biomarkers-trial"
VALUE = re.compile(r"[a-zA-Z_][\w-]*\w=")
"""How Snakemake wants a word of `--config` to begin."""
OF_RULES = {
    "--set-resources": (re.compile(r"\w+:\w+=."), "RULE:RESOURCE=VALUE, such as align:mem_mb=16000"),
    "--set-threads": (re.compile(r"\w+=\d+$"), "RULE=NUMBER, such as align=8"),
    "--default-resources": (re.compile(r"\w+=."), "RESOURCE=VALUE, such as slurm_partition=long"),
}
"""What each word after such an option of Snakemake must be: of a target that follows it makes a traceback."""


def command(
    words: Sequence[str],
    directory: str,
    config: Path | None,
    cores: int | None,
    profile: str | None,
    *,
    dry_run: bool,
) -> list[str]:
    """The command line that runs a folder; words: for Snakemake, as they are.

    Raises InputError with everything that is missing or wrong before Snakemake is asked.
    """
    problems, folder = Problems(), Path(directory)
    if find_spec("snakemake") is None:
        expected = f"Snakemake beside this program: pip install '{PACKAGE}[workflow]'"
        problems.add(Problem.said("command line", "snakemake", "is not installed", expected))
    if not folder.is_dir():
        problems.add(Problem("command line", "--directory", directory, "a folder that exists"))
    elif config is None and not (folder / OWN).is_file() and not _asked(words).configfile:
        expected = "the run's config (or --config FILE); `biomarkers demo OUT` writes a complete example"
        problems.add(Problem.said(str(folder / OWN), "file", "is missing", expected))
    elif not os.access(folder, os.W_OK):
        expected = "a folder in which files can be written; copy the config into one, its paths are relative to it"
        problems.add(Problem("command line", "--directory", directory, expected))
    if config is not None:
        _check_file("--config", config, problems)
    _check_words(_asked(words), problems)
    if cores is not None and cores < 1:
        problems.add(Problem("command line", "--cores", cores, "a whole number of at least 1"))
    # But the one that is taken anyway.
    known = {path.name: path for path in (shipped("workflow") / "profiles").iterdir() if path.name != "default"}
    if profile is not None and profile not in known and not Path(profile).is_dir():
        expected = f"{' or '.join(sorted(known))}, or the path of a folder with a profile"
        problems.add(Problem("command line", "--profile", profile, expected))
    problems.stop_if_any()
    line = [sys.executable, "-m", "snakemake", "-s", str(shipped("workflow") / "Snakefile"), "--directory", directory]
    # A profile says itself how many; there they are those of one job.
    if cores is not None or profile is None:
        line += ["--cores", str(cores or len(os.sched_getaffinity(0)))]
    # Some options of Snakemake take any number of words: a target must not follow ours, but behind a -- of its own.
    end = words.index("--") if "--" in words else len(words)
    line += words[:end]
    line += [] if config is None else ["--configfile", str(config)]
    line += [] if profile is None else ["--workflow-profile", str(known.get(profile, profile))]
    return [*line, *(["--dry-run"] if dry_run else []), *words[end:]]


def _asked(words: Sequence[str]) -> argparse.Namespace:
    """What words for Snakemake say of the config, under the names and by the rules of its own command line."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--configfile", "--configfiles", nargs="*", default=[])
    parser.add_argument("--config", "-C", nargs="*", default=[])
    for option in OF_RULES:
        parser.add_argument(option, nargs="*", default=[], action="extend")
    return parser.parse_known_args([*words])[0]


def _check_words(asked: argparse.Namespace, problems: Problems) -> None:
    """Snakemake answers a config that cannot be read with a traceback, or without its name."""
    for file in asked.configfile:
        _check_file("--configfile", Path(file), problems)
    for word in asked.config:
        if not VALUE.match(word):
            expected = "KEY=VALUE, KEY a key of the config, such as 'burden={vaf: 0.1}'"
            problems.add(Problem("command line", "--config", word, expected))
    for option, (form, words) in OF_RULES.items():
        for word in vars(asked)[option.strip("-").replace("-", "_")]:
            if not form.match(word):
                expected = f"{words}; a target of the run stands after another --"
                problems.add(Problem("command line", option, word, expected))


def _check_file(option: str, file: Path, problems: Problems) -> None:
    if file.is_file():
        problems.catch(yamls.load, file)
    else:
        problems.add(Problem("command line", option, file, "a file that exists"))


def start(line: Sequence[str], directory: str) -> None:
    """Become that program: what stops it, and its exit status, are its own.

    It keeps a cache in the user's home, and ends with a traceback where there is none or no room in it: then the run's
    folder has it.
    """
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if home.startswith("~") or not scratch.has_room(Path(home, "snakemake")):
        os.environ["XDG_CACHE_HOME"] = str(Path(directory, ".snakemake", "cache").absolute())
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(line[0], list(line))
