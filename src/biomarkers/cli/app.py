"""`biomarkers`: the list of subcommands, exit statuses and messages.

Exit status: 0 done; 1 the work failed; 2 the input is wrong. Only a command that is called is imported, so that
`biomarkers --help` answers at once.
"""

from __future__ import annotations

import errno
import gc
import keyword
import logging
import os
import re
import signal
import sys
from typing import NamedTuple

from biomarkers import __version__
from biomarkers.errors import BiomarkersError, InputError, Problem, Shown, printable, shown
from biomarkers.io import files


class Command(NamedTuple):
    """A subcommand's name (also its module in `biomarkers.cli` and its function there), stage and one-line summary."""

    name: str
    stage: str
    summary: str

    @property
    def module(self) -> str:
        """Module and function of the command: its name, with an underscore after a word of Python's own (`import_`)."""
        return _module(self.name)


STAGES = ("Before a run", "Reads to variants", "Variants to burden", "Clinical data", "Analysis", "Demonstration")
"""In the order in which data passes through them."""

WRONG_NAMES = {errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENOENT}
"""What the user named cannot be a file; all else is the machine's affair (a full disk, a server that is gone)."""

SUMMARY = re.compile(r'"""`biomarkers (\w+)` \(([^)]+)\): (.+?)\."""')
"""First line of a command's module, which is not imported to be listed."""


def commands() -> list[Command]:
    """Every subcommand by stage; one is there when its file is."""
    modules = sorted(path.stem for path in files.packaged("cli").glob("[a-z]*.py"))
    found = [command for name in modules if (command := _described(name))]
    return sorted(found, key=lambda command: STAGES.index(command.stage))


def _module(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _described(module: str) -> Command | None:
    """The command that a module of `biomarkers.cli` is; None for a module of another kind."""
    told = SUMMARY.match(files.packaged_text(f"cli/{module}.py").partition("\n")[0])
    return Command(*told.groups()) if told else None


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    # Modules are no garbage: while they are imported, Python need not look for cycles after every 700 objects.
    gc.set_threshold(100_000)
    signal.signal(signal.SIGTERM, _stopped)
    status = run(sys.argv[1:] if arguments is None else arguments)
    # Python looks for cycles among all objects once more at its end; what is frozen is passed over.
    gc.freeze()
    sys.exit(status)


def _stopped(*_: object) -> None:
    """What scancel and time limits of a cluster do first: files that are being written are removed on the way out."""
    print("stopped by a signal (SIGTERM); nothing was written", file=sys.stderr)
    sys.exit(128 + signal.SIGTERM)


def run(arguments: list[str]) -> int:
    """The exit status of `biomarkers ARGUMENTS`; messages go to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Shown("%(levelname)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    try:
        if not arguments or arguments in (["--help"], ["-h"]):
            print(overview())
        elif arguments == ["--version"]:
            print(version())
        else:
            _call(arguments)
        sys.stdout.flush()
        return 0
    except BiomarkersError as error:
        print(shown(str(error)), file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("stopped by the user; nothing was written", file=sys.stderr)
        return 130
    except OSError as error:
        if os.environ.get("BIOMARKERS_TRACEBACK"):
            raise
        place = f"{printable(error.filename)}: " if error.filename else ""
        print(f"{place}cannot be read or written ({error.strerror or error})", file=sys.stderr)
        return 2 if error.errno in WRONG_NAMES else 1
    except Exception as error:
        if os.environ.get("BIOMARKERS_TRACEBACK"):
            raise
        print(
            f"biomarkers {arguments[0]} failed: {type(error).__name__}: {shown(str(error))}\n"
            "This is likely a fault of the program. Run again with BIOMARKERS_TRACEBACK=1 to see where, and report it.",
            file=sys.stderr,
        )
        return 1


def version() -> str:
    """Version and commit of the program."""
    from biomarkers.io import provenance

    commit = provenance.commit()
    return f"{__version__} (commit {commit})" if commit else __version__


def overview() -> str:
    """The text of `biomarkers --help`: the subcommands in the order in which data passes through them."""
    lines = [
        "Usage: biomarkers COMMAND [OPTIONS]",
        "",
        "From exome variants and clinical tables to what is associated with response.",
    ]
    stage = ""
    for command in commands():
        if command.stage != stage:
            stage = command.stage
            lines += ["", f"{stage}:"]
        lines.append(f"  {command.name:<12} {command.summary}")
    lines += ["", "`biomarkers COMMAND --help` explains a command. A whole trial runs by the workflow: see README.md."]
    return "\n".join(lines)


def _call(arguments: list[str]) -> None:
    from importlib import import_module

    name, *rest = arguments
    module = _module(name)
    described = name.isidentifier() and os.path.isfile(files.packaged(f"cli/{module}.py")) and _described(module)
    if not described or described.name != name:
        raise InputError(Problem.unknown("command line", "command", name, [each.name for each in commands()]))

    from biomarkers.cli import _command

    _command.call(getattr(import_module(f"biomarkers.cli.{module}"), module), rest)
