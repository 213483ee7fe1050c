"""What Snakemake does anew for every job of a run and need do once: of a thousand pairs that was half of a dry run.

Each function is given the class or module of Snakemake that it mends; what comes out is the same.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

GARBAGE = 200_000
"""Objects more than before until garbage is looked for: Snakemake keeps nearly all that it makes, and at Python's own
700 it looks through millions of them again and again."""


TRIED = ("9.27",)
"""Minor versions of Snakemake of which these parts were compared; another one keeps its own pace."""


def knows(version: str) -> bool:
    """Whether what this module mends is as it was when it was compared.

    >>> knows("9.27.1"), knows("9.2.7"), knows("10.0.0")
    (True, False, False)
    """
    return version.rpartition(".")[0] in TRIED


def waking_once(kind: Any) -> None:
    """Let Snakemake's scheduler wait for one timer at a time.

    It looks for jobs again a second after each look, since no more than so many may start in a second, and after each
    job that ended: with the timers of all these looks it would look as many times a second as jobs have ended.

    kind: Snakemake's class of a scheduler.
    """

    def wake_later(scheduler: Any, delay: float) -> None:
        if getattr(scheduler, "timer", None) is not None:
            return

        def wake() -> None:
            scheduler.timer = None
            scheduler._open_jobs.release()

        scheduler.timer = threading.Timer(delay, wake)
        scheduler.timer.daemon = True
        scheduler.timer.start()

    kind._schedule_reevalutation = wake_later


def split_once(io: Any) -> None:
    """Let a path with wildcards be taken apart once, and one without stay as it is.

    A wildcard's constraint stands in the path, here the names of all samples, and is read again for each file of each
    job: time by the square of the samples. References, which every job has, need not be copied for each.

    io: Snakemake's module of files.
    """
    apply_to_text, apply_to_file = io.apply_wildcards, io._IOFile.apply_wildcards

    @lru_cache(maxsize=10_000)
    def parts(pattern: str) -> tuple[tuple[str, str], ...]:
        """Text before each wildcard with its name; what follows the last has none."""
        found, end = [], 0
        for match in io.WILDCARD_REGEX.finditer(pattern):
            found.append((pattern[end : match.start()], match["name"]))
            end = match.end()
        return (*found, (pattern[end:], ""))

    def of_text(pattern: str, wildcards: Mapping[str, Any]) -> str:
        split, known = parts(pattern), wildcards.keys()
        if any(name and name not in known for _, name in split):
            return str(apply_to_text(pattern, wildcards))  # It has the words for it.
        return "".join(text + str(wildcards[name]) if name else text for text, name in split)

    def of_file(file: Any, wildcards: Mapping[str, Any]) -> Any:
        if file.is_callable() or file.is_storage:
            return apply_to_file(file, wildcards)
        if "{" not in file:
            if not isinstance(file._file, io.AnnotatedString):
                file._file = io.AnnotatedString(file._file)  # What a function names may get the function's marks.
            return file
        named = io.IOFile(of_text(file._file, wildcards), rule=file.rule)
        if file.flags:
            named.clone_flags(file)
        return named

    def is_flagged(value: Any, flag: str) -> bool:
        return bool(getattr(value, "flags", {}).get(flag))

    io.apply_wildcards, io._IOFile.apply_wildcards, io.is_flagged = of_text, of_file, is_flagged


def producers_once(kind: Any) -> None:
    """Let the rules that make a file be looked for once; a genome is input of each job.

    kind: Snakemake's class that looks for them.
    """
    kind.match_producers = lru_cache(maxsize=5_000)(kind.match_producers)


def compared_as_text(kind: Any) -> None:
    """Let it be seen by text that no output lies in a folder that is an output: as paths they took long.

    kind: Snakemake's class of the graph of jobs, which still does it where there is such a folder.
    """
    look = kind.check_directory_outputs

    def check_directory_outputs(graph: Any) -> None:
        parts = sorted({os.path.abspath(file).replace(os.sep, "\0") for job in graph.jobs for file in job.output})
        if any(after.startswith(f"{before}\0") for before, after in pairwise(parts)):
            look(graph)

    kind.check_directory_outputs = check_directory_outputs


def parameters_once(*modules: Any) -> None:
    """Let the parameters of a function that Snakemake calls for each job be looked up once.

    modules: those of Snakemake that look them up; the first one has the function.
    """
    remembered: Callable[..., Any] = lru_cache(maxsize=10_000)(modules[0].get_function_params)
    for module in modules:
        module.get_function_params = remembered


def environments_once(kind: Any, unknown: Any) -> None:
    """Let a rule's environment be asked of the rule, which keeps it; each job worked out its parameters to ask for it.

    A dry run needs parameters of no job that has not run before, and memory that grows with a retry is among them.

    kind: Snakemake's class of a job. unknown: what a rule has until one of its jobs asked, or where jobs differ.
    """
    ask = kind.conda_env_spec.fget

    def conda_env_spec(job: Any) -> Any:
        known = job.rule._expanded_conda_env
        return ask(job) if known is unknown else known

    kind.conda_env_spec = property(conda_env_spec)


def spare_garbage() -> None:
    """Look for garbage seldom, and never in what the rules are made of."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 50, 100)
